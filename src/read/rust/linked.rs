//! The files of a repository together: names that are constants of other files, callers and layers that stand elsewhere.

mod metrics;
mod operations;
mod services;
mod sets;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::exporters::MadeConnection;
use super::file::{ExporterOptions, FileFacts, Function, Made, MadeSpan, Measured, Tracing};
use super::label_sets::LabelSet;
use super::manifest::Package;
use super::names::{Constant, Constants, Home, Name};
use super::operations::Operated;
use super::routes::Routes;
use super::setup::MadeResource;
use super::types::Maker;
use super::{Source, carried};
use crate::detect::masked;
use crate::facts::{
    Connection, Facts, Gap, Practice, Practised, Protection, Resource, Span, SpanKind, Spot, Surface, Tally,
    Unparsed, Written,
};
use crate::read::Watch;
use crate::source::{Place, Seen};

/// Everything of one package, or of the files without one.
#[derive(Default)]
struct Crate {
    functions: Vec<Function>,
    operations: Vec<Operated>,
    routes: Routes,
    members: BTreeMap<String, BTreeSet<Option<Maker>>>,
    plain_logs: Vec<Place>,
    has_json_logs: bool,
    tracing: Tracing,
}

/// A package, and the field or variable that holds an instrument in it.
type Holder = (Option<usize>, String);

/// A type whose fields are labels, with the file it stands in and the places of its labels.
type Placed = (Home, Arc<(LabelSet, Vec<Place>)>);

/// Puts together what several files say of one thing.
pub struct Linker<'l> {
    packages: &'l [Package],
    watch: &'l Watch,
    /// The packages of the repository that each package depends on itself.
    uses: Vec<Vec<usize>>,
    constants: Constants,
    /// Names of `macro_rules!` anywhere.
    macros: BTreeSet<String>,
    /// What is set of exporters anywhere.
    exporter: ExporterOptions,
    /// Files, and the fields of types that stand in them.
    fields_of: BTreeMap<usize, BTreeSet<String>>,
    made: Vec<(Home, Arc<str>, Made)>,
    /// Types whose fields are labels, by name.
    label_sets: BTreeMap<String, Vec<Placed>>,
    connections: Vec<(Home, Arc<str>, MadeConnection)>,
    /// Constants that are written: under which name, and where.
    constants_written: Vec<(Home, String, Name, Place)>,
    /// By package and the field or variable that holds the instrument.
    measured: BTreeMap<Holder, Vec<(Home, Measured)>>,
    written: Vec<(Home, Arc<str>, Name, Place)>,
    spans: Vec<(Home, Arc<str>, usize, MadeSpan)>,
    resources: Vec<(Home, MadeResource)>,
    crates: BTreeMap<Option<usize>, Crate>,
}

impl<'l> Linker<'l> {
    /// Of nothing yet.
    pub fn new(packages: &'l [Package], watch: &'l Watch) -> Self {
        let names: BTreeMap<&str, usize> =
            packages.iter().enumerate().map(|(at, package)| (package.name.as_str(), at)).collect();
        let used = |package: &Package| {
            package.dependencies.keys().filter_map(|name| names.get(name.as_str()).copied()).collect()
        };
        Self {
            packages,
            watch,
            uses: packages.iter().map(used).collect(),
            constants: Constants::default(),
            macros: BTreeSet::new(),
            exporter: ExporterOptions::default(),
            fields_of: BTreeMap::new(),
            made: Vec::new(),
            label_sets: BTreeMap::new(),
            connections: Vec::new(),
            constants_written: Vec::new(),
            measured: BTreeMap::new(),
            written: Vec::new(),
            spans: Vec::new(),
            resources: Vec::new(),
            crates: BTreeMap::new(),
        }
    }

    fn package(&self, at: Option<usize>) -> Option<&'l Package> {
        self.packages.get(at?)
    }

    /// Takes in what one file says.
    pub fn take(&mut self, number: usize, file: FileFacts, source: &Source, facts: &mut Facts) {
        let package = self.package(source.package);
        let home: Home = (source.package, number);
        let artifact = package.map_or_else(|| Arc::clone(&source.path), |package| Arc::clone(&package.path));
        for constant in file.constants {
            let constant = Constant { module: module(&source.path), ..constant };
            self.constants.add(home, constant);
        }
        self.macros.extend(file.macros);
        self.exporter = self.exporter.or(file.exporter);
        self.made.extend(file.instruments.into_iter().map(|made| (home, Arc::clone(&artifact), made)));
        for measured in file.measured {
            self.measured
                .entry((source.package, measured.holder.clone()))
                .or_default()
                .push((home, measured));
        }
        for (name, place) in file.written {
            self.written.push((home, Arc::clone(&artifact), name, place));
        }
        for set in file.label_sets {
            let set = Arc::new(set);
            for name in &set.0.names {
                self.label_sets.entry(name.clone()).or_default().push((home, Arc::clone(&set)));
            }
        }
        self.connections.extend(file.connections.into_iter().map(|made| (home, Arc::clone(&artifact), made)));
        self.constants_written.extend(
            file.constants_written.into_iter().map(|(pointer, name, place)| (home, pointer, name, place)),
        );
        file.carried.into_iter().for_each(|carried| facts.carried.add(carried));
        file.sighted.into_iter().for_each(|sighting| facts.sightings.add(sighting));
        file.recorded.into_iter().for_each(|recorded| facts.recorded.add(recorded));
        let in_service = package.is_some_and(|package| self.is_service(package));
        for (practice, by, place) in file.practised {
            practised(facts, &artifact, (practice, by), in_service, place);
        }
        let of_crate = self.crates.entry(source.package).or_default();
        let first = of_crate.functions.len();
        self.spans.extend(file.spans.into_iter().map(|span| (home, Arc::clone(&artifact), first, span)));
        of_crate.functions.extend(file.functions);
        of_crate.operations.extend(
            file.operations
                .into_iter()
                .map(|operated| Operated { function: operated.function.map(|at| at + first), ..operated }),
        );
        let Routes {
            made,
            mounts,
            later,
            routers,
            servers,
            has_unread,
            default_layers,
            makes_spans,
            has_layer,
            layers,
        } = file.routes;
        of_crate.routes.has_unread |= has_unread;
        of_crate.routes.default_layers.extend(default_layers);
        of_crate.routes.makes_spans |= makes_spans;
        of_crate.routes.later.extend(later);
        of_crate.routes.made.extend(made);
        of_crate.routes.mounts.extend(mounts);
        of_crate.routes.routers.extend(routers);
        of_crate.routes.servers.extend(servers);
        of_crate.routes.has_layer |= has_layer;
        of_crate.routes.layers.extend(layers);
        self.fields_of.insert(number, file.members.iter().map(|(name, _)| name.clone()).collect());
        for (name, maker) in file.members {
            of_crate.members.entry(name).or_default().insert(maker);
        }
        of_crate.plain_logs.extend(file.plain_logs);
        of_crate.has_json_logs |= file.has_json_logs;
        of_crate.tracing.absorb(file.tracing);
        self.resources.extend(file.resources.into_iter().map(|made| (home, made)));
        file.allows.into_iter().for_each(|allow| facts.allows.add(allow));
        for (place, what) in file.gaps {
            facts.gaps.add(Gap { place, what: masked(&what) });
        }
        if let Some((place, reason)) = file.unparsed {
            let reason = masked(&reason);
            let what = if place.is_whole_file() {
                format!("the file was not read: {reason}")
            } else {
                "the file does not parse, so only macros in it were read".to_owned()
            };
            facts.gaps.add(Gap { place: place.clone(), what });
            facts.unparsed.add(Unparsed { place, reason });
        }
    }

    /// Names of constants that are used and that no file has which was taken in.
    pub fn wanted(&self) -> Vec<String> {
        let of_metrics = self.made.iter().flat_map(|(home, _, made)| {
            let named = made.instrument.prefixes.iter().chain([&made.instrument.name]);
            named.chain(made.labels.iter().map(|(label, _)| &label.name)).map(|name| (*home, name))
        });
        let measured = self.measured.values().flatten();
        let of_labels = measured
            .flat_map(|(home, measured)| measured.labels.iter().map(|(label, _)| (*home, &label.name)));
        let of_spans = self.spans.iter().flat_map(|(home, .., span)| {
            span.attributes.iter().chain([&span.name]).map(|name| (*home, name))
        });
        let of_operations = self.crates.iter().flat_map(|(at, of_crate)| {
            of_crate
                .operations
                .iter()
                .filter_map(|operated| Some(((*at, usize::MAX), operated.subject.as_ref()?)))
        });
        let of_resources = self.resources.iter().flat_map(|(home, made)| {
            made.attributes
                .iter()
                .map(|(name, _)| name)
                .chain(made.service_name.iter().map(|(name, _)| name))
                .map(|name| (*home, name))
        });
        let of_routes = self.crates.iter().flat_map(|(at, of_crate)| {
            of_crate.routes.made.iter().map(|route| ((*at, usize::MAX), &route.path))
        });
        // What else is written is a number, or is read with the file that writes it.
        let of_secrets = self.constants_written.iter().filter(|(_, _, name, _)| speaks_of_a_secret(name));
        let of_secrets = of_secrets.map(|(home, _, name, _)| (*home, name));
        let of_connections = self.connections.iter().map(|(home, _, made)| (*home, &made.to));
        let names = of_metrics
            .chain(of_connections)
            .chain(of_routes)
            .chain(of_secrets)
            .chain(of_labels)
            .chain(of_spans)
            .chain(of_operations)
            .chain(of_resources);
        let mut wanted = BTreeSet::new();
        names.for_each(|(home, name)| self.constants.missing(name, home, &mut wanted));
        wanted.into_iter().collect()
    }

    /// Whether the package is a service: by what it uses, or by the contract's word.
    fn is_service(&self, package: &Package) -> bool {
        package.is_server() || self.watch.rust.services.contains(&package.name)
    }

    /// Makes facts of what was taken in.
    pub fn finish(mut self, facts: &mut Facts) {
        self.metrics(facts);
        self.fields(facts);
        self.described(facts);
        self.connected(facts);
        self.written_constants(facts);
        let crates = std::mem::take(&mut self.crates);
        for (at, of_crate) in &crates {
            self.operated(*at, of_crate, &crates, facts);
        }
        self.services(&crates, facts);
        self.made_spans(&crates, facts);
    }

    /// Fields of log records by name.
    fn fields(&self, facts: &mut Facts) {
        for (home, artifact, name, place) in &self.written {
            let Ok(name) = self.constants.resolve(name, *home) else { continue };
            if name.text.is_empty() {
                continue;
            }
            let mut seen = Tally::default();
            seen.add(|| Spot { place: place.clone(), note: String::new() });
            facts.written.add(Written { artifact: Arc::clone(artifact), name: name.text, seen });
        }
    }

    /// Secrets in constants that are written.
    fn written_constants(&self, facts: &mut Facts) {
        for (home, pointer, name, place) in &self.constants_written {
            let Some(text) = self.constants.text(name, *home) else { continue };
            for sighting in carried::secrets(&self.watch.detectors, &text, pointer, &|| place.clone()) {
                facts.sightings.add(sighting);
            }
        }
    }

    /// Where programs send telemetry.
    fn connected(&self, facts: &mut Facts) {
        for (home, artifact, made) in &self.connections {
            match self.constants.resolve(&made.to, *home) {
                Ok(url) if Protection::of_url(&url.text) != Protection::Unknown => {
                    let to = Connection::to(artifact, made.place.clone(), made.from.as_str(), &url.text);
                    facts.connections.add(Connection { is_default: made.is_default, ..to });
                }
                said => {
                    let why = said.err().map_or_else(
                        || "its address has no scheme or host that is known".to_owned(),
                        |why| why.replacen("its name", "its address", 1),
                    );
                    let what = format!("where `{}` sends telemetry can't be seen: {why}", made.from);
                    facts.gaps.add(Gap { place: made.place.clone(), what });
                }
            }
        }
    }

    fn made_spans(&self, crates: &BTreeMap<Option<usize>, Crate>, facts: &mut Facts) {
        for (home, artifact, first, span) in &self.spans {
            let name = self.constants.resolve(&span.name, *home).map(|name| name.text).unwrap_or_default();
            let of_crate = crates.get(&home.0);
            let function = span.function.and_then(|at| of_crate?.functions.get(first + at));
            let makes_roots = function
                .is_some_and(|function| of_crate.is_some_and(|of| of.routes.layers.contains(&function.name)));
            let names = span
                .attributes
                .iter()
                .map(|name| self.constants.resolve(name, *home).map(|name| name.text).ok());
            facts.spans.add(Span {
                artifact: Arc::clone(artifact),
                place: span.place.clone(),
                name,
                kind: span.kind,
                // A layer may be that of a client, whose requests come from here.
                is_root: match span.kind {
                    SpanKind::Server | SpanKind::Consumer => true,
                    SpanKind::Client | SpanKind::Producer => false,
                    SpanKind::Internal => span.is_root || makes_roots,
                },
                attributes: names.collect(),
            });
        }
        for (at, of_crate) in crates {
            let Some(package) = self.package(*at).filter(|package| self.is_service(package)) else {
                continue;
            };
            let places = of_crate.routes.default_layers.iter().filter(|_| !of_crate.routes.makes_spans);
            for place in places {
                // tower-http 0.6, `DefaultMakeSpan`; tracing-actix-web 0.7 has others, and no more of one's own.
                let names = ["method", "uri", "version"];
                facts.spans.add(Span {
                    artifact: Arc::clone(&package.path),
                    place: place.clone(),
                    name: "request".to_owned(),
                    kind: SpanKind::Server,
                    is_root: true,
                    attributes: Some(names.map(str::to_owned).into()),
                });
            }
        }
    }

    /// Resources that programs describe themselves with.
    fn described(&self, facts: &mut Facts) {
        for (home, made) in &self.resources {
            let mut attributes: BTreeMap<String, Place> = BTreeMap::new();
            let mut is_open = made.is_open;
            for (name, place) in &made.attributes {
                match self.constants.resolve(name, *home) {
                    Ok(name) if name.is_whole => {
                        attributes.insert(name.text, place.clone());
                    }
                    _ => is_open = true,
                }
            }
            // A resource without a name, or with nothing else, is a part of one.
            is_open |= attributes.len() < 2 || !attributes.contains_key("service.name");
            let lacks = |names: &Vec<String>| !names.iter().any(|name| attributes.contains_key(name));
            let lacking = self
                .watch
                .rust
                .resource
                .iter()
                .filter(|names| lacks(names))
                .filter_map(|names| names.first());
            let lacking: Vec<String> = lacking.map(|name| format!("`{name}`")).collect();
            if is_open && !lacking.is_empty() {
                let what = format!(
                    "whether the environment gives the resource {} can't be seen",
                    lacking.join(", ")
                );
                facts.gaps.add(Gap { place: made.place.clone(), what });
            }
            let service_name = made.service_name.as_ref().and_then(|(name, place)| {
                let name = self.constants.resolve(name, *home).ok().filter(|name| name.is_whole)?;
                Some(Seen { value: name.text, place: place.clone() })
            });
            facts.resources.add(Resource {
                place: made.place.clone(),
                surface: Surface::Source,
                attributes,
                service_name,
                count: 1,
                is_open,
            });
        }
    }
}

/// The module of a file: its name, or its folder's.
fn module(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default().trim_end_matches(".rs");
    let module = if name == "mod" { parts.next().unwrap_or_default() } else { name };
    if matches!(module, "lib" | "main") { String::new() } else { module.to_owned() }
}

fn practised(
    facts: &mut Facts,
    artifact: &Arc<str>,
    (practice, by): (Practice, String),
    in_service: bool,
    place: Place,
) {
    facts.practised.add(Practised { artifact: Arc::clone(artifact), practice, by, in_service, place });
}

/// Whether a constant is called after what may hold a secret.
fn speaks_of_a_secret(name: &Name) -> bool {
    let Name::Constant(_, name) = name else { return false };
    let parts = ["URL", "DSN", "KEY", "TOKEN", "SECRET", "PASS", "CONN", "AUTH"];
    parts.iter().any(|part| name.contains(part))
}
