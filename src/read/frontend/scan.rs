//! TypeScript and JavaScript cut into tokens: words, marks and literals; comments and regular expressions are passed over.
//!
//! A quoted string ends at a line feed, so an apostrophe in the text of an element costs no more than its line. Code in a
//! template (`${…}`) is a stream of its own.

use std::ops::Range;

/// How deep templates in templates are followed.
const DEEPEST: usize = 32;

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name, keyword or number.
    Word(Range<usize>),
    /// A mark of one byte, and where.
    Mark(u8, usize),
    /// A string, without its quotes.
    Text(Range<usize>),
    /// A template, without its quotes: what is said and what is put in.
    Template(Range<usize>, Vec<Part>),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands.
    Said(Range<usize>),
    /// Code whose value is put in.
    Hole(Range<usize>),
}

impl Token {
    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::Word(at) | Self::Text(at) | Self::Template(at, _) => at.clone(),
            Self::Mark(_, at) => *at..*at + 1,
        }
    }

    /// Whether it is this mark.
    #[must_use]
    pub fn is(&self, mark: u8) -> bool {
        matches!(self, Self::Mark(own, _) if *own == mark)
    }
}

/// Tokens that follow one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// In order.
    pub tokens: Vec<Token>,
}

/// What a file was cut into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// The file's code, and that of each hole of a template.
    pub streams: Vec<Stream>,
    /// Comments that speak to telelint.
    pub comments: Vec<Range<usize>>,
}

/// Cuts code into tokens.
#[must_use]
pub fn scan(text: &str) -> Scanned {
    let mut scanner = Scanner::new(text, 0..text.len());
    scanner.run();
    scanner.done
}

/// Cuts a part of a text.
pub fn scan_part(text: &str, part: Range<usize>, into: &mut Scanned) {
    let mut scanner = Scanner::new(text, part);
    std::mem::swap(&mut scanner.done, into);
    scanner.run();
    std::mem::swap(&mut scanner.done, into);
}

/// The code in braces that begins behind `start - 1`, and where it ends; `None` where it doesn't.
pub fn scan_braces(text: &str, part: Range<usize>, into: &mut Scanned) -> Option<usize> {
    let mut scanner = Scanner::new(text, part);
    std::mem::swap(&mut scanner.done, into);
    let stream = scanner.tokens(true, 0);
    let end = scanner.is_closed.then_some(scanner.at);
    scanner.done.streams.push(stream);
    std::mem::swap(&mut scanner.done, into);
    end
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    end: usize,
    /// Whether the last stream in braces met its closing brace.
    is_closed: bool,
    /// Up to where no string of a sort of quotes, and no regular expression, ends.
    no_end: [usize; 3],
    done: Scanned,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, part: Range<usize>) -> Self {
        let end = part.end.min(text.len());
        Self {
            text,
            bytes: text.as_bytes(),
            at: part.start.min(end),
            end,
            is_closed: false,
            no_end: [0; 3],
            done: Scanned::default(),
        }
    }

    fn run(&mut self) {
        let stream = self.tokens(false, 0);
        self.done.streams.push(stream);
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied().filter(|_| at < self.end)
    }

    /// Tokens up to the end, or up to the brace that closes what is around.
    fn tokens(&mut self, in_braces: bool, depth: usize) -> Stream {
        let mut stream = Stream::default();
        let mut braces = 0_usize;
        self.is_closed = false;
        while let Some(byte) = self.byte(self.at) {
            let start = self.at;
            match byte {
                b'/' if self.byte(start + 1) == Some(b'/') => {
                    self.at = self.line_end(start);
                    self.comment(start..self.at);
                }
                b'/' if self.byte(start + 1) == Some(b'*') => {
                    let end = memchr::memmem::find(&self.bytes[start + 2..self.end], b"*/");
                    self.at = end.map_or(self.end, |end| start + 2 + end + 2);
                    self.comment(start..self.at);
                }
                b'/' if may_be_pattern(self.text, stream.tokens.last()) => match self.pattern_end(start) {
                    Some(end) => self.at = end,
                    None => self.mark(&mut stream, byte),
                },
                b'\'' | b'"' => match self.quoted_end(start, byte) {
                    Some(end) => {
                        stream.tokens.push(Token::Text(start + 1..end));
                        self.at = end + 1;
                    }
                    None => self.mark(&mut stream, byte),
                },
                b'`' if depth < DEEPEST => {
                    let token = self.template(depth);
                    stream.tokens.push(token);
                }
                b'{' => {
                    braces += 1;
                    self.mark(&mut stream, byte);
                }
                b'}' => {
                    if in_braces && braces == 0 {
                        self.at += 1;
                        self.is_closed = true;
                        return stream;
                    }
                    braces = braces.saturating_sub(1);
                    self.mark(&mut stream, byte);
                }
                byte if is_word(byte) => {
                    while self.byte(self.at).is_some_and(is_word) {
                        self.at += 1;
                    }
                    stream.tokens.push(Token::Word(start..self.at));
                }
                byte if byte.is_ascii_whitespace() => self.at += 1,
                byte => self.mark(&mut stream, byte),
            }
        }
        stream
    }

    fn mark(&mut self, stream: &mut Stream, byte: u8) {
        stream.tokens.push(Token::Mark(byte, self.at));
        self.at += 1;
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[from..self.end]).map_or(self.end, |end| from + end)
    }

    fn comment(&mut self, at: Range<usize>) {
        if memchr::memmem::find(&self.bytes[at.clone()], b"telelint:").is_some() {
            self.done.comments.push(at);
        }
    }

    /// Where the string that begins at `start` has its closing quote, on the same line.
    fn quoted_end(&mut self, start: usize, quote: u8) -> Option<usize> {
        let sort = usize::from(quote == b'"');
        // What was found to be open up to the end of a line is so from everywhere on it.
        if start < self.no_end[sort] {
            return None;
        }
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                Some(byte) if byte == quote => return Some(at),
                // An escaped line feed goes on; anything else behind a backslash is part of the string.
                Some(b'\\') => {
                    at += if self.byte(at + 1) == Some(b'\r') && self.byte(at + 2) == Some(b'\n') {
                        3
                    } else {
                        2
                    }
                }
                Some(b'\n') | None => {
                    self.no_end[sort] = at.min(self.end);
                    return None;
                }
                Some(_) => at += 1,
            }
        }
    }

    /// Where the regular expression that begins at `start` ends, on the same line.
    fn pattern_end(&mut self, start: usize) -> Option<usize> {
        if start < self.no_end[2] {
            return None;
        }
        let (mut at, mut in_class) = (start + 1, false);
        loop {
            match self.byte(at) {
                Some(b'\\') => at += 2,
                Some(b'[') => {
                    in_class = true;
                    at += 1;
                }
                Some(b']') => {
                    in_class = false;
                    at += 1;
                }
                Some(b'/') if !in_class => break,
                Some(b'\n') | None => {
                    self.no_end[2] = at.min(self.end);
                    return None;
                }
                Some(_) => at += 1,
            }
        }
        at += 1;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_alphabetic()) {
            at += 1;
        }
        Some(at)
    }

    /// A template; one that is never closed goes up to the end.
    fn template(&mut self, depth: usize) -> Token {
        let start = self.at + 1;
        let mut parts = Vec::new();
        let mut from = start;
        self.at = start;
        loop {
            match self.byte(self.at) {
                Some(b'`') | None => {
                    let end = self.at.min(self.end);
                    parts.push(Part::Said(from..end));
                    self.at = (end + 1).min(self.end);
                    return Token::Template(start..end, parts);
                }
                Some(b'\\') => self.at += 2,
                Some(b'$') if self.byte(self.at + 1) == Some(b'{') => {
                    parts.push(Part::Said(from..self.at));
                    self.at += 2;
                    let hole = self.at;
                    let stream = self.tokens(true, depth + 1);
                    let end = if self.is_closed { self.at - 1 } else { self.at };
                    self.is_closed = false;
                    parts.push(Part::Hole(hole..end));
                    self.done.streams.push(stream);
                    from = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// Whether a slash behind a token begins a regular expression and does not divide or close an element.
fn may_be_pattern(text: &str, last: Option<&Token>) -> bool {
    match last {
        None => true,
        Some(Token::Mark(mark, _)) => !matches!(mark, b')' | b']' | b'}' | b'<' | b'\'' | b'"' | b'`'),
        Some(Token::Word(at)) => matches!(
            text.get(at.clone()).unwrap_or_default(),
            "return"
                | "typeof"
                | "case"
                | "in"
                | "of"
                | "delete"
                | "void"
                | "throw"
                | "new"
                | "do"
                | "else"
                | "yield"
                | "await"
        ),
        Some(Token::Text(_) | Token::Template(..)) => false,
    }
}
