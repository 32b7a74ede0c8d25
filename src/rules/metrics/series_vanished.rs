//! Series that were in the scrape before.

use crate::link::World;
use crate::naming::MetricKind;
use crate::rules::Out;

/// Compares the two scrapes, family by family.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    let Some(scrapes) = world.scrapes.as_ref().filter(|scrapes| scrapes.restarted != Some(true)) else {
        return;
    };
    for (before, now) in &scrapes.pairs {
        let name = before.exposed.as_str();
        let help = "a client library keeps every series it ever showed while its process lives";
        let Some(now) = now else {
            out.find(name, before.named(), format!("`{name}` was in the earlier scrape and is gone"))
                .label("was here")
                .because(because.clone())
                .help(help);
            continue;
        };
        if !matches!(now.kind(), MetricKind::Counter | MetricKind::Histogram | MetricKind::Summary) {
            continue;
        }
        let gone = before.points.iter().filter(|(series, _)| !now.points.contains_key(*series));
        let mut gone: Vec<_> = gone.map(|(_, point)| &point.place).collect();
        gone.sort();
        let Some((first, rest)) = gone.split_first() else { continue };
        out.find(name, first, format!("series of `{name}` were in the earlier scrape and are gone"))
            .label("was here")
            .because(because.clone())
            .seen(gone.len() as u64, rest.iter().take(2).map(|place| (*place).clone()))
            .help(help);
    }
}
