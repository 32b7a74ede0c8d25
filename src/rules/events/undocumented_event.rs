//! Events that code sends or receives or the contract declares, and no document describes.

use std::collections::BTreeMap;

use crate::facts::{Direction, Kind};
use crate::finding::{Because, Confidence, Level};
use crate::link::World;
use crate::link::events::{DeclaredEvent, Publisher};
use crate::link::subjects::{is_literal, meet};
use crate::rules::Out;

/// Judges subjects of the code.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.events.documented) else { return };
    let documents: Vec<_> = world.descriptions(Kind::Asyncapi).collect();
    if documents.iter().any(|document| !document.is_whole) || (documents.is_empty() && !world.whole) {
        return;
    }
    let mut subjects: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (operation, subject, direction) in world.messages() {
        // An operational event is the matter of a gate; what is answered needs no description of its own.
        if world.operational(subject).is_none() && !world.is_described(subject) {
            subjects.entry(subject).or_default().push((operation, direction));
        }
    }
    promised(world, out, &because, !documents.is_empty(), &subjects.keys().copied().collect::<Vec<_>>());
    for (subject, mut operations) in subjects {
        // What is certain speaks for the rest.
        operations.sort_by_key(|(operation, direction)| (*direction != Direction::Send, !operation.is_sure));
        let Some((first, direction)) = operations.first() else { continue };
        let does = if *direction == Direction::Send { "sends" } else { "receives" };
        let also = operations.iter().skip(1).take(2).map(|(operation, _)| operation.place.clone());
        let message = format!("the code {does} `{subject}`, which is in no AsyncAPI document");
        let draft = out
            .find(subject, &first.place, message)
            .label(if documents.is_empty() { "there is no document at all" } else { "described nowhere" })
            .because(because.clone())
            .seen(operations.len() as u64, also)
            .help("add the channel, the message and the operation before the code");
        let is_certain = is_literal(subject) && first.is_sure && !documents.is_empty() && world.whole;
        if is_certain && *direction == Direction::Send {
            continue;
        }
        // What is received may be described where it is sent from; without any document, they may stand elsewhere.
        let cause = if documents.is_empty() { "no document".to_owned() } else { subject.to_owned() };
        // Who has neither a document nor a contract never asked for one.
        let asked = !documents.is_empty() || world.has_own_contract;
        let confidence = if asked { Confidence::Likely } else { Confidence::Guess };
        draft.level(Level::Warning).confidence(confidence).cause(cause);
    }
}

/// Judges events of the contract that the code does not speak of: those it does are said at the code.
fn promised(world: &World<'_>, out: &mut Out<'_>, because: &Because, has_documents: bool, in_code: &[&str]) {
    let is_missing = |event: &DeclaredEvent<'_>| {
        let in_code = in_code.iter().any(|subject| meet(event.subject, subject));
        !in_code && world.operational(event.subject).is_none() && !world.is_described(event.subject)
    };
    for event in world.declared_events().filter(|event| world.whole && is_missing(event)) {
        let is_ours = match world.publisher(&event) {
            // It is described where it is published.
            Publisher::Elsewhere => continue,
            Publisher::Unsaid => false,
            Publisher::Here(_) => true,
        };
        let message = format!("the contract declares `{}`, which is in no AsyncAPI document", event.subject);
        let draft = out
            .find(event.subject, event.place, message)
            .label(if has_documents { "described nowhere" } else { "there is no document at all" })
            .because(because.clone())
            .help("add the channel and the message, or take it out of the contract");
        if !has_documents {
            draft.level(Level::Warning).confidence(Confidence::Likely).cause("no document");
        } else if !is_ours {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
}
