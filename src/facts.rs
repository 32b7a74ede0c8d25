//! The vocabulary: what an artifact says about telemetry, with its place, whatever file format it came from.
//!
//! [`Facts`] is a value that merges: [`Facts::merge`] is associative and commutative, so threads, shards on other
//! machines and caches all give the same facts. Readers make facts, rules judge them; neither is known here.

pub mod carried;
pub mod code;
pub mod connection;
pub mod document;
pub mod fold;
pub mod frontend;
pub mod kind;
pub mod logs;
pub mod metric;
pub mod spec;
pub mod values;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use carried::{Carried, Content};
pub use code::{
    Action, Carrier, Cover, Operation, Practice, Practised, Recorded, Route, Service, Shown, Span, SpanKind,
    Way, Written,
};
pub use connection::{Connection, Protection};
pub use document::{Document, Purpose};
pub use fold::{Fact, Folded, Spot, Tally};
pub use frontend::{ClientCall, PageRoute, Reach, Sign};
pub use kind::{Kind, Role};
pub use logs::{FieldUse, Lack, LogStream, Message, Sensitive, Sighting};
pub use metric::{Label, Metric, Oddity, Surface};
pub use spec::{
    Alternative, ApiOperation, Body, BrokenReference, Correlation, Demand, Description, Direction,
    DirectionPlace, Event, Location, Parameter, Payload, Property, Response, SchemaField, SchemeKind, Server,
};
pub use values::Values;

use crate::source::{Place, Seen};

/// The version of the facts' JSON form; `check --facts` takes no other.
pub const VERSION: u32 = 3;

/// Everything that was seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// What the readers were told to watch for ([`crate::read::Watch::fingerprint`]); facts of different readings
    /// don't merge, since one of them may lack what the other looked at.
    pub reading: String,
    /// What was read.
    pub inputs: Folded<Input>,
    /// Metric families.
    pub metrics: Folded<Metric>,
    /// Sets of resource attributes.
    pub resources: Folded<Resource>,
    /// Streams of log records.
    pub streams: Folded<LogStream>,
    /// What was sighted and must not be written.
    pub sightings: Folded<Sighting>,
    /// What programs record under sensitive names.
    pub recorded: Folded<Recorded>,
    /// Fields of the contract that programs write.
    #[serde(default)]
    pub carried: Folded<Carried>,
    /// Connections that telemetry travels by.
    #[serde(default)]
    pub connections: Folded<Connection>,
    /// How programs log and trace.
    pub practised: Folded<Practised>,
    /// Fields of log records that programs write.
    pub written: Folded<Written>,
    /// Spans that programs make.
    pub spans: Folded<Span>,
    /// What programs do to other systems.
    pub operations: Folded<Operation>,
    /// Routes of HTTP servers.
    pub routes: Folded<Route>,
    /// Programs.
    pub services: Folded<Service>,
    /// Documents that describe APIs and events.
    #[serde(default)]
    pub descriptions: Folded<Description>,
    /// Servers that they name.
    #[serde(default)]
    pub servers: Folded<Server>,
    /// Operations of APIs.
    #[serde(default)]
    pub api_operations: Folded<ApiOperation>,
    /// Events.
    #[serde(default)]
    pub events: Folded<Event>,
    /// Fields of the contract in schemas.
    #[serde(default)]
    pub schema_fields: Folded<SchemaField>,
    /// References that lead nowhere.
    #[serde(default)]
    pub broken_references: Folded<BrokenReference>,
    /// Mocks and standards.
    pub documents: Folded<Document>,
    /// Calls of HTTP APIs by front ends.
    pub client_calls: Folded<ClientCall>,
    /// Pages of front ends.
    pub pages: Folded<PageRoute>,
    /// Telemetry backends that front ends reach for.
    pub reaches: Folded<Reach>,
    /// Source that does not parse.
    pub unparsed: Folded<Unparsed>,
    /// What is malformed.
    pub faults: Folded<Fault>,
    /// What could not be read at all.
    pub unreadable: Folded<Unreadable>,
    /// What could not be seen.
    pub gaps: Folded<Gap>,
    /// Allow comments.
    pub allows: Folded<AllowComment>,
}

impl Facts {
    /// No facts yet, for one reading.
    #[must_use]
    pub fn new(reading: &str) -> Self {
        Self { version: VERSION, reading: reading.to_owned(), ..Self::default() }
    }

    /// Puts two readings together; the order does not matter.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.inputs.merge(other.inputs);
        self.metrics.merge(other.metrics);
        self.resources.merge(other.resources);
        self.streams.merge(other.streams);
        self.sightings.merge(other.sightings);
        self.recorded.merge(other.recorded);
        self.carried.merge(other.carried);
        self.connections.merge(other.connections);
        self.practised.merge(other.practised);
        self.written.merge(other.written);
        self.spans.merge(other.spans);
        self.operations.merge(other.operations);
        self.routes.merge(other.routes);
        self.services.merge(other.services);
        self.descriptions.merge(other.descriptions);
        self.servers.merge(other.servers);
        self.api_operations.merge(other.api_operations);
        self.events.merge(other.events);
        self.schema_fields.merge(other.schema_fields);
        self.broken_references.merge(other.broken_references);
        self.documents.merge(other.documents);
        self.client_calls.merge(other.client_calls);
        self.pages.merge(other.pages);
        self.reaches.merge(other.reaches);
        self.unparsed.merge(other.unparsed);
        self.faults.merge(other.faults);
        self.unreadable.merge(other.unreadable);
        self.gaps.merge(other.gaps);
        self.allows.merge(other.allows);
        self
    }
}

/// One file, stream or URL that was read, or was recognised and left to a reader that does not exist yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// As in [`Place::path`].
    #[schemars(with = "String")]
    pub path: Arc<str>,
    /// What kind of artifact it is.
    pub kind: Kind,
    /// Judged itself, or only compared with.
    pub role: Role,
    /// Bytes read.
    pub bytes: u64,
    /// `false` where no reader for the kind exists yet: then the input is named in the footer and not judged.
    pub read: bool,
}

impl Fact for Input {
    type Key = (Arc<str>, Kind, Role);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.path), self.kind, self.role)
    }
    fn absorb(&mut self, other: Self) {
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.read |= other.read;
    }
}

/// A set of resource attributes as one producer shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// Where it is shown: for `target_info`, the series.
    pub place: Place,
    /// How the surface writes attribute names.
    pub surface: Surface,
    /// Attribute names as written, with the place of each; the values stay unread but for [`Resource::service_name`].
    pub attributes: std::collections::BTreeMap<String, Place>,
    /// The value of the service name, which is no secret and names the owner of other facts.
    pub service_name: Option<Seen<String>>,
    /// How many resources looked the same.
    pub count: u64,
    /// Whether the environment may add attributes when the program runs: then what is missing proves nothing.
    #[serde(default)]
    pub is_open: bool,
}

impl Fact for Resource {
    type Key = (Arc<str>, Surface, Vec<String>, Option<String>);
    fn key(&self) -> Self::Key {
        let name = self.service_name.as_ref().map(|name| name.value.clone());
        (Arc::clone(&self.place.path), self.surface, self.attributes.keys().cloned().collect(), name)
    }
    fn absorb(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.is_open |= other.is_open;
        if other.place < self.place {
            (self.place, self.attributes, self.service_name) =
                (other.place, other.attributes, other.service_name);
        }
    }
}

/// One way in which an artifact is malformed, with all its places folded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// The artifact.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Its kind.
    pub kind: Kind,
    /// A short stable name of the fault, such as `bad-escape`.
    pub code: String,
    /// What readers of the format make of it.
    pub gravity: Gravity,
    /// Places, each with what is wrong there.
    pub seen: Tally,
}

/// What the readers of a format make of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gravity {
    /// Most put up with it.
    Cosmetic,
    /// Some put up with it.
    Tolerated,
    /// They refuse it.
    Refused,
}

impl Fact for Fault {
    type Key = (Arc<str>, Kind, String);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.artifact), self.kind, self.code.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.seen.merge(other.seen);
    }
}

/// An input that could not be read: it was not judged, and the run says so with exit code 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// The input and, where one is known, the place at which reading ended.
    pub place: Place,
    /// Why, with the limit where there is one.
    pub reason: String,
}

impl Fact for Unreadable {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.reason.clone())
    }
    fn absorb(&mut self, _: Self) {}
}

/// Something that could not be seen: never a violation, never a pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Where one would have to look.
    pub place: Place,
    /// What could not be seen, and why.
    pub what: String,
}

impl Fact for Gap {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.what.clone())
    }
    fn absorb(&mut self, _: Self) {}
}

/// Source that does not parse: only a scan of its tokens was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unparsed {
    /// Where the parser stopped.
    pub place: Place,
    /// What it says.
    pub reason: String,
}

impl Fact for Unparsed {
    type Key = Place;
    fn key(&self) -> Self::Key {
        self.place.clone()
    }
    fn absorb(&mut self, other: Self) {
        if other.reason < self.reason {
            self.reason = other.reason;
        }
    }
}

/// A comment in an artifact that allows a rule for the text that follows: `# telelint: allow(rule) reason`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AllowComment {
    /// The comment.
    pub place: Place,
    /// The rule id or pattern in the parentheses.
    pub rule: String,
    /// The text behind them.
    pub reason: String,
    /// The first line covered.
    pub from_line: u64,
    /// The last line covered.
    pub to_line: u64,
}

impl Fact for AllowComment {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.rule.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.from_line = self.from_line.min(other.from_line);
        self.to_line = self.to_line.max(other.to_line);
        if other.reason < self.reason {
            self.reason = other.reason;
        }
    }
}
