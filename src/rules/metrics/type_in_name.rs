//! Names that repeat their type.

use crate::link::World;
use crate::naming::prometheus;
use crate::rules::Out;

/// Judges every typed metric.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.conventional_names) else { return };
    for metric in &world.metrics {
        let name = metric.name.as_str();
        let Some(range) = prometheus::type_in_name(name, metric.kind()) else { continue };
        out.find(name, &metric.named().part(name, &range), format!("`{name}` has its type in its name"))
            .label(format!("it is a {}", metric.kind().as_str()))
            .because(because.clone())
            .help("name what is measured; the type is metadata");
    }
}
