//! Tables for [`super`].

use super::*;
use crate::naming::tests::AWKWARD;

#[test]
fn words_by_the_specification() {
    let table = [
        ("s", Some("seconds")),
        ("By", Some("bytes")),
        ("kBy", Some("kilobytes")),
        ("TiBy", Some("tebibytes")),
        ("Cel", Some("celsius")),
        ("%", Some("percent")),
        ("By/s", Some("bytes_per_second")),
        ("m/s", Some("meters_per_second")),
        ("1/m", Some("per_minute")),
        ("1/min", Some("per_minute")),
        ("{request}/s", Some("per_second")),
        ("/s", Some("per_second")),
        ("By/{request}", Some("bytes")),
        ("By{sent}", Some("bytes")),
        ("{request}", None),
        ("1", None),
        ("", None),
        ("USD", None),
        ("USD/s", None),
        ("By/USD", None),
        ("by", None),
    ];
    for (unit, expected) in table {
        assert_eq!(ucum_to_prometheus(unit).as_deref(), expected, "{unit}");
    }
}

#[test]
fn validity_and_dimension() {
    let valid = [
        ("s", Dimension::Time),
        ("ms", Dimension::Time),
        ("min", Dimension::Time),
        ("wk", Dimension::Time),
        ("By", Dimension::Bytes),
        ("KiBy", Dimension::Bytes),
        ("kbit", Dimension::Bytes),
        ("1", Dimension::Ratio),
        ("%", Dimension::Ratio),
        ("{request}", Dimension::Count),
        ("1{request}", Dimension::Count),
        ("By/s", Dimension::Rate),
        ("{request}/s", Dimension::Rate),
        ("/s", Dimension::Rate),
        ("Cel", Dimension::Temperature),
        ("mA", Dimension::Current),
        ("kW", Dimension::Power),
        ("mol", Dimension::Other),
        ("m/s2", Dimension::Rate),
        ("s-1", Dimension::Other),
        ("kW.h", Dimension::Other),
        ("10*6", Dimension::Other),
        ("J/(kg.K)", Dimension::Rate),
        ("By{uncompressed}", Dimension::Bytes),
    ];
    for (unit, dimension) in valid {
        assert!(is_valid_ucum(unit), "{unit}");
        assert_eq!(ucum_dimension(unit), Some(dimension), "{unit}");
    }
    let invalid = [
        "", "by", "B", "KB", "MB", "kB", "b", "Kby", "KBy", "sec", "seconds", "bytes", "S_", "percent",
        "ratio", "count", "USD", "requests", "S s", " s", "s ", "{", "{}", "{a b}", "{a{b}}", "s//h", "s/",
        "s.", ".", "(", "()", "(s", "s)", "y", "kmin", "K%", "2-", "-", "ss", "s{a}{b}", "s^2", "é", "µs",
    ];
    for unit in invalid {
        assert!(!is_valid_ucum(unit), "{unit}");
        assert_eq!(ucum_dimension(unit), None, "{unit}");
    }
    assert!(!is_valid_ucum(&"(".repeat(100_000)));
}

#[test]
fn suggestions_are_valid() {
    for (mistake, code) in MISTAKES {
        assert!(is_valid_ucum(code), "{code}");
        assert!(!is_valid_ucum(mistake), "{mistake}");
    }
    let table = [
        ("Seconds", Some("s")),
        ("MB", Some("MBy")),
        ("milliseconds", Some("ms")),
        ("tebibytes", Some("TiBy")),
        ("foo", None),
    ];
    for (text, expected) in table {
        assert_eq!(suggest_ucum(text), expected, "{text}");
    }
}

#[test]
fn any_text_is_accepted() {
    for text in AWKWARD {
        let _ = (ucum_to_prometheus(text), ucum_dimension(text), suggest_ucum(text));
    }
}
