//! Facts merge: whatever part was read where, in which order, by how many threads, the findings are the same. And a
//! second reader: `prometheus-parse` sees the same samples wherever it can read at all.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use support::{Run, command, finish, scratch, telelint, write};
use telelint::facts::{Facts, Kind, Role};
use telelint::read::exposition::scan::{Dialect, Line, Scanner};
use telelint::read::watch::LogWatch;
use telelint::read::{self, Opened, Watch};

fn config(cases: u32) -> ProptestConfig {
    // The smallest failing case is printed; nothing is written into the source tree.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

// ---------------------------------------------------------------------------------------------------------------------
// Generated expositions

const NAMES: [&str; 12] = [
    "http_requests_total",
    "http_requests",
    "request_duration_seconds",
    "request_duration_milliseconds",
    "queue_depth",
    "queueDepth",
    "cache_size_kilobytes",
    "stripe_calls_total_total",
    "cpu_temperature_celsius",
    "build_info",
    "target_info",
    "up",
];

fn label() -> impl Strategy<Value = (String, String)> {
    let name = select(vec![
        "method",
        "route",
        "user_id",
        "userName",
        "status",
        "le",
        "quantile",
        "order",
        "service_name",
    ]);
    let value = prop_oneof![
        4 => select(vec!["GET", "POST", "200", "/orders/{id}", "", "0.5", "+Inf"]).prop_map(str::to_owned),
        1 => any::<u128>().prop_map(|n| format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", n as u32, (n >> 32) as u16, (n >> 48) as u16 & 0xfff, (n >> 60) as u16 & 0xfff, (n >> 72) as u64 & 0xffff_ffff_ffff)),
        1 => (0..40u32).prop_map(|n| format!("customer{n}@example.com")),
        1 => (0..40u32).prop_map(|n| format!("/orders/{}", 10_000 + n)),
        1 => select(vec![r"a\\b", r#"say \"hi\""#, r"two\nlines", r"bad\escape", "Zürich", "}{,="]).prop_map(str::to_owned),
    ];
    (name.prop_map(str::to_owned), value)
}

fn labels() -> impl Strategy<Value = Vec<(String, String)>> {
    vec(label(), 0..4).prop_map(|labels| {
        let mut seen = BTreeSet::new();
        labels.into_iter().filter(|(name, _)| seen.insert(name.clone())).collect()
    })
}

fn shown(labels: &[(String, String)], more: &[(&str, &str)]) -> String {
    let own = labels.iter().map(|(name, value)| format!("{name}=\"{value}\""));
    let more = more.iter().map(|(name, value)| format!("{name}=\"{value}\""));
    let all: Vec<_> = own.chain(more).collect();
    if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) }
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0..10_000u32).prop_map(|n| n.to_string()),
        1 => any::<f64>().prop_map(|n| n.to_string()),
        1 => select(vec!["NaN", "+Inf", "-Inf", "-3", "1.7e12", "0.001"]).prop_map(str::to_owned),
    ]
}

/// The sample lines of one series, or of one histogram.
fn samples(name: &'static str) -> impl Strategy<Value = Vec<String>> {
    let plain = (labels(), value())
        .prop_map(move |(labels, value)| vec![format!("{name}{} {value}", shown(&labels, &[]))]);
    let histogram = (
        labels(),
        vec((select(vec!["0.1", "1", "5", "100", "5000", "x"]), 0..50u32), 0..4),
        0..50u32,
        any::<bool>(),
    )
        .prop_map(move |(labels, buckets, count, sum)| {
            let mut lines: Vec<_> = buckets
                .iter()
                .map(|(bound, count)| format!("{name}_bucket{} {count}", shown(&labels, &[("le", bound)])))
                .collect();
            lines.push(format!("{name}_bucket{} {count}", shown(&labels, &[("le", "+Inf")])));
            if sum {
                lines.push(format!("{name}_sum{} 12.5", shown(&labels, &[])));
            }
            lines.push(format!("{name}_count{} {count}", shown(&labels, &[])));
            lines
        });
    prop_oneof![3 => plain, 1 => histogram]
}

fn family() -> impl Strategy<Value = Vec<String>> {
    let kind = select(vec!["", "counter", "gauge", "histogram", "summary", "untyped", "info", "bogus"]);
    let help = select(vec!["none", "", " What it measures.", " With \\n an escape."]);
    (select(NAMES.to_vec()), kind, help).prop_flat_map(|(name, kind, help)| {
        vec(samples(name), 0..4).prop_map(move |samples| {
            let mut lines = Vec::new();
            if help != "none" {
                lines.push(format!("# HELP {name}{help}"));
            }
            if !kind.is_empty() {
                lines.push(format!("# TYPE {name} {kind}"));
            }
            lines.extend(samples.into_iter().flatten());
            lines
        })
    })
}

fn stray() -> impl Strategy<Value = Vec<String>> {
    select(vec![
        "not a sample at all",
        "open{a=\"b 1",
        "http_requests_total{method=GET} 1",
        "queue_depth twelve",
        "# TYPE queue_depth gauge",
        "# telelint: allow(metrics/missing-help) known",
        "# telelint: allow(metrics/no-such-rule)",
        "# UNIT request_duration_seconds seconds",
        "",
        "# EOF",
    ])
    .prop_map(|line| vec![line.to_owned()])
}

/// One exposition's text.
fn exposition() -> impl Strategy<Value = String> {
    let blocks = vec(prop_oneof![5 => family(), 1 => stray()], 0..6);
    (blocks, select(vec!["\n", "\n", "\n", "\r\n"]), select(vec!["", "\n", "\n# EOF\n"]))
        .prop_map(|(blocks, between, end)| blocks.concat().join(between) + end)
}

/// A name and a text; the name tells the kind.
type File = (String, String);

fn files() -> impl Strategy<Value = Vec<File>> {
    vec((exposition(), any::<bool>()), 1..6).prop_map(|texts| {
        texts
            .into_iter()
            .enumerate()
            .map(|(number, (text, open))| {
                (format!("{number}{}", if open { ".om.txt" } else { ".prom" }), text)
            })
            .collect()
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading in the library

/// A small bound, so that sketches are met too.
fn watch() -> Watch {
    Watch {
        exact_values: 6,
        compare: true,
        logs: LogWatch::default(),
        detectors: Arc::default(),
        hidden: Arc::default(),
        rust: telelint::read::watch::RustWatch::default(),
        ..Watch::default()
    }
}

fn opened<R>(path: &str, kind: Kind, head: &[u8], rest: R) -> Opened<R> {
    Opened { path: path.into(), kind, role: Role::Current, head: head.to_vec(), rest, once: false }
}

fn kind_of(path: &str) -> Kind {
    if path.ends_with(".om.txt") { Kind::Openmetrics } else { Kind::Prometheus }
}

fn facts_of((path, text): &File) -> Facts {
    read::read(opened(path, kind_of(path), &[], text.as_bytes()), &watch()).facts
}

fn none() -> Facts {
    Facts::new(&watch().fingerprint())
}

/// Facts are equal, or the first difference is shown with the lines above it.
fn same(one: &Facts, other: &Facts) -> Result<(), TestCaseError> {
    if one == other {
        return Ok(());
    }
    let [one, other] = [one, other].map(|facts| serde_json::to_string_pretty(facts).unwrap());
    let differ = one.lines().zip(other.lines()).position(|(a, b)| a != b);
    let at = |text: &str, at: usize| {
        text.lines().skip(at.saturating_sub(8)).take(10).collect::<Vec<_>>().join("\n")
    };
    let shown = differ.map_or_else(
        || "one is longer".to_owned(),
        |d| format!("{}\n--- and ---\n{}", at(&one, d), at(&other, d)),
    );
    Err(TestCaseError::fail(format!("facts differ:\n{shown}")))
}

/// Hands out its bytes in pieces of the given sizes, in turn.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.next().unwrap_or(1).min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(size);
        buffer[..size].copy_from_slice(now);
        self.bytes = later;
        Ok(size)
    }
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn parts_in_any_order_and_any_grouping_give_the_facts_of_the_whole(
        (files, order, cut) in files().prop_flat_map(|files| {
            let (order, length) = (Just((0..files.len()).collect::<Vec<_>>()).prop_shuffle(), files.len());
            (Just(files), order, 0..=length)
        })
    ) {
        let whole = files.iter().map(facts_of).fold(none(), Facts::merge);
        let shuffled: Vec<Facts> = order.iter().map(|at| facts_of(&files[*at])).collect();
        let (left, right) = shuffled.split_at(cut);
        let [left, right] = [left, right].map(|part| part.iter().cloned().fold(none(), Facts::merge));
        same(&right.merge(left), &whole)?;
    }

    /// Two machines may well both have a `metrics.prom`: then facts meet under one path.
    #[test]
    fn merging_is_associative_and_commutative_even_where_paths_are_the_same(
        texts in vec(exposition(), 3), paths in vec(select(vec!["a.prom", "b.prom", "a.om.txt"]), 3)
    ) {
        let facts: Vec<Facts> =
            paths.iter().zip(texts).map(|(path, text)| facts_of(&((*path).to_owned(), text))).collect();
        let [a, b, c] = <[Facts; 3]>::try_from(facts).unwrap();
        same(&a.clone().merge(b.clone()), &b.clone().merge(a.clone()))?;
        // Nothing gets lost on the way.
        let samples = |facts: &Facts| facts.metrics.iter().map(|metric| metric.samples).sum::<u64>();
        let faults = |facts: &Facts| facts.faults.iter().map(|fault| fault.seen.count).sum::<u64>();
        let both = a.clone().merge(b.clone());
        prop_assert_eq!(samples(&both), samples(&a) + samples(&b));
        prop_assert_eq!(faults(&both), faults(&a) + faults(&b));
        same(&a.clone().merge(b.clone()).merge(c.clone()), &a.merge(b.merge(c)))?;
    }

    #[test]
    fn facts_survive_json((path, text) in (select(vec!["a.prom", "a.om.txt"]), exposition())) {
        let facts = facts_of(&(path.to_owned(), text));
        let json = serde_json::to_string(&facts).unwrap();
        same(&serde_json::from_str(&json).unwrap(), &facts)?;
    }

    #[test]
    fn the_size_of_the_pieces_in_which_input_arrives_does_not_matter(
        text in exposition(), open in any::<bool>(), head in 0..200usize, sizes in vec(1..40usize, 1..6)
    ) {
        let path = if open { "a.om.txt" } else { "a.prom" };
        let whole = facts_of(&(path.to_owned(), text.clone()));
        let (head, bytes) = text.as_bytes().split_at(head.min(text.len()));
        let rest = Pieces { bytes, sizes: sizes.into_iter().cycle() };
        let facts = read::read(opened(path, kind_of(path), head, rest), &watch()).facts;
        same(&facts, &whole)?;
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Anything at all

/// Bytes of any sort, and expositions with a few bytes changed: those reach deeper.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let changed =
        (exposition(), vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)).prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            bytes
        });
    let tokens = vec(
        select(vec![
            "{",
            "}",
            "\"",
            "=",
            ",",
            " ",
            "\n",
            "\\",
            "#",
            "# ",
            "a",
            "1",
            "le",
            "# TYPE a ",
            "histogram",
            "\u{feff}",
            "é",
            "+Inf",
            "\r\n",
            "_bucket",
        ]),
        0..60,
    )
    .prop_map(|tokens| tokens.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..300), changed, tokens]
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn any_bytes_are_read_to_their_end_or_are_said_to_be_unreadable(bytes in bytes(), open in any::<bool>(), in_head in any::<bool>()) {
        let kind = if open { Kind::Openmetrics } else { Kind::Prometheus };
        let (head, rest): (&[u8], &[u8]) = if in_head { (&bytes, &[]) } else { (&[], &bytes) };
        let facts = read::read(opened("any", kind, head, rest), &watch()).facts;
        let read: Vec<u64> = facts.inputs.iter().map(|input| input.bytes).collect();
        let said = facts.unreadable.len();
        let whole = read == [bytes.len() as u64];
        prop_assert!(whole || (read.is_empty() && said == 1), "{} bytes, {read:?} read, {said} said", bytes.len());
        // Every place lies in the input.
        for place in facts.faults.iter().flat_map(|fault| &fault.seen.first).map(|spot| &spot.place) {
            prop_assert!(place.start <= bytes.len() as u64 && place.line >= 1 && place.column >= 1, "{place:?}");
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The program

fn threads(folder: &Path, count: &str) -> Run {
    let args = ["check", "--no-contract", "--min-confidence", "guess", "--format", "json", "."];
    finish(command(folder, &args).env("RAYON_NUM_THREADS", count).spawn().unwrap())
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn facts_made_in_shards_give_the_findings_of_one_run_byte_for_byte(
        (files, shards) in files().prop_flat_map(|files| {
            let length = files.len();
            (Just(files), vec(0..2usize, length))
        })
    ) {
        let folder = scratch("shards");
        for (path, text) in &files {
            write(&folder, path, text);
        }
        let whole = telelint(&folder, &["check", "--no-contract", "--min-confidence", "guess", "--format", "json", "."]);
        let mut judge = vec!["check", "--no-contract", "--min-confidence", "guess", "--format", "json"];
        // The second shard first: the order must not matter.
        for (shard, output) in [(1, "b.json"), (0, "a.json")] {
            let mine: Vec<&str> =
                files.iter().zip(&shards).filter(|(_, of)| **of == shard).map(|((path, _), _)| path.as_str()).collect();
            if !mine.is_empty() {
                telelint(&folder, &[&["facts", "--no-contract", "--output", output], mine.as_slice()].concat());
                judge.extend(["--facts", output]);
            }
        }
        let merged = telelint(&folder, &judge);
        prop_assert_eq!(merged.stdout, whole.stdout);
        prop_assert_eq!(merged.code, whole.code);
    }

    #[test]
    fn one_thread_and_two_report_the_same_bytes(files in files()) {
        let folder = scratch("threads");
        for (path, text) in &files {
            write(&folder, path, text);
        }
        let (one, two) = (threads(&folder, "1"), threads(&folder, "2"));
        prop_assert_eq!(one.stdout, two.stdout);
        prop_assert_eq!(one.code, two.code);
    }
}

#[test]
fn two_scrapes_are_compared_from_facts_as_from_files() {
    let folder = scratch("previous");
    let scrape =
        |count: u32| format!("# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total {count}\n");
    write(&folder, "before.prom", scrape(7));
    write(&folder, "now.prom", scrape(3));
    let whole = telelint(&folder, &["check", "--format", "json", "now.prom", "--previous", "before.prom"]);
    assert_eq!(whole.json()["findings"][0]["rule"], "metrics/counter-decreased", "{whole:?}");
    let args = ["facts", "now.prom", "--previous", "before.prom", "--output", "facts.json"];
    assert_eq!(telelint(&folder, &args).code, 0);
    let merged = telelint(&folder, &["check", "--format", "json", "--facts", "facts.json"]);
    assert_eq!((merged.stdout, merged.code), (whole.stdout, whole.code));
}

#[test]
fn facts_of_another_reading_are_refused() {
    let folder = scratch("reading");
    write(&folder, "metrics.prom", "# HELP up Up.\n# TYPE up gauge\nup 1\n");
    assert_eq!(telelint(&folder, &["facts", "--output", "facts.json"]).code, 0);
    assert_eq!(telelint(&folder, &["check", "--facts", "facts.json"]).code, 0);
    // Readers now count up to more values exactly than they did.
    write(&folder, "telelint.yaml", "metrics: {labels: {max_values: 20000}}\n");
    let run = telelint(&folder, &["check", "--format", "concise", "--facts", "facts.json"]);
    assert_eq!(run.code, 2);
    let [refused] = run.findings()[..] else { panic!("{}", run.stdout) };
    assert!(refused.contains("error[contract/unreadable-input]"), "{refused}");
    assert!(
        refused.ends_with(
            "were made for another contract or by another version; make them again with `telelint facts`"
        ),
        "{refused}"
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// A second reader

/// Name, labels, bits of the value, timestamp.
type Plain = (String, BTreeMap<String, String>, u64, Option<i64>);

/// Samples both can read: no `:` in names, nothing in label values that `prometheus-parse` splits at.
fn plain_sample() -> impl Strategy<Value = Plain> {
    let labels =
        proptest::collection::btree_map("[a-zA-Z_][a-zA-Z0-9_]{0,8}", "[a-zA-Z0-9 /._:@-]{0,12}", 0..5);
    let value = prop_oneof![
        (0..1_000_000u32).prop_map(f64::from),
        any::<f64>(),
        select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0]),
    ];
    let timestamp = prop::option::of(-1_000_000_000_000i64..4_000_000_000_000);
    ("[a-zA-Z_][a-zA-Z0-9_]{0,12}", labels, value, timestamp)
        .prop_map(|(name, labels, value, timestamp)| (name, labels, bits(value), timestamp))
}

/// All NaNs are one.
fn bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() }
}

fn written((name, labels, value, timestamp): &Plain) -> String {
    let value = match f64::from_bits(*value) {
        value if value == f64::INFINITY => "+Inf".to_owned(),
        value if value == f64::NEG_INFINITY => "-Inf".to_owned(),
        value => value.to_string(),
    };
    let labels: Vec<_> = labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let timestamp = timestamp.map(|at| format!(" {at}")).unwrap_or_default();
    format!("{name}{} {value}{timestamp}", shown(&labels, &[]))
}

fn scanned(line: &str) -> Plain {
    let mut scanner = Scanner::new(Dialect::Text);
    let Ok(Line::Sample(sample)) = scanner.line(line.as_bytes()) else { panic!("no sample: {line}") };
    let text = |word: &telelint::read::exposition::scan::Word| {
        String::from_utf8(word.text(line.as_bytes()).into_owned()).unwrap()
    };
    let labels = scanner.labels().iter().map(|pair| (text(&pair.name), text(&pair.value))).collect();
    (text(&sample.name), labels, bits(sample.value), sample.timestamp.map(|at| at as i64))
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn prometheus_parse_reads_the_same_samples(samples in vec(plain_sample(), 1..12)) {
        let lines: Vec<String> = samples.iter().map(written).collect();
        let ours: Vec<Plain> = lines.iter().map(|line| scanned(line)).collect();
        prop_assert_eq!(&ours, &samples);
        let theirs = prometheus_parse::Scrape::parse(lines.iter().map(|line| Ok(line.clone()))).unwrap();
        let theirs: Vec<Plain> = theirs
            .samples
            .iter()
            .zip(&samples)
            .map(|(sample, (.., timestamp))| {
                let prometheus_parse::Value::Untyped(value) = sample.value else { panic!("{sample:?}") };
                let labels = sample.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                // Without a timestamp it says when it read.
                let timestamp = timestamp.map(|_| sample.timestamp.timestamp_millis());
                (sample.metric.clone(), labels, bits(value), timestamp)
            })
            .collect();
        prop_assert_eq!(theirs, ours);
    }
}

/// Lines that begin alike, as those of one family do; some broken.
fn lines_alike() -> impl Strategy<Value = Vec<String>> {
    let name = select(vec!["a", "a_bucket", "ab", "", " a", "\"a\""]);
    let label = select(vec![
        "b=\"1\"",
        "b=\"12\"",
        "b=\"é\"",
        "b=\"è\"",
        "c=\"x\"",
        "le=\"1\"",
        "le=\"10\"",
        "\"d e\"=\"\"",
        "b=\"\\\"\"",
        " b=\"1\"",
        "b =\"1\"",
        "",
        "\"q\"",
        "b=\"1\" ",
    ]);
    let end = select(vec!["} 1", "} 2 3", "}1", "", "} 1 # {t=\"u\"} 1", "} 1 # {b=\"1\"} 1"]);
    let line = (name, vec(label, 0..4), end).prop_map(|(name, labels, end)| match labels.len() {
        0 => format!("{name} 1"),
        _ => format!("{name}{{{}{end}", labels.join(",")),
    });
    vec(line, 1..12)
}

proptest! {
    #![proptest_config(config(4000))]

    /// What the scanner remembers of the line before changes nothing but what it says of it.
    #[test]
    fn a_line_is_the_same_whatever_stood_before(lines in lines_alike(), open in any::<bool>()) {
        let dialect = if open { Dialect::OpenMetrics } else { Dialect::Text };
        let mut scanner = Scanner::new(dialect);
        let mut before: Option<(String, Vec<String>)> = None;
        for line in &lines {
            let mut alone = Scanner::new(dialect);
            let expected = alone.line(line.as_bytes());
            let found = scanner.line(line.as_bytes());
            let Ok(Line::Sample(mut sample)) = found else {
                prop_assert_eq!(found, expected);
                before = None;
                continue;
            };
            let text = |word: &telelint::read::exposition::scan::Word| line[word.at.clone()].to_owned();
            let labels: Vec<String> =
                scanner.labels()[..sample.labels].iter().map(|pair| text(&pair.name) + "=" + &text(&pair.value)).collect();
            let (name, same_name, repeated) = (text(&sample.name), sample.same_name, sample.repeated);
            if same_name {
                prop_assert_eq!(before.as_ref().map(|before| &before.0), Some(&name));
            }
            prop_assert!(repeated == 0 || before.is_some_and(|before| before.1[..repeated] == labels[..repeated]));
            (sample.same_name, sample.repeated) = (false, 0);
            prop_assert_eq!(Ok(Line::Sample(sample)), expected);
            prop_assert_eq!(scanner.labels(), alone.labels());
            before = Some((name, labels));
        }
    }
}
