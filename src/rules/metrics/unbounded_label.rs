//! Labels the contract forbids, since their values have no bound.

use crate::facts::Tally;
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Judges the label names of every metric.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    // A resource is described once a process.
    for metric in world.metrics.iter().filter(|metric| metric.exposed != "target_info") {
        let name = metric.name.as_str();
        for (label, seen) in &metric.labels {
            let Some(forbidden) = world.forbidden(label) else {
                valued(world, out, (name, label), &seen.unbounded);
                continue;
            };
            let message = format!("`{name}` has the label `{label}`, which has no bound");
            out.find(format!("{name}{{{label}}}"), &seen.place, message)
                .label("one series for each value")
                .because(world.because(forbidden))
                .seen(seen.samples, [])
                .help(format!("drop `{label}`; ids belong in spans and logs"));
        }
    }
}

/// What source code gives a label that has no bound, whatever the label is called.
fn valued(world: &World<'_>, out: &mut Out<'_>, (name, label): (&str, &str), unbounded: &Tally) {
    let (Some(spot), Some(because)) =
        (unbounded.spot(), world.asks(&world.contract.metrics.labels.no_identifiers))
    else {
        return;
    };
    let message = format!("the label `{label}` of `{name}` is given {}, which has no bound", spot.note);
    out.find(format!("{name}{{{label}}}"), &spot.place, message)
        .label("one series for each value")
        .because(because)
        .seen(unbounded.count, unbounded.also())
        .level(Level::Warning)
        .confidence(Confidence::Likely)
        .help("give it one of a few values, such as the route's pattern or the class of an error");
}
