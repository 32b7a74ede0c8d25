//! Values of the contract's fields that are not in their format.

use crate::contract::fields::Format;
use crate::facts::Content;
use crate::link::World;
use crate::link::events::surface_of;
use crate::rules::Out;

/// Reports them by stream and field, and texts in source code.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    in_source(world, out);
    in_schemas(world, out);
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(format) = world.contract.fields.get(name).and_then(|field| field.format.as_ref()) else {
                continue;
            };
            let Some(spot) = used.malformed.spot() else { continue };
            out.find(name.as_str(), &spot.place, format!("`{name}` of `{}` is no {}", stream.called(), format.called()))
                .label("not in the contract's format")
                .cause(format!("{} {name}", stream.called()))
                .because(world.because(format))
                .seen(used.malformed.count, used.malformed.also())
                .help("make it where the request enters the platform, and hand on what came with it only in this format");
        }
    }
}

fn in_source(world: &World<'_>, out: &mut Out<'_>) {
    for (carried, field) in world.carried().filter(|(carried, _)| carried.content == Content::Malformed) {
        let Some(format) = &field.format else { continue };
        let (name, place) = (carried.field.as_str(), &carried.place);
        out.find(name, place, format!("`{name}` is given a text that is no {}", format.called()))
            .label("not in the contract's format")
            .cause(format!("{}:{} {name}", place.path, place.line))
            .because(world.because(format))
            .help("hand on what came with the request, or make one in this format");
    }
}

/// Properties of schemas that promise another form.
fn in_schemas(world: &World<'_>, out: &mut Out<'_>) {
    for seen in world.facts.schema_fields.iter() {
        let (name, property) = (seen.field.as_str(), &seen.property);
        let field = world.contract.fields.get(name).filter(|field| surface_of(field, seen.kind));
        let Some(format) = field.and_then(|field| field.format.as_ref()) else { continue };
        let is_text = property.types.is_empty() || property.types.contains("string");
        // A pattern or a list of values may say the same in other words.
        let is_other =
            format.value == Format::Uuid && property.format.as_ref().is_some_and(|format| format != "uuid");
        if is_text && !is_other {
            continue;
        }
        out.find(
            name,
            &property.place,
            format!("`{}` is described as something else than a {}", property.name, format.called()),
        )
        .label("not in the contract's format")
        .cause(format!("{} {name}", property.place))
        .because(world.because(format))
        .help("describe it as `{type: string, format: uuid}`, as the contract has it");
    }
}
