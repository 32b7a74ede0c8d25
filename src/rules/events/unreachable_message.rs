//! Messages that no channel carries.

use std::collections::BTreeSet;

use crate::link::World;
use crate::rules::Out;

/// Judges messages of documents that have channels.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.events.documented) else { return };
    let carried: BTreeSet<_> = world.carried_events().map(|event| &event.place).collect();
    let with_channels: BTreeSet<_> = world.carried_events().map(|event| &event.artifact).collect();
    for event in world.facts.events.iter().filter(|event| event.address.is_none()) {
        // A library of messages is for other documents, and another document may carry this one.
        if carried.contains(&event.place)
            || !with_channels.contains(&event.artifact)
            || !world.is_whole_document(&event.artifact)
        {
            continue;
        }
        let name = event.called();
        out.find(name, &event.place, format!("no channel carries the message `{name}`"))
            .label("described, and reached by nothing")
            .because(because.clone())
            .help("add it to its channel, or take it out");
    }
}
