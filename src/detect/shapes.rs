//! The shape of a whole value: identifiers that have no bound, and secrets.

use std::net::IpAddr;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The shape of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// RFC 9562, hyphenated.
    Uuid,
    /// ULID: 26 characters of Crockford's base 32, of a time since 2016.
    Ulid,
    /// KSUID: 27 characters of base 62.
    Ksuid,
    /// MongoDB ObjectId: 24 hexadecimal digits that begin with a time between 2010 and 2040.
    ObjectId,
    /// 16 or more hexadecimal digits: a digest, a trace id, a session id.
    Hash,
    /// An e-mail address.
    Email,
    /// An IP address, with or without port, that is neither loopback nor unspecified.
    Ip,
    /// Seconds or milliseconds since 1970, of a time between 2001 and 2033.
    Epoch,
    /// A path with a UUID, ULID, ObjectId or digest as a segment.
    PathWithId,
    /// A path with a number of three or more digits as a segment.
    PathWithNumber,
    /// A path with a query string.
    PathWithQuery,
    /// A JSON web token, or a key with a provider's prefix.
    Secret,
}

impl Shape {
    /// What a message calls it, with an article.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Self::Uuid => "a UUID",
            Self::Ulid => "a ULID",
            Self::Ksuid => "a KSUID",
            Self::ObjectId => "an ObjectId",
            Self::Hash => "a hexadecimal id",
            Self::Email => "an e-mail address",
            Self::Ip => "an IP address",
            Self::Epoch => "a timestamp",
            Self::PathWithId => "a path with an id in it",
            Self::PathWithNumber => "a path with a number in it",
            Self::PathWithQuery => "a path with a query string",
            Self::Secret => "a secret token",
        }
    }

    /// Whether a report must not show a value of this shape.
    #[must_use]
    pub fn is_confidential(self) -> bool {
        matches!(self, Self::Email | Self::Secret)
    }
}

// Classes of bytes, as bits, so that one pass over a value says which shapes it can have at all.
const DIGIT: u8 = 1;
const HEX: u8 = 2;
const UPPER: u8 = 4;
const LOWER: u8 = 8;
const MARK: u8 = 16;
const OTHER: u8 = 32;
/// `@`, besides being a mark.
const AT: u8 = 64;
/// `/` and `:`, besides being marks.
const PATH: u8 = 128;

const CLASS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = if b.is_ascii_digit() {
            DIGIT
        } else if b.is_ascii_lowercase() {
            if b <= b'f' { HEX | LOWER } else { LOWER }
        } else if b.is_ascii_uppercase() {
            if b <= b'F' { HEX | UPPER } else { UPPER }
        } else if b == b'@' {
            MARK | AT
        } else if matches!(b, b'/' | b':') {
            MARK | PATH
        } else if b.is_ascii_graphic() {
            MARK
        } else {
            OTHER
        };
        byte += 1;
    }
    table
};

/// The shape of a value, if it has one. Values of a few kilobytes and more have none.
#[must_use]
pub fn shape_of(value: &[u8]) -> Option<Shape> {
    // The shortest identifier is an e-mail address (`a@b.io`).
    if value.len() < 6 || value.len() > 4096 {
        return None;
    }
    let mut seen = 0;
    for byte in value {
        seen |= CLASS[*byte as usize];
    }
    if seen & (DIGIT | MARK) == 0 || seen & OTHER != 0 {
        return None;
    }
    if seen & MARK == 0 {
        return plain(value, seen);
    }
    if seen & PATH != 0
        && let Some(path) = path_of(value)
    {
        return shape_of_path(path);
    }
    if is_uuid(value) {
        return Some(Shape::Uuid);
    }
    if is_secret(value) {
        return Some(Shape::Secret);
    }
    if seen & AT != 0 && is_email(value) {
        return Some(Shape::Email);
    }
    (seen & DIGIT != 0 && is_address(value)).then_some(Shape::Ip)
}

/// Letters and digits only.
fn plain(value: &[u8], seen: u8) -> Option<Shape> {
    let digits = seen & DIGIT != 0;
    let letters = seen & (UPPER | LOWER) != 0;
    if !digits {
        return None;
    }
    if !letters {
        return is_epoch(value).then_some(Shape::Epoch);
    }
    if value.iter().all(|byte| CLASS[*byte as usize] & (DIGIT | HEX) != 0) {
        return if value.len() == 24 && begins_with_recent_time(value) {
            Some(Shape::ObjectId)
        } else {
            (value.len() >= 16).then_some(Shape::Hash)
        };
    }
    if value.len() == 26 && seen & LOWER == 0 && is_ulid(value) {
        return Some(Shape::Ulid);
    }
    if value.len() == 27 && is_ksuid(value) {
        return Some(Shape::Ksuid);
    }
    is_secret(value).then_some(Shape::Secret)
}

/// Whether a value is a UUID (RFC 9562), hyphenated.
#[must_use]
pub fn is_uuid(value: &[u8]) -> bool {
    // Sixteen bytes from each of these on, and which of them are hyphens.
    const BLOCKS: [(usize, u32); 3] = [(0, 1 << 8 | 1 << 13), (16, 1 << 2 | 1 << 7), (20, 1 << 3)];
    let is_part = |(from, hyphens): (usize, u32)| {
        let block = value[from..].first_chunk::<16>();
        block.is_some_and(|block| dispatch!(Level::baseline(), simd => has_hyphens(simd, block, hyphens)))
    };
    value.len() == 36 && BLOCKS.into_iter().all(is_part)
}

/// Whether these bytes are hyphens, and the others hexadecimal digits.
#[inline(always)]
fn has_hyphens<S: Simd>(simd: S, block: &[u8; 16], hyphens: u32) -> bool {
    let bytes = u8x16::load_array_ref(simd, block);
    let hex = (bytes - b'0').simd_le(9) | ((bytes | 0x20) - b'a').simd_le(5);
    let hyphen = bytes.simd_eq(b'-');
    (hex | hyphen).to_bitmask() == 0xffff && hyphen.to_bitmask() as u32 == hyphens
}

/// The first ten characters are milliseconds since 1970; `01` is 2016 to 2051.
fn is_ulid(value: &[u8]) -> bool {
    value.starts_with(b"01") && value.iter().all(|byte| !matches!(byte, b'I' | b'L' | b'O' | b'U'))
}

/// Base 62 of 20 bytes that begin with seconds since 2014-05-13; `1` to `3` is up to about 2030.
fn is_ksuid(value: &[u8]) -> bool {
    let count = |class: u8| value.iter().filter(|byte| CLASS[**byte as usize] & class != 0).count();
    matches!(value.first(), Some(b'1'..=b'3')) && count(DIGIT) >= 2 && count(UPPER) >= 4 && count(LOWER) >= 4
}

fn begins_with_recent_time(value: &[u8]) -> bool {
    let seconds = std::str::from_utf8(&value[..8]).ok().and_then(|text| u32::from_str_radix(text, 16).ok());
    seconds.is_some_and(|seconds| (1_262_304_000..2_208_988_800).contains(&seconds))
}

fn is_epoch(value: &[u8]) -> bool {
    matches!(value.len(), 10 | 13) && value.first() == Some(&b'1')
}

fn is_email(value: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', value) else { return false };
    let (local, domain) = (&value[..at], &value[at + 1..]);
    let Some(dot) = memchr::memrchr(b'.', domain) else { return false };
    let top = &domain[dot + 1..];
    !local.is_empty()
        && dot > 0
        && top.len() >= 2
        && top.iter().all(u8::is_ascii_alphabetic)
        && local.iter().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(b))
        && domain.iter().all(|b| b.is_ascii_alphanumeric() || b".-".contains(b))
}

fn is_address(value: &[u8]) -> bool {
    if !value.iter().all(|b| b.is_ascii_hexdigit() || b".:[]".contains(b)) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let address =
        text.parse::<IpAddr>().or_else(|_| text.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    address.is_ok_and(|address| !address.is_loopback() && !address.is_unspecified())
}

/// Prefixes under which providers hand out keys, and the fewest characters such a key has.
pub(super) const KEY_PREFIXES: [(&[u8], usize); 14] = [
    (b"eyJ", 40),
    (b"sk_live_", 16),
    (b"sk_test_", 16),
    (b"rk_live_", 16),
    (b"rk_test_", 16),
    (b"whsec_", 20),
    (b"ghp_", 20),
    (b"gho_", 20),
    (b"ghs_", 20),
    (b"github_pat_", 24),
    (b"glpat-", 20),
    (b"xoxb-", 20),
    (b"xoxp-", 20),
    (b"AKIA", 20),
];

pub(super) fn is_secret(value: &[u8]) -> bool {
    KEY_PREFIXES.iter().any(|(prefix, length)| {
        value.len() >= *length
            && value.starts_with(prefix)
            && (*prefix != b"eyJ" || memchr::memchr(b'.', value).is_some())
    })
}

/// The path of a value that is one, or of a URL.
fn path_of(value: &[u8]) -> Option<&[u8]> {
    if value.first() == Some(&b'/') {
        return Some(value);
    }
    let scheme = value[..value.len().min(12)].windows(3).position(|three| three == b"://")?;
    let rest = &value[scheme + 3..];
    memchr::memchr(b'/', rest).map(|slash| &rest[slash..])
}

fn shape_of_path(path: &[u8]) -> Option<Shape> {
    let (path, query) = match memchr::memchr(b'?', path) {
        Some(at) => (&path[..at], memchr::memchr(b'=', &path[at..]).is_some()),
        None => (path, false),
    };
    let mut number = false;
    for segment in path.split(|byte| *byte == b'/') {
        match shape_of(segment) {
            Some(Shape::Uuid | Shape::Ulid | Shape::Ksuid | Shape::ObjectId | Shape::Hash) => {
                return Some(Shape::PathWithId);
            }
            Some(shape @ (Shape::Email | Shape::Secret)) => return Some(shape),
            _ => number |= segment.len() >= 3 && segment.iter().all(u8::is_ascii_digit),
        }
    }
    if query {
        return Some(Shape::PathWithQuery);
    }
    number.then_some(Shape::PathWithNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_that_identify() {
        for (value, shape) in [
            ("3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90", Shape::Uuid),
            ("3F2B1A64-9C1E-4F6D-8A53-0D6F1E2C7B90", Shape::Uuid),
            ("01HZX3J8Q4T6V9WBCDEFGHJKMN", Shape::Ulid),
            ("2NxQ8fJtLw0aZrYkVbMcHdPeGs5", Shape::Ksuid),
            ("65a1f0c2e4b0d3a1c2b3d4e5", Shape::ObjectId),
            ("d41d8cd98f00b204e9800998ecf8427e", Shape::Hash),
            ("00f067aa0ba902b7", Shape::Hash),
            ("ann@example.com", Shape::Email),
            ("192.0.2.17", Shape::Ip),
            ("192.0.2.17:8080", Shape::Ip),
            ("[2001:db8::1]:443", Shape::Ip),
            ("1700000000", Shape::Epoch),
            ("1700000000123", Shape::Epoch),
            ("/orders/3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90/items", Shape::PathWithId),
            ("https://shop.example/users/48213", Shape::PathWithNumber),
            ("/orders/48213", Shape::PathWithNumber),
            ("/search?q=shoes", Shape::PathWithQuery),
            ("sk_test_NOT-A-KEY-JUST-WORDS", Shape::Secret),
        ] {
            assert_eq!(shape_of(value.as_bytes()), Some(shape), "{value}");
        }
    }

    #[test]
    fn ordinary_label_values_have_no_shape() {
        for value in [
            "",
            "GET",
            "200",
            "/api/orders/{id}",
            "/api/v1/orders",
            "/dev/sda1",
            "eu-central-1",
            "orders.created",
            "127.0.0.1:9090",
            "0.0.0.0",
            "::1",
            "1.2.3",
            "1.26.0-rc.1",
            "2024-05-01",
            "65536",
            "100000",
            "0.005",
            "+Inf",
            "deadbeef",
            "application/json",
            "https://shop.example",
            "shop-api-7d9f8b6c5d-x2x4z",
            "16777216",
            "user@localhost",
            "@scope/package",
            "12:30:00",
            "INTERNATIONALIZATIONSUCCESS",
            "a b c d e f 1",
        ] {
            assert_eq!(shape_of(value.as_bytes()), None, "{value}");
        }
    }
}
