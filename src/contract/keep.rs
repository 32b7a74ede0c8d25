//! How long something must be kept: `">=30d"`, `"<=90d"`, `7d..14d`, `30d`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// A range of durations; either end may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Keep {
    /// At least so many seconds.
    pub min: Option<u64>,
    /// At most so many seconds.
    pub max: Option<u64>,
}

impl Keep {
    /// Whether no duration can satisfy it.
    #[must_use]
    pub fn is_impossible(&self) -> bool {
        matches!((self.min, self.max), (Some(min), Some(max)) if min > max)
    }
}

impl TryFrom<String> for Keep {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some((min, max)) = text.split_once("..") {
            return Ok(Self { min: Some(seconds(min)?), max: Some(seconds(max)?) });
        }
        if let Some(min) = text.strip_prefix(">=") {
            return Ok(Self { min: Some(seconds(min)?), max: None });
        }
        if let Some(max) = text.strip_prefix("<=") {
            return Ok(Self { min: None, max: Some(seconds(max)?) });
        }
        let exactly = seconds(text)?;
        Ok(Self { min: Some(exactly), max: Some(exactly) })
    }
}

/// Seconds of a duration such as `30d`, `720h`, `1d12h`; units as in Prometheus: y (365d), w, d, h, m, s.
pub fn seconds(text: &str) -> Result<u64, String> {
    let bad = || format!("`{}` is no duration: write `30d`, `720h`, `>=30d` or `7d..14d`", text.trim());
    let mut rest = text.trim();
    let mut total = 0u64;
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let number: u64 = rest[..digits].parse().map_err(|_| bad())?;
        let unit = match rest[digits..].chars().next() {
            Some('y') => 365 * 86_400,
            Some('w') => 7 * 86_400,
            Some('d') => 86_400,
            Some('h') => 3_600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(bad()),
        };
        total = number.checked_mul(unit).and_then(|part| total.checked_add(part)).ok_or_else(bad)?;
        rest = &rest[digits + 1..];
    }
    Ok(total)
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "{}", shown(min)),
            (Some(min), Some(max)) => write!(f, "{}..{}", shown(min), shown(max)),
            (Some(min), None) => write!(f, ">={}", shown(min)),
            (None, Some(max)) => write!(f, "<={}", shown(max)),
            (None, None) => f.write_str("any"),
        }
    }
}

fn shown(seconds: u64) -> String {
    for (unit, name) in [(86_400, 'd'), (3_600, 'h'), (60, 'm')] {
        if seconds.is_multiple_of(unit) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

impl JsonSchema for Keep {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Keep".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = "([0-9]+[ywdhms])+";
        schemars::json_schema!({
            "type": "string",
            "description": "How long: `30d`, `>=30d`, `<=90d` or `7d..14d`; units y, w, d, h, m, s.",
            "pattern": format!("^(([<>]=)?{one}|{one}\\.\\.{one})$"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_shown() {
        for text in [">=30d", "<=90d", "7d..14d", "30d", "36h", "90m", "45s"] {
            let keep: Keep = text.parse().unwrap();
            assert_eq!(keep.to_string(), text);
        }
        assert_eq!(seconds("1d12h"), Ok(129_600));
        assert_eq!(seconds("1y"), Ok(31_536_000));
        assert!("14d..7d".parse::<Keep>().unwrap().is_impossible());
        for bad in ["", "30", "d", "30x", ">=", "7d..", "99999999999999999999d", "9999999999999999y"] {
            assert!(bad.parse::<Keep>().is_err(), "{bad}");
        }
    }
}
