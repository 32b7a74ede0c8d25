//! What OpenAPI and AsyncAPI documents say: operations of an API and who may call them, events and what they carry.
//!
//! Names are OpenAPI 3.2's and AsyncAPI 3.1's; documents of earlier versions are told in the same words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::connection::is_loopback;
use super::fold::Fact;
use super::kind::Kind;
use crate::source::Place;

/// A document that describes an API or its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Description {
    /// Where its version stands.
    pub place: Place,
    /// OpenAPI or AsyncAPI.
    pub kind: Kind,
    /// Its version, as written.
    pub version: String,
    /// The key under which operations or channels stand; the version's place where there is none.
    pub anchor: Place,
    /// Whether all of it was seen: it could be read, and so could all that it refers to. What a broken reference leads to is
    /// not there, so nothing was missed.
    pub is_whole: bool,
}

impl Fact for Description {
    type Key = (Arc<str>, Kind);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.place.path), self.kind)
    }
    fn absorb(&mut self, other: Self) {
        self.is_whole &= other.is_whole;
        if (&other.place, &other.version) < (&self.place, &self.version) {
            (self.place, self.version, self.anchor) = (other.place, other.version, other.anchor);
        }
    }
}

/// A server that a document names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Server {
    /// Where its address stands.
    pub place: Place,
    /// OpenAPI or AsyncAPI.
    pub kind: Kind,
    /// Scheme or protocol in lower case; empty where the address is relative or has variables there.
    pub protocol: String,
    /// Host without port and user; empty for a relative address.
    pub host: String,
    /// Its port.
    pub port: Option<u16>,
    /// The path, without a slash at its end.
    pub path: String,
    /// Whether it is said to be for something else than production.
    pub is_aside: bool,
}

impl Fact for Server {
    type Key = (Place, Kind);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.kind)
    }
    fn absorb(&mut self, other: Self) {
        self.is_aside &= other.is_aside;
    }
}

impl Server {
    /// Whether it is on the machine that asks.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.host.is_empty() || is_loopback(&self.host)
    }
}

/// An operation of an API (OpenAPI's Operation Object): method and path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiOperation {
    /// The document.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The key of its method.
    pub place: Place,
    /// In upper case.
    pub method: String,
    /// As written, with `{parameter}`s.
    pub path: String,
    /// What stands before the path in the addresses of its servers; the empty text for none.
    pub bases: BTreeSet<String>,
    /// Where security requirements that hold for it stand; `None` where there are none.
    pub security: Option<Place>,
    /// What a caller must show: one of these. Empty means nothing.
    pub alternatives: Vec<Alternative>,
    /// Roles that an extension lists (`x-required-roles`); `None` where it is not there.
    pub roles: Option<Vec<String>>,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// Where its answers are listed.
    pub responses_place: Place,
    /// Its answers.
    pub responses: Vec<Response>,
    /// Whether some of it stands elsewhere and was not seen.
    pub is_open: bool,
}

impl Fact for ApiOperation {
    type Key = (Place, String, Arc<str>);
    fn key(&self) -> Self::Key {
        // One path item may be referred to from several paths and documents.
        (self.place.clone(), self.path.clone(), Arc::clone(&self.artifact))
    }
    fn absorb(&mut self, other: Self) {
        self.bases.extend(other.bases);
        self.is_open |= other.is_open;
    }
}

/// One of several ways to be let in: all of its demands are met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alternative {
    /// Where it stands.
    pub place: Place,
    /// What is asked for; nothing means that anybody is let in.
    pub demands: Vec<Demand>,
}

/// A security scheme that a caller satisfies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Demand {
    /// Where it is named.
    pub place: Place,
    /// The scheme's name.
    pub scheme: String,
    /// What it is; `None` where no such scheme is defined.
    pub kind: Option<SchemeKind>,
    /// Where the scheme says what it is.
    pub scheme_place: Place,
    /// Scopes or roles.
    pub grants: Vec<String>,
}

/// What a security scheme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SchemeKind {
    /// A key in the query of the address.
    KeyInQuery,
    /// A key in a header or cookie.
    Key,
    /// Name and password, as HTTP's `Basic` has it.
    Basic,
    /// Another scheme of HTTP (`bearer`, `digest`).
    Http,
    /// OAuth 2.
    OAuth2,
    /// Open ID Connect.
    OpenIdConnect,
    /// A certificate of the caller's.
    MutualTls,
    /// Something else.
    Other,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// What an operation takes beside a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// Where its name stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// Its types (`string`, `boolean`); none where nothing is said.
    pub types: BTreeSet<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// The key of its status.
    pub place: Place,
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// Names of its headers, as written.
    pub headers: BTreeSet<String>,
    /// What is said of its body.
    pub body: Body,
    /// Where that stands.
    pub body_place: Place,
    /// What its body holds, as far as one asked: property names with their places, nested ones too.
    pub properties: Vec<Property>,
}

/// What is said of the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// There is none.
    None,
    /// Anything goes: no schema, or one that says nothing.
    Anything,
    /// A schema says what it is.
    Described,
    /// The schema stands where it was not read.
    Unseen,
}

/// A property of a schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Property {
    /// Its key.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// Its types (`string`, `null`); none where nothing is said.
    pub types: BTreeSet<String>,
    /// `format`.
    pub format: Option<String>,
    /// `pattern`.
    pub pattern: Option<String>,
    /// Whether its values are listed (`enum`, `const`).
    pub is_listed: bool,
}

/// Which way an event goes, as the described application sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The application sends it: `action: send` in AsyncAPI 3, `subscribe` in AsyncAPI 2, which is written from the other
    /// side.
    Send,
    /// The application receives it: `action: receive`, or `publish` in AsyncAPI 2.
    Receive,
}

/// An event: a message on a channel, or one that no channel carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The document.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The message's key.
    pub place: Place,
    /// Its name: `name`, else the key it stands under.
    pub name: String,
    /// The address of the channel that carries it, with `{parameter}`s; `None` where no channel does.
    pub address: Option<String>,
    /// Which ways it goes, and where that is said.
    pub directions: BTreeMap<Direction, DirectionPlace>,
    /// How it is correlated.
    pub correlation: Correlation,
    /// What is said of its payload.
    pub payload: Payload,
    /// Where the payload is described.
    pub payload_place: Place,
    /// Properties at the top of the payload.
    pub fields: Vec<Property>,
    /// Properties of the headers; `None` where none are described.
    pub headers: Option<Vec<Property>>,
    /// Whether some of it stands elsewhere and was not seen.
    pub is_open: bool,
}

impl Event {
    /// What a report calls it: its name, or where it travels.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { self.address.as_deref().unwrap_or_default() } else { &self.name }
    }
}

impl Fact for Event {
    type Key = (Place, Option<String>, Arc<str>);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.address.clone(), Arc::clone(&self.artifact))
    }
    fn absorb(&mut self, other: Self) {
        for (direction, place) in other.directions {
            let known = self.directions.entry(direction).or_insert_with(|| place.clone());
            *known = known.clone().min(place);
        }
        self.is_open |= other.is_open;
    }
}

/// Where a direction is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DirectionPlace {
    /// The operation's key.
    pub operation: Place,
    /// The word that says it.
    pub action: Place,
}

/// How a message says which others it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Correlation {
    /// It does not.
    Missing,
    /// By a runtime expression (`$message.header#/correlation_id`).
    At {
        /// Where the expression stands.
        place: Place,
        /// The property it names; `None` where it is no such expression.
        field: Option<String>,
        /// Whether the message has that property; `None` where that was not seen.
        is_there: Option<bool>,
    },
    /// What says so was not seen.
    Unseen,
}

/// What is said of a payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// Nothing.
    Missing,
    /// It is of a format that is not read here (Avro, Protobuf).
    Foreign,
    /// A schema.
    Described,
}

/// A field of the contract in a schema, under its name or another spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaField {
    /// The contract's name.
    pub field: String,
    /// Which kind of document it stands in: HTTP, or events.
    pub kind: Kind,
    /// The property.
    pub property: Property,
}

impl Fact for SchemaField {
    type Key = (Place, Kind);
    fn key(&self) -> Self::Key {
        (self.property.place.clone(), self.kind)
    }
    fn absorb(&mut self, other: Self) {
        self.property.is_required |= other.property.is_required;
    }
}

/// A reference that leads nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrokenReference {
    /// Where it stands.
    pub place: Place,
    /// The kind of document it belongs to.
    pub kind: Kind,
    /// What it says.
    pub target: String,
    /// Why it leads nowhere.
    pub reason: String,
}

impl Fact for BrokenReference {
    type Key = (Place, Kind, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.kind, self.reason.clone())
    }
    fn absorb(&mut self, _: Self) {}
}
