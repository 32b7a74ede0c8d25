//! Lines that are no JSON object: what they are instead, and prefixes in front of one.

use std::ops::Range;

use super::shapes::Shape;

/// A prefix that a container runtime or tool puts in front of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// [`Shape::Cri`], [`Shape::Compose`] or [`Shape::Prefixed`].
    pub shape: Shape,
    /// Where the record begins.
    pub end: usize,
    /// Whether the record goes on in the next line of the same stream (CRI's tag `P`).
    pub is_partial: bool,
    /// CRI's stream, whose parts belong together.
    pub stream: Range<usize>,
    /// The service, where the prefix names it.
    pub service: Range<usize>,
    /// Whether the prefix has the time of the record.
    pub has_time: bool,
}

/// The prefix of a line, if it has one.
///
/// CRI: `time stream tag message` (Kubernetes, CRI log format). Compose: `service-1  | message`. kubectl: with `--prefix`
/// `[pod/name/container] message`, with `--timestamps` `time message`.
#[must_use]
pub fn prefix(line: &[u8]) -> Option<Prefix> {
    let mut words = line.split(|byte| *byte == b' ');
    let first = words.next()?;
    let is_time = is_time(first);
    if is_time {
        let (stream, tag) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let tag_first = tag.split(|byte| *byte == b':').next().unwrap_or_default();
        if matches!(stream, b"stdout" | b"stderr") && matches!(tag_first, b"F" | b"P") {
            let from = first.len() + 1;
            let end = (from + stream.len() + 1 + tag.len() + 1).min(line.len());
            let stream = from..from + stream.len();
            return Some(Prefix {
                shape: Shape::Cri,
                end,
                is_partial: tag_first == b"P",
                stream,
                service: 0..0,
                has_time: true,
            });
        }
    }
    let plain = |shape, end, has_time, service| {
        Some(Prefix { shape, end, is_partial: false, stream: 0..0, service, has_time })
    };
    let record = memchr::memchr(b'{', line).filter(|at| *at <= 256)?;
    let before = &line[..record];
    if is_time && before.len() == first.len() + 1 {
        return plain(Shape::Prefixed, record, true, 0..0);
    }
    let trimmed = before.trim_ascii_end();
    if let Some(name) = trimmed.strip_suffix(b"|") {
        let name = name.trim_ascii_end();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        if !name.is_empty() && name.iter().all(is_name) {
            // `api-1` is the first container of the service `api`.
            let number = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let has_number = number > 0 && name[..name.len() - number].ends_with(b"-");
            let service = if has_number { name.len() - number - 1 } else { name.len() };
            return plain(Shape::Compose, record, false, 0..service);
        }
    }
    if trimmed.starts_with(b"[pod/") && trimmed.ends_with(b"]") && !trimmed.contains(&b' ') {
        return plain(Shape::Prefixed, record, false, 0..0);
    }
    None
}

/// A time as RFC 3339 writes it.
fn is_time(word: &[u8]) -> bool {
    let scalar = super::json::Scalar::String { escaped: false };
    word.len() >= 20 && word.get(10) == Some(&b'T') && super::values::bad_timestamp(word, scalar).is_none()
}

/// What a line is that is no JSON object: a short name, and a word for it.
#[must_use]
pub fn what(line: &[u8]) -> (&'static str, &'static str) {
    match line.first() {
        Some(b'[') if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() => {
            ("not-an-object", "a JSON array, not an object")
        }
        Some(b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n')
            if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok() =>
        {
            ("not-an-object", "a JSON value, not an object")
        }
        _ if is_logfmt(line) => ("logfmt", "logfmt, not JSON"),
        _ => ("plain-text", "plain text, not JSON"),
    }
}

/// `key=value` from the beginning, twice or more.
#[must_use]
pub fn is_logfmt(line: &[u8]) -> bool {
    let mut pairs = 0;
    let mut rest = line;
    while pairs < 2 {
        let width =
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-@".contains(byte)).count();
        if width == 0 || rest.get(width) != Some(&b'=') {
            return false;
        }
        pairs += 1;
        rest = &rest[width + 1..];
        rest = if let Some(quoted) = rest.strip_prefix(b"\"") {
            let Some(end) = memchr::memchr(b'"', quoted) else { return pairs >= 2 };
            &quoted[end + 1..]
        } else {
            &rest[memchr::memchr(b' ', rest).unwrap_or(rest.len())..]
        };
        rest = rest.trim_ascii_start();
    }
    true
}

/// Whether a line looks like one of a log that a program writes for people: it begins with a time or names a level.
#[must_use]
pub fn is_log_text(line: &[u8]) -> bool {
    let head = &line[..line.len().min(200)];
    let begins_with_date = head.len() >= 19
        && head[..4].iter().all(u8::is_ascii_digit)
        && matches!(head[4], b'-' | b'/')
        && head[11..13].iter().all(u8::is_ascii_digit)
        && head[13] == b':';
    let level = head.split(|byte| !byte.is_ascii_alphanumeric()).take(12).any(|word| {
        matches!(
            word,
            b"INFO" | b"WARN" | b"WARNING" | b"ERROR" | b"DEBUG" | b"TRACE" | b"FATAL" | b"CRITICAL"
        )
    });
    begins_with_date || level || is_logfmt(line)
}
