//! Events that do not say whose they are.

use crate::link::World;
use crate::rules::{Out, lacks_field};

/// Judges payloads and headers of events.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    lacks_field(world, out, "org_id", "add it to the payload where the publisher knows it");
}
