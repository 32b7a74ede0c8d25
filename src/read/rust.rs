//! Rust source: what logs, traces and metrics a program will make, before it runs.
//!
//! [`file`] walks the syntax tree of one file (in parallel, trees are not kept), [`calls`] reads the arguments of logging and
//! tracing macros, [`instrumented`] those of `#[instrument]`, [`meters`] finds instruments, [`guards`] guards that live over an
//! `.await`; [`imports`] tells whose macro a macro is, [`worth`] whether an expression is a value or says something about one.
//! This file reads all Rust of a repository together, since the names of metrics are constants of other files.

mod calls;
mod file;
mod guards;
mod imports;
mod instrumented;
pub mod manifest;
mod meters;
mod names;
mod text;
mod worth;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use self::file::{FileFacts, Setup};
use self::manifest::Package;
use self::meters::{Instrument, Library};
use self::names::{Constants, Name};
use super::{Reading, Watch};
use crate::detect::Names;
use crate::facts::{Facts, Gap, Input, Kind, Label, Metric, Practised, Role, Spot, Surface, Tally, Unreadable, Values};
use crate::naming::exporters::{Exporter, TranslationStrategy};
use crate::naming::{exporters, ucum};
use crate::source::{Place, Seen};

/// The largest file that is read, in bytes: larger ones are made by programs.
pub const MAX_FILE: usize = 4 << 20;

/// How deep brackets may be nested; the parser calls itself for each.
const MAX_NESTING: usize = 256;

/// The stack of a thread that parses: long chains of calls nest deeply, too.
const STACK: usize = 64 << 20;

/// Crates whose macros log.
const CRATES_OF_LOGGING: [&str; 3] = ["tracing", "log", "slog"];

/// One of these stands in every file that has something to say.
const NEEDLES: [&str; 22] = [
    "instrument",
    "trace!",
    "debug!",
    "info!",
    "warn!",
    "error!",
    "event!",
    "span!",
    "print!",
    "println!",
    "dbg!",
    ".enter",
    "_counter",
    "_gauge",
    "_histogram",
    "counter!",
    "gauge!",
    "histogram!",
    "Opts",
    "Counter::",
    "KeyValue",
    "str =",
];

/// A Rust file.
pub struct Source {
    /// How places name it.
    pub path: Arc<str>,
    /// Its bytes, or why they can't be had.
    pub bytes: Result<Vec<u8>, String>,
    /// Which of the packages it belongs to.
    pub package: Option<usize>,
}

/// Reads all Rust files of a repository.
pub fn read(sources: &[Source], packages: &[Package], watch: &Watch) -> Reading {
    let sensitive = Names::new(watch.logs.sensitive.iter().map(String::as_str));
    let setup = Setup { sensitive: &sensitive, sanitizers: &watch.rust.sanitizers };
    let read = in_threads(sources.len(), |at| one(&sources[at], packages, &setup));
    let mut facts = Facts::new(&watch.fingerprint());
    let mut constants = Constants::default();
    for (name, value) in read.iter().flat_map(|file| &file.constants) {
        constants.add(name.clone(), value.clone());
    }
    let mut linker = Linker { constants, made: Vec::new(), attributes: BTreeMap::new() };
    for (source, file) in sources.iter().zip(read) {
        let package = source.package.and_then(|at| packages.get(at));
        if let Err(reason) = &source.bytes {
            facts.unreadable.add(Unreadable { place: Place::of_file(&source.path), reason: reason.clone() });
            continue;
        }
        facts.inputs.add(Input {
            path: Arc::clone(&source.path),
            kind: Kind::Rust,
            role: Role::Current,
            bytes: source.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            read: true,
        });
        linker.take(file, source, package, &mut facts);
    }
    linker.finish(packages, &mut facts);
    Reading { facts, lines: BTreeMap::new() }
}

/// Does numbered pieces of work on all cores, on threads with room for deep recursion; the results are in order.
fn in_threads<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    };
    let threads = rayon::current_num_threads().min(count);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let begin = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker);
        let begun: Vec<_> = (0..threads).map(begin).collect();
        // Where no thread can be had, this one does the work.
        let own = if begun.iter().all(Result::is_err) { worker() } else { Vec::new() };
        begun.into_iter().flatten().filter_map(|thread| thread.join().ok()).flatten().chain(own).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn one(source: &Source, packages: &[Package], setup: &Setup<'_>) -> FileFacts {
    static NEEDED: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let Ok(bytes) = &source.bytes else { return FileFacts::default() };
    let gap = |reason: String| FileFacts {
        gaps: vec![(Place::of_file(&source.path), reason)],
        ..FileFacts::default()
    };
    let package = source.package.and_then(|at| packages.get(at));
    if package.is_some_and(|package| package.is_aside(&source.path)) {
        return FileFacts::default();
    }
    if bytes.len() > MAX_FILE {
        return gap(format!("the file is over the limit of {} MiB and was not read", MAX_FILE >> 20));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return gap("the file is not UTF-8, so it is no Rust".to_owned());
    };
    let needed = NEEDED.get_or_init(|| AhoCorasick::new(NEEDLES).ok());
    if needed.as_ref().is_some_and(|needed| !needed.is_match(text)) {
        return FileFacts::default();
    }
    if nesting(bytes) > MAX_NESTING {
        return gap(format!("brackets are nested more than {MAX_NESTING} deep, so the file was not read"));
    }
    let read = file::read(&source.path, &without_shebang(text), setup);
    // Spans of the tree are kept by the thread; all places have been made.
    proc_macro2::extra::invalidate_current_thread_spans();
    read.unwrap_or_else(|(place, said)| FileFacts {
        gaps: vec![(place, format!("the file does not parse here, so it was not read: {said}"))],
        ..FileFacts::default()
    })
}

/// The text with a byte order mark and a `#!` line made blanks and a comment of the same length.
fn without_shebang(text: &str) -> std::borrow::Cow<'_, str> {
    let (mark, rest) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("   ", rest),
        None => ("", text),
    };
    let is_script = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    if mark.is_empty() && !is_script {
        return text.into();
    }
    let (start, rest) = if is_script { ("//", &rest[2..]) } else { ("", rest) };
    format!("{mark}{start}{rest}").into()
}

/// How deep brackets are nested, at most; those in strings and comments count, too.
fn nesting(bytes: &[u8]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in bytes {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// An instrument with the places of its name and labels, and its package.
struct Made {
    instrument: Instrument,
    place: Place,
    labels: Vec<(Name, Place)>,
    package: Option<usize>,
    artifact: Arc<str>,
}

/// Puts together what several files say of one thing.
struct Linker {
    constants: Constants,
    made: Vec<Made>,
    /// By package and the field or variable: attributes given where something is recorded.
    attributes: BTreeMap<(Option<usize>, String), Vec<(Name, Place)>>,
}

impl Linker {
    fn take(&mut self, file: FileFacts, source: &Source, package: Option<&Package>, facts: &mut Facts) {
        let artifact = package.map_or_else(|| Arc::clone(&source.path), |package| Arc::clone(&package.path));
        for ((instrument, place), labels) in file.instruments.into_iter().zip(file.labels) {
            let artifact = Arc::clone(&artifact);
            self.made.push(Made { instrument, place, labels, package: source.package, artifact });
        }
        for (holder, attributes) in file.attributes {
            self.attributes.entry((source.package, holder)).or_default().extend(attributes);
        }
        file.recorded.into_iter().for_each(|recorded| facts.recorded.add(recorded));
        for (practice, by, place) in file.practised {
            let mut seen = Tally::default();
            seen.add(|| Spot { place, note: String::new() });
            let in_service = package.is_some_and(Package::is_service);
            let artifact = Arc::clone(&source.path);
            facts.practised.add(Practised { artifact, practice, by, in_service, seen });
        }
        for (place, what) in file.gaps {
            facts.gaps.add(Gap { place, what });
        }
    }

    fn finish(self, packages: &[Package], facts: &mut Facts) {
        // A field's name means one instrument only where one is held by it.
        let mut holders: BTreeMap<(Option<usize>, &str), usize> = BTreeMap::new();
        for made in &self.made {
            if let Some(holder) = &made.instrument.bound {
                *holders.entry((made.package, holder)).or_default() += 1;
            }
        }
        let described = self.described();
        for made in &self.made {
            let name = match self.name(&made.instrument) {
                Ok(name) => name,
                Err(why) => {
                    facts.gaps.add(Gap { place: made.place.clone(), what: format!("a metric can't be seen: {why}") });
                    continue;
                }
            };
            let package = made.package.and_then(|at| packages.get(at));
            let exporter = exporter(made.instrument.library, package);
            let held = made.instrument.bound.as_ref().and_then(|holder| {
                let is_one = holders.get(&(made.package, holder.as_str())) == Some(&1);
                is_one.then(|| self.attributes.get(&(made.package, holder.clone())))?
            });
            let labels = made.labels.iter().chain(held.into_iter().flatten());
            let labels = labels.filter_map(|(label, place)| {
                let label = self.constants.resolve(label).ok()?;
                Some((exporter.exposed_label(&label).into_owned(), place.clone()))
            });
            facts.metrics.add(metric(made, &name, exporter, labels, described.get(&name)));
        }
    }

    fn name(&self, instrument: &Instrument) -> Result<String, String> {
        let parts = instrument.prefixes.iter().chain([&instrument.name]);
        let parts = parts.map(|part| self.constants.resolve(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_"))
    }

    /// What `describe_counter!` and its like say of the metrics of `metrics`, wherever they stand: the help and the unit.
    fn described(&self) -> BTreeMap<String, (bool, Option<String>)> {
        let mut described: BTreeMap<String, (bool, Option<String>)> = BTreeMap::new();
        for made in self.made.iter().filter(|made| made.instrument.library == Library::Metrics) {
            let (Some(help), Ok(name)) = (made.instrument.help, self.name(&made.instrument)) else { continue };
            let said = described.entry(name).or_default();
            said.0 |= help;
            said.1 = said.1.take().or_else(|| made.instrument.unit.clone().flatten());
        }
        described
    }
}

/// What turns the instruments of a library into metrics of Prometheus, as far as the package shows.
fn exporter(library: Library, package: Option<&Package>) -> Exporter {
    let depends = |name: &str| package.is_some_and(|package| package.dependencies.contains(name));
    match library {
        Library::Opentelemetry if depends("opentelemetry-prometheus") => {
            Exporter::RustOpenTelemetryPrometheus { without_units: false, without_counter_suffixes: false }
        }
        Library::Opentelemetry => Exporter::OtlpTranslator(TranslationStrategy::default()),
        Library::Prometheus => Exporter::PrometheusCrate,
        Library::Metrics => Exporter::MetricsCrate { recommended_naming: false },
    }
}

fn metric(
    made: &Made,
    name: &str,
    exporter: Exporter,
    labels: impl Iterator<Item = (String, Place)>,
    described: Option<&(bool, Option<String>)>,
) -> Metric {
    let Instrument { library, kind, unit, help, .. } = &made.instrument;
    let unit = unit.clone().flatten().or_else(|| described.and_then(|said| said.1.clone()));
    let exposed =
        exporter.exposed_name(&exporters::Instrument { name, kind: *kind, unit: unit.as_deref() });
    let seen_place = || made.place.clone();
    let is_explained = match library {
        Library::Metrics => described.is_some_and(|said| said.0),
        // A builder that goes elsewhere may be explained there.
        _ => help.unwrap_or(true),
    };
    let mut by_name: BTreeMap<String, Label> = BTreeMap::new();
    for (label, place) in labels {
        let known = by_name.entry(label).or_insert_with(|| Label { place: place.clone(), samples: 0, values: Values::default() });
        known.samples += 1;
        known.place = known.place.clone().min(place);
    }
    Metric {
        artifact: Arc::clone(&made.artifact),
        surface: Surface::Source,
        name: name.to_owned(),
        exposed: exposed.name,
        place: seen_place(),
        kind: Some(Seen { value: exposed.kind, place: seen_place() }),
        help: is_explained.then(|| Seen { value: true, place: seen_place() }),
        unit: unit.map(|unit| {
            let word = ucum::ucum_to_prometheus(&unit).map_or(unit.clone(), std::borrow::Cow::into_owned);
            Seen { value: word, place: seen_place() }
        }),
        series: 0,
        samples: 0,
        labels: by_name,
        exemplars: BTreeMap::new(),
        oddities: BTreeMap::new(),
        magnitude: crate::facts::metric::Magnitude::default(),
        points: BTreeMap::new(),
    }
}
