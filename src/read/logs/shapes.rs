//! Which logger or envelope writes such records, told by the keys alone.

use super::keys::hint;

/// The shapes, in the order in which they are counted.
pub const NAMES: [&str; 29] = [
    "json",
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
    "loki",
    "logcli",
    "journald",
    "fluent-bit",
    "vector",
    "cloudwatch",
    "otlp",
    "prefixed",
];

/// The index of a shape.
#[must_use]
pub fn index(name: &str) -> usize {
    NAMES.iter().position(|known| *known == name).unwrap_or(0)
}

/// The envelope a record of these keys is, which holds other records in it.
#[must_use]
pub fn envelope(hints: u64) -> Option<&'static str> {
    let has = |keys: u64| hints & keys == keys;
    Some(if has(const { hint("resourceLogs") }) {
        "otlp"
    } else if has(const { hint("streams") })
        || has(const { hint("data") }) && hints & const { hint("message") | hint("msg") } == 0
    {
        "loki"
    } else if has(const { hint("labels") | hint("line") }) {
        "logcli"
    } else if has(const { hint("MESSAGE") }) {
        "journald"
    } else if has(const { hint("log") | hint("stream") | hint("time") }) && !has(const { hint("kubernetes") })
    {
        "docker"
    } else if has(const { hint("log") })
        && hints & const { hint("kubernetes") | hint("stream") | hint("date") | hint("container_id") } != 0
    {
        "fluent-bit"
    } else if has(const { hint("message") | hint("source_type") }) {
        "vector"
    } else if has(const { hint("message") | hint("ingestionTime") }) {
        "cloudwatch"
    } else {
        return None;
    })
}

/// The logger that writes records of these keys; `first` is the first telling key.
#[must_use]
pub fn logger(hints: u64, first: u64, has_numeric_level: bool) -> &'static str {
    let has = |keys: u64| hints & keys == keys;
    let any = |keys: u64| hints & keys != 0;
    if any(const { hint("span") | hint("spans") }) {
        "tracing-span"
    } else if has(const { hint("fields") | hint("level") }) {
        "tracing"
    } else if has(const { hint("instant") }) {
        "log4j2"
    } else if has(const { hint("@t") }) || has(const { hint("Timestamp") }) {
        "serilog"
    } else if has(const { hint("@version") }) {
        "logstash"
    } else if has(const { hint("@timestamp") | hint("log.level") }) {
        "ecs"
    } else if has(const { hint("@timestamp") })
        && any(const { hint("log") | hint("ecs") | hint("ecs.version") })
    {
        "ecs-nested"
    } else if has(const { hint("v") | hint("pid") }) && has_numeric_level {
        "bunyan"
    } else if has_numeric_level && any(const { hint("pid") | hint("hostname") | hint("time") }) {
        "pino"
    } else if any(const { hint("asctime") | hint("levelname") }) {
        "python-json-logger"
    } else if has(const { hint("severity") }) {
        "gcp"
    } else if has(const { hint("ts") | hint("msg") }) {
        if any(const { hint("caller") }) || first == const { hint("level") } { "zap" } else { "slog" }
    } else if has(const { hint("time") | hint("msg") }) {
        if first == const { hint("time") } { "slog" } else { "logrus" }
    } else if has(const { hint("event") }) && !has(const { hint("message") }) {
        "structlog"
    } else if has(const { hint("time") | hint("message") }) {
        "zerolog"
    } else if has(const { hint("target") | hint("message") }) {
        "tracing-flattened"
    } else {
        "json"
    }
}
