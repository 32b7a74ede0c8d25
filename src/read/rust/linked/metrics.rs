//! Instruments become metrics: their names as the exporter in use will show them, their labels wherever they are given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sets::Labels;
use super::{Linker, Made, Measured};
use crate::detect::masked;
use crate::facts::metric::Magnitude;
use crate::facts::{Facts, Gap, Label, Metric, Spot, Surface, Tally, Values};
use crate::naming::exporters::{self, Exporter, InstrumentKind, TranslationStrategy};
use crate::naming::ucum;
use crate::read::rust::file::ExporterOptions;
use crate::read::rust::label_sets::{Labelled, Member};
use crate::read::rust::meters::{Instrument, Library, MadeLabel};
use crate::read::rust::names::{Home, Name, Resolved};
use crate::source::{Place, Seen};

/// What `describe_counter!` and its like say of a metric: whether it is explained, and the unit.
type Described = BTreeMap<String, (bool, Option<String>)>;

/// A label where it is given, and why its values have no bound.
struct Given {
    name: String,
    place: Place,
    unbounded: Option<(String, Place)>,
}

impl Linker<'_> {
    /// Adds the metrics that instruments make.
    pub(super) fn metrics(&self, facts: &mut Facts) {
        // A field's name means one instrument only where one is held by it.
        let mut holders: BTreeMap<(Option<usize>, &str), usize> = BTreeMap::new();
        for (home, _, made) in &self.made {
            if let Some(holder) = &made.instrument.bound {
                *holders.entry((home.0, holder)).or_default() += 1;
            }
        }
        let described = self.explained();
        let emitted: BTreeSet<String> = self
            .made
            .iter()
            .filter(|(.., made)| {
                made.instrument.library == Library::Metrics && !made.instrument.is_description
            })
            .filter_map(|(home, _, made)| Some(self.exposed(&made.instrument, *home).ok()?.text))
            .collect();
        let exporting = self.exporting();
        let no_exporter = self.packages.iter().all(|package| !package.uses("metrics-exporter-prometheus"));
        for (home, artifact, made) in &self.made {
            if made.instrument.is_unsaid && !self.is_of_its_crate(home, made) {
                continue;
            }
            let name = match self.exposed(&made.instrument, *home) {
                Ok(name) if name.is_whole => name.text,
                Ok(name) => {
                    let what = format!("a metric can't be seen whole: its name is `{}`", name.text);
                    facts.gaps.add(Gap { place: made.place.clone(), what });
                    continue;
                }
                Err(why) => {
                    facts.gaps.add(Gap {
                        place: made.place.clone(),
                        what: format!("a metric can't be seen: {why}"),
                    });
                    continue;
                }
            };
            // What is described is shown where it is emitted.
            if made.instrument.is_description && emitted.contains(&name) {
                continue;
            }
            let (exporter, is_presumed) =
                self.exporter(made.instrument.library, home.0, (no_exporter, &exporting));
            let held = made.instrument.bound.as_ref().and_then(|holder| {
                let is_one = holders.get(&(home.0, holder.as_str())) == Some(&1);
                is_one.then(|| self.measured.get(&(home.0, holder.clone())))?
            });
            // A field of another type of that name holds something else.
            let is_own = |file: usize| {
                file == home.1
                    || !self.fields_of.get(&file).is_some_and(|fields| {
                        made.instrument.bound.as_ref().is_some_and(|holder| fields.contains(holder))
                    })
            };
            let held: Vec<&(Home, Measured)> =
                held.into_iter().flatten().filter(|(home, _)| is_own(home.1)).collect();
            let mut metric = metric((made, artifact), &name, exporter, described.get(&name));
            metric.is_presumed = is_presumed;
            let (set, missing) = match &made.instrument.labelled {
                Labelled::Not => (Vec::new(), Vec::new()),
                Labelled::By(name) => self.labels_of(name, *home),
                Labelled::Unseen => (Vec::new(), vec![String::new()]),
            };
            for label in missing {
                let why = if label.is_empty() {
                    "nothing here says of which type they are".to_owned()
                } else {
                    format!("no file read here derives the labels `{label}`")
                };
                let what = format!("labels of `{name}` can't be seen: {why}");
                facts.gaps.add(Gap { place: made.place.clone(), what: masked(&what) });
            }
            for label in self.given(home, made, &held, &set) {
                add(&mut metric, &exporter.exposed_label(&label.name), label.place, label.unbounded);
            }
            let unseen = held.iter().filter_map(|(_, measured)| measured.unseen.as_ref()).chain(&made.unseen);
            // Where a type says which labels there are, what makes its value is no matter.
            let is_said = matches!(made.instrument.labelled, Labelled::By(_));
            for place in unseen.filter(|_| !is_said) {
                let what = format!("labels of `{name}` can't be seen: they are made elsewhere");
                facts.gaps.add(Gap { place: place.clone(), what });
            }
            let units = held.iter().filter_map(|(_, measured)| measured.unit.as_ref()).chain(&made.unit);
            for (unit, place) in units {
                let spot = || Spot { place: place.clone(), note: String::new() };
                metric.recorded.entry((*unit).to_owned()).or_default().add(spot);
            }
            facts.metrics.add(metric);
        }
    }

    /// The labels of an instrument: where it is made, and where it is used.
    fn given(&self, home: &Home, made: &Made, held: &[&(Home, Measured)], set: &Labels<'_>) -> Vec<Given> {
        let of = |home: Home, (label, place): &(MadeLabel, Place)| {
            let name = self.constants.resolve(&label.name, home).ok().filter(|name| name.is_whole)?.text;
            let unbounded = label.unbounded.as_ref().map(|(why, _)| (why.clone(), place.clone()));
            Some(Given { name, place: place.clone(), unbounded })
        };
        let mut given: Vec<Given> = made.labels.iter().filter_map(|label| of(*home, label)).collect();
        let by_position: Vec<(String, Place)> =
            given.iter().map(|label| (label.name.clone(), label.place.clone())).collect();
        for (home, member, place) in set {
            given.extend(of(*home, &(member.label.clone(), (*place).clone())));
        }
        for (home, measured) in held {
            let (members, labels): (Vec<_>, Vec<_>) =
                measured.labels.iter().partition(|(label, _)| label.is_member);
            given.extend(labels.into_iter().filter_map(|label| of(*home, label)));
            // What the value of a field is called as a label, its type says.
            for (label, value_place) in members {
                let Some((why, _)) = &label.unbounded else { continue };
                let is_it = |member: &Member| label.name == Name::Known(member.field.clone());
                let Some((home, member, place)) = set.iter().find(|(_, member, _)| is_it(member)) else {
                    continue;
                };
                let Some(label) = of(*home, &(member.label.clone(), (*place).clone())) else { continue };
                let unbounded = Some((why.clone(), value_place.clone()));
                given.push(Given { unbounded, ..label });
            }
            for (value, (name, place)) in measured.values.iter().zip(&by_position) {
                let Some(unbounded) = value else { continue };
                given.push(Given {
                    name: name.clone(),
                    place: place.clone(),
                    unbounded: Some(unbounded.clone()),
                });
            }
        }
        given
    }

    /// Whether an instrument is its crate's, where no import says so.
    fn is_of_its_crate(&self, home: &Home, made: &Made) -> bool {
        if made.instrument.library == Library::Prometheus {
            return self.package(home.0).is_none_or(|package| package.uses_like("prometheus"));
        }
        let private = ["counter", "gauge", "histogram"].iter().any(|name| self.macros.contains(*name));
        let uses = self.package(home.0).is_some_and(|package| package.uses("metrics"));
        // Names that are no text are those of another macro.
        uses && !private && self.exposed(&made.instrument, *home).is_ok()
    }

    /// The name in the code. Namespaces that can't be seen are left out: the end of a name is what says most.
    fn exposed(&self, instrument: &Instrument, home: Home) -> Result<Resolved, String> {
        let own = self.constants.resolve(&instrument.name, home)?;
        let prefixes = instrument.prefixes.iter().filter_map(|part| self.constants.resolve(part, home).ok());
        let parts = prefixes.filter(|part| part.is_whole && !part.text.is_empty()).map(|part| part.text);
        let text = parts.chain([own.text]).collect::<Vec<_>>().join("_");
        Ok(Resolved { text, is_whole: own.is_whole })
    }

    /// What the describing macros of `metrics` say, wherever they stand.
    fn explained(&self) -> Described {
        let mut described = Described::new();
        for (home, _, made) in
            self.made.iter().filter(|(.., made)| made.instrument.library == Library::Metrics)
        {
            let (Some(help), Ok(name)) = (made.instrument.help, self.exposed(&made.instrument, *home)) else {
                continue;
            };
            let said = described.entry(name.text).or_default();
            said.0 |= help;
            said.1 = said.1.take().or_else(|| made.instrument.unit.clone());
        }
        described
    }

    /// Packages that are part of a program with opentelemetry-prometheus, or use a package that has it.
    fn exporting(&self) -> BTreeSet<usize> {
        let own = |at: &usize| self.packages[*at].uses("opentelemetry-prometheus");
        let all = 0..self.packages.len();
        let has: BTreeSet<usize> = all.clone().filter(own).collect();
        if has.is_empty() {
            return has;
        }
        let with = all.filter(|at| self.beside(Some(*at)).any(|other| has.contains(&other)));
        let below = has.iter().flat_map(|at| self.uses[*at].iter().copied());
        with.chain(below).collect()
    }

    /// What turns the instruments of a library into metrics of Prometheus, as far as the packages show, and whether that is
    /// only presumed.
    fn exporter(
        &self,
        library: Library,
        package: Option<usize>,
        (no_exporter, exporting): (bool, &BTreeSet<usize>),
    ) -> (Exporter, bool) {
        let own = self.package(package).is_some_and(|package| package.uses("opentelemetry-prometheus"));
        // The program that a library is part of may export what the library counts.
        let beside = || package.is_some_and(|package| exporting.contains(&package));
        match library {
            Library::Opentelemetry if own || beside() => {
                let ExporterOptions { without_units, without_counter_suffixes, .. } = self.exporter;
                (Exporter::RustOpenTelemetryPrometheus { without_units, without_counter_suffixes }, !own)
            }
            Library::Opentelemetry => (Exporter::OtlpTranslator(TranslationStrategy::default()), true),
            Library::Prometheus | Library::Measured => (Exporter::PrometheusCrate, false),
            Library::Metrics => {
                let recommended_naming = self.exporter.recommended_naming;
                (Exporter::MetricsCrate { recommended_naming }, no_exporter)
            }
            Library::PrometheusClient => (Exporter::PrometheusClient, self.exporter.has_prefix),
        }
    }
}

fn add(metric: &mut Metric, name: &str, place: Place, unbounded: Option<(String, Place)>) {
    let label = metric.labels.entry(name.to_owned()).or_insert_with(|| Label {
        place: place.clone(),
        samples: 0,
        values: Values::default(),
        unbounded: Tally::default(),
    });
    label.samples += 1;
    label.place = label.place.clone().min(place);
    if let Some((note, place)) = unbounded {
        label.unbounded.add_at(place.start, || Spot { place, note });
    }
}

fn metric(
    (made, artifact): (&Made, &Arc<str>),
    name: &str,
    exporter: Exporter,
    described: Option<&(bool, Option<String>)>,
) -> Metric {
    let Instrument { library, kind, unit, help, .. } = &made.instrument;
    let unit = unit.clone().or_else(|| described.and_then(|said| said.1.clone()));
    let exposed = exporter.exposed_name(&exporters::Instrument { name, kind: *kind, unit: unit.as_deref() });
    let seen_place = || made.place.clone();
    let is_explained = match library {
        Library::Metrics => described.is_some_and(|said| said.0),
        // A builder that goes elsewhere may be explained there.
        _ => help.unwrap_or(true),
    };
    Metric {
        artifact: Arc::clone(artifact),
        surface: Surface::Source,
        name: name.to_owned(),
        exposed: exposed.name,
        place: seen_place(),
        kind: (*kind != InstrumentKind::Unknown).then(|| Seen { value: exposed.kind, place: seen_place() }),
        help: is_explained.then(|| Seen { value: true, place: seen_place() }),
        unit: unit.map(|unit| {
            let word = ucum::ucum_to_prometheus(&unit).map_or(unit.clone(), std::borrow::Cow::into_owned);
            Seen { value: word, place: seen_place() }
        }),
        series: 0,
        samples: 0,
        labels: BTreeMap::new(),
        exemplars: BTreeMap::new(),
        oddities: BTreeMap::new(),
        magnitude: Magnitude::default(),
        points: BTreeMap::new(),
        recorded: BTreeMap::new(),
        is_presumed: false,
    }
}
