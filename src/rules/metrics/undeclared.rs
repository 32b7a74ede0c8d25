//! Metrics a closed contract does not know.

use crate::contract::load::closest;
use crate::link::World;
use crate::rules::Out;

/// Judges every metric where the contract is closed.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(closed) = world.contract.metrics.closed.as_ref().filter(|closed| closed.value) else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        if !world.is_foreign(metric) && world.declaration(metric).is_none() {
            let known = world.declared.iter().map(|declaration| declaration.exposed.as_str());
            let help = match closest(name, known) {
                Some(near) => format!("did you mean `{near}`? otherwise declare it under `metrics.declared`"),
                None => "declare it under `metrics.declared`, or stop emitting it".to_owned(),
            };
            out.find(name, metric.named(), format!("`{name}` is not declared"))
                .label("not in the contract")
                .because(world.because(closed))
                .help(help);
        }
    }
}
