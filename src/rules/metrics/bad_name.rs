//! Names that are not `snake_case`, or outside the contract's namespace.

use std::ops::Range;

use crate::link::World;
use crate::naming::prometheus::{self, UnderscoreFault};
use crate::rules::Out;

/// Judges metric and label names.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    if let Some(because) = world.asks(&world.contract.metrics.conventional_names) {
        for metric in &world.metrics {
            let name = metric.name.as_str();
            if let Some((range, fault)) = fault_of(name, true) {
                out.find(name, &metric.named().part(name, &range), format!("metric name `{name}` {fault}"))
                    .label("here")
                    .because(because.clone())
                    .help(format!("rename it to `{}`", prometheus::snake_case(&world.shown(name))));
            }
            for (label, seen) in &metric.labels {
                if let Some((range, fault)) = fault_of(label, false)
                    .filter(|_| !label.starts_with("__") && world.forbidden(label).is_none())
                {
                    let place = seen.place.part(label, &range);
                    out.find(
                        format!("{name}{{{label}}}"),
                        &place,
                        format!("label name `{label}` of `{name}` {fault}"),
                    )
                    .label("here")
                    .because(because.clone())
                    .help(format!("rename it to `{}`", prometheus::snake_case(&world.shown(label))));
                }
            }
        }
    }
    let Some(namespace) = &world.contract.metrics.namespace else { return };
    for metric in &world.metrics {
        let name = metric.exposed.as_str();
        // What an exporter puts in front is not seen in source.
        if !name.starts_with(namespace.as_str()) && !world.is_foreign(metric) && !metric.is_presumed {
            out.find(
                name,
                metric.named(),
                format!("`{name}` is outside the namespace `{}`", namespace.value),
            )
            .label("no such prefix")
            .because(world.because(namespace))
            .help(format!("rename it to `{}{name}`", namespace.value));
        }
    }
}

/// What is wrong with a name, and where in it. Quoted names may have dots between parts that are `snake_case`.
fn fault_of(name: &str, metric: bool) -> Option<(Range<usize>, &'static str)> {
    if let Some(colon) = name.find(':').filter(|_| metric) {
        return Some((colon..colon + 1, "has a `:`, which is for recording rules"));
    }
    if let Some(range) = prometheus::camel_case(name) {
        return Some((range, "is camelCase, not snake_case"));
    }
    if let Some((at, letter)) = name.char_indices().find(|(_, letter)| letter.is_uppercase()) {
        return Some((at..at + letter.len_utf8(), "has upper-case letters"));
    }
    if let Some((at, odd)) =
        name.char_indices().find(|(_, c)| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'))
    {
        return Some((at..at + odd.len_utf8(), "has a character that needs quotes"));
    }
    let mut start = 0;
    let (range, fault) = name.split('.').find_map(|part| {
        let found = prometheus::underscore_fault(part)
            .map(|(range, fault)| (range.start + start..range.end + start, fault));
        start += part.len() + 1;
        found
    })?;
    Some((
        range,
        match fault {
            UnderscoreFault::Leading => "begins with an underscore",
            UnderscoreFault::Trailing => "ends with an underscore",
            UnderscoreFault::Double => "has two underscores in a row",
        },
    ))
}
