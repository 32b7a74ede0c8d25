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
            // Records of no service are only those of a file that name none.
            let all = count == stream.records && !stream.service.is_empty();
            let whose = match count {
                _ if all && stream.records > 1 => "every record",
                1 => "a record",
                _ => "records",
            };
            let message = format!("{whose} of `{}` without `{name}`: {}", stream.called(), ways.join(", "));
            let share = format!("{}; missing in {count} of {} records", lack.called(), stream.records);
            out.find(name.as_str(), &first, message)
                .label(if stream.records == 1 { lack.called().to_owned() } else { share })
                .cause(format!("{} {name}", stream.called()))
                .because(because)
                .seen(count, places.into_iter().skip(1).take(2).map(|(place, _)| place))
                .help(help(name));
        }
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
