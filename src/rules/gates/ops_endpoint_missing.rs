//! Operations that the ops page needs and OpenAPI does not have.

use crate::link::World;
use crate::rules::Out;

/// Judges operations that the contract asks for, and code that is ahead of them.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for endpoint in world.missing_endpoints() {
        let name = endpoint.name.as_str();
        let (because, level, confidence) = (endpoint.because.clone(), endpoint.level, endpoint.confidence);
        if let Some((first, rest)) = endpoint.ahead.split_first() {
            let message = format!("`{name}` was coded before it was specified: OpenAPI does not have it");
            let draft = out
                .find(name, first, message)
                .label("depends on an operation that is not specified")
                .because(because)
                .seen(endpoint.ahead.len() as u64, rest.iter().take(2).cloned())
                .help("specify the operation first: who may call it, what it answers, how it fails");
            draft.level(level).confidence(confidence);
            continue;
        }
        let Some(place) = &endpoint.place else { continue };
        out.find(name, place, format!("OpenAPI does not have `{name}`, which the ops page reads"))
            .label("the operation is missing")
            .level(level)
            .confidence(confidence)
            .because(because)
            .help("specify the operation before the page is coded");
    }
}
