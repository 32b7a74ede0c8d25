//! The text of one file, and places in it.

use std::ops::Range;
use std::sync::Arc;

use proc_macro2::Span;

use crate::source::Place;

/// A file's text with the beginnings of its lines.
pub struct Text<'t> {
    path: Arc<str>,
    whole: &'t str,
    lines: Vec<usize>,
    /// Where in it that begins of which spans are.
    pub base: usize,
}

impl<'t> Text<'t> {
    /// Of a file.
    pub fn new(path: &Arc<str>, text: &'t str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self {
            path: Arc::clone(path),
            whole: text,
            lines: std::iter::once(0).chain(breaks).collect(),
            base: 0,
        }
    }

    /// The file.
    pub fn path(&self) -> Arc<str> {
        Arc::clone(&self.path)
    }

    /// Whether a word stands anywhere in it.
    pub fn has(&self, word: &str) -> bool {
        memchr::memmem::find(self.whole.as_bytes(), word.as_bytes()).is_some()
    }

    /// The place of a range of bytes; one over several lines is shown up to the end of its first, a quoted text without
    /// its quotes.
    pub fn place(&self, range: Range<usize>) -> Place {
        let quoted = self.whole.get(range.clone()).and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        let range =
            if quoted.is_some_and(|text| !text.is_empty()) { range.start + 1..range.end - 1 } else { range };
        let line = self.lines.partition_point(|start| *start <= range.start).max(1) - 1;
        let start = self.lines[line];
        let end = self.lines.get(line + 1).map_or(self.whole.len(), |next| next - 1);
        let text = self.whole.get(start..end).unwrap_or_default();
        let text = text.strip_suffix('\r').unwrap_or(text);
        let from = range.start.saturating_sub(start).min(text.len());
        let to = range.end.saturating_sub(start).clamp(from, text.len());
        Place::in_line(&self.path, line as u64 + 1, start as u64, text.as_bytes(), from..to)
    }

    /// The place of a part of the syntax tree.
    pub fn at(&self, span: Span) -> Place {
        let range = span.byte_range();
        self.place(range.start + self.base..range.end + self.base)
    }
}
