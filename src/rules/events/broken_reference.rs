//! References in AsyncAPI documents that lead nowhere.

use crate::facts::Kind;
use crate::link::World;
use crate::rules::{Out, dangling};

/// Judges references.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    dangling(world, out, Kind::Asyncapi, &world.contract.events.valid);
}
