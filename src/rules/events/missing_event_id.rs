//! Events without an id of their own.

use crate::link::World;
use crate::rules::{Out, lacks_field};

/// Judges payloads and headers of events.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    lacks_field(
        world,
        out,
        "event_id",
        "make it a required string of the payload; consumers tell doubles by it",
    );
}
