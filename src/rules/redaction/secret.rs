//! Secrets, tokens and private keys in telemetry.

use crate::detect::card::Class;
use crate::link::World;
use crate::rules::{Out, sighted};

/// Reports what detectors of secrets saw, by service, field and detector.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let help = "take it out of what is logged, and replace the secret: who reads logs has read it";
    sighted(world, out, Class::Secret, help);
}
