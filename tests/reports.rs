//! The forms of a report: what programs read is valid against its schema, what people read looks as promised.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{Run, command, finish, project, scratch_with, telelint, write};

/// The fixtures' allow entries are judged on this day.
const TODAY: &str = "2026-11-01";

fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(folder, &[&["check", "--today", TODAY], args].concat())
}

/// A repository full of sins, one without, and a folder of one clean file: name, folder, whether it is clean.
fn repositories() -> [(&'static str, PathBuf, bool); 3] {
    let clean = "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n";
    [
        ("messy", project("fixtures/repos/messy"), false),
        ("shop", project("fixtures/repos/shop"), true),
        ("clean", scratch_with("clean", &[("metrics.prom", clean)]), true),
    ]
}

/// A file with two findings at one place: an error that the built-in contract asks for, and a warning.
fn two_findings(name: &str) -> PathBuf {
    scratch_with(name, &[("metrics.prom", "# TYPE jobs counter\njobs 1\n")])
}

fn is_valid(schema: &Value, instance: &Value, what: &str) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

fn schema(what: &str) -> Value {
    telelint(Path::new("."), &["schema", what]).json()
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v Vec<Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .unwrap_or_else(|| panic!("no list at {pointer}: {value:#}"))
}

// ---------------------------------------------------------------------------------------------------------------------
// SARIF

/// The official schema, which the crate `serde-sarif` ships.
fn sarif_schema() -> Value {
    let version = Command::new(env!("CARGO")).arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Crates of other platforms were never fetched.
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--filter-platform", host, "--offline", "--locked", "--format-version", "1"])
        .current_dir(project("."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package =
        list(&metadata, "/packages").iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    let schema = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // Two patterns of the standard's own schema have a `]` too many, which strict validators refuse.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["title"], "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema");
    schema
}

#[test]
fn sarif_is_valid_against_the_official_schema() {
    let schema = sarif_schema();
    for (name, folder, clean) in repositories() {
        let log = check(&folder, &["--format", "sarif"]).json();
        is_valid(&schema, &log, name);
        assert_eq!(list(&log, "/runs/0/results").is_empty(), clean, "{name}");
        assert_eq!(log["runs"][0]["invocations"], json!([{ "executionSuccessful": true }]));
        if clean {
            assert_eq!(
                log["runs"][0]["results"],
                json!([]),
                "{name}: absent or null means nothing was looked for"
            );
        }
    }
    // The schema can say no.
    let mut wrong = check(&repositories()[0].1, &["--format", "sarif"]).json();
    wrong["runs"][0]["results"][0]["level"] = json!("info");
    assert!(!jsonschema::is_valid(&schema, &wrong));
}

#[test]
fn sarif_names_each_rule_once_in_order_and_points_at_it() {
    let log = check(&project("fixtures/repos/messy"), &["--format", "sarif"]).json();
    let rules: Vec<&str> =
        list(&log, "/runs/0/tool/driver/rules").iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let mut sorted = rules.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(rules, sorted);
    let mut used = Vec::new();
    for result in list(&log, "/runs/0/results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index], result["ruleId"]);
        used.push(index);
        assert_eq!(result["partialFingerprints"]["telelint/v1"].as_str().unwrap().len(), 16);
    }
    used.sort_unstable();
    used.dedup();
    assert_eq!(used.len(), rules.len(), "a rule without a result");
}

#[test]
fn sarif_paths_are_relative_uris_and_levels_are_those_of_sarif() {
    let odd = "# TYPE jobs counter\njobs 1\n";
    let folder = scratch_with(
        "sarif",
        &[
            ("with space/100% ünder.prom", odd),
            ("telelint.yaml", "extends: observability-v1\nrules: {metrics/missing-help: info}\n"),
        ],
    );
    let log = check(&folder, &["--format", "sarif", "./with space"]).json();
    is_valid(&sarif_schema(), &log, "odd paths");
    let found: Vec<_> = list(&log, "/runs/0/results")
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            (&result["ruleId"], &result["level"], &place["artifactLocation"], &place["region"])
        })
        .collect();
    let file = json!({ "uri": "with%20space/100%25%20%C3%BCnder.prom", "uriBaseId": "ROOT" });
    let region = json!({ "startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 12 });
    assert_eq!(
        found,
        [
            (&json!("metrics/counter-without-total"), &json!("error"), &file, &region),
            (&json!("metrics/missing-help"), &json!("note"), &file, &region),
        ]
    );
    let messy = check(&project("fixtures/repos/messy"), &["--format", "sarif"]).stdout;
    let uris = regex::Regex::new(r#""uri": "([^"]*)""#).unwrap();
    let uris: Vec<_> = uris.captures_iter(&messy).map(|found| found[1].to_owned()).collect();
    assert!(uris.len() > 30, "{uris:?}");
    for uri in uris {
        assert!(project(&uri).is_file(), "not a file relative to the repository: {uri}");
        assert!(!uri.starts_with(['.', '/']), "{uri}");
    }
    assert!(messy.contains(r#""level": "warning""#));
}

#[test]
fn sarif_points_at_the_contract_where_it_is_a_file_of_the_repository() {
    let folder = two_findings("sarif-because");
    write(&folder, "telelint.yaml", "metrics:\n  help: required\n");
    let log = check(&folder, &["--format", "sarif"]).json();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(
        result["message"]["text"],
        "`jobs` has no help text. Help: say in one sentence what it measures. The contract asks for it in telelint.yaml:2:9: help: required"
    );
    let place = &result["relatedLocations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "telelint.yaml");
    assert_eq!(place["region"], json!({ "startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 17 }));
    // The built-in contract is no file that somebody could open.
    std::fs::remove_file(folder.join("telelint.yaml")).unwrap();
    let log = check(&folder, &["--format", "sarif"]).json();
    assert_eq!(log["runs"][0]["results"][1]["relatedLocations"], json!([]));
}

#[test]
fn sarif_says_when_something_could_not_be_checked() {
    let folder = two_findings("sarif-unchecked");
    write(&folder, "broken.prom", b"\x1f\x8b\x08\x00");
    let run = check(&folder, &["--format", "sarif"]);
    assert_eq!(run.code, 2);
    let log = run.json();
    is_valid(&sarif_schema(), &log, "unchecked");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], json!(false));
    let said = &invocation["toolExecutionNotifications"][0];
    assert_eq!(said["level"], "error");
    let text = said["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("could not be checked: it is packed"), "{text}");
}

// ---------------------------------------------------------------------------------------------------------------------
// JSON and its schemas

#[test]
fn the_json_report_is_valid_against_its_schema() {
    let schema = schema("report");
    for (name, folder, clean) in repositories() {
        let report = check(&folder, &["--format", "json"]).json();
        is_valid(&schema, &report, name);
        assert_eq!((&report["version"], list(&report, "/findings").is_empty()), (&json!(1), clean), "{name}");
    }
    let mut wrong = check(&repositories()[0].1, &["--format", "json"]).json();
    wrong["findings"][0]["level"] = json!("fatal");
    assert!(!jsonschema::is_valid(&schema, &wrong));
}

#[test]
fn a_finding_in_json_has_both_places_and_the_summary_counts() {
    let folder = two_findings("json");
    write(&folder, "telelint.yaml", "metrics:\n  help: required   # or nobody knows\n");
    write(&folder, "again.prom", "# TYPE jobs counter\njobs 1\n# TYPE runs gauge\nruns 1\n");
    write(&folder, "loki.yaml", "auth_enabled: true\nlimits_config: {}\n");
    let run = check(&folder, &["--format", "json", "--fail-on", "warning"]);
    assert_eq!(run.code, 1);
    let report = run.json();
    assert_eq!(
        report["findings"][0],
        json!({
            "rule": "metrics/missing-help",
            "level": "warning",
            "confidence": "sure",
            "message": "`jobs` has no help text",
            "subject": "jobs",
            "count": 2,
            "path": "again.prom",
            "line": 1,
            "column": 8,
            "end_line": 1,
            "end_column": 12,
            "places": [{ "path": "metrics.prom", "line": 1, "column": 8 }],
            "because": { "path": "telelint.yaml", "line": 2, "text": "help: required   # or nobody knows" },
            "help": "say in one sentence what it measures",
        })
    );
    assert_eq!(
        report["summary"],
        json!({
            "read": { "prometheus": 2 },
            "unread": { "loki": 1 },
            "error": 0,
            "warning": 2,
            "info": 0,
            "suppressed": 0,
            "withheld": 0,
            "unknown": 2,
            "unchecked": false,
        })
    );
}

#[test]
fn findings_are_in_order_of_path_line_column_and_rule() {
    let report = check(&project("fixtures/repos/messy"), &["--format", "json"]).json();
    let order: Vec<_> = list(&report, "/findings")
        .iter()
        .map(|f| {
            let number = |key: &str| f[key].as_u64().unwrap();
            (f["path"].as_str().unwrap(), number("line"), number("column"), f["rule"].as_str().unwrap())
        })
        .collect();
    assert!(order.len() > 30);
    assert!(order.is_sorted(), "{order:#?}");
}

#[test]
fn json_lines_are_the_findings_of_json_and_then_the_summary() {
    let folder = project("fixtures/repos/messy");
    let report = check(&folder, &["--format", "json"]).json();
    let lines: Vec<Value> = check(&folder, &["--format", "jsonl"])
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (summary, findings) = lines.split_last().unwrap();
    assert_eq!(findings, list(&report, "/findings"));
    assert_eq!(summary, &json!({ "version": 1, "summary": report["summary"] }));
}

#[test]
fn facts_are_valid_against_their_schema() {
    let schema = schema("facts");
    for (name, folder, _) in repositories() {
        let run = telelint(&folder, &["facts", "--no-contract", "."]);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        is_valid(&schema, &run.json(), name);
    }
    let mut wrong = telelint(&repositories()[0].1, &["facts", "--no-contract", "."]).json();
    assert!(!list(&wrong, "/metrics").is_empty());
    wrong["metrics"][0]["surface"] = json!("smoke-signals");
    assert!(!jsonschema::is_valid(&schema, &wrong));
}

/// Every contract of the project, and whether it may be used.
fn contracts() -> Vec<(PathBuf, bool)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, bool)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.ends_with("telelint.yaml") {
                let usable = !path.ends_with("contract/invalid/bad/telelint.yaml");
                found.push((path, usable));
            }
        }
    }
    let mut found = vec![(project("rules/presets/observability-v1.yaml"), true)];
    walk(&project("fixtures"), &mut found);
    found
}

#[test]
fn contracts_are_valid_against_their_schema_and_broken_ones_are_not() {
    let schema = schema("contract");
    let read = |text: &str| -> Value { serde_saphyr::from_str(text).unwrap() };
    let contracts = contracts();
    assert!(contracts.len() > 10, "{contracts:?}");
    assert_eq!(contracts.iter().filter(|(_, usable)| !usable).count(), 1);
    for (path, usable) in contracts {
        let value = read(&std::fs::read_to_string(&path).unwrap());
        if usable {
            is_valid(&schema, &value, &path.to_string_lossy());
        } else {
            assert!(!jsonschema::is_valid(&schema, &value), "{}", path.display());
        }
    }
    for wrong in [
        "metricz: {}",
        "metrics: {help: maybe}",
        "metrics: {max_series: many}",
        "metrics: {labels: {max_value: 3}}",
        "retention: {metrics: 30}",
        "retention: {metrics: 30 days}",
        "rules: {metrics/missing-help: fatal}",
        "allow: [{rule: metrics/missing-help}]",
        "files: {ignore: legacy}",
    ] {
        assert!(!jsonschema::is_valid(&schema, &read(wrong)), "{wrong}");
    }
}

#[test]
fn schema_files_are_fresh() {
    for what in ["contract", "report", "facts"] {
        let path = format!("schemas/{what}.schema.json");
        let kept = std::fs::read_to_string(project(&path)).unwrap_or_default();
        let now = telelint(Path::new("."), &["schema", what]).stdout;
        assert!(kept == now, "{path} is stale; write it anew: cargo run -- schema {what} > {path}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// GitHub, concise, human

#[test]
fn github_commands_annotate_the_line_and_escape_what_would_end_them() {
    let contract = "\
metrics:
  counters_end_in_total: required  # R3.6
  conventional_names: required
  help: required
rules:
  metrics/missing-help: info
";
    let exposition = "# TYPE jobs counter\njobs 1\n# HELP x Share.\n# TYPE x gauge\n{\"cpu_%\"} 1\n";
    let folder = scratch_with("github", &[("a,b:50%.prom", exposition), ("telelint.yaml", contract)]);
    let run = check(&folder, &["--format", "github"]);
    assert_eq!(
        run.stdout,
        "\
::error file=a%2Cb%3A50%25.prom,line=1,col=8,endLine=1,endColumn=12,title=metrics/counter-without-total::counter `jobs` does not end in `_total`%0Atelelint.yaml:2:26: counters_end_in_total: required  # R3.6%0Ahelp: rename it to `jobs_total`
::notice file=a%2Cb%3A50%25.prom,line=1,col=8,endLine=1,endColumn=12,title=metrics/missing-help::`jobs` has no help text%0Atelelint.yaml:4:9: help: required%0Ahelp: say in one sentence what it measures
::notice file=a%2Cb%3A50%25.prom,line=5,col=3,endLine=5,endColumn=8,title=metrics/missing-help::`cpu_%25` has no help text%0Atelelint.yaml:4:9: help: required%0Ahelp: say in one sentence what it measures
::warning file=a%2Cb%3A50%25.prom,line=5,col=7,endLine=5,endColumn=8,title=metrics/bad-name::metric name `cpu_%25` has a character that needs quotes%0Atelelint.yaml:3:23: conventional_names: required%0Ahelp: rename it to `cpu`
"
    );
    // GitHub reads nothing else as a command, and no text around it.
    let messy = check(&project("fixtures/repos/messy"), &["--format", "github"]).stdout;
    let form = regex::Regex::new(r"^::(error|warning|notice) file=[^:,]+,line=[1-9]\d*,col=[1-9]\d*,endLine=[1-9]\d*(,endColumn=[1-9]\d*)?,title=[a-z-]+/[a-z-]+::.+$").unwrap();
    let odd: Vec<_> = messy.lines().filter(|line| !form.is_match(line)).collect();
    assert!(odd.is_empty() && messy.lines().count() > 30, "{odd:#?}");
}

#[test]
fn concise_lines_are_what_editors_and_grep_expect() {
    let run = check(&project("fixtures/repos/messy"), &["--format", "concise"]);
    let form = regex::Regex::new(r"^[^:]+:[1-9]\d*:[1-9]\d*: (error|warning|info)\[[a-z-]+/[a-z-]+\] \S.*$")
        .unwrap();
    let (findings, footer): (Vec<&str>, Vec<&str>) = run.stdout.lines().partition(|line| form.is_match(line));
    assert!(findings.len() > 30, "{}", run.stdout);
    let begins: Vec<&str> = footer.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(begins[..3], ["contract", "read", "not judged yet"], "{footer:#?}");
    let counts =
        regex::Regex::new(r"^\d+ errors, \d+ warnings, \d+ info \(0 withheld, 0 suppressed, \d+ unknown\)$")
            .unwrap();
    assert!(footer.len() == 4 && counts.is_match(footer[3]), "{footer:#?}");
}

#[test]
fn a_person_sees_the_line_and_the_line_of_the_contract_that_asks() {
    let folder = scratch_with(
        "human",
        &[
            (
                "metrics.prom",
                "# HELP x First.\n# TYPE x gauge\nx 1\n# TYPE jobs counter\njobs{who=\"Zürich\"} 1\n",
            ),
            ("telelint.yaml", "metrics:\n  counters_end_in_total: required   # R3.6\n"),
        ],
    );
    let run = check(&folder, &[]);
    assert_eq!(
        run.stdout,
        "\
error[metrics/counter-without-total]: counter `jobs` does not end in `_total`
   ╭─[metrics.prom:4:8]
 4 │ # TYPE jobs counter
   ·        ──┬─
   ·          ╰── a counter, by its type
   ╰────
   ╭─[telelint.yaml:2:26]
 2 │   counters_end_in_total: required   # R3.6
   ·                          ────┬───
   ·                              ╰── the contract asks for it
   ╰────
  help: rename it to `jobs_total`

contract: telelint.yaml (extends nothing)
read: 1 Prometheus exposition
1 error, 0 warnings, 0 info (0 withheld, 0 suppressed, 1 unknown)
"
    );
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let value = "x".repeat(5000);
    let text = format!(
        "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{{a=\"{value}\",user_id=\"7\",b=\"{value}\"}} 1\n"
    );
    let folder = scratch_with("long-line", &[("metrics.prom", &text)]);
    let run = check(&folder, &["--only", "metrics/unbounded-label"]);
    let shown = run.stdout.lines().find(|line| line.contains("user_id=\"7\"")).unwrap();
    assert!(shown.chars().count() < 450 && shown.contains('…'), "{shown}");
    assert!(run.stdout.contains("[metrics.prom:3:5017]"), "{}", run.stdout);
}

// ---------------------------------------------------------------------------------------------------------------------
// Several at once, and looks

#[test]
fn several_reports_of_one_run_go_to_files_and_to_stdout() {
    let folder = two_findings("several");
    let args = [
        "--format",
        "sarif",
        "--output",
        "first.out",
        "--format",
        "json",
        "--output",
        "second.out",
        "--format",
        "concise",
    ];
    let run = check(&folder, &args);
    assert_eq!(run.code, 1);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(run.stdout, check(&folder, &["--format", "concise"]).stdout);
    assert_eq!(read("first.out"), check(&folder, &["--format", "sarif"]).stdout);
    assert_eq!(read("second.out"), check(&folder, &["--format", "json"]).stdout);
    // `-` is stdout, at any position; a single report may go to a file too.
    let run = check(
        &folder,
        &["--format", "github", "--output", "-", "--format", "jsonl", "--output", "third.out"],
    );
    assert_eq!(run.stdout, check(&folder, &["--format", "github"]).stdout);
    assert_eq!(read("third.out"), check(&folder, &["--format", "jsonl"]).stdout);
    let run = check(&folder, &["--output", "fourth.out"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(read("fourth.out"), check(&folder, &[]).stdout);
}

#[test]
fn a_report_that_cannot_be_written_is_said() {
    let folder = two_findings("unwritable");
    let run = check(&folder, &["--format", "json", "--output", "nowhere/out.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("telelint: nowhere/out.json: "), "{}", run.stderr);
}

#[test]
fn colours_and_links_appear_where_they_are_wanted_and_nowhere_else() {
    let folder = two_findings("colours");
    let run = |args: &[&str], env: &[(&str, &str)]| {
        let args = [&["check", "--today", TODAY], args].concat();
        finish(command(&folder, &args).envs(env.iter().copied()).spawn().unwrap()).stdout
    };
    let plain = run(&[], &[]);
    let (escape, link) = ("\u{1b}", "\u{1b}]8;;https://");
    assert!(!plain.contains(escape), "not a terminal: {plain:?}");
    let bright = run(&["--color", "always"], &[]);
    assert!(bright.contains("\u{1b}[1;31merror["), "{bright:?}");
    let page = "\u{1b}]8;;https://github.com/telelint/telelint/blob/main/docs/rules/metrics/missing-help.md\u{1b}\\metrics/missing-help\u{1b}]8;;\u{1b}\\";
    assert!(bright.contains(page), "{bright:?}");
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m|\u{1b}\\]8;;[^\u{1b}]*\u{1b}\\\\").unwrap();
    assert_eq!(codes.replace_all(&bright, ""), plain, "colours change nothing but the looks");
    assert_eq!(run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    // The environment decides where the user says nothing.
    let forced = run(&[], &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains(escape) && !forced.contains(link), "{forced:?}");
    assert_eq!(run(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    assert_eq!(run(&["--color", "always"], &[("NO_COLOR", "1")]), bright, "the command line counts more");
    // A file is no terminal, and programs read no colours.
    run(&["--color", "always", "--output", "report.out"], &[]);
    assert_eq!(std::fs::read_to_string(folder.join("report.out")).unwrap(), plain);
    for format in ["json", "jsonl", "sarif", "github"] {
        assert!(!run(&["--color", "always", "--format", format], &[]).contains(escape), "{format}");
    }
}
