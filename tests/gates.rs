//! `telelint gates` as a user meets it: which exit code what ends with, and what only the contract's own detectors hide.

mod support;

use support::{Run, scratch, telelint, write};

const CONTRACT: &str = "extends: observability-v1\n";
const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n\n[dependencies]\naxum = \"0.8\"\n";
const ROUTE: &str = "use axum::{Router, routing::get};\npub fn app() -> Router { Router::new().route(\"/api/admin/ops/summary\", get(summary)) }\n";

/// Lists the gates of a folder of these files.
fn gates(name: &str, files: &[(&str, &str)], args: &[&str]) -> Run {
    let folder = scratch(name);
    for (path, text) in files {
        write(&folder, path, text);
    }
    telelint(&folder, &[&["gates"], args].concat())
}

#[test]
fn code_that_went_ahead_fails_where_the_repository_has_a_contract_of_its_own() {
    let code = [("Cargo.toml", MANIFEST), ("src/lib.rs", ROUTE)];
    let asked = gates("gates-asked", &[&code[..], &[("telelint.yaml", CONTRACT)]].concat(), &[]);
    assert_eq!(asked.code, 1, "{asked:?}");
    assert!(
        asked.stdout.contains(
            "✗ ops-endpoints: operations of the ops page in OpenAPI (open, and code has gone ahead)"
        ),
        "{}",
        asked.stdout
    );
    assert!(asked.stdout.contains("needed by  src/lib.rs:2  code for `GET /api/admin/ops/summary`"));
    // `check` says the same: an error there, a warning where nobody asked.
    let folder = scratch("gates-not-asked");
    for (path, text) in code {
        write(&folder, path, text);
    }
    let listed = telelint(&folder, &["gates"]);
    let checked = telelint(&folder, &["check", "--format", "concise"]);
    assert!(checked.stdout.contains("warning[gates/ops-endpoint-missing]"), "{}", checked.stdout);
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(listed.stdout.contains("✗ ops-endpoints: operations of the ops page in OpenAPI (open)"));
}

#[test]
fn a_gate_that_nobody_can_judge_is_not_passed() {
    let broken = "openapi: 3.1.0\npaths: {\n";
    let run = gates("gates-unknown", &[("telelint.yaml", CONTRACT), ("specs/openapi.yaml", broken)], &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stdout.contains("? ops-endpoints: operations of the ops page in OpenAPI (unknown)"),
        "{}",
        run.stdout
    );
    // Nor is it silence where the contract does not ask for valid documents.
    let folder = scratch("gates-optional");
    write(&folder, "telelint.yaml", "extends: observability-v1\napi: {valid: optional}\n");
    write(&folder, "specs/openapi.yaml", broken);
    let run = telelint(&folder, &["check", "--show", "unknown"]);
    assert!(run.stdout.contains("nothing in the OpenAPI document is judged"), "{}", run.stdout);
}

#[test]
fn what_only_the_contract_hides_is_hidden() {
    let contract = "extends: observability-v1
redaction:
  custom:
    badge:
      title: badge
      class: secret
      literals: [BDG]
      pattern: 'BDG[-_](?P<value>[0-9]{6})'
      level: error
      confidence: sure
";
    let mock = "# Mock of BDG-482113 at /admin/ops\n\n## State matrix\n\n| Panel | Loading |\n|---|---|\n| Hosts | a |\n";
    let events = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  a: {address: hosts.BDG-482113, messages: {A: {payload: {type: object}}}}\n";
    // What is lower case is no secret of this detector's any more, so nothing may be lowered before it is hidden.
    let api = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'http://BDG-482113.example:9090/v1'}]\npaths:\n  /a:\n    get:\n      responses:\n        '200': {description: D, headers: {X-BDG-482113: {schema: {type: string}}}}\n";
    let exposition =
        "# HELP a_total A.\n# TYPE a_total counter\na_total{badge_BDG_482113=\"BDG-482113\"} 1\n";
    let folder = scratch("gates-hidden");
    write(&folder, "telelint.yaml", contract);
    write(&folder, "docs/ux/admin-ops.md", mock);
    write(&folder, "specs/events.yaml", events);
    write(&folder, "specs/openapi.yaml", api);
    write(&folder, "metrics/a.prom", exposition);
    for args in [
        &["gates"][..],
        &["gates", "--format", "json"],
        &["gates", "--format", "markdown"],
        &["facts"],
        &["inventory"],
        &["check", "--min-confidence", "guess"],
        &["check", "--min-confidence", "guess", "--format", "json"],
    ] {
        let run = telelint(&folder, args);
        assert!(!run.stdout.contains("482113") && !run.stderr.contains("482113"), "{args:?}: {run:?}");
        assert!(!run.stdout.is_empty() && !run.stderr.contains("contract/invalid"), "{args:?}: {run:?}");
    }
    assert!(telelint(&folder, &["facts"]).stdout.contains("Mock of BDG-••••••"));
}

#[test]
fn an_operation_that_is_none_is_said() {
    let contract = "extends: observability-v1\nops_ui: {operations: [/api/admin/ops/summary]}\n";
    let folder = scratch("gates-no-operation");
    write(&folder, "telelint.yaml", contract);
    let run = telelint(&folder, &["check", "--format", "concise"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stdout
            .contains("telelint.yaml:2:23: error[contract/invalid] `/api/admin/ops/summary` is no operation"),
        "{}",
        run.stdout
    );
}
