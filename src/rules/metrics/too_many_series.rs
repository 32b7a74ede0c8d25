//! Metrics with more series than the contract allows.

use crate::facts::Metric;
use crate::link::World;
use crate::rules::Out;

/// Counts the series of every family, as Prometheus stores them.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(most) = &world.contract.metrics.max_series else { return };
    for metric in world.metrics.iter().filter(|metric| metric.series > most.value) {
        let (name, count) = (metric.name.as_str(), metric.series);
        out.find(
            name,
            metric.named(),
            format!("`{name}` has {count} series, at most {} are allowed", most.value),
        )
        .label(format!("{count} series"))
        .because(world.because(most))
        .help(format!("drop or bound a label: {}", widest(metric)));
    }
}

/// The labels with most values, which make the series.
fn widest(metric: &Metric) -> String {
    let mut labels: Vec<_> =
        metric.labels.iter().map(|(name, label)| (label.values.distinct(), name)).collect();
    labels.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let shown: Vec<_> =
        labels.iter().take(3).map(|(count, name)| format!("`{name}` has {count} values")).collect();
    shown.join(", ")
}
