//! Histograms whose buckets, count and sum can't be true together.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::BrokenHistogram) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("histogram `{name}` is broken: {}", spot.note))
            .label("this can't be")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("expose buckets that rise, end in `+Inf`, and agree with `_count`; a client library does it right");
    }
}
