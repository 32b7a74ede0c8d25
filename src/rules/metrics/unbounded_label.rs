//! Labels the contract forbids, since their values have no bound.

use crate::link::World;
use crate::rules::Out;

/// Judges the label names of every metric.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for forbidden in world.contract.metrics.labels.forbid.iter().flatten() {
        for metric in &world.metrics {
            // A resource is described once a process.
            if metric.exposed == "target_info" {
                continue;
            }
            let name = metric.name.as_str();
            if let Some((label, seen)) = metric.labels.get_key_value(&forbidden.value) {
                let message = format!("`{name}` has the label `{label}`, which has no bound");
                out.find(format!("{name}{{{label}}}"), &seen.place, message)
                    .label("one series for each value")
                    .because(world.because(forbidden))
                    .seen(seen.samples, [])
                    .help(format!("drop `{label}`; ids belong in spans and logs"));
            }
        }
    }
}
