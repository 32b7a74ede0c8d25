//! Where something in a record stands in the file, also where the record is wrapped in another one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::detect::escape;
use crate::read::lines::LineAt;
use crate::source::Place;

/// How a record lies in its line.
#[derive(Clone, Copy, Debug)]
pub enum Layer<'l> {
    /// It stands there from an offset on.
    Bare(usize),
    /// It is the text of a string that stands there from an offset on, with escapes.
    String(usize, &'l [u8]),
    /// It was put together from pieces: of each, where it is now and where it stands.
    Pieces(&'l [(Range<usize>, Range<usize>)]),
    /// It was joined from several lines, of which this is the first.
    Joined,
}

/// A record in its line.
#[derive(Clone, Copy, Debug)]
pub struct At<'l> {
    /// The line.
    pub line: LineAt<'l>,
    /// How the record lies in it.
    pub layer: Layer<'l>,
    /// What stands before pointers into the record.
    pub pointer: &'l str,
}

impl At<'_> {
    /// The offset in the file at which a range of the record begins: to make a place costs more.
    pub fn start(&self, at: &Range<usize>) -> u64 {
        self.line.start + self.outer(at.clone()).start as u64
    }

    /// The range of the line that a range of the record covers.
    fn outer(&self, at: Range<usize>) -> Range<usize> {
        match self.layer {
            Layer::Bare(offset) => offset + at.start..offset + at.end,
            Layer::String(offset, raw) => {
                let start = escape::raw_offset(raw, at.start);
                let end = if at.end <= at.start { start } else { escape::raw_offset(raw, at.end) };
                offset + start..offset + end
            }
            Layer::Pieces(pieces) => {
                let known = pieces.iter().rev().find(|(now, _)| now.start <= at.start && at.start <= now.end);
                known.map_or(0..self.line.text.len().min(1), |(now, there)| {
                    if now.len() == there.len() {
                        let start = there.start + (at.start - now.start);
                        start..(start + at.len()).min(there.end)
                    } else {
                        there.clone()
                    }
                })
            }
            Layer::Joined => 0..self.line.text.len().min(1),
        }
    }
}

/// Makes places, and keeps the lines of those that can't be read again.
pub struct Places {
    path: Arc<str>,
    /// Lines by number, where the input can be read once only.
    pub kept: Option<BTreeMap<u64, String>>,
}

impl Places {
    /// For one artifact.
    pub fn new(path: &Arc<str>, keeps_lines: bool) -> Self {
        Self { path: Arc::clone(path), kept: keeps_lines.then(BTreeMap::new) }
    }

    /// The artifact.
    pub fn artifact(&self) -> &Arc<str> {
        &self.path
    }

    /// The place of a range of a record.
    pub fn of(&mut self, at: &At<'_>, range: Range<usize>) -> Place {
        self.in_line(&at.line, at.outer(range))
    }

    /// The place of a range of a line.
    pub fn in_line(&mut self, line: &LineAt<'_>, range: Range<usize>) -> Place {
        if let Some(kept) = &mut self.kept {
            kept.entry(line.number).or_insert_with(|| line.kept());
        }
        Place::in_line(&self.path, line.number, line.start, line.text, range)
    }
}
