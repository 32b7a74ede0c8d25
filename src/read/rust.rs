//! Rust source: what logs, traces and metrics a program will make, before it runs.
//!
//! [`visit`] goes through the syntax tree of one file (in parallel; trees are not kept) with what [`walk`] keeps on the way, and
//! hands its parts on: [`calls`] reads
//! the arguments of logging and tracing macros, [`events`] what they write, [`instrumented`] `#[instrument]`, [`sdk_spans`] spans of OpenTelemetry's own, [`meters`]
//! instruments, [`label_sets`] types that are labels, [`guards`] guards that live over an `.await`, [`operations`] what is done to other systems, [`served`],
//! [`routes`], [`scopes`] and [`warp`] HTTP servers, [`setup`] resources and log formats, [`exporters`] where telemetry is sent, [`carried`] the contract's own fields. [`imports`] and [`types`] tell whose something is, [`names`], [`enums`] and
//! [`semconv`] what a name is, [`worth`] whether an expression is a value or says something about one. [`file`] is what one
//! file says; [`linked`] puts the files of a repository together, since names, callers and layers stand in other files.
//! [`bodies`] leaves out what says nothing, [`scan`] finds macros where no tree is to be had, [`limits`] tells what the parser can't be given.

mod allows;
mod bodies;
mod calls;
mod carried;
mod enums;
mod events;
mod exporters;
mod file;
mod guards;
mod held;
mod imports;
mod instrumented;
mod label_sets;
mod labels;
mod limits;
mod linked;
pub mod manifest;
mod meters;
mod names;
mod operations;
mod routers;
mod routes;
mod scan;
mod scopes;
mod sdk_spans;
mod semconv;
mod served;
mod setup;
mod text;
mod types;
mod visit;
mod walk;
mod warp;
mod worth;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use aho_corasick::AhoCorasick;

use self::carried::Fields;
use self::file::{FileFacts, Setup};
use self::linked::Linker;
use self::manifest::Package;
use super::{Reading, Watch};
use crate::detect::{Literals, Names};
use crate::facts::{Facts, Input, Kind, Role, Unreadable};
use crate::source::Place;

/// The largest file that is read, in bytes: larger ones are made by programs.
pub const MAX_FILE: usize = 4 << 20;

/// The stack of a thread that parses: long chains of calls nest deeply, too. Only what is used of it takes memory.
const STACK: usize = 512 << 20;

/// How many constants may be made of one another across files.
const MOST_ROUNDS: usize = 4;

/// Crates whose macros log.
const CRATES_OF_LOGGING: [&str; 3] = ["tracing", "log", "slog"];

/// One of these stands in every file that says something of telemetry.
const TELLING: [&str; 54] = [
    "_text_map_propagator",
    "traceparent",
    "instrument",
    "trace!",
    "debug!",
    "info!",
    "warn!",
    "error!",
    "event!",
    "span!",
    ".enter()",
    ".entered()",
    "_counter(",
    "counter!",
    "gauge!",
    "histogram!",
    "_counter_vec",
    "_gauge(",
    "_gauge_vec",
    "_histogram(",
    "_histogram_vec",
    "macro_rules! counter",
    "macro_rules! gauge",
    "macro_rules! histogram",
    "prometheus",
    "with_label_values",
    "MetricGroup",
    "EncodeLabelSet",
    "LabelGroup",
    "opentelemetry_otlp",
    ".with_endpoint(",
    "KeyValue::new",
    "Resource::builder",
    "tracing_subscriber",
    "_logger",
    "simplelog",
    "async_nats",
    "stripe::",
    "stripe_",
    "russh",
    "openssh",
    "ssh2",
    "axum",
    "actix_web",
    "rocket::",
    "warp::",
    "poem::",
    "Router::new",
    ".publish(",
    ".publish_with",
    "queue_subscribe",
    "tracer",
    ".update_name(",
    ".observe(",
];

/// One of these stands in every file that prints, which is of interest in services.
const PRINTING: [&str; 3] = ["print!(", "println!(", "dbg!("];

/// One of these stands in every file that has constants of text, which others may name a metric or a subject by.
const NAMING: [&str; 7] =
    ["str =", "str=", "fn as_str", "fn name", "fn as_static_str", "strum", "Display for"];

/// Whether the macro or type that a wrapper is declared to be like is one that is read.
#[must_use]
pub fn is_known(like: &str) -> bool {
    let mut words = like.trim_end_matches('!').rsplit("::");
    let last = words.next().unwrap_or_default();
    let of_crate = like.split("::").next().filter(|first| *first != last);
    of_crate.is_none_or(|first| WRAPPED.iter().any(|known| known.starts_with(&format!("{first}::"))))
        && (calls::Macro::of(last).is_some() || events::kind_of(last).is_some())
}

/// What wrappers are declared to be like, of each sort one.
pub const WRAPPED: [&str; 21] = [
    "metrics::counter",
    "metrics::gauge",
    "metrics::histogram",
    "prometheus::IntCounter",
    "prometheus::Counter",
    "prometheus::Gauge",
    "prometheus::Histogram",
    "prometheus_client::Counter",
    "opentelemetry::u64_counter",
    "tracing::trace",
    "tracing::debug",
    "tracing::info",
    "tracing::warn",
    "tracing::error",
    "tracing::event",
    "tracing::span",
    "tracing::info_span",
    "tracing::debug_span",
    "log::info",
    "slog::info",
    "measured::Counter",
];

/// A Rust file.
pub struct Source {
    /// How places name it.
    pub path: Arc<str>,
    /// Which of the packages it belongs to.
    pub package: Option<usize>,
}

/// Reads all Rust files of a repository; `load` gives the bytes of one, or says why they can't be had.
pub fn read(
    sources: &[Source],
    load: impl Fn(usize) -> Result<Vec<u8>, String> + Sync,
    packages: &[Package],
    watch: &Watch,
) -> Reading {
    let sensitive = Names::new(watch.logs.sensitive.iter().map(String::as_str));
    let fields = Fields::new(&watch.logs.fields);
    let setup = Setup {
        sensitive: &sensitive,
        fields: &fields,
        detectors: &watch.detectors,
        watch: &watch.rust,
        may_log: true,
    };
    let reader = Reader { sources, packages, setup, load: &load };
    let read = in_threads(sources.len(), |at| reader.read(at));
    let mut facts = Facts::new(&watch.fingerprint());
    let mut linker = Linker::new(packages, watch);
    let mut waiting: Vec<usize> = Vec::new();
    let for_tests: Vec<String> =
        read.iter().zip(sources).flat_map(|(read, source)| test_files(read, source)).collect();
    for (at, (source, read)) in sources.iter().zip(read).enumerate() {
        match read {
            Err(reason) => facts.unreadable.add(Unreadable { place: Place::of_file(&source.path), reason }),
            Ok((bytes, read)) => {
                facts.inputs.add(Input {
                    path: Arc::clone(&source.path),
                    kind: Kind::Rust,
                    role: Role::Current,
                    bytes: bytes as u64,
                    read: true,
                });
                let is_for_tests = for_tests.iter().any(|file| source.path.starts_with(file.as_str()));
                match read {
                    _ if is_for_tests => {}
                    Read::Told(file) => linker.take(at, *file, source, &mut facts),
                    Read::Names => waiting.push(at),
                    Read::Nothing => {}
                }
            }
        }
    }
    // Files that only have constants are read where a constant of such a name is asked for; one may be made of others.
    for _ in 0..MOST_ROUNDS {
        let wanted = linker.wanted();
        let Some(wanted) =
            AhoCorasick::new(&wanted).ok().filter(|_| !wanted.is_empty() && !waiting.is_empty())
        else {
            break;
        };
        let found = in_threads(waiting.len(), |at| reader.names(waiting[at], &wanted));
        let (mut left, mut has_more) = (Vec::new(), false);
        for (at, file) in waiting.into_iter().zip(found) {
            match file {
                Some(file) => {
                    has_more = true;
                    linker.take(at, file, &sources[at], &mut facts);
                }
                None => left.push(at),
            }
        }
        waiting = left;
        if !has_more {
            break;
        }
    }
    linker.finish(&mut facts);
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
        let running: Vec<_> = (0..threads).map(begin).collect();
        // Where no thread can be had, this one does the work.
        let own = if running.iter().all(Result::is_err) { worker() } else { Vec::new() };
        running
            .into_iter()
            .flatten()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .chain(own)
            .collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The files and folders of modules that a file has for tests only: `#[cfg(test)] mod fixtures;`.
fn test_files(read: &Result<(usize, Read), String>, source: &Source) -> Vec<String> {
    let Ok((_, Read::Told(file))) = read else { return Vec::new() };
    let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let own = match name.trim_end_matches(".rs") {
        "lib" | "main" | "mod" => folder.to_owned(),
        name => format!("{folder}/{name}"),
    };
    let files = |module: &String| [format!("{own}/{module}.rs"), format!("{own}/{module}/")];
    let names = |file: String| file.trim_start_matches('/').to_owned();
    file.test_modules.iter().flat_map(files).map(names).collect()
}

/// What became of a file at first.
enum Read {
    /// It says something.
    Told(Box<FileFacts>),
    /// It may have names that others use.
    Names,
    /// It says nothing.
    Nothing,
}

/// What a file is read with.
struct Reader<'r, L> {
    sources: &'r [Source],
    packages: &'r [Package],
    setup: Setup<'r>,
    load: &'r L,
}

impl<L: Fn(usize) -> Result<Vec<u8>, String> + Sync> Reader<'_, L> {
    fn package(&self, at: usize) -> Option<&Package> {
        self.packages.get(self.sources[at].package?)
    }

    /// A file, and how many bytes it has.
    fn read(&self, at: usize) -> Result<(usize, Read), String> {
        static NEEDED: OnceLock<[Literals; 3]> = OnceLock::new();
        let bytes = (self.load)(at)?;
        let source = &self.sources[at];
        let unread = |reason: String| {
            let unparsed = Some((Place::of_file(&source.path), reason));
            Ok((bytes.len(), Read::Told(Box::new(FileFacts { unparsed, ..FileFacts::default() }))))
        };
        let package = self.package(at);
        if package.map_or_else(|| manifest::is_aside(&source.path), |package| package.is_aside(&source.path))
        {
            return Ok((bytes.len(), Read::Nothing));
        }
        if bytes.len() > MAX_FILE {
            return unread(format!("it is over the limit of {} MiB", MAX_FILE >> 20));
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return unread("it is not UTF-8".to_owned());
        };
        let [telling, printing, naming] = NEEDED.get_or_init(|| {
            let of = |needles: &[&str]| Literals::new(needles.iter().map(|needle| needle.as_bytes()));
            [of(&TELLING), of(&PRINTING), of(&NAMING)]
        });
        let prints = || {
            let is_service = package.is_some_and(|package| {
                package.is_server() || self.setup.watch.services.contains(&package.name)
            });
            is_service && printing.stand_in(&bytes)
        };
        let wraps = |wrapper: &super::watch::Wrapper| {
            wrapper.path.last().is_some_and(|name| text.contains(name.as_str()))
        };
        let tells = telling.stand_in(&bytes) || self.setup.watch.wrappers.iter().any(wraps);
        if !tells && !prints() {
            let read = if naming.stand_in(&bytes) { Read::Names } else { Read::Nothing };
            return Ok((bytes.len(), read));
        }
        if let Some(why) = limits::too_much(&bytes) {
            return unread(why);
        }
        // Without calls to follow, a function that says nothing is nothing.
        let is_quiet =
            package.is_some_and(|package| !package.reaches_out()) && self.setup.watch.wrappers.is_empty();
        let left = if is_quiet { bodies::emptied(text) } else { text.into() };
        let mut file = self.parsed(source, (text, &left));
        if package.is_some_and(|package| !package.reaches_out()) {
            // Nobody asks who calls whom.
            file.functions = Vec::new();
            file.routes = file::Routes::default();
            file.members = Vec::new();
            file.operations = Vec::new();
            file.spans.iter_mut().for_each(|span| span.function = None);
        }
        Ok((bytes.len(), Read::Told(Box::new(file))))
    }

    /// A file that only has names, if it has one that is wanted.
    fn names(&self, at: usize, wanted: &AhoCorasick) -> Option<FileFacts> {
        let bytes = (self.load)(at).ok()?;
        let text = std::str::from_utf8(&bytes).ok().filter(|text| wanted.is_match(*text))?;
        limits::too_much(&bytes).is_none().then(|| {
            let FileFacts { constants, .. } =
                self.parsed(&self.sources[at], (text, &bodies::only_items(text)));
            FileFacts { constants, ..FileFacts::default() }
        })
    }

    /// What a file says; the parser is given what is left of it.
    fn parsed(&self, source: &Source, (text, left): (&str, &str)) -> FileFacts {
        let package = source.package.and_then(|at| self.packages.get(at));
        let may_log = package.is_none_or(|package| package.uses_like("tracing") || package.uses_like("log"));
        let setup = Setup { may_log, ..self.setup };
        let file = file::read(&source.path, text, &without_shebang(left), &setup);
        // Spans of the tree are kept by the thread; all places have been made.
        proc_macro2::extra::invalidate_current_thread_spans();
        file
    }
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
