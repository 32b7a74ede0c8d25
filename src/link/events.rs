//! Events: which subject in code is which event of a document, and which are about the operation of the platform.

use super::World;
use super::subjects::{covers, is_literal, meet};
use crate::contract::fields::{Carrier, Need};
use crate::contract::{Field, Said, platform};
use crate::facts::{Action, Direction, Event, Kind, Operation, Service};
use crate::finding::Because;
use crate::source::Place;

/// An event that the contract declares.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredEvent<'a> {
    /// Where it is declared.
    pub place: &'a Place,
    /// The subject it travels on.
    pub subject: &'a str,
    /// All that the contract says of it.
    pub said: &'a platform::Event,
}

impl DeclaredEvent<'_> {
    /// The services on the side of the bus that a message comes from or goes to; `None` where nothing is said.
    #[must_use]
    pub fn services(&self, direction: Direction) -> Option<&[Said<String>]> {
        let names = match direction {
            Direction::Send => &self.said.published_by,
            Direction::Receive => &self.said.consumed_by,
        };
        names.as_ref().map(|names| names.0.as_slice())
    }
}

/// Who is to publish an event of the contract.
#[derive(Clone, Copy, Debug)]
pub enum Publisher<'a> {
    /// The contract does not say.
    Unsaid,
    /// No package that was read.
    Elsewhere,
    /// This package.
    Here(&'a Said<String>),
}

impl<'a> World<'a> {
    /// Events that the contract declares; one without a subject travels on its name.
    pub fn declared_events(&self) -> impl Iterator<Item = DeclaredEvent<'a>> + '_ {
        let contract = self.contract;
        contract.events.declared.iter().map(|(name, place, said)| {
            let subject = said.subject.as_ref().map_or(name, |said| said.as_str());
            DeclaredEvent { place, subject, said }
        })
    }

    /// Who is to publish an event.
    #[must_use]
    pub fn publisher(&self, event: &DeclaredEvent<'a>) -> Publisher<'a> {
        let Some(names) = &event.said.published_by else { return Publisher::Unsaid };
        let is_here = |name: &&Said<String>| self.services().any(|service| service.name == name.value);
        names.0.iter().find(is_here).map_or(Publisher::Elsewhere, Publisher::Here)
    }

    /// The package that an operation is part of.
    #[must_use]
    pub fn service_of(&self, operation: &Operation) -> Option<&'a Service> {
        self.services().find(|service| service.artifact == operation.artifact)
    }

    /// Events that some channel carries.
    pub fn carried_events(&self) -> impl Iterator<Item = &'a Event> + '_ {
        let facts = self.facts;
        facts.events.iter().filter(|event| event.address.is_some())
    }

    /// Events of documents that a subject means.
    pub fn events_at<'w>(&'w self, subject: &'w str) -> impl Iterator<Item = &'a Event> + 'w {
        self.carried_events().filter(move |event| {
            event.address.as_deref().is_some_and(|address| !address.is_empty() && meet(address, subject))
        })
    }

    /// Whether some document has, or may have, a subject. A channel without an address gets one when the program runs:
    /// those are for answers, and say nothing of subjects that the code names.
    #[must_use]
    pub fn is_described(&self, subject: &str) -> bool {
        self.events_at(subject).next().is_some()
    }

    /// Whether all of a document was seen.
    #[must_use]
    pub fn is_whole_document(&self, artifact: &str) -> bool {
        let mut documents =
            self.facts.descriptions.iter().filter(|document| &*document.place.path == artifact);
        documents.all(|document| document.is_whole)
    }

    /// Operations of the code on the message bus whose subject can be seen, with which way the message goes.
    pub fn messages(&self) -> impl Iterator<Item = (&'a Operation, &'a str, Direction)> + '_ {
        self.operations(Action::is_messaging).filter_map(|operation| {
            // `$JS.…`, `$SYS.…` and `_INBOX.…` are the server's own.
            let is_ours = |subject: &&str| !subject.starts_with(['$', '_']) && says_something(subject);
            let subject = operation.subject.as_deref().filter(is_ours)?;
            let direction =
                if operation.action == Action::Subscribe { Direction::Receive } else { Direction::Send };
            Some((operation, subject, direction))
        })
    }

    /// Whether some message is sent whose subject can't be seen: then none can be said to be sent by nobody.
    #[must_use]
    pub fn sends_unseen(&self) -> bool {
        self.operations(|action| matches!(action, Action::Publish | Action::Request))
            .any(|operation| operation.subject.as_deref().is_none_or(|subject| !says_something(subject)))
    }

    /// The clause that makes a subject one of an operational event.
    #[must_use]
    pub fn operational(&self, subject: &str) -> Option<Because> {
        let events = &self.contract.events;
        let pattern = events.operational.iter().flatten().find(|pattern| meet(pattern, subject));
        let declared = || {
            self.declared_events().find_map(|event| {
                let said = event.said.operational.as_ref().filter(|said| said.value)?;
                meet(event.subject, subject).then_some(said)
            })
        };
        match pattern {
            Some(pattern) if is_literal(subject) || covers(pattern, subject) => Some(self.because(pattern)),
            _ => declared().map(|said| self.because(said)),
        }
    }

    /// A field that the contract wants on a surface, with the clause.
    #[must_use]
    pub fn field_on(&self, name: &str, carrier: Carrier) -> Option<(&'a Field, Because)> {
        let contract = self.contract;
        let field = contract.fields.get(name)?;
        let on = field.on.iter().flatten().find(|on| on.value == carrier);
        let need = field.required.as_ref().filter(|need| need.value != Need::Never)?;
        on?;
        Some((field, self.because(need)))
    }
}

/// Whether any word of a subject is known.
fn says_something(subject: &str) -> bool {
    subject
        .split(['.', '/'])
        .any(|token| !token.is_empty() && !token.contains('{') && token != ">" && token != "*")
}

/// Whether the contract has a field on the surface that a kind of document describes.
#[must_use]
pub fn surface_of(field: &Field, kind: Kind) -> bool {
    let carrier = if kind == Kind::Asyncapi { Carrier::Event } else { Carrier::Http };
    field.on.iter().flatten().any(|on| on.value == carrier)
}

/// The spellings of a field: the contract's name first.
pub fn spellings<'s>(name: &'s str, field: &'s Field) -> impl Iterator<Item = &'s str> + Clone {
    let alias = |said: &'s Said<String>| said.value.as_str();
    std::iter::once(name).chain(field.aliases.iter().flatten().map(alias))
}

/// Whether a name is a field's, whatever the style it is written in: `X-Correlation-Id`, `correlation_id`.
pub fn is_named<'s>(name: &str, mut spellings: impl Iterator<Item = &'s str>) -> bool {
    let plain = |text: &str| -> String {
        let lower = text.to_ascii_lowercase();
        let bare = lower.strip_prefix("x-").unwrap_or(&lower);
        bare.chars().filter(char::is_ascii_alphanumeric).collect()
    };
    let name = plain(name);
    spellings.any(|spelling| plain(spelling) == name)
}
