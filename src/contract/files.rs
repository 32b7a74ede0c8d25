//! `files:` which files are what.

use schemars::JsonSchema;
use serde::Deserialize;

use super::said::{Entries, Layer, Said, layer, section};
use crate::facts::Kind;

/// Globs, relative to the contract's folder.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Globs(pub Vec<Said<String>>);

impl Layer for Globs {
    fn over(self, _: Self) -> Self {
        self
    }
}

/// Which files belong together as one deployment.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Stack {
    /// The Collector's configuration files, in the order in which it merges them.
    pub collector: Option<Globs>,
}

layer!(Stack { collector });

/// Which files are of which kind, where name and content do not tell; and what is left out.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// Files that are not read at all, beside those git ignores.
    #[serde(deserialize_with = "section")]
    pub ignore: Globs,
    /// Prometheus text expositions.
    pub prometheus: Option<Globs>,
    /// OpenMetrics expositions.
    pub openmetrics: Option<Globs>,
    /// Log files.
    pub logs: Option<Globs>,
    /// OTLP/JSON samples.
    pub otlp: Option<Globs>,
    /// Rust source.
    pub rust: Option<Globs>,
    /// OpenAPI documents.
    pub openapi: Option<Globs>,
    /// AsyncAPI documents.
    pub asyncapi: Option<Globs>,
    /// Collector configurations.
    pub collector: Option<Globs>,
    /// Prometheus configurations.
    pub prometheus_config: Option<Globs>,
    /// Prometheus rule files.
    pub prometheus_rules: Option<Globs>,
    /// Alertmanager configurations.
    pub alertmanager: Option<Globs>,
    /// Tempo configurations.
    pub tempo: Option<Globs>,
    /// Loki configurations.
    pub loki: Option<Globs>,
    /// Grafana settings and provisioning.
    pub grafana: Option<Globs>,
    /// Grafana dashboards.
    pub dashboard: Option<Globs>,
    /// Kubernetes and Compose manifests.
    pub manifest: Option<Globs>,
    /// SDK environment files.
    pub sdk_env: Option<Globs>,
    /// Front-end source.
    pub frontend: Option<Globs>,
    /// Mocks and standards.
    pub document: Option<Globs>,
    /// Deployments of several files.
    pub stacks: Entries<Stack>,
}

layer!(Files {
    ignore,
    prometheus,
    openmetrics,
    logs,
    otlp,
    rust,
    openapi,
    asyncapi,
    collector,
    prometheus_config,
    prometheus_rules,
    alertmanager,
    tempo,
    loki,
    grafana,
    dashboard,
    manifest,
    sdk_env,
    frontend,
    document,
    stacks
});

impl Files {
    /// The globs for a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> &[Said<String>] {
        let globs = match kind {
            Kind::Prometheus => &self.prometheus,
            Kind::Openmetrics => &self.openmetrics,
            Kind::Logs => &self.logs,
            Kind::Otlp => &self.otlp,
            Kind::Rust => &self.rust,
            Kind::Openapi => &self.openapi,
            Kind::Asyncapi => &self.asyncapi,
            Kind::Collector => &self.collector,
            Kind::PrometheusConfig => &self.prometheus_config,
            Kind::PrometheusRules => &self.prometheus_rules,
            Kind::Alertmanager => &self.alertmanager,
            Kind::Tempo => &self.tempo,
            Kind::Loki => &self.loki,
            Kind::Grafana => &self.grafana,
            Kind::Dashboard => &self.dashboard,
            Kind::Manifest => &self.manifest,
            Kind::SdkEnv => &self.sdk_env,
            Kind::Frontend => &self.frontend,
            Kind::Document => &self.document,
        };
        globs.as_ref().map_or(&[], |globs| globs.0.as_slice())
    }
}
