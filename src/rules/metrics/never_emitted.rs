//! Declared metrics that nothing emits.

use crate::link::World;
use crate::rules::Out;

/// Judges every declaration, where all that could emit it was read.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    if world.metrics.is_empty() || !world.whole {
        return;
    }
    for declaration in &world.declared {
        let idle = declaration.emitted.is_empty();
        // What is declared wrongly can't be found by its name, and what is deprecated should be gone.
        if idle && declaration.conflicts.is_empty() && declaration.said.deprecated.is_none() {
            let name = declaration.exposed.as_str();
            out.find(
                name,
                &declaration.said.name.place,
                format!("`{name}` is declared, and nothing that was read emits it"),
            )
            .label("declared here")
            .help(
                "emit it, or take it out of the contract; a labelled metric shows only after its first use",
            );
        }
    }
}
