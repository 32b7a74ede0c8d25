//! One spanned tree for every YAML and JSON file: each key and value with its bytes, duplicate keys and aliases included.
//!
//! Here live [`Tree`], the arena, and [`Node`], a view of one value in it. [`yaml`] and [`json`] fill it through
//! [`build`]; [`pointer`] goes from JSON pointers (RFC 6901) to places and back. What a document means is not known here.
//!
//! A tree holds its text, so strings that stand in the file as they are cost nothing. Aliases are followed and never
//! copied; a document whose aliases would expand to too much is refused as a whole ([`Flaw`] `alias-bomb`).

mod build;
mod json;
mod pointer;
mod value;
mod yaml;

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::source::Place;

pub use pointer::escaped;
pub use value::Value;

/// The largest document that is read, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// How deep values may lie in one another.
pub const MAX_DEPTH: usize = 255;

/// How many values the aliases of a document may stand for, besides ten for each value that is written out.
pub const MAX_EXPANDED: u64 = 1_000_000;

/// How many bytes are counted at once to find a column.
const BLOCK: usize = 256;

/// How many characters begin in these bytes of UTF-8.
fn begun(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count() as u32
}

/// A stretch of a tree's text, in bytes.
type Span = Range<u32>;

/// A document, or several in one file.
#[derive(Debug)]
pub struct Tree {
    path: Arc<str>,
    text: Arc<str>,
    /// Where lines begin.
    lines: Vec<u32>,
    /// How many characters stand before each [`BLOCK`] of bytes: one line may hold a whole document.
    characters: Vec<u32>,
    values: Vec<Slot>,
    entries: Vec<Slice>,
    items: Vec<u32>,
    /// Text that does not stand in the file as it is: escapes undone, lines folded.
    owned: Vec<Box<str>>,
    /// Entries of wide mappings, by mapping and key.
    index: HashTable<(u32, u32)>,
    roots: Vec<u32>,
    comments: Vec<Span>,
    flaws: Vec<Flaw>,
    is_whole: bool,
}

/// A value in the arena.
#[derive(Clone, Debug)]
struct Slot {
    span: Span,
    parent: u32,
    data: Data,
}

/// No parent: the root of a document.
const ROOT: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
enum Data {
    Scalar {
        text: Text,
        is_plain: bool,
    },
    /// A stretch of `items`.
    List {
        from: u32,
        to: u32,
    },
    /// A stretch of `entries`.
    Map {
        from: u32,
        to: u32,
    },
    Alias(u32),
}

/// Text of a scalar or a key.
#[derive(Clone, Copy, Debug)]
enum Text {
    /// It stands in the file.
    Written { from: u32, to: u32 },
    /// One of `owned`.
    Owned(u32),
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
struct Slice {
    key: Text,
    key_span: Span,
    value: u32,
}

/// What is wrong with a file as YAML or JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// A short stable name: `syntax`, `duplicate-key`, `alias-bomb`.
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// What, in words.
    pub what: String,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// YAML 1.2, core schema.
    Yaml,
    /// JSON (RFC 8259), strictly.
    Json,
}

impl Syntax {
    /// By the name of a file.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = path.to_ascii_lowercase();
        let name = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
        if name.ends_with(".json") { Self::Json } else { Self::Yaml }
    }
}

/// A comment that a tool may speak in.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'t> {
    tree: &'t Tree,
    start: u32,
    end: u32,
}

impl<'t> Comment<'t> {
    /// Its text, with `#`.
    #[must_use]
    pub fn text(self) -> &'t str {
        self.tree.slice(self.start, self.end)
    }

    /// Where it stands.
    #[must_use]
    pub fn place(self) -> Place {
        self.tree.place(&(self.start..self.end))
    }
}

impl Tree {
    /// Reads a text of at most [`MAX_BYTES`]; what is wrong with it is among [`Tree::flaws`].
    #[must_use]
    pub fn read(path: &Arc<str>, text: &Arc<str>, syntax: Syntax) -> Self {
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        let mut characters = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut before = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            characters.push(before);
            before += begun(block);
        }
        characters.push(before);
        let tree = Self {
            path: Arc::clone(path),
            text: Arc::clone(text),
            lines,
            characters,
            values: Vec::new(),
            entries: Vec::new(),
            items: Vec::new(),
            owned: Vec::new(),
            index: HashTable::new(),
            roots: Vec::new(),
            comments: Vec::new(),
            flaws: Vec::new(),
            is_whole: true,
        };
        let builder = build::Builder::new(tree);
        match syntax {
            Syntax::Yaml => yaml::read(text, builder),
            Syntax::Json => json::read(text, builder),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.text.len() as u64
    }

    /// How many values are written in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it was read to its end: what stands behind a fault of the syntax is not in the tree.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// What is wrong with it, in order of place.
    #[must_use]
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// The values at the top, one for each document.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|id| Node { tree: self, id: *id })
    }

    /// The value of the first document.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of a stretch of its bytes.
    #[must_use]
    pub fn place_of(&self, bytes: Range<u32>) -> Place {
        self.place(&bytes)
    }

    /// The lines that a comment speaks of: its own where something stands before it, else what begins next, whole.
    #[must_use]
    pub fn covered(&self, comment: &Place) -> (u64, u64) {
        let start = self.lines.get(comment.line as usize - 1).copied().unwrap_or(0);
        let at = comment.start as u32;
        if !self.slice(start, at).trim_start_matches('\u{feff}').trim().is_empty() {
            return (comment.line, comment.line);
        }
        let keys = self.entries.iter().map(|entry| {
            let end = self.values[entry.value as usize].span.end;
            (entry.key_span.start, end.max(entry.key_span.end))
        });
        let values = self.values.iter().map(|value| (value.span.start, value.span.end));
        let next = keys.chain(values).filter(|(from, _)| *from >= at);
        let next = next.min_by_key(|(from, to)| (*from, std::cmp::Reverse(*to)));
        let last = next.map_or(comment.line, |(_, to)| self.position(to.saturating_sub(1).max(at)).0);
        (comment.line, last)
    }

    /// Comments that speak to this tool.
    pub fn comments(&self) -> impl Iterator<Item = Comment<'_>> {
        self.comments.iter().map(|span| Comment { tree: self, start: span.start, end: span.end })
    }

    /// The value with a number that [`Node::id`] gave.
    #[must_use]
    pub fn node(&self, id: u32) -> Option<Node<'_>> {
        ((id as usize) < self.values.len()).then_some(Node { tree: self, id })
    }

    fn slice(&self, from: u32, to: u32) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    fn str(&self, text: Text) -> &str {
        match text {
            Text::Written { from, to } => self.slice(from, to),
            Text::Owned(at) => self.owned.get(at as usize).map_or("", |text| text),
        }
    }

    /// The place of a stretch of the text.
    fn place(&self, span: &Span) -> Place {
        let (line, column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end.max(span.start));
        Place {
            path: Arc::clone(&self.path),
            line,
            column,
            end_line,
            end_column,
            start: u64::from(span.start),
        }
    }

    /// Line and column, from 1; a byte order mark is no character.
    fn position(&self, at: u32) -> (u64, u64) {
        let line = self.lines.partition_point(|start| *start <= at).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let mark = u32::from(start == 0 && at > 0 && self.text.starts_with('\u{feff}'));
        (line as u64, u64::from(self.characters(at) - self.characters(start) - mark) + 1)
    }

    /// How many characters begin before a byte.
    fn characters(&self, at: u32) -> u32 {
        let at = (at as usize).min(self.text.len());
        let block = at / BLOCK;
        let before = self.characters.get(block).copied().unwrap_or(0);
        before + begun(self.text.as_bytes().get(block * BLOCK..at).unwrap_or_default())
    }

    fn hash(map: u32, key: &str) -> u64 {
        xxh3_64_with_seed(key.as_bytes(), u64::from(map))
    }

    /// The entry of a key in a mapping.
    fn find(&self, map: u32, from: u32, to: u32, key: &str) -> Option<u32> {
        if to - from <= build::NARROW {
            return (from..to).find(|at| self.str(self.entries[*at as usize].key) == key);
        }
        let is_it =
            |(owner, at): &(u32, u32)| *owner == map && self.str(self.entries[*at as usize].key) == key;
        self.index.find(Self::hash(map, key), is_it).map(|(_, at)| *at)
    }
}

/// A value, as it is seen from outside: aliases are followed.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: u32,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may be a secret.
        write!(f, "{} at {}", self.value().name(), self.place())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

/// An entry of a mapping.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    tree: &'t Tree,
    at: u32,
}

impl<'t> Entry<'t> {
    /// The key.
    #[must_use]
    pub fn key(self) -> &'t str {
        self.tree.str(self.tree.entries[self.at as usize].key)
    }

    /// Where the key stands.
    #[must_use]
    pub fn key_place(self) -> Place {
        self.tree.place(&self.tree.entries[self.at as usize].key_span)
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> Node<'t> {
        Node { tree: self.tree, id: self.tree.entries[self.at as usize].value }
    }

    /// From the key to the end of the value.
    #[must_use]
    pub fn place(self) -> Place {
        let entry = &self.tree.entries[self.at as usize];
        let end = self.tree.values[entry.value as usize].span.end;
        self.tree.place(&(entry.key_span.start..end.max(entry.key_span.end)))
    }
}

impl<'t> Node<'t> {
    /// The tree it stands in.
    #[must_use]
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its number in the tree.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    fn slot(self) -> &'t Slot {
        &self.tree.values[self.target().id as usize]
    }

    /// What an alias stands for; other values stand for themselves. An alias never points at one.
    #[must_use]
    pub fn target(self) -> Self {
        match self.tree.values[self.id as usize].data {
            Data::Alias(id) => Self { id, ..self },
            _ => self,
        }
    }

    /// Where it stands; for an alias, the alias.
    #[must_use]
    pub fn place(self) -> Place {
        self.tree.place(&self.tree.values[self.id as usize].span)
    }

    /// Whether a stretch of bytes lies within it.
    #[must_use]
    pub fn holds(self, bytes: &Range<usize>) -> bool {
        let span = &self.tree.values[self.id as usize].span;
        span.start as usize <= bytes.start && bytes.end <= span.end as usize
    }

    /// How many bytes it covers.
    #[must_use]
    pub fn length(self) -> u64 {
        let span = &self.tree.values[self.id as usize].span;
        u64::from(span.end.saturating_sub(span.start))
    }

    /// Where a report points for it: a scalar, or the key that a list or mapping stands under.
    #[must_use]
    pub fn mark(self) -> Place {
        match self.value() {
            Value::Map | Value::List => self.key_place().unwrap_or_else(|| self.first_line()),
            _ => self.place(),
        }
    }

    /// Where it begins, within one line.
    fn first_line(self) -> Place {
        let span = &self.tree.values[self.id as usize].span;
        let line = self.tree.lines.partition_point(|start| *start <= span.start);
        let end = self.tree.lines.get(line).map_or(span.end, |next| span.end.min(next.saturating_sub(1)));
        self.tree.place(&(span.start..end.max(span.start)))
    }

    /// The entry of a mapping whose value it is.
    #[must_use]
    pub fn entry(self) -> Option<Entry<'t>> {
        let parent = self.parent()?;
        parent.entries().find(|entry| entry.value().id == self.id)
    }

    fn key_place(self) -> Option<Place> {
        Some(self.entry()?.key_place())
    }

    /// The list or mapping it stands in.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let id = self.tree.values[self.id as usize].parent;
        (id != ROOT).then_some(Self { id, ..self })
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + ExactSizeIterator {
        let (from, to) = match self.slot().data {
            Data::Map { from, to } => (from, to),
            _ => (0, 0),
        };
        let tree = self.tree;
        (from as usize..to as usize).map(move |at| Entry { tree, at: at as u32 })
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'t>> + ExactSizeIterator {
        let (from, to) = match self.slot().data {
            Data::List { from, to } => (from, to),
            _ => (0, 0),
        };
        let tree = self.tree;
        (from as usize..to as usize).map(move |at| Node { tree, id: tree.items[at] })
    }

    /// The entry of a key.
    #[must_use]
    pub fn get_entry(self, key: &str) -> Option<Entry<'t>> {
        let map = self.target();
        let Data::Map { from, to } = map.slot().data else { return None };
        let at = self.tree.find(map.id, from, to, key)?;
        Some(Entry { tree: self.tree, at })
    }

    /// The value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        Some(self.get_entry(key)?.value())
    }

    /// The text of a scalar, whatever its type.
    #[must_use]
    pub fn text(self) -> Option<&'t str> {
        match self.slot().data {
            Data::Scalar { text, .. } => Some(self.tree.str(text)),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(self) -> bool {
        self.value() == Value::Bool(true)
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_map(self) -> bool {
        matches!(self.slot().data, Data::Map { .. })
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        matches!(self.slot().data, Data::List { .. })
    }

    /// What it is, by the core schema of YAML 1.2.
    #[must_use]
    pub fn value(self) -> Value<'t> {
        match self.slot().data {
            Data::Scalar { text, is_plain } => {
                let text = self.tree.str(text);
                if is_plain { Value::of_plain(text) } else { Value::String(text) }
            }
            Data::List { .. } => Value::List,
            // An alias points at no alias.
            Data::Map { .. } | Data::Alias(_) => Value::Map,
        }
    }
}
