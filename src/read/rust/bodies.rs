//! Bodies of functions that say nothing of telemetry are not given to the parser, which is what reading costs most: they are
//! made blanks of the same length, so that all places stay what they are.
//!
//! Only where nobody asks who calls whom. What is left out by mistake would be lost in silence, so a body stays unless none of
//! the words stands in it without which nothing is said, nor anything that the file imports from a crate which is read.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::memmem::Finder;

use super::limits::{character, comment, is_word, raw, string};
use crate::detect::Literals;

/// What stands in a body that says something, beside what tells that a file does ([`super::TELLING`], [`super::PRINTING`]).
const SAYING: [&str; 49] = [
    // Items, which count wherever they stand.
    "const ",
    "enum ",
    "impl ",
    "macro_rules",
    "mod ",
    "static ",
    "struct ",
    "thread_local",
    "use ",
    // Paths of crates that are read.
    "fern::",
    "json_env",
    "log::",
    "measured",
    "metric",
    "opentelemetry",
    "slog",
    "subscriber",
    "telemetry",
    "tracing",
    // What is done with instruments, spans, subscribers and exporters that something holds.
    ".add(",
    ".get_or_create(",
    ".in_scope(",
    ".in_span(",
    ".inc_by(",
    ".increment(",
    ".json()",
    ".messages()",
    ".record(",
    ".register(",
    ".register_with_unit(",
    ".request(",
    ".sequence(",
    ".set(",
    ".set_attribute",
    ".subscribe",
    "_endpoint(",
    "counter_suffixes",
    "event_format",
    "fmt_fields",
    "push_gateway",
    "recommended_naming",
    "span_builder",
    "with_prefix",
    "without_units",
    "_counter",
    "_gauge",
    "_histogram",
    "opts!",
    "Opts::new",
];

/// Functions whose bodies say what the variants of an enum are called.
const NAMING: [&str; 6] = ["as_ref", "as_static_str", "as_str", "fmt", "name", "to_str"];

/// In whose `use` declarations one of these stands, is something of telemetry.
const IMPORTED: [&str; 14] = [
    "actix",
    "async_nats",
    "axum",
    "fmt",
    "log",
    "measured",
    "metric",
    "nats",
    "prometheus",
    "span",
    "ssh",
    "stripe",
    "telemetry",
    "trac",
];

/// Names that everything has; as macros they are looked for with their `!`.
const COMMON: [&str; 14] = [
    "Result", "Error", "as", "crate", "debug", "error", "event", "info", "prelude", "self", "span", "super",
    "trace", "warn",
];

/// The text with bodies made blank that say nothing.
pub fn emptied(text: &str) -> Cow<'_, str> {
    static SAYING_ALL: OnceLock<Literals> = OnceLock::new();
    let saying = SAYING_ALL.get_or_init(|| {
        let all = SAYING.iter().chain(&super::TELLING).chain(&super::PRINTING);
        Literals::new(all.map(|word| word.as_bytes()))
    });
    let found = bodies(text.as_bytes());
    let Some(imported) = imported(text, &found.imports) else { return text.into() };
    let imported: Vec<Finder<'_>> = imported.into_iter().map(Finder::new).collect();
    without(text, &found.bodies, |body| {
        let body = body.as_bytes();
        saying.stand_in(body) || imported.iter().any(|word| word.find(body).is_some())
    })
}

/// The text with all bodies made blank in which no constant stands.
pub fn only_items(text: &str) -> Cow<'_, str> {
    let found = bodies(text.as_bytes());
    without(text, &found.bodies, |body| {
        ["const ", "static ", "impl ", "enum ", "mod "].iter().any(|word| body.contains(word))
    })
}

fn without<'t>(text: &'t str, bodies: &[Range<usize>], stays: impl Fn(&str) -> bool) -> Cow<'t, str> {
    let mut left = String::new();
    let mut from = 0;
    for body in bodies {
        let Some(inner) = text.get(body.clone()).filter(|inner| !inner.is_empty() && !stays(inner)) else {
            continue;
        };
        left.push_str(&text[from..body.start]);
        left.extend(inner.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        from = body.end;
    }
    if from == 0 {
        return text.into();
    }
    left.push_str(&text[from..]);
    left.into()
}

/// The names that a file imports from what is read; `None` where it imports all there is.
fn imported<'t>(text: &'t str, imports: &[Range<usize>]) -> Option<Vec<&'t str>> {
    let mut names = Vec::new();
    for import in imports {
        let declared = text.get(import.clone())?;
        if !IMPORTED.iter().any(|word| declared.contains(word)) {
            continue;
        }
        let is_all = declared.contains('*') && !declared.contains("prelude::*");
        if is_all {
            return None;
        }
        let words = declared.split(|c: char| !c.is_alphanumeric() && c != '_');
        names.extend(words.filter(|word| word.len() > 2 && !COMMON.contains(word)));
    }
    Some(names)
}

#[derive(Default)]
struct Found {
    /// What stands between the braces of outermost functions, but for those that name variants.
    bodies: Vec<Range<usize>>,
    /// `use` declarations.
    imports: Vec<Range<usize>>,
}

/// How far a function is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// There is none.
    Outside,
    /// Behind `fn`.
    Keyword,
    /// Behind its name, at a depth of brackets.
    Signature(usize, bool),
    /// In its body, which begins there.
    Body(usize, usize, bool),
}

fn bodies(text: &[u8]) -> Found {
    let mut found = Found::default();
    let (mut at, mut depth, mut state, mut before) = (0, 0_usize, At::Outside, b' ');
    let mut import = None;
    while at < text.len() {
        let (byte, next) = (text[at], text.get(at + 1).copied().unwrap_or_default());
        let step = match (byte, next) {
            (b'/', b'/') => memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at),
            (b'/', b'*') => comment(&text[at..]),
            (b'"', _) => string(&text[at..]),
            (b'r', b'"' | b'#') if !is_word(at.checked_sub(1).map(|before| text[before])) => raw(&text[at..]),
            (b'\'', _) => character(&text[at..]),
            _ if is_word(Some(byte)) => {
                let length = text[at..].iter().take_while(|byte| is_word(Some(**byte))).count();
                let word = &text[at..at + length];
                state = match state {
                    At::Outside if word == b"fn" => At::Keyword,
                    At::Keyword => At::Signature(depth, NAMING.iter().any(|name| name.as_bytes() == word)),
                    other => other,
                };
                if word == b"use" && matches!(state, At::Outside) {
                    import = Some(at);
                }
                length
            }
            _ => {
                match byte {
                    b'{' => {
                        if let At::Signature(outer, names) = state
                            && outer == depth
                            // `[(); {N}]`, `Of<{N}>`
                            && !matches!(before, b'<' | b',' | b'=')
                        {
                            state = At::Body(at + 1, depth, names);
                        }
                        depth += 1;
                    }
                    b'}' => {
                        depth = depth.saturating_sub(1);
                        if let At::Body(start, outer, names) = state
                            && outer == depth
                        {
                            if !names {
                                found.bodies.push(start..at);
                            }
                            state = At::Outside;
                        }
                    }
                    b'(' | b'[' => {
                        depth += 1;
                        // `fn(u8)` is a type.
                        if state == At::Keyword {
                            state = At::Outside;
                        }
                    }
                    b')' | b']' => depth = depth.saturating_sub(1),
                    b';' => {
                        found.imports.extend(import.take().map(|start| start..at));
                        if matches!(state, At::Signature(outer, _) if outer == depth) {
                            state = At::Outside;
                        }
                    }
                    _ => {}
                }
                1
            }
        };
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        at += step.max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{emptied, only_items};

    #[test]
    fn what_says_nothing_is_blank_and_places_stay() {
        let text = "use tracing::{info, Span};\nfn a() -> u8 {\n    1 + \"ü}\".len()\n}\nfn b(f: fn(u8) -> u8) { info!(\"x\") }\n";
        let left = emptied(text);
        assert_eq!(left.len(), text.len());
        assert_eq!(left.matches('\n').count(), text.matches('\n').count());
        assert!(left.contains("fn a() -> u8 {\n"), "{left}");
        assert!(!left.contains("len()") && left.contains("info!(\"x\")"), "{left}");
    }

    #[test]
    fn what_may_say_something_stays() {
        for kept in [
            "fn a(&self) { self.requests.add(1, &labels) }",
            "use opentelemetry::global as telly;\nfn a() { telly::meter(\"x\") }",
            "use prometheus_client::*;\nfn a() { anything() }",
            "fn a() { const X: &str = \"x\"; }",
            "impl Kind { fn as_str(&self) -> &str { match self { Kind::A => \"a\" } } }",
            "fn a() { println!(\"x\") }",
            "fn a<const N: usize>() -> Of<{ N }> ;",
            "struct A { f: fn(u8) -> B, b: u8 }",
            "fn a() { unclosed(",
        ] {
            assert_eq!(emptied(kept), kept);
        }
    }

    #[test]
    fn functions_in_traits_and_implementations_count() {
        let text = "impl A { fn a(&self) -> [u8; 2] { [1, 2] } fn c(&self); }\ntrait T { fn d(); fn e() where Self: Sized { f() } }";
        let left = emptied(text);
        assert!(!left.contains("[1, 2]") && !left.contains("f()"), "{left}");
        assert!(left.contains("fn c(&self); }"), "{left}");
        assert_eq!(
            only_items("const A: &str = \"a\"; fn b() { c() }"),
            "const A: &str = \"a\"; fn b() {     }"
        );
    }
}
