//! Names: what units, suffixes and exporters make of them. The one place that knows.
//!
//! - [`units`]: unit words inside a metric name (`_seconds`, `_ms`), which of them are base units,
//!   which contradict.
//! - [`ucum`]: units as OpenTelemetry writes them (`By/s`), whether they are UCUM, which word
//!   Prometheus uses for them.
//! - [`dimension`]: what units measure.
//! - [`quantity`]: what a name seems to measure when no unit says so.
//! - [`prometheus`]: facts of the Prometheus name: legal characters, reserved suffixes and labels,
//!   snake case, collisions.
//! - [`exporters`]: the name each producer's exporter finally shows to Prometheus.
//! - [`routes`]: paths of HTTP as documents, routers and calls write them, and when two mean the same.
//! - [`backends`]: how backends of telemetry are called, and the ports they listen on.
//! - [`near`]: which known name was meant by one that isn't known.
//!
//! Pure functions over text: any UTF-8 is accepted, nothing is read, nothing is reported. Byte
//! ranges always lie on character boundaries of the name they were asked about. Rules and messages
//! live in `rules`; which exporter a metric goes through is found by `link`.

pub mod backends;
pub mod dimension;
pub mod exporters;
pub mod near;
pub mod prometheus;
pub mod quantity;
pub mod routes;
pub mod ucum;
pub mod units;

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind of a metric as Prometheus and `OpenMetrics` see it (`OpenMetrics` 1.0, "Metric Types").
///
/// An OpenTelemetry instrument has an [`exporters::InstrumentKind`]; an exporter turns one into the
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// Only ever rises; its samples end in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations counted in buckets.
    Histogram,
    /// Buckets of things that exist now; counts may fall.
    GaugeHistogram,
    /// Observations given as quantiles.
    Summary,
    /// Constant 1, its labels are the information.
    Info,
    /// One 0/1 sample per state of an enumeration.
    StateSet,
    /// `untyped` in the text format, `unknown` in `OpenMetrics`, or not said at all.
    Unknown,
}

impl MetricKind {
    /// The keyword after `# TYPE` (that of `OpenMetrics` 1.0: `unknown`, not `untyped`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
            Self::Unknown => "unknown",
        }
    }

    /// The kind a `# TYPE` keyword names, in either text format (`untyped` is `Unknown`); `None`
    /// for any other word.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Some(match keyword {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "gaugehistogram" => Self::GaugeHistogram,
            "summary" => Self::Summary,
            "info" => Self::Info,
            "stateset" => Self::StateSet,
            "untyped" | "unknown" => Self::Unknown,
            _ => return None,
        })
    }
}

/// One word of a name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word<'n> {
    range: Range<usize>,
    text: &'n str,
}

/// The words of a name between separators, in order. Empty words between two separators are kept,
/// so that a word's position says whether anything stands before it; the empty word after a final
/// separator is not.
fn words(name: &str, separator: fn(char) -> bool) -> impl Iterator<Item = Word<'_>> {
    let mut start = 0;
    name.split_inclusive(separator).map(move |piece| {
        let text = piece.strip_suffix(separator).unwrap_or(piece);
        let word = Word { range: start..start + text.len(), text };
        start += piece.len();
        word
    })
}

/// The words promlint sees: between underscores.
fn segments(name: &str) -> impl Iterator<Item = Word<'_>> {
    words(name, |c| c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names no function may stumble over: every public function is called with each of them.
    pub(super) const AWKWARD: &[&str] = &[
        "",
        "_",
        "__",
        "___",
        ":",
        "::",
        ".",
        "..",
        "_é_",
        "é",
        "é_ms",
        "ms",
        "_ms",
        "ms_",
        "total",
        "_total",
        "_total_total",
        "per",
        "_per_",
        "seconds_per_",
        "日本_bytes",
        "a\u{301}_seconds_é",
        "🦀_🦀_total",
        "x_🦀total",
        "1",
        "1a",
        "A",
        "aB",
        "ÀB",
        "\0",
        " ",
        "a b",
        "{",
        "}",
        "{}",
        "a{b",
        "/",
        "a/",
        "/s",
        "//",
        "10*",
        "ſ_\u{212A}b",
        "é/é",
        "total_per_second_total",
        "ßtotal",
    ];

    #[test]
    fn kinds_and_keywords_round_trip() {
        for keyword in
            ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"]
        {
            assert_eq!(MetricKind::from_keyword(keyword).map(MetricKind::as_str), Some(keyword));
        }
        assert_eq!(MetricKind::from_keyword("untyped"), Some(MetricKind::Unknown));
        assert_eq!(MetricKind::from_keyword("Counter"), None);
    }

    #[test]
    fn words_keep_their_places() {
        for name in AWKWARD {
            for word in segments(name).chain(words(name, |c| !c.is_alphanumeric())) {
                assert_eq!(name.get(word.range.clone()), Some(word.text), "{name:?}");
            }
        }
        let found: Vec<_> = segments("_a__b_").map(|word| word.text).collect();
        assert_eq!(found, ["", "a", "", "b"]);
    }
}
