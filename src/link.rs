//! What belongs together across artifacts, joined once after the merge, so that no rule has to.
//!
//! [`World`] is what rules see: the facts, the contract, and the joins. Rules compare; they don't search.

pub mod ahead;
pub mod apis;
pub mod declared;
pub mod events;
pub mod gates;
pub mod programs;
pub mod scrapes;
pub mod sightings;
pub mod subjects;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::contract::fields::LogFormat;
use crate::contract::verdicts::Date;
use crate::contract::{Contract, Duty, Said, preset};
use crate::detect::card::Class;
use crate::detect::{Hidden, masked_with};
use crate::facts::{ApiOperation, Facts, Fault, Kind, LogStream, Metric, Resource, Role, Sighting};
use crate::finding::{Because, Confidence, Finding, Level};
use crate::naming::prometheus;
use crate::source::{Place, Sources};

use gates::Gate;

pub use declared::{Conflict, Declaration};
pub use scrapes::Scrapes;

/// Rules about how metrics are named and described, which only who writes their code can mend.
const STYLE: [&str; 16] = [
    "metrics/abbreviated-unit",
    "metrics/bad-name",
    "metrics/contradicting-units",
    "metrics/counter-without-total",
    "metrics/doubled-suffix",
    "metrics/duration-not-in-seconds",
    "metrics/inconsistent-labels",
    "metrics/missing-help",
    "metrics/missing-unit",
    "metrics/name-collision",
    "metrics/non-base-unit",
    "metrics/reserved-label",
    "metrics/reserved-suffix",
    "metrics/total-on-non-counter",
    "metrics/type-in-name",
    "metrics/unit-mismatch",
];

/// Everything a rule may look at.
pub struct World<'a> {
    /// The facts, merged.
    pub facts: &'a Facts,
    /// The contract, for the judged environment.
    pub contract: &'a Contract,
    /// The metrics that are judged, in order of artifact and name.
    pub metrics: Vec<&'a Metric>,
    /// The same by the name Prometheus stores.
    pub by_exposed: BTreeMap<&'a str, Vec<&'a Metric>>,
    /// What the contract declares, with what was seen of it.
    pub declared: Vec<Declaration<'a>>,
    names: BTreeMap<String, usize>,
    /// The two scrapes, where an earlier one is given.
    pub scrapes: Option<Scrapes<'a>>,
    /// Patterns under `files:` that matched nothing.
    pub idle_patterns: Vec<Said<String>>,
    /// Whether all the contract is about was read; otherwise what is missing proves nothing.
    pub whole: bool,
    /// Artifacts that are only compared with.
    earlier: BTreeSet<&'a str>,
    foreign: OnceLock<GlobSet>,
    /// Lines of metrics whose exposed name is presumed.
    presumed: BTreeSet<(&'a str, u64)>,
    /// Whether the repository says what it wants, and is not judged by a built-in contract alone.
    pub has_own_contract: bool,
    /// The day on which it is judged, where ages count.
    pub today: Option<Date>,
    gates: OnceLock<Vec<Gate>>,
    ops_operations: OnceLock<Vec<&'a ApiOperation>>,
    /// What no finding may say: what detectors find. Names are for records; a message may have a colon behind one.
    pub hidden: Hidden,
}

impl<'a> World<'a> {
    /// Joins the facts with the contract. `sources` must know the contract's texts.
    #[must_use]
    pub fn new(
        facts: &'a Facts,
        contract: &'a Contract,
        idle_patterns: Vec<Said<String>>,
        whole: bool,
        sources: &Sources,
    ) -> Self {
        let earlier = facts.inputs.iter().filter(|input| input.role == Role::Previous);
        let earlier: BTreeSet<&str> = earlier.map(|input| &*input.path).collect();
        let (previous, metrics): (Vec<_>, Vec<_>) =
            facts.metrics.iter().partition(|metric| earlier.contains(&*metric.artifact));
        let mut by_exposed: BTreeMap<&str, Vec<&Metric>> = BTreeMap::new();
        for metric in &metrics {
            by_exposed.entry(metric.exposed.as_str()).or_default().push(metric);
        }
        let presumed = metrics.iter().filter(|metric| metric.is_presumed);
        let presumed = presumed.map(|metric| (&*metric.place.path, metric.place.line)).collect();
        let declared = declared::join(contract, &metrics);
        // The first declaration of a name counts; further ones are contradictions.
        let names = declared.iter().enumerate().rev().map(|(at, said)| (said.exposed.clone(), at)).collect();
        let scrapes = (!previous.is_empty()).then(|| Scrapes::new(previous, &metrics));
        Self {
            facts,
            contract,
            metrics,
            by_exposed,
            declared,
            names,
            scrapes,
            idle_patterns,
            whole,
            earlier,
            foreign: OnceLock::new(),
            presumed,
            today: None,
            gates: OnceLock::new(),
            ops_operations: OnceLock::new(),
            hidden: sources.hidden().only_detectors(),
            has_own_contract: sources.text_paths().any(|path| !preset::is_preset(path)),
        }
    }

    /// Judges on a day.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today: Some(today), ..self }
    }

    /// A name as it may be shown: to be asked before it is changed, since detectors mind how it is written.
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        masked_with(name, &self.hidden)
    }

    /// The clause at a place of the contract.
    #[must_use]
    pub fn clause_at(&self, place: &Place) -> Because {
        Because::at(place)
    }

    /// The clause a value of the contract stands in.
    #[must_use]
    pub fn because<T>(&self, said: &Said<T>) -> Because {
        self.clause_at(&said.place)
    }

    /// The clause that asks for something; `None` where the contract does not ask.
    #[must_use]
    pub fn asks(&self, duty: &Option<Said<Duty>>) -> Option<Because> {
        duty.as_ref().filter(|said| said.value == Duty::Required).map(|said| self.because(said))
    }

    /// Whether an artifact is judged, and not only compared with.
    #[must_use]
    pub fn judges(&self, path: &str) -> bool {
        !self.earlier.contains(path)
    }

    /// The clause that asks for logs of JSON records.
    #[must_use]
    pub fn asks_for_json(&self) -> Option<Because> {
        let format = self.contract.logs.format.as_ref().filter(|format| format.value == LogFormat::Json)?;
        Some(self.because(format))
    }

    /// The streams of log records that are judged.
    pub fn streams(&self) -> impl Iterator<Item = &'a LogStream> + '_ {
        let facts = self.facts;
        facts.streams.iter().filter(|stream| self.judges(&stream.artifact))
    }

    /// What is malformed in the judged artifacts of a kind.
    pub fn faults(&self, kind: Kind) -> impl Iterator<Item = &'a Fault> + '_ {
        let facts = self.facts;
        facts.faults.iter().filter(move |fault| fault.kind == kind && self.judges(&fault.artifact))
    }

    /// The clause that asks for a field on each log record.
    #[must_use]
    pub fn requires_on_logs(&self, field: &str) -> Option<Because> {
        let required = self.contract.logs.required.iter().flatten().find(|required| required.value == field);
        required.map(|required| self.because(required))
    }

    /// What detectors of one class saw, with what it counts for.
    pub fn sightings(&self, class: Class) -> impl Iterator<Item = (&'a Sighting, sightings::Verdict)> + '_ {
        let facts = self.facts;
        let judged = facts.sightings.iter().filter(|sighting| self.judges(&sighting.artifact));
        judged.filter_map(move |sighting| Some((sighting, sightings::verdict(self, class, sighting)?)))
    }

    /// The resources that are judged.
    pub fn judged_resources(&self) -> impl Iterator<Item = &'a Resource> + '_ {
        let facts = self.facts;
        facts.resources.iter().filter(|resource| self.judges(&resource.place.path))
    }

    /// Names of metrics that come from others; few runs ask.
    fn foreign(&self) -> &GlobSet {
        self.foreign.get_or_init(|| {
            let mut globs = GlobSetBuilder::new();
            // Patterns were found sound when the contract was read.
            for glob in self.contract.metrics.foreign.iter().flatten().filter_map(|said| Glob::new(said).ok())
            {
                globs.add(glob);
            }
            globs.build().unwrap_or_default()
        })
    }

    /// Whether a metric comes from a runtime or an exporter, not from the platform's own code.
    #[must_use]
    pub fn is_foreign(&self, metric: &Metric) -> bool {
        self.foreign().is_match(&metric.exposed)
    }

    /// Weighs a finding: how others name their metrics is worth knowing, and no fault of the platform; a name that an
    /// exporter makes which was not seen is likely at most.
    pub fn weigh(&self, finding: &mut Finding) {
        if !STYLE.contains(&finding.rule) {
            return;
        }
        let metric = finding.subject.split('{').next().unwrap_or_default();
        if self.foreign().is_match(metric) {
            finding.level = Level::Info;
        } else if self.presumed.contains(&(&*finding.place.path, finding.place.line)) {
            finding.level = finding.level.min(Level::Warning);
            finding.confidence = finding.confidence.min(Confidence::Likely);
        }
    }

    /// Where the contract forbids a label by its name, in whatever style the name is written (`userId`, `user_id`).
    #[must_use]
    pub fn forbidden(&self, label: &str) -> Option<&'a Said<String>> {
        let label = prometheus::snake_case(label);
        let mut forbidden = self.contract.metrics.labels.forbid.iter().flatten();
        forbidden.find(|forbidden| forbidden.value == label)
    }

    /// The declaration of a metric.
    #[must_use]
    pub fn declaration(&self, metric: &Metric) -> Option<&Declaration<'a>> {
        let name = prometheus::normalised(&metric.exposed);
        self.names.get(&*name).and_then(|at| self.declared.get(*at))
    }
}
