//! The same series twice in one scrape.

use crate::facts::Oddity;
use crate::link::World;
use crate::rules::{Out, odd};

/// Reports what the reader found odd.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let said = (
        "once more",
        "Prometheus keeps one of them: add the label that tells them apart, or add the values up",
    );
    odd(world, out, Oddity::DuplicateSeries, said, |name, note| {
        format!("`{name}` has a series twice: {note}")
    });
}
