//! Samples that belong together: the buckets or quantiles, count and sum of one histogram or summary; in OpenMetrics
//! every group of one label set, which must stand together and in order of time.

use hashbrown::{HashMap, HashSet};

use super::family::{Part, Row};
use super::ledger::{Ledger, Mark};
use super::scan::Dialect;
use crate::naming::MetricKind;

/// A histogram or summary of one label set.
#[derive(Debug)]
struct Group {
    mark: Mark,
    is_summary: bool,
    is_gauge: bool,
    /// The last bound or quantile.
    step: Option<f64>,
    /// The value there.
    at_step: f64,
    has_negative_bounds: bool,
    count: Option<(f64, Mark)>,
    sum: Option<f64>,
}

/// Something wrong with a group.
#[derive(Debug)]
pub struct Wrong {
    /// A short stable name.
    pub code: &'static str,
    /// Whether it is a summary.
    pub is_summary: bool,
    /// What is wrong.
    pub note: String,
}

/// Where in its line something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// At the bound or quantile.
    Step,
    /// At the value.
    Value,
}

/// The groups of one family.
#[derive(Debug, Default)]
pub struct Groups {
    open: Vec<Group>,
    index: HashMap<u128, usize>,
    last: Option<(u128, usize)>,
    finished: Vec<(Mark, Wrong)>,
    // OpenMetrics only.
    current: Option<(u128, Option<f64>)>,
    seen: HashSet<u128>,
}

impl Groups {
    /// OpenMetrics: a group's samples stand together, all or none have a timestamp, and timestamps do not fall.
    pub fn enter(&mut self, ledger: &mut Ledger, row: &Row<'_>, group: u128) {
        let at = || row.sample.name.at.start..row.sample.value_at.end;
        let now = row.sample.timestamp;
        match self.current {
            Some((current, before)) if current == group => {
                match (before, now) {
                    (Some(before), Some(now)) if now < before && row.kind != MetricKind::Info => {
                        let note = || "the timestamp lies before the one above".into();
                        ledger.fault(row.line, "timestamp-order", at(), note);
                    }
                    (None, Some(_)) | (Some(_), None) => {
                        let note = || "some samples of this group have a timestamp, some none".into();
                        ledger.fault(row.line, "mixed-timestamps", at(), note);
                    }
                    _ => {}
                }
                if before != now {
                    self.finish(Dialect::OpenMetrics);
                }
            }
            _ => {
                if !self.seen.insert(group) {
                    let note = || "the samples of this label set do not stand together".into();
                    ledger.fault(row.line, "scattered-group", at(), note);
                }
                self.finish(Dialect::OpenMetrics);
            }
        }
        self.current = Some((group, now));
    }

    /// Forgets which groups were seen: the family itself was found in two places, which is said already.
    pub fn enter_again(&mut self) {
        self.seen.clear();
    }

    fn of(&mut self, ledger: &mut Ledger, row: &Row<'_>, group: u128) -> &mut Group {
        let known = match self.last {
            Some((last, at)) if last == group => Some(at),
            _ => self.index.get(&group).copied(),
        };
        let at = known.unwrap_or_else(|| {
            self.open.push(Group {
                mark: ledger.mark(row.line, row.sample.series_at()),
                is_summary: row.kind == MetricKind::Summary,
                is_gauge: row.kind == MetricKind::GaugeHistogram,
                step: None,
                at_step: 0.0,
                has_negative_bounds: false,
                count: None,
                sum: None,
            });
            self.index.insert(group, self.open.len() - 1);
            self.open.len() - 1
        });
        self.last = Some((group, at));
        &mut self.open[at]
    }

    /// Takes in a bucket or a quantile; returns what is wrong with it, and where.
    pub fn step(
        &mut self,
        ledger: &mut Ledger,
        row: &Row<'_>,
        group: u128,
        step: f64,
    ) -> Option<(Spot, Wrong)> {
        let dialect = ledger.dialect;
        let value = row.sample.value;
        let group = self.of(ledger, row, group);
        let is_summary = group.is_summary;
        group.has_negative_bounds |= step < 0.0;
        let at_before = std::mem::replace(&mut group.at_step, value);
        let before = group.step.replace(step)?;
        let wrong = |spot, code, note| Some((spot, Wrong { code, is_summary, note }));
        if step == before {
            // The same step twice is a duplicate series, and in text said as such.
            return match dialect {
                Dialect::OpenMetrics if !is_summary => {
                    wrong(Spot::Step, "bucket-order", "the bucket stands twice".into())
                }
                _ => None,
            };
        }
        match (is_summary, step < before, value < at_before) {
            (false, true, _) => wrong(
                Spot::Step,
                "bucket-order",
                format!("the bound is below the one before, {}", shown(before)),
            ),
            (false, false, true) => wrong(
                Spot::Value,
                "falling-bucket",
                format!(
                    "a bucket counts {}, fewer than the {} of the one before",
                    shown(value),
                    shown(at_before)
                ),
            ),
            // Quantiles may come in any order, but not with values that fall as they rise.
            (true, falls, less)
                if falls != less && value != at_before && !value.is_nan() && !at_before.is_nan() =>
            {
                wrong(Spot::Value, "falling-quantile", "a higher quantile has a smaller value".into())
            }
            _ => None,
        }
    }

    /// Takes in a count or a sum.
    pub fn other(&mut self, ledger: &mut Ledger, row: &Row<'_>, group: u128) {
        let value = row.sample.value;
        match row.part {
            Part::Count | Part::GCount => {
                let mark = ledger.mark(row.line, row.sample.value_at.clone());
                self.of(ledger, row, group).count = Some((value, mark));
            }
            Part::Sum | Part::GSum => self.of(ledger, row, group).sum = Some(value),
            _ => {}
        }
    }

    fn finish(&mut self, dialect: Dialect) {
        self.index.clear();
        self.last = None;
        for group in self.open.drain(..) {
            let found = if group.is_summary {
                wrong_summary(&group, dialect)
            } else {
                wrong_histogram(&group, dialect)
            };
            if let Some((code, note)) = found {
                // What the count contradicts is seen at the count.
                let at_count = group.count.filter(|_| code == "count-mismatch").map(|(_, mark)| mark);
                let wrong = Wrong { code, is_summary: group.is_summary, note };
                self.finished.push((at_count.unwrap_or(group.mark), wrong));
            }
        }
    }

    /// All groups are complete: what is wrong with them.
    pub fn close(&mut self, dialect: Dialect) -> Vec<(Mark, Wrong)> {
        self.finish(dialect);
        std::mem::take(&mut self.finished)
    }
}

/// What is wrong with a complete histogram (text 0.0.4, "Histograms and summaries"; OpenMetrics 1.0, "Histogram").
fn wrong_histogram(group: &Group, dialect: Dialect) -> Option<(&'static str, String)> {
    let strict = dialect == Dialect::OpenMetrics;
    if group.step.is_none() {
        return Some(("missing-buckets", "it has no buckets".to_owned()));
    }
    if group.step != Some(f64::INFINITY) {
        return Some(("missing-infinite-bucket", "it has no bucket `+Inf` at its end".to_owned()));
    }
    match (group.count.as_ref().map(|(count, _)| *count), group.sum) {
        (Some(count), _) if count != group.at_step => {
            let (count, last) = (shown(count), shown(group.at_step));
            Some(("count-mismatch", format!("its count is {count}, its bucket `+Inf` counts {last}")))
        }
        (None, Some(_)) => Some(("missing-count", "it has a sum but no count".to_owned())),
        // OpenMetrics allows a histogram of buckets alone.
        (None, None) => (!strict).then(|| ("missing-count", "it has no count".to_owned())),
        (Some(_), None) if !group.has_negative_bounds => {
            Some(("missing-sum", "it has a count but no sum".to_owned()))
        }
        // A histogram's sum is a counter, so there is none with negative bounds; a gauge histogram's may fall below zero.
        (Some(_), Some(_)) if strict && group.has_negative_bounds && !group.is_gauge => {
            Some(("sum-of-negatives", "it has negative bounds, and so no sum".to_owned()))
        }
        (Some(_), Some(sum)) if strict && sum < 0.0 && !group.has_negative_bounds => {
            Some(("impossible-value", "its sum is negative, and no bound is".to_owned()))
        }
        (Some(_), _) => None,
    }
}

/// Text 0.0.4: count and sum come together; OpenMetrics asks for neither.
fn wrong_summary(group: &Group, dialect: Dialect) -> Option<(&'static str, String)> {
    match (&group.count, group.sum) {
        _ if dialect == Dialect::OpenMetrics => None,
        (Some(_), None) => Some(("missing-sum", "it has a count but no sum".to_owned())),
        (None, Some(_)) => Some(("missing-count", "it has a sum but no count".to_owned())),
        _ => None,
    }
}

/// A number as expositions write it.
fn shown(number: f64) -> String {
    if number == f64::INFINITY { "+Inf".to_owned() } else { format!("{number}") }
}
