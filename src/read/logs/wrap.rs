//! Records within records: what container runtimes, collectors and stores put around a line.

use std::ops::Range;

use super::json::Scalar;
use super::shapes::Shape;
use super::tree::Tree;
use crate::detect::escape;

/// What an envelope says of the record in it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Whether it has the record's time.
    pub time: bool,
    /// Whether it has the record's level.
    pub level: bool,
    /// The service.
    pub service: Option<Vec<u8>>,
    /// Names of further fields it has.
    pub fields: Vec<String>,
}

/// A record in an envelope.
#[derive(Debug)]
pub struct Inner {
    /// The record.
    pub text: Vec<u8>,
    /// Where the string stands that holds it; empty where the record was put together from pieces.
    pub string: Range<usize>,
    /// The pieces it was put together from: where each is in `text`, and where it stands.
    pub pieces: Vec<(Range<usize>, Range<usize>)>,
    /// What stands before pointers into it.
    pub pointer: &'static str,
    /// What the envelope says of it.
    pub said: Said,
    /// Whether it goes on in the next one.
    pub is_partial: bool,
    /// The stream whose parts belong together.
    pub stream: Vec<u8>,
}

/// What an envelope holds.
#[derive(Debug, Default)]
pub struct Opened {
    /// The records.
    pub records: Vec<Inner>,
    /// Which parts of the line the records take up.
    pub covered: Vec<Range<usize>>,
}

/// Opens an envelope. `None` where it is none after all: a record whose message happens to be text.
#[must_use]
pub fn open(shape: Shape, text: &[u8], tree: &Tree) -> Option<Opened> {
    match shape {
        Shape::Docker => docker(text, tree),
        Shape::FluentBit => {
            let said = Said { time: true, service: kubernetes(text, tree), ..Said::default() };
            single(text, tree, "log", "/log#", said)
        }
        Shape::Journald => {
            let service = ["SYSLOG_IDENTIFIER", "_SYSTEMD_UNIT", "CONTAINER_NAME"]
                .iter()
                .find_map(|name| string(text, tree, 0, name));
            single(text, tree, "MESSAGE", "/MESSAGE#", Said { time: true, service, ..Said::default() })
        }
        Shape::Vector => {
            let service =
                ["container_name", "appname", "service"].iter().find_map(|name| string(text, tree, 0, name));
            let said =
                Said { time: true, service: service.or_else(|| kubernetes(text, tree)), ..Said::default() };
            single(text, tree, "message", "/message#", said)
        }
        Shape::Cloudwatch => {
            single(text, tree, "message", "/message#", Said { time: true, ..Said::default() })
        }
        Shape::Logcli => {
            let labels = tree.member(text, 0, "labels")?;
            single(text, tree, "line", "/line#", of_labels(text, tree, labels))
        }
        Shape::Loki => loki(text, tree),
        Shape::Otlp => otlp(text, tree),
        _ => None,
    }
}

fn string(text: &[u8], tree: &Tree, of: usize, name: &str) -> Option<Vec<u8>> {
    tree.text(text, tree.member(text, of, name)?).filter(|value| !value.is_empty())
}

/// The name of the workload in what Kubernetes' metadata filters add.
fn kubernetes(text: &[u8], tree: &Tree) -> Option<Vec<u8>> {
    let kubernetes = tree.member(text, 0, "kubernetes")?;
    let labels =
        tree.member(text, kubernetes, "labels").or_else(|| tree.member(text, kubernetes, "pod_labels"));
    let by_label = labels.and_then(|labels| {
        ["app.kubernetes.io/name", "app", "k8s-app"].iter().find_map(|name| string(text, tree, labels, name))
    });
    by_label.or_else(|| string(text, tree, kubernetes, "container_name"))
}

/// Whether a text begins as a JSON object does: `{id} was not found` does not.
fn begins_object(text: &[u8]) -> bool {
    let inside = text.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| matches!(inside.first(), Some(b'"' | b'}') | None))
}

/// An envelope around one record, which is JSON in a string; text in it is a message like any other.
fn single(text: &[u8], tree: &Tree, name: &str, pointer: &'static str, said: Said) -> Option<Opened> {
    let node = tree.member(text, 0, name)?;
    let mut inner = inner(text, tree, node, pointer, said)?;
    while matches!(inner.text.last(), Some(b'\n' | b'\r')) {
        inner.text.pop();
    }
    let is_record = begins_object(&inner.text);
    // A collector passes on plain text as it is; whose line it was is not JSON then. In journald, a store for all of a
    // machine's programs, and in events, a message is what it is.
    let is_line = matches!(name, "log" | "line");
    (is_record || is_line).then(|| Opened { covered: vec![inner.string.clone()], records: vec![inner] })
}

fn inner(text: &[u8], tree: &Tree, node: usize, pointer: &'static str, said: Said) -> Option<Inner> {
    let string = tree.node(node)?;
    let Some(Scalar::String { .. }) = string.scalar else { return None };
    Some(Inner {
        text: escape::undone(&text[string.at.clone()]).into_owned(),
        string: string.at.clone(),
        pieces: Vec::new(),
        pointer,
        said,
        is_partial: false,
        stream: Vec::new(),
    })
}

/// Docker's json-file driver: `log` is a line with its line feed; a line of more than 16 KiB is split, and only its last
/// part has one.
fn docker(text: &[u8], tree: &Tree) -> Option<Opened> {
    let node = tree.member(text, 0, "log")?;
    let mut inner = inner(text, tree, node, "/log#", Said { time: true, ..Said::default() })?;
    inner.is_partial = !inner.text.ends_with(b"\n");
    // There are two; whatever else stands here is one more, and no reason to remember it.
    let known = |stream: &Vec<u8>| matches!(stream.as_slice(), b"stdout" | b"stderr");
    inner.stream = string(text, tree, 0, "stream").filter(known).unwrap_or_default();
    while matches!(inner.text.last(), Some(b'\n' | b'\r')) {
        inner.text.pop();
    }
    Some(Opened { covered: vec![inner.string.clone()], records: vec![inner] })
}

/// What the labels of a Loki stream say of its lines.
fn of_labels(text: &[u8], tree: &Tree, labels: usize) -> Said {
    let mut said = Said { time: true, ..Said::default() };
    let mut best = usize::MAX;
    for label in tree.children(labels) {
        let Some(node) = tree.node(label) else { continue };
        let Some(value) = tree.text(text, label).filter(|value| !value.is_empty()) else { continue };
        let name = String::from_utf8_lossy(&text[node.key.clone()]).into_owned();
        let known = ["service_name", "service", "app", "application", "container", "job"];
        if let Some(rank) = known.iter().position(|known| *known == name).filter(|rank| *rank < best) {
            (best, said.service) = (rank, Some(value));
        }
        said.level |= matches!(name.as_str(), "level" | "detected_level" | "severity");
        said.fields.push(name);
    }
    said
}

/// Loki's push body (`streams`) and query answer (`data.result`): labels, and values of time, line and metadata.
fn loki(text: &[u8], tree: &Tree) -> Option<Opened> {
    let (streams, pointer) = if let Some(streams) = tree.member(text, 0, "streams") {
        (streams, "/streams/values#")
    } else {
        let data = tree.member(text, 0, "data")?;
        (tree.member(text, data, "result")?, "/data/result/values#")
    };
    if !tree.is_list(streams) {
        return None;
    }
    let mut opened = Opened::default();
    for stream in tree.children(streams) {
        let Some(values) = tree.member(text, stream, "values") else { continue };
        let labels = tree.member(text, stream, "stream");
        let of_stream = labels.map_or_else(Said::default, |labels| of_labels(text, tree, labels));
        for value in tree.children(values) {
            let mut parts = tree.children(value).skip(1);
            let (Some(line), metadata) = (parts.next(), parts.next()) else { continue };
            let mut said = of_stream.clone();
            if let Some(metadata) = metadata {
                let further = of_labels(text, tree, metadata);
                said.level |= further.level;
                said.service = said.service.or(further.service);
                said.fields.extend(further.fields);
            }
            let Some(inner) = inner(text, tree, line, pointer, said) else { continue };
            opened.covered.push(inner.string.clone());
            opened.records.push(inner);
        }
    }
    Some(opened)
}

/// OTLP/JSON logs: each log record becomes one with `timestamp`, `level`, `message` and `attributes`.
fn otlp(text: &[u8], tree: &Tree) -> Option<Opened> {
    let mut opened = Opened::default();
    let all = tree.member(text, 0, "resourceLogs").filter(|all| tree.is_list(*all))?;
    for resource_logs in tree.children(all) {
        let attributes = tree
            .member(text, resource_logs, "resource")
            .and_then(|resource| tree.member(text, resource, "attributes"));
        let service = attributes.and_then(|attributes| {
            let named = |item: &usize| string(text, tree, *item, "key").as_deref() == Some(b"service.name");
            let item = tree.children(attributes).find(named)?;
            string(text, tree, tree.member(text, item, "value")?, "stringValue")
        });
        let said = Said { service, ..Said::default() };
        let scopes = tree
            .member(text, resource_logs, "scopeLogs")
            .or_else(|| tree.member(text, resource_logs, "instrumentationLibraryLogs"));
        for scope in scopes.into_iter().flat_map(|scopes| tree.children(scopes)) {
            for record in
                tree.member(text, scope, "logRecords").into_iter().flat_map(|all| tree.children(all))
            {
                let Some(node) = tree.node(record) else { continue };
                opened.covered.push(node.at.clone());
                opened.records.push(otlp_record(text, tree, record, said.clone()));
            }
        }
    }
    Some(opened)
}

/// Puts a record together from pieces of another text.
struct Pieces<'t> {
    from: &'t [u8],
    tree: &'t Tree,
    text: Vec<u8>,
    copied: Vec<(Range<usize>, Range<usize>)>,
}

impl Pieces<'_> {
    fn key(&mut self, key: &[u8]) {
        if !matches!(self.text.last(), None | Some(b'{' | b'[')) {
            self.text.push(b',');
        }
        self.text.push(b'"');
        self.text.extend_from_slice(key);
        self.text.extend_from_slice(b"\":");
    }

    /// A value as it stands.
    fn copy(&mut self, node: usize) {
        let Some(node) = self.tree.node(node) else { return };
        let quote = matches!(node.scalar, Some(Scalar::String { .. }));
        self.text.extend(quote.then_some(b'"'));
        let start = self.text.len();
        self.text.extend_from_slice(&self.from[node.at.clone()]);
        self.copied.push((start..self.text.len(), node.at.clone()));
        self.text.extend(quote.then_some(b'"'));
    }

    /// An `AnyValue` (opentelemetry-proto, common.proto).
    fn any(&mut self, value: usize) {
        let Some((member, key)) = self
            .tree
            .children(value)
            .next()
            .and_then(|member| Some((member, self.from.get(self.tree.node(member)?.key.clone())?)))
        else {
            self.text.extend_from_slice(b"null");
            return;
        };
        let values = |pieces: &Self| pieces.tree.member(pieces.from, member, "values");
        match key {
            b"kvlistValue" => {
                self.text.push(b'{');
                self.pairs(values(self));
                self.text.push(b'}');
            }
            b"arrayValue" => {
                self.text.push(b'[');
                let items: Vec<usize> =
                    values(self).into_iter().flat_map(|all| self.tree.children(all)).collect();
                for (at, item) in items.into_iter().enumerate() {
                    if at > 0 {
                        self.text.push(b',');
                    }
                    self.any(item);
                }
                self.text.push(b']');
            }
            _ => self.copy(member),
        }
    }

    /// A list of `KeyValue`.
    fn pairs(&mut self, list: Option<usize>) {
        for item in list.into_iter().flat_map(|list| self.tree.children(list)) {
            let Some(key) = self.tree.member(self.from, item, "key").and_then(|key| self.tree.node(key))
            else {
                continue;
            };
            let key = self.from[key.at.clone()].to_vec();
            self.key(&key);
            match self.tree.member(self.from, item, "value") {
                Some(value) => self.any(value),
                None => self.text.extend_from_slice(b"null"),
            }
        }
    }
}

fn otlp_record(text: &[u8], tree: &Tree, record: usize, said: Said) -> Inner {
    let mut made = Pieces { from: text, tree, text: vec![b'{'], copied: Vec::new() };
    let member = |name: &str| tree.member(text, record, name);
    for (name, key) in [
        ("timeUnixNano", "timestamp"),
        ("severityText", "level"),
        ("traceId", "trace_id"),
        ("spanId", "span_id"),
    ] {
        if let Some(node) = member(name) {
            made.key(key.as_bytes());
            made.copy(node);
        }
    }
    if let Some(node) = member("observedTimeUnixNano").filter(|_| member("timeUnixNano").is_none()) {
        made.key(b"timestamp");
        made.copy(node);
    }
    if let Some(node) = member("severityNumber").filter(|_| member("severityText").is_none()) {
        made.key(b"severityNumber");
        made.copy(node);
    }
    if let Some(body) = member("body") {
        // A body of fields is the record as the logger wrote it.
        let is_fields = tree.member(text, body, "kvlistValue").is_some();
        made.key(if is_fields { b"fields" } else { b"message" });
        made.any(body);
    }
    if let Some(attributes) = member("attributes") {
        made.key(b"attributes");
        made.text.push(b'{');
        made.pairs(Some(attributes));
        made.text.push(b'}');
    }
    made.text.push(b'}');
    Inner {
        text: made.text,
        string: 0..0,
        pieces: made.copied,
        pointer: "",
        said,
        is_partial: false,
        stream: Vec::new(),
    }
}
