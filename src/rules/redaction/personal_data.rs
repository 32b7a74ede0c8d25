//! E-mail addresses, card and account numbers in telemetry.

use crate::detect::card::Class;
use crate::link::World;
use crate::rules::{Out, sighted};

/// Reports what detectors of personal data saw, by service, field and detector.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let help = "log an opaque id instead, or a form of it from which nobody can be told";
    sighted(world, out, Class::Personal, help);
}
