//! A whole record as a flat tree, for the few that need a second look: where a value stands in it, and what wrappers hold.

use std::ops::Range;

use super::json::{Scalar, Scanner, Visitor};
use crate::detect::escape;

/// How many bytes of a key a pointer shows.
const LONGEST_KEY: usize = 128;

/// A value of the record.
#[derive(Clone, Debug)]
pub struct Node {
    parent: usize,
    /// The key, as written; empty for elements of arrays.
    pub key: Range<usize>,
    /// Its number among its siblings.
    index: usize,
    /// The value; strings without quotes.
    pub at: Range<usize>,
    /// What it is; `None` for an object or array.
    pub scalar: Option<Scalar>,
    is_object: bool,
    children: usize,
    /// The first value behind it and all it holds.
    behind: usize,
}

/// A record.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    open: Vec<usize>,
    key: Range<usize>,
}

impl Tree {
    /// Reads a record that is known to be sound.
    #[must_use]
    pub fn of(text: &[u8], scanner: &mut Scanner) -> Self {
        let mut tree = Self::default();
        // What does not scan is reported by who scanned it first.
        let _ = scanner.value(text, 0, &mut tree);
        tree
    }

    fn add(&mut self, at: Range<usize>, scalar: Option<Scalar>, is_object: bool) {
        let parent = self.open.last().copied();
        let index = parent.map_or(0, |parent| {
            self.nodes[parent].children += 1;
            self.nodes[parent].children - 1
        });
        let has_key = parent.is_some_and(|parent| self.nodes[parent].is_object);
        let key = if has_key { self.key.clone() } else { 0..0 };
        let parent = parent.unwrap_or(0);
        self.nodes.push(Node {
            parent,
            key,
            index,
            at,
            scalar,
            is_object,
            children: 0,
            behind: self.nodes.len() + 1,
        });
    }

    /// The string in which a range of the text lies wholly.
    #[must_use]
    pub fn string_with(&self, at: &Range<usize>) -> Option<usize> {
        let behind = self.nodes.partition_point(|node| node.at.start <= at.start);
        let node = self.nodes.get(behind.checked_sub(1)?)?;
        let fits = matches!(node.scalar, Some(Scalar::String { .. })) && at.end <= node.at.end;
        fits.then_some(behind - 1)
    }

    /// All strings: where each stands in the tree and in the text.
    pub fn strings(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let strings = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| matches!(node.scalar, Some(Scalar::String { .. })));
        strings.map(|(at, node)| (at, node.at.clone()))
    }

    /// Whether a value is a list.
    #[must_use]
    pub fn is_list(&self, node: usize) -> bool {
        self.nodes.get(node).is_some_and(|node| node.scalar.is_none() && !node.is_object)
    }

    /// The object in a key of which a range of the text lies wholly.
    #[must_use]
    pub fn object_with_key(&self, at: &Range<usize>) -> Option<usize> {
        let node = self.nodes.get(self.nodes.partition_point(|node| node.at.start <= at.start))?;
        (node.key.start <= at.start && at.end <= node.key.end).then_some(node.parent)
    }

    /// The value that begins at a place.
    #[must_use]
    pub fn at(&self, start: usize) -> Option<usize> {
        let behind = self.nodes.partition_point(|node| node.at.start <= start);
        let node = behind.checked_sub(1)?;
        (self.nodes.get(node)?.at.start == start).then_some(node)
    }

    /// A value.
    #[must_use]
    pub fn node(&self, node: usize) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// The JSON pointer (RFC 6901) of a value.
    #[must_use]
    pub fn pointer(&self, text: &[u8], node: usize, shown: impl Fn(&str) -> String) -> String {
        let mut parts = Vec::new();
        let mut at = node;
        while at != 0 {
            let Some(node) = self.nodes.get(at) else { break };
            parts.push(
                if node.key.is_empty() && !self.nodes.get(node.parent).is_some_and(|parent| parent.is_object)
                {
                    node.index.to_string()
                } else {
                    let key = escape::undone(&text[node.key.clone()]);
                    // What is a record's data and no name is long, and shown in part.
                    let key = String::from_utf8_lossy(&key[..key.len().min(LONGEST_KEY)]).into_owned();
                    shown(&key).replace('~', "~0").replace('/', "~1")
                },
            );
            at = node.parent;
        }
        parts.iter().rev().fold(String::new(), |pointer, part| pointer + "/" + part)
    }

    /// The children of a value, in order.
    pub fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes.get(of).map_or(0, |node| node.behind);
        let first = Some(of + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| {
            self.nodes.get(*child).map(|child| child.behind).filter(|next| *next < end)
        })
    }

    /// The member of an object with a name.
    #[must_use]
    pub fn member(&self, text: &[u8], of: usize, name: &str) -> Option<usize> {
        self.children(of).find(|child| {
            self.nodes.get(*child).is_some_and(|node| &text[node.key.clone()] == name.as_bytes())
        })
    }

    /// The text of a string, without escapes; of a number as written.
    #[must_use]
    pub fn text(&self, text: &[u8], node: usize) -> Option<Vec<u8>> {
        let node = self.nodes.get(node)?;
        let raw = &text[node.at.clone()];
        match node.scalar? {
            Scalar::String { escaped: true } => Some(escape::undone(raw).into_owned()),
            Scalar::Null => None,
            _ => Some(raw.to_vec()),
        }
    }
}

impl Visitor for Tree {
    fn key(&mut self, _: &[u8], at: Range<usize>, _: bool) {
        self.key = at;
    }
    fn scalar(&mut self, _: &[u8], at: Range<usize>, scalar: Scalar) {
        self.add(at, Some(scalar), false);
    }
    fn open(&mut self, _: &[u8], at: usize, is_object: bool) {
        self.add(at..at + 1, None, is_object);
        self.open.push(self.nodes.len() - 1);
    }
    fn close(&mut self, at: usize) {
        let behind = self.nodes.len();
        if let Some(node) = self.open.pop().and_then(|open| self.nodes.get_mut(open)) {
            node.at.end = at;
            node.behind = behind;
        }
    }
}
