//! The operations page without a mock that has a state matrix.

use crate::link::World;
use crate::link::gates::Fault;
use crate::rules::{Out, lacking};

/// Judges the gate of the mock.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let help = "draw the page in a document that `gates.ux_mock.documents` matches, with a table below a heading `State matrix`: a row for each panel, a column for each state";
    lacking(world, out, |fault| fault == Fault::NoMock, help);
}
