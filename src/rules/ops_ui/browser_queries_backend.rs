//! Front ends that reach for a telemetry backend.

use crate::contract::Duty;
use crate::facts::Sign;
use crate::finding::Confidence;
use crate::link::World;
use crate::rules::Out;

/// Judges every address and every variable of the environment in front-end code.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let asked = world.contract.ops_ui.api_only.as_ref().filter(|said| said.value == Duty::Required);
    let Some(because) = asked.map(|said| world.because(said)) else { return };
    for reach in world.facts.reaches.iter() {
        // A variable with its fallback behind it is one fault.
        let is_same_line = |other: &&crate::facts::Reach| {
            other.place.line == reach.place.line && other.artifact == reach.artifact
        };
        if reach.sign == Sign::Variable
            && world.facts.reaches.iter().filter(is_same_line).any(|other| other.sign != Sign::Variable)
        {
            continue;
        }
        let name = product(&reach.backend);
        let (label, confidence) = match reach.sign {
            Sign::QueryPath => ("a path of its query API", Confidence::Sure),
            Sign::Host => ("a host of its name", Confidence::Sure),
            Sign::BasePath => ("a path below which it is served", Confidence::Likely),
            Sign::CommonPath => ("a path that its query API has", Confidence::Likely),
            Sign::Port => ("the port it listens on", Confidence::Likely),
            Sign::Variable => ("a variable that every browser can read", Confidence::Likely),
        };
        out.find(
            reach.shown.as_str(),
            &reach.place,
            format!("the browser reaches for {name}: `{}`", reach.shown),
        )
        .label(label)
        .because(because.clone())
        .confidence(confidence)
        .help("let an operation of the API ask the backend and answer with a summary, and call that");
    }
}

fn product(backend: &str) -> &'static str {
    match backend {
        "loki" => "Loki",
        "tempo" => "Tempo",
        "mimir" => "Mimir",
        "thanos" => "Thanos",
        "alertmanager" => "Alertmanager",
        _ => "Prometheus",
    }
}
