//! Levels the contract does not have.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and level.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let levels: Vec<_> = world.contract.logs.levels.iter().flatten().collect();
    let Some(because) = levels.first().map(|level| world.because(level)) else { return };
    let known: Vec<&str> = levels.iter().map(|level| level.as_str()).collect();
    for stream in world.streams() {
        for (level, tally) in &stream.levels {
            let Some(spot) = tally.spot() else { continue };
            let shown =
                if level.is_empty() { "further levels".to_owned() } else { format!("the level `{level}`") };
            out.find(
                "level",
                &spot.place,
                format!("`{}` writes {shown}, which the contract does not have", stream.called()),
            )
            .label("no level of the contract")
            .cause(format!("{} {level}", stream.called()))
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help(format!("levels are {}", known.join(", ")));
        }
    }
}
