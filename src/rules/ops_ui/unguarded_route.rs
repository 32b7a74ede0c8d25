//! Routes of the operations page that anybody may call.

use crate::link::World;
use crate::naming::routes::is_within;
use crate::rules::Out;

/// Judges routes below the page's.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(ops) = &world.contract.ops_ui.route else { return };
    let roles = &world.contract.ops_ui.roles;
    for route in world.facts.routes.iter().filter(|route| !route.is_guarded && is_within(&route.path, ops)) {
        let clause = roles.iter().flatten().next().unwrap_or(ops);
        out.find(route.path.as_str(), &route.place, format!("nothing guards the route `{}`", route.path))
            .label("no layer and no argument of its handler asks who calls")
            .because(world.because(clause))
            .help("put it into the router whose layer asks for the role, or take the role as an argument");
    }
}
