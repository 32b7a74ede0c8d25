//! Fields whose names are on the contract's list, with a raw value.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and pointer.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let listed: Vec<_> = world.contract.redaction.fields.iter().flatten().collect();
    for stream in world.streams() {
        for (pointer, field) in &stream.sensitive {
            let Some(policy) = listed.iter().find(|name| name.value == field.policy) else { continue };
            let Some(spot) = field.seen.spot() else { continue };
            let shown = if pointer.is_empty() { "a further field" } else { pointer.as_str() };
            let message = format!("`{shown}` of `{}` is logged as it is", stream.called());
            out.find(pointer.as_str(), &spot.place, message)
                .label("a raw value")
                .cause(format!("{} {pointer}", stream.called()))
                .because(world.because(policy))
                .confidential()
                .seen(field.seen.count, field.seen.also())
                .help(format!("leave `{}` out, or write `[REDACTED]`", policy.value));
        }
    }
}
