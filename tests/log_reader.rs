//! The reader of logs: the facts are the same however the input is cut, by however many threads it is read and in whatever
//! order its parts come; the scanner accepts what JSON is and nothing else; and broken input is named with its line while
//! the rest is checked all the same.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use support::{Run, command, finish, scratch, scratch_with, telelint, telelint_fed, telelint_reading, write};
use telelint::facts::{Facts, Kind, Role, Tally};
use telelint::read::logs::json::{Scalar, Scanner, Visitor};
use telelint::read::logs::{MAX_LINE, read_in_stretches};
use telelint::read::watch::{Detectors, Format, LogWatch, STANDARD, WatchedField};
use telelint::read::{Opened, Reading, Watch};

fn config(cases: u32) -> ProptestConfig {
    // The smallest failing case is printed; nothing is written into the source tree.
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4000, ..ProptestConfig::default() }
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading in the library

/// As the built-in contract has it, in short. All readings share one engine, which compiles its expressions once.
fn watch() -> &'static Watch {
    static WATCH: OnceLock<Watch> = OnceLock::new();
    WATCH.get_or_init(made_watch)
}

fn made_watch() -> Watch {
    let mut fields: Vec<WatchedField> = STANDARD
        .iter()
        .map(|name| WatchedField { name: (*name).to_owned(), required: true, ..WatchedField::default() })
        .collect();
    fields.push(WatchedField {
        name: "correlation_id".to_owned(),
        aliases: vec!["correlationId".to_owned()],
        required: true,
        format: Format::Uuid,
        redacted: None,
    });
    fields.push(WatchedField {
        name: "user_id".to_owned(),
        aliases: vec!["userId".to_owned(), "user.id".to_owned()],
        redacted: Some("usr_[0-9a-f]{16}".to_owned()),
        ..WatchedField::default()
    });
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let logs = LogWatch {
        fields,
        levels: owned(&["trace", "debug", "info", "warn", "error", "fatal"]),
        max_record: 3000,
        sensitive: owned(&["password", "token", "api_key", "secret", "card_number"]),
        attributes: owned(&["service.version", "deployment.environment"]),
        services: vec![("named/*.log".to_owned(), "named".to_owned())],
    };
    let detectors = Arc::new(Detectors::new([].into(), [].into(), true));
    Watch { exact_values: 1024, compare: false, logs, detectors }
}

/// Reads a text, of which the first line was read before to find out the kind, in stretches of a size.
fn reading(path: &str, text: &[u8], once: bool, stretch: usize, watch: &Watch) -> Reading {
    let (head, rest) = text.split_at(head_of(text));
    let opened =
        Opened { path: path.into(), kind: Kind::Logs, role: Role::Current, head: head.to_vec(), rest, once };
    read_in_stretches(opened, watch, stretch)
}

const STRETCHES: [usize; 5] = [1, 7, 64, 1000, 65536];

/// The first line: it shows whether a log is one of a container runtime, and small stretches cut the rest.
fn head_of(text: &[u8]) -> usize {
    text.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// Facts are equal, or the first difference is shown with the lines above it.
fn same(one: &Facts, other: &Facts, what: &str) -> Result<(), TestCaseError> {
    if one == other {
        return Ok(());
    }
    let [one, other] = [one, other].map(|facts| serde_json::to_string_pretty(facts).unwrap());
    let differ = one.lines().zip(other.lines()).position(|(a, b)| a != b);
    let at = |text: &str, at: usize| {
        text.lines().skip(at.saturating_sub(14)).take(18).collect::<Vec<_>>().join("\n")
    };
    let shown = differ.map_or_else(
        || "one is longer".to_owned(),
        |d| format!("{}\n--- and ---\n{}", at(&one, d), at(&other, d)),
    );
    Err(TestCaseError::fail(format!("{what}: facts differ:\n{shown}")))
}

// ---------------------------------------------------------------------------------------------------------------------
// Generated logs

/// The bytes of a log; a failing case is shown line by line.
#[derive(Clone)]
struct Log(Vec<u8>);

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.0.split_inclusive(|byte| *byte == b'\n').take(20) {
            write!(f, "\n    {}", line.escape_ascii().to_string().replace("\\\"", "\""))?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn uuid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|n| {
        let hex = format!("{n:032x}");
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    })
}

/// A secret that stands in no file.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9A-Za-z]{24}".prop_map(|random| format!("sk_{}_{random}", "live")),
        "[0-9A-Za-z]{24}".prop_map(|random| format!("sk_{}_{random}", "test")),
        "[a-z]{8}".prop_map(|name| format!("{name}@{name}.com")),
        "[a-z0-9]{12}".prop_map(|word| format!("https://shop:{word}@db.internal/x")),
        "[2-7A-Z]{16}".prop_map(|random| format!("{}{random}", "AKIA")),
        Just("4242424242424242".to_owned()),
    ]
}

fn service() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        6 => (0..6u32).prop_map(|n| Some(format!("service-{n}"))),
        1 => Just(None),
        1 => Just(Some(String::new())),
        1 => uuid().prop_map(Some),
        1 => secret().prop_map(Some),
    ]
}

fn message() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(vec!["started", "order accepted", "retry 3 of 5", ""]).prop_map(str::to_owned),
        2 => (uuid(), 0..9u32).prop_map(|(id, n)| format!("order {id} has {n} items")),
        1 => (1_000_000..9_000_000u32, 0..5u32).prop_map(|(id, t)| format!("template {t} of {id}")),
        1 => secret().prop_map(|secret| format!("called with {secret} now")),
        1 => secret().prop_map(|secret| format!("{{\"body\":\"{secret}\"}}")),
    ]
}

/// Further members of a record, as text.
fn member() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => (0..9u32).prop_map(|n| format!("\"count\":{n}")),
        2 => uuid().prop_map(|id| format!("\"correlationId\":\"{id}\"")),
        1 => select(vec!["\"correlation_id\":null", "\"correlation_id\":\"7\"", "\"correlation_id\":{}"])
            .prop_map(str::to_owned),
        2 => select(vec!["usr_0123456789abcdef", "4711", "ann", "•••", ""])
            .prop_map(|id| format!("\"user_id\":\"{id}\"")),
        1 => any::<u32>().prop_map(|id| format!("\"userId\":{id}")),
        2 => (select(vec!["password", "apiToken", "x-api-key", "max_tokens", "card_number"]), secret())
            .prop_map(|(key, value)| format!("{}:{}", quoted(key), quoted(&value))),
        1 => (secret(), secret())
            .prop_map(|(a, b)| format!("\"context\":{{\"a\":[{}],\"token\":{}}}", quoted(&a), quoted(&b))),
        1 => secret().prop_map(|secret| format!("\"note\":\"\\u00{:02x}{}\"", secret.as_bytes()[0], &secret[1..])),
        1 => Just("\"service.version\":\"1.2.3\"".to_owned()),
        1 => Just("\"count\":1,\"count\":2".to_owned()),
        1 => "[ -!#-\\[\\]-~é]{0,40}".prop_map(|text| format!("\"text\":{}", quoted(&text))),
    ]
}

/// A record of one of many loggers.
fn record() -> impl Strategy<Value = String> {
    let time = select(vec![
        "\"2026-11-22T09:12:03.173Z\"",
        "\"2026-11-22T09:12:03.173Z\"",
        "1795338723173",
        "\"yesterday\"",
        "null",
    ]);
    let level = prop_oneof![
        5 => select(vec!["\"info\"", "\"WARN\"", "30", "\"LOUD\"", "null"]).prop_map(str::to_owned),
        1 => (0..5u32).prop_map(|n| format!("\"level-{n}\"")),
    ];
    let members = vec(member(), 0..4);
    (select((0..8u8).collect::<Vec<_>>()), time, level, service(), message(), members).prop_map(
        |(shape, time, level, service, message, members)| {
            let message = quoted(&message);
            let service = service.map(|service| quoted(&service));
            let named = |key: &str| service.as_ref().map(|name| format!(",\"{key}\":{name}")).unwrap_or_default();
            let rest: String = members.iter().flat_map(|member| [",", member.as_str()]).collect();
            match shape {
                0 => format!("{{\"timestamp\":{time},\"level\":{level},\"fields\":{{\"message\":{message}{}{rest}}},\"target\":\"a\"}}", named("service")),
                1 => format!("{{\"time\":{time},\"level\":{level},\"msg\":{message},\"pid\":7,\"hostname\":\"h\",\"v\":0{}{rest}}}", named("name")),
                2 => format!("{{\"@timestamp\":{time},\"log.level\":{level},\"message\":{message}{}{rest}}}", named("service.name")),
                3 => format!("{{\"level\":{level},\"ts\":{time},\"caller\":\"a.go:1\",\"msg\":{message}{}{rest}}}", named("service")),
                4 => format!("{{\"severity\":{level},\"timestamp\":{time},\"message\":{message}{}{rest}}}", named("service")),
                5 => format!("{{\"event\":{message},\"level\":{level},\"timestamp\":{time}{}{rest}}}", named("service")),
                6 => format!("{{\"timestamp\":{time},\"level\":{level},\"message\":{message},\"span\":{{\"name\":\"x\"{}{rest}}},\"spans\":[]}}", named("service")),
                _ => format!("{{\"timestamp\":{time},\"level\":{level},\"message\":{message}{}{rest}}}", named("service")),
            }
        },
    )
}

/// Something that is no record, or half of one.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let text = select(vec![
        "plain text",
        "level=info msg=\"logfmt\" n=1",
        "",
        "   ",
        "[1,2]",
        "\"text\"",
        "{\"level\":\"info\",\"message\":\"cut of",
        "{\"a\":1}{\"a\":2}",
        "{\"a\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{}",
        "\u{feff}{\"message\":\"m\"}",
        "{\"message\":\"m\"}\r",
    ]);
    prop_oneof![
        6 => text.prop_map(|text| text.as_bytes().to_vec()),
        1 => Just(b"{\"message\":\"\xff\"}".to_vec()),
        1 => secret().prop_map(|secret| format!("seen {secret} in text").into_bytes()),
        1 => record().prop_map(|text| text[..text.len() / 2].bytes().collect()),
        1 => (3000..4000usize).prop_map(|n| format!("{{\"message\":\"{}\"}}", "x".repeat(n)).into_bytes()),
    ]
}

/// A record within another one.
fn wrapped() -> impl Strategy<Value = String> {
    let outer = prop_oneof![
        3 => Just(String::new()),
        1 => secret().prop_map(|secret| format!(",\"token\":{}", quoted(&secret))),
        1 => Just(",\"x\":1,\"x\":2".to_owned()),
    ];
    let kind = select((0..9u8).collect::<Vec<_>>());
    let inner = prop_oneof![4 => record(), 1 => Just("plain text".to_owned()), 1 => Just("{\"a\":1,\"a\":2}".to_owned()), 1 => Just("{\"cut\":".to_owned())];
    (kind, inner, record(), outer).prop_map(|(kind, inner, second, outer)| {
        let (text, second) = (quoted(&inner), quoted(&second));
        match kind {
            0 => format!("{{\"streams\":[{{\"stream\":{{\"service_name\":\"loki-1\",\"level\":\"info\"}},\"values\":[[\"1795338723173000000\",{text}],[\"1795338723173000001\",{second}]]}}]{outer}}}"),
            1 => format!("{{\"labels\":{{\"app\":\"shop\"}},\"line\":{text},\"timestamp\":\"2026-11-22T09:12:03Z\"{outer}}}"),
            2 => format!("{{\"MESSAGE\":{text},\"SYSLOG_IDENTIFIER\":\"unit\",\"PRIORITY\":\"6\"{outer}}}"),
            3 => format!("{{\"log\":{text},\"kubernetes\":{{\"container_name\":\"pod\"}}{outer}}}"),
            4 => format!("{{\"message\":{text},\"source_type\":\"file\",\"timestamp\":\"2026-11-22T09:12:03Z\"{outer}}}"),
            5 => format!("{{\"resourceLogs\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"service.name\",\"value\":{{\"stringValue\":\"otlp-1\"}}}}]}},\"scopeLogs\":[{{\"logRecords\":[{{\"timeUnixNano\":\"1795338723173000000\",\"severityText\":\"INFO\",\"body\":{{\"stringValue\":{text}}},\"attributes\":[{{\"key\":\"password\",\"value\":{{\"stringValue\":{second}}}}}]}}]}}]}}]{outer}}}"),
            6 => format!("web-1  | {inner}"),
            7 => format!("[pod/web-1/web] {inner}"),
            _ => format!("2026-11-22T09:12:03.173Z {inner}"),
        }
    })
}

/// The lines of one log; those of container runtimes hold lines that go on in later ones.
fn log() -> impl Strategy<Value = Log> {
    let bytes = |text: String| text.into_bytes();
    let mixed = prop_oneof![4 => record().prop_map(bytes), 2 => wrapped().prop_map(bytes), 2 => broken()];
    let content = prop_oneof![4 => record().prop_map(bytes), 1 => wrapped().prop_map(bytes), 1 => broken()];
    let parts = |whole: Vec<u8>, at: &[Index]| -> Vec<Vec<u8>> {
        let mut cuts: Vec<usize> = at.iter().map(|at| at.index(whole.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([whole.len()]);
        let begins = std::iter::once(0).chain(cuts.iter().copied());
        begins.zip(ends).map(|(from, to)| whole[from..to].to_vec()).collect()
    };
    let of_runtime = (content, vec(any::<Index>(), 0..3), any::<bool>());
    let cri = vec(of_runtime, 1..8).prop_map(move |records| {
        // Two streams go along at once, so that parts of one stand between those of the other.
        let mut lines = [Vec::new(), Vec::new()];
        for (whole, at, is_error) in records {
            let parts = parts(whole, &at);
            let last = parts.len() - 1;
            for (number, part) in parts.into_iter().enumerate() {
                let tag = if number < last { "P" } else { "F" };
                let stream = if is_error { "stderr" } else { "stdout" };
                let line =
                    [format!("2026-11-22T09:12:03.173254000Z {stream} {tag} ").as_bytes(), &part].concat();
                lines[usize::from(is_error)].push(line);
            }
        }
        let [a, b] = lines;
        let longer = a.len().max(b.len());
        (0..longer).flat_map(|at| [a.get(at), b.get(at)]).flatten().cloned().collect::<Vec<_>>()
    });
    let of_docker = (
        prop_oneof![4 => record(), 1 => Just("plain".to_owned())],
        vec(any::<Index>(), 0..3),
        any::<bool>(),
        any::<bool>(),
    );
    let docker = vec(of_docker, 1..8).prop_map(move |records| {
        let mut lines = [Vec::new(), Vec::new()];
        for (whole, at, is_error, is_odd) in records {
            let chars: Vec<char> = (whole + "\n").chars().collect();
            let places: Vec<u8> = vec![0; chars.len()];
            let mut from = 0;
            for part in parts(places, &at) {
                let text: String = chars[from..from + part.len()].iter().collect();
                from += part.len();
                let more = if is_odd { ",\"attrs\":{\"token\":\"abcdef0123\"},\"stream\":\"stderr\"" } else { "" };
                let stream = if is_error { "stderr" } else { "stdout" };
                let line = format!("{{\"log\":{},\"stream\":\"{stream}\",\"time\":\"2026-11-22T09:12:03.173254000Z\"{more}}}", quoted(&text));
                lines[usize::from(is_error)].push(line.into_bytes());
            }
        }
        let [a, b] = lines;
        let longer = a.len().max(b.len());
        (0..longer).flat_map(|at| [a.get(at), b.get(at)]).flatten().cloned().collect::<Vec<_>>()
    });
    let lines = prop_oneof![3 => vec(mixed, 0..14), 1 => cri, 1 => docker];
    (lines, any::<bool>()).prop_map(|(lines, ends)| {
        let mut text = lines.join(&b'\n');
        text.extend(ends.then_some(b'\n'));
        Log(text)
    })
}

/// More names than are kept apart: of services, templates, levels, pointers.
fn crowded() -> impl Strategy<Value = Log> {
    let line = (0..5u8, 0..700u32, 0..400u32).prop_map(|(what, n, m)| {
        let (mut service, mut level, mut message, mut more) = ("one".to_owned(), "info".to_owned(), "m".to_owned(), String::new());
        match what {
            0 => service = format!("service-{n}"),
            1 => level = format!("level-{n}"),
            2 => message = format!("{}: 12345678", spelled(n)),
            3 => more = format!(",\"part-{n}\":{{\"token\":\"abcdef0123\"}}"),
            _ => more = format!(",\"part-{n}\":\"ann-{m}@shop.de\""),
        }
        if m % 7 == 0 {
            service = format!("service-{n}");
        }
        format!("{{\"timestamp\":1795338723,\"level\":\"{level}\",\"service\":\"{service}\",\"message\":\"{message}\"{more}}}\n")
    });
    vec(line, 3000..3400).prop_map(|lines| Log(lines.concat().into_bytes()))
}

/// Digits of a message are no part of its template.
fn spelled(n: u32) -> String {
    n.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

fn in_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap().install(work)
}

/// Reads in stretches of every size; the facts are those of the first reading.
fn holds_in_stretches(text: &[u8], once: bool, stretches: &[usize]) -> Result<(), TestCaseError> {
    let watch = watch();
    let whole = reading("a.log", text, once, 1 << 20, watch);
    for stretch in stretches {
        let cut = reading("a.log", text, once, *stretch, watch);
        same(&cut.facts, &whole.facts, &format!("stretches of {stretch}"))?;
        for reading in [&cut, &whole] {
            keeps_lines(reading, text, once)?;
        }
    }
    Ok(())
}

/// What facts point at lies in the text; and where the input can't be read again, its line is kept.
fn keeps_lines(reading: &Reading, text: &[u8], once: bool) -> Result<(), TestCaseError> {
    let facts = &reading.facts;
    let mut places: Vec<_> = facts.streams.iter().map(|stream| stream.place.clone()).collect();
    let mut tallies: Vec<&Tally> = facts.faults.iter().map(|fault| &fault.seen).collect();
    tallies.extend(facts.sightings.iter().map(|sighting| &sighting.seen));
    for stream in facts.streams.iter() {
        tallies.extend(
            stream.levels.values().chain(stream.timestamps.values()).chain(stream.misplaced.values()),
        );
        tallies.extend(stream.messages.values().map(|message| &message.seen));
        tallies.extend(stream.sensitive.values().map(|field| &field.seen));
        for used in stream.fields.values() {
            tallies.extend(used.lacking.values().chain(used.raw.values()).chain(used.aliases.values()));
            tallies.push(&used.malformed);
        }
    }
    for tally in &tallies {
        prop_assert!(tally.first.len() as u64 == tally.count.min(3), "{tally:?}");
        prop_assert!(tally.first.is_sorted_by(|a, b| a.place <= b.place), "not in order: {tally:?}");
    }
    places.extend(tallies.iter().flat_map(|tally| tally.first.iter().map(|spot| spot.place.clone())));
    let lines = text.split(|byte| *byte == b'\n').count() as u64;
    for place in places {
        prop_assert!(place.line >= 1 && place.line <= lines && place.column >= 1, "{place:?}");
        prop_assert!(place.start <= text.len() as u64, "{place:?}");
        let kept = reading.lines.contains_key(&(Arc::clone(&place.path), place.line));
        prop_assert!(kept == once || !once && !kept, "line {} is not kept", place.line);
    }
    Ok(())
}

/// What has gone wrong before, or easily could: state that a worker carries from one line to the next, and places that come
/// in another order than lines do.
#[test]
fn lines_do_not_leave_anything_behind_for_later_ones() {
    let record = |n: u32| {
        format!("{{\"timestamp\":1795338723,\"level\":\"info\",\"service\":\"s{n}\",\"message\":\"m\"}}\n")
    };
    let docker = |text: &str, more: &str| {
        format!(
            "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-22T09:12:03Z\"{more}}}\n",
            quoted(text)
        )
    };
    let cri = |stream: &str, tag: &str, text: &str| {
        format!("2026-11-22T09:12:03.173254000Z {stream} {tag} {text}\n")
    };
    let pointers =
        (0..300).map(|n| format!("{{\"service\":\"a\",\"part-{n}\":{{\"token\":\"abcdef0123\"}}}}\n"));
    let mut failed = Vec::new();
    for (what, text) in [
        ("an envelope around no record", format!("web-1  | {{\"cut\":\n{}{}", record(1), record(2))),
        (
            "an envelope around text, in journald",
            format!("{{\"MESSAGE\":\"{{\\\"cut\\\":\",\"SYSLOG_IDENTIFIER\":\"unit\"}}\n{}", record(1)),
        ),
        (
            "a sensitive field of an envelope",
            format!("{}{}", record(1), docker(&record(2), ",\"attrs\":{\"token\":\"abcdef0123\"}")),
        ),
        ("more pointers than are kept apart", pointers.collect()),
        (
            "a fault in an envelope and one in the record",
            [docker("{\"a\":1,\"a\":2}\n", ",\"stream\":\"stdout\""), docker("{\"a\":1,\"a\":2}\n", "")]
                .concat(),
        ),
        (
            "a record that ends behind later ones",
            [
                cri("stdout", "F", "{}"),
                cri("stderr", "P", "{\"service\":\"a\","),
                cri("stdout", "F", "{\"service\":\"a\"}"),
                cri("stdout", "F", "{\"service\":\"a\"}"),
                cri("stdout", "F", "{\"service\":\"a\"}"),
                cri("stderr", "F", "\"x\":1,\"x\":2,\"token\":\"abcdef0123\"}"),
                cri("stdout", "F", "{\"service\":\"a\",\"x\":1,\"x\":2}"),
            ]
            .concat(),
        ),
        (
            "a service that comes and goes",
            [
                record(1),
                "{\"log\":\"text\",\"kubernetes\":{},\"token\":\"abcdef0123\"}\n".to_owned(),
                record(1),
            ]
            .concat(),
        ),
        ("a byte order mark that is not the first", format!("{}\u{feff}{}", record(1), record(2))),
        ("blank lines", format!("\n\n{}\n \t\n{}\n\n", record(1), record(2))),
        ("an end without a line feed", record(1).trim_end().to_owned()),
    ] {
        for once in [false, true] {
            let held = holds_in_stretches(text.as_bytes(), once, &STRETCHES);
            failed.extend(held.err().map(|error| format!("--- {what}: {error}")));
        }
    }
    failed.dedup();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn stretches_of_any_size_give_the_same_facts(text in log(), once in any::<bool>()) {
        holds_in_stretches(&text.0, once, &STRETCHES)?;
    }

    #[test]
    fn any_number_of_threads_gives_the_same_facts(text in log(), stretch in select(STRETCHES.to_vec())) {
        let watch = watch();
        let one = in_threads(1, || reading("a.log", &text.0, false, stretch, watch)).facts;
        for count in 2..=4 {
            let facts = in_threads(count, || reading("a.log", &text.0, false, stretch, watch)).facts;
            same(&facts, &one, &format!("{count} threads"))?;
        }
    }

    #[test]
    fn files_in_any_order_and_any_grouping_give_the_facts_of_all(
        (texts, order, cut) in vec(log(), 1..5).prop_flat_map(|texts| {
            let (order, length) = (Just((0..texts.len()).collect::<Vec<_>>()).prop_shuffle(), texts.len());
            (Just(texts), order, 0..=length)
        })
    ) {
        let watch = watch();
        let facts_of = |at: usize| {
            let name = if at == 0 { "named/0.log".to_owned() } else { format!("{at}.log") };
            reading(&name, &texts[at].0, false, 64, watch).facts
        };
        let none = || Facts::new(&watch.fingerprint());
        let whole = (0..texts.len()).map(facts_of).fold(none(), Facts::merge);
        let shuffled: Vec<Facts> = order.iter().map(|at| facts_of(*at)).collect();
        let (left, right) = shuffled.split_at(cut);
        let [left, right] = [left, right].map(|part| part.iter().cloned().fold(none(), Facts::merge));
        same(&right.merge(left), &whole, "merged")?;
    }

    #[test]
    fn facts_of_logs_survive_json(text in log()) {
        let facts = reading("a.log", &text.0, false, 1000, watch()).facts;
        let json = serde_json::to_string(&facts).unwrap();
        same(&serde_json::from_str(&json).unwrap(), &facts, "read back")?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 40, ..config(3) })]

    #[test]
    fn what_is_kept_apart_does_not_depend_on_the_cuts(text in crowded()) {
        holds_in_stretches(&text.0, true, &[5000, 60_000])?;
        let facts = reading("a.log", &text.0, false, 1 << 20, watch()).facts;
        // The bounds were met, or this tests nothing.
        prop_assert!(facts.streams.iter().any(|stream| stream.service.is_empty()));
        let one = facts.streams.iter().find(|stream| stream.service == "one").unwrap();
        for (what, count, rest) in [
            ("levels", one.levels.len(), one.levels.contains_key("")),
            ("messages", one.messages.len(), one.messages.contains_key("")),
            ("sensitive fields", one.sensitive.len(), one.sensitive.contains_key("")),
        ] {
            prop_assert!(count <= 257, "{count} {what} are kept apart");
            prop_assert!(count < 257 || rest, "the rest of the {what} is lost");
        }
        prop_assert!(facts.streams.len() <= 257 && facts.sightings.len() <= 600, "{} sightings", facts.sightings.len());
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The scanner

/// What the scanner hands out, checked for making sense, and counted.
#[derive(Default)]
struct Seen {
    open: Vec<bool>,
    keys: usize,
    scalars: usize,
    wrong: Option<String>,
}

impl Seen {
    fn must(&mut self, holds: bool, what: &str) {
        if !holds && self.wrong.is_none() {
            self.wrong = Some(what.to_owned());
        }
    }
}

impl Visitor for Seen {
    fn key(&mut self, text: &[u8], at: Range<usize>, escaped: bool) {
        self.keys += 1;
        self.must(self.open.last() == Some(&true), "a key outside of an object");
        self.must(
            text[at.start - 1] == b'"' && text[at.end] == b'"',
            "a key is not what stands between quotes",
        );
        self.must(text[at].contains(&b'\\') == escaped, "a key with escapes is not told");
    }
    fn scalar(&mut self, text: &[u8], at: Range<usize>, scalar: Scalar) {
        self.scalars += 1;
        let value: Result<serde_json::Value, _> = match scalar {
            Scalar::String { escaped } => {
                self.must(text[at.clone()].contains(&b'\\') == escaped, "a string with escapes is not told");
                serde_json::from_slice(&text[at.start - 1..=at.end])
            }
            _ => serde_json::from_slice(&text[at]),
        };
        let fits = match (value, scalar) {
            (Ok(value), Scalar::String { .. }) => value.is_string(),
            (Ok(value), Scalar::Number) => value.is_number(),
            (Ok(value), Scalar::Bool) => value.is_boolean(),
            (Ok(value), Scalar::Null) => value.is_null(),
            // The scanner may be told of a value before it finds what is wrong behind it, but no wrong value.
            (Err(error), _) => error.to_string().contains("out of range"),
        };
        self.must(fits, "a scalar is not what it is said to be");
    }
    fn open(&mut self, _: usize, is_object: bool) {
        self.open.push(is_object);
    }
    fn close(&mut self, _: usize) {
        let open = self.open.pop();
        self.must(open.is_some(), "something ends that never began");
    }
}

/// Whether a text is one JSON value to the scanner, and whether a key stands twice in it.
fn scanned(scanner: &mut Scanner, text: &str) -> Result<(bool, bool), TestCaseError> {
    let mut seen = Seen::default();
    let end = scanner.value(text.as_bytes(), 0, &mut seen);
    if let Some(wrong) = seen.wrong {
        return Err(TestCaseError::fail(format!("{wrong}: {text:?}")));
    }
    Ok(match end {
        Ok(end) => {
            prop_assert!(seen.open.is_empty(), "something stays open: {text:?}");
            let rest = text[end..].bytes().all(|byte| b" \t\r\n".contains(&byte));
            (rest, !scanner.repeated.is_empty())
        }
        Err(wrong) => {
            prop_assert!(
                wrong.at.start <= wrong.at.end && wrong.at.start <= text.len(),
                "{wrong:?}: {text:?}"
            );
            (false, false)
        }
    })
}

/// What `serde_json` says: whether it is one value; none where it has an opinion of its own.
fn by_serde(text: &str) -> Option<bool> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Some(true),
        Err(error) => {
            let said = error.to_string();
            // It stops at a depth of 128, and at numbers that are too large for a double; JSON knows no such limits.
            (!said.contains("recursion limit") && !said.contains("out of range")).then_some(false)
        }
    }
}

/// Whether a key stands twice in an object, once its escapes are undone.
fn has_twins(text: &str) -> bool {
    struct Keys(bool);
    impl<'de> serde::Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct Visit;
            impl<'de> serde::de::Visitor<'de> for Visit {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("JSON")
                }
                fn visit_bool<E>(self, _: bool) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_i64<E>(self, _: i64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_u64<E>(self, _: u64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_f64<E>(self, _: f64) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_str<E>(self, _: &str) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_unit<E>(self) -> Result<Keys, E> {
                    Ok(Keys(false))
                }
                fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Keys, A::Error> {
                    let mut twins = false;
                    while let Some(Keys(inner)) = items.next_element()? {
                        twins |= inner;
                    }
                    Ok(Keys(twins))
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Keys, A::Error> {
                    let (mut known, mut twins) = (BTreeSet::new(), false);
                    while let Some((key, Keys(inner))) = members.next_entry::<String, Keys>()? {
                        twins |= inner | !known.insert(key);
                    }
                    Ok(Keys(twins))
                }
            }
            from.deserialize_any(Visit)
        }
    }
    serde_json::from_str::<Keys>(text).is_ok_and(|Keys(twins)| twins)
}

fn json_string() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ !#-\\[\\]-~é✓\u{1f600}\u{7f}]{0,12}".prop_map(|text| text),
        2 => select(vec!["\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\b\\f\\r\\t"]).prop_map(str::to_owned),
        1 => select(vec!["\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud83d\\n", "\\x", "\\u12g4", "\\u+123", "\\", "\t", "\u{1}", "\u{1f}", "\u{80}"]).prop_map(str::to_owned),
    ];
    prop_oneof![
        12 => vec(part, 0..3).prop_map(|parts| format!("\"{}\"", parts.concat())),
        1 => "[a-z]{0,40}".prop_map(|text| format!("\"{text}")),
    ]
}

/// A text that is JSON, or nearly so.
fn json_text() -> impl Strategy<Value = String> {
    let blank = || select(vec!["", "", "", "", " ", "\t", "\r\n", "\u{b}", "\u{a0}"]);
    let number = prop_oneof![
        3 => any::<i64>().prop_map(|n| n.to_string()),
        2 => any::<f64>().prop_filter("a number", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        2 => select(vec!["0", "-0", "-0.0", "1E5", "1e+5", "1e-5", "0.5", "12.25e3", "1e400"]).prop_map(str::to_owned),
        1 => select(vec!["01", "-", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10", "NaN", "-Infinity", "Infinity", "1.e5", "-a", "1_000", "00"]).prop_map(str::to_owned),
    ];
    let word = prop_oneof![6 => select(vec!["true", "false", "null"]), 1 => select(vec!["True", "nul", "nulll", "truefalse", "undefined", "t"])];
    let scalar = prop_oneof![2 => json_string(), 2 => number, 1 => word.prop_map(str::to_owned)];
    let key = prop_oneof![
        6 => select(vec!["\"a\"", "\"b\"", "\"key\"", "\"another_key\"", "\"another_kez\"", "\"b_long_key_12345678\"", "\"\""]).prop_map(str::to_owned),
        1 => Just("\"\\u0061\"".to_owned()),
        3 => "[a-z]{1,9}".prop_map(|key| format!("\"{key}\"")),
        1 => json_string(),
    ];
    scalar.prop_recursive(5, 60, 8, move |inner| {
        let comma = select(vec![",", ",", ",", ",", ",", ",", ",", ",", ",", "", ",,", ";"]);
        let items = (vec((blank(), inner.clone(), blank(), comma), 0..6), select(vec![0, 0, 0, 0, 0, 0, 1]));
        let array = items.prop_map(|(items, trailing)| {
            let last = items.len();
            let parts = items.into_iter().enumerate().map(|(at, (before, item, behind, comma))| {
                let comma = if at + 1 < last || trailing == 1 { comma } else { "" };
                format!("{before}{item}{behind}{comma}")
            });
            format!("[{}]", parts.collect::<String>())
        });
        let colon = select(vec![":", ":", ":", ":", ":", ":", ":", ":", ": ", " :", "", "="]);
        let member = (key.clone(), colon, inner.clone())
            .prop_map(|(key, colon, value)| format!("{key}{colon}{value}"));
        let object = (vec((blank(), member), 0..6), select(vec!["", "", "", "", "", ",", "]"])).prop_map(
            |(members, end)| {
                let members: Vec<String> =
                    members.into_iter().map(|(blank, member)| format!("{blank}{member}")).collect();
                format!("{{{}{end}}}", members.join(","))
            },
        );
        // An object that has very many keys, perhaps one of them twice, perhaps another such object in it.
        let wide = (60..70usize, inner, prop::option::of((any::<Index>(), any::<Index>()))).prop_map(
            |(count, inner, twice)| {
                let mut keys: Vec<String> = (0..count).map(|n| format!("k{n}")).collect();
                if let Some((from, to)) = twice {
                    let key = keys[from.index(count)].clone();
                    keys[to.index(count)] = key;
                }
                let middle = count / 2;
                let members: Vec<String> = keys
                    .iter()
                    .enumerate()
                    .map(|(at, key)| format!("\"{key}\":{}", if at == middle { inner.as_str() } else { "1" }))
                    .collect();
                format!("{{{}}}", members.join(","))
            },
        );
        prop_oneof![6 => array, 8 => object, 1 => wide]
    })
}

/// The text with a few characters changed, put in or taken out.
fn mutated() -> impl Strategy<Value = String> {
    let odd = select(vec![
        '"', '\\', '{', '}', '[', ']', ',', ':', 'u', 'e', '-', '0', '.', ' ', '\n', '\u{1}', 'é',
        '\u{feff}', 'n', 't',
    ]);
    (json_text(), vec((any::<Index>(), odd, 0..3u8), 0..4)).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, c, how) in changes {
            let at = at.index(chars.len() + 1);
            match how {
                0 => chars.insert(at, c),
                1 if at < chars.len() => chars[at] = c,
                _ if at < chars.len() => {
                    chars.remove(at);
                }
                _ => chars.push(c),
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(config(6000))]

    #[test]
    fn the_scanner_accepts_what_serde_json_accepts(text in prop_oneof![json_text(), mutated()], before in json_text()) {
        // Whatever it scanned before changes nothing.
        let mut scanner = Scanner::default();
        let _ = scanner.value(before.as_bytes(), 0, &mut Seen::default());
        let (accepted, twins) = scanned(&mut scanner, &text)?;
        if let Some(expected) = by_serde(&text) {
            prop_assert_eq!(accepted, expected, "{:?}", text);
            if expected {
                prop_assert_eq!(twins, has_twins(&text), "a key twice: {:?}", text);
            }
        }
    }

    #[test]
    fn any_text_is_scanned_to_a_verdict(text in ".{0,60}") {
        let (accepted, _) = scanned(&mut Scanner::default(), &text)?;
        if let Some(expected) = by_serde(&text) {
            prop_assert_eq!(accepted, expected, "{:?}", text);
        }
    }
}

#[test]
fn a_key_that_stands_twice_is_found_in_objects_of_any_width() {
    let object = |keys: &[String], inner: &str| {
        let members: Vec<String> = keys.iter().map(|key| format!("\"{key}\":{inner}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let keys = |count: usize| (0..count).map(|n| format!("key_{n}")).collect::<Vec<_>>();
    let mut scanner = Scanner::default();
    let mut repeated = |text: &str| scanned(&mut scanner, text).unwrap();
    for count in [1, 2, 63, 64, 65, 66, 130, 1000] {
        let mut twice = keys(count);
        assert_eq!(repeated(&object(&twice, "1")), (true, false), "{count} keys");
        twice.push("key_0".to_owned());
        assert_eq!(repeated(&object(&twice, "1")), (true, true), "{count} keys and one of them again");
        *twice.last_mut().unwrap() = format!("key_{}", count - 1);
        assert_eq!(repeated(&object(&twice, "1")), (true, true), "{count} keys and the last of them again");
    }
    // A wide object within a wide one: each has the keys of the other.
    let wide = object(&keys(100), "1");
    let mut outer = object(&keys(100), "1");
    outer.truncate(outer.len() - 1);
    assert_eq!(repeated(&format!("{outer},\"inner\":{wide}}}")), (true, false));
    assert_eq!(
        repeated(&format!("{outer},\"inner\":{wide},\"key_3\":1}}")),
        (true, true),
        "behind a wide object"
    );
    assert_eq!(repeated(&format!("[{wide},{wide}]")), (true, false));
    // Keys that are alike where the scanner looks first: the first and last eight bytes, and the length.
    assert_eq!(repeated("{\"12345678a12345678\":1,\"12345678b12345678\":2}"), (true, false));
    assert_eq!(repeated("{\"a\":1,\"\\u0061\":2}"), (true, true), "the same key with an escape");
}

// ---------------------------------------------------------------------------------------------------------------------
// Bad input, through the program

const GOOD: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"level\":\"info\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";
/// Lacks the level, so that it shows whether its line was judged.
const JUDGED: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";

fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(folder, &[&["check", "--no-contract", "--format", "concise"], args].concat())
}

fn judged(at: &str) -> String {
    format!("{at}:1: error[logs/missing-field] 1 record of `shop` without `level`: absent")
}

fn not_json(at: &str, why: &str) -> String {
    format!("{at}: error[logs/not-json] the log is not JSON lines: {why}")
}

/// A line between good ones: what is found in it, from a file and from standard input; and the last line is judged.
fn bad_line(test: &str, line: &[u8], column: usize, why: &str) {
    let log =
        [GOOD.as_bytes(), b"\n", line, b"\n", GOOD.as_bytes(), b"\n", JUDGED.as_bytes(), b"\n"].concat();
    let folder = scratch(test);
    write(&folder, "a.jsonl", &log);
    let from_stdin = telelint_reading(
        &folder,
        &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"],
        &log,
    );
    for (name, run) in [("a.jsonl", check(&folder, &["a.jsonl"])), ("<stdin>", from_stdin)] {
        let mut expected = vec![not_json(&format!("{name}:2:{column}"), why), judged(&format!("{name}:4"))];
        let mut found = run.findings();
        // Long ones are said to be, too.
        found.retain(|finding| !finding.contains("[logs/oversized-record]"));
        expected.sort();
        found.sort_unstable();
        assert_eq!((found, run.code), (expected.iter().map(String::as_str).collect(), 1), "{run:?}");
    }
}

#[test]
fn a_broken_line_is_named_and_the_others_are_judged() {
    bad_line("broken", &GOOD.as_bytes()[..60], 61, "the record ends before it is complete");
    bad_line("broken", &GOOD.as_bytes()[..40], 37, "the string has no closing quote");
    let second = GOOD.len() + 1;
    bad_line("broken", [GOOD, GOOD].concat().as_bytes(), second, "a second record begins on the line");
    bad_line(
        "broken",
        [GOOD, " ", GOOD].concat().as_bytes(),
        second + 1,
        "a second record begins on the line",
    );
    bad_line("broken", [GOOD, ",", GOOD].concat().as_bytes(), second, "something stands behind the record");
    for (line, column, why) in [
        (&b"{\"a\":\"\\ud83d\"}"[..], 7, "half of a surrogate pair stands alone"),
        (b"{\"a\":\"\\ude00\\ud83d\"}", 7, "half of a surrogate pair stands alone"),
        (b"{\"a\":\"x\x1b[0m\"}", 8, "a raw control character stands in a string"),
        (b"{\"a\":\"x\ty\"}", 8, "a raw control character stands in a string"),
        (b"{\"a\":\"\0\"}", 7, "a raw control character stands in a string"),
        (b"{\"a\":\"\xff\"}", 7, "the record is not UTF-8"),
        (b"{\"a\":\"\xed\xa0\x80\"}", 7, "the record is not UTF-8"),
        (b"{\"a\":NaN}", 6, "NaN and infinity are no JSON values"),
        (b"{\"a\":Infinity}", 6, "NaN and infinity are no JSON values"),
        (b"{\"a\":-Infinity}", 6, "infinity is no JSON value"),
        (b"{\"a\":01}", 6, "this is no JSON number"),
        (b"{\"a\":1,}", 8, "a key in double quotes is expected here"),
        (b"{'a':1}", 2, "a key in double quotes is expected here"),
        (b"{\"a\":\"\\x41\"}", 7, "this escape does not exist in JSON"),
        (b"[1,2]", 1, "a JSON array, not an object"),
        (b"\"text\"", 1, "a JSON value, not an object"),
        (b"level=info msg=\"m\"", 1, "logfmt, not JSON"),
        (b"server is listening", 1, "plain text, not JSON"),
    ] {
        bad_line("broken", line, column, why);
    }
}

#[test]
fn a_record_nested_without_end_is_named_and_the_others_are_judged() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for closed in [true, false] {
            let inner = format!(
                "{}1{}",
                open.repeat(100_000),
                if closed { close.repeat(100_000) } else { String::new() }
            );
            // The column is that of what is too much: 999 others are open within the record.
            let column = 6 + 999 * open.len();
            bad_line(
                "deep",
                format!("{{\"a\":{inner}}}").as_bytes(),
                column,
                "it is nested more than 1,000 deep",
            );
        }
    }
    // In a string, where records are looked for once more.
    let folder = scratch("nested");
    let deep = format!("{{\"a\":{}}}", "[".repeat(100_000));
    let line = format!(
        "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-22T09:12:03Z\"}}\n{GOOD}\n{JUDGED}\n",
        quoted(&(deep + "\n"))
    );
    write(&folder, "a.jsonl", line);
    let run = check(&folder, &["a.jsonl"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("a.jsonl:1:") && run.stdout.contains("nested more than 1,000 deep"),
        "{run:?}"
    );
    assert!(run.findings().contains(&judged("a.jsonl:3").as_str()), "{run:?}");
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let folder = scratch_with(
        "twice",
        &[("a.jsonl", &format!("{GOOD}\n{},\"n\":1,\"n\":2}}\n{JUDGED}\n", &GOOD[..GOOD.len() - 1]))],
    );
    let run = check(&folder, &["a.jsonl"]);
    let column = GOOD.len() - 1 + ",\"n\":1,\"".len() + 1;
    let twice =
        format!("a.jsonl:2:{column}: error[logs/duplicate-key] the key `n` stands twice in one object");
    assert_eq!(
        (run.findings(), run.code),
        (vec![twice.as_str(), judged("a.jsonl:3").as_str()], 1),
        "{run:?}"
    );
}

#[test]
fn marks_and_line_ends_of_other_systems_are_named() {
    let folder = scratch("marks");
    write(&folder, "a.jsonl", format!("\u{feff}{GOOD}\n{JUDGED}\n"));
    let run = check(&folder, &["a.jsonl"]);
    let mark = not_json("a.jsonl:1:1", "the log begins with a byte order mark");
    assert_eq!((run.findings(), run.code), (vec![mark.as_str(), judged("a.jsonl:2").as_str()], 1), "{run:?}");
    write(&folder, "a.jsonl", format!("{GOOD}\r\n{GOOD}\r\n"));
    let run = check(&folder, &["a.jsonl"]);
    let ends = format!(
        "a.jsonl:1:{}: info[logs/not-json] the log is not JSON lines: lines end in CR LF (2 times)",
        GOOD.len() + 1
    );
    assert_eq!((run.findings(), run.code), (vec![ends.as_str()], 0), "{run:?}");
    write(&folder, "a.jsonl", format!("{GOOD}\r\n{JUDGED}\r\n"));
    assert!(check(&folder, &["a.jsonl"]).findings().contains(&judged("a.jsonl:2").as_str()));
}

#[test]
fn an_empty_log_is_no_success() {
    let folder = scratch_with("empty", &[("a.jsonl", ""), ("b.jsonl", &format!("{JUDGED}\n"))]);
    let empty = "a.jsonl:1:1: error[contract/unreadable-input] could not be checked: it is empty: it holds no log record";
    let run = check(&folder, &["a.jsonl"]);
    assert_eq!((run.findings(), run.code), (vec![empty], 2), "{run:?}");
    let run = check(&folder, &["."]);
    let other = judged("b.jsonl:1").replace("1 record", "every record");
    assert_eq!((run.findings(), run.code), (vec![empty, other.as_str()], 2), "{run:?}");
    let run = telelint_reading(
        &folder,
        &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"],
        b"",
    );
    assert!(run.code == 2 && run.stdout.contains("<stdin>:1:1: error[contract/unreadable-input]"), "{run:?}");
}

/// What a run cost at most, in bytes, and the run.
fn measured(mut command: Command) -> (Run, u64) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    // Reports of these tests are short, so neither pipe fills while the other one is read.
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let (mut status, pid) = (0, child.id().cast_signed());
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live variables of the types that `wait4` fills in, and the child was not waited for.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    assert!(waited == pid && libc::WIFEXITED(status), "{stderr}");
    // Kilobytes everywhere but on macOS.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    (Run { code: libc::WEXITSTATUS(status), stdout, stderr }, usage.ru_maxrss as u64 * unit)
}

const MOST_MEMORY: u64 = 64 << 20;

/// Asserts a peak. Until the child is the program it is a copy of this process, whose memory is counted as its own.
fn fits(peak: u64, what: &str) {
    let own = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let own = own
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let limit = MOST_MEMORY.max(own.unwrap_or_default() * 1024);
    assert!(peak < limit, "{what}: {} MiB at once", peak >> 20);
}

#[test]
fn a_line_of_100_mb_is_skipped_within_64_mib_and_the_others_are_judged() {
    let folder = scratch("long-line");
    let path = folder.join("a.jsonl");
    let mib = vec![b'x'; 1 << 20];
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    write!(file, "{GOOD}\n{{\"message\":\"").unwrap();
    for _ in 0..100 {
        file.write_all(&mib).unwrap();
    }
    write!(file, "\"}}\n{GOOD}\n{JUDGED}\n").unwrap();
    file.into_inner().unwrap();
    let limit = MAX_LINE >> 20;
    let skipped = |name: &str| {
        format!(
            "{name}:2:1: error[contract/unreadable-input] could not be checked: line 2 is over the limit of {limit} MiB and was skipped"
        )
    };
    let (run, peak) =
        measured(command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]));
    assert_eq!(
        (run.findings(), run.code),
        (vec![skipped("a.jsonl").as_str(), judged("a.jsonl:4").as_str()], 2),
        "{run:?}"
    );
    fits(peak, "a file");
    let mut piped =
        command(&folder, &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"]);
    piped.stdin(fs::File::open(&path).unwrap());
    let (run, peak) = measured(piped);
    fs::remove_file(&path).unwrap();
    assert_eq!(
        (run.findings(), run.code),
        (vec![skipped("<stdin>").as_str(), judged("<stdin>:4").as_str()], 2),
        "{run:?}"
    );
    fits(peak, "standard input");
}

#[test]
fn lines_around_the_limit_are_read_or_said_to_be_skipped() {
    let folder = scratch("limit");
    let line = |length: usize| format!("{{\"message\":\"{}\"}}", "x".repeat(length - 14));
    for (length, is_read) in
        [(MAX_LINE - 1, true), (MAX_LINE, true), (MAX_LINE + 1, false), (MAX_LINE * 2, false)]
    {
        for (before, behind) in [(0, 0), (1, 1), (0, 3000), (3000, 0)] {
            let text = [
                format!("{GOOD}\n").repeat(before),
                line(length) + "\n",
                format!("{GOOD}\n").repeat(behind),
                JUDGED.to_owned(),
            ]
            .concat();
            write(&folder, "a.jsonl", text);
            let run = check(&folder, &["--only", "logs/missing-field", "a.jsonl"]);
            let skipped = format!(
                "a.jsonl:{}:1: error[contract/unreadable-input] could not be checked: line {0} is over",
                before + 1
            );
            assert_eq!(run.stdout.contains(&skipped), !is_read, "{length} {before} {behind}: {run:?}");
            assert_eq!(run.code, if is_read { 1 } else { 2 }, "{run:?}");
            let found = run.findings().into_iter().any(|finding| {
                finding.contains(&format!("a.jsonl:{}:1: error[logs/missing-field]", before + behind + 2))
            });
            assert!(found, "{length} {before} {behind}: {run:?}");
        }
    }
}

/// A log that is all different: names, templates and pointers that never come again.
#[test]
fn memory_stays_small_however_different_the_records_are() {
    let folder = scratch("memory");
    let path = folder.join("a.jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for n in 0..60_000u64 {
        let name = spelled(n as u32);
        let key = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(
            file,
            "{{\"timestamp\":\"t{n}\",\"level\":\"level-{name}\",\"service\":\"service-{name}\",\"message\":\"{name} of 12345678\",\"part-{name}\":{{\"token\":\"{key:020}\",\"note\":\"ann@{name}.com\"}}}}"
        )
        .unwrap();
    }
    file.into_inner().unwrap();
    let (run, peak) =
        measured(command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]));
    fs::remove_file(&path).unwrap();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("redaction/sensitive-field") && run.stdout.contains("redaction/personal-data")
    );
    fits(peak, "60,000 services");
}

#[test]
fn a_log_that_grows_while_it_is_read_is_read_to_some_end() {
    let folder =
        scratch_with("grows", &[("a.jsonl", &format!("{JUDGED}\n{}", format!("{GOOD}\n").repeat(20_000)))]);
    let mut child =
        command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]).spawn().unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(folder.join("a.jsonl")).unwrap();
    // Not for ever: a reader as fast as the writer would never end.
    let lines = format!("{GOOD}\n").repeat(50);
    for _ in 0..2000 {
        file.write_all(lines.as_bytes()).unwrap();
        if child.try_wait().unwrap().is_some() {
            break;
        }
    }
    let run = finish(child);
    let found = run.findings();
    assert_eq!(found, [judged("a.jsonl:1")], "{run:?}");
    assert_eq!(run.code, 1);
    fs::remove_file(folder.join("a.jsonl")).unwrap();
}

#[test]
fn a_log_that_vanishes_while_it_is_read_is_judged_or_named() {
    let big = format!("{JUDGED}\n{}", format!("{GOOD}\n").repeat(20_000));
    for format in ["concise", "human", "sarif"] {
        for wait in [0, 20, 300] {
            let folder =
                scratch_with("vanishes", &[("a.jsonl", &big), ("b.jsonl", &format!("{JUDGED}\n{GOOD}\n"))]);
            let args =
                ["check", "--no-contract", "--format", format, "--kind", "logs", "a.jsonl", "b.jsonl", "-"];
            let path = folder.join("a.jsonl");
            // Standard input stays open until the file is gone; so the report is written when it can't be read again.
            let run = telelint_fed(&folder, &args, |input| {
                std::thread::sleep(Duration::from_millis(wait));
                fs::remove_file(path)?;
                writeln!(input, "{GOOD}")
            });
            let named = run.stdout.contains("unreadable-input") && run.code == 2;
            let judged = run.stdout.contains("missing-field") && run.code == 1;
            assert!(run.stdout.contains("a.jsonl") && (named || judged), "{format} after {wait} ms: {run:?}");
            assert!(run.stdout.contains("b.jsonl"), "the rest is judged: {run:?}");
        }
    }
}

/// Fails after so many bytes.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::Error::other("the disk is gone"));
        }
        let most = buffer.len().min(100);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn reading_that_fails_is_said_and_what_came_before_is_judged() {
    for stretch in STRETCHES {
        let text = format!("{GOOD}\n{JUDGED}\n{{\"a\":");
        let opened = Opened {
            path: "a.log".into(),
            kind: Kind::Logs,
            role: Role::Current,
            head: Vec::new(),
            rest: Failing(text.as_bytes()),
            once: false,
        };
        let facts = read_in_stretches(opened, watch(), stretch).facts;
        let said: Vec<&str> = facts.unreadable.iter().map(|unreadable| unreadable.reason.as_str()).collect();
        assert_eq!(said, [format!("reading ended at byte {}: the disk is gone", text.len())]);
        let records: u64 = facts.streams.iter().map(|stream| stream.records).sum();
        let lacking = facts
            .streams
            .iter()
            .any(|stream| stream.fields["level"].lacking.values().any(|tally| tally.count == 1));
        assert!(records == 2 && lacking, "{records} records");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// What is packed

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A frame of zstd whose blocks are not compressed (RFC 8878, section 3.1.1).
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd".to_vec();
    // A single segment whose size stands in eight bytes.
    frame.push(0b1110_0000);
    frame.extend((bytes.len() as u64).to_le_bytes());
    let blocks: Vec<&[u8]> = bytes.chunks(100 << 10).collect();
    for (at, block) in blocks.iter().enumerate() {
        let header = ((block.len() as u32) << 3) | u32::from(at + 1 == blocks.len());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}

/// The command's own output, where it is installed.
fn zstd_command(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child =
        Command::new("zstd").args(["-q", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feeder = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    output.status.success().then_some(output.stdout)
}

#[test]
fn packed_logs_give_the_findings_of_the_plain_ones() {
    let folder = scratch("packed");
    let broken =
        format!("{GOOD}\n{JUDGED}\n{{\"a\":NaN}}\n{},\"password\":\"hunter22\"}}\n", &GOOD[..GOOD.len() - 1]);
    let long = broken.clone() + &format!("{GOOD}\n").repeat(5000) + JUDGED;
    for text in [broken, long] {
        let bytes = text.as_bytes();
        let (first, second) = bytes.split_at(bytes.len() / 2 + 7);
        let mut packed = vec![
            ("a.jsonl.gz", gzip(bytes)),
            ("a.jsonl.gz", [gzip(first), gzip(second)].concat()),
            ("a.jsonl.zst", zstd(bytes)),
            ("a.jsonl.zst", [zstd(first), zstd(second)].concat()),
        ];
        packed.extend(zstd_command(bytes).map(|bytes| ("a.jsonl.zst", bytes)));
        for format in ["concise", "json", "human"] {
            write(&folder, "a.jsonl", bytes);
            let plain = telelint(&folder, &["check", "--no-contract", "--format", format, "a.jsonl"]);
            assert!(plain.code == 1 && plain.stdout.contains("sensitive-field"), "{plain:?}");
            fs::remove_file(folder.join("a.jsonl")).unwrap();
            for (name, bytes) in &packed {
                write(&folder, name, bytes);
                // By name, in a walk, and as a stream.
                let args = ["check", "--no-contract", "--format", format];
                let by_name = telelint(&folder, &[&args[..], &[name]].concat());
                let walked = telelint(&folder, &[&args[..], &["."]].concat());
                let streamed =
                    telelint_reading(&folder, &[&args[..], &["--stdin-filename", name, "-"]].concat(), bytes);
                for run in [by_name, walked, streamed] {
                    assert!(!run.stdout.contains("hunter22"), "{run:?}");
                    assert_eq!(
                        without_bytes(&run.stdout.replace(name, "a.jsonl")),
                        without_bytes(&plain.stdout),
                        "{name} in {format}"
                    );
                    assert_eq!(run.code, 1);
                }
                fs::remove_file(folder.join(name)).unwrap();
            }
        }
    }
}

/// A report without what it says of the run.
fn without_bytes(report: &str) -> String {
    report
        .lines()
        .filter(|line| !line.contains("bytes\":") && !line.starts_with("read"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn packed_logs_that_are_damaged_are_said_to_be() {
    let folder = scratch("damaged");
    let text = format!(
        "{JUDGED}\n{}",
        (0..5000).map(|n| format!("{},\"n\":{n}}}\n", &GOOD[..GOOD.len() - 1])).collect::<String>()
    );
    for (name, whole) in [("a.jsonl.gz", gzip(text.as_bytes())), ("a.jsonl.zst", zstd(text.as_bytes()))] {
        for keep in [whole.len() / 2, whole.len() - 3, 6] {
            write(&folder, name, &whole[..keep]);
            let run = check(&folder, &[name]);
            assert_eq!(run.code, 2, "{name} of {keep} bytes: {run:?}");
            assert!(run.stdout.contains(&format!("{name}:1:1: error[contract/unreadable-input]")), "{run:?}");
            // A frame of zstd may refer to all that came before, so it is handed out whole.
            if keep == whole.len() / 2 && name.ends_with(".gz") {
                assert!(
                    run.stdout.contains(&judged(&format!("{name}:1"))),
                    "what came before is judged: {run:?}"
                );
            }
        }
        fs::remove_file(folder.join(name)).unwrap();
    }
}
