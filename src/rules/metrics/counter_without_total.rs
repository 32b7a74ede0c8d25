//! Counters whose name, as Prometheus stores it, does not end in `_total`.

use crate::link::World;
use crate::naming::{MetricKind, prometheus};
use crate::rules::Out;

/// Judges every counter.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.counters_end_in_total) else { return };
    for metric in world.metrics.iter().filter(|metric| metric.kind() == MetricKind::Counter) {
        let name = metric.exposed.as_str();
        if !name.ends_with("_total") {
            out.find(name, metric.named(), format!("counter `{name}` does not end in `_total`"))
                .label("a counter, by its type")
                .because(because.clone())
                .help(format!("rename it to `{}`", prometheus::suggest_counter_name(name)));
        }
    }
}
