//! tracing-subscriber's JSON: nested, flattened, and with spans.

use tracing::field::Empty;
use tracing::{Level, debug_span, error, info, info_span, trace, warn};

use crate::{ESCAPED, Plan, correlation_id};

/// A structure that is logged as Rust prints it for debugging.
#[derive(Debug)]
#[allow(dead_code, reason = "only printed")]
struct Gateway<'p> {
    host: &'static str,
    port: Option<u16>,
    key: &'p str,
}

/// How the records are made.
struct Service {
    spans: bool,
    requests: std::cell::Cell<u8>,
}

impl Service {
    /// Runs `work` as a request of its own. It gets the correlation id for its record, unless a span around it has it.
    fn request(&self, work: impl FnOnce(Option<&str>)) {
        self.requests.set(self.requests.get() + 1);
        let id = correlation_id(self.requests.get());
        if !self.spans {
            return work(Some(&id));
        }
        let request = info_span!("http_request", method = "POST", correlation_id = Empty);
        request.record("correlation_id", &*id);
        let _in_request = request.enter();
        // The innermost span does not repeat the id: it stands on one further out.
        let _in_query = debug_span!("db_query", rows = 3).entered();
        work(None);
    }
}

fn install(logger: &str) {
    let format = tracing_subscriber::fmt().json().with_max_level(Level::TRACE);
    match logger {
        "tracing-flat" => format.flatten_event(true).init(),
        "tracing" | "tracing-spans" => format.init(),
        _ => panic!("no such logger: {logger}"),
    }
}

/// An ordinary day, and what is planted in it. A field that is `None` is not written.
pub fn day(logger: &str, named: bool, plan: &Plan) {
    install(logger);
    // tracing has no place for the service's name, so it is a field of each record.
    let name = named.then_some("checkout");
    let service = Service { spans: logger == "tracing-spans", requests: 0.into() };
    // 1 to 5.
    service.request(|correlation_id| {
        info!(service = name, correlation_id, port = 8080, tls = true, "service started");
    });
    service.request(|correlation_id| {
        let user_id = "usr_4f1e2d3c5b6a7980";
        info!(
            service = name,
            correlation_id,
            user_id,
            org_id = "acme",
            amount_cents = 1999,
            "order accepted"
        );
    });
    service.request(|correlation_id| {
        trace!(service = name, correlation_id, cache.hit = true, cache.age_seconds = 12.5, "cache lookup");
    });
    service.request(|correlation_id| {
        warn!(service = name, correlation_id, attempt = 2, retry_in_ms = 250, "payment retried");
    });
    service.request(|correlation_id| {
        let failure = "soon".parse::<u8>().unwrap_err();
        let failure: &dyn std::error::Error = &failure;
        error!(service = name, correlation_id, error = failure, "payment provider sent no number");
    });
    // 6: what has to be escaped.
    service.request(|correlation_id| {
        info!(service = name, correlation_id, note = "tab\there", "{ESCAPED}");
    });
    // 7: the field that holds everything together.
    if plan.faulty {
        info!(service = name, took_ms = 3, "session refreshed");
    } else {
        service.request(|correlation_id| {
            info!(service = name, correlation_id, took_ms = 3, "session refreshed");
        });
    }
    // 8: a field that must not be written.
    service.request(|correlation_id| {
        info!(service = name, correlation_id, password = plan.password, method = "form", "login accepted");
    });
    // 9: a secret in free text.
    service.request(|correlation_id| {
        warn!(service = name, correlation_id, "gateway refused the key \"{}\", code 401", plan.secret);
    });
    // 10: the same within a structure.
    service.request(|correlation_id| {
        let gateway = Gateway { host: "pay.internal", port: None, key: &plan.secret };
        info!(service = name, correlation_id, ?gateway, uptime_seconds = 86_400.25, "shutting down");
    });
}

/// 1: a field by the name of one of tracing's own, which meet where events are flattened. 2: not a number. 3: nothing
/// wrong.
pub fn odd(logger: &str) {
    install(logger);
    let ids: Vec<String> = (1..=3).map(correlation_id).collect();
    info!(service = "checkout", correlation_id = ids[0], target = "shelf 3", "parcel moved");
    info!(service = "checkout", correlation_id = ids[1], ratio = f64::NAN, "cache summary");
    info!(service = "checkout", correlation_id = ids[2], queue = "orders", "job taken");
}
