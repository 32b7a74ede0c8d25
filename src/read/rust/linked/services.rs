//! Programs: what they use, what they serve, and how they write their log.

use std::collections::BTreeMap;

use super::{Crate, Linker, practised};
use crate::detect::masked;
use crate::facts::{Facts, Gap, Practice, Route, Service};
use crate::read::rust::file::Function;
use crate::read::rust::manifest::Package;
use crate::read::rust::routes::{self, Mount};
use crate::source::Place;

/// Routes of servers that only say how they are: nobody follows their requests.
const OF_OPERATION: [&str; 12] = [
    "metrics",
    "health",
    "healthz",
    "livez",
    "readyz",
    "ready",
    "live",
    "liveness",
    "readiness",
    "ping",
    "status",
    "version",
];

impl Linker<'_> {
    /// Adds programs and their routes.
    pub(super) fn services(&self, crates: &BTreeMap<Option<usize>, Crate>, facts: &mut Facts) {
        for (at, package) in self.packages.iter().enumerate().filter(|(_, package)| package.is_read) {
            let nothing = Crate::default();
            let own = crates.get(&Some(at)).unwrap_or(&nothing);
            let beside: Vec<&Crate> =
                self.beside(Some(at)).filter_map(|other| crates.get(&Some(other))).collect();
            let is_service = self.is_service(package);
            let any = |holds: &dyn Fn(&Crate) -> bool| holds(own) || beside.iter().any(|other| holds(other));
            let exporters = package.exporters();
            let has_sdk =
                package.has_sdk() || self.beside(Some(at)).any(|other| self.packages[other].has_sdk());
            let routes = self.routes_of(at, package, own, facts);
            let untraced = is_service
                && package.is_whole
                && !any(&|of| of.routes.has_layer)
                && !any(&|of| has_own_layer(of));
            let untraced_server = untraced.then(|| server(own, &routes)).flatten();
            for route in routes {
                facts.routes.add(route);
            }
            if is_service
                && package.is_whole
                && let Some(place) = own.plain_logs.iter().min()
                && !any(&|of| of.has_json_logs)
            {
                let by = (Practice::LogsPlainText, package.name.clone());
                practised(facts, &package.path, by, true, place.clone());
            }
            // One of several samplers is chosen when the program runs.
            let off = own.tracing.samplers.get("AlwaysOff").filter(|_| own.tracing.samplers.len() == 1);
            if let Some(place) = off.filter(|_| is_service) {
                practised(
                    facts,
                    &package.path,
                    (Practice::SamplesNothing, package.name.clone()),
                    true,
                    place.clone(),
                );
            }
            if is_service && package.is_whole && any(&|of| of.tracing.makes_provider) {
                // The propagator that is there before one is set carries nothing.
                let places = std::iter::once(own).chain(beside.iter().copied());
                let used = places.flat_map(|of| &of.tracing.propagates).min();
                if let Some(place) = used.filter(|_| !any(&|of| of.tracing.sets_propagator)) {
                    let by = (Practice::PropagatesNothing, package.name.clone());
                    practised(facts, &package.path, by, true, place.clone());
                }
            }
            facts.services.add(Service {
                artifact: package.path.clone(),
                name: package.name.clone(),
                place: package.place.clone(),
                is_command_line: package.is_command_line()
                    && !self.watch.rust.services.contains(&package.name),
                has_program: package.has_program,
                is_service: self.is_operated(package),
                has_sdk,
                exporters,
                untraced_server,
            });
        }
    }

    /// The routes of a package, with what they are mounted under.
    fn routes_of(&self, at: usize, package: &Package, own: &Crate, facts: &mut Facts) -> Vec<Route> {
        let by_name: BTreeMap<&str, &Function> =
            own.functions.iter().map(|function| (function.name.as_str(), function)).collect();
        let guards =
            |handler: &String| by_name.get(handler.as_str()).is_some_and(|function| function.is_guarded);
        let mut found = Vec::new();
        for made in &own.routes.made {
            let path = match self.constants.resolve(&made.path, (Some(at), usize::MAX)) {
                Ok(path) => path.text,
                Err(why) => {
                    let what = format!("a route can't be seen: {}", why.replacen("its name", "its path", 1));
                    facts.gaps.add(Gap { place: made.place.clone(), what });
                    continue;
                }
            };
            let (outer, is_guarded) = mounted(&made.function, &made.place.path, &own.routes.mounts, 0);
            let path = routes::joined(&outer, &routes::joined(&made.prefix, &path));
            let path = routes::told(&path, |later| {
                let name = own.routes.later.get(later)?;
                self.constants.resolve(name, (Some(at), usize::MAX)).ok().map(|told| told.text)
            });
            found.push(Route {
                artifact: package.path.clone(),
                place: made.place.clone(),
                path: masked(&path),
                methods: made.methods.clone(),
                handlers: made.handlers.clone(),
                is_guarded: made.is_guarded
                    || is_guarded
                    || (!made.handlers.is_empty() && made.handlers.iter().all(guards)),
            });
        }
        found
    }

    /// Whether a package is a program of the platform that is to be observed: one that serves or consumes, one that the
    /// contract names, and one that runs all the time among others that are observed.
    fn is_operated(&self, package: &Package) -> bool {
        if self.watch.rust.services.contains(&package.name) {
            return true;
        }
        if !package.has_program || package.is_command_line() || package.is_tool() {
            return false;
        }
        let others = self.packages.iter().filter(|other| other.has_program && other.path != package.path);
        let (observed, rest): (Vec<_>, Vec<_>) =
            others.partition(|other| other.is_server() && other.has_sdk());
        package.is_server() || (package.runs_on() && observed.len() > 1 && observed.len() > rest.len())
    }
}

/// How deep routers may be mounted in one another.
const DEEPEST: usize = 8;

/// What the routes of a function are mounted under, and whether a guard is around that; nothing where it is mounted more than
/// once.
fn mounted(function: &str, file: &str, mounts: &[Mount], depth: usize) -> (String, bool) {
    let named: Vec<&Mount> =
        mounts.iter().filter(|mount| mount.function == function && mount.within != function).collect();
    // Of several functions of a name, the module tells, then the file.
    let fits = |holds: &dyn Fn(&Mount) -> bool| -> Vec<&Mount> {
        named.iter().copied().filter(|mount| holds(mount)).collect()
    };
    let of_module = fits(&|mount| !mount.module.is_empty() && mount.module == super::module(file));
    let of_file = fits(&|mount| mount.module.is_empty() && &*mount.home == file);
    let fitting = [of_module, of_file].into_iter().find(|fitting| !fitting.is_empty()).unwrap_or(named);
    let [mount] = fitting.as_slice() else { return (String::new(), false) };
    if depth > DEEPEST || function.is_empty() {
        return (String::new(), false);
    }
    let (outer, is_guarded) = mounted(&mount.within, &mount.home, mounts, depth + 1);
    (routes::joined(&outer, &mount.prefix), is_guarded || mount.is_guarded)
}

/// Whether a middleware of the package's own opens a span.
fn has_own_layer(of: &Crate) -> bool {
    of.functions.iter().any(|function| {
        of.routes.layers.contains(&function.name)
            && (function.is_instrumented || function.opens_span || spans(function))
    })
}

/// Whether a function calls something within a span.
fn spans(function: &Function) -> bool {
    function.calls.iter().any(|called| called.is_covered)
}

/// Where the server is, whose requests no handler puts into a span: the router beside its start.
fn server(own: &Crate, routes: &[Route]) -> Option<Place> {
    let start = own.routes.servers.iter().min()?;
    let instrumented = |handler: &String| {
        own.functions.iter().any(|function| function.name == *handler && function.is_instrumented)
    };
    let is_quiet = |route: &Route| {
        let last = route.path.rsplit('/').next().unwrap_or_default();
        OF_OPERATION.contains(&last)
            || (!route.handlers.is_empty() && route.handlers.iter().all(instrumented))
    };
    if !own.routes.has_unread && routes.iter().all(is_quiet) {
        return None;
    }
    let beside = own.routes.routers.iter().filter(|router| router.path == start.path).min();
    beside.or_else(|| own.routes.routers.iter().min()).or(Some(start)).cloned()
}
