//! Two scrapes of the same services: which series is which, and whether a process restarted in between.

use std::collections::BTreeMap;

use crate::facts::Metric;
use crate::facts::metric::Point;

/// An earlier scrape beside the current one.
pub struct Scrapes<'a> {
    /// Families of both scrapes by name: the earlier one, and the current one where there still is one.
    pub pairs: Vec<(&'a Metric, Option<&'a Metric>)>,
    /// Whether a process restarted in between; `None` where neither scrape says when it started.
    pub restarted: Option<bool>,
}

impl<'a> Scrapes<'a> {
    /// Pairs the families by name; where one name stands in several current artifacts, the one that shares most series.
    #[must_use]
    pub fn new(previous: Vec<&'a Metric>, current: &[&'a Metric]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&'a Metric>> = BTreeMap::new();
        for metric in current {
            by_name.entry(metric.exposed.as_str()).or_default().push(metric);
        }
        let pairs: Vec<_> = previous
            .into_iter()
            .map(|before| {
                let shared = |now: &&&Metric| {
                    now.points.keys().filter(|series| before.points.contains_key(*series)).count()
                };
                let now =
                    by_name.get(before.exposed.as_str()).and_then(|named| named.iter().max_by_key(shared));
                (before, now.copied())
            })
            .collect();
        let restarted = pairs
            .iter()
            .filter(|(before, _)| before.exposed == "process_start_time_seconds")
            .filter_map(|(before, now)| Some(starts(before) != starts((*now)?)))
            .reduce(|a, b| a || b);
        Self { pairs, restarted }
    }
}

fn starts(metric: &Metric) -> Vec<(&String, Option<f64>)> {
    metric.points.iter().map(|(series, Point { value, .. })| (series, *value)).collect()
}
