//! The contract: what a platform says its telemetry must look like, with the place of every word of it.
//!
//! The types here are the file's format (`telelint schema contract` is generated from them), the preset's and the
//! effective contract's at once: every value is optional and lies over the one it extends. What a reader or a rule
//! makes of a value is not known here.

pub mod fields;
pub mod files;
pub mod keep;
pub mod load;
pub mod metrics;
pub mod platform;
pub mod preset;
pub mod said;
pub mod verdicts;

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Deserialize;

pub use fields::{Field, Logs, Redaction, Resource};
pub use files::Files;
pub use keep::Keep;
pub use load::{ContractError, Loaded};
pub use metrics::{Declared, Duty, Labels, Metrics};
pub use platform::{
    Access, Api, Backends, Environment, Events, Gates, OpsUi, Retention, RustSource, Topology, Traces,
    Transport, WeakAccess,
};
pub use said::{Entries, Layer, Said};
use said::{layer, section};
pub use verdicts::{Allow, Setting};

/// One contract file, or several laid over each other by `extends`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "telelint contract", rename = "Contract")]
pub struct Contract {
    /// The contract this one starts from: a built-in preset (`observability-v1`) or a path relative to this file.
    pub extends: Option<Said<String>>,
    /// The environment that is judged; an entry of `environments` of the same name relaxes the contract.
    pub environment: Option<Said<String>>,
    /// Per environment, what differs there.
    pub environments: Entries<Environment>,
    /// Resource attributes.
    #[serde(deserialize_with = "section")]
    pub resource: Resource,
    /// Logical fields, each declared once and checked on every surface it is required on.
    pub fields: Entries<Field>,
    /// Metric names, units and labels.
    #[serde(deserialize_with = "section")]
    pub metrics: Metrics,
    /// Log records.
    #[serde(deserialize_with = "section")]
    pub logs: Logs,
    /// Spans.
    #[serde(deserialize_with = "section")]
    pub traces: Traces,
    /// What must never be written.
    #[serde(deserialize_with = "section")]
    pub redaction: Redaction,
    /// Which product stores what, and what is put off.
    #[serde(deserialize_with = "section")]
    pub backends: Backends,
    /// How telemetry travels.
    #[serde(deserialize_with = "section")]
    pub transport: Transport,
    /// Replicas, alerting, long-term store.
    #[serde(deserialize_with = "section")]
    pub topology: Topology,
    /// Who may see telemetry.
    #[serde(deserialize_with = "section")]
    pub access: Access,
    /// How long telemetry is kept.
    #[serde(deserialize_with = "section")]
    pub retention: Retention,
    /// The admin page.
    #[serde(deserialize_with = "section")]
    pub ops_ui: OpsUi,
    /// HTTP APIs and the documents that describe them.
    #[serde(deserialize_with = "section")]
    pub api: Api,
    /// Events on the message bus.
    #[serde(deserialize_with = "section")]
    pub events: Events,
    /// What must exist before observability features are coded.
    #[serde(deserialize_with = "section")]
    pub gates: Gates,
    /// What the Rust reader cannot know by itself.
    #[serde(deserialize_with = "section")]
    pub rust: RustSource,
    /// Which files are what.
    #[serde(deserialize_with = "section")]
    pub files: Files,
    /// Levels of rules: an id (`metrics/missing-help`), a family (`metrics/*`) or `*`; the most exact one counts.
    pub rules: Entries<Said<Setting>>,
    /// Findings that are accepted, each with a reason.
    #[serde(deserialize_with = "section")]
    pub allow: Vec<Allow>,
}

layer!(Contract {
    extends,
    environment,
    environments,
    resource,
    fields,
    metrics,
    logs,
    traces,
    redaction,
    backends,
    transport,
    topology,
    access,
    retention,
    ops_ui,
    api,
    events,
    gates,
    rust,
    files,
    rules,
    allow
});

impl Contract {
    /// The environment that is judged, `production` where nothing is said.
    #[must_use]
    pub fn environment(&self) -> &str {
        self.environment.as_ref().map_or("production", |said| said.as_str())
    }

    /// Lays what differs in the judged environment over the rest.
    #[must_use]
    pub fn in_environment(mut self) -> Self {
        let name = self.environment().to_owned();
        if let Some(environment) = self.environments.get(&name).cloned() {
            self.transport = environment.transport.over(self.transport);
            self.topology = environment.topology.over(self.topology);
            self.retention = environment.retention.over(self.retention);
            self.access = environment.access.over(self.access);
        }
        self
    }
}

/// The file names under which a contract is found, the first that exists in the nearest folder.
pub const FILE_NAMES: [&str; 3] = ["telelint.yaml", "telelint.yml", ".telelint.yaml"];

/// The nearest contract from a folder upwards to the repository root (the folder that holds `.git`).
#[must_use]
pub fn find(from: &camino::Utf8Path) -> Option<Utf8PathBuf> {
    for folder in from.ancestors() {
        if let Some(found) = FILE_NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
            return Some(found);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}
