//! What the exposition formats forbid.

use crate::facts::Kind;
use crate::finding::Level;
use crate::link::World;
use crate::rules::Out;

/// Faults that every reader of the text format but the strictest puts up with.
const LENIENT: [(&str, Level); 3] = [
    ("no-final-newline", Level::Info),
    ("carriage-return", Level::Warning),
    ("byte-order-mark", Level::Warning),
];

/// Reports what the reader could not accept, folded by fault.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for fault in world.facts.faults.iter().filter(|fault| world.judges(&fault.artifact)) {
        let Some(spot) = fault.seen.spot() else { continue };
        let format = if fault.kind == Kind::Openmetrics { "OpenMetrics" } else { "Prometheus text" };
        let lenient = LENIENT.iter().find(|(code, _)| fault.kind == Kind::Prometheus && *code == fault.code);
        out.find(&*fault.artifact, &spot.place, format!("malformed {format}: {}", spot.note))
            .label(fault.code.replace('-', " "))
            .cause(format!("{} {}", fault.artifact, fault.code))
            .because(because.clone())
            .seen(fault.seen.count, fault.seen.also())
            .level(lenient.map_or(Level::Error, |(_, level)| *level))
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
