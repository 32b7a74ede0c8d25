//! What a document says of its standing: status, people and date, in its front matter, a section, a line or a table's row.

use std::ops::Range;

use super::Kept;
use super::front::{Front, Value};
use super::markdown::Markdown;
use crate::facts::document::Status;
use crate::source::Seen;

/// What a document says of its standing.
#[derive(Default)]
pub struct Standing {
    /// Its status.
    pub status: Option<Status>,
    /// Its date as written.
    pub date: Option<Seen<String>>,
    /// The same as a day.
    pub day: Option<String>,
    /// Who decided.
    pub people: Vec<Seen<String>>,
}

/// Keys under which people stand.
const PEOPLE: [&str; 12] = [
    "accepted-by",
    "adopted-by",
    "ratified-by",
    "approvers",
    "approver",
    "approved-by",
    "decision-makers",
    "decision-maker",
    "deciders",
    "decider",
    "decided-by",
    "signed-off-by",
];

/// Keys under which the date stands.
const DATE: [&str; 5] = ["date", "approved-on", "decided-on", "decision-date", "approval-date"];

/// Words of a status, each with the one it means.
const WORDS: [(&str, &str); 24] = [
    ("accepted", "accepted"),
    ("accept", "accepted"),
    ("approved", "approved"),
    ("adopted", "adopted"),
    ("final", "final"),
    ("active", "active"),
    ("implemented", "implemented"),
    ("proposed", "proposed"),
    ("proposal", "proposed"),
    ("draft", "draft"),
    ("wip", "draft"),
    ("pending", "pending"),
    ("open", "open"),
    ("review", "in review"),
    ("discussion", "in discussion"),
    ("rejected", "rejected"),
    ("declined", "rejected"),
    ("deprecated", "deprecated"),
    ("superseded", "superseded"),
    ("superceded", "superseded"),
    ("replaced", "superseded"),
    ("obsoleted", "superseded"),
    ("obsolete", "obsolete"),
    ("withdrawn", "withdrawn"),
];

/// Words with which a line of a status section speaks of another document and not of this one.
const OTHERS: [&str; 13] = [
    "extended",
    "supersedes",
    "supercedes",
    "replaces",
    "obsoletes",
    "amends",
    "amended",
    "clarifies",
    "clarified",
    "extends",
    "relates",
    "see",
    "date",
];

/// Looks for it.
pub fn of(kept: &Kept<'_>, front: &Front, markdown: &Markdown) -> Standing {
    let lines = Lines::of(markdown);
    // The last word of a list of statuses counts.
    let line = front.get(&["status"]).and_then(|values| values.last()).cloned();
    let line = line.or_else(|| of_section(markdown)).or_else(|| lines.named(&["status"]).next());
    let status = line.as_ref().and_then(|line| status(kept, line));
    // What the line of the status goes on to say comes last: `Accepted by Ann and Ben on 2026-09-14`.
    let by_status = || line.as_ref().and_then(approvers).into_iter().collect();
    let said = || {
        let ways = [lines.named(&PEOPLE).collect(), section(markdown, &PEOPLE), by_status()];
        ways.into_iter().find(|found: &Vec<Value>| !found.is_empty()).unwrap_or_default()
    };
    let people = front.get(&PEOPLE).map_or_else(said, <[Value]>::to_vec);
    let spoken = || {
        let named = lines.named(&DATE).chain(section(markdown, &DATE)).next();
        named.filter(|date| !is_stand_in(&date.text)).or_else(|| day_within(line.as_ref()?))
    };
    let date = front.get(&DATE).map_or_else(spoken, |values| values.first().cloned());
    Standing {
        status,
        day: date.as_ref().and_then(|date| day(&date.text)),
        date: date.filter(|date| !is_stand_in(&date.text)).map(|date| kept.seen(&date.text, date.at)),
        people: people.iter().flat_map(names).map(|name| kept.seen(&name.text, name.at)).collect(),
    }
}

/// The text below a heading of one of these names, up to the next heading.
fn below(markdown: &Markdown, names: &[&str]) -> Option<Range<usize>> {
    let heading = markdown.headings.iter().find(|heading| names.contains(&key(&heading.text).as_str()))?;
    let end = markdown.end_of(heading);
    let next = markdown.headings.iter().find(|other| other.whole.start >= heading.whole.end);
    Some(heading.whole.end..next.map_or(end, |next| next.whole.start.min(end)))
}

fn section(markdown: &Markdown, names: &[&str]) -> Vec<Value> {
    below(markdown, names).map(|range| lines_of(&markdown.prose, range)).unwrap_or_default()
}

/// The last line of the section `Status` that speaks of the document itself; one without a word of a status counts where there is
/// no other.
fn of_section(markdown: &Markdown) -> Option<Value> {
    let mut last: Option<(bool, Value)> = None;
    for value in section(markdown, &["status"]) {
        // A list of boxes: the ticked ones count.
        if value.text.starts_with("[ ]") {
            continue;
        }
        let text = if value.text.starts_with('[') {
            value.text.trim_start_matches(['[', 'x', 'X', ']', ' '])
        } else {
            value.text.as_str()
        };
        let first = words(text).next().unwrap_or_default();
        let is_other = first.is_empty()
            || OTHERS.contains(&first.as_str())
            || text.split_once(':').is_some_and(|(name, _)| is_wanted(&key(name)) && key(name) != "status");
        let is_known = words(text).any(|word| WORDS.iter().any(|(written, _)| *written == word));
        if is_other || last.as_ref().is_some_and(|(was_known, _)| *was_known && !is_known) {
            continue;
        }
        let start = value.at.start + (value.text.len() - text.len());
        last = Some((is_known, Value { text: text.to_owned(), at: start..value.at.end }));
    }
    last.map(|(_, value)| value)
}

/// Words before `by` that speak of an approval.
const APPROVING: [&str; 8] =
    ["accepted", "approved", "adopted", "ratified", "agreed", "decided", "confirmed", "off"];

/// Who approved, in the first sentence of a status: `Accepted on 2026-09-14 by Ann`.
fn approvers(line: &Value) -> Option<Value> {
    let sentence = line.text.split([';', '!']).next().unwrap_or_default();
    let plain = sentence.to_ascii_lowercase();
    let by = plain.match_indices("by").map(|(at, _)| at).find(|at| {
        let before = plain[..*at].chars().next_back().is_some_and(char::is_whitespace);
        before && plain[at + 2..].starts_with(char::is_whitespace)
    })?;
    // What was approved by a day is approved, what is superseded by another document is not.
    let speaks = |text: &str| words(text).any(|word| APPROVING.contains(&word.as_str()));
    let others = words(&plain[..by]).any(|word| {
        OTHERS.contains(&word.as_str())
            || WORDS.iter().any(|(written, means)| *written == word && *means == "superseded")
    });
    if !speaks(&plain[..by]) || others || plain[..by].contains(". ") {
        return None;
    }
    let from = by + 2;
    let rest = &plain[from..];
    let ends = ["\u{a0}on\u{a0}", " on ", "\u{a0}on ", " as of ", " at ", " ("];
    let to = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let said = sentence.get(from..from + to)?;
    let start = line.at.start + from;
    Some(Value { text: said.trim_end_matches('.').to_owned(), at: start..start + to })
}

/// The first day that a text names, and where.
fn day_within(line: &Value) -> Option<Value> {
    let starts = line.text.char_indices().filter(|(at, c)| {
        c.is_alphanumeric() && !line.text[..*at].chars().next_back().is_some_and(char::is_alphanumeric)
    });
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    starts.iter().enumerate().find_map(|(number, start)| {
        let last = *starts.get(number + 2)?;
        let width = line.text[last..].find(|c: char| !c.is_alphanumeric());
        let end = width.map_or(line.text.len(), |width| last + width);
        let text = &line.text[*start..end];
        day(text)?;
        Some(Value { text: text.to_owned(), at: line.at.start + start..line.at.start + end })
    })
}

/// What a status says; nothing where it says nothing.
fn status(kept: &Kept<'_>, line: &Value) -> Option<Status> {
    let text = line.text.trim();
    if text.is_empty() {
        return None;
    }
    // A template lists what could be chosen.
    let is_choice = text.starts_with(['{', '<']) || text.matches('|').count() > 1;
    let mut known = words(text).filter_map(|word| WORDS.iter().find(|(written, _)| *written == word));
    // `not accepted`, and not `accepted (not a draft any more)`.
    let bare = text.split('(').next().filter(|bare| !bare.trim().is_empty()).unwrap_or(text);
    let is_denied = words(bare).any(|word| matches!(word.as_str(), "not" | "never" | "un"));
    let word = match known.next() {
        _ if is_choice => "not chosen".to_owned(),
        Some((written, _)) if is_denied => format!("not {written}"),
        // What was accepted once and has a successor is superseded.
        Some((_, means)) => match known.find(|(_, means)| *means == "superseded") {
            Some(_) => "superseded".to_owned(),
            None => (*means).to_owned(),
        },
        // Detectors mind the case, so what is masked is masked before.
        None => words(&kept.text(text)).next().unwrap_or_default(),
    };
    Some(Status { written: kept.seen(text, line.at.clone()), word })
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Names of people, one for each between commas; what only holds their place is none.
fn names(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = value.at.start;
    // `Ann, Ben and Cyd`
    let separated = value.text.replace(" and ", " ,   ");
    for part in separated.split([',', ';']) {
        let name = part.trim();
        let lead = part.len() - part.trim_start().len();
        if !name.is_empty() && !is_stand_in(name) && !is_nobody(name) {
            found.push(Value { text: name.to_owned(), at: at + lead..at + lead + name.len() });
        }
        at += part.len() + 1;
    }
    found
}

fn is_nobody(name: &str) -> bool {
    let lower = name.to_lowercase();
    matches!(
        lower.as_str(),
        "none"
            | "nobody"
            | "pending"
            | "open"
            | "later"
            | "nobody yet"
            | "consensus"
            | "default"
            | "everyone"
    ) || lower.starts_with("adr")
        || day(name).is_some()
}

/// Whether a text only holds the place of one to come.
pub fn is_stand_in(text: &str) -> bool {
    let bare = text.trim().trim_matches(['*', '_', '`', '(', ')', '[', ']', '"', '“', '”']).trim();
    let lower = bare.to_lowercase();
    let word = lower.trim_end_matches(['.', '!', '…', ':']);
    let begins = |start: &str| {
        lower
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric()))
    };
    bare.chars().all(|c| !c.is_alphanumeric() && !is_picture(c))
        || matches!(
            word,
            "tba"
                | "n/a"
                | "n.a"
                | "na"
                | "xxx"
                | "to do"
                | "to be done"
                | "to be defined"
                | "to be decided"
                | "to be determined"
        )
        || ["tbd", "todo", "fixme"].iter().any(|start| begins(start))
        || bare.starts_with('{') && bare.ends_with('}')
        || bare.starts_with('<') && bare.ends_with('>')
        || matches!(lower.as_str(), "yyyy-mm-dd" | "date" | "name")
}

/// Marks that say something by themselves: a tick, an icon.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// A day in the ways people write one.
pub fn day(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['*', '_', '`']);
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).take(3).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| text.trim_end_matches(|c: char| c.is_alphabetic()).parse::<i16>().ok();
    let month = |text: &str| {
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let head = text.get(..3)?.to_lowercase();
        (1_i16..).zip(MONTHS).find(|(_, name)| *name == head).map(|(number, _)| number)
    };
    let (year, month, day) = if first.len() == 4 && first.chars().all(|c| c.is_ascii_digit()) {
        // A time may follow: `2026-09-14T10:00`.
        let day = third.split(['T', 't']).next().unwrap_or_default();
        (number(first)?, number(second).or_else(|| month(second))?, number(day)?)
    } else if text.matches('.').count() == 2 && third.len() == 4 && !text.contains(char::is_alphabetic) {
        // `14.09.2026` is written day first wherever it is written.
        (number(third)?, number(second)?, number(first)?)
    } else if let Some(month) = month(second) {
        (number(third)?, month, number(first)?)
    } else {
        (number(third)?, month(first)?, number(second)?)
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if year < 1000 {
        return None;
    }
    jiff::civil::Date::new(year, month, day).ok().map(|day| day.to_string())
}

/// Lines `Name: value`, items `* Name: value`, rows `| Name | value |`.
struct Lines {
    named: Vec<(String, Value)>,
}

impl Lines {
    fn of(markdown: &Markdown) -> Self {
        let mut named = Vec::new();
        for value in lines_of(&markdown.prose, 0..markdown.prose.len()) {
            let (name, rest) = match value.text.split_once(':') {
                Some((name, rest)) if !name.contains('|') => (name, rest),
                _ => continue,
            };
            let name = key(name);
            if is_wanted(&name) {
                let end = value.at.end;
                let text = unmarked(rest);
                let start = end - rest.len() + (rest.len() - rest.trim_start_matches(MARKS).len());
                named.push((
                    name,
                    Value { at: start..(start + text.len()).min(end.max(start)), text: text.to_owned() },
                ));
            }
        }
        for table in &markdown.tables {
            let mut rows = std::iter::once(&table.head).chain(table.rows.iter().map(|(_, row)| row));
            let own = rows.by_ref().filter_map(|row| match row.as_slice() {
                // Two names beside one another are the heads of columns.
                [name, value] if !is_wanted(&key(&value.text)) => Some((key(&name.text), value)),
                _ => None,
            });
            let across = table.head.iter().zip(table.rows.first().map_or(&[][..], |(_, row)| row.as_slice()));
            let is_across = table.rows.len() == 1;
            let across = across.filter(|_| is_across).map(|(name, value)| (key(&name.text), value));
            let cells: Vec<_> = own.chain(across).filter(|(name, _)| is_wanted(name)).collect();
            named.extend(
                cells
                    .into_iter()
                    .map(|(name, cell)| (name, Value { text: cell.text.clone(), at: cell.at.clone() })),
            );
        }
        Self { named }
    }

    fn named<'l>(&'l self, names: &'l [&str]) -> impl Iterator<Item = Value> + 'l {
        self.named
            .iter()
            .filter(|(name, value)| names.contains(&name.as_str()) && !value.text.is_empty())
            .map(|(_, value)| value.clone())
    }
}

/// What stands around words to make them bold, an item, or a quote.
const MARKS: [char; 9] = ['*', '_', '`', ' ', '\t', '-', '>', '+', '#'];

fn key(name: &str) -> String {
    bare(name).to_lowercase().replace([' ', '_'], "-")
}

fn bare(text: &str) -> &str {
    text.trim_matches(MARKS).trim_end_matches(':')
}

fn unmarked(text: &str) -> &str {
    text.trim_start_matches(MARKS).trim_end_matches(['*', '_', '`', ' ', '\t', '\\'])
}

fn is_wanted(name: &str) -> bool {
    name == "status" || PEOPLE.contains(&name) || DATE.contains(&name)
}

/// The lines in a range that say something, without the marks around them.
fn lines_of(prose: &str, range: Range<usize>) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = range.start;
    for line in prose.get(range).unwrap_or_default().split_inclusive('\n') {
        let text = line.trim_end();
        let bare = unmarked(text);
        if !bare.is_empty() {
            let start = at + (text.len() - text.trim_start_matches(MARKS).len());
            found.push(Value { text: bare.to_owned(), at: start..start + bare.len() });
        }
        at += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_the_ways_people_write_them() {
        for (text, said) in [
            ("2026-09-14", Some("2026-09-14")),
            ("2026-09-14T10:00:00Z", Some("2026-09-14")),
            ("2026/9/4", Some("2026-09-04")),
            ("14 September 2026", Some("2026-09-14")),
            ("Sep 14th, 2026", Some("2026-09-14")),
            ("14.09.2026", Some("2026-09-14")),
            ("2026-13-40", None),
            ("YYYY-MM-DD", None),
            ("soon", None),
        ] {
            assert_eq!(day(text).as_deref(), said, "{text}");
        }
    }

    #[test]
    fn what_holds_a_place_says_nothing() {
        for text in [
            "",
            "-",
            "?",
            "…",
            "...",
            "TBD",
            "todo: draw",
            "TODO",
            "n.a.",
            "N/A",
            "—",
            "*tbd*",
            "{list everyone}",
        ] {
            assert!(is_stand_in(text), "{text}");
        }
        for text in ["n/a: the panel has no data of its own", "✅", "Title", "404", "Todos are shown"] {
            assert!(!is_stand_in(text), "{text}");
        }
    }
}
