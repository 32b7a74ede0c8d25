//! Unit words inside a metric name: which word is a unit, what its base unit is, where it stands.
//!
//! The first two questions of this file are promlint's own and answered exactly as it does
//! (Prometheus 3.14); the rest goes beyond it. Units as OpenTelemetry writes them (`By`) are in
//! [`super::ucum`].

mod table;

use std::ops::Range;

use super::dimension::Dimension;
use super::{Word, segments, words};
use table::{
    ABBREVIATIONS, AFTER_UNIT, DENOMINATORS, MORE_ABBREVIATIONS, MORE_UNITS, PREFIXES, Spelling, UNITS,
};

/// A unit found in a metric name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitWord<'n> {
    /// Bytes of the word within the name.
    pub range: Range<usize>,
    /// The word as it stands in the name: `milliseconds`, `ms`.
    pub found: &'n str,
    /// The same unit written out: `milliseconds` for `ms`; otherwise `found`.
    pub full: &'n str,
    /// The base unit to use instead; equal to `found` when all is well.
    pub base: &'static str,
    /// What the unit measures.
    pub dimension: Dimension,
}

/// Where in a name a unit word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitRole {
    /// At the end, where the unit of the value belongs; only type suffixes and other units may
    /// follow.
    Suffix,
    /// Somewhere before: it may only be part of a description (`bytes_flush_duration_seconds`).
    Inside,
    /// After `per`: the value is divided by it.
    Denominator,
}

/// The unit promlint would ask to replace by its base unit: the first word between underscores that
/// is a unit or a prefix and a unit, unless it is a base unit. Case matters, abbreviations are not
/// units. As promlint of Prometheus 3.14, but for the prefixes `mebi`, `exbi`, `zetta` (known here)
/// and `mibi` (a slip there).
#[must_use]
pub fn non_base_unit(name: &str) -> Option<UnitWord<'_>> {
    segments(name).find_map(|word| promlint_unit(&word)).filter(|unit| unit.found != unit.base)
}

/// The first abbreviated unit in the name by promlint's rule: `_X_` or ending in `_X`, in any case,
/// for the X it knows (s ms us ns sec b kb mb gb tb pb m h d).
#[must_use]
pub fn abbreviated_unit(name: &str) -> Option<UnitWord<'_>> {
    segments(name).skip(1).find_map(|word| lookup(&word, ABBREVIATIONS))
}

/// All unit words of a name, in order, each with its role. Wider than promlint: words are cut at
/// anything that is not alphanumeric (so dotted names work), `ratio`, `percent`, `watts`, `hertz`
/// count too, and so do abbreviations, but only at the end of the name, for elsewhere `us` may be a
/// country. `timelines` is no unit, and neither is `days` in `last_30_days`: a number before it
/// makes it a time window.
pub fn unit_words(name: &str) -> impl Iterator<Item = (UnitWord<'_>, UnitRole)> {
    let words: Vec<Word<'_>> = name_words(name).collect();
    let end = suffix_start(&words);
    let mut before = "";
    words.into_iter().enumerate().filter_map(move |(index, word)| {
        let previous = std::mem::replace(&mut before, word.text);
        if previous == "per" {
            return denominator(&word).map(|unit| (unit, UnitRole::Denominator));
        }
        if is_number(previous) {
            return None;
        }
        // A name's first word may be a unit (`bytes_total`), but no abbreviation of one
        // (`s_total`).
        if index >= end && index > 0 {
            return any_unit(&word).map(|unit| (unit, UnitRole::Suffix));
        }
        let role = if index >= end { UnitRole::Suffix } else { UnitRole::Inside };
        full_unit(&word).map(|unit| (unit, role))
    })
}

/// Two units in one name of which only one can be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction<'n> {
    /// The unit that comes first in the name.
    pub first: UnitWord<'n>,
    /// The unit that comes later: the one a reader will believe.
    pub second: UnitWord<'n>,
    /// Both stand at the end of the name (`x_seconds_bytes`): sure. Otherwise the first may be part
    /// of a description (`bytes_flush_duration_seconds`): a guess at best.
    pub adjacent: bool,
}

/// The last two units of the name that contradict each other: different units, none of them after
/// `per`. Two spellings of one unit (`_ms_milliseconds`) do not contradict; a word twice is
/// [`super::prometheus::doubled_suffix`].
#[must_use]
pub fn contradicting_units(name: &str) -> Option<Contradiction<'_>> {
    let mut values: Vec<_> = unit_words(name).filter(|(_, role)| *role != UnitRole::Denominator).collect();
    let (second, second_role) = values.pop()?;
    let (first, first_role) = values.into_iter().rev().find(|(unit, _)| unit.full != second.full)?;
    let adjacent = first_role == UnitRole::Suffix && second_role == UnitRole::Suffix;
    Some(Contradiction { first, second, adjacent })
}

/// The unit of a duration that is not given in seconds: a unit of time at the end of the name other
/// than `seconds` (`_ms`, `_milliseconds`, `_minutes_total`). An abbreviation of seconds (`_s`) is
/// seconds, and one letter (`_h`) may mean anything.
#[must_use]
pub fn duration_not_in_seconds(name: &str) -> Option<UnitWord<'_>> {
    let (unit, _) = unit_words(name)
        .filter(|(unit, role)| {
            *role == UnitRole::Suffix
                && unit.dimension == Dimension::Time
                && unit.full != "seconds"
                && unit.found.len() > 1
        })
        .last()?;
    // Watt hours are energy, ampere hours charge.
    let before = name.get(..unit.range.start).unwrap_or_default().trim_end_matches('_');
    let is_product =
        ["watt", "watts", "amp", "amps", "ampere", "amperes"].iter().any(|word| before.ends_with(word));
    (!is_product).then_some(unit)
}

/// What a unit written out measures (`kibibytes`, `percent`); `None` when the word is no unit or
/// only abbreviates one.
#[must_use]
pub fn word_dimension(word: &str) -> Option<Dimension> {
    full_unit(&Word { range: 0..word.len(), text: word }).map(|unit| unit.dimension)
}

/// Index of the first word of the trailing run of units, type suffixes and `per` parts.
fn suffix_start(words: &[Word<'_>]) -> usize {
    let trailing = words.iter().enumerate().rev().take_while(|(index, word)| {
        let after_per = index.checked_sub(1).and_then(|i| words.get(i)).is_some_and(|w| w.text == "per");
        AFTER_UNIT.contains(&word.text)
            || word.text == "per"
            || any_unit(word).is_some()
            || (after_per && denominator(word).is_some())
    });
    words.len().saturating_sub(trailing.count())
}

/// Words of a name for units and quantities: cut at anything that is not alphanumeric.
pub(super) fn name_words(name: &str) -> impl Iterator<Item = Word<'_>> {
    words(name, |c| !c.is_alphanumeric()).filter(|word| !word.text.is_empty())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn any_unit<'n>(word: &Word<'n>) -> Option<UnitWord<'n>> {
    full_unit(word).or_else(|| lookup(word, ABBREVIATIONS)).or_else(|| lookup(word, MORE_ABBREVIATIONS))
}

fn full_unit<'n>(word: &Word<'n>) -> Option<UnitWord<'n>> {
    promlint_unit(word).or_else(|| lookup(word, MORE_UNITS))
}

fn denominator<'n>(word: &Word<'n>) -> Option<UnitWord<'n>> {
    lookup(word, DENOMINATORS).or_else(|| full_unit(word))
}

/// A unit as promlint reads it: a known unit, or a known prefix directly before one ("thermometers"
/// is no metre).
fn promlint_unit<'n>(word: &Word<'n>) -> Option<UnitWord<'n>> {
    let known = |text: &str| UNITS.iter().find(|(unit, ..)| *unit == text);
    let prefixed = || PREFIXES.iter().find_map(|prefix| known(word.text.strip_prefix(prefix)?));
    let &(_, base, dimension) = known(word.text).or_else(prefixed)?;
    Some(UnitWord { range: word.range.clone(), found: word.text, full: word.text, base, dimension })
}

fn lookup<'n>(word: &Word<'n>, table: &'static [Spelling]) -> Option<UnitWord<'n>> {
    let &(_, full, base, dimension) =
        table.iter().find(|(known, ..)| word.text.eq_ignore_ascii_case(known))?;
    Some(UnitWord { range: word.range.clone(), found: word.text, full, base, dimension })
}

#[cfg(test)]
mod tests;
