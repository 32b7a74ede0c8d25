//! Services without OpenTelemetry, or with its tracing switched off.

use crate::facts::Practice;
use crate::link::World;
use crate::rules::Out;

/// Judges every package that is a service.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(sdk) = world.contract.backends.sdk.as_ref().filter(|said| said.value == "opentelemetry") else {
        return;
    };
    for service in world.services().filter(|service| service.is_service && !service.has_sdk) {
        let name = service.name.as_str();
        out.find(name, &service.place, format!("the service `{name}` does not use OpenTelemetry"))
            .label("no dependency on it, and none on a package that has one")
            .because(world.because(sdk))
            .help("add `opentelemetry`, `opentelemetry_sdk` and `opentelemetry-otlp`, and set the SDK up in `main`");
    }
    for practised in world.practised(Practice::SamplesNothing) {
        let name = practised.by.as_str();
        out.find(name, &practised.place, format!("the service `{name}` samples no trace"))
            .label("no span is ever sent")
            .because(world.because(sdk))
            .help("take `ParentBased` around the share that is to be kept, and switch tracing off where it is configured");
    }
}
