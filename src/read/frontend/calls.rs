//! What a text in front-end code is handed to: a call of an API, a page's path, a link, words for people.

use std::ops::Range;

use super::scan::{Stream, Token};
use super::values::{HOLE, Text, pairs};
use crate::naming::routes::is_within;

/// What becomes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Use {
    /// Nothing that is known.
    #[default]
    Plain,
    /// It is handed to a call.
    Called,
    /// It leads a person elsewhere.
    Link,
    /// It is a page's path.
    Page,
    /// It names a module.
    Import,
    /// A person reads it.
    Words,
    /// It is a path that this code answers itself.
    Served,
    /// It is what other paths begin with.
    Base,
}

/// What is around a text.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What becomes of it.
    pub used: Use,
    /// The method of the call.
    pub method: Option<String>,
    /// What the call is made on, such as a client.
    pub on: Option<String>,
}

impl Context {
    /// Whether it is handed to a call.
    pub fn is_called(&self) -> bool {
        self.used == Use::Called
    }

    fn of(used: Use) -> Self {
        Self { used, ..Self::default() }
    }
}

/// Attributes and keys whose text a person reads.
const WORDS: [&str; 14] = [
    "placeholder",
    "label",
    "title",
    "alt",
    "description",
    "tooltip",
    "helperText",
    "help",
    "hint",
    "example",
    "summary",
    "content",
    "text",
    "message",
];

/// How far back the beginning of generic arguments is looked for.
const FAR: usize = 64;

/// Tells what is around a text.
pub fn context(text: &str, stream: &Stream, said: &Text) -> Context {
    let tokens = &stream.tokens;
    let start = said.tokens.start;
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(at) | Token::Text(at)) => text.get(at.clone()).unwrap_or_default(),
        _ => "",
    };
    let Some(before) = start.checked_sub(1) else { return Context::default() };
    let key = before.checked_sub(1).map(word).unwrap_or_default();
    match &tokens[before] {
        Token::Word(_) if matches!(word(before), "from" | "import") => Context::of(Use::Import),
        Token::Mark(b'(', _) => called(text, tokens, said, before, 0),
        Token::Mark(b'=', _) => attribute(key),
        Token::Mark(b'{', _) if before > 1 && tokens[before - 1].is(b'=') => attribute(word(before - 2)),
        Token::Mark(b':', _) if is_key(tokens, before) => {
            let mut context = attribute(key);
            if matches!(key, "url" | "uri" | "endpoint") {
                context =
                    Context { used: Use::Called, method: sibling_method(text, tokens, before), on: None };
            }
            context
        }
        Token::Mark(b',', _) => match opening(tokens, before) {
            Some(open) if tokens[open].is(b'(') => called(text, tokens, said, open, 1),
            _ => Context::default(),
        },
        _ => Context::default(),
    }
}

/// Whether the word before a colon is a key, and not what a `?` chose.
fn is_key(tokens: &[Token], colon: usize) -> bool {
    colon == 1
        || colon
            .checked_sub(2)
            .and_then(|at| tokens.get(at))
            .is_some_and(|token| token.is(b'{') || token.is(b','))
}

fn attribute(name: &str) -> Context {
    Context::of(match name {
        "path" => Use::Page,
        "to" | "href" | "link" | "redirect" | "redirectTo" => Use::Link,
        "src" | "action" | "data-url" => Use::Called,
        "baseURL" | "baseUrl" | "prefixUrl" => Use::Base,
        name if WORDS.contains(&name) || name.starts_with("aria-") => Use::Words,
        _ => Use::Plain,
    })
}

/// The bracket that is open at a token, not far before it.
fn opening(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for back in (at.saturating_sub(FAR * 4)..at).rev() {
        match tokens.get(back)? {
            Token::Mark(b')' | b']' | b'}', _) => depth += 1,
            Token::Mark(b'(' | b'[' | b'{', _) if depth == 0 => return Some(back),
            Token::Mark(b'(' | b'[' | b'{', _) => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What a call makes of its argument.
fn called(text: &str, tokens: &[Token], said: &Text, open: usize, number: usize) -> Context {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word(at) | Token::Text(at)) => text.get(at.clone()).unwrap_or_default(),
        _ => "",
    };
    let Some(last) = callee(tokens, open) else { return Context::default() };
    let name = word(last);
    // `a?.b` and `a!.b` are `a.b`.
    let dot = last.checked_sub(1).filter(|dot| tokens[*dot].is(b'.'));
    let on = dot.and_then(|dot| {
        let before = dot.checked_sub(1)?;
        let is_marked = tokens[before].is(b'?') || tokens[before].is(b'!');
        before.checked_sub(usize::from(is_marked)).map(word)
    });
    let on = on.filter(|on| !on.is_empty()).or(dot.map(|_| "…"));
    let used = match name {
        "if" | "while" | "for" | "switch" | "catch" => return Context::default(),
        "import" | "require" | "lazy" => Use::Import,
        "log" | "warn" | "debug" | "info" | "error" if on.is_some() => Use::Words,
        "t" | "alert" | "confirm" => Use::Words,
        "push" | "replace" | "navigate" | "redirect" | "navigateTo" | "open" if number == 0 => Use::Link,
        "startsWith" | "endsWith" | "includes" | "match" | "test" | "indexOf" | "split" | "matchPath" => {
            return Context::default();
        }
        name if name.ends_with("Error") => Use::Words,
        _ => Use::Called,
    };
    if used != Use::Called {
        return Context::of(used);
    }
    let behind = said.tokens.end;
    let verb = verb(name).filter(|_| on.is_some());
    if verb.is_some() || matches!(name, "all" | "use" | "route" | "intercept") {
        let is_client = on.is_some_and(|on| matches!(on, "$" | "jQuery" | "axios" | "ky" | "got"));
        let is_server = on.is_some_and(|on| {
            matches!(on, "app" | "router" | "server" | "fastify" | "cy" | "page" | "mock" | "rest")
        });
        let has_more = tokens.get(behind).is_some_and(|next| next.is(b','));
        if number == 0 && has_more && !is_client && (is_server || is_function(text, tokens, behind + 1)) {
            return Context::of(Use::Served);
        }
    }
    let first = if number == 1 { word(open + 1).to_ascii_uppercase() } else { String::new() };
    let method = match name {
        _ if is_method(&first) => Some(first),
        "fetch" | "$fetch" | "ofetch" | "useFetch" | "Request" | "axios" | "request" if number == 0 => {
            options_method(text, tokens, behind)
        }
        "EventSource" | "WebSocket" => Some("GET".to_owned()),
        "sendBeacon" => Some("POST".to_owned()),
        _ => verb.map(str::to_owned),
    };
    Context { used, method, on: on.map(str::to_owned) }
}

/// The last word of what is called, before its generic arguments.
fn callee(tokens: &[Token], open: usize) -> Option<usize> {
    let mut at = open.checked_sub(1)?;
    if tokens[at].is(b'>') {
        let mut depth = 0_usize;
        loop {
            if tokens[at].is(b'>') {
                depth += 1;
            } else if tokens[at].is(b'<') {
                depth -= 1;
            }
            at = at.checked_sub(1)?;
            if depth == 0 {
                break;
            }
            if open - at > FAR {
                return None;
            }
        }
    }
    matches!(tokens[at], Token::Word(_)).then_some(at)
}

fn verb(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" | "getJSON" => "GET",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" | "del" => "DELETE",
        "head" => "HEAD",
        "options" => "OPTIONS",
        _ => return None,
    })
}

fn is_method(word: &str) -> bool {
    matches!(word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
}

/// Whether a function begins at a token.
fn is_function(text: &str, tokens: &[Token], at: usize) -> bool {
    let is_arrow = |at: usize| matches!((tokens.get(at), tokens.get(at + 1)), (Some(a), Some(b)) if a.is(b'=') && b.is(b'>'));
    match tokens.get(at) {
        Some(Token::Word(word)) => {
            matches!(text.get(word.clone()), Some("async" | "function")) || is_arrow(at + 1)
        }
        Some(Token::Mark(b'(', _)) => {
            // Arguments are short.
            let mut depth = 0_usize;
            for (near, token) in tokens.iter().enumerate().skip(at).take(FAR) {
                match token {
                    Token::Mark(b'(', _) => depth += 1,
                    Token::Mark(b')', _) => {
                        depth -= 1;
                        if depth == 0 {
                            return is_arrow(near + 1);
                        }
                    }
                    _ => {}
                }
            }
            false
        }
        _ => false,
    }
}

/// The method in the options behind an address; `GET` where they name none, nothing where they can't be seen.
fn options_method(text: &str, tokens: &[Token], behind: usize) -> Option<String> {
    match tokens.get(behind) {
        Some(Token::Mark(b')', _)) => Some("GET".to_owned()),
        Some(Token::Mark(b',', _)) if tokens.get(behind + 1).is_some_and(|next| next.is(b'{')) => {
            method_within(text, tokens, behind + 1, true)
        }
        Some(Token::Mark(b',', _)) if tokens.get(behind + 1).is_some_and(|next| next.is(b')')) => {
            Some("GET".to_owned())
        }
        _ => None,
    }
}

/// The method beside a key of one list of keys.
fn sibling_method(text: &str, tokens: &[Token], at: usize) -> Option<String> {
    method_within(text, tokens, opening(tokens, at)?, false)
}

fn method_within(text: &str, tokens: &[Token], open: usize, is_whole: bool) -> Option<String> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open).take(FAR * 8) {
        match token {
            Token::Mark(b'(' | b'[' | b'{', _) => depth += 1,
            Token::Mark(b')' | b']' | b'}', _) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return is_whole.then(|| "GET".to_owned());
                }
            }
            // Something that can't be seen is spread into it.
            Token::Mark(b'.', _) if depth == 1 && tokens.get(at + 1).is_some_and(|next| next.is(b'.')) => {
                return None;
            }
            Token::Word(word) if depth == 1 && matches!(text.get(word.clone()), Some("method")) => {
                return match (tokens.get(at + 1), tokens.get(at + 2)) {
                    (Some(colon), Some(Token::Text(method))) if colon.is(b':') => text
                        .get(method.clone())
                        .map(str::to_ascii_uppercase)
                        .filter(|method| is_method(method)),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    None
}

/// The server, and the path of an API in a text; `page` is the operations page, below which any path that is called counts.
pub fn api_path(value: &str, page: &str, is_called: bool) -> Option<(Option<String>, String)> {
    let value = value.trim();
    let (host, path) = match value.split_once("://") {
        Some(("http" | "https" | "ws" | "wss" | HOLE, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            let host = authority.rsplit('@').next().unwrap_or_default();
            (Some(host.to_owned()).filter(|host| !host.is_empty() && host != HOLE), path)
        }
        Some(_) => return None,
        None => {
            let mut path = value;
            while let Some(rest) = path.strip_prefix(HOLE) {
                path = rest;
            }
            (None, path)
        }
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if !path.starts_with('/')
        || path.starts_with("//")
        || path.contains(|c: char| c.is_whitespace() || "<>\"'\\".contains(c))
    {
        return None;
    }
    // A hole right behind a word is the query.
    let path = match path.strip_suffix(HOLE) {
        Some(rest) if rest.ends_with(|c: char| c.is_alphanumeric()) => rest,
        _ => path,
    };
    // A version alone is what other paths begin with.
    let is_version = |rest: &str| {
        rest.strip_prefix('v').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_api = path
        .strip_prefix("/api/")
        .is_some_and(|rest| !rest.is_empty() && !is_version(rest.trim_end_matches('/')));
    (is_api || is_called && is_within(path, page)).then(|| (host, path.to_owned()))
}

/// Functions that a framework runs on the server.
pub fn on_server(text: &str, stream: &Stream) -> Vec<Range<usize>> {
    let tokens = &stream.tokens;
    let is_name = |token: &Token| match token {
        Token::Word(at) => {
            matches!(text.get(at.clone()), Some("getServerSideProps" | "getStaticProps" | "getInitialProps"))
        }
        _ => false,
    };
    let mut ranges = Vec::new();
    let mut all_pairs = None;
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| is_name(token)) {
        let pairs = all_pairs.get_or_insert_with(|| pairs(tokens));
        let arguments =
            (at..tokens.len().min(at + FAR)).find(|at| tokens[*at].is(b'(')).map(|open| pairs[open]);
        let body =
            arguments.and_then(|from| (from..tokens.len().min(from + FAR)).find(|at| tokens[*at].is(b'{')));
        if let Some(open) = body.filter(|open| pairs[*open] > *open) {
            ranges.push(tokens[open].at().start..tokens[pairs[open]].at().end);
        }
    }
    ranges
}
