//! Rust services: which calls of other systems have a span, which requests do, what is done with a failure; and source that
//! is broken or too much.

mod support;

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use support::{Run, command, finish, scratch, telelint, write};

fn service(name: &str, dependencies: &str, main: &str) -> PathBuf {
    let folder = scratch(name);
    write(&folder, "Cargo.toml", support::manifest(name, dependencies));
    write(&folder, "src/main.rs", main);
    folder
}

/// The report that a person sees, with what could not be seen.
fn shown(folder: &Path) -> Run {
    telelint(folder, &["check", "--color", "never", "--show", "unknown"])
}

fn check(folder: &Path, args: &[&str]) -> Run {
    // What must exist before code is the matter of other tests.
    let alone = ["check", "--color", "never", "--format", "concise", "--skip", "gates/*"];
    telelint(folder, &[&alone[..], args].concat())
}

/// `rule line` of every finding, in order.
fn found(run: &Run) -> Vec<String> {
    let of = |finding: &&str| {
        let (place, rest) = finding.split_once(": ").unwrap();
        let rule = rest.split('[').nth(1).unwrap().split(']').next().unwrap();
        let line = place.split(':').nth(1).unwrap();
        format!("{rule} {line}")
    };
    run.findings().iter().map(of).collect()
}

#[test]
fn operations_need_a_span_that_is_about_them() {
    let main = r#"use async_nats::Client;
use stripe::{CreateRefund, Refund};
use tracing::{Instrument, info_span, instrument};

struct Bus { client: Client, stripe: stripe::Client, other: Other }

impl Bus {
    async fn bare(&self) { self.client.publish_with_headers("a", context(), "x".into()).await; }
    #[instrument(skip_all)]
    async fn own(&self) { self.client.publish_with_headers("a", context(), "x".into()).await; }
    async fn around(&self) {
        async { self.client.publish_with_headers("a", context(), "x".into()).await }.instrument(info_span!("a")).await;
    }
    async fn scoped(&self) { info_span!("a").in_scope(|| self.client.publish_with_headers("a", context(), "x".into())).await; }
    async fn entered(&self) { let _g = info_span!("a").entered(); self.client.publish_with_headers("a", context(), "x".into()); }
    async fn helper(&self) { self.client.publish_with_headers("a", context(), "x".into()).await; }
    #[instrument(skip_all)]
    async fn calls_it(&self) { self.helper().await; }
    #[instrument(skip_all)]
    async fn detached(&self) {
        let client = self.client.clone();
        tokio::spawn(async move { client.publish_with_headers("a", context(), "x".into()).await });
    }
    async fn not_nats(&self, sink: Sink) { self.other.publish("a").await; sink.request("a").await; }
    #[instrument(skip_all, err)]
    async fn no_headers(&self) { self.client.publish("a", "x".into()).await; }
    async fn refund(&self) { Refund::create(&self.stripe, CreateRefund::new()).await; }
    #[instrument(skip_all)]
    async fn silent(&self) -> Result<()> { Refund::create(&self.stripe, CreateRefund::new()).await?; Ok(()) }
    #[instrument(skip_all, err)]
    async fn told(&self) -> Result<()> { Refund::create(&self.stripe, CreateRefund::new()).await?; Ok(()) }
    #[instrument(skip_all)]
    async fn logged(&self) { if Refund::create(&self.stripe, CreateRefund::new()).await.is_err() { tracing::error!("no"); } }
}
fn context() -> HeaderMap { inject_context() }
"#;
    let folder = service("bus", "async-nats async-stripe tracing tracing-opentelemetry opentelemetry", main);
    let expected = [
        "traces/messaging-without-span 8",
        "traces/messaging-without-span 22",
        "traces/broken-link 26",
        "traces/external-call-without-span 27",
        "traces/failure-without-status 29",
    ];
    let run = check(&folder, &[]);
    assert_eq!(found(&run), expected, "{}", run.stdout);
}

#[test]
fn routes_are_followed_through_routers_and_guards() {
    let main = r#"use axum::{Router, middleware, routing::{get, post}};

fn app() -> Router {
    Router::new()
        .route("/admin/ops/open", get(open))
        .route("/admin/ops/asked", get(asked))
        .route("/admin/ops/checked", get(checked))
        .nest("/admin", Router::new().route("/ops/nested", post(open)))
        .merge(guarded())
        .layer(TraceLayer::new_for_http().make_span_with(make))
        .merge(Router::new().route("/admin/ops/within", get(open)).route_layer(middleware::from_fn(require_admin)))
        .route("/admin/opsy", get(open))
}
fn guarded() -> Router {
    Router::new().route("/admin/ops/other", get(open)).layer(middleware::from_fn(auth))
}
async fn open() {}
async fn asked(user: AdminUser) {}
async fn checked(headers: HeaderMap) { require_role(&headers); }
fn make(request: &Request) -> Span { info_span!("request", correlation_id = id(request)) }
"#;
    let folder = service("routes", "axum tower-http opentelemetry", main);
    let run = check(&folder, &[]);
    assert_eq!(found(&run), ["ops-ui/unguarded-route 5", "ops-ui/unguarded-route 8"], "{}", run.stdout);
    assert!(run.stdout.contains("`/admin/ops/nested`"), "{}", run.stdout);
}

#[test]
fn requests_need_a_root_span_with_the_correlation_id() {
    let server = |layer: &str| {
        format!(
            "use axum::{{Router, routing::get}};\nuse tracing_subscriber::fmt;\nasync fn main() {{\n    \
             fmt().json().init();\n    let app = Router::new().route(\"/a\", get(a)){layer};\n    \
             axum::serve(listener, app).await;\n}}\nasync fn a() {{}}\n"
        )
    };
    let judged = |name: &str, layer: &str| {
        let folder =
            service(name, "axum tower-http tracing tracing-opentelemetry opentelemetry", &server(layer));
        found(&check(&folder, &[]))
    };
    assert_eq!(judged("none", ""), ["traces/http-without-root-span 5"]);
    // The layer's own span has the method, the address and the version.
    assert_eq!(judged("plain", ".layer(TraceLayer::new_for_http())"), ["fields/missing-correlation-id 5"]);
    let made = |fields: &str| {
        format!(".layer(TraceLayer::new_for_http().make_span_with(|r| tracing::info_span!(\"r\", {fields})))")
    };
    assert_eq!(judged("made", &made("path = 1")), ["fields/missing-correlation-id 5"]);
    assert!(judged("right", &made("correlation_id = tracing::field::Empty")).is_empty());
    // What only says how it is needs none.
    let health = server("").replace("\"/a\"", "\"/healthz\"");
    let folder = service("health", "axum tracing-opentelemetry opentelemetry", &health);
    assert!(found(&check(&folder, &[])).is_empty());
}

#[test]
fn logs_in_plain_text_and_prints_are_found_in_services_only() {
    let main = "fn main() {\n    tracing_subscriber::fmt::init();\n    println!(\"ready\");\n    tracing::info!(\"on {port}\");\n}\n";
    let run = check(&service("server", "axum opentelemetry", main), &[]);
    assert_eq!(
        found(&run),
        ["logs/not-json 2", "logs/print-macro 3", "logs/interpolated-message 4"],
        "{}",
        run.stdout
    );
    let run = check(&service("tool", "clap tracing", main), &[]);
    assert!(found(&run).is_empty(), "{}", run.stdout);
    let json = main.replace("fmt::init()", "fmt().json().init()");
    let run = check(&service("json", "axum opentelemetry", &json), &["--only", "logs/not-json"]);
    assert!(found(&run).is_empty(), "{}", run.stdout);
}

#[test]
fn a_resource_is_judged_where_the_environment_adds_nothing() {
    let main = |start: &str| {
        format!(
            "use opentelemetry_sdk::Resource;\nfn resource() -> Resource {{\n    Resource::{start}()\n        \
             .with_service_name(\"unknown_service\")\n        .with_attribute(KeyValue::new(\"service.version\", V))\n        \
             .build()\n}}\n"
        )
    };
    let run = check(&service("closed", "opentelemetry_sdk", &main("builder_empty")), &[]);
    assert_eq!(
        found(&run),
        [
            "resource/missing-attribute 3",
            "resource/missing-attribute 3",
            "resource/placeholder-service-name 4"
        ],
        "{}",
        run.stdout
    );
    let run = check(&service("open", "opentelemetry_sdk", &main("builder")), &["--show", "unknown"]);
    assert_eq!(found(&run), ["resource/placeholder-service-name 4"], "{}", run.stdout);
    assert!(run.stdout.contains("1 unknown)"), "{}", run.stdout);
}

// ---------------------------------------------------------------------------------------------------------------------
// Broken, or too much

/// Whatever stands beside it, this is found.
const JUDGED: &str = "#[tracing::instrument]\nfn open(password: &str) {}\n";

/// A file with this text is named in the footer, with these words where it can't be read whole; the rest is judged.
fn beside(name: &str, text: impl AsRef<[u8]>, said: &str) -> Run {
    let folder = scratch(name);
    write(&folder, "src/lib.rs", JUDGED);
    write(&folder, "src/odd.rs", text);
    let run = shown(&folder);
    assert!(run.stdout.contains("src/lib.rs:2:9]"), "{}", run.stdout);
    assert!(run.stdout.contains("read: 2 Rust files"), "{}", run.stdout);
    if said.is_empty() {
        assert!(run.stdout.contains("0 unknown)"), "{}", run.stdout);
    } else {
        let unknown: Vec<&str> =
            run.stdout.lines().filter(|line| line.starts_with("unknown: src/odd.rs:")).collect();
        assert!(unknown.len() == 1 && unknown[0].contains(said), "{said}: {unknown:?}\n{}", run.stdout);
    }
    assert_eq!(run.code, 1);
    run
}

#[test]
fn source_that_does_not_parse_is_scanned_for_macros() {
    let bad = "use tracing::info;\nfn a() {\n    let = 1;\n    info!(password = p, \"x\");\n}\n";
    let run = beside("syntax", bad, "the file does not parse, so only macros in it were read");
    assert!(run.stdout.contains("src/odd.rs:4:11]"), "{}", run.stdout);
    assert!(run.stdout.contains("src/odd.rs:3:9]"), "the parser's place: {}", run.stdout);
    let merge = "fn a() {\n<<<<<<< HEAD\n    tracing::info!(password = p);\n=======\n>>>>>>> b\n}\n";
    let run = beside("merge", merge, "does not parse");
    assert!(run.stdout.contains("src/odd.rs:3:20]"), "{}", run.stdout);
    let open = "fn a() {\n    if x {\n}\n\nfn b() {\n    tracing::info!(password = p);\n}\n";
    let run = beside("brackets", open, "does not parse");
    assert!(run.stdout.contains("src/odd.rs:6:20]"), "{}", run.stdout);
}

#[test]
fn source_that_is_too_much_is_named() {
    let deep = |open: &str, close: &str| {
        format!("fn info() {{ debug!(); let x = {}1{}; }}\n", open.repeat(100_000), close.repeat(100_000))
    };
    beside("deep", deep("(", ")"), "brackets are nested more than 256 deep");
    beside(
        "deep-macro",
        format!("info!{}{};\n", "(".repeat(100_000), ")".repeat(100_000)),
        "nested more than",
    );
    let long = "a statement has more than 8192 words and signs";
    for (name, code) in [
        ("signs", deep("!", "")),
        ("references", deep("& ", "")),
        ("closures", deep("|a| ", "")),
        ("assignments", deep("a = ", "")),
        ("returns", deep("return ", "")),
        ("chain", format!("fn info() {{ debug!(); let x = a{}; }}\n", ".b()".repeat(100_000))),
        ("sum", format!("fn info() {{ debug!(); let x = 1{}; }}\n", " + 1".repeat(100_000))),
        ("pointers", format!("fn info(a: {}u8) {{ debug!(); }}\n", "*const ".repeat(100_000))),
    ] {
        beside(name, code, long);
    }
    let types = format!("fn info(a: {}u8{}) {{ debug!(); }}\n", "Vec<".repeat(20_000), ">".repeat(20_000));
    beside("types", types, "nested more than");
    let large = "fn a() { info!(); }\n".repeat(20 << 20 >> 4);
    beside("large", large, "over the limit of 4 MiB");
    beside("bytes", b"fn info() {} // \xff\xfe\n", "not UTF-8");
    beside("endless", format!("info!({}", "a, ".repeat(10_000)), "does not parse");
}

#[test]
fn long_chains_and_odd_beginnings_are_read() {
    let chain = format!("fn info() {{ debug!(); let x = a{}; }}\n", ".b()".repeat(2_000));
    beside("chain", chain, "");
    let sum = format!("fn info() {{ debug!(); let x = 1{}; }}\n", " + 1".repeat(4_000));
    beside("sum", sum, "");
    let text = "use tracing::info;\nfn a(password: &str) { info!(password); }\n";
    for (name, odd) in [("mark", format!("\u{feff}{text}")), ("returns", text.replace('\n', "\r\n"))] {
        let run = beside(name, odd, "");
        assert!(run.stdout.contains("src/odd.rs:2:30]"), "{name}: {}", run.stdout);
    }
    let run = beside("script", format!("#!/usr/bin/env run\n{text}"), "");
    assert!(run.stdout.contains("src/odd.rs:3:30]"), "{}", run.stdout);
}

#[test]
fn links_in_circles_and_broken_manifests_stop_nothing() {
    let folder = scratch("circles");
    write(&folder, "Cargo.toml", "[package\nname = broken");
    write(&folder, "src/lib.rs", JUDGED);
    symlink(folder.join("src"), folder.join("src/again")).unwrap();
    symlink(folder.join("src/lib.rs"), folder.join("src/linked.rs")).unwrap();
    let run = shown(&folder);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("unknown: Cargo.toml: the manifest can't be read"), "{}", run.stdout);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = support::project("fixtures/repos/messy");
    let run = |threads: &str| {
        let args = ["check", "--format", "json", "--today", "2026-11-01", "--min-confidence", "guess"];
        let mut command = command(&folder, &args);
        finish(command.env("RAYON_NUM_THREADS", threads).spawn().unwrap()).stdout
    };
    let one = run("1");
    assert!(one.contains("redaction/recorded-argument"));
    for threads in ["2", "3", "8"] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}

#[test]
fn facts_of_parts_give_the_same_in_any_order() {
    let main = "use axum::{Router, routing::get};\nasync fn main() {\n    axum::serve(listener, Router::new().route(\"/a\", get(a)));\n}\n";
    let folder = service("parts", "axum async-nats tracing opentelemetry", main);
    let bus = "use async_nats::Client;\nuse tracing::{info, info_span};\nasync fn send(client: Client, password: &str) {\n    \
               client.publish(\"a\", password.into()).await;\n    info!(password, \"sent to {client}\");\n    \
               info_span!(\"a\", otel.kind = \"server\");\n}\n";
    write(&folder, "src/bus.rs", bus);
    for (file, name) in [("src/main.rs", "a.json"), ("src/bus.rs", "b.json")] {
        let run = telelint(&folder, &["facts", file, "--output", name]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let order = |first: &str, second: &str| {
        let run = check(&folder, &["--facts", first, "--facts", second, "--min-confidence", "guess"]);
        assert!(run.stdout.contains("redaction/sensitive-field"), "{run:?}");
        run.stdout
    };
    assert_eq!(order("a.json", "b.json"), order("b.json", "a.json"));
}
