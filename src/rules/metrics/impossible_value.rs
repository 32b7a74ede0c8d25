//! Values that their kind can't have.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = ("can't be", "count up from zero, or use a gauge");
    odd(world, out, Oddity::ImpossibleValue, said, |name, note| {
        format!("`{name}` has an impossible value: {note}")
    });
}
