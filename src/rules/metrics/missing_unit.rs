//! Quantities without a unit.

use crate::link::World;
use crate::naming::quantity;
use crate::rules::Out;

/// Judges names that say what is measured but not in what.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.base_units) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        if metric.is_info()
            || world.is_foreign(metric)
            || metric.unit.as_ref().is_some_and(|unit| !unit.value.is_empty())
        {
            continue;
        }
        let Some((range, dimension)) = quantity::missing_unit(name) else { continue };
        let unit = dimension.base_unit().unwrap_or("its unit");
        out.find(name, &metric.named().part(name, &range), format!("`{name}` does not say its unit"))
            .label(format!("in {unit}?"))
            .because(because.clone())
            .help(format!("end the name in the unit, such as `_{unit}`"));
    }
}
