//! OpenAPI and AsyncAPI documents: one artifact is a document with all files it refers to.
//!
//! [`documents`] gathers the files and follows references, [`shapes`] judges the structure by tables, [`openapi`] and
//! [`asyncapi`] are thin views over the tree, [`schema`] knows properties. Nothing is fetched from elsewhere.

mod asyncapi;
mod documents;
mod openapi;
mod schema;
mod secrets;
mod servers;
pub mod shapes;
mod walk;

use std::sync::Arc;

use crate::detect::masked;
use crate::facts::{
    AllowComment, BrokenReference, Description, Facts, Fault, Gap, Gravity, Input, Kind, SchemaField, Spot,
    Tally, Unreadable,
};
use crate::read::{Reading, Watch, allows};
use crate::source::Place;
use crate::tree::{Entry, Flaw, Node, Syntax, Tree, Value};

use documents::{Documents, Target};
pub use documents::{MAX_FILES, Refusal, too_large};

/// A document that was opened.
pub struct Source {
    /// What is read.
    pub input: Input,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it is a file, so that other files can be found from it.
    pub is_file: bool,
    /// Whether it can be read once only: then the lines that facts point at are kept.
    pub once: bool,
}

/// Reads a document; `fetch` gives the bytes of other files by their path from the root.
pub fn read(source: Source, watch: &Watch, fetch: &dyn Fn(&str) -> Result<Vec<u8>, Refusal>) -> Reading {
    let Source { input, bytes, is_file, once } = source;
    let path = Arc::clone(&input.path);
    let mut facts = Facts::new(&watch.fingerprint());
    let text = match text(&path, bytes) {
        Ok(text) => text,
        Err(unreadable) => {
            facts.unreadable.add(unreadable);
            return Reading { facts, lines: std::collections::BTreeMap::new() };
        }
    };
    let kind = input.kind;
    // A stream need not have a name that tells.
    let is_json = once && text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let syntax = if is_json { Syntax::Json } else { Syntax::of(&path) };
    let tree = Tree::read(&path, &text, syntax);
    let bytes_of = |path: &str| {
        let bytes = fetch(path)?;
        let shown: Arc<str> = path.into();
        self::text(&shown, bytes).map_err(|unreadable| Refusal::Unreadable(unreadable.reason))
    };
    let documents = Documents::gather(tree, is_file, &bytes_of);
    facts.inputs.add(input);
    let artifact = Artifact { documents: &documents, kind, path: &path };
    artifact.allows(&mut facts);
    artifact.read(watch, &mut facts);
    secrets::look(&documents, watch, &mut facts);
    let lines = if once { kept(&path, &text) } else { std::collections::BTreeMap::new() };
    Reading { facts, lines }
}

/// The text of a file.
fn text(path: &Arc<str>, bytes: Vec<u8>) -> Result<Arc<str>, Unreadable> {
    if bytes.len() as u64 > crate::tree::MAX_BYTES {
        return Err(Unreadable { place: Place::of_file(path), reason: too_large() });
    }
    String::from_utf8(bytes).map(Arc::from).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..at];
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
        let rest = &error.as_bytes()[start..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let place = Place::in_line(path, line, start as u64, &rest[..end], at - start..at - start + 1);
        Unreadable { place, reason: "it is not UTF-8".to_owned() }
    })
}

/// A document with its files.
struct Artifact<'d> {
    documents: &'d Documents,
    kind: Kind,
    path: &'d Arc<str>,
}

impl<'d> Artifact<'d> {
    fn read(&self, watch: &Watch, facts: &mut Facts) {
        for flaw in self.documents.trees().flat_map(Tree::flaws) {
            self.fault(flaw, facts);
        }
        for (path, why) in self.documents.unreadable() {
            let reason = format!("`{}` refers to it, and {why}", self.path);
            facts.unreadable.add(Unreadable { place: Place::of_file(path), reason });
        }
        let tree = self.documents.root();
        let Some((root, version)) = self.begin(tree, facts) else {
            // What can't be read may have anything in it.
            let place = tree.root().map_or_else(|| Place::of_file(self.path), Node::mark);
            let what = format!("nothing in the {} is judged", self.kind.title());
            facts.gaps.add(Gap { place: place.clone(), what });
            let (anchor, version) = (place.clone(), String::new());
            facts.descriptions.add(Description { place, kind: self.kind, version, anchor, is_whole: false });
            return;
        };
        let is_whole = self.references(facts);
        let (key, word) = match self.kind {
            Kind::Openapi => ("paths", "openapi"),
            _ => ("channels", "asyncapi"),
        };
        let place = root.get(word).map_or_else(|| root.mark(), Node::place);
        let anchor = root.get_entry(key).map_or_else(|| place.clone(), Entry::key_place);
        facts.descriptions.add(Description {
            place,
            kind: self.kind,
            version: version.clone(),
            anchor,
            is_whole,
        });
        let hidden = watch.hidden.only_detectors();
        for server in match self.kind {
            Kind::Openapi => servers::of(self.documents, root, &hidden),
            _ => servers::of_events(self.documents, root, &hidden),
        } {
            facts.servers.add(server);
        }
        match self.kind {
            Kind::Openapi => openapi::read(self.documents, root, (&watch.specs, &hidden), facts),
            _ => asyncapi::read(self.documents, root, &version, facts),
        }
        self.fields(watch, facts);
    }

    fn fault(&self, flaw: &Flaw, facts: &mut Facts) {
        let mut seen = Tally::default();
        seen.add(|| Spot { place: flaw.place.clone(), note: flaw.what.clone() });
        // One fault for each place, since each is mended at its own.
        let code = format!("{} {}:{}", flaw.code, flaw.place.line, flaw.place.column);
        facts.faults.add(Fault {
            artifact: Arc::clone(&flaw.place.path),
            kind: self.kind,
            code,
            gravity: Gravity::Refused,
            seen,
        });
    }

    /// The document and its version, with the faults of its structure; `None` where there is nothing to read on in.
    fn begin(&self, tree: &'d Tree, facts: &mut Facts) -> Option<(Node<'d>, String)> {
        let Some(root) = tree.root() else {
            if tree.is_whole() {
                let what = "an empty document".to_owned();
                self.fault(&Flaw { code: "empty", place: Place::of_file(self.path), what }, facts);
            }
            return None;
        };
        if !tree.is_whole() {
            return None;
        }
        if let Some(second) = tree.documents().skip(1).find(|node| node.value() != Value::Null) {
            let what = "a second document in one file; only the first one is read".to_owned();
            self.fault(&Flaw { code: "several-documents", place: second.mark(), what }, facts);
        }
        let (language, version) = match shapes::version(root) {
            Ok(known) => known,
            Err(flaw) => {
                self.fault(&flaw, facts);
                return None;
            }
        };
        let outside = |node: Node<'d>| {
            let target = self.documents.follow(node).value()?;
            (!std::ptr::eq(target.tree(), node.tree())).then_some(target)
        };
        for flaw in shapes::check(root, language, version, &outside) {
            self.fault(&flaw, facts);
        }
        if (language == shapes::Language::OpenApi) != (self.kind == Kind::Openapi) {
            let what = format!(
                "it is {}, and the contract's `files:` calls it {}",
                language.name(),
                self.kind.title()
            );
            self.fault(&Flaw { code: "other-language", place: root.mark(), what }, facts);
            return None;
        }
        Some((root, version.to_string()))
    }

    /// What is wrong with references; whether all of them lead somewhere.
    fn references(&self, facts: &mut Facts) -> bool {
        let mut is_whole = true;
        for reference in self.documents.references() {
            let reason = match self.documents.target(reference) {
                Target::Found(_) if self.documents.is_cyclic(reference) => {
                    "it leads back to itself, and to nothing else".to_owned()
                }
                Target::Found(_) => continue,
                Target::Broken(reason) => reason,
                Target::Unseen(why) => {
                    is_whole = false;
                    let what = format!("`$ref` is not followed: {why}");
                    facts.gaps.add(Gap { place: reference.place(), what });
                    continue;
                }
            };
            let target = masked(reference.text().unwrap_or_default());
            facts.broken_references.add(BrokenReference {
                place: reference.place(),
                kind: self.kind,
                target,
                reason,
            });
        }
        is_whole
    }

    /// Fields of the contract among the properties of schemas.
    fn fields(&self, watch: &Watch, facts: &mut Facts) {
        for (schema, entry) in self.documents.properties() {
            let named = |names: &&Vec<String>| names.iter().any(|name| name == entry.key());
            let Some(field) = watch.specs.fields.iter().find(named).and_then(|names| names.first()) else {
                continue;
            };
            let mut property = self.documents.property(entry.key(), entry.key_place(), entry.value());
            let required = schema.get("required").into_iter().flat_map(Node::items);
            property.is_required = required.filter_map(Node::as_str).any(|name| name == entry.key());
            facts.schema_fields.add(SchemaField { field: field.clone(), kind: self.kind, property });
        }
    }

    /// Allow comments: one behind something is about its line, one above about what follows, with all that is in it.
    fn allows(&self, facts: &mut Facts) {
        for tree in self.documents.trees() {
            for comment in tree.comments() {
                let Some(said) = allows::said(comment.text().as_bytes()) else { continue };
                let place = comment.place();
                let (from_line, to_line) = tree.covered(&place);
                for rule in &said.rules {
                    facts.allows.add(AllowComment {
                        place: place.clone(),
                        rule: rule.clone(),
                        reason: said.reason.clone(),
                        from_line,
                        to_line,
                    });
                }
            }
        }
    }
}

/// How many lines of a stream are kept, and how much of each.
const KEPT_LINES: usize = 200_000;

/// The lines that facts point at, where they can't be read again.
fn kept(path: &Arc<str>, text: &str) -> std::collections::BTreeMap<(Arc<str>, u64), String> {
    // Any line may be pointed at, and a document is small: what is not asked for is dropped with the run.
    let lines = text.lines().enumerate().take(KEPT_LINES);
    lines.map(|(at, line)| ((Arc::clone(path), at as u64 + 1), line.chars().take(4096).collect())).collect()
}
