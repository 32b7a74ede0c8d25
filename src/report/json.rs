//! JSON, versioned; the schema is generated from these types (`telelint schema report`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::Gap;
use crate::finding::{Confidence, Finding, Level};
use crate::run::Outcome;

/// The version of this form. It rises when a field changes its meaning or goes.
pub const VERSION: u32 = 1;

/// The report of one run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "telelint report")]
pub struct Report<'r> {
    /// [`VERSION`].
    pub version: u32,
    /// Findings in order of path, line, column and rule.
    pub findings: Vec<Item<'r>>,
    /// What could not be seen: neither a violation nor a pass.
    pub gaps: Vec<Unseen<'r>>,
    /// What was done.
    pub summary: Numbers,
}

/// Something that could not be seen.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Gap")]
pub struct Unseen<'r> {
    /// As in a finding.
    pub path: &'r str,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
    /// What, and why not.
    pub what: &'r str,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct Item<'r> {
    /// The rule's id.
    pub rule: &'r str,
    /// How much it counts.
    pub level: Level,
    /// How certain it is.
    pub confidence: Confidence,
    /// What is wrong.
    pub message: &'r str,
    /// What it is about: a metric, `metric{label}`, a file.
    pub subject: &'r str,
    /// How often it was seen.
    pub count: u64,
    /// Repository-relative path, `<stdin>` or a URL.
    pub path: &'r str,
    /// Line, from 1.
    pub line: u64,
    /// Column in Unicode scalar values, from 1.
    pub column: u64,
    /// Last line.
    pub end_line: u64,
    /// Column behind the last character.
    pub end_column: u64,
    /// The next places of a finding that was seen several times.
    pub places: Vec<Spot<'r>>,
    /// The clause of the contract it stands on.
    pub because: Option<Clause<'r>>,
    /// What to do.
    pub help: &'r str,
}

/// A further place.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub struct Spot<'r> {
    /// As in a finding.
    pub path: &'r str,
    /// Line, from 1.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
}

/// A line of the contract.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Clause<'r> {
    /// The contract; `built-in:NAME` for a preset.
    pub path: &'r str,
    /// Line, from 1.
    pub line: u64,
    /// The line's text.
    pub text: &'r str,
}

/// Numbers of a run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
pub struct Numbers {
    /// Inputs that were read, by kind.
    pub read: BTreeMap<String, u64>,
    /// Inputs for which there is no reader yet, by kind: they were not judged.
    pub unread: BTreeMap<String, u64>,
    /// Findings by level.
    pub error: usize,
    /// Findings by level.
    pub warning: usize,
    /// Findings by level.
    pub info: usize,
    /// Findings that an allow entry or comment suppressed.
    pub suppressed: u64,
    /// Findings below the wanted confidence.
    pub withheld: u64,
    /// What could not be seen.
    pub unknown: u64,
    /// Whether something could not be checked (exit code 2).
    pub unchecked: bool,
}

/// Writes one document.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let report = Report {
        version: VERSION,
        findings: outcome.findings.iter().map(item).collect(),
        gaps: outcome.gaps.iter().map(unseen).collect(),
        summary: numbers(outcome),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

/// Writes one object a finding, then the summary as `{"summary": …}`.
pub fn write_lines(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        serde_json::to_writer(&mut *out, &item(finding))?;
        writeln!(out)?;
    }
    serde_json::to_writer(
        &mut *out,
        &serde_json::json!({ "version": VERSION, "summary": numbers(outcome) }),
    )?;
    writeln!(out)
}

fn unseen(gap: &Gap) -> Unseen<'_> {
    Unseen { path: &gap.place.path, line: gap.place.line, column: gap.place.column, what: &gap.what }
}

fn item(finding: &Finding) -> Item<'_> {
    let place = &finding.place;
    Item {
        rule: finding.rule,
        level: finding.level,
        confidence: finding.confidence,
        message: &finding.message,
        subject: &finding.subject,
        count: finding.count,
        path: &place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        places: finding
            .also
            .iter()
            .map(|place| Spot { path: &place.path, line: place.line, column: place.column })
            .collect(),
        because: finding.because.as_ref().map(|because| Clause {
            path: &because.place.path,
            line: because.place.line,
            text: &because.text,
        }),
        help: &finding.help,
    }
}

fn numbers(outcome: &Outcome) -> Numbers {
    let summary = &outcome.summary;
    let named = |kinds: &BTreeMap<crate::facts::Kind, u64>| {
        kinds.iter().map(|(kind, count)| (kind.name().to_owned(), *count)).collect()
    };
    Numbers {
        read: named(&summary.read),
        unread: named(&summary.unread),
        error: outcome.count(Level::Error),
        warning: outcome.count(Level::Warning),
        info: outcome.count(Level::Info),
        suppressed: summary.suppressed,
        withheld: summary.withheld,
        unknown: summary.unknown,
        unchecked: summary.unchecked,
    }
}
