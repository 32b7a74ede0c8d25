//! What source code records, and how it does it.

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
}

impl Fact for Recorded {
    type Key = (Place, Way, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.way, self.name.clone())
    }
    fn absorb(&mut self, _: Self) {}
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
}

/// What the code of one artifact does in one way, with its places folded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Practised {
    /// The artifact.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// What it does.
    pub practice: Practice,
    /// By what: the macro, the guard's variable.
    pub by: String,
    /// Whether it is the code of a service, which others read the logs of.
    pub in_service: bool,
    /// Where.
    pub seen: Tally,
}

impl Fact for Practised {
    type Key = (Arc<str>, Practice, String, bool);
    fn key(&self) -> Self::Key {
        (Arc::clone(&self.artifact), self.practice, self.by.clone(), self.in_service)
    }
    fn absorb(&mut self, other: Self) {
        self.seen.merge(other.seen);
    }
}
