//! OpenAPI 3.0, 3.1 and 3.2: operations, who may call them, what they take and answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::documents::{Documents, Followed};
use super::servers;
use crate::detect::{Hidden, masked};
use crate::facts::{
    Alternative, ApiOperation, Body, Demand, Facts, Gap, Location, Parameter, Response, SchemeKind,
};
use crate::read::watch::SpecWatch;
use crate::source::Place;
use crate::tree::{Entry, Node};

/// Methods that a Path Item Object has a key for.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Reads a document's operations.
pub fn read(
    documents: &Documents,
    root: Node<'_>,
    (watch, hidden): (&SpecWatch, &Hidden),
    facts: &mut Facts,
) {
    let view = View { documents, root, watch };
    let servers = servers::of(documents, root, hidden);
    for path in
        root.get("paths").into_iter().flat_map(Node::entries).filter(|path| path.key().starts_with('/'))
    {
        let Followed::Value(item) = documents.follow(path.value()) else { continue };
        let own = |node: Node<'_>| node.get("servers").map(|_| servers::of(documents, node, hidden));
        let of_item = own(item);
        let more = item.get("additionalOperations").into_iter().flat_map(Node::entries);
        let named = item.entries().filter(|entry| METHODS.contains(&entry.key()));
        for method in named.chain(more) {
            let of_operation = own(method.value());
            let nearest = of_operation.as_ref().or(of_item.as_ref()).unwrap_or(&servers);
            let bases: BTreeSet<String> = nearest.iter().map(|server| server.path.clone()).collect();
            let bases = if bases.is_empty() { BTreeSet::from([String::new()]) } else { bases };
            let operation = view.operation(path.key(), item, method, bases, facts);
            facts.api_operations.add(operation);
            of_operation.into_iter().flatten().for_each(|server| facts.servers.add(server));
        }
        of_item.into_iter().flatten().for_each(|server| facts.servers.add(server));
    }
}

struct View<'d> {
    documents: &'d Documents,
    root: Node<'d>,
    watch: &'d SpecWatch,
}

impl<'d> View<'d> {
    fn operation(
        &self,
        path: &str,
        item: Node<'d>,
        method: Entry<'d>,
        bases: BTreeSet<String>,
        facts: &mut Facts,
    ) -> ApiOperation {
        let operation = method.value();
        let name = method.key().to_uppercase();
        let (mut is_open, mut parameters) = (false, Vec::new());
        for node in [operation, item].into_iter().filter_map(|node| node.get("parameters")) {
            for parameter in node.items() {
                match self.documents.follow(parameter) {
                    Followed::Value(parameter) => parameters.extend(one_parameter(self.documents, parameter)),
                    Followed::Unseen => is_open = true,
                }
            }
        }
        let security = operation.get_entry("security").or_else(|| self.root.get_entry("security"));
        let is_watched = self.watch.is_ops(&name, path, &bases);
        let responses = operation.get_entry("responses");
        let responses_place = responses.map_or_else(|| method.key_place(), Entry::key_place);
        let responses = responses.map(Entry::value).into_iter().flat_map(Node::entries);
        let responses = responses
            .filter(|response| !response.key().starts_with("x-"))
            .filter_map(|response| {
                let read = self.response(response, is_watched, facts);
                is_open |= read.is_none();
                read
            })
            .collect();
        // The nearest that speaks of roles counts.
        let listed = |node: Node<'d>| {
            let lists: Vec<Node<'d>> = self.watch.role_keys.iter().filter_map(|key| node.get(key)).collect();
            (!lists.is_empty()).then(|| lists.into_iter().flat_map(words).collect::<Vec<_>>())
        };
        let roles = [operation, item, self.root].into_iter().find_map(listed);
        ApiOperation {
            artifact: Arc::clone(self.root.tree().path()),
            place: method.key_place(),
            method: masked(method.key()).to_uppercase(),
            path: masked(path),
            bases,
            security: security.map(Entry::key_place),
            alternatives: security
                .map(Entry::value)
                .into_iter()
                .flat_map(Node::items)
                .map(|a| self.alternative(a))
                .collect(),
            roles,
            parameters,
            responses_place,
            responses,
            is_open,
        }
    }

    fn alternative(&self, requirement: Node<'d>) -> Alternative {
        let demands = requirement.entries().map(|demand| self.demand(demand)).collect();
        Alternative { place: requirement.mark(), demands }
    }

    fn demand(&self, demand: Entry<'d>) -> Demand {
        let schemes = self.root.at("/components/securitySchemes");
        let scheme = schemes.and_then(|schemes| schemes.get_entry(demand.key()));
        let grants = demand.value().items().filter_map(Node::as_str).map(masked).collect();
        let undefined = Demand {
            place: demand.key_place(),
            scheme: masked(demand.key()),
            kind: None,
            scheme_place: demand.key_place(),
            grants,
        };
        let Some(scheme) = scheme else {
            // In 3.2 the name may be the address of a scheme.
            let is_address = demand.key().contains(['/', '#', ':']);
            return Demand { kind: is_address.then_some(SchemeKind::Other), ..undefined };
        };
        match self.documents.follow(scheme.value()) {
            Followed::Unseen => Demand { kind: Some(SchemeKind::Other), ..undefined },
            Followed::Value(value) => {
                let (kind, place) = kind(value, scheme);
                Demand { kind: Some(kind), scheme_place: place, ..undefined }
            }
        }
    }

    /// An answer; `None` where it stands elsewhere and was not seen.
    fn response(&self, entry: Entry<'d>, is_watched: bool, facts: &mut Facts) -> Option<Response> {
        let response = self.documents.follow(entry.value()).value()?;
        let names = response.get("headers").into_iter().flat_map(Node::entries);
        let headers = names.map(|header| masked(header.key())).collect();
        let content = response.get_entry("content");
        let mut properties = Vec::new();
        let (body, body_place) = match content {
            None => (Body::None, entry.key_place()),
            Some(content) => match schema(self.documents, content.value()) {
                // Of what is no JSON a schema says nothing, as for a file or a stream.
                None if !content.value().entries().any(|media| media.key().contains("json")) => {
                    (Body::Unseen, content.key_place())
                }
                None => (Body::Anything, content.key_place()),
                Some(schema) => {
                    let says = self.documents.says_something(schema.value());
                    if is_watched {
                        let all = content.value().entries();
                        let media = all.filter_map(|media| self.documents.follow(media.value()).value());
                        let schemas =
                            media.filter_map(|media| media.get("schema").or_else(|| media.get("itemSchema")));
                        for schema in schemas {
                            let (found, has_more) = self.documents.all_properties(schema);
                            properties.extend(found);
                            if has_more {
                                let what = "a body with more properties than are looked at".to_owned();
                                facts.gaps.add(Gap { place: schema.mark(), what });
                            }
                        }
                        properties.sort_by(|a, b| a.place.cmp(&b.place));
                        properties.dedup_by(|a, b| a.place == b.place);
                    }
                    let body = match says {
                        Some(true) => Body::Described,
                        Some(false) => Body::Anything,
                        None => Body::Unseen,
                    };
                    (body, schema.key_place())
                }
            },
        };
        Some(Response {
            place: entry.key_place(),
            status: masked(entry.key()),
            headers,
            body,
            body_place,
            properties,
        })
    }
}

/// The schema of the first media type that has one; of JSON, where there is one.
fn schema<'d>(documents: &'d Documents, content: Node<'d>) -> Option<Entry<'d>> {
    let is_json = |media: &Entry<'_>| media.key().contains("json");
    let of = |media: Entry<'d>| {
        let media = documents.follow(media.value()).value()?;
        media.get_entry("schema").or_else(|| media.get_entry("itemSchema"))
    };
    content.entries().filter(is_json).find_map(of).or_else(|| content.entries().find_map(of))
}

fn one_parameter(documents: &Documents, parameter: Node<'_>) -> Option<Parameter> {
    let name = parameter.get("name")?;
    let location = match parameter.get("in")?.as_str()? {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => Location::Cookie,
        _ => return None,
    };
    let types = parameter.get("schema").map(|schema| documents.types(schema)).unwrap_or_default();
    Some(Parameter { place: name.place(), name: masked(name.text()?), location, types })
}

/// What a scheme is, and where it says so.
fn kind(scheme: Node<'_>, entry: Entry<'_>) -> (SchemeKind, Place) {
    let said = |key: &str| {
        scheme.get(key).map(|node| (node.as_str().unwrap_or_default().to_lowercase(), node.place()))
    };
    let Some((word, place)) = said("type") else { return (SchemeKind::Other, entry.key_place()) };
    match word.as_str() {
        "apikey" => match said("in") {
            Some((within, place)) if within == "query" => (SchemeKind::KeyInQuery, place),
            _ => (SchemeKind::Key, place),
        },
        "http" => match said("scheme") {
            Some((scheme, place)) if scheme == "basic" => (SchemeKind::Basic, place),
            Some((_, place)) => (SchemeKind::Http, place),
            None => (SchemeKind::Http, place),
        },
        "oauth2" => (SchemeKind::OAuth2, place),
        "openidconnect" => (SchemeKind::OpenIdConnect, place),
        "mutualtls" => (SchemeKind::MutualTls, place),
        _ => (SchemeKind::Other, place),
    }
}

/// A word, or a list of words.
fn words(node: Node<'_>) -> Vec<String> {
    node.as_str().into_iter().chain(node.items().filter_map(Node::as_str)).map(masked).collect()
}
