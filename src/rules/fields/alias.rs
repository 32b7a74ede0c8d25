//! Other spellings of the contract's fields.

use std::collections::BTreeMap;

use crate::facts::{Spot, Tally, Way};
use crate::link::World;
use crate::link::events::surface_of;
use crate::rules::Out;

/// Reports them by stream and spelling, and by file of source.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    in_source(world, out);
    in_schemas(world, out);
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(field) = world.contract.fields.get(name) else { continue };
            for (alias, tally) in &used.aliases {
                let said = field.aliases.iter().flatten().find(|said| said.value == *alias);
                let (Some(said), Some(spot)) = (said, tally.spot()) else { continue };
                out.find(
                    name.as_str(),
                    &spot.place,
                    format!("`{}` writes `{alias}` for `{name}`", stream.called()),
                )
                .label(format!("`{name}` in the contract"))
                .cause(format!("{} {alias}", stream.called()))
                .because(world.because(said))
                .seen(tally.count, tally.also())
                .help(format!("call it `{name}`, so that one query finds it everywhere"));
            }
        }
    }
}

fn in_source(world: &World<'_>, out: &mut Out<'_>) {
    let mut by_file: BTreeMap<_, (_, Tally)> = BTreeMap::new();
    // What stands in the text of a message is no name there.
    for (carried, field) in world.carried().filter(|(carried, _)| carried.way != Way::Message) {
        let Some(alias) = field.aliases.iter().flatten().find(|alias| alias.value == carried.name) else {
            continue;
        };
        let key = (&*carried.place.path, carried.field.as_str(), carried.name.as_str());
        let (_, seen) = by_file.entry(key).or_insert_with(|| (alias, Tally::default()));
        seen.add_at(carried.place.start, || Spot { place: carried.place.clone(), note: String::new() });
    }
    for ((file, name, alias), (said, seen)) in by_file {
        let Some(spot) = seen.spot() else { continue };
        out.find(name, &spot.place, format!("`{alias}` is written for `{name}`"))
            .label(format!("`{name}` in the contract"))
            .cause(format!("{file} {alias}"))
            .because(world.because(said))
            .seen(seen.count, seen.also())
            .help(format!("call it `{name}`, so that one query finds it everywhere"));
    }
}

/// Properties of schemas: payloads of events, bodies of HTTP.
fn in_schemas(world: &World<'_>, out: &mut Out<'_>) {
    for seen in world.facts.schema_fields.iter() {
        let (name, property) = (seen.field.as_str(), &seen.property);
        let Some(field) = world.contract.fields.get(name).filter(|field| surface_of(field, seen.kind)) else {
            continue;
        };
        let Some(said) = field.aliases.iter().flatten().find(|said| said.value == property.name) else {
            continue;
        };
        out.find(name, &property.place, format!("`{}` is described for `{name}`", property.name))
            .label(format!("`{name}` in the contract"))
            .cause(format!("{} {}", property.place.path, property.name))
            .because(world.because(said))
            .help(format!("call it `{name}`, so that one query finds it everywhere"));
    }
}
