//! One metric family while its lines go by: labels, series, what is odd; in the end a [`Metric`] fact.

mod checks;
mod labels;
mod parts;
mod steps;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use hashbrown::{HashMap, HashTable};

use self::labels::Labels;
use self::parts::parts;
pub use self::parts::{Part, Row, taken_suffixes};
use self::steps::Steps;
use super::groups::Groups;
use super::ledger::Ledger;
use super::scan::{Dialect, Pair, Sample};
use crate::detect::masked;
use crate::facts::metric::{Magnitude, Point};
use crate::facts::{Folded, Label, Metric, Oddity, Resource, Spot, Tally};
use crate::naming::MetricKind;
use crate::read::Watch;
use crate::read::lines::LineAt;
use crate::source::{Place, Seen};

/// A series that was seen: 16 bytes, since there may be millions.
struct Series {
    /// A 96-bit hash of name and labels.
    hash: [u32; 3],
    /// Its last line, as far as 32 bits go.
    line: u32,
}

/// What the first labels of a sample come to.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// Identifies the group a sample belongs to.
    group: u128,
    /// What its other labels add to the identity of its series.
    apart: u128,
    /// Identifies the names of the labels.
    label_set: u128,
    /// How many labels there are besides the one that tells the samples of a group apart.
    labels: usize,
    /// Which label does so.
    divider: Option<usize>,
}

/// A family being read.
pub struct Family {
    pub name: Vec<u8>,
    pub place: Place,
    pub kind: Option<Seen<MetricKind>>,
    pub help: Option<Seen<bool>>,
    pub unit: Option<Seen<String>>,
    pub samples: u64,
    pub last_line: u64,
    /// Whether another family's line has come since.
    pub left: bool,
    series: HashTable<Series>,
    /// The last time of a series, where OpenMetrics gives one: it has points of one series at different times.
    times: HashMap<[u32; 3], u64>,
    /// Per label of the last sample, what the labels up to it come to.
    sums: Vec<Sum>,
    steps: Steps,
    expected_series: usize,
    labels: Labels,
    exemplars: BTreeMap<String, Label>,
    oddities: BTreeMap<Oddity, Tally>,
    magnitude: Magnitude,
    groups: Groups,
    label_set: Option<(u128, u64)>,
    points: BTreeMap<String, Point>,
    resources: Folded<Resource>,
    exact_values: usize,
    compare: bool,
}

impl Family {
    /// A new family; the one before had `expected_series` series.
    pub fn new(name: Vec<u8>, place: Place, expected_series: usize, watch: &Watch) -> Self {
        Self {
            name,
            place,
            kind: None,
            help: None,
            unit: None,
            samples: 0,
            last_line: 0,
            left: false,
            series: HashTable::new(),
            times: HashMap::new(),
            sums: Vec::new(),
            steps: Steps::default(),
            expected_series,
            labels: Labels::new(watch.exact_values),
            exemplars: BTreeMap::new(),
            oddities: BTreeMap::new(),
            magnitude: Magnitude::default(),
            groups: Groups::default(),
            label_set: None,
            points: BTreeMap::new(),
            resources: Folded::default(),
            exact_values: watch.exact_values,
            compare: watch.compare,
        }
    }

    pub fn series_count(&self) -> usize {
        self.series.len()
    }

    pub fn kind(&self) -> MetricKind {
        self.kind.as_ref().map_or(MetricKind::Unknown, |kind| kind.value)
    }

    pub fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    /// The names of the samples an OpenMetrics family of this kind has.
    pub fn sample_names(&self) -> String {
        let names: Vec<String> = parts(Dialect::OpenMetrics, self.kind())
            .iter()
            .map(|part| format!("`{}{}`", self.shown(), part.suffix()))
            .collect();
        names.join(", ")
    }

    /// Which of this family's samples has this name, if any.
    pub fn part(&self, dialect: Dialect, name: &[u8]) -> Option<Part> {
        let suffix = name.strip_prefix(self.name.as_slice())?;
        parts(dialect, self.kind()).iter().copied().find(|part| part.suffix().as_bytes() == suffix)
    }

    fn odd(
        &mut self,
        ledger: &mut Ledger,
        oddity: Oddity,
        line: &LineAt<'_>,
        at: Range<usize>,
        note: impl FnOnce() -> String,
    ) {
        self.oddities.entry(oddity).or_default().add(|| Spot { place: ledger.place(line, at), note: note() });
    }

    /// What OpenMetrics forbids is a fault; in text it is only odd.
    fn problem(
        &mut self,
        ledger: &mut Ledger,
        (oddity, code): (Oddity, &'static str),
        line: &LineAt<'_>,
        at: Range<usize>,
        note: impl FnOnce() -> String,
    ) {
        match ledger.dialect {
            Dialect::OpenMetrics => ledger.fault(line, code, at, note),
            Dialect::Text => self.odd(ledger, oddity, line, at, note),
        }
    }

    pub fn interleaved(&mut self, ledger: &mut Ledger, line: &LineAt<'_>, at: Range<usize>) {
        let before = self.last_line;
        self.odd(ledger, Oddity::Interleaved, line, at, || {
            format!("the family's lines ended at line {before}")
        });
    }

    /// OpenMetrics: the family is entered again after another one.
    pub fn enter_again(&mut self) {
        self.groups.enter_again();
    }

    pub fn repeated(&mut self, ledger: &mut Ledger, line: &LineAt<'_>, what: &str, at: Range<usize>) {
        self.problem(ledger, (Oddity::DuplicateMetadata, "repeated-metadata"), line, at, || {
            format!("a second {what}")
        });
    }

    /// OpenMetrics: the unit is the name's suffix, and info and stateset have none.
    pub fn check_unit(&mut self, ledger: &mut Ledger, line: &LineAt<'_>, at: Range<usize>) {
        let Some(unit) = self.unit.as_ref().map(|unit| unit.value.as_str()).filter(|unit| !unit.is_empty())
        else {
            return;
        };
        let name = String::from_utf8_lossy(&self.name);
        let note = if matches!(self.kind(), MetricKind::Info | MetricKind::StateSet) {
            format!("{} `{name}` can't have a unit", self.kind().as_str())
        } else if name.strip_suffix(unit).is_none_or(|rest| !rest.ends_with('_')) {
            format!("unit `{unit}` is not the suffix of `{name}`")
        } else {
            return;
        };
        ledger.fault(line, "bad-unit", at, || note);
    }

    /// Takes in one sample, of which the first `repeated` labels are those of the family's sample before.
    pub fn sample(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        labels: &[Pair],
        (part, repeated): (Part, usize),
    ) {
        self.samples += 1;
        let kind = self.kind();
        let (own, exemplar) = labels.split_at(sample.labels);
        // The label by which the samples of one histogram or summary differ.
        let special: Option<&[u8]> = match (kind, part) {
            (MetricKind::Histogram | MetricKind::GaugeHistogram, Part::Bucket) => Some(b"le"),
            (MetricKind::Summary, Part::Value) => Some(b"quantile"),
            _ => None,
        };
        let is_state = kind == MetricKind::StateSet;
        self.sums.truncate(repeated);
        let mut sum = self.sums.last().copied().unwrap_or_default();
        self.labels.again(sum.labels);
        let mut step = None;
        for (index, pair) in own.iter().enumerate().skip(repeated) {
            let name = pair.name.text(line.text);
            if special == Some(&*name) {
                sum.divider = Some(index);
                self.sums.push(sum);
                continue;
            }
            let noted = self.labels.note(ledger, line, pair, &name, sum.labels);
            sum.labels += 1;
            // A label with an empty value is the same as none.
            if !pair.value.at.is_empty() {
                if is_state && *name == *self.name {
                    sum.divider = Some(index);
                    sum.apart = sum.apart.wrapping_add(noted.pair);
                } else {
                    sum.group = sum.group.wrapping_add(noted.pair);
                }
                sum.label_set = sum.label_set.wrapping_add(u128::from(noted.name));
            }
            self.sums.push(sum);
        }
        self.labels.end(sum.labels);
        let divider = sum.divider.map(|index| &own[index]);
        let mut series = (u128::from(part as u8) << 88).wrapping_add(sum.group).wrapping_add(sum.apart);
        if let Some(pair) = divider.filter(|_| special.is_some()) {
            let known = self.steps.of(&line.text[pair.value.at.clone()]);
            series = series.wrapping_add(known.hash);
            step = Some(known);
        }
        let row = Row { line, sample, kind, part, divider, step };
        self.check_label_set(ledger, &row, sum.label_set);
        self.check_value(ledger, &row);
        self.check_group(ledger, &row, sum.group);
        self.check_unique(ledger, &row, series);
        let is_step = part == Part::Bucket || (kind == MetricKind::Summary && part == Part::Value);
        if self.compare && !is_step && !matches!(part, Part::Sum | Part::Created) {
            let value = Some(sample.value).filter(|value| value.is_finite());
            let point = Point { value, place: ledger.place(line, sample.series_at()) };
            self.points.entry(format!("{series:032x}")).or_insert(point);
        }
        if part == Part::Value && matches!(kind, MetricKind::Gauge | MetricKind::Unknown) {
            self.magnitude.value(sample.value);
        }
        if let Some(at) = &sample.exemplar {
            self.exemplar(ledger, &row, at.clone(), exemplar);
        }
        let is_target = match ledger.dialect {
            Dialect::Text => self.name == b"target_info",
            Dialect::OpenMetrics => {
                self.name == b"target" && kind == MetricKind::Info || self.name == b"target_info"
            }
        };
        if is_target {
            self.resource(ledger, &row, own);
        }
    }

    /// Exemplars belong to counters' totals and to buckets (OpenMetrics 1.0, "Exemplars").
    fn exemplar(&mut self, ledger: &mut Ledger, row: &Row<'_>, at: Range<usize>, labels: &[Pair]) {
        let line = row.line;
        if !matches!(row.part, Part::Total | Part::Bucket) {
            let note = || "only a counter's `_total` and a histogram's `_bucket` may have an exemplar".into();
            return ledger.fault(line, "misplaced-exemplar", at, note);
        }
        Labels::note_exemplar(&mut self.exemplars, ledger, line, labels, self.exact_values);
    }

    /// `target_info` carries the resource's attributes as labels (OpenTelemetry, "Prometheus and OpenMetrics
    /// compatibility", resource attributes).
    fn resource(&mut self, ledger: &mut Ledger, row: &Row<'_>, labels: &[Pair]) {
        let line = row.line;
        let mut attributes = BTreeMap::new();
        let mut service_name = None;
        for pair in labels {
            let name = masked(&String::from_utf8_lossy(&pair.name.text(line.text)));
            let place = ledger.place(line, pair.name.at.start..pair.value.at.end + 1);
            let value = pair.value.text(line.text);
            if name == "service_name" {
                let value = masked(&String::from_utf8_lossy(&value));
                service_name = Some(Seen { value, place: place.clone() });
            }
            // An empty value is as good as none, but for the name, of which emptiness is worth a finding of its own.
            if !value.is_empty() || name == "service_name" {
                attributes.insert(name, place);
            }
        }
        let place = ledger.place(line, row.sample.name.at.clone());
        self.resources.add(Resource {
            place,
            surface: ledger.surface(),
            attributes,
            service_name,
            count: 1,
            is_open: false,
        });
    }

    pub fn resources(&mut self) -> Folded<Resource> {
        std::mem::take(&mut self.resources)
    }

    /// Checks what can only be known when the family is complete.
    pub fn close(&mut self, ledger: &mut Ledger) {
        for (mark, wrong) in self.groups.close(ledger.dialect) {
            let place = ledger.place_of(&mark);
            let note = wrong.note;
            if ledger.dialect == Dialect::OpenMetrics {
                let note = format!("{} `{}` is broken: {note}", self.kind().as_str(), self.shown());
                ledger.fault_at(wrong.code, place, &note);
            } else {
                let oddity = if wrong.is_summary { Oddity::BrokenSummary } else { Oddity::BrokenHistogram };
                self.oddities.entry(oddity).or_default().add(|| Spot { place, note });
            }
        }
    }

    pub fn into_metric(self, ledger: &Ledger) -> Metric {
        let kind = self.kind();
        let name = masked(&String::from_utf8_lossy(&self.name));
        let exposed = match (ledger.dialect, kind) {
            (Dialect::OpenMetrics, MetricKind::Counter) => format!("{name}_total"),
            (Dialect::OpenMetrics, MetricKind::Info) => format!("{name}_info"),
            _ => name.clone(),
        };
        let mut oddities = self.oddities;
        for tally in oddities.values_mut() {
            tally.first.sort();
        }
        Metric {
            artifact: ledger.artifact(),
            surface: ledger.surface(),
            name,
            exposed,
            place: self.place,
            kind: self.kind,
            help: self.help,
            unit: self.unit.map(|unit| Seen { value: masked(&unit.value), ..unit }),
            series: self.series.len() as u64,
            samples: self.samples,
            labels: self.labels.into_facts(),
            exemplars: self.exemplars,
            oddities,
            magnitude: self.magnitude,
            points: self.points,
            recorded: BTreeMap::new(),
            is_presumed: false,
        }
    }
}
