//! What was found, up to a bound, and where it stands.

use super::MOST;
use crate::source::Place;
use crate::tree::{Entry, Flaw, Node};

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
