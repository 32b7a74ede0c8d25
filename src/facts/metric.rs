//! Metric families and their labels.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::{Fact, Spot, Tally};
use super::values::Values;
use crate::naming::MetricKind;
use crate::source::{Place, Seen};

/// How a surface writes names and which laws it has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Surface {
    /// Prometheus text 0.0.4: names as Prometheus stores them.
    Prometheus,
    /// OpenMetrics 1.0: family names without the samples' suffixes.
    Openmetrics,
    /// Instruments in source code, whose names an exporter turns into those of Prometheus.
    Source,
}

impl Surface {
    /// How a resource attribute is written here: expositions have labels, without dots.
    #[must_use]
    pub fn attribute(self, name: &str) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Prometheus | Self::Openmetrics => crate::naming::prometheus::normalised_label(name),
            Self::Source => name.into(),
        }
    }
}

/// What is odd about a family where the format itself does not forbid it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// The same series a second time.
    DuplicateSeries,
    /// Samples of the family after those of another one.
    Interleaved,
    /// A second HELP, TYPE or UNIT.
    DuplicateMetadata,
    /// Another set of label names than the first series has.
    InconsistentLabels,
    /// Histogram: bucket bounds, counts, sum or count that can't be.
    BrokenHistogram,
    /// Summary: quantiles, sum or count that can't be.
    BrokenSummary,
    /// A value that the kind can't have.
    ImpossibleValue,
}

/// One metric family as one artifact shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// The artifact it was seen in.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// How the artifact writes names.
    pub surface: Surface,
    /// The family's name as written.
    pub name: String,
    /// The name as Prometheus stores it: the suffix of a counter's samples included.
    pub exposed: String,
    /// The first place of the name.
    pub place: Place,
    /// Kind, where it is declared; an absent TYPE means unknown.
    pub kind: Option<Seen<MetricKind>>,
    /// Whether HELP is there, and its place; the text itself stays unread.
    pub help: Option<Seen<bool>>,
    /// UNIT as declared.
    pub unit: Option<Seen<String>>,
    /// Series: samples but for those that only complete another (buckets, sum, count, quantiles, created).
    pub series: u64,
    /// Sample lines.
    pub samples: u64,
    /// Labels by name.
    pub labels: BTreeMap<String, Label>,
    /// Labels of exemplars by name.
    pub exemplars: BTreeMap<String, Label>,
    /// What is odd, with places.
    pub oddities: BTreeMap<Oddity, Tally>,
    /// The bounds or values by which a unit can be guessed.
    pub magnitude: Magnitude,
    /// Units in which source code records values, where that shows (`as_millis()`), with places.
    #[serde(default)]
    pub recorded: BTreeMap<String, Tally>,
    /// Whether the exposed name hangs on an exporter that was not seen.
    #[serde(default)]
    pub is_presumed: bool,
    /// Per series its value, only where two scrapes are compared; the key is a hash of name and labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<String, Point>,
}

impl Metric {
    /// The kind, unknown where none is declared.
    #[must_use]
    pub fn kind(&self) -> MetricKind {
        self.kind.as_ref().map_or(MetricKind::Unknown, |kind| kind.value)
    }

    /// The place at which a report shows the name: the TYPE line, which says what it is.
    #[must_use]
    pub fn named(&self) -> &Place {
        self.kind.as_ref().map_or(&self.place, |kind| &kind.place)
    }

    /// An oddity, with its first place.
    #[must_use]
    pub fn odd(&self, oddity: Oddity) -> Option<(&Spot, &Tally)> {
        let tally = self.oddities.get(&oddity)?;
        Some((tally.spot()?, tally))
    }

    /// Whether it is an info metric: described by its labels, with a value that is always 1.
    #[must_use]
    pub fn is_info(&self) -> bool {
        self.kind() == MetricKind::Info || self.exposed.ends_with("_info")
    }
}

impl Fact for Metric {
    type Key = (Arc<str>, String);

    fn key(&self) -> Self::Key {
        (Arc::clone(&self.artifact), self.name.clone())
    }

    fn absorb(&mut self, other: Self) {
        if (&other.place, &other.exposed, other.surface) < (&self.place, &self.exposed, self.surface) {
            (self.place, self.exposed, self.surface) = (other.place, other.exposed, other.surface);
        }
        self.kind = earlier(self.kind.take(), other.kind);
        self.help = earlier(self.help.take(), other.help);
        self.unit = earlier(self.unit.take(), other.unit);
        self.series = self.series.saturating_add(other.series);
        self.samples = self.samples.saturating_add(other.samples);
        merge_labels(&mut self.labels, other.labels);
        merge_labels(&mut self.exemplars, other.exemplars);
        for (oddity, tally) in other.oddities {
            self.oddities.entry(oddity).or_default().merge(tally);
        }
        self.magnitude.merge(other.magnitude);
        for (unit, tally) in other.recorded {
            self.recorded.entry(unit).or_default().merge(tally);
        }
        self.is_presumed &= other.is_presumed;
        for (series, point) in other.points {
            match self.points.entry(series) {
                std::collections::btree_map::Entry::Vacant(at) => {
                    at.insert(point);
                }
                std::collections::btree_map::Entry::Occupied(mut at) => {
                    let order = |point: &Point| (point.place.clone(), point.value.map(f64::to_bits));
                    if order(&point) < order(at.get()) {
                        at.insert(point);
                    }
                }
            }
        }
    }
}

/// The one that stands first.
fn earlier<T: Ord>(a: Option<Seen<T>>, b: Option<Seen<T>>) -> Option<Seen<T>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if (&b.place, &b.value) < (&a.place, &a.value) { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn merge_labels(mine: &mut BTreeMap<String, Label>, theirs: BTreeMap<String, Label>) {
    for (name, label) in theirs {
        match mine.entry(name) {
            std::collections::btree_map::Entry::Vacant(at) => {
                at.insert(label);
            }
            std::collections::btree_map::Entry::Occupied(mut at) => at.get_mut().merge(label),
        }
    }
}

/// One label of a family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// The label's first place.
    pub place: Place,
    /// Samples that carry it.
    pub samples: u64,
    /// Its values.
    pub values: Values,
    /// Where source code gives it a value without a bound; the note says what.
    #[serde(default)]
    pub unbounded: Tally,
}

impl Label {
    fn merge(&mut self, other: Self) {
        self.place = self.place.clone().min(other.place);
        self.samples = self.samples.saturating_add(other.samples);
        self.values.merge(other.values);
        self.unbounded.merge(other.unbounded);
    }
}

/// How many different bucket bounds are kept; a family with more is none that a person chose.
const KEPT_BOUNDS: usize = 128;

/// What the numbers of a family tell about its unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Magnitude {
    /// The largest value of a gauge.
    pub largest: Option<f64>,
    /// The different bucket bounds of a histogram in rising order, without infinite ones.
    pub bounds: Vec<f64>,
}

impl Magnitude {
    /// Takes a gauge's value in; zero, infinite and negative ones tell nothing.
    pub fn value(&mut self, number: f64) {
        if number > 0.0 && number.is_finite() {
            self.largest = Some(self.largest.map_or(number, |largest| largest.max(number)));
        }
    }

    /// Takes a bucket's bound in.
    pub fn bound(&mut self, number: f64) {
        if let Err(at) = self.bounds.binary_search_by(|bound| bound.total_cmp(&number))
            && number.is_finite()
        {
            self.bounds.insert(at, number);
            self.bounds.truncate(KEPT_BOUNDS);
        }
    }

    fn merge(&mut self, other: Self) {
        other.largest.into_iter().for_each(|number| self.value(number));
        other.bounds.into_iter().for_each(|number| self.bound(number));
    }
}

/// The value of one series at one scrape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The value, where it is finite.
    pub value: Option<f64>,
    /// The sample.
    pub place: Place,
}
