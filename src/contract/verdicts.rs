//! What the contract says of findings: levels of rules, and what is accepted.

use schemars::JsonSchema;
use serde::Deserialize;

use super::said::Said;

/// What a rule's findings count for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// The rule is off.
    #[serde(alias = "off")]
    Allow,
    /// Worth knowing.
    Info,
    /// Should be mended; fails a run only with `--fail-on warning`.
    #[serde(alias = "warn")]
    Warning,
    /// Breaks the contract.
    Error,
}

impl JsonSchema for Setting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Setting".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What a rule's findings count for; `allow` and `off` turn the rule off.",
            "enum": ["allow", "off", "info", "warning", "warn", "error"],
        })
    }
}

/// A finding, or many, that the team accepts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The rule: an id, `family/*` or `*`.
    pub rule: Said<String>,
    /// Only in files that match this glob (relative to the contract's folder).
    pub path: Option<Said<String>>,
    /// Only for subjects that match this glob: a metric, a label (`metric{label}`), a field.
    pub subject: Option<Said<String>>,
    /// Why it is accepted.
    pub reason: Said<String>,
    /// The last day (`YYYY-MM-DD`) on which it is.
    pub until: Option<Said<Date>>,
}

/// A day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Date(pub jiff::civil::Date);

impl TryFrom<String> for Date {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let day = text.parse::<jiff::civil::Date>().ok().filter(|day| day.to_string() == text);
        day.map(Self).ok_or_else(|| format!("`{text}` is no date such as 2027-01-31"))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date"})
    }
}
