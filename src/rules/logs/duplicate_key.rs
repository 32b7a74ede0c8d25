//! The same key twice in one object.

use crate::contract::fields::LogFormat;
use crate::facts::Kind;
use crate::link::World;
use crate::rules::Out;

/// Reports it by log.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(format) = world.contract.logs.format.as_ref().filter(|format| format.value == LogFormat::Json)
    else {
        return;
    };
    for fault in world.faults(Kind::Logs).filter(|fault| fault.code == "duplicate-key") {
        let Some(spot) = fault.seen.spot() else { continue };
        out.find(&*fault.artifact, &spot.place, format!("{} in one object", spot.note))
            .label("which of the two counts, each reader decides for itself")
            .because(world.because(format))
            .seen(fault.seen.count, fault.seen.also())
            .help("name the event's own field differently from those the logger adds");
    }
}
