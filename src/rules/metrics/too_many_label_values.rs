//! Labels with more values than the contract allows.

use crate::link::World;
use crate::rules::Out;

/// Counts the values of every label.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let labels = &world.contract.metrics.labels;
    // A resource is described once a process, whatever its ids.
    for metric in world.metrics.iter().filter(|metric| metric.exposed != "target_info") {
        let name = metric.name.as_str();
        for (label, seen) in &metric.labels {
            let own = labels.known.get(label).and_then(|known| known.max_values.as_ref());
            let Some(most) = own.or(labels.max_values.as_ref()) else { continue };
            let count = seen.values.distinct();
            if count > most.value {
                let about = if seen.values.is_exact() { "" } else { "about " };
                let message = format!(
                    "label `{label}` of `{name}` has {about}{count} values, at most {} are allowed",
                    most.value
                );
                out.find(format!("{name}{{{label}}}"), &seen.place, message)
                    .label(format!("{about}{count} different values"))
                    .because(world.because(most))
                    .help(format!("label with something bounded, or set a bound of its own in `metrics.labels.known.{label}`"));
            }
        }
    }
}
