//! What was found, up to a bound; how messages call a value and where they point.

use super::MOST;
use crate::detect::masked;
use crate::naming::near::closest;
use crate::source::Place;
use crate::tree::{Entry, Flaw, Node, Value};

/// Faults, in the order they were met.
#[derive(Default)]
pub(super) struct Said {
    pub flaws: Vec<Flaw>,
    /// How many were met besides.
    pub more: usize,
}

impl Said {
    /// One more fault; past the bound it is only counted.
    pub fn add(&mut self, code: &'static str, place: impl FnOnce() -> Place, what: impl FnOnce() -> String) {
        if self.flaws.len() < MOST {
            self.flaws.push(Flaw { code, place: place(), what: what() });
        } else {
            self.more += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.flaws.len() + self.more
    }

    /// Takes over what another one gathered.
    pub fn append(&mut self, other: Self) {
        let room = MOST.saturating_sub(self.flaws.len());
        let over = other.flaws.len().saturating_sub(room);
        self.flaws.extend(other.flaws.into_iter().take(room));
        self.more += other.more + over;
    }

    /// All of it in order of place, and a last one that says what was left out.
    pub fn finish(mut self, root: Node<'_>) -> Vec<Flaw> {
        self.flaws.sort_by(|a, b| a.place.cmp(&b.place));
        if self.more > 0 {
            let what = format!("{} more faults of the structure are not listed", self.more);
            self.flaws.push(Flaw { code: "more", place: start_of(root), what });
        }
        self.flaws
    }
}

/// A value within what is judged: how messages call it, and where they point.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub node: Node<'t>,
    /// The entry whose value it is.
    pub entry: Option<Entry<'t>>,
    /// The key of the list it is an item of, and which.
    pub item: Option<(Option<&'t str>, usize)>,
}

/// The first character of a value, or all of it where it is one line.
pub(super) fn start_of(node: Node<'_>) -> Place {
    let place = node.place();
    if place.end_line == place.line {
        return place;
    }
    Place { end_line: place.line, end_column: place.column + 1, ..place }
}

/// That a word is none of those that may stand there.
pub(super) fn wrong_word<'w>(at: &At<'_>, text: &str, words: impl Iterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.collect();
    let near = closest(text, words.iter().copied()).filter(|_| words.len() > 1);
    let all = listed(words.iter().map(|word| format!("`{word}`")));
    match near {
        Some(near) => format!("{} must be {all}; did you mean `{near}`?", name_of(at)),
        None => format!("{} must be {all}", name_of(at)),
    }
}

/// `a`; one of `a`, `b`, `c`.
pub(super) fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.len() == 1 { items.concat() } else { format!("one of {}", items.join(", ")) }
}

/// `a`, `b` and `c`.
pub(super) fn listed_with<T: AsRef<str>>(items: impl Iterator<Item = T>, word: &str) -> String {
    let items: Vec<String> = items.map(|item| item.as_ref().to_owned()).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

/// How a message calls a value.
pub(super) fn name_of(at: &At<'_>) -> String {
    match (at.entry, at.item) {
        (Some(entry), _) => format!("`{}`", masked(entry.key())),
        (None, Some((Some(key), number))) => format!("item {} of `{}`", number + 1, masked(key)),
        (None, Some((None, number))) => format!("item {}", number + 1),
        (None, None) => "the document".into(),
    }
}

/// Whether nothing is written for a value.
pub(super) fn is_empty(node: Node<'_>) -> bool {
    let place = node.place();
    node.value() == Value::Null && (place.line, place.column) == (place.end_line, place.end_column)
}

/// Where a wrong value stands: at its key where nothing is written.
pub(super) fn place_of(at: &At<'_>) -> Place {
    match at.entry {
        Some(entry) if is_empty(at.node) => entry.key_place(),
        _ => start_of(at.node),
    }
}

/// Where something is missing: at the key of the value.
pub(super) fn mark_of(at: &At<'_>) -> Place {
    match at.entry {
        Some(entry) => entry.key_place(),
        None => start_of(at.node),
    }
}
