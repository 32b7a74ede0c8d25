//! Durations in anything but seconds.

use crate::facts::Metric;
use crate::finding::{Because, Confidence, Level};
use crate::link::World;
use crate::naming::units::{self, UnitRole};
use crate::rules::Out;

/// Units in which people think of ages and settings: no instrument records them, so somebody may mean them.
const OF_PEOPLE: [&str; 4] = ["hours", "days", "weeks", "months"];

/// Judges the unit at the end of each name.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.durations_in_seconds) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        recorded(out, metric, &because);
        let Some(unit) = units::duration_not_in_seconds(name) else { continue };
        let draft = out
            .find(
                name,
                &metric.named().part(name, &unit.range),
                format!("`{name}` is a duration in {}, not in seconds", unit.full),
            )
            .label(format!("`{}`", unit.found))
            .because(because.clone())
            .help(format!("record seconds and rename it to `{}`", renamed(name, &unit)));
        if OF_PEOPLE.contains(&unit.full) {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
}

fn renamed(name: &str, unit: &units::UnitWord<'_>) -> String {
    let (head, tail) = (name.get(..unit.range.start), name.get(unit.range.end..));
    format!("{}seconds{}", head.unwrap_or_default(), tail.unwrap_or_default())
}

/// Source code that records another unit than the name says.
fn recorded(out: &mut Out<'_>, metric: &Metric, because: &Because) {
    let name = metric.exposed.as_str();
    let says_seconds =
        units::unit_words(name).any(|(unit, role)| unit.full == "seconds" && role == UnitRole::Suffix);
    for (unit, seen) in metric.recorded.iter().filter(|(unit, _)| says_seconds && *unit != "seconds") {
        let Some(spot) = seen.spot() else { continue };
        out.find(name, &spot.place, format!("`{name}` is given {unit}"))
            .label(unit.as_str())
            .cause(format!("{name} {unit}"))
            .because(because.clone())
            .seen(seen.count, seen.also())
            .help("record seconds: `as_secs_f64()`");
    }
}
