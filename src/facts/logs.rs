//! Streams of log records, and what was sighted in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::{Fact, Folded, Tally};
use crate::detect::Shape;
use crate::source::Place;

/// How many services, templates, levels and pointers of one artifact are kept apart. Which ones is the same in whatever
/// order they come: the first by name; the rest is counted together under the empty name.
pub const KEPT_APART: usize = 256;

/// The records of one service in one artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogStream {
    /// The artifact it was seen in.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The service, as the records say it; empty where they do not.
    pub service: String,
    /// The first record.
    pub place: Place,
    /// How many records.
    pub records: u64,
    /// Records by the logger or envelope that writes such ones.
    pub shapes: BTreeMap<String, u64>,
    /// Logical fields by the contract's name.
    pub fields: BTreeMap<String, FieldUse>,
    /// Levels the contract does not have, as written.
    pub levels: BTreeMap<String, Tally>,
    /// Timestamps that are none, by what is wrong with them.
    pub timestamps: BTreeMap<String, Tally>,
    /// Messages with an identifier in their text: by template and shape.
    pub messages: BTreeMap<String, Message>,
    /// Attributes of the resource that stand on records.
    pub misplaced: BTreeMap<String, Tally>,
    /// Fields whose names are sensitive, with a raw value: by JSON pointer.
    pub sensitive: BTreeMap<String, Sensitive>,
}

impl LogStream {
    /// No records yet.
    #[must_use]
    pub fn new(artifact: &Arc<str>, service: &str, place: Place) -> Self {
        Self {
            artifact: Arc::clone(artifact),
            service: service.to_owned(),
            place,
            records: 0,
            shapes: BTreeMap::new(),
            fields: BTreeMap::new(),
            levels: BTreeMap::new(),
            timestamps: BTreeMap::new(),
            messages: BTreeMap::new(),
            misplaced: BTreeMap::new(),
            sensitive: BTreeMap::new(),
        }
    }

    /// What a report calls the stream: its service, or the artifact.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.service.is_empty() { &self.artifact } else { &self.service }
    }
}

impl LogStream {
    /// Everything that was counted with its places.
    pub fn tallies(&self) -> impl Iterator<Item = &Tally> {
        let fields = self.fields.values().flat_map(|used| {
            let named = used.raw.values().chain(used.aliases.values());
            used.lacking.values().chain(named).chain([&used.malformed])
        });
        let named = self.levels.values().chain(self.timestamps.values()).chain(self.misplaced.values());
        let messages = self.messages.values().map(|message| &message.seen);
        let sensitive = self.sensitive.values().map(|field| &field.seen);
        fields.chain(named).chain(messages).chain(sensitive)
    }
}

impl Fact for LogStream {
    type Key = (Arc<str>, String);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.artifact), self.service.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.place = self.place.clone().min(other.place);
        self.records = self.records.saturating_add(other.records);
        for (shape, count) in other.shapes {
            *self.shapes.entry(shape).or_default() += count;
        }
        for (name, used) in other.fields {
            self.fields.entry(name).or_default().merge(used);
        }
        join(&mut self.levels, other.levels, Tally::merge);
        join(&mut self.timestamps, other.timestamps, Tally::merge);
        join(&mut self.messages, other.messages, Message::merge);
        join(&mut self.misplaced, other.misplaced, Tally::merge);
        join(&mut self.sensitive, other.sensitive, Sensitive::merge);
    }
}

/// Joins two maps, and keeps no more than [`KEPT_APART`] names apart.
fn join<V: Default>(mine: &mut BTreeMap<String, V>, theirs: BTreeMap<String, V>, merge: impl Fn(&mut V, V)) {
    for (name, value) in theirs {
        merge(mine.entry(name).or_default(), value);
    }
    bound(mine, merge);
}

/// Keeps the first [`KEPT_APART`] names apart and the rest under the empty one. A name that is kept in the end has never
/// been among the rest, so its count is exact.
pub fn bound<V: Default>(map: &mut BTreeMap<String, V>, merge: impl Fn(&mut V, V)) {
    while map.len() > KEPT_APART + usize::from(map.contains_key("")) {
        let Some((_, last)) = map.pop_last() else { return };
        merge(map.entry(String::new()).or_default(), last);
    }
}

impl Folded<LogStream> {
    /// Keeps the first [`KEPT_APART`] services apart and the rest as one stream without a name. All are of one artifact.
    #[must_use]
    pub fn bounded(self) -> Self {
        let mut bounded = Self::default();
        let mut named = 0;
        for mut stream in self {
            named += usize::from(!stream.service.is_empty());
            if named > KEPT_APART {
                stream.service.clear();
            }
            bounded.add(stream);
        }
        bounded
    }
}

/// How one logical field is used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldUse {
    /// Records that have it.
    pub present: u64,
    /// Records that lack it, by how.
    pub lacking: BTreeMap<Lack, Tally>,
    /// Values that are not in the contract's format.
    pub malformed: Tally,
    /// Values that are not in the contract's redacted form, by their shape (`text` where they have none).
    pub raw: BTreeMap<String, Tally>,
    /// Records that use another name, by that name.
    pub aliases: BTreeMap<String, Tally>,
}

impl FieldUse {
    fn merge(&mut self, other: Self) {
        self.present = self.present.saturating_add(other.present);
        for (lack, tally) in other.lacking {
            self.lacking.entry(lack).or_default().merge(tally);
        }
        self.malformed.merge(other.malformed);
        join(&mut self.raw, other.raw, Tally::merge);
        join(&mut self.aliases, other.aliases, Tally::merge);
    }
}

/// How a field can be lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// It is not there.
    Absent,
    /// It is null.
    Null,
    /// It is an empty string.
    Empty,
    /// It is an object or an array.
    Composite,
}

impl Lack {
    /// As a message says it.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Null => "null",
            Self::Empty => "empty",
            Self::Composite => "an object or a list",
        }
    }
}

/// Messages of one template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// The shapes of the identifiers in it.
    pub shapes: Vec<Shape>,
    /// Whether only numbers were seen, which may be counts as well as ids.
    pub only_numbers: bool,
    /// How often, and where.
    pub seen: Tally,
}

impl Message {
    /// Takes in others of the same template.
    pub fn merge(&mut self, other: Self) {
        let fresh = self.seen.count == 0;
        self.shapes.extend(other.shapes);
        self.shapes.sort_unstable();
        self.shapes.dedup();
        self.only_numbers = other.only_numbers && (fresh || self.only_numbers);
        self.seen.merge(other.seen);
    }
}

/// A sensitive field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitive {
    /// The name of the contract's list it has.
    pub policy: String,
    /// How often, and where.
    pub seen: Tally,
}

impl Sensitive {
    /// Takes in the same field of others.
    pub fn merge(&mut self, other: Self) {
        if self.policy.is_empty() || (!other.policy.is_empty() && other.policy < self.policy) {
            self.policy = other.policy;
        }
        self.seen.merge(other.seen);
    }
}

/// Something that must not be written was seen; the value itself is nowhere kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    /// The artifact it was seen in.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The service whose record it is; empty where that is not said.
    pub service: String,
    /// The detector's id.
    pub detector: String,
    /// What the detector calls it.
    pub title: String,
    /// Where in the record: a JSON pointer, `#` where a string holds another record; empty for text.
    pub pointer: String,
    /// Whether the detector's check failed, or it is a weaker sort (a key of a test mode): then its level is that of such
    /// ones.
    pub weak: bool,
    /// Places; the note is the length.
    pub seen: Tally,
}

impl Fact for Sighting {
    type Key = (Arc<str>, String, String, String, bool);
    fn key(&self) -> Self::Key {
        (
            Arc::clone(&self.artifact),
            self.service.clone(),
            self.detector.clone(),
            self.pointer.clone(),
            self.weak,
        )
    }
    fn absorb(&mut self, other: Self) {
        if other.title < self.title {
            self.title = other.title;
        }
        self.seen.merge(other.seen);
    }
}

impl Folded<Sighting> {
    /// Keeps the first [`KEPT_APART`] services apart, and the first pointers of a service and detector. All are of one
    /// artifact.
    #[must_use]
    pub fn bounded(self) -> Self {
        let (mut named, mut last) = (0, String::new());
        let mut by_service = Self::default();
        for mut sighting in self {
            if last != sighting.service {
                named += 1;
                last.clone_from(&sighting.service);
            }
            if named > KEPT_APART {
                sighting.service.clear();
            }
            by_service.add(sighting);
        }
        let mut bounded = Self::default();
        let mut group: Option<(String, String)> = None;
        let (mut count, mut last) = (0, String::new());
        for mut sighting in by_service {
            let key = (sighting.service.clone(), sighting.detector.clone());
            if group.as_ref() != Some(&key) {
                (group, count) = (Some(key), 0);
                last.clear();
            }
            // A pointer may be there in both strengths.
            count += usize::from(last != sighting.pointer);
            last.clone_from(&sighting.pointer);
            if count > KEPT_APART {
                sighting.pointer.clear();
            }
            bounded.add(sighting);
        }
        bounded
    }
}
