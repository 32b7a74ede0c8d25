//! HTTP servers whose requests get no span.

use crate::link::World;
use crate::rules::Out;

/// Judges every service that starts a server.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.traces.http_root_span) else { return };
    for service in world.services() {
        let Some(server) = &service.untraced_server else { continue };
        let name = service.name.as_str();
        out.find(name, server, format!("requests to `{name}` get no root span"))
            .label("no trace layer around it, no span in its handlers")
            .because(because.clone())
            .help("add a layer that makes one, such as `TraceLayer::new_for_http().make_span_with(…)`");
    }
}
