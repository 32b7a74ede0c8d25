//! The two repositories under `fixtures/repos`: every sin of `messy` that can be judged is found at the place its README
//! names, and `shop` is clean.

use std::path::{Path, PathBuf};
use std::process::Command;

fn repo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos").join(name)
}

fn check(folder: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_telelint"))
        .current_dir(folder)
        .args(["check", "--color", "never", "--today", "2026-11-01"])
        .args(args)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// The rows of messy's README: place, rule, and whether it is judged yet.
fn sins() -> Vec<(String, String, bool)> {
    let readme = std::fs::read_to_string(repo("messy").join("README.md")).unwrap();
    let cell = |text: &str| text.trim().trim_matches('`').to_owned();
    readme
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| sin"))
        .map(|line| line.trim_matches('|').split(" | ").map(cell).collect::<Vec<_>>())
        .map(|cells| match cells.as_slice() {
            [_, place, rule, judged] => (place.clone(), rule.clone(), judged == "now"),
            other => panic!("a row of messy's README has {} cells: {other:?}", other.len()),
        })
        .collect()
}

#[test]
fn every_sin_that_can_be_judged_is_found_at_its_place_and_nothing_else_is() {
    let (code, whole) = check(&repo("messy"), &["--format", "concise"]);
    let (_, scrapes) = check(
        &repo("messy"),
        &["--format", "concise", "--previous", "scrapes/previous.prom", "scrapes/current.prom"],
    );
    assert_eq!(code, 1);
    let mut found: Vec<(String, String)> = Vec::new();
    for line in whole.lines().chain(scrapes.lines().filter(|line| line.contains("scrapes/"))) {
        let Some((place, rest)) = line.split_once(": ") else { continue };
        let Some((_, rest)) = rest.split_once('[').filter(|_| place.contains(':')) else { continue };
        let place = place.strip_prefix("fixtures/repos/messy/").unwrap_or(place);
        let place = place.rsplit_once(':').map_or(place, |(line, _)| line);
        let rule = rest.split(']').next().unwrap();
        found.push((place.to_owned(), rule.to_owned()));
    }
    let expected: Vec<(String, String)> =
        sins().into_iter().filter(|(.., now)| *now).map(|(place, rule, _)| (place, rule)).collect();
    assert!(expected.len() > 35, "messy lists only {} sins that are judged", expected.len());
    let missed: Vec<_> = expected.iter().filter(|sin| !found.contains(sin)).collect();
    let surplus: Vec<_> = found.iter().filter(|finding| !expected.contains(finding)).collect();
    assert!(missed.is_empty() && surplus.is_empty(), "missed: {missed:#?}\nsurplus: {surplus:#?}");
}

#[test]
fn every_metrics_finding_of_messy_names_the_line_and_the_clause() {
    let (_, report) = check(&repo("messy"), &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let judged: Vec<_> =
        findings.iter().filter(|f| f["rule"].as_str().unwrap().starts_with("metrics/")).collect();
    assert!(judged.len() > 30);
    for finding in judged {
        assert!(
            finding["line"].as_u64().unwrap() > 0 && finding["column"].as_u64().unwrap() > 0,
            "{finding}"
        );
        // What is declared and never emitted has one place only: the contract.
        if finding["rule"] != "metrics/never-emitted" {
            assert!(!finding["because"]["text"].as_str().unwrap_or_default().is_empty(), "{finding}");
        }
    }
}

#[test]
fn shop_is_clean_and_says_what_it_could_not_judge() {
    let (code, report) = check(&repo("shop"), &[]);
    assert_eq!(code, 0, "{report}");
    assert!(
        report.contains("0 errors, 0 warnings, 0 info (0 withheld, 0 suppressed, 0 unknown)"),
        "{report}"
    );
    let unread = report.lines().find(|line| line.starts_with("not judged yet: ")).unwrap_or_default();
    for kind in ["Collector configuration", "OTLP", "dashboards"] {
        assert!(unread.contains(kind), "{unread}");
    }
    let (code, report) = check(&repo("shop"), &["--min-confidence", "guess", "--fail-on", "info"]);
    assert_eq!(code, 0, "{report}");
}

/// A copy of a repository to change something in.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn an_operation_taken_out_of_the_document_turns_the_gate_red_at_the_route_that_answers_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop-without-summary");
    let _ = std::fs::remove_dir_all(&folder);
    copy(&repo("shop"), &folder);
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    let document = folder.join("specs/openapi.yaml");
    let text = std::fs::read_to_string(&document).unwrap();
    let from = text.find("  /api/admin/ops/summary:").unwrap();
    let to = text.find("  /api/admin/ops/services:").unwrap();
    std::fs::write(&document, format!("{}{}", &text[..from], &text[to..])).unwrap();
    let (code, report) = check(&folder, &["--format", "concise"]);
    assert_eq!(code, 1, "{report}");
    let route = "api/src/ops.rs:17:17: error[gates/ops-endpoint-missing] `GET /api/admin/ops/summary` was coded before it was \
                 specified: OpenAPI does not have it";
    assert!(report.contains(route), "{report}");
    let gates = |args: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_telelint"))
            .current_dir(&folder)
            .arg("gates")
            .args(args)
            .output();
        let output = run.unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, list) = gates(&["--format", "markdown"]);
    assert_eq!(code, 1, "{list}");
    assert!(list.contains("- [ ] **ops-endpoints**") && list.contains("`api/src/ops.rs:17`"), "{list}");
    assert!(list.contains("- [x] **ux-mock**") && list.contains("3 of 4 gates met"), "{list}");
    let (_, json) = gates(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["contracts"][0]["gates"][0]["state"], "open");
    assert_eq!(json["contracts"][0]["gates"][0]["dependents"][0]["line"], 17);
}

#[test]
fn the_pictures_in_the_readme_are_what_the_first_command_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let pictures: Vec<&str> =
        readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let (code, report) = check(root, &["fixtures/repos/messy"]);
    assert_eq!(code, 1);
    assert_eq!(pictures.len(), 3);
    for picture in pictures {
        assert!(report.contains(picture), "README's picture is stale; the report is:\n{report}");
    }
}
