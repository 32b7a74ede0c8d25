//! Tables for [`super`].

use super::*;
use crate::naming::tests::AWKWARD;
use MetricKind::{Counter, Gauge, GaugeHistogram, Histogram, Info, Summary, Unknown};

#[test]
fn reserved_suffixes() {
    let table = [
        ("x_bytes_bucket", Gauge, Some("_bucket")),
        ("x_bytes_count", Gauge, Some("_count")),
        ("x_bytes_sum", Counter, Some("_sum")),
        ("x_total", Gauge, Some("_total")),
        ("x_total", Counter, None),
        ("x_total", Unknown, None),
        ("x_count", Summary, None),
        ("x_bucket", GaugeHistogram, None),
        ("build_info", Gauge, None),
        ("build_info", Info, None),
        ("build_info", Histogram, Some("_info")),
        ("_total", Gauge, None),
        ("subtotal", Gauge, None),
    ];
    for (name, kind, expected) in table {
        assert_eq!(
            misplaced_suffix(name, kind).map(|(_, reserved)| reserved.suffix),
            expected,
            "{name} {kind:?}"
        );
    }
}

#[test]
fn reserved_labels() {
    let table = [
        ("__name__", Gauge, Some(ReservedLabel::Internal)),
        ("instance", Gauge, Some(ReservedLabel::Target)),
        ("exported_job", Gauge, Some(ReservedLabel::Exported)),
        ("le", Histogram, None),
        ("le", Gauge, Some(ReservedLabel::Bucket)),
        ("le", Unknown, None),
        ("quantile", Histogram, Some(ReservedLabel::Quantile)),
        ("quantile", Summary, None),
        ("route", Gauge, None),
    ];
    for (label, kind, expected) in table {
        assert_eq!(reserved_label(label, kind), expected, "{label} {kind:?}");
    }
}

#[test]
fn legal_names() {
    for name in ["a", "_", ":a:b", "A1_"] {
        assert!(is_legacy_metric_name(name), "{name}");
    }
    for name in ["", "1a", "a.b", "é", "a b"] {
        assert!(!is_legacy_metric_name(name), "{name}");
        assert!(!is_legacy_label_name(name), "{name}");
    }
    assert!(is_legacy_label_name("__a"));
    assert!(!is_legacy_label_name("a:b"));
}

#[test]
fn snake_case_tests() {
    for (name, expected) in
        [("requestDuration_seconds", Some(6..8)), ("HTTP_x", None), ("memory_MiB", Some(8..10)), ("éB", None)]
    {
        assert_eq!(camel_case(name), expected, "{name}");
    }
    let table = [
        ("_a", Some((0..1, UnderscoreFault::Leading))),
        ("a_", Some((1..2, UnderscoreFault::Trailing))),
        ("a__b", Some((1..3, UnderscoreFault::Double))),
        ("a___", Some((1..4, UnderscoreFault::Trailing))),
        ("a_b", None),
        ("", None),
    ];
    for (name, expected) in table {
        assert_eq!(underscore_fault(name), expected, "{name}");
    }
}

#[test]
fn types_in_names() {
    let table = [
        ("x_gauge", Gauge, true),
        ("x_Gauge_y", Gauge, true),
        ("gauge_x", Gauge, false),
        ("x_gauge", Counter, false),
        ("x_gauges", Gauge, false),
        ("x_counter_total", Counter, true),
        ("x_unknown", Unknown, false),
        ("x_info", Info, false),
    ];
    for (name, kind, expected) in table {
        assert_eq!(type_in_name(name, kind).is_some(), expected, "{name} {kind:?}");
    }
}

#[test]
fn doubled_suffixes() {
    let table = [
        ("x_total_total", Some(("total", "total_total"))),
        ("x_bytes_bytes", Some(("bytes", "bytes_bytes"))),
        ("x_seconds_seconds_total", Some(("seconds", "seconds_seconds"))),
        ("x_bytes_total_bytes_total", Some(("total", "total_bytes_total"))),
        ("x_total_bytes_total", Some(("total", "total_bytes_total"))),
        ("x_ratio_ratio", Some(("ratio", "ratio_ratio"))),
        ("build_info_info", Some(("info", "info_info"))),
        ("x_total", None),
        ("total_total", None),
        ("seconds_between_seconds", None),
        ("x_seconds_total", None),
        ("x_x", None),
    ];
    for (name, expected) in table {
        let found = doubled_suffix(name).and_then(|doubled| Some((doubled.suffix, name.get(doubled.range)?)));
        assert_eq!(found, expected, "{name}");
    }
    for (name, kind, expected) in [
        ("x_ratio_total", Counter, Some(2..7)),
        ("x_ratio", Counter, Some(2..7)),
        ("x_ratio", Gauge, None),
        ("duration_total", Counter, None),
        ("x_total", Counter, None),
    ] {
        assert_eq!(ratio_on_counter(name, kind), expected, "{name}");
    }
}

#[test]
fn escaping() {
    for (name, metric, label) in [
        ("a.b", "a_b", "a_b"),
        ("a..b", "a_b", "a_b"),
        ("a__b", "a_b", "a_b"),
        ("a:b", "a:b", "a_b"),
        ("1a", "_1a", "_1a"),
        ("aéb", "a_b", "a_b"),
        ("a-_b", "a_b", "a_b"),
        ("", "", ""),
    ] {
        assert_eq!(normalised(name), metric, "{name}");
        assert_eq!(normalised_label(name), label, "{name}");
    }
}

#[test]
fn suggestions() {
    for (name, expected) in [
        ("requestDuration_seconds", "request_duration_seconds"),
        ("HTTPServerRequests", "http_server_requests"),
        ("http.server.duration", "http_server_duration"),
        ("__a--b__", "a_b"),
        ("Http2Requests", "http2_requests"),
        ("é", ""),
    ] {
        assert_eq!(snake_case(name), expected, "{name}");
    }
    for (name, expected) in [
        ("requests", "requests_total"),
        ("requests_count", "requests_total"),
        ("requests_counter_total", "requests_total"),
        ("total_bytes", "bytes_total"),
        ("x_total_total", "x_total"),
        ("counter", "counter_total"),
        ("countries", "countries_total"),
        ("total", "total"),
    ] {
        assert_eq!(suggest_counter_name(name), expected, "{name}");
    }
}

#[test]
fn any_text_is_accepted() {
    for name in AWKWARD {
        let ranges = [
            reserved_suffix(name).map(|(range, _)| range),
            camel_case(name),
            underscore_fault(name).map(|(range, _)| range),
            type_in_name(name, Gauge),
            doubled_suffix(name).map(|doubled| doubled.range),
            ratio_on_counter(name, Counter),
        ];
        for range in ranges.into_iter().flatten() {
            assert!(name.get(range).is_some(), "{name:?}");
        }
        assert_eq!(normalised(&normalised(name)), normalised(name), "{name:?}");
        assert_eq!(snake_case(&snake_case(name)), snake_case(name), "{name:?}");
        assert_eq!(suggest_counter_name(&suggest_counter_name(name)), suggest_counter_name(name), "{name:?}");
    }
}
