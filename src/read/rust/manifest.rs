//! Cargo manifests: which package a file belongs to, what the package uses, whether it is a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

/// What a package depends on where it serves or consumes, and is no tool that a person runs.
const SERVERS: [&str; 17] = [
    "actix-web",
    "async-nats",
    "axum",
    "lapin",
    "metrics-exporter-prometheus",
    "opentelemetry-otlp",
    "opentelemetry-prometheus",
    "poem",
    "prometheus",
    "rdkafka",
    "rocket",
    "salvo",
    "tonic",
    "tower-http",
    "tracing-actix-web",
    "tracing-opentelemetry",
    "warp",
];

/// A package of Cargo.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The path of its manifest.
    pub path: Arc<str>,
    /// The folder of the manifest; empty for the root.
    pub folder: String,
    /// Its name.
    pub name: String,
    /// Crates it depends on, under their own names; not those of tests and build scripts.
    pub dependencies: BTreeSet<String>,
    /// Whether it makes a program.
    pub has_program: bool,
}

#[derive(Deserialize)]
struct Manifest {
    package: Option<Named>,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    target: BTreeMap<String, Target>,
    #[serde(default)]
    bin: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Renamed { package: String },
    Other(serde::de::IgnoredAny),
}

impl Package {
    /// Of a manifest's text; `None` for one without a package.
    ///
    /// # Errors
    /// What the parser says.
    pub fn of(path: &str, text: &str) -> Result<Option<Self>, String> {
        let manifest: Manifest =
            toml::from_str(text).map_err(|error| error.message().lines().next().unwrap_or_default().to_owned())?;
        let Some(Named { name }) = manifest.package else { return Ok(None) };
        let targets = manifest.target.into_values().flat_map(|target| target.dependencies);
        let dependencies = manifest.dependencies.into_iter().chain(targets).map(|(name, said)| match said {
            Dependency::Renamed { package } => package,
            Dependency::Other(_) => name,
        });
        let folder = path.strip_suffix("Cargo.toml").unwrap_or_default().trim_end_matches('/').to_owned();
        let has_program = !manifest.bin.is_empty();
        Ok(Some(Self { path: path.into(), folder, name, dependencies: dependencies.collect(), has_program }))
    }

    /// Whether a file is beside what runs: a test, a benchmark, an example, a build script.
    #[must_use]
    pub fn is_aside(&self, path: &str) -> bool {
        let inside = path.strip_prefix(self.folder.as_str()).unwrap_or(path).trim_start_matches('/');
        let first = inside.split('/').next().unwrap_or_default();
        matches!(first, "tests" | "benches" | "examples" | "build.rs")
            || inside.split('/').any(|part| matches!(part, "tests.rs" | "test.rs" | "tests"))
    }

    /// Whether it is a program that others operate: it serves or consumes, and writes its log for a collector.
    #[must_use]
    pub fn is_service(&self) -> bool {
        self.has_program && SERVERS.iter().any(|server| self.dependencies.contains(*server))
    }
}
