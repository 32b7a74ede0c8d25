//! Attributes of the resource on single records.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and attribute.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let resource = &world.contract.resource;
    for stream in world.streams() {
        for (name, tally) in &stream.misplaced {
            let own = resource.required.iter().flatten().find(|required| required.value == *name);
            let of_alias = || {
                resource.aliases.iter().flat_map(|(.., names)| &names.0).find(|alias| alias.value == *name)
            };
            let (Some(said), Some(spot)) = (own.or_else(of_alias), tally.spot()) else { continue };
            out.find(
                name.as_str(),
                &spot.place,
                format!("`{}` writes `{name}` on each record", stream.called()),
            )
            .label("belongs to the resource")
            .cause(format!("{} {name}", stream.called()))
            .because(world.because(said))
            .seen(tally.count, tally.also())
            .help(format!("set `{name}` once, where the resource is built; it comes with every record"));
        }
    }
}
