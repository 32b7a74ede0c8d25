//! Counters that fell between two scrapes although nothing restarted.

use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::naming::MetricKind;
use crate::rules::Out;

/// Compares each series of counters, and the counts of histograms and summaries.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    let Some(scrapes) = world.scrapes.as_ref().filter(|scrapes| scrapes.restarted != Some(true)) else {
        return;
    };
    for (before, now) in &scrapes.pairs {
        let Some(now) = now.filter(|now| rises(now.kind())) else { continue };
        let mut fallen: Vec<_> = now
            .points
            .iter()
            .filter_map(|(series, point)| Some((point, before.points.get(series)?)))
            .filter_map(|(point, earlier)| Some((point, point.value?, earlier.value?)))
            .filter(|(_, now, before)| now < before)
            .collect();
        fallen.sort_by(|a, b| a.0.place.cmp(&b.0.place));
        let Some((point, value, earlier)) = fallen.first() else { continue };
        let name = now.exposed.as_str();
        let certain = scrapes.restarted == Some(false);
        out.find(name, &point.place, format!("{} `{name}` fell between two scrapes", now.kind().as_str()))
            .label(format!("{value} now, {earlier} before"))
            .because(because.clone())
            .seen(fallen.len() as u64, fallen.iter().skip(1).take(2).map(|(point, ..)| point.place.clone()))
            .level(if certain { Level::Error } else { Level::Warning })
            .confidence(if certain { Confidence::Sure } else { Confidence::Likely })
            .help("a counter only rises while its process lives; use a gauge for what goes up and down");
    }
}

fn rises(kind: MetricKind) -> bool {
    matches!(kind, MetricKind::Counter | MetricKind::Histogram | MetricKind::Summary)
}
