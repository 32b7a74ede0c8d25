//! Calls of external systems outside a span.

use crate::facts::Action;
use crate::link::World;
use crate::link::programs::bareness;
use crate::rules::Out;

/// Judges every call of Stripe and all work over SSH.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for operation in world.operations(|action| !action.is_messaging()) {
        let (Some(because), Some(confidence)) = (world.asks_for_span(operation.action), bareness(operation))
        else {
            continue;
        };
        let (function, call) = (operation.function.as_str(), operation.call.as_str());
        let what = if operation.action == Action::Stripe { "calls Stripe" } else { "works over SSH" };
        out.find(function, &operation.place, format!("`{function}` {what} (`{call}`) outside a span"))
            .label("no span is open here")
            .because(because)
            .confidence(confidence)
            .help("give it a client span: `#[instrument(skip_all, fields(otel.kind = \"client\"))]`");
    }
}
