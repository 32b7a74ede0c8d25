//! Reports: findings and a footer, in the form somebody reads. One file a form.

pub mod concise;
pub mod github;
pub mod human;
pub mod json;
pub mod sarif;

use std::io::{self, Write};

use crate::run::Outcome;

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a person: the line, the contract's line, what to do.
    Human,
    /// One line a finding: `path:line:col: level[rule] message`.
    Concise,
    /// One JSON document (`telelint schema report`).
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// How a report may look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Links to the rules' pages.
    pub links: bool,
    /// Columns; `None` where it is no terminal.
    pub width: Option<usize>,
    /// Whether gaps are listed.
    pub show_unknown: bool,
}

/// Writes an outcome in a format.
///
/// # Errors
/// What the writer says.
pub fn write(format: Format, outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(outcome, look, out),
        Format::Concise => concise::write(outcome, look, out),
        Format::Json => json::write(outcome, out),
        Format::Jsonl => json::write_lines(outcome, out),
        Format::Sarif => sarif::write(outcome, out),
        Format::Github => github::write(outcome, out),
    }
}

/// The first sentence of help and message in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
