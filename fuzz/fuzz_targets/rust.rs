//! Rust source, and what stands between the brackets of telemetry macros and attributes: no panic, whatever it is, and the same
//! facts however often it is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use telelint::read::rust::manifest::Package;
use telelint::read::rust::{Source, read};
use telelint::read::watch::{RustWatch, Watch};

/// What is put around the input; `…` stands for it.
const AROUND: [&str; 12] = [
    "…",
    "use tracing::*; fn f() { info!(…); }",
    "use tracing::*; fn f() { event!(Level::INFO, …); }",
    "use tracing::*; fn f() { let _ = span!(Level::INFO, \"a\", …); }",
    "use tracing::*; fn f() { let _ = info_span!(…); }",
    "#[tracing::instrument(…)] async fn f(a: &str, password: String) {}",
    "use slog::*; fn f() { info!(log, …); }",
    "fn f() { metrics::counter!(…).increment(1); }",
    "use prometheus::*; lazy_static! { static ref A: IntCounter = register_int_counter!(…).unwrap(); }",
    "fn f(m: Meter) { m.u64_counter(…).build(); }",
    "use axum::*; fn f() -> Router { Router::new().route(…) }",
    "use async_nats::Client; async fn f(c: Client) { c.publish(…).await; }",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let around = AROUND[usize::from(*first) % AROUND.len()];
    let (before, behind) = around.split_once('…').unwrap_or((around, ""));
    let text = [before.as_bytes(), rest, behind.as_bytes()].concat();
    let watch = Watch {
        exact_values: 64,
        compare: false,
        logs: telelint::read::watch::LogWatch {
            sensitive: vec!["password".to_owned()],
            ..Default::default()
        },
        detectors: Default::default(),
        hidden: Default::default(),
        rust: RustWatch::default(),
        ..Watch::default()
    };
    let manifest =
        "[package]\nname = \"a\"\n[dependencies]\naxum = \"1\"\nasync-nats = \"1\"\nmetrics = \"1\"\n";
    let packages: Vec<Package> = Package::of("Cargo.toml", manifest).ok().flatten().into_iter().collect();
    let sources = [Source { path: "src/a.rs".into(), package: Some(0) }];
    let facts = || read(&sources, |_| Ok(text.clone()), &packages, &watch).facts;
    assert_eq!(facts(), facts());
});
