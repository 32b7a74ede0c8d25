//! What is malformed in an exposition, folded by fault; and places, with their lines where they can't be read again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::scan::Dialect;
use crate::detect::masked;
use crate::facts::{Kind, Spot, Surface, Tally};
use crate::read::lines::LineAt;
use crate::source::Place;

/// How many lines are kept for what may yet turn out to be wrong, where the input can't be read again. A place behind
/// them is named without its line.
const KEPT_IN_CASE: usize = 4096;

/// A place that is only needed if something turns out to be wrong later: there is one for each histogram.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    line: u64,
    line_start: u64,
    column: u32,
    width: u32,
    offset: u32,
}

/// The book of one exposition.
pub struct Ledger {
    path: Arc<str>,
    pub dialect: Dialect,
    faults: BTreeMap<&'static str, Tally>,
    kept: Option<BTreeMap<(Arc<str>, u64), String>>,
}

impl Ledger {
    pub fn new(path: Arc<str>, dialect: Dialect, keeps_lines: bool) -> Self {
        Self { path, dialect, faults: BTreeMap::new(), kept: keeps_lines.then(BTreeMap::new) }
    }

    pub fn surface(&self) -> Surface {
        match self.dialect {
            Dialect::Text => Surface::Prometheus,
            Dialect::OpenMetrics => Surface::Openmetrics,
        }
    }

    pub fn artifact(&self) -> Arc<str> {
        Arc::clone(&self.path)
    }

    /// Whether nothing is malformed.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// The place of the whole exposition.
    pub fn file(&self) -> Place {
        Place { path: Arc::clone(&self.path), ..Place::of_file("") }
    }

    /// A place in a line; costs a walk over the line, so it is made only for what is kept.
    pub fn place(&mut self, line: &LineAt<'_>, at: Range<usize>) -> Place {
        self.keep(line);
        Place::in_line(&self.path, line.number, line.start, line.text, at)
    }

    /// Marks a place in a line.
    pub fn mark(&mut self, line: &LineAt<'_>, at: Range<usize>) -> Mark {
        if self.kept.as_ref().is_some_and(|kept| kept.len() < KEPT_IN_CASE) {
            self.keep(line);
        }
        let chars = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32;
        Mark {
            line: line.number,
            line_start: line.start,
            column: 1 + chars(&line.text[..at.start]),
            width: chars(&line.text[at.clone()]),
            offset: at.start as u32,
        }
    }

    /// The place of a mark.
    pub fn place_of(&self, mark: &Mark) -> Place {
        Place {
            path: Arc::clone(&self.path),
            line: mark.line,
            column: u64::from(mark.column),
            end_line: mark.line,
            end_column: u64::from(mark.column + mark.width),
            start: mark.line_start + u64::from(mark.offset),
        }
    }

    fn keep(&mut self, line: &LineAt<'_>) {
        if let Some(kept) = &mut self.kept {
            kept.entry((Arc::clone(&self.path), line.number)).or_insert_with(|| line.kept());
        }
    }

    /// Notes a fault at a place in a line.
    pub fn fault(
        &mut self,
        line: &LineAt<'_>,
        code: &'static str,
        at: Range<usize>,
        note: impl FnOnce() -> String,
    ) {
        let wants_place = self.faults.get(code).is_none_or(Tally::wants_place);
        let place = wants_place.then(|| self.place(line, at));
        let tally = self.faults.entry(code).or_default();
        match place {
            Some(place) => tally.add(|| Spot { place, note: masked(&note()) }),
            None => tally.count += 1,
        }
    }

    /// Notes a fault at a place made before.
    pub fn fault_at(&mut self, code: &'static str, place: Place, note: &str) {
        self.faults.entry(code).or_default().add(|| Spot { place, note: masked(note) });
    }

    #[expect(clippy::type_complexity, reason = "taken apart once, by the walk")]
    pub fn into_parts(
        self,
    ) -> (Arc<str>, Kind, BTreeMap<&'static str, Tally>, BTreeMap<(Arc<str>, u64), String>) {
        let kind = match self.dialect {
            Dialect::Text => Kind::Prometheus,
            Dialect::OpenMetrics => Kind::Openmetrics,
        };
        let mut faults = self.faults;
        // What is known only at the end of a family points back.
        for tally in faults.values_mut() {
            tally.first.sort();
        }
        (self.path, kind, faults, self.kept.unwrap_or_default())
    }
}
