//! One line of an exposition, without copying: where its parts stand, or what is wrong with it.
//!
//! Grammar: Prometheus text format 0.0.4 (as Prometheus 3.14's `expfmt` reads it) and OpenMetrics 1.0 (its ABNF), both
//! with quoted UTF-8 names. What lines mean together is not known here.

mod words;

use std::ops::Range;

pub use self::words::{Broken, Word};
use self::words::{
    broken, char_width, chars, check_escapes, name_end, number, quoted, timestamp_of_openmetrics,
    timestamp_of_text, token_end,
};

/// The most labels a series may have here; servers allow far fewer.
const MAX_LABELS: usize = 1000;

/// Which of the two grammars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Prometheus text 0.0.4: blanks are free, comments and empty lines are allowed.
    Text,
    /// OpenMetrics 1.0: single spaces, no comments, `# EOF` at the end.
    OpenMetrics,
}

/// One label of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The name.
    pub name: Word,
    /// The value, without quotes.
    pub value: Word,
}

/// A sample line. Labels are in the scanner's scratch ([`Scanner::labels`]), those of the exemplar behind them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The metric's name.
    pub name: Word,
    /// How many labels are the sample's own.
    pub labels: usize,
    /// The value.
    pub value: f64,
    /// Where the value stands.
    pub value_at: Range<usize>,
    /// The timestamp: milliseconds in text, seconds in OpenMetrics.
    pub timestamp: Option<f64>,
    /// Where the exemplar stands, if there is one.
    pub exemplar: Option<Range<usize>>,
    /// Whether the sample before had the same name.
    pub same_name: bool,
    /// How many of the first labels stood so, with name and value, in the sample before too.
    pub repeated: usize,
}

impl Sample {
    /// Where name and labels stand.
    #[must_use]
    pub fn series_at(&self) -> Range<usize> {
        self.name.at.start.min(self.value_at.start)..self.value_at.start.saturating_sub(1)
    }
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// Nothing but blanks.
    Blank,
    /// A comment without meaning for the format.
    Comment,
    /// `# HELP name text`
    Help(Word, Range<usize>),
    /// `# TYPE name kind`
    Type(Word, Range<usize>),
    /// `# UNIT name unit`
    Unit(Word, Range<usize>),
    /// `# EOF`
    Eof,
    /// A sample.
    Sample(Sample),
}

/// Scans lines; keeps the space for labels between lines.
#[derive(Debug)]
pub struct Scanner {
    dialect: Dialect,
    labels: Vec<Pair>,
    before: Before,
}

/// The text of the sample before, up to its closing brace: the next one mostly begins with the same labels, which need no
/// second look. Empty where the line before was broken, or its name did not stand in front.
#[derive(Debug, Default)]
struct Before {
    text: Vec<u8>,
    name: usize,
    /// Where each of its labels begins.
    labels: Vec<usize>,
}

impl Before {
    fn clear(&mut self) {
        self.text.clear();
        self.labels.clear();
        self.name = 0;
    }

    /// Keeps what lies before the closing brace, of which the first `repeated` labels are kept already.
    fn keep(&mut self, line: &[u8], name: usize, end: usize, repeated: usize, labels: &[Pair]) {
        let known = if repeated == 0 { 0 } else { self.labels[repeated - 1] };
        self.name = name;
        self.labels.truncate(repeated);
        self.text.truncate(known);
        self.text.extend_from_slice(&line[known..end]);
        self.labels.extend(labels[repeated..].iter().map(|pair| {
            let start = pair.name.at.start;
            start - usize::from(line[start - 1] == b'"')
        }));
    }

    /// How many of its labels `line` begins with, and where it goes on behind them.
    fn shared(&self, line: &[u8]) -> (usize, usize) {
        let common = common_prefix(&self.text, line);
        match self.labels.iter().rposition(|start| *start <= common) {
            Some(labels) => (labels, self.labels[labels]),
            None => (0, 0),
        }
    }
}

impl Scanner {
    /// A scanner for one dialect.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, labels: Vec::new(), before: Before::default() }
    }

    /// The labels of the last sample line: its own, then those of its exemplar.
    #[must_use]
    pub fn labels(&self) -> &[Pair] {
        &self.labels
    }

    /// Scans one line, given without its line feed.
    ///
    /// # Errors
    /// What is wrong with the line, at the first byte that can't be.
    pub fn line(&mut self, line: &[u8]) -> Result<Line, Broken> {
        let (repeated, known) = self.before.shared(line);
        // A label begins with a whole character, so what lies before it is as sound as it was.
        if simdutf8::basic::from_utf8(&line[known..]).is_err() {
            let at = std::str::from_utf8(line).err().map_or(0, |error| error.valid_up_to());
            return broken("not-utf8", "the line is not UTF-8", at..at + 1);
        }
        let start = self.blanks(line, 0);
        match line.get(start) {
            None if self.dialect == Dialect::OpenMetrics => {
                broken("blank-line", "OpenMetrics has no blank lines", 0..line.len())
            }
            None => Ok(Line::Blank),
            Some(b'#') => self.comment(line, start),
            Some(_) => {
                let sample = self.sample(line, start, repeated, known);
                if sample.is_err() {
                    self.before.clear();
                }
                sample.map(Line::Sample)
            }
        }
    }

    /// The end of the blanks that begin at `at`; OpenMetrics has none of its own accord.
    fn blanks(&self, line: &[u8], mut at: usize) -> usize {
        if self.dialect == Dialect::Text {
            while matches!(line.get(at), Some(b' ' | b'\t')) {
                at += 1;
            }
        }
        at
    }

    fn comment(&self, line: &[u8], start: usize) -> Result<Line, Broken> {
        let strict = self.dialect == Dialect::OpenMetrics;
        if strict && &line[start..] == b"# EOF" {
            return Ok(Line::Eof);
        }
        let at = if strict {
            start + 1 + usize::from(line.get(start + 1) == Some(&b' '))
        } else {
            self.blanks(line, start + 1)
        };
        let keyword_end = token_end(line, at);
        let keyword = &line[at..keyword_end];
        // In text 0.0.4 `# UNIT` is a comment like any other.
        let known = matches!(keyword, b"HELP" | b"TYPE") || (strict && keyword == b"UNIT");
        let known = known && (!strict || at == start + 2);
        if !known {
            if strict {
                let note = "OpenMetrics has only HELP, TYPE, UNIT and EOF behind `#`";
                return broken("unknown-comment", note, start..line.len());
            }
            return Ok(Line::Comment);
        }
        let name_at = self.blanks(line, keyword_end);
        // Text 0.0.4 takes metadata that ends early for a comment; only an empty HELP is complete.
        if !strict && name_at == line.len() {
            return Ok(Line::Comment);
        }
        let name_at = self.gap(line, keyword_end, "a metric name")?;
        let (name, end) = Self::metric_name(line, name_at)?;
        let value_at = self.blanks(line, end);
        if !strict && value_at == line.len() {
            return Ok(if keyword == b"HELP" { Line::Help(name, value_at..value_at) } else { Line::Comment });
        }
        let value_at = self.gap(line, end, "the value")?;
        let mut to = line.len();
        if keyword == b"HELP" {
            if !strict {
                check_escapes(line, value_at..to)?;
            }
            return Ok(Line::Help(name, value_at..to));
        }
        while !strict && to > value_at && matches!(line[to - 1], b' ' | b'\t') {
            to -= 1;
        }
        Ok(if keyword == b"TYPE" { Line::Type(name, value_at..to) } else { Line::Unit(name, value_at..to) })
    }

    /// What separates two tokens: one space, in text one or more blanks.
    fn gap(&self, line: &[u8], at: usize, before: &str) -> Result<usize, Broken> {
        match line.get(at) {
            Some(b' ') => Ok(self.blanks(line, at + 1)),
            Some(b'\t') if self.dialect == Dialect::Text => Ok(self.blanks(line, at + 1)),
            None => {
                broken("incomplete-line", format!("the line ends before {before}"), at.saturating_sub(1)..at)
            }
            Some(_) => broken(
                "bad-separator",
                format!("expected a space before {before}"),
                at..at + char_width(line, at),
            ),
        }
    }

    fn metric_name(line: &[u8], at: usize) -> Result<(Word, usize), Broken> {
        if line.get(at) == Some(&b'"') {
            let value = quoted(line, at)?;
            let end = value.at.end + 1;
            if value.at.is_empty() {
                return broken("bad-name", "the metric name is empty", at..end);
            }
            return Ok((value, end));
        }
        let end = name_end(line, at, true);
        if end == at {
            let width = char_width(line, at);
            return broken("bad-name", "a metric name begins with a letter, `_` or `:`", at..at + width);
        }
        Ok((Word { at: at..end, escaped: false }, end))
    }

    /// A sample whose first labels, up to `known`, are those of the sample before.
    fn sample(&mut self, line: &[u8], start: usize, repeated: usize, known: usize) -> Result<Sample, Broken> {
        self.labels.truncate(repeated);
        let (mut name, mut at) = if known > 0 {
            (Some(Word { at: 0..self.before.name, escaped: false }), self.before.name)
        } else if line[start] == b'{' {
            (None, start)
        } else {
            if line[start] == b'"' {
                let note = "a metric name in quotes stands inside the braces";
                return broken("bad-name", note, start..line.len());
            }
            let (name, end) = Self::metric_name(line, start)?;
            (Some(name), end)
        };
        let name_end = at;
        at = self.blanks(line, at);
        if line.get(at) == Some(&b'{') {
            let in_front = name.as_ref().is_some_and(|name| name.at == (0..at));
            let from = known.max(at + 1);
            let brace = at;
            at = self.label_set(line, brace..from, 0, &mut name)?;
            if in_front {
                self.before.keep(line, brace, at, repeated, &self.labels);
            } else {
                self.before.clear();
            }
            // Text does not ask for a blank behind the brace.
            at = if self.dialect == Dialect::Text {
                self.blanks(line, at)
            } else {
                self.gap(line, at, "the value")?
            };
        } else if at == name_end {
            if let Some(byte) = line.get(at).filter(|byte| !matches!(byte, b' ' | b'\t')) {
                let shown = if byte.is_ascii_graphic() {
                    char::from(*byte).to_string()
                } else {
                    format!("{byte:#04x}")
                };
                let note = format!("`{shown}` can't stand in a metric name that is not quoted");
                return broken("bad-name", note, at..at + char_width(line, at));
            }
            at = self.gap(line, at, "the value")?;
            self.before.clear();
        } else {
            self.before.clear();
        }
        let Some(name) = name else {
            return broken("missing-name", "the sample has no metric name", start..at.min(line.len()));
        };
        let labels = self.labels.len();
        let (value, value_at) = number(line, at, "value")?;
        at = self.blanks(line, value_at.end);
        let mut sample = Sample {
            name,
            labels,
            value,
            value_at,
            timestamp: None,
            exemplar: None,
            same_name: known > 0,
            repeated,
        };
        match self.dialect {
            Dialect::Text => {
                if at < line.len() {
                    let (timestamp, end) = timestamp_of_text(line, at)?;
                    sample.timestamp = Some(timestamp);
                    at = self.blanks(line, end);
                    if at < line.len() {
                        return broken("trailing-text", "nothing may follow the timestamp", at..line.len());
                    }
                }
            }
            Dialect::OpenMetrics => self.rest_of_openmetrics(line, at, &mut sample)?,
        }
        Ok(sample)
    }

    /// ` timestamp` and ` # {labels} value timestamp`, both optional.
    fn rest_of_openmetrics(&mut self, line: &[u8], mut at: usize, sample: &mut Sample) -> Result<(), Broken> {
        if at == line.len() {
            return Ok(());
        }
        at = self.gap(line, at, "what follows the value")?;
        if line.get(at) != Some(&b'#') {
            let (timestamp, span) = timestamp_of_openmetrics(line, at)?;
            sample.timestamp = Some(timestamp);
            at = span.end;
            if at == line.len() {
                return Ok(());
            }
            at = self.gap(line, at, "the exemplar")?;
        }
        let start = at;
        if !line[at..].starts_with(b"# {") {
            return broken("bad-exemplar", "an exemplar begins with `# {`", at..line.len());
        }
        let own = self.labels.len();
        at = self.label_set(line, at + 2..at + 3, own, &mut None)?;
        let text: usize =
            self.labels[own..].iter().map(|pair| chars(line, &pair.name) + chars(line, &pair.value)).sum();
        if text > 128 {
            let note = format!("the exemplar's labels have {text} characters, 128 are allowed");
            return broken("long-exemplar", note, start..at);
        }
        at = self.gap(line, at, "the exemplar's value")?;
        let (_, span) = number(line, at, "exemplar value")?;
        at = span.end;
        if at < line.len() {
            at = self.gap(line, at, "the exemplar's timestamp")?;
            let (_, span) = timestamp_of_openmetrics(line, at)?;
            at = span.end;
            if at < line.len() {
                return broken("trailing-text", "nothing may follow the exemplar", at..line.len());
            }
        }
        sample.exemplar = Some(start..at);
        Ok(())
    }

    /// `{name="value",…}` from the opening brace; the end is behind the closing one. A quoted word without a value is
    /// the metric's name, where `metric` is still empty. What lies in `known` is known: the brace, and behind it the
    /// labels from `first` on that are there already.
    fn label_set(
        &mut self,
        line: &[u8],
        known: Range<usize>,
        first: usize,
        metric: &mut Option<Word>,
    ) -> Result<usize, Broken> {
        let open = known.start;
        let mut at = self.blanks(line, known.end);
        loop {
            match line.get(at) {
                None => return broken("unclosed-labels", "the labels have no closing `}`", open..line.len()),
                Some(b'}')
                    if at == open + 1 || self.dialect == Dialect::Text || self.labels.len() == first =>
                {
                    return Ok(at + 1);
                }
                Some(b'}') if line[at - 1] == b',' => {
                    return broken("trailing-comma", "OpenMetrics allows no comma before `}`", at - 1..at);
                }
                Some(b'}') => return Ok(at + 1),
                Some(_) => {}
            }
            let name = if line[at] == b'"' {
                quoted(line, at)?
            } else {
                let end = name_end(line, at, false);
                if end == at {
                    let note = "a label name begins with a letter or `_`";
                    return broken("bad-label-name", note, at..at + char_width(line, at));
                }
                Word { at: at..end, escaped: false }
            };
            let was_quoted = line[at] == b'"';
            if name.at.is_empty() {
                return broken("bad-label-name", "the name is empty", at..at + 2);
            }
            at = self.blanks(line, name.at.end + usize::from(was_quoted));
            match line.get(at) {
                Some(b'=') => {}
                Some(b',' | b'}') if was_quoted && metric.is_none() && self.labels.len() == first => {
                    *metric = Some(name);
                    at = self.next_label(line, at)?;
                    if line.get(at - 1) == Some(&b'}') {
                        return Ok(at);
                    }
                    continue;
                }
                Some(_) => {
                    return broken(
                        "missing-equals",
                        "expected `=` behind the label name",
                        at..at + char_width(line, at),
                    );
                }
                None => return broken("unclosed-labels", "the labels have no closing `}`", open..line.len()),
            }
            at = self.blanks(line, at + 1);
            if line.get(at) != Some(&b'"') {
                let to = (at + char_width(line, at)).min(line.len());
                return broken("unquoted-value", "a label value stands in double quotes", at.min(to)..to);
            }
            let value = quoted(line, at)?;
            if self.dialect == Dialect::Text {
                check_escapes(line, value.at.clone())?;
            }
            at = self.blanks(line, value.at.end + 1);
            // Comparing first bytes here spares most calls of `memcmp`.
            let is_same = |pair: &&Pair| {
                let (a, b) = (&line[pair.name.at.clone()], &line[name.at.clone()]);
                a.len() == b.len() && a.first() == b.first() && a == b
            };
            if let Some(twice) = self.labels[first..].iter().find(is_same) {
                let note = format!("label `{}` twice", String::from_utf8_lossy(&line[twice.name.at.clone()]));
                return broken("duplicate-label", note, name.at);
            }
            if line[name.at.start] == b'_' && &line[name.at.clone()] == b"__name__" {
                return broken("bad-label-name", "`__name__` is the metric's name, no label", name.at);
            }
            if self.labels.len() - first == MAX_LABELS {
                let note = format!("more than {MAX_LABELS} labels");
                return broken("too-many-labels", note, name.at);
            }
            self.labels.push(Pair { name, value });
            at = self.next_label(line, at)?;
            if line.get(at - 1) == Some(&b'}') {
                return Ok(at);
            }
        }
    }

    /// Behind a label: past `,` (then on), or past `}` (then the byte before is the brace).
    fn next_label(&self, line: &[u8], at: usize) -> Result<usize, Broken> {
        match line.get(at) {
            Some(b',') => {
                let next = self.blanks(line, at + 1);
                if self.dialect == Dialect::OpenMetrics && line.get(next) == Some(&b'}') {
                    return broken("trailing-comma", "OpenMetrics allows no comma before `}`", at..at + 1);
                }
                Ok(next)
            }
            Some(b'}') => Ok(at + 1),
            Some(_) => {
                broken("missing-comma", "expected `,` or `}` behind the label", at..at + char_width(line, at))
            }
            None => broken("unclosed-labels", "the labels have no closing `}`", at.saturating_sub(1)..at),
        }
    }
}

/// How many bytes two texts have in common at their beginnings, eight at a time.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let (a_words, _) = a.as_chunks::<8>();
    let (b_words, _) = b.as_chunks::<8>();
    for (index, (x, y)) in a_words.iter().zip(b_words).enumerate() {
        let difference = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if difference != 0 {
            return index * 8 + difference.trailing_zeros() as usize / 8;
        }
    }
    let same = a_words.len().min(b_words.len()) * 8;
    same + a[same..].iter().zip(&b[same..]).take_while(|(x, y)| x == y).count()
}
