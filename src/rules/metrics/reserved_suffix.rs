//! Suffixes that belong to another kind of metric.

use crate::link::World;
use crate::naming::prometheus;
use crate::rules::Out;

/// Judges every typed metric; `_total` has a rule of its own.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.conventional_names) else { return };
    for metric in &world.metrics {
        let name = metric.name.as_str();
        let Some((range, reserved)) = prometheus::misplaced_suffix(name, metric.kind()) else { continue };
        if reserved.suffix == "_total" {
            continue;
        }
        let (suffix, kind) = (reserved.suffix, metric.kind().as_str());
        out.find(name, &metric.named().part(name, &range), format!("{kind} `{name}` ends in `{suffix}`"))
            .label(format!(
                "belongs to a {}",
                reserved.kinds.first().map_or("another kind", |kind| kind.as_str())
            ))
            .because(because.clone())
            .help("rename it: tools take such a name for a part of another metric");
    }
}
