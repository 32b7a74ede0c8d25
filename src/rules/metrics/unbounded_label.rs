//! Labels the contract forbids, since their values have no bound.

use crate::link::World;
use crate::rules::Out;

/// Judges the label names of every metric.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    // A resource is described once a process.
    for metric in world.metrics.iter().filter(|metric| metric.exposed != "target_info") {
        let name = metric.name.as_str();
        for (label, seen) in &metric.labels {
            let Some(forbidden) = world.forbidden(label) else { continue };
            let message = format!("`{name}` has the label `{label}`, which has no bound");
            out.find(format!("{name}{{{label}}}"), &seen.place, message)
                .label("one series for each value")
                .because(world.because(forbidden))
                .seen(seen.samples, [])
                .help(format!("drop `{label}`; ids belong in spans and logs"));
        }
    }
}
