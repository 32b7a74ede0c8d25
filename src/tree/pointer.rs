//! JSON pointers (RFC 6901): from a pointer to its value, and from a value or a byte of the text back to a pointer.

use super::{Node, Tree};

/// A step of a pointer as it is written.
#[must_use]
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

impl Node<'_> {
    /// The value at a pointer from here; the empty pointer is the value itself.
    #[must_use]
    pub fn at(self, pointer: &str) -> Option<Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let mut node = self;
        for step in pointer.strip_prefix('/')?.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            node = if node.is_list() {
                // No sign, no leading zero.
                let is_index =
                    step == "0" || (!step.starts_with('0') && step.bytes().all(|b| b.is_ascii_digit()));
                node.items().nth(step.parse().ok().filter(|_| is_index)?)?
            } else {
                node.get(&step)?
            };
        }
        Some(node)
    }

    /// Its pointer from the top of its document.
    #[must_use]
    pub fn pointer(self) -> String {
        let mut steps: Vec<String> = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            if parent.is_list() {
                let at = parent.items().position(|item| item.id == node.id).unwrap_or(0);
                steps.push(at.to_string());
            } else {
                steps.push(node.entry().map(|entry| escaped(entry.key())).unwrap_or_default());
            }
            node = parent;
        }
        steps.iter().rev().fold(String::new(), |pointer, step| pointer + "/" + step)
    }
}

impl Tree {
    /// The innermost value at a byte of the text; on a key, the value behind it.
    #[must_use]
    pub fn at_byte(&self, byte: u32) -> Option<Node<'_>> {
        let within = |node: &Node<'_>| {
            let span = &self.values[node.id as usize].span;
            span.start <= byte && byte < span.end.max(span.start + 1)
        };
        let mut node = self.documents().find(within)?;
        loop {
            let by_key = || {
                node.entries().find(|entry| {
                    let span = &self.entries[entry.at as usize].key_span;
                    span.start <= byte && byte < span.end
                })
            };
            if let Some(entry) = by_key() {
                return Some(entry.value());
            }
            let next = if node.is_list() {
                node.items().find(within)
            } else {
                node.entries().map(super::Entry::value).find(within)
            };
            match next {
                // What a merge key brings in stands elsewhere, maybe around.
                Some(next) if next.id != node.id && next.id > node.id => node = next,
                _ => return Some(node),
            }
        }
    }
}
