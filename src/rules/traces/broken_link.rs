//! Messages that leave without the context of their trace, so that what they set off begins a trace of its own.

use crate::facts::{Action, Cover, Practice};
use crate::finding::Confidence;
use crate::link::World;
use crate::rules::Out;

/// Judges what sends, and what receives.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for operation in world.operations(Action::is_messaging) {
        let Some(because) = world.asks_for_span(operation.action) else { continue };
        // What has no span has no context to send.
        if operation.carries_context != Some(false) || operation.cover == Cover::Bare {
            continue;
        }
        let (function, call) = (operation.function.as_str(), operation.call.as_str());
        let (message, label, help) = match operation.action {
            Action::Subscribe => (
                format!("`{function}` receives messages, and nothing takes the trace from their headers"),
                "begins a trace of its own for each",
                "extract the context from the message's headers and set it as the parent of the span",
            ),
            _ if call.contains("headers") => (
                format!("`{function}` sends a message, and nothing puts the trace into its headers"),
                "the receiver begins a trace of its own",
                "inject the context of the span into the headers: `propagator.inject_context(…)`",
            ),
            _ => (
                format!("`{function}` sends a message without headers, and so without the trace"),
                "the receiver begins a trace of its own",
                "send headers with the context of the span in them (`publish_with_headers`, `request_with_headers`)",
            ),
        };
        let confidence = if operation.is_sure { Confidence::Likely } else { Confidence::Guess };
        out.find(function, &operation.place, message)
            .label(label)
            .cause(format!("{function} {}", operation.action.name()))
            .because(because)
            .confidence(confidence)
            .help(help);
    }
    let Some(because) = world.asks_for_span(Action::Publish) else { return };
    for practised in world.practised(Practice::PropagatesNothing) {
        let service = practised.by.as_str();
        out.find(service, &practised.place, format!("`{service}` uses the global propagator, and sets none"))
            .label("puts nothing into headers, and takes nothing out")
            .because(because.clone())
            .help("set one beside the tracer provider: `global::set_text_map_propagator(TraceContextPropagator::new())`");
    }
}
