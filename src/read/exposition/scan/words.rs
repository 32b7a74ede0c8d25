//! The smallest parts of a line: names, quoted strings, numbers; and what is wrong with them.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// A short stable name.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub note: Cow<'static, str>,
    /// Where in the line.
    pub at: Range<usize>,
}

pub fn broken<T>(
    code: &'static str,
    note: impl Into<Cow<'static, str>>,
    at: Range<usize>,
) -> Result<T, Broken> {
    Err(Broken { code, note: note.into(), at })
}

/// A metric or label name: its range in the line without quotes, and whether it holds escapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Bytes of the line.
    pub at: Range<usize>,
    /// Whether [`unescape`] is needed.
    pub escaped: bool,
}

impl Word {
    /// The word's text.
    #[must_use]
    #[inline]
    pub fn text<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = &line[self.at.clone()];
        if self.escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
    }
}

/// Which bytes a name may hold: 1 as first, 2 later, 4 only in metric names.
const NAME: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = if b.is_ascii_alphabetic() || b == b'_' {
            3
        } else if b.is_ascii_digit() {
            2
        } else if b == b':' {
            4
        } else {
            0
        };
        byte += 1;
    }
    table
};

/// The end of the name that begins at `at`; `at` itself where none does.
pub fn name_end(line: &[u8], at: usize, metric: bool) -> usize {
    let colon = if metric { 4 } else { 0 };
    if line.get(at).is_none_or(|byte| NAME[*byte as usize] & (1 | colon) == 0) {
        return at;
    }
    let rest = line[at..].iter().position(|byte| NAME[*byte as usize] & (2 | colon) == 0);
    rest.map_or(line.len(), |length| at + length)
}

pub fn token_end(line: &[u8], at: usize) -> usize {
    line[at..].iter().position(|byte| matches!(byte, b' ' | b'\t')).map_or(line.len(), |length| at + length)
}

/// The width of the character at `at`; 0 behind the end.
pub fn char_width(line: &[u8], at: usize) -> usize {
    match line.get(at) {
        None => 0,
        Some(0..0x80) => 1,
        Some(0x80..0xe0) => 2,
        Some(0xe0..0xf0) => 3,
        Some(_) => 4,
    }
    .min(line.len().saturating_sub(at))
}

pub fn chars(line: &[u8], word: &Word) -> usize {
    word.text(line).iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// A string in double quotes that opens at `at`; the range is what stands between the quotes.
pub fn quoted(line: &[u8], at: usize) -> Result<Word, Broken> {
    let start = at + 1;
    let mut from = start;
    let mut escaped = false;
    loop {
        match memchr2(b'"', b'\\', &line[from.min(line.len())..]) {
            None => return broken("unclosed-quote", "the closing quote is missing", at..line.len()),
            Some(found) if line[from + found] == b'"' => {
                return Ok(Word { at: start..from + found, escaped });
            }
            Some(found) => {
                escaped = true;
                from += found + 2;
            }
        }
    }
}

/// Text 0.0.4 knows `\\` and `\n`, and `\"` in label values (exporters write it in HELP too, and Prometheus takes it);
/// OpenMetrics takes any other escape as it stands.
pub fn check_escapes(line: &[u8], within: Range<usize>) -> Result<(), Broken> {
    let mut at = within.start;
    while let Some(found) = memchr::memchr(b'\\', &line[at..within.end]) {
        let escape = at + found;
        if let Some(b'\\' | b'n' | b'"') = line.get(escape + 1).filter(|_| escape + 1 < within.end) {
        } else {
            let end = (escape + 1 + char_width(line, escape + 1)).min(within.end);
            return broken("bad-escape", r#"only `\\`, `\n` and `\"` may follow a backslash"#, escape..end);
        }
        at = escape + 2;
    }
    Ok(())
}

/// A word without its escapes.
#[must_use]
pub fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'\\' {
            out.push(*byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(next @ (b'\\' | b'"')) => out.push(*next),
            Some(other) => out.extend([b'\\', *other]),
            None => out.push(b'\\'),
        }
    }
    out
}

/// A floating-point number: decimal, `NaN`, `Inf` with a sign; no hexadecimal, no `_`.
pub fn number(line: &[u8], at: usize, what: &str) -> Result<(f64, Range<usize>), Broken> {
    let end = token_end(line, at);
    if end == at {
        return broken(
            "missing-value",
            format!("the {what} is missing"),
            at.saturating_sub(1)..at.max(1).min(line.len()),
        );
    }
    if let Some(whole) = whole_number(&line[at..end]) {
        return Ok((whole, at..end));
    }
    match std::str::from_utf8(&line[at..end]).ok().and_then(|text| text.parse::<f64>().ok()) {
        Some(number) if is_written_out(number, &line[at..end]) => Ok((number, at..end)),
        _ => broken("bad-value", format!("the {what} is not a number"), at..end),
    }
}

/// A whole number that `f64` holds exactly: most values are small ones.
#[inline]
fn whole_number(text: &[u8]) -> Option<f64> {
    if text.len() > 15 {
        return None;
    }
    let mut whole = 0u64;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        whole = whole * 10 + u64::from(digit);
    }
    Some(whole as f64)
}

/// Whether text means this number: infinity is written as such and not reached by a large exponent, NaN has no sign.
fn is_written_out(number: f64, text: &[u8]) -> bool {
    match number {
        _ if number.is_nan() => text.first().is_some_and(u8::is_ascii_alphabetic),
        _ if number.is_infinite() => text.last().is_some_and(u8::is_ascii_alphabetic),
        _ => true,
    }
}

pub fn timestamp_of_text(line: &[u8], at: usize) -> Result<(f64, usize), Broken> {
    let end = token_end(line, at);
    match std::str::from_utf8(&line[at..end]).ok().and_then(|text| text.parse::<i64>().ok()) {
        Some(number) => Ok((number as f64, end)),
        None if line[at] == b'#' => {
            broken("exemplar-in-text", "the text format has no exemplars", at..line.len())
        }
        None => broken("bad-timestamp", "a timestamp is a whole number of milliseconds", at..end),
    }
}

pub fn timestamp_of_openmetrics(line: &[u8], at: usize) -> Result<(f64, Range<usize>), Broken> {
    match number(line, at, "timestamp") {
        Ok((number, span)) if number.is_finite() => Ok((number, span)),
        Ok((_, span)) => broken("bad-timestamp", "a timestamp is a finite number of seconds", span),
        Err(bad) => broken("bad-timestamp", "a timestamp is a number of seconds", bad.at),
    }
}
