//! Label names that Prometheus or another kind of metric keeps for itself.

use crate::link::World;
use crate::naming::prometheus::{self, ReservedLabel};
use crate::rules::Out;

/// Judges the label names of every metric.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let name = metric.name.as_str();
        for (label, seen) in &metric.labels {
            let Some(reserved) = prometheus::reserved_label(label, metric.kind()) else { continue };
            if reserved == ReservedLabel::Target && metric.exposed == "target_info" {
                continue;
            }
            let (why, help) = match reserved {
                ReservedLabel::Internal => {
                    ("Prometheus drops it after relabelling", "rename it without the underscores")
                }
                ReservedLabel::Target => {
                    ("the scrape sets it", "leave it to the scrape, or name it for what it is")
                }
                ReservedLabel::Exported => {
                    ("Prometheus renames clashing labels to this", "rename it without `exported_`")
                }
                ReservedLabel::Bucket => {
                    ("only histograms have `le`", "rename the label, or make it a histogram")
                }
                ReservedLabel::Quantile => {
                    ("only summaries have `quantile`", "rename the label, or make it a summary")
                }
            };
            out.find(
                format!("{name}{{{label}}}"),
                &seen.place,
                format!("`{name}` uses the reserved label `{label}`"),
            )
            .label(why)
            .because(because.clone())
            .help(help);
        }
    }
}
