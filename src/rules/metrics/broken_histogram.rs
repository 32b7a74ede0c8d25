//! Histograms whose buckets, count and sum can't be true together.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = (
        "this can't be",
        "expose buckets that rise, end in `+Inf`, and agree with `_count`; a client library does it right",
    );
    odd(world, out, Oddity::BrokenHistogram, said, |name, note| {
        format!("histogram `{name}` is broken: {note}")
    });
}
