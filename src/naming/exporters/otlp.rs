//! OpenTelemetry to Prometheus: the specification, and otlptranslator as the Collector and
//! Prometheus use it.

use std::borrow::Cow;

use super::{ExposedName, Instrument, InstrumentKind, TranslationStrategy};
use crate::naming::prometheus::{is_label_char, is_metric_char, normalised};
use crate::naming::ucum::{per_word, prometheus_word, ucum_to_prometheus};

/// The specification: unit before `_total`, each only if the name does not end with it already.
pub(super) fn specification(instrument: &Instrument<'_>) -> ExposedName {
    let mut added = Vec::new();
    let name = normalised(instrument.name);
    let type_suffix = match instrument.kind {
        InstrumentKind::Counter => Some("total"),
        InstrumentKind::Info => Some("info"),
        _ => None,
    };
    let stem = type_suffix.map_or(name.as_ref(), |suffix| without_suffix(&name, suffix).unwrap_or(&name));
    let mut exposed = stem.to_owned();
    // An info metric has no unit (OpenMetrics 1.0).
    let unit =
        instrument.unit.filter(|_| instrument.kind != InstrumentKind::Info).and_then(ucum_to_prometheus);
    if let Some(unit) = unit.filter(|unit| without_suffix(stem, unit).is_none()) {
        push(&mut exposed, &unit);
        added.push(unit.into_owned());
    }
    if let Some(suffix) = type_suffix {
        push(&mut exposed, suffix);
        if stem.len() == name.len() {
            added.push(suffix.to_owned());
        }
    }
    ExposedName { name: exposed, kind: instrument.kind.exposed(), added }
}

/// otlptranslator with one of its strategies.
pub(super) fn translator(instrument: &Instrument<'_>, strategy: TranslationStrategy) -> ExposedName {
    let (name, added) = match strategy {
        TranslationStrategy::NoTranslation => (instrument.name.to_owned(), Vec::new()),
        TranslationStrategy::NoUtf8EscapingWithSuffixes => utf8_with_suffixes(instrument),
        TranslationStrategy::UnderscoreEscapingWithSuffixes => escaped_with_suffixes(instrument),
        TranslationStrategy::UnderscoreEscapingWithoutSuffixes => {
            // Runs of illegal characters become one underscore, underscores of the name's own are
            // all kept.
            let parts: Vec<_> =
                instrument.name.split(|c| !is_metric_char(c)).filter(|part| !part.is_empty()).collect();
            (legal_start(parts.join("_")), Vec::new())
        }
    };
    // It refuses a name of which escaping leaves nothing but underscores.
    let refused = name != instrument.name && name.chars().all(|c| c == '_');
    let name = if refused { String::new() } else { name };
    ExposedName { name, kind: instrument.kind.exposed(), added }
}

/// otlptranslator's label name: a digit in front gets `key_`, one underscore in front gets `key`.
pub(super) fn label(name: &str, strategy: TranslationStrategy) -> Cow<'_, str> {
    if !escapes(strategy) {
        return Cow::Borrowed(name);
    }
    let text: String = name.chars().map(|c| if is_label_char(c) { c } else { '_' }).collect();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        Cow::Owned(format!("key_{text}"))
    } else if text.starts_with('_') && !text.starts_with("__") {
        Cow::Owned(format!("key{text}"))
    } else {
        Cow::Owned(text)
    }
}

fn escapes(strategy: TranslationStrategy) -> bool {
    use TranslationStrategy::{UnderscoreEscapingWithSuffixes, UnderscoreEscapingWithoutSuffixes};
    matches!(strategy, UnderscoreEscapingWithSuffixes | UnderscoreEscapingWithoutSuffixes)
}

/// The default strategy works on tokens: a unit is appended unless any token equals it; `total` and
/// `ratio` are taken out wherever they stand and put at the end. A `per` unit is compared as a
/// whole with single tokens, hence never found.
fn escaped_with_suffixes(instrument: &Instrument<'_>) -> (String, Vec<String>) {
    let is_token_char = |c: char| c.is_ascii_alphanumeric() || c == ':';
    let mut tokens: Vec<String> = instrument
        .name
        .split(|c| !is_token_char(c))
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect();
    let mut added = Vec::new();

    let (main, per) = unit_suffixes(instrument.unit.unwrap_or_default());
    let (main, per) = (cleaned(main), cleaned(&per));
    let is_new = |unit: &&str| !unit.is_empty() && !tokens.iter().any(|token| token == unit);
    let trimmed = |unit| str::strip_suffix(unit, '_').unwrap_or(unit);
    let per = Some(trimmed(per.as_str())).filter(|per| *per != "per").filter(is_new);
    let main = Some(main.as_str()).filter(is_new);
    let main = if per.is_some() { main.map(trimmed) } else { main };
    for unit in [main, per].into_iter().flatten() {
        tokens.push(unit.to_owned());
        added.push(unit.to_owned());
    }

    if let Some(suffix) = type_suffix(instrument) {
        // Moving the name's own word to the end adds nothing.
        if !tokens.iter().any(|token| token == suffix) {
            added.push(suffix.to_owned());
        }
        tokens.retain(|token| token != suffix);
        tokens.push(suffix.to_owned());
    }
    (legal_start(tokens.join("_")), added)
}

/// With UTF-8 names it works on endings: type and `per` suffixes are cut off the end and appended
/// again, whatever the character before them; the main unit is appended unless the name ends with
/// it.
fn utf8_with_suffixes(instrument: &Instrument<'_>) -> (String, Vec<String>) {
    let (main, per) = unit_suffixes(instrument.unit.unwrap_or_default());
    let type_suffix = type_suffix(instrument);
    let mut added = Vec::new();
    let mut name = instrument.name;
    for suffix in [type_suffix.unwrap_or_default(), &per].into_iter().filter(|suffix| !suffix.is_empty()) {
        match without_ending(name, suffix) {
            Some(stem) => name = stem,
            None => added.insert(0, suffix.to_owned()),
        }
    }
    let mut exposed = name.to_owned();
    if !main.is_empty() && !name.ends_with(main) {
        push(&mut exposed, main);
        added.insert(0, main.to_owned());
    }
    for suffix in [&per, type_suffix.unwrap_or_default()].into_iter().filter(|suffix| !suffix.is_empty()) {
        push(&mut exposed, suffix);
    }
    (exposed, added)
}

/// `total` on monotonic counters, `ratio` on gauges of unit `1`; an `UpDownCounter` is neither.
fn type_suffix(instrument: &Instrument<'_>) -> Option<&'static str> {
    match instrument.kind {
        InstrumentKind::Counter => Some("total"),
        InstrumentKind::Gauge if instrument.unit == Some("1") => Some("ratio"),
        _ => None,
    }
}

/// The main and the `per_` part of a unit. Parts with braces are dropped whole, unknown parts are
/// taken as they are.
fn unit_suffixes(unit: &str) -> (&str, String) {
    let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
    let [main, per] = [main, per].map(|part| if part.contains(['{', '}']) { "" } else { part.trim() });
    let main = translator_word(main).unwrap_or(main);
    let per = if per.is_empty() { String::new() } else { format!("per_{}", per_word(per).unwrap_or(per)) };
    (main, per)
}

/// The specification's table with otlptranslator's two slips.
fn translator_word(code: &str) -> Option<&'static str> {
    match code {
        "1" => Some(""),
        "TiBy" => Some("tibibytes"),
        "KBy" => Some("kilobytes"),
        "kBy" => None,
        other => prometheus_word(other),
    }
}

/// Illegal characters to underscores, runs of them to one, none in front.
fn cleaned(unit: &str) -> String {
    let mut text = String::with_capacity(unit.len());
    for c in unit.chars().map(|c| if is_metric_char(c) { c } else { '_' }) {
        if c != '_' || !(text.is_empty() || text.ends_with('_')) {
            text.push(c);
        }
    }
    text
}

fn legal_start(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// The name before `_suffix`, when it ends so.
fn without_suffix<'n>(name: &'n str, suffix: &str) -> Option<&'n str> {
    name.strip_suffix(suffix)?.strip_suffix('_').filter(|stem| !stem.is_empty())
}

/// The name before the suffix and the one character in front of it, whatever that is.
fn without_ending<'n>(name: &'n str, suffix: &str) -> Option<&'n str> {
    let mut before = name.strip_suffix(suffix)?.chars();
    before.next_back()?;
    Some(before.as_str()).filter(|stem| !stem.is_empty())
}

fn push(name: &mut String, suffix: &str) {
    name.push('_');
    name.push_str(suffix);
}
