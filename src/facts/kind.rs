//! The kinds of artifact, whether a reader for them exists yet or not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an artifact is. `--kind` and the keys of `files:` in the contract take the kebab-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Prometheus text exposition format 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0 text.
    Openmetrics,
    /// Log records, one a line.
    Logs,
    /// OTLP/JSON samples.
    Otlp,
    /// Rust source.
    Rust,
    /// OpenAPI description.
    Openapi,
    /// AsyncAPI description.
    Asyncapi,
    /// OpenTelemetry Collector configuration.
    Collector,
    /// Prometheus server configuration.
    PrometheusConfig,
    /// Prometheus alert and recording rules.
    PrometheusRules,
    /// Alertmanager configuration.
    Alertmanager,
    /// Tempo configuration.
    Tempo,
    /// Loki configuration.
    Loki,
    /// Grafana provisioning or settings.
    Grafana,
    /// Grafana dashboard.
    Dashboard,
    /// Kubernetes or Compose manifest.
    Manifest,
    /// SDK settings in an environment file.
    SdkEnv,
    /// Front-end source.
    Frontend,
    /// Markdown document: a mock or a standard.
    Document,
}

impl Kind {
    /// Every kind, in the order in which a report names them.
    pub const ALL: [Self; 19] = [
        Self::Prometheus,
        Self::Openmetrics,
        Self::Logs,
        Self::Otlp,
        Self::Rust,
        Self::Openapi,
        Self::Asyncapi,
        Self::Collector,
        Self::PrometheusConfig,
        Self::PrometheusRules,
        Self::Alertmanager,
        Self::Tempo,
        Self::Loki,
        Self::Grafana,
        Self::Dashboard,
        Self::Manifest,
        Self::SdkEnv,
        Self::Frontend,
        Self::Document,
    ];

    /// The kebab-case name used in the contract, on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Openmetrics => "openmetrics",
            Self::Logs => "logs",
            Self::Otlp => "otlp",
            Self::Rust => "rust",
            Self::Openapi => "openapi",
            Self::Asyncapi => "asyncapi",
            Self::Collector => "collector",
            Self::PrometheusConfig => "prometheus-config",
            Self::PrometheusRules => "prometheus-rules",
            Self::Alertmanager => "alertmanager",
            Self::Tempo => "tempo",
            Self::Loki => "loki",
            Self::Grafana => "grafana",
            Self::Dashboard => "dashboard",
            Self::Manifest => "manifest",
            Self::SdkEnv => "sdk-env",
            Self::Frontend => "frontend",
            Self::Document => "document",
        }
    }

    /// What a person calls the format.
    #[must_use]
    pub fn title(self) -> String {
        self.called(1).split_once(' ').map(|(_, title)| title.to_owned()).unwrap_or_default()
    }

    /// What a person calls one or several of them.
    #[must_use]
    pub fn called(self, count: usize) -> String {
        let (one, many) = match self {
            Self::Prometheus => ("Prometheus exposition", "Prometheus expositions"),
            Self::Openmetrics => ("OpenMetrics exposition", "OpenMetrics expositions"),
            Self::Logs => ("log file", "log files"),
            Self::Otlp => ("OTLP sample", "OTLP samples"),
            Self::Rust => ("Rust file", "Rust files"),
            Self::Openapi => ("OpenAPI document", "OpenAPI documents"),
            Self::Asyncapi => ("AsyncAPI document", "AsyncAPI documents"),
            Self::Collector => ("Collector configuration", "Collector configurations"),
            Self::PrometheusConfig => ("Prometheus configuration", "Prometheus configurations"),
            Self::PrometheusRules => ("rule file", "rule files"),
            Self::Alertmanager => ("Alertmanager configuration", "Alertmanager configurations"),
            Self::Tempo => ("Tempo configuration", "Tempo configurations"),
            Self::Loki => ("Loki configuration", "Loki configurations"),
            Self::Grafana => ("Grafana setting", "Grafana settings"),
            Self::Dashboard => ("dashboard", "dashboards"),
            Self::Manifest => ("manifest", "manifests"),
            Self::SdkEnv => ("SDK environment file", "SDK environment files"),
            Self::Frontend => ("front-end file", "front-end files"),
            Self::Document => ("document", "documents"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// Whether this version has a reader for the kind.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(
            self,
            Self::Prometheus
                | Self::Openmetrics
                | Self::Logs
                | Self::Rust
                | Self::Openapi
                | Self::Asyncapi
                | Self::Frontend
                | Self::Document
        )
    }
}

/// In which role an artifact is read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is judged.
    #[default]
    Current,
    /// An earlier scrape (`--previous`) that the current one is compared with.
    Previous,
}
