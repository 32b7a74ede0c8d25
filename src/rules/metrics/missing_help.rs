//! Metrics nobody explained.

use crate::link::World;
use crate::rules::Out;

/// Judges every family.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.help) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        let (place, label) = match &metric.help {
            None => (metric.named(), "no HELP for it"),
            Some(help) if !help.value => (&help.place, "HELP is empty"),
            Some(_) => continue,
        };
        out.find(name, place, format!("`{name}` has no help text"))
            .label(label)
            .because(because.clone())
            .help("say in one sentence what it measures");
    }
}
