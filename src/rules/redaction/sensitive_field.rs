//! Fields whose names are on the contract's list, with a raw value.

use crate::detect::Names;
use crate::detect::names::speaks_about;
use crate::facts::{Carrier, Location, Parameter, Way};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and pointer, and where source code writes them.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    in_source(world, out);
    in_addresses(world, out);
    let listed: Vec<_> = world.contract.redaction.fields.iter().flatten().collect();
    for stream in world.streams() {
        for (pointer, field) in &stream.sensitive {
            let Some(policy) = listed.iter().find(|name| name.value == field.policy) else { continue };
            let Some(spot) = field.seen.spot() else { continue };
            let shown = if pointer.is_empty() { "a further field" } else { pointer.as_str() };
            let message = format!("`{shown}` of `{}` is logged as it is", stream.called());
            out.find(pointer.as_str(), &spot.place, message)
                .label("a raw value")
                .cause(format!("{} {pointer}", stream.called()))
                .because(world.because(policy))
                .confidential()
                .seen(field.seen.count, field.seen.also())
                .help(format!("leave `{}` out, or write `[REDACTED]`", policy.value));
        }
    }
}

fn in_source(world: &World<'_>, out: &mut Out<'_>) {
    for (recorded, policy, weight) in world.recorded(&[Way::Field, Way::Message]) {
        let name = recorded.name.as_str();
        let what = if recorded.carrier == Carrier::Span { "a span" } else { "the log" };
        let message = match recorded.way {
            Way::Message => format!("`{name}` is formatted into a message of the log"),
            _ => format!("`{name}` goes to {what} as it is"),
        };
        out.find(name, &recorded.place, message)
            .label("a raw value")
            // Each has to be mended where it stands.
            .cause(format!("{}:{} {name}", recorded.place.path, recorded.place.line))
            .because(world.because(policy))
            .level(weight.level)
            .confidence(weight.confidence)
            .help(format!("leave `{}` out, or write `[REDACTED]`", policy.value));
    }
}

/// Parameters of an API that become part of an address, which proxies, servers and browsers write down.
fn in_addresses(world: &World<'_>, out: &mut Out<'_>) {
    let listed: Vec<_> = world.contract.redaction.fields.iter().flatten().collect();
    let names = Names::new(listed.iter().map(|said| said.as_str()));
    for operation in world.facts.api_operations.iter() {
        let of_address =
            |parameter: &&Parameter| matches!(parameter.location, Location::Query | Location::Path);
        let is_text =
            |parameter: &&Parameter| parameter.types.is_empty() || parameter.types.contains("string");
        for parameter in operation.parameters.iter().filter(of_address).filter(is_text) {
            let name = parameter.name.as_str();
            let policy = names.of(name).filter(|_| !speaks_about(name));
            let Some(policy) = policy.and_then(|at| listed.iter().find(|said| said.as_str() == at)) else {
                continue;
            };
            let part = if parameter.location == Location::Query { "the query" } else { "the path" };
            let called = format!("{} {}", operation.method, operation.path);
            out.find(name, &parameter.place, format!("`{called}` takes `{name}` in {part} of its address"))
                .label("addresses are logged on their way")
                .cause(format!("{}", parameter.place))
                .because(world.because(policy))
                .level(Level::Warning)
                .confidence(Confidence::Likely)
                .help("take it in the body or in the header `Authorization`");
        }
    }
}
