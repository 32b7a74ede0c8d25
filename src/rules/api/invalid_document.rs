//! OpenAPI documents that break the specification.

use crate::facts::Kind;
use crate::link::World;
use crate::rules::{Out, malformed};

/// Judges what the reader found malformed.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    malformed(world, out, Kind::Openapi, &world.contract.api.valid);
}
