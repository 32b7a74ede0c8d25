//! Two units in one name, or one thing in two units.

use std::collections::BTreeMap;

use crate::facts::Metric;
use crate::finding::Confidence;
use crate::link::World;
use crate::naming::dimension::Dimension;
use crate::naming::units::{self, UnitRole, UnitWord};
use crate::rules::Out;

/// Judges each name, then the names that differ only in the unit.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.base_units) else { return };
    let mut stems: BTreeMap<(String, Dimension), Vec<(&Metric, UnitWord<'_>)>> = BTreeMap::new();
    for metric in world.metrics.iter().copied() {
        let name = metric.exposed.as_str();
        if let Some(both) = units::contradicting_units(name) {
            let message = format!("`{name}` says both `{}` and `{}`", both.first.found, both.second.found);
            let place = metric.named().part(name, &(both.first.range.start..both.second.range.end));
            out.find(name, &place, message)
                .label("which one?")
                .because(because.clone())
                .help("keep the unit that is recorded")
                .confidence(if both.adjacent { Confidence::Sure } else { Confidence::Guess });
        } else if let Some((unit, _)) =
            units::unit_words(name).filter(|(_, role)| *role == UnitRole::Suffix).last()
        {
            let (head, tail) = (name.get(..unit.range.start), name.get(unit.range.end..));
            let stem = format!("{}\u{0}{}", head.unwrap_or_default(), tail.unwrap_or_default());
            stems.entry((stem, unit.dimension)).or_default().push((metric, unit));
        }
    }
    for twins in stems.values() {
        let Some(((first, unit), rest)) = twins.split_first() else { continue };
        for (metric, other) in rest.iter().filter(|(_, other)| other.full != unit.full) {
            let (name, twin) = (metric.exposed.as_str(), first.exposed.as_str());
            out.find(
                name,
                &metric.named().part(name, &other.range),
                format!("`{name}` and `{twin}` measure one thing in two units"),
            )
            .label(format!("`{twin}` is in {}", unit.full))
            .because(because.clone())
            .help(format!("expose it once, in {}", other.base))
            .seen(1, [first.named().clone()]);
        }
    }
}
