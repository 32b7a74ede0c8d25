//! What can be odd about one sample: its labels, its value, its place in a histogram or summary, and whether it is new.

use super::super::groups;
use super::super::ledger::Ledger;
use super::super::scan::Dialect;
use super::parts::{Part, Row, called};
use super::{Family, Series};
use crate::facts::Oddity;
use crate::naming::MetricKind;

/// From here on a family is taken to be as large as the one before.
const FEW_SERIES: usize = 28;

impl Family {
    pub(super) fn check_label_set(&mut self, ledger: &mut Ledger, row: &Row<'_>, label_set: u128) {
        match self.label_set {
            None => self.label_set = Some((label_set, row.line.number)),
            Some((first, _)) if first == label_set => {}
            Some((_, first_line)) => {
                let note = || format!("other labels than the series in line {first_line}");
                self.odd(ledger, Oddity::InconsistentLabels, row.line, row.sample.series_at(), note);
            }
        }
    }

    pub(super) fn check_value(&mut self, ledger: &mut Ledger, row: &Row<'_>) {
        let Row { line, sample, kind, part, divider, .. } = *row;
        let strict = ledger.dialect == Dialect::OpenMetrics;
        let value = sample.value;
        let at = || sample.value_at.clone();
        let counts = match part {
            Part::Total | Part::Bucket | Part::Count | Part::GCount => true,
            Part::Value => kind == MetricKind::Counter,
            // Text says nothing of sums; OpenMetrics has them of counters only.
            Part::Sum => strict,
            Part::GSum | Part::Created | Part::Info => false,
        };
        let fractional = matches!(part, Part::Bucket | Part::Count | Part::GCount)
            && value.is_finite()
            && value.fract() != 0.0;
        let what = match value {
            _ if value.is_nan() => Some("NaN"),
            _ if value < 0.0 => Some("negative"),
            _ if fractional => Some("not a whole number"),
            _ => None,
        };
        if let Some(what) = what.filter(|_| counts) {
            let note = || format!("{} is {what}", called(kind, part));
            return self.problem(ledger, (Oddity::ImpossibleValue, "impossible-value"), line, at(), note);
        }
        if counts && value.is_infinite() && part != Part::Sum {
            // No format forbids it; no count gets there.
            let note = || format!("{} is infinite", called(kind, part));
            return self.odd(ledger, Oddity::ImpossibleValue, line, at(), note);
        }
        if part == Part::GSum && value.is_nan() {
            return ledger.fault(line, "impossible-value", at(), || "the sum is NaN".into());
        }
        match kind {
            MetricKind::Info if value != 1.0 => {
                ledger.fault(line, "impossible-value", at(), || "an info metric's value is 1".into());
            }
            MetricKind::StateSet if divider.is_none() => {
                let note = format!("a stateset's sample has the label `{}`", self.shown());
                ledger.fault(line, "missing-state", sample.name.at.clone(), || note);
            }
            MetricKind::StateSet if value != 0.0 && value != 1.0 => {
                ledger.fault(line, "impossible-value", at(), || "a state is 0 or 1".into());
            }
            MetricKind::Summary if part == Part::Value && value < 0.0 && strict => {
                ledger.fault(line, "impossible-value", at(), || "the value of a quantile is negative".into());
            }
            _ => {}
        }
    }

    pub(super) fn check_group(&mut self, ledger: &mut Ledger, row: &Row<'_>, group: u128) {
        if ledger.dialect == Dialect::OpenMetrics {
            // Samples of info metrics can't be told apart by group.
            let group = if row.kind == MetricKind::Info { 0 } else { group };
            self.groups.enter(ledger, row, group);
        }
        let step = match (row.kind, row.part) {
            (MetricKind::Histogram | MetricKind::GaugeHistogram, Part::Bucket) => row.bound(),
            (MetricKind::Summary, Part::Value) => row.quantile(),
            (MetricKind::Histogram | MetricKind::GaugeHistogram | MetricKind::Summary, part) => {
                if part != Part::Created {
                    self.groups.other(ledger, row, group);
                }
                return;
            }
            _ => return,
        };
        let oddity = |is_summary| if is_summary { Oddity::BrokenSummary } else { Oddity::BrokenHistogram };
        let at_step = row.divider.map_or(row.sample.name.at.clone(), |pair| pair.value.at.clone());
        match step {
            Err((code, note)) => {
                let oddity = oddity(row.kind == MetricKind::Summary);
                self.problem(ledger, (oddity, code), row.line, at_step, || note.to_owned());
            }
            Ok(step) => {
                if row.part == Part::Bucket {
                    self.magnitude.bound(step);
                }
                if let Some((spot, wrong)) = self.groups.step(ledger, row, group, step) {
                    let at = if spot == groups::Spot::Step { at_step } else { row.sample.value_at.clone() };
                    if wrong.is_summary {
                        // OpenMetrics does not forbid it either.
                        self.odd(ledger, Oddity::BrokenSummary, row.line, at, || wrong.note);
                    } else {
                        self.problem(ledger, (Oddity::BrokenHistogram, wrong.code), row.line, at, || {
                            wrong.note
                        });
                    }
                }
            }
        }
    }

    pub(super) fn check_unique(&mut self, ledger: &mut Ledger, row: &Row<'_>, hash: u128) {
        let time = row.sample.timestamp.filter(|_| ledger.dialect == Dialect::OpenMetrics).map(f64::to_bits);
        let line = u32::try_from(row.line.number).unwrap_or(u32::MAX);
        let hash = [hash as u32, (hash >> 32) as u32, (hash >> 64) as u32];
        let hasher = |series: &Series| bucket(series.hash);
        if self.series.len() == FEW_SERIES {
            // Not growing step by step spares the copies; families of one exposition are often of one size.
            self.series.reserve(self.expected_series.min(4096), hasher);
        }
        let before = match time {
            Some(time) => self.times.insert(hash, time),
            None => self.times.get(&hash).copied(),
        };
        let mut place = match self.series.entry(bucket(hash), |series| series.hash == hash, hasher) {
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(Series { hash, line });
                return;
            }
            hashbrown::hash_table::Entry::Occupied(place) => place,
        };
        let series = place.get_mut();
        if before == time {
            let first = series.line;
            let note = || format!("the same series as in line {first}");
            self.odd(ledger, Oddity::DuplicateSeries, row.line, row.sample.series_at(), note);
        } else {
            series.line = line;
        }
    }
}

/// Where in the table a series with this hash is.
fn bucket(hash: [u32; 3]) -> u64 {
    u64::from(hash[0]) | u64::from(hash[1]) << 32
}
