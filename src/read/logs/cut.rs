//! Cuts an input into stretches of whole lines, without holding it.

use std::io::{self, Read};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use fearless_simd::prelude::*;
use fearless_simd::{dispatch, u8x64};

use super::{MAX_LINE, STRETCH};
use crate::detect::processor;
use crate::source::Place;

/// How large a buffer may be that is used again; one long line may have made it very large.
const MOST_KEPT: usize = 1 << 20;

/// Bytes of which the first ones are filled. What it once took up stays: it is zeroed once, not for each stretch.
#[derive(Default)]
pub struct Buffer {
    room: Vec<u8>,
    filled: usize,
}

impl Buffer {
    fn clear(&mut self) {
        self.filled = 0;
    }

    fn truncate(&mut self, to: usize) {
        self.filled = self.filled.min(to);
    }

    fn make_room(&mut self, wanted: usize) {
        if self.room.len() < wanted {
            self.room.resize(wanted, 0);
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        self.make_room(end);
        self.room[self.filled..end].copy_from_slice(bytes);
        self.filled = end;
    }

    /// Reads once, up to so many bytes in all.
    fn read(&mut self, reader: &mut impl Read, wanted: usize) -> io::Result<usize> {
        self.make_room(wanted);
        let read = reader.read(&mut self.room[self.filled..wanted])?;
        self.filled += read;
        Ok(read)
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.room[..self.filled]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.room[..self.filled]
    }
}

/// A record that was skipped since it is too long.
pub fn over_limit(path: &Arc<str>, line: u64, start: u64) -> (Place, String) {
    let place = Place { line, end_line: line, start, ..Place::of_file(path) };
    (place, format!("line {line} is over the limit of {} MiB and was skipped", MAX_LINE >> 20))
}

/// A stretch of whole lines.
pub struct Cut {
    pub bytes: Buffer,
    /// The number of its first line.
    pub line: u64,
    /// The offset of its first byte.
    pub start: u64,
    /// Whether it is UTF-8 as a whole; if not, its lines are looked at one by one.
    pub is_utf8: bool,
}

/// Cuts an input into stretches.
pub struct Cutter<R> {
    /// How many bytes a stretch has at least.
    stretch: usize,
    head: Vec<u8>,
    reader: R,
    /// Bytes behind the last line that was cut off.
    rest: Buffer,
    line: u64,
    pub offset: u64,
    finished: bool,
    /// Lines that were too long: number and offset.
    skipped: Vec<(u64, u64)>,
    failure: Option<String>,
    /// Bytes behind the last whole line when reading failed.
    lost: u64,
}

impl<R: Read> Cutter<R> {
    /// For an input that begins with `head`.
    pub fn new(head: Vec<u8>, reader: R, stretch: usize) -> Self {
        Self {
            stretch: stretch.max(1),
            head,
            reader,
            rest: Buffer::default(),
            line: 1,
            offset: 0,
            finished: false,
            skipped: Vec::new(),
            failure: None,
            lost: 0,
        }
    }

    /// The next stretch; `None` at the end. `spare` is a buffer to be used again.
    pub fn next(&mut self, spare: Buffer) -> Option<Cut> {
        let mut cut = self.cut(spare)?;
        while cut.bytes.is_empty() {
            cut = self.cut(cut.bytes)?;
        }
        Some(cut)
    }

    fn cut(&mut self, spare: Buffer) -> Option<Cut> {
        if self.finished && self.rest.is_empty() {
            return None;
        }
        // One that a long line has made large is not kept.
        let mut bytes = if spare.room.len() <= MOST_KEPT { spare } else { Buffer::default() };
        bytes.clear();
        bytes.push(&self.rest);
        self.rest.clear();
        bytes.push(&std::mem::take(&mut self.head));
        let mut searched = 0;
        loop {
            self.fill(&mut bytes, self.stretch);
            if self.finished {
                break;
            }
            if let Some(found) = memchr::memrchr(b'\n', &bytes[searched..]) {
                let end = searched + found + 1;
                self.rest.push(&bytes[end..]);
                bytes.truncate(end);
                break;
            }
            searched = bytes.len();
            if bytes.len() > MAX_LINE {
                self.skip(&mut bytes);
                break;
            }
        }
        if self.failure.is_some() {
            // What stands behind the last line feed is no line, but what came of one before reading failed.
            let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
            self.lost = (bytes.len() - whole) as u64;
            bytes.truncate(whole);
        }
        let (lines, is_utf8) = lines(&bytes);
        let cut = Cut { line: self.line, start: self.offset, is_utf8, bytes };
        self.line += lines;
        self.offset += cut.bytes.len() as u64;
        // A line may be too long and yet end within a block that was read.
        Some(self.without_long_lines(cut))
    }

    /// Reads on until there are so many bytes more, or no more come.
    fn fill(&mut self, bytes: &mut Buffer, more: usize) {
        let wanted = bytes.len() + more;
        while bytes.len() < wanted && !self.finished {
            match bytes.read(&mut self.reader, wanted) {
                Ok(0) => self.finished = true,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error.to_string());
                    self.finished = true;
                }
            }
        }
    }

    /// Skips a line that is over the limit: everything up to the next line feed.
    fn skip(&mut self, bytes: &mut Buffer) {
        self.skipped.push((self.line, self.offset));
        self.offset += bytes.len() as u64;
        bytes.clear();
        while !self.finished {
            self.fill(bytes, STRETCH);
            if let Some(found) = memchr::memchr(b'\n', bytes) {
                self.offset += found as u64 + 1;
                self.line += 1;
                self.rest.push(&bytes[found + 1..]);
                bytes.clear();
                return;
            }
            self.offset += bytes.len() as u64;
            bytes.clear();
        }
    }

    fn without_long_lines(&mut self, mut cut: Cut) -> Cut {
        if cut.bytes.len() <= MAX_LINE {
            return cut;
        }
        let (mut at, mut line) = (0, cut.line);
        while at < cut.bytes.len() {
            let end = memchr::memchr(b'\n', &cut.bytes[at..]).map_or(cut.bytes.len(), |width| at + width);
            if end - at > MAX_LINE {
                self.skipped.push((line, cut.start + at as u64));
                // Blanks are no record, and keep every other place as it is.
                cut.bytes[at..end].fill(b' ');
            }
            at = end + 1;
            line += 1;
        }
        cut
    }

    /// What could not be read, and why.
    pub fn unreadable(&self, path: &Arc<str>) -> Vec<(Place, String)> {
        let skipped = self.skipped.iter().map(|(line, start)| over_limit(path, *line, *start));
        let failed = self.failure.iter().map(|failure| {
            (Place::of_file(path), format!("reading ended at byte {}: {failure}", self.offset + self.lost))
        });
        skipped.chain(failed).collect()
    }
}

/// How many bytes are counted together, and after how many it is asked whether all are ASCII.
const BLOCK: usize = 64;
const ASKED: usize = 16 * BLOCK;

/// How many line feeds a text holds, and whether it is UTF-8: parts that are ASCII need no closer look.
fn lines(text: &[u8]) -> (u64, bool) {
    let (level, mut count, mut is_utf8) = (processor::level(), 0, true);
    let goes_on = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    for (number, part) in text.chunks(ASKED).enumerate() {
        let (lines, is_ascii) = dispatch!(level, simd => counted(simd, part));
        count += lines;
        if is_utf8 && !is_ascii {
            // A character of up to four bytes may stand across a cut.
            let (start, end) = (number * ASKED, number * ASKED + part.len());
            let before = (0..3).take_while(|before| start > *before && goes_on(start - before)).count();
            let behind = (0..3).take_while(|behind| goes_on(end + behind)).count();
            is_utf8 = simdutf8::basic::from_utf8(&text[start - before..end + behind]).is_ok();
        }
    }
    (count, is_utf8)
}

/// How many line feeds there are, and whether all is ASCII.
#[inline(always)]
fn counted<S: Simd>(simd: S, text: &[u8]) -> (u64, bool) {
    let (mut lines, mut all) = (0, u8x64::splat(simd, 0));
    let mut count = |block: &[u8; BLOCK]| {
        let bytes = u8x64::load_array_ref(simd, block);
        lines += u64::from(bytes.simd_eq(b'\n').to_bitmask().count_ones());
        all |= bytes;
    };
    let (blocks, rest) = text.as_chunks();
    blocks.iter().for_each(&mut count);
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        count(&last);
    }
    (lines, all.simd_lt(0x80).all_true())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_counted_and_are_utf8_as_a_whole(
            parts in prop::collection::vec(
                prop::sample::select(vec![&b"abcdefghijklmnopq"[..], b"\n", "\u{df}".as_bytes(), "\u{1f600}".as_bytes()]),
                0..900,
            ),
            broken in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let mut text = parts.concat();
            if let Some((at, byte)) = broken && !text.is_empty() {
                let at = at.index(text.len());
                text[at] = byte;
            }
            let count = text.split(|byte| *byte == b'\n').count() as u64 - 1;
            prop_assert_eq!(lines(&text), (count, std::str::from_utf8(&text).is_ok()));
        }
    }
}
