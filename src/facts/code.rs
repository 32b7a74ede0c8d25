//! What source code records, and how it does it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::{Fact, Tally};
use crate::source::Place;

/// Where something goes that a program records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// A log record.
    Log,
    /// A span.
    Span,
}

/// How a program records something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// As a field that is written out.
    Field,
    /// Within the text of a message.
    Message,
    /// As an argument of an instrumented function that nobody named.
    Argument,
    /// As what an instrumented function returns.
    Returned,
    /// As a whole request or its headers.
    Request,
}

/// Something with a name on the contract's list of sensitive fields that a program records as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// Where it stands.
    pub place: Place,
    /// The function around it; empty outside of one.
    pub function: String,
    /// The field, argument or function.
    pub name: String,
    /// The name on the contract's list.
    pub policy: String,
    /// Where it goes.
    pub carrier: Carrier,
    /// How.
    pub way: Way,
    /// What the code shows of its type.
    pub shown: Shown,
}

/// What code shows of the type of something that is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// It is text or bytes, which are recorded as they are.
    Text,
    /// It is text, a number or a truth, which are recorded as they are.
    Value,
    /// Nothing.
    Nothing,
    /// It is of a type that may hide what it holds.
    Typed,
}

impl Fact for Recorded {
    type Key = (Place, Way, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.way, self.name.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.shown = self.shown.min(other.shown);
        // Two readings of one place say the same; where they do not, the first by name counts.
        if (&other.policy, other.carrier, &other.function) < (&self.policy, self.carrier, &self.function) {
            (self.policy, self.carrier, self.function) = (other.policy, other.carrier, other.function);
        }
    }
}

/// What code does about telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Practice {
    /// It prints (`println!`, `eprintln!`, `print!`, `eprint!`).
    Prints,
    /// It prints for debugging (`dbg!`).
    PrintsForDebugging,
    /// It puts values into the text of a log message.
    InterpolatesMessages,
    /// It awaits while the guard of an entered span lives.
    AwaitsInSpan,
    /// It writes its log as plain text, and nowhere as JSON.
    LogsPlainText,
    /// It builds the name of a span from values.
    BuildsSpanNames,
    /// It uses the global propagator of OpenTelemetry, and none is set.
    PropagatesNothing,
    /// Its only sampler of traces takes none (`Sampler::AlwaysOff`).
    SamplesNothing,
}

/// What code does in one way, at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Practised {
    /// The artifact: the manifest of the package, or the file where there is none.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// What it does.
    pub practice: Practice,
    /// By what: the macro, the guard's variable.
    pub by: String,
    /// Whether it is the code of a service, which others read the logs of.
    pub in_service: bool,
    /// Where.
    pub place: Place,
}

impl Fact for Practised {
    type Key = (Place, Practice, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.practice, self.by.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.in_service |= other.in_service;
        self.artifact = std::cmp::min(&self.artifact, &other.artifact).clone();
    }
}

/// A field of log records that a program writes, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Written {
    /// The manifest of the package, or the file where there is none.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Its name.
    pub name: String,
    /// Where.
    pub seen: Tally,
}

impl Fact for Written {
    type Key = (Arc<str>, String);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.artifact), self.name.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.seen.merge(other.seen);
    }
}

/// What a span stands for (OpenTelemetry's span kind).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SpanKind {
    /// Work within the program.
    #[default]
    Internal,
    /// A request that is served.
    Server,
    /// A request that is made.
    Client,
    /// A message that is sent.
    Producer,
    /// A message that is received.
    Consumer,
}

impl SpanKind {
    /// The word in `otel.kind`, in any case of letters.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "internal" => Self::Internal,
            "server" => Self::Server,
            "client" => Self::Client,
            "producer" => Self::Producer,
            "consumer" => Self::Consumer,
            _ => return None,
        })
    }

    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// A span that code makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The manifest of the package, or the file where there is none.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Where it is made.
    pub place: Place,
    /// Its name; `{}` where a part is made when the program runs, empty where nothing of it is known.
    pub name: String,
    /// What it stands for.
    pub kind: SpanKind,
    /// Whether it is the root of what a request or a message sets off.
    pub is_root: bool,
    /// Names of its attributes; `None` where some are set that can't be seen.
    pub attributes: Option<BTreeSet<String>>,
}

impl Fact for Span {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.name.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.is_root |= other.is_root;
        self.kind = self.kind.max(other.kind);
        self.artifact = std::cmp::min(&self.artifact, &other.artifact).clone();
        // What can't be seen in one reading can't be counted on.
        self.attributes = match (self.attributes.take(), other.attributes) {
            (Some(mut mine), Some(theirs)) => {
                mine.extend(theirs);
                Some(mine)
            }
            _ => None,
        };
    }
}

/// What an operation does to another system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It sends a message.
    Publish,
    /// It sends a message and waits for the answer.
    Request,
    /// It receives messages.
    Subscribe,
    /// It calls Stripe.
    Stripe,
    /// It works on a host over SSH.
    Ssh,
}

impl Action {
    /// What a list calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Request => "request",
            Self::Subscribe => "subscribe",
            Self::Stripe => "stripe",
            Self::Ssh => "ssh",
        }
    }

    /// Whether it is on the message bus.
    #[must_use]
    pub fn is_messaging(self) -> bool {
        matches!(self, Self::Publish | Self::Request | Self::Subscribe)
    }
}

/// What is known of a span around something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cover {
    /// There is one.
    Spanned,
    /// There is none, here or in a function that calls it by name.
    Bare,
    /// Whoever calls it is not among what was read.
    Open,
}

/// An operation on another system: a message sent or received, a call of Stripe, work over SSH.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// The manifest of the package, or the file where there is none.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Where.
    pub place: Place,
    /// The function around it.
    pub function: String,
    /// What it does.
    pub action: Action,
    /// How the code calls it (`publish`, `PaymentIntent::create`).
    pub call: String,
    /// The subject of the message; `{}` where a part is made when the program runs.
    pub subject: Option<String>,
    /// Whether a span is around it.
    pub cover: Cover,
    /// Whether the trace goes along in headers; `None` where that is no question.
    pub carries_context: Option<bool>,
    /// Whether a failure sets an error status; `None` where the span is not its own, and for messages.
    pub marks_failure: Option<bool>,
    /// Whether it is sure that this is such an operation.
    pub is_sure: bool,
}

impl Fact for Operation {
    type Key = (Place, Action);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.action)
    }
    fn absorb(&mut self, other: Self) {
        let order = |operation: &Self| {
            let Self {
                cover,
                carries_context,
                marks_failure,
                subject,
                is_sure,
                call,
                function,
                artifact,
                ..
            } = operation;
            // What was seen in one reading is there: a span, the context, the status.
            let seen = (*cover, std::cmp::Reverse((*carries_context, *marks_failure, *is_sure)));
            (seen, std::cmp::Reverse(subject.clone()), call.clone(), function.clone(), Arc::clone(artifact))
        };
        if order(&other) < order(self) {
            *self = other;
        }
    }
}

/// A route of an HTTP server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// The manifest of the package, or the file where there is none.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Where it is declared.
    pub place: Place,
    /// Its path as declared, with what it is nested under where that is known.
    pub path: String,
    /// Its methods in upper case; none where the router takes any.
    pub methods: BTreeSet<String>,
    /// Functions that answer.
    pub handlers: BTreeSet<String>,
    /// Whether something that speaks of a guard stands around it or among what its handlers take.
    pub is_guarded: bool,
}

impl Fact for Route {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.path.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.methods.extend(other.methods);
        self.handlers.extend(other.handlers);
        self.is_guarded |= other.is_guarded;
        self.artifact = std::cmp::min(&self.artifact, &other.artifact).clone();
    }
}

/// A program that runs and is observed: a package of Cargo.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is something of its own that a manifest and its code show, and none excludes another"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    /// Its manifest.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Its name.
    pub name: String,
    /// Where the manifest names it.
    pub place: Place,
    /// Whether a person runs it with arguments, and the contract does not call it a service.
    pub is_command_line: bool,
    /// Whether it has a program, and is no library alone.
    pub has_program: bool,
    /// Whether it serves or consumes, or the contract calls it a service.
    pub is_service: bool,
    /// Whether it uses OpenTelemetry, itself or through a package beside it.
    pub has_sdk: bool,
    /// Dependencies that send telemetry elsewhere, with their places in the manifest.
    pub exporters: BTreeMap<String, Place>,
    /// Where it builds an HTTP server whose requests no layer and no handler puts into a span.
    pub untraced_server: Option<Place>,
}

impl Fact for Service {
    type Key = Arc<str>;
    fn key(&self) -> Self::Key {
        Arc::clone(&self.artifact)
    }
    fn absorb(&mut self, other: Self) {
        self.has_sdk |= other.has_sdk;
        self.has_program |= other.has_program;
        self.is_service |= other.is_service;
        self.is_command_line |= other.is_command_line;
        for (exporter, place) in other.exporters {
            let known = self.exporters.entry(exporter).or_insert_with(|| place.clone());
            *known = known.clone().min(place);
        }
        if (&other.name, &other.place) < (&self.name, &self.place) {
            (self.name, self.place) = (other.name, other.place);
        }
        // A layer that only one part has is around the server of the other.
        self.untraced_server = match (self.untraced_server.take(), other.untraced_server) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            _ => None,
        };
    }
}
