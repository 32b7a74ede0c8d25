//! Labels that differ from the declared ones.

use crate::contract::Said;
use crate::facts::Surface;
use crate::finding::Level;
use crate::link::World;
use crate::naming::exporters::is_scope_label;
use crate::rules::Out;

/// Judges every emitted metric whose declaration lists its labels.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for declaration in &world.declared {
        let Some(declared) = &declaration.said.labels else { continue };
        let is_judged = |label: &str| !is_foreign(label) && world.forbidden(label).is_none();
        for metric in declaration
            .emitted
            .iter()
            .filter(|metric| metric.samples > 0 || metric.surface == Surface::Source)
        {
            let name = metric.exposed.as_str();
            let surplus = metric.labels.iter().filter(|(label, _)| {
                is_judged(label) && !declared.iter().any(|known| known.value == **label)
            });
            let missing: Vec<&Said<String>> = declared
                .iter()
                .filter(|label| is_judged(label) && !metric.labels.contains_key(label.as_str()))
                .collect();
            let mut renamed = false;
            for (label, seen) in surplus {
                renamed = true;
                let help = match missing.as_slice() {
                    [] => format!("declare `{label}`, or stop emitting it"),
                    missing => {
                        format!("declared and never emitted: {}; is `{label}` one of them?", listed(missing))
                    }
                };
                let message = format!("`{name}` has the label `{label}`, which is not declared");
                out.find(format!("{name}{{{label}}}"), &seen.place, message)
                    .label("not among the declared labels")
                    .because(world.because(&declaration.said.name))
                    .help(help);
            }
            // A label under another name is one fault, not two.
            // Source may give it where that is not seen.
            for label in missing.iter().filter(|_| !renamed && metric.surface != Surface::Source) {
                let message = format!("`{name}` never has the declared label `{}`", label.value);
                out.find(format!("{name}{{{}}}", label.value), metric.named(), message)
                    .label("no series has it")
                    .because(world.because(label))
                    .level(Level::Warning)
                    .help(format!("emit `{}`, or take it out of the declaration", label.value));
            }
        }
    }
}

fn listed(labels: &[&Said<String>]) -> String {
    labels.iter().map(|label| format!("`{}`", label.value)).collect::<Vec<_>>().join(", ")
}

/// Labels that the format, the scrape or an exporter adds.
fn is_foreign(label: &str) -> bool {
    matches!(label, "le" | "quantile" | "job" | "instance") || is_scope_label(label)
}
