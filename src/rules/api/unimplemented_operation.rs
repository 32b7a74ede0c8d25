//! Operations that no code answers.

use crate::link::World;
use crate::rules::Out;

/// Judges operations, where code that serves the rest of the document was read.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.api.documented).filter(|_| world.whole) else { return };
    for operation in world.unimplemented_operations() {
        let name = format!("{} {}", operation.method, operation.path);
        out.find(name.as_str(), &operation.place, format!("no route answers `{name}`"))
            .label("described, and not served")
            .because(because.clone())
            .help("serve it, or take it out of the document");
    }
}
