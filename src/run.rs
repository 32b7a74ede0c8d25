//! One run, from what the user names to an [`Outcome`]: the pipeline of the crate's first page, once for each contract.

mod rust;
mod shown;
mod specs;
pub mod unit;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::contract::load::ContractError;
use crate::detect::{masked_with, printable};
use crate::discover::content::of_name;
use crate::discover::open::{Fetch, open};
use crate::discover::{self, Origin, Target, Way};
use crate::facts::{Facts, Gap, Input, Kind, Role, Unreadable};
use crate::finding::{self, Because, Finding, Level};
use crate::link::World;
use crate::quiet::{self, Wanted};
use crate::read::{self, Reading, Watch};
use crate::rules;
use crate::source::{Place, Sources, is_url, relative, root_of};

pub use crate::link::gates::{Gate, Lack, Shown};
pub use unit::{Choice, Queue, Unit};

/// What a user asks for.
#[derive(Clone, Debug)]
pub struct Job {
    /// The working directory.
    pub working: Utf8PathBuf,
    /// Files, folders, `-` and addresses.
    pub paths: Vec<String>,
    /// Which contract.
    pub choice: Choice,
    /// The environment to judge, instead of the contract's.
    pub environment: Option<String>,
    /// The kind of what is named, where it can't be told.
    pub kind: Option<Kind>,
    /// How standard input is called in places.
    pub stdin_name: String,
    /// How addresses are asked.
    pub fetch: Fetch,
    /// An earlier scrape to compare with.
    pub previous: Vec<String>,
    /// What is asked of findings.
    pub wanted: Wanted,
}

/// What a run found out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Findings, in order.
    pub findings: Vec<Finding>,
    /// Numbers for the footer.
    pub summary: Summary,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// The texts that findings point at.
    pub sources: Sources,
}

/// Numbers of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Inputs that were read, by kind.
    pub read: BTreeMap<Kind, u64>,
    /// Inputs that were recognised, and for which there is no reader yet.
    pub unread: BTreeMap<Kind, u64>,
    /// Findings that an allow suppressed.
    pub suppressed: u64,
    /// Findings that were not certain enough to report.
    pub withheld: u64,
    /// Things that could not be seen.
    pub unknown: u64,
    /// Whether something could not be checked.
    pub unchecked: bool,
    /// The contracts that were judged by, each with what it extends.
    pub contracts: Vec<String>,
}

impl Outcome {
    /// How many findings of a level there are.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Whether nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.summary.read.is_empty() && !self.summary.unchecked
    }

    fn absorb(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.gaps.extend(other.gaps);
        self.sources.absorb(other.sources);
        let (mine, theirs) = (&mut self.summary, other.summary);
        for (kind, count) in theirs.read {
            *mine.read.entry(kind).or_default() += count;
        }
        for (kind, count) in theirs.unread {
            *mine.unread.entry(kind).or_default() += count;
        }
        mine.suppressed += theirs.suppressed;
        mine.withheld += theirs.withheld;
        mine.unknown += theirs.unknown;
        mine.unchecked |= theirs.unchecked;
        mine.contracts.extend(theirs.contracts);
    }
}

/// Checks everything the job names, each part against its own contract.
pub fn check(job: &Job) -> Outcome {
    let root = root_of(&job.working);
    let mut outcome = Outcome { sources: Sources::new(&root), ..Outcome::default() };
    let mut queue = Queue::of(job);
    loop {
        let unit = match queue.next(job, &root) {
            Ok(Some(unit)) => unit,
            Ok(None) => break,
            Err(error) => {
                outcome.absorb(refused(&error, &root));
                continue;
            }
        };
        let Gathered { facts, sources, nested } = gather(job, &unit, &root);
        queue.add(nested);
        outcome.absorb(judge(&facts, &unit, sources, &job.wanted, &root));
    }
    finding::sort(&mut outcome.findings);
    outcome
}

/// Reads everything the job names into facts, without judging.
///
/// # Errors
/// A contract that can't be used, or parts that fall under several contracts.
pub fn facts(job: &Job) -> Result<Facts, Box<ContractError>> {
    let root = root_of(&job.working);
    let mut queue = Queue::of(job);
    let Some(unit) = queue.next(job, &root)? else { return Ok(Facts::default()) };
    let gathered = gather(job, &unit, &root);
    queue.add(gathered.nested);
    if let Some(other) = queue.next(job, &root)? {
        return Err(Box::new(ContractError {
            place: Place::of_file(&relative(&other.base, &root)),
            message: "facts are made for one contract, and this folder has one of its own".to_owned(),
            help: Some("name one folder, or choose the contract with `--contract`".to_owned()),
            text: None,
        }));
    }
    Ok(shown::shown(gathered.facts, &gathered.sources))
}

/// Reads everything the job names into facts, those of each contract on their own, and says which contracts can't be used.
pub fn all_facts(job: &Job) -> (Vec<Facts>, Vec<ContractError>) {
    let root = root_of(&job.working);
    let mut queue = Queue::of(job);
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    loop {
        match queue.next(job, &root) {
            Ok(Some(unit)) => {
                let gathered = gather(job, &unit, &root);
                queue.add(gathered.nested);
                all.push(shown::shown(gathered.facts, &gathered.sources));
            }
            Ok(None) => return (all, errors),
            Err(error) => errors.push(error),
        }
    }
}

/// The gates of one contract.
#[derive(Debug)]
pub struct Gates {
    /// The contract, as a report calls it.
    pub contract: String,
    /// Its gates.
    pub gates: Vec<Gate>,
}

/// The gates of everything the job names, by contract, and what could not be read: where, and why.
pub fn gates(job: &Job) -> (Vec<Gates>, Vec<(Place, String)>) {
    let root = root_of(&job.working);
    let mut queue = Queue::of(job);
    let (mut all, mut troubles) = (Vec::new(), Vec::new());
    loop {
        match queue.next(job, &root) {
            Ok(Some(unit)) => {
                let Gathered { facts, sources, nested } = gather(job, &unit, &root);
                queue.add(nested);
                let unreadable = facts.unreadable.iter();
                troubles.extend(unreadable.map(|what| (what.place.clone(), what.reason.clone())));
                let world =
                    World::new(&facts, &unit.contract, Vec::new(), unit.whole, &sources).on(job.wanted.today);
                let mut gates = world.gates().to_vec();
                gates.iter_mut().flat_map(Gate::clauses).for_each(|clause| clause.quote(&sources));
                let hidden = sources.hidden().only_detectors();
                let texts = gates.iter_mut().flat_map(Gate::texts);
                texts.for_each(|text| *text = printable(&masked_with(text, &hidden)));
                // A folder with a contract of its own need not have an ops page of its own.
                // What can't be judged is said, wherever it is.
                let speaks = |gate: &Gate| {
                    !gate.evidence.is_empty() || !gate.dependents.is_empty() || (unit.whole && !gate.is_known)
                };
                if all.is_empty() || gates.iter().any(speaks) {
                    all.push(Gates { contract: unit.contract_name(), gates });
                }
            }
            Ok(None) => return (all, troubles),
            Err(error) => troubles.push((error.place, error.message)),
        }
    }
}

/// Judges facts that were made elsewhere.
pub fn check_facts(job: &Job, facts: Vec<Facts>) -> Outcome {
    let root = root_of(&job.working);
    let unit = match unit::here(job, &root) {
        Ok(unit) => unit,
        Err(error) => return refused(&error, &root),
    };
    let reading = watch(&unit, facts.iter().any(compares), &root).fingerprint();
    let mut merged = Facts::new(&reading);
    // Facts may come from anywhere, so what they point at is drawn only from files below the root.
    let mut sources = Sources::new(&root).only_below_root();
    unit.keep_texts(&mut sources);
    let mut known: BTreeSet<(Arc<str>, Role)> = BTreeSet::new();
    for (number, part) in facts.into_iter().enumerate() {
        // Two inputs of one name would be taken for one.
        for input in part.inputs.iter().filter(|input| input.read) {
            if !known.insert((Arc::clone(&input.path), input.role)) {
                let reason =
                    "it is in two of the facts files; make facts of one root, or say `--stdin-filename`";
                let place = Place::of_file(&input.path);
                merged.unreadable.add(Unreadable { place, reason: reason.to_owned() });
            }
        }
        if part.version != crate::facts::VERSION || part.reading != reading {
            let place = Place::of_file(&format!("facts {}", number + 1));
            let reason =
                "were made for another contract or by another version; make them again with `telelint facts`";
            merged.unreadable.add(Unreadable { place, reason: reason.to_owned() });
        } else {
            merged = merged.merge(part);
        }
    }
    judge(&merged, &unit, sources, &job.wanted, &root)
}

/// Whether facts hold an earlier scrape.
fn compares(facts: &Facts) -> bool {
    facts.inputs.iter().any(|input| input.role == Role::Previous)
}

fn watch(unit: &Unit, compare: bool, root: &Utf8Path) -> Watch {
    let labels = &unit.contract.metrics.labels;
    let known = labels.known.iter().filter_map(|(_, _, label)| label.max_values.as_ref());
    let most = known.chain(&labels.max_values).map(|said| said.value).max().unwrap_or(0);
    // A little above the largest bound, so that a count just over it is exact; below a size that costs no memory.
    let exact_values = usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(2).clamp(1 << 10, 1 << 16);
    Watch {
        exact_values,
        compare,
        logs: watch::logs(unit, root),
        detectors: watch::detectors(&unit.contract),
        hidden: Arc::new(watch::hidden(&unit.contract)),
        rust: watch::rust(&unit.contract),
        specs: watch::specs(&unit.contract),
        documents: watch::documents(unit, root),
        frontend: watch::frontend(&unit.contract),
    }
}

/// What discovering and reading one unit gave.
struct Gathered {
    facts: Facts,
    sources: Sources,
    /// Folders with a contract of their own.
    nested: Vec<Utf8PathBuf>,
}

/// Discovers and reads: facts in one order, whatever thread read what first.
fn gather(job: &Job, unit: &Unit, root: &Utf8Path) -> Gathered {
    let watch = watch(unit, !job.previous.is_empty(), root);
    let way = Way { base: &unit.base, root, kind: job.kind, leaves_nested: job.choice == Choice::Nearest };
    let mut found = discover::walk(&unit.paths, &unit.contract, way);
    let mut targets = std::mem::take(&mut found.targets);
    for mut target in unit.streams(job) {
        // Source on standard input is told by the name it is given, before it is read with other source.
        target.kind = target.kind.or_else(|| of_name(&target.path).filter(|kind| *kind == Kind::Rust));
        if targets.iter().any(|other| other.path == target.path) {
            let reason = if target.role == Role::Previous {
                "it is compared with itself"
            } else {
                "it is named twice"
            };
            found.unreadable.push((Place::of_file(&target.path), reason.to_owned()));
        } else {
            targets.push(target);
        }
    }
    let (targets, unread): (Vec<Target>, Vec<Target>) =
        targets.into_iter().partition(|target| target.kind.is_none_or(Kind::is_read));
    let (programs, targets): (Vec<Target>, Vec<Target>) =
        targets.into_iter().partition(|target| target.kind == Some(Kind::Rust));
    let mut readings: Vec<Reading> =
        targets.par_iter().map(|target| read_one(target, &job.fetch, &watch, root)).collect();
    if !programs.is_empty() {
        readings.push(rust::read(&programs, &unit.paths, &job.fetch, &watch, root));
    }
    let mut sources = Sources::new(root);
    unit.keep_texts(&mut sources);
    let mut facts = Facts::new(&watch.fingerprint());
    for reading in readings {
        facts = facts.merge(reading.facts);
        sources.keep_lines(reading.lines);
    }
    for target in unread {
        if let Some(kind) = target.kind {
            facts.inputs.add(Input { path: target.path, kind, role: target.role, bytes: 0, read: false });
        }
    }
    for (place, reason) in std::mem::take(&mut found.unreadable) {
        facts.unreadable.add(Unreadable { place, reason });
    }
    Gathered { facts, sources, nested: found.nested }
}

fn read_one(target: &Target, fetch: &Fetch, watch: &Watch, root: &Utf8Path) -> Reading {
    match open(target, fetch) {
        Ok(opened) if matches!(opened.kind, Kind::Openapi | Kind::Asyncapi) => {
            specs::read(opened, watch, root)
        }
        Ok(opened) => read::read(opened, watch),
        Err(reason) => read::unreadable(&target.path, reason, watch),
    }
}

/// Links, judges, quiets.
fn judge(facts: &Facts, unit: &Unit, sources: Sources, wanted: &Wanted, root: &Utf8Path) -> Outcome {
    let read = facts.inputs.iter().map(|input| &*input.path);
    let seen = read.chain(facts.unreadable.iter().map(|unreadable| &*unreadable.place.path));
    let idle =
        if unit.whole { discover::walk::idle(&unit.contract, &unit.base, root, seen) } else { Vec::new() };
    let wanted = Wanted { whole: unit.whole, ..wanted.clone() };
    let contract = &unit.contract;
    let mut heard = {
        let world = World::new(facts, contract, idle, unit.whole, &sources).on(wanted.today);
        // What could not be read is said whatever was selected: a gate must not pass on what it never saw.
        let runs =
            |rule: &rules::Rule| rule.id == "contract/unreadable-input" || wanted.runs(rule.id, contract);
        let mut findings = rules::judge(&world, runs);
        for finding in &mut findings {
            world.weigh(finding);
        }
        let base = Utf8PathBuf::from(relative(&unit.base, root));
        let base = if unit.base == root { Utf8PathBuf::new() } else { base };
        quiet::apply(findings, facts, contract, &wanted, &base)
    };
    let clauses = heard.findings.iter_mut().filter_map(|finding| finding.because.as_mut());
    clauses.for_each(|clause| clause.quote(&sources));
    let mut summary = Summary {
        suppressed: heard.suppressed,
        withheld: heard.withheld,
        unknown: facts.gaps.len() as u64,
        unchecked: !facts.unreadable.is_empty(),
        contracts: vec![unit.contract_name()],
        ..Summary::default()
    };
    for input in facts.inputs.iter() {
        let kinds = if input.read { &mut summary.read } else { &mut summary.unread };
        *kinds.entry(input.kind).or_default() += 1;
    }
    Outcome { findings: heard.findings, summary, gaps: facts.gaps.iter().cloned().collect(), sources }
}

/// A contract that can't be used: one finding, and nothing was checked.
fn refused(error: &ContractError, root: &Utf8Path) -> Outcome {
    let mut sources = Sources::new(root);
    if let Some(text) = &error.text {
        sources.keep_text(error.place.path.clone(), text.clone());
    }
    let findings = rules::one("contract/invalid", |out| {
        out.find(&*error.place.path, &error.place, error.message.as_str())
            .label("here")
            .because(None::<Because>)
            .help(error.help.as_deref().unwrap_or("`telelint schema contract` describes every key"));
    });
    Outcome {
        findings,
        summary: Summary { unchecked: true, ..Summary::default() },
        gaps: Vec::new(),
        sources,
    }
}

/// The origin of a name that is no path.
#[must_use]
pub fn stream(name: &str) -> Option<Origin> {
    match name {
        "-" => Some(Origin::Stdin),
        url if is_url(url) => Some(Origin::Url(url.to_owned())),
        _ => None,
    }
}
