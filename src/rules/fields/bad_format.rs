//! Values of the contract's fields that are not in their format.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and field.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(format) = world.contract.fields.get(name).and_then(|field| field.format.as_ref()) else {
                continue;
            };
            let Some(spot) = used.malformed.spot() else { continue };
            out.find(name.as_str(), &spot.place, format!("`{name}` of `{}` is no {}", stream.called(), format.called()))
                .label("not in the contract's format")
                .cause(format!("{} {name}", stream.called()))
                .because(world.because(format))
                .seen(used.malformed.count, used.malformed.also())
                .help("make it where the request enters the platform, and hand on what came with it only in this format");
        }
    }
}
