//! Events that go the other way than the document says, or from or to others than the contract says.

use crate::facts::{Direction, Event};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::link::subjects::{is_literal, meet};
use crate::rules::Out;

/// Judges subjects of the code whose events are described.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    parties(world, out);
    let Some(because) = world.asks(&world.contract.events.documented) else { return };
    for (operation, subject, direction) in world.messages() {
        let events: Vec<&Event> = world.events_at(subject).collect();
        let goes = |way: Direction| events.iter().find_map(|event| event.directions.get(&way));
        let (other, does, says) = match direction {
            Direction::Send => (Direction::Receive, "sends", "received"),
            Direction::Receive => (Direction::Send, "receives", "sent"),
        };
        // A channel without an operation says nothing of directions.
        let (None, Some(place)) = (goes(direction), goes(other)) else { continue };
        // Who does what the document says is described by it, and this one may be described elsewhere.
        if world.messages().any(|(_, of_other, way)| way == other && meet(of_other, subject)) {
            continue;
        }
        // The other direction may stand in what was not read.
        if events.iter().any(|event| !world.is_whole_document(&event.artifact)) {
            continue;
        }
        let draft = out
            .find(subject, &place.action, format!("the code {does} `{subject}`, which is only {says} by the document"))
            .label(format!("the code {does} it, at {}", operation.place))
            .because(because.clone())
            .help("turn the operation, or add one: `action: send` in AsyncAPI 3, `subscribe` in AsyncAPI 2 for what an application sends");
        if direction == Direction::Receive {
            // Who receives need not be described by who sends.
            draft.level(Level::Warning).confidence(Confidence::Guess);
        } else if !is_literal(subject) || !operation.is_sure {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
}

/// Judges who sends and receives the events that the contract declares. A library does so for the programs that use it, which
/// may be any; so only programs are judged.
fn parties(world: &World<'_>, out: &mut Out<'_>) {
    for (operation, subject, direction) in world.messages() {
        let Some(service) = world.service_of(operation).filter(|service| service.has_program) else {
            continue;
        };
        let events: Vec<_> = world.declared_events().filter(|event| meet(event.subject, subject)).collect();
        let named = events.iter().map(|event| event.services(direction));
        // Of several that it may be, one without names allows everybody.
        let Some(named) = named.collect::<Option<Vec<_>>>().map(|named| named.concat()) else { continue };
        let Some(first) = named.first().filter(|_| named.iter().all(|name| name.value != service.name))
        else {
            continue;
        };
        let (does, has) = match direction {
            Direction::Send => ("sends", "publish"),
            Direction::Receive => ("receives", "consume"),
        };
        let message =
            format!("`{}` {does} `{subject}`, which the contract has `{}` {has}", service.name, first.value);
        // A subject that is made when the program runs may be another.
        let confidence = if is_literal(subject) { Confidence::Likely } else { Confidence::Guess };
        out.find(subject, &operation.place, message)
            .label(format!("`{}` does", service.name))
            .cause(service.name.as_str())
            .because(world.because(first))
            .level(Level::Warning)
            .confidence(confidence)
            .help("leave it to the service that the contract names, or add this one there");
    }
}
