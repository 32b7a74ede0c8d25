//! Allow comments, in whatever kind of text: `telelint: allow(rule, rule) reason`.

use crate::detect::masked;

/// What a comment says: the rules, and the reason; of another form, the words as a rule that no finding has.
pub struct Said {
    /// Where the word `telelint:` begins in the line.
    pub at: usize,
    /// Rule ids or patterns.
    pub rules: Vec<String>,
    /// What stands behind them.
    pub reason: String,
}

/// The allow comment of a line, if there is one.
pub fn said(line: &[u8]) -> Option<Said> {
    let at = memchr::memmem::find(line, b"telelint:")?;
    let said = String::from_utf8_lossy(&line[at + "telelint:".len()..]).trim().to_owned();
    let (rules, reason) = match said.strip_prefix("allow(").and_then(|rest| rest.split_once(')')) {
        Some((rules, reason)) => (rules.split(',').map(|rule| masked(rule.trim())).collect(), reason.trim()),
        None => (vec![masked(&said)], ""),
    };
    Some(Said { at, rules, reason: masked(reason) })
}
