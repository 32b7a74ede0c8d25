//! Resources that lack what every service says of itself.

use crate::facts::Surface;
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Judges every resource that was seen.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let resource = &world.contract.resource;
    for required in resource.required.iter().flatten() {
        let aliases = resource.aliases.get(&required.value).map_or(&[][..], |names| names.0.as_slice());
        // What the environment may add is no attribute that is missing.
        for seen in world.judged_resources().filter(|seen| !seen.is_open) {
            let known = |name: &str| seen.attributes.contains_key(&*seen.surface.attribute(name));
            if known(&required.value) || aliases.iter().any(|alias| known(alias)) {
                continue;
            }
            let name = required.value.as_str();
            let draft = out
                .find(format!("resource {name}"), &seen.place, format!("the resource has no `{name}`"))
                .label(format!("`{}` is missing or empty", seen.surface.attribute(name)))
                .because(world.because(required))
                .seen(seen.count, [])
                .help(format!(
                    "set `{name}` where the SDK's resource is built, or in `OTEL_RESOURCE_ATTRIBUTES`"
                ));
            if seen.surface == Surface::Source {
                // It may be merged with another one elsewhere.
                draft.level(Level::Warning).confidence(Confidence::Likely);
            }
        }
    }
}
