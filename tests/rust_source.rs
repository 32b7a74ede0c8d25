//! Rust source as people write it: each line that breaks the contract is marked with what is found there, and nothing else
//! may be found.

mod support;

use support::rust::{check, judged, package, shown};
use support::{scratch, telelint, telelint_reading};

#[test]
fn sensitive_fields_are_found_in_every_grammar() {
    judged(
        "tracing log slog",
        r#"
use tracing::{Level, debug, error, event, info, info_span, instrument, span, trace, warn};

fn plain(password: &str, user: &User, token: &str) {
    info!(password, "login"); //~ error redaction/sensitive-field
    warn!(target: "auth", login.password = password, "login"); //~ error redaction/sensitive-field
    debug!({ password = password }, "login"); //~ error redaction/sensitive-field
    error!("api-key" = user.key.as_str(), "refused"); //~ error redaction/sensitive-field
    event!(Level::INFO, client_secret = %user.secret, "made"); //~ warning redaction/sensitive-field
    event!(target: "auth", Level::INFO, { refresh_token = user.refresh() }); //~ warning redaction/sensitive-field
    trace!(?user.private_key); //~ warning redaction/sensitive-field
    let _ = info_span!("login", password = password); //~ error redaction/sensitive-field
    let _ = span!(Level::DEBUG, "login", authorization = token.to_string()); //~ error redaction/sensitive-field
    info!("login with {password}"); //~ error redaction/sensitive-field
    info!("login with {}", password.trim()); //~ error redaction/sensitive-field
    info!(token, "signed in"); //~ warning redaction/sensitive-field
    log::info!(password:% = password; "login"); //~ error redaction/sensitive-field
    slog::info!(user.log, "login"; "password" => password); //~ error redaction/sensitive-field
    tracing::info!(request.headers.authorization = user.header.clone()); //~ warning redaction/sensitive-field
}

fn harmless(password: &str, secret: SecretString, max_tokens: u32, user: &User) {
    info!(password = "[REDACTED]", "login");
    info!(has_password = !password.is_empty(), password.len = password.len(), "login");
    info!(password = password.is_empty(), "login");
    info!(password = redact(password), "login");
    info!(password = %Redacted(password), "login");
    info!(password = mask_all(&password), "login");
    info!(?secret, "login");
    info!(max_tokens, token_type = "bearer", next_token = user.next, password_hash = user.hash, "page");
    info!(password = tracing::field::Empty, "later");
    info!("password changed");
    info!("{{password}} is a placeholder");
}

#[instrument(skip_all, fields(user = %user, api_key = user.key.as_str()))] //~ error redaction/sensitive-field
fn spans(user: &User) {}

#[cfg(test)]
mod tests {
    fn test(password: &str) {
        tracing::info!(password);
    }
}
"#,
        &["--only", "redaction/*"],
    );
}

#[test]
fn arguments_that_instrument_records_are_found_by_name_and_type() {
    judged(
        "tracing secrecy",
        r#"
use tracing::instrument;

#[instrument]
fn plain(password: &str) {} //~ error redaction/recorded-argument
#[instrument(level = "debug", name = "sign in", err)]
async fn named(user: u64, api_key: String) -> Result<()> { Ok(()) } //~ error redaction/recorded-argument
#[tracing::instrument(skip(user))]
fn some_skipped(user: &str, passphrase: Option<&str>) {} //~ error redaction/recorded-argument
#[instrument]
fn bytes(private_key: &[u8], user_password: impl Into<String> + std::fmt::Debug) {} //~ error redaction/recorded-argument //~ error redaction/recorded-argument
#[instrument]
fn weak(token: &str) {} //~ warning redaction/recorded-argument
#[instrument(ret)]
fn access_token() -> String { String::new() } //~ warning redaction/recorded-argument
#[instrument]
fn request(headers: HeaderMap) {} //~ warning redaction/recorded-argument

struct Vault;
impl Vault {
    #[instrument(skip(self))]
    async fn open(&self, client_secret: std::borrow::Cow<'_, str>) {} //~ error redaction/recorded-argument
}
#[async_trait]
impl Store for Vault {
    #[instrument(skip(self), fields(at))]
    async fn put(&self, refresh_token: String) {} //~ error redaction/recorded-argument
}

#[instrument(skip(password))]
fn skipped(password: &str) {}
#[instrument(skip_all)]
fn all_skipped(password: &str) {}
#[instrument(fields(password = "[REDACTED]"))]
fn overridden(password: &str) {}
#[instrument]
fn typed(password: SecretString, token: CancellationToken, secret: Secret<String>) {}
#[instrument]
fn counted(max_tokens: u32, password_length: usize, next_page_token: &str) {}
#[other::instrument]
fn another_crates(password: &str) {}
"#,
        &["--only", "redaction/*"],
    );
}

#[test]
fn metrics_are_judged_by_the_name_their_exporter_shows() {
    // `prometheus` writes the name as it is.
    judged(
        "prometheus lazy_static once_cell",
        r#"
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, register_int_counter};

lazy_static! {
    static ref SEEN: IntCounter = register_int_counter!("seen", "Seen.").unwrap(); //~ error metrics/counter-without-total
    pub static ref KNOWN: IntCounterVec = register_int_counter_vec!(opts!("known_total", "Known."), &["kind"]).unwrap();
}
static LAZY: LazyLock<IntCounter> = LazyLock::new(|| register_int_counter!("lazy", "Lazy.").unwrap()); //~ error metrics/counter-without-total

fn make(registry: &Registry) {
    let opts = Opts::new("made", "Made.").namespace("shop");
    let a = IntCounter::new("plain", "Plain.").unwrap(); //~ error metrics/counter-without-total
    let b = IntCounter::with_opts(Opts::new("made", "Made.").namespace("shop").subsystem("orders")).unwrap(); //~ error metrics/counter-without-total
    let c = HistogramVec::new(HistogramOpts::new("wait_ms", "Wait."), &["user_id"]).unwrap(); //~ error metrics/duration-not-in-seconds //~ error metrics/unbounded-label
    let d = register_int_counter_vec_with_registry!("given", "Given.", &["kind"], registry).unwrap(); //~ error metrics/counter-without-total
    let e = IntGauge::new("jobs_total", "Jobs.").unwrap(); //~ warning metrics/total-on-non-counter
    let f = IntGauge::new("jobs", "").unwrap(); //~ warning metrics/missing-help
}
"#,
        &["--only", "metrics/*"],
    );
    // `metrics` does so as well, with its exporter for Prometheus; without one, who knows.
    judged(
        "metrics metrics-exporter-prometheus",
        r#"
use metrics::{counter, describe_counter, gauge, histogram};

fn count(user_id: &str, order: &Order) {
    describe_counter!("orders", Unit::Count, "Orders.");
    counter!("orders", "channel" => "web").increment(1); //~ error metrics/counter-without-total
    counter!(target: "shop", level: Level::INFO, "requests", "user_id" => user_id.to_owned()).increment(1); //~ error metrics/counter-without-total //~ warning metrics/missing-help //~ error metrics/unbounded-label
    metrics::histogram!("took_seconds", "order" => order.order_id.to_string()).record(started.elapsed().as_millis() as f64); //~ warning metrics/missing-help //~ warning metrics/unbounded-label //~ error metrics/duration-not-in-seconds
    gauge!("open").set(1.0); //~ warning metrics/missing-help
}
"#,
        &["--only", "metrics/*"],
    );
    judged(
        "metrics",
        "fn count() { metrics::counter!(\"orders\").increment(1); } //~ warning metrics/counter-without-total\n",
        &["--only", "metrics/counter-without-total"],
    );
    // The Rust exporter of OpenTelemetry appends what is there already; the Collector does not.
    let instruments = r#"
fn make(meter: &opentelemetry::metrics::Meter) {
    let a = meter.u64_counter("orders.total").with_description("Orders.").build(); MARK
    let b = meter.f64_histogram("wait").with_unit("s").with_description("Wait.").build();
    let c = meter.u64_counter("orders").with_description("Orders.").build();
    let d = meter.f64_histogram("queue.wait").with_unit("ms").with_description("Wait.").build(); TIME
}
"#;
    let time = "//~ LEVEL metrics/duration-not-in-seconds";
    judged(
        "opentelemetry opentelemetry-prometheus",
        &instruments
            .replace("MARK", "//~ error metrics/doubled-suffix")
            .replace("TIME", &time.replace("LEVEL", "error")),
        &["--only", "metrics/*"],
    );
    judged(
        "opentelemetry opentelemetry-otlp",
        &instruments.replace("MARK", "").replace("TIME", &time.replace("LEVEL", "warning")),
        &["--only", "metrics/*"],
    );
    // prometheus-client appends `_total` and the unit.
    judged(
        "prometheus-client",
        r#"
use prometheus_client::{metrics::{counter::Counter, family::Family, gauge::Gauge}, registry::{Registry, Unit}};

struct Metrics { requests: Family<Labels, Counter>, open: Gauge }

fn register(registry: &mut Registry, metrics: &Metrics) {
    registry.register("requests_total", "Requests.", metrics.requests.clone()); //~ error metrics/doubled-suffix
    registry.register("open", "Open.", metrics.open.clone());
    let counted = Counter::<u64>::default();
    registry.register("counted", "Counted.", counted.clone());
    registry.register_with_unit("size_bytes", "Size.", Unit::Bytes, Gauge::<i64>::default()); //~ error metrics/doubled-suffix
}
"#,
        &["--only", "metrics/*"],
    );
    judged(
        "measured",
        r#"
#[derive(measured::MetricGroup)]
pub struct Group {
    /// Requests.
    requests: Counter, //~ error metrics/counter-without-total
    /// Renamed.
    #[metric(rename = "renamed_total")]
    renamed: CounterVec<Labels>,
}
"#,
        &["--only", "metrics/*"],
    );
}

#[test]
fn names_are_followed_and_what_is_not_seen_is_unknown() {
    let files = r#"
--- src/names.rs
pub const WORDS: &str = "words";
pub const DEEP: &str = WORDS;
pub struct Names;
impl Names { pub const OWNED: &'static str = "owned"; }
pub enum Kind { Read, Write }
impl Kind {
    pub fn as_str(&self) -> &'static str {
        match self { Kind::Read => "reads", Self::Write => "writes" }
    }
}
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Styled { InSnake }
--- src/lib.rs
use names::{DEEP, Kind, Names, Styled, WORDS};
use opentelemetry_semantic_conventions as semconv;

fn made(name: &str) {
    metrics::counter!(WORDS).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(names::DEEP, semconv::attribute::USER_ID => "x").increment(1);
    metrics::counter!(Names::OWNED).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(Kind::Write.as_str()).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(Styled::InSnake).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(concat!("joined", "_", "name")).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(format!("{WORDS}_{}", "formatted")).increment(1); //~ error metrics/counter-without-total
    let local = "local";
    metrics::counter!(local).increment(1); //~ error metrics/counter-without-total
    metrics::counter!(name.to_owned()).increment(1);
    metrics::counter!(format!("{name}_total")).increment(1);
}
"#;
    judged("metrics metrics-exporter-prometheus", files, &["--only", "metrics/counter-without-total"]);
    let folder = package("metrics metrics-exporter-prometheus", files);
    let run = shown(&folder);
    for said in [
        "src/lib.rs:14:23: a metric can't be seen: its name is the variable `name`",
        "src/lib.rs:15:23: a metric can't be seen whole: its name is `{}_total`",
    ] {
        assert!(run.stdout.contains(said), "{}", run.stdout);
    }
    assert!(run.stdout.contains("2 unknown)"), "{}", run.stdout);
}

#[test]
fn a_macro_counts_as_a_crates_only_where_something_says_so() {
    judged(
        "tracing",
        r#"
macro_rules! counter { ($name:expr) => { $name } }
fn private() { counter!("private"); }
fn other(x: Histogram) { other::counter!("other"); registry.register("a", "b", c); bus.publish("x", y); x.request(1); }
fn also(p: Password) { other::info!(password = p); my::histogram!("x"); }
"#,
        &[],
    );
    // A crate that hands another one on, a rename, a glob, `#[macro_use]`.
    judged(
        "tracing",
        r"
--- src/a.rs
use foundation::tracing::info;
fn a(password: &str) { info!(password); } //~ error redaction/sensitive-field
--- src/b.rs
use tracing as t;
fn b(password: &str) { t::info!(password); } //~ error redaction/sensitive-field
--- src/c.rs
use tracing::*;
fn c(password: &str) { info!(password); } //~ error redaction/sensitive-field
--- src/d.rs
#[macro_use]
extern crate tracing;
fn d(password: &str) { info!(password); } //~ error redaction/sensitive-field
",
        &[],
    );
}

#[test]
fn guards_over_an_await_are_found_and_those_that_end_before_are_not() {
    judged(
        "tracing tokio",
        r#"
use tracing::{Instrument, info_span};
async fn held() {
    let span = info_span!("a");
    let _guard = span.enter(); //~ warning traces/guard-across-await
    work().await;
}
async fn entered(self) {
    let _guard = info_span!("a").entered(); //~ warning traces/guard-across-await
    if ready() { work().await; }
}
fn closure() {
    tokio::spawn(async move {
        let _e = tracing::Span::current().entered(); //~ warning traces/guard-across-await
        tokio::select! { _ = work() => {} }
    });
}
async fn dropped() {
    let guard = info_span!("a").entered();
    drop(guard);
    work().await;
}
async fn in_a_block() {
    { let _guard = info_span!("a").entered(); count(); }
    work().await;
}
async fn not_bound() { let _ = info_span!("a").enter(); work().await; }
async fn right() { work().instrument(info_span!("a")).await; }
async fn no_span(door: Door) { let _guard = door.enter(); work().await; }
fn sync() { let _guard = info_span!("a").entered(); count(); }
"#,
        &[],
    );
}

#[test]
fn what_the_contract_says_of_source_counts() {
    let files = r#"
--- telelint.yaml
extends: observability-v1
rust:
  services: [case]
  sanitizers: [hashed]
  redacting_types: [Masked]
  wrappers:
    - {path: "telemetry::count", like: "metrics::counter", name: 1, labels: 2}
    - {path: "note!", like: "tracing::info"}
--- src/lib.rs
use telemetry::{count, note};

fn work(password: &str, sink: &Sink) {
    tracing::info!(password = hashed(password), secret_key = ?Masked(password), "x");
    count(sink, "counted", &[("user_id", "1")]); //~ warning metrics/counter-without-total //~ error metrics/unbounded-label //~ warning metrics/missing-help
    telemetry::count(sink, "counts_total", &[]); //~ warning metrics/missing-help
    note!(password, "x"); //~ error redaction/sensitive-field
    println!("done"); //~ warning logs/print-macro
}
"#;
    judged("tracing metrics opentelemetry", files, &[]);
}

#[test]
fn declarations_are_compared_with_what_source_and_scrapes_show() {
    let files = r#"
--- telelint.yaml
extends: observability-v1
metrics:
  closed: true
  declared:
    - {name: orders_total, kind: counter, labels: [channel]}
    - {name: open_carts, kind: gauge}
    - {name: waits_seconds, kind: histogram}
--- scrape.prom
# HELP waits_seconds Waits.
# TYPE waits_seconds gauge
waits_seconds 1
--- src/lib.rs
use prometheus::{IntCounter, IntCounterVec, Opts};
fn make() {
    IntCounterVec::new(Opts::new("orders_total", "Orders."), &["channel"]);
    IntCounter::new("open_carts", "Carts.");
    IntCounter::new("unheard_of_total", "New.");
}
"#;
    let run = check(&package("prometheus", files), &[]);
    let found: Vec<&str> = run.findings();
    let expected = [
        "scrape.prom:2:8: error[metrics/type-mismatch] `waits_seconds` is a gauge, declared as histogram",
        "src/lib.rs:4:22: error[metrics/counter-without-total] counter `open_carts` does not end in `_total`",
        "src/lib.rs:4:22: error[metrics/type-mismatch] `open_carts` is a counter, declared as gauge",
        "src/lib.rs:5:22: error[metrics/undeclared] `unheard_of_total` is not declared",
    ];
    assert_eq!(found, expected, "{}", run.stdout);
}

#[test]
fn source_on_standard_input_is_judged_and_drawn() {
    let folder = scratch("rust-stdin");
    let text = b"#[tracing::instrument]\nfn open(password: &str) {}\n";
    for args in [["--stdin-filename", "src/open.rs"], ["--kind", "rust"]] {
        let all = [&["check", "-", "--color", "never"], &args[..]].concat();
        let run = telelint_reading(&folder, &all, text);
        assert_eq!(run.code, 1, "{}", run.stdout);
        assert!(run.stdout.contains(" 2 │ fn open(password: &str) {}\n"), "{}", run.stdout);
    }
}

#[test]
fn what_is_only_about_a_value_or_hidden_is_no_value() {
    judged(
        "tracing",
        r#"
use tracing::{info, instrument};

fn locals(password: &str, full: &str) {
    let password = redact(password);
    info!(password, "hidden before");
    let has_password: bool = ask();
    info!(password = has_password, "a truth");
    let api_key = &full[..8];
    info!(api_key, "the beginning");
    let secret_key: SecretString = take();
    info!(?secret_key, "of a type that hides");
}
fn about(password: &str, api_key: Option<&str>, user: &User) {
    info!(api_key = api_key.map_or(0, |key| key.len()), "length");
    info!(password = password.chars().all(char::is_alphanumeric), "kind");
    info!(password = user.has_password(), api_key = user.api_key_name, "names");
    info!(password = format!("{} letters", password.len()), "count");
    info!(password = user.password_set, "set");
}
#[instrument(skip_all, fields(user, access_token))]
fn later(user: &User) {
    tracing::Span::current().record("access_token", user.access_token.as_str()); //~ error redaction/sensitive-field
}
#[instrument]
fn hashed(hashed_password: &str, encrypted_token: &str) {}
#[instrument(skip(state))]
async fn taken(State(state): State<App>, Path((user, api_key)): Path<(u64, String)>) {} //~ error redaction/recorded-argument
fn said(user: &User, password: &str) {
    info!("{}", user.password()); //~ warning redaction/sensitive-field
    info!("{:?}", Some(password)); //~ error redaction/sensitive-field
}
"#,
        &["--only", "redaction/*"],
    );
}

#[test]
fn code_for_tests_is_left_out_wherever_it_stands() {
    judged(
        "tracing prometheus",
        r#"
--- src/lib.rs
#[cfg(test)]
mod fixtures;
#[cfg(all(unix, test))]
fn helper(password: &str) { tracing::info!(password); }
#[cfg(any(feature = "rig", test))]
static COUNT: LazyLock<IntCounter> = LazyLock::new(|| prometheus::register_int_counter!("count", "h").unwrap());
fn run(password: &str) {
    #[cfg(test)]
    tracing::info!(password);
    #[cfg(not(test))]
    tracing::info!(password); //~ error redaction/sensitive-field
}
--- src/fixtures.rs
pub fn login(password: &str) { tracing::info!(password); }
--- src/fixtures/deep.rs
pub fn login(password: &str) { tracing::info!(password); }
--- src/vendor.rs
fn own(password: &str) { tracing::info!(password); } //~ error redaction/sensitive-field
"#,
        &[],
    );
}

#[test]
fn names_are_those_of_the_scope_and_the_module_they_stand_in() {
    judged(
        "prometheus",
        r#"
--- src/consts.rs
pub const NAME: &str = "consts_total";
--- src/lib.rs
use prometheus::register_int_counter;
const NAME: &str = "own";
fn made(y: &str) {
    register_int_counter!(consts::NAME, "h");
    register_int_counter!(NAME, "h"); //~ error metrics/counter-without-total
    let name = "outer_total";
    { let name = "inner"; }
    register_int_counter!(name, "h");
    let given = "given";
    let make = |given: &str| register_int_counter!(given, "h");
    match y { given => register_int_counter!(given, "h") };
    let mut later = "later";
    later = "later_total";
    register_int_counter!(later, "h");
}
"#,
        &[],
    );
    // What an exporter is told counts.
    judged(
        "opentelemetry opentelemetry-prometheus",
        r#"
fn make(meter: &Meter) {
    let exporter = opentelemetry_prometheus::exporter().without_counter_suffixes().build();
    meter.u64_counter("orders_total").with_description("Orders.").build();
}
"#,
        &[],
    );
    // Another type's field of that name holds something else.
    judged(
        "prometheus hdrhistogram",
        r#"
--- src/a.rs
use prometheus::{Histogram, register_histogram};
struct A { latency: Histogram }
fn a() -> A { A { latency: register_histogram!("shop_latency_seconds", "Latency.").unwrap() } }
--- src/b.rs
struct B { latency: hdrhistogram::Histogram }
impl B { fn b(&self, d: Duration) { self.latency.record(d.as_micros() as u64); } }
"#,
        &[],
    );
}

#[test]
fn names_made_of_themselves_and_long_call_chains_end() {
    let mut text = String::from("fn f() {\n    let a = String::new();\n");
    for _ in 0..40 {
        text.push_str("    let a = format!(\"({a}) or ({a})\");\n");
    }
    text.push_str("    tracing::info!(password = a.as_str());\n}\n");
    for at in 0..5_000 {
        text.push_str(&format!("fn f{at}() {{ f{}(); }}\n", at + 1));
    }
    text.push_str(&"//telelint:allow(a) b\n".repeat(5_000));
    let folder = package("tracing", &text);
    let began = std::time::Instant::now();
    let run = check(&folder, &[]);
    assert!(run.stdout.contains("redaction/sensitive-field"), "{}", run.stdout);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn secrets_in_names_are_never_repeated() {
    // Broken by construction: no provider's, and no host.
    let secret = concat!("postgres://shop:", "hunter2swordfish", "@db");
    let folder = package(
        "tracing metrics async-nats axum",
        &format!(
            "use async_nats::Client;\nasync fn f(client: Client) {{\n    let _ = tracing::info_span!(\"login {secret}\");\n    \
             metrics::counter!(\"jobs {secret}\").increment(1);\n    metrics::counter!(format!(\"{{}} {secret}\", x())).increment(1);\n    \
             client.publish(\"orders.{secret}\", p).await;\n    Router::new().route(\"/a/{secret}\", get(a));\n}}\n"
        ),
    );
    for args in [
        &["check", "--show", "unknown", "--min-confidence", "guess"][..],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["facts"],
        &["inventory"],
        &["inventory", "--format", "json"],
    ] {
        let run = telelint(&folder, args);
        let out = format!("{}{}", run.stdout, run.stderr);
        assert!(!out.contains("hunter2swordfish"), "{args:?}: {out}");
        // What is around it is shown, or the test would prove nothing.
        assert!(args[0] == "check" || out.contains("orders."), "{args:?}: {out}");
    }
}

#[test]
fn labels_that_variables_hold_are_followed_and_others_are_unknown() {
    let files = r#"
use metrics::counter;
use opentelemetry::KeyValue;

struct Meters { orders: Counter<u64> }
fn make(meter: &Meter) -> Meters { Meters { orders: meter.u64_counter("orders").with_description("Orders.").build() } }
fn count(meters: &Meters, user: &str, labels: &[(String, String)], given: &[KeyValue]) {
    let own = [("channel", "web"), ("user_id", user)]; //~ error metrics/unbounded-label
    counter!("a_total", &own).increment(1);
    counter!("b_total", labels).increment(1);
    let id = KeyValue::new("session_id", user.to_owned()); //~ error metrics/unbounded-label
    let both = vec![KeyValue::new("channel", "web"), id.clone()];
    meters.orders.add(1, &both);
    meters.orders.add(1, given);
}
"#;
    let dependencies = "metrics opentelemetry metrics-exporter-prometheus";
    judged(dependencies, files, &["--only", "metrics/unbounded-label"]);
    let run = shown(&package(dependencies, files));
    assert!(run.stdout.contains("src/lib.rs:10:25: labels of `b_total` can't be seen"), "{}", run.stdout);
    assert!(run.stdout.contains("src/lib.rs:14:26: labels of `orders` can't be seen"), "{}", run.stdout);
}
