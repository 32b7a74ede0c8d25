//! The same series twice in one scrape.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::DuplicateSeries) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("`{name}` has a series twice: {}", spot.note))
            .label("once more")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("Prometheus keeps one of them: add the label that tells them apart, or add the values up");
    }
}
