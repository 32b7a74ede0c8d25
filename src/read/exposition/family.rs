//! One metric family while its lines go by: labels, series, what is odd; in the end a [`Metric`] fact.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use hashbrown::{HashMap, HashTable};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::groups::{self, Groups};
use super::ledger::Ledger;
use super::scan::{Dialect, Pair, Sample};
use crate::detect::{Shape, shape_of};
use crate::facts::metric::{Magnitude, Point};
use crate::facts::{Label, Metric, Oddity, Resource, Spot, Tally, Values};
use crate::naming::MetricKind;
use crate::read::Watch;
use crate::read::lines::LineAt;
use crate::source::{Place, Seen};

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
    fn suffix(self) -> &'static str {
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
fn parts(dialect: Dialect, kind: MetricKind) -> &'static [Part] {
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

/// A label of the family, with what speeds up its next value: most lines repeat most of the line before.
struct Slot {
    name: Vec<u8>,
    seed: u64,
    label: Label,
    last: Vec<u8>,
    last_hash: u128,
    last_shape: Option<Shape>,
    known: HashMap<u64, Option<Shape>>,
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
}

impl Row<'_> {
    /// The divider's value as a number.
    fn number(&self) -> Option<(&str, Option<f64>)> {
        let text = std::str::from_utf8(&self.line.text[self.divider?.value.at.clone()]).ok()?;
        Some((text, text.parse::<f64>().ok().filter(|number| !number.is_nan())))
    }

    /// The bound of a bucket.
    fn bound(&self) -> Result<f64, (&'static str, &'static str)> {
        match self.number() {
            None => Err(("missing-bound", "a bucket has no label `le`")),
            Some((_, None)) => Err(("bad-bound", "a bound `le` is not a number")),
            Some((text, Some(number))) if number == f64::INFINITY && text != "+Inf" => {
                Err(("bad-bound", "the last bound is not written `+Inf`"))
            }
            Some((_, Some(number))) => Ok(number),
        }
    }

    /// The quantile of a summary's sample.
    fn quantile(&self) -> Result<f64, (&'static str, &'static str)> {
        match self.number() {
            None => Err(("missing-quantile", "a sample has no label `quantile`")),
            Some((_, Some(quantile))) if (0.0..=1.0).contains(&quantile) => Ok(quantile),
            Some((_, Some(_))) => Err(("bad-quantile", "a quantile is not between 0 and 1")),
            Some((_, None)) => Err(("bad-quantile", "a quantile is not a number")),
        }
    }
}

/// Distinguishes the hash of a bound or quantile from that of a label.
const STEP_SEED: u64 = 0x6c65;

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
    series: HashTable<(u128, u64)>,
    slots: Vec<Slot>,
    /// Which slots the last sample used, in order.
    order: Vec<usize>,
    exemplars: BTreeMap<String, Label>,
    oddities: BTreeMap<Oddity, Tally>,
    magnitude: Magnitude,
    groups: Groups,
    label_set: Option<(u128, u64)>,
    points: BTreeMap<String, Point>,
    resources: Vec<Resource>,
    exact_values: usize,
    compare: bool,
}

impl Family {
    pub fn new(name: Vec<u8>, place: Place, watch: &Watch) -> Self {
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
            slots: Vec::new(),
            order: Vec::new(),
            exemplars: BTreeMap::new(),
            oddities: BTreeMap::new(),
            magnitude: Magnitude::default(),
            groups: Groups::default(),
            label_set: None,
            points: BTreeMap::new(),
            resources: Vec::new(),
            exact_values: watch.exact_values,
            compare: watch.compare,
        }
    }

    pub fn kind(&self) -> MetricKind {
        self.kind.as_ref().map_or(MetricKind::Unknown, |kind| kind.value)
    }

    pub fn shown(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
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

    /// Takes in one sample.
    pub fn sample(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        labels: &[Pair],
        part: Part,
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
        let mut series = u128::from(part as u8) << 120;
        let mut group: u128 = 0;
        let mut label_set: u128 = 0;
        let mut divider = None;
        let mut position = 0;
        for pair in own {
            let name = pair.name.text(line.text);
            if special == Some(&*name) {
                divider = Some(pair);
                let value = &line.text[pair.value.at.clone()];
                series = series.wrapping_add(xxh3_128_with_seed(value, STEP_SEED));
                continue;
            }
            let (hash, slot) = self.label(ledger, line, pair, &name, position, part);
            position += 1;
            series = series.wrapping_add(hash);
            if is_state && *name == *self.name {
                divider = Some(pair);
            } else {
                group = group.wrapping_add(hash);
            }
            // A label with an empty value is the same as none.
            if !pair.value.at.is_empty() {
                label_set = label_set.wrapping_add(u128::from(self.slots[slot].seed));
            }
        }
        self.order.truncate(position);
        let row = Row { line, sample, kind, part, divider };
        self.check_label_set(ledger, &row, label_set);
        self.check_value(ledger, &row);
        self.check_group(ledger, &row, group);
        // OpenMetrics has several points of one series at different times.
        let time = match ledger.dialect {
            Dialect::OpenMetrics => sample.timestamp.unwrap_or(-1.0).to_bits(),
            Dialect::Text => 0,
        };
        self.check_unique(ledger, &row, series.wrapping_add(u128::from(time)));
        if self.compare
            && !matches!(part, Part::Bucket | Part::Sum | Part::Created)
            && sample.value.is_finite()
        {
            let point = Point { value: sample.value, place: ledger.place(line, sample.series_at()) };
            self.points.entry(format!("{series:032x}")).or_insert(point);
        }
        if part == Part::Value && matches!(kind, MetricKind::Gauge | MetricKind::Unknown) {
            self.magnitude.value(sample.value);
        }
        if let Some(at) = &sample.exemplar {
            self.exemplar(ledger, &row, at.clone(), exemplar);
        }
        if matches!(self.name.as_slice(), b"target_info" | b"target") {
            self.resource(ledger, &row, own);
        }
    }

    /// Notes one label; returns the hash of name and value.
    fn label(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        pair: &Pair,
        name: &[u8],
        position: usize,
        part: Part,
    ) -> (u128, usize) {
        let index = match self.order.get(position) {
            Some(slot) if self.slots[*slot].name == name => *slot,
            _ => {
                let slot = self.slots.iter().position(|slot| slot.name == name).unwrap_or_else(|| {
                    let place = ledger.place(line, pair.name.at.start..pair.value.at.end + 1);
                    self.slots.push(Slot {
                        name: name.to_vec(),
                        seed: xxh3_64(name),
                        label: Label { place, samples: 0, values: Values::new(self.exact_values) },
                        last: Vec::new(),
                        last_hash: 0,
                        last_shape: None,
                        known: HashMap::new(),
                    });
                    self.slots.len() - 1
                });
                self.order.truncate(position);
                self.order.push(slot);
                slot
            }
        };
        let slot = &mut self.slots[index];
        slot.label.samples += 1;
        let raw = &line.text[pair.value.at.clone()];
        if slot.label.samples == 1 || slot.last != raw {
            let value = pair.value.text(line.text);
            slot.last_hash = xxh3_128_with_seed(&value, slot.seed);
            let short = slot.last_hash as u64;
            slot.last_shape = match slot.known.get(&short) {
                Some(shape) => *shape,
                None => {
                    let shape = shape_of(&value);
                    if !value.is_empty() {
                        slot.label.values.note(short);
                    }
                    if slot.known.len() <= self.exact_values {
                        slot.known.insert(short, shape);
                    }
                    shape
                }
            };
            slot.last.clear();
            slot.last.extend_from_slice(raw);
        }
        // Of a histogram's many lines for one label set, the count line stands for all.
        if let Some(shape) = slot.last_shape
            && part != Part::Bucket
            && part != Part::Sum
            && part != Part::Created
        {
            let at = pair.value.at.start - 1..pair.value.at.end + 1;
            slot.label
                .values
                .shapes
                .entry(shape)
                .or_default()
                .add(|| Spot { place: ledger.place(line, at), note: String::new() });
        }
        (slot.last_hash, index)
    }

    fn check_label_set(&mut self, ledger: &mut Ledger, row: &Row<'_>, label_set: u128) {
        match self.label_set {
            None => self.label_set = Some((label_set, row.line.number)),
            Some((first, _)) if first == label_set => {}
            Some((_, first_line)) => {
                let note = || format!("other labels than the series in line {first_line}");
                self.odd(ledger, Oddity::InconsistentLabels, row.line, row.sample.series_at(), note);
            }
        }
    }

    fn check_value(&mut self, ledger: &mut Ledger, row: &Row<'_>) {
        let Row { line, sample, kind, part, divider } = *row;
        let strict = ledger.dialect == Dialect::OpenMetrics;
        let value = sample.value;
        let at = || sample.value_at.clone();
        let counts = match part {
            Part::Total | Part::Bucket | Part::Count | Part::GCount => true,
            Part::Value => kind == MetricKind::Counter,
            // Text says nothing of sums; OpenMetrics has them of counters only.
            Part::Sum => strict,
            Part::GSum | Part::Created | Part::Info => false,
        };
        let fractional = matches!(part, Part::Bucket | Part::Count | Part::GCount) && value.fract() != 0.0;
        let what = match value {
            _ if value.is_nan() => Some("NaN"),
            _ if value < 0.0 => Some("negative"),
            _ if fractional => Some("not a whole number"),
            _ => None,
        };
        if let Some(what) = what.filter(|_| counts) {
            let note = || format!("{} is {what}", called(kind, part));
            return self.problem(ledger, (Oddity::ImpossibleValue, "impossible-value"), line, at(), note);
        }
        if counts && value.is_infinite() && part != Part::Sum {
            // No format forbids it; no count gets there.
            let note = || format!("{} is infinite", called(kind, part));
            return self.odd(ledger, Oddity::ImpossibleValue, line, at(), note);
        }
        if part == Part::GSum && value.is_nan() {
            return ledger.fault(line, "impossible-value", at(), || "the sum is NaN".into());
        }
        match kind {
            MetricKind::Info if value != 1.0 => {
                ledger.fault(line, "impossible-value", at(), || "an info metric's value is 1".into());
            }
            MetricKind::StateSet if divider.is_none() => {
                let note = format!("a stateset's sample has the label `{}`", self.shown());
                ledger.fault(line, "missing-state", sample.name.at.clone(), || note);
            }
            MetricKind::StateSet if value != 0.0 && value != 1.0 => {
                ledger.fault(line, "impossible-value", at(), || "a state is 0 or 1".into());
            }
            MetricKind::Summary if part == Part::Value && value < 0.0 && strict => {
                ledger.fault(line, "impossible-value", at(), || "the value of a quantile is negative".into());
            }
            _ => {}
        }
    }

    fn check_group(&mut self, ledger: &mut Ledger, row: &Row<'_>, group: u128) {
        if ledger.dialect == Dialect::OpenMetrics {
            // Samples of info metrics can't be told apart by group.
            let group = if row.kind == MetricKind::Info { 0 } else { group };
            self.groups.enter(ledger, row, group);
        }
        let step = match (row.kind, row.part) {
            (MetricKind::Histogram | MetricKind::GaugeHistogram, Part::Bucket) => row.bound(),
            (MetricKind::Summary, Part::Value) => row.quantile(),
            (MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary, part) => {
                if part != Part::Created {
                    self.groups.other(ledger, row, group);
                }
                return;
            }
            _ => return,
        };
        let oddity = |is_summary| if is_summary { Oddity::BrokenSummary } else { Oddity::BrokenHistogram };
        let at_step = row.divider.map_or(row.sample.name.at.clone(), |pair| pair.value.at.clone());
        match step {
            Err((code, note)) => {
                let oddity = oddity(row.kind == MetricKind::Summary);
                self.problem(ledger, (oddity, code), row.line, at_step, || note.to_owned());
            }
            Ok(step) => {
                if row.part == Part::Bucket {
                    self.magnitude.bound(step);
                }
                if let Some((spot, wrong)) = self.groups.step(ledger, row, group, step) {
                    let at = if spot == groups::Spot::Step { at_step } else { row.sample.value_at.clone() };
                    if wrong.is_summary {
                        // OpenMetrics does not forbid it either.
                        self.odd(ledger, Oddity::BrokenSummary, row.line, at, || wrong.note);
                    } else {
                        self.problem(ledger, (Oddity::BrokenHistogram, wrong.code), row.line, at, || {
                            wrong.note
                        });
                    }
                }
            }
        }
    }

    fn check_unique(&mut self, ledger: &mut Ledger, row: &Row<'_>, series: u128) {
        let hasher = |entry: &(u128, u64)| entry.0 as u64;
        match self.series.entry(series as u64, |entry| entry.0 == series, hasher) {
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert((series, row.line.number));
            }
            hashbrown::hash_table::Entry::Occupied(place) => {
                let first = place.get().1;
                let note = || format!("the same series as in line {first}");
                self.odd(ledger, Oddity::DuplicateSeries, row.line, row.sample.series_at(), note);
            }
        }
    }

    /// Exemplars belong to counters' totals and to buckets (OpenMetrics 1.0, "Exemplars").
    fn exemplar(&mut self, ledger: &mut Ledger, row: &Row<'_>, at: Range<usize>, labels: &[Pair]) {
        let line = row.line;
        if !matches!(row.part, Part::Total | Part::Bucket) {
            let note = || "only a counter's `_total` and a histogram's `_bucket` may have an exemplar".into();
            return ledger.fault(line, "misplaced-exemplar", at, note);
        }
        for pair in labels {
            let name = String::from_utf8_lossy(&pair.name.text(line.text)).into_owned();
            let value = pair.value.text(line.text);
            let exact = self.exact_values;
            let label = self.exemplars.entry(name).or_insert_with(|| Label {
                place: ledger.place(line, pair.name.at.start..pair.value.at.end + 1),
                samples: 0,
                values: Values::new(exact),
            });
            label.samples += 1;
            label.values.note(xxh3_64(&value));
            if let Some(shape) = shape_of(&value) {
                let at = pair.value.at.start - 1..pair.value.at.end + 1;
                let tally = label.values.shapes.entry(shape).or_default();
                tally.add(|| Spot { place: ledger.place(line, at), note: String::new() });
            }
        }
    }

    /// `target_info` carries the resource's attributes as labels (OpenTelemetry, "Prometheus and OpenMetrics
    /// compatibility", resource attributes).
    fn resource(&mut self, ledger: &mut Ledger, row: &Row<'_>, labels: &[Pair]) {
        let line = row.line;
        let mut attributes = BTreeMap::new();
        let mut service_name = None;
        for pair in labels {
            let name = String::from_utf8_lossy(&pair.name.text(line.text)).into_owned();
            let place = ledger.place(line, pair.name.at.start..pair.value.at.end + 1);
            let value = pair.value.text(line.text);
            if name == "service_name" {
                let value = String::from_utf8_lossy(&value).into_owned();
                service_name = Some(Seen { value, place: place.clone() });
            }
            // An empty value is as good as none, but for the name, of which emptiness is worth a finding of its own.
            if !value.is_empty() || name == "service_name" {
                attributes.insert(name, place);
            }
        }
        let place = ledger.place(line, row.sample.name.at.clone());
        self.resources.push(Resource {
            place,
            surface: ledger.surface(),
            attributes,
            service_name,
            count: 1,
        });
    }

    pub fn resources(&mut self) -> Vec<Resource> {
        std::mem::take(&mut self.resources)
    }

    /// Checks what can only be known when the family is complete.
    pub fn close(&mut self, ledger: &mut Ledger) {
        for (place, wrong) in self.groups.close(ledger.dialect) {
            let note = wrong.note;
            if ledger.dialect == Dialect::OpenMetrics {
                ledger.fault_at(wrong.code, place, note);
            } else {
                let oddity = if wrong.is_summary { Oddity::BrokenSummary } else { Oddity::BrokenHistogram };
                self.oddities.entry(oddity).or_default().add(|| Spot { place, note });
            }
        }
    }

    pub fn into_metric(self, ledger: &Ledger) -> Metric {
        let kind = self.kind();
        let name = String::from_utf8_lossy(&self.name).into_owned();
        let exposed = match (ledger.dialect, kind) {
            (Dialect::OpenMetrics, MetricKind::Counter) => format!("{name}_total"),
            (Dialect::OpenMetrics, MetricKind::Info) => format!("{name}_info"),
            _ => name.clone(),
        };
        let mut oddities = self.oddities;
        for tally in oddities.values_mut() {
            tally.first.sort();
        }
        let labels =
            self.slots.into_iter().map(|slot| (String::from_utf8_lossy(&slot.name).into_owned(), slot.label));
        Metric {
            artifact: ledger.artifact(),
            surface: ledger.surface(),
            name,
            exposed,
            place: self.place,
            kind: self.kind,
            help: self.help,
            unit: self.unit,
            series: self.series.len() as u64,
            samples: self.samples,
            labels: labels.collect(),
            exemplars: self.exemplars,
            oddities,
            magnitude: self.magnitude,
            points: self.points,
        }
    }
}

/// What a message calls a sample.
fn called(kind: MetricKind, part: Part) -> &'static str {
    match part {
        Part::Bucket => "a bucket's count",
        Part::Count | Part::GCount => "the count",
        Part::Sum | Part::GSum => "the sum",
        _ if kind == MetricKind::Counter => "a counter",
        _ => "the value",
    }
}
