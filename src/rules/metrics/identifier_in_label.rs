//! Label values that identify one thing of very many.

use crate::detect::Shape;
use crate::facts::Metric;
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
        // Resources are described once a process, machines and devices are as many as there are.
        if world.is_foreign(metric) {
            continue;
        }
        for (label, seen) in metric
            .labels
            .iter()
            .filter(|(label, _)| !TARGET.contains(&label.as_str()) && world.forbidden(label).is_none())
        {
            for (shape, tally) in &seen.values.shapes {
                let Some((level, confidence)) = judged(*shape, label, metric) else { continue };
                let Some(spot) = tally.spot() else { continue };
                out.find(
                    format!("{name}{{{label}}}"),
                    &spot.place,
                    format!("label `{label}` of `{name}` holds {}", shape.called()),
                )
                .label(shape.called())
                .cause(format!("{} {label} {}", metric.artifact, shape.called()))
                .because(because.clone())
                .seen(tally.count, tally.also())
                .level(level)
                .confidence(confidence)
                .help(help(*shape));
            }
        }
        for (label, seen) in
            metric.exemplars.iter().filter(|(label, _)| !EXEMPLAR_IDS.contains(&label.as_str()))
        {
            for (shape, tally) in seen.values.shapes.iter().filter(|(shape, _)| shape.is_confidential()) {
                let Some(spot) = tally.spot() else { continue };
                out.find(
                    format!("{name}{{{label}}}"),
                    &spot.place,
                    format!("exemplar label `{label}` of `{name}` holds {}", shape.called()),
                )
                .label(shape.called())
                .cause(format!("{} {label} {}", metric.artifact, shape.called()))
                .because(because.clone())
                .seen(tally.count, tally.also())
                .help("keep only `trace_id` and `span_id` in exemplars");
            }
        }
    }
}

/// How much a shape says: some prove an individual, others only suggest one.
fn judged(shape: Shape, label: &str, metric: &Metric) -> Option<(Level, Confidence)> {
    let sure = Some((Level::Error, Confidence::Sure));
    let likely = Some((Level::Warning, Confidence::Likely));
    match shape {
        Shape::Email | Shape::Secret => sure,
        // Builds and machines are described by digests, ids and addresses: one series a process.
        _ if metric.is_info() => None,
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
