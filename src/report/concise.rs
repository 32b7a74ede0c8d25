//! One line a finding, for editors, `grep` and agents.

use std::io::{self, Write};

use super::{Look, human, one_line};
use crate::run::Outcome;

/// Writes the findings, then the footer.
pub fn write(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let place = &finding.place;
        let times = if finding.count > 1 { format!(" ({} times)", finding.count) } else { String::new() };
        let message = one_line(&finding.message);
        let level = finding.level.name();
        writeln!(
            out,
            "{}:{}:{}: {level}[{}] {message}{times}",
            place.path, place.line, place.column, finding.rule
        )?;
    }
    human::footer(outcome, look, out)
}
