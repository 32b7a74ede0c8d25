//! Metrics the contract wants to see no more.

use crate::link::World;
use crate::rules::Out;

/// Judges every declaration that is deprecated.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for declaration in &world.declared {
        let Some(reason) = &declaration.said.deprecated else { continue };
        for metric in &declaration.emitted {
            let name = metric.exposed.as_str();
            out.find(name, metric.named(), format!("`{name}` is deprecated and still emitted"))
                .label("emitted here")
                .because(world.because(reason))
                .help(reason.as_str());
        }
    }
}
