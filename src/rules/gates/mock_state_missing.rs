//! Panels of the mock that do not describe a state, and panels without a row.

use crate::link::World;
use crate::link::gates::Fault;
use crate::rules::{Out, lacking};

/// Judges the state matrix.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    lacking(
        world,
        out,
        |fault| fault == Fault::NoState,
        "say in its cell what is shown then, `n/a: why` where the state can't be; add the row or column where there is none",
    );
}
