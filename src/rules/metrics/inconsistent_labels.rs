//! Series of one family with different label names.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = ("not like the first", "give every series of a metric the same label names");
    odd(world, out, Oddity::InconsistentLabels, said, |name, note| {
        format!("series of `{name}` have different labels: {note}")
    });
}
