//! HELP, TYPE or UNIT a second time.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::DuplicateMetadata) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("`{name}` has {}", spot.note))
            .label("one of each is allowed")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("write HELP and TYPE once, before the first sample");
    }
}
