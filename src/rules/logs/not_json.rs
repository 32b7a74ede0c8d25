//! Records that are no JSON objects.

use crate::contract::fields::LogFormat;
use crate::facts::{Gravity, Kind, Practice};
use crate::finding::{Confidence, Level};
use crate::link::World;
use crate::rules::Out;

/// Reports what the reader could not accept as a record, folded by fault.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    let Some(format) = world.contract.logs.format.as_ref().filter(|format| format.value == LogFormat::Json)
    else {
        return;
    };
    let faults = world
        .faults(Kind::Logs)
        .filter(|fault| !matches!(&*fault.code, "duplicate-key" | "oversized-record"));
    for fault in faults {
        let Some(spot) = fault.seen.spot() else { continue };
        out.find(&*fault.artifact, &spot.place, format!("the log is not JSON lines: {}", spot.note))
            .label(fault.code.replace('-', " "))
            .cause(format!("{} {}", fault.artifact, fault.code))
            .because(world.because(format))
            .seen(fault.seen.count, fault.seen.also())
            .level(if fault.gravity == Gravity::Cosmetic { Level::Info } else { Level::Error })
            .help(help(&fault.code));
    }
    for plain in world.practised(Practice::LogsPlainText) {
        out.find(plain.by.as_str(), &plain.place, format!("`{}` writes its log as plain text", plain.by))
            .label("nothing switches it to JSON")
            .because(world.because(format))
            .level(Level::Warning)
            .confidence(Confidence::Likely)
            .help(help("plain-text"));
    }
}

fn help(code: &str) -> &'static str {
    match code {
        "plain-text" => {
            "switch the logger to JSON, and print through it; with `tracing-subscriber` that is `.json()`"
        }
        "logfmt" => "switch the logger's formatter from logfmt to JSON",
        "two-records" => "end each record with a line feed",
        "truncated" => {
            "look at what cuts lines: a size limit of the runtime, or a process that was killed while writing"
        }
        "control-character" => r"escape control characters (`\n`, `\u001b`) as a JSON library does",
        "not-utf8" => "write UTF-8; replace other bytes before they are logged",
        "not-a-number" => "write null, or a string, where a number is not finite",
        "lone-surrogate" => "write whole characters; half a pair comes from cutting text in the middle",
        "byte-order-mark" => "write UTF-8 without a byte order mark",
        "carriage-return" => "end lines with a line feed alone",
        _ => "write each record as one JSON object on a line of its own",
    }
}
