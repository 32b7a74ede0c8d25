//! slog-json.

use std::sync::Mutex;

use slog::{Drain, Logger, crit, error, info, o, trace, warn};

use crate::{ESCAPED, Plan, correlation_id};

fn logger() -> Logger {
    Logger::root(Mutex::new(slog_json::Json::default(std::io::stdout())).fuse(), o!("service" => "checkout"))
}

/// An ordinary day, and what is planted in it.
pub fn day(plan: &Plan) {
    let log = logger();
    let requests = std::cell::Cell::new(0);
    let request = || {
        requests.set(requests.get() + 1);
        log.new(o!("correlation_id" => correlation_id(requests.get())))
    };
    // 1 to 5.
    info!(request(), "service started"; "port" => 8080, "tls" => true);
    info!(request(), "order accepted"; "user_id" => "usr_4f1e2d3c5b6a7980", "org_id" => "acme", "amount_cents" => 1999);
    trace!(request(), "cache lookup"; "hit" => true, "age_seconds" => 12.5);
    warn!(request(), "payment retried"; "attempt" => 2, "retry_in_ms" => 250, "cause" => None::<u8>);
    let failure = "soon".parse::<u8>().unwrap_err();
    error!(request(), "payment provider sent no number"; "error" => %failure);
    // 6: what has to be escaped.
    info!(request(), "{ESCAPED}"; "note" => "tab\there");
    // 7: the field that holds everything together.
    let without = if plan.faulty { log.clone() } else { request() };
    info!(without, "session refreshed"; "took_ms" => 3);
    // 8: a field that must not be written.
    info!(request(), "login accepted"; "password" => &plan.password, "method" => "form");
    // 9: a secret in free text.
    warn!(request(), "gateway refused the key \"{}\", code 401", plan.secret);
    // 10: the end.
    crit!(request(), "shutting down"; "uptime_seconds" => 86_400.25);
}

/// 1: a record that names a field its logger has. 2: not a number. 3: nothing wrong.
pub fn odd() {
    let log = logger().new(o!("correlation_id" => correlation_id(1)));
    info!(log, "job taken"; "correlation_id" => correlation_id(2), "queue" => "orders");
    info!(log, "cache summary"; "ratio" => f64::NAN);
    info!(log, "job taken"; "queue" => "orders");
}
