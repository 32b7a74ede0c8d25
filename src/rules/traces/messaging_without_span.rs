//! Messages sent or received outside a span.

use crate::facts::Action;
use crate::link::World;
use crate::link::programs::bareness;
use crate::rules::Out;

/// Judges every operation on the message bus.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for operation in world.operations(Action::is_messaging) {
        let (Some(because), Some(confidence)) = (world.asks_for_span(operation.action), bareness(operation))
        else {
            continue;
        };
        let what = match operation.action {
            Action::Subscribe => "receives messages",
            Action::Request => "asks over the message bus",
            _ => "sends a message",
        };
        let function = operation.function.as_str();
        out.find(function, &operation.place, format!("`{function}` {what} outside a span"))
            .label("no span is open here")
            .cause(format!("{function} {}", operation.action.name()))
            .because(because)
            .confidence(confidence)
            .help("put `#[instrument]` on the function, or the call into a span: `.instrument(span).await`");
    }
}
