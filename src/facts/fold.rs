//! How facts fold: many alike become one with a count and its first places, and folding has no order.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::source::Place;

/// How many places of a folded fact or finding are kept.
pub const FIRST: usize = 3;

/// A fact that folds with others of the same key.
pub trait Fact {
    /// What makes two facts the same one.
    type Key: Ord;
    /// This fact's key.
    fn key(&self) -> Self::Key;
    /// Takes in another fact of the same key.
    fn absorb(&mut self, other: Self);
}

/// Facts of one sort, one for each key, in the order of their keys; as JSON a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded<T: Fact>(BTreeMap<T::Key, T>);

impl<T: Fact> Default for Folded<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Fact> Folded<T> {
    /// Adds a fact, folding it into one of the same key.
    pub fn add(&mut self, fact: T) {
        match self.0.entry(fact.key()) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(fact);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().absorb(fact),
        }
    }

    /// Takes in all facts of another set.
    pub fn merge(&mut self, other: Self) {
        for fact in other.0.into_values() {
            self.add(fact);
        }
    }

    /// All facts in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Fact> IntoIterator for Folded<T> {
    type Item = T;
    type IntoIter = std::collections::btree_map::IntoValues<T::Key, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values()
    }
}

impl<T: Fact + Serialize> Serialize for Folded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values())
    }
}

impl<'de, T: Fact + Deserialize<'de>> Deserialize<'de> for Folded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut folded = Self::default();
        for fact in Vec::<T>::deserialize(deserializer)? {
            folded.add(fact);
        }
        Ok(folded)
    }
}

impl<T: Fact + JsonSchema> JsonSchema for Folded<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ListOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Where.
    pub place: Place,
    /// What is special here; empty where the fact itself says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How often something was seen, and the first places of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first [`FIRST`] places, in order of path and line.
    pub first: Vec<Spot>,
}

impl Tally {
    /// Whether one more place would be kept: making a place costs, so a reader asks first.
    #[must_use]
    pub fn wants_place(&self) -> bool {
        self.first.len() < FIRST
    }

    /// Counts one more at the end of what was seen so far.
    pub fn add(&mut self, spot: impl FnOnce() -> Spot) {
        self.count += 1;
        if self.wants_place() {
            self.first.push(spot());
        }
    }

    /// Counts one more at an offset of the same file that may lie before what was seen so far.
    pub fn add_at(&mut self, start: u64, spot: impl FnOnce() -> Spot) {
        self.count += 1;
        let is_earlier = self.first.last().is_some_and(|last| start <= last.place.start);
        if self.wants_place() || is_earlier {
            self.first.push(spot());
            self.first.sort();
            self.first.truncate(FIRST);
        }
    }

    /// Takes in another tally.
    pub fn merge(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.first.extend(other.first);
        self.first.sort();
        self.first.truncate(FIRST);
    }

    /// The places behind the first one.
    pub fn also(&self) -> impl Iterator<Item = Place> {
        self.first.iter().skip(1).map(|spot| spot.place.clone())
    }

    /// The very first place.
    #[must_use]
    pub fn spot(&self) -> Option<&Spot> {
        self.first.first()
    }
}
