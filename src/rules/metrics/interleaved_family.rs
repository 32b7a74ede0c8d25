//! Lines of one family between those of others.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = ("here they go on", "write all lines of a family in one group");
    odd(world, out, Oddity::Interleaved, said, |name, note| {
        format!("the lines of `{name}` do not stand together: {note}")
    });
}
