//! Events that a document or the contract promises and nobody sends.

use std::collections::BTreeSet;

use crate::facts::{Action, Direction};
use crate::link::World;
use crate::link::events::Publisher;
use crate::link::subjects::meet;
use crate::rules::Out;

/// Judges events that the described applications send, where all of the code was read.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.events.documented) else { return };
    // A document without its code, and code that can't be seen through, prove nothing.
    let sends = |action| matches!(action, Action::Publish | Action::Request);
    if !world.whole || world.sends_unseen() || world.operations(sends).next().is_none() {
        return;
    }
    let is_sent = |address: &str| {
        world.messages().any(|(_, subject, way)| way == Direction::Send && meet(address, subject))
    };
    let mut said = BTreeSet::new();
    for event in world.carried_events() {
        let (Some(place), Some(address)) = (event.directions.get(&Direction::Send), &event.address) else {
            continue;
        };
        // What is received and answered is sent to whoever asked.
        if is_sent(address) || address.is_empty() || event.is_open {
            continue;
        }
        out.find(address.as_str(), &place.operation, format!("no code sends `{address}`"))
            .label("described, and never published")
            .because(because.clone())
            .help("publish it, or take it out of the document");
        said.insert(address.as_str());
    }
    for event in world.declared_events() {
        let Publisher::Here(publisher) = world.publisher(&event) else { continue };
        let is_told = said.iter().any(|address| meet(address, event.subject));
        if is_told || is_sent(event.subject) {
            continue;
        }
        let message = format!(
            "no code sends `{}`, which the contract has `{}` publish",
            event.subject, publisher.value
        );
        out.find(event.subject, event.place, message)
            .label("declared, and never published")
            .because(world.because(publisher))
            .help("publish it, or take it out of the contract");
    }
}
