//! GitHub workflow commands: a finding becomes an annotation at its line in each file.

use std::io::{self, Write};

use super::one_line;
use crate::finding::{Finding, Level};
use crate::run::Outcome;
use crate::source::Place;

/// Writes one command for each file of a finding.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        for place in finding.first_in_each_file() {
            annotate(finding, place, out)?;
        }
    }
    Ok(())
}

fn annotate(finding: &Finding, place: &Place, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let (path, line, column, end_line) = (property(&place.path), place.line, place.column, place.end_line);
    write!(out, "::{command} file={path},line={line},col={column},endLine={end_line}")?;
    // GitHub shows no annotation whose end column is not behind its column.
    if end_line == line && place.end_column > column {
        write!(out, ",endColumn={}", place.end_column)?;
    }
    let mut text = one_line(&finding.message);
    if finding.count > 1 {
        text.push_str(&format!(" ({} times)", finding.count));
    }
    if let Some(because) = &finding.because {
        text.push_str(&format!("\n{}: {}", because.place, because.text));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!("\nhelp: {}", one_line(&finding.help)));
    }
    writeln!(out, ",title={}::{}", property(finding.rule), data(&text))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
