//! What one file says, before names of other files are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use proc_macro2::TokenStream;

use super::carried::Fields;
use super::exporters::MadeConnection;
use super::label_sets::LabelSet;
use super::meters::{Instrument, MadeLabel};
use super::names::{Constant, Name};
use super::operations::Operated;
pub use super::routes::Routes;
use super::setup::MadeResource;
use super::text::Text;
use super::types::{Maker, Owner};
use super::walk::Walk;
use super::{allows, imports::Imports, scan};
use crate::detect::Names;
use crate::facts::{AllowComment, Carried, Practice, Recorded, Sighting, SpanKind};
use crate::read::watch::{Detectors, RustWatch};
use crate::source::Place;

/// What is done with OpenTelemetry's global tracing.
#[derive(Debug, Default)]
pub struct Tracing {
    /// Whether a provider of tracers is made: programs that leave it to others may leave the propagator to them, too.
    pub makes_provider: bool,
    /// Whether a propagator is set.
    pub sets_propagator: bool,
    /// Where the propagator is used.
    pub propagates: Vec<Place>,
    /// Samplers of the SDK that are named (`AlwaysOff`, `ParentBased`), with where.
    pub samplers: BTreeMap<String, Place>,
}

impl Tracing {
    /// Takes over what another file does.
    pub fn absorb(&mut self, other: Self) {
        self.makes_provider |= other.makes_provider;
        self.sets_propagator |= other.sets_propagator;
        self.propagates.extend(other.propagates);
        for (sampler, place) in other.samplers {
            let known = self.samplers.entry(sampler).or_insert_with(|| place.clone());
            *known = known.clone().min(place);
        }
    }
}

/// What one file says.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Constants of text.
    pub constants: Vec<Constant>,
    /// Modules in files of their own that it has for tests only.
    pub test_modules: Vec<String>,
    /// What it sets of an exporter.
    pub exporter: ExporterOptions,
    /// Names of its `macro_rules!`.
    pub macros: Vec<String>,
    /// Instruments.
    pub instruments: Vec<Made>,
    /// What is recorded with an instrument that a field or variable holds.
    pub measured: Vec<Measured>,
    /// Types whose fields are labels, with the places of those.
    pub label_sets: Vec<(LabelSet, Vec<Place>)>,
    /// The contract's fields that it writes.
    pub carried: Vec<Carried>,
    /// Constants that it writes: under which name, and where.
    pub constants_written: Vec<(String, Name, Place)>,
    /// Secrets that stand in what it writes.
    pub sighted: Vec<Sighting>,
    /// Where it sends telemetry.
    pub connections: Vec<MadeConnection>,
    /// What is recorded under sensitive names.
    pub recorded: Vec<Recorded>,
    /// How it logs and traces: what, by what, where.
    pub practised: Vec<(Practice, String, Place)>,
    /// Fields of log records that it writes.
    pub written: Vec<(Name, Place)>,
    /// Spans that it makes.
    pub spans: Vec<MadeSpan>,
    /// Its functions.
    pub functions: Vec<Function>,
    /// What it does to other systems.
    pub operations: Vec<Operated>,
    /// What it serves.
    pub routes: Routes,
    /// Resources that it builds.
    pub resources: Vec<MadeResource>,
    /// Where it starts to log as plain text.
    pub plain_logs: Vec<Place>,
    /// Whether it logs as JSON somewhere.
    pub has_json_logs: bool,
    /// The global set-up of tracing.
    pub tracing: Tracing,
    /// Fields of its types, with the crate their type is of, if it is one of interest.
    pub members: Vec<(String, Option<Maker>)>,
    /// Allow comments.
    pub allows: Vec<AllowComment>,
    /// What could not be read.
    pub gaps: Vec<(Place, String)>,
    /// Where the parser stopped, and what it says.
    pub unparsed: Option<(Place, String)>,
}

/// What is set of exporters, wherever.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ExporterOptions {
    /// `without_units()` of opentelemetry-prometheus.
    pub without_units: bool,
    /// `without_counter_suffixes()` of opentelemetry-prometheus.
    pub without_counter_suffixes: bool,
    /// `set_enable_recommended_naming(true)` of metrics-exporter-prometheus.
    pub recommended_naming: bool,
    /// `Registry::with_prefix` of prometheus-client: names begin with what is not seen.
    pub has_prefix: bool,
}

impl ExporterOptions {
    /// With what another file sets.
    pub fn or(self, other: Self) -> Self {
        Self {
            without_units: self.without_units || other.without_units,
            without_counter_suffixes: self.without_counter_suffixes || other.without_counter_suffixes,
            recommended_naming: self.recommended_naming || other.recommended_naming,
            has_prefix: self.has_prefix || other.has_prefix,
        }
    }
}

/// An instrument at its place.
#[derive(Debug)]
pub struct Made {
    pub instrument: Instrument,
    pub place: Place,
    pub labels: Vec<(MadeLabel, Place)>,
    /// The unit of what is recorded with it at once.
    pub unit: Option<(&'static str, Place)>,
    /// Where it is given labels that are made elsewhere.
    pub unseen: Option<Place>,
}

/// A recording with an instrument.
#[derive(Debug)]
pub struct Measured {
    /// The field or variable that holds the instrument.
    pub holder: String,
    /// Attributes.
    pub labels: Vec<(MadeLabel, Place)>,
    /// The unit of the value, where the expression shows it.
    pub unit: Option<(&'static str, Place)>,
    /// Why the values of labels have no bound, by the labels' positions.
    pub values: Vec<Option<(String, Place)>>,
    /// Where it is given labels that are made elsewhere.
    pub unseen: Option<Place>,
}

/// A span at its place.
#[derive(Debug)]
pub struct MadeSpan {
    /// The function around it, as an index.
    pub function: Option<usize>,
    pub name: Name,
    pub place: Place,
    pub kind: SpanKind,
    /// Whether it stands in what makes the spans of requests.
    pub is_root: bool,
    pub attributes: Vec<Name>,
}

/// A function as far as spans are concerned.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is seen on its own, and none excludes another")]
pub struct Function {
    pub name: String,
    /// `#[instrument]`.
    pub is_instrumented: bool,
    /// It enters a span or starts one.
    pub opens_span: bool,
    /// It sets an error status.
    pub marks_failure: bool,
    /// It puts the context of a trace into what it sends.
    pub injects: bool,
    /// It takes the context of a trace from what it received.
    pub extracts: bool,
    /// It is called through a trait, or from outside.
    pub is_reachable: bool,
    /// What it takes, or calls, speaks of a guard.
    pub is_guarded: bool,
    pub calls: Vec<Called>,
}

/// A function that is called by name, or handed on.
#[derive(Debug)]
pub struct Called {
    pub name: String,
    /// A span is put around the call.
    pub is_covered: bool,
    /// It runs on a task of its own, which has no span.
    pub is_detached: bool,
    /// It is called by its own name or on `self`, and not on a value that may have a method of that name.
    pub is_own: bool,
}

impl FileFacts {
    /// Whose a field is, the types of the same file say first.
    fn settle(&mut self) {
        for operated in &mut self.operations {
            let Owner::Field(name) = &operated.owner else { continue };
            let mut makers =
                self.members.iter().filter(|(member, _)| member == name).map(|(_, maker)| *maker);
            let Some(first) = makers.next() else { continue };
            if makers.all(|maker| maker == first) {
                operated.owner = Owner::Is(first.unwrap_or(Maker::Other));
            }
        }
        let wanted = |operated: &Operated| match operated.owner {
            Owner::Is(maker) => maker == operated.maker(),
            _ => true,
        };
        self.operations.retain(wanted);
    }
}

/// What is the same for all files of a package.
#[derive(Clone, Copy)]
pub struct Setup<'s> {
    pub sensitive: &'s Names,
    /// The contract's own fields.
    pub fields: &'s Fields,
    pub detectors: &'s Detectors,
    pub watch: &'s RustWatch,
    /// Whether the package has something that logs, so that a macro which nobody imports may be that.
    pub may_log: bool,
}

/// Reads a file, of which `left` is given to the parser. One that does not parse is scanned for macros.
pub fn read(path: &Arc<str>, text: &str, left: &str, setup: &Setup<'_>) -> FileFacts {
    let allows = allows::of(text, &Text::new(path, text));
    FileFacts { allows, ..told(path, (text, left), setup) }
}

fn told(path: &Arc<str>, (text, left): (&str, &str), setup: &Setup<'_>) -> FileFacts {
    let lines = Text::new(path, text);
    let tokens = match left.parse::<TokenStream>() {
        Ok(tokens) => tokens,
        Err(error) => {
            let unparsed = Some((lines.at(error.span()), error.to_string()));
            return FileFacts { unparsed, ..in_pieces(left, lines, setup) };
        }
    };
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => {
            let imports = Imports::of(&file);
            let mut walk = Walk::new(lines, imports, setup);
            walk.file(&file);
            walk.out.settle();
            walk.out
        }
        Err(error) => {
            let unparsed = Some((lines.at(error.span()), error.to_string()));
            let mut walk = Walk::new(lines, scan::imports(tokens.clone()), setup);
            scan::macros(&tokens, &mut |called| walk.scanned(called));
            FileFacts { unparsed, ..walk.out }
        }
    }
}

/// Macros of a text whose brackets don't match: between lines that close an item, each piece is looked at on its own, and
/// where that does not help, between blank lines.
fn in_pieces(text: &str, lines: Text<'_>, setup: &Setup<'_>) -> FileFacts {
    let mut walk = Walk::new(lines, Imports::default(), setup);
    let is_end = |line: &str| line.trim_end() == "}" && line.starts_with('}');
    for piece in pieces(0, text, is_end) {
        if !look(&mut walk, piece) {
            for piece in pieces(piece.0, piece.1, |line| line.trim().is_empty()) {
                look(&mut walk, piece);
            }
        }
    }
    walk.out
}

fn look(walk: &mut Walk<'_>, (start, piece): (usize, &str)) -> bool {
    let Ok(tokens) = piece.parse::<TokenStream>() else { return false };
    walk.begin_piece(start, scan::imports(tokens.clone()));
    scan::macros(&tokens, &mut |called| walk.scanned(called));
    true
}

/// Parts of a text, each up to and with a line that ends it.
fn pieces(base: usize, text: &str, is_end: impl Fn(&str) -> bool) -> Vec<(usize, &str)> {
    let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        if is_end(line) {
            pieces.push((base + start, &text[start..at]));
            start = at;
        }
    }
    pieces.push((base + start, &text[start..]));
    pieces
}
