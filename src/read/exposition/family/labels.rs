//! The labels of a family while its samples go by: how many values each has, and what they look like.
//!
//! Most lines repeat most of the line before, so a value is compared with the last one first; only a new one is hashed,
//! and only one never seen is looked at.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::super::ledger::Ledger;
use super::super::scan::Pair;
use crate::detect::{Shape, masked, shape_of};
use crate::facts::{Label, Spot, Tally, Values};
use crate::read::lines::LineAt;

/// A label and its last value.
struct Slot {
    name: Vec<u8>,
    seed: u64,
    label: Label,
    last: Vec<u8>,
    last_hash: u128,
    last_shape: Option<Shape>,
    known: HashMap<u64, Option<Shape>>,
}

/// What one label of a sample adds to the identity of its series.
#[derive(Clone, Copy)]
pub struct Noted {
    /// A hash of name and value.
    pub pair: u128,
    /// A hash of the name.
    pub name: u64,
}

/// The labels of a family.
pub struct Labels {
    slots: Vec<Slot>,
    by_name: HashMap<Vec<u8>, usize>,
    /// Which slots the last sample used, in order: the next one mostly uses the same.
    order: Vec<usize>,
    exact_values: usize,
}

impl Labels {
    pub fn new(exact_values: usize) -> Self {
        Self { slots: Vec::new(), by_name: HashMap::new(), order: Vec::new(), exact_values }
    }

    /// Notes the label at a position of a sample.
    pub fn note(
        &mut self,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        pair: &Pair,
        name: &[u8],
        position: usize,
    ) -> Noted {
        let index = match self.order.get(position) {
            Some(slot) if same(&self.slots[*slot].name, name) => *slot,
            _ => {
                let slot = self.by_name.get(name).copied();
                let slot = slot.unwrap_or_else(|| self.add(ledger, line, pair, name));
                self.order.truncate(position);
                self.order.push(slot);
                slot
            }
        };
        let slot = &mut self.slots[index];
        slot.label.samples += 1;
        let raw = &line.text[pair.value.at.clone()];
        if slot.label.samples == 1 || !same(&slot.last, raw) {
            slot.change(raw, &pair.value.text(line.text), self.exact_values);
            // Counted where the value changes: the lines of one histogram are one sighting.
            if let Some(shape) = slot.last_shape {
                sighted(&mut slot.label, shape, ledger, line, pair);
            }
        }
        Noted { pair: slot.last_hash, name: slot.seed }
    }

    /// The first `count` labels of the last sample stand in this one too, with the same values.
    pub fn again(&mut self, count: usize) {
        for slot in &self.order[..count] {
            self.slots[*slot].label.samples += 1;
        }
    }

    fn add(&mut self, ledger: &mut Ledger, line: &LineAt<'_>, pair: &Pair, name: &[u8]) -> usize {
        self.slots.push(Slot {
            name: name.to_vec(),
            seed: xxh3_64(name),
            label: first(ledger, line, pair, self.exact_values),
            last: Vec::new(),
            last_hash: 0,
            last_shape: None,
            known: HashMap::new(),
        });
        self.by_name.insert(name.to_vec(), self.slots.len() - 1);
        self.slots.len() - 1
    }

    /// The sample had this many labels.
    pub fn end(&mut self, count: usize) {
        self.order.truncate(count);
    }

    /// Notes the labels of an exemplar, which are few and seldom.
    pub fn note_exemplar(
        exemplars: &mut BTreeMap<String, Label>,
        ledger: &mut Ledger,
        line: &LineAt<'_>,
        labels: &[Pair],
        exact_values: usize,
    ) {
        for pair in labels {
            let name = masked(&String::from_utf8_lossy(&pair.name.text(line.text)));
            let value = pair.value.text(line.text);
            let label = exemplars.entry(name).or_insert_with(|| first(ledger, line, pair, exact_values));
            label.samples += 1;
            label.values.note(xxh3_64(&value));
            if let Some(shape) = shape_of(&value) {
                sighted(label, shape, ledger, line, pair);
            }
        }
    }

    /// The labels as facts.
    pub fn into_facts(self) -> BTreeMap<String, Label> {
        let named = |slot: Slot| (masked(&String::from_utf8_lossy(&slot.name)), slot.label);
        self.slots.into_iter().map(named).collect()
    }
}

impl Slot {
    fn change(&mut self, raw: &[u8], value: &[u8], exact_values: usize) {
        self.last.clear();
        self.last.extend_from_slice(raw);
        self.last_hash = xxh3_128_with_seed(value, self.seed);
        let short = self.last_hash as u64;
        self.last_shape = self.known.get(&short).copied().unwrap_or_else(|| {
            // A label with an empty value is the same as none.
            if !value.is_empty() {
                self.label.values.note(short);
            }
            let shape = shape_of(value);
            if self.known.len() <= exact_values {
                self.known.insert(short, shape);
            }
            shape
        });
    }
}

/// Whether two texts are the same. Names and values are short, so comparing eight bytes at a time in place costs less than
/// a call of `memcmp`.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let ((a_words, a_rest), (b_words, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let words = a_words.iter().zip(b_words).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b));
    words && a_rest.iter().zip(b_rest).all(|(a, b)| a == b)
}

fn first(ledger: &mut Ledger, line: &LineAt<'_>, pair: &Pair, exact_values: usize) -> Label {
    let place = ledger.place(line, pair.name.at.start..pair.value.at.end + 1);
    Label { place, samples: 0, values: Values::new(exact_values), unbounded: Tally::default() }
}

fn sighted(label: &mut Label, shape: Shape, ledger: &mut Ledger, line: &LineAt<'_>, pair: &Pair) {
    let at = pair.value.at.start - 1..pair.value.at.end + 1;
    let tally = label.values.shapes.entry(shape).or_default();
    tally.add(|| Spot { place: ledger.place(line, at), note: String::new() });
}
