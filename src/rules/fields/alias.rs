//! Other spellings of the contract's fields.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and spelling.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(field) = world.contract.fields.get(name) else { continue };
            for (alias, tally) in &used.aliases {
                let said = field.aliases.iter().flatten().find(|said| said.value == *alias);
                let (Some(said), Some(spot)) = (said, tally.spot()) else { continue };
                out.find(
                    name.as_str(),
                    &spot.place,
                    format!("`{}` writes `{alias}` for `{name}`", stream.called()),
                )
                .label(format!("`{name}` in the contract"))
                .cause(format!("{} {alias}", stream.called()))
                .because(world.because(said))
                .seen(tally.count, tally.also())
                .help(format!("call it `{name}`, so that one query finds it everywhere"));
            }
        }
    }
}
