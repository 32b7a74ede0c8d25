//! A document with all files it refers to: which references there are, where they lead, and what was not followed.
//!
//! All files are fetched first, breadth first from the document; then references are followed in memory, and nothing
//! moves any more. What a reference means is for the views to say.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::walk::{self, Found};
use crate::detect::masked;
use crate::naming::near::closest;
use crate::tree::{MAX_BYTES, Node, Syntax, Tree};

/// How many files one document may refer to.
pub const MAX_FILES: usize = 10_000;

/// With how many keys one that is not there is compared.
const MAX_NEAR: usize = 200;

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    Missing,
    /// It is not below the root.
    Outside,
    /// It is there and can't be read: why.
    Unreadable(String),
}

/// Gives the text of a file by its path from the root, with `/`.
type Fetch<'f> = dyn Fn(&str) -> Result<Arc<str>, Refusal> + 'f;

/// Where a reference leads.
#[derive(Clone, Debug)]
pub enum Target<'d> {
    /// To this.
    Found(Node<'d>),
    /// To nothing: why.
    Broken(String),
    /// To a place that is not read: why.
    Unseen(String),
}

/// What a value is once references are followed.
#[derive(Clone, Copy, Debug)]
pub enum Followed<'d> {
    /// The value.
    Value(Node<'d>),
    /// It stands where nothing was read.
    Unseen,
}

impl<'d> Followed<'d> {
    /// The value, if it was seen.
    #[must_use]
    pub fn value(self) -> Option<Node<'d>> {
        match self {
            Self::Value(node) => Some(node),
            Self::Unseen => None,
        }
    }
}

/// A document and the files it refers to.
#[derive(Debug)]
pub struct Documents {
    trees: Vec<Tree>,
    by_path: BTreeMap<Arc<str>, usize>,
    found: Vec<Found>,
    refused: BTreeMap<String, Refusal>,
    /// Where chains of references end, by their links.
    ends: RefCell<HashMap<(usize, u32), End>>,
    /// Whether paths of other files mean anything: not for what came by a stream.
    is_file: bool,
}

impl Documents {
    /// Reads the files that a document refers to, and those that they refer to.
    #[must_use]
    pub fn gather(root: Tree, is_file: bool, fetch: &Fetch<'_>) -> Self {
        let mut documents = Self {
            trees: Vec::new(),
            by_path: BTreeMap::new(),
            found: Vec::new(),
            refused: BTreeMap::new(),
            ends: RefCell::default(),
            is_file,
        };
        let mut left = VecDeque::new();
        documents.add(root, &mut left);
        while let Some(path) = left.pop_front() {
            if documents.by_path.contains_key(path.as_str()) || documents.refused.contains_key(&path) {
                continue;
            }
            if documents.trees.len() >= MAX_FILES {
                let why = format!("the document refers to more than {MAX_FILES} files");
                documents.refused.insert(path, Refusal::Unreadable(why));
                continue;
            }
            match fetch(&path) {
                Ok(text) => {
                    let path: Arc<str> = path.as_str().into();
                    let tree = Tree::read(&path, &text, Syntax::of(&path));
                    documents.add(tree, &mut left);
                }
                Err(refusal) => {
                    documents.refused.insert(path, refusal);
                }
            }
        }
        documents
    }

    fn add(&mut self, tree: Tree, left: &mut VecDeque<String>) {
        let found = walk::references(&tree);
        if self.is_file {
            let mut wanted = BTreeSet::new();
            for node in found.references.iter().filter_map(|id| tree.node(*id)) {
                let reference = node.text().unwrap_or_default();
                if let Ok(Some(path)) = file_of(reference, tree.path()) {
                    wanted.insert(path);
                }
            }
            left.extend(wanted);
        }
        self.by_path.insert(Arc::clone(tree.path()), self.trees.len());
        self.trees.push(tree);
        self.found.push(found);
    }

    /// The document itself.
    #[must_use]
    pub fn root(&self) -> &Tree {
        &self.trees[0]
    }

    /// All files, the document first.
    pub fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.trees.iter()
    }

    /// Files that are referred to and could not be read, though they are there.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.refused.iter().filter_map(|(path, refusal)| match refusal {
            Refusal::Unreadable(why) => Some((path.as_str(), why.as_str())),
            Refusal::Missing | Refusal::Outside => None,
        })
    }

    /// Every reference, in order of file and place.
    pub fn references(&self) -> impl Iterator<Item = Node<'_>> {
        self.trees
            .iter()
            .zip(&self.found)
            .flat_map(|(tree, found)| found.references.iter().filter_map(|id| tree.node(*id)))
    }

    /// Properties of schemas, with the schema that names each.
    pub fn properties(&self) -> impl Iterator<Item = (Node<'_>, crate::tree::Entry<'_>)> {
        self.trees.iter().zip(&self.found).flat_map(|(tree, found)| {
            found.properties.iter().filter_map(|id| tree.node(*id)).flat_map(|map| {
                let schema = map.parent().unwrap_or(map);
                map.entries().map(move |entry| (schema, entry))
            })
        })
    }

    /// Where a `$ref` leads; `node` is its text.
    #[must_use]
    pub fn target(&self, node: Node<'_>) -> Target<'_> {
        let reference = node.text().unwrap_or_default();
        let (_, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let own = node.tree().path();
        let path = match file_of(reference, own) {
            Err(why) => return why,
            Ok(None) => own.to_string(),
            Ok(Some(_)) if !self.is_file => {
                return Target::Unseen("what came by a stream has no folder to look in".to_owned());
            }
            Ok(Some(path)) => path,
        };
        let file = reference.split('#').next().unwrap_or_default();
        if !file.is_empty() && self.found.iter().any(|found| found.ids.iter().any(|id| id.ends_with(file))) {
            return Target::Unseen("it goes by the `$id` of a schema".to_owned());
        }
        let Some(at) = self.by_path.get(path.as_str()).copied() else {
            let shown = masked(&path);
            return match self.refused.get(&path) {
                Some(Refusal::Outside) => Target::Broken("it leads out of the repository".to_owned()),
                Some(Refusal::Unreadable(why)) => Target::Unseen(format!("`{shown}` can't be read: {why}")),
                Some(Refusal::Missing) | None => Target::Broken(format!("there is no file `{shown}`")),
            };
        };
        let (tree, found) = (&self.trees[at], &self.found[at]);
        let Some(root) = tree.root() else {
            return if tree.is_whole() {
                Target::Broken(format!("`{}` is empty", masked(&path)))
            } else {
                Target::Unseen(format!("`{}` does not parse", masked(&path)))
            };
        };
        let Some(fragment) = unpercent(fragment) else {
            return Target::Broken("its fragment is not percent-encoded UTF-8".to_owned());
        };
        if fragment.is_empty() || fragment.starts_with('/') {
            // A schema with an id of its own is a resource of its own, and pointers in it may count from there.
            let within = found.resource_of(node, own == tree.path()).and_then(|id| tree.node(id));
            let by_pointer = within.and_then(|node| node.at(&fragment)).or_else(|| root.at(&fragment));
            return match by_pointer {
                Some(node) => Target::Found(node),
                None if !tree.is_whole() => Target::Unseen(format!("`{}` does not parse", masked(&path))),
                None => Target::Broken(missing(root, &fragment)),
            };
        }
        match found.anchors.get(fragment.as_str()).and_then(|id| tree.node(*id)) {
            Some(node) => Target::Found(node),
            None => Target::Broken(format!("there is no anchor `{}`", masked(&fragment))),
        }
    }

    /// What stands at the end of a chain of references; a value that is none stands for itself.
    #[must_use]
    pub fn follow<'d>(&'d self, node: Node<'d>) -> Followed<'d> {
        match self.end(node) {
            End::Value(at, id) => self.trees[at].node(id).map_or(Followed::Unseen, Followed::Value),
            End::Itself => Followed::Value(node),
            End::Unseen | End::Circle => Followed::Unseen,
        }
    }

    /// Whether a reference leads back to itself without passing anything but references.
    #[must_use]
    pub fn is_cyclic(&self, reference: Node<'_>) -> bool {
        matches!(self.target(reference), Target::Found(node) if self.end(node) == End::Circle)
    }

    /// Where a chain ends. Each of its links is followed once, however often it is asked for.
    fn end(&self, node: Node<'_>) -> End {
        let (mut node, mut passed) = (node, Vec::new());
        let mut around: HashSet<(usize, u32)> = HashSet::new();
        let end = loop {
            let Some(reference) = node.get("$ref").filter(|reference| reference.as_str().is_some()) else {
                break match self.by_path.get(node.tree().path()) {
                    Some(at) if !passed.is_empty() => End::Value(*at, node.id()),
                    _ => End::Itself,
                };
            };
            let Some(at) = self.by_path.get(node.tree().path()) else { break End::Unseen };
            let here = (*at, node.id());
            if let Some(known) = self.ends.borrow().get(&here) {
                break *known;
            }
            if !around.insert(here) {
                break End::Circle;
            }
            passed.push(here);
            match self.target(reference) {
                Target::Found(next) => node = next,
                Target::Broken(_) | Target::Unseen(_) => break End::Unseen,
            }
        };
        self.ends.borrow_mut().extend(passed.into_iter().map(|link| (link, end)));
        end
    }
}

/// Where a chain of references ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is no reference.
    Itself,
    /// At a value: its file, and its number there.
    Value(usize, u32),
    /// Where nothing was read.
    Unseen,
    /// Nowhere: it comes back to itself.
    Circle,
}

/// The file a reference names, from the root; `None` for one within its own document.
fn file_of(reference: &str, own: &str) -> Result<Option<String>, Target<'static>> {
    let file = reference.split('#').next().unwrap_or_default();
    if file.is_empty() {
        return Ok(None);
    }
    let has_scheme = file.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    if has_scheme || file.starts_with("//") {
        return Err(Target::Unseen("it leads elsewhere, and nothing is fetched".to_owned()));
    }
    let file = file.split('?').next().unwrap_or_default();
    let Some(file) = unpercent(file) else {
        return Err(Target::Broken("it is not percent-encoded UTF-8".to_owned()));
    };
    let outside = || Target::Broken("it leads out of the repository".to_owned());
    if file.starts_with('/') {
        return Err(outside());
    }
    let mut steps: Vec<&str> = own.split('/').collect();
    steps.pop();
    let file = file.replace('\\', "/");
    for step in file.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                if steps.pop().is_none() {
                    return Err(outside());
                }
            }
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    Ok((path != own).then_some(path))
}

/// Undoes percent-encoding (RFC 3986, section 2.1).
fn unpercent(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%').then(|| after.get(..2)).flatten();
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// What of a pointer is not there, with the nearest key that is.
fn missing(root: Node<'_>, pointer: &str) -> String {
    let mut node = root;
    for step in pointer.split('/').skip(1) {
        let Some(next) = node.at(&format!("/{step}")) else {
            let step = step.replace("~1", "/").replace("~0", "~");
            // To compare with thousands of names costs more than a hint is worth.
            let few = node.entries().take(MAX_NEAR);
            let near = closest(&step, few.map(crate::tree::Entry::key));
            let near = near.map_or(String::new(), |key| format!("; did you mean `{}`?", masked(key)));
            return format!("there is no `{}`{near}", masked(&step));
        };
        node = next;
    }
    "it leads nowhere".to_owned()
}

/// The largest file that is read, as a report says it.
#[must_use]
pub fn too_large() -> String {
    format!("it is larger than {} MiB", MAX_BYTES >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_from_the_document() {
        for (reference, file) in [
            ("#/a", None),
            ("b.yaml#/a", Some("specs/b.yaml")),
            ("./b%20c.yaml", Some("specs/b c.yaml")),
            ("../common/b.yaml#/a", Some("common/b.yaml")),
            ("a.yaml#/x", None),
        ] {
            let found = file_of(reference, "specs/a.yaml").ok().unwrap();
            assert_eq!(found.as_deref(), file, "{reference}");
        }
        for reference in ["../../etc/passwd", "/etc/passwd", "x/../../../y"] {
            assert!(matches!(file_of(reference, "specs/a.yaml"), Err(Target::Broken(_))), "{reference}");
        }
        for reference in ["https://example.com/a.yaml", "urn:x:y", "//host/a"] {
            assert!(matches!(file_of(reference, "specs/a.yaml"), Err(Target::Unseen(_))), "{reference}");
        }
    }
}
