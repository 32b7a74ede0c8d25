//! APIs that hand out a backend of telemetry.

use crate::facts::{Kind, Server};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::naming::backends;
use crate::rules::Out;

/// Paths of the APIs of Prometheus, Loki and Tempo; the first ones nobody else has.
const PATHS: [&str; 8] = [
    "/loki/api/v1/",
    "/prometheus/api/v1/",
    "/tempo/api/",
    "/api/v1/query_range/",
    "/api/v1/query_exemplars/",
    "/api/v1/label/",
    "/api/v1/tail/",
    "/api/v1/series/",
];

/// How many of them others do not have.
const SURE: usize = 5;

/// Judges paths and servers.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.ops_ui.api_only) else { return };
    let help = "let the API ask the backend, and answer with what the page needs";
    for operation in world.facts.api_operations.iter() {
        let path = format!("{}/", operation.path.trim_end_matches('/'));
        let Some(at) = PATHS.iter().position(|known| path.contains(known)) else { continue };
        let message = format!("the API hands out a backend: `{}`", operation.path);
        let draft = out
            .find(operation.path.as_str(), &operation.place, message)
            .label("a path of Prometheus, Loki or Tempo")
            .because(because.clone())
            .help(help);
        if at >= SURE {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
    for server in world.facts.servers.iter().filter(|server| server.kind == Kind::Openapi) {
        let Some(confidence) = certainty(server) else { continue };
        let message = format!("a backend of telemetry is a server of the API: `{}`", server.host);
        let draft = out
            .find(server.host.as_str(), &server.place, message)
            .label("who reads the document calls the backend")
            .because(because.clone())
            .help(help);
        if confidence < Confidence::Sure {
            draft.level(Level::Warning).confidence(confidence);
        }
    }
}

/// Whether a server is a backend: by its name for sure where only a platform's own network has such hosts, else likely, as by its
/// port alone.
fn certainty(server: &Server) -> Option<Confidence> {
    let by_name = backends::of_host(&server.host).is_some();
    let by_port = server.port.and_then(backends::of_port).is_some();
    if by_name && (by_port || backends::is_internal(&server.host)) {
        return Some(Confidence::Sure);
    }
    let is_other = server.is_local() || backends::is_documentation(&server.host);
    (by_name || by_port && !is_other).then_some(Confidence::Likely)
}
