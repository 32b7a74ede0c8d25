//! Servers that documents name: addresses taken apart, variables replaced by their defaults.

use super::documents::Documents;
use crate::detect::{Hidden, lowered, masked, masked_with, names};
use crate::facts::{Kind, Server};
use crate::tree::{Entry, Node};

/// Words in a server's name or description that say it is for something else than production.
const ASIDE: [&str; 14] = [
    "dev",
    "develop",
    "development",
    "test",
    "tests",
    "testing",
    "local",
    "localhost",
    "staging",
    "stage",
    "sandbox",
    "mock",
    "example",
    "demo",
];

/// The servers of an OpenAPI document, path item or operation.
pub fn of(documents: &Documents, node: Node<'_>, hidden: &Hidden) -> Vec<Server> {
    let servers = node.get("servers").into_iter().flat_map(Node::items);
    servers.filter_map(|server| one(documents, server, hidden)).collect()
}

fn one(documents: &Documents, server: Node<'_>, hidden: &Hidden) -> Option<Server> {
    let server = documents.follow(server).value()?;
    let url = server.get("url")?;
    // What must not be shown is told by its case as well, so it is masked first.
    let address = masked_with(&filled(url.text()?, server), hidden);
    // `//host/path` has the protocol of who asks.
    let relative = address.strip_prefix("//").map(|rest| ("https", rest));
    let (protocol, rest) = relative.or_else(|| address.split_once("://")).unwrap_or(("", &address));
    let (authority, path) = match rest.find('/') {
        Some(at) if !protocol.is_empty() => rest.split_at(at),
        _ if protocol.is_empty() => ("", rest),
        _ => (rest, ""),
    };
    Some(made(server, url, Kind::Openapi, protocol, authority, path))
}

/// The servers of an AsyncAPI document: `host`, `protocol` and `pathname` in 3, `url` and `protocol` in 2.
pub fn of_events(documents: &Documents, root: Node<'_>, hidden: &Hidden) -> Vec<Server> {
    let servers = root.get("servers").into_iter().flat_map(Node::entries);
    servers.filter_map(|entry| event_server(documents, entry, hidden)).collect()
}

fn event_server(documents: &Documents, entry: Entry<'_>, hidden: &Hidden) -> Option<Server> {
    let server = documents.follow(entry.value()).value()?;
    let address = server.get("host").or_else(|| server.get("url"))?;
    let text = masked_with(&filled(address.text()?, server), hidden);
    let (scheme, rest) = text.split_once("://").unwrap_or(("", &text));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let protocol = server.get("protocol").and_then(Node::text).unwrap_or_default().to_owned();
    // What the address says is what a client will do.
    let protocol = if scheme.is_empty() { protocol } else { scheme.to_owned() };
    let mut made = made(server, address, Kind::Asyncapi, &protocol, authority, path);
    made.is_aside |= says_aside(entry.key());
    Some(made)
}

fn made(server: Node<'_>, url: Node<'_>, kind: Kind, protocol: &str, authority: &str, path: &str) -> Server {
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port.parse().ok()),
        _ => (authority, None),
    };
    let said = ["description", "name", "title"].iter().filter_map(|key| server.get(key)?.as_str());
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    Server {
        place: url.place(),
        kind,
        protocol: lowered(protocol),
        host: lowered(host),
        port,
        path: masked(path),
        is_aside: said.into_iter().any(says_aside),
    }
}

fn says_aside(text: &str) -> bool {
    names::words(text).iter().any(|word| ASIDE.contains(&word.as_str()))
}

/// An address with the defaults of its variables.
fn filled(address: &str, server: Node<'_>) -> String {
    let mut filled = address.to_owned();
    for variable in server.get("variables").into_iter().flat_map(Node::entries) {
        if let Some(default) = variable.value().get("default").and_then(Node::text) {
            filled = filled.replace(&format!("{{{}}}", variable.key()), default);
        }
    }
    filled
}
