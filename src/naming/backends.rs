//! How backends of telemetry are called: products by the names of their hosts and by the ports they listen on.

/// Products, by the names that hosts, paths and variables give them.
pub const PRODUCTS: [&str; 7] = ["prometheus", "loki", "tempo", "mimir", "thanos", "alertmanager", "cortex"];

/// Those whose names are words for other things, too: they count where a host's name begins with them.
const WORDS: [&str; 2] = ["tempo", "cortex"];

/// Ports of their HTTP servers, as their documentation has them: Prometheus 3, Loki 3, Tempo 2, Mimir 2, Thanos 0.3x (query),
/// Alertmanager 0.2x.
pub const PORTS: [(u16, &str); 6] = [
    (9090, "prometheus"),
    (3100, "loki"),
    (3200, "tempo"),
    (9009, "mimir"),
    (10902, "thanos"),
    (9093, "alertmanager"),
];

/// Domains that hold documentation of these products.
const DOCUMENTATION: [&str; 6] =
    ["prometheus.io", "grafana.com", "github.com", "github.io", "githubusercontent.com", "opentelemetry.io"];

/// Endings of public domains: `tempo.co` is somebody's name and no host of a platform.
const PUBLIC: [&str; 20] = [
    "com", "org", "net", "io", "dev", "co", "app", "ai", "xyz", "eu", "de", "fr", "uk", "us", "info", "me",
    "tech", "cloud", "fm", "tv",
];

/// The product a host is named after: `prometheus.observability.svc`, `eu-loki-gateway`.
#[must_use]
pub fn of_host(host: &str) -> Option<&'static str> {
    let mut labels = host.split('.');
    let first = labels.next()?;
    let rest: Vec<&str> = labels.collect();
    if is_documentation(host) || matches!(rest.as_slice(), [ending] if PUBLIC.contains(ending)) {
        return None;
    }
    let is_it = |name: &&str| {
        let mut words = first.split('-');
        if WORDS.contains(name) { words.next() == Some(name) } else { words.any(|word| word == *name) }
    };
    PRODUCTS.into_iter().find(is_it)
}

/// The product that listens on a port, unless it is told to listen elsewhere.
#[must_use]
pub fn of_port(port: u16) -> Option<&'static str> {
    PORTS.iter().find(|(known, _)| *known == port).map(|(_, product)| *product)
}

/// Whether a host is one of a platform's own network: a bare name, or one of a cluster.
#[must_use]
pub fn is_internal(host: &str) -> bool {
    let ends = [".svc", ".local", ".internal", ".lan", ".intranet", ".localdomain", ".consul"];
    !host.contains('.') || host.contains(".svc.") || ends.iter().any(|end| host.ends_with(end))
}

/// Whether a product's name is a word for other things, too.
#[must_use]
pub fn is_word(product: &str) -> bool {
    WORDS.contains(&product)
}

/// Whether a host only tells of these products.
#[must_use]
pub fn is_documentation(host: &str) -> bool {
    DOCUMENTATION.iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_their_first_label() {
        for (host, product) in [
            ("prometheus", Some("prometheus")),
            ("eu-loki-gateway.observability.svc", Some("loki")),
            ("tempo-query.internal.example.com", Some("tempo")),
            ("music-tempo.example.com", None),
            ("tempo.co", None),
            ("prometheus.io", None),
            ("demo.prometheus.io", None),
            ("shop.example.com", None),
        ] {
            assert_eq!(of_host(host), product, "{host}");
        }
    }
}
