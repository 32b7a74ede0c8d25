//! No secret in any output: every value in the fixtures and cases that must not be written is looked for in every format of
//! every report, in facts and in what goes to standard error, with everything on that makes a program say more.
//!
//! The values are not listed here: they are read from the inputs, by the names of their fields and by the detectors.

mod support;
#[path = "logs/templates.rs"]
mod templates;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Deserialize;
use serde_json::Value;
use support::{Run, command, finish, project, scratch, write};
use telelint::detect::checks::is_no_secret;
use telelint::detect::{Engine, Names, escape};
use templates::{expand, seed_of};

const FORMATS: [&str; 6] = ["human", "concise", "json", "jsonl", "sarif", "github"];

/// Values that are shorter turn up by chance: as a line, an offset, a word of a help text. Such short ones must stand by
/// themselves to count.
const SHORTEST: usize = 5;

/// What is longer than this must not even show so many characters of itself.
const LONG: usize = 16;
const WINDOW: usize = 8;

// ---------------------------------------------------------------------------------------------------------------------
// What must not be shown

/// What of the inputs must not be shown.
#[derive(Default)]
struct Planted {
    values: BTreeSet<String>,
    /// Runs of characters of long values, each with the value's length; those that stand elsewhere, too, are none.
    windows: BTreeMap<String, usize>,
}

/// The names of sensitive fields, and those of ids that are written in a redacted form only.
struct Policy {
    sensitive: Names,
    ids: Vec<String>,
}

impl Policy {
    /// Of the built-in contract and a folder's own one.
    fn of(folder: &Path) -> Self {
        let mut policy = (Vec::new(), Vec::new());
        for path in [project("rules/presets/observability-v1.yaml"), folder.join("telelint.yaml")] {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let contract: Value = serde_saphyr::from_str(&text).unwrap();
            let texts = |list: &Value| -> Vec<String> {
                list.as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|item| Some(item.as_str()?.to_owned()))
                    .collect()
            };
            policy.0.extend(texts(&contract["redaction"]["fields"]));
            for (name, field) in contract["fields"].as_object().into_iter().flatten() {
                if field["redacted"].is_string() {
                    policy.1.push(name.clone());
                    policy.1.extend(texts(&field["aliases"]));
                }
            }
        }
        assert!(policy.0.len() > 10 && policy.1.len() > 3, "the contract names nothing");
        Self { sensitive: Names::new(policy.0.iter().map(String::as_str)), ids: policy.1 }
    }

    /// The values behind names that must not be shown.
    fn values(&self, name: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                // A `KeyValue` of OTLP.
                if let (Some(key), Some(value)) =
                    (members.get("key").and_then(Value::as_str), members.get("value"))
                {
                    for value in value.as_object().into_iter().flat_map(serde_json::Map::values) {
                        self.values(key, value, found);
                    }
                }
                for (name, value) in members {
                    self.values(name, value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.values(name, item, found)),
            Value::String(text) => {
                if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                    self.values("", &inner, found);
                }
                self.named(name, text, found);
            }
            Value::Number(number) => self.named(name, &number.to_string(), found),
            Value::Bool(_) | Value::Null => {}
        }
    }

    fn named(&self, name: &str, text: &str, found: &mut Vec<String>) {
        let is_redacted = text.strip_prefix("usr_").is_some_and(|rest| rest.len() == 16);
        let is_id = self.ids.iter().any(|id| id == name) && !is_redacted;
        if (is_id || self.sensitive.of(name).is_some()) && !is_no_secret(text.as_bytes()) {
            found.push(text.to_owned());
        }
    }
}

/// What detectors find in a text, and in it once its escapes are undone, three times over.
fn detected(engine: &Engine, text: &[u8], found: &mut Vec<String>) {
    let mut layer = text.to_vec();
    for _ in 0..4 {
        let mut hits = Vec::new();
        engine.find(&layer, &mut hits);
        engine.find_runs(&layer, &mut hits);
        found.extend(hits.into_iter().map(|hit| String::from_utf8_lossy(&layer[hit.value]).into_owned()));
        let next = escape::undone(&layer);
        if next == layer {
            return;
        }
        layer = next.into_owned();
    }
}

impl Planted {
    fn of(texts: &[Vec<u8>], policy: &Policy, further: impl IntoIterator<Item = String>) -> Self {
        let engine = Engine::built_in();
        let mut found: Vec<String> = further.into_iter().collect();
        for line in texts.iter().flat_map(|text| text.split(|byte| *byte == b'\n')) {
            detected(&engine, line, &mut found);
            let record = line.iter().position(|byte| *byte == b'{').map_or(line, |at| &line[at..]);
            if let Ok(value) = serde_json::from_slice::<Value>(record) {
                policy.values("", &value, &mut found);
            }
        }
        let values: BTreeSet<String> = found
            .into_iter()
            .map(|value| value.trim().to_owned())
            .filter(|value| value.len() >= SHORTEST)
            .collect();
        let mut planted = Self { values, windows: BTreeMap::new() };
        planted.look_for_parts(texts);
        planted
    }

    /// Parts of long values count, unless they stand in the inputs outside of any value as well.
    fn look_for_parts(&mut self, texts: &[Vec<u8>]) {
        let mut elsewhere = HashSet::new();
        let mut forms: Vec<String> = self
            .values
            .iter()
            .flat_map(|value| [value.clone(), escaped(value), escaped(&escaped(value))])
            .collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        for text in texts {
            let mut rest = String::from_utf8_lossy(text).into_owned();
            for form in &forms {
                rest = rest.replace(form, "\n");
            }
            elsewhere.extend(windows(&rest));
        }
        for value in self.values.iter().filter(|value| value.len() > LONG) {
            // The value of a cookie is pairs, whose names are none, and attributes without a value.
            for part in
                value.split(';').map(str::trim).filter(|part| !value.contains(';') || part.contains('='))
            {
                let is_pair = |(name, _): &(&str, &str)| {
                    name.len() < LONG && name.bytes().all(|b| b.is_ascii_alphabetic() || b"_.-".contains(&b))
                };
                let part = part.split_once('=').filter(is_pair).map_or(part, |(_, value)| value);
                for window in windows(part).filter(|window| !elsewhere.contains(window)) {
                    self.windows.insert(window, value.len());
                }
            }
        }
    }

    /// What of it an output shows; not the value itself, which would then stand in the log of the test.
    fn shown_in(&self, output: &str) -> Option<String> {
        for value in &self.values {
            for (form, text) in forms(value) {
                // Five digits are soon part of an id or an offset.
                let stands_alone = |(at, _): (usize, &str)| {
                    let ends = [output[..at].chars().next_back(), output[at + text.len()..].chars().next()];
                    !ends.into_iter().flatten().any(char::is_alphanumeric)
                };
                if output.match_indices(&text).any(|found| value.len() >= WINDOW || stands_alone(found)) {
                    return Some(format!(
                        "{form} of `{}…` ({} bytes)",
                        value.chars().take(3).collect::<String>(),
                        value.len()
                    ));
                }
            }
        }
        let mut shown = windows(output).filter_map(|window| Some((self.windows.get(&window)?, window)));
        shown.next().map(|(length, window)| {
            format!(
                "{WINDOW} characters, `{}…`, of a value of {length} bytes",
                window.chars().take(3).collect::<String>()
            )
        })
    }
}

fn windows(text: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    (WINDOW..=chars.len()).map(move |end| chars[end - WINDOW..end].iter().collect())
}

/// As in a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn percent(text: &str, kept: &[u8]) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

/// Everything a careless program could write for a value.
fn forms(value: &str) -> Vec<(&'static str, String)> {
    let mut forms = vec![
        ("the text", value.to_owned()),
        ("the escaped form", escaped(value)),
        ("the twice escaped form", escaped(&escaped(value))),
        ("the percent-encoded form", percent(value, b"")),
        ("the percent-encoded form", percent(value, b"-_.~")),
        ("the percent-encoded form", percent(value, b"-_.~/:@")),
        ("the base64 form", STANDARD.encode(value)),
        ("the base64 form", STANDARD_NO_PAD.encode(value)),
        ("the base64 form", URL_SAFE.encode(value)),
        ("the base64 form", URL_SAFE_NO_PAD.encode(value)),
    ];
    forms.dedup_by(|a, b| a.1 == b.1);
    forms
}

// ---------------------------------------------------------------------------------------------------------------------
// All that the program says

/// A run with everything on that makes programs talk.
fn loud(folder: &Path, args: &[&str], input: Option<&Path>) -> Run {
    let mut command = command(folder, args);
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("RUST_LIB_BACKTRACE", "full");
    command.stdin(input.map_or(Stdio::null(), |path| fs::File::open(path).unwrap().into()));
    finish(command.spawn().unwrap())
}

/// Every way in which the files of a folder can be reported, as arguments and what is standard input.
fn ways(files: &[String], own_contract: bool) -> Vec<(Vec<String>, Option<&str>)> {
    let own = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>();
    let all = ["--show", "unknown", "--min-confidence", "guess"];
    let mut ways = Vec::new();
    for format in FORMATS {
        let check = ["check", "--format", format];
        ways.push((own(&[&check[..], &["."]].concat()), None));
        ways.push((own(&[&check[..], &all, &["."]].concat()), None));
        ways.push((own(&[&check[..], &["--color", "always", "."]].concat()), None));
        if own_contract {
            ways.push((own(&[&check[..], &all, &["--no-contract", "."]].concat()), None));
        }
        for file in files {
            ways.push((own(&[&check[..], &all, &["--kind", "logs", "-"]].concat()), Some(file.as_str())));
        }
        if let [first, .., last] | [first @ last] = files {
            ways.push((own(&[&check[..], &all, &["--previous", last, first]].concat()), None));
        }
    }
    // As what it is not: an exposition's reader says what it can't read.
    for file in files {
        ways.push((own(&["check", "--format", "human", "--kind", "prometheus", file]), None));
        ways.push((own(&["facts", "--kind", "logs", "-"]), Some(file.as_str())));
    }
    ways.push((own(&["facts", "."]), None));
    if let [first, .., last] | [first @ last] = files {
        ways.push((own(&["facts", "--previous", last, first]), None));
    }
    ways
}

struct Input {
    name: String,
    folder: PathBuf,
    files: Vec<String>,
    planted: Planted,
}

impl Input {
    /// Copies the logs of a folder, and its contract, into a scratch folder.
    fn copied(from: &Path, name: &str) -> Self {
        let folder = scratch(name);
        let (mut names, mut left) = (Vec::new(), vec![from.to_owned()]);
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                names.push(path.strip_prefix(from).unwrap().to_str().unwrap().to_owned());
            }
        }
        names.sort();
        for name in &names {
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::copy(from.join(name), folder.join(name)).unwrap();
        }
        names.retain(|name| name != "telelint.yaml" && !name.ends_with("Cargo.toml"));
        let texts: Vec<Vec<u8>> = names.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect();
        let planted = Planted::of(&texts, &Policy::of(&folder), []);
        Self { name: name.to_owned(), folder, files: names, planted }
    }

    /// What the program shows and must not.
    fn leaks(&self) -> Vec<String> {
        let own_contract = self.folder.join("telelint.yaml").exists();
        let ways = ways(&self.files, own_contract);
        let leak = |(args, input): &(Vec<String>, Option<&str>)| {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let run = loud(&self.folder, &args, input.map(|file| self.folder.join(file)).as_deref());
            // Annotations are the only report that is silent where all is well.
            assert!(
                args.contains(&"github") || !run.stdout.is_empty(),
                "{}: {args:?} says nothing: {}",
                self.name,
                run.stderr
            );
            let shown = |(stream, text): (&str, &str)| {
                let what = self.planted.shown_in(text)?;
                Some(format!(
                    "{}: {} {}: {what} in {stream}",
                    self.name,
                    args.join(" "),
                    input.unwrap_or_default()
                ))
            };
            [("stdout", run.stdout.as_str()), ("stderr", run.stderr.as_str())]
                .into_iter()
                .filter_map(shown)
                .collect::<Vec<_>>()
        };
        ways.par_iter().flat_map_iter(leak).collect()
    }
}

fn none(leaks: &[String]) {
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

/// The `bad` folders of one family of rules.
fn fixtures(family: &str) -> Vec<Input> {
    let mut rules: Vec<PathBuf> =
        fs::read_dir(project("fixtures").join(family)).unwrap().map(|entry| entry.unwrap().path()).collect();
    rules.sort();
    rules
        .iter()
        .map(|rule| {
            Input::copied(
                &rule.join("bad"),
                &format!("{family}-{}", rule.file_name().unwrap().to_str().unwrap()),
            )
        })
        .collect()
}

fn family_is_kept(family: &str, fewest: usize) {
    let inputs = fixtures(family);
    let values: usize = inputs.iter().map(|input| input.planted.values.len()).sum();
    assert!(values >= fewest, "only {values} values were found in {family}");
    for input in &inputs {
        // Its lines are shown, and its values hidden: or the test would prove nothing.
        let run = loud(&input.folder, &["check", "--min-confidence", "guess", "."], None);
        let is_redaction = family != "logs";
        assert!(run.stdout.contains('│'), "{}: no line is shown: {}", input.name, run.stdout);
        assert!(
            !is_redaction
                || input.planted.values.is_empty()
                || input.name.contains("alias")
                || input.name.contains("format")
                || run.stdout.contains('•'),
            "{}: nothing is masked",
            input.name
        );
    }
    none(&inputs.iter().flat_map(Input::leaks).collect::<Vec<_>>());
}

#[test]
fn secrets_of_the_redaction_fixtures_are_never_shown() {
    family_is_kept("redaction", 20);
}

#[test]
fn secrets_of_the_fields_fixtures_are_never_shown() {
    family_is_kept("fields", 3);
}

#[test]
fn secrets_of_the_logs_fixtures_are_never_shown() {
    family_is_kept("logs", 0);
}

#[test]
fn secrets_of_a_messy_repository_are_never_shown() {
    let input = Input::copied(&project("fixtures/repos/messy/logs"), "messy");
    assert!(input.planted.values.len() >= 4, "{} values", input.planted.values.len());
    none(&input.leaks());
}

// ---------------------------------------------------------------------------------------------------------------------
// Cases

#[derive(Deserialize)]
struct Case {
    name: String,
    lines: Vec<String>,
    finds: Vec<String>,
    contract: Option<String>,
}

/// The bytes of a case, in which `<0xFF>` stands for one byte.
fn bytes_of(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    let mut rest = text;
    while let Some(at) = rest.find("<0x") {
        let byte = rest.get(at + 3..at + 5).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (upto, skip) = if byte.is_some() { (at, at + 6) } else { (at + 3, at + 3) };
        bytes.extend_from_slice(&rest.as_bytes()[..upto]);
        bytes.extend(byte);
        rest = &rest[skip..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// One file of cases as one log; those with a contract of their own are left out.
fn cases(theme: &str) -> Input {
    let text = fs::read_to_string(project("tests/logs/cases").join(format!("{theme}.yaml"))).unwrap();
    let cases: Vec<Case> = serde_saphyr::from_str(&text).unwrap();
    let (mut log, mut secrets) = (Vec::new(), Vec::new());
    for case in cases.iter().filter(|case| case.contract.is_none()) {
        let expanded = expand(&case.lines.join("\n"), seed_of(&case.name));
        log.extend(bytes_of(&expanded.text));
        log.push(b'\n');
        // Cases with a secret may hold ordinary values, too; only what is found is one for sure. Where the whole case is
        // about one value, it is that.
        if let ([find], [secret]) = (&case.finds[..], &expanded.secrets[..])
            && find.starts_with("redaction/")
        {
            secrets.push(secret.clone());
        }
    }
    let folder = scratch(&format!("cases-{theme}"));
    let file = format!("{theme}.jsonl");
    write(&folder, &file, &log);
    let planted = Planted::of(&[log], &Policy::of(&folder), secrets);
    Input { name: theme.to_owned(), folder, files: vec![file], planted }
}

fn theme_is_kept(theme: &str, fewest: usize) {
    let input = cases(theme);
    assert!(
        input.planted.values.len() >= fewest,
        "only {} values were found in {theme}",
        input.planted.values.len()
    );
    none(&input.leaks());
}

#[test]
fn secrets_of_the_cases_of_secrets_are_never_shown() {
    theme_is_kept("secrets", 60);
}

#[test]
fn secrets_of_the_cases_of_names_and_personal_data_are_never_shown() {
    theme_is_kept("sensitive-names", 20);
    theme_is_kept("personal", 15);
}

#[test]
fn secrets_of_the_cases_of_shapes_and_wrappers_are_never_shown() {
    theme_is_kept("shapes", 20);
    theme_is_kept("wrappers", 5);
}

#[test]
fn secrets_of_the_other_cases_are_never_shown() {
    for theme in ["ids", "levels-timestamps", "malformed", "ordinary-text", "required-fields"] {
        theme_is_kept(theme, 0);
    }
}

#[test]
fn every_theme_is_looked_at() {
    let here = fs::read_to_string(project("tests/secrecy.rs")).unwrap();
    for entry in fs::read_dir(project("tests/logs/cases")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let theme = name.strip_suffix(".yaml").unwrap();
        assert!(here.contains(&format!("\"{theme}\"")), "{theme} is not looked at");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Traps

/// Records that are broken, cut or hostile around a secret: what is shown of them is masked all the same.
#[test]
#[expect(clippy::too_many_lines, reason = "one table of places")]
fn secrets_in_awkward_places_are_never_shown() {
    let good = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"level\":\"info\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";
    let mut texts: Vec<(String, String, String)> = Vec::new();
    for (kind, template) in [
        ("a Stripe key", "sk_live_{alnum:40}"),
        ("a JWT", "{jwt}"),
        ("an npm token", "npm_{alnum:36}"),
        ("a URL", "https://shop:{alnum:30}@db.internal/x"),
        ("a password", "{alnum:30}"),
    ] {
        let filled = expand(template, seed_of(kind));
        let (text, secret) = (&filled.text, filled.secrets.iter().max_by_key(|secret| secret.len()).unwrap());
        let name = if kind == "a password" { "password" } else { "detail" };
        let inner = format!("{{\"{name}\":{text:?},\"level\":7}}");
        let half = text.len() / 2;
        let (one, two) = inner.split_at(inner.find(text.as_str()).unwrap() + half);
        let cri = |tag: &str, part: &str| format!("2026-11-22T09:12:03.173254000Z stdout {tag} {part}\n");
        let docker = |part: &str| {
            format!(
                "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-22T09:12:03Z\"}}\n",
                serde_json::to_string(part).unwrap()
            )
        };
        for (place, log) in [
            ("cut by CRI", cri("P", one) + &cri("F", two)),
            ("cut by Docker", docker(one) + &docker(&format!("{two}\n"))),
            ("never ended by CRI", cri("P", one)),
            ("a truncated record", format!("{good}\n{}", &inner[..inner.len() - 12])),
            ("a record cut within the value", format!("{good}\n{one}\n{good}\n")),
            ("a second record", format!("{good}{inner}\n")),
            ("a name", format!("{{\"{text}\":1,\"{text}\":2}}\n")),
            ("a nested name", format!("{{\"a\":{{\"{text}\":{{\"password\":\"hunter2222\"}}}}}}\n")),
            ("the level", format!("{{\"level\":{text:?}}}\n")),
            ("the service", format!("{{\"service\":{text:?}}}\n")),
            ("the timestamp", format!("{{\"timestamp\":{text:?}}}\n")),
            (
                "the message with an id",
                format!("{{\"message\":\"{name}: {text} of 3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}}\n"),
            ),
            (
                "a message whose template is cut",
                format!(
                    "{{\"message\":\"order 3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90 {} {name}: {text}\"}}\n",
                    "x".repeat(60)
                ),
            ),
            (
                "a longer message whose template is cut",
                format!(
                    "{{\"message\":\"order 3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90 {} {name}: {text}\"}}\n",
                    "x".repeat(72)
                ),
            ),
            (
                "an attribute of OTLP",
                format!(
                    "{{\"resourceLogs\":[{{\"scopeLogs\":[{{\"logRecords\":[{{\"severityText\":\"LOUD\",\"attributes\":[{{\"key\":\"{name}\",\"value\":{{\"stringValue\":{text:?}}}}}]}}]}}]}}]}}\n"
                ),
            ),
            ("a list", format!("{{\"{name}\":[\"x\",{text:?},{text:?}],\"level\":\"LOUD\"}}\n")),
            ("an object", format!("{{\"{name}\":{{\"{name}\":{text:?}}},\"level\":\"LOUD\"}}\n")),
            ("the user's id", format!("{{\"user_id\":{text:?}}}\n")),
            ("a correlation id", format!("{{\"correlation_id\":{text:?},\"{name}\":{text:?}}}\n")),
            (
                "a label of Loki",
                format!(
                    "{{\"streams\":[{{\"stream\":{{\"app\":{text:?},\"{name}\":{text:?}}},\"values\":[[\"1\",\"plain\"]]}}]}}\n"
                ),
            ),
            ("a line with a control character", format!("{{\"{name}\":{text:?},\"x\":\"\u{1}\"}}\n")),
            ("with NaN", format!("{{\"{name}\":{text:?},\"x\":NaN}}\n")),
            ("in logfmt", format!("level=info {name}={text} n=1\n")),
            ("in quoted logfmt", format!("level=info {name}=\"{text}\" n=1\n")),
            ("in text", format!("started with {name} {text} now\n").replace("password ", "password: ")),
            (
                "behind escapes",
                format!(
                    "{{\"{name}\":\"{}\"}}\n",
                    text.chars().fold(String::new(), |all, c| all + &format!("\\u{:04x}", c as u32))
                ),
            ),
            (
                "in a string of a string",
                format!(
                    "{{\"a\":{}}}\n",
                    serde_json::to_string(&serde_json::to_string(&inner).unwrap()).unwrap()
                ),
            ),
            (
                "far along a line",
                format!("{{\"pad\":\"{}\",\"{name}\":{text:?},\"level\":\"LOUD\"}}\n", "x ".repeat(4000)),
            ),
        ] {
            // Where it is a bare text under no name, nobody can know that it is a secret.
            let bare = [
                "a name",
                "a nested name",
                "the level",
                "the service",
                "the timestamp",
                "a correlation id",
                "a label of Loki",
            ];
            let is_bare = kind == "a password" && bare.contains(&place);
            if !is_bare {
                texts.push((format!("{kind}, {place}"), log, secret.clone()));
            }
        }
    }
    let folder = scratch("awkward");
    let leak = |(number, (what, log, secret)): (usize, &(String, String, String))| {
        let file = format!("{number}.jsonl");
        write(&folder, &file, log);
        let mut planted = Planted { values: [secret.clone()].into(), windows: BTreeMap::new() };
        planted.windows.extend(windows(secret).map(|window| (window, secret.len())));
        let path = folder.join(&file);
        let mut leaks = Vec::new();
        for format in ["human", "json", "sarif", "github", "facts"] {
            let args = if format == "facts" {
                vec!["facts"]
            } else {
                vec!["check", "--min-confidence", "guess", "--show", "unknown", "--format", format]
            };
            let by_name = loud(&folder, &[&args[..], &[&file]].concat(), None);
            let piped = loud(&folder, &[&args[..], &["--kind", "logs", "-"]].concat(), Some(&path));
            for (way, run) in [("a file", by_name), ("standard input", piped)] {
                let shown = planted.shown_in(&(run.stdout + "\n" + &run.stderr));
                leaks.extend(shown.map(|shown| format!("{what}, from {way} in {format}: {shown}")));
            }
        }
        leaks
    };
    let numbered: Vec<_> = texts.iter().enumerate().collect();
    none(&numbered.par_iter().flat_map_iter(|one| leak(*one)).collect::<Vec<_>>());
}

// ---------------------------------------------------------------------------------------------------------------------
// The test itself

/// What is shown is found, in whatever form.
#[test]
fn a_value_that_is_shown_is_told() {
    let secret = "Zm9v+/x\"y\\z0123456789";
    let line = serde_json::to_vec(
        &serde_json::json!({"password": secret, "user_id": 48_213_377, "note": "zm9v ann.smith@shop.de"}),
    )
    .unwrap();
    let planted = Planted::of(&[line], &Policy::of(Path::new("/nowhere")), []);
    assert!(
        planted.values.contains(secret)
            && planted.values.contains("48213377")
            && planted.values.contains("ann.smith@shop.de"),
        "{:?}",
        planted.values
    );
    for (_, form) in forms(secret) {
        assert!(planted.shown_in(&format!("a:1:1: error {form} is here")).is_some(), "{form}");
    }
    for shown in ["x 0123456789", "id 48213377.", "mail to ann.smith@shop.de", "nn.smith"] {
        assert!(planted.shown_in(shown).is_some(), "{shown}");
    }
    for hidden in ["", "\"password\":\"•••••••\"", "1234567", "zm9v ", "ann.smi"] {
        assert_eq!(planted.shown_in(hidden), None, "{hidden}");
    }
    // What the program shows of a line is looked through: an ordinary value is found there.
    let folder = scratch("shown");
    write(&folder, "a.jsonl", "{\"level\":\"LOUD\",\"note\":\"an ordinary value\"}\n");
    let planted = Planted { values: ["an ordinary value".to_owned()].into(), windows: BTreeMap::new() };
    let run = loud(&folder, &["check", "a.jsonl"], None);
    assert!(planted.shown_in(&run.stdout).is_some(), "{}", run.stdout);
}
