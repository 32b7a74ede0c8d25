//! `_total` on something that does not count.

use crate::facts::Surface;
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::naming::MetricKind;
use crate::rules::Out;

/// Judges every typed metric that is no counter.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.counters_end_in_total) else { return };
    for metric in &world.metrics {
        let (name, kind) = (metric.name.as_str(), metric.kind());
        if name.ends_with("_total") && !matches!(kind, MetricKind::Counter | MetricKind::Unknown) {
            let range = name.len() - "_total".len()..name.len();
            let draft = out
                .find(
                    name,
                    &metric.named().part(name, &range),
                    format!("{} `{name}` ends in `_total`", kind.as_str()),
                )
                .label("reads as a counter")
                .because(because.clone())
                .help("drop the suffix, or make it a counter");
            if metric.surface == Surface::Source && kind == MetricKind::Gauge {
                // It may mirror what something else counts.
                draft.level(Level::Warning).confidence(Confidence::Likely);
            }
        }
    }
}
