//! Operational events that AsyncAPI does not have.

use crate::link::World;
use crate::rules::Out;

/// Judges operational events that code sends or receives, and those that the contract declares.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for event in world.unspecified_events() {
        let (subject, level, confidence) = (event.name.as_str(), event.level, event.confidence);
        if let Some((first, rest)) = event.ahead.split_first() {
            let message = format!(
                "the operational event `{subject}` was coded before it was specified: no AsyncAPI document has it"
            );
            let draft = out
                .find(subject, first, message)
                .label("depends on an event that is not specified")
                .because(event.because.clone())
                .seen(event.ahead.len() as u64, rest.iter().take(2).cloned())
                .help("specify the channel, the message and its direction first");
            draft.level(level).confidence(confidence);
            continue;
        }
        let Some(place) = &event.place else { continue };
        out.find(subject, place, format!("no AsyncAPI document has the operational event `{subject}`"))
            .label("the event is missing")
            .level(level)
            .confidence(confidence)
            .because(event.because.clone())
            .help("specify the event before it is coded");
    }
}
