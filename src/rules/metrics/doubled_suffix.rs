//! Suffixes that an exporter appended although they were there.

use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::naming::prometheus;
use crate::rules::Out;

/// Judges the name Prometheus stores.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let metrics = &world.contract.metrics;
    let Some(because) =
        world.asks(&metrics.counters_end_in_total).or_else(|| world.asks(&metrics.base_units))
    else {
        return;
    };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        let (range, message, sure) = if let Some(doubled) = prometheus::doubled_suffix(name) {
            // `_total_bytes_total` is what an exporter makes of a name with `_total`, or somebody's own choice of words.
            let adjacent = doubled.range.len() == 2 * doubled.suffix.len() + 1;
            if !adjacent && world.is_foreign(metric) {
                continue;
            }
            (doubled.range, format!("`{name}` has the suffix `_{}` twice", doubled.suffix), adjacent)
        } else if let Some(range) = prometheus::ratio_on_counter(name, metric.kind()) {
            (range, format!("counter `{name}` is called a ratio"), true)
        } else {
            continue;
        };
        let draft = out
            .find(name, &metric.named().part(name, &range), message)
            .label("appended by the exporter")
            .because(because.clone())
            .help("register the metric without the suffix that its exporter appends");
        if !sure {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
}
