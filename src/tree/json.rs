//! JSON as RFC 8259 has it: no comments, no commas behind the last item.

use super::build::Builder;
use super::{MAX_DEPTH, Text, Tree};

/// Reads a text to its end, or to the first fault of its syntax.
pub(super) fn read(text: &str, builder: Builder) -> Tree {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut reader = Reader { text, bytes: text.as_bytes(), at, builder, is_map: Vec::new() };
    if let Err(what) = reader.document() {
        let at = reader.at.min(text.len());
        let at = if at == text.len() { text.trim_end().len() } else { at };
        reader.builder.stop("syntax", &(at as u32..at as u32), what);
    }
    reader.builder.finish()
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: Builder,
    /// What is open, from outside.
    is_map: Vec<bool>,
}

type Fault = &'static str;

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        self.blanks();
        loop {
            self.value()?;
            // After a value: close what ends, until another value is due.
            loop {
                self.blanks();
                let Some(is_map) = self.is_map.last().copied() else {
                    return if self.at == self.bytes.len() {
                        Ok(())
                    } else {
                        Err("text behind the document")
                    };
                };
                match (self.peek(), is_map) {
                    (Some(b','), _) => {
                        self.at += 1;
                        self.blanks();
                        if is_map {
                            self.key()?;
                        } else if self.peek() == Some(b']') {
                            return Err("a comma behind the last item");
                        }
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => self.close(),
                    (None, true) => return Err("the end within an object"),
                    (None, false) => return Err("the end within an array"),
                    (_, true) => return Err("expected `,` or `}`"),
                    (_, false) => return Err("expected `,` or `]`"),
                }
            }
        }
    }

    /// One scalar, an empty list or mapping, or the beginnings of lists and mappings up to their first scalar.
    fn value(&mut self) -> Result<(), Fault> {
        loop {
            let start = self.at;
            match self.peek() {
                Some(opening @ (b'{' | b'[')) => {
                    if self.builder.depth() >= MAX_DEPTH {
                        return Err("nested more than 255 deep");
                    }
                    self.at += 1;
                    let is_map = opening == b'{';
                    self.builder.begin(is_map, start..self.at, 0);
                    self.is_map.push(is_map);
                    self.blanks();
                    match (self.peek(), is_map) {
                        (Some(b'}'), true) | (Some(b']'), false) => {
                            self.close();
                            return Ok(());
                        }
                        (_, true) => self.key()?,
                        (_, false) => {}
                    }
                }
                Some(b'"') => {
                    let text = self.string()?;
                    self.builder.scalar(text, start..self.at, false, 0);
                    return Ok(());
                }
                Some(b'-' | b'0'..=b'9') => {
                    self.number()?;
                    return self.plain(start);
                }
                Some(b't' | b'f' | b'n') => {
                    let rest = &self.bytes[start..];
                    let words: [&[u8]; 3] = [b"true", b"false", b"null"];
                    let word = words.iter().find(|word| rest.starts_with(word)).ok_or("no value of JSON")?;
                    self.at += word.len();
                    return self.plain(start);
                }
                Some(_) => return Err("no value of JSON"),
                None => return Err("the end, where a value is due"),
            }
        }
    }

    fn plain(&mut self, start: usize) -> Result<(), Fault> {
        if self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            return Err("no value of JSON");
        }
        let text = Text::Written { from: start as u32, to: self.at as u32 };
        self.builder.scalar(text, start..self.at, true, 0);
        Ok(())
    }

    /// A key, and the colon behind it.
    fn key(&mut self) -> Result<(), Fault> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {}
            Some(b'}') => return Err("a comma behind the last entry"),
            _ => return Err("expected a key in double quotes"),
        }
        let text = self.string()?;
        self.builder.scalar(text, start..self.at, false, 0);
        self.blanks();
        if self.peek() != Some(b':') {
            return Err("expected `:`");
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.is_map.pop();
        self.builder.end(self.at);
    }

    fn string(&mut self) -> Result<Text, Fault> {
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        let mut from = start;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(next) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=31)) else {
                self.at = self.bytes.len();
                return Err("the end within a string");
            };
            self.at += next;
            match self.bytes[self.at] {
                b'"' => break,
                b'\\' => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(self.text.get(from..self.at).unwrap_or_default());
                    let escaped = self.escape()?;
                    decoded.get_or_insert_default().push(escaped);
                    from = self.at;
                }
                _ => return Err("a control character within a string"),
            }
        }
        let end = self.at;
        self.at += 1;
        Ok(match decoded {
            None => Text::Written { from: start as u32, to: end as u32 },
            Some(mut text) => {
                text.push_str(self.text.get(from..end).unwrap_or_default());
                self.builder.text(&text, false)
            }
        })
    }

    /// What an escape stands for; a surrogate without its other half stands for nothing that can be said.
    fn escape(&mut self) -> Result<char, Fault> {
        let kind = self.bytes.get(self.at + 1).copied();
        self.at += 2;
        Ok(match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hex()?;
                let pair = (0xd800..0xdc00).contains(&high)
                    && self.bytes.get(self.at..self.at + 2) == Some(b"\\u".as_slice());
                if !pair {
                    return Ok(char::from_u32(high).unwrap_or('\u{fffd}'));
                }
                let before = self.at;
                self.at += 2;
                let low = self.hex()?;
                if !(0xdc00..0xe000).contains(&low) {
                    self.at = before;
                    return Ok('\u{fffd}');
                }
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).unwrap_or('\u{fffd}')
            }
            _ => {
                self.at -= 2;
                return Err("an escape that JSON does not have");
            }
        })
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        value.ok_or("an escape that JSON does not have")
    }

    fn number(&mut self) -> Result<(), Fault> {
        let fault = "no number of JSON";
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(fault),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(fault);
            }
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(fault);
            }
            self.digits();
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}
