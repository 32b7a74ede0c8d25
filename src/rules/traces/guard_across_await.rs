//! Guards of entered spans that live over an `.await`.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges async code.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for held in world.practised(Practice::AwaitsInSpan) {
        let guard = held.by.as_str();
        let places = held.seen.first.iter().map(|spot| &spot.place);
        // Each has to be mended where it stands; those behind the first places are counted with the last.
        for (at, place) in places.clone().enumerate() {
            let rest = held.seen.count - held.seen.first.len() as u64;
            let count = if at + 1 == held.seen.first.len() { 1 + rest } else { 1 };
            out.find(guard, place, format!("the span's guard `{guard}` lives over an `.await`"))
                .label("entered here")
                .cause(format!("{}:{}", place.path, place.line))
                .because(world.asks(&world.contract.traces.http_root_span))
                .seen(count, [])
                .help("put the span around the future instead: `.instrument(span).await`");
        }
    }
}
