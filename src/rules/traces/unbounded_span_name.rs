//! Names of spans that are built from values.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges what source code builds names from.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_spans() else { return };
    for built in world.practised(Practice::BuildsSpanNames) {
        out.find(built.by.as_str(), &built.place, format!("the name of a span holds {}", built.by))
            .label("a name for each value")
            .cause(format!("{} {}", built.place.path, built.by))
            .because(because.clone())
            .help("name the span after the operation or the route, and make the value an attribute");
    }
}
