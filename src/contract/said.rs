//! A word of the contract and its place, and how one contract lies over another.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::source::Place;

/// The contract that is being read.
#[derive(Clone)]
struct Reading {
    path: Arc<str>,
    text: Arc<str>,
    lines: Arc<[usize]>,
}

/// The byte offset of each line.
fn line_starts(text: &str) -> Arc<[usize]> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect()
}

thread_local! {
    // `Deserialize` hands no context down, and a place without its file is worth nothing when contracts extend others.
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}

/// Runs `read` so that everything [`Said`] in it is placed in `path`, whose text is `text`.
pub(super) fn reading<T>(path: &Arc<str>, text: &Arc<str>, read: impl FnOnce() -> T) -> T {
    let reading = Reading { path: Arc::clone(path), text: Arc::clone(text), lines: line_starts(text) };
    let outer = READING.with(|now| now.replace(Some(reading)));
    let result = read();
    READING.with(|now| now.replace(outer));
    result
}

/// The place of a location in a text, as wide as the word, quoted string or line that begins there.
pub(super) fn place(path: &Arc<str>, text: &str, location: serde_saphyr::Location) -> Place {
    place_in(path, text, &line_starts(text), location)
}

fn place_in(path: &Arc<str>, text: &str, lines: &[usize], location: serde_saphyr::Location) -> Place {
    let line = location.line().max(1);
    let column = location.column().max(1);
    let start = lines.get(line as usize - 1).copied().unwrap_or(text.len());
    let rest = text[start..].lines().next().unwrap_or_default();
    let at = rest.char_indices().nth(column as usize - 1).map_or(rest.len(), |(at, _)| at);
    let word = rest.get(at..).unwrap_or_default();
    let end = at + word_length(word);
    Place::in_line(path, line, start as u64, rest.as_bytes(), at..end)
}

fn word_length(word: &str) -> usize {
    if let Some(quote) = word.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return word[1..].find(quote).map_or(word.len(), |at| at + 2);
    }
    let end = word.find([',', '}', ']', '#']).unwrap_or(word.len());
    let end = word.find(": ").map_or(end, |colon| end.min(colon));
    word[..end].trim_end().trim_end_matches(':').len()
}

/// A value of the contract and its place.
#[derive(Clone, Debug)]
pub struct Said<T> {
    /// What is said.
    pub value: T,
    /// Where.
    pub place: Place,
}

impl<T> Deref for Said<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        let place = READING.with_borrow(|reading| match reading {
            Some(reading) => place_in(&reading.path, &reading.text, &reading.lines, spanned.referenced),
            None => Place::of_file("contract"),
        });
        Ok(Self { value: spanned.value, place })
    }
}

impl<T: JsonSchema> JsonSchema for Said<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A mapping whose keys are the user's own words, in the order of their names, each key with its place.
#[derive(Clone, Debug)]
pub struct Entries<V>(BTreeMap<String, (Place, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Entries<V> {
    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0.get(key).map(|(_, value)| value)
    }

    /// The place of a key.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<&Place> {
        self.0.get(key).map(|(place, _)| place)
    }

    /// Key, place of the key, value; in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Place, &V)> {
        self.0.iter().map(|(key, (place, value))| (key.as_str(), place, value))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Keys<V> {
            type Value = Entries<V>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a mapping")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Entries::default();
                while let Some(key) = map.next_key::<Said<String>>()? {
                    entries.0.insert(key.value, (key.place, map.next_value()?));
                }
                Ok(entries)
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Entries::default())
            }
        }
        deserializer.deserialize_map(Keys(std::marker::PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for Entries<V> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("EntriesOf{}", V::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, V>::json_schema(generator)
    }
}

/// Reads a section; one whose keys are all commented out is an empty one.
pub fn section<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A part of a contract that can lie over the same part of the contract it extends.
pub trait Layer {
    /// This over `base`: what this says counts, what it leaves open comes from `base`.
    #[must_use]
    fn over(self, base: Self) -> Self;
}

impl<T> Layer for Option<T> {
    fn over(self, base: Self) -> Self {
        self.or(base)
    }
}

impl<V: Layer> Layer for Entries<V> {
    /// Entries are merged by key.
    fn over(self, base: Self) -> Self {
        let mut entries = base.0;
        for (key, (place, value)) in self.0 {
            let value = match entries.remove(&key) {
                Some((_, under)) => value.over(under),
                None => value,
            };
            entries.insert(key, (place, value));
        }
        Self(entries)
    }
}

impl<T> Layer for Said<T> {
    fn over(self, _: Self) -> Self {
        self
    }
}

impl<T> Layer for Vec<T> {
    /// Lists of things with a name of their own (declared metrics, allow entries) add up.
    fn over(mut self, base: Self) -> Self {
        let mut all = base;
        all.append(&mut self);
        all
    }
}

/// Implements [`Layer`] for a struct, field by field.
macro_rules! layer {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::contract::said::Layer for $name {
            fn over(self, base: Self) -> Self {
                Self { $($field: $crate::contract::said::Layer::over(self.$field, base.$field)),* }
            }
        }
    };
}
pub(crate) use layer;
