//! What a value must stand besides its form: checksums, and marks of what is no secret at all.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};

use super::card::Check;

/// Base 64 as people write it: with or without padding.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

/// Whether a value stands a check.
#[must_use]
pub fn holds(check: Check, value: &[u8]) -> bool {
    match check {
        Check::None => true,
        Check::Varied => is_varied(value),
        Check::Luhn => is_card(value),
        Check::Iban => is_iban(value),
        Check::GithubCrc => has_github_crc(value),
        Check::NkeyCrc => has_nkey_crc(value),
        Check::Jwt => is_jwt(value),
        Check::BasicUserinfo => is_userinfo(value),
        Check::Password => !is_no_secret(value),
    }
}

fn is_varied(value: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in value {
        seen[*byte as usize] = true;
    }
    value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_alphabetic)
        && seen.iter().filter(|seen| **seen).count() >= 8
}

/// Whether a value stands in the place of a secret, or is too short a number to be one.
#[must_use]
pub fn is_no_secret(value: &[u8]) -> bool {
    is_hidden(value) || (value.len() < 3 && value.iter().all(u8::is_ascii_digit))
}

/// Whether a value stands in the place of another: a mask, a placeholder, a digest, a word for nothing.
#[must_use]
pub fn is_hidden(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let lower = value.to_ascii_lowercase();
    // Within a word of random letters such a mark is chance.
    let has = |part: &str| {
        memchr::memmem::find_iter(&lower, part.as_bytes())
            .any(|at| at == 0 || !lower[at - 1].is_ascii_alphanumeric())
    };
    let placeholder =
        [("${", "}"), ("{{", "}}"), ("<", ">"), ("%(", ")s"), ("%", "%"), ("$(", ")"), ("{", "}")]
            .iter()
            .any(|(open, end)| {
                let inner =
                    value.strip_prefix(open.as_bytes()).and_then(|rest| rest.strip_suffix(end.as_bytes()));
                inner.is_some_and(is_name)
            });
    let word = matches!(
        lower.as_slice(),
        b"" | b"-"
            | b"--"
            | b"null"
            | b"nil"
            | b"none"
            | b"undefined"
            | b"true"
            | b"false"
            | b"yes"
            | b"no"
            | b"n/a"
            | b"na"
            | b"unset"
            | b"unknown"
            | b"empty"
            | b"missing"
            | b"invalid"
            | b"expired"
            | b"not set"
            | b"set"
            | b"present"
            | b"absent"
            | b"required"
            | b"ok"
            | b"disabled"
            | b"enabled"
            | b"default"
            | b"hidden"
            | b"nan"
            | b"some"
            | b"revoked"
            | b"rotated"
            | b"changed"
    );
    let masked =
        ["redact", "mask", "filtered", "scrubbed", "sanitized", "censored", "removed", "omitted", "hidden]"]
            .iter()
            .any(|mark| has(mark));
    placeholder || word || masked || is_mask(value) || is_digest(&lower)
}

/// What may stand between the marks of a placeholder: the name of something, and not a text.
fn is_name(inner: &[u8]) -> bool {
    inner.len() <= 64 && inner.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_. -:/$|'".contains(byte))
}

/// Mostly one character that hides: `****`, `••••`, `xxxx-xxxx`, `sk_live_****`, `ab…`.
fn is_mask(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let hides = |c: char| matches!(c, '*' | '•' | '●' | '█' | '·' | '…' | '#');
    let hidden = text.chars().filter(|c| hides(*c)).count();
    let marks = text.chars().filter(|c| hides(*c) || matches!(c, 'x' | 'X' | '-' | '.' | '_' | ' ')).count();
    let total = text.chars().count();
    hidden >= 3 && hidden * 3 >= total
        || hidden >= 2 && hidden * 2 >= total
        || total > 0 && marks == total
        || text.contains('…')
        || text.ends_with("...")
        || text.contains("****")
}

/// `sha256:…` and the like: a digest stands for the value and does not show it.
fn is_digest(lower: &[u8]) -> bool {
    [&b"sha256:"[..], b"sha1:", b"sha512:", b"hmac:", b"hash:", b"md5:", b"sha256-", b"blake3:"]
        .iter()
        .any(|prefix| lower.starts_with(prefix))
}

/// 13 to 19 digits of an issuer that exists, and the check digit of ISO/IEC 7812-1.
fn is_card(value: &[u8]) -> bool {
    let digits: Vec<u8> = value.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0').collect();
    let prefix = |n: usize| digits.iter().take(n).fold(0u32, |number, digit| number * 10 + u32::from(*digit));
    let length = digits.len();
    let issued = match (prefix(1), prefix(2), prefix(4)) {
        (4, ..) => matches!(length, 13 | 16 | 19),
        (_, 51..=55, _) | (_, _, 2221..=2720) => length == 16,
        (_, 34 | 37, _) => length == 15,
        (_, 65, _) | (_, _, 6011) => (16..=19).contains(&length),
        (_, 35, _) => length == 16,
        (_, 36 | 38, _) => length == 14,
        _ => false,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, u32::from(*digit)) {
            (1, digit @ 5..) => digit * 2 - 9,
            (1, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    // The same few digits again and again are made up.
    let varied = digits.iter().collect::<std::collections::BTreeSet<_>>().len() > 1;
    issued && varied && sum.is_multiple_of(10)
}

/// Lengths of IBANs by country (SWIFT's IBAN registry, release 99).
const IBAN_LENGTHS: [(&[u8; 2], usize); 78] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SC", 31),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SV", 28),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"XK", 20),
];

/// The length of the country's IBANs and ISO 7064 mod 97-10.
fn is_iban(value: &[u8]) -> bool {
    let text: Vec<u8> = value.iter().copied().filter(|byte| *byte != b' ').collect();
    let known =
        |(country, length): &(&[u8; 2], usize)| text.starts_with(&country[..]) && text.len() == *length;
    if !IBAN_LENGTHS.iter().any(known) {
        return false;
    }
    let mut rest = 0u32;
    for byte in text[4..].iter().chain(&text[..4]) {
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(byte - b'A') + 10,
            _ => return false,
        } % 97;
    }
    rest == 1
}

/// GitHub's tokens: the last six characters are the CRC-32 of the 30 before them in base 62.
fn has_github_crc(value: &[u8]) -> bool {
    let Some(at) = value.iter().rposition(|byte| *byte == b'_') else { return false };
    let token = &value[at + 1..];
    let Some((body, sum)) = token.len().checked_sub(6).map(|at| token.split_at(at)) else { return false };
    let mut crc = u64::from(crc32(body));
    let mut expected = [b'0'; 6];
    for digit in expected.iter_mut().rev() {
        *digit = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(crc % 62) as usize];
        crc /= 62;
    }
    sum == expected
}

/// CRC-32 as in ISO-HDLC: values are short and few, so bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

/// An NKEY: base 32 of a prefix, a key and the CRC-16 (XMODEM, little endian) over both.
fn has_nkey_crc(value: &[u8]) -> bool {
    let mut bits: u64 = 0;
    let (mut count, mut bytes) = (0, Vec::with_capacity(36));
    for byte in value {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return false,
        };
        bits = bits << 5 | u64::from(digit);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    let Some((body, sum)) = bytes.len().checked_sub(2).map(|at| bytes.split_at(at)) else { return false };
    let crc =
        body.iter().fold(0u16, |crc, byte| {
            (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            })
        });
    sum == crc.to_le_bytes()
}

/// The header of a JSON web token names an algorithm that signs.
fn is_jwt(value: &[u8]) -> bool {
    let header = value.split(|byte| *byte == b'.').next().unwrap_or_default();
    let Ok(header) = URL_SAFE.decode(header) else { return false };
    let Ok(header) = serde_json::from_slice::<serde_json::Value>(&header) else { return false };
    header.get("alg").and_then(|alg| alg.as_str()).is_some_and(|alg| !alg.eq_ignore_ascii_case("none"))
}

/// Base 64 of `user:password`.
fn is_userinfo(value: &[u8]) -> bool {
    let decoded = STANDARD.decode(value).or_else(|_| general_purpose::URL_SAFE_NO_PAD.decode(value));
    decoded.is_ok_and(|text| {
        let colon = memchr::memchr(b':', &text);
        colon.is_some() && text.iter().all(|byte| (0x20..0x7f).contains(byte))
    })
}
