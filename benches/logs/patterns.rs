//! The detectors of level error as patterns for ripgrep, so that both look for the same.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What ripgrep is given.
#[derive(Default)]
pub struct Patterns {
    pub taken: Vec<String>,
    /// Cards whose pattern is not among them, and why.
    pub left_out: Vec<String>,
}

/// Reads the patterns from the cards; a card says so where it is personal data or less than an error.
pub fn read(folder: &Path) -> io::Result<Patterns> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    let mut patterns = Patterns::default();
    for path in paths {
        let card = fs::read_to_string(&path)?;
        let is = |key: &str, wanted: &str| {
            value(&card, key)
                .is_none_or(|said| said.split([' ', '#']).next().is_some_and(|said| said == wanted))
        };
        if !is("class", "secret") || !is("level", "error") {
            continue;
        }
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some(pattern) = value(&card, "pattern") else {
            patterns.left_out.push(format!("{id} (no pattern was found)"));
            continue;
        };
        // ripgrep joins all patterns to one, in which a group's name may stand once only, and a flag must not reach the
        // next one.
        let pattern = format!("(?:{})", pattern.replace("(?P<value>", "(?:").replace("(?<value>", "(?:"));
        if refused(&pattern)? {
            patterns.left_out.push(format!("{id} (refused by its engine)"));
        } else {
            patterns.taken.push(pattern);
        }
    }
    Ok(patterns)
}

/// A string of a card: plain, quoted, or a block. Just as much YAML as the cards have, since a reader of YAML is no
/// dependency of a benchmark.
fn value(card: &str, key: &str) -> Option<String> {
    let mut lines = card.lines();
    let said = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?.trim();
    if let Some(quoted) = said.strip_prefix('\'') {
        return Some(quoted[..quoted.rfind('\'')?].replace("''", "'"));
    }
    if let Some(quoted) = said.strip_prefix('"') {
        return Some(quoted[..quoted.rfind('"')?].replace("\\\"", "\"").replace("\\\\", "\\"));
    }
    if said.starts_with(['|', '>']) {
        // A pattern of ripgrep's is one line. Those of several lines are verbose, so a blank there is as good as a line's
        // end.
        let block: Vec<_> =
            lines.take_while(|line| line.is_empty() || line.starts_with(' ')).map(str::trim).collect();
        return Some(block.join(" ").trim().to_owned());
    }
    Some(said.to_owned())
}

fn refused(pattern: &str) -> io::Result<bool> {
    let mut command = Command::new("rg");
    command.args(["--no-unicode", "--count", "--regexp", pattern, "-"]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // 1: nothing found, which is all there is to find in nothing.
    Ok(status.code() != Some(1))
}
