//! A strict JSON scanner (RFC 8259) over bytes that are UTF-8 already: it hands out keys and values as ranges and copies
//! nothing. Nesting is kept on a stack of its own, so no depth overflows anything.
//!
//! What the values mean is not known here.

use std::ops::Range;

use fearless_simd::{Level, dispatch};
use hashbrown::HashSet;

use super::quick;
use crate::detect::escape;

/// How deep records may be nested; deeper ones are a fault.
pub const MAX_DEPTH: usize = 1000;

/// From how many keys on an object's keys are kept in a set.
const MANY_KEYS: usize = 64;

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string; the range is what stands between the quotes. Whether it holds escapes.
    String {
        /// Whether a backslash is in it.
        escaped: bool,
    },
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
}

/// Takes in what is scanned, in order.
pub trait Visitor {
    /// A key; a value or an opening follows.
    fn key(&mut self, text: &[u8], at: Range<usize>, escaped: bool);
    /// A scalar; strings without their quotes.
    fn scalar(&mut self, text: &[u8], at: Range<usize>, scalar: Scalar);
    /// An object or array begins at `at`.
    fn open(&mut self, text: &[u8], at: usize, is_object: bool);
    /// It ends in front of `at`.
    fn close(&mut self, at: usize);
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// A short stable name.
    pub code: &'static str,
    /// What is wrong, for a person.
    pub note: &'static str,
    /// Where.
    pub at: Range<usize>,
}

fn wrong<T>(code: &'static str, note: &'static str, at: Range<usize>) -> Result<T, Wrong> {
    Err(Wrong { code, note, at })
}

/// An object or array that is open.
struct Frame {
    is_object: bool,
    /// Where its keys begin in [`Scanner::keys`].
    keys: usize,
    /// A bit for each of them: a key whose bit is not set is new.
    seen: u64,
}

/// Scans values; keeps its space between records.
#[derive(Default)]
pub struct Scanner {
    frames: Vec<Frame>,
    /// Keys of the open objects: a mark by which most differ, and where they stand.
    keys: Vec<(u64, Range<usize>)>,
    /// Keys that stand twice in their object.
    pub repeated: Vec<Range<usize>>,
    /// The keys of the open objects that have very many, and where they begin in `keys`.
    wide: Vec<(usize, HashSet<Vec<u8>>)>,
    has_escaped_keys: bool,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// A value or `]`.
    First,
    /// A key or `}`.
    KeyOrEnd,
    Key,
    /// `,` or the end of what is open.
    Next,
}

impl Scanner {
    /// Scans the one value that begins at `at` and returns its end.
    ///
    /// # Errors
    /// The first byte that can't be, or the end of a text that is not complete (`truncated`).
    pub fn value(&mut self, text: &[u8], mut at: usize, visitor: &mut impl Visitor) -> Result<usize, Wrong> {
        self.frames.clear();
        self.keys.clear();
        self.wide.clear();
        self.repeated.clear();
        self.has_escaped_keys = false;
        let mut expect = Expect::Value;
        loop {
            while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
                at += 1;
            }
            let Some(byte) = text.get(at).copied() else {
                return wrong("truncated", "the record ends before it is complete", text.len()..text.len());
            };
            match expect {
                Expect::Value | Expect::First => match byte {
                    b'"' => {
                        let (end, escaped) = string(text, at + 1)?;
                        visitor.scalar(text, at + 1..end, Scalar::String { escaped });
                        at = end + 1;
                    }
                    b'{' | b'[' => {
                        let is_object = byte == b'{';
                        if self.frames.len() == MAX_DEPTH {
                            return wrong("too-deep", "it is nested more than 1,000 deep", at..at + 1);
                        }
                        self.frames.push(Frame { is_object, keys: self.keys.len(), seen: 0 });
                        visitor.open(text, at, is_object);
                        at += 1;
                        expect = if is_object { Expect::KeyOrEnd } else { Expect::First };
                        continue;
                    }
                    b']' if expect == Expect::First => at = self.close(at, visitor),
                    _ => {
                        let (end, scalar) = plain(text, at)?;
                        visitor.scalar(text, at..end, scalar);
                        at = end;
                    }
                },
                Expect::KeyOrEnd if byte == b'}' => at = self.close(at, visitor),
                Expect::KeyOrEnd | Expect::Key => {
                    if byte != b'"' {
                        return wrong("syntax", "a key in double quotes is expected here", at..at + 1);
                    }
                    let (end, escaped) = string(text, at + 1)?;
                    self.note_key(text, at + 1..end, escaped);
                    visitor.key(text, at + 1..end, escaped);
                    at = end + 1;
                    while let Some(b' ' | b'\t' | b'\r' | b'\n') = text.get(at) {
                        at += 1;
                    }
                    match text.get(at) {
                        Some(b':') => at += 1,
                        Some(_) => return wrong("syntax", "`:` is expected behind a key", at..at + 1),
                        None => continue,
                    }
                    expect = Expect::Value;
                    continue;
                }
                Expect::Next => match (byte, self.frames.last()) {
                    (b',', Some(frame)) => {
                        expect = if frame.is_object { Expect::Key } else { Expect::Value };
                        at += 1;
                        continue;
                    }
                    (b'}', Some(Frame { is_object: true, .. }))
                    | (b']', Some(Frame { is_object: false, .. })) => {
                        at = self.close(at, visitor);
                    }
                    _ => {
                        return wrong(
                            "syntax",
                            "`,` or the end of what is open is expected here",
                            at..at + 1,
                        );
                    }
                },
            }
            if self.frames.is_empty() {
                return Ok(at);
            }
            expect = Expect::Next;
        }
    }

    fn close(&mut self, at: usize, visitor: &mut impl Visitor) -> usize {
        if let Some(frame) = self.frames.pop() {
            self.keys.truncate(frame.keys);
            self.wide.pop_if(|(from, _)| *from == frame.keys && frame.is_object);
        }
        visitor.close(at + 1);
        at + 1
    }

    #[inline]
    fn note_key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        let Some(frame) = self.frames.last_mut() else { return };
        let known = &self.keys[frame.keys..];
        if escaped || self.has_escaped_keys || known.len() >= MANY_KEYS {
            return self.note_odd_key(text, at, escaped);
        }
        let mark = mark(text, &at);
        let bit = 1 << (mark.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58);
        if frame.seen & bit != 0 {
            let is_same = |(other, range): &(u64, Range<usize>)| {
                *other == mark && text[range.clone()] == text[at.clone()]
            };
            if known.iter().any(is_same) {
                self.repeated.push(at.clone());
            }
        }
        frame.seen |= bit;
        self.keys.push((mark, at));
    }

    /// A key with escapes is the same key as one without; in a very wide object comparing each key with all others would
    /// take for ever.
    #[cold]
    fn note_odd_key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        let Some(frame) = self.frames.last() else { return };
        let known = &self.keys[frame.keys..];
        self.has_escaped_keys |= escaped;
        let key = escape::undone(&text[at.clone()]);
        let is_repeated = if known.len() < MANY_KEYS {
            known.iter().any(|(_, range)| escape::undone(&text[range.clone()]) == key)
        } else {
            if self.wide.last().is_none_or(|(from, _)| *from != frame.keys) {
                let all = known.iter().map(|(_, range)| escape::undone(&text[range.clone()]).into_owned());
                self.wide.push((frame.keys, all.collect()));
            }
            self.wide.last_mut().is_some_and(|(_, wide)| !wide.insert(key.into_owned()))
        };
        if is_repeated {
            self.repeated.push(at.clone());
        }
        self.keys.push((mark(text, &at), at));
    }
}

/// Eight bytes and the length: keys that differ mostly differ in them.
#[inline]
fn mark(text: &[u8], at: &Range<usize>) -> u64 {
    let length = at.len() as u64;
    let eight = |from: usize| {
        text.get(from..)
            .and_then(|rest| rest.first_chunk::<8>())
            .map_or(0, |eight| u64::from_le_bytes(*eight))
    };
    if length < 8 {
        return text[at.clone()].iter().fold(length, |mark, byte| mark << 8 | u64::from(*byte));
    }
    eight(at.start) ^ eight(at.end - 8).rotate_left(23) ^ (length << 56)
}

/// The end of the string whose text begins at `at` (where the closing quote stands), and whether it holds escapes.
#[inline]
pub fn string(text: &[u8], at: usize) -> Result<(usize, bool), Wrong> {
    let mut from = at;
    let mut escaped = false;
    loop {
        // With what every processor has: few records are scanned.
        from +=
            dispatch!(Level::baseline(), simd => quick::special(simd, text.get(from..).unwrap_or_default()));
        match text.get(from) {
            Some(b'"') => return Ok((from, escaped)),
            Some(b'\\') => {
                escaped = true;
                from = escape(text, from)?;
            }
            Some(_) => {
                return wrong(
                    "control-character",
                    "a raw control character stands in a string",
                    from..from + 1,
                );
            }
            None => return wrong("truncated", "the string has no closing quote", at - 1..text.len()),
        }
    }
}

/// The end of the number, `true`, `false` or `null` that begins at `at`.
#[inline]
pub fn plain(text: &[u8], at: usize) -> Result<(usize, Scalar), Wrong> {
    match text.get(at) {
        Some(b'-' | b'0'..=b'9') => Ok((number(text, at)?, Scalar::Number)),
        _ => literal(text, at),
    }
}

/// The end of the escape at `at`.
pub fn escape(text: &[u8], at: usize) -> Result<usize, Wrong> {
    match text.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let unit = hex4(text, at + 2)?;
            if (0xd800..0xdc00).contains(&unit) {
                let is_pair = text.get(at + 6..at + 8) == Some(b"\\u");
                if !is_pair || !(0xdc00..0xe000).contains(&hex4(text, at + 8)?) {
                    return wrong("lone-surrogate", "half of a surrogate pair stands alone", at..at + 6);
                }
                return Ok(at + 12);
            }
            if (0xdc00..0xe000).contains(&unit) {
                return wrong("lone-surrogate", "half of a surrogate pair stands alone", at..at + 6);
            }
            Ok(at + 6)
        }
        Some(_) => wrong("syntax", "this escape does not exist in JSON", at..at + 2),
        None => wrong("truncated", "the record ends within an escape", at..text.len()),
    }
}

fn hex4(text: &[u8], at: usize) -> Result<u32, Wrong> {
    let Some(digits) = text.get(at..at + 4) else {
        return wrong("truncated", "the record ends within an escape", at.min(text.len())..text.len());
    };
    let mut unit = 0;
    for digit in digits {
        let Some(value) = char::from(*digit).to_digit(16) else {
            return wrong("syntax", "four hexadecimal digits stand behind `\\u`", at..at + 4);
        };
        unit = unit << 4 | value;
    }
    Ok(unit)
}

/// The end of the number at `at`.
fn number(text: &[u8], at: usize) -> Result<usize, Wrong> {
    let digits = |from: usize| {
        let mut to = from;
        while let Some(b'0'..=b'9') = text.get(to) {
            to += 1;
        }
        to
    };
    let bad = |to: usize| {
        let to = to.min(text.len());
        let width = text[to..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if text[at..to + width].to_ascii_lowercase().ends_with(b"inf") || text[to..].starts_with(b"Infinity")
        {
            return wrong("not-a-number", "infinity is no JSON value", at..to + width);
        }
        if to == text.len() {
            return wrong("truncated", "the record ends within a number", at..to);
        }
        wrong("syntax", "this is no JSON number", at..to + width)
    };
    let first = at + usize::from(text[at] == b'-');
    let mut end = digits(first);
    if end == first || (text[first] == b'0' && end > first + 1) {
        return bad(end);
    }
    if text.get(end) == Some(&b'.') {
        let from = end + 1;
        end = digits(from);
        if end == from {
            return bad(end);
        }
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let from = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(from);
        if end == from {
            return bad(end);
        }
    }
    Ok(end)
}

fn literal(text: &[u8], at: usize) -> Result<(usize, Scalar), Wrong> {
    let rest = &text[at..];
    for (word, scalar) in [(&b"true"[..], Scalar::Bool), (b"false", Scalar::Bool), (b"null", Scalar::Null)] {
        if rest.starts_with(word) {
            return Ok((at + word.len(), scalar));
        }
        if word.starts_with(rest) {
            return wrong("truncated", "the record ends before it is complete", at..text.len());
        }
    }
    let width = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count().max(1);
    if matches!(&rest[..width], b"NaN" | b"nan" | b"Infinity" | b"inf") {
        return wrong("not-a-number", "NaN and infinity are no JSON values", at..at + width);
    }
    wrong("syntax", "a value is expected here", at..at + width)
}
