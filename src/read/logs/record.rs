//! One record while it is scanned: where its logical fields stand, which values need a second look.

use std::ops::Range;

use super::json::{Scalar, Visitor};
use super::keys::{Keys, MESSAGE, Meaning, Scope, TIMESTAMP, hint};

/// A value of a logical field.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// Where the value stands; strings without quotes.
    pub at: Range<usize>,
    /// What it is; `None` for an object or array.
    pub scalar: Option<Scalar>,
    /// Whether it was there at all.
    pub is_there: bool,
    /// As in [`Meaning::rank`].
    rank: u8,
    /// As in [`Meaning::alias`].
    pub alias: u8,
    /// The key.
    pub key: Range<usize>,
}

impl Slot {
    /// Whether it holds something: a string that is not empty, a number, a boolean.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        match self.scalar {
            Some(Scalar::Null) | None => false,
            Some(Scalar::String { .. }) => !self.at.is_empty(),
            Some(Scalar::Number | Scalar::Bool) => true,
        }
    }
}

/// Where in a record one is.
#[derive(Clone, Copy)]
struct Level {
    scope: Scope,
    is_object: bool,
    /// What the key means behind which an array stands: its elements are that, too.
    meaning: Meaning,
}

/// What was noted of a record.
#[derive(Default)]
pub struct Noted {
    /// The logical fields, as in the watch.
    pub slots: Vec<Slot>,
    /// Which telling keys it has.
    pub hints: u64,
    /// The first of them.
    pub first_hint: u64,
    /// Sensitive fields with a value: the key and the value.
    pub sensitive: Vec<(Range<usize>, Range<usize>, Scalar)>,
    /// Strings in which something can hide behind escapes.
    pub hidden: Vec<Range<usize>>,
    /// Strings that hold enough digits for a card number or an IBAN.
    pub free: Vec<Range<usize>>,
    /// Attributes of the resource: which, counted from 1, and the key.
    pub attributes: Vec<(u8, Range<usize>)>,
    /// The value of `name`, which is the service in bunyan and pino.
    pub name: Range<usize>,
    /// Whether a key holds escapes.
    pub has_odd_keys: bool,
    /// What is open while the record is scanned.
    levels: Vec<Level>,
}

impl Noted {
    fn clear(&mut self, fields: usize) {
        self.slots.clear();
        self.slots.resize_with(fields, Slot::default);
        (self.hints, self.first_hint) = (0, 0);
        self.sensitive.clear();
        self.hidden.clear();
        self.free.clear();
        self.attributes.clear();
        self.name = 0..0;
        self.has_odd_keys = false;
        self.levels.clear();
    }
}

/// Scans one record.
pub struct Judge<'k, 'w> {
    keys: &'k mut Keys<'w>,
    noted: &'k mut Noted,
    pending: Meaning,
    key: Range<usize>,
    position: usize,
    is_wide: bool,
}

impl<'k, 'w> Judge<'k, 'w> {
    /// Begins a record. `wide` looks for addresses in strings, too, which no digits announce.
    pub fn new(keys: &'k mut Keys<'w>, noted: &'k mut Noted, fields: usize, is_wide: bool) -> Self {
        noted.clear(fields);
        Self { keys, noted, pending: Meaning::default(), key: 0..0, position: 0, is_wide }
    }

    #[inline]
    fn meaning(&self) -> Meaning {
        match self.noted.levels.last() {
            Some(level) if !level.is_object => level.meaning,
            _ => self.pending,
        }
    }

    fn fill(&mut self, meaning: &Meaning, at: Range<usize>, scalar: Option<Scalar>) {
        let Some(field) = meaning.field() else { return };
        // An object behind a word that only some loggers use for the field is something else; elements of lists are no
        // fields.
        if self.noted.levels.last().is_some_and(|level| !level.is_object) {
            return;
        }
        let is_usual = field == TIMESTAMP || field > MESSAGE || meaning.rank % 10 <= 1;
        if scalar.is_none() && (meaning.inside != Scope::Other || !is_usual) {
            return;
        }
        let Some(slot) = self.noted.slots.get_mut(field) else { return };
        let is_filled = match scalar {
            None | Some(Scalar::Null) => false,
            Some(Scalar::String { .. }) => !at.is_empty(),
            Some(_) => true,
        };
        // The innermost span comes last and wins; something wins over nothing.
        let wins = !slot.is_there
            || (is_filled && !slot.is_filled())
            || (is_filled == slot.is_filled() && meaning.rank <= slot.rank);
        if wins {
            *slot = Slot {
                at,
                scalar,
                is_there: true,
                rank: meaning.rank,
                alias: meaning.alias,
                key: self.key.clone(),
            };
        }
    }
}

impl Visitor for Judge<'_, '_> {
    #[inline]
    fn key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        let scope = self.noted.levels.last().map_or(Scope::Other, |level| level.scope);
        let key = &text[at.clone()];
        self.pending = if escaped {
            self.noted.has_odd_keys = true;
            let key = crate::detect::escape::undone(key);
            self.keys.meaning(usize::MAX, scope, &key)
        } else {
            self.keys.meaning(self.position, scope, key)
        };
        self.position += 1;
        self.key = at;
        if self.pending.hint != 0 {
            if self.noted.hints == 0 {
                self.noted.first_hint = self.pending.hint;
            }
            self.noted.hints |= self.pending.hint;
        }
        if self.pending.attribute != 0 {
            self.noted.attributes.push((self.pending.attribute, self.key.clone()));
        }
    }

    #[inline]
    fn scalar(&mut self, text: &[u8], at: Range<usize>, scalar: Scalar) {
        let meaning = self.meaning();
        if meaning.field().is_some() {
            self.fill(&meaning, at.clone(), Some(scalar));
        }
        if meaning.is_sensitive && matches!(scalar, Scalar::String { .. } | Scalar::Number) {
            self.noted.sensitive.push((self.key.clone(), at.clone(), scalar));
        }
        let Scalar::String { escaped } = scalar else { return };
        if escaped && may_hide(&text[at.clone()]) {
            self.noted.hidden.push(at.clone());
        }
        if meaning.hint == const { hint("name") } {
            self.noted.name = at.clone();
        }
        let shortest = if self.is_wide { 7 } else { 13 };
        let is_free =
            at.len() >= shortest && !meaning.is_id && meaning.field().is_none_or(|field| field == MESSAGE);
        if is_free && (self.is_wide || has_many_digits(&text[at.clone()])) {
            self.noted.free.push(at);
        }
    }

    #[inline]
    fn open(&mut self, at: usize, is_object: bool) {
        let meaning = self.meaning();
        if meaning.field().is_some() && !self.noted.levels.is_empty() {
            self.fill(&meaning, at..at + 1, None);
        }
        let scope = if self.noted.levels.is_empty() { Scope::Top } else { meaning.inside };
        self.noted.levels.push(Level { scope, is_object, meaning });
    }

    #[inline]
    fn close(&mut self, _: usize) {
        self.noted.levels.pop();
    }
}

/// Whether a text may hold a long number. Of thirteen digits in a row, in groups of four or more with one mark between them
/// or not, every fourth byte is mostly one, and of the ten of an IBAN still two.
fn has_many_digits(text: &[u8]) -> bool {
    let mut samples = 0u8;
    text.iter().step_by(4).any(|byte| {
        samples = samples << 1 | u8::from(byte.is_ascii_digit());
        (samples & 0b1111).count_ones() >= 2
    })
}

/// Whether a string with escapes holds some behind which a literal could hide: `\u…`, `\/`, or escaped escapes.
fn may_hide(raw: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', raw).any(|at| matches!(raw.get(at + 1), Some(b'u' | b'/' | b'\\')))
}
