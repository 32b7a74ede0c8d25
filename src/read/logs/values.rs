//! Values of the standard fields: what is a timestamp, and what a level is called.

use fearless_simd::{Level, dispatch};

use super::json::Scalar;
use super::quick;
use crate::read::watch::Format;

/// How many bytes of `2026-11-22T09:12:03` there are up to its seconds.
const MINUTE: usize = 17;

/// Timestamps of records that go by: most are of the same minute as the one before.
#[derive(Default)]
pub struct Dates {
    /// What the last one that is right begins with.
    minute: [u8; MINUTE],
}

impl Dates {
    /// As [`bad_timestamp`].
    pub fn wrong(&mut self, value: &[u8], scalar: Scalar) -> Option<&'static str> {
        let Some((minute, rest)) = value.split_first_chunk::<MINUTE>() else {
            return bad_timestamp(value, scalar);
        };
        // Seconds, fractions of them, and UTC.
        if *minute == self.minute
            && let [b'0'..=b'5', b'0'..=b'9', b'.', fraction @ .., b'Z'] = rest
            && !fraction.is_empty()
            && fraction.iter().all(u8::is_ascii_digit)
        {
            return None;
        }
        let wrong = bad_timestamp(value, scalar);
        // No other layout has a hyphen there.
        if wrong.is_none() && minute[4] == b'-' && minute[MINUTE - 1] == b':' {
            self.minute = *minute;
        }
        wrong
    }
}

/// What is wrong with a timestamp, if anything is.
///
/// Right are RFC 3339, with a blank for `T` and without zone too (as loggers of Python and Java write it), seconds to
/// nanoseconds since 1970 as number or digits, and the date of HTTP (RFC 9110, section 5.6.7).
#[must_use]
pub fn bad_timestamp(value: &[u8], scalar: Scalar) -> Option<&'static str> {
    match scalar {
        Scalar::Number => bad_epoch(value),
        Scalar::String { .. } if value.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') => {
            bad_epoch(value)
        }
        Scalar::String { .. } => bad_date(value),
        Scalar::Bool => Some("it is no time"),
        Scalar::Null => None,
    }
}

/// Between 2000 and 2100, in a unit from seconds to nanoseconds.
fn bad_epoch(value: &[u8]) -> Option<&'static str> {
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<f64>().ok());
    let Some(number) = number else { return Some("it is no number of seconds since 1970") };
    let fits =
        [1.0, 1e3, 1e6, 1e9].iter().any(|unit| (946_684_800.0..4_102_444_800.0).contains(&(number / unit)));
    (!fits).then_some("as time since 1970 it lies before 2000 or after 2100 in any unit")
}

fn bad_date(value: &[u8]) -> Option<&'static str> {
    const NONE: &str = "it is neither RFC 3339 nor another known layout";
    let Some((year, month, day, hour, minute, second)) = value.first_chunk().and_then(date_and_time) else {
        let text = std::str::from_utf8(value).unwrap_or_default();
        let known = jiff::fmt::rfc2822::parse(text).is_ok();
        return (!known).then_some(NONE);
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    if day == 0 || day > days || hour > 23 || minute > 59 || second > 60 {
        return Some("there is no such date or time");
    }
    let mut rest = &value[19..];
    if let [b'.' | b',', fraction @ ..] = rest {
        let width = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if width == 0 {
            return Some(NONE);
        }
        rest = &fraction[width..];
    }
    if rest.first() == Some(&b' ') {
        rest = &rest[1..];
    }
    let zone = match rest {
        b"" | b"Z" | b"z" | b"UTC" => true,
        [b'+' | b'-', zone @ ..] => {
            let digits = |range: std::ops::Range<usize>| {
                zone.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
            };
            let form = match zone.len() {
                2 => digits(0..2),
                4 => digits(0..4),
                5 => digits(0..2) && zone[2] == b':' && digits(3..5),
                _ => false,
            };
            form && zone[..2] <= b"23"[..] && (zone.len() == 2 || zone[zone.len() - 2..] <= b"59"[..])
        }
        _ => false,
    };
    (!zone).then_some(NONE)
}

/// The numbers of `2026-11-22T09:12:03`, and also with a blank in the middle.
fn date_and_time(text: &[u8; 19]) -> Option<(u32, u32, u32, u32, u32, u32)> {
    const PLACES: u32 = 0b110_1101_1011_0110_1111;
    let separated = text[4] == b'-' && text[7] == b'-' && text[13] == b':' && text[16] == b':';
    // A bit for each digit.
    let digits = dispatch!(Level::baseline(), simd => quick::digits(simd, text));
    if !separated || !matches!(text[10], b'T' | b't' | b' ') || digits & PLACES != PLACES {
        return None;
    }
    let digit = |at: usize| text[at] - b'0';
    let two = |at: usize| u32::from(digit(at)) * 10 + u32::from(digit(at + 1));
    Some((two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17)))
}

/// What the levels of known loggers are called in contracts.
///
/// Numbers are those of bunyan and pino (10 to 60); of syslog (RFC 5424, section 6.2.1) where `is_syslog`; of
/// OpenTelemetry (1 to 24, log data model, `SeverityNumber`) where `is_otel`.
#[must_use]
pub fn level(value: &[u8], numbers: Numbers) -> Option<&'static str> {
    if value.first().is_some_and(u8::is_ascii_digit) {
        let number: u32 = std::str::from_utf8(value).ok()?.parse().ok()?;
        return match (numbers, number) {
            (Numbers::Otel, 1..=4) | (Numbers::Bunyan, 10) => Some("trace"),
            (Numbers::Otel, 5..=8) | (Numbers::Bunyan, 20) | (Numbers::Syslog, 7) => Some("debug"),
            (Numbers::Otel, 9..=12) | (Numbers::Bunyan, 30) | (Numbers::Syslog, 5 | 6) => Some("info"),
            (Numbers::Otel, 13..=16) | (Numbers::Bunyan, 40) | (Numbers::Syslog, 4) => Some("warn"),
            (Numbers::Otel, 17..=20) | (Numbers::Bunyan, 50) | (Numbers::Syslog, 3) => Some("error"),
            (Numbers::Otel, 21..=24) | (Numbers::Bunyan, 60) | (Numbers::Syslog, 0..=2) => Some("fatal"),
            _ => None,
        };
    }
    let mut lower = [0; 12];
    let lower = lower.get_mut(..value.len())?;
    lower.copy_from_slice(value);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"trace" | b"trc" | b"trce" | b"verbose" | b"finest" | b"finer" | b"silly" => "trace",
        b"debug" | b"dbg" | b"debg" | b"dbug" | b"fine" | b"debu" => "debug",
        b"info" | b"inf" | b"information" | b"informational" | b"notice" | b"log" | b"default" | b"note" => {
            "info"
        }
        b"warn" | b"warning" | b"wrn" => "warn",
        b"error" | b"err" | b"erro" | b"severe" => "error",
        b"fatal" | b"critical" | b"crit" | b"panic" | b"dpanic" | b"alert" | b"emerg" | b"emergency"
        | b"ftl" | b"pnc" => "fatal",
        _ => return None,
    })
}

/// Whose numbers stand for levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// 10 to 60.
    Bunyan,
    /// 0 to 7.
    Syslog,
    /// 1 to 24.
    Otel,
}

/// Whether a value is in a format.
#[must_use]
pub fn has_format(value: &[u8], format: Format) -> bool {
    match format {
        Format::Any => true,
        Format::Uuid => crate::detect::shapes::is_uuid(value),
        Format::Ulid => {
            value.len() == 26
                && value.iter().all(|byte| {
                    byte.is_ascii_digit() || (byte.is_ascii_alphabetic() && !b"ILOUilou".contains(byte))
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_of_known_loggers_are_right() {
        let text = Scalar::String { escaped: false };
        for right in [
            "2026-11-22T09:12:03.173Z",
            "2026-11-22T09:12:03Z",
            "2026-11-22T09:12:03.173254+01:00",
            "2026-11-22 09:12:03,173",
            "2026-11-22T09:12:03.173+0000",
            "2026-11-22 09:12:03.5 UTC",
            "Sun, 22 Nov 2026 09:12:03 GMT",
            "1795338723",
            "1795338723173",
            "1795338723173000000",
            "2024-02-29T23:59:60Z",
        ] {
            assert_eq!(bad_timestamp(right.as_bytes(), text), None, "{right}");
        }
        for wrong in [
            "yesterday at nine",
            "2026-13-22T09:12:03Z",
            "2025-02-29T09:12:03Z",
            "2026-11-22",
            "09:12:03",
            "17",
            "",
            "2026-11-22T09:12:03.Z",
            "2026-11-22T25:12:03Z",
            "2026-11-22T09:12:03+1",
            "22/11/2026 09:12:03",
        ] {
            assert!(bad_timestamp(wrong.as_bytes(), text).is_some(), "{wrong}");
        }
        assert_eq!(bad_timestamp(b"1795338723.173", Scalar::Number), None);
        assert!(bad_timestamp(b"0", Scalar::Number).is_some());
    }

    #[test]
    fn timestamps_of_one_minute_are_told_apart() {
        let mut dates = Dates::default();
        let text = Scalar::String { escaped: false };
        let seconds =
            ["03.173Z", "59.9Z", "60.1Z", "61.1Z", "03Z", "03.Z", "03.1x3Z", "03.17", "0", ":0.5Z", ""];
        for minute in ["2026-11-22T09:12:", "2026-11-22T25:12:", "Sun, 22 Nov 2026 "] {
            for _ in 0..2 {
                for second in seconds {
                    let value = format!("{minute}{second}");
                    let wrong = bad_timestamp(value.as_bytes(), text);
                    assert_eq!(dates.wrong(value.as_bytes(), text), wrong, "{value}");
                }
            }
        }
    }

    #[test]
    fn levels_of_known_loggers_are_known() {
        for (written, called) in
            [("INFO", "info"), ("Warning", "warn"), ("30", "info"), ("CRITICAL", "fatal"), ("NOTICE", "info")]
        {
            assert_eq!(level(written.as_bytes(), Numbers::Bunyan), Some(called));
        }
        assert_eq!(level(b"3", Numbers::Syslog), Some("error"));
        assert_eq!(level(b"17", Numbers::Otel), Some("error"));
        assert_eq!(level(b"LOUD", Numbers::Bunyan), None);
        assert_eq!(level(b"35", Numbers::Bunyan), None);
        assert_eq!(level(b"a very long word indeed", Numbers::Bunyan), None);
    }
}
