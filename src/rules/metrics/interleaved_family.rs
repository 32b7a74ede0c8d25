//! Lines of one family between those of others.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::Interleaved) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("the lines of `{name}` do not stand together: {}", spot.note))
            .label("here they go on")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("write all lines of a family in one group");
    }
}
