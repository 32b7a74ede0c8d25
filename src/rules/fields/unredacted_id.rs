//! Ids the contract wants in a redacted form, written raw.

use crate::link::World;
use crate::rules::Out;

/// Reports them by stream and field.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(form) = world.contract.fields.get(name).and_then(|field| field.redacted.as_ref()) else {
                continue;
            };
            let mut places: Vec<_> =
                used.raw.values().flat_map(|tally| &tally.first).map(|spot| spot.place.clone()).collect();
            places.sort();
            let Some(first) = places.first().cloned() else { continue };
            let count = used.raw.values().map(|tally| tally.count).sum();
            let shapes: Vec<&str> =
                used.raw.keys().filter(|shape| !shape.is_empty()).map(String::as_str).collect();
            let message = format!("`{name}` of `{}` is not redacted: {}", stream.called(), shapes.join(", "));
            out.find(name.as_str(), &first, message)
                .label("a raw id")
                .cause(format!("{} {name}", stream.called()))
                .because(world.because(form))
                .confidential()
                .seen(count, places.into_iter().skip(1).take(2))
                .help(format!("write it in the form `{}`, or not at all", form.value));
        }
    }
}
