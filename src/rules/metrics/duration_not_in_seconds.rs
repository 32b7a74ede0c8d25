//! Durations in anything but seconds.

use crate::naming::units;
use crate::link::World;
use crate::rules::Out;

/// Judges the unit at the end of each name, and the declared unit.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.durations_in_seconds) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        let Some(unit) = units::duration_not_in_seconds(name) else { continue };
        out.find(name, &metric.named().part(name, &unit.range), format!("`{name}` is a duration in {}, not in seconds", unit.full))
            .label(format!("`{}`", unit.found))
            .because(because.clone())
            .help(format!("record seconds and rename it to `{}`", renamed(name, &unit)));
    }
}

fn renamed(name: &str, unit: &units::UnitWord<'_>) -> String {
    let (head, tail) = (name.get(..unit.range.start), name.get(unit.range.end..));
    format!("{}seconds{}", head.unwrap_or_default(), tail.unwrap_or_default())
}
