//! The bounds of a histogram and the quantiles of a summary. Each label set of a family has the same ones in the same
//! order as a rule, so each is read and hashed once.

use xxhash_rust::xxh3::xxh3_128_with_seed;

/// Distinguishes the hash of a bound or quantile from that of a label.
const SEED: u64 = 0x6c65;

/// How many are remembered; a family with more has another ladder in each label set.
const REMEMBERED: usize = 256;

/// A bound or quantile.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// A hash of its text.
    pub hash: u128,
    /// Its value, where the text is a number.
    pub number: Option<f64>,
    /// Whether it is written `+Inf`.
    pub is_plus_inf: bool,
}

/// Those of a family.
#[derive(Debug, Default)]
pub struct Steps {
    known: Vec<(Box<[u8]>, Step)>,
    /// Where the next one probably is.
    next: usize,
}

impl Steps {
    /// The one with this text.
    pub fn of(&mut self, text: &[u8]) -> Step {
        let is = |(known, _): &&(Box<[u8]>, Step)| **known == *text;
        let found = match self.known.get(self.next).filter(is) {
            Some(_) => Some(self.next),
            None => self.known.iter().position(|known| is(&known)),
        };
        let at = found.unwrap_or(self.known.len());
        self.next = at + 1;
        if let Some((_, step)) = self.known.get(at) {
            return *step;
        }
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
        let step = Step {
            hash: xxh3_128_with_seed(text, SEED),
            number: number.filter(|number| !number.is_nan()),
            is_plus_inf: text == b"+Inf",
        };
        if at < REMEMBERED {
            self.known.push((text.into(), step));
        }
        step
    }
}
