//! Escapes of JSON strings undone, and where in the raw text a decoded byte stands.

use std::borrow::Cow;

/// A string without its escapes; `raw` is what stands between the quotes.
#[must_use]
pub fn undone(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &raw[at..]) {
        out.extend_from_slice(&raw[at..at + found]);
        let (c, width) = one(&raw[at + found..]);
        out.extend_from_slice(c.unwrap_or('\\').encode_utf8(&mut [0; 4]).as_bytes());
        at += found + width;
    }
    out.extend_from_slice(&raw[at..]);
    Cow::Owned(out)
}

/// Where in the raw string the decoded byte stands.
#[must_use]
pub fn raw_offset(raw: &[u8], decoded: usize) -> usize {
    let (mut at, mut out) = (0, 0);
    while at < raw.len() {
        let (c, width) = one(&raw[at..]);
        let length = c.map_or(1, char::len_utf8);
        if out + length > decoded {
            return at;
        }
        out += length;
        at += width;
    }
    raw.len()
}

/// What the escape at the beginning stands for (`None` where there is none), and how many bytes it takes.
#[must_use]
pub fn one(raw: &[u8]) -> (Option<char>, usize) {
    if raw.first() != Some(&b'\\') {
        return (None, 1);
    }
    let unit = |at: usize| {
        let digits = std::str::from_utf8(raw.get(at..at + 4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let simple = match raw.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(other @ (b'"' | b'\\' | b'/')) => char::from(*other),
        Some(b'u') => {
            return match (unit(2), raw.get(6..8) == Some(b"\\u"), unit(8)) {
                (Some(high @ 0xd800..0xdc00), true, Some(low @ 0xdc00..0xe000)) => {
                    (char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
                }
                (Some(code), ..) => (Some(char::from_u32(code).unwrap_or('\u{fffd}')), 6),
                (None, ..) => (None, 1),
            };
        }
        _ => return (None, 1),
    };
    (Some(simple), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_found_again() {
        let raw = br#"a\u0073\/\ud83d\ude00\n\"z"#;
        let text = undone(raw);
        assert_eq!(String::from_utf8_lossy(&text), "as/\u{1f600}\n\"z");
        assert_eq!(raw_offset(raw, 1), 1);
        assert_eq!(raw_offset(raw, 2), 7);
        assert_eq!(raw_offset(raw, 3), 9);
        assert_eq!(raw_offset(raw, text.len() - 1), raw.len() - 1);
        assert_eq!(*undone(br"\x \"), *br"\x \");
    }
}
