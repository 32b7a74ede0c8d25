//! Names that become one name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::facts::Metric;
use crate::naming::prometheus;
use crate::link::World;
use crate::rules::Out;

/// Judges all names at once.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.conventional_names) else { return };
    let mut translated: BTreeMap<Cow<'_, str>, &Metric> = BTreeMap::new();
    let mut named: Vec<&Metric> = world.by_exposed.values().filter_map(|metrics| metrics.first().copied()).collect();
    // The later one collides with the earlier one.
    named.sort_by(|a, b| a.named().cmp(b.named()));
    for metric in named {
        let name = metric.exposed.as_str();
        let key = prometheus::normalised(name);
        if let Some(twin) = translated.get(&key) {
            let other = twin.exposed.as_str();
            out.find(name, metric.named(), format!("`{name}` and `{other}` become one name, `{key}`"))
                .label(format!("the same as `{other}` once translated"))
                .because(because.clone())
                .seen(1, [twin.named().clone()])
                .help("give one of them another name");
        } else {
            translated.insert(key, metric);
        }
    }
}
