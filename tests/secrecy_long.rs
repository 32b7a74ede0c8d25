//! Secrets that are long, indented or only the contract's own: hidden to their ends in everything that goes out, and found in
//! time that grows with the text.

mod support;

/// A text that nobody can guess and no provider would know: the same each time.
fn noise(length: usize) -> String {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(state >> 33) as usize % 56])
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn long_and_indented_secrets_are_hidden_to_their_ends() {
    let folder = support::scratch("secrecy-long");
    let margin = " ".repeat(16);
    let lines: Vec<String> = (0..4).map(|_| format!("{margin}{}\n", noise(64))).collect();
    let key = lines.concat();
    let key = format!("{margin}-----BEGIN PRIVATE KEY-----\n{key}{margin}-----END PRIVATE KEY-----\n");
    let password = noise(5000);
    let badge = noise(3000);
    let document = format!(
        "openapi: 3.1.0\ninfo:\n  title: t\n  version: '1'\n  description: |\n{key}paths:\n  /x:\n    get:\n      \
         responses: {{'200': {{descriptio: x, content: {{application/json: {{example: \"postgres://u:{password}@h/db\"}}}}}}}}\n"
    );
    let record = format!(
        "{{\"timestamp\":\"2026-11-22T09:12:03.173Z\",\"level\":\"zz\",\"service\":\"BADGE\",\"message\":\"<<S:{badge}>>\"}}\n"
    );
    let letters = "ZZKNOTANIDENTIFIER";
    support::write(
        &folder,
        "telelint.yaml",
        "extends: observability-v1\nredaction:\n  custom:\n    blob: {title: blob, literals: ['<<S:'], pattern: '<<S:[A-Za-z0-9]+>>'}\n    \
         word: {title: word, literals: [ZZK], pattern: 'ZZK[A-Z]{15}'}\n",
    );
    support::write(&folder, "specs/openapi.yaml", document);
    support::write(&folder, "logs/a.jsonl", record.replace("BADGE", letters));
    for args in [
        &["check"][..],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--format", "concise"],
        &["facts"],
        &["inventory"],
        &["gates"],
    ] {
        let run = support::telelint(&folder, args);
        let shown = run.stdout + &run.stderr;
        let secrets = [&password[..12], &password[4980..], &badge[..12], &badge[1500..1512], letters];
        let lines = key.lines().map(str::trim).filter(|line| !line.starts_with('-'));
        for secret in secrets.into_iter().chain(lines.map(|line| &line[40..])) {
            assert!(!shown.contains(secret), "{args:?} shows {secret}");
        }
        assert!(!shown.contains("contract/invalid"), "{args:?}: {shown}");
    }
    let run = support::telelint(&folder, &["check", "--format", "concise", "--only", "redaction/secret"]);
    assert!(run.stdout.contains("specs/openapi.yaml:6:44: error[redaction/secret]"), "{}", run.stdout);
}

#[test]
fn what_counts_for_nothing_is_not_looked_at_over_and_over() {
    let folder = support::scratch("secrecy-chain");
    // It took a minute for a sixth of the first, when each literal was followed to the end, and for half of the second, when
    // what stands around each was searched anew.
    // The third took nine seconds for a tenth of it, when each value was followed to its end.
    let many = ["sk-ant-".repeat(200_000) + "example", "@".repeat(4_000_000), "token=".repeat(400_000)];
    for text in many {
        support::write(&folder, "a.jsonl", format!("{{\"message\":\"{text}\"}}\n"));
        let start = std::time::Instant::now();
        let run = support::telelint(&folder, &["check", "a.jsonl", "--format", "concise"]);
        assert!(run.stdout.contains("logs/missing-field"), "{}{}", run.stdout, run.stderr);
        assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
