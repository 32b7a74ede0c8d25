//! GitHub workflow commands: each finding becomes an annotation at its line.

use std::io::{self, Write};

use super::one_line;
use crate::finding::Level;
use crate::run::Outcome;

/// Writes one command a finding.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let place = &finding.place;
        write!(
            out,
            "::{command} file={},line={},col={},endLine={}",
            property(&place.path),
            place.line,
            place.column,
            place.end_line
        )?;
        // GitHub shows no annotation whose end column is not behind its column.
        if place.end_line == place.line && place.end_column > place.column {
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
        writeln!(out, ",title={}::{}", property(finding.rule), data(&text))?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
