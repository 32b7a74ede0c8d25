//! Routes that are in no OpenAPI document.

use crate::facts::Kind;
use crate::link::World;
use crate::rules::Out;

/// Judges routes of the code, where there is a document at all.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.api.documented) else { return };
    let mut documents = world.descriptions(Kind::Openapi).peekable();
    // What stands in a part that was not read may be there.
    if documents.peek().is_none() || documents.any(|document| !document.is_whole) {
        return;
    }
    for (route, method) in world.undocumented_routes() {
        // What the ops page reads is the matter of a gate.
        if world.is_ops_path(&route.path) {
            continue;
        }
        let name = method.map_or_else(|| route.path.clone(), |method| format!("{method} {}", route.path));
        out.find(name.as_str(), &route.place, format!("`{name}` is in no OpenAPI document"))
            .label("served, and described nowhere")
            .because(because.clone())
            .help("describe the operation, or list the route under `api.undocumented`");
    }
}
