//! Tables for [`super`].

use super::*;
use crate::naming::tests::AWKWARD;

#[test]
fn non_base_unit_is_promlints() {
    let table = [
        // promlint's own cases.
        ("x_amperes", None),
        ("x_bytes", None),
        ("x_celsius", None),
        ("x_metres", None),
        ("x_moles", None),
        ("x_kelvin", None),
        ("x_milliamperes", Some(("milliamperes", "amperes"))),
        ("x_gigabytes", Some(("gigabytes", "bytes"))),
        ("x_kilograms", Some(("kilograms", "grams"))),
        ("x_nanocelsius", Some(("nanocelsius", "celsius"))),
        ("x_minutes", Some(("minutes", "seconds"))),
        ("x_kelvins", Some(("kelvins", "kelvin"))),
        ("thermometers_fahrenheit", Some(("fahrenheit", "celsius"))),
        ("x_calories", Some(("calories", "joules"))),
        // Its rule: the first known word decides; case matters; whole words only; prefix and unit
        // without gap.
        ("x_seconds_milliseconds", None),
        ("x_milliseconds_seconds", Some(("milliseconds", "seconds"))),
        ("days_total", Some(("days", "seconds"))),
        ("x_Milliseconds", None),
        ("thermometers", None),
        ("milli_seconds", None),
        ("x_millimilliseconds", None),
        ("x_ms", None),
        ("x_kilometres", Some(("kilometres", "metres"))),
        // Ours.
        ("x_mebibytes", Some(("mebibytes", "bytes"))),
        ("x_exbibytes", Some(("exbibytes", "bytes"))),
        ("x_zettabytes", Some(("zettabytes", "bytes"))),
        ("x_mibibytes", None),
    ];
    for (name, expected) in table {
        let found = non_base_unit(name);
        assert_eq!(found.as_ref().map(|unit| (unit.found, unit.base)), expected, "{name}");
        if let Some(unit) = found {
            assert_eq!(name.get(unit.range), Some(unit.found));
        }
    }
}

#[test]
fn abbreviations_are_promlints() {
    let table = [
        ("x_ms", Some(("ms", "milliseconds", "seconds"))),
        ("x_ms_total", Some(("ms", "milliseconds", "seconds"))),
        ("x_MB", Some(("MB", "megabytes", "bytes"))),
        ("x_d_ms", Some(("d", "days", "seconds"))),
        ("_s", Some(("s", "seconds", "seconds"))),
        ("ms", None),
        ("ms_total", None),
        ("xms", None),
        ("x_millis", None),
    ];
    for (name, expected) in table {
        let found = abbreviated_unit(name);
        assert_eq!(found.as_ref().map(|u| (u.found, u.full, u.base)), expected, "{name}");
    }
}

#[test]
fn unit_words_with_roles() {
    use UnitRole::{Denominator, Inside, Suffix};
    let table: &[(&str, &[(&str, UnitRole)])] = &[
        ("http_request_duration_seconds", &[("seconds", Suffix)]),
        ("x_bytes_per_second", &[("bytes", Suffix), ("second", Denominator)]),
        ("x_bytes_per_second_total", &[("bytes", Suffix), ("second", Denominator)]),
        ("bytes_flush_duration_seconds", &[("bytes", Inside), ("seconds", Suffix)]),
        ("us_requests_bytes", &[("bytes", Suffix)]),
        ("x_seconds_bytes", &[("seconds", Suffix), ("bytes", Suffix)]),
        ("x_ms_total", &[("ms", Suffix)]),
        ("timelines_total", &[]),
        ("active_last_30_days", &[]),
        ("http.server.request.seconds", &[("seconds", Suffix)]),
        ("s_total", &[]),
        ("bytes_total", &[("bytes", Suffix)]),
        ("x_per_seconds", &[("seconds", Denominator)]),
    ];
    for (name, expected) in table {
        let found: Vec<_> = unit_words(name).map(|(unit, role)| (unit.found, role)).collect();
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn contradictions() {
    let table = [
        ("x_seconds_bytes", Some(("seconds", "bytes", true))),
        ("x_seconds_bytes_total", Some(("seconds", "bytes", true))),
        ("x_seconds_total_ms", Some(("seconds", "ms", true))),
        ("x_ratio_percent", Some(("ratio", "percent", true))),
        ("bytes_flush_duration_seconds", Some(("bytes", "seconds", false))),
        ("bytes_per_second", None),
        ("x_ms_milliseconds", None),
        ("x_bytes_bytes", None),
        ("x_seconds", None),
    ];
    for (name, expected) in table {
        let found = contradicting_units(name);
        assert_eq!(found.as_ref().map(|c| (c.first.found, c.second.found, c.adjacent)), expected, "{name}");
    }
}

#[test]
fn durations_in_other_units() {
    let table = [
        ("x_ms", Some("ms")),
        ("x_milliseconds", Some("milliseconds")),
        ("x_minutes_total", Some("minutes")),
        ("x_millis_max", Some("millis")),
        ("x_seconds", None),
        ("x_s", None),
        ("errors_per_minute", None),
        ("x_minutes_ago_bytes", None),
    ];
    for (name, expected) in table {
        assert_eq!(duration_not_in_seconds(name).map(|unit| unit.found), expected, "{name}");
    }
}

#[test]
fn any_text_is_accepted() {
    for name in AWKWARD {
        let units = [non_base_unit(name), abbreviated_unit(name), duration_not_in_seconds(name)];
        let all = units.into_iter().flatten().chain(unit_words(name).map(|(unit, _)| unit));
        for unit in all {
            assert_eq!(name.get(unit.range), Some(unit.found), "{name:?}");
        }
        let _ = (contradicting_units(name), word_dimension(name));
    }
}
