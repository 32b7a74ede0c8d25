//! The Rust libraries: what each does to a name between the program and Prometheus, read in their
//! sources.

use std::borrow::Cow;

use super::{ExposedName, Instrument, InstrumentKind};
use crate::naming::prometheus::{is_label_char, is_metric_char, snake_case};
use crate::naming::ucum::{per_word, prometheus_word};

/// `prometheus` 0.14: the name is what the program says.
pub(super) fn verbatim(instrument: &Instrument<'_>) -> ExposedName {
    ExposedName::start(instrument, instrument.name.to_owned())
}

/// `prometheus-client` 0.25.2: unit, then `_total` on counters and `_info` on infos, always.
pub(super) fn prometheus_client(instrument: &Instrument<'_>) -> ExposedName {
    let mut exposed = ExposedName::start(instrument, instrument.name.to_owned());
    if let Some(unit) = instrument.unit.filter(|unit| !unit.is_empty()) {
        let known = CLIENT_UNITS.contains(&unit);
        exposed.append(&if known { unit.to_ascii_lowercase() } else { unit.to_owned() });
    }
    match instrument.kind {
        InstrumentKind::Counter => exposed.append("total"),
        InstrumentKind::Info => exposed.append("info"),
        _ => {}
    }
    exposed
}

/// Variants of `prometheus_client::registry::Unit`; any other text is that of `Unit::Other`.
const CLIENT_UNITS: &[&str] =
    &["Amperes", "Bytes", "Celsius", "Grams", "Joules", "Meters", "Ratios", "Seconds", "Volts"];

/// `metrics-exporter-prometheus` 0.18.3. Illegal characters always become `_`. With recommended
/// naming the described unit is put before a type suffix of the name, then `total` at the end of
/// counters, each unless the name ends with its letters, even inside a word: `x_milliseconds` takes
/// no `seconds`, `subtotal` no `total`.
pub(super) fn metrics(instrument: &Instrument<'_>, recommended_naming: bool) -> ExposedName {
    let mut exposed = ExposedName::start(instrument, metrics_escaped(instrument.name, is_metric_char));
    if !recommended_naming {
        return exposed;
    }
    if let Some(unit) = instrument.unit.and_then(metrics_unit) {
        let name = &exposed.name;
        let suffix = ["_sum", "_count", "_bucket", "_total"]
            .into_iter()
            .find(|suffix| name.ends_with(suffix))
            .unwrap_or("");
        let stem = name.strip_suffix(suffix).unwrap_or(name);
        if !stem.ends_with(&unit) {
            exposed.name = format!("{stem}_{unit}{suffix}");
            exposed.added.push(unit);
        }
    }
    if instrument.kind == InstrumentKind::Counter && !exposed.name.ends_with("total") {
        exposed.append("total");
    }
    exposed
}

/// The word for a `metrics::Unit`, given as variant or word: `TerabitsPerSecond` is
/// `terabits_per_second`. Counts have none.
fn metrics_unit(unit: &str) -> Option<String> {
    match snake_case(unit).as_str() {
        "" | "count" => None,
        "percent" => Some("ratio".to_owned()),
        word => Some(word.to_owned()),
    }
}

/// Label names of `metrics-exporter-prometheus`: illegal characters become `_`.
pub(super) fn metrics_label(name: &str) -> Cow<'_, str> {
    Cow::Owned(metrics_escaped(name, is_label_char))
}

/// Illegal characters become `_`, one by one, a digit in front too.
fn metrics_escaped(name: &str, legal: fn(char) -> bool) -> String {
    let escape = |(at, c): (usize, char)| {
        if legal(c) && !(at == 0 && c.is_ascii_digit()) { c } else { '_' }
    };
    name.chars().enumerate().map(escape).collect()
}

/// `opentelemetry-prometheus` 0.33.1: unit and `_total` are appended whatever the name ends with,
/// and `_ratio` for the unit `1` on every kind.
pub(super) fn opentelemetry_prometheus(
    instrument: &Instrument<'_>,
    units: bool,
    counter_suffixes: bool,
) -> ExposedName {
    let mut exposed = ExposedName::start(instrument, opentelemetry_escaped(instrument.name));
    if let Some(unit) = instrument.unit.filter(|_| units).and_then(opentelemetry_unit) {
        exposed.append(&unit);
    }
    if counter_suffixes && instrument.kind == InstrumentKind::Counter {
        exposed.append("total");
    }
    exposed
}

/// Label names of `opentelemetry-prometheus`: illegal characters become `_`, one by one; `:` and a
/// digit in front slip through.
pub(super) fn opentelemetry_label(name: &str) -> Cow<'_, str> {
    Cow::Owned(name.chars().map(|c| if is_metric_char(c) { c } else { '_' }).collect())
}

/// Illegal characters become `_`, one by one, and a digit in front gets a `_`. A slip: letters
/// outside ASCII pass as long as no other illegal character came before.
fn opentelemetry_escaped(name: &str) -> String {
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    let mut escaping = digit;
    let mut text = String::from(if digit { "_" } else { "" });
    for c in name.chars() {
        escaping = escaping || !(c.is_alphanumeric() || is_metric_char(c));
        text.push(if escaping && !is_metric_char(c) { '_' } else { c });
    }
    text
}

/// The unit suffix; unknown units and annotations have none. Of `a/b`, times and `1` before the
/// slash are left out, and so is what is unknown.
fn opentelemetry_unit(unit: &str) -> Option<Cow<'static, str>> {
    if let Some(word) = opentelemetry_word(unit) {
        return Some(Cow::Borrowed(word));
    }
    let (value, per) = unit.split_once('/')?;
    let per = per_word(per)?;
    let left_out = matches!(value, "1" | "d" | "h" | "min" | "s" | "ms" | "us" | "ns");
    match opentelemetry_word(value).filter(|_| !left_out) {
        Some(word) => Some(Cow::Owned(format!("{word}_per_{per}"))),
        None => Some(Cow::Owned(format!("per_{per}"))),
    }
}

/// The specification's table with the crate's slips and its extra byte units.
fn opentelemetry_word(code: &str) -> Option<&'static str> {
    match code {
        "1" => Some("ratio"),
        "TiBy" => Some("tibibytes"),
        "kBy" => None,
        "B" => Some("bytes"),
        "KBy" | "KB" => Some("kilobytes"),
        "MB" => Some("megabytes"),
        "GB" => Some("gigabytes"),
        "TB" => Some("terabytes"),
        other => prometheus_word(other),
    }
}
