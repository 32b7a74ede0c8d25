//! Identifiers in the text of messages.

use crate::finding::Confidence;
use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and template.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.requires_on_logs("message") else { return };
    for stream in world.streams() {
        for (template, message) in &stream.messages {
            let Some(spot) = message.seen.spot() else { continue };
            let shapes: Vec<&str> = message.shapes.iter().map(|shape| shape.called()).collect();
            let what = if message.only_numbers { "a long number".to_owned() } else { shapes.join(" and ") };
            let shown = if template.is_empty() { String::new() } else { format!(": \"{template}\"") };
            // A long number may be an amount.
            let confidence = if message.only_numbers { Confidence::Guess } else { Confidence::Likely };
            out.find(
                "message",
                &spot.place,
                format!("a message of `{}` holds {what}{shown}", stream.called()),
            )
            .label("a new message for each one")
            .cause(format!("{} {template}", stream.called()))
            .because(because.clone())
            .confidence(confidence)
            .seen(message.seen.count, message.seen.also())
            .help("keep the message constant, and write the identifier into a field of its own");
        }
    }
}
