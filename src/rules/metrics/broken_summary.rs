//! Summaries whose quantiles can't be.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(Oddity::BrokenSummary) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, format!("summary `{name}` is broken: {}", spot.note))
            .label("this can't be")
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("quantiles lie between 0 and 1; a client library does it right");
    }
}
