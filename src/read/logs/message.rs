//! Identifiers in the text of a message, which make every message a new one.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

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

/// How many bytes are looked at together, and how far on the next ones stand: no [`LONG_NUMBER`] of them lie in neither.
const WIDTH: usize = 64;
const STEP: usize = WIDTH - LONG_NUMBER + 1;

/// Whether a message, so many bytes of this text, may hold identifiers: a word long enough in which there is a digit. A quick
/// look that misses nothing.
#[must_use]
pub fn may_have_identifiers(level: Level, text: &[u8], length: usize) -> bool {
    dispatch!(level, simd => has_words(simd, text, length))
}

#[inline(always)]
fn has_words<S: Simd>(simd: S, text: &[u8], length: usize) -> bool {
    let mut from = 0;
    loop {
        let left = length - from;
        let words = if let Some(block) = text[from..].first_chunk() {
            words_with_digits(simd, block, left)
        } else {
            let (mut block, rest) = ([0; WIDTH], &text[from..from + left.min(WIDTH)]);
            block[..rest.len()].copy_from_slice(rest);
            words_with_digits(simd, &block, left)
        };
        if words || left <= WIDTH {
            return words;
        }
        from += STEP;
    }
}

/// Whether of the first `length` bytes of a block [`LONG_NUMBER`] in a row belong to one word, with a digit among them.
#[inline(always)]
fn words_with_digits<S: Simd>(simd: S, block: &[u8; WIDTH], length: usize) -> bool {
    let bytes = u8x64::load_array_ref(simd, block);
    let within = |from: u8, to: u8| (bytes - from).simd_le(to - from);
    let digits = within(b'0', b'9').to_bitmask();
    if digits == 0 {
        return false;
    }
    // Besides the three ranges of [`is_part`] there are `_` and what is not ASCII.
    let parts = within(b'-', b':') | within(b'@', b'Z') | within(b'a', b'z');
    let parts = (parts | bytes.simd_ge(0x80) | bytes.simd_eq(b'_')).to_bitmask();
    let parts = parts & u64::MAX.checked_shr((WIDTH - length.min(WIDTH)) as u32).unwrap_or(0);
    // A bit where six parts in a row begin, and then for each of them.
    const { assert!(LONG_NUMBER == 6) };
    let pairs = parts & parts >> 1;
    let rows = pairs & pairs >> 2 & pairs >> 4;
    let pairs = rows | rows << 1;
    (pairs | pairs << 2 | pairs << 4) & digits != 0
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
            if part.len() < LONG_NUMBER || !part.iter().any(u8::is_ascii_digit) {
                continue;
            }
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
                _ if part.iter().all(u8::is_ascii_digit) => {
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_quick_look_sees_each_long_word_with_a_digit(
            text in prop::collection::vec(prop::sample::select(b"aZ09-_./:@ \n\xc3,;[`{".to_vec()), 0..200),
            behind in 0..80_usize,
        ) {
            let has_digit = |word: &[u8]| word.iter().any(u8::is_ascii_digit);
            let mut words = text.split(|byte| !is_part(*byte));
            let is_there = words.any(|word| word.len() >= LONG_NUMBER && has_digit(word));
            // What follows on the message is no part of it.
            let whole = [text.clone(), b"x1y2z3".repeat(behind)].concat();
            for level in [Level::new(), Level::baseline()] {
                let seen = dispatch!(level, simd => has_words(simd, &whole, text.len()));
                prop_assert_eq!(seen, is_there);
            }
        }
    }

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
