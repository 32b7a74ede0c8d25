//! Log messages that values are formatted into.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges the code of services, file by file.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_json() else { return };
    for formatted in world.practised(Practice::InterpolatesMessages).filter(|formatted| formatted.in_service)
    {
        let by = formatted.by.as_str();
        out.find(by, &formatted.place, format!("`{by}` formats a value into its message"))
            .label("no query finds the value")
            .cause(&*formatted.place.path)
            .because(because.clone())
            .help("keep the message constant and write the value as a field: `info!(lines, \"order accepted\")`");
    }
}
