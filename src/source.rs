//! Where something stands: a place in a file, and the few lines around it that a report may show.
//!
//! Here live [`Place`], [`Seen`], [`Sources`] and how paths are shown. What a place *means* is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::detect::{Hidden, masked_with, printable};

/// The longest line a report shows whole, in bytes; longer ones are cut around the place.
pub const SHOWN_LINE: usize = 400;

/// How many characters of a line that was kept are shown at most.
const KEPT_SHOWN: usize = 4 * SHOWN_LINE;

/// How many bytes more than that are kept, which show whether what stands before is the beginning of a secret.
pub const KEPT_BEHIND: usize = 2048;

/// A stretch of one file.
///
/// Lines and columns count from 1; a column is a Unicode scalar value, as SARIF's `unicodeCodePoints`. `start` is the
/// byte offset in the file; `end_line`/`end_column` point behind the last character.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Repository-relative path with `/`, `<stdin>` or a name given for it, or a URL.
    #[schemars(with = "String")]
    pub path: Arc<str>,
    /// First line, from 1.
    pub line: u64,
    /// First column, from 1.
    pub column: u64,
    /// Last line, from 1.
    pub end_line: u64,
    /// The column behind the last character.
    pub end_column: u64,
    /// Byte offset of the first byte in the file.
    pub start: u64,
}

impl Place {
    /// The place of a whole file: its first character.
    #[must_use]
    pub fn of_file(path: &str) -> Self {
        Self { path: path.into(), line: 1, column: 1, end_line: 1, end_column: 1, start: 0 }
    }

    /// Whether the place says only "this file" and names no text in it.
    #[must_use]
    pub fn is_whole_file(&self) -> bool {
        self.start == 0 && self.end_line == self.line && self.end_column == self.column
    }

    /// The part of a place that a byte range of its own text covers; the whole where the text is written otherwise there
    /// (quoted, escaped, without the suffix it is known by).
    #[must_use]
    pub fn part(&self, text: &str, range: &std::ops::Range<usize>) -> Self {
        let chars = |to: usize| text.get(..to).map(|head| head.chars().count() as u64);
        match (chars(range.start), chars(range.end)) {
            (Some(from), Some(to)) if self.line == self.end_line && to <= self.end_column - self.column => {
                Self {
                    column: self.column + from,
                    end_column: self.column + to,
                    start: self.start + range.start as u64,
                    ..self.clone()
                }
            }
            _ => self.clone(),
        }
    }

    /// A place inside one line of text: `line_start` is the line's byte offset in the file, `at` a byte range in it.
    #[must_use]
    pub fn in_line(
        path: &Arc<str>,
        line: u64,
        line_start: u64,
        text: &[u8],
        at: std::ops::Range<usize>,
    ) -> Self {
        let column = 1 + columns(text.get(..at.start).unwrap_or(text));
        let width = columns(text.get(at.start..at.end.min(text.len())).unwrap_or_default());
        Self {
            path: Arc::clone(path),
            line,
            column,
            end_line: line,
            end_column: column + width,
            start: line_start + at.start as u64,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_whole_file() {
            f.write_str(&self.path)
        } else {
            write!(f, "{}:{}:{}", self.path, self.line, self.column)
        }
    }
}

/// How many Unicode scalar values the bytes hold; a byte that is no UTF-8 counts as one.
fn columns(bytes: &[u8]) -> u64 {
    if std::str::from_utf8(bytes).is_ok() {
        return bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count() as u64;
    }
    let chunks = bytes.utf8_chunks();
    chunks.map(|chunk| chunk.valid().chars().count() as u64 + u64::from(!chunk.invalid().is_empty())).sum()
}

/// A value and where it was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Seen<T> {
    /// What was seen.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// Lines of a source around a place, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The text, whole lines joined by `\n` (a long line is cut).
    pub text: String,
    /// The number of the first line in `text`.
    pub first_line: u64,
    /// The place as a byte range of `text`.
    pub mark: std::ops::Range<usize>,
}

/// Gives a report the lines around a place: from memory (contracts, what came by a stream) or from the file. Words that
/// must not be shown are masked before anyone sees the line.
#[derive(Debug, Default)]
pub struct Sources {
    root: Utf8PathBuf,
    texts: BTreeMap<Arc<str>, Arc<str>>,
    ours: BTreeSet<Arc<str>>,
    lines: BTreeMap<(Arc<str>, u64), String>,
    hidden: Hidden,
    only_below_root: bool,
}

impl Sources {
    /// Files are looked for below `root`, which is what the paths of places are relative to.
    #[must_use]
    pub fn new(root: &Utf8Path) -> Self {
        Self { root: root.to_owned(), ..Self::default() }
    }

    /// Draws only from files below the root: places may have been written by anybody.
    #[must_use]
    pub fn only_below_root(self) -> Self {
        Self { only_below_root: true, ..self }
    }

    /// Hides more than what the built-in detectors find.
    pub fn hide(&mut self, hidden: Hidden) {
        self.hidden = hidden;
    }

    /// Keeps a whole text, such as a contract's.
    pub fn keep_text(&mut self, path: Arc<str>, text: Arc<str>) {
        self.texts.insert(path, text);
    }

    /// Keeps a whole text that comes with the program.
    pub fn keep_our_text(&mut self, path: Arc<str>, text: Arc<str>) {
        self.ours.insert(Arc::clone(&path));
        self.keep_text(path, text);
    }

    /// The paths of the whole texts that are kept.
    pub fn text_paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(|path| &**path)
    }

    /// Keeps single lines of something that can't be read twice (a pipe, an HTTP answer).
    pub fn keep_lines(&mut self, lines: impl IntoIterator<Item = ((Arc<str>, u64), String)>) {
        self.lines.extend(lines);
    }

    /// Takes over what another part of the run kept.
    pub fn absorb(&mut self, other: Self) {
        self.hidden.merge(other.hidden);
        self.texts.extend(other.texts);
        self.ours.extend(other.ours);
        self.lines.extend(other.lines);
    }

    /// What is hidden.
    #[must_use]
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// The text of the line a place begins in, trimmed.
    #[must_use]
    pub fn line_text(&self, place: &Place) -> String {
        self.window(place)
            .map(|w| w.text.lines().next().unwrap_or_default().trim().to_owned())
            .unwrap_or_default()
    }

    /// The lines a place covers, and the place itself hidden where a finding is about what must not be shown.
    #[must_use]
    pub fn window_hiding(&self, place: &Place) -> Option<Window> {
        let mut window = self.window(place)?;
        let marked: String =
            window.text.get(window.mark.clone())?.chars().map(|c| if c == '\n' { c } else { '•' }).collect();
        let end = window.mark.start + marked.len();
        window.text.replace_range(window.mark.clone(), &marked);
        window.mark.end = end;
        Some(window)
    }

    /// The lines a place covers; `None` where they can't be had any more (then a report names the place only).
    #[must_use]
    pub fn window(&self, place: &Place) -> Option<Window> {
        if place.is_whole_file() || place.line == 0 || place.column == 0 {
            return None;
        }
        let wanted = (place.end_line.saturating_sub(place.line) + 1).min(6) as usize;
        let lines: Vec<String> = if let Some(text) = self.texts.get(&place.path) {
            text.lines()
                .skip((place.line as usize).saturating_sub(1))
                .take(wanted)
                .map(str::to_owned)
                .collect()
        } else if let Some(line) = self.lines.get(&(Arc::clone(&place.path), place.line)) {
            // The end of what was kept may be the beginning of what must not be shown.
            let shown = masked_with(line, &self.hidden);
            let end = shown.char_indices().nth(KEPT_SHOWN).map_or(shown.len(), |(at, _)| at);
            vec![shown[..end].to_owned()]
        } else {
            self.lines_of_file(place, wanted)?
        };
        let is_text = self.texts.contains_key(&place.path);
        // What comes with the program holds nothing of anybody's.
        if self.ours.contains(&place.path) {
            return cut(place, &lines);
        }
        // A contract names fields and describes values; it is no place for them.
        let hidden = if is_text { &Hidden::default() } else { &self.hidden };
        let shown = |line: &String| printable(&masked_with(line, hidden));
        let lines: Vec<String> = lines.iter().map(shown).collect();
        cut(place, &lines)
    }

    /// Reads just the wanted lines: the place knows its byte offset, so nothing before it is read.
    fn lines_of_file(&self, place: &Place, wanted: usize) -> Option<Vec<String>> {
        let path = self.root.join(&*place.path);
        if self.only_below_root && !path.canonicalize_utf8().ok()?.starts_with(&self.root) {
            return None;
        }
        // Opening a pipe would wait for its writer.
        if !path.is_file() {
            return None;
        }
        let mut file = std::fs::File::open(path).ok()?;
        // The line starts at most four bytes a column before the place.
        let back = place.column.checked_mul(4).filter(|back| *back < 1 << 26)?;
        let from = place.start.saturating_sub(back);
        file.seek(SeekFrom::Start(from)).ok()?;
        let mut head = vec![0; (place.start - from) as usize];
        file.read_exact(&mut head).ok()?;
        let line_start = head.iter().rposition(|byte| *byte == b'\n').map_or(from, |at| from + at as u64 + 1);
        file.seek(SeekFrom::Start(line_start)).ok()?;
        let mut reader = BufReader::new(file.take(1 << 20));
        let mut lines = Vec::with_capacity(wanted);
        for _ in 0..wanted {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line).ok()?;
            if line.is_empty() {
                break;
            }
            while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                line.pop();
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
        Some(lines)
    }
}

/// A path as reports show it: relative to `root`, with `/`.
#[must_use]
pub fn relative(path: &Utf8Path, root: &Utf8Path) -> String {
    let full = path.canonicalize_utf8();
    let path = full.as_deref().unwrap_or(path);
    let path = path.strip_prefix(root).unwrap_or(path);
    let text = path.as_str().replace('\\', "/");
    printable(text.strip_prefix("./").unwrap_or(&text))
}

/// The folder that paths are relative to: the repository's root, or the working directory where there is no repository.
#[must_use]
pub fn root_of(working: &Utf8Path) -> Utf8PathBuf {
    working.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(working).to_owned()
}

/// Whether a name is an address, of whatever scheme.
#[must_use]
pub fn is_url(name: &str) -> bool {
    name.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Cuts long lines around the mark and turns the place into a byte range of what is left.
fn cut(place: &Place, lines: &[String]) -> Option<Window> {
    let first = lines.first()?;
    let byte_of = |line: &str, column: u64| {
        line.char_indices().nth(column.saturating_sub(1) as usize).map_or(line.len(), |(at, _)| at)
    };
    let start = byte_of(first, place.column);
    if place.line == place.end_line {
        let end = byte_of(first, place.end_column).max(start);
        if first.len() <= SHOWN_LINE {
            return Some(Window { text: first.clone(), first_line: place.line, mark: start..end });
        }
        let mark_len = (end - start).min(SHOWN_LINE / 2);
        let from = floor(first, start.saturating_sub((SHOWN_LINE - mark_len) / 2));
        let to = floor(first, (from + SHOWN_LINE).min(first.len()));
        let head = if from > 0 { "…" } else { "" };
        let tail = if to < first.len() { "…" } else { "" };
        let at = start - from + head.len();
        let text = format!("{head}{}{tail}", &first[from..to]);
        let mark = at..(at + (end - start)).min(text.len());
        return Some(Window { text, first_line: place.line, mark });
    }
    let mut text = String::new();
    let mut end = 0;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        if place.line + index as u64 == place.end_line {
            end = text.len() + byte_of(line, place.end_column);
        }
        text.push_str(&line[..floor(line, SHOWN_LINE)]);
    }
    let end = if end == 0 { text.len() } else { end.min(text.len()) };
    Some(Window { mark: start.min(end)..end, text, first_line: place.line })
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
