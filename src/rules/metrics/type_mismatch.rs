//! Metrics of another kind than declared.

use crate::link::World;
use crate::naming::MetricKind;
use crate::rules::Out;

/// Compares every emitted metric with its declaration.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for declaration in &world.declared {
        let Some(declared) = declaration.said.kind.as_ref().filter(|kind| kind.value != MetricKind::Unknown)
        else {
            continue;
        };
        for metric in &declaration.emitted {
            let Some(kind) = metric.kind.as_ref().filter(|kind| kind.value != MetricKind::Unknown) else {
                continue;
            };
            if kind.value != declared.value && !is_text_form(kind.value, declared.value) {
                let name = metric.exposed.as_str();
                let (is, should) = (kind.value.as_str(), declared.value.as_str());
                out.find(name, &kind.place, format!("`{name}` is a {is}, declared as {should}"))
                    .label(format!("a {is} here"))
                    .because(world.because(declared))
                    .help("change the code or the declaration; queries depend on the kind");
            }
        }
    }
}

/// The text format has no type for info and stateset: they are gauges there.
fn is_text_form(seen: MetricKind, declared: MetricKind) -> bool {
    seen == MetricKind::Gauge && matches!(declared, MetricKind::Info | MetricKind::StateSet)
}
