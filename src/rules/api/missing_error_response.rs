//! Operations of the ops page that do not say how they fail.

use crate::link::World;
use crate::rules::Out;

/// Judges answers of failure.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(asked) = world.contract.api.errors.as_ref().filter(|errors| !errors.is_empty()) else { return };
    for operation in world.ops_operations().filter(|operation| !operation.is_open) {
        let name = format!("{} {}", operation.method, operation.path);
        let has = |status: &str| {
            operation.responses.iter().any(|response| response.status.eq_ignore_ascii_case(status))
        };
        let is_there = |status: &str| {
            let class = status.chars().next().unwrap_or_default();
            // A class stands for each status in it, and `default` for the failures of a server.
            let is_class = status.to_ascii_uppercase().ends_with("XX");
            has(status)
                || (is_class && operation.responses.iter().any(|response| response.status.starts_with(class)))
                || (has("default") && (is_class || class != '4'))
                || (!is_class && has(&format!("{class}XX")))
        };
        let missing: Vec<_> = asked.iter().filter(|status| !is_there(status)).collect();
        let Some(first) = missing.first() else { continue };
        let statuses: Vec<String> = missing.iter().map(|status| format!("`{}`", status.value)).collect();
        let message = format!("`{name}` does not say what it answers with {}", statuses.join(", "));
        out.find(name.as_str(), &operation.responses_place, message)
            .label(format!("no {}", statuses.join(", no ")))
            .because(world.because(*first))
            .help("describe the answer to who is not logged in, to who lacks the role, and to a failure");
    }
}
