//! The values of one label or field, without the values: how many different ones, and which shapes they have.
//!
//! Exact up to a bound, then a HyperLogLog sketch (Flajolet et al. 2007; 4,096 registers, standard error 1.6 %). What
//! is kept are 64-bit hashes (XXH3): they merge, they are the same on every machine, and they repeat no secret.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::Tally;
use crate::detect::Shape;

/// 2^PRECISION registers.
const PRECISION: u32 = 12;
const REGISTERS: usize = 1 << PRECISION;

/// How many different values were seen, and what they look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Values {
    /// Above how many different values the set becomes a sketch.
    bound: usize,
    /// Hashes of the values, while there are at most `bound`.
    hashes: BTreeSet<u64>,
    /// The sketch, once there are more: one register a byte.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "sound")]
    sketch: Vec<u8>,
    /// Per shape of an identifier, how many samples carried one.
    pub shapes: BTreeMap<Shape, Tally>,
}

impl Values {
    /// No values yet; exact up to `bound` different ones.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self { bound, ..Self::default() }
    }

    /// Notes one value by its hash.
    pub fn note(&mut self, hash: u64) {
        if !self.sketch.is_empty() {
            return register(&mut self.sketch, hash);
        }
        self.hashes.insert(hash);
        if self.hashes.len() > self.bound {
            self.turn_into_sketch();
        }
    }

    /// How many different values: exact below the bound, else an estimate.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        if self.sketch.is_empty() { self.hashes.len() as u64 } else { estimate(&self.sketch) }
    }

    /// Whether [`Values::distinct`] is exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.sketch.is_empty()
    }

    /// Takes in the values of another part.
    pub fn merge(&mut self, other: Self) {
        self.bound = self.bound.max(other.bound);
        if self.sketch.is_empty() && other.sketch.is_empty() {
            self.hashes.extend(other.hashes);
            if self.hashes.len() > self.bound {
                self.turn_into_sketch();
            }
        } else {
            self.turn_into_sketch();
            for hash in other.hashes {
                register(&mut self.sketch, hash);
            }
            for (mine, theirs) in self.sketch.iter_mut().zip(other.sketch) {
                *mine = (*mine).max(theirs);
            }
        }
        for (shape, tally) in other.shapes {
            self.shapes.entry(shape).or_default().merge(tally);
        }
    }

    fn turn_into_sketch(&mut self) {
        if self.sketch.is_empty() {
            self.sketch = vec![0; REGISTERS];
        }
        for hash in std::mem::take(&mut self.hashes) {
            register(&mut self.sketch, hash);
        }
    }
}

/// A sketch has all its registers, and no register a rank that no hash gives.
fn sound<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let sketch = Vec::<u8>::deserialize(deserializer)?;
    let most = (64 - PRECISION + 1) as u8;
    if (sketch.is_empty() || sketch.len() == REGISTERS) && sketch.iter().all(|rank| *rank <= most) {
        Ok(sketch)
    } else {
        Err(serde::de::Error::custom("a damaged sketch"))
    }
}

fn register(sketch: &mut [u8], hash: u64) {
    let index = (hash >> (64 - PRECISION)) as usize;
    // The marker bit bounds the rank where all the rest of the hash is zero.
    let rest = (hash << PRECISION) | (1 << (PRECISION - 1));
    let rank = rest.leading_zeros() as u8 + 1;
    if let Some(register) = sketch.get_mut(index) {
        *register = (*register).max(rank);
    }
}

fn estimate(sketch: &[u8]) -> u64 {
    let m = REGISTERS as f64;
    let sum: f64 = sketch.iter().map(|rank| 2f64.powi(-i32::from(*rank))).sum();
    let raw = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
    let zeros = sketch.iter().copied().filter(|rank| *rank == 0).count();
    // Linear counting is nearer the truth while many registers are empty.
    let count = if raw <= 2.5 * m && zeros > 0 { m * (m / zeros as f64).ln() } else { raw };
    count.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: std::ops::Range<u64>, bound: usize) -> Values {
        let mut values = Values::new(bound);
        for n in range {
            values.note(xxhash_rust::xxh3::xxh3_64(&n.to_le_bytes()));
        }
        values
    }

    #[test]
    fn exact_up_to_the_bound_then_within_five_percent() {
        assert_eq!(of(0..1000, 1000).distinct(), 1000);
        assert!(of(0..1000, 1000).is_exact());
        for size in [2_000, 20_000, 1_000_000] {
            let values = of(0..size, 1000);
            let error = (values.distinct() as f64 - size as f64).abs() / size as f64;
            assert!(!values.is_exact() && error < 0.05, "{size}: {}", values.distinct());
        }
    }

    #[test]
    fn parts_in_any_order_make_the_same_whole() {
        let whole = of(0..3000, 1024);
        for cut in [1, 500, 1024, 2999] {
            let (mut a, b) = (of(0..cut, 1024), of(cut..3000, 1024));
            let mut c = b.clone();
            c.merge(a.clone());
            a.merge(b);
            assert_eq!(a, whole);
            assert_eq!(c, whole);
        }
    }
}
