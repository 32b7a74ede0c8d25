//! Lines of a stream, without holding the stream: a buffer slides over it, and no line may be longer than a limit.

use std::io::{self, Read};

use crate::source::{KEPT_BEHIND, SHOWN_LINE};

/// The longest line that is read, in bytes. A longer one is skipped and said.
pub const MAX_LINE: usize = 16 << 20;
const BLOCK: usize = 256 << 10;

/// A line and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct LineAt<'a> {
    /// The bytes, without the line feed.
    pub text: &'a [u8],
    /// From 1.
    pub number: u64,
    /// Byte offset of the first byte.
    pub start: u64,
    /// Whether a line feed follows.
    pub ended: bool,
}

/// How much of a line is kept for a report, in bytes; what lies behind is cut there anyway.
const KEPT_LINE: usize = 4 * SHOWN_LINE + KEPT_BEHIND;

impl LineAt<'_> {
    /// As much of the line as a report may show.
    #[must_use]
    pub fn kept(&self) -> String {
        String::from_utf8_lossy(&self.text[..self.text.len().min(KEPT_LINE)]).into_owned()
    }
}

/// What comes next.
#[derive(Clone, Copy, Debug)]
pub enum Next<'a> {
    /// A line.
    Line(LineAt<'a>),
    /// A line over [`MAX_LINE`], with its number and the offset of its first byte; it was skipped.
    TooLong(u64, u64),
    /// Nothing more.
    End,
}

/// Reads lines.
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    from: usize,
    filled: usize,
    /// Offset of `from` in the stream.
    offset: u64,
    number: u64,
    finished: bool,
}

impl<R: Read> Lines<R> {
    /// `head` has been read from `reader` already and comes first.
    pub fn new(head: &[u8], reader: R) -> Self {
        let mut buffer = vec![0; BLOCK.max(head.len())];
        buffer[..head.len()].copy_from_slice(head);
        Self { reader, buffer, from: 0, filled: head.len(), offset: 0, number: 0, finished: false }
    }

    /// Bytes handed out so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The next line.
    pub fn next_line(&mut self) -> io::Result<Next<'_>> {
        let mut searched = self.from;
        loop {
            if let Some(found) = memchr::memchr(b'\n', &self.buffer[searched..self.filled]) {
                let (from, end) = (self.from, searched + found);
                return Ok(Next::Line(self.take(from, end, true)));
            }
            if self.finished {
                if self.from == self.filled {
                    return Ok(Next::End);
                }
                let (from, end) = (self.from, self.filled);
                return Ok(Next::Line(self.take(from, end, false)));
            }
            if self.filled - self.from > MAX_LINE {
                return self.skip_line();
            }
            searched = self.filled - self.from;
            self.fill()?;
        }
    }

    fn take(&mut self, from: usize, end: usize, ended: bool) -> LineAt<'_> {
        let start = self.offset;
        self.from = end + usize::from(ended);
        self.offset += (self.from - from) as u64;
        self.number += 1;
        LineAt { text: &self.buffer[from..end], number: self.number, start, ended }
    }

    /// Moves what is left to the front and reads on behind it.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.from..self.filled, 0);
        self.filled -= self.from;
        self.from = 0;
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = loop {
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled += read;
        self.finished = read == 0;
        Ok(())
    }

    fn skip_line(&mut self) -> io::Result<Next<'_>> {
        let start = self.offset;
        self.number += 1;
        let number = self.number;
        loop {
            self.offset += (self.filled - self.from) as u64;
            self.from = self.filled;
            self.fill()?;
            if let Some(found) = memchr::memchr(b'\n', &self.buffer[..self.filled]) {
                self.from = found + 1;
                self.offset += self.from as u64;
                return Ok(Next::TooLong(number, start));
            }
            if self.finished {
                self.offset += self.filled as u64;
                self.from = self.filled;
                return Ok(Next::TooLong(number, start));
            }
        }
    }
}
