//! Cargo manifests: which package a file belongs to, what the package uses, whether it is a service.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::text::Text;
use crate::source::Place;

/// What a package depends on where it serves or consumes, and is no tool that a person runs.
const SERVERS: [&str; 20] = [
    "actix-web",
    "async-nats",
    "axum",
    "axum-server",
    "lapin",
    "metrics-exporter-prometheus",
    "opentelemetry-otlp",
    "opentelemetry-prometheus",
    "pingora",
    "poem",
    "rdkafka",
    "rocket",
    "salvo",
    "tonic",
    "tower-http",
    "tracing-actix-web",
    "tracing-opentelemetry",
    "warp",
    "async-stripe",
    "ntex",
];

/// Packages for serving HTTP, messaging and SSH.
const REACHING: [&str; 17] = [
    "actix-web",
    "async-nats",
    "async-ssh2-lite",
    "async-ssh2-tokio",
    "axum",
    "axum-server",
    "nats",
    "ntex",
    "openssh",
    "poem",
    "rocket",
    "russh",
    "ssh2",
    "thrussh",
    "tower-http",
    "tracing-actix-web",
    "warp",
];

/// What parses the arguments of a program that a person runs.
const COMMAND_LINES: [&str; 7] = ["clap", "structopt", "argh", "pico-args", "bpaf", "lexopt", "gumdrop"];

/// Packages that send telemetry to a backend of their own and not to a Collector.
const EXPORTERS: [&str; 16] = [
    "metrics-exporter-dogstatsd",
    "metrics-exporter-statsd",
    "opentelemetry-application-insights",
    "opentelemetry-datadog",
    "opentelemetry-dynatrace",
    "opentelemetry-gcloud-trace",
    "opentelemetry-jaeger",
    "opentelemetry-stackdriver",
    "opentelemetry-zipkin",
    "prometheus-remote-write",
    "tracing-appinsights",
    "tracing-gelf",
    "tracing-honeycomb",
    "tracing-loki",
    "tracing-newrelic",
    "tracing-logstash-tcp",
];

/// A package of Cargo.
#[derive(Clone, Debug)]
pub struct Package {
    /// The path of its manifest.
    pub path: Arc<str>,
    /// The folder of the manifest; empty for the root.
    pub folder: String,
    /// Its name.
    pub name: String,
    /// Where the manifest says its name.
    pub place: Place,
    /// Crates it depends on, under their own names, with the places of their keys; not those of tests and build scripts.
    pub dependencies: BTreeMap<String, Place>,
    /// Whether it makes a program.
    pub has_program: bool,
    /// Folders of packages beside it that it depends on, relative to its own.
    pub paths: Vec<String>,
    /// Dependencies that only a feature turns on.
    pub optional: BTreeSet<String>,
    /// Keys of dependencies that the workspace describes.
    pub inherited: Vec<String>,
    /// Whether a file of it was read; otherwise others only depend on it.
    pub is_read: bool,
    /// Whether all of its files were read; otherwise what is missing proves nothing.
    pub is_whole: bool,
}

#[derive(Deserialize)]
struct Manifest {
    package: Option<Named>,
    #[serde(default)]
    dependencies: BTreeMap<Spanned<String>, Dependency>,
    #[serde(default)]
    target: BTreeMap<String, Target>,
    #[serde(default)]
    bin: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Named {
    name: Spanned<String>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    dependencies: BTreeMap<Spanned<String>, Dependency>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Table(Table),
    Other(serde::de::IgnoredAny),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Table {
    package: Option<String>,
    path: Option<String>,
    workspace: bool,
    optional: bool,
}

#[derive(Deserialize)]
struct Root {
    workspace: Option<Shared>,
}

#[derive(Deserialize)]
struct Shared {
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

/// What a workspace says of the dependencies that its packages inherit: the package's own name, and its folder, relative to
/// the workspace's, where it is one of the repository.
pub type Inherited = BTreeMap<String, (String, Option<String>)>;

/// What a manifest says for a whole workspace; `None` where it is no workspace's.
#[must_use]
pub fn workspace(text: &str) -> Option<Inherited> {
    let root: Root = toml::from_str(text).ok()?;
    let said = |(key, said): (String, Dependency)| match said {
        Dependency::Table(table) => (key.clone(), (table.package.unwrap_or(key), table.path)),
        Dependency::Other(_) => (key.clone(), (key, None)),
    };
    Some(root.workspace?.dependencies.into_iter().map(said).collect())
}

impl Package {
    /// Of a manifest's text; `None` for one without a package.
    ///
    /// # Errors
    /// What the parser says.
    pub fn of(path: &str, text: &str) -> Result<Option<Self>, String> {
        let manifest: Manifest = toml::from_str(text)
            .map_err(|error| error.message().lines().next().unwrap_or_default().to_owned())?;
        let Some(Named { name }) = manifest.package else { return Ok(None) };
        let lines = Text::new(&path.into(), text);
        let targets = manifest.target.into_values().flat_map(|target| target.dependencies);
        let (mut paths, mut inherited, mut dependencies) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut optional = BTreeSet::new();
        for (key, said) in manifest.dependencies.into_iter().chain(targets) {
            let place = lines.place(key.span());
            let mut name = key.into_inner();
            if let Dependency::Table(table) = said {
                if table.workspace {
                    inherited.push(name.clone());
                }
                paths.extend(table.path);
                name = table.package.unwrap_or(name);
                if table.optional {
                    optional.insert(name.clone());
                }
            }
            dependencies.insert(name, place);
        }
        let folder = path.strip_suffix("Cargo.toml").unwrap_or_default().trim_end_matches('/').to_owned();
        Ok(Some(Self {
            path: path.into(),
            folder,
            place: lines.place(name.span()),
            name: name.into_inner(),
            dependencies,
            has_program: !manifest.bin.is_empty(),
            paths,
            optional,
            inherited,
            is_read: false,
            is_whole: false,
        }))
    }

    /// Whether a file is beside what runs: a test, a benchmark, an example, a build script.
    #[must_use]
    pub fn is_aside(&self, path: &str) -> bool {
        let inside = path.strip_prefix(self.folder.as_str()).unwrap_or(path).trim_start_matches('/');
        is_aside(inside)
    }

    /// Whether it depends on a crate.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        self.dependencies.contains_key(name)
    }

    /// Whether it depends on a crate whose name holds a word.
    #[must_use]
    pub fn uses_like(&self, word: &str) -> bool {
        self.dependencies.keys().any(|name| name.contains(word))
    }

    /// Whether it is a program that others operate: it serves or consumes, and writes its log for a collector.
    #[must_use]
    pub fn is_server(&self) -> bool {
        self.has_program && !self.is_tool() && SERVERS.iter().any(|server| self.uses(server))
    }

    /// Whether a person runs it with arguments.
    #[must_use]
    pub fn is_command_line(&self) -> bool {
        COMMAND_LINES.iter().any(|parser| self.uses(parser))
    }

    /// Whether its name says that it is a tool for those who work on the repository.
    #[must_use]
    pub fn is_tool(&self) -> bool {
        let tools = [
            "bench",
            "benchmark",
            "cli",
            "demo",
            "dev",
            "e2e",
            "example",
            "examples",
            "gen",
            "generator",
            "test",
        ];
        let further = [
            "migrate",
            "migration",
            "mock",
            "playground",
            "test-utils",
            "tests",
            "tool",
            "tools",
            "util",
            "xtask",
        ];
        let mut words = self.name.split(['-', '_']);
        words.any(|word| tools.contains(&word) || further.contains(&word))
            || self
                .folder
                .split('/')
                .any(|part| matches!(part, "examples" | "example" | "tests" | "benches" | "fuzz"))
    }

    /// Whether it has an asynchronous runtime, which a program that ends soon seldom needs.
    #[must_use]
    pub fn runs_on(&self) -> bool {
        self.uses("tokio") || self.uses("async-std") || self.uses("smol")
    }

    /// Whether it serves, sends messages or works with other systems, so that it matters who calls whom.
    #[must_use]
    pub fn reaches_out(&self) -> bool {
        let reaches = |name: &String| {
            let name = name.as_str();
            REACHING.contains(&name) || name.starts_with("async-stripe") || name.starts_with("stripe")
        };
        self.dependencies.keys().any(reaches)
    }

    /// Whether it uses OpenTelemetry itself.
    #[must_use]
    pub fn has_sdk(&self) -> bool {
        self.dependencies.keys().any(|name| name.contains("opentelemetry") || name == "autometrics")
    }

    /// What it sends telemetry past the Collector with.
    #[must_use]
    pub fn exporters(&self) -> BTreeMap<String, Place> {
        let exporters = self
            .dependencies
            .iter()
            .filter(|(name, _)| EXPORTERS.contains(&name.as_str()) && !self.optional.contains(*name));
        exporters.map(|(name, place)| (name.clone(), place.clone())).collect()
    }
}

/// Whether a file of a package, by its path within, is no part of what runs.
#[must_use]
pub fn is_aside(inside: &str) -> bool {
    let first = inside.split('/').next().unwrap_or_default();
    let stem = inside.rsplit('/').next().unwrap_or_default();
    let is_for_tests = |part: &str| {
        part == "test"
            || part == "tests"
            || part == "testing"
            || part.starts_with("test_")
            || part.starts_with("testutil")
    };
    matches!(first, "tests" | "benches" | "examples" | "build" | "build.rs" | "fuzz" | "xtask")
        || inside.split('/').any(|part| is_for_tests(part) || part == "vendor" || part == "benches")
        || is_for_tests(stem.trim_end_matches(".rs"))
        || stem.ends_with("_test.rs")
        || stem.ends_with("_tests.rs")
}
