//! What an address in front-end code leads to: the query APIs of telemetry backends, by path, host, port and name.
//!
//! Addresses that telemetry is sent to (OTLP, Faro, pushes) are none of these, nor are pages of documentation.

use super::values::HOLE;
use crate::facts::Sign;
use crate::naming::backends;

/// What an address leads to.
#[derive(Debug, PartialEq, Eq)]
pub struct Reached {
    /// The product.
    pub backend: &'static str,
    /// What shows it.
    pub sign: Sign,
    /// The address without query and user.
    pub shown: String,
}

/// Looks at an address; what a person is only led to counts where it is a query.
pub fn reached(value: &str, is_link: bool) -> Option<Reached> {
    let value = value.trim();
    let address = value.split(['?', '#']).next().unwrap_or_default();
    if address.contains(char::is_whitespace) {
        return None;
    }
    let (authority, path) = match address.split_once("://") {
        Some(("http" | "https" | "ws" | "wss" | HOLE, rest)) => {
            rest.split_at(rest.find('/').unwrap_or(rest.len()))
        }
        Some(_) => return None,
        None => ("", address.trim_start_matches(HOLE)),
    };
    let server = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (server, ""),
    };
    let host = host.to_ascii_lowercase();
    let takes_rest = path.is_empty() || path.starts_with('/');
    if backends::is_documentation(&host) || is_push(path, port) || !takes_rest {
        return None;
    }
    let by_host = backends::of_host(&host);
    let query = query(path);
    let (backend, sign) = match (query, by_host) {
        (Some((backend, Sign::QueryPath)), by_host) => (by_host.unwrap_or(backend), Sign::QueryPath),
        _ if is_link => return None,
        (_, Some(backend)) => (backend, Sign::Host),
        (Some(other), None) => other,
        (None, None) => (backends::of_port(port.parse().ok()?)?, Sign::Port),
    };
    let scheme = address.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    // A port that nothing follows could be the beginning of a password, and would be hidden.
    let path = if path.is_empty() { "/" } else { path };
    Some(Reached { backend, sign, shown: format!("{scheme}{server}{path}") })
}

/// Whether telemetry is sent there, and none asked for.
fn is_push(path: &str, port: &str) -> bool {
    matches!(port, "4317" | "4318")
        || ["/v1/traces", "/v1/metrics", "/v1/logs", "/push", "/collect"]
            .iter()
            .any(|end| path.ends_with(end))
        || path.contains("/otlp")
}

/// What a path asks for.
fn query(path: &str) -> Option<(&'static str, Sign)> {
    if path.contains("/loki/api/v1/") {
        return Some(("loki", Sign::QueryPath));
    }
    if path.contains("/tempo/api/") {
        return Some(("tempo", Sign::QueryPath));
    }
    let has_prefix = path.contains("/prometheus/");
    for (at, start) in path.match_indices("/api/v1/") {
        let rest = &path[at + start.len()..];
        let end = rest.find(['/', '{']).unwrap_or(rest.len());
        match &rest[..end] {
            "query" | "query_range" | "query_exemplars" => return Some(("prometheus", Sign::QueryPath)),
            "series" | "labels" if has_prefix => return Some(("prometheus", Sign::QueryPath)),
            "series" | "labels" => return Some(("prometheus", Sign::CommonPath)),
            "label" if rest.ends_with("/values") => return Some(("prometheus", Sign::QueryPath)),
            _ => {}
        }
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let starts = |base: &str| path.starts_with(base) && !is_file;
    if starts("/prometheus/api/v1") {
        return Some(("prometheus", Sign::BasePath));
    }
    ["loki", "tempo"].into_iter().find(|name| starts(&format!("/{name}/"))).map(|name| (name, Sign::BasePath))
}

/// The backend that a public variable of the environment is named after.
pub fn variable(name: &str) -> Option<&'static str> {
    const PUBLIC_TO: [&str; 8] = [
        "VITE_",
        "NEXT_PUBLIC_",
        "REACT_APP_",
        "NUXT_PUBLIC_",
        "PUBLIC_",
        "GATSBY_",
        "VUE_APP_",
        "EXPO_PUBLIC_",
    ];
    const ADDRESS: [&str; 12] = [
        "URL", "URI", "HOST", "ENDPOINT", "BASE", "API", "ADDR", "ADDRESS", "ORIGIN", "SERVER", "QUERY",
        "BASEURL",
    ];
    let words = PUBLIC_TO.iter().find_map(|start| name.strip_prefix(start))?;
    let words: Vec<&str> = words.split('_').collect();
    let of = |word: &str| match word {
        "PROM" | "PROMETHEUS" => Some("prometheus"),
        word => backends::PRODUCTS.into_iter().find(|name| word.eq_ignore_ascii_case(name)),
    };
    let (at, backend) = words.iter().enumerate().find_map(|(at, word)| Some((at, of(word)?)))?;
    let behind = &words[at + 1..];
    // Tempo and cortex are words for many things.
    let is_address =
        behind.iter().any(|word| ADDRESS.contains(word)) || behind.is_empty() && !backends::is_word(backend);
    (is_address && !words.contains(&"PUSH") && !words.contains(&"RPC")).then_some(backend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_told_from_what_only_looks_alike() {
        let of = |value: &str| reached(value, false).map(|reached| (reached.backend, reached.sign));
        for (value, wanted) in [
            (
                "https://prometheus.observability.svc:9090/api/v1/query?query=up",
                Some(("prometheus", Sign::QueryPath)),
            ),
            ("{}/api/v1/query_range", Some(("prometheus", Sign::QueryPath))),
            ("/loki/api/v1/query_range?query={}", Some(("loki", Sign::QueryPath))),
            ("http://loki-gateway/", Some(("loki", Sign::Host))),
            ("http://localhost:3200/api/search", Some(("tempo", Sign::Port))),
            ("/tempo/api/traces/{}", Some(("tempo", Sign::QueryPath))),
            ("/prometheus/api/v1", Some(("prometheus", Sign::BasePath))),
            ("/api/v1/labels", Some(("prometheus", Sign::CommonPath))),
            ("/api/v1/query-orders", None),
            ("/api/search", None),
            ("/api/v1/queries", None),
            ("https://prometheus.io/docs/querying/api/v1/query", None),
            ("https://tempo.co/tracks", None),
            ("http://localhost:4318/v1/traces", None),
            ("/loki/api/v1/push", None),
            ("/loki/logo.svg", None),
            ("call http://prometheus:9090/api/v1/query by hand", None),
            ("./prometheus/api/v1", None),
        ] {
            assert_eq!(of(value), wanted, "{value}");
        }
        assert_eq!(reached("https://prometheus.shop.example/graph", true), None);
    }

    #[test]
    fn variables_are_told_by_their_words() {
        assert_eq!(variable("VITE_PROMETHEUS_URL"), Some("prometheus"));
        assert_eq!(variable("NEXT_PUBLIC_LOKI_HOST"), Some("loki"));
        for other in [
            "NEXT_PUBLIC_PROMO_CODE",
            "VITE_TEMPO",
            "PROMETHEUS_URL",
            "VITE_LOKI_PUSH_URL",
            "VITE_PROMETHEUS_ENABLED",
        ] {
            assert_eq!(variable(other), None, "{other}");
        }
    }
}
