//! What stands before the text of a document between two lines `---`: keys with values or lists, line by line, so that one
//! bad line costs no more than itself.

use std::ops::Range;

use crate::facts::Facts;
use crate::read::whole::Whole;

/// The most lines a front matter has; what has more is none.
const MOST_LINES: usize = 500;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its text without quotes.
    pub text: String,
    /// Where.
    pub at: Range<usize>,
}

/// Keys with their values, in order.
#[derive(Debug, Default)]
pub struct Front {
    /// Keys in lower case with `-` between words; a list has several values.
    pub keys: Vec<(String, Vec<Value>)>,
}

impl Front {
    /// The values of the first of some keys that is there and says something.
    pub fn get(&self, names: &[&str]) -> Option<&[Value]> {
        let of = |name: &&str| self.keys.iter().find(|(key, values)| key == name && !values.is_empty());
        names.iter().find_map(of).map(|(_, values)| values.as_slice())
    }

    /// Reads it, and says where the text behind it begins.
    pub fn of(whole: &Whole, facts: &mut Facts) -> (Self, usize) {
        let line = |at: usize| whole.text().get(whole.line_range(at)).unwrap_or_default();
        if line(0).trim_end() != "---" {
            return (Self::default(), 0);
        }
        let last = whole.line_count().min(MOST_LINES);
        let Some(end) = (1..last).find(|at| matches!(line(*at).trim_end(), "---" | "...")) else {
            // One rule at the top of a text is a rule: only keys behind it make it a front matter.
            if (1..last.min(8)).any(|at| key(line(at)).is_some()) {
                facts.gaps.add(whole.gap(
                    whole.line_range(0),
                    "the front matter that begins here does not end, so it is read as text",
                ));
            }
            return (Self::default(), 0);
        };
        let range = whole.line_range(1).start..whole.line_range(end).start;
        let yaml = whole.text().get(range.clone()).unwrap_or_default();
        if let Err(error) = serde_saphyr::from_str::<Option<serde::de::IgnoredAny>>(yaml) {
            let at = error.location().map_or(1, |at| at.line().max(1) as usize).min(end.saturating_sub(1));
            facts.gaps.add(
                whole.gap(whole.line_range(at), "the front matter is no YAML; its lines are read one by one"),
            );
        }
        let mut front = Self::default();
        for at in 1..end {
            front.line(whole, whole.line_range(at));
        }
        (front, whole.line_range(end).end)
    }

    fn line(&mut self, whole: &Whole, range: Range<usize>) {
        let text = whole.text().get(range.clone()).unwrap_or_default();
        let bare = text.trim_start();
        let indent = text.len() - bare.len();
        if let Some(item) = bare.strip_prefix("- ") {
            if let Some((_, values)) = self.keys.last_mut() {
                values.extend(scalar(item, range.end - item.len()));
            }
        } else if indent == 0
            && let Some((name, rest)) = key(text)
        {
            let start = range.end - rest.len();
            let is_list = rest.trim_start().starts_with('[');
            let values = if is_list { flow(rest, start) } else { scalar(rest, start).into_iter().collect() };
            self.keys.push((name, values));
        } else if indent > 0
            && let Some((_, values)) = self.keys.last_mut()
        {
            // A list in brackets may go over several lines.
            values.extend(flow(text, range.start));
        }
    }
}

/// The key of a line and the rest behind its colon.
fn key(line: &str) -> Option<(String, &str)> {
    let (name, rest) = line.split_once(':')?;
    let name = name.trim_matches(['"', '\'']);
    let is_word =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let is_key =
        is_word && !name.starts_with([' ', '-']) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_key.then(|| (name.to_lowercase().replace(['_', ' '], "-"), rest))
}

/// A value: up to a comment, without quotes. `start` is where the text begins.
fn scalar(text: &str, start: usize) -> Option<Value> {
    let lead = text.len() - text.trim_start().len();
    let body = text.trim_start();
    let (inner, skip) = match body.chars().next() {
        None | Some('#') => return None,
        Some(quote @ ('"' | '\'')) => (body[1..].split(quote).next().unwrap_or_default(), 1),
        Some(_) => (body.split(" #").next().unwrap_or_default().trim_end(), 0),
    };
    let at = start + lead + skip;
    let is_nothing = inner.is_empty() || matches!(inner, "~" | "null" | "|" | ">" | "|-" | ">-");
    (!is_nothing).then(|| Value { text: inner.to_owned(), at: at..at + inner.len() })
}

/// The values of a list in brackets, or of what goes on of one.
fn flow(text: &str, start: usize) -> Vec<Value> {
    let mut values = Vec::new();
    let mut at = 0;
    let (mut from, mut quote) = (0, None);
    let bytes = text.as_bytes();
    while at <= bytes.len() {
        let byte = bytes.get(at).copied();
        match (byte, quote) {
            (Some(b'#'), None) if at == 0 || bytes[at - 1].is_ascii_whitespace() => {
                values.extend(scalar(&text[from..at], start + from));
                return values;
            }
            (Some(byte), Some(open)) if byte == open => quote = None,
            (Some(byte @ (b'"' | b'\'')), None) if text[from..at].trim().is_empty() => quote = Some(byte),
            (Some(b'[' | b']' | b',') | None, None) | (None, Some(_)) => {
                values.extend(scalar(&text[from..at], start + from));
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    values
}
