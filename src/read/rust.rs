//! Rust source: what logs, traces and metrics a program will make, before it runs.
//!
//! [`walk`] goes through the syntax tree of one file (in parallel; trees are not kept) and hands its parts on: [`calls`] reads
//! the arguments of logging and tracing macros, [`events`] what they write, [`instrumented`] `#[instrument]`, [`meters`]
//! instruments, [`guards`] guards that live over an `.await`, [`operations`] what is done to other systems, [`routes`] HTTP
//! servers, [`setup`] resources and log formats. [`imports`] and [`types`] tell whose something is, [`names`], [`enums`] and
//! [`semconv`] what a name is, [`worth`] whether an expression is a value or says something about one. [`file`] is what one
//! file says; [`linked`] puts the files of a repository together, since names, callers and layers stand in other files.
//! [`scan`] finds macros where no tree is to be had.

mod calls;
mod enums;
mod events;
mod file;
mod guards;
mod held;
mod imports;
mod instrumented;
mod linked;
pub mod manifest;
mod meters;
mod names;
mod operations;
mod routes;
mod scan;
mod semconv;
mod setup;
mod text;
mod types;
mod walk;
mod worth;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use self::file::{FileFacts, Setup};
use self::linked::Linker;
use self::manifest::Package;
use super::{Reading, Watch};
use crate::detect::Names;
use crate::facts::{Facts, Input, Kind, Role, Unreadable};
use crate::source::Place;

/// The largest file that is read, in bytes: larger ones are made by programs.
pub const MAX_FILE: usize = 4 << 20;

/// How deep brackets may be nested; the parser calls itself for each.
const MAX_NESTING: usize = 256;

/// The stack of a thread that parses: long chains of calls nest deeply, too.
const STACK: usize = 64 << 20;

/// Crates whose macros log.
const CRATES_OF_LOGGING: [&str; 3] = ["tracing", "log", "slog"];

/// One of these stands in every file that has something to say.
const NEEDLES: [&str; 40] = [
    "instrument", "trace!", "debug!", "info!", "warn!", "error!", "event!", "_span!", " span!", "print!", "println!", "dbg!",
    ".enter", "_counter", "_gauge", "_histogram", "counter!", "gauge!", "histogram!", "Opts", "Counter", "MetricGroup",
    "KeyValue", "str =", "Registry", "registry", "fn as_str", "strum", "Router", "HttpServer", "Resource", "async_nats",
    "stripe", "russh", "openssh", "ssh2", "_subscriber", "_logger", "::fmt", "route",
];

/// A Rust file.
pub struct Source {
    /// How places name it.
    pub path: Arc<str>,
    /// Which of the packages it belongs to.
    pub package: Option<usize>,
}

/// Reads all Rust files of a repository; `load` gives the bytes of one, or says why they can't be had.
pub fn read(
    sources: &[Source],
    load: impl Fn(usize) -> Result<Vec<u8>, String> + Sync,
    packages: &[Package],
    watch: &Watch,
) -> Reading {
    let sensitive = Names::new(watch.logs.sensitive.iter().map(String::as_str));
    let setup = Setup { sensitive: &sensitive, watch: &watch.rust };
    let read = in_threads(sources.len(), |at| {
        let bytes = load(at)?;
        Ok((bytes.len(), one(&sources[at], &bytes, packages, &setup)))
    });
    let mut facts = Facts::new(&watch.fingerprint());
    let mut linker = Linker::new(packages, watch);
    for (at, (source, read)) in sources.iter().zip(read).enumerate() {
        match read {
            Err(reason) => facts.unreadable.add(Unreadable { place: Place::of_file(&source.path), reason }),
            Ok((bytes, file)) => {
                facts.inputs.add(Input {
                    path: Arc::clone(&source.path),
                    kind: Kind::Rust,
                    role: Role::Current,
                    bytes: bytes as u64,
                    read: true,
                });
                linker.take(at, file, source, &mut facts);
            }
        }
    }
    linker.finish(&mut facts);
    Reading { facts, lines: BTreeMap::new() }
}

/// Does numbered pieces of work on all cores, on threads with room for deep recursion; the results are in order.
fn in_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let threads = rayon::current_num_threads().min(count);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let begin = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
        let begun: Vec<_> = (0..threads).map(begin).collect();
        // Where no thread can be had, this one does the work.
        let own = if begun.iter().all(Result::is_err) { worker() } else { Vec::new() };
        begun.into_iter().flatten().filter_map(|thread| thread.join().ok()).flatten().chain(own).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn one(source: &Source, bytes: &[u8], packages: &[Package], setup: &Setup<'_>) -> FileFacts {
    static NEEDED: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let gap = |reason: String| FileFacts {
        gaps: vec![(Place::of_file(&source.path), reason)],
        ..FileFacts::default()
    };
    let package = source.package.and_then(|at| packages.get(at));
    if package.map_or_else(|| manifest::is_aside(&source.path), |package| package.is_aside(&source.path)) {
        return FileFacts::default();
    }
    if bytes.len() > MAX_FILE {
        return gap(format!("the file is over the limit of {} MiB and was not read", MAX_FILE >> 20));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return gap("the file is not UTF-8, so it is no Rust".to_owned());
    };
    let needed = NEEDED.get_or_init(|| AhoCorasick::new(NEEDLES).ok());
    if needed.as_ref().is_some_and(|needed| !needed.is_match(text)) {
        return FileFacts::default();
    }
    if nesting(bytes) > MAX_NESTING {
        return gap(format!("brackets are nested more than {MAX_NESTING} deep, so the file was not read"));
    }
    let file = file::read(&source.path, &without_shebang(text), setup);
    // Spans of the tree are kept by the thread; all places have been made.
    proc_macro2::extra::invalidate_current_thread_spans();
    file
}

/// The text with a byte order mark and a `#!` line made blanks and a comment of the same length.
fn without_shebang(text: &str) -> std::borrow::Cow<'_, str> {
    let (mark, rest) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("   ", rest),
        None => ("", text),
    };
    let is_script = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    if mark.is_empty() && !is_script {
        return text.into();
    }
    let (start, rest) = if is_script { ("//", &rest[2..]) } else { ("", rest) };
    format!("{mark}{start}{rest}").into()
}

/// How deep brackets are nested, at most; those in strings and comments count, too.
fn nesting(bytes: &[u8]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in bytes {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}
