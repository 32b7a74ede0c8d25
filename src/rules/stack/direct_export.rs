//! Services that send telemetry past the Collector.

use crate::finding::{Confidence, Level};
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
            let draft = out.find(exporter.as_str(), place, format!("`{name}` sends telemetry past the Collector, with `{exporter}`"))
                .label("exports to a backend of its own")
                .cause(format!("{name} {exporter}"))
                .because(world.because(pipeline))
                .help("export by OTLP to the Collector (`opentelemetry-otlp`), and let its pipeline reach the backend");
            // A Collector has receivers for these, so where they send to, the address tells.
            if ["jaeger", "zipkin", "statsd"].iter().any(|receiver| exporter.contains(receiver)) {
                draft.level(Level::Warning).confidence(Confidence::Likely);
            }
        }
    }
}
