//! Sensitive arguments that `#[instrument]` records, since nobody said to skip them.

use crate::facts::Way;
use crate::link::World;
use crate::rules::Out;

/// Judges arguments, results and requests of instrumented functions.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for (recorded, policy, weight) in world.recorded(&[Way::Argument, Way::Returned, Way::Request]) {
        let (name, function) = (recorded.name.as_str(), recorded.function.as_str());
        let (message, label, help) = match recorded.way {
            Way::Returned => (
                format!("`#[instrument(ret)]` records what `{function}` returns"),
                "recorded as it is".to_owned(),
                "leave `ret` out, or return a type that hides its value".to_owned(),
            ),
            Way::Request => (
                format!("`#[instrument]` records `{name}` of `{function}` with all headers"),
                format!("`{}` is one of them", policy.value),
                format!("add `skip({name})`, and name the headers that are safe under `fields(…)`"),
            ),
            _ => (
                format!("`#[instrument]` records the argument `{name}` of `{function}`"),
                "recorded as it is".to_owned(),
                format!("add `skip({name})`, or `skip_all` and name what is safe under `fields(…)`"),
            ),
        };
        out.find(format!("{function}({name})"), &recorded.place, message)
            .label(label)
            .because(world.because(policy))
            .level(weight.level)
            .confidence(weight.confidence)
            .help(help);
    }
}
