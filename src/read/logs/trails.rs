//! Trails: the ways that records go. A logger writes the same keys in the same order again and again, so what stands between
//! two values is compared as a whole with what stood there before, and only the values are looked at.
//!
//! A trail is learnt from a record that [`super::json`] has scanned; since all that lies between the values is the same bytes,
//! a record that follows it is as sound as that one, and its keys mean the same. A record that leaves all trails is scanned.

use std::ops::Range;

use wide::u8x16;

use super::json::{self, Scalar};
use super::record::{Mark, Noted};

/// How many steps are remembered. Records with ever new keys would fill the memory with trails that none goes again.
const MOST_STEPS: usize = 1 << 12;

/// How many bytes between values are remembered: keys may be as long as a record.
const MOST_BYTES: usize = 1 << 19;

/// How many ways may lead on from one step: they are tried in turn.
const MOST_WAYS: usize = 24;

/// After how many records it is asked whether trails help at all.
const TRIAL: u32 = 1 << 12;

/// No step.
const NONE: u32 = u32::MAX;

/// A value of a record as it was scanned, and what is to be done with such a one.
#[derive(Clone, Debug)]
pub struct Step {
    /// The value; strings without quotes, of an object or array its first byte.
    pub at: Range<usize>,
    /// What it is; `None` for an object or array.
    pub scalar: Option<Scalar>,
    /// Its key.
    pub key: Range<usize>,
    /// What the key means.
    pub mark: Mark,
}

/// What a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// The text of a string, up to its closing quote.
    String,
    /// A number, `true`, `false`, `null`.
    Plain,
    /// An object or array that stands for a field.
    Opening,
    /// The end of the record, with the hints of [`Noted`].
    End { hints: u64, first_hint: u64 },
}

/// A step of a trail: the bytes between two values, and the value behind them.
#[derive(Debug)]
struct Known {
    /// The first of them, and a bit for each that counts.
    head: [u8x16; 2],
    counts: u32,
    /// All of them, in [`Trails::bytes`].
    start: u32,
    length: u32,
    holds: Holds,
    mark: Mark,
    /// How far in front of the value its key begins, and how long it is.
    key_back: u32,
    key_length: u32,
    /// The first step that follows on this one.
    first: u32,
    /// The next step that follows on the same one as this.
    next: u32,
}

/// All trails that were learnt.
#[derive(Debug)]
pub struct Trails {
    steps: Vec<Known>,
    bytes: Vec<u8>,
    first: u32,
    /// Records that were tried, and those of them that followed a trail.
    tried: u32,
    followed: u32,
    is_off: bool,
}

impl Default for Trails {
    fn default() -> Self {
        Self { steps: Vec::new(), bytes: Vec::new(), first: NONE, tried: 0, followed: 0, is_off: false }
    }
}

/// How many bytes are compared together.
const WIDTH: usize = 32;

impl Known {
    /// Whether these bytes stand at `at`, and a value of the kind behind them.
    #[inline]
    fn fits(&self, text: &[u8], at: usize, bytes: &[u8]) -> bool {
        let length = self.length as usize;
        let Some(head) = text.get(at..).and_then(|rest| rest.first_chunk::<WIDTH>()) else {
            return self.fits_whole(text, at, bytes);
        };
        let (head, _) = head.as_chunks::<16>();
        let same = |half: usize| u8x16::new(head[half]).simd_eq(self.head[half]).to_bitmask();
        if (same(0) | same(1) << 16) & self.counts != self.counts {
            return false;
        }
        if length > WIDTH {
            return self.fits_whole(text, at, bytes);
        }
        self.kind_fits(text, at + length)
    }

    fn fits_whole(&self, text: &[u8], at: usize, bytes: &[u8]) -> bool {
        let start = self.start as usize;
        text.get(at..).is_some_and(|text| text.starts_with(&bytes[start..start + self.length as usize]))
            && self.kind_fits(text, at + self.length as usize)
    }

    /// `"level":` leads to a number, `"level":"` to a string: the shorter one must not be taken for the longer one.
    #[inline]
    fn kind_fits(&self, text: &[u8], at: usize) -> bool {
        match self.holds {
            Holds::String => true,
            Holds::Plain => matches!(text.get(at), Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n')),
            Holds::Opening => matches!(text.get(at), Some(b'{' | b'[')),
            Holds::End { .. } => at == text.len(),
        }
    }
}

impl Trails {
    /// Goes along a record. `false` where it leaves all trails: then it has to be scanned, and `noted` begun anew.
    #[inline]
    pub fn follow(&mut self, text: &[u8], noted: &mut Noted) -> bool {
        if self.is_off {
            return false;
        }
        self.tried += 1;
        let followed = self.walk(text, noted);
        self.followed += u32::from(followed);
        if self.tried == TRIAL {
            self.is_off = self.followed < TRIAL / 4;
            (self.tried, self.followed) = (0, 0);
        }
        followed
    }

    #[inline]
    fn walk(&self, text: &[u8], noted: &mut Noted) -> bool {
        let (mut way, mut at) = (self.first, 0);
        loop {
            let step = loop {
                let Some(step) = self.steps.get(way as usize) else { return false };
                if step.fits(text, at, &self.bytes) {
                    break step;
                }
                way = step.next;
            };
            at += step.length as usize;
            let (end, scalar) = match step.holds {
                Holds::String => {
                    let Ok((end, escaped)) = json::string(text, at) else { return false };
                    (end, Some(Scalar::String { escaped }))
                }
                Holds::Plain => {
                    let Ok((end, scalar)) = json::plain(text, at) else { return false };
                    (end, Some(scalar))
                }
                Holds::Opening => (at + 1, None),
                Holds::End { hints, first_hint } => {
                    (noted.hints, noted.first_hint) = (hints, first_hint);
                    return true;
                }
            };
            let key = at.saturating_sub(step.key_back as usize);
            noted.value(text, at..end, scalar, &step.mark, key..key + step.key_length as usize);
            // What an object or array holds are steps of their own.
            at = if scalar.is_none() { at } else { end };
            way = step.first;
        }
    }

    /// Remembers the way of a record that is sound.
    pub fn learn(&mut self, text: &[u8], noted: &Noted) {
        let is_full =
            self.steps.len() + noted.steps.len() >= MOST_STEPS || self.bytes.len() + text.len() > MOST_BYTES;
        if self.is_off || noted.is_odd || is_full {
            return;
        }
        let (mut before, mut at) = (NONE, 0);
        for step in &noted.steps {
            let holds = match step.scalar {
                Some(Scalar::String { .. }) => Holds::String,
                Some(_) => Holds::Plain,
                None => Holds::Opening,
            };
            let Some(known) = self.step(before, text, at..step.at.start, holds, step) else { return };
            before = known;
            at = if step.scalar.is_none() { step.at.start } else { step.at.end };
        }
        let holds = Holds::End { hints: noted.hints, first_hint: noted.first_hint };
        let end = Step { at: text.len()..text.len(), scalar: None, key: 0..0, mark: Mark::default() };
        self.step(before, text, at..text.len(), holds, &end);
    }

    /// The step behind another one (or the first), which is made where it is not known; `None` where too many are.
    fn step(
        &mut self,
        before: u32,
        text: &[u8],
        between: Range<usize>,
        holds: Holds,
        step: &Step,
    ) -> Option<u32> {
        let mut way = self.steps.get(before as usize).map_or(self.first, |before| before.first);
        let (mut last, mut ways) = (NONE, 0);
        while let Some(known) = self.steps.get(way as usize) {
            if known.holds == holds
                && known.length as usize == between.len()
                && known.fits(text, between.start, &self.bytes)
            {
                return Some(way);
            }
            (last, way, ways) = (way, known.next, ways + 1);
        }
        if ways == MOST_WAYS {
            return None;
        }
        let bytes = &text[between];
        let mut head = [0; WIDTH];
        let counted = bytes.len().min(WIDTH);
        head[..counted].copy_from_slice(&bytes[..counted]);
        let (halves, _) = head.as_chunks::<16>();
        let made = self.steps.len() as u32;
        self.steps.push(Known {
            head: [u8x16::new(halves[0]), u8x16::new(halves[1])],
            counts: u32::MAX.checked_shr(WIDTH as u32 - counted as u32).unwrap_or(0),
            start: self.bytes.len() as u32,
            length: bytes.len() as u32,
            holds,
            mark: step.mark,
            key_back: step.at.start.saturating_sub(step.key.start) as u32,
            key_length: step.key.len() as u32,
            first: NONE,
            next: NONE,
        });
        self.bytes.extend_from_slice(bytes);
        if let Some(last) = self.steps.get_mut(last as usize) {
            last.next = made;
        } else if let Some(before) = self.steps.get_mut(before as usize) {
            before.first = made;
        } else {
            self.first = made;
        }
        Some(made)
    }
}
