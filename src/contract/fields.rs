//! `resource:`, `fields:`, `logs:`, `redaction:` what records must and must not carry.

use schemars::JsonSchema;
use serde::Deserialize;

use super::metrics::Duty;
use super::said::{Entries, Said, layer};
use super::verdicts::Setting;
use crate::detect::Card;

/// Attributes of the resource every service describes itself with.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Resource {
    /// Attributes every resource has.
    pub required: Option<Vec<Said<String>>>,
    /// Other names that count as the same attribute.
    pub aliases: Entries<Names>,
}

layer!(Resource { required, aliases });

/// A list of names.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Names(pub Vec<Said<String>>);

impl super::said::Layer for Names {
    fn over(self, _: Self) -> Self {
        self
    }
}

/// When a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// In every record.
    Always,
    /// Where the service knows it.
    WhenAvailable,
    /// Not at all; only its format and redaction are checked.
    Never,
}

/// A surface that carries fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// Log records.
    Log,
    /// Span attributes.
    Span,
    /// HTTP headers.
    Http,
    /// Messages on the bus.
    Event,
}

/// The format of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RFC 9562, hyphenated.
    Uuid,
    /// A ULID.
    Ulid,
    /// Anything.
    Text,
}

impl Format {
    /// What a message calls a value in it, without an article.
    #[must_use]
    pub fn called(self) -> &'static str {
        match self {
            Self::Uuid => "UUID",
            Self::Ulid => "ULID",
            Self::Text => "text",
        }
    }
}

/// A logical field.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Field {
    /// When it must be there.
    pub required: Option<Said<Need>>,
    /// On which surfaces.
    pub on: Option<Vec<Said<Carrier>>>,
    /// What a value looks like.
    pub format: Option<Said<Format>>,
    /// Other spellings of the name.
    pub aliases: Option<Vec<Said<String>>>,
    /// A regular expression for the only form in which a value may be written.
    pub redacted: Option<Said<String>>,
}

layer!(Field { required, on, format, aliases, redacted });

/// What log records look like.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Logs {
    /// The form of a record.
    pub format: Option<Said<LogFormat>>,
    /// Fields every record has.
    pub required: Option<Vec<Said<String>>>,
    /// The levels that exist.
    pub levels: Option<Vec<Said<String>>>,
    /// The most bytes a record may have.
    pub max_record_bytes: Option<Said<u64>>,
    /// Whose records a file holds, where they do not say it themselves: a glob of files, and the service's name.
    pub services: Entries<Said<String>>,
}

layer!(Logs { format, required, levels, max_record_bytes, services });

/// The form of log records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Not judged.
    Any,
}

/// What must never be written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Redaction {
    /// No secret, token or private key in any telemetry.
    pub secrets: Option<Said<Duty>>,
    /// Fields whose raw value is sensitive.
    pub fields: Option<Vec<Said<String>>>,
    /// Levels of single detectors.
    pub detectors: Entries<Said<Setting>>,
    /// Detectors of one's own, by id.
    pub custom: Entries<Said<Card>>,
}

layer!(Redaction { secrets, fields, detectors, custom });
