//! Units as OpenTelemetry writes them: UCUM codes such as `By/s` or `{request}`, and their
//! Prometheus words.
//!
//! What the specification says is here; where an exporter departs from it, see
//! [`super::exporters`]. Unit words inside a Prometheus name are in [`super::units`].

mod table;

use std::borrow::Cow;

use super::dimension::Dimension;
use table::{ATOMS, MISTAKES, PER_WORDS, PREFIXES, PROMETHEUS_WORDS};

/// The Prometheus word for a UCUM unit by the OpenTelemetry specification: annotations (`{…}`) are
/// dropped, `a/b` becomes `a_per_b`. `None` when nothing is left to write: an empty unit, a pure
/// annotation, `1` (the specification has no rule for it now; what exporters do with it, they do
/// themselves), or a unit outside the table.
#[must_use]
pub fn ucum_to_prometheus(unit: &str) -> Option<Cow<'static, str>> {
    let (value, per) = unit.split_once('/').map_or((unit, None), |(value, per)| (value, Some(per)));
    let value = without_annotations(value);
    let main = prometheus_word(value.trim());
    let per = match per {
        Some(per) => {
            let per = without_annotations(per);
            match per.trim() {
                "" => None,
                // The only code of the table that UCUM spells differently after a slash.
                "min" => Some("minute"),
                other => Some(per_word(other)?),
            }
        }
        None => None,
    };
    match (main, per) {
        (Some(main), Some(per)) => Some(Cow::Owned(format!("{main}_per_{per}"))),
        (Some(main), None) => Some(Cow::Borrowed(main)),
        // A count of something: `1/s`, `{request}/s`, `/s`. Of something unknown (`foo/s`) nothing
        // can be said.
        (None, Some(per)) if matches!(value.trim(), "" | "1") => Some(Cow::Owned(format!("per_{per}"))),
        (None, _) => None,
    }
}

/// Whether the text is a UCUM unit, by a subset of the grammar wide enough for telemetry: common
/// atoms with prefixes, exponents, `.` and `/`, brackets, integers and annotations. Case matters
/// (`By`, not `by`). The empty text is not a unit: ask only about units that were given.
#[must_use]
pub fn is_valid_ucum(unit: &str) -> bool {
    let unit = unit.strip_prefix('/').unwrap_or(unit);
    matches!(term(unit, 0), Some(""))
}

/// What a unit measures; `None` if it is no valid UCUM (see [`is_valid_ucum`]).
#[must_use]
pub fn ucum_dimension(unit: &str) -> Option<Dimension> {
    if !is_valid_ucum(unit) {
        return None;
    }
    let plain = without_annotations(unit);
    Some(match plain.as_ref() {
        "1" if unit == "1" => Dimension::Ratio,
        // With an annotation, `1` counts: `1{request}`.
        "" | "1" => Dimension::Count,
        text if text.contains('/') => Dimension::Rate,
        text => atom_dimension(text).unwrap_or(Dimension::Other),
    })
}

/// What was probably meant by a text that is not UCUM: `seconds` is `s`, `MB` is `MBy`. Case does
/// not matter here.
#[must_use]
pub fn suggest_ucum(unit: &str) -> Option<&'static str> {
    let unit = unit.trim();
    let mistaken =
        MISTAKES.iter().find(|(mistake, _)| unit.eq_ignore_ascii_case(mistake)).map(|(_, code)| *code);
    let word =
        || PROMETHEUS_WORDS.iter().find(|(_, word)| unit.eq_ignore_ascii_case(word)).map(|(code, _)| *code);
    mistaken.or_else(word)
}

/// The word of the table for one code, without `/` and annotations.
pub(super) fn prometheus_word(code: &str) -> Option<&'static str> {
    PROMETHEUS_WORDS.iter().find(|(known, _)| *known == code).map(|(_, word)| *word)
}

/// The singular word of the table for one code after `/`.
pub(super) fn per_word(code: &str) -> Option<&'static str> {
    PER_WORDS.iter().find(|(known, _)| *known == code).map(|(_, word)| *word)
}

/// The unit without its `{…}` parts; an annotation that never closes reaches to the end.
fn without_annotations(unit: &str) -> Cow<'_, str> {
    if !unit.contains('{') {
        return Cow::Borrowed(unit);
    }
    let mut plain = String::new();
    let mut rest = unit;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Brackets nest in UCUM; no unit of telemetry needs more, and hostile text must not exhaust the
/// stack.
const MAX_NESTING: usize = 8;

/// Reads `component (('.' | '/') component)*` and returns what follows it.
fn term(text: &str, depth: usize) -> Option<&str> {
    let mut rest = component(text, depth)?;
    while let Some(after) = rest.strip_prefix(['.', '/']) {
        rest = component(after, depth)?;
    }
    Some(rest)
}

/// Reads a bracketed term, an annotation, or an atom or number with exponent and annotation.
fn component(text: &str, depth: usize) -> Option<&str> {
    if let Some(inner) = text.strip_prefix('(') {
        return if depth < MAX_NESTING { term(inner, depth + 1)?.strip_prefix(')') } else { None };
    }
    if text.starts_with('{') {
        return annotation(text);
    }
    let end = text.find(['.', '/', '{', '(', ')']).unwrap_or(text.len());
    let (symbol, rest) = text.split_at_checked(end)?;
    let known = is_number(symbol)
        || atom_dimension(symbol).is_some()
        || atom_dimension(without_exponent(symbol)).is_some();
    if !known {
        return None;
    }
    if rest.starts_with('{') { annotation(rest) } else { Some(rest) }
}

/// Reads `{text}`: printable ASCII without blanks and braces, not empty.
fn annotation(text: &str) -> Option<&str> {
    let (inner, rest) = text.strip_prefix('{')?.split_once('}')?;
    let fits = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_graphic() && c != '{');
    fits.then_some(rest)
}

fn without_exponent(symbol: &str) -> &str {
    let base = symbol.trim_end_matches(|c: char| c.is_ascii_digit());
    if base.len() == symbol.len() { symbol } else { base.strip_suffix(['+', '-']).unwrap_or(base) }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn atom_dimension(symbol: &str) -> Option<Dimension> {
    let plain = ATOMS.iter().find(|(atom, ..)| *atom == symbol);
    let prefixed = || {
        let metric = |atom: &str| ATOMS.iter().find(|(known, metric, _)| *metric && *known == atom);
        PREFIXES.iter().find_map(|prefix| metric(symbol.strip_prefix(prefix)?))
    };
    plain.or_else(prefixed).map(|(.., dimension)| *dimension)
}

#[cfg(test)]
mod tests;
