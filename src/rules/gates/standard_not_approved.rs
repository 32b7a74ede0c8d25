//! Standards for telemetry that are not approved.

use crate::link::World;
use crate::link::gates::Fault;
use crate::rules::{Out, lacking};

/// Judges the gate of the standards.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let help = "have it decided, and write the status (`status: accepted`), the day and who decided into the document";
    lacking(world, out, |fault| matches!(fault, Fault::NoStandard | Fault::NotApproved), help);
}
