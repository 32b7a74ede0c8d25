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

/// Reads the patterns from the cards. Each is one line of YAML there; a card says so where it is personal data or less
/// than an error.
pub fn read(folder: &Path) -> io::Result<Patterns> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    let mut patterns = Patterns::default();
    for path in paths {
        let card = fs::read_to_string(&path)?;
        let key = |name: &str| {
            card.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned()))
        };
        let is = |name: &str, wanted: &str| {
            key(name).is_none_or(|said| said.split([' ', '#']).next().is_some_and(|said| said == wanted))
        };
        if !is("class", "secret") || !is("level", "error") {
            continue;
        }
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // ripgrep joins all patterns to one, in which a group's name may stand once only.
        let pattern = key("pattern")
            .and_then(|text| scalar(&text))
            .map(|pattern| pattern.replace("(?P<value>", "(?:").replace("(?<value>", "(?:"));
        let why = match pattern {
            None => "not one line of YAML",
            Some(pattern) if refused(&pattern)? => "refused by its engine",
            Some(pattern) => {
                patterns.taken.push(pattern);
                continue;
            }
        };
        patterns.left_out.push(format!("{id} ({why})"));
    }
    Ok(patterns)
}

/// A string of YAML in one line.
fn scalar(text: &str) -> Option<String> {
    if let Some(quoted) = text.strip_prefix('\'') {
        // The closing quote is the last one: a comment behind it has none.
        return Some(quoted[..quoted.rfind('\'')?].replace("''", "'"));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        return Some(quoted[..quoted.rfind('"')?].replace("\\\"", "\"").replace("\\\\", "\\"));
    }
    let is_block = text.is_empty() || text.starts_with(['|', '>']);
    (!is_block).then(|| text.to_owned())
}

fn refused(pattern: &str) -> io::Result<bool> {
    let mut command = Command::new("rg");
    command.args(["--no-unicode", "--count", "--regexp", pattern, "-"]);
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // 1: nothing found, which is all there is to find in nothing.
    Ok(status.code() != Some(1))
}
