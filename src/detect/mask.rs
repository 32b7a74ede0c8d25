//! What a report may show: text with everything confidential replaced.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::card::{self, Card, Weight};
use super::engine::Engine;
use super::escape;
use super::names::Names;
use super::shapes::{KEY_PREFIXES, Shape, is_secret, shape_of};

/// The text with everything that must not be shown replaced by `•`, one for each character, so that places stay right.
#[must_use]
pub fn masked(text: &str) -> String {
    masked_with(text, &Hidden::default())
}

/// A text in lower case, masked. Detectors mind the case, so what is masked stays as it is.
#[must_use]
pub fn lowered(text: &str) -> String {
    let shown = masked(text);
    if shown == text { text.to_lowercase() } else { shown }
}

/// What else must not be shown than what the built-in detectors find.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    /// Names behind which any value is hidden: `token="…"`, `token: …`.
    pub names: Names,
    /// Names behind which a value is hidden in records (`"user_id":"…"`).
    pub fields: Names,
    /// Detectors of the contract's own, whose findings are hidden besides those of the built-in ones.
    pub custom: BTreeMap<String, Card>,
    engine: OnceLock<Arc<Engine>>,
}

impl Hidden {
    /// Hides what either hides.
    pub fn merge(&mut self, other: Self) {
        self.names.merge(other.names);
        self.fields.merge(other.fields);
        self.custom.extend(other.custom);
        self.engine = OnceLock::new();
    }

    /// Of these names and detectors.
    #[must_use]
    pub fn new(names: Names, fields: Names, custom: BTreeMap<String, Card>) -> Self {
        Self { names, fields, custom, engine: OnceLock::new() }
    }

    /// The same without names: for text about values, in which a colon behind a name is no sign of one.
    #[must_use]
    pub fn only_detectors(&self) -> Self {
        Self { names: Names::default(), fields: Names::default(), ..self.clone() }
    }

    /// What is hidden wherever it stands: all that is known, whatever weight the contract gives it as a finding.
    fn engine(&self) -> Arc<Engine> {
        if self.custom.is_empty() {
            return Engine::built_in();
        }
        let made = || {
            let mut cards = card::built_in().clone();
            let own = self
                .custom
                .iter()
                .map(|(id, card)| (id.clone(), Card { level: Weight::Error, ..card.clone() }));
            cards.extend(own);
            Arc::new(Engine::new(&cards))
        };
        Arc::clone(self.engine.get_or_init(made))
    }
}

/// As [`masked`], with more to hide.
#[must_use]
pub fn masked_with(text: &str, hide: &Hidden) -> String {
    let mut hidden: Vec<Range<usize>> = words_that_hide(text);
    let mut from = 0;
    while let Some(found) = text[from..].find("://") {
        let credentials = credentials_of_url(&text[from..]);
        let end = credentials.map(|range| {
            hidden.push(from + range.start..from + range.end);
            from + range.end
        });
        // What is hidden as a whole is not looked through again.
        from = (from + found + 3).max(end.unwrap_or_default());
    }
    // A bare name without a digit holds nothing the words above do not show.
    let says_more = || text.bytes().any(|byte| !byte.is_ascii_alphabetic() && !b"_.-/".contains(&byte));
    if !hide.custom.is_empty() || says_more() {
        let engine = hide.engine();
        confidential(text.as_bytes(), hide, &engine, &mut hidden);
        hidden_behind_escapes(text, hide, &engine, &mut hidden);
    }
    if hidden.is_empty() {
        return text.to_owned();
    }
    hidden.sort_by_key(|range| range.start);
    let mut ranges = hidden.into_iter().peekable();
    let mut hidden_to = 0;
    text.char_indices()
        .map(|(at, c)| {
            while let Some(range) = ranges.next_if(|range| range.start <= at) {
                hidden_to = hidden_to.max(range.end);
            }
            if at < hidden_to { '•' } else { c }
        })
        .collect()
}

fn words_that_hide(text: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || "@._%+-=/:".contains(c);
    let mut start = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if !is_part(c) {
            if start < at && hides(&text[start..at]) {
                hidden.push(start..at);
            }
            start = at + c.len_utf8();
        }
    }
    hidden
}

/// What the engine finds, and the values behind names.
fn confidential(text: &[u8], hide: &Hidden, engine: &Engine, hidden: &mut Vec<Range<usize>>) {
    let mut hits = Vec::new();
    engine.find_all(text, &mut hits);
    engine.find_runs(text, &mut hits);
    hidden.extend(hits.into_iter().map(|hit| hit.value));
    values_behind(text, hide, hidden);
    hidden.extend(cut_off(text, engine));
}

/// What may be the beginning of something that was cut off: a word behind a literal of a secret, or behind the user of a
/// URL. A line may end there, or a part of one that a runtime has split.
fn cut_off(text: &[u8], engine: &Engine) -> Vec<Range<usize>> {
    let stops = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`<>{}[](),;\\".contains(byte);
    let beginnings = engine.beginnings(text);
    let mut hidden = Vec::new();
    let mut start = 0;
    for word in text.split(stops) {
        let from = start;
        start += word.len() + 1;
        if word.len() < 5 {
            continue;
        }
        let end = from + word.len();
        let found = beginnings.iter().find(|at| from <= at.start && at.end <= end);
        hidden.extend(found.map(|at| at.start..end));
        let Some(user) = memchr::memmem::find(word, b"://").map(|at| at + 3) else { continue };
        let Some(colon) = memchr::memchr(b':', &word[user..]).map(|at| user + at + 1) else { continue };
        // With an `@` it is whole, and found as such.
        let is_whole = word[user..].contains(&b'/') || word[colon..].contains(&b'@');
        // A port, which a message may quote.
        let port = word[colon..].strip_suffix(b"`").unwrap_or(&word[colon..]);
        if !is_whole && !port.iter().all(u8::is_ascii_digit) {
            hidden.push(from + colon..from + word.len());
        }
    }
    hidden
}

/// How often a text may be escaped: a record in a string in a record.
const LAYERS: usize = 3;

/// What shows only when escapes are undone: `\u0073k_live_…`, `https:\/\/user:password@host`.
fn hidden_behind_escapes(text: &str, hide: &Hidden, engine: &Engine, hidden: &mut Vec<Range<usize>>) {
    // Of each byte of the layer, where it stands in the text.
    let mut layer: Vec<u8> = text.as_bytes().to_vec();
    let mut places: Vec<usize> = (0..=layer.len()).collect();
    for _ in 0..LAYERS {
        if !layer.contains(&b'\\') {
            return;
        }
        let (mut next, mut next_places) =
            (Vec::with_capacity(layer.len()), Vec::with_capacity(layer.len() + 1));
        let mut at = 0;
        while at < layer.len() {
            let (c, width) = escape::one(&layer[at..]);
            let mut bytes = [0; 4];
            let decoded: &[u8] = match c {
                Some(c) => c.encode_utf8(&mut bytes).as_bytes(),
                None => &layer[at..=at],
            };
            next.extend_from_slice(decoded);
            next_places.extend(std::iter::repeat_n(places[at], decoded.len()));
            at += width;
        }
        next_places.push(places[layer.len()]);
        let mut found = Vec::new();
        confidential(&next, hide, engine, &mut found);
        hidden.extend(found.into_iter().map(|range| next_places[range.start]..next_places[range.end]));
        (layer, places) = (next, next_places);
    }
}

/// How many bytes before a sign are looked at as a name.
const LONGEST_NAME: usize = 64;

/// The values behind sensitive names in a text: `token="…"`, `"token": "…"`, `token: …`, also where the quotes are
/// escaped.
fn values_behind(text: &[u8], hide: &Hidden, values: &mut Vec<Range<usize>>) {
    // In quotes a name may hold blanks and marks (`"user[password]"`).
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-. !?*[]()@#$".contains(byte);
    let (mut at, mut bare) = (0, 0..0);
    while let Some(found) = memchr::memchr2(b'=', b':', &text[at..]) {
        let sign = at + found;
        at = sign + 1;
        let skip_back = |mut to: usize, of: &[u8]| {
            while to > 0 && of.contains(&text[to - 1]) {
                to -= 1;
            }
            to
        };
        let end = skip_back(sign, b" \"'\\");
        let start = text[..end].iter().rposition(|byte| !is_name(byte)).map_or(0, |before| before + 1);
        // Prose may stand before a name.
        let start = start.max(end.saturating_sub(LONGEST_NAME));
        let Some(name) = text.get(start..end).and_then(|name| std::str::from_utf8(name).ok()) else {
            continue;
        };
        if name == "key" {
            values.extend(otlp_value(text, sign, hide));
            continue;
        }
        let is_hidden =
            || hide.names.of(name).is_some() || (text[sign] == b':' && hide.fields.of(name).is_some());
        if !is_hidden() {
            continue;
        }
        values.extend(value_from(text, sign + 1, &mut bare));
    }
}

/// The value that begins at a place, or all of a list. `bare` is the last one that was found without quotes.
fn value_from(text: &[u8], mut from: usize, bare: &mut Range<usize>) -> Option<Range<usize>> {
    while matches!(text.get(from), Some(b' ' | b'(')) {
        from += 1;
    }
    if text.get(from) == Some(&b'[') {
        let end = list_end(text, from);
        return (from + 1 < end).then_some(from + 1..end);
    }
    let open = from;
    while text.get(from) == Some(&b'\\') {
        from += 1;
    }
    let escapes = from - open;
    let end = if let Some(quote @ (b'"' | b'\'')) = text.get(from) {
        from += 1;
        let closes = |at: &usize| {
            // No more than there may be: a run of them may be as long as the text.
            let before =
                text[..*at].iter().rev().take(escapes + 1).take_while(|byte| **byte == b'\\').count();
            text[*at] == *quote && before <= escapes
        };
        (from..text.len()).find(closes).map_or(text.len(), |at| at - escapes.min(at - from))
    } else {
        // It may hold very many signs: what begins in it ends where it does.
        if !bare.contains(&from) {
            let stops = |byte: &u8| byte.is_ascii_whitespace() || b",;&\"')]}".contains(byte);
            *bare = from..text[from..].iter().position(stops).map_or(text.len(), |width| from + width);
        }
        bare.end
    };
    (from < end).then_some(from..end)
}

/// Where a list ends that begins at a place: lists may lie in it, and strings may hold brackets.
fn list_end(text: &[u8], from: usize) -> usize {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, byte) in text.iter().enumerate().skip(from) {
        match byte {
            b'"' if text[at - 1] != b'\\' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The value of an attribute as OTLP/JSON writes it, `{"key":"token","value":{"stringValue":"…"}}`, where its name is
/// sensitive; `sign` is the colon behind `key`.
fn otlp_value(text: &[u8], sign: usize, hide: &Hidden) -> Option<Range<usize>> {
    let name = value_from(text, sign + 1, &mut (0..0))?;
    let said = std::str::from_utf8(&text[name.clone()]).ok()?;
    if hide.names.of(said).is_none() && hide.fields.of(said).is_none() {
        return None;
    }
    let near = &text[name.end..text.len().min(name.end + 80)];
    let value = memchr::memmem::find(near, b"Value")?;
    let colon = value + memchr::memchr(b':', &near[value..])?;
    value_from(text, name.end + colon + 1, &mut (0..0))
}

/// Whether a word of free text holds something that must not be shown.
fn hides(word: &str) -> bool {
    let confidential = |part: &str| {
        // A letter of an escape may stick to a token, so it is looked for anywhere in the word.
        shape_of(part.as_bytes()).is_some_and(Shape::is_confidential)
            || KEY_PREFIXES.iter().any(|(prefix, length)| {
                let found = || memchr::memmem::find(part.as_bytes(), prefix);
                part.len() >= *length
                    && found()
                        .is_some_and(|at| is_secret(&part.as_bytes()[at..]) && part.len() - at >= *length)
            })
    };
    confidential(word) || word.split(['=', ':', '/']).any(confidential)
}

/// How far behind `://` user information is looked for.
const LONGEST_AUTHORITY: usize = 4096;

/// The user information of a URL (`user:password` in `https://user:password@host`) as a byte range. A password that
/// should have been escaped may hold any character, so everything up to the last `@` belongs to it.
#[must_use]
pub fn credentials_of_url(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + 3;
    let most =
        (start + LONGEST_AUTHORITY..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let end = text[start..most].find([' ', '"', '\t', '\n']).map_or(most, |at| start + at);
    let authority = text[start..end].find(['/', '?', '#']).map_or(end, |at| start + at);
    // What is longer than any authority, and has a user's colon in it, is hidden to its end.
    if authority == most && most < text.len() && text[start..most].contains(':') {
        return Some(start..text[most..].find([' ', '"', '\t', '\n']).map_or(text.len(), |at| most + at));
    }
    if let Some(at) = text[start..authority].rfind('@') {
        return Some(start..start + at);
    }
    let at = start + text[start..end].rfind('@')?;
    // `//host/path@2x` has no user; `//user:pass/word@host` has.
    text[start..at].contains(':').then_some(start..at)
}

/// The text with characters that would disturb a terminal made visible: control characters and those that turn the
/// direction of writing.
#[must_use]
pub fn printable(text: &str) -> String {
    let disturbs = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if disturbs(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidential_words_are_masked_in_place() {
        assert_eq!(masked(r#"x{who="ann@example.com"} 1"#), r#"x{who="•••••••••••••••"} 1"#);
        for line in [r"x \nsk_test_NOT-A-KEY-JUST-WORDS", "http://a:hun!ter2@h/x", "HTTP://shop:/hunter2@h"] {
            let shown = masked(line);
            assert!(!shown.contains("NOT-A-KEY") && !shown.contains("ter2"), "{shown}");
        }
        let hide = Hidden { names: Names::new(["token"]), ..Hidden::default() };
        let masked_with = |text: &str| super::masked_with(text, &hide);
        assert_eq!(masked_with(r#"a{token="hunter2",b="c"} 1"#), r#"a{token="•••••••",b="c"} 1"#);
        assert_eq!(masked_with(r#"a{tokens="3"} 1"#), r#"a{tokens="3"} 1"#);
        assert_eq!(masked_with(r#"{"token" : "a\"b", "c": 1}"#), r#"{"token" : "••••", "c": 1}"#);
        assert_eq!(
            masked_with(r#"{"log":"{\"token\":\"ab\",\"c\":1}"}"#),
            r#"{"log":"{\"token\":\"••\",\"c\":1}"}"#
        );
        let escaped = r#"{"key":"\u0073k_test_NOTAKEYJUSTWORDS"}"#;
        assert_eq!(masked(escaped), format!(r#"{{"key":"\u0073{}"}}"#, "•".repeat(23)));
        assert_eq!(masked("https://shop.example/logo@2x"), "https://shop.example/logo@2x");
        let line = "GET https://ann:hunter2@shop.example/x";
        assert!(!masked(line).contains("hunter2"));
        assert_eq!(masked(line).chars().count(), line.chars().count());
        assert_eq!(masked("orders_total{route=\"/a\"} 5"), "orders_total{route=\"/a\"} 5");
    }
}
