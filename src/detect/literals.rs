//! Many literals looked for at once: of each a window of four bytes, chosen for how rarely it is seen, and of all windows
//! together a filter by halves of bytes (as in Hyperscan's Teddy), sixty-four bytes a step. What passes it is compared.

use std::cmp::Reverse;

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

use super::processor;

/// How many bytes of a literal the filter looks at.
const WINDOW: usize = 4;

/// How many bytes are looked at together.
const STEP: usize = 64;

/// How many bytes are searched before it is asked what was found.
const AT_ONCE: usize = 8192;

/// How many groups the filter tells apart: a bit of a byte for each.
const BUCKETS: usize = 8;

/// Among how many windows of a literal one is chosen.
const CHOICE: usize = 3;

/// How often it is tried whether a literal is better placed elsewhere.
const ROUNDS: usize = 3;

/// Looks for literals. Their order is that in which they were given.
#[derive(Debug)]
pub struct Literals {
    level: Level,
    /// For each byte of a window, by its lower and its upper half: in which buckets a literal has such a byte there.
    halves: [[[u8; 16]; 2]; WINDOW],
    /// The literals of each bucket.
    buckets: [Vec<Placed>; BUCKETS],
    /// How many bytes the longest one has.
    longest: usize,
}

/// For each byte of a window the tables of its lower and its upper half.
type Tables<S> = [[u8x64<S>; 2]; WINDOW];

/// A literal, and where its window begins.
#[derive(Clone, Debug)]
struct Placed {
    which: usize,
    text: Box<[u8]>,
    window: usize,
    /// The bytes of the window, those behind a literal that is shorter being zero, and a bit for each that counts.
    bytes: u32,
    counts: u32,
}

impl Placed {
    fn new(which: usize, text: &[u8], window: usize) -> Self {
        let width = (text.len() - window).min(WINDOW);
        let bytes =
            text[window..window + width].iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
        Self { which, text: text.into(), window, bytes, counts: u32::MAX >> (8 * (WINDOW - width)) }
    }

    /// The halves of the bytes of a bucket, with those of this window.
    fn joined(&self, halves: [Halves; WINDOW]) -> [Halves; WINDOW] {
        let window = window(&self.text, self.window);
        std::array::from_fn(|at| halves[at].with(window[at]))
    }
}

/// The bytes of a window; `None` where any byte may stand.
fn window(text: &[u8], at: usize) -> [Option<u8>; WINDOW] {
    std::array::from_fn(|behind| text.get(at + behind).copied())
}

/// How often a byte is seen in logs, roughly, in a thousand; by its upper and its lower half.
const WEIGHTS: [[u32; 16]; 16] = {
    let mut weights = [[0; 16]; 16];
    let mut byte = 0;
    while byte < 256 {
        weights[byte >> 4][byte & 15] = match byte as u8 {
            b'"' => 90,
            b'e' | b'0'..=b'9' => 30,
            b'a' | b'c' | b'd' | b'i' | b'n' | b'o' | b'r' | b's' | b't' | b' ' | b',' | b':' => 25,
            b'b' | b'f' | b'h' | b'l' | b'm' | b'p' | b'u' | b'_' | b'-' | b'.' | b'/' => 15,
            b'g' | b'k' | b'v' | b'w' | b'x' | b'y' | b'{' | b'}' => 6,
            b'A'..=b'Z' => 3,
            _ => 1,
        };
        byte += 1;
    }
    weights
};

/// The lower and upper halves of the bytes that a bucket has at one place of its windows: a bit for each.
#[derive(Clone, Copy, Default, PartialEq)]
struct Halves {
    lower: u16,
    upper: u16,
}

/// How often bytes are seen whose lower half is one of a set, by their upper half, and the other way round.
#[derive(Clone, Copy, Default)]
struct Crossed {
    by_lower: [u32; 16],
    by_upper: [u32; 16],
}

impl Crossed {
    fn of(Halves { lower, upper }: Halves) -> Self {
        let mut crossed = Self::default();
        for (row, weights) in WEIGHTS.iter().enumerate() {
            for (column, weight) in weights.iter().enumerate() {
                crossed.by_lower[column] += weight * u32::from(upper >> row & 1);
                crossed.by_upper[row] += weight * u32::from(lower >> column & 1);
            }
        }
        crossed
    }
}

impl Halves {
    fn with(self, byte: Option<u8>) -> Self {
        byte.map_or(Self { lower: u16::MAX, upper: u16::MAX }, |byte| Self {
            lower: self.lower | 1 << (byte & 15),
            upper: self.upper | 1 << (byte >> 4),
        })
    }

    /// How often a byte with such halves is seen.
    fn weight(self) -> u64 {
        let counts: [u32; 16] = std::array::from_fn(|lower| u32::from(self.lower >> lower & 1));
        let row =
            |row: &[u32; 16]| row.iter().zip(counts).map(|(weight, counts)| weight * counts).sum::<u32>();
        bits(self.upper).map(|upper| u64::from(row(&WEIGHTS[upper]))).sum()
    }
}

/// How often a window is seen.
fn seen(text: &[u8], at: usize) -> u64 {
    Filling::default().grows(window(text, at))
}

/// The windows of a literal that are seen least.
fn rarest(text: &[u8]) -> Vec<usize> {
    let mut windows: Vec<usize> = (0..=text.len().saturating_sub(WINDOW)).collect();
    windows.sort_by_cached_key(|at| seen(text, *at));
    windows.truncate(CHOICE);
    windows
}

/// Which bits are set.
fn bits(mut of: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = of.trailing_zeros() as usize;
        of &= of.wrapping_sub(1);
        (bit < 16).then_some(bit)
    })
}

/// A bucket that is being filled.
#[derive(Default)]
struct Filling {
    placed: Vec<Placed>,
    halves: [Halves; WINDOW],
    /// How often a byte with such halves is seen.
    weights: [u64; WINDOW],
    crossed: [Crossed; WINDOW],
}

impl Filling {
    fn set(&mut self, halves: [Halves; WINDOW]) {
        for (at, halves) in halves.into_iter().enumerate() {
            if halves != self.halves[at] {
                self.halves[at] = halves;
                (self.weights[at], self.crossed[at]) = (halves.weight(), Crossed::of(halves));
            }
        }
    }

    fn remove(&mut self, which: usize) {
        let before = self.placed.len();
        self.placed.retain(|placed| placed.which != which);
        if self.placed.len() < before {
            let none = [Halves::default(); WINDOW];
            self.set(self.placed.iter().fold(none, |halves, placed| placed.joined(halves)));
        }
    }

    fn add(&mut self, one: Placed) {
        self.set(one.joined(self.halves));
        self.placed.push(one);
    }

    /// How much more often something passes when it has this window, too.
    fn grows(&self, window: [Option<u8>; WINDOW]) -> u64 {
        let weight = |at: usize| {
            let Some(byte) = window[at] else { return self.halves[at].with(None).weight() };
            let (lower, upper) = (usize::from(byte & 15), usize::from(byte >> 4));
            let Halves { lower: lowers, upper: uppers } = self.halves[at];
            let crossed = &self.crossed[at];
            // A half that is new meets all other halves that are there, and the two of them each other.
            let new = match (lowers >> lower & 1, uppers >> upper & 1) {
                (0, 0) => crossed.by_lower[lower] + crossed.by_upper[upper] + WEIGHTS[upper][lower],
                (0, _) => crossed.by_lower[lower],
                (_, 0) => crossed.by_upper[upper],
                _ => 0,
            };
            self.weights[at] + u64::from(new)
        };
        (0..WINDOW).map(weight).product::<u64>() - self.weights.iter().product::<u64>()
    }
}

impl Literals {
    /// Looks for these; one that is empty is never found.
    #[must_use]
    pub fn new<'l>(texts: impl IntoIterator<Item = &'l [u8]>) -> Self {
        let texts = texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty());
        let mut windows: Vec<(usize, &[u8], Vec<usize>)> =
            texts.map(|(which, text)| (which, text, rarest(text))).collect();
        // Those that are seen most find their place first.
        windows.sort_by_cached_key(|(_, text, rarest)| Reverse(seen(text, rarest[0])));
        let mut buckets: [Filling; BUCKETS] = Default::default();
        for _ in 0..ROUNDS {
            for (which, text, rarest) in &windows {
                for bucket in &mut buckets {
                    bucket.remove(*which);
                }
                let costs = buckets.iter().enumerate().flat_map(|(number, bucket)| {
                    let cost = move |at: &usize| (bucket.grows(window(text, *at)), number, *at);
                    rarest.iter().map(cost)
                });
                if let Some((_, number, at)) = costs.min() {
                    buckets[number].add(Placed::new(*which, text, at));
                }
            }
        }
        let mut halves = [[[0; 16]; 2]; WINDOW];
        for (number, bucket) in buckets.iter().enumerate() {
            for (tables, Halves { lower, upper }) in halves.iter_mut().zip(bucket.halves) {
                for (table, set) in tables.iter_mut().zip([lower, upper]) {
                    for half in bits(set) {
                        table[half] |= 1 << number;
                    }
                }
            }
        }
        let longest = windows.iter().map(|(_, text, _)| text.len()).max().unwrap_or(0);
        Self { level: processor::level(), halves, buckets: buckets.map(|bucket| bucket.placed), longest }
    }

    /// Whether any of them stands in a text. Looks no further than the stretch with the first one.
    #[must_use]
    pub fn stand_in(&self, text: &[u8]) -> bool {
        self.find(text).next().is_some()
    }

    /// All places at which one of the literals stands: where it begins, and which it is; in order. A text may be full of them:
    /// those of one stretch are held at once.
    pub fn find<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (usize, usize)> + 't {
        let stretch = AT_ONCE.max(2 * self.longest);
        let mut from = Some(0);
        let stretches = std::iter::from_fn(move || {
            let start = from?;
            let end = text.len().min(start + stretch);
            // One may stand across the cut: what begins where the next stretch does is found there.
            from = (end < text.len()).then(|| end - self.longest.saturating_sub(1));
            let mut found = self.within(&text[start..end]);
            found.retain(|(at, _)| from.is_none_or(|from| start + at < from));
            Some(found.into_iter().map(move |(at, which)| (start + at, which)))
        });
        stretches.flatten()
    }

    /// Those of one stretch.
    fn within(&self, text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        dispatch!(self.level, simd => self.filter(simd, text, &mut found));
        found.sort_unstable();
        found
    }

    #[inline(always)]
    fn filter<S: Simd>(&self, simd: S, text: &[u8], found: &mut Vec<(usize, usize)>) {
        let [first, second, third, fourth] = &self.halves;
        let tables = [both(simd, first), both(simd, second), both(simd, third), both(simd, fourth)];
        let mut before = [u8x64::splat(simd, 0); WINDOW - 1];
        let (blocks, rest) = text.as_chunks::<STEP>();
        for (number, block) in blocks.iter().enumerate() {
            self.step(simd, &tables, &mut before, block, text, number * STEP, found);
        }
        // Windows of short literals end behind the text.
        let (mut last, at) = ([0; 2 * STEP], text.len() - rest.len());
        last[..rest.len()].copy_from_slice(rest);
        let (halves, _) = last.as_chunks::<STEP>();
        self.step(simd, &tables, &mut before, &halves[0], text, at, found);
        if rest.len() + WINDOW > STEP {
            self.step(simd, &tables, &mut before, &halves[1], text, at + STEP, found);
        }
    }

    /// Looks at the windows that end in one step; `before` is which buckets have what stood in the step before, for each byte
    /// of a window but the last.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "all that one step needs, and no more")]
    fn step<S: Simd>(
        &self,
        simd: S,
        tables: &Tables<S>,
        before: &mut [u8x64<S>; WINDOW - 1],
        block: &[u8; STEP],
        text: &[u8],
        at: usize,
        found: &mut Vec<(usize, usize)>,
    ) {
        let bytes = u8x64::load_array_ref(simd, block);
        let (lower, upper) = (bytes & 15, bytes >> 4);
        let [first, second, third, fourth] = tables;
        let (first, second) = (have(first, lower, upper), have(second, lower, upper));
        let (third, fourth) = (have(third, lower, upper), have(fourth, lower, upper));
        // The first bytes of a window stand further before.
        let buckets = before[0].slide::<61>(first)
            & before[1].slide::<62>(second)
            & before[2].slide::<63>(third)
            & fourth;
        *before = [first, second, third];
        let none = buckets.simd_eq(0).to_bitmask();
        if none != u64::MAX {
            self.compare(&buckets.into(), !none, text, at, found);
        }
    }

    /// Compares what has passed: for each place at which a window ends, a byte of buckets, and a bit where that is not zero.
    #[inline(never)]
    fn compare(
        &self,
        buckets: &[u8; STEP],
        mut passed: u64,
        text: &[u8],
        from: usize,
        found: &mut Vec<(usize, usize)>,
    ) {
        while passed != 0 {
            let place = passed.trailing_zeros() as usize;
            passed &= passed - 1;
            // No window begins before the text.
            let Some(at) = (from + place).checked_sub(WINDOW - 1) else { continue };
            let four = text.get(at..).and_then(|rest| rest.first_chunk::<4>());
            let four = four.map(|four| u32::from_le_bytes(*four));
            let mut among = buckets[place];
            while among != 0 {
                let bucket = among.trailing_zeros() as usize;
                among &= among - 1;
                for placed in &self.buckets[bucket] {
                    if four.is_some_and(|four| four & placed.counts != placed.bytes) {
                        continue;
                    }
                    if let Some(start) = at.checked_sub(placed.window)
                        && text[start..].starts_with(&placed.text)
                    {
                        found.push((start, placed.which));
                    }
                }
            }
        }
    }
}

/// The tables of one byte of a window.
#[inline(always)]
fn both<S: Simd>(simd: S, [lower, upper]: &[[u8; 16]; 2]) -> [u8x64<S>; 2] {
    [u8x64::block_splat((*lower).simd_into(simd)), u8x64::block_splat((*upper).simd_into(simd))]
}

/// Which buckets have bytes of these halves.
#[inline(always)]
fn have<S: Simd>([low, high]: &[u8x64<S>; 2], lower: u8x64<S>, upper: u8x64<S>) -> u8x64<S> {
    low.swizzle_dyn_within_blocks(lower) & high.swizzle_dyn_within_blocks(upper)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one_by_one(texts: &[Vec<u8>], text: &[u8]) -> Vec<(usize, usize)> {
        let at = |start: usize| {
            let here =
                texts.iter().enumerate().filter(move |(_, literal)| text[start..].starts_with(literal));
            here.map(move |(which, _)| (start, which))
        };
        (0..text.len()).flat_map(at).collect()
    }

    proptest! {
        /// Of few different bytes, so that much is found, at the edges of steps too; with what this processor has, and with
        /// what every one has.
        #[test]
        fn all_is_found_that_is_there(
            texts in prop::collection::vec(
                prop::collection::vec(prop::sample::select(b"abAB_\xc3".to_vec()), 1..8), 1..80,
            ),
            text in prop::collection::vec(prop::sample::select(b"abAB_\xc3\0".to_vec()), 0..200),
        ) {
            let mut literals = Literals::new(texts.iter().map(Vec::as_slice));
            for level in [Level::new(), Level::baseline()] {
                literals.level = level;
                prop_assert_eq!(literals.find(&text).collect::<Vec<_>>(), one_by_one(&texts, &text));
                let longer = [b"~".repeat(AT_ONCE - 3), text.clone()].concat();
                prop_assert_eq!(literals.find(&longer).collect::<Vec<_>>(), one_by_one(&texts, &longer));
                prop_assert_eq!(literals.stand_in(&longer), !one_by_one(&texts, &text).is_empty());
            }
        }
    }

    /// The literals of the cards, each at every place of a step, alone and in a row.
    #[test]
    fn literals_of_detectors_are_found_anywhere() {
        let cards = super::super::card::built_in().values();
        let texts: Vec<&[u8]> = cards.flat_map(|card| &card.literals).map(String::as_bytes).collect();
        let literals = Literals::new(texts.iter().copied());
        for (which, literal) in texts.iter().enumerate() {
            for before in 0..70 {
                for behind in [0, 1, 40] {
                    let text = [&b" ".repeat(before), *literal, &b" ".repeat(behind)].concat();
                    assert!(
                        literals.find(&text).any(|found| found == (before, which)),
                        "{}",
                        text.escape_ascii()
                    );
                }
            }
        }
    }
}
