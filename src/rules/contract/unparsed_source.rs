//! Source that is no Rust as a whole.

use crate::link::World;
use crate::rules::Out;

/// Reports each file with the parser's place.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for unparsed in world.facts.unparsed.iter() {
        let (place, reason) = (&unparsed.place, unparsed.reason.as_str());
        let (message, label) = if place.is_whole_file() {
            (format!("the file was not read: {reason}"), "nothing in it was judged")
        } else {
            (format!("the file does not parse: {reason}"), "the parser stopped here; only macros were judged")
        };
        out.find(&*place.path, place, message)
            .label(label)
            .help("mend it, or leave it out under `files.ignore`");
    }
}
