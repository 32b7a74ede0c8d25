//! A small service that logs with tracing or slog: `telelint-test-loggers LOGGER MODE`.
//!
//! LOGGER: `tracing`, `tracing-flat` (`flatten_event`), `tracing-spans` (the correlation id stands on a span), `slog`.
//! MODE: `clean`; `faulty` (what `tests/real_loggers.rs` plants); `no-service` (tracing as it comes: nobody named the
//! service); `odd` (what these loggers let through: the same key twice). Line numbers of the records are those of the
//! test.

mod with_slog;
mod with_tracing;

use std::env::{args, var};

/// What is logged, and what is planted in it.
pub struct Plan {
    pub faulty: bool,
    pub password: String,
    pub secret: String,
}

impl Plan {
    fn of(mode: &str) -> Self {
        let faulty = mode == "faulty";
        let planted = |name| var(name).expect("a planted value");
        Self {
            faulty,
            password: if faulty { planted("PLANTED_PASSWORD") } else { "[REDACTED]".to_owned() },
            secret: if faulty { planted("PLANTED_SECRET") } else { "sk_live_****".to_owned() },
        }
    }
}

/// The correlation id of a request.
pub fn correlation_id(number: u8) -> String {
    format!("5e0c61f2-93a7-4d1b-8f64-2b7d90e1c3{number:02}")
}

/// What has to be escaped.
pub const ESCAPED: &str = "file \"C:\\temp\\café.txt\" read:\nline two, 価格 ¥100, 📦, \u{7} and \u{2028}.";

fn main() {
    let arguments: Vec<String> = args().skip(1).collect();
    let [logger, mode] = arguments.as_slice() else { panic!("usage: telelint-test-loggers LOGGER MODE") };
    let plan = Plan::of(mode);
    match (logger.as_str(), mode.as_str()) {
        ("slog", "odd") => with_slog::odd(),
        ("slog", _) => with_slog::day(&plan),
        (_, "odd") => with_tracing::odd(logger),
        _ => with_tracing::day(logger, mode != "no-service", &plan),
    }
}
