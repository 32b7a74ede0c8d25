//! What each exporter makes of a name, row by row, and names no exporter may stumble over.

use super::*;
use crate::naming::tests::AWKWARD;
use InstrumentKind::{Counter, Gauge, Histogram, Info, UpDownCounter};

const SPEC: Exporter = Exporter::Specification;
const OTLP: Exporter = Exporter::OtlpTranslator(TranslationStrategy::UnderscoreEscapingWithSuffixes);
const OTLP_PLAIN: Exporter = Exporter::OtlpTranslator(TranslationStrategy::UnderscoreEscapingWithoutSuffixes);
const OTLP_UTF8: Exporter = Exporter::OtlpTranslator(TranslationStrategy::NoUtf8EscapingWithSuffixes);
const OTLP_NONE: Exporter = Exporter::OtlpTranslator(TranslationStrategy::NoTranslation);
const RUST: Exporter =
    Exporter::RustOpenTelemetryPrometheus { without_units: false, without_counter_suffixes: false };
const RUST_NO_TOTAL: Exporter =
    Exporter::RustOpenTelemetryPrometheus { without_units: false, without_counter_suffixes: true };
const RUST_NO_UNITS: Exporter =
    Exporter::RustOpenTelemetryPrometheus { without_units: true, without_counter_suffixes: false };
const PROMETHEUS: Exporter = Exporter::PrometheusCrate;
const METRICS: Exporter = Exporter::MetricsCrate { recommended_naming: false };
const METRICS_RECOMMENDED: Exporter = Exporter::MetricsCrate { recommended_naming: true };
const CLIENT: Exporter = Exporter::PrometheusClient;

/// Exporters by the name their rows use.
const EXPORTERS: &[(&str, Exporter)] = &[
    ("spec", SPEC),
    ("otlp", OTLP),
    ("otlp_plain", OTLP_PLAIN),
    ("otlp_utf8", OTLP_UTF8),
    ("otlp_none", OTLP_NONE),
    ("rust", RUST),
    ("rust_no_total", RUST_NO_TOTAL),
    ("rust_no_units", RUST_NO_UNITS),
    ("prometheus", PROMETHEUS),
    ("metrics", METRICS),
    ("metrics_recommended", METRICS_RECOMMENDED),
    ("client", CLIENT),
];

/// Checks rows of: exporter | name declared | kind | unit | name exposed | words the exporter added.
fn check(table: &str) {
    for row in table.lines().map(str::trim).filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let &[exporter, name, kind, unit, expected, added] = cells.as_slice() else {
            panic!("not six cells: {row}");
        };
        let exporter = EXPORTERS.iter().find(|(key, _)| *key == exporter);
        let Some(&(_, exporter)) = exporter else { panic!("unknown exporter: {row}") };
        let kind = match kind {
            "counter" => Counter,
            "updowncounter" => UpDownCounter,
            "gauge" => Gauge,
            "histogram" => Histogram,
            "info" => Info,
            _ => panic!("unknown kind: {row}"),
        };
        let unit = (!unit.is_empty()).then_some(unit);
        let exposed = exporter.exposed_name(&Instrument { name, kind, unit });
        assert_eq!(exposed.name, expected, "{row}");
        assert_eq!(exposed.added, added.split_whitespace().collect::<Vec<_>>(), "{row}");
        assert_eq!(exposed.kind, kind.exposed(), "{row}");
    }
}

#[test]
fn what_exporters_really_do() {
    check(
        r"
        # Counter name ends in `_total`.
        spec                | x.total                      | counter       |                | x_total                              |
        otlp                | x.total                      | counter       |                | x_total                              |
        otlp                | total.x                      | counter       |                | x_total                              |
        rust                | x.total                      | counter       |                | x_total_total                        | total
        rust_no_total       | x.total                      | counter       |                | x_total                              |
        spec                | x                            | counter       |                | x_total                              | total
        otlp                | x                            | counter       |                | x_total                              | total
        rust                | x                            | counter       |                | x_total                              | total
        # Name has the unit already.
        spec                | x.bytes                      | gauge         | By             | x_bytes                              |
        spec                | bytes.x                      | gauge         | By             | bytes_x_bytes                        | bytes
        spec                | x_total                      | counter       | By             | x_bytes_total                        | bytes
        spec                | x_bytes_total                | counter       | By             | x_bytes_total                        |
        otlp                | x.bytes                      | gauge         | By             | x_bytes                              |
        otlp                | bytes.x                      | gauge         | By             | bytes_x                              |
        otlp                | x_total                      | counter       | By             | x_bytes_total                        | bytes
        otlp                | x_bytes_total                | counter       | By             | x_bytes_total                        |
        rust                | x_bytes                      | gauge         | By             | x_bytes_bytes                        | bytes
        rust                | x_total                      | counter       | By             | x_total_bytes_total                  | bytes total
        rust_no_units       | x_bytes                      | gauge         | By             | x_bytes                              |
        # Unit `1`.
        spec                | x                            | gauge         | 1              | x                                    |
        otlp                | x                            | gauge         | 1              | x_ratio                              | ratio
        otlp                | x_ratio                      | gauge         | 1              | x_ratio                              |
        otlp                | x                            | counter       | 1              | x_total                              | total
        otlp                | x                            | updowncounter | 1              | x                                    |
        otlp                | x                            | histogram     | 1              | x                                    |
        rust                | x                            | gauge         | 1              | x_ratio                              | ratio
        rust                | x                            | counter       | 1              | x_ratio_total                        | ratio total
        rust                | x                            | histogram     | 1              | x_ratio                              | ratio
        # Unknown unit.
        spec                | x                            | gauge         | USD            | x                                    |
        otlp                | x                            | gauge         | USD            | x_USD                                | USD
        rust                | x                            | gauge         | USD            | x                                    |
        # TiBy, kBy, and byte units that are not UCUM.
        spec                | x                            | gauge         | TiBy           | x_tebibytes                          | tebibytes
        spec                | x                            | gauge         | kBy            | x_kilobytes                          | kilobytes
        otlp                | x                            | gauge         | TiBy           | x_tibibytes                          | tibibytes
        otlp                | x                            | gauge         | KBy            | x_kilobytes                          | kilobytes
        otlp                | x                            | gauge         | kBy            | x_kBy                                | kBy
        rust                | x                            | gauge         | TiBy           | x_tibibytes                          | tibibytes
        rust                | x                            | gauge         | KBy            | x_kilobytes                          | kilobytes
        rust                | x                            | gauge         | kBy            | x                                    |
        rust                | x                            | gauge         | MB             | x_megabytes                          | megabytes
        otlp                | x                            | gauge         | MB             | x_MB                                 | MB
        # Two dots.
        spec                | a..b                         | gauge         |                | a_b                                  |
        otlp                | a..b                         | gauge         |                | a_b                                  |
        rust                | a..b                         | gauge         |                | a__b                                 |
        ",
    );
}

#[test]
fn units_with_per_and_annotations() {
    check(
        r"
        spec                | x                            | gauge         | By/s           | x_bytes_per_second                   | bytes_per_second
        otlp                | x                            | gauge         | By/s           | x_bytes_per_second                   | bytes per_second
        otlp                | x                            | gauge         |  By / s        | x_bytes_per_second                   | bytes per_second
        otlp                | x_per_second                 | gauge         | 1/s            | x_per_second_per_second              | per_second
        rust                | x                            | gauge         | By/s           | x_bytes_per_second                   | bytes_per_second
        rust                | x                            | gauge         | s/s            | x_per_second                         | per_second
        rust                | x                            | gauge         | By/foo         | x                                    |
        rust                | x                            | gauge         | {request}/s    | x_per_second                         | per_second
        spec                | x                            | counter       | {request}      | x_total                              | total
        otlp                | x                            | counter       | {request}      | x_total                              | total
        rust                | x                            | counter       | {request}      | x_total                              | total
        otlp                | x                            | gauge         | By/{request}   | x_bytes                              | bytes
        otlp                | x                            | gauge         | By/            | x_bytes                              | bytes
        otlp                | x                            | gauge         | /              | x                                    |
        otlp                | x                            | gauge         | unit@with#special/chars | x_unit_with_special_per_chars        | unit_with_special per_chars
        ",
    );
}

#[test]
fn strategies() {
    check(
        r"
        otlp                | http.server.request.duration | histogram     | s              | http_server_request_duration_seconds | seconds
        otlp_plain          | http.server.request.duration | histogram     | s              | http_server_request_duration         |
        otlp_plain          | a__b..c                      | counter       |                | a__b_c                               |
        otlp_utf8           | http.server.request.duration | histogram     | s              | http.server.request.duration_seconds | seconds
        otlp_utf8           | requêsts                     | counter       | 1/s            | requêsts_per_second_total            | per_second total
        otlp_utf8           | cpu.seconds.total            | counter       | s              | cpu.seconds_total                    |
        otlp_utf8           | x.total                      | counter       | By             | x_bytes_total                        | bytes
        otlp_utf8           | ü🦀total                      | counter       |                | ü_total                              |
        otlp_none           | http.server.request.duration | histogram     | s              | http.server.request.duration         |
        otlp                | 1x                           | gauge         |                | _1x                                  |
        otlp_plain          | 1x                           | gauge         |                | _1x                                  |
        rust                | 1x                           | gauge         |                | _1x                                  |
        otlp                | @#$%                         | gauge         |                |                                      |
        otlp_plain          | @#$%                         | gauge         |                |                                      |
        rust                | é.é                          | gauge         |                | é__                                  |
        ",
    );
}

#[test]
fn rust_producers() {
    check(
        r"
        prometheus          | shop_orders_total            | counter       |                | shop_orders_total                    |
        prometheus          | shop_orders                  | counter       |                | shop_orders                          |
        metrics             | orders                       | counter       | Bytes          | orders                               |
        metrics             | shop.orders                  | counter       |                | shop_orders                          |
        metrics             | 1x                           | gauge         |                | _x                                   |
        metrics_recommended | orders                       | counter       |                | orders_total                         | total
        metrics_recommended | orders_total                 | counter       |                | orders_total                         |
        metrics_recommended | foo_total                    | counter       | Bytes          | foo_bytes_total                      | bytes
        metrics_recommended | foo_bytes_total              | counter       | bytes          | foo_bytes_total                      |
        metrics_recommended | foo                          | counter       | Bytes          | foo_bytes_total                      | bytes total
        metrics_recommended | load                         | gauge         | Percent        | load_ratio                           | ratio
        metrics_recommended | load                         | gauge         | Count          | load                                 |
        metrics_recommended | net                          | gauge         | TerabitsPerSecond | net_terabits_per_second              | terabits_per_second
        metrics_recommended | x_milliseconds               | histogram     | Seconds        | x_milliseconds                       |
        metrics_recommended | subtotal                     | counter       |                | subtotal                             |
        client              | x                            | counter       |                | x_total                              | total
        client              | x_total                      | counter       |                | x_total_total                        | total
        client              | x                            | histogram     | Seconds        | x_seconds                            | seconds
        client              | x_seconds                    | histogram     | Seconds        | x_seconds_seconds                    | seconds
        client              | x                            | counter       | Bytes          | x_bytes_total                        | bytes total
        client              | load                         | gauge         | Ratios         | load_ratios                          | ratios
        client              | x                            | gauge         | myUnit         | x_myUnit                             | myUnit
        client              | build_info                   | info          |                | build_info_info                      | info
        ",
    );
}

#[test]
fn labels() {
    let table = [
        (SPEC, "http.route", "http_route"),
        (SPEC, "a..b", "a_b"),
        (OTLP, "a..b", "a__b"),
        (OTLP, "1a", "key_1a"),
        (OTLP, "_a", "key_a"),
        (OTLP, "__a", "__a"),
        (OTLP, "a:b", "a_b"),
        (OTLP_NONE, "http.route", "http.route"),
        (RUST, "a:b.c", "a:b_c"),
        (METRICS, "1a:b", "_a_b"),
        (PROMETHEUS, "a", "a"),
    ];
    for (exporter, name, expected) in table {
        assert_eq!(exporter.exposed_label(name), expected, "{name} through {}", exporter.name());
    }
    assert!(is_scope_label("otel_scope_name"));
    assert!(!is_scope_label("scope"));
    assert_eq!(job_label("api", Some("shop")), "shop/api");
    assert_eq!(job_label("api", Some("")), "api");
}

#[test]
fn kinds_and_doubling() {
    assert_eq!(UpDownCounter.exposed(), MetricKind::Gauge);
    assert!(RUST.doubles_suffixes() && CLIENT.doubles_suffixes() && RUST_NO_TOTAL.doubles_suffixes());
    assert!(!OTLP.doubles_suffixes() && !METRICS_RECOMMENDED.doubles_suffixes());
    for strategy in TranslationStrategy::ALL {
        assert_eq!(TranslationStrategy::from_keyword(strategy.as_str()), Some(strategy));
    }
}

#[test]
fn any_text_is_accepted() {
    for (_, exporter) in EXPORTERS {
        for name in AWKWARD {
            let _ = exporter.exposed_label(name);
            for unit in AWKWARD {
                for kind in [Counter, Gauge, Info] {
                    let _ = exporter.exposed_name(&Instrument { name, kind, unit: Some(unit) });
                }
            }
        }
    }
}
