//! Names that become one name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::facts::Metric;
use crate::link::World;
use crate::naming::prometheus;
use crate::rules::Out;

/// Judges all names at once.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.conventional_names) else { return };
    // The later name collides with the earlier one.
    let mut metrics = world.metrics.clone();
    metrics.sort_by(|a, b| a.named().cmp(b.named()));
    let mut translated: BTreeMap<Cow<'_, str>, &Metric> = BTreeMap::new();
    for metric in metrics {
        let name = metric.exposed.as_str();
        let key = prometheus::normalised(name);
        let twin = *translated.entry(key.clone()).or_insert(metric);
        if twin.exposed == name {
            continue;
        }
        let other = twin.exposed.as_str();
        out.find(name, metric.named(), format!("`{name}` and `{other}` become one name, `{key}`"))
            .label(format!("the same as `{other}` once translated"))
            .because(because.clone())
            .seen(1, [twin.named().clone()])
            .help("give one of them another name");
    }
}
