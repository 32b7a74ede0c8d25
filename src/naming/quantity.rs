//! What a name seems to measure, for metrics that forgot their unit. Heuristics: a hit is likely,
//! never sure.
//!
//! False positives cost more than misses here. A name counts only when its *head*, the last word
//! once units, type suffixes and statistics are gone, names the quantity: `lock_wait` is a
//! duration, `wait_count` and `latency_errors_total` are not. Units that are written in the name
//! are in [`super::units`].

use std::ops::Range;

use super::Word;
use super::dimension::Dimension;
use super::units::{UnitRole, name_words, unit_words};

/// Words that mean a duration, also under a counter's `_total`.
const DURATIONS: &[&str] = &["duration", "durations", "latency", "latencies", "elapsed", "uptime", "rtt"];

/// Words that mean a duration, unless counted: `lock_wait_total` may be the number of waits.
const DURATIONS_UNLESS_COUNTED: &[&str] = &["wait", "delay"];

/// Before `time`: these make a point in time of it (`start_time`), not a duration.
const TIMESTAMPS: &[&str] = &[
    "start",
    "started",
    "end",
    "ended",
    "create",
    "created",
    "creation",
    "last",
    "modified",
    "modification",
    "update",
    "updated",
    "boot",
    "build",
    "expiry",
    "expiration",
    "expires",
    "current",
    "system",
    "unix",
    "local",
    "server",
    "date",
    "scrape",
    "first",
    "one",
    "all",
    "any",
    "real",
    "next",
    "event",
    "arrival",
];

/// Before `size`: things measured in bytes. A `pool_size`, `queue_size` or `batch_size` counts
/// entries.
const SIZED_IN_BYTES: &[&str] = &[
    "body",
    "payload",
    "request",
    "response",
    "req",
    "resp",
    "message",
    "file",
    "disk",
    "memory",
    "heap",
    "object",
    "blob",
    "packet",
    "frame",
    "wal",
    "db",
    "database",
    "image",
    "upload",
    "download",
    "attachment",
    "content",
    "header",
    "headers",
    "snapshot",
    "backup",
    "archive",
    "chunk",
    "storage",
];

/// Stores whose level is in bytes, alone (`resident_memory`) or before a [`LEVELS`] word
/// (`disk_used`).
const STORES: &[&str] = &["memory", "heap", "rss", "ram"];

/// Stores that need a [`LEVELS`] word, since alone they may name anything (`disk`).
const STORES_WITH_LEVEL: &[&str] = &["memory", "heap", "rss", "ram", "disk", "storage", "swap"];

/// Words that say how full a store is.
const LEVELS: &[&str] = &["usage", "used", "free", "available", "allocated", "reserved", "limit"];

/// Trailing words that only say which statistic of the quantity is meant.
const STATISTICS: &[&str] =
    &["max", "min", "avg", "mean", "median", "p50", "p75", "p90", "p95", "p99", "p999"];

/// The word that makes the name look like a duration, if any (`http_request_duration`, `lock_wait`,
/// `response_time_max`), whether or not the unit is there too. Not: counts (`wait_count`,
/// `latency_errors_total`), timestamps (`start_time`).
#[must_use]
pub fn looks_like_duration(name: &str) -> Option<Range<usize>> {
    let head = Head::of(name)?;
    let is_duration = match head.last.text {
        "time" => !head.before.is_empty() && !TIMESTAMPS.contains(&head.before),
        word => DURATIONS.contains(&word) || (!head.counted && DURATIONS_UNLESS_COUNTED.contains(&word)),
    };
    is_duration.then_some(head.last.range)
}

/// The word that makes the name look like an amount of bytes, if any: `request_size`,
/// `resident_memory`, `disk_used`. Not: sizes counted in entries (`pool_size`, `cache_size`), or
/// anything under a counter's `_total`.
#[must_use]
pub fn looks_like_size(name: &str) -> Option<Range<usize>> {
    let head = Head::of(name).filter(|head| !head.counted)?;
    let is_size = match head.last.text {
        "size" | "sizes" => SIZED_IN_BYTES.contains(&head.before),
        word if LEVELS.contains(&word) => STORES_WITH_LEVEL.contains(&head.before),
        word => STORES.contains(&word),
    };
    is_size.then_some(head.last.range)
}

/// The word that calls for a unit, and of which dimension, in a name that has no unit at its end.
/// `None` when the name has a unit or looks neither like a duration nor like a size.
#[must_use]
pub fn missing_unit(name: &str) -> Option<(Range<usize>, Dimension)> {
    if unit_words(name).any(|(_, role)| role != UnitRole::Inside) {
        return None;
    }
    let duration = looks_like_duration(name).map(|range| (range, Dimension::Time));
    duration.or_else(|| looks_like_size(name).map(|range| (range, Dimension::Bytes)))
}

/// The end of a name once everything that does not say what is measured is gone.
struct Head<'n> {
    last: Word<'n>,
    before: &'n str,
    /// A `_total` was taken off.
    counted: bool,
}

impl<'n> Head<'n> {
    fn of(name: &'n str) -> Option<Self> {
        let units: Vec<Range<usize>> = unit_words(name)
            .filter(|(_, role)| *role != UnitRole::Inside)
            .map(|(unit, _)| unit.range)
            .collect();
        // `request_duration_by_route`: what follows says how it is split, not what it is.
        let mut words: Vec<_> =
            name_words(name).take_while(|word| !matches!(word.text, "by" | "per")).collect();
        let mut counted = false;
        while let Some(last) = words.pop() {
            if last.text == "total" {
                counted = true;
            } else if !STATISTICS.contains(&last.text) && !units.contains(&last.range) {
                let before = words.last().map_or("", |word| word.text);
                return Some(Self { last, before, counted });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naming::tests::AWKWARD;

    #[test]
    fn durations() {
        let table = [
            ("http_request_duration", Some("duration")),
            ("http_request_duration_seconds", Some("duration")),
            ("http.server.request.duration", Some("duration")),
            ("request_duration_by_route", Some("duration")),
            ("rpc_latency_p99", Some("latency")),
            ("rpc_latency_ms", Some("latency")),
            ("response_time", Some("time")),
            ("cpu_time_total", Some("time")),
            ("lock_wait", Some("wait")),
            ("lock_wait_total", None),
            ("wait_count", None),
            ("latency_errors_total", None),
            ("duration_limit_exceeded_total", None),
            ("process_start_time", None),
            ("time", None),
            ("timelines", None),
            ("waiters", None),
            ("kafka_consumer_lag", None),
        ];
        for (name, expected) in table {
            assert_eq!(looks_like_duration(name).and_then(|range| name.get(range)), expected, "{name}");
        }
    }

    #[test]
    fn sizes() {
        let table = [
            ("http_request_size", Some("size")),
            ("http_response_size_bytes", Some("size")),
            ("process_resident_memory", Some("memory")),
            ("memory_usage", Some("usage")),
            ("disk_free", Some("free")),
            ("heap_max", Some("heap")),
            ("pool_size", None),
            ("cache_size", None),
            ("queue_size_max", None),
            ("disk", None),
            ("memory_errors_total", None),
            ("cpu_usage", None),
        ];
        for (name, expected) in table {
            assert_eq!(looks_like_size(name).and_then(|range| name.get(range)), expected, "{name}");
        }
    }

    #[test]
    fn missing_units() {
        let table = [
            ("http_request_duration", Some(Dimension::Time)),
            ("bytes_flush_duration", Some(Dimension::Time)),
            ("request_size", Some(Dimension::Bytes)),
            ("http_request_duration_seconds", None),
            ("http_request_duration_ms", None),
            ("memory_usage_ratio", None),
            ("requests_total", None),
        ];
        for (name, expected) in table {
            assert_eq!(missing_unit(name).map(|(_, dimension)| dimension), expected, "{name}");
        }
    }

    #[test]
    fn any_text_is_accepted() {
        for name in AWKWARD {
            for range in [looks_like_duration(name), looks_like_size(name)].into_iter().flatten() {
                assert!(name.get(range).is_some(), "{name:?}");
            }
        }
    }
}
