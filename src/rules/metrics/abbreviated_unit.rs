//! A unit that is not written out.

use crate::link::World;
use crate::naming::units;
use crate::rules::Out;

/// Judges the words of each name; time units at its end have a rule of their own.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.base_units) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        let Some(unit) = units::abbreviated_unit(name) else { continue };
        if units::duration_not_in_seconds(name).is_some_and(|time| time.range == unit.range) {
            continue;
        }
        out.find(name, &metric.named().part(name, &unit.range), format!("`{name}` abbreviates its unit"))
            .label(format!("`{}`", unit.found))
            .because(because.clone())
            .help(format!("write `{}`", unit.base));
    }
}
