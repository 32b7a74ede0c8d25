//! What the exposition formats forbid.

use crate::facts::{Gravity, Kind};
use crate::finding::Level;
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader could not accept, folded by fault.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for fault in world.faults(Kind::Prometheus).chain(world.faults(Kind::Openmetrics)) {
        let Some(spot) = fault.seen.spot() else { continue };
        out.find(&*fault.artifact, &spot.place, format!("malformed {}: {}", fault.kind.title(), spot.note))
            .label(fault.code.replace('-', " "))
            .cause(format!("{} {}", fault.artifact, fault.code))
            .because(because.clone())
            .seen(fault.seen.count, fault.seen.also())
            .level(match fault.gravity {
                Gravity::Cosmetic => Level::Info,
                Gravity::Tolerated => Level::Warning,
                Gravity::Refused => Level::Error,
            })
            .help(help(&fault.code));
    }
}

fn help(code: &str) -> &'static str {
    match code {
        "missing-eof" => "end the exposition with `# EOF`; without it a truncated scrape looks whole",
        "no-final-newline" => "end the last line with a line feed; promtool rejects the file without one",
        "carriage-return" => "write line feeds only; Prometheus takes the CR for a part of the value",
        "byte-order-mark" => "write UTF-8 without a byte order mark",
        "bad-escape" => r#"escape a backslash as `\\`, a quote as `\"`, a line feed as `\n`"#,
        "bad-name" => "put the name in quotes inside the braces, or use letters, digits, `_` and `:`",
        "clashing-names" => "give the families names that differ also with their suffixes",
        _ => "a strict parser rejects the whole scrape; a client library writes it right",
    }
}
