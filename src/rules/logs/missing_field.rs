//! Records that lack a field which each record has.

use crate::contract::fields::Need;
use crate::finding::Because;
use crate::link::World;
use crate::rules::Out;

/// Judges the fields of every stream.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for stream in world.streams() {
        for (name, used) in &stream.fields {
            let Some(because) = asks(world, name) else { continue };
            let mut count = 0;
            let mut places = Vec::new();
            let mut ways = Vec::new();
            for (lack, tally) in &used.lacking {
                count += tally.count;
                places.extend(tally.first.iter().map(|spot| (spot.place.clone(), *lack)));
                ways.push(lack.called());
            }
            places.sort();
            let Some((first, lack)) = places.first().cloned() else { continue };
            let records = if count == stream.records {
                "every record".to_owned()
            } else {
                format!("{count} of {}", stream.records)
            };
            let message = format!(
                "{} of `{}` without `{name}`: {}",
                records_of(count, &records),
                stream.called(),
                ways.join(", ")
            );
            out.find(name.as_str(), &first, message)
                .label(lack.called())
                .cause(format!("{} {name}", stream.called()))
                .because(because)
                .seen(count, places.into_iter().skip(1).take(2).map(|(place, _)| place))
                .help(help(name));
        }
    }
}

fn records_of(count: u64, shown: &str) -> String {
    if shown.starts_with("every") {
        shown.to_owned()
    } else if count == 1 {
        "1 record".to_owned()
    } else {
        format!("{count} records")
    }
}

/// The clause that asks for a field on logs.
fn asks(world: &World<'_>, name: &str) -> Option<Because> {
    let logs = &world.contract.logs;
    let required = logs.required.iter().flatten().find(|required| required.value == name);
    let of_field = || {
        let need = world.contract.fields.get(name)?.required.as_ref()?;
        (need.value == Need::Always).then(|| world.because(need))
    };
    required.map(|required| world.because(required)).or_else(of_field)
}

fn help(name: &str) -> &'static str {
    match name {
        "service" => {
            "let the logger add `service` to each record, or say whose file it is under `logs.services`"
        }
        "timestamp" => "let the logger write the time of each record",
        "level" => "let the logger write the level of each record",
        "message" => "give each record a constant message; what varies belongs in fields",
        _ => "record it once on the span or logger that all records of a request inherit from",
    }
}
