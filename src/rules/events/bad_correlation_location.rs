//! Correlation ids that are not where the document says.

use crate::contract::fields::Carrier;
use crate::facts::Correlation;
use crate::link::World;
use crate::link::events::{is_named, spellings};
use crate::rules::Out;

/// Judges locations of correlation ids.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some((wanted, because)) = world.field_on("correlation_id", Carrier::Event) else { return };
    for event in world.facts.events.iter() {
        let Correlation::At { place, field, is_there } = &event.correlation else { continue };
        let name = event.called();
        let (message, label, help) = match field {
            None => (
                format!("the correlation id of `{name}` has no location in the message"),
                "not `$message.header#/…` or `$message.payload#/…`".to_owned(),
                "point at the field that carries it: `$message.header#/correlation_id`".to_owned(),
            ),
            Some(field) if *is_there == Some(false) => (
                format!("the message `{name}` has no `{field}`, where its correlation id is said to be"),
                "no such property".to_owned(),
                format!(
                    "describe `{field}` among the properties there, or point at the field that carries the id"
                ),
            ),
            Some(field) if !is_named(field, spellings("correlation_id", wanted)) => (
                format!("`{name}` is correlated by `{field}`, not by `correlation_id`"),
                "another field than the contract's".to_owned(),
                "carry the id as `correlation_id`, and point there".to_owned(),
            ),
            Some(_) => continue,
        };
        out.find(name, place, message)
            .label(label)
            .cause(format!("{place}"))
            .because(because.clone())
            .help(help);
    }
}
