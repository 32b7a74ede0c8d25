//! What announces long numbers (card numbers, IBANs), which no literal leads to.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16};

/// How many bytes are looked at together.
const WIDTH: usize = 16;

/// Of thirteen digits in a row, in groups or not, one of two neighbouring blocks holds at least so many.
const MANY: u32 = 7;

/// Whether a text may hold a card number or an IBAN: thirteen digits in groups or not, or two capital letters and two digits
/// before more of both.
#[must_use]
pub fn has_long_number(text: &[u8]) -> bool {
    dispatch!(Level::baseline(), simd => may_hold(simd, text)) && holds(text)
}

/// A quick look, which misses nothing.
#[inline(always)]
fn may_hold<S: Simd>(simd: S, text: &[u8]) -> bool {
    // The last bits of the block before: an IBAN may begin there.
    let (mut upper_before, mut digits_before) = (0, 0);
    let mut blocks = text.chunks_exact(WIDTH);
    let mut hints = |block: [u8; WIDTH]| {
        let bytes = u8x16::load_array_ref(simd, &block);
        let within = |from: u8, width: u8| (bytes - from).simd_le(width - 1).to_bitmask() as u32;
        let digits = within(b'0', 10);
        if digits == 0 {
            (upper_before, digits_before) = (within(b'A', 26), 0);
            return false;
        }
        let upper = within(b'A', 26);
        let (upper_all, digits_all) = (upper_before | upper << WIDTH, digits_before | digits << WIDTH);
        (upper_before, digits_before) = (upper, digits);
        digits.count_ones() >= MANY || upper_all & upper_all >> 1 & digits_all >> 2 & digits_all >> 3 != 0
    };
    let is_hinted = blocks.by_ref().any(|block| block.first_chunk().is_some_and(|block| hints(*block)));
    let rest = blocks.remainder();
    let mut last = [0; WIDTH];
    last[..rest.len()].copy_from_slice(rest);
    is_hinted || hints(last)
}

/// As [`has_long_number`], byte by byte.
fn holds(text: &[u8]) -> bool {
    let (mut digits, mut gap) = (0, 0);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                (digits, gap) = (digits + 1, 0);
                if digits >= 13 {
                    return true;
                }
            }
            b' ' | b'-' if digits > 0 && gap == 0 => gap = 1,
            b'A'..=b'Z' => {
                (digits, gap) = (0, 0);
                if let Some([b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9', next]) = text.get(at + 1..at + 5)
                    && (next.is_ascii_alphanumeric() || *next == b' ')
                {
                    return true;
                }
            }
            _ => (digits, gap) = (0, 0),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wherever a number stands in a text, the quick look sees as much as the slow one.
    #[test]
    fn the_quick_look_misses_nothing() {
        for number in [
            "4111111111111",
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "3782 822463 10005",
            "DE89370400440532013000",
            "NL91 ABNA 0417 1643 00",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            for before in 0..40 {
                for behind in [0, 1, 7, 20] {
                    let text = format!("{}{number}{}", ".".repeat(before), ".".repeat(behind));
                    assert!(holds(text.as_bytes()) && has_long_number(text.as_bytes()), "{text}");
                }
            }
        }
        for none in ["", "Chrome/141.0.0.0 Safari/537.36", "order 48213 took 35 ms", "Mac OS X 10_15_7"] {
            assert!(!has_long_number(none.as_bytes()), "{none}");
        }
    }
}
