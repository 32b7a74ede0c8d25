//! Real loggers: what tracing-subscriber, slog-json, pino, bunyan, structlog and python-json-logger write is piped in.
//!
//! The programs stand in `tests/loggers`, one a language, and log the same day of the same service. In mode `clean`
//! nothing is wrong; in mode `faulty` a record lacks `correlation_id` (line 7), has a `password` (8) and a secret in its
//! message (9); mode `odd` writes what the logger itself lets through. What is planted is made here and handed over in
//! the environment. Loggers that are missing are left out, unless `CI=true`: `scripts/test` installs them.

mod support;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{Run, command, finish, project, scratch, telelint_reading};

const FORMATS: [&str; 6] = ["human", "concise", "json", "jsonl", "sarif", "github"];

/// A logger, and where it writes what.
struct Logger {
    name: &'static str,
    language: Language,
    /// Pointer of the message.
    message: &'static str,
    /// Pointer of the password.
    password: &'static str,
    /// Pointer of a structure printed for debugging that holds the secret, too (line 10).
    structure: Option<&'static str>,
    /// What mode `odd` brings, in the form of [`findings`].
    odd: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Language {
    Rust,
    Node,
    Python,
}

// --- Rust ------------------------------------------------------------------------------------------------------------

const TRACING: Logger = Logger {
    name: "tracing",
    language: Language::Rust,
    message: "/fields/message",
    password: "/fields/password",
    structure: Some("/fields/gateway"),
    // A field by the name of one of tracing's own is one level deeper.
    odd: &[],
};

#[test]
fn tracing() {
    judge(&TRACING);
}

#[test]
fn tracing_flattened() {
    judge(&Logger {
        name: "tracing-flat",
        message: "/message",
        password: "/password",
        structure: Some("/gateway"),
        odd: &["error logs/duplicate-key, line 1, 1 time"],
        ..TRACING
    });
}

/// The correlation id stands on a span around the innermost one.
#[test]
fn tracing_with_spans() {
    judge(&Logger { name: "tracing-spans", ..TRACING });
}

/// tracing has no place for the name of the service: where nobody logs it as a field, it lacks in every record.
#[test]
fn tracing_without_a_service() {
    for name in ["tracing", "tracing-flat", "tracing-spans"] {
        let logger = Logger { name, ..TRACING };
        let Some(bytes) = output(&logger, "no-service") else { return };
        let run = check(&bytes, "json");
        assert_eq!(
            findings(&run),
            ["error logs/missing-field (service), line 1, 10 times"],
            "{name}: {run:?}"
        );
        let report = run.json();
        let mut findings = report["findings"].as_array().unwrap().iter();
        let finding = findings.find(|finding| finding["rule"] == "logs/missing-field").unwrap();
        let lines: Vec<_> =
            finding["places"].as_array().unwrap().iter().map(|place| &place["line"]).collect();
        assert_eq!(lines, [2, 3], "{name}: {run:?}");
        assert_eq!(run.code, 1, "{name}: {run:?}");
    }
}

#[test]
fn slog() {
    judge(&Logger {
        name: "slog",
        language: Language::Rust,
        message: "/msg",
        password: "/password",
        structure: None,
        odd: &["error logs/duplicate-key, line 1, 1 time"],
    });
}

// --- Node ------------------------------------------------------------------------------------------------------------

const PINO: Logger = Logger {
    name: "pino",
    language: Language::Node,
    message: "/msg",
    password: "/password",
    structure: None,
    odd: &["error logs/duplicate-key, line 1, 1 time", "error logs/not-json, line 2, 1 time"],
};

#[test]
fn pino() {
    judge(&PINO);
}

#[test]
fn pino_set_up_as_the_contract_asks() {
    judge(&Logger { name: "pino-set-up", message: "/message", password: "/login/password", ..PINO });
}

#[test]
fn bunyan() {
    judge(&Logger { name: "bunyan", odd: &["error logs/not-json, line 2, 1 time"], ..PINO });
}

// --- Python ----------------------------------------------------------------------------------------------------------

const STRUCTLOG: Logger = Logger {
    name: "structlog",
    language: Language::Python,
    message: "/event",
    password: "/password",
    structure: None,
    odd: &["error logs/not-json, line 1, 1 time", "error logs/not-json, line 2, 1 time"],
};

#[test]
fn structlog() {
    judge(&STRUCTLOG);
}

#[test]
fn python_json_logger() {
    judge(&Logger { name: "python-json-logger", message: "/message", ..STRUCTLOG });
}

#[test]
fn python_json_logger_set_up_as_the_contract_asks() {
    let name = "python-json-logger-set-up";
    judge(&Logger { name, message: "/message", password: "/login/password", ..STRUCTLOG });
}

// --- How they are judged ---------------------------------------------------------------------------------------------

/// All that is asked of every logger.
fn judge(logger: &Logger) {
    let Some(clean) = output(logger, "clean") else { return };
    let run = check(&clean, "json");
    assert!(findings(&run).is_empty(), "{}: {run:?}", logger.name);
    assert_eq!(run.code, 0, "{}: {run:?}", logger.name);

    let faulty = output(logger, "faulty").unwrap();
    let run = check(&faulty, "json");
    let mut expected = vec![
        "error logs/missing-field (correlation_id), line 7, 1 time".to_owned(),
        format!("error redaction/sensitive-field ({}), line 8, 1 time", logger.password),
        format!("error redaction/secret ({}), line 9, 1 time", logger.message),
    ];
    expected.extend(logger.structure.map(|at| format!("error redaction/secret ({at}), line 10, 1 time")));
    assert_eq!(findings(&run), expected, "{}: {run:?}", logger.name);
    assert_eq!(run.code, 1, "{}: {run:?}", logger.name);

    let odd = output(logger, "odd").unwrap();
    let run = check(&odd, "json");
    assert_eq!(findings(&run), logger.odd, "{}: {run:?}", logger.name);
    assert_eq!(run.code, i32::from(!logger.odd.is_empty()), "{}: {run:?}", logger.name);

    assert_no_output_tells(logger, &faulty);
    assert_judged_live(logger, "clean", 0);
    assert_judged_live(logger, "faulty", 1);
}

/// The findings of level error and warning: level, rule, subject where it is a field or a pointer, line, count. Also
/// holds that the bytes were known for a log and are called what we called them.
fn findings(run: &Run) -> Vec<String> {
    let report = run.json();
    let summary = &report["summary"];
    assert_eq!(summary["read"], serde_json::json!({ "logs": 1 }), "{run:?}");
    assert_eq!(summary["unread"], serde_json::json!({}), "{run:?}");
    assert_eq!(summary["unchecked"], false, "{run:?}");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let mut found = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["path"], "app.jsonl", "{run:?}");
        let (level, rule) = (text(finding, "level"), text(finding, "rule"));
        if level == "info" {
            continue;
        }
        let subject = if rule == "logs/missing-field" || rule.starts_with("redaction/") {
            format!(" ({})", text(finding, "subject"))
        } else {
            String::new()
        };
        let (line, count) = (&finding["line"], &finding["count"]);
        let times = if *count == 1 { "time" } else { "times" };
        found.push(format!("{level} {rule}{subject}, line {line}, {count} {times}"));
    }
    found
}

/// No form of the report, nor what is said beside it, nor the facts hold a piece of what was planted.
fn assert_no_output_tells(logger: &Logger, faulty: &[u8]) {
    for format in FORMATS {
        let run = check(faulty, format);
        assert_eq!(run.code, 1, "{}, {format}: {run:?}", logger.name);
        for rule in ["logs/missing-field", "redaction/sensitive-field", "redaction/secret"] {
            assert!(run.stdout.contains(rule), "{}, {format}: no {rule}: {run:?}", logger.name);
        }
        assert_tells_nothing(logger, &run);
    }
    let facts = ["facts", "-", "--stdin-filename", "app.jsonl"];
    let run = telelint_reading(&folder(), &facts, faulty);
    assert_eq!(run.code, 0, "{}: {run:?}", logger.name);
    assert_tells_nothing(logger, &run);
}

fn assert_tells_nothing(logger: &Logger, run: &Run) {
    for piece in planted(logger).pieces() {
        // The run itself is not shown: a failure's text would tell.
        assert!(!run.stdout.contains(&piece), "{}: stdout tells {piece}", logger.name);
        assert!(!run.stderr.contains(&piece), "{}: stderr tells {piece}", logger.name);
    }
}

/// `app | telelint check -`: without a name, and while the program still runs.
fn assert_judged_live(logger: &Logger, mode: &str, code: i32) {
    let mut app = app(logger, mode).unwrap();
    let mut app = app.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let pipe = app.stdout.take().unwrap();
    let mut check = command(&folder(), &["check", "-", "--format", "json"]);
    let run = finish(check.stdin(pipe).spawn().unwrap());
    assert!(app.wait().unwrap().success(), "{} {mode}", logger.name);
    assert_eq!(run.code, code, "{} {mode}: {run:?}", logger.name);
    assert_eq!(run.json()["summary"]["read"]["logs"], 1, "{} {mode}: {run:?}", logger.name);
    assert_tells_nothing(logger, &run);
}

fn check(bytes: &[u8], format: &str) -> Run {
    let args = ["check", "-", "--stdin-filename", "app.jsonl", "--format", format];
    telelint_reading(&folder(), &args, bytes)
}

/// A folder of this test's own without a contract in it, so that the built-in one is in force.
fn folder() -> PathBuf {
    // Each test has a thread, which is called like it.
    scratch(std::thread::current().name().unwrap())
}

// --- What they write -------------------------------------------------------------------------------------------------

/// What a logger writes; `None` where it is not there. Only in mode `faulty` does it hold what is planted.
fn output(logger: &Logger, mode: &str) -> Option<Vec<u8>> {
    let written = app(logger, mode)?.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&written.stderr);
    assert!(written.status.success(), "{} {mode}: {said}", logger.name);
    let text = String::from_utf8_lossy(&written.stdout);
    assert_eq!(text.lines().count(), if mode == "odd" { 3 } else { 10 }, "{} {mode}", logger.name);
    for piece in planted(logger).pieces() {
        assert_eq!(text.contains(&piece), mode == "faulty", "{} {mode}: {piece}", logger.name);
    }
    Some(written.stdout)
}

/// The program that logs; `None` where its logger is not there, which is a failure in CI.
fn app(logger: &Logger, mode: &str) -> Option<Command> {
    let Some(installed) = std::env::var_os("TELELINT_LOGGERS").map(PathBuf::from) else {
        leave_out("TELELINT_LOGGERS");
        return None;
    };
    let (there, mut command) = match logger.language {
        Language::Rust => {
            let program = installed.join("rust/debug/telelint-test-loggers");
            (program.clone(), Command::new(program))
        }
        Language::Node => {
            let mut command = Command::new("node");
            // It looks for its packages where it is run.
            command.arg(project("tests/loggers/node/log.mjs")).current_dir(installed.join("node"));
            (installed.join("node/node_modules"), command)
        }
        Language::Python => {
            let mut command = Command::new(installed.join("python/bin/python"));
            command.arg(project("tests/loggers/python/log.py"));
            (installed.join("python/requirements.txt"), command)
        }
    };
    if !there.exists() {
        leave_out(&there.display().to_string());
        return None;
    }
    let Planted { password, secret } = planted(logger);
    command.args([logger.name, mode]).env("PLANTED_PASSWORD", password).env("PLANTED_SECRET", secret);
    Some(command)
}

fn leave_out(what: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{what} is missing; scripts/test installs it");
    eprintln!("left out: {what} is missing; scripts/test installs it");
}

/// What must not be repeated.
struct Planted {
    password: String,
    secret: String,
}

impl Planted {
    /// All runs of six letters and digits, so that half a secret counts, too. What is the same in every key is none.
    fn pieces(&self) -> BTreeSet<String> {
        let key = self.secret.strip_prefix(STRIPE).unwrap();
        let runs = self.password.split(|c: char| !c.is_ascii_alphanumeric()).chain([key]);
        runs.flat_map(|run| run.as_bytes().windows(6))
            .map(|piece| String::from_utf8(piece.to_vec()).unwrap())
            .collect()
    }
}

/// How a secret key of Stripe begins; in two, so that nobody takes this for one.
const STRIPE: &str = concat!("sk_", "live_");

/// A password that has to be escaped in JSON, and a key; others for each logger, the same on every run.
fn planted(logger: &Logger) -> Planted {
    let random = |what: &str, length: u32| -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let letter = |at: u32| {
            let mut hasher = DefaultHasher::new();
            (logger.name, what, at).hash(&mut hasher);
            char::from(letters[(hasher.finish() % letters.len() as u64) as usize])
        };
        (0..length).map(letter).collect()
    };
    let [one, two, three, four] = ["one", "two", "three", "four"].map(|part| random(part, 8));
    Planted {
        password: format!("{one}\"{two}\\{three}é{four}"),
        secret: format!("{STRIPE}{}", random("key", 24)),
    }
}
