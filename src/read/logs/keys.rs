//! What a key of a record means: which logical field it is (in whatever logger's spelling), what the object behind it
//! holds, whether its name is sensitive.

use hashbrown::HashMap;

use crate::detect::Names;
use crate::detect::names::words;
use crate::read::watch::{LogWatch, STANDARD};

/// Indices of the standard fields in [`LogWatch::fields`].
pub const TIMESTAMP: usize = 0;
pub const LEVEL: usize = 1;
pub const SERVICE: usize = 2;
pub const MESSAGE: usize = 3;

/// What kind of object keys stand in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The record itself.
    Top,
    /// An object that holds the record's own fields (`fields` of tracing, `jsonPayload` of Google Cloud).
    Fields,
    /// Context (`contextMap`, `labels`, `span`): the contract's fields may stand there.
    Context,
    /// ECS `log`: `{"level": …}`.
    Log,
    /// ECS `service`: `{"name": …}`; Google Cloud `serviceContext`.
    Service,
    /// Something else: only names and values are looked at.
    #[default]
    Other,
}

const SCOPES: usize = 6;

/// No logical field.
const NONE: u16 = u16::MAX;

/// What a key means.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    field: u16,
    /// Among several spellings in one record the one with the lowest rank counts.
    pub rank: u8,
    /// Which alias of the contract it is; 0 is the name itself.
    pub alias: u8,
    /// What an object behind it holds.
    pub inside: Scope,
    /// Whether its name is sensitive.
    pub is_sensitive: bool,
    /// Whether numbers behind it are times or ids, and no card numbers.
    pub is_id: bool,
    /// Which attribute of the resource it is, counted from 1.
    pub attribute: u16,
    /// What it says of the record's shape.
    pub hint: u64,
}

impl Default for Meaning {
    fn default() -> Self {
        Self {
            field: NONE,
            rank: 0,
            alias: 0,
            inside: Scope::Other,
            is_sensitive: false,
            is_id: false,
            attribute: 0,
            hint: 0,
        }
    }
}

impl Meaning {
    /// The logical field, as an index into [`LogWatch::fields`].
    #[inline]
    pub fn field(&self) -> Option<usize> {
        (self.field != NONE).then_some(self.field as usize)
    }
}

/// Spellings of the standard fields in known loggers, by rank.
const SPELLINGS: [(usize, &[&[&str]]); 4] = [
    (
        TIMESTAMP,
        &[
            &["timestamp", "@timestamp"],
            &[
                "time",
                "ts",
                "@t",
                "asctime",
                "instant",
                "Timestamp",
                "timeMillis",
                "timeUnixNano",
                "timestampMs",
            ],
            &[
                "datetime",
                "eventTime",
                "event_time",
                "__REALTIME_TIMESTAMP",
                "observedTimeUnixNano",
                "log_time",
            ],
            &["date", "t", "created", "_SOURCE_REALTIME_TIMESTAMP", "receiveTimestamp"],
        ],
    ),
    (
        LEVEL,
        &[
            &["level"],
            &[
                "severity",
                "levelname",
                "log.level",
                "lvl",
                "loglevel",
                "log_level",
                "level_name",
                "@l",
                "severityText",
                "severity_text",
                "Level",
                "LogLevel",
                "logLevel",
                "SeverityText",
            ],
            &["PRIORITY", "severityNumber", "levelno", "priority"],
        ],
    ),
    (
        SERVICE,
        &[
            &["service"],
            &["service.name", "service_name", "serviceName", "Service", "ServiceName"],
            &[
                "app",
                "application",
                "app_name",
                "appName",
                "app.name",
                "svc",
                "dd.service",
                "SYSLOG_IDENTIFIER",
                "Application",
                "appname",
            ],
            &["program", "container_name", "_SYSTEMD_UNIT", "CONTAINER_NAME"],
        ],
    ),
    (
        MESSAGE,
        &[
            &["message"],
            &["msg", "@m", "MESSAGE", "short_message", "textPayload", "Message", "RenderedMessage"],
            &["@mt", "MessageTemplate", "messageTemplate", "body", "Body", "event", "text"],
            &["log"],
        ],
    ),
];

/// Objects that hold context.
const CONTEXT: [&str; 25] = [
    "span",
    "spans",
    "contextMap",
    "mdc",
    "MDC",
    "context",
    "ctx",
    "extra",
    "extras",
    "labels",
    "attributes",
    "attrs",
    "tags",
    "data",
    "props",
    "properties",
    "Properties",
    "metadata",
    "meta",
    "custom",
    "Attributes",
    "baggage",
    "trace",
    "logging.googleapis.com/labels",
    "structured_metadata",
];

/// Keys that tell a logger's shape, each with a bit; [`super::shapes`] reads them.
pub const HINTS: [&str; 43] = [
    "fields",
    "target",
    "span",
    "spans",
    "msg",
    "ts",
    "time",
    "v",
    "pid",
    "hostname",
    "name",
    "caller",
    "instant",
    "loggerName",
    "@timestamp",
    "log.level",
    "ecs.version",
    "@version",
    "asctime",
    "levelname",
    "event",
    "timestamp",
    "@t",
    "severity",
    "log",
    "stream",
    "kubernetes",
    "streams",
    "data",
    "labels",
    "line",
    "resourceLogs",
    "MESSAGE",
    "source_type",
    "ingestionTime",
    "level",
    "message",
    "jsonPayload",
    "textPayload",
    "container_id",
    "ecs",
    "Timestamp",
    "date",
];

/// The bit of a key in [`HINTS`].
#[must_use]
pub const fn hint(key: &str) -> u64 {
    let mut at = 0;
    while at < HINTS.len() {
        let (known, key) = (HINTS[at].as_bytes(), key.as_bytes());
        let mut same = known.len() == key.len();
        let mut byte = 0;
        while same && byte < key.len() {
            same = known[byte] == key[byte];
            byte += 1;
        }
        if same {
            return 1 << at;
        }
        at += 1;
    }
    0
}

/// How many keys of one scope are remembered; records with ever new keys are classified each time.
const REMEMBERED: usize = 1 << 13;

/// Keys and what they mean.
pub struct Keys<'w> {
    watch: &'w LogWatch,
    sensitive: Names,
    known: [HashMap<Box<[u8]>, Meaning>; SCOPES],
}

impl<'w> Keys<'w> {
    /// Keys for a contract.
    pub fn new(watch: &'w LogWatch) -> Self {
        let sensitive = Names::new(watch.sensitive.iter().map(String::as_str));
        Self { watch, sensitive, known: Default::default() }
    }

    /// What a key means.
    #[inline]
    pub fn meaning(&mut self, scope: Scope, key: &[u8]) -> Meaning {
        if let Some(meaning) = self.known[scope as usize].get(key) {
            return *meaning;
        }
        let meaning = self.classify(scope, key);
        let room = &mut self.known[scope as usize];
        if room.len() < REMEMBERED && key.len() < 256 {
            room.insert(key.into(), meaning);
        }
        meaning
    }

    /// The name of the contract's list that a field's name has.
    pub fn policy(&self, key: &[u8]) -> Option<&str> {
        self.sensitive.of(std::str::from_utf8(key).ok()?)
    }

    fn classify(&self, scope: Scope, key: &[u8]) -> Meaning {
        let mut meaning = Meaning::default();
        let Ok(key) = std::str::from_utf8(key) else { return meaning };
        meaning.is_sensitive = self.sensitive.of(key).is_some();
        let last = words(key).pop().unwrap_or_default();
        meaning.is_id = matches!(
            last.as_str(),
            "id" | "ids"
                | "uuid"
                | "trace"
                | "span"
                | "time"
                | "timestamp"
                | "ts"
                | "at"
                | "date"
                | "nanos"
                | "ns"
                | "ms"
                | "us"
                | "hash"
                | "digest"
                | "sha"
                | "commit"
                | "version"
                | "offset"
                | "cursor"
                | "nonce"
                | "fingerprint"
                | "etag"
                | "revision"
                | "seq"
                | "sequence"
                | "duration"
                | "latency"
                | "bytes"
                | "elapsed"
                | "checksum"
                | "key"
        );
        let is_open = matches!(scope, Scope::Top | Scope::Fields | Scope::Context);
        if is_open {
            self.logical(&mut meaning, scope, key);
        }
        match scope {
            Scope::Log if key == "level" => (meaning.field, meaning.rank) = (LEVEL as u16, 1),
            Scope::Service if key == "name" || key == "service" => {
                (meaning.field, meaning.rank) = (SERVICE as u16, 1);
            }
            _ => {}
        }
        if matches!(scope, Scope::Top | Scope::Fields) {
            meaning.inside = match key {
                "fields" | "jsonPayload" => Scope::Fields,
                "log" => Scope::Log,
                "service" | "serviceContext" => Scope::Service,
                _ if CONTEXT.contains(&key) => Scope::Context,
                _ => Scope::Other,
            };
        } else if scope == Scope::Context && matches!(key, "attributes" | "fields") {
            meaning.inside = Scope::Context;
        }
        if scope == Scope::Top {
            meaning.hint = hint(key);
        }
        if matches!(scope, Scope::Top | Scope::Fields) {
            let attribute = self.watch.attributes.iter().position(|name| name == key);
            meaning.attribute = attribute.map_or(0, |at| at as u16 + 1);
        }
        meaning
    }

    fn logical(&self, meaning: &mut Meaning, scope: Scope, key: &str) {
        // What stands deeper counts for less than what stands at the top.
        let depth = match scope {
            Scope::Top => 0,
            Scope::Fields => 10,
            _ => 20,
        };
        for (at, field) in self.watch.fields.iter().enumerate() {
            let named = if field.name == key {
                Some(0)
            } else {
                field.aliases.iter().position(|name| name == key).map(|at| at + 1)
            };
            if let Some(alias) = named {
                meaning.field = at as u16;
                meaning.alias = alias.min(255) as u8;
                meaning.rank = depth + u8::from(alias > 0);
                return;
            }
        }
        // In context a `name` or `time` is anybody's.
        if scope == Scope::Context {
            return;
        }
        for (field, ranks) in SPELLINGS {
            if let Some(rank) = ranks.iter().position(|names| names.contains(&key)) {
                debug_assert!(field < STANDARD.len());
                (meaning.field, meaning.rank) = (field as u16, depth + 1 + rank as u8);
                return;
            }
        }
    }
}
