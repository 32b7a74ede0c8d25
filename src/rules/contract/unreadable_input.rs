//! An input that could not be read: named, never passed over in silence.

use crate::facts::Unreadable;
use crate::link::World;
use crate::rules::Out;

/// Reports every input, or part of one, that was not judged.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for unreadable in world.facts.unreadable.iter() {
        let place = &unreadable.place;
        out.find(&*place.path, place, format!("could not be checked: {}", unreadable.reason))
            .help(help(unreadable));
    }
}

fn help(unreadable: &Unreadable) -> &'static str {
    let path = &*unreadable.place.path;
    if path.contains("://") || path.starts_with('<') {
        ""
    } else if unreadable.reason.starts_with("there is no such file") {
        "paths are relative to the working directory; an address begins with `http://`; `telelint help` lists commands"
    } else {
        "mend the file, or leave it out with `files: {ignore: [...]}`"
    }
}
