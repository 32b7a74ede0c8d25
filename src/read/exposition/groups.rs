//! Samples that belong together: the buckets, count and sum of one histogram; in OpenMetrics every group of one label
//! set, which must stand together and in order of time.

use hashbrown::{HashMap, HashSet};

use super::family::Part;
use super::ledger::Ledger;
use super::scan::{Dialect, Sample};
use crate::naming::MetricKind;
use crate::read::lines::LineAt;
use crate::source::Place;

/// A histogram of one label set.
#[derive(Debug)]
struct Histogram {
    place: Place,
    bound: Option<f64>,
    count_at_bound: f64,
    last_is_infinite: bool,
    negative_bounds: bool,
    count: Option<f64>,
    count_name: &'static str,
    sum: Option<f64>,
    sum_name: &'static str,
}

/// The groups of one family.
#[derive(Debug, Default)]
pub struct Groups {
    histograms: Vec<Histogram>,
    index: HashMap<u128, usize>,
    last: Option<(u128, usize)>,
    // OpenMetrics only.
    current: Option<(u128, Option<f64>)>,
    seen: HashSet<u128>,
    finished: Vec<(&'static str, Place, String)>,
}

impl Groups {
    /// OpenMetrics: a group's samples stand together, all or none have a timestamp, and timestamps do not fall.
    pub fn enter(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        group: u128,
        kind: MetricKind,
    ) {
        let at = || sample.name.at.start..sample.value_at.end;
        match self.current {
            Some((current, time)) if current == group => {
                match (time, sample.timestamp) {
                    (Some(before), Some(now)) if now < before && kind != MetricKind::Info => {
                        let note = || "the timestamp lies before the one above".into();
                        ledger.fault(line, "timestamp-order", at(), note);
                    }
                    (None, Some(_)) | (Some(_), None) => {
                        let note = || "some samples of this group have a timestamp, some none".into();
                        ledger.fault(line, "mixed-timestamps", at(), note);
                    }
                    _ => {}
                }
                if time != sample.timestamp {
                    self.finish_all(Dialect::OpenMetrics);
                }
            }
            _ => {
                if !self.seen.insert(group) {
                    let note = || "the samples of this label set do not stand together".into();
                    ledger.fault(line, "scattered-group", at(), note);
                }
                self.finish_all(Dialect::OpenMetrics);
            }
        }
        self.current = Some((group, sample.timestamp));
    }

    fn histogram(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        group: u128,
    ) -> &mut Histogram {
        let known = match self.last {
            Some((last, at)) if last == group => Some(at),
            _ => self.index.get(&group).copied(),
        };
        let at = known.unwrap_or_else(|| {
            self.histograms.push(Histogram {
                place: ledger.place(line, sample.name.at.start..sample.value_at.start - 1),
                bound: None,
                count_at_bound: 0.0,
                last_is_infinite: false,
                negative_bounds: false,
                count: None,
                count_name: "_count",
                sum: None,
                sum_name: "_sum",
            });
            self.index.insert(group, self.histograms.len() - 1);
            self.histograms.len() - 1
        });
        self.last = Some((group, at));
        &mut self.histograms[at]
    }

    /// Takes in a bucket; returns what is wrong with it, and whether at its value or at its bound.
    pub fn bucket(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        group: u128,
        bound: f64,
    ) -> Option<(&'static str, bool, String)> {
        let value = sample.value;
        let histogram = self.histogram(ledger, line, sample, group);
        histogram.negative_bounds |= bound < 0.0;
        let before = histogram.bound.replace(bound);
        let count = std::mem::replace(&mut histogram.count_at_bound, value);
        histogram.last_is_infinite = bound == f64::INFINITY;
        match before {
            Some(before) if bound == before => {
                // The same bucket twice is a duplicate series, and said as such in text.
                (ledger.dialect == Dialect::OpenMetrics)
                    .then(|| ("bucket-order", false, "the bucket stands twice".to_owned()))
            }
            Some(before) if bound < before => {
                Some(("bucket-order", false, format!("the bound is below the one before, {}", shown(before))))
            }
            Some(_) if value < count => Some((
                "falling-bucket",
                true,
                format!(
                    "the bucket counts {}, fewer than the {} of the one before",
                    shown(value),
                    shown(count)
                ),
            )),
            _ => None,
        }
    }

    /// Takes in a count or a sum.
    pub fn other(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        sample: &Sample,
        group: u128,
        part: Part,
    ) {
        let histogram = self.histogram(ledger, line, sample, group);
        match part {
            Part::Count => histogram.count = Some(sample.value),
            Part::GCount => (histogram.count, histogram.count_name) = (Some(sample.value), "_gcount"),
            Part::Sum => histogram.sum = Some(sample.value),
            Part::GSum => (histogram.sum, histogram.sum_name) = (Some(sample.value), "_gsum"),
            _ => {}
        }
    }

    fn finish_all(&mut self, dialect: Dialect) {
        self.index.clear();
        self.last = None;
        for histogram in self.histograms.drain(..) {
            if let Some((code, note)) = finish(&histogram, dialect) {
                self.finished.push((code, histogram.place, note));
            }
        }
    }

    /// All groups are complete: what is wrong with them.
    pub fn close(&mut self, dialect: Dialect) -> Vec<(&'static str, Place, String)> {
        self.finish_all(dialect);
        std::mem::take(&mut self.finished)
    }
}

/// What is wrong with a complete histogram (text 0.0.4, "Histograms and summaries"; OpenMetrics 1.0, "Histogram").
fn finish(histogram: &Histogram, dialect: Dialect) -> Option<(&'static str, String)> {
    let (count_name, sum_name) = (histogram.count_name, histogram.sum_name);
    if histogram.bound.is_none() {
        return Some(("missing-buckets", "the histogram has no buckets".to_owned()));
    }
    if !histogram.last_is_infinite {
        return Some(("missing-infinite-bucket", "the histogram has no bucket `+Inf` at its end".to_owned()));
    }
    match (histogram.count, histogram.sum) {
        (Some(count), _) if count != histogram.count_at_bound => Some((
            "count-mismatch",
            format!(
                "`{count_name}` is {}, bucket `+Inf` counts {}",
                shown(count),
                shown(histogram.count_at_bound)
            ),
        )),
        (None, Some(_)) => {
            Some(("missing-count", format!("the histogram has `{sum_name}` but no `{count_name}`")))
        }
        (None, None) if dialect == Dialect::Text => {
            Some(("missing-count", format!("the histogram has no `{count_name}`")))
        }
        (Some(_), None) if dialect == Dialect::OpenMetrics && !histogram.negative_bounds => {
            Some(("missing-sum", format!("the histogram has `{count_name}` but no `{sum_name}`")))
        }
        (_, Some(_))
            if dialect == Dialect::OpenMetrics && histogram.negative_bounds && sum_name == "_sum" =>
        {
            Some(("sum-of-negatives", "a histogram with negative bounds has no `_sum`".to_owned()))
        }
        (_, Some(sum)) if dialect == Dialect::OpenMetrics && sum < 0.0 && !histogram.negative_bounds => {
            Some(("impossible-value", "the sum is negative, no bound is".to_owned()))
        }
        _ => None,
    }
}

fn shown(number: f64) -> String {
    if number == f64::INFINITY { "+Inf".to_owned() } else { format!("{number}") }
}
