//! The inventory: every metric, span, event subject, log field and resource attribute that was seen, by name, with what is
//! known of it and where it stands. It judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::detect::{masked, printable};
use crate::facts::{Facts, Metric, Surface, Tally};
use crate::naming::MetricKind;
use crate::source::Place;

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Section {
    /// Metrics, by the name Prometheus stores.
    Metrics,
    /// Spans.
    Spans,
    /// Subjects of messages.
    Events,
    /// Fields of log records.
    LogFields,
    /// Attributes of resources.
    ResourceAttributes,
}

impl Section {
    /// All, in order.
    pub const ALL: [Self; 5] =
        [Self::Metrics, Self::Spans, Self::Events, Self::LogFields, Self::ResourceAttributes];

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Spans => "spans",
            Self::Events => "event subjects",
            Self::LogFields => "log fields",
            Self::ResourceAttributes => "resource attributes",
        }
    }

    /// Its key in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Spans => "spans",
            Self::Events => "events",
            Self::LogFields => "log_fields",
            Self::ResourceAttributes => "resource_attributes",
        }
    }
}

/// One thing that was seen, wherever it was.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Entry {
    /// Its name; `{}` stands for what is made when a program runs.
    pub name: String,
    /// Its kind: of a metric, a span, or what is done with a message. Several, where places differ.
    pub kinds: BTreeSet<String>,
    /// Units, of metrics.
    pub units: BTreeSet<String>,
    /// Labels or attributes.
    pub labels: BTreeSet<String>,
    /// The surfaces of metrics.
    pub surfaces: BTreeSet<String>,
    /// Where it was seen, in order; of what was seen very often in one artifact the first places.
    pub places: BTreeSet<Position>,
}

/// A place as the inventory gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

/// Everything that was seen.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    entries: BTreeMap<Section, BTreeMap<String, Entry>>,
}

impl Inventory {
    /// Of what was read.
    #[must_use]
    pub fn of(all: &[Facts]) -> Self {
        let mut inventory = Self::default();
        for facts in all {
            inventory.take(facts);
        }
        inventory
    }

    /// The entries of a section, in order of their names.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &Entry> {
        self.entries.get(&section).into_iter().flat_map(BTreeMap::values)
    }

    fn entry(&mut self, section: Section, name: &str) -> &mut Entry {
        let name = shown(name);
        let entry = self.entries.entry(section).or_default().entry(name.clone()).or_default();
        entry.name = name;
        entry
    }

    fn take(&mut self, facts: &Facts) {
        for metric in facts.metrics.iter() {
            let entry = self.entry(Section::Metrics, &metric.exposed);
            entry.add_metric(metric);
        }
        for span in facts.spans.iter().filter(|span| !span.name.is_empty()) {
            let entry = self.entry(Section::Spans, &span.name);
            entry.kinds.insert(span.kind.name().to_owned());
            // What begins so is for the layer, not for the span.
            let own = span.attributes.iter().flatten().filter(|name| !name.starts_with("otel."));
            entry.labels.extend(own.map(|name| shown(name)));
            entry.at(&span.place);
        }
        for operation in facts.operations.iter() {
            let Some(subject) = &operation.subject else { continue };
            let entry = self.entry(Section::Events, subject);
            entry.kinds.insert(operation.action.name().to_owned());
            entry.at(&operation.place);
        }
        for written in facts.written.iter() {
            self.entry(Section::LogFields, &written.name).seen(&written.seen);
        }
        for resource in facts.resources.iter() {
            for (name, place) in &resource.attributes {
                self.entry(Section::ResourceAttributes, name).at(place);
            }
        }
    }
}

impl Entry {
    fn add_metric(&mut self, metric: &Metric) {
        if metric.kind() != MetricKind::Unknown {
            self.kinds.insert(metric.kind().as_str().to_owned());
        }
        self.units.extend(metric.unit.iter().map(|unit| shown(&unit.value)).filter(|unit| !unit.is_empty()));
        self.labels.extend(metric.labels.keys().map(|label| shown(label)));
        let surface = match metric.surface {
            Surface::Prometheus => "prometheus",
            Surface::Openmetrics => "openmetrics",
            Surface::Source => "source",
        };
        self.surfaces.insert(surface.to_owned());
        self.at(metric.named());
    }

    fn at(&mut self, place: &Place) {
        self.places.insert(Position { path: place.path.to_string(), line: place.line, column: place.column });
    }

    fn seen(&mut self, tally: &Tally) {
        tally.first.iter().for_each(|spot| self.at(&spot.place));
    }
}

/// A text as it may be shown: it comes from what was read, so it may hold anything.
fn shown(text: &str) -> String {
    printable(&masked(text))
}
