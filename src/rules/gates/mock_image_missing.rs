//! Pictures of the mock that do not exist.

use crate::link::World;
use crate::link::gates::Fault;
use crate::rules::{Out, lacking};

/// Judges pictures whose files are looked for in the repository.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    lacking(
        world,
        out,
        |fault| fault == Fault::NoImage,
        "add the file, or correct the path; it is relative to the document",
    );
}
