//! What names in a file mean: its `use` declarations, so that a macro counts as the one of a crate and not as any of that
//! name.

use std::collections::HashMap;

use syn::visit::Visit;

/// Whether something is a crate's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is.
    Is,
    /// Nothing in the file says where it comes from.
    Unsaid,
    /// It is something else.
    Other,
}

/// The imports of one file.
#[derive(Debug, Default)]
pub struct Imports {
    names: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    /// `#[macro_use] extern crate …`.
    macros_of: Vec<String>,
}

impl Imports {
    /// Of a file, wherever in it they stand.
    pub fn of(file: &syn::File) -> Self {
        let mut imports = Self::default();
        imports.visit_file(file);
        imports
    }

    /// With those of another part of the file.
    pub fn add(&mut self, other: Self) {
        self.names.extend(other.names);
        self.globs.extend(other.globs);
        self.macros_of.extend(other.macros_of);
    }

    /// The path that a path of the file stands for.
    pub fn full(&self, path: &syn::Path) -> Vec<String> {
        let mut segments = path.segments.iter().map(|segment| segment.ident.to_string());
        let Some(first) = segments.next() else { return Vec::new() };
        let mut full = self.names.get(&first).cloned().unwrap_or_else(|| vec![first]);
        full.extend(segments);
        full
    }

    /// Whether a path is one of these crates', also through another crate that hands it on.
    pub fn origin(&self, path: &syn::Path, crates: &[&str]) -> Origin {
        let is_one = |segment: &String| crates.contains(&segment.as_str());
        let full = self.full(path);
        if full.len() > 1 {
            if full[..full.len() - 1].iter().any(is_one) {
                return Origin::Is;
            }
            // What the crate itself hands on may be anything's.
            let is_own =
                full.first().is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super"));
            return if is_own { Origin::Unsaid } else { Origin::Other };
        }
        if self.macros_of.iter().any(is_one) || self.globs.iter().flatten().any(is_one) {
            return Origin::Is;
        }
        Origin::Unsaid
    }

    /// Whether the file imports anything of these crates.
    pub fn uses(&self, crates: &[&str]) -> bool {
        let is_one = |segment: &String| crates.contains(&segment.as_str());
        self.names.values().chain(&self.globs).any(|path| path.iter().any(is_one))
            || self.macros_of.iter().any(is_one)
    }

    /// Whether the file imports anything of a crate whose name holds a word, such as one that hands another one on.
    pub fn uses_like(&self, word: &str) -> bool {
        let is_one = |path: &Vec<String>| {
            path.first().is_some_and(|first| first.contains(word) && first != "prometheus_client")
        };
        self.names.values().chain(&self.globs).any(is_one) || self.uses(&["prometheus"])
    }

    /// Whether a constant is one of `opentelemetry-semantic-conventions`, by its last two words.
    pub fn are_conventions(&self, of: &str, name: &str) -> bool {
        let is_one = |path: &Vec<String>| path.iter().any(|word| word.contains("semantic_conventions"));
        match self.names.get(if of.is_empty() { name } else { of }) {
            Some(path) => is_one(path),
            None if of.is_empty() => self.globs.iter().any(is_one),
            // The whole path, written out.
            None => matches!(of, "resource" | "attribute" | "trace" | "metric"),
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| {
            let mut path = before.to_vec();
            path.push(ident.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            // `use tracing::{self}` imports the crate.
            syn::UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = before.last() {
                    self.names.insert(last.clone(), before.to_vec());
                }
            }
            syn::UseTree::Name(name) => {
                self.names.insert(name.ident.to_string(), with(&name.ident));
            }
            syn::UseTree::Rename(rename) => {
                let path = if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                self.names.insert(rename.rename.to_string(), path);
            }
            syn::UseTree::Glob(_) => self.globs.push(before.to_vec()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, before)),
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        // Imports stand at the top of a function, if they stand in one.
        for statement in &block.stmts {
            if let syn::Stmt::Item(item @ (syn::Item::Use(_) | syn::Item::ExternCrate(_))) = statement {
                self.visit_item(item);
            }
        }
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_use")) {
            self.macros_of.push(item.ident.to_string());
        }
    }
}
