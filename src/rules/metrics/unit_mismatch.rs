//! Values that don't fit the unit in the name.

use crate::naming::MetricKind;
use crate::naming::units::{self, UnitRole};
use crate::link::World;
use crate::rules::Out;

/// The time in milliseconds since 1970, about 2001 to 2128.
const EPOCH_MILLISECONDS: std::ops::Range<f64> = 1.0e12..5.0e12;

/// Judges bounds and values by their size; they never prove a unit, so findings are likely at most.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let metrics = &world.contract.metrics;
    for metric in &world.metrics {
        let name = metric.name.as_str();
        let Some((unit, _)) = units::unit_words(name).filter(|(_, role)| *role == UnitRole::Suffix).last() else { continue };
        let (Some(smallest), Some(largest)) = (metric.magnitude.smallest, metric.magnitude.largest) else { continue };
        let bounds = metric.magnitude.bounds;
        let (duty, label, help) = match (unit.found, metric.kind()) {
            ("seconds", MetricKind::Histogram)
                if bounds && !metric.magnitude.fractional && smallest <= 25.0 && largest >= 5000.0 =>
            {
                (
                    &metrics.durations_in_seconds,
                    format!("buckets from {smallest} to {largest} are made for milliseconds"),
                    "record seconds, and set bounds in seconds, such as 0.005 to 10",
                )
            }
            ("seconds", MetricKind::Gauge) if EPOCH_MILLISECONDS.contains(&largest) => (
                &metrics.durations_in_seconds,
                format!("{largest} is a time in milliseconds"),
                "divide by 1000",
            ),
            ("ratio", MetricKind::Gauge) if largest > 1.0 && !may_exceed_one(name) => {
                (&metrics.base_units, format!("{largest} is no share of a whole"), "divide percent by 100")
            }
            _ => continue,
        };
        let Some(because) = world.asks(duty) else { continue };
        out.find(name, &metric.named().part(name, &unit.range), format!("values of `{name}` do not look like {}", unit.full))
            .label(label)
            .because(because)
            .help(help);
    }
}

/// Ratios of two quantities, not of a part to its whole.
fn may_exceed_one(name: &str) -> bool {
    ["compression_ratio", "amplification_ratio", "overcommit_ratio"].iter().any(|ratio| name.ends_with(ratio))
}
