//! The reader of logs: the facts are the same however the input is cut, by however many threads it is read and in whatever
//! order its parts come.

mod support;

use std::io::Read;
use std::sync::{Arc, OnceLock};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use telelint::facts::{Facts, Kind, Role, Tally};
use telelint::read::logs::read_in_stretches;
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
    Watch {
        exact_values: 1024,
        compare: false,
        logs,
        detectors,
        hidden: Arc::default(),
        rust: telelint::read::watch::RustWatch::default(),
        ..Watch::default()
    }
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
        1 => record().prop_map(|text| text.as_bytes()[..text.len() / 2].to_vec()),
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

/// A few records again and again, some of them with one byte changed: what the reader remembers of one is tried on all.
fn repeated() -> impl Strategy<Value = Log> {
    const BYTES: &[u8] = b"\"\\{}[]:, 019-.eEtfnu\x01a";
    let change = prop_oneof![2 => Just(None), 3 => (any::<Index>(), select(BYTES.to_vec())).prop_map(Some)];
    (vec(record(), 1..4), vec((any::<Index>(), change), 2..12)).prop_map(|(records, lines)| {
        let mut text = Vec::new();
        for (which, change) in lines {
            let mut line = which.get(&records).clone().into_bytes();
            if let Some((at, byte)) = change {
                let at = at.index(line.len());
                line[at] = byte;
            }
            text.extend(line);
            text.push(b'\n');
        }
        Log(text)
    })
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn records_before_change_nothing(text in repeated()) {
        let facts = |text: &[u8]| reading("a.log", text, false, 1000, watch()).facts;
        let whole = facts(&text.0);
        let mut alone = Facts::new(&watch().fingerprint());
        let mut start = 0;
        for line in text.0.split_inclusive(|byte| *byte == b'\n') {
            // The other lines are blank, which is no record, so all places are the same.
            let blank = |byte: &u8| if *byte == b'\n' { b'\n' } else { b' ' };
            let mut only: Vec<u8> = text.0.iter().map(blank).collect();
            only[start..start + line.len()].copy_from_slice(line);
            start += line.len();
            alone = alone.merge(facts(&only));
        }
        same(&Facts { inputs: whole.inputs.clone(), ..alone }, &whole, "line by line")?;
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

const GOOD: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"level\":\"info\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";

/// Lacks the level, so that it shows whether its line was judged.
const JUDGED: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";

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
