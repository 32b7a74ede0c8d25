//! For a person: the line, the contract's line, what to do. Drawn by miette on a window of lines.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::Look;
use crate::contract::preset::is_preset;
use crate::facts::Kind;
use crate::finding::{Confidence, Finding, Level};
use crate::rules::Rule;
use crate::run::Outcome;
use crate::source::{Place, Sources, Window};

/// The width where the output is no terminal.
const WIDTH: usize = 120;

/// Writes the findings, then the footer.
pub fn write(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(look);
    for finding in &outcome.findings {
        pen.finding(finding, &outcome.sources, out)?;
        writeln!(out)?;
    }
    footer(outcome, look, out)
}

/// Draws findings.
struct Pen {
    look: Look,
    width: usize,
    handler: GraphicalReportHandler,
}

impl Pen {
    fn new(look: Look) -> Self {
        let theme = if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let width = look.width.unwrap_or(WIDTH).clamp(40, 160);
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        Self { look, width, handler }
    }

    fn finding(&self, finding: &Finding, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
        let confidence = match finding.confidence {
            Confidence::Sure => String::new(),
            other => format!(" ({})", other.name()),
        };
        let head = format!("{}[{}]{confidence}", finding.level.name(), self.linked(finding.rule));
        let color = match finding.level {
            Level::Error => "1;31",
            Level::Warning => "1;33",
            Level::Info => "1;36",
        };
        writeln!(out, "{}: {}", self.painted(color, &head), self.painted("1", &finding.message))?;
        // What must not be written must not be drawn, whatever else hides it.
        let window = if finding.is_confidential {
            sources.window_hiding(&finding.place)
        } else {
            sources.window(&finding.place)
        };
        self.picture(&finding.place, window, &finding.label, out)?;
        match &finding.because {
            // The built-in contract is the same for everyone: one line says which clause.
            Some(because) if is_preset(&because.place.path) => {
                let clause = format!("{}:{}: {}", because.place.path, because.place.line, because.text);
                self.note("contract", &clause, out)?;
            }
            Some(because) => {
                let window = sources.window(&because.place);
                self.picture(&because.place, window, "the contract asks for it", out)?;
            }
            None => {}
        }
        if !finding.help.is_empty() {
            self.note("help", &finding.help, out)?;
        }
        let also: Vec<String> = finding.also.iter().map(ToString::to_string).collect();
        match (finding.count, also.is_empty()) {
            (2.., true) => self.note("seen", &format!("{} times", finding.count), out),
            (2.., false) => {
                self.note("seen", &format!("{} times, also {}", finding.count, also.join(", ")), out)
            }
            (_, false) => self.note("other", &also.join(", "), out),
            _ => Ok(()),
        }
    }

    /// The lines of a place; where they can't be had, its name.
    fn picture(
        &self,
        place: &Place,
        window: Option<Window>,
        label: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(window) = window else {
            let label = if label.is_empty() { String::new() } else { format!(": {label}") };
            return writeln!(out, "   in {place}{label}");
        };
        let column = usize::try_from(place.column).unwrap_or(1).saturating_sub(1);
        let piece = Piece { path: place.path.to_string(), column, window, label: label.to_owned() };
        let mut text = String::new();
        // Writing into a string can't fail.
        let _ = self.handler.render_report(&mut text, &piece);
        // miette writes the message first, which stands above already.
        for line in text.lines().skip_while(|line| !line.contains('╭')) {
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// `  name: text`, wrapped under itself.
    fn note(&self, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = name.len() + 4;
        let mut column = indent;
        write!(out, "  {}:", self.painted("1", name))?;
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if column + 1 + length > self.width && column > indent {
                write!(out, "\n{:indent$}{word}", "")?;
                column = indent + length;
            } else {
                write!(out, " {word}")?;
                column += 1 + length;
            }
        }
        writeln!(out)
    }

    fn painted(&self, style: &str, text: &str) -> String {
        if self.look.color { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The rule's id as a link to its page (OSC 8), where the terminal can.
    fn linked(&self, id: &str) -> String {
        match Rule::of(id).filter(|_| self.look.links) {
            Some(rule) => format!("\x1b]8;;{}\x1b\\{id}\x1b]8;;\x1b\\", rule.page()),
            None => id.to_owned(),
        }
    }
}

/// The last lines: what was read, found, withheld, suppressed, unknown.
pub fn footer(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if look.show_unknown {
        for gap in &outcome.gaps {
            writeln!(out, "unknown: {}: {}", gap.place, gap.what)?;
        }
    }
    let summary = &outcome.summary;
    let named = |kinds: &std::collections::BTreeMap<Kind, u64>| {
        let kinds: Vec<_> = kinds.iter().map(|(kind, count)| kind.called(*count as usize)).collect();
        kinds.join(", ")
    };
    if !summary.contracts.is_empty() {
        writeln!(out, "contract: {}", summary.contracts.join(", "))?;
    }
    if !summary.read.is_empty() {
        writeln!(out, "read: {}", named(&summary.read))?;
    }
    if !summary.unread.is_empty() {
        writeln!(out, "not judged yet: {}", named(&summary.unread))?;
    }
    let counts: Vec<String> = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "info")]
        .into_iter()
        .map(|(level, name)| {
            let count = outcome.count(level);
            format!("{count} {name}{}", if count == 1 || level == Level::Info { "" } else { "s" })
        })
        .collect();
    write!(out, "{}", counts.join(", "))?;
    writeln!(
        out,
        " ({} withheld, {} suppressed, {} unknown)",
        summary.withheld, summary.suppressed, summary.unknown
    )
}

/// Lines of one source with a mark, as miette wants them.
struct Piece {
    path: String,
    /// From 0.
    column: usize,
    window: Window,
    label: String,
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Piece {}

impl Diagnostic for Piece {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = Some(self.label.clone()).filter(|label| !label.is_empty());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(label, self.window.mark.clone()))))
    }
}

impl SourceCode for Piece {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // The window is what is to be shown, whole, and it knows where it stands in its file. Without lines around it
        // miette asks only for the place in the frame's head.
        let column = if before + after == 0 { self.column } else { 0 };
        let text = &self.window.text;
        let line = usize::try_from(self.window.first_line).unwrap_or(1) - 1;
        let all = (0, text.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            text.as_bytes(),
            all,
            line,
            column,
            text.lines().count(),
        )))
    }
}
