//! Connections that telemetry travels by: who opens them, what they lead to, and whether anybody on the way can read along.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::Fact;
use crate::detect::masked;
use crate::source::Place;

/// A connection that telemetry travels by, as the side that opens it is set up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// The artifact that sets it up: the manifest of a package, a configuration file.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Where its address stands.
    pub place: Place,
    /// What opens it, as its artifact calls it: an exporter, a data source, a target.
    pub from: String,
    /// The address, without user information and secrets.
    pub url: String,
    /// What protects it.
    pub protection: Protection,
    /// Whether the address only holds where nothing else is set.
    #[serde(default)]
    pub is_default: bool,
}

/// What protects a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Nothing.
    Plain,
    /// TLS whose certificate nobody verifies.
    Unverified,
    /// TLS.
    Tls,
    /// It does not leave the machine.
    Local,
    /// It can't be seen.
    Unknown,
}

impl Connection {
    /// By its address.
    #[must_use]
    pub fn to(artifact: &Arc<str>, place: Place, from: impl Into<String>, url: &str) -> Self {
        Self {
            artifact: Arc::clone(artifact),
            place,
            from: from.into(),
            url: masked(url),
            protection: Protection::of_url(url),
            is_default: false,
        }
    }
}

impl Protection {
    /// What the scheme and the host of an address say.
    #[must_use]
    pub fn of_url(url: &str) -> Self {
        let url = url.trim();
        let Some((scheme, rest)) = url.split_once("://") else {
            let is_socket = url.starts_with("unix:") || url.starts_with('/');
            return if is_socket { Self::Local } else { Self::Unknown };
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        match scheme.to_ascii_lowercase().as_str() {
            "https" | "grpcs" | "wss" | "tls" => Self::Tls,
            "unix" | "file" => Self::Local,
            "http" | "grpc" | "ws" | "tcp" | "udp" => match host {
                // Made when the program runs.
                host if host.is_empty() || host.starts_with("{}") => Self::Unknown,
                host if is_loopback(host) => Self::Local,
                _ => Self::Plain,
            },
            _ => Self::Unknown,
        }
    }
}

/// Whether a host, with or without a port, is the machine itself.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if host.matches(':').count() > 1 => host,
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    match name.parse::<std::net::IpAddr>() {
        // A client that is told to ask any address asks its own machine.
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => false,
    }
}

impl Fact for Connection {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.from.clone())
    }
    fn absorb(&mut self, other: Self) {
        let order = |connection: &Self| {
            let Self { is_default, protection, url, artifact, .. } = connection;
            (*is_default, *protection, url.clone(), Arc::clone(artifact))
        };
        if order(&other) < order(self) {
            *self = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Protection::{self, Local, Plain, Tls, Unknown};

    #[test]
    fn the_scheme_and_the_host_tell() {
        for (url, protection) in [
            ("http://collector:4317", Plain),
            ("HTTP://collector.svc.cluster.local:4318/v1/traces", Plain),
            ("https://collector:4317", Tls),
            ("http://localhost:4317", Local),
            ("http://127.0.0.1:4317", Local),
            ("http://127.8.0.9", Local),
            ("http://[::1]:4317/", Local),
            ("http://0.0.0.0:4317", Local),
            ("http://127.0.0.1.example.com", Plain),
            ("http://localhost.example.com", Plain),
            ("http://user:word@localhost:4317", Local),
            ("http://localhost@example.com", Plain),
            ("http://[2001:db8::1]:4317", Plain),
            ("unix:///run/otel.sock", Local),
            ("collector:4317", Unknown),
            ("http://{}:4317", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(Protection::of_url(url), protection, "{url}");
        }
    }
}
