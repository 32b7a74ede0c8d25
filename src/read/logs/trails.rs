//! Trails: the ways that records go. A logger writes the same keys in the same order again and again, so what stands between
//! two values is compared as a whole with what stood there before, and only the values are looked at.
//!
//! A trail is learnt from a record that [`super::json`] has scanned; since all that lies between the values is the same bytes,
//! a record that follows it is as sound as that one, and its keys mean the same. A record that leaves all trails is scanned.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x32};

use super::json::Scalar;
use super::quick;
use super::record::{Mark, Noted};
use super::shapes::Told;
use crate::detect::processor;

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
    /// The end of the record.
    End,
}

/// A step of a trail: the bytes between two values, and the value behind them. What each record asks for, in one line of the
/// cache; the rest of it stands in [`Behind`].
#[derive(Debug)]
#[repr(align(64))]
struct Known {
    /// The first of them, and a bit for each that counts.
    head: [u8; WIDTH],
    counts: u32,
    /// How many there are.
    length: u32,
    /// How long a value behind it is, at the least, for anything to be done with it if it has no escapes.
    asks_from: u32,
    /// The first step that follows on this one.
    first: u32,
    /// The next step that follows on the same one as this.
    next: u32,
    holds: Holds,
    /// Whether the head is all there is to compare: of a string, all of whose bytes are in it.
    is_head: bool,
}

/// What some records ask for of a step.
#[derive(Debug)]
struct Behind {
    /// Where all of its bytes stand in [`Trails::bytes`].
    start: u32,
    mark: Mark,
    /// At the end of a record what its keys tell.
    told: Told,
    /// How far in front of the value its key begins, and how long it is.
    key_back: u32,
    key_length: u32,
}

/// All trails that were learnt.
#[derive(Debug)]
pub struct Trails {
    level: Level,
    steps: Vec<Known>,
    /// Of each step.
    behind: Vec<Behind>,
    bytes: Vec<u8>,
    first: u32,
    /// Records that were tried, and those of them that followed a trail.
    tried: u32,
    followed: u32,
    is_off: bool,
}

impl Default for Trails {
    fn default() -> Self {
        let level = processor::level();
        Self {
            level,
            steps: Vec::new(),
            behind: Vec::new(),
            bytes: Vec::new(),
            first: NONE,
            tried: 0,
            followed: 0,
            is_off: false,
        }
    }
}

/// How many bytes are compared together.
const WIDTH: usize = 32;

impl Known {
    /// Whether a text of at least [`WIDTH`] bytes begins with those of the head.
    #[inline(always)]
    fn fits_head<S: Simd>(&self, simd: S, text: &[u8]) -> bool {
        let known = u8x32::load_array_ref(simd, &self.head);
        let head = u8x32::from_slice(simd, &text[..WIDTH]);
        !head.simd_eq(known).to_bitmask() as u32 & self.counts == 0
    }

    /// `"level":` leads to a number, `"level":"` to a string: the shorter one must not be taken for the longer one.
    #[inline(always)]
    fn kind_fits(&self, text: &[u8]) -> bool {
        let next = text.get(self.length as usize);
        match self.holds {
            Holds::String => true,
            Holds::Plain => matches!(next, Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n')),
            Holds::Opening => matches!(next, Some(b'{' | b'[')),
            Holds::End => matches!(next, None | Some(b'\n')),
        }
    }
}

impl Behind {
    /// Does what is to be done with a value behind this step, of which so many bytes are left.
    #[inline(never)]
    fn note(&self, noted: &mut Noted, text: &[u8], left: usize, width: usize, scalar: Option<Scalar>) {
        let start = text.len() - left;
        noted.value(text, start..start + width, scalar, &self.mark, || {
            let key = start.saturating_sub(self.key_back as usize);
            key..key + self.key_length as usize
        });
    }
}

impl Trails {
    /// Goes along the record that a text begins with, up to the end of its line, and says where that is. `None` where it
    /// leaves all trails: then it has to be scanned, and `noted` begun anew.
    pub fn follow(&mut self, text: &[u8], noted: &mut Noted) -> Option<usize> {
        if self.is_off {
            return None;
        }
        self.tried += 1;
        let end = dispatch!(self.level, simd => self.walk(simd, text, noted));
        self.followed += u32::from(end.is_some());
        if self.tried == TRIAL {
            self.is_off = self.followed < TRIAL / 4;
            (self.tried, self.followed) = (0, 0);
        }
        end
    }

    #[inline(always)]
    fn walk<S: Simd>(&mut self, simd: S, text: &[u8], noted: &mut Noted) -> Option<usize> {
        let (mut before, mut way, mut rest) = (NONE, self.first, text);
        loop {
            let mut step = self.steps.get(way as usize)?;
            // Nearly all steps are such: short, and to a plain string.
            if rest.len() >= WIDTH && step.is_head && step.fits_head(simd, rest) {
                let value = &rest[step.length as usize..];
                let width = quick::special(simd, value);
                if value.get(width).copied() == Some(b'"') {
                    if width >= step.asks_from as usize {
                        let scalar = Some(Scalar::String { escaped: false });
                        self.behind[way as usize].note(noted, text, value.len(), width, scalar);
                    }
                    rest = &value[width..];
                    (before, way) = (way, step.first);
                    continue;
                }
            }
            if !self.fits(simd, way, rest) {
                way = self.other(simd, before, way, rest)?;
                step = &self.steps[way as usize];
            }
            let length = step.length as usize;
            if length > rest.len() {
                return None;
            }
            let value = &rest[length..];
            let behind = &self.behind[way as usize];
            let width = match step.holds {
                Holds::String => {
                    let (width, escaped) = quick::string(simd, value)?;
                    if escaped || width >= step.asks_from as usize {
                        let scalar = Some(Scalar::String { escaped });
                        behind.note(noted, text, value.len(), width, scalar);
                    }
                    width
                }
                Holds::Plain => {
                    let (width, scalar) = quick::plain(simd, value)?;
                    if behind.mark.is_named() {
                        behind.note(noted, text, value.len(), width, Some(scalar));
                    }
                    width
                }
                Holds::Opening => {
                    behind.note(noted, text, value.len(), 1, None);
                    // What it holds are steps of their own.
                    0
                }
                Holds::End => {
                    noted.told = behind.told;
                    return Some(text.len() - value.len());
                }
            };
            rest = &value[width..];
            (before, way) = (way, step.first);
        }
    }

    /// Whether a text begins with the bytes of a step, and a value of the kind stands behind them.
    #[inline(always)]
    fn fits<S: Simd>(&self, simd: S, way: u32, text: &[u8]) -> bool {
        let step = &self.steps[way as usize];
        if text.len() < WIDTH || step.length as usize > WIDTH {
            return self.fits_whole(way, text);
        }
        step.fits_head(simd, text) && step.kind_fits(text)
    }

    #[inline(never)]
    fn fits_whole(&self, way: u32, text: &[u8]) -> bool {
        let (step, start) = (&self.steps[way as usize], self.behind[way as usize].start as usize);
        text.starts_with(&self.bytes[start..start + step.length as usize]) && step.kind_fits(text)
    }

    /// The way that a record goes which does not go the first one.
    #[inline(always)]
    fn other<S: Simd>(&mut self, simd: S, before: u32, first: u32, rest: &[u8]) -> Option<u32> {
        let mut last = first;
        loop {
            let way = self.steps[last as usize].next;
            if way == NONE {
                return None;
            }
            if self.fits(simd, way, rest) {
                self.prefer(before, last, way);
                return Some(way);
            }
            last = way;
        }
    }

    /// Puts a way in front of the others that lead on from the same step: the next record mostly goes the same one. Only one
    /// of them fits, so their order changes nothing.
    fn prefer(&mut self, before: u32, last: u32, way: u32) {
        let first = self.steps.get(before as usize).map_or(self.first, |before| before.first);
        let next = std::mem::replace(&mut self.steps[way as usize].next, first);
        self.steps[last as usize].next = next;
        match self.steps.get_mut(before as usize) {
            Some(before) => before.first = way,
            None => self.first = way,
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
            let Some(known) = self.step(before, text, at..step.at.start, holds, step, noted.shortest())
            else {
                return;
            };
            before = known;
            at = if step.scalar.is_none() { step.at.start } else { step.at.end };
        }
        let end = Step { at: text.len()..text.len(), scalar: None, key: 0..0, mark: Mark::default() };
        if let Some(end) = self.step(before, text, at..text.len(), Holds::End, &end, noted.shortest()) {
            self.behind[end as usize].told = noted.told;
        }
    }

    /// The step behind another one (or the first), which is made where it is not known; `None` where too many are.
    fn step(
        &mut self,
        before: u32,
        text: &[u8],
        between: Range<usize>,
        holds: Holds,
        step: &Step,
        shortest: usize,
    ) -> Option<u32> {
        let mut way = self.steps.get(before as usize).map_or(self.first, |before| before.first);
        let (mut last, mut ways) = (NONE, 0);
        while let Some(known) = self.steps.get(way as usize) {
            if known.holds == holds
                && known.length as usize == between.len()
                && self.fits_whole(way, &text[between.start..])
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
        let made = self.steps.len() as u32;
        self.steps.push(Known {
            head,
            counts: u32::MAX.checked_shr(WIDTH as u32 - counted as u32).unwrap_or(0),
            length: bytes.len() as u32,
            asks_from: step.mark.asks_from(shortest).try_into().unwrap_or(u32::MAX),
            first: NONE,
            next: NONE,
            holds,
            is_head: holds == Holds::String && bytes.len() <= WIDTH,
        });
        self.behind.push(Behind {
            start: self.bytes.len() as u32,
            mark: step.mark,
            told: Told::default(),
            key_back: step.at.start.saturating_sub(step.key.start) as u32,
            key_length: step.key.len() as u32,
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
