//! Labels that differ from the declared ones.

use crate::contract::Said;
use crate::finding::Level;
use crate::naming::exporters::is_scope_label;
use crate::link::World;
use crate::rules::Out;

/// Judges every emitted metric whose declaration lists its labels.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for declaration in &world.declared {
        let Some(labels) = &declaration.said.labels else { continue };
        let because = world.because(&declaration.said.name);
        let declared = |label: &str| labels.iter().any(|known| known.value == label);
        for metric in declaration.emitted.iter().filter(|metric| metric.samples > 0) {
            let name = metric.exposed.as_str();
            for (label, seen) in &metric.labels {
                if declared(label) || is_foreign(label) || world.forbidden(label).is_some() {
                    continue;
                }
                out.find(format!("{name}{{{label}}}"), &seen.place, format!("`{name}` has the label `{label}`, which is not declared"))
                    .label("not among the declared labels")
                    .because(because.clone())
                    .help(format!("declare `{label}`, or stop emitting it"));
            }
            let missing = |label: &&Said<String>| {
                !metric.labels.contains_key(label.as_str()) && !is_foreign(label) && world.forbidden(label).is_none()
            };
            for label in labels.iter().filter(missing) {
                out.find(format!("{name}{{{}}}", label.value), metric.named(), format!("`{name}` never has the declared label `{}`", label.value))
                    .label("no series has it")
                    .because(world.because(label))
                    .cause("missing")
                    .level(Level::Warning)
                    .help(format!("emit `{}`, or take it out of the declaration", label.value));
            }
        }
    }
}

/// Labels that the format, the scrape or an exporter adds.
fn is_foreign(label: &str) -> bool {
    matches!(label, "le" | "quantile" | "job" | "instance") || is_scope_label(label)
}

