//! The peer that every reader of syntax trees is measured by: each file is read and parsed, its macros are counted, and
//! nothing else is done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use super::corpus;

/// The stack of the thread that parses, which calls itself for each bracket: as large as telelint's.
const STACK: usize = 64 << 20;

/// What was seen.
#[derive(Default)]
struct Seen {
    parsed: usize,
    /// Files that are no Rust of this parser: tests of other parsers, templates, newer syntax.
    refused: usize,
    macros: usize,
}

impl Visit<'_> for Seen {
    fn visit_macro(&mut self, node: &syn::Macro) {
        self.macros += 1;
        visit::visit_macro(self, node);
    }
}

/// Parses every file of a folder on one thread, and prints what was seen: a compiler may leave out what nobody looks at.
pub fn every_file(folder: PathBuf) -> io::Result<()> {
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || every(&folder))?;
    let seen = worker.join().map_err(|_| io::Error::other("the parser panicked"))??;
    print!("{} files parsed, {} refused, {} macros", seen.parsed, seen.refused, seen.macros);
    Ok(())
}

fn every(folder: &Path) -> io::Result<Seen> {
    let mut seen = Seen::default();
    for path in corpus::files(folder)?.iter().filter(|path| corpus::is_rust(path)) {
        let bytes = fs::read(path)?;
        match std::str::from_utf8(&bytes).ok().and_then(|text| syn::parse_file(text).ok()) {
            Some(tree) => {
                seen.parsed += 1;
                seen.visit_file(&tree);
            }
            None => seen.refused += 1,
        }
        // Spans of a tree are kept by the thread.
        proc_macro2::extra::invalidate_current_thread_spans();
    }
    Ok(seen)
}
