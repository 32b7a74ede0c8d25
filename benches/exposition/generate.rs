//! Writes large expositions that look like a platform's own and break no rule: the same bytes for the same size.
//!
//! 500 families: 40 % counters, 25 % gauges, 30 % histograms with 12 buckets, 5 % summaries; two to four labels a
//! series, at most 100 values a label, route templates, HELP and TYPE for each family, about 115 bytes a line.

use std::fmt::Write as _;
use std::io::{self, Write};

const SUBSYSTEMS: [&str; 25] = [
    "audit", "billing", "cart", "catalog", "checkout", "delivery", "events", "exports", "files", "gateway",
    "imports", "invoices", "mail", "orders", "payments", "planner", "pricing", "refunds", "reports",
    "returns", "search", "shipping", "stock", "users", "webhooks",
];

/// What each subsystem has: the end of the name, the kind, and the HELP text.
const FAMILIES: [(&str, Kind, &str); 20] = [
    ("requests_total", Kind::Counter, "Requests served since the process started."),
    ("failures_total", Kind::Counter, "Requests that ended in an error of ours."),
    ("rejections_total", Kind::Counter, "Requests that were turned down before any work was done."),
    ("retries_total", Kind::Counter, "Calls to another service that were made again."),
    ("published_messages_total", Kind::Counter, "Messages handed to the broker."),
    ("consumed_messages_total", Kind::Counter, "Messages taken from the broker and acknowledged."),
    ("received_bytes_total", Kind::Counter, "Bytes read from clients, headers included."),
    ("cache_lookups_total", Kind::Counter, "Lookups in the local cache."),
    ("open_connections", Kind::Gauge(Range::Count), "Connections that are open now."),
    ("queued_jobs", Kind::Gauge(Range::Count), "Jobs that wait for a worker."),
    ("buffer_used_bytes", Kind::Gauge(Range::Bytes), "Memory that buffers hold."),
    ("cache_hit_ratio", Kind::Gauge(Range::Ratio), "Share of lookups that the local cache answered."),
    ("oldest_job_age_seconds", Kind::Gauge(Range::Count), "Age of the job that waits longest."),
    ("request_duration_seconds", Kind::Histogram(&SECONDS), "Time from the first byte to the last one."),
    ("query_duration_seconds", Kind::Histogram(&SECONDS), "Time a query took, connection set-up left out."),
    ("publish_duration_seconds", Kind::Histogram(&SECONDS), "Time until the broker acknowledged a message."),
    ("queue_wait_seconds", Kind::Histogram(&SECONDS), "Time a job waited for a worker."),
    ("request_body_bytes", Kind::Histogram(&BYTES), "Size of request bodies."),
    ("response_body_bytes", Kind::Histogram(&BYTES), "Size of response bodies."),
    ("batch_duration_seconds", Kind::Summary, "Time a batch took."),
];

const SECONDS: [&str; 12] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
const BYTES: [&str; 12] =
    ["256", "512", "1024", "2048", "4096", "8192", "16384", "32768", "65536", "131072", "262144", "+Inf"];
const QUANTILES: [&str; 3] = ["0.5", "0.9", "0.99"];

#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge(Range),
    Histogram(&'static [&'static str; 12]),
    Summary,
}

#[derive(Clone, Copy)]
enum Range {
    Count,
    Bytes,
    Ratio,
}

/// Which labels the series of a family have; each set makes several hundred different series at least.
const LABEL_SETS: [&[&str]; 7] = [
    &["method", "route", "status"],
    &["worker", "subject"],
    &["table", "operation", "outcome"],
    &["method", "route", "status", "region"],
    &["route", "status"],
    &["subject", "outcome", "region"],
    &["operation", "provider", "outcome", "worker"],
];

/// The values of a label.
fn values(label: &str) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    match label {
        "method" => words("GET POST PUT PATCH DELETE"),
        "status" => words("200 201 202 204 301 304 400 401 403 404 409 422 429 500 503"),
        "outcome" => words("ok declined timeout cancelled failed"),
        "region" => words("eu-central-1 eu-west-1 us-east-1 us-west-2 ap-south-1 ap-northeast-1"),
        "provider" => words("stripe adyen klarna dhl ups postmark"),
        "operation" => words("select insert update delete upsert lock_row copy_in vacuum"),
        "worker" => (0..100).map(|number| format!("shop-worker-{number:02}")).collect(),
        "subject" => ["created", "changed", "cancelled", "failed"]
            .into_iter()
            .flat_map(|event| SUBSYSTEMS.iter().map(move |subsystem| format!("{subsystem}.{event}")))
            .collect(),
        "table" => SUBSYSTEMS.iter().map(|subsystem| format!("shop_{subsystem}")).collect(),
        _ => ["/api/v1/{}", "/api/v1/{}/{id}", "/api/v1/{}/{id}/items/{item}", "/admin/ops/{}"]
            .into_iter()
            .flat_map(|template| SUBSYSTEMS.iter().map(|subsystem| template.replacen("{}", subsystem, 1)))
            .collect(),
    }
}

/// The generator `SplitMix64`: a few lines, and the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// How many series each family needs for an exposition of about `bytes`.
pub fn series_for(bytes: u64) -> io::Result<u64> {
    const SAMPLE: u64 = 20;
    let mut sample = Vec::new();
    write(&mut sample, SAMPLE)?;
    Ok(bytes * SAMPLE / sample.len() as u64)
}

/// Writes an exposition with `series` series in each family.
pub fn write(out: &mut impl Write, series: u64) -> io::Result<()> {
    let mut random = Random(2026);
    for (index, (subsystem, (ending, kind, help))) in SUBSYSTEMS
        .iter()
        .flat_map(|subsystem| FAMILIES.iter().map(move |family| (subsystem, family)))
        .enumerate()
    {
        let name = format!("shop_{subsystem}_{ending}");
        let word = match kind {
            Kind::Counter => "counter",
            Kind::Gauge(_) => "gauge",
            Kind::Histogram(_) => "histogram",
            Kind::Summary => "summary",
        };
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} {word}")?;
        let labels: Vec<(&str, Vec<String>)> =
            LABEL_SETS[index % LABEL_SETS.len()].iter().map(|label| (*label, values(label))).collect();
        let all: u64 = labels.iter().map(|(_, values)| values.len() as u64).product();
        assert!(series <= all, "{name} has {all} different series at most");
        for number in 0..series {
            // Evenly spread over all combinations and in their order, as client libraries sort them.
            let set = label_set(&labels, number * all / series);
            write_series(out, &name, *kind, &set, &mut random)?;
        }
    }
    Ok(())
}

/// The combination of label values with this number, as it stands between the braces.
fn label_set(labels: &[(&str, Vec<String>)], mut number: u64) -> String {
    let mut chosen: Vec<&str> = Vec::with_capacity(labels.len());
    for (_, values) in labels.iter().rev() {
        chosen.push(&values[(number % values.len() as u64) as usize]);
        number /= values.len() as u64;
    }
    let mut text = String::new();
    for ((label, _), value) in labels.iter().zip(chosen.iter().rev()) {
        let comma = if text.is_empty() { "" } else { "," };
        write!(text, "{comma}{label}=\"{value}\"").expect("a String takes all text");
    }
    text
}

fn write_series(
    out: &mut impl Write,
    name: &str,
    kind: Kind,
    set: &str,
    random: &mut Random,
) -> io::Result<()> {
    match kind {
        Kind::Counter => writeln!(out, "{name}{{{set}}} {}", random.below(10_000_000)),
        Kind::Gauge(Range::Count) => writeln!(out, "{name}{{{set}}} {}", random.below(5_000)),
        Kind::Gauge(Range::Bytes) => writeln!(out, "{name}{{{set}}} {}", random.below(1 << 32)),
        Kind::Gauge(Range::Ratio) => writeln!(out, "{name}{{{set}}} 0.{:04}", random.below(10_000)),
        Kind::Histogram(bounds) => {
            let mut count = 0;
            for bound in bounds {
                count += random.below(100_000);
                writeln!(out, "{name}_bucket{{{set},le=\"{bound}\"}} {count}")?;
            }
            let sum = random.below(1_000_000_000);
            writeln!(
                out,
                "{name}_sum{{{set}}} {}.{:03}\n{name}_count{{{set}}} {count}",
                sum / 1000,
                sum % 1000
            )
        }
        Kind::Summary => {
            let mut milliseconds = 0;
            for quantile in QUANTILES {
                milliseconds += random.below(900);
                writeln!(
                    out,
                    "{name}{{{set},quantile=\"{quantile}\"}} {}.{:03}",
                    milliseconds / 1000,
                    milliseconds % 1000
                )?;
            }
            let count = random.below(100_000);
            writeln!(out, "{name}_sum{{{set}}} {}.5\n{name}_count{{{set}}} {count}", count / 2)
        }
    }
}
