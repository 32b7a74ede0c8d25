//! One line for each file of a finding, for editors, `grep` and agents.

use std::io::{self, Write};

use super::{Look, human, one_line};
use crate::run::Outcome;

/// Writes the findings, then the footer.
pub fn write(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let message = one_line(&finding.message);
        let level = finding.level.name();
        let more = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
        for place in finding.first_in_each_file() {
            let (path, line, column) = (&place.path, place.line, place.column);
            writeln!(out, "{path}:{line}:{column}: {level}[{}] {message}{more}", finding.rule)?;
        }
    }
    human::footer(outcome, look, out)
}
