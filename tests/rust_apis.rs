//! Libraries as Rust source uses them: routes under their whole paths, spans of OpenTelemetry's own, messages of `JetStream`,
//! payments within what waits for them.

mod support;

use support::rust::{judged, package};
use support::telelint;

/// `METHODS path guarded` of all routes of a package.
fn routes(dependencies: &str, files: &str) -> Vec<String> {
    let folder = package(dependencies, files);
    let facts = telelint(&folder, &["facts"]).json();
    let words = |list: &serde_json::Value| {
        list.as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(",")
    };
    let mut routes: Vec<String> = facts["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| {
            let guard = if route["is_guarded"].as_bool().unwrap() { " guarded" } else { "" };
            format!("{} {}{guard}", words(&route["methods"]), route["path"].as_str().unwrap())
        })
        .collect();
    routes.sort();
    routes
}

#[test]
fn routes_of_actix_stand_under_their_scopes() {
    let found = routes(
        "actix-web",
        r#"mod orders;
mod users;
use actix_web::{App, HttpServer, get, post, web};

#[get("/panels")]
async fn panels() -> String { String::new() }
#[post("/carts/{id}")]
async fn cart() -> String { String::new() }
#[actix_web::route("/both", method = "GET", method = "POST")]
async fn both() -> String { String::new() }

fn ops(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/summary").route(web::get().to(summary)).route(web::post().to(refresh)));
    cfg.route("/raw", web::get().to(raw));
}

async fn run() {
    HttpServer::new(|| {
        App::new()
            .service(web::scope("/admin/ops").wrap(RequireRole::admin()).configure(ops).service(panels))
            .service(
                web::scope("/api").service(cart).service((both,)).service(
                    web::scope("/v1")
                        .route("/deep", web::get().to(deep))
                        .configure(users::config)
                        .configure(crate::orders::config),
                ),
            )
            .route("/health", web::get().to(health))
    })
    .run()
    .await;
}
--- src/users.rs
use actix_web::web;
use actix_web::guard;
pub fn config(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/users/{id}").get(user));
    cfg.service(web::resource("/kept").guard(guard::Post()).route(web::post().to(keep)));
}
--- src/orders.rs
use actix_web::web;
pub fn config(cfg: &mut web::ServiceConfig) { cfg.service(web::scope("/orders").service(web::resource("").get(list))); }
"#,
    );
    let expected = [
        "GET /admin/ops/panels guarded",
        "GET /admin/ops/raw guarded",
        "GET /api/v1/deep",
        "GET /api/v1/orders",
        "GET /api/v1/users/{id}",
        "GET /health",
        "GET,POST /admin/ops/summary guarded",
        "GET,POST /api/both",
        "POST /api/carts/{id}",
        "POST /api/v1/kept",
    ];
    assert_eq!(found, expected);
}

#[test]
fn routes_of_warp_are_chains_of_filters() {
    let found = routes(
        "warp",
        r#"use warp::Filter;
fn hello() -> impl Filter { warp::path!("hello" / String / "again").and(warp::get()).map(|name| name) }
fn orders() -> impl Filter {
    let base = warp::path("orders");
    let list = base.and(warp::path::end()).and(warp::get()).and_then(list_orders);
    let make = base.and(warp::path::end()).and(warp::post()).and(with_admin()).and(warp::body::json()).and_then(make_order);
    list.or(make)
}
fn one() -> impl Filter { warp::path("admin").and(warp::path::param::<u64>()).and(warp::delete()).then(remove) }
fn all() -> impl Filter {
    let api = warp::path("api").and(hello().or(orders()).or(one()));
    api.with(warp::cors())
}
fn no_filter(items: Vec<String>) -> Vec<String> { items.iter().map(|item| item.clone()).collect() }
"#,
    );
    let expected =
        ["DELETE /api/admin/{}", "GET /api/hello/{}/again", "GET /api/orders", "POST /api/orders guarded"];
    assert_eq!(found, expected);
}

#[test]
fn routes_of_axum_and_rocket_may_be_constants_and_mounted_deep() {
    let found = routes(
        "axum",
        r#"mod paths;
use axum::{Router, routing::{get, post}};
pub fn app() -> Router { Router::new().nest("/api", api()).route(paths::HEALTH, get(health)) }
fn api() -> Router { Router::new().nest("/v1", v1()).nest(paths::INTERNAL, Router::new().route("/x", get(x))) }
fn v1() -> Router { Router::new().route("/carts/{id}", get(cart).post(fill)) }
--- src/paths.rs
pub const HEALTH: &str = "/health";
pub const INTERNAL: &str = "/internal";
"#,
    );
    assert_eq!(found, ["GET /api/internal/x", "GET /health", "GET,POST /api/v1/carts/{id}"]);
    let found = routes(
        "rocket",
        r#"use rocket::{get, routes};
#[get("/panels")]
fn panels() -> String { String::new() }
#[rocket::launch]
fn launch() -> _ { rocket::build().mount("/ops", routes![panels]) }
"#,
    );
    assert_eq!(found, ["GET /ops/panels"]);
}

#[test]
fn routers_that_variables_hold_are_mounted_where_they_are_named() {
    let found = routes(
        "axum",
        r#"use axum::{Router, routing::{get, post}};
pub fn app(state: State) -> Router {
    let users = Router::new().route("/", get(users)).route("/{id}", get(user));
    let carts = carts();
    let api = Router::new().nest("/users", users.with_state(state)).nest("/carts", carts);
    let mut internal = Router::new();
    internal = internal.route("/ping", get(ping));
    internal = internal.route("/panic", post(panic));
    let twice = Router::new().route("/twice", get(twice));
    let app = Router::new().nest("/api", api).nest("/internal", internal).nest("/a", twice.clone()).nest("/b", twice);
    let app = app.merge(Router::new().route("/health", get(health)));
    Router::new().nest("/v1", app)
}
fn carts() -> Router { Router::new().route("/{id}", get(cart)) }
fn users() -> Router { let users = Router::new().route("/own", get(own)); users }
"#,
    );
    assert_eq!(
        found,
        [
            "GET /own",
            "GET /v1/api/carts/{id}",
            "GET /v1/api/users",
            "GET /v1/api/users/{id}",
            "GET /v1/health",
            "GET /v1/internal/ping",
            "GET /{}/twice",
            "POST /v1/internal/panic",
        ]
    );
}

#[test]
fn spans_of_the_sdk_are_spans() {
    judged(
        "opentelemetry",
        r#"use opentelemetry::KeyValue;
use opentelemetry::trace::{Span, SpanBuilder, SpanKind, Tracer};

fn serve(tracer: &impl Tracer, password: &str, id: u64, more: Vec<KeyValue>) {
    let span = tracer.span_builder("serve").with_kind(SpanKind::Server).with_attributes([KeyValue::new("http.route", "/")]).start(tracer); //~ warning fields/missing-correlation-id
    tracer.start(format!("order {id}"));                       //~ warning traces/unbounded-span-name
    tracer.in_span("within", |cx| cx.span().set_attribute(KeyValue::new("password", password.to_owned()))); //~ error redaction/sensitive-field
}
fn consume(tracer: &impl Tracer, id: String) {
    tracer.span_builder("consume").with_kind(SpanKind::Consumer).with_attributes(vec![KeyValue::new("correlation_id", id)]).start(tracer);
}
fn later(tracer: &impl Tracer, id: String) {
    let mut span = SpanBuilder::from_name("later").with_kind(SpanKind::Consumer).start(tracer);
    span.set_attribute(KeyValue::new("correlation_id", id));
}
fn elsewhere(tracer: &impl Tracer, more: Vec<KeyValue>) {
    tracer.span_builder("elsewhere").with_kind(SpanKind::Consumer).with_attributes(more).start(tracer);
}
fn internal(tracer: &impl Tracer) { tracer.span_builder("internal").start(tracer); }
fn race(runner: &Runner) { runner.start("race"); }
"#,
        &[],
    );
}

#[test]
fn consumers_of_jetstream_receive_and_contexts_publish() {
    judged(
        "async-nats tracing",
        r#"use async_nats::jetstream::{self, Context, consumer::PullConsumer};
use tracing::instrument;

struct Worker { consumer: PullConsumer, context: Context, chat: Chat }

impl Worker {
    async fn run(&self) {
        let messages = self.consumer.messages().await;          //~ warning traces/messaging-without-span
    }
    async fn some(&self) {
        let messages = self.consumer.fetch().max_messages(20).messages().await; //~ warning traces/messaging-without-span
    }
    async fn say(&self) {
        self.context.publish("orders.created", "x".into()).await; //~ warning traces/messaging-without-span
    }
    #[instrument(skip_all)]
    async fn spanned(&self) {
        self.context.publish_with_headers("orders.created", injected(), "x".into()).await;
    }
    async fn talk(&self) { self.chat.messages().await; }
}

async fn ask(client: async_nats::Client) {
    let context = jetstream::new(client);
    let consumer: PullConsumer = context.get_stream("orders").await.get_consumer("w").await;
    consumer.messages().await;                                  //~ warning traces/messaging-without-span
}
async fn handle(message: Message) {}
fn main() {}
"#,
        &[],
    );
}

#[test]
fn a_service_that_makes_its_provider_sets_a_propagator() {
    let files = |setting: &str, mark: &str| {
        format!(
            r#"--- src/main.rs
use async_nats::{{Client, HeaderMap}};
use opentelemetry::global;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::instrument;

#[instrument(skip_all, fields(otel.kind = "producer", correlation_id = id))]
async fn paid(client: &Client, id: &str) {{
    let mut headers = HeaderMap::new();
    global::get_text_map_propagator(|propagator| propagator.inject_context(&context(), &mut headers)); {mark}
    client.publish_with_headers("orders.paid", headers, "x".into()).await;
}}
fn main() {{
    global::set_tracer_provider(SdkTracerProvider::builder().build());
    {setting}
}}
"#
        )
    };
    let dependencies = "async-nats opentelemetry opentelemetry_sdk tracing tracing-opentelemetry";
    judged(dependencies, &files("", "//~ warning traces/broken-link"), &["--only", "traces/broken-link"]);
    let set = "global::set_text_map_propagator(TraceContextPropagator::new());";
    judged(dependencies, &files(set, ""), &["--only", "traces/broken-link"]);
}

#[test]
fn a_route_is_one_whoever_answers_it() {
    let found = routes(
        "axum",
        r#"use axum::{Router, routing::{MethodRouter, get}};
pub fn app() -> Router {
    let list = get(orders);
    Router::new().route("/list", list).route("/one", one()).route_service("/files", files())
}
fn one() -> MethodRouter { get(order) }
"#,
    );
    assert_eq!(found, [" /files", " /list", " /one"]);
}

#[test]
fn a_service_samples_something() {
    let files = |sampler: &str, mark: &str| {
        format!(
            "--- src/main.rs\nuse opentelemetry_sdk::trace::{{Sampler, SdkTracerProvider}};\nuse axum::Router;\nfn main() {{\n    \
             SdkTracerProvider::builder().with_sampler({sampler}).build(); {mark}\n    axum::serve(listener, Router::new());\n}}\n"
        )
    };
    let dependencies = "axum opentelemetry opentelemetry_sdk tracing tracing-opentelemetry";
    let only = ["--only", "stack/missing-sdk"];
    judged(dependencies, &files("Sampler::AlwaysOff", "//~ warning stack/missing-sdk"), &only);
    judged(dependencies, &files("if on { Sampler::AlwaysOn } else { Sampler::AlwaysOff }", ""), &only);
}

#[test]
fn the_header_of_the_trace_may_be_set_by_hand() {
    judged(
        "async-nats tracing",
        r#"mod headers;
use async_nats::Client;
use tracing::instrument;

#[instrument(skip_all, fields(otel.kind = "producer", correlation_id = id))]
async fn paid(client: &Client, id: &str) {
    client.publish_with_headers("orders.paid", headers::current(), "x".into()).await;
}
--- src/headers.rs
pub fn current() -> Headers {
    let mut headers = Headers::new();
    headers.insert("traceparent", traceparent());
    headers
}
"#,
        &["--only", "traces/broken-link"],
    );
}

#[test]
fn routers_are_followed_through_blocks_branches_and_names_that_come_again() {
    let found = routes(
        "axum",
        r#"use axum::{Router, middleware::from_fn, routing::get};
pub fn app(is_open: bool) -> Router {
    let mut ops = Router::new().route("/ops", get(ops));
    ops = ops.route_layer(from_fn(require_admin));
    let api = Router::new().route("/a", get(a));
    let both = if is_open { Router::new().nest("/api", api.clone()) } else { Router::new().nest("/api", api) };
    let api = fetch();
    serve(Router::new().nest("/s", api));
    let mut app = Router::new().nest("/x", { let r = Router::new().route("/block", get(block)); r });
    app = Router::new().nest("/v1", app);
    app.merge(ops).merge(both)
}
pub fn shadowed(given: Option<Router>) -> Router {
    let r = Router::new().route("/outer", get(one));
    { let r = Router::new().route("/inner", get(one)); let _kept = Router::new().merge(r); }
    let (x, count) = (Router::new().route("/part", get(one)), 1);
    let _ = Router::new().route("/plain", get(one));
    let make = || Router::new().route("/made", get(one));
    let top = match given { Some(r) => Router::new().nest("/given", r), None => Router::new().nest("/none", r) };
    top.nest("/X", x).nest("/M", make())
}
pub fn chained() -> Router {
    let mut many = Router::new().route("/1", get(one));
    many = many.route("/2", get(one)); many = many.route("/3", get(one)); many = many.route("/4", get(one));
    many = many.route("/5", get(one)); many = many.route("/6", get(one)); many = many.route("/7", get(one));
    many = many.route("/8", get(one)); many = many.route("/9", get(one)); many = many.route("/10", get(one));
    Router::new().nest("/many", many)
}
"#,
    );
    let many = (1..=10).map(|number| format!("GET /many/{number}"));
    let others = [
        "GET /M/made",
        "GET /api/a",
        "GET /inner",
        "GET /none/outer",
        "GET /ops guarded",
        "GET /plain",
        "GET /v1/x/block",
        "GET /{}/part",
    ];
    let mut wanted: Vec<String> = others.map(str::to_owned).into_iter().chain(many).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn payments_are_found_within_what_waits_for_them() {
    let files = r#"--- src/main.rs
use tracing::{Instrument, info_span};

async fn limited(client: &stripe::Client, new: New) {
    tokio::time::timeout(SECOND, stripe::Customer::create(client, new)).await; //~ warning traces/external-call-without-span
}
async fn together(client: &stripe::Client, new: New) {
    tokio::join!(stripe::Customer::create(client, new), other()); //~ warning traces/external-call-without-span
}
async fn spanned(client: &stripe::Client, new: New) {
    stripe::Customer::create(client, new).instrument(info_span!("pay")).await; //~ warning traces/failure-without-status
}
async fn mapped(client: &stripe::Client, new: New) {
    stripe::Customer::create(client, new).map_err(Failed::of).await; //~ warning traces/external-call-without-span
}
fn main() {}
"#;
    judged("async-stripe opentelemetry tracing tokio", files, &[]);
}

#[test]
fn layers_of_clients_make_no_root_spans() {
    judged(
        "tower-http tracing",
        r#"use tower_http::trace::TraceLayer;
use tracing::info_span;

fn client() { TraceLayer::new_for_http().make_span_with(|request: &Request| info_span!("asks", otel.kind = "client")); }
fn server() { TraceLayer::new_for_http().make_span_with(|request: &Request| info_span!("serves")); } //~ warning fields/missing-correlation-id
"#,
        &[],
    );
}
