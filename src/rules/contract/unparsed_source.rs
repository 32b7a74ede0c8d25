//! Source that is no Rust as a whole.

use crate::link::World;
use crate::rules::Out;

/// Reports each file with the parser's place.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for unparsed in world.facts.unparsed.iter() {
        let path = &*unparsed.place.path;
        out.find(path, &unparsed.place, format!("the file does not parse: {}", unparsed.reason))
            .label("the parser stopped here")
            .help("only the macros in it were judged; mend it, or leave it out under `files.ignore`");
    }
}
