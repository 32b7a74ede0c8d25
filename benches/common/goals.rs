//! How what was measured stands to what it should be: lines of a table in Markdown.

use std::fs;

pub fn at_least(what: &str, measured: Option<f64>, goal: f64, unit: &str) -> String {
    judged(what, measured, unit, &format!(">= {goal}{unit}"), |measured| measured >= goal)
}

pub fn at_most(what: &str, measured: Option<f64>, goal: f64, unit: &str) -> String {
    judged(what, measured, unit, &format!("<= {goal}{unit}"), |measured| measured <= goal)
}

fn judged(what: &str, measured: Option<f64>, unit: &str, goal: &str, met: impl Fn(f64) -> bool) -> String {
    let Some(measured) = measured else {
        return format!("| {what} | no peer to compare with | {goal} | not measured |");
    };
    let verdict = if met(measured) { "met" } else { "**missed**" };
    format!("| {what} | {measured:.2}{unit} | {goal} | {verdict} |")
}

/// The processor and how many cores of it there are.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map(|(_, model)| model.trim());
    format!("{}, {cores} cores", model.unwrap_or(std::env::consts::ARCH))
}
