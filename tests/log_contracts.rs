//! What a contract may say of logs beyond the built-in one: whose file it is, further spellings, detectors of one's own.

mod support;

use support::{Run, project, scratch_with, telelint};

const RECORD: &str = r#"{"timestamp":"2026-11-22T09:12:03Z","level":"info","service":"a","message":"m","correlation_id":"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90""#;

fn check(name: &str, contract: &str, log: &str) -> Run {
    let folder = scratch_with(name, &[("telelint.yaml", contract), ("logs/a.jsonl", log)]);
    telelint(&folder, &["check", "--format", "concise", "."])
}

#[test]
fn a_file_says_whose_records_it_holds_where_they_do_not() {
    let log = format!("{}}}\n", RECORD.replace(r#""service":"a","#, ""));
    let without = check("no-service", "extends: observability-v1\n", &log);
    assert!(without.stdout.contains("logs/a.jsonl:1:1: error[logs/missing-field]"), "{without:?}");
    assert_eq!(without.code, 1);
    let contract = "extends: observability-v1\nlogs: {services: {\"logs/*.jsonl\": shop-api}}\n";
    let with = check("service", contract, &log);
    assert_eq!((with.findings().len(), with.code), (0, 0), "{with:?}");
}

#[test]
fn a_standard_field_may_be_given_another_spelling() {
    let log = format!("{}}}\n", RECORD.replace("\"timestamp\"", "\"wann\""));
    let without = check("no-spelling", "extends: observability-v1\n", &log);
    assert!(without.stdout.contains("error[logs/missing-field]"), "{without:?}");
    let contract = "extends: observability-v1\nfields: {timestamp: {aliases: [wann]}}\n";
    let with = check("spelling", contract, &log);
    assert_eq!((with.findings().len(), with.code), (0, 0), "{with:?}");
}

#[test]
fn a_contract_adds_detectors_of_its_own_and_what_they_find_is_hidden() {
    let contract = "extends: observability-v1\nredaction:\n  custom:\n    voucher: {title: voucher, literals: [VCH-], pattern: 'VCH-[0-9A-Z]{12}'}\n";
    let log = format!("{RECORD},\"note\":\"paid with VCH-0A1B2C3D4E5F\"}}\n");
    let folder = scratch_with("own-detector", &[("telelint.yaml", contract), ("a.jsonl", &log)]);
    let run = telelint(&folder, &["check", "."]);
    assert!(run.stdout.contains("error[redaction/secret]: `/note` of `a` holds a voucher"), "{run:?}");
    assert!(run.stdout.contains("telelint.yaml:4"), "the clause is named: {run:?}");
    assert!(!run.stdout.contains("0A1B2C3D"), "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn a_detector_that_does_not_exist_or_cannot_work_is_an_error_of_the_contract() {
    for (name, redaction, said) in [
        ("unknown", "{detectors: {emial: info}}", "there is no detector `emial`"),
        (
            "pattern",
            "{custom: {x: {title: x, literals: [abc], pattern: '('}}}",
            "the detector `x` can't be used",
        ),
        ("literal", "{custom: {x: {title: x, literals: [ab], pattern: 'ab'}}}", "shorter than three bytes"),
        ("none", "{custom: {x: {title: x, pattern: 'ab'}}}", "`literals:` is empty"),
        (
            "clash",
            "{custom: {email: {title: x, literals: [abc], pattern: abc}}}",
            "`email` is a built-in detector",
        ),
        (
            "example",
            "{custom: {x: {title: x, literals: [abc], pattern: 'ABC', examples: {fires: [ABC]}}}}",
            "it does not fire on example 1 of `fires`",
        ),
        (
            "counterexample",
            "{custom: {x: {title: x, literals: [abc], pattern: 'abc', examples: {silent: [ab, abc]}}}}",
            "it fires on example 2 of `silent`",
        ),
    ] {
        let contract = format!("extends: observability-v1\nredaction: {redaction}\n");
        let run = check(name, &contract, &format!("{RECORD}}}\n"));
        assert!(run.stdout.contains(said), "{name}: {run:?}");
        assert_eq!(run.code, 2, "{name}");
    }
}

/// A pattern is about a value, whatever record that stands in; what is found is hidden wherever it stands, also in the
/// template of a message and beside other findings.
#[test]
fn a_pattern_of_the_contract_is_tried_on_each_value() {
    for (name, pattern) in [("open", "VCH-[^ ]+"), ("whole", "^VCH-[0-9A-Z]{12}$"), ("rest", "VCH-.*")] {
        let contract = format!(
            "extends: observability-v1\nredaction:\n  custom:\n    voucher: {{title: voucher, literals: [VCH-], pattern: '{pattern}'}}\n"
        );
        let log = format!("{RECORD},\"n\":[1,{{\"note\":\"VCH-0A1B2C3D4E5F\"}}],\"z\":1}}\n");
        let run = check(name, &contract, &log);
        let found = "logs/a.jsonl:1:152: error[redaction/secret] `/n/1/note` of `a` holds a voucher";
        assert_eq!((run.findings(), run.code), (vec![found], 1), "{name}: {run:?}");
    }
    let contract = "extends: observability-v1\nredaction:\n  custom:\n    shop: {title: shop token, literals: [shoptok_], pattern: 'shoptok_[a-z]{12,}'}\n";
    let message = "order 3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90 uses shoptok_opensesameopen";
    let log = format!("{}}}\n", RECORD.replace("\"message\":\"m\"", &format!("\"message\":\"{message}\"")));
    for format in ["human", "concise", "json", "sarif", "github"] {
        let folder = scratch_with("own-in-template", &[("telelint.yaml", contract), ("a.jsonl", &log)]);
        let run = telelint(&folder, &["check", "--format", format, "."]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("logs/id-in-message"), "{format}: {run:?}");
        assert!(!run.stdout.contains("opensesame"), "{format}: {run:?}");
    }
}

#[test]
fn literals_of_the_contract_and_built_in_ones_do_not_hide_each_other() {
    let contract = "extends: observability-v1\nredaction:\n  custom:\n    a: {title: acme token, literals: [ken_acme_], pattern: 'ken_acme_[a-z]{6}'}\n    b: {title: prefix, literals: [api_token=], pattern: 'api_token=zzz'}\n";
    let log = format!("{RECORD},\"x\":\"token_acme_abcdef\",\"y\":\"api_token=q1w2e3r4t5y6\"}}\n");
    let run = check("overlap", contract, &log);
    assert!(run.stdout.contains("`/x` of `a` holds an acme token"), "{run:?}");
    assert!(run.stdout.contains("`/y` of `a` holds a secret behind its name"), "{run:?}");
}

#[test]
fn what_only_looks_like_an_envelope_is_a_record() {
    for (name, more) in [
        ("streams", "\"streams\":3"),
        ("data", "\"data\":{\"result\":\"ok\"}"),
        ("otlp", "\"resourceLogs\":null"),
        ("docker", "\"stream\":\"orders\",\"log\":\"app started\",\"time\":1795338723"),
        ("logcli", "\"labels\":{\"team\":\"x\"},\"line\":\"src/main.rs:42\""),
        ("vector", "\"source_type\":\"file\""),
    ] {
        let record = RECORD.replace("\"message\":\"m\"", "\"message\":\"{id} was not found\"");
        let log = format!("{record},{more}}}\n{},{more}}}\n", record.replace("\"level\":\"info\",", ""));
        let run = check(name, "extends: observability-v1\n", &log);
        let found = "logs/a.jsonl:2:1: error[logs/missing-field] a record of `a` without `level`: absent";
        assert_eq!((run.findings(), run.code), (vec![found], 1), "{name}: {run:?}");
    }
}

#[test]
fn keys_and_lists_hide_nothing() {
    let log = format!(
        "{RECORD},\"token\":[{{\"a\":1}},\"hunter22\"],\"brokers\":{{\"amqp://shop:opensesame@mq:5672/\":{{\"password\":\"x1y2z3\"}}}}}}\n"
    );
    let run = check("keys", "extends: observability-v1\n", &log);
    for found in [
        "error[redaction/sensitive-field] `/token/1` of `a` is logged as it is",
        "error[redaction/secret] `/brokers` of `a` holds a password in a URL",
        "@mq:5672~1/password` of `a` is logged as it is",
    ] {
        assert!(run.stdout.contains(found), "{found}: {run:?}");
    }
    assert!(!run.stdout.contains("opensesame"), "{run:?}");
}

/// Two hundred thousand addresses in one line, each of them counted, and none of them looked for among all others.
#[test]
fn a_line_may_hold_very_many_findings() {
    let mails = (0..100_000).map(|n| format!("u{n}@shop.invalid.org")).collect::<Vec<_>>().join(" ");
    let run = check("many", "extends: observability-v1\n", &format!("{RECORD},\"x\":\"{mails}\"}}\n"));
    let found = "`/x` of `a` holds an e-mail address (100000 times)";
    assert!(run.stdout.contains(found), "{:?}", run.findings());
}

#[test]
fn a_contract_that_asks_for_nothing_finds_nothing() {
    let log = format!(
        "{RECORD},\"password\":\"hunter2\",\"mail\":\"ann@shop.invalid.org\",\"user_id\":\"7\"}}\nplain text\n"
    );
    let run = check("silent", "environment: production\n", &log);
    assert_eq!((run.findings().len(), run.code), (0, 0), "{run:?}");
}

/// The built-in contract asks for personal data detector by detector; a finding names that line.
#[test]
fn every_finding_on_logs_names_its_clause() {
    let run = telelint(&project("fixtures/redaction/personal-data/bad"), &["check", "--format", "json", "."]);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 4);
    for finding in findings {
        assert!(!finding["because"]["text"].as_str().unwrap_or_default().is_empty(), "{finding}");
    }
}

/// The README's contract is one.
#[test]
fn the_contract_in_the_readme_is_read() {
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let contract = readme.split("```yaml\n").find(|text| text.starts_with("extends:")).unwrap();
    let contract = contract.split("```").next().unwrap();
    let run = check("readme", contract, &format!("{RECORD}}}\n"));
    assert!(!run.stdout.contains("contract/invalid"), "{run:?}");
    assert_ne!(run.code, 2, "{run:?}");
}
