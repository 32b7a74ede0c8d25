//! A pattern under `files:` that matches no file.

use crate::link::World;
use crate::rules::Out;

/// Reports every pattern that gave no file to any reader.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for pattern in &world.idle_patterns {
        out.find(pattern.as_str(), &pattern.place, format!("`{}` matches no file", pattern.value))
            .label("nothing is read by this")
            .help("correct the pattern (it is relative to the contract's folder) or remove it");
    }
}
