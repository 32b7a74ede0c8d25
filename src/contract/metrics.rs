//! `metrics:` what metrics are called, how they are counted, which labels they may have.

use schemars::JsonSchema;
use serde::Deserialize;

use super::said::{Entries, Said, layer, section};
use crate::naming::MetricKind;

/// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Duty {
    /// It must be so.
    Required,
    /// It need not: the rules that ask for it are silent.
    Optional,
}

/// The metrics a platform emits.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Metrics {
    /// What every metric of the platform's own begins with, such as `shop_`.
    pub namespace: Option<Said<String>>,
    /// Strict reading of expositions: text 0.0.4 and OpenMetrics 1.0, consistent histograms, one TYPE a family.
    pub exposition: Option<Said<Duty>>,
    /// Names in `snake_case`, without the kind, without suffixes that belong to another kind.
    pub conventional_names: Option<Said<Duty>>,
    /// Counters end in `_total`, once, and nothing else does.
    pub counters_end_in_total: Option<Said<Duty>>,
    /// Durations are in seconds: name, unit and values.
    pub durations_in_seconds: Option<Said<Duty>>,
    /// Base units (`bytes`, not `kilobytes`), written out, one for each name.
    pub base_units: Option<Said<Duty>>,
    /// Every metric has a HELP text (OpenTelemetry: description).
    pub help: Option<Said<Duty>>,
    /// Labels.
    #[serde(deserialize_with = "section")]
    pub labels: Labels,
    /// The most series one metric may have in one scrape.
    pub max_series: Option<Said<u64>>,
    /// Globs for metrics of runtimes and exporters: they need no namespace and no declaration, may identify machines in
    /// labels, and heuristics leave them alone.
    pub foreign: Option<Vec<Said<String>>>,
    /// The metrics the platform emits, by the name Prometheus stores.
    #[serde(deserialize_with = "section")]
    pub declared: Vec<Declared>,
    /// `true`: a metric that is not declared is a finding.
    pub closed: Option<Said<bool>>,
}

layer!(Metrics {
    namespace,
    exposition,
    conventional_names,
    counters_end_in_total,
    durations_in_seconds,
    base_units,
    help,
    labels,
    max_series,
    foreign,
    declared,
    closed
});

/// What labels may be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Labels {
    /// Label names that no metric may have, since their values have no bound.
    pub forbid: Option<Vec<Said<String>>>,
    /// Values that look like ids, addresses or tokens are forbidden, whatever the label is called.
    pub no_identifiers: Option<Said<Duty>>,
    /// The most different values a label may have in one scrape.
    pub max_values: Option<Said<u64>>,
    /// Labels with a bound of their own.
    pub known: Entries<KnownLabel>,
}

layer!(Labels { forbid, no_identifiers, max_values, known });

/// A label of which more is known.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KnownLabel {
    /// The most different values.
    pub max_values: Option<Said<u64>>,
}

layer!(KnownLabel { max_values });

/// One metric of the platform.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The name Prometheus stores: a counter's with `_total`, a histogram's without `_bucket`.
    pub name: Said<String>,
    /// What kind of metric it is.
    pub kind: Option<Said<MetricKind>>,
    /// The unit in UCUM (`s`, `By`, `1`, `{request}`).
    pub unit: Option<Said<String>>,
    /// All labels it may have; `[]` for none, left out for any.
    pub labels: Option<Vec<Said<String>>>,
    /// What it measures.
    pub help: Option<Said<String>>,
    /// Why it should not be emitted any more, such as the name of its successor.
    pub deprecated: Option<Said<String>>,
}
