//! Standards whose approval is older than the contract allows.

use crate::link::World;
use crate::link::gates::Fault;
use crate::rules::{Out, lacking};

/// Judges the age of approvals.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    lacking(
        world,
        out,
        |fault| fault == Fault::Stale,
        "look at it again, and give it the day of that decision",
    );
}
