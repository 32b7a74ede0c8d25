//! HELP, TYPE or UNIT a second time.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = ("one of each is allowed", "write HELP and TYPE once, before the first sample");
    odd(world, out, Oddity::DuplicateMetadata, said, |name, note| format!("`{name}` has {note}"));
}
