//! Guards of entered spans that live over an `.await`.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges async code.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_spans() else { return };
    for held in world.practised(Practice::AwaitsInSpan) {
        let (guard, place) = (held.by.as_str(), &held.place);
        // Each has to be mended where it stands.
        out.find(guard, place, format!("the span's guard `{guard}` lives over an `.await`"))
            .label("entered here")
            .cause(format!("{}:{}", place.path, place.line))
            .because(because.clone())
            .help("put the span around the future instead: `.instrument(span).await`");
    }
}
