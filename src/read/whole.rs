//! A file that is read as a whole: its text, and places in it.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use super::{Opened, Reading};
use crate::facts::{Facts, Gap, Input, Unreadable};
use crate::source::Place;

/// A file's text, with the beginnings of its lines.
pub struct Whole {
    path: Arc<str>,
    text: String,
    lines: Vec<usize>,
    /// Bytes before the text: a byte order mark.
    mark: usize,
}

impl Whole {
    /// A text by itself.
    #[must_use]
    pub fn of(path: &Arc<str>, text: String) -> Self {
        let (text, mark) = match text.strip_prefix('\u{feff}') {
            Some(rest) => (rest.to_owned(), '\u{feff}'.len_utf8()),
            None => (text, 0),
        };
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { path: Arc::clone(path), text, lines, mark }
    }

    /// Reads an input into `facts`: notes it, and what keeps it from being read.
    pub fn read<R: Read>(input: Opened<R>, most: usize, facts: &mut Facts) -> Option<Self> {
        let Opened { path, kind, role, head: mut bytes, mut rest, .. } = input;
        let left = (most + 1).saturating_sub(bytes.len()) as u64;
        let failed = rest.by_ref().take(left).read_to_end(&mut bytes).err();
        let unreadable = |place: Place, reason: String| Unreadable { place, reason };
        if let Some(error) = failed {
            facts
                .unreadable
                .add(unreadable(Place::of_file(&path), format!("reading failed: {}", error.kind())));
            return None;
        }
        if bytes.len() > most {
            let reason = format!("it is over the limit of {} MiB", most >> 20);
            facts.unreadable.add(unreadable(Place::of_file(&path), reason));
            return None;
        }
        let size = bytes.len() as u64;
        match String::from_utf8(bytes) {
            Ok(text) => {
                facts.inputs.add(Input { path: Arc::clone(&path), kind, role, bytes: size, read: true });
                Some(Self::of(&path, text))
            }
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
                let place = Self::of(&path, text.clone()).place(good..good);
                // A place without a width at the very beginning would be the file's.
                let place = if good == 0 { Place { end_column: 2, ..place } } else { place };
                facts.unreadable.add(unreadable(place, "it is not UTF-8".to_owned()));
                None
            }
        }
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How places name the file.
    #[must_use]
    pub fn path(&self) -> &Arc<str> {
        &self.path
    }

    /// The place of a range of bytes; one over several lines is shown up to the end of its first.
    #[must_use]
    pub fn place(&self, range: Range<usize>) -> Place {
        let line = self.line(range.start);
        let start = self.lines.get(line).copied().unwrap_or_default();
        let text = self.line_text(line);
        let from = range.start.saturating_sub(start).min(text.len());
        let to = range.end.saturating_sub(start).clamp(from, text.len());
        Place::in_line(&self.path, line as u64 + 1, (start + self.mark) as u64, text.as_bytes(), from..to)
    }

    /// The number of the line, from 0, that a byte stands in.
    #[must_use]
    pub fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).max(1) - 1
    }

    /// How many lines there are.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Where a line stands, without its end.
    #[must_use]
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        start..start + self.line_text(line).len()
    }

    fn line_text(&self, line: usize) -> &str {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let text = self.text.get(start..end).unwrap_or_default();
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// What a reader gives back: the facts, and the lines they may point at where the input can't be read again.
    #[must_use]
    pub fn reading(whole: Option<&Self>, once: bool, facts: Facts) -> Reading {
        let mut lines = std::collections::BTreeMap::new();
        if let Some(whole) = whole.filter(|_| once) {
            for line in 0..whole.line_count() {
                lines.insert((Arc::clone(&whole.path), line as u64 + 1), whole.line_text(line).to_owned());
            }
        }
        Reading { facts, lines }
    }

    /// What could not be seen here.
    #[must_use]
    pub fn gap(&self, range: Range<usize>, what: impl Into<String>) -> Gap {
        Gap { place: self.place(range), what: what.into() }
    }
}
