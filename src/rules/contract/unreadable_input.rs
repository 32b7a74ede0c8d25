//! An input that could not be read: named, never passed over in silence.

use crate::link::World;
use crate::rules::Out;

/// Reports every input, or part of one, that was not judged.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for unreadable in world.facts.unreadable.iter() {
        let place = &unreadable.place;
        out.find(&*place.path, place, format!("could not be checked: {}", unreadable.reason))
            .help("mend the file, or leave it out with `files: {ignore: [...]}`");
    }
}
