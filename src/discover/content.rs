//! What a file is, by its name and its first bytes.

use camino::Utf8Path;

use crate::facts::Kind;

/// The kind a name alone tells, and whether the content must confirm or refine it.
pub enum ByName {
    /// It is this.
    Is(Kind),
    /// The content decides; where it tells nothing, it is this.
    Look(Option<Kind>),
    /// Nothing of ours.
    No,
}

/// What the name tells.
#[must_use]
pub fn by_name(path: &Utf8Path) -> ByName {
    let name = path.file_name().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    // What is packed is of the kind of what is in it.
    let lower = [".gz", ".zst"]
        .iter()
        .find_map(|packed| lower.strip_suffix(packed))
        .map_or(lower.clone(), str::to_owned);
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if ends(&[".om", ".om.txt", ".openmetrics"]) {
        return ByName::Is(Kind::Openmetrics);
    }
    if ends(&[".prom", ".prom.txt"]) {
        return ByName::Look(Some(Kind::Prometheus));
    }
    if ends(&[".jsonl", ".ndjson", ".log"]) || is_rotated(&lower) {
        return ByName::Is(Kind::Logs);
    }
    if ends(&[".rs"]) {
        return ByName::Is(Kind::Rust);
    }
    let script = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".vue", ".svelte", ".html"];
    if ends(&script) && !ends(&[".d.ts", ".min.js"]) {
        return ByName::Is(Kind::Frontend);
    }
    if lower == "grafana.ini" {
        return ByName::Is(Kind::Grafana);
    }
    if ends(&[".yaml", ".yml", ".json", ".txt", ".metrics", ".env"]) || !lower.contains('.') {
        return ByName::Look(None);
    }
    ByName::No
}

/// `api.log.1`, `api.log-20261122`.
fn is_rotated(name: &str) -> bool {
    let number =
        |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.');
    name.find(".log.").is_some_and(|at| number(&name[at + 5..]))
        || name.find(".log-").is_some_and(|at| number(&name[at + 5..]))
}

/// What a name alone is sure of.
#[must_use]
pub fn of_name(path: &str) -> Option<Kind> {
    match by_name(Utf8Path::new(path)) {
        ByName::Is(kind) => Some(kind).filter(|kind| kind.is_read()),
        ByName::Look(_) | ByName::No => None,
    }
}

/// What the first bytes tell, of a stream without a name.
#[must_use]
pub fn of_stream(head: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(head);
    exposition(&text)
        .or_else(|| specification(&text))
        .or_else(|| crate::read::logs::is_log(head).then_some(Kind::Logs))
}

/// OpenAPI or AsyncAPI, if a key at the top of the document says so.
fn specification(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let kind = if text.starts_with('{') { json_specification(text) } else { yaml_specification(text) };
    // The configuration of a generator names a version, too; it describes nothing. Where the text is cut, more may follow.
    let describes = ["info", "paths:", "\"paths\"", "channels", "webhooks", "components", "swagger"];
    let is_cut = text.len() + 4 >= super::HEAD;
    let is_full = text.lines().any(|line| {
        let is_version = line.contains("openapi") || line.contains("asyncapi") || line.contains("swagger");
        is_version && line.split(['"', '\'', ' ', ',']).any(|word| word.matches('.').count() == 2)
    });
    kind.filter(|_| is_cut || is_full || describes.iter().any(|word| text.contains(word)))
}

/// Whether what stands behind `openapi:` is meant as a version: other files have such a key, too.
fn is_version(value: &str) -> bool {
    let value = value.trim().trim_start_matches(['"', '\'']);
    value.starts_with(|c: char| c.is_ascii_digit())
}

fn yaml_specification(text: &str) -> Option<Kind> {
    text.lines().filter(|line| !line.starts_with([' ', '\t', '#', '-'])).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let kind = match key.trim().trim_matches(['"', '\'']) {
            "openapi" | "swagger" => Kind::Openapi,
            "asyncapi" => Kind::Asyncapi,
            _ => return None,
        };
        is_version(value).then_some(kind)
    })
}

/// Looks at the keys of the outermost object only: a lock file may have a package of that name.
fn json_specification(text: &str) -> Option<Kind> {
    let bytes = text.as_bytes();
    let (mut depth, mut at, mut is_key) = (0usize, 0, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                is_key = *byte == b'{';
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => is_key = true,
            b'"' => {
                let start = at + 1;
                let mut end = start;
                while bytes.get(end).is_some_and(|byte| *byte != b'"') {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                at = end;
                if depth == 1 && is_key {
                    is_key = false;
                    let kind = match text.get(start..end) {
                        Some("openapi" | "swagger") => Some(Kind::Openapi),
                        Some("asyncapi") => Some(Kind::Asyncapi),
                        _ => None,
                    };
                    let value = text.get(end + 1..).unwrap_or_default().trim_start().strip_prefix(':');
                    if let Some(kind) = kind.filter(|_| value.is_some_and(is_version)) {
                        return Some(kind);
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// What the first bytes tell.
#[must_use]
pub fn by_content(path: &Utf8Path, head: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(head);
    let name = path.file_name().unwrap_or_default();
    // What is packed is of the kind of what is in it.
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    let structured = [".yaml", ".yml", ".json", ".env"].iter().any(|ending| name.ends_with(ending));
    if let Some(kind) = (!structured).then(|| exposition(&text)).flatten() {
        return Some(kind);
    }
    if !structured && crate::read::logs::is_record_line(head) {
        return Some(Kind::Logs);
    }
    if name.ends_with(".env") || name.starts_with(".env") {
        return text.lines().any(|line| line.trim_start().starts_with("OTEL_")).then_some(Kind::SdkEnv);
    }
    // Sorted keys may put the version far behind what is looked at; then the name has to do.
    let is_cut = head.len() >= super::HEAD;
    let by_name = || {
        let name = name.to_ascii_lowercase();
        let named = [("asyncapi", Kind::Asyncapi), ("openapi", Kind::Openapi), ("swagger", Kind::Openapi)];
        named.into_iter().find(|(word, _)| is_cut && name.contains(word)).map(|(_, kind)| kind)
    };
    if name.ends_with(".json") {
        // OTLP/JSON of logs, one body a line, is read as logs are.
        let is_log = text.contains("\"resourceLogs\"") && crate::read::logs::is_record_line(head);
        let by_text = if is_log { None } else { json(&text) };
        let is_record = || crate::read::logs::is_record_line(head).then_some(Kind::Logs);
        return by_text.or_else(is_record).or_else(by_name);
    }
    if name.ends_with(".yaml") || name.ends_with(".yml") {
        return yaml(&text).or_else(by_name);
    }
    None
}

/// Text or OpenMetrics, if the first line that says anything is one of an exposition.
#[must_use]
pub fn exposition(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches('\u{feff}');
    let metadata = |line: &str| {
        ["# HELP ", "# TYPE ", "# UNIT "].iter().any(|keyword| line.starts_with(keyword)) || line == "# EOF"
    };
    let first = text
        .lines()
        .take(64)
        .find(|line| !line.trim().is_empty() && (!line.starts_with('#') || metadata(line)))?;
    let bare = || {
        let mut scanner =
            crate::read::exposition::scan::Scanner::new(crate::read::exposition::scan::Dialect::Text);
        matches!(
            scanner.line(first.trim_end_matches('\r').as_bytes()),
            Ok(crate::read::exposition::scan::Line::Sample(_))
        )
    };
    if !metadata(first) && !bare() {
        return None;
    }
    Some(if is_openmetrics(text) { Kind::Openmetrics } else { Kind::Prometheus })
}

/// Whether an exposition shows a mark that text 0.0.4 can't have: the end of OpenMetrics, or one of its own types. What
/// only looks like OpenMetrics (`# UNIT`, a counter's TYPE without `_total`) is a comment or a slip in text.
fn is_openmetrics(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_end_matches('\r');
        let kind = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' ')).map(|(_, kind)| kind);
        line == "# EOF" || matches!(kind, Some("unknown" | "info" | "stateset" | "gaugehistogram"))
    })
}

fn json(text: &str) -> Option<Kind> {
    // The keys near the beginning tell; a whole document need not be parsed for that.
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if has("resourceSpans") || has("resourceMetrics") || has("resourceLogs") {
        Some(Kind::Otlp)
    } else if let Some(kind) = specification(text) {
        Some(kind)
    } else if has("panels") && (has("schemaVersion") || has("templating") || has("uid")) {
        Some(Kind::Dashboard)
    } else {
        None
    }
}

fn yaml(text: &str) -> Option<Kind> {
    let keys: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with([' ', '\t', '#', '-']))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, _)| key.trim_matches(['"', '\'', ' ']))
        .collect();
    let has = |key: &str| keys.contains(&key);
    let kind = if let Some(kind) = specification(text) {
        kind
    } else if has("exporters") && (has("receivers") || has("service")) || has("receivers") && has("service") {
        Kind::Collector
    } else if has("scrape_configs") || has("remote_write") || (has("global") && has("alerting")) {
        Kind::PrometheusConfig
    } else if has("groups") && text.contains("rules:") && text.contains("expr:") {
        Kind::PrometheusRules
    } else if has("route") && has("receivers") {
        Kind::Alertmanager
    } else if has("schema_config") || (has("auth_enabled") && has("limits_config")) {
        Kind::Loki
    } else if has("distributor") && has("storage") && text.contains("trace:") {
        Kind::Tempo
    } else if has("apiVersion") && (has("datasources") || has("providers")) {
        Kind::Grafana
    } else if has("file_format")
        && (has("tracer_provider") || has("meter_provider") || has("logger_provider") || has("resource"))
    {
        Kind::SdkEnv
    } else if has("apiVersion") && has("kind") || has("services") {
        Kind::Manifest
    } else {
        return None;
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_are_told_by_a_version_at_the_top() {
        for (text, kind) in [
            ("openapi: 3.1.0\ninfo: {}\n", Some(Kind::Openapi)),
            ("# said\nasyncapi: '2.6.0'\ninfo: {}\n", Some(Kind::Asyncapi)),
            ("\u{feff}{\n  \"info\": {\"openapi\": \"1\"},\n  \"openapi\": \"3.0.0\"}", Some(Kind::Openapi)),
            ("{\"swagger\": \"2.0\"}", Some(Kind::Openapi)),
            ("{\"asyncapi\": 2.6, \"channels\": {}}", Some(Kind::Asyncapi)),
            ("{\"openapi\": \"3.0\", \"output\": \"src\"}", None),
            ("{\"dependencies\": {\"openapi\": \"1.2.3\"}}", None),
            ("openapi:\n  generate: true\n", None),
            ("services:\n  openapi: 3.1\n", None),
            ("{\"name\": \"openapi\", \"version\": \"3\"}", None),
        ] {
            assert_eq!(specification(text), kind, "{text}");
        }
    }

    #[test]
    fn expositions_are_told_by_content() {
        for (text, kind) in [
            ("# HELP a b\n# TYPE a counter\n", Some(Kind::Prometheus)),
            ("\n# a comment\nup 1\n", Some(Kind::Prometheus)),
            ("up{job=\"x\"} 1 1700000000000\n", Some(Kind::Prometheus)),
            ("# TYPE a unknown\na 1\n", Some(Kind::Openmetrics)),
            ("a 1\n# EOF\n", Some(Kind::Openmetrics)),
            ("# EOF\n", Some(Kind::Openmetrics)),
            ("# Heading\n\nSome text\n", None),
            ("", None),
            ("<html>", None),
            ("{\"a\": 1}\n", None),
        ] {
            assert_eq!(exposition(text), kind, "{text}");
        }
    }
}
