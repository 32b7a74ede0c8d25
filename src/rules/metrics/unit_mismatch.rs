//! Values that don't fit the unit in the name.

use crate::link::World;
use crate::naming::MetricKind;
use crate::naming::units::{self, UnitRole};
use crate::rules::Out;

/// The time in milliseconds since 1970, about 2001 to 2128.
const EPOCH_MILLISECONDS: std::ops::Range<f64> = 1.0e12..5.0e12;

/// Judges bounds and values by their size; they never prove a unit, so findings are likely at most.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let metrics = &world.contract.metrics;
    for metric in world.metrics.iter().filter(|metric| !world.is_foreign(metric)) {
        let name = metric.name.as_str();
        let Some((unit, _)) = units::unit_words(name).filter(|(_, role)| *role == UnitRole::Suffix).last()
        else {
            continue;
        };
        let magnitude = &metric.magnitude;
        let largest = magnitude.largest.unwrap_or_default();
        let (duty, label, help) = match (unit.found, metric.kind()) {
            ("seconds", MetricKind::Histogram) if made_for_milliseconds(&magnitude.bounds) => (
                &metrics.durations_in_seconds,
                "these buckets are made for milliseconds".to_owned(),
                "record seconds, and set bounds in seconds, such as 0.005 to 10",
            ),
            ("seconds", MetricKind::Gauge) if EPOCH_MILLISECONDS.contains(&largest) => (
                &metrics.durations_in_seconds,
                format!("{largest} is a time in milliseconds"),
                "divide by 1000",
            ),
            ("ratio", MetricKind::Gauge) if largest > 5.0 && !may_exceed_one(name) => {
                (&metrics.base_units, format!("{largest} is no share of a whole"), "divide percent by 100")
            }
            _ => continue,
        };
        let Some(because) = world.asks(duty) else { continue };
        out.find(
            name,
            &metric.named().part(name, &unit.range),
            format!("values of `{name}` do not look like {}", unit.full),
        )
        .label(label)
        .because(because)
        .help(help);
    }
}

/// Bounds such as 5, 10, 25 ... 10000 (OpenTelemetry's default for milliseconds): whole steps of 1, 2, 2.5, 5, 7.5 in
/// each power of ten, from 25 or less to 5000 or more. Bounds in seconds of that size are minutes and hours: 60, 3600.
fn made_for_milliseconds(bounds: &[f64]) -> bool {
    let bounds: Vec<f64> = bounds.iter().copied().filter(|bound| *bound > 0.0).collect();
    let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else { return false };
    let is_step = |bound: &f64| {
        let power = 10f64.powf(bound.log10().floor());
        bound.fract() == 0.0
            && [1.0, 2.0, 2.5, 5.0, 7.5].iter().any(|step| (bound / power - step).abs() < 1e-9)
    };
    *first <= 25.0 && *last >= 5000.0 && bounds.iter().all(is_step)
}

/// Ratios of two quantities, not of a part to its whole. Little above 1 proves nothing either: a share may round, and a
/// factor of replication is called a ratio too.
fn may_exceed_one(name: &str) -> bool {
    ["compression_ratio", "amplification_ratio", "overcommit_ratio"].iter().any(|ratio| name.ends_with(ratio))
}
