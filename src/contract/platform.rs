//! Everything about the platform around the telemetry: backends, transport, topology, access, retention, the ops page,
//! APIs, events, gates. What is for readers that come later is already checked for its form.

use schemars::JsonSchema;
use serde::Deserialize;

use super::fields::Names;
use super::keep::Keep;
use super::metrics::Duty;
use super::said::{Entries, Said, layer, section};

/// What differs in one environment.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Environment {
    /// How telemetry travels there.
    #[serde(deserialize_with = "section")]
    pub transport: Transport,
    /// Replicas, alerting, long-term store there.
    #[serde(deserialize_with = "section")]
    pub topology: Topology,
    /// Who may see it there.
    #[serde(deserialize_with = "section")]
    pub access: Access,
    /// How long it is kept there.
    #[serde(deserialize_with = "section")]
    pub retention: Retention,
}

layer!(Environment { transport, topology, access, retention });

/// What spans must show.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Traces {
    /// Every incoming HTTP request has a root span.
    pub http_root_span: Option<Said<Duty>>,
    /// Publishing and consuming make spans, linked by the correlation context.
    pub messaging_spans: Option<Said<Duty>>,
    /// Calls to these systems are child spans whose status tags failure.
    pub external_calls: Option<Vec<Said<String>>>,
}

layer!(Traces { http_root_span, messaging_spans, external_calls });

/// Which product stores or shows which signal.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Backends {
    /// Services are instrumented with OpenTelemetry SDKs.
    pub sdk: Option<Said<String>>,
    /// The one pipeline every service exports to.
    pub pipeline: Option<Said<String>>,
    /// Stores metrics and evaluates alert rules.
    pub metrics: Option<Said<String>>,
    /// Stores traces.
    pub traces: Option<Said<String>>,
    /// Stores logs.
    pub logs: Option<Said<String>>,
    /// Shows dashboards and alerts.
    pub dashboards: Option<Said<String>>,
    /// Products that are put off, each with the condition that would lift it.
    pub deferred: Entries<Said<String>>,
}

layer!(Backends { sdk, pipeline, metrics, traces, logs, dashboards, deferred });

/// How telemetry travels.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Transport {
    /// TLS on every connection that is not loopback.
    pub tls: Option<Said<Duty>>,
}

layer!(Transport { tls });

/// How the pipeline is built.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Topology {
    /// Collector replicas, at least.
    pub collector_replicas: Option<Said<u32>>,
    /// Prometheus talks to an Alertmanager, and Grafana knows it.
    pub alertmanager: Option<Said<Duty>>,
    /// When metrics need a long-term store.
    #[serde(deserialize_with = "section")]
    pub long_term_store: LongTermStore,
}

layer!(Topology { collector_replicas, alertmanager, long_term_store });

/// When metrics need a long-term store (Mimir, Thanos).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LongTermStore {
    /// From this many active series on.
    pub from_series: Option<Said<u64>>,
    /// From this retention on.
    pub from_retention: Option<Said<Keep>>,
}

layer!(LongTermStore { from_series, from_retention });

/// Who may see telemetry.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// Roles that may see logs, traces and dashboards.
    pub roles: Option<Vec<Said<String>>>,
}

layer!(Access { roles });

/// How long telemetry is kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Metrics.
    pub metrics: Option<Said<Keep>>,
    /// Traces.
    pub traces: Option<Said<Keep>>,
    /// Operational logs.
    pub logs: Option<Said<Keep>>,
    /// Security and audit streams.
    #[serde(deserialize_with = "section")]
    pub audit_logs: AuditLogs,
}

layer!(Retention { metrics, traces, logs, audit_logs });

/// Streams that are kept longer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditLogs {
    /// The `LogQL` selector of the streams.
    #[serde(rename = "match")]
    pub matching: Option<Said<String>>,
    /// How long.
    pub keep: Option<Said<Keep>>,
}

layer!(AuditLogs { matching, keep });

/// The admin page for operations.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpsUi {
    /// Its route in the front end.
    pub route: Option<Said<String>>,
    /// Roles that may open it.
    pub roles: Option<Vec<Said<String>>>,
    /// API operations its panels read, `METHOD /path`.
    pub operations: Option<Vec<Said<String>>>,
    /// The browser asks the API only, never a telemetry backend.
    pub api_only: Option<Said<Duty>>,
}

layer!(OpsUi { route, roles, operations, api_only });

/// HTTP APIs and the OpenAPI documents that describe them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    /// Documents keep the OpenAPI specification.
    pub valid: Option<Said<Duty>>,
    /// Every route that code serves is an operation of OpenAPI, and every operation is served.
    pub documented: Option<Said<Duty>>,
    /// Globs of routes that need no operation (`/health*`).
    pub undocumented: Option<Vec<Said<String>>>,
    /// Statuses of failure that an operation of the ops page describes: `401`, `5XX`.
    pub errors: Option<Vec<Said<String>>>,
    /// Operations of the ops page answer with sums and states only: no ids, no secrets, no raw telemetry.
    pub sanitized: Option<Said<Duty>>,
    /// Ways to be let in that are too weak for the ops page: `basic`, `key-in-query`, `http`.
    pub weak: Option<Vec<Said<WeakAccess>>>,
    /// Security schemes that only who holds the role of the ops page can satisfy, whatever their scopes.
    pub admin_schemes: Option<Vec<Said<String>>>,
    /// Extensions of an operation that list its roles, for versions and schemes that cannot.
    pub role_extensions: Option<Vec<Said<String>>>,
}

layer!(Api { valid, documented, undocumented, errors, sanitized, weak, admin_schemes, role_extensions });

/// A way to be let in that is weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WeakAccess {
    /// Name and password with each request.
    Basic,
    /// A key in the address, which every proxy logs.
    KeyInQuery,
    /// An address without TLS.
    Http,
}

/// Events on the message bus.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Events {
    /// Documents keep the AsyncAPI specification.
    pub valid: Option<Said<Duty>>,
    /// Every event that code publishes or consumes is in AsyncAPI.
    pub documented: Option<Said<Duty>>,
    /// Subjects of operational events, with `*` for one word and `>` for the rest: they are specified before they are
    /// coded.
    pub operational: Option<Vec<Said<String>>>,
    /// Events by name.
    pub declared: Entries<Event>,
}

layer!(Events { valid, documented, operational, declared });

/// One event.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// The subject it travels on; `{}` for a variable token.
    pub subject: Option<Said<String>>,
    /// Services that publish it.
    pub published_by: Option<Names>,
    /// Services that consume it.
    pub consumed_by: Option<Names>,
    /// Whether it is about the operation of the platform.
    pub operational: Option<Said<bool>>,
}

layer!(Event { subject, published_by, consumed_by, operational });

/// What must exist before observability features are coded.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Gates {
    /// The UX mock of the ops page.
    #[serde(deserialize_with = "section")]
    pub ux_mock: UxMock,
    /// Standards for telemetry.
    #[serde(deserialize_with = "section")]
    pub governance: Governance,
}

layer!(Gates { ux_mock, governance });

/// A UX mock with a state matrix.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UxMock {
    /// Globs of the documents.
    pub documents: Option<Vec<Said<String>>>,
    /// Panels that have a row each.
    pub panels: Option<Vec<Said<String>>>,
    /// States every panel describes.
    pub states: Option<Vec<Said<String>>>,
}

layer!(UxMock { documents, panels, states });

/// Approved standards.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Governance {
    /// Globs of the documents.
    pub documents: Option<Vec<Said<String>>>,
    /// Status words that count as approved.
    pub approved: Option<Vec<Said<String>>>,
    /// What an approved standard must say beside its status.
    pub require: Option<Vec<Said<Signature>>>,
    /// How old an approval may become, such as `365d`.
    pub max_age: Option<Said<Keep>>,
}

layer!(Governance { documents, approved, require, max_age });

/// What an approval says beside the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    /// The day.
    Date,
    /// Who approved or decided.
    Approvers,
}

/// What the Rust reader cannot know by itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RustSource {
    /// The platform's own macros and functions that emit telemetry.
    #[serde(deserialize_with = "section")]
    pub wrappers: Vec<Wrapper>,
    /// Crates that are services.
    pub services: Option<Vec<Said<String>>>,
    /// Functions whose result is safe to record.
    pub sanitizers: Option<Vec<Said<String>>>,
    /// Types that redact themselves.
    pub redacting_types: Option<Vec<Said<String>>>,
}

layer!(RustSource { wrappers, services, sanitizers, redacting_types });

/// A macro or function of the platform's own that emits telemetry.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wrapper {
    /// Its path, such as `telemetry::count`.
    pub path: Said<String>,
    /// What it stands for, such as `metrics::counter`.
    pub like: Option<Said<String>>,
    /// Which argument is the name, from 0.
    pub name: Option<Said<u32>>,
    /// Which argument holds the labels, from 0.
    pub labels: Option<Said<u32>>,
}
