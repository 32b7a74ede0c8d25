//! Operations on other systems whose failure leaves their span as it was.

use crate::facts::Cover;
use crate::finding::Confidence;
use crate::link::World;
use crate::rules::Out;

/// Judges operations whose function has a span of its own.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for operation in world.operations(|action| !action.is_messaging()) {
        let Some(because) = world.asks_for_span(operation.action) else { continue };
        if operation.marks_failure != Some(false) || operation.cover != Cover::Spanned {
            continue;
        }
        let (function, call) = (operation.function.as_str(), operation.call.as_str());
        let confidence = if operation.is_sure { Confidence::Likely } else { Confidence::Guess };
        out.find(
            function,
            &operation.place,
            format!("where `{call}` fails, the span of `{function}` does not say so"),
        )
        .label("nothing sets an error status")
        .because(because)
        .confidence(confidence)
        .help("add `err` to `#[instrument]`, or record `otel.status_code = \"ERROR\"` where it fails");
    }
}
