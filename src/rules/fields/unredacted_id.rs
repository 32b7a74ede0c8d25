//! Ids the contract wants in a redacted form, written raw.

use crate::facts::{Carrier, Content, Way};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::link::events::surface_of;
use crate::rules::Out;

/// Reports them by stream and field, and where source code writes them.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    in_source(world, out);
    in_schemas(world, out);
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

/// What a text or a type can't be is certain; who made the value of a variable is not seen.
fn in_source(world: &World<'_>, out: &mut Out<'_>) {
    for (carried, field) in world.carried() {
        let Some(form) = &field.redacted else { continue };
        let (level, confidence) = match carried.content {
            Content::Unredacted => (Level::Error, Confidence::Sure),
            Content::Raw => (Level::Warning, Confidence::Likely),
            Content::Doubtful => (Level::Warning, Confidence::Guess),
            Content::Malformed | Content::Fine => continue,
        };
        let name = carried.field.as_str();
        let message = match (carried.way, carried.carrier) {
            (Way::Message, _) => format!("`{name}` is formatted into a message of the log, and not redacted"),
            (Way::Argument, _) => {
                format!(
                    "`#[instrument]` records the argument `{}` of `{}`, which is not redacted",
                    carried.name, carried.function
                )
            }
            (_, Carrier::Span) => format!("`{name}` goes to a span, and is not redacted"),
            (_, Carrier::Log) => format!("`{name}` goes to the log, and is not redacted"),
        };
        let place = &carried.place;
        out.find(name, place, message)
            .label("a raw id")
            // Each has to be mended where it stands.
            .cause(format!("{}:{} {}", place.path, place.line, carried.name))
            .because(world.because(form))
            .level(level)
            .confidence(confidence)
            .help(format!(
                "write it in the form `{}`, by a function that `rust.sanitizers` names, or not at all",
                form.value
            ));
    }
}

/// Properties of schemas that do not promise the redacted form, on surfaces the contract has the field on.
fn in_schemas(world: &World<'_>, out: &mut Out<'_>) {
    for seen in world.facts.schema_fields.iter() {
        let (name, property) = (seen.field.as_str(), &seen.property);
        let field = world.contract.fields.get(name).filter(|field| surface_of(field, seen.kind));
        let Some(form) = field.and_then(|field| field.redacted.as_ref()) else { continue };
        let bare = |pattern: &str| pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
        if property.is_listed
            || property.pattern.as_deref().is_some_and(|pattern| bare(pattern) == bare(form))
        {
            continue;
        }
        out.find(name, &property.place, format!("`{}` is not described in its redacted form", property.name))
            .label("any text")
            .cause(format!("{}", property.place))
            .because(world.because(form))
            .level(Level::Warning)
            .confidence(Confidence::Likely)
            .help(format!("give it the pattern `^{}$`, and write it in that form", form.value));
    }
}
