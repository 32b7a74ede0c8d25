//! Series of one family with different label names.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::InconsistentLabels) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("series of `{name}` have different labels: {}", spot.note))
            .label("not like the first")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("give every series of a metric the same label names");
    }
}
