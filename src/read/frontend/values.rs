//! What texts a file's code makes: literals, put together with `+` and with the constants of the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::calls;
use super::scan::{Part, Stream, Token};

/// The longest text that is put together.
const LONGEST: usize = 2_000;

/// How deep brackets are followed.
const DEEPEST: usize = 16;

/// What stands for a value that is made when the program runs.
pub const HOLE: &str = "{}";

/// A text that code makes.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text, with [`HOLE`]s.
    pub value: String,
    /// The first literal of it; where there is none, the names it is made of.
    pub at: Range<usize>,
    /// The tokens it is made of.
    pub tokens: Range<usize>,
    /// Names of constants that went into it.
    names: Vec<String>,
    /// How many parts it is made of.
    parts: usize,
    has_literal: bool,
}

/// The constants of a file, and what becomes of them.
#[derive(Debug, Default)]
pub struct Values<'t> {
    text: &'t str,
    /// By name; what is declared twice is nothing.
    constants: BTreeMap<String, Option<String>>,
    /// Which literal is all of which constant.
    bound: BTreeMap<usize, String>,
    /// Constants that are part of other texts.
    parts: BTreeSet<String>,
    /// Constants that are handed to a call, with its method.
    called: BTreeMap<String, Option<String>>,
    /// Clients with an address of their own.
    clients: BTreeMap<String, String>,
}

impl<'t> Values<'t> {
    /// Of all code of a file.
    pub fn of(text: &'t str, streams: &[Stream]) -> Self {
        let mut values = Self { text, ..Self::default() };
        for stream in streams {
            values.declare(stream);
        }
        for stream in streams {
            for said in values.texts(stream) {
                if said.parts == 1 && !said.has_literal {
                    let context = calls::context(text, stream, &said);
                    if context.is_called() {
                        values
                            .called
                            .extend(said.names.iter().map(|name| (name.clone(), context.method.clone())));
                    } else if context.used == calls::Use::Base {
                        values.parts.extend(said.names.iter().cloned());
                    }
                } else {
                    values.parts.extend(said.names.iter().cloned());
                }
            }
        }
        values
    }

    /// Whether a text is only the beginning of others.
    pub fn is_base(&self, said: &Text) -> bool {
        self.bound.get(&said.at.start).is_some_and(|name| self.parts.contains(name) && !self.called.contains_key(name))
            // What is only handed on is told where it is declared.
            || !said.has_literal && said.parts == 1
    }

    /// Whether a text is handed to a call under the name of a constant.
    pub fn is_called(&self, said: &Text) -> bool {
        self.bound.get(&said.at.start).is_some_and(|name| self.called.contains_key(name))
    }

    /// The method of that call.
    pub fn method_of(&self, said: &Text) -> Option<String> {
        self.called.get(self.bound.get(&said.at.start)?)?.clone()
    }

    /// The address below which a client of the file calls.
    pub fn client(&self, name: &str) -> Option<&str> {
        self.clients.get(name).map(String::as_str)
    }

    /// Constants, clients and lists of paths.
    fn declare(&mut self, stream: &Stream) {
        let tokens = &stream.tokens;
        let pairs = pairs(tokens);
        for (at, token) in tokens.iter().enumerate() {
            if !matches!(self.word(token), "const" | "readonly" | "static" | "let" | "var") {
                continue;
            }
            let is_constant = !matches!(self.word(token), "let" | "var");
            let Some(Token::Word(name)) = tokens.get(at + 1) else { continue };
            let name = self.text.get(name.clone()).unwrap_or_default().to_owned();
            // A type may stand between the name and its value.
            let equals = (at + 2..tokens.len().min(at + 14)).find(|at| tokens[*at].is(b'='));
            let Some(value) = equals.map(|at| at + 1) else { continue };
            if tokens[at + 2..value - 1].iter().any(|token| token.is(b';') || token.is(b'('))
                || tokens.get(value).is_some_and(|next| next.is(b'=') || next.is(b'>'))
            {
                continue;
            }
            if tokens.get(value).is_some_and(|next| next.is(b'{')) {
                self.declare_list(&name, stream, &pairs, value);
            } else if let Some(base) = self.client_base(stream, &pairs, value) {
                self.clients.insert(name, base);
            } else if let Some(said) = self.chain(tokens, &pairs, value, 0) {
                self.bind(&name, &said, is_constant);
            }
        }
    }

    fn bind(&mut self, name: &str, said: &Text, is_constant: bool) {
        if said.has_literal {
            self.bound.insert(said.at.start, name.to_owned());
        }
        let value = Some(said.value.clone())
            .filter(|value| is_constant && !value.starts_with(HOLE) || value.len() > HOLE.len());
        let known = self.constants.entry(name.to_owned()).or_insert_with(|| value.clone());
        if *known != value {
            *known = None;
        }
    }

    /// `const PATHS = { summary: "/api/summary" }`.
    fn declare_list(&mut self, name: &str, stream: &Stream, pairs: &[usize], open: usize) {
        let (tokens, close) = (&stream.tokens, pairs[open]);
        let mut at = open + 1;
        while at + 2 < close {
            if let (Token::Word(key), true) = (&tokens[at], tokens[at + 1].is(b':'))
                && let Some(said) = self.chain(tokens, pairs, at + 2, 0)
            {
                let key = format!("{name}.{}", self.text.get(key.clone()).unwrap_or_default());
                self.bind(&key, &said, true);
                at = said.tokens.end.max(at + 3);
            } else if pairs[at] > at {
                at = pairs[at];
            } else {
                at += 1;
            }
        }
    }

    /// `axios.create({ baseURL: "/api" })`.
    fn client_base(&self, stream: &Stream, pairs: &[usize], from: usize) -> Option<String> {
        let tokens = &stream.tokens;
        let (path, end) = self.path(tokens, from)?;
        let is_client = matches!(path.rsplit('.').next(), Some("create" | "extend")) && path.contains('.');
        if !is_client || !tokens.get(end)?.is(b'(') {
            return None;
        }
        let key = (end..pairs[end].min(end + 200))
            .find(|at| matches!(self.word(&tokens[*at]), "baseURL" | "baseUrl" | "prefixUrl"))?;
        let said = self
            .chain(tokens, pairs, key + 2, 0)
            .filter(|_| tokens.get(key + 1).is_some_and(|next| next.is(b':')))?;
        Some(said.value)
    }

    fn word(&self, token: &Token) -> &'t str {
        match token {
            Token::Word(at) => self.text.get(at.clone()).unwrap_or_default(),
            _ => "",
        }
    }

    /// All texts that a stream makes, in order, each once.
    pub fn texts(&self, stream: &Stream) -> Vec<Text> {
        let tokens = &stream.tokens;
        let pairs = pairs(tokens);
        let mut taken = vec![false; tokens.len()];
        let mut texts = Vec::new();
        for at in 0..tokens.len() {
            let may_begin = match &tokens[at] {
                Token::Text(_) | Token::Template(..) => true,
                Token::Word(_) => at == 0 || !tokens[at - 1].is(b'.'),
                Token::Mark(b'(', _) => {
                    pairs[at] > at && tokens.get(pairs[at] + 1).is_some_and(|next| next.is(b'+'))
                }
                Token::Mark(..) => false,
            };
            if taken[at] || !may_begin {
                continue;
            }
            let Some(said) = self.chain_marking(tokens, &pairs, at, 0, &mut taken) else { continue };
            if said.has_literal || !said.names.is_empty() {
                texts.push(said);
            }
        }
        texts
    }

    fn chain(&self, tokens: &[Token], pairs: &[usize], at: usize, depth: usize) -> Option<Text> {
        self.chain_marking(tokens, pairs, at, depth, &mut [])
    }

    /// Operands with `+` between them; behind `??` and `||` stands what counts where nothing is known before.
    fn chain_marking(
        &self,
        tokens: &[Token],
        pairs: &[usize],
        start: usize,
        depth: usize,
        taken: &mut [bool],
    ) -> Option<Text> {
        let mut said = self.operand(tokens, pairs, start, depth, taken)?;
        loop {
            let next = said.tokens.end;
            let is = |at: usize, mark: u8| tokens.get(at).is_some_and(|token| token.is(mark));
            let adds = is(next, b'+') && !is(next + 1, b'+') && !is(next + 1, b'=');
            let falls_back = is(next, b'?') && is(next + 1, b'?') || is(next, b'|') && is(next + 1, b'|');
            if adds {
                let Some(more) = self.operand(tokens, pairs, next + 1, depth, taken) else { break };
                if more.has_literal && (!said.has_literal || said.value.is_empty()) {
                    said.at = more.at.clone();
                } else if !said.has_literal {
                    said.at.end = more.at.end;
                }
                if said.value.len() < LONGEST {
                    said.value.push_str(&more.value);
                }
                said.has_literal |= more.has_literal;
                said.names.extend(more.names);
                said.parts += more.parts;
                said.tokens.end = more.tokens.end;
            } else if falls_back && said.value == HOLE {
                let Some(other) = self.operand(tokens, pairs, next + 2, depth, taken) else { break };
                said = Text { tokens: start..other.tokens.end, ..other };
            } else {
                break;
            }
        }
        Some(said)
    }

    fn operand(
        &self,
        tokens: &[Token],
        pairs: &[usize],
        start: usize,
        depth: usize,
        taken: &mut [bool],
    ) -> Option<Text> {
        let mark = |range: Range<usize>, taken: &mut [bool]| {
            taken.iter_mut().take(range.end).skip(range.start).for_each(|taken| *taken = true);
        };
        let first = tokens.get(start)?;
        let (mut value, names, mut end, has_literal, parts) = match first {
            Token::Text(at) => {
                (plain(self.text.get(at.clone()).unwrap_or_default()), Vec::new(), start + 1, true, 1)
            }
            Token::Template(_, parts) => {
                let (value, names) = self.template(parts);
                // A template that is one constant is that constant handed on.
                (value, names, start + 1, true, parts.len())
            }
            Token::Word(_) => {
                let (path, end) = self.path(tokens, start)?;
                if is_keyword(&path) {
                    return None;
                }
                let name = path.strip_prefix("this.").unwrap_or(&path);
                match self.constants.get(name) {
                    Some(Some(value))
                        if !tokens.get(end).is_some_and(|next| next.is(b'(') || next.is(b'[')) =>
                    {
                        (value.clone(), vec![name.to_owned()], end, false, 1)
                    }
                    _ => (HOLE.to_owned(), Vec::new(), end, false, 1),
                }
            }
            Token::Mark(b'(', _) if pairs[start] > start && depth < DEEPEST => {
                let close = pairs[start];
                let inner = self.chain_marking(tokens, pairs, start + 1, depth + 1, &mut []);
                match inner.filter(|inner| inner.tokens.end == close) {
                    Some(inner) => {
                        mark(start + 1..close, taken);
                        return Some(Text { tokens: start..close + 1, ..inner });
                    }
                    None => (HOLE.to_owned(), Vec::new(), close + 1, false, 1),
                }
            }
            Token::Mark(..) => return None,
        };
        mark(start..end, taken);
        let at = match (tokens.get(start), tokens.get(end.saturating_sub(1))) {
            (Some(first), Some(last)) => first.at().start..last.at().end.max(first.at().start),
            _ => first.at(),
        };
        // What is called or indexed is something else than what it is called on.
        while tokens.get(end).is_some_and(|next| next.is(b'(') || next.is(b'['))
            && pairs[end] > end
            && !has_literal
        {
            HOLE.clone_into(&mut value);
            end = pairs[end] + 1;
            while let (Some(true), Some(Token::Word(_))) =
                (tokens.get(end).map(|next| next.is(b'.')), tokens.get(end + 1))
            {
                end += 2;
            }
        }
        Some(Text { value, at, tokens: start..end, names, parts, has_literal })
    }

    fn template(&self, parts: &[Part]) -> (String, Vec<String>) {
        let (mut value, mut names) = (String::new(), Vec::new());
        for part in parts {
            if value.len() > LONGEST {
                break;
            }
            match part {
                Part::Said(at) => value.push_str(&plain(self.text.get(at.clone()).unwrap_or_default())),
                Part::Hole(at) => {
                    let name = self.text.get(at.clone()).unwrap_or_default().trim();
                    let name = name.strip_prefix("this.").unwrap_or(name);
                    match self.constants.get(name) {
                        Some(Some(known)) => {
                            value.push_str(known);
                            names.push(name.to_owned());
                        }
                        _ => value.push_str(HOLE),
                    }
                }
            }
        }
        (value, names)
    }

    /// `a.b.c`, and the token behind it.
    fn path(&self, tokens: &[Token], start: usize) -> Option<(String, usize)> {
        let Token::Word(first) = tokens.get(start)? else { return None };
        let mut path = self.text.get(first.clone())?.to_owned();
        let mut end = start + 1;
        loop {
            // `a?.b` and `a!.b` are `a.b`.
            let skip = usize::from(tokens.get(end).is_some_and(|mark| mark.is(b'?') || mark.is(b'!')));
            match (tokens.get(end + skip), tokens.get(end + skip + 1)) {
                (Some(dot), Some(Token::Word(word))) if dot.is(b'.') && path.len() < LONGEST => {
                    path.push('.');
                    path.push_str(self.text.get(word.clone())?);
                    end += skip + 2;
                }
                _ => return Some((path, end)),
            }
        }
    }
}

/// Words that are no value.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "await"
            | "const"
            | "let"
            | "var"
            | "new"
            | "typeof"
            | "void"
            | "if"
            | "else"
            | "case"
            | "export"
            | "import"
            | "from"
            | "default"
            | "as"
            | "in"
            | "of"
            | "for"
            | "while"
            | "throw"
            | "yield"
            | "async"
            | "function"
            | "class"
            | "readonly"
            | "static"
    )
}

/// A literal's text with its simplest escapes undone.
fn plain(raw: &str) -> String {
    if raw.contains('\\') { raw.replace("\\/", "/").replace("\\$", "$") } else { raw.to_owned() }
}

/// For each bracket the place of the other one; for all else, and for one that is alone, its own.
pub fn pairs(tokens: &[Token]) -> Vec<usize> {
    let mut pairs: Vec<usize> = (0..tokens.len()).collect();
    let mut open: Vec<(u8, usize)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Mark(mark, _) = token else { continue };
        match mark {
            b'(' | b'[' | b'{' => open.push((*mark, at)),
            b')' | b']' | b'}' => {
                let wanted = match mark {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                // One that is alone is passed over.
                if let Some((_, from)) = open.pop_if(|(mark, _)| *mark == wanted) {
                    (pairs[from], pairs[at]) = (at, from);
                }
            }
            _ => {}
        }
    }
    pairs
}
