//! Summaries whose quantiles can't be.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = ("this can't be", "quantiles lie between 0 and 1; a client library does it right");
    odd(world, out, Oddity::BrokenSummary, said, |name, note| format!("summary `{name}` is broken: {note}"));
}
