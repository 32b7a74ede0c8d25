//! Identifiers in the text of a message, which make every message a new one.

use fearless_simd::{Level, dispatch};

use super::quick;
use crate::detect::{Shape, shape_of};

/// Numbers of so many digits are no counts any more, and no identifier is shorter.
const LONG_NUMBER: usize = 6;

/// What was found in a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The message with the identifiers replaced.
    pub template: String,
    /// Their shapes.
    pub shapes: Vec<Shape>,
    /// Whether they are only numbers, which may be counts.
    pub only_numbers: bool,
}

/// Whether a byte belongs to a word.
const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b'@') || byte >= 0x80
}

const PART: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = is_part(byte as u8);
        byte += 1;
    }
    table
};

/// Where the first digit stands.
fn digit(text: &[u8]) -> Option<usize> {
    dispatch!(Level::baseline(), simd => quick::digit(simd, text))
}

/// Looks for identifiers in a message.
#[must_use]
pub fn identifiers(message: &[u8]) -> Option<Found> {
    if message.len() > 4096 {
        return None;
    }
    let (mut template, mut shapes, mut numbers) = (Vec::new(), Vec::new(), 0);
    let (mut at, mut kept) = (0, 0);
    // Only a word with a digit is an identifier.
    while let Some(digit) = digit(&message[at..]) {
        let is_no_part = |byte: &u8| !PART[*byte as usize];
        let digit = at + digit;
        let begin = message[at..digit].iter().rposition(is_no_part).map_or(at, |before| at + before + 1);
        // The letter of an escape is no part of the word behind it.
        let is_escaped = begin > 0 && message[begin - 1] == b'\\' && b"nrt".contains(&message[begin]);
        let begin = begin + usize::from(is_escaped);
        let end = message[digit..].iter().position(is_no_part).map_or(message.len(), |width| digit + width);
        at = end;
        if end - begin < LONG_NUMBER {
            continue;
        }
        let word = &message[begin..end];
        let mut from = begin;
        for part in pieces(word) {
            let begin = from;
            from += part.len() + 1;
            let end = part
                .iter()
                .rposition(|byte| !matches!(byte, b'.' | b':' | b'-' | b'/'))
                .map_or(0, |last| last + 1);
            let part = &part[..end];
            let placeholder = match shape_of(part) {
                Some(
                    shape @ (Shape::Uuid
                    | Shape::Ulid
                    | Shape::Ksuid
                    | Shape::ObjectId
                    | Shape::Hash
                    | Shape::Ip
                    | Shape::PathWithId),
                ) => {
                    shapes.push(shape);
                    format!("<{}>", name(shape))
                }
                Some(Shape::Epoch) => {
                    numbers += 1;
                    "<number>".to_owned()
                }
                _ if part.len() >= LONG_NUMBER && part.iter().all(u8::is_ascii_digit) => {
                    numbers += 1;
                    "<number>".to_owned()
                }
                _ => continue,
            };
            template.extend_from_slice(&message[kept..begin]);
            template.extend_from_slice(placeholder.as_bytes());
            kept = begin + part.len();
        }
    }
    if shapes.is_empty() && numbers == 0 {
        return None;
    }
    template.extend_from_slice(&message[kept..]);
    shapes.sort_unstable();
    shapes.dedup();
    Some(Found {
        template: String::from_utf8_lossy(&template).into_owned(),
        only_numbers: shapes.is_empty(),
        shapes,
    })
}

/// A template as it is kept: not too long, and with its small numbers made equal, which are of no account.
#[must_use]
pub fn cut(template: &str) -> String {
    let mut out = String::new();
    for c in template.chars().take(120) {
        match c {
            '0'..='9' if out.ends_with('0') => {}
            '0'..='9' => out.push('0'),
            _ => out.push(c),
        }
    }
    out
}

/// A word may be a name and an identifier (`order:48213`), but an address holds colons of its own.
fn pieces(word: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_whole = !word.contains(&b':') || shape_of(word).is_some();
    word.split(move |byte| !is_whole && *byte == b':')
}

fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Uuid => "uuid",
        Shape::Ulid => "ulid",
        Shape::Ksuid => "ksuid",
        Shape::ObjectId => "object-id",
        Shape::Ip => "ip",
        Shape::PathWithId => "path",
        _ => "hex",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_found_and_counts_are_not() {
        let found = identifiers(b"order 3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90 took 35 ms").unwrap();
        assert_eq!((cut(&found.template).as_str(), found.only_numbers), ("order <uuid> took 0 ms", false));
        let found = identifiers(b"user:4821377 logged in from 192.0.2.17.").unwrap();
        assert_eq!(found.template, "user:<number> logged in from <ip>.");
        assert!(identifiers(b"invoice 20261122 sent").unwrap().only_numbers);
        for none in [
            "retry 3 of 5",
            "listening on port 8080",
            "HTTP/1.1 200",
            "v1.26.0-rc.1",
            "done",
            "deadbeef",
            "127.0.0.1:80",
        ] {
            assert_eq!(identifiers(none.as_bytes()), None, "{none}");
        }
    }
}
