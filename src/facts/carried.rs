//! Fields of the contract as programs write them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::code::{Carrier, Way};
use super::fold::Fact;
use crate::source::Place;

/// A field of the contract that a program writes, under its name or another spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Carried {
    /// Where it is written.
    pub place: Place,
    /// The function around it; empty outside of one.
    pub function: String,
    /// The contract's name for it.
    pub field: String,
    /// The name it is written under.
    pub name: String,
    /// Where it goes.
    pub carrier: Carrier,
    /// How.
    pub way: Way,
    /// What the code shows of its value.
    pub content: Content,
}

/// What code shows of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A text, or a value of a type, that is never in the redacted form.
    Unredacted,
    /// A text that is not in the field's format.
    Malformed,
    /// A value that nothing hides.
    Raw,
    /// A value that nothing hides by name, of a type or by a method that may.
    Doubtful,
    /// Nothing that speaks against it.
    Fine,
}

impl Fact for Carried {
    type Key = (Place, Way, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.way, self.name.clone())
    }
    fn absorb(&mut self, other: Self) {
        // Two readings of one place say the same; where they do not, what is more certain counts, then the first by name.
        let order = |carried: &Self| {
            (carried.content, carried.field.clone(), carried.carrier, carried.function.clone())
        };
        if order(&other) < order(self) {
            *self = other;
        }
    }
}
