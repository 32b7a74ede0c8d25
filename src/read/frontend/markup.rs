//! Pages of HTML, Vue and Svelte: where in them code stands. Comments, styles and text are passed over.

use super::scan::{Scanned, Stream, Token, scan_braces, scan_part};

/// The tokens of all code, attributes among it.
pub fn scan(text: &str) -> Scanned {
    let mut page = Page { text, at: 0, has_open_brace: false, done: Scanned::default() };
    page.run();
    page.done
}

struct Page<'t> {
    text: &'t str,
    at: usize,
    /// Whether a brace in text was never closed: then none is followed any more.
    has_open_brace: bool,
    done: Scanned,
}

impl Page<'_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(next) = memchr::memchr2(b'<', b'{', &bytes[self.at..]) {
            self.at += next;
            let rest = &bytes[self.at..];
            if rest.starts_with(b"<!--") {
                let end = memchr::memmem::find(rest, b"-->").map_or(bytes.len(), |end| self.at + end + 3);
                if memchr::memmem::find(&bytes[self.at..end], b"telelint:").is_some() {
                    self.done.comments.push(self.at..end);
                }
                self.at = end;
            } else if rest[0] == b'{' {
                self.braces();
            } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
                self.tag();
            } else {
                self.at += 1;
            }
        }
    }

    /// `{{ … }}` and `{ … }` in text are code.
    fn braces(&mut self) {
        let start = self.at + 1;
        self.at = start;
        if self.has_open_brace {
            return;
        }
        let before = self.done.streams.len();
        if let Some(end) = scan_braces(self.text, start..self.text.len(), &mut self.done) {
            self.at = end;
        } else {
            self.has_open_brace = true;
            self.done.streams.truncate(before);
        }
    }

    /// A tag: its attributes are read, the code of a script, too.
    fn tag(&mut self) {
        let bytes = self.text.as_bytes();
        let name_end = end_of(bytes, self.at + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'.' | b'_')
        });
        let name = self.text[self.at + 1..name_end].to_ascii_lowercase();
        let mut stream = Stream::default();
        stream.tokens.push(Token::Mark(b'<', self.at));
        stream.tokens.push(Token::Word(self.at + 1..name_end));
        self.at = name_end;
        while let Some(byte) = bytes.get(self.at).copied() {
            match byte {
                b'>' => {
                    stream.tokens.push(Token::Mark(b'>', self.at));
                    self.at += 1;
                    break;
                }
                b'<' => break,
                b'{' => self.braces(),
                b'"' | b'\'' => {
                    // A quote that is never closed would take the rest of the page.
                    let Some(end) = memchr::memchr(byte, &bytes[self.at + 1..]).map(|end| self.at + 1 + end)
                    else {
                        self.at += 1;
                        continue;
                    };
                    stream.tokens.push(Token::Text(self.at + 1..end));
                    if is_code(self.text, &stream.tokens) {
                        scan_part(self.text, self.at + 1..end, &mut self.done);
                    }
                    self.at = end + 1;
                }
                b'=' => {
                    stream.tokens.push(Token::Mark(byte, self.at));
                    self.at += 1;
                }
                byte if byte.is_ascii_whitespace() || byte == b'/' => self.at += 1,
                _ => {
                    let end = end_of(bytes, self.at, |byte| {
                        !byte.is_ascii_whitespace() && !b"=\"'<>{/".contains(&byte)
                    });
                    let end = end.max(self.at + 1);
                    stream.tokens.push(Token::Word(self.at..end));
                    self.at = end;
                }
            }
        }
        self.done.streams.push(stream);
        if name == "script" || name == "style" {
            let end = self.closing(&name);
            if name == "script" {
                scan_part(self.text, self.at..end, &mut self.done);
            }
            self.at = end;
        }
    }

    /// Where the closing tag begins.
    fn closing(&self, name: &str) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(next) = memchr::memmem::find(&bytes[at..], b"</") {
            at += next;
            let behind = bytes.get(at + 2..at + 2 + name.len());
            if behind.is_some_and(|behind| behind.eq_ignore_ascii_case(name.as_bytes())) {
                return at;
            }
            at += 2;
        }
        bytes.len()
    }
}

fn end_of(bytes: &[u8], from: usize, is_part: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !is_part(*byte)).map_or(bytes.len(), |end| from + end)
}

/// Whether the last text is the value of an attribute that holds code: `:href`, `@click`, `v-if`, `onclick`.
fn is_code(text: &str, tokens: &[Token]) -> bool {
    let [.., Token::Word(name), Token::Mark(b'=', _), Token::Text(_)] = tokens else { return false };
    let name = text.get(name.clone()).unwrap_or_default();
    name.starts_with([':', '@', '#'])
        || name.starts_with("v-")
        || name.starts_with("on")
        || name.contains(':')
}
