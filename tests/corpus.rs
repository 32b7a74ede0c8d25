//! Real inputs with known verdicts: the official OpenMetrics cases, promlint's own cases, large real expositions.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use support::{corpus, scratch_with, telelint};

fn expected(folder: &Path) -> BTreeMap<String, Value> {
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Findings of a folder's files, or of some of them, under the built-in contract; nothing may stay unread.
fn findings(folder: &Path, args: &[&str], inputs: usize) -> Vec<Value> {
    let args = [&["check", "--no-contract", "--format", "json"], args].concat();
    let report = telelint(folder, &args).json();
    let read: u64 =
        report["summary"]["read"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(
        (read as usize, &report["summary"]["unchecked"]),
        (inputs, &Value::Bool(false)),
        "{}",
        folder.display()
    );
    report["findings"].as_array().unwrap().clone()
}

fn text<'v>(finding: &'v Value, key: &str) -> &'v str {
    finding[key].as_str().unwrap()
}

/// A finding's file, without the folders above it.
fn file(finding: &Value) -> &str {
    text(finding, "path").rsplit('/').next().unwrap()
}

#[test]
fn all_211_official_openmetrics_verdicts_are_right() {
    let Some(folder) = corpus("openmetrics") else { return };
    let expected = expected(&folder);
    assert_eq!(expected.len(), 211);
    let findings = findings(&folder, &["--only", "metrics/malformed-exposition"], expected.len());
    assert!(findings.iter().all(|finding| finding["rule"] == "metrics/malformed-exposition"));
    let rejected: BTreeSet<&str> = findings.iter().map(file).collect();
    let invalid: BTreeSet<&str> =
        expected.iter().filter(|(_, verdict)| *verdict == "invalid").map(|(name, _)| name.as_str()).collect();
    let missed: Vec<_> = invalid.difference(&rejected).collect();
    let wronged: Vec<_> = rejected.difference(&invalid).collect();
    assert!(
        missed.is_empty() && wronged.is_empty(),
        "accepted though invalid: {missed:?}; rejected though valid: {wronged:?}"
    );
}

/// What promlint would say of one of our findings; `None` where it has no such check.
fn in_the_words_of_promlint(finding: &Value) -> Option<String> {
    let (message, subject) = (text(finding, "message"), text(finding, "subject"));
    let words = match text(finding, "rule") {
        "metrics/missing-help" => "no help text",
        "metrics/non-base-unit" | "metrics/duration-not-in-seconds" => {
            let (found, base) = message.split_once(" in ")?.1.split_once(", not in ")?;
            return Some(format!("use base unit \"{base}\" instead of \"{found}\""));
        }
        "metrics/counter-without-total" => "counter metrics should have \"_total\" suffix",
        "metrics/total-on-non-counter" => "non-counter metrics should not have \"_total\" suffix",
        "metrics/reserved-suffix" if message.ends_with("`_bucket`") => {
            "non-histogram metrics should not have \"_bucket\" suffix"
        }
        "metrics/reserved-suffix" => {
            let suffix = message.split('`').nth(3)?;
            return Some(format!(
                "non-histogram and non-summary metrics should not have \"{suffix}\" suffix"
            ));
        }
        "metrics/reserved-label" if subject.ends_with("{le}") => {
            "non-histogram metrics should not have \"le\" label"
        }
        "metrics/reserved-label" if subject.ends_with("{quantile}") => {
            "non-summary metrics should not have \"quantile\" label"
        }
        "metrics/bad-name" if message.starts_with("label name") && message.contains("camelCase") => {
            "label names should be written in 'snake_case' not 'camelCase'"
        }
        "metrics/bad-name" if message.contains("camelCase") => {
            "metric names should be written in 'snake_case' not 'camelCase'"
        }
        "metrics/bad-name" if message.contains("has a `:`") => "metric names should not contain ':'",
        "metrics/duplicate-series" => "metric not unique",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Findings on promlint's cases that promlint has no check for: file, rule, and why they are right.
const BEYOND_PROMLINT: [(&str, &str, &str); 5] = [
    ("HistogramSummaryReserved_045.prom", "metrics/broken-histogram", "its buckets come without a `_count`"),
    (
        "HistogramSummaryReserved_045.prom",
        "metrics/inconsistent-labels",
        "only some of its samples have `quantile`",
    ),
    ("HistogramSummaryReserved_045.prom", "metrics/missing-unit", "a duration, but in which unit?"),
    (
        "HistogramSummaryReserved_046.prom",
        "metrics/inconsistent-labels",
        "only some of its samples have `le`",
    ),
    ("HistogramSummaryReserved_047.prom", "metrics/missing-unit", "a duration, but in which unit?"),
];

#[test]
fn promlints_53_cases_have_the_problems_promlint_finds() {
    let Some(folder) = corpus("promlint") else { return };
    let expected = expected(&folder);
    assert_eq!(expected.len(), 53);
    let mut theirs = BTreeSet::new();
    for (name, case) in &expected {
        for problem in case["promlint_head"].as_array().unwrap() {
            let [metric, words] = [&problem[0], &problem[1]].map(|part| part.as_str().unwrap().to_owned());
            theirs.insert((name.clone(), metric, words));
        }
    }
    let mut ours = BTreeSet::new();
    let mut beyond = BTreeSet::new();
    // Each case by itself: the same problem of the same metric in several files would be one finding.
    for finding in expected.keys().flat_map(|name| findings(&folder, &[name], 1)) {
        let metric = text(&finding, "subject").split('{').next().unwrap().to_owned();
        match in_the_words_of_promlint(&finding) {
            Some(words) => {
                ours.insert((file(&finding).to_owned(), metric, words));
            }
            None => {
                beyond.insert((file(&finding).to_owned(), text(&finding, "rule").to_owned()));
            }
        }
    }
    assert_eq!(ours, theirs);
    let listed: BTreeSet<_> =
        BEYOND_PROMLINT.iter().map(|(name, rule, _)| ((*name).to_owned(), (*rule).to_owned())).collect();
    assert_eq!(beyond, listed, "findings beyond promlint that are not listed, or are listed and gone");
}

/// promlint's list of prefixes has `mibi`, which is no prefix, where IEC 80000-13 has `mebi`.
#[test]
fn mebibytes_are_no_base_unit_although_promlint_misspells_them() {
    let exposition = "\
# HELP cache_mebibytes Size of the cache.
# TYPE cache_mebibytes gauge
cache_mebibytes 1
# HELP cache_mibibytes Size of the cache, in a unit that does not exist.
# TYPE cache_mibibytes gauge
cache_mibibytes 1
";
    let folder = scratch_with("mebi", &[("metrics.prom", exposition)]);
    let found = findings(&folder, &[], 1);
    let said: Vec<_> =
        found.iter().map(|finding| (text(finding, "rule"), text(finding, "message"))).collect();
    assert_eq!(said, [("metrics/non-base-unit", "`cache_mebibytes` is in mebibytes, not in bytes")]);
}

/// What is malformed in the real expositions: file, line, what, and why it is.
const MALFORMED: [(&str, u64, &str, &str); 2] = [
    (
        "prometheus_textparse_alltypes.5mfs.om.txt",
        12,
        "it has negative bounds, and so no sum",
        "the official case bad_counter_values_8 demands it",
    ),
    (
        "prometheus_textparse_alltypes.5mfs.om.txt",
        33,
        "the sum is negative",
        "the official case bad_counter_values_17 demands it",
    ),
];

#[test]
fn real_expositions_are_malformed_only_where_an_official_case_says_so() {
    let Some(folder) = corpus("expositions") else { return };
    let found = findings(&folder, &["--only", "metrics/malformed-exposition"], 4);
    let said: Vec<_> = found
        .iter()
        .map(|finding| {
            let what = text(finding, "message").rsplit(": ").next().unwrap();
            (file(finding), finding["line"].as_u64().unwrap(), what)
        })
        .collect();
    let listed: Vec<_> = MALFORMED.iter().map(|(name, line, what, _)| (*name, *line, *what)).collect();
    assert_eq!(said, listed);
}
