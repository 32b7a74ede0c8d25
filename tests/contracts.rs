//! The contract as a user meets it: which one is found, what a slip in it looks like, and how it decides what counts.

mod support;

use std::path::{Path, PathBuf};

use support::{Run, scratch, scratch_with, telelint, write};

/// Clean under the built-in contract.
const CLEAN: &str = "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n";
/// Without help, and a counter without `_total`: a warning and an error at 1:8.
const SINFUL: &str = "# TYPE jobs counter\njobs 1\n";

/// `check` on a day that is always the same, one line a finding.
fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(
        folder,
        &[&["check", "--color", "never", "--format", "concise", "--today", "2026-01-01"], args].concat(),
    )
}

/// `path:line:col: level[rule]` of each finding.
fn places(run: &Run) -> Vec<&str> {
    run.findings().into_iter().map(|line| line.split_once("] ").unwrap().0).collect()
}

// ---------------------------------------------------------------------------------------------------------------------
// Which contract

#[test]
fn the_nearest_contract_upwards_is_used_as_far_as_the_repository_goes() {
    let folder = scratch_with(
        "nearest",
        &[
            ("telelint.yaml", "rules: {metrics/*: allow}\n"),
            ("repo/.git/HEAD", ""),
            ("repo/telelint.yaml", "metrics: {help: required}\n"),
            ("repo/service/deep/metrics.prom", SINFUL),
            ("bare/.git/HEAD", ""),
            ("bare/service/metrics.prom", SINFUL),
        ],
    );
    // The repository's contract asks for help texts only; paths are relative to the repository.
    let run = check(&folder.join("repo/service/deep"), &[]);
    assert_eq!(places(&run), ["service/deep/metrics.prom:1:8: warning[metrics/missing-help"]);
    // A repository without a contract does not look outside itself: the built-in one asks for everything.
    let run = check(&folder.join("bare/service"), &[]);
    assert_eq!(
        places(&run),
        [
            "service/metrics.prom:1:8: error[metrics/counter-without-total",
            "service/metrics.prom:1:8: warning[metrics/missing-help"
        ]
    );
}

#[test]
fn a_folder_with_a_contract_of_its_own_is_judged_by_it() {
    let folder = scratch_with(
        "nested",
        &[
            ("telelint.yaml", "metrics: {help: required}\n"),
            ("metrics.prom", SINFUL),
            ("service/telelint.yaml", "metrics: {counters_end_in_total: required}\n"),
            ("service/metrics.prom", SINFUL),
            ("other/metrics.prom", SINFUL),
        ],
    );
    let run = check(&folder, &[]);
    assert_eq!(
        places(&run),
        [
            "metrics.prom:1:8: warning[metrics/missing-help",
            "other/metrics.prom:1:8: warning[metrics/missing-help",
            "service/metrics.prom:1:8: error[metrics/counter-without-total",
        ]
    );
    assert!(
        run.stdout.contains(
            "contract: telelint.yaml (extends nothing), service/telelint.yaml (extends nothing)\nread: 3 Prometheus expositions\n"
        ),
        "{}",
        run.stdout
    );
    // From inside it is the same contract.
    let run = check(&folder.join("service"), &[]);
    assert_eq!(places(&run), ["service/metrics.prom:1:8: error[metrics/counter-without-total"]);
    // A chosen contract is for everything.
    let run = check(&folder, &["--contract", "telelint.yaml", "service"]);
    assert_eq!(places(&run), ["service/metrics.prom:1:8: warning[metrics/missing-help"]);
    let run = check(&folder, &["--no-contract", "service", "--only", "metrics/missing-help"]);
    assert_eq!(places(&run), ["service/metrics.prom:1:8: warning[metrics/missing-help"]);
}

#[test]
fn all_three_file_names_are_contracts_and_the_first_counts() {
    for (name, others) in [
        ("telelint.yaml", vec!["telelint.yml", ".telelint.yaml"]),
        ("telelint.yml", vec![".telelint.yaml"]),
        (".telelint.yaml", vec![]),
    ] {
        let folder =
            scratch_with("names", &[("metrics.prom", SINFUL), (name, "metrics: {help: required}\n")]);
        for other in others {
            write(&folder, other, "no contract");
        }
        let run = telelint(&folder, &["check", "--format", "json"]).json();
        assert_eq!(run["findings"][0]["because"]["path"], name);
        assert_eq!(run["findings"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn extends_lies_over_a_preset_or_a_file_key_by_key() {
    let folder = scratch_with(
        "extends",
        &[
            ("metrics.prom", SINFUL),
            ("telelint.yaml", "extends: shared/base.yaml\nmetrics:\n  help: optional\n"),
            ("shared/base.yaml", "extends: observability-v1\nmetrics:\n  help: required\n  max_series: 5\n"),
        ],
    );
    let run = telelint(&folder, &["check", "--format", "json"]).json();
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "metrics/counter-without-total");
    assert_eq!(finding["because"]["path"], "built-in:observability-v1");
    assert_eq!(
        finding["because"]["text"],
        "counters_end_in_total: required   # R3.6: once, as Prometheus sees the name; nothing else ends so"
    );
    assert_eq!(run["findings"].as_array().unwrap().len(), 1, "help is optional in the nearest: {run:#}");
    // What the nearest leaves open, the next one says.
    write(&folder, "telelint.yaml", "extends: shared/base.yaml\n");
    let run = telelint(&folder, &["check", "--format", "json", "--only", "metrics/missing-help"]).json();
    assert_eq!(run["findings"][0]["because"]["path"], "shared/base.yaml");
    assert_eq!(run["findings"][0]["because"]["line"], 3);
}

#[test]
fn the_environment_decides_what_is_asked() {
    let contract =
        "retention: {traces: 7d..14d}\nenvironments:\n  development:\n    retention: {traces: 3d..1d}\n";
    let folder = scratch_with("environment", &[("metrics.prom", CLEAN), ("telelint.yaml", contract)]);
    assert_eq!(check(&folder, &[]).code, 0, "production is the default");
    let run = check(&folder, &["--environment", "development"]);
    assert_eq!(
        run.findings(),
        ["telelint.yaml:4:25: error[contract/contradiction] no duration lies in `3d..1d`"]
    );
    // The contract may name it too.
    write(&folder, "telelint.yaml", format!("environment: development\n{contract}"));
    assert_eq!(places(&check(&folder, &[])), ["telelint.yaml:5:25: error[contract/contradiction"]);
    assert_eq!(check(&folder, &["--environment", "production"]).code, 0);
}

// ---------------------------------------------------------------------------------------------------------------------
// Contracts that can't be used

#[test]
fn an_unknown_key_is_shown_in_its_line_with_the_right_one() {
    let contract = "extends: observability-v1\nmetrics:\n  labels:\n    max_value: 30\n";
    let folder = scratch_with("unknown-key", &[("metrics.prom", CLEAN), ("telelint.yaml", contract)]);
    let run = telelint(&folder, &["check"]);
    assert_eq!(
        run.stdout,
        "\
error[contract/invalid]: unknown key `max_value`
   ╭─[telelint.yaml:4:5]
 4 │     max_value: 30
   ·     ────┬────
   ·         ╰── here
   ╰────
  help: did you mean `max_values`?

1 error, 0 warnings, 0 info (0 withheld, 0 suppressed, 0 unknown)
"
    );
    assert_eq!((run.code, run.stderr.as_str()), (2, ""));
}

#[test]
fn an_unknown_rule_is_shown_in_its_line_with_the_right_one() {
    let contract = "rules:\n  metrics/missing-hlp: info   # we are not there yet\n";
    let folder = scratch_with("unknown-rule", &[("metrics.prom", CLEAN), ("telelint.yaml", contract)]);
    let run = telelint(&folder, &["check"]);
    assert_eq!(
        run.stdout,
        "\
error[contract/invalid]: there is no rule `metrics/missing-hlp`
   ╭─[telelint.yaml:2:3]
 2 │   metrics/missing-hlp: info   # we are not there yet
   ·   ─────────┬─────────
   ·            ╰── here
   ╰────
  help: did you mean `metrics/missing-help`?

1 error, 0 warnings, 0 info (0 withheld, 0 suppressed, 0 unknown)
"
    );
    assert_eq!(run.code, 2);
}

/// A contract that can't be used: exit code 2, one finding that begins so, and nothing was judged.
fn refused(name: &str, contract: impl AsRef<[u8]>, begins: &str) -> PathBuf {
    let folder = scratch(&format!("refused-{name}"));
    write(&folder, "metrics.prom", SINFUL);
    write(&folder, "telelint.yaml", contract);
    is_refused(&folder, name, begins);
    folder
}

fn is_refused(folder: &Path, name: &str, begins: &str) {
    let run = check(folder, &[]);
    let found = run.findings();
    assert_eq!((run.code, found.len()), (2, 1), "{name}: {run:?}");
    assert!(found[0].starts_with(begins), "{name}:\n  {}\n  {begins}", found[0]);
    assert!(found[0].len() < 400, "{name}: a message nobody reads: {}", found[0]);
    assert_eq!(run.stdout.lines().count(), 2, "{name}: {}", run.stdout);
    assert_eq!(run.stderr, "", "{name}");
}

#[test]
fn slips_in_the_contract_are_named_with_their_place() {
    for (name, contract, begins) in [
        ("key", "metricz: {}\n", "telelint.yaml:1:1: error[contract/invalid] unknown key `metricz`"),
        (
            "value",
            "metrics: {help: maybe}\n",
            "telelint.yaml:1:17: error[contract/invalid] unknown value `maybe`",
        ),
        (
            "duplicate",
            "metrics: {help: required}\nrules: {}\nmetrics: {help: optional}\n",
            "telelint.yaml:3:1: error[contract/invalid] the key `metrics` stands twice",
        ),
        (
            "duplicate-entry",
            "rules:\n  metrics/*: info\n  metrics/*: error\n",
            "telelint.yaml:3:3: error[contract/invalid] the key `metrics/*` stands twice",
        ),
        ("number", "metrics: {max_series: many}\n", "telelint.yaml:1:23: error[contract/invalid] "),
        ("negative", "metrics: {max_series: -1}\n", "telelint.yaml:1:23: error[contract/invalid] "),
        ("list", "metrics: [help]\n", "telelint.yaml:1:10: error[contract/invalid] "),
        ("scalar", "hello\n", "telelint.yaml:1:1: error[contract/invalid] "),
        ("boolean", "metrics: {closed: yes}\n", "telelint.yaml:1:19: error[contract/invalid] "),
        (
            "duration",
            "retention: {metrics: 30 days}\n",
            "telelint.yaml:1:22: error[contract/invalid] `30 days` is no duration: write `30d`, `720h`, `>=30d` or `7d..14d`",
        ),
        (
            "number-as-duration",
            "retention: {logs: 30}\n",
            "telelint.yaml:1:19: error[contract/invalid] `30` is no duration",
        ),
        (
            "date",
            "allow: [{rule: metrics/*, reason: x, until: 2026-13-01}]\n",
            "telelint.yaml:1:45: error[contract/invalid] ",
        ),
        (
            "no-reason",
            "allow:\n  - {rule: metrics/*}\n",
            "telelint.yaml:2:6: error[contract/invalid] missing field `reason`",
        ),
        (
            "rule-of-allow",
            "allow:\n  - {rule: metrics/nonsense-of-mine, reason: x}\n",
            "telelint.yaml:2:12: error[contract/invalid] there is no rule `metrics/nonsense-of-mine`",
        ),
        (
            "glob",
            "files:\n  ignore: [legacy/**, \"a[b\"]\n",
            "telelint.yaml:2:23: error[contract/invalid] `a[b` is no pattern: unclosed character class",
        ),
        (
            "glob-of-kind",
            "files: {logs: [\"{a,b\"]}\n",
            "telelint.yaml:1:16: error[contract/invalid] `{a,b` is no pattern: unclosed alternate group",
        ),
        (
            "glob-of-allow",
            "allow: [{rule: metrics/*, reason: x, subject: \"[\"}]\n",
            "telelint.yaml:1:47: error[contract/invalid] `[` is no pattern: unclosed character class",
        ),
        (
            "regex",
            "fields: {user_id: {redacted: \"usr_[0-9\"}}\n",
            "telelint.yaml:1:30: error[contract/invalid] the redacted form of `user_id` is no regular expression: unclosed character class",
        ),
        ("yaml", "metrics:\n\thelp: optional\n", "telelint.yaml:2:2: error[contract/invalid] "),
        ("unclosed", "metrics: {help: required\n", "telelint.yaml:"),
        ("unknown-alias", "metrics: {help: *nowhere}\n", "telelint.yaml:1:17: error[contract/invalid] "),
        ("two-documents", "metrics: {}\n---\nmetrics: {}\n", "telelint.yaml:3:1: error[contract/invalid] "),
    ] {
        refused(name, contract, begins);
    }
}

#[test]
fn extends_that_leads_nowhere_or_in_a_circle_is_named_where_it_is_said() {
    refused(
        "preset",
        "extends: observability-v2\n",
        "telelint.yaml:1:10: error[contract/invalid] `extends: observability-v2` is neither a preset nor a file that can be read",
    );
    refused(
        "itself",
        "extends: telelint.yaml\n",
        "telelint.yaml:1:10: error[contract/invalid] `extends` goes round in a circle: telelint.yaml extends itself",
    );
    let folder = scratch_with(
        "circle",
        &[
            ("metrics.prom", CLEAN),
            ("telelint.yaml", "extends: a/base.yaml\n"),
            ("a/base.yaml", "# the base\nextends: ../b/base.yaml\n"),
            ("b/base.yaml", "extends: ../telelint.yaml\n"),
        ],
    );
    let circle = "b/base.yaml:1:10: error[contract/invalid] `extends` goes round in a circle: telelint.yaml extends itself";
    is_refused(&folder, "circle", circle);
    write(&folder, "b/base.yaml", "metrics: {hlep: required}\n");
    is_refused(&folder, "slip in the base", "b/base.yaml:1:11: error[contract/invalid] unknown key `hlep`");
    let mut files = vec![
        ("metrics.prom".to_owned(), CLEAN.to_owned()),
        ("telelint.yaml".to_owned(), "extends: 0.yaml\n".to_owned()),
    ];
    files.extend((0..40).map(|n| (format!("{n}.yaml"), format!("extends: {}.yaml\n", n + 1))));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = scratch_with("chain", &files);
    is_refused(
        &folder,
        "chain",
        "14.yaml:1:10: error[contract/invalid] more than 16 contracts extend one another",
    );
}

#[test]
fn a_contract_that_is_named_and_is_not_there_is_said() {
    let folder = scratch_with("absent", &[("metrics.prom", CLEAN)]);
    let run = check(&folder, &["--contract", "nowhere.yaml"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.findings().len(), 1, "{run:?}");
    let said = "nowhere.yaml:1:1: error[contract/invalid] there is no such contract file";
    assert_eq!(run.findings(), [said]);
}

#[test]
fn contracts_that_are_no_text_or_too_large_are_refused() {
    refused(
        "utf16",
        b"\xff\xfem\0e\0t\0",
        "telelint.yaml:1:1: error[contract/invalid] the contract is not UTF-8 (byte 0)",
    );
    refused(
        "latin1",
        b"metrics: {} # M\xfcller\n",
        "telelint.yaml:1:1: error[contract/invalid] the contract is not UTF-8 (byte 15)",
    );
    let large = format!("# {}\n", "x".repeat(1 << 20));
    refused(
        "large",
        large,
        "telelint.yaml:1:1: error[contract/invalid] the contract is over the limit of 1024 KiB",
    );
}

#[test]
fn ten_thousand_levels_are_refused_wherever_they_stand() {
    let deep = 10_000;
    let lists = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let maps = format!("{}1{}", "{a: ".repeat(deep), "}".repeat(deep));
    let begins = "telelint.yaml:1:";
    for (name, contract) in [
        ("value", format!("metrics: {lists}\n")),
        ("list-item", format!("metrics: {{labels: {{forbid: {lists}}}}}\n")),
        ("map", format!("rules: {maps}\n")),
        ("top", format!("{maps}\n")),
        ("key", format!("? {lists}\n: x\n")),
        ("dashes", format!("{}x\n", "- ".repeat(deep))),
    ] {
        refused(&format!("deep-{name}"), contract, begins);
    }
}

#[test]
fn a_small_contract_that_grows_large_when_read_is_refused() {
    // Each line means the one before nine times.
    let mut laughs =
        "metrics:\n  labels:\n    forbid:\n      - &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
            .to_owned();
    for n in 1..10 {
        laughs += &format!("      - &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", "));
    }
    refused("laughs", laughs, "telelint.yaml:");
    // A long word meant 150,000 times would be 75 GB.
    let long = format!(
        "metrics:\n  namespace: &a \"{}\"\n  labels:\n    forbid: [{}]\n",
        "x".repeat(500_000),
        vec!["*a"; 150_000].join(",")
    );
    refused("long-word", long, "telelint.yaml:4:");
    // Merge keys, each of the one before.
    let mut merges = "environments:\n  a0: &a0 {transport: {tls: required}}\n".to_owned();
    for n in 1..10_000 {
        merges += &format!("  a{n}: &a{n} {{<<: *a{}}}\n", n - 1);
    }
    refused("merges", merges, "telelint.yaml:");
}

/// Time grows with the contract, not with its square.
#[test]
fn a_contract_of_nearly_a_mebibyte_is_read_in_seconds() {
    let mut contract = "allow:\n".to_owned();
    for n in 0..15_000 {
        contract += &format!("- {{rule: metrics/missing-help, reason: r, path: \"p{n}/**\"}}\n");
    }
    assert!((900_000..1 << 20).contains(&contract.len()), "{}", contract.len());
    let folder = scratch_with("long-contract", &[("metrics.prom", CLEAN), ("telelint.yaml", &contract)]);
    let start = std::time::Instant::now();
    let run = telelint(&folder, &["check", "--format", "json", "--skip", "contract/unused-allow"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(start.elapsed().as_secs() < 8, "{:?}", start.elapsed());
}

#[test]
fn a_contract_with_bom_and_crlf_is_read_as_any_other() {
    let contract = "\u{feff}extends: observability-v1\r\nmetrics:\r\n  help: optional\r\n  max_series: 0\r\n";
    let folder = scratch_with("bom", &[("metrics.prom", SINFUL), ("telelint.yaml", contract)]);
    let run = telelint(&folder, &["check", "--format", "json"]).json();
    let found: Vec<_> =
        run["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(found, ["metrics/counter-without-total", "metrics/too-many-series"]);
    let because = &run["findings"][1]["because"];
    assert_eq!((because["line"].as_u64(), because["text"].as_str()), (Some(4), Some("max_series: 0")));
    // A slip is shown at its place too.
    let contract = "\u{feff}metrics:\r\n  hlep: optional\r\n";
    let folder = scratch_with("bom-slip", &[("metrics.prom", CLEAN), ("telelint.yaml", contract)]);
    is_refused(&folder, "bom", "telelint.yaml:2:3: error[contract/invalid] unknown key `hlep`");
    write(&folder, "telelint.yaml", "\u{feff}metricz: {}\r\n");
    is_refused(&folder, "bom", "telelint.yaml:1:1: error[contract/invalid] unknown key `metricz`");
}

/// A contract that says nothing asks for nothing, not even for what the format demands; the footer says so.
#[test]
fn an_empty_contract_asks_for_nothing() {
    for contract in ["", "\n", "# nothing yet\n", "---\n", "{}\n"] {
        let folder = scratch_with("empty", &[("metrics.prom", SINFUL), ("telelint.yaml", contract)]);
        let run = check(&folder, &[]);
        assert_eq!((run.code, run.findings().len()), (0, 0), "{contract:?}: {run:?}");
        assert!(
            run.stdout
                .starts_with("contract: telelint.yaml (extends nothing)\nread: 1 Prometheus exposition\n"),
            "{contract:?}: {}",
            run.stdout
        );
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// What counts

const PRESET: &str = "extends: observability-v1\n";

fn sinful(name: &str, contract: &str) -> PathBuf {
    scratch_with(name, &[("metrics.prom", SINFUL), ("telelint.yaml", &format!("{PRESET}{contract}"))])
}

#[test]
fn the_contract_sets_the_levels_of_rules_and_the_most_exact_word_counts() {
    let total = |level| format!("metrics.prom:1:8: {level}[metrics/counter-without-total");
    let help = |level| format!("metrics.prom:1:8: {level}[metrics/missing-help");
    for (rules, code, found) in [
        ("{}", 1, vec![total("error"), help("warning")]),
        ("{metrics/counter-without-total: warning}", 0, vec![total("warning"), help("warning")]),
        ("{metrics/counter-without-total: warn}", 0, vec![total("warning"), help("warning")]),
        ("{metrics/counter-without-total: info}", 0, vec![total("info"), help("warning")]),
        ("{metrics/counter-without-total: allow}", 0, vec![help("warning")]),
        ("{metrics/counter-without-total: off}", 0, vec![help("warning")]),
        ("{metrics/*: info}", 0, vec![total("info"), help("info")]),
        ("{metrics/*: info, metrics/missing-help: error}", 1, vec![total("info"), help("error")]),
        ("{metrics/missing-help: error, metrics/*: allow}", 1, vec![help("error")]),
        ("{\"*\": allow, metrics/*: info, metrics/missing-help: allow}", 0, vec![total("info")]),
        ("{\"*\": error}", 1, vec![total("error"), help("error")]),
    ] {
        let folder = sinful("levels", &format!("rules: {rules}\n"));
        let run = check(&folder, &[]);
        assert_eq!((places(&run), run.code), (found.iter().map(String::as_str).collect(), code), "{rules}");
    }
}

#[test]
fn rules_of_families_to_come_may_be_spoken_of() {
    let folder = sinful("planned", "rules: {logs/*: warn, redaction/secret: error, metrics/*: allow}\n");
    assert_eq!(check(&folder, &[]).code, 0);
}

#[test]
fn allow_entries_cover_a_rule_a_path_a_subject_and_a_time() {
    let total = "metrics.prom:1:8: error[metrics/counter-without-total";
    let help = "metrics.prom:1:8: warning[metrics/missing-help";
    let unused = "telelint.yaml:3:12: warning[contract/unused-allow";
    let rule = "rule: metrics/counter-without-total";
    for (allow, found, suppressed) in [
        (format!("{rule}, reason: x"), vec![help], 1),
        ("rule: metrics/*, reason: x".to_owned(), vec![], 2),
        ("rule: \"*\", reason: x".to_owned(), vec![], 2),
        (format!("{rule}, reason: x, path: metrics.prom"), vec![help], 1),
        (format!("{rule}, reason: x, path: \"**/*.prom\""), vec![help], 1),
        (format!("{rule}, reason: x, path: \"legacy/**\""), vec![total, help, unused], 0),
        (format!("{rule}, reason: x, subject: \"job*\""), vec![help], 1),
        (format!("{rule}, reason: x, subject: \"http_*\""), vec![total, help, unused], 0),
        (format!("{rule}, reason: x, path: metrics.prom, subject: \"http_*\""), vec![total, help, unused], 0),
        // The last day counts still.
        (format!("{rule}, reason: x, until: 2026-01-01"), vec![help], 1),
        ("rule: metrics/deprecated, reason: x".to_owned(), vec![total, help, unused], 0),
    ] {
        let folder = sinful("allow", &format!("allow:\n  - {{{allow}}}\n"));
        let run = check(&folder, &[]);
        assert_eq!(places(&run), found, "{allow}");
        assert!(run.stdout.contains(&format!("{suppressed} suppressed")), "{allow}: {}", run.stdout);
    }
}

#[test]
fn an_allow_entry_past_its_day_suppresses_nothing_and_says_so() {
    let allow = "allow:\n  - rule: metrics/*\n    reason: until the rename\n    until: 2025-12-31\n";
    let folder = sinful("expired", allow);
    let run = check(&folder, &["--skip", "metrics/missing-help"]);
    assert_eq!(
        run.findings(),
        [
            "metrics.prom:1:8: error[metrics/counter-without-total] counter `jobs` does not end in `_total`",
            "telelint.yaml:5:12: warning[contract/expired-allow] the allow for `metrics/*` ended on 2025-12-31",
        ]
    );
    assert_eq!(run.code, 1);
    let earlier = telelint(&folder, &["check", "--today", "2025-12-31", "--format", "concise"]);
    assert_eq!((earlier.code, earlier.findings().len()), (0, 0), "{earlier:?}");
}

/// Part of the files can't prove that an allow entry is of no use; nor can part of the rules.
#[test]
fn an_unused_allow_entry_is_said_only_where_everything_was_looked_at() {
    let folder = sinful("unused", "allow:\n  - {rule: metrics/deprecated, reason: x}\n");
    let unused = "telelint.yaml:3:12: warning[contract/unused-allow] the allow for `metrics/deprecated` suppressed nothing";
    assert_eq!(check(&folder, &["--skip", "metrics/missing-help"]).findings()[1], unused);
    assert_eq!(places(&check(&folder, &["metrics.prom", "--only", "metrics/*,contract/*"])).len(), 2);
    assert!(!check(&folder, &["--skip", "metrics/deprecated"]).stdout.contains("unused-allow"));
    assert!(!check(&folder, &["metrics.prom"]).stdout.contains("unused-allow"));
}

#[test]
fn allow_comments_cover_the_family_that_follows() {
    let exposition = "\
# telelint: allow(metrics/counter-without-total) renamed in the next release
# HELP jobs Jobs.
# TYPE jobs counter
jobs 1
# HELP runs Runs.
# TYPE runs counter
runs 1
# telelint: allow(metrics/counter-without-total, metrics/missing-help) a vendor's exporter
# TYPE tries counter
tries 1
";
    let folder = scratch_with("comments", &[("metrics.prom", exposition)]);
    let run = check(&folder, &[]);
    assert_eq!(
        run.findings(),
        ["metrics.prom:6:8: error[metrics/counter-without-total] counter `runs` does not end in `_total`"]
    );
    assert!(run.stdout.contains("3 suppressed"), "{}", run.stdout);
}

#[test]
fn allow_comments_of_no_use_are_named() {
    let exposition = "\
# HELP jobs_total Jobs.
# telelint: allow(metrics/missing-help) it has one
# telelint: allow(metrics/missing-hlp) a slip
# telelint: ignore this
# telelint: allow(metrics/deprecated)
# TYPE jobs_total counter
jobs_total 1
";
    let folder = scratch_with("idle-comments", &[("metrics.prom", exposition)]);
    let run = telelint(&folder, &["check", "--format", "json"]).json();
    let found: Vec<_> = run["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            (
                f["line"].as_u64().unwrap(),
                f["rule"].as_str().unwrap(),
                f["message"].as_str().unwrap(),
                f["help"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                2,
                "contract/unused-allow",
                "the comment allows `metrics/missing-help` and suppressed nothing",
                "remove it: what it allowed is gone, or stands elsewhere"
            ),
            (
                3,
                "contract/unused-allow",
                "there is no rule `metrics/missing-hlp`",
                "did you mean `metrics/missing-help`? write `telelint: allow(metrics/missing-help) reason`"
            ),
            (
                4,
                "contract/unused-allow",
                "the comment is no directive that telelint knows",
                "write `telelint: allow(family/rule) reason`"
            ),
            (
                5,
                "contract/unused-allow",
                "the comment allows `metrics/deprecated` without a reason, and so not at all",
                "write `telelint: allow(metrics/deprecated) why it is accepted`"
            ),
        ]
    );
}

#[test]
fn only_and_skip_choose_rules_and_families() {
    let folder = sinful("choice", "");
    let total = "metrics.prom:1:8: error[metrics/counter-without-total";
    let help = "metrics.prom:1:8: warning[metrics/missing-help";
    for (args, found) in [
        (vec!["--only", "metrics/missing-help"], vec![help]),
        (vec!["--only", "metrics/missing-help,metrics/counter-without-total"], vec![total, help]),
        (vec!["--only", "metrics/missing-help", "--only", "metrics/deprecated"], vec![help]),
        (vec!["--only", "metrics/*", "--skip", "metrics/missing-help"], vec![total]),
        (vec!["--only", "resource/*"], vec![]),
        (vec!["--skip", "metrics/*"], vec![]),
        (vec!["--skip", "*"], vec![]),
    ] {
        assert_eq!(places(&check(&folder, &args)), found, "{args:?}");
    }
}

#[test]
fn fail_on_and_exit_zero_decide_the_exit_code() {
    let folder = sinful("fail-on", "rules: {metrics/counter-without-total: info}\n");
    for (args, code) in [
        (vec![], 0),
        (vec!["--fail-on", "error"], 0),
        (vec!["--fail-on", "warning"], 1),
        (vec!["--fail-on", "info"], 1),
        // The exposition has no `target_info`, so its resource can't be seen.
        (vec!["--fail-on", "unknown"], 1),
        (vec!["--fail-on", "warning", "--skip", "metrics/missing-help"], 0),
        (vec!["--fail-on", "info", "--skip", "metrics/missing-help"], 1),
        (vec!["--fail-on", "warning", "--exit-zero"], 0),
    ] {
        assert_eq!(check(&folder, &args).code, code, "{args:?}");
    }
    // What could not be checked is no success whatever is asked.
    assert_eq!(check(&folder, &["--exit-zero", "metrics.prom", "nowhere.prom"]).code, 2);
}

#[test]
fn findings_below_the_wanted_confidence_are_counted_and_not_shown() {
    // A path with a number, in a label that need not be a route, is a guess; an abbreviated unit is likely.
    let exposition = "\
# HELP copied_kb_total Copied.
# TYPE copied_kb_total counter
copied_kb_total{volume=\"/mnt/48213\"} 1
";
    let folder = scratch_with("confidence", &[("metrics.prom", exposition)]);
    for (wanted, found, withheld) in [
        ("guess", vec!["metrics/abbreviated-unit", "metrics/identifier-in-label"], 0),
        ("likely", vec!["metrics/abbreviated-unit"], 1),
        ("sure", vec![], 2),
    ] {
        let run = telelint(&folder, &["check", "--format", "json", "--min-confidence", wanted]).json();
        let rules: Vec<_> =
            run["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
        assert_eq!((rules, run["summary"]["withheld"].as_u64().unwrap()), (found, withheld), "{wanted}");
    }
    let run = check(&folder, &[]);
    assert!(
        run.stdout.ends_with("0 errors, 1 warning, 0 info (1 withheld, 0 suppressed, 1 unknown)\n"),
        "{}",
        run.stdout
    );
}
