//! Ways to be let in to the ops page that are too weak.

use crate::contract::WeakAccess;
use crate::facts::{Kind, SchemeKind};
use crate::link::World;
use crate::rules::Out;

/// Judges the schemes of operations of the ops page, and the servers of their documents.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let listed = || world.contract.api.weak.iter().flatten();
    let asked = |weak: WeakAccess| listed().find(|said| said.value == weak);
    for operation in world.ops_operations() {
        let name = format!("{} {}", operation.method, operation.path);
        for demand in operation.alternatives.iter().flat_map(|alternative| &alternative.demands) {
            let (weak, what, help) = match demand.kind {
                Some(SchemeKind::Basic) => (
                    WeakAccess::Basic,
                    "name and password go with every request",
                    "use OAuth 2, OpenID Connect or a bearer token that expires",
                ),
                Some(SchemeKind::KeyInQuery) => (
                    WeakAccess::KeyInQuery,
                    "the key stands in the address, which proxies log",
                    "send the key in a header, or use a token that expires",
                ),
                _ => continue,
            };
            let Some(said) = asked(weak) else { continue };
            let message = format!("`{name}` can be called with `{}`: {what}", demand.scheme);
            out.find(demand.scheme.as_str(), &demand.scheme_place, message)
                .label("weak")
                .because(world.because(said))
                .help(help);
        }
    }
    let Some(said) = asked(WeakAccess::Http) else { return };
    let documents: Vec<_> = world.ops_operations().map(|operation| &operation.artifact).collect();
    let servers = world.facts.servers.iter().filter(|server| {
        server.kind == Kind::Openapi && server.protocol == "http" && !server.is_aside && !server.is_local()
    });
    for server in servers.filter(|server| documents.iter().any(|document| **document == server.place.path)) {
        let message = format!("operations of the ops page are served without TLS, by `{}`", server.host);
        out.find(server.host.as_str(), &server.place, message)
            .label("an address without TLS")
            .because(world.because(said))
            .help("serve the API by `https`, and drop this address");
    }
}
