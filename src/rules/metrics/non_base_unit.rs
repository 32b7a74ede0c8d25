//! Units that are not the base unit of their quantity.

use crate::link::World;
use crate::naming::units::{self, UnitRole, UnitWord};
use crate::rules::Out;

/// Judges the first unit word of each name; time units at its end have a rule of their own.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.base_units) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        let Some(unit) = units::non_base_unit(name).or_else(|| percent(name)) else { continue };
        if units::duration_not_in_seconds(name).is_some_and(|time| time.range == unit.range) {
            continue;
        }
        out.find(
            name,
            &metric.named().part(name, &unit.range),
            format!("`{name}` is in {}, not in {}", unit.found, unit.base),
        )
        .label(format!("base unit: {}", unit.base))
        .because(because.clone())
        .help(help(name, &unit));
    }
}

/// `_percent` at the end: a ratio from 0 to 1 is the base unit.
fn percent(name: &str) -> Option<UnitWord<'_>> {
    let (unit, _) = units::unit_words(name).filter(|(_, role)| *role == UnitRole::Suffix).last()?;
    (unit.found == "percent").then_some(unit)
}

fn help(name: &str, unit: &UnitWord<'_>) -> String {
    let (head, tail) = (name.get(..unit.range.start), name.get(unit.range.end..));
    let what = if unit.base == "ratio" { "a ratio from 0 to 1" } else { unit.base };
    format!(
        "record {what} and rename it to `{}{}{}`",
        head.unwrap_or_default(),
        unit.base,
        tail.unwrap_or_default()
    )
}
