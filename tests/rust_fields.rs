//! What Rust source shows of fields of the contract, of secrets that stand in it, of labels that are types, and of where
//! telemetry is sent: each line that breaks the contract is marked with what is found there, and nothing else may be found.

mod support;

use support::rust::{check, judged, package, shown};
use support::{telelint, write};

#[test]
fn ids_must_be_in_their_redacted_form() {
    judged(
        "tracing opentelemetry uuid",
        r#"use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Tracer};
use tracing::{Span, info, info_span, instrument};
use uuid::Uuid;

#[instrument]
fn collect(user_id: Uuid, points: u32) {                 //~ error fields/unredacted-id
    info!(%user_id);                                      //~ error fields/unredacted-id
    info!(user_id = ?Some(user_id));                      //~ error fields/unredacted-id
    info!(user_id = %user_id.hyphenated());               //~ error fields/unredacted-id
    info!(user_id = %hash(user_id));
    info!(user_id = hidden(&user_id).as_str());
    info!(%points);
}

#[instrument(skip(user_id))]
fn skipped(user_id: Uuid) {}

#[instrument(skip_all, fields(user_id, user.id = tracing::field::Empty))] //~ info fields/alias
fn declared(user_id: &str, user: User, tag: UserTag, account: i64) {
    info!(user_id);                                       //~ warning fields/unredacted-id
    info!(user_id = account);                             //~ error fields/unredacted-id
    info!(user_id = "17");                                //~ error fields/unredacted-id
    info!(user_id = "usr_c84d8dbc74254770");
    info!(user_id = "***");
    info!(user_id = "");
    info!(user_id = %tag);
    info!(user_id = user_id.len());
    info!(has_user_id = !user_id.is_empty());
    info!(user_id = %user.id());                          //~ warning fields/unredacted-id
    info!(user_id = user.number);                         //~ error fields/unredacted-id
    info!(%user.user_id);                                 //~ warning fields/unredacted-id
    info!("{user_id} collects");                          //~ warning fields/unredacted-id
    Span::current().record("user_id", user_id);           //~ warning fields/unredacted-id
    Span::current().record("user_id", hash(user_id));
}

fn own(tracer: &impl Tracer, user_id: &str) {
    let mut span = tracer.start("collect");
    span.set_attribute(KeyValue::new("user_id", user_id.to_owned())); //~ warning fields/unredacted-id
    span.set_attribute(KeyValue::new("user_id", hash(user_id)));
}

struct User { number: u64, tag: UserTag }
"#,
        &[],
    );
}

#[test]
fn variables_are_what_was_put_into_them_last() {
    judged(
        "tracing uuid",
        r#"use tracing::info;
use uuid::Uuid;

struct Row { user_id: Uuid }

fn one(user_id: Uuid) {
    let user_id = hash(user_id);
    info!(%user_id);
    info!("{user_id} came", x = 1);
}
fn two(user_id: Uuid) {
    let tag = format!("usr_{}", digest(&user_id));
    info!(user_id = tag);
    let each = |user_id: &str| info!(user_id);     //~ warning fields/unredacted-id
}
fn three(user_id: Uuid, found: Option<String>) {
    if let Some(user_id) = found {
        info!(user_id);                            //~ warning fields/unredacted-id
    }
}
fn four(row: &Row, user_id: &str) {
    info!(user_id = %row.user_id);                 //~ error fields/unredacted-id
    info!(%row.user_id);                           //~ error fields/unredacted-id
    info!(user_id);                                //~ warning fields/unredacted-id
}
"#,
        &[],
    );
}

#[test]
fn the_contract_says_what_hides_an_id() {
    let files = r"
use tracing::info;
fn one(user_id: Masked, user: &str) {
    info!(%user_id);
    info!(user_id = %shortened(user));
    info!(user_id = %user.shortened());
    info!(user_id = user);                                //~ warning fields/unredacted-id
}
--- telelint.yaml
extends: observability-v1
rust:
  sanitizers: [shortened]
  redacting_types: [Masked]
";
    judged("tracing", files, &["--min-confidence", "guess"]);
    // Where nothing asks for a form, any will do.
    let lenient = "use tracing::info;\nfn f(user_id: &str) { info!(user_id, x = 1); }\n--- telelint.yaml\nextends: observability-v1\nfields:\n  user_id: {on: [http]}\n";
    judged("tracing", lenient, &[]);
}

#[test]
fn names_and_formats_are_those_of_the_contract() {
    judged(
        "tracing log slog",
        r#"
fn a(request: &Request, log: &Logger) {
    tracing::info!(correlationId = %request.id);          //~ info fields/alias
    tracing::info!("X-Correlation-Id" = %request.id);     //~ info fields/alias
    tracing::info!(correlation_id = "nightly");           //~ warning fields/bad-format
    tracing::info!(correlation_id = "aabfe228-f219-49cb-aeb5-3f16947ccf25");
    tracing::info!(correlation_id = %request.id, org_id = "acme");
    log::info!(orgId = "acme"; "collected");              //~ info fields/alias
    slog::info!(log, "collected"; "organization_id" => "acme"); //~ info fields/alias
    tracing::info!(request.orgId);
}
"#,
        &[],
    );
}

#[test]
fn one_spelling_in_a_file_is_one_finding() {
    let folder = package(
        "tracing",
        "use tracing::info;\nfn f(a: &str) { info!(orgId = a); info!(orgId = a); }\nfn g(a: &str) { info!(orgId = a); }\n",
    );
    let run = shown(&folder);
    assert_eq!(run.stdout.matches("fields/alias").count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("seen: 3 times"), "{}", run.stdout);
}

#[test]
fn secrets_in_the_text_of_telemetry_are_found_and_never_shown() {
    let dsn = "postgres://orders:swordfish@db.internal/orders";
    let files = format!(
        r#"use opentelemetry::KeyValue;
use prometheus::{{IntCounter, register_int_counter}};
use tracing::{{info, instrument, warn}};

#[instrument(fields(db = "{dsn}"))]
fn f(meter: &Meter, span: &mut Span, url: &str) {{
    info!(db = "{dsn}");
    info!(db = %"{dsn}".to_owned());
    log::warn!(db = "{dsn}"; "gone");
    span.set_attribute(KeyValue::new("db", "{dsn}"));
    info!("asks {dsn}");
    register_int_counter!("calls_total", "{dsn}");
    metrics::counter!("asked_total", "url" => "{dsn}").increment(1);
    meter.u64_counter("calls").with_description("{dsn}").build();
    info!("asks postgres://orders:***@db.internal/orders");
    info!("asks postgres://{{user}}:{{word}}@db.internal", user = url, word = mask(url));
    // What is done with a text is another matter.
    info!(rows = connect("{dsn}").rows());
    let own = connect("{dsn}");
}}
"#
    );
    let folder = package("tracing log opentelemetry prometheus metrics", &files);
    let found = check(&folder, &[]).stdout;
    let secrets: Vec<&str> = found.lines().filter(|line| line.contains("redaction/secret")).collect();
    assert_eq!(
        secrets,
        [
            "src/lib.rs:5:27: error[redaction/secret] `db` of `src/lib.rs` holds a password in a URL (5 times)",
            "src/lib.rs:11:12: error[redaction/secret] the text of `src/lib.rs` holds a password in a URL (3 times)",
            "src/lib.rs:14:50: error[redaction/secret] `help` of `src/lib.rs` holds a password in a URL",
        ]
    );
    for format in ["human", "json", "sarif", "github"] {
        let run = telelint(&folder, &["check", "--color", "never", "--format", format]);
        assert!(run.stdout.contains("redaction/secret"), "{format}");
        assert!(!run.stdout.contains("swordfish"), "{format}: {}", run.stdout);
    }
    assert!(!telelint(&folder, &["facts"]).stdout.contains("swordfish"));
    // A contract that does not ask for it gets nothing.
    write(&folder, "telelint.yaml", "logs: {format: json}\n");
    assert!(!check(&folder, &[]).stdout.contains("redaction/secret"));
}

#[test]
fn secrets_in_constants_are_found_where_they_are_written() {
    let files = r#"mod config;
use tracing::info;

const LIMIT: u32 = 3;

fn f() {
    info!(db = config::DSN, limit = LIMIT);   //~ error redaction/secret
    let own = connect(config::DSN);
}
--- src/config.rs
pub const DSN: &str = "postgres://orders:swordfish@db.internal/orders";
"#;
    judged("tracing", files, &[]);
    let folder = package("tracing", files);
    for command in [&["check", "--color", "never", "--show", "unknown"][..], &["facts"]] {
        assert!(!telelint(&folder, command).stdout.contains("swordfish"));
    }
}

#[test]
fn labels_of_a_type_are_labels() {
    judged(
        "prometheus-client measured uuid",
        r#"
mod labels;
use labels::{Labels, Login};
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::Registry;

type Logins = Family<Login, Counter>;

struct Metrics { requests: Family<Labels, Counter>, logins: Logins, seconds: Family<Labels, Histogram> }

fn register(registry: &mut Registry, metrics: &Metrics) {
    registry.register("requests", "Requests.", metrics.requests.clone());
    registry.register("logins", "Logins.", metrics.logins.clone());
    let open = Family::<Vec<(String, String)>, Gauge>::default();
    registry.register("open", "Open sessions.", open.clone());
    open.get_or_create(&vec![("session_id".to_owned(), id())]).inc(); //~ error metrics/unbounded-label
    open.get_or_create(&vec![("shop".to_owned(), id())]).inc();
}

fn count(metrics: &Metrics, request: &Request) {
    let labels = Labels { method: request.method().into(), path: request.path().to_owned(), target: target(request) }; //~ warning metrics/unbounded-label
    metrics.requests.get_or_create(&labels).inc();
}

--- src/labels.rs
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Labels {
    pub method: String,
    pub path: String,
    pub r#type: Kind,
    #[prometheus(flatten)]
    pub target: Target,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Target {
    pub kind: u8,
    pub peer: std::net::IpAddr,     //~ warning metrics/unbounded-label
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Login {
    pub user_id: String,            //~ error metrics/unbounded-label
    #[prometheus(rename = "email")] //~ error metrics/unbounded-label
    pub mail: String,
    pub invoice_id: u64,            //~ warning metrics/unbounded-label
    pub message_id: MessageKind,
}

/// What no metric has.
pub struct Session { pub user_id: String }

#[derive(measured::LabelGroup)]
#[label(set = JobSet)]
pub struct Job<'a> {
    user_id: u64,                   //~ error metrics/unbounded-label
    queue: &'a str,
}

#[derive(measured::MetricGroup)]
pub struct Jobs {
    /// Jobs.
    pub jobs_total: measured::CounterVec<JobSet>,
}
"#,
        &[],
    );
}

#[test]
fn labels_that_no_type_says_are_unknown() {
    let folder = package(
        "prometheus-client",
        r#"use prometheus_client::metrics::{counter::Counter, family::Family};
fn a(registry: &mut Registry, other: &Other) {
    let lost = Family::<Elsewhere, Counter>::default();
    registry.register("lost", "Lost.", lost.clone());
    registry.register("handed", "Handed over.", other.counter());
    let one = Counter::<u64>::default();
    registry.register("one", "One.", one.clone());
}
"#,
    );
    let run = shown(&folder);
    assert!(
        run.stdout
            .contains("labels of `lost` can't be seen: no file read here derives the labels `Elsewhere`"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("labels of `handed` can't be seen: nothing here says of which type they are"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("labels of `one`"), "{}", run.stdout);
}

#[test]
fn exporters_send_over_tls_or_on_the_same_machine() {
    let files = r#"mod addresses;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};

const SECURE: &str = "https://collector.observability.svc:4317";

fn f(port: u16, config: &Config) {
    SpanExporter::builder().with_tonic().with_endpoint(addresses::COLLECTOR).build(); //~ error stack/plaintext-transport
    SpanExporter::builder().with_tonic().with_endpoint("http://collector:4317").with_tls_config(tls()).build(); //~ error stack/plaintext-transport
    SpanExporter::builder().with_http().with_endpoint(format!("http://collector:{port}/v1/traces")).build(); //~ error stack/plaintext-transport
    let fallback = std::env::var("OTLP").unwrap_or_else(|_| "http://collector:4317".to_owned()); //~ warning stack/plaintext-transport
    SpanExporter::builder().with_tonic().with_endpoint(fallback).build();
    SpanExporter::builder().with_tonic().with_endpoint(std::env::var("OTLP").unwrap_or(addresses::COLLECTOR.into())).build(); //~ warning stack/plaintext-transport
    SpanExporter::builder().with_tonic().with_endpoint(SECURE).build();
    SpanExporter::builder().with_tonic().with_endpoint("http://localhost:4317").build();
    SpanExporter::builder().with_tonic().with_endpoint("http://[::1]:4317").build();
    SpanExporter::builder().with_tonic().with_endpoint(&config.collector).build();
    let builder = SpanExporter::builder().with_tonic();
    builder.with_endpoint("http://collector:4317").build(); //~ error stack/plaintext-transport
    // Another client in the same file.
    let store = aws_sdk_s3::config::Builder::new().with_endpoint("http://minio:9000").build();
    store.with_endpoint("http://minio:9000");
}

#[cfg(test)]
mod tests {
    fn g() { opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint("http://collector:4317").build(); }
}
--- src/addresses.rs
pub const COLLECTOR: &str = "http://collector.observability.svc:4317";
--- src/prices.rs
fn h(client: Client) { client.with_endpoint("http://prices:8080").ask(); }
"#;
    judged("opentelemetry-otlp", files, &[]);
    let folder = package("opentelemetry-otlp", files);
    assert!(
        shown(&folder)
            .stdout
            .contains("where `opentelemetry-otlp` sends telemetry can't be seen: its address is a field")
    );
    let run = check(&folder, &["--environment", "development"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("plaintext-transport"), "{}", run.stdout);
}

#[test]
fn what_the_contract_says_of_rust_must_mean_something() {
    let wrong = |rust: &str| {
        let folder = package("tracing", "pub fn f() {}\n");
        write(&folder, "telelint.yaml", format!("extends: observability-v1\nrust: {rust}\n"));
        check(&folder, &[])
    };
    let run = wrong("{wrappers: [{path: \"telemetry::count\", like: \"metrics::conter\"}]}");
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stdout.contains("contract/invalid"), "{}", run.stdout);
    let folder = package("tracing", "pub fn f() {}\n");
    write(
        &folder,
        "telelint.yaml",
        "extends: observability-v1\nrust: {wrappers: [{path: \"telemetry::count\", like: \"metrics::conter\"}]}\n",
    );
    let run = shown(&folder);
    assert!(run.stdout.contains("did you mean `metrics::counter`?"), "{}", run.stdout);
    assert_eq!(wrong("{wrappers: [{path: \"telemetry::count\"}]}").code, 2);
    assert_eq!(wrong("{wrappers: [{path: \"telemetry::counter\"}]}").code, 0);
    for like in
        ["metrics::counter!", "prometheus::IntCounterVec", "tracing::info", "f64_histogram", "log::warn"]
    {
        let run = wrong(&format!("{{wrappers: [{{path: \"a::b\", like: \"{like}\"}}]}}"));
        assert_eq!(run.code, 0, "{like}: {}", run.stdout);
    }
    let run = wrong("{services: [csae]}");
    assert!(
        run.stdout.contains("warning[contract/unused-pattern] no package is called `csae`"),
        "{}",
        run.stdout
    );
    assert!(!wrong("{services: [case]}").stdout.contains("contract/unused-pattern"));
}
