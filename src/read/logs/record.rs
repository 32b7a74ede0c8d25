//! One record while it is scanned: where its logical fields stand, which values need a second look.

use std::ops::Range;

use super::json::{Scalar, Visitor};
use super::keys::{Keys, MESSAGE, Meaning, Scope, TIMESTAMP, hint};
use super::shapes::Told;
use super::trails::Step;
use crate::detect::{escape, has_long_number};

/// A value of a logical field.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// Where the value stands; strings without quotes.
    pub at: Range<usize>,
    /// What it is; `None` for an object or array.
    pub scalar: Option<Scalar>,
    /// Whether it was there at all.
    pub is_there: bool,
    /// Whether it holds something: a string that is not empty, a number, a boolean.
    pub is_filled: bool,
    /// As in [`Meaning::rank`].
    rank: u8,
    /// As in [`Meaning::alias`].
    pub alias: u8,
    /// The key.
    pub key: Range<usize>,
}

/// The shortest address (`1.1.1.1`), which no digits announce, and the shortest card number.
pub const SHORTEST_ADDRESS: usize = 7;
pub const SHORTEST_NUMBER: usize = 13;

/// How many values of a record are remembered.
const MOST_STEPS: usize = 512;

/// What a name says of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Says {
    #[default]
    Nothing,
    /// Which field it is, and nothing else.
    Field,
    More,
}

/// What is to be done with a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    meaning: Meaning,
    /// Whether it is an element of a list: those are no fields.
    in_list: bool,
    /// What its name says.
    says: Says,
    /// Whether it may hold anything, so also what has no literal.
    is_free: bool,
}

impl Mark {
    fn new(meaning: Meaning, in_list: bool) -> Self {
        let is_more =
            meaning.is_sensitive || meaning.attribute != 0 || meaning.hint == const { hint("name") };
        let says = match meaning.field() {
            _ if is_more => Says::More,
            Some(_) => Says::Field,
            None => Says::Nothing,
        };
        let is_free = !meaning.is_id && meaning.field().is_none_or(|field| field == MESSAGE);
        Self { meaning, in_list, says, is_free }
    }

    /// Whether the name says anything of the value.
    #[inline(always)]
    pub fn is_named(&self) -> bool {
        self.says != Says::Nothing
    }

    /// From which length on anything is to be done with a string without escapes; `shortest` as in [`Noted`].
    pub fn asks_from(&self, shortest: usize) -> usize {
        match self {
            _ if self.is_named() => 0,
            Self { is_free: true, .. } => shortest,
            _ => usize::MAX,
        }
    }
}

/// Where in a record one is.
#[derive(Clone)]
struct Level {
    scope: Scope,
    is_object: bool,
    /// What the key means behind which an array stands: its elements are that, too.
    meaning: Meaning,
    /// That key.
    key: Range<usize>,
}

/// What was noted of a record.
#[derive(Default)]
pub struct Noted {
    /// The logical fields, as in the watch.
    pub slots: Vec<Slot>,
    /// What its keys tell.
    pub told: Told,
    /// Sensitive fields with a value: the key and the value.
    pub sensitive: Vec<(Range<usize>, Range<usize>, Scalar)>,
    /// Strings in which something can hide behind escapes.
    pub hidden: Vec<Range<usize>>,
    /// Strings that hold enough digits for a card number or an IBAN.
    pub free: Vec<Range<usize>>,
    /// Attributes of the resource: which, counted from 1, and the key.
    pub attributes: Vec<(u16, Range<usize>)>,
    /// The value of `name`, which is the service in bunyan and pino.
    pub name: Range<usize>,
    /// Whether a key holds escapes.
    pub has_odd_keys: bool,
    /// What was scanned, for [`super::trails`].
    pub steps: Vec<Step>,
    /// Whether what was noted is not a matter of the keys and their order alone.
    pub is_odd: bool,
    /// From which length on a string may hold something that has no literal.
    shortest: usize,
    /// What is open while the record is scanned.
    levels: Vec<Level>,
}

impl Noted {
    /// Begins a record.
    pub fn begin(&mut self, fields: usize, shortest: usize) {
        self.slots.resize(fields, Slot::default());
        for slot in &mut self.slots {
            (slot.is_there, slot.is_filled, slot.scalar) = (false, false, None);
        }
        self.sensitive.clear();
        self.hidden.clear();
        self.free.clear();
        self.attributes.clear();
        self.name = 0..0;
        self.has_odd_keys = false;
        self.steps.clear();
        self.is_odd = false;
        self.shortest = shortest;
        self.levels.clear();
    }

    /// From which length on a string may hold something that has no literal.
    #[inline]
    pub fn shortest(&self) -> usize {
        self.shortest
    }

    /// Takes in a value: a scalar, or the first byte of an object or array that stands for a field. Where its key stands is
    /// asked only if that matters.
    #[inline(always)]
    pub fn value(
        &mut self,
        text: &[u8],
        at: Range<usize>,
        scalar: Option<Scalar>,
        mark: &Mark,
        key: impl FnOnce() -> Range<usize>,
    ) {
        if mark.is_named() {
            self.named(&at, scalar, mark, key());
        }
        if let Some(Scalar::String { escaped }) = scalar
            && (escaped || mark.is_free && at.len() >= self.shortest)
        {
            self.string(text, at, escaped, mark.is_free);
        }
    }

    #[inline(never)]
    fn string(&mut self, text: &[u8], at: Range<usize>, escaped: bool, is_free: bool) {
        if escaped && may_hide(&text[at.clone()]) {
            self.hidden.push(at.clone());
        }
        let has_numbers_only = self.shortest >= SHORTEST_NUMBER;
        if is_free && at.len() >= self.shortest && (!has_numbers_only || has_long_number(&text[at.clone()])) {
            self.free.push(at);
        }
    }

    #[inline(always)]
    fn named(&mut self, at: &Range<usize>, scalar: Option<Scalar>, mark: &Mark, key: Range<usize>) {
        let Mark { meaning, in_list, .. } = mark;
        if mark.says == Says::More {
            self.more(at, scalar, mark, &key);
        }
        if !in_list {
            self.fill(meaning, at, scalar, key);
        }
    }

    /// A name that says more than which field it is.
    #[inline(never)]
    fn more(&mut self, at: &Range<usize>, scalar: Option<Scalar>, mark: &Mark, key: &Range<usize>) {
        let Mark { meaning, in_list, .. } = mark;
        if meaning.hint == const { hint("name") } && matches!(scalar, Some(Scalar::String { .. })) {
            self.name = at.clone();
        }
        if meaning.attribute != 0 && !in_list {
            self.attributes.push((meaning.attribute, key.clone()));
        }
        if meaning.is_sensitive
            && let Some(scalar @ (Scalar::String { .. } | Scalar::Number)) = scalar
        {
            self.sensitive.push((key.clone(), at.clone(), scalar));
        }
    }

    #[inline(always)]
    fn fill(&mut self, meaning: &Meaning, at: &Range<usize>, scalar: Option<Scalar>, key: Range<usize>) {
        let Some(field) = meaning.field() else { return };
        if scalar.is_none() {
            // An object behind a word that only some loggers use for the field is something else.
            let is_usual = field == TIMESTAMP || field > MESSAGE || meaning.rank % 10 <= 1;
            if meaning.inside != Scope::Other || !is_usual {
                return;
            }
        }
        let Some(slot) = self.slots.get_mut(field) else { return };
        let is_filled = match scalar {
            None | Some(Scalar::Null) => false,
            Some(Scalar::String { .. }) => !at.is_empty(),
            Some(_) => true,
        };
        // The innermost span comes last and wins; something wins over nothing.
        let wins = !slot.is_there
            || (is_filled && !slot.is_filled)
            || (is_filled == slot.is_filled && meaning.rank <= slot.rank);
        if wins {
            let Meaning { rank, alias, .. } = *meaning;
            *slot = Slot { at: at.clone(), scalar, is_there: true, is_filled, rank, alias, key };
        }
    }
}

/// Notes one record while it is scanned.
pub struct Judge<'k, 'w> {
    keys: &'k mut Keys<'w>,
    noted: &'k mut Noted,
    pending: Meaning,
    key: Range<usize>,
    /// The telling keys so far, and the first of them.
    hints: u64,
    first_hint: u64,
}

impl<'k, 'w> Judge<'k, 'w> {
    /// For a record that [`Noted::begin`] has begun.
    pub fn new(keys: &'k mut Keys<'w>, noted: &'k mut Noted) -> Self {
        Self { keys, noted, pending: Meaning::default(), key: 0..0, hints: 0, first_hint: 0 }
    }

    #[inline]
    fn meaning(&self) -> (Meaning, bool) {
        match self.noted.levels.last() {
            Some(level) if !level.is_object => (level.meaning, true),
            _ => (self.pending, false),
        }
    }

    fn step(&mut self, text: &[u8], at: Range<usize>, scalar: Option<Scalar>, mark: Mark) {
        // Where the key of an element stands is not a matter of the bytes between two of them.
        self.noted.is_odd |= mark.in_list && mark.meaning.is_sensitive;
        // A record with very many values is a way that no other one goes.
        if self.noted.steps.len() == MOST_STEPS {
            self.noted.is_odd = true;
            let key = self.key.clone();
            return self.noted.value(text, at, scalar, &mark, || key);
        }
        let key = self.key.clone();
        self.noted.steps.push(Step { at: at.clone(), scalar, key: key.clone(), mark });
        self.noted.value(text, at, scalar, &mark, || key);
    }
}

impl Visitor for Judge<'_, '_> {
    #[inline]
    fn key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        let scope = self.noted.levels.last().map_or(Scope::Other, |level| level.scope);
        let key = &text[at.clone()];
        self.pending = if escaped {
            (self.noted.has_odd_keys, self.noted.is_odd) = (true, true);
            self.keys.meaning(scope, &escape::undone(key))
        } else {
            self.keys.meaning(scope, key)
        };
        self.key = at;
        if self.pending.hint != 0 {
            if self.hints == 0 {
                self.first_hint = self.pending.hint;
            }
            self.hints |= self.pending.hint;
        }
    }

    #[inline]
    fn scalar(&mut self, text: &[u8], at: Range<usize>, scalar: Scalar) {
        let (meaning, in_list) = self.meaning();
        self.step(text, at, Some(scalar), Mark::new(meaning, in_list));
    }

    #[inline]
    fn open(&mut self, text: &[u8], at: usize, is_object: bool) {
        let (meaning, in_list) = self.meaning();
        let is_outermost = self.noted.levels.is_empty();
        if !is_outermost && !in_list && (meaning.field().is_some() || meaning.attribute != 0) {
            self.step(text, at..at + 1, None, Mark::new(meaning, false));
        }
        let scope = if is_outermost { Scope::Top } else { meaning.inside };
        self.noted.levels.push(Level { scope, is_object, meaning, key: self.key.clone() });
    }

    #[inline]
    fn close(&mut self, _: usize) {
        // What follows in a list stands behind the list's key again.
        if let Some(level) = self.noted.levels.pop() {
            self.key = level.key;
        }
        if self.noted.levels.is_empty() {
            self.noted.told = Told::by(self.hints, self.first_hint);
        }
    }
}

/// Whether a string with escapes holds some behind which a literal could hide: `\u…`, `\/`, or escaped escapes.
fn may_hide(raw: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', raw).any(|at| matches!(raw.get(at + 1), Some(b'u' | b'/' | b'\\')))
}
