//! Services that send telemetry past the Collector.

use crate::link::World;
use crate::rules::Out;

/// Judges what packages depend on.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(pipeline) = world.contract.backends.pipeline.as_ref().filter(|said| said.value == "collector")
    else {
        return;
    };
    for service in world.services() {
        for (exporter, place) in &service.exporters {
            let name = service.name.as_str();
            out.find(exporter.as_str(), place, format!("`{name}` sends telemetry past the Collector, with `{exporter}`"))
                .label("exports to a backend of its own")
                .cause(format!("{name} {exporter}"))
                .because(world.because(pipeline))
                .help("export by OTLP to the Collector (`opentelemetry-otlp`), and let its pipeline reach the backend");
        }
    }
}
