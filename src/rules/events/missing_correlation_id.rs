//! Events that do not say what they belong to.

use crate::contract::fields::Carrier;
use crate::facts::Correlation;
use crate::link::World;
use crate::rules::Out;

/// Judges messages that a channel carries.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some((_, because)) = world.field_on("correlation_id", Carrier::Event) else { return };
    for event in world.carried_events().filter(|event| event.correlation == Correlation::Missing) {
        let name = event.called();
        out.find(name, &event.place, format!("the message `{name}` has no `correlationId`"))
            .label("its trace ends here")
            .cause(format!("{}:{}", event.place, name))
            .because(because.clone())
            .help("add `correlationId: {location: $message.header#/correlation_id}`, and the header");
    }
}
