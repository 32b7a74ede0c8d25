//! Values that their kind can't have.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::ImpossibleValue) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("`{name}` has an impossible value: {}", spot.note))
            .label("can't be")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("count up from zero, or use a gauge");
    }
}
