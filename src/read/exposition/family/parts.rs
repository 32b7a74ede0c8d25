//! Which samples a family of a kind has, and one sample as the checks see it.

use super::steps::Step;
use crate::naming::MetricKind;
use crate::read::exposition::scan::{Dialect, Pair, Sample};
use crate::read::lines::LineAt;

/// Which of its family's samples a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The sample with the family's own name.
    Value,
    Total,
    Created,
    Bucket,
    Count,
    Sum,
    GCount,
    GSum,
    Info,
}

impl Part {
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Value => "",
            Self::Total => "_total",
            Self::Created => "_created",
            Self::Bucket => "_bucket",
            Self::Count => "_count",
            Self::Sum => "_sum",
            Self::GCount => "_gcount",
            Self::GSum => "_gsum",
            Self::Info => "_info",
        }
    }
}

/// The samples a family of a kind has (text 0.0.4; OpenMetrics 1.0, "Metric Types").
pub fn parts(dialect: Dialect, kind: MetricKind) -> &'static [Part] {
    match (dialect, kind) {
        (Dialect::OpenMetrics, MetricKind::Counter) => &[Part::Total, Part::Created],
        (Dialect::OpenMetrics, MetricKind::Histogram) => {
            &[Part::Bucket, Part::Count, Part::Sum, Part::Created]
        }
        (Dialect::OpenMetrics, MetricKind::GaugeHistogram) => &[Part::Bucket, Part::GCount, Part::GSum],
        (Dialect::OpenMetrics, MetricKind::Summary) => &[Part::Value, Part::Count, Part::Sum, Part::Created],
        (Dialect::OpenMetrics, MetricKind::Info) => &[Part::Info],
        (Dialect::Text, MetricKind::Histogram) => &[Part::Bucket, Part::Count, Part::Sum],
        (Dialect::Text, MetricKind::Summary) => &[Part::Value, Part::Count, Part::Sum],
        _ => &[Part::Value],
    }
}

/// The suffixes under which an OpenMetrics family takes names, its own name included.
pub fn taken_suffixes(kind: MetricKind) -> impl Iterator<Item = &'static str> {
    let own = parts(Dialect::OpenMetrics, kind)
        .iter()
        .map(|part| part.suffix())
        .filter(|suffix| !suffix.is_empty());
    std::iter::once("").chain(own)
}

/// A sample as the checks see it.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    pub line: &'r LineAt<'r>,
    pub sample: &'r Sample,
    pub kind: MetricKind,
    pub part: Part,
    /// The label that tells the samples of one histogram, summary or stateset apart.
    pub divider: Option<&'r Pair>,
    /// What that label says, where it is a bound or quantile.
    pub step: Option<Step>,
}

impl Row<'_> {
    /// The bound of a bucket.
    pub fn bound(&self) -> Result<f64, (&'static str, &'static str)> {
        let step = self.step.ok_or(("missing-bound", "a bucket has no label `le`"))?;
        match step.number {
            None => Err(("bad-bound", "a bound `le` is not a number")),
            Some(f64::INFINITY) if !step.is_plus_inf => {
                Err(("bad-bound", "the last bound is not written `+Inf`"))
            }
            Some(number) => Ok(number),
        }
    }

    /// The quantile of a summary's sample.
    pub fn quantile(&self) -> Result<f64, (&'static str, &'static str)> {
        let step = self.step.ok_or(("missing-quantile", "a sample has no label `quantile`"))?;
        match step.number {
            Some(quantile) if (0.0..=1.0).contains(&quantile) => Ok(quantile),
            Some(_) => Err(("bad-quantile", "a quantile is not between 0 and 1")),
            None => Err(("bad-quantile", "a quantile is not a number")),
        }
    }
}

/// What a message calls a sample.
pub fn called(kind: MetricKind, part: Part) -> &'static str {
    match part {
        Part::Bucket => "a bucket's count",
        Part::Count | Part::GCount => "the count",
        Part::Sum | Part::GSum => "the sum",
        _ if kind == MetricKind::Counter => "a counter",
        _ => "the value",
    }
}
