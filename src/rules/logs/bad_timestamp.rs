//! Timestamps that are none.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and by what is wrong.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.requires_on_logs("timestamp") else { return };
    for stream in world.streams() {
        for (wrong, tally) in &stream.timestamps {
            let Some(spot) = tally.spot() else { continue };
            out.find(
                "timestamp",
                &spot.place,
                format!("`{}` has a timestamp that can't be read: {wrong}", stream.called()),
            )
            .label("no time that a log store can read")
            .cause(format!("{} {wrong}", stream.called()))
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help("write RFC 3339 in UTC: `2026-11-22T09:12:03.173Z`");
        }
    }
}
