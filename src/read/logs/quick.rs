//! The ends of values, found many bytes at once. What is not plain (escapes that don't exist, long numbers) is left to
//! [`json`], which knows what is wrong with it.

use fearless_simd::prelude::*;
use fearless_simd::{u8x16, u8x32};

use super::json::{self, Scalar};

/// Where a text has its first byte that no string simply holds: `"`, `\` or a control character; its end if there is none.
#[inline(always)]
pub fn special<S: Simd>(simd: S, text: &[u8]) -> usize {
    let mut from = 0;
    while let Some(block) = text[from..].first_chunk::<32>() {
        let bytes = u8x32::load_array_ref(simd, block);
        let found = bytes.simd_eq(b'"') | bytes.simd_eq(b'\\') | bytes.simd_le(0x1f);
        let found = found.to_bitmask() as u32;
        if found != 0 {
            return from + found.trailing_zeros() as usize;
        }
        from += 32;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    text[from..].iter().position(is_special).map_or(text.len(), |width| from + width)
}

/// Where a string ends whose text is the beginning of this one (where the closing quote stands), and whether it holds
/// escapes. `None` where something is wrong with it.
#[inline(always)]
pub fn string<S: Simd>(simd: S, text: &[u8]) -> Option<(usize, bool)> {
    let end = special(simd, text);
    if text.get(end).copied() == Some(b'"') {
        Some((end, false))
    } else {
        Some((with_escapes(simd, text, end)?, true))
    }
}

/// Where a string ends that holds an escape at `at`. What is not inlined would not have the processor's instructions.
#[inline(always)]
fn with_escapes<S: Simd>(simd: S, text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at)? {
            b'"' => return Some(at),
            b'\\' => {
                let behind = json::escape(text, at).ok()?;
                at = behind + special(simd, text.get(behind..)?);
            }
            _ => return None,
        }
    }
}

/// Where a number, `true`, `false` or `null` ends. `None` where something is wrong with it.
#[inline(always)]
pub fn plain<S: Simd>(simd: S, text: &[u8]) -> Option<(usize, Scalar)> {
    match short_number(simd, text) {
        Some(end) => Some((end, Scalar::Number)),
        None => json::plain(text, 0).ok(),
    }
}

/// Where a number of few digits ends that has neither sign nor exponent, as most have none.
#[inline(always)]
fn short_number<S: Simd>(simd: S, text: &[u8]) -> Option<usize> {
    let block = text.first_chunk::<32>()?;
    let bytes = u8x32::load_array_ref(simd, block);
    let digits = (bytes - b'0').simd_le(9).to_bitmask() as u32;
    let mut end = digits.trailing_ones();
    if end == 0 || (text[0] == b'0' && end > 1) {
        return None;
    }
    if text.get(end as usize) == Some(&b'.') {
        let behind = (digits >> end >> 1).trailing_ones();
        end += 1 + behind;
        if behind == 0 {
            return None;
        }
    }
    (!matches!(text.get(end as usize)?, b'e' | b'E')).then_some(end as usize)
}

/// A bit for each digit of sixteen bytes.
#[inline(always)]
fn digits_of<S: Simd>(simd: S, block: &[u8; 16]) -> u32 {
    (u8x16::load_array_ref(simd, block) - b'0').simd_le(9).to_bitmask() as u32
}

/// A bit for each digit of nineteen bytes, the length of a date with time.
#[inline(always)]
pub fn digits<S: Simd>(simd: S, text: &[u8; 19]) -> u32 {
    let (first, last) = (text.first_chunk(), text.last_chunk());
    first.map_or(0, |first| digits_of(simd, first)) | last.map_or(0, |last| digits_of(simd, last)) << 3
}

/// Where a text has its first digit.
#[inline(always)]
pub fn digit<S: Simd>(simd: S, text: &[u8]) -> Option<usize> {
    let (blocks, rest) = text.as_chunks::<16>();
    for (at, block) in blocks.iter().enumerate() {
        let found = digits_of(simd, block);
        if found != 0 {
            return Some(at * 16 + found.trailing_zeros() as usize);
        }
    }
    let found = rest.iter().position(u8::is_ascii_digit)?;
    Some(text.len() - rest.len() + found)
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::*;

    use super::*;

    /// What this processor has, and what every one has.
    fn levels() -> [Level; 2] {
        [Level::new(), Level::baseline()]
    }

    fn text(of: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(of.to_vec()), 0..100)
    }

    proptest! {
        #[test]
        fn strings_end_where_they_end_byte_by_byte(text in text(b"abcdefghijklmnopqrstuvwxyz\xc3\x9f\x7f !\"\\u0\x1f\n")) {
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            let end = text.iter().position(ends).unwrap_or(text.len());
            let quoted = [&b"\""[..], &text].concat();
            let whole = json::string(&quoted, 1).ok().map(|(end, escaped)| (end - 1, escaped));
            for level in levels() {
                prop_assert_eq!(dispatch!(level, simd => special(simd, &text)), end);
                prop_assert_eq!(dispatch!(level, simd => string(simd, &text)), whole);
            }
        }

        #[test]
        fn plain_values_are_what_the_scanner_says(text in text(b"00112233445566778899.-+eE,}truefalsn")) {
            let slow = json::plain(&text, 0).ok();
            for level in levels() {
                prop_assert_eq!(dispatch!(level, simd => plain(simd, &text)), slow);
            }
        }

        #[test]
        fn digits_are_found_where_they_stand(text in text(b"abcdefgh/:AZ\xb0\xb9- 09")) {
            let first = text.iter().position(u8::is_ascii_digit);
            for level in levels() {
                prop_assert_eq!(dispatch!(level, simd => digit(simd, &text)), first);
                let Some(date) = text.first_chunk::<19>() else { continue };
                let each = (0..19).filter(|at| date[*at].is_ascii_digit()).fold(0, |all, at| all | 1 << at);
                prop_assert_eq!(dispatch!(level, simd => digits(simd, date)), each);
            }
        }
    }
}
