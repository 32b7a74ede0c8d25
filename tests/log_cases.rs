//! Log lines and what must be found in them: `logs/cases/*.yaml`, each case run through the program as a user would.
//!
//! A case lists the errors and warnings it expects, and there must be no others; a case that lists none is ordinary and
//! must stay silent. Nothing that a template put into a case may show in the output.
//!
//! An expectation is a rule (or a family, `redaction/*`) and, where the case says so, the finding's subject: the JSON
//! pointer of a value (`/log#/detail` inside a wrapped line), or the name of a field that is missing.

mod support;
#[path = "logs/templates.rs"]
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Deserialize;
use serde_json::Value;

use support::{Run, project, scratch, telelint_reading, write};
use templates::{Expanded, crc16_xmodem, crc32, expand, luhn, mod_97, seed_of};

/// The fewest cases of each sort.
const FEWEST: usize = 150;

/// Cases that are known to fail, each with the reason. One that passes again must be taken out.
const KNOWN_MISSES: &[(&str, &str)] = &[];

/// The shapes of log records; each has cases.
const SHAPES: [&str; 28] = [
    "tracing",
    "tracing-flattened",
    "tracing-span",
    "slog",
    "bunyan",
    "pino",
    "zap",
    "logrus",
    "zerolog",
    "log4j2",
    "ecs",
    "ecs-nested",
    "logstash",
    "python-json-logger",
    "structlog",
    "serilog",
    "gcp",
    "docker",
    "cri",
    "compose",
    "loki-push",
    "loki-query",
    "logcli",
    "journald",
    "fluent-bit",
    "vector",
    "cloudwatch",
    "otlp",
];

/// A case as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Unique among all files; the input's name is made from it.
    name: String,
    /// Raw lines with templates; `<0xFF>` is one byte.
    lines: Vec<String>,
    /// Every error and warning; none where the lines are ordinary.
    finds: Vec<Expected>,
    /// The shape the lines show.
    shape: Option<String>,
    /// The contract, where it is not the built-in one.
    contract: Option<String>,
    /// Whether the last line ends.
    #[serde(default = "yes")]
    newline: bool,
}

fn yes() -> bool {
    true
}

impl Case {
    fn is_positive(&self) -> bool {
        !self.finds.is_empty()
    }

    fn expanded(&self) -> Expanded {
        expand(&self.lines.join("\n"), seed_of(&self.name))
    }
}

/// A rule and perhaps a subject: `redaction/secret /detail`.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Expected {
    rule: String,
    subject: Option<String>,
}

impl From<String> for Expected {
    fn from(text: String) -> Self {
        match text.split_once(' ') {
            Some((rule, subject)) => Self { rule: rule.to_owned(), subject: Some(subject.to_owned()) },
            None => Self { rule: text, subject: None },
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.subject {
            Some(subject) => write!(f, "{} {subject}", self.rule),
            None => f.write_str(&self.rule),
        }
    }
}

impl Expected {
    fn means(&self, (rule, subject): &(String, String)) -> bool {
        telelint::rules::matches(&self.rule, rule) && self.subject.as_ref().is_none_or(|own| own == subject)
    }
}

/// What one case came to.
struct Outcome<'c> {
    case: &'c Case,
    file: &'c str,
    /// Expectations nothing was found for.
    missed: Vec<String>,
    /// Errors and warnings nobody expected.
    extra: Vec<String>,
    /// A run that could not check, or that showed a secret.
    other: Option<String>,
}

impl Outcome<'_> {
    fn passed(&self) -> bool {
        self.missed.is_empty() && self.extra.is_empty() && self.other.is_none()
    }
}

/// Every file and its cases.
fn files() -> BTreeMap<String, Vec<Case>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(project("tests/logs/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let cases = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, cases)
    };
    paths.iter().map(|path| read(path)).collect()
}

/// The bytes of a text in which `<0xFF>` stands for one.
fn bytes_of(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    let mut rest = text;
    while let Some(at) = rest.find("<0x") {
        let byte = rest.get(at + 3..at + 5).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(byte) = byte.filter(|_| rest[at + 5..].starts_with('>')) else {
            bytes.extend_from_slice(&rest.as_bytes()[..at + 3]);
            rest = &rest[at + 3..];
            continue;
        };
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(byte);
        rest = &rest[at + 6..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn checked<'c>(file: &'c str, case: &'c Case, plain: &Path) -> Outcome<'c> {
    let expanded = case.expanded();
    let mut input = bytes_of(&expanded.text);
    if case.newline {
        input.push(b'\n');
    }
    let own = case.contract.as_ref().map(|contract| {
        let folder = scratch(&case.name);
        write(&folder, "telelint.yaml", contract);
        folder
    });
    let folder = own.as_deref().unwrap_or(plain);
    let input_name = format!("{}.jsonl", case.name);
    let args = [
        &["check", "--format", "json", "--min-confidence", "likely", "--kind", "logs"],
        &["--stdin-filename", input_name.as_str(), "-"][..],
    ]
    .concat();
    let run = telelint_reading(folder, &args, &input);
    let found = match findings(&run) {
        Ok(found) => found,
        Err(other) => {
            return Outcome { case, file, missed: Vec::new(), extra: Vec::new(), other: Some(other) };
        }
    };
    let missed = case.finds.iter().filter(|expected| !found.iter().any(|one| expected.means(one)));
    let extra = found.iter().filter(|one| !case.finds.iter().any(|expected| expected.means(one)));
    let output = format!("{}\n{}", run.stdout, run.stderr);
    // The secret itself would stand in the log of the test.
    let other = expanded.leaked_in(&output).map(|secret| format!("shows a value of {} bytes", secret.len()));
    Outcome {
        case,
        file,
        missed: missed.map(ToString::to_string).collect(),
        extra: extra.map(|(rule, subject)| format!("{rule} {subject}")).collect(),
        other,
    }
}

/// Rule and subject of every error and warning of a run.
fn findings(run: &Run) -> Result<BTreeSet<(String, String)>, String> {
    let report: Value = serde_json::from_str(&run.stdout).map_err(|error| format!("no JSON: {error}"))?;
    if run.code == 2 {
        let first = report["findings"][0]["message"].as_str().unwrap_or("no finding");
        return Err(format!("could not be checked: {first}"));
    }
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().ok_or("no findings in the report")?;
    let counted = all.iter().filter(|finding| text(finding, "level") != "info");
    Ok(counted.map(|finding| (text(finding, "rule"), text(finding, "subject"))).collect())
}

/// The shapes a case's records were recognised as; no shape at all is `json`.
fn recognised(case: &Case, folder: &Path) -> BTreeSet<String> {
    let mut input = bytes_of(&case.expanded().text);
    input.push(b'\n');
    let run =
        telelint_reading(folder, &["facts", "--kind", "logs", "--stdin-filename", "case.jsonl", "-"], &input);
    let facts: Value = serde_json::from_str(&run.stdout).unwrap();
    let streams = facts["streams"].as_array().unwrap();
    streams.iter().flat_map(|stream| stream["shapes"].as_object().unwrap().keys().cloned()).collect()
}

#[test]
fn every_shape_is_recognised() {
    let plain = scratch("shapes");
    let files = files();
    let shown = files.values().flatten().filter_map(|case| Some((case, case.shape.as_deref()?)));
    // A record that lacks the very key that tells its shape can't be told by it.
    let whole =
        shown.filter(|(case, _)| !case.finds.iter().any(|expected| expected.rule.starts_with("logs/")));
    let wrong: Vec<String> = whole
        .filter_map(|(case, shape)| {
            let found = recognised(case, &plain);
            // Both are what Loki says of its streams.
            let shape = if shape.starts_with("loki-") { "loki" } else { shape };
            (!found.contains(shape)).then(|| format!("{}: {found:?} is not {shape}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_finds_what_it_lists_and_nothing_else() {
    let files = files();
    let plain = scratch("built-in-contract");
    let cases: Vec<(&str, &Case)> =
        files.iter().flat_map(|(file, cases)| cases.iter().map(|case| (file.as_str(), case))).collect();
    let outcomes: Vec<Outcome> = cases.par_iter().map(|(file, case)| checked(file, case, &plain)).collect();

    let (positive, negative): (Vec<_>, Vec<_>) = outcomes.iter().partition(|one| one.case.is_positive());
    let expected: usize = positive.iter().map(|one| one.case.finds.len()).sum();
    let missed: usize = positive.iter().map(|one| one.missed.len()).sum();
    let alarmed = negative.iter().filter(|one| !one.extra.is_empty()).count();
    let summary = format!(
        "{} positive cases: {} of {expected} expectations met ({:.1} %), {} more found than listed\n\
         {} negative cases: {alarmed} with a false error or warning ({:.1} %)\n",
        positive.len(),
        expected - missed,
        100.0 * (expected - missed) as f64 / expected as f64,
        positive.iter().map(|one| one.extra.len()).sum::<usize>(),
        negative.len(),
        100.0 * alarmed as f64 / negative.len() as f64,
    );
    println!("{summary}");

    let known = |one: &Outcome| KNOWN_MISSES.iter().any(|(name, _)| *name == one.case.name);
    let mut report = String::new();
    for one in outcomes.iter().filter(|one| !one.passed() && !known(one)) {
        let _ = writeln!(report, "{}: {}", one.file, one.case.name);
        for missed in &one.missed {
            let _ = writeln!(report, "    not found: {missed}");
        }
        for extra in &one.extra {
            let _ = writeln!(report, "    found, not listed: {extra}");
        }
        if let Some(other) = &one.other {
            let _ = writeln!(report, "    {other}");
        }
    }
    let failing = outcomes.iter().filter(|one| !one.passed() && !known(one)).count();
    assert!(report.is_empty(), "{failing} cases fail\n{report}\n{summary}");
    let mended: Vec<_> =
        outcomes.iter().filter(|one| one.passed() && known(one)).map(|one| &one.case.name).collect();
    assert!(mended.is_empty(), "no longer missed, take them out of KNOWN_MISSES: {mended:?}");
}

#[test]
fn cases_are_many_and_well_formed() {
    let files = files();
    let cases: Vec<&Case> = files.values().flatten().collect();
    let positive = cases.iter().filter(|case| case.is_positive()).count();
    let negative = cases.len() - positive;
    assert!(positive >= FEWEST && negative >= FEWEST, "{positive} positive, {negative} negative");

    let mut names = BTreeSet::new();
    for case in &cases {
        let name = case.name.as_str();
        assert!(names.insert(name), "{name}: twice");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        assert!(!case.lines.is_empty() && case.lines.iter().all(|line| !line.contains('\n')), "{name}");
        let contract = case.contract.as_deref().unwrap_or("extends: observability-v1\n");
        assert!(contract.starts_with("extends: observability-v1\n"), "{name}: contract");
        assert!(
            case.shape.as_deref().is_none_or(|shape| SHAPES.contains(&shape)),
            "{name}: {:?}",
            case.shape
        );
    }
    for (name, _) in KNOWN_MISSES {
        assert!(names.contains(name), "{name}: no such case");
    }
    // Every shape is shown clean, with a field missing and with a secret in it.
    for shape in SHAPES {
        let of_shape = cases.iter().filter(|case| case.shape.as_deref() == Some(shape));
        assert!(of_shape.clone().any(|case| !case.is_positive()), "{shape}: no clean case");
        for rule in ["logs/missing-field", "redaction/secret"] {
            assert!(
                of_shape.clone().any(|case| case.finds.iter().any(|expected| expected.rule == rule)),
                "{shape}: no case of {rule}"
            );
        }
    }
}

#[test]
fn ordinary_lines_are_json_and_ordinary() {
    for case in files().into_values().flatten().filter(|case| !case.is_positive() && case.shape.is_none()) {
        if case.contract.is_some_and(|contract| contract.contains("format: any")) {
            continue;
        }
        let text =
            String::from_utf8(bytes_of(&expand(&case.lines.join("\n"), seed_of(&case.name)).text)).unwrap();
        for line in text.lines().filter(|line| !line.trim().is_empty() && line.trim_start().starts_with('{'))
        {
            // serde_json stops at a depth of 128.
            if !case.name.contains("deep") {
                serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            }
        }
    }
}

#[test]
fn templates_are_what_they_say() {
    assert_eq!((crc16_xmodem(b"123456789"), crc32(b"123456789")), (0x31c3, 0xcbf4_3926));
    for seed in 0..200 {
        let one = |template: &str| expand(template, seed).text;
        assert_eq!(one("{alnum:24}"), one("{alnum:24}"));
        let seed_text = one("{nats-seed:U}");
        assert!(seed_text.starts_with("SUA") && seed_text.len() == 58, "{}", seed_text.len());
        for kind in ["A", "O", "N", "C", "X"] {
            let text = one(&format!("{{nats-seed:{kind}}}"));
            assert!(text.starts_with(&format!("S{kind}A")), "{kind}");
            assert_ne!(text, one(&format!("{{nats-seed-bad:{kind}}}")));
        }
        let github = one("{github:ghp}");
        assert_eq!(github.len(), 40);
        assert_eq!(templates::base62(crc32(&github.as_bytes()[4..34]), 6), github[34..]);
        for card in ["visa", "mastercard", "amex", "discover"] {
            assert!(luhn(&one(&format!("{{card:{card}}}"))));
        }
        assert!(!luhn(&one("{digits:16}")));
        assert_eq!(one("{card:amex-dashed}").len(), 17);
        for country in ["DE", "GB", "FR", "NL", "AT", "CH", "ES", "BE", "IT", "PL"] {
            let iban = one(&format!("{{iban:{country}}}"));
            assert_eq!(mod_97(&format!("{}{}", &iban[4..], &iban[..4])), 1, "{country}");
        }
        let jwt = expand("{jwt}", seed);
        assert!(jwt.text.starts_with("eyJ") && jwt.text.matches(".eyJ").count() == 1);
        assert!(jwt.leaked_in(&jwt.text).is_some() && jwt.leaked_in("eyJ").is_none());
    }
    let same = r#"{"a":1,"b":{"c":[]}} ${HOME} {{ .Values.x }} {user} {alnum} {}"#;
    assert_eq!(expand(same, 1), Expanded { text: same.to_owned(), secrets: Vec::new() });
    let nested = expand(r#"{"a":"Basic {basic:svc:{alnum:16}}"}"#, 1);
    assert_eq!(nested.secrets.len(), 2, "the password and its base64 form");
    assert!(nested.text.ends_with(r#""}"#));
    assert_eq!(bytes_of("a<0x1B>b<0xFF><0x1g><0x"), b"a\x1bb\xff<0x1g><0x");
}
