//! Source code and the contract: what a program records under sensitive names, and how much that counts for; what it does,
//! and which clause speaks of it.

use super::World;
use crate::contract::Said;
use crate::contract::fields::{self, Field};
use crate::facts::{
    Action, Carried, Carrier, Cover, Operation, Practice, Practised, Recorded, Service, Shown, Way,
};
use crate::finding::{Because, Confidence, Level};

/// Names that often stand for something else in source code: a token of a parser, a cookie that was refused, the id of a
/// session that is no secret.
const WEAK: [&str; 8] =
    ["token", "secret", "cookie", "set-cookie", "session_id", "secret_key", "iban", "card_number"];

/// What a finding about source counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Its level.
    pub level: Level,
    /// How certain it is.
    pub confidence: Confidence,
}

impl<'a> World<'a> {
    /// What programs record under sensitive names in some ways, with the clause and what it counts for.
    pub fn recorded<'w>(
        &'w self,
        ways: &'w [Way],
    ) -> impl Iterator<Item = (&'a Recorded, &'a Said<String>, Weight)> + 'w {
        let facts = self.facts;
        facts.recorded.iter().filter(|recorded| ways.contains(&recorded.way)).filter_map(|recorded| {
            let listed = self.contract.redaction.fields.iter().flatten();
            let policy = listed.into_iter().find(|name| name.value == recorded.policy)?;
            Some((recorded, policy, weight(recorded)))
        })
    }

    /// Fields of the contract that programs write where the contract wants them, with what it says of them.
    pub fn carried(&self) -> impl Iterator<Item = (&'a Carried, &'a Field)> + '_ {
        let (facts, contract) = (self.facts, self.contract);
        facts.carried.iter().filter_map(|carried| {
            let field = contract.fields.get(&carried.field)?;
            let surface = match carried.carrier {
                Carrier::Log => fields::Carrier::Log,
                Carrier::Span => fields::Carrier::Span,
            };
            let is_on = field.on.as_ref().is_none_or(|on| on.iter().any(|on| on.value == surface));
            is_on.then_some((carried, field))
        })
    }

    /// What programs do in one way.
    pub fn practised(&self, practice: Practice) -> impl Iterator<Item = &'a Practised> + '_ {
        let facts = self.facts;
        facts.practised.iter().filter(move |practised| practised.practice == practice)
    }

    /// What programs are.
    pub fn services(&self) -> impl Iterator<Item = &'a Service> + '_ {
        let facts = self.facts;
        facts.services.iter()
    }

    /// Operations of some sorts.
    pub fn operations<'w>(
        &'w self,
        wants: impl Fn(Action) -> bool + 'w,
    ) -> impl Iterator<Item = &'a Operation> + 'w {
        let facts = self.facts;
        facts.operations.iter().filter(move |operation| wants(operation.action))
    }

    /// The clause that asks for spans at all.
    #[must_use]
    pub fn asks_for_spans(&self) -> Option<Because> {
        let traces = &self.contract.traces;
        self.asks(&traces.http_root_span).or_else(|| self.asks(&traces.messaging_spans))
    }

    /// The clause that asks for spans around an operation.
    #[must_use]
    pub fn asks_for_span(&self, action: Action) -> Option<Because> {
        let traces = &self.contract.traces;
        let system = match action {
            Action::Stripe => "stripe",
            Action::Ssh => "ssh",
            Action::Publish | Action::Request | Action::Subscribe => {
                return self.asks(&traces.messaging_spans);
            }
        };
        let said = traces.external_calls.iter().flatten().find(|said| said.value == system)?;
        Some(self.because(said))
    }
}

/// Whether it is certain depends on the name and on what the code shows of the type.
fn weight(recorded: &Recorded) -> Weight {
    let is_weak =
        WEAK.contains(&recorded.policy.as_str()) && !recorded.name.eq_ignore_ascii_case("client_secret");
    let (level, confidence) = match (recorded.shown, is_weak) {
        _ if recorded.way == Way::Request => (Level::Warning, Confidence::Likely),
        (Shown::Text, false) if recorded.way != Way::Returned => (Level::Error, Confidence::Sure),
        (Shown::Text, _) | (Shown::Nothing | Shown::Value, false) => (Level::Warning, Confidence::Likely),
        (Shown::Nothing | Shown::Value, true) | (Shown::Typed, _) => (Level::Warning, Confidence::Guess),
    };
    Weight { level, confidence }
}

/// How certain it is that an operation has no span; `None` where it has one.
#[must_use]
pub fn bareness(operation: &Operation) -> Option<Confidence> {
    match operation.cover {
        Cover::Spanned => None,
        Cover::Bare if operation.is_sure => Some(Confidence::Likely),
        Cover::Bare | Cover::Open => Some(Confidence::Guess),
    }
}
