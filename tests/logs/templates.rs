//! Templates in cases and in the examples of detector cards: `{alnum:24}` becomes 24 letters and digits, `{jwt}` a JSON
//! web token. So no file holds anything that looks live, and the same seed gives the same text on every run.
//!
//! | template | becomes |
//! |---|---|
//! | `{alnum:N}` `{base62:N}` `{lower:N}` `{upper:N}` `{digits:N}` `{hex:N}` `{HEX:N}` `{base32:N}` | N characters |
//! | `{base64:N}` `{base64url:N}` | N characters of the alphabet, without padding |
//! | `{nats-seed:U}` `{nats-seed-bad:U}` | a seed of a type letter (U A O N C X); with a wrong checksum |
//! | `{github:ghp}` | a token of that prefix whose checksum is right |
//! | `{card:visa}` `{card:visa-spaced}` `{card:visa-dashed}` | a card number (visa, mastercard, amex, discover) |
//! | `{iban:DE}` `{iban:DE-spaced}` | a valid account number of a country |
//! | `{jwt}` `{jwt:ALG}` `{jwt-none}` | a signed token (HS256, or of that `alg`); an unsigned one |
//! | `{basic:user:pass}` | base64 of what stands there; it may hold templates itself |
//! | `{uuid}` `{pem-body}` | a UUID of version 4; base64 as between the lines of a private key |
//!
//! What is no such template stays as it is: `{"a":1}`, `${HOME}`, `{{ .Values.password }}`, `{user}`.

#![allow(dead_code, reason = "every test file is a crate of its own and uses its own part")]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const DIGITS: &[u8] = b"0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &[u8] = b"0123456789abcdef";
const HEX_UPPER: &[u8] = b"0123456789ABCDEF";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Shorter texts than this turn up in a report by chance.
const SHORTEST_SECRET: usize = 8;
/// What is this long must not show a half of itself either.
const SHOWS_IN_PARTS: usize = 24;

/// A template filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// What was filled in and must appear in no output. UUIDs are none of them.
    pub secrets: Vec<String>,
}

impl Expanded {
    /// A secret that an output shows, whole or (of long ones) its first or last 16 characters.
    pub fn leaked_in(&self, output: &str) -> Option<&str> {
        self.secrets.iter().find(|secret| shows(output, secret)).map(String::as_str)
    }
}

fn shows(output: &str, secret: &str) -> bool {
    if secret.len() < SHOWS_IN_PARTS {
        return output.contains(secret);
    }
    output.contains(&secret[..16]) || output.contains(&secret[secret.len() - 16..])
}

/// Fills in every template of a text.
///
/// # Panics
/// A template is known and its argument makes no sense.
pub fn expand(template: &str, seed: u64) -> Expanded {
    let mut maker = Maker { chance: Chance::new(seed), secrets: Vec::new() };
    let text = maker.fill(template);
    let mut secrets = maker.secrets;
    secrets.retain(|secret| secret.len() >= SHORTEST_SECRET);
    secrets.sort();
    secrets.dedup();
    Expanded { text, secrets }
}

/// A seed for a name, so that cases do not depend on one another or on their order (FNV-1a).
pub fn seed_of(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// xorshift64*.
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        let mut chance = Self(seed ^ 0x9e37_79b9_7f4a_7c15);
        if chance.0 == 0 {
            chance.0 = 1;
        }
        // Seeds that differ in few bits begin alike.
        for _ in 0..8 {
            chance.next();
        }
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 33) as usize) % end
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| alphabet[self.below(alphabet.len())] as char).collect()
    }
}

struct Maker {
    chance: Chance,
    secrets: Vec<String>,
}

impl Maker {
    fn fill(&mut self, template: &str) -> String {
        let mut text = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            text.push_str(&rest[..open]);
            rest = &rest[open..];
            let made = enclosed(rest).and_then(|inner| Some((self.make(inner)?, inner.len() + 2)));
            let (part, length) = made.unwrap_or_else(|| ("{".to_owned(), 1));
            text.push_str(&part);
            rest = &rest[length..];
        }
        text + rest
    }

    /// What a template becomes; none where it is no template.
    fn make(&mut self, inner: &str) -> Option<String> {
        let (name, argument) = match inner.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (inner, None),
        };
        let made = match (name, argument) {
            ("uuid", None) => return Some(self.uuid()),
            ("alnum" | "base62", Some(length)) => self.mixed(BASE62, count(inner, length)),
            ("hex", Some(length)) => self.mixed(HEX, count(inner, length)),
            ("HEX", Some(length)) => self.mixed(HEX_UPPER, count(inner, length)),
            ("base32", Some(length)) => self.mixed(BASE32, count(inner, length)),
            ("base64", Some(length)) => self.mixed(BASE64, count(inner, length)),
            ("base64url", Some(length)) => self.mixed(BASE64_URL, count(inner, length)),
            ("lower", Some(length)) => self.chance.text(LOWER, count(inner, length)),
            ("upper", Some(length)) => self.chance.text(UPPER, count(inner, length)),
            ("digits", Some(length)) => self.digits(count(inner, length)),
            ("pem-body", None) => format!("MII{}", self.mixed(BASE64, 253)),
            ("nats-seed", Some(kind)) => self.nats_seed(inner, kind, 0),
            ("nats-seed-bad", Some(kind)) => self.nats_seed(inner, kind, 0x5a5a),
            ("github", Some(prefix)) => self.github(inner, prefix),
            ("card", Some(brand)) => self.card(inner, brand),
            ("iban", Some(country)) => self.iban(inner, country),
            ("jwt", None) => self.jwt("HS256"),
            ("jwt", Some(algorithm)) => self.jwt(algorithm),
            ("jwt-none", None) => self.jwt("none"),
            ("basic", Some(credentials)) => STANDARD.encode(self.fill(credentials)),
            _ => return None,
        };
        self.secrets.push(made.clone());
        Some(made)
    }

    /// Characters among which are a letter, a digit and, where there is room, eight different ones: what every test of
    /// randomness asks for.
    fn mixed(&mut self, alphabet: &[u8], length: usize) -> String {
        loop {
            let text = self.chance.text(alphabet, length);
            let mut different = text.clone().into_bytes();
            different.sort_unstable();
            different.dedup();
            let letter = text.contains(|c: char| c.is_ascii_alphabetic());
            let digit = text.contains(|c: char| c.is_ascii_digit());
            let enough = different.len() >= (length * 3 / 5).min(8);
            if length < 4 || (letter && digit && enough) {
                return text;
            }
        }
    }

    /// Digits that are no card number by accident, and that no leading zero shortens.
    fn digits(&mut self, length: usize) -> String {
        loop {
            let text = self.chance.text(DIGITS, length);
            if !text.starts_with('0') && !luhn(&text) {
                return text;
            }
        }
    }

    fn uuid(&mut self) -> String {
        let hex = self.chance.text(HEX, 30);
        let variant = [b'8', b'9', b'a', b'b'][self.chance.below(4)] as char;
        format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..])
    }

    /// A NATS seed: two bytes of prefix and type, 32 of key, the checksum, in base 32.
    fn nats_seed(&mut self, template: &str, kind: &str, damage: u16) -> String {
        let kind: u8 = match kind {
            "U" => 20 << 3,
            "A" => 0,
            "O" => 14 << 3,
            "N" => 13 << 3,
            "C" => 2 << 3,
            "X" => 23 << 3,
            _ => panic!("{{{template}}}: no type of key"),
        };
        let mut bytes = vec![(18 << 3) | (kind >> 5), (kind & 31) << 3];
        bytes.extend((0..32).map(|_| self.chance.next() as u8));
        bytes.extend((crc16_xmodem(&bytes) ^ damage).to_le_bytes());
        base32(&bytes)
    }

    /// 30 random characters and their CRC-32 in six of base 62.
    fn github(&mut self, template: &str, prefix: &str) -> String {
        assert!(
            ["ghp", "gho", "ghu", "ghs", "ghr"].contains(&prefix),
            "{{{template}}}: no prefix of a token"
        );
        let random = self.mixed(BASE62, 30);
        format!("{prefix}_{random}{}", base62(crc32(random.as_bytes()), 6))
    }

    fn card(&mut self, template: &str, brand: &str) -> String {
        let (brand, form) = brand.split_once('-').unwrap_or((brand, "plain"));
        let (begin, length, groups): (_, _, &[usize]) = match brand {
            "visa" => ("4242", 16, &[4, 4, 4, 4]),
            "mastercard" => ("5555", 16, &[4, 4, 4, 4]),
            "discover" => ("6011", 16, &[4, 4, 4, 4]),
            "amex" => ("3782", 15, &[4, 6, 5]),
            _ => panic!("{{{template}}}: no brand"),
        };
        let body = format!("{begin}{}", self.chance.text(DIGITS, length - 1 - begin.len()));
        let check = (0..10).find(|check| luhn(&format!("{body}{check}"))).expect("one of ten digits fits");
        let number = format!("{body}{check}");
        let grouped = match form {
            "plain" => return number,
            "spaced" => grouped(&number, groups, ' '),
            "dashed" => grouped(&number, groups, '-'),
            _ => panic!("{{{template}}}: plain, spaced or dashed"),
        };
        self.secrets.push(number);
        grouped
    }

    fn iban(&mut self, template: &str, country: &str) -> String {
        let (country, form) = country.split_once('-').unwrap_or((country, "plain"));
        // Letters of the bank, then digits.
        let (letters, digits) = match country {
            "DE" => (0, 18),
            "GB" | "IE" => (4, 14),
            "FR" => (0, 23),
            "NL" => (4, 10),
            "AT" => (0, 16),
            "CH" => (0, 17),
            "ES" => (0, 20),
            "BE" => (0, 12),
            "IT" => (1, 22),
            "PL" => (0, 24),
            _ => panic!("{{{template}}}: no country known here"),
        };
        let account = self.chance.text(UPPER, letters) + &self.chance.text(DIGITS, digits);
        let check = 98 - mod_97(&format!("{account}{country}00"));
        let number = format!("{country}{check:02}{account}");
        if form == "plain" {
            return number;
        }
        assert_eq!(form, "spaced", "{{{template}}}");
        let spaced = grouped(&number, &[4; 9], ' ');
        self.secrets.push(number);
        spaced
    }

    fn jwt(&mut self, algorithm: &str) -> String {
        let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
        let claims = format!(
            r#"{{"sub":"{}","iat":1795255200,"exp":1795258800,"jti":"{}"}}"#,
            self.chance.text(DIGITS, 10),
            self.chance.text(HEX, 12)
        );
        let unsigned = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        if algorithm == "none" {
            return unsigned + ".";
        }
        // 32 bytes for HS256 and its like, 64 for the others.
        let length = if algorithm == "HS256" { 43 } else { 86 };
        let signature = self.mixed(BASE64_URL, length);
        self.secrets.push(signature.clone());
        format!("{unsigned}.{signature}")
    }
}

/// What stands between a brace and the one that closes it.
fn enclosed(text: &str) -> Option<&str> {
    // Names of templates begin with a letter; so most braces of JSON are done with here.
    if !text.as_bytes().get(1)?.is_ascii_alphabetic() {
        return None;
    }
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(&text[1..at]),
            b'}' => depth -= 1,
            b'"' | b' ' | b'\n' => return None,
            _ => {}
        }
    }
    None
}

fn count(template: &str, length: &str) -> usize {
    let length = length.parse().ok().filter(|length| *length > 0);
    length.unwrap_or_else(|| panic!("{{{template}}}: no length"))
}

fn grouped(text: &str, groups: &[usize], between: char) -> String {
    let mut out = String::new();
    let mut rest = text;
    for length in groups {
        if rest.is_empty() {
            break;
        }
        let (group, after) = rest.split_at((*length).min(rest.len()));
        if !out.is_empty() {
            out.push(between);
        }
        out.push_str(group);
        rest = after;
    }
    out + rest
}

/// CRC-16/XMODEM.
pub fn crc16_xmodem(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

/// CRC-32 as in zlib.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xedb8_8320 }
            },
        )
    })
}

/// RFC 4648 base 32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(BASE32[(held >> bits) as usize & 31] as char);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(BASE32[(held << (5 - bits)) as usize & 31] as char);
    }
    out
}

/// A number in base 62 with leading zeros.
pub fn base62(mut number: u32, length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[number as usize % 62];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

/// Whether a text of digits only has the checksum of card numbers.
pub fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| match (at % 2, u32::from(byte - b'0')) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The remainder by 97 of letters and digits, where A is 10 and Z is 35.
pub fn mod_97(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}
