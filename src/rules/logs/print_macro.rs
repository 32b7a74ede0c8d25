//! Services that print past their logger.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges the code of services.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_json() else { return };
    for practice in [Practice::Prints, Practice::PrintsForDebugging] {
        for printed in world.practised(practice).filter(|printed| printed.in_service) {
            let by = printed.by.as_str();
            out.find(by, &printed.place, format!("`{by}` in a service writes a line that is no record"))
                .label("no level, no field, no correlation id")
                .cause(format!("{} {by}", printed.place.path))
                .because(because.clone())
                .help("log it with `tracing`, with values as fields");
        }
    }
}
