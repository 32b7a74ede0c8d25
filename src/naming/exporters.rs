//! The name an exporter finally shows to Prometheus: which producer appends which suffix, and which
//! doubles it.
//!
//! This file holds the vocabulary and the facts that are data; the translations are in `otlp`
//! (specification, Collector, Prometheus) and `rust` (the Rust libraries), each read in the sources
//! of the version it names. A namespace or registry prefix is the caller's: join it to the name with
//! `_` before asking.

mod otlp;
mod rust;

use std::borrow::Cow;

use super::MetricKind;
use super::prometheus::normalised_label;

/// What a program declared, before any exporter touched it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instrument<'a> {
    /// The name as written in the program.
    pub name: &'a str,
    /// What was declared.
    pub kind: InstrumentKind,
    /// The unit in the producer's own terms: UCUM for OpenTelemetry (`By`); for `metrics` and
    /// `prometheus-client` the variant of their `Unit` (`Bytes`) or its word (`bytes`). The
    /// `prometheus` crate has none.
    pub unit: Option<&'a str>,
}

/// Kind of a declared metric; observable instruments are as their plain ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstrumentKind {
    /// Monotonic: only rises.
    Counter,
    /// Non-monotonic sum; a gauge to Prometheus.
    UpDownCounter,
    /// A level.
    Gauge,
    /// A distribution. The `metrics` exporter shows it as a summary unless buckets are set.
    Histogram,
    /// Quantiles.
    Summary,
    /// Constant 1 with labels.
    Info,
    /// Could not be seen.
    Unknown,
}

impl InstrumentKind {
    /// The kind Prometheus sees.
    #[must_use]
    pub fn exposed(self) -> MetricKind {
        match self {
            Self::Counter => MetricKind::Counter,
            Self::UpDownCounter | Self::Gauge => MetricKind::Gauge,
            Self::Histogram => MetricKind::Histogram,
            Self::Summary => MetricKind::Summary,
            Self::Info => MetricKind::Info,
            Self::Unknown => MetricKind::Unknown,
        }
    }
}

/// How otlptranslator writes names (`translation_strategy` of Prometheus 3 and of the Collector's
/// exporters).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TranslationStrategy {
    /// Escape to the legacy charset, append unit and type: the default.
    #[default]
    UnderscoreEscapingWithSuffixes,
    /// Escape, append nothing.
    UnderscoreEscapingWithoutSuffixes,
    /// Keep UTF-8, append unit and type.
    NoUtf8EscapingWithSuffixes,
    /// Keep the name as it is.
    NoTranslation,
}

impl TranslationStrategy {
    /// All strategies.
    pub const ALL: [Self; 4] = [
        Self::UnderscoreEscapingWithSuffixes,
        Self::UnderscoreEscapingWithoutSuffixes,
        Self::NoUtf8EscapingWithSuffixes,
        Self::NoTranslation,
    ];

    /// The word used in configuration files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnderscoreEscapingWithSuffixes => "UnderscoreEscapingWithSuffixes",
            Self::UnderscoreEscapingWithoutSuffixes => "UnderscoreEscapingWithoutSuffixes",
            Self::NoUtf8EscapingWithSuffixes => "NoUTF8EscapingWithSuffixes",
            Self::NoTranslation => "NoTranslation",
        }
    }

    /// The strategy a configuration file names; `None` for any other word. Exact, as Prometheus
    /// reads it.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.as_str() == keyword)
    }
}

/// The way from a declared metric to its name in Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exporter {
    /// What the OpenTelemetry specification says (compatibility, "OTLP Metric points to
    /// Prometheus").
    Specification,
    /// otlptranslator: the Collector's Prometheus exporters and Prometheus' own OTLP receiver.
    OtlpTranslator(TranslationStrategy),
    /// The Rust crate `opentelemetry-prometheus` 0.33.1. Appends unit and `_total` without looking
    /// what is there.
    RustOpenTelemetryPrometheus {
        /// `without_units()` was called.
        without_units: bool,
        /// `without_counter_suffixes()` was called.
        without_counter_suffixes: bool,
    },
    /// The Rust crate `prometheus` 0.14: verbatim.
    PrometheusCrate,
    /// The Rust crate `metrics` with `metrics-exporter-prometheus` 0.18.3.
    MetricsCrate {
        /// `with_recommended_naming(true)` was called (default false): unit and `_total` are added
        /// where missing.
        recommended_naming: bool,
    },
    /// The Rust crate `prometheus-client` 0.25.2. Appends unit, `_total` and `_info` without
    /// looking what is there.
    PrometheusClient,
}

/// A name as Prometheus sees it, and what the exporter did to make it so.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExposedName {
    /// The name of the series (of a histogram: without `_bucket`, `_sum`, `_count`). Empty when the
    /// exporter refuses the metric because no legal name is left of it.
    pub name: String,
    /// The kind Prometheus sees.
    pub kind: MetricKind,
    /// What the exporter appended, in order, each without its underscore: `["bytes", "total"]`.
    pub added: Vec<String>,
}

impl ExposedName {
    /// The name before the exporter appends anything.
    fn start(instrument: &Instrument<'_>, name: String) -> Self {
        Self { name, kind: instrument.kind.exposed(), added: Vec::new() }
    }

    fn append(&mut self, suffix: &str) {
        self.name.push('_');
        self.name.push_str(suffix);
        self.added.push(suffix.to_owned());
    }

    /// Whether the exporter, not the program, put this word (`total`, `bytes`) at the end of the
    /// name.
    #[must_use]
    pub fn adds(&self, word: &str) -> bool {
        self.added.iter().any(|added| added == word)
    }
}

impl Exporter {
    /// Short name for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Specification => "the OpenTelemetry specification",
            Self::OtlpTranslator(_) => "otlptranslator (OpenTelemetry Collector, Prometheus OTLP)",
            Self::RustOpenTelemetryPrometheus { .. } => "opentelemetry-prometheus",
            Self::PrometheusCrate => "the prometheus crate",
            Self::MetricsCrate { .. } => "metrics-exporter-prometheus",
            Self::PrometheusClient => "prometheus-client",
        }
    }

    /// The name under which Prometheus sees the instrument.
    #[must_use]
    pub fn exposed_name(self, instrument: &Instrument<'_>) -> ExposedName {
        match self {
            Self::Specification => otlp::specification(instrument),
            Self::OtlpTranslator(strategy) => otlp::translator(instrument, strategy),
            Self::RustOpenTelemetryPrometheus { without_units, without_counter_suffixes } => {
                rust::opentelemetry_prometheus(instrument, !without_units, !without_counter_suffixes)
            }
            Self::PrometheusCrate => rust::verbatim(instrument),
            Self::MetricsCrate { recommended_naming } => rust::metrics(instrument, recommended_naming),
            Self::PrometheusClient => rust::prometheus_client(instrument),
        }
    }

    /// The label name under which Prometheus sees an attribute or label.
    #[must_use]
    pub fn exposed_label(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Specification => normalised_label(name),
            Self::OtlpTranslator(strategy) => otlp::label(name, strategy),
            Self::RustOpenTelemetryPrometheus { .. } => rust::opentelemetry_label(name),
            Self::MetricsCrate { .. } => rust::metrics_label(name),
            Self::PrometheusCrate | Self::PrometheusClient => Cow::Borrowed(name),
        }
    }

    /// Whether the exporter appends a suffix even if the name ends with it already: then the
    /// program must leave it out.
    #[must_use]
    pub fn doubles_suffixes(self) -> bool {
        match self {
            Self::RustOpenTelemetryPrometheus { without_units, without_counter_suffixes } => {
                !(without_units && without_counter_suffixes)
            }
            Self::PrometheusClient => true,
            Self::Specification
            | Self::OtlpTranslator(_)
            | Self::PrometheusCrate
            | Self::MetricsCrate { .. } => false,
        }
    }
}

/// Labels that say which target a series is from, with the resource attributes they are made of
/// (specification, "Resource Attributes"): set by the scrape, or by the exporter for OTLP.
pub const TARGET_LABELS: &[(&str, &[&str])] =
    &[("job", &["service.namespace", "service.name"]), ("instance", &["service.instance.id"])];

/// Metrics that exporters add of themselves: resource attributes and instrumentation scopes as info
/// metrics.
pub const EXPORTER_METRICS: &[&str] = &["target_info", "otel_scope_info"];

/// Whether exporters put this label on every series to name the instrumentation scope
/// (`otel_scope_name`, `_version`, `_schema_url` and one per scope attribute): no label of the
/// metric's own, label rules pass it by.
#[must_use]
pub fn is_scope_label(label: &str) -> bool {
    label.starts_with("otel_scope_")
}

/// The `job` label made from a resource: `namespace/name`, or the name alone when there is no
/// namespace.
#[must_use]
pub fn job_label<'a>(service_name: &'a str, service_namespace: Option<&str>) -> Cow<'a, str> {
    match service_namespace {
        None | Some("") => Cow::Borrowed(service_name),
        Some(namespace) => Cow::Owned(format!("{namespace}/{service_name}")),
    }
}

#[cfg(test)]
mod tests;
