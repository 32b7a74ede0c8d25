//! Services that never got a name.

use crate::link::World;
use crate::rules::Out;

/// Judges the name of every resource that has one.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let required =
        world.contract.resource.required.iter().flatten().find(|name| name.as_str() == "service.name");
    for resource in world.judged_resources() {
        let Some(name) = &resource.service_name else { continue };
        let value = name.value.trim();
        if value.is_empty() || value == "unknown_service" || value.starts_with("unknown_service:") {
            let what = if value.is_empty() {
                "is empty".to_owned()
            } else {
                format!("is the SDK's placeholder `{value}`")
            };
            out.find("resource service.name", &name.place, format!("`service.name` {what}"))
                .label("nobody set it")
                .because(required.map(|required| world.because(required)))
                .help("set `OTEL_SERVICE_NAME`, or the name where the SDK's resource is built");
        }
    }
}
