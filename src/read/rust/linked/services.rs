//! Programs: what they use, what they serve, and how they write their log.

use std::collections::BTreeMap;

use super::{Crate, Linker, practised};
use crate::detect::masked;
use crate::facts::{Facts, Practice, Route, Service};
use crate::read::rust::file::Function;
use crate::read::rust::manifest::Package;
use crate::read::rust::routes::{self, MadeRoute};
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
            let routes = routes_of(package, own);
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
            facts.services.add(Service {
                artifact: package.path.clone(),
                name: package.name.clone(),
                place: package.place.clone(),
                is_command_line: package.is_command_line()
                    && !self.watch.rust.services.contains(&package.name),
                is_service: self.is_operated(package),
                has_sdk,
                exporters,
                untraced_server,
            });
        }
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

/// The routes of a package, with what they are mounted under.
fn routes_of(package: &Package, own: &Crate) -> Vec<Route> {
    let by_name: BTreeMap<&str, &Function> =
        own.functions.iter().map(|function| (function.name.as_str(), function)).collect();
    let route = |made: &MadeRoute| {
        let mut mounts = own.routes.mounts.iter().filter(|mount| mount.function == made.function);
        let (mount, is_one) = (mounts.next(), mounts.next().is_none());
        let mount = mount.filter(|_| is_one && !made.function.is_empty());
        let guards =
            |handler: &String| by_name.get(handler.as_str()).is_some_and(|function| function.is_guarded);
        Route {
            artifact: package.path.clone(),
            place: made.place.clone(),
            path: masked(
                &mount.map_or_else(|| made.path.clone(), |mount| routes::joined(&mount.prefix, &made.path)),
            ),
            methods: made.methods.clone(),
            handlers: made.handlers.clone(),
            is_guarded: made.is_guarded
                || mount.is_some_and(|mount| mount.is_guarded)
                || (!made.handlers.is_empty() && made.handlers.iter().all(guards)),
        }
    };
    own.routes.made.iter().map(route).collect()
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
