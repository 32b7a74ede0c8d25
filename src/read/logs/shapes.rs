//! Which logger or envelope writes such records, told by the keys alone.

use super::keys::hint;

/// What writes such records, or puts such an envelope around them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// JSON of no known logger.
    #[default]
    Json,
    /// `tracing-subscriber`, JSON, with `fields`.
    Tracing,
    /// `tracing-subscriber`, JSON, flattened.
    TracingFlattened,
    /// `tracing-subscriber`, JSON, with spans.
    TracingSpan,
    /// Rust's `slog`, or Go's.
    Slog,
    /// Node `bunyan`.
    Bunyan,
    /// Node `pino`.
    Pino,
    /// Go `zap`.
    Zap,
    /// Go `logrus`.
    Logrus,
    /// Go `zerolog`.
    Zerolog,
    /// Log4j 2, `JsonLayout` or its template of that name.
    Log4j2,
    /// Elastic Common Schema, dotted.
    Ecs,
    /// Elastic Common Schema, nested.
    EcsNested,
    /// Logstash.
    Logstash,
    /// `python-json-logger`.
    PythonJsonLogger,
    /// `structlog`.
    Structlog,
    /// Serilog, compact or not.
    Serilog,
    /// Google Cloud Logging.
    Gcp,
    /// Docker's json-file driver.
    Docker,
    /// The log format of the Container Runtime Interface.
    Cri,
    /// `docker compose logs`.
    Compose,
    /// What Loki is sent or answers.
    Loki,
    /// Loki's `logcli`.
    Logcli,
    /// `journalctl -o json`.
    Journald,
    /// Fluent Bit.
    FluentBit,
    /// Vector.
    Vector,
    /// Amazon's `CloudWatch` Logs.
    Cloudwatch,
    /// OTLP/JSON.
    Otlp,
    /// Another prefix in front of JSON.
    Prefixed,
}

impl Shape {
    /// All of them, in order.
    pub const ALL: [Self; 29] = [
        Self::Json,
        Self::Tracing,
        Self::TracingFlattened,
        Self::TracingSpan,
        Self::Slog,
        Self::Bunyan,
        Self::Pino,
        Self::Zap,
        Self::Logrus,
        Self::Zerolog,
        Self::Log4j2,
        Self::Ecs,
        Self::EcsNested,
        Self::Logstash,
        Self::PythonJsonLogger,
        Self::Structlog,
        Self::Serilog,
        Self::Gcp,
        Self::Docker,
        Self::Cri,
        Self::Compose,
        Self::Loki,
        Self::Logcli,
        Self::Journald,
        Self::FluentBit,
        Self::Vector,
        Self::Cloudwatch,
        Self::Otlp,
        Self::Prefixed,
    ];

    /// What facts call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Tracing => "tracing",
            Self::TracingFlattened => "tracing-flattened",
            Self::TracingSpan => "tracing-span",
            Self::Slog => "slog",
            Self::Bunyan => "bunyan",
            Self::Pino => "pino",
            Self::Zap => "zap",
            Self::Logrus => "logrus",
            Self::Zerolog => "zerolog",
            Self::Log4j2 => "log4j2",
            Self::Ecs => "ecs",
            Self::EcsNested => "ecs-nested",
            Self::Logstash => "logstash",
            Self::PythonJsonLogger => "python-json-logger",
            Self::Structlog => "structlog",
            Self::Serilog => "serilog",
            Self::Gcp => "gcp",
            Self::Docker => "docker",
            Self::Cri => "cri",
            Self::Compose => "compose",
            Self::Loki => "loki",
            Self::Logcli => "logcli",
            Self::Journald => "journald",
            Self::FluentBit => "fluent-bit",
            Self::Vector => "vector",
            Self::Cloudwatch => "cloudwatch",
            Self::Otlp => "otlp",
            Self::Prefixed => "prefixed",
        }
    }
}

/// What the keys of a record tell of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// Which of the telling keys it has.
    pub hints: u64,
    /// The envelope it is, if it is one.
    pub envelope: Option<Shape>,
    /// The logger that writes such records, where levels are words and where they are numbers.
    loggers: [Shape; 2],
}

impl Told {
    /// By these keys, of which one is the first.
    #[must_use]
    pub fn by(hints: u64, first: u64) -> Self {
        let loggers = [false, true].map(|has_numeric_level| logger(hints, first, has_numeric_level));
        Self { hints, envelope: envelope(hints), loggers }
    }

    /// The logger that writes such records.
    #[must_use]
    pub fn logger(&self, has_numeric_level: bool) -> Shape {
        self.loggers[usize::from(has_numeric_level)]
    }
}

/// The envelope a record of these keys is, which holds other records in it.
#[must_use]
pub fn envelope(hints: u64) -> Option<Shape> {
    let has = |keys: u64| hints & keys == keys;
    // A record that says something itself is none that a tool has put around another one.
    let speaks = hints & const { hint("message") | hint("msg") } != 0;
    Some(if has(const { hint("resourceLogs") }) {
        Shape::Otlp
    } else if has(const { hint("streams") })
        || has(const { hint("data") }) && hints & const { hint("message") | hint("msg") } == 0
    {
        Shape::Loki
    } else if has(const { hint("labels") | hint("line") }) && !speaks {
        Shape::Logcli
    } else if has(const { hint("MESSAGE") }) {
        Shape::Journald
    } else if has(const { hint("log") | hint("stream") | hint("time") })
        && !has(const { hint("kubernetes") })
        && !speaks
    {
        Shape::Docker
    } else if has(const { hint("log") })
        && !speaks
        && hints & const { hint("kubernetes") | hint("stream") | hint("date") | hint("container_id") } != 0
    {
        Shape::FluentBit
    } else if has(const { hint("message") | hint("source_type") }) {
        Shape::Vector
    } else if has(const { hint("message") | hint("ingestionTime") }) {
        Shape::Cloudwatch
    } else {
        return None;
    })
}

/// The logger that writes records of these keys; `first` is the first telling key.
fn logger(hints: u64, first: u64, has_numeric_level: bool) -> Shape {
    let has = |keys: u64| hints & keys == keys;
    let any = |keys: u64| hints & keys != 0;
    if any(const { hint("span") | hint("spans") }) {
        Shape::TracingSpan
    } else if has(const { hint("fields") | hint("level") }) {
        Shape::Tracing
    } else if has(const { hint("instant") }) {
        Shape::Log4j2
    } else if has(const { hint("@t") }) || has(const { hint("Timestamp") }) {
        Shape::Serilog
    } else if has(const { hint("@version") }) {
        Shape::Logstash
    } else if has(const { hint("@timestamp") | hint("log.level") }) {
        Shape::Ecs
    } else if has(const { hint("@timestamp") })
        && any(const { hint("log") | hint("ecs") | hint("ecs.version") })
    {
        Shape::EcsNested
    } else if has(const { hint("v") | hint("pid") }) && has_numeric_level {
        Shape::Bunyan
    } else if has_numeric_level && any(const { hint("pid") | hint("hostname") | hint("time") }) {
        Shape::Pino
    } else if any(const { hint("asctime") | hint("levelname") }) {
        Shape::PythonJsonLogger
    } else if has(const { hint("severity") }) {
        Shape::Gcp
    } else if has(const { hint("ts") | hint("msg") }) {
        if any(const { hint("caller") }) || first == const { hint("level") } {
            Shape::Zap
        } else {
            Shape::Slog
        }
    } else if has(const { hint("time") | hint("msg") }) {
        if first == const { hint("time") } { Shape::Slog } else { Shape::Logrus }
    } else if has(const { hint("event") }) && !has(const { hint("message") }) {
        Shape::Structlog
    } else if has(const { hint("time") | hint("message") }) {
        Shape::Zerolog
    } else if has(const { hint("target") | hint("message") }) {
        Shape::TracingFlattened
    } else {
        Shape::Json
    }
}
