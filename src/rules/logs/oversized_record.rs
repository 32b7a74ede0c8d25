//! Records that are longer than log stores take.

use crate::facts::Kind;
use crate::link::World;
use crate::rules::Out;

/// Reports them by log.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(most) = &world.contract.logs.max_record_bytes else { return };
    for fault in world.faults(Kind::Logs).filter(|fault| fault.code == "oversized-record") {
        let Some(spot) = fault.seen.spot() else { continue };
        let message = format!("a record has {}, {} are allowed", spot.note, most.value);
        out.find(&*fault.artifact, &spot.place, message)
            .label("the store refuses or cuts it")
            .because(world.because(most))
            .seen(fault.seen.count, fault.seen.also())
            .help("log what a person needs to find the payload, not the payload");
    }
}
