//! Log messages that values are formatted into.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges the code of services, file by file.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_json() else { return };
    for formatted in world.practised(Practice::InterpolatesMessages).filter(|formatted| formatted.in_service)
    {
        let Some(spot) = formatted.seen.spot() else { continue };
        let by = formatted.by.as_str();
        out.find(by, &spot.place, format!("`{by}` formats a value into its message"))
            .label("no query finds the value")
            .cause(&*formatted.file)
            .because(because.clone())
            .seen(formatted.seen.count, formatted.seen.also())
            .help("keep the message constant and write the value as a field: `info!(lines, \"order accepted\")`");
    }
}
