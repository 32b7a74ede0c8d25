//! Puts a tree together from what a parser meets, in the order of the text.

use std::ops::Range;

use hashbrown::HashMap;

use super::{Data, Flaw, MAX_DEPTH, MAX_EXPANDED, ROOT, Slice, Slot, Span, Text, Tree};
use crate::detect::masked;

/// Up to how many entries a mapping is searched one by one.
pub(super) const NARROW: u32 = 16;

/// A list or mapping whose end has not come yet.
struct Open {
    id: u32,
    is_map: bool,
    /// Where its children begin among those that wait.
    first: usize,
    /// The key whose value comes next.
    key: Option<(Text, Span)>,
    /// How many values it holds, with what aliases stand for.
    size: u64,
    anchor: usize,
}

/// A tree in the making.
pub(super) struct Builder {
    pub tree: Tree,
    open: Vec<Open>,
    waiting_entries: Vec<Slice>,
    waiting_items: Vec<u32>,
    /// Values with an anchor, and how many values each holds; `None` for one whose end has not come.
    anchors: HashMap<usize, (u32, Option<u64>)>,
    /// How many entries were merged in: unlike what an alias stands for, these are copied.
    merged: u64,
}

impl Builder {
    pub fn new(tree: Tree) -> Self {
        Self {
            tree,
            open: Vec::new(),
            waiting_entries: Vec::new(),
            waiting_items: Vec::new(),
            anchors: HashMap::new(),
            merged: 0,
        }
    }

    /// Text that a parser hands out: a part of the file, or its own.
    pub fn text(&mut self, text: &str, is_written: bool) -> Text {
        let start = (text.as_ptr() as usize).wrapping_sub(self.tree.text.as_ptr() as usize);
        let end = start.saturating_add(text.len());
        if is_written && end <= self.tree.text.len() {
            return Text::Written { from: start as u32, to: end as u32 };
        }
        self.tree.owned.push(text.into());
        Text::Owned(self.tree.owned.len() as u32 - 1)
    }

    pub fn flaw(&mut self, code: &'static str, span: &Span, what: impl Into<String>) {
        let place = self.tree.place(span);
        self.tree.flaws.push(Flaw { code, place, what: what.into() });
    }

    /// A fault behind which nothing can be read.
    pub fn stop(&mut self, code: &'static str, span: &Span, what: impl Into<String>) {
        self.flaw(code, span, what);
        self.tree.is_whole = false;
    }

    /// Whether the next scalar is a key.
    pub fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_map && open.key.is_none())
    }

    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// A scalar: a key, or a value.
    pub fn scalar(&mut self, text: Text, span: Range<usize>, is_plain: bool, anchor: usize) {
        let span = narrow(span);
        if self.wants_key() {
            if let Some(open) = self.open.last_mut() {
                open.key = Some((text, span.clone()));
            }
            if anchor != 0 {
                // An anchor on a key: what it stands for is a value of its own.
                let id = self.push(span, Data::Scalar { text, is_plain });
                self.anchors.insert(anchor, (id, Some(1)));
            }
            return;
        }
        let id = self.push(span, Data::Scalar { text, is_plain });
        if anchor != 0 {
            self.anchors.insert(anchor, (id, Some(1)));
        }
        self.place_value(id, 1);
    }

    pub fn alias(&mut self, anchor: usize, span: Range<usize>) {
        let span = narrow(span);
        let Some((target, Some(size))) = self.anchors.get(&anchor).copied() else {
            self.stop("alias-in-itself", &span, "an alias within what it stands for");
            return;
        };
        if self.wants_key() {
            let text = match self.tree.values[target as usize].data {
                Data::Scalar { text, .. } => text,
                _ => self.text("", false),
            };
            if let Some(open) = self.open.last_mut() {
                open.key = Some((text, span));
            }
            return;
        }
        // An alias of an alias stands for what that stands for.
        let target = match self.tree.values[target as usize].data {
            Data::Alias(further) => further,
            _ => target,
        };
        let id = self.push(span, Data::Alias(target));
        self.place_value(id, size);
    }

    /// A list or mapping begins.
    pub fn begin(&mut self, is_map: bool, span: Range<usize>, anchor: usize) {
        let span = narrow(span);
        if self.open.len() >= MAX_DEPTH {
            self.stop("too-deep", &span, format!("nested more than {MAX_DEPTH} deep"));
            return;
        }
        if self.wants_key() {
            self.stop("bad-key", &span, "a key that is no scalar");
            return;
        }
        let data = if is_map { Data::Map { from: 0, to: 0 } } else { Data::List { from: 0, to: 0 } };
        let id = self.push(span, data);
        if anchor != 0 {
            self.anchors.insert(anchor, (id, None));
        }
        let first = if is_map { self.waiting_entries.len() } else { self.waiting_items.len() };
        self.open.push(Open { id, is_map, first, key: None, size: 1, anchor });
    }

    /// The innermost list or mapping ends.
    pub fn end(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let last = self.tree.values.last().map_or(0, |value| value.span.end);
        let (from, to) = if open.is_map {
            let from = self.tree.entries.len() as u32;
            let entries = self.waiting_entries.drain(open.first..);
            self.tree.entries.extend(entries);
            (from, self.tree.entries.len() as u32)
        } else {
            let from = self.tree.items.len() as u32;
            let items = self.waiting_items.drain(open.first..);
            self.tree.items.extend(items);
            (from, self.tree.items.len() as u32)
        };
        let to = if open.is_map { self.merged(from, to) } else { to };
        let slot = &mut self.tree.values[open.id as usize];
        slot.data = if open.is_map { Data::Map { from, to } } else { Data::List { from, to } };
        // Where a block ends in YAML is where the next thing begins, so its last value tells.
        slot.span.end = if end > 0 { end as u32 } else { last.max(slot.span.start) };
        if open.is_map {
            self.unique(open.id, from, to);
        }
        if open.anchor != 0 {
            self.anchors.insert(open.anchor, (open.id, Some(open.size)));
        }
        self.place_value(open.id, open.size);
    }

    /// Adds what `<<` merges in (YAML 1.1's merge key), behind the mapping's own entries.
    fn merged(&mut self, from: u32, to: u32) -> u32 {
        let own = from as usize..to as usize;
        let is_merge = |entry: &&Slice| self.tree.str(entry.key) == "<<";
        let Some(merge) = self.tree.entries[own.clone()].iter().find(is_merge) else { return to };
        let most = self.most();
        if self.merged > most {
            // Reading ends behind this value; until then nothing more is copied.
            return to;
        }
        let added: Vec<Slice> = {
            let node = super::Node { tree: &self.tree, id: merge.value };
            let sources: Vec<super::Node<'_>> =
                if node.is_list() { node.items().collect() } else { vec![node] };
            let mut known: hashbrown::HashSet<&str> =
                self.tree.entries[own].iter().map(|entry| self.tree.str(entry.key)).collect();
            let merged = sources.iter().flat_map(|source| source.entries());
            let new = merged.filter(|entry| known.insert(entry.key()));
            new.map(|entry| self.tree.entries[entry.at as usize].clone()).collect()
        };
        self.merged += added.len() as u64;
        self.tree.entries.extend(added);
        if self.merged > most {
            let document = self.open.first().map_or(0, |open| self.tree.values[open.id as usize].span.start);
            self.stop("alias-bomb", &(document..document), bomb(most));
        }
        self.tree.entries.len() as u32
    }

    /// How many values the aliases of what was read so far may stand for.
    fn most(&self) -> u64 {
        MAX_EXPANDED + 10 * self.tree.values.len() as u64
    }

    /// Finds keys that come twice, and remembers the entries of wide mappings.
    fn unique(&mut self, map: u32, from: u32, to: u32) {
        let mut twice: Vec<(u32, u32)> = Vec::new();
        let tree = &mut self.tree;
        if to - from <= NARROW {
            for at in from..to {
                let key = tree.str(tree.entries[at as usize].key);
                if let Some(first) =
                    (from..at).find(|other| tree.str(tree.entries[*other as usize].key) == key)
                {
                    twice.push((first, at));
                }
            }
        } else {
            let mut index = std::mem::take(&mut tree.index);
            for at in from..to {
                let key = tree.str(tree.entries[at as usize].key);
                let hash = Tree::hash(map, key);
                let same = |(owner, other): &(u32, u32)| {
                    *owner == map && tree.str(tree.entries[*other as usize].key) == key
                };
                if let Some((_, first)) = index.find(hash, same) {
                    twice.push((*first, at));
                } else {
                    let rehash = |(owner, at): &(u32, u32)| {
                        Tree::hash(*owner, tree.str(tree.entries[*at as usize].key))
                    };
                    index.insert_unique(hash, (map, at), rehash);
                }
            }
            tree.index = index;
        }
        for (first, second) in twice {
            let (line, _) = self.tree.position(self.tree.entries[first as usize].key_span.start);
            let second = &self.tree.entries[second as usize];
            let (key, span) = (masked(self.tree.str(second.key)), second.key_span.clone());
            self.flaw("duplicate-key", &span, format!("the key `{key}` stands in line {line} already"));
        }
    }

    fn push(&mut self, span: Span, data: Data) -> u32 {
        let parent = self.open.last().map_or(ROOT, |open| open.id);
        self.tree.values.push(Slot { span, parent, data });
        self.tree.values.len() as u32 - 1
    }

    /// Puts a finished value where it belongs.
    fn place_value(&mut self, id: u32, size: u64) {
        match self.open.last_mut() {
            None => self.tree.roots.push(id),
            Some(open) => {
                open.size = open.size.saturating_add(size);
                if open.is_map {
                    let (key, key_span) = open.key.take().unwrap_or((Text::Written { from: 0, to: 0 }, 0..0));
                    self.waiting_entries.push(Slice { key, key_span, value: id });
                } else {
                    self.waiting_items.push(id);
                }
            }
        }
        if self.open.is_empty() {
            let most = self.most();
            // What has stopped has said why.
            if size > most && self.tree.is_whole {
                let span = self.tree.values[id as usize].span.start..self.tree.values[id as usize].span.start;
                self.stop("alias-bomb", &span, bomb(most));
            }
        }
    }

    /// The tree; where reading stopped early, what is open ends there.
    pub fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            self.end(0);
        }
        self.tree.flaws.sort_by(|a, b| a.place.cmp(&b.place));
        self.tree
    }
}

fn bomb(most: u64) -> String {
    format!("its aliases stand for more than {most} values")
}

fn narrow(span: Range<usize>) -> Span {
    span.start as u32..span.end as u32
}
