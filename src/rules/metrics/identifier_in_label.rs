//! Label values that identify one thing of very many.

use crate::detect::Shape;
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Labels of exemplars that exist to hold an id (OpenMetrics 1.0, "Exemplars").
const EXEMPLAR_IDS: [&str; 2] = ["trace_id", "span_id"];
/// Labels Prometheus itself adds: an address names the target there.
const TARGET: [&str; 4] = ["instance", "job", "le", "quantile"];

/// Judges the shapes of the values of every label.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.labels.no_identifiers) else { return };
    for metric in &world.metrics {
        let name = metric.name.as_str();
        let is_judged = |label: &str| !TARGET.contains(&label) && world.forbidden(label).is_none();
        let labels = metric.labels.iter().filter(|(label, _)| is_judged(label));
        let exemplars = metric.exemplars.iter().filter(|(label, _)| !EXEMPLAR_IDS.contains(&label.as_str()));
        let labels = labels.map(|(label, seen)| ("label", label, seen));
        for (what, label, seen) in
            labels.chain(exemplars.map(|(label, seen)| ("exemplar label", label, seen)))
        {
            // Exemplars exist to name one thing; resources, machines and devices are as many as there are.
            let may_identify = what != "label" || metric.is_info() || world.is_foreign(metric);
            for (shape, tally) in &seen.values.shapes {
                let Some((level, confidence)) = judged(*shape, label, may_identify) else { continue };
                let Some(spot) = tally.spot() else { continue };
                let (subject, shown) = (format!("{name}{{{label}}}"), shape.called());
                out.find(subject, &spot.place, format!("{what} `{label}` of `{name}` holds {shown}"))
                    .label(shown)
                    .cause(format!("{} {what} {label} {shown}", metric.artifact))
                    .because(because.clone())
                    .seen(tally.count, tally.also())
                    .level(level)
                    .confidence(confidence)
                    .help(help(*shape));
            }
        }
    }
}

/// How much a shape says: some prove an individual, others only suggest one.
fn judged(shape: Shape, label: &str, may_identify: bool) -> Option<(Level, Confidence)> {
    let sure = Some((Level::Error, Confidence::Sure));
    let likely = Some((Level::Warning, Confidence::Likely));
    match shape {
        Shape::Email | Shape::Secret => sure,
        _ if may_identify => None,
        // Four numbers with dots are a version, too.
        Shape::Ip if label.contains("version") => None,
        Shape::Uuid | Shape::Ulid | Shape::PathWithId => sure,
        Shape::PathWithNumber | Shape::PathWithQuery if holds_routes(label) => sure,
        Shape::PathWithNumber | Shape::PathWithQuery => Some((Level::Warning, Confidence::Guess)),
        Shape::Ksuid | Shape::ObjectId | Shape::Hash | Shape::Ip | Shape::Epoch => likely,
    }
}

/// Whether a label's name says that its values are routes of requests; other paths are files and mounts.
fn holds_routes(label: &str) -> bool {
    label
        .split('_')
        .any(|word| matches!(word, "route" | "path" | "uri" | "url" | "endpoint" | "handler" | "target"))
}

fn help(shape: Shape) -> &'static str {
    match shape {
        Shape::PathWithId | Shape::PathWithNumber => "label with the route template, such as `/orders/{id}`",
        Shape::PathWithQuery => "label with the route, without the query string",
        Shape::Secret => "remove the label and revoke the token: it is in every scrape",
        Shape::Email => "remove the label; a person is named in a span or a log, redacted",
        _ => "label with the class, not with the individual; ids belong in spans and logs",
    }
}
