//! What a scalar is: the core schema of YAML 1.2.2 (chapter 10.3), of which JSON's types are a part.

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'t> {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(&'t str),
    /// Text.
    String(&'t str),
    /// A list.
    List,
    /// A mapping.
    Map,
}

impl<'t> Value<'t> {
    /// What a scalar without quotes is.
    #[must_use]
    pub fn of_plain(text: &'t str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ if is_number(text) => Self::Number(text),
            _ => Self::String(text),
        }
    }

    /// What JSON calls it, with an article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List => "an array",
            Self::Map => "an object",
        }
    }

    /// The number it is, where it is one that a double holds.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        let Self::Number(text) = self else { return None };
        let based = |prefix: &str, base| {
            text.strip_prefix(prefix).and_then(|digits| u64::from_str_radix(digits, base).ok())
        };
        based("0x", 16).or_else(|| based("0o", 8)).map(|whole| whole as f64).or_else(|| text.parse().ok())
    }

    /// Whether it is a whole number: `1`, and as JSON Schema has it `1.0`, too.
    #[must_use]
    pub fn is_integer(self) -> bool {
        self.as_f64().is_some_and(|number| number.fract() == 0.0)
    }
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, base: u32| !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
    let first = text.as_bytes().first().copied().unwrap_or_default();
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return false;
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, 16);
    }
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(bare, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (bare, None),
    };
    let exponent_fits =
        exponent.is_none_or(|digits| all(digits.strip_prefix(['-', '+']).unwrap_or(digits), 10));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    exponent_fits && digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_yaml_1_2_says() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("no", Value::String("no")),
            ("on", Value::String("on")),
            ("True", Value::Bool(true)),
            ("tRUE", Value::String("tRUE")),
            ("010", Value::Number("010")),
            ("0x1F", Value::Number("0x1F")),
            ("0xG", Value::String("0xG")),
            ("-1.5e-3", Value::Number("-1.5e-3")),
            (".5", Value::Number(".5")),
            (".", Value::String(".")),
            ("-", Value::String("-")),
            ("1_000", Value::String("1_000")),
            ("3.1.0", Value::String("3.1.0")),
            ("3.1", Value::Number("3.1")),
            ("1e", Value::String("1e")),
            ("-.inf", Value::Number("-.inf")),
            ("12:30", Value::String("12:30")),
        ] {
            assert_eq!(Value::of_plain(text), value, "{text}");
        }
        assert!(Value::Number("2.0").is_integer());
        assert!(!Value::Number("2.5").is_integer());
    }
}
