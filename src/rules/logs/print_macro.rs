//! Services that print past their logger.

use std::collections::BTreeSet;

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges the code of services.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks_for_json() else { return };
    // What a program prints that a person runs is its result.
    let results: BTreeSet<&str> = world
        .services()
        .filter(|service| service.is_command_line)
        .map(|service| &*service.artifact)
        .collect();
    for practice in [Practice::Prints, Practice::PrintsForDebugging] {
        let is_result = |artifact: &str| practice == Practice::Prints && results.contains(artifact);
        for printed in
            world.practised(practice).filter(|printed| printed.in_service && !is_result(&printed.artifact))
        {
            let by = printed.by.as_str();
            out.find(by, &printed.place, format!("`{by}` in a service writes a line that is no record"))
                .label("no level, no field, no correlation id")
                .cause(format!("{} {by}", printed.place.path))
                .because(because.clone())
                .help("log it with `tracing`, with values as fields");
        }
    }
}
