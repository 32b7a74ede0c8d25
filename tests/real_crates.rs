//! Published crates that use these libraries in earnest: all of their source parses, and every error and every guard over an
//! `.await` that is found was read by a person and is right (docs/field-notes.md). `scripts/test` fetches them.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use support::telelint;

/// What is found, beside style: as `--format concise` says it, without columns.
const FOUND: [(&str, &[&str]); 14] = [
    ("actix-web-prom", &[]),
    ("apalis", &[]),
    ("async-nats", &["src/jetstream/consumer/pull.rs:2950 warning[traces/guard-across-await]"]),
    ("async-stripe", &[]),
    ("axum-prometheus", &[]),
    ("foundations", &[]),
    (
        "fuel-core-metrics",
        &[
            "src/compression_metrics.rs:37 error[metrics/duration-not-in-seconds]",
            "src/txpool_metrics.rs:87 error[metrics/duration-not-in-seconds]",
            "src/txpool_metrics.rs:93 error[metrics/duration-not-in-seconds]",
        ],
    ),
    ("garage_rpc", &[]),
    ("metrics-exporter-prometheus", &[]),
    (
        "opendal",
        &[
            "src/layers/tracing.rs:177 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:229 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:240 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:266 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:277 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:303 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:311 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:317 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:323 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:331 warning[traces/guard-across-await]",
            "src/layers/tracing.rs:345 warning[traces/guard-across-await]",
        ],
    ),
    ("openssh", &[]),
    ("opentelemetry-otlp", &[]),
    ("russh", &[]),
    ("tracing-actix-web", &[]),
];

/// Where cargo unpacked them; `None` where they were not fetched, which is a failure in CI.
fn crates() -> Option<BTreeMap<String, PathBuf>> {
    let Some(manifest) = std::env::var_os("TELELINT_CRATES") else {
        let is_ci = std::env::var("CI").as_deref() == Ok("true");
        assert!(!is_ci, "TELELINT_CRATES is missing; scripts/test fetches the crates");
        eprintln!("left out: TELELINT_CRATES is not set");
        return None;
    };
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--manifest-path"])
        .arg(support::project(manifest.to_str().unwrap()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let folder =
        |manifest: &serde_json::Value| PathBuf::from(manifest.as_str().unwrap()).parent().unwrap().to_owned();
    Some(
        packages
            .map(|package| (package["name"].as_str().unwrap().to_owned(), folder(&package["manifest_path"])))
            .collect(),
    )
}

#[test]
fn published_crates_are_read_whole_and_judged_right() {
    let Some(crates) = crates() else { return };
    for (name, expected) in FOUND {
        // Some crates keep their sources beside the manifest.
        let path = if crates[name].join("src").is_dir() { "src" } else { "." };
        let run = telelint(&crates[name], &["check", "--color", "never", "--format", "concise", path]);
        assert!(run.code < 2 && run.stdout.contains(" Rust file"), "{name}: {run:?}");
        assert!(!run.stdout.contains("contract/unparsed-source"), "{name}: {}", run.stdout);
        let found: Vec<String> = run
            .findings()
            .iter()
            .filter(|finding| finding.contains(": error[") || finding.contains("guard-across-await"))
            .map(|finding| {
                let (place, rest) = finding.split_once(": ").unwrap();
                let rule = rest.split_once(']').unwrap().0;
                format!("{} {rule}]", place.rsplit_once(':').unwrap().0)
            })
            .collect();
        assert_eq!(found, expected, "{name}: {}", run.stdout);
    }
}
