//! Summaries for the ops page that tell more than sums and states.

use crate::detect::names::{speaks_about, words};
use crate::facts::{Property, Response};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::link::events::{is_named, spellings};
use crate::rules::Out;

/// Names of what backends of telemetry answer with.
const RAW: [&str; 12] = [
    "trace_id",
    "span_id",
    "trace_ids",
    "log_line",
    "log_lines",
    "raw_log",
    "stack_trace",
    "stacktrace",
    "promql",
    "logql",
    "traceql",
    "raw_query",
];

/// Judges the properties of answers of success.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.api.sanitized) else { return };
    let sensitive =
        crate::detect::Names::new(world.contract.redaction.fields.iter().flatten().map(|said| said.as_str()));
    for operation in world.ops_operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let is_success =
            |response: &&Response| response.status.starts_with('2') || response.status == "default";
        let properties =
            operation.responses.iter().filter(is_success).flat_map(|response| &response.properties);
        for property in properties {
            let Some((what, confidence)) = fault(world, &sensitive, property) else { continue };
            let message = format!("`{name}` answers with {what}: `{}`", property.name);
            let draft = out
                .find(property.name.as_str(), &property.place, message)
                .label("a summary is for sums and states")
                .cause(format!("{}:{}", property.place, property.name))
                .because(because.clone())
                .help("leave it out, or give a count; who needs the single case follows the link to the dashboard");
            if confidence < Confidence::Sure {
                draft.level(Level::Warning).confidence(confidence);
            }
        }
    }
}

/// What is wrong with a property, if anything is.
fn fault(
    world: &World<'_>,
    sensitive: &crate::detect::Names,
    property: &Property,
) -> Option<(&'static str, Confidence)> {
    let name = property.name.as_str();
    let is_text = property.types.is_empty() || property.types.contains("string");
    if sensitive.of(name).is_some() && !speaks_about(name) && is_text && !property.is_listed {
        return Some(("a secret", Confidence::Likely));
    }
    let words = words(name);
    if RAW.contains(&words.join("_").as_str()) {
        return Some(("raw telemetry", Confidence::Likely));
    }
    // The correlation id of the answer itself is meant to be there.
    let correlates = world.contract.fields.get("correlation_id");
    if correlates.is_some_and(|field| is_named(name, spellings("correlation_id", field)))
        || property.is_listed
    {
        return None;
    }
    let is_number = property.types.contains("integer") || property.types.contains("number");
    let is_id =
        words.last().is_some_and(|word| word == "id" || word == "ids" || word == "uuid") && words.len() > 1;
    match property.format.as_deref() {
        Some("uuid") => Some(("an id", Confidence::Sure)),
        Some("email" | "idn-email") => Some(("an address", Confidence::Sure)),
        _ if is_id && is_text => Some(("an id", Confidence::Likely)),
        _ if is_id && is_number => Some(("an id", Confidence::Likely)),
        _ => None,
    }
}
