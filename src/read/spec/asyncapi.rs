//! AsyncAPI 2 and 3: messages, the channels that carry them, and which way they go.
//!
//! Version 2 is written from the other side: what an application publishes stands under `subscribe`, what it receives under
//! `publish`. Directions here are the application's own, as in version 3.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::documents::{Documents, Followed};
use crate::detect::masked;
use crate::facts::{Correlation, Direction, DirectionPlace, Event, Facts, Payload};
use crate::source::Place;
use crate::tree::{Entry, Node};

/// Reads a document's events.
pub fn read(documents: &Documents, root: Node<'_>, version: &str, facts: &mut Facts) {
    let mut view = View { documents, root, carried: BTreeSet::new(), events: Vec::new() };
    if version.starts_with('2') {
        view.version_2();
    } else {
        view.version_3();
    }
    // Messages that no channel carries.
    for entry in root.at("/components/messages").into_iter().flat_map(Node::entries) {
        let Followed::Value(message) = documents.follow(entry.value()) else { continue };
        if !view.carried.contains(&identity(message)) {
            let event = view.event(entry.key(), entry.key_place(), message, None);
            view.events.push(event);
        }
    }
    for event in view.events {
        facts.events.add(event);
    }
}

struct View<'d> {
    documents: &'d Documents,
    root: Node<'d>,
    /// Messages that a channel carries, by identity.
    carried: BTreeSet<Identity>,
    events: Vec<Event>,
}

/// Which value it is: the file, and its number there.
type Identity = (Arc<str>, u32);

fn identity(node: Node<'_>) -> Identity {
    (Arc::clone(node.tree().path()), node.target().id())
}

impl<'d> View<'d> {
    fn version_3(&mut self) {
        // Which way messages go, by channel and message: without a message, all of the channel.
        let mut ways: BTreeMap<Identity, Vec<(Option<Identity>, Direction, DirectionPlace)>> =
            BTreeMap::new();
        for entry in self.root.get("operations").into_iter().flat_map(Node::entries) {
            let Followed::Value(operation) = self.documents.follow(entry.value()) else { continue };
            let Some(action) = operation.get("action") else { continue };
            let (direction, back) = match action.as_str() {
                Some("send") => (Direction::Send, Direction::Receive),
                Some("receive") => (Direction::Receive, Direction::Send),
                _ => continue,
            };
            let way = DirectionPlace { operation: entry.key_place(), action: action.place() };
            let reply = operation.get("reply").and_then(|reply| self.documents.follow(reply).value());
            for (node, direction) in [(Some(operation), direction), (reply, back)] {
                let Some(node) = node else { continue };
                let channel = node.get("channel").and_then(|channel| self.documents.follow(channel).value());
                let Some(channel) = channel else { continue };
                let known = ways.entry(identity(channel)).or_default();
                match node.get("messages") {
                    None => known.push((None, direction, way.clone())),
                    Some(messages) => {
                        let messages = messages.items().filter_map(|m| self.documents.follow(m).value());
                        known.extend(messages.map(|m| (Some(identity(m)), direction, way.clone())));
                    }
                }
            }
        }
        for entry in self.root.get("channels").into_iter().flat_map(Node::entries) {
            let Followed::Value(channel) = self.documents.follow(entry.value()) else { continue };
            // Without an address it is found out at run time.
            let address = channel.get("address").and_then(Node::as_str).map(str::to_owned);
            let known = ways.get(&identity(channel)).cloned().unwrap_or_default();
            self.silent(&entry, address.as_deref().unwrap_or_default(), channel.get("messages").is_some());
            for message in channel.get("messages").into_iter().flat_map(Node::entries) {
                let Followed::Value(value) = self.documents.follow(message.value()) else { continue };
                let which = identity(value);
                let of_it = known.iter().filter(|(message, ..)| message.as_ref().is_none_or(|m| *m == which));
                let mut directions: BTreeMap<Direction, DirectionPlace> = BTreeMap::new();
                for (_, direction, way) in of_it {
                    directions.entry(*direction).or_insert_with(|| way.clone());
                }
                self.carry(message, value, address.as_deref().unwrap_or_default(), directions);
            }
        }
    }

    fn version_2(&mut self) {
        for entry in self.root.get("channels").into_iter().flat_map(Node::entries) {
            let Followed::Value(channel) = self.documents.follow(entry.value()) else { continue };
            let speaks = channel.get("subscribe").or_else(|| channel.get("publish")).is_some();
            self.silent(&entry, entry.key(), speaks);
            for (key, direction) in [("subscribe", Direction::Send), ("publish", Direction::Receive)] {
                let Some(operation) = channel.get_entry(key) else { continue };
                let Some(message) = operation.value().get_entry("message") else { continue };
                let way = DirectionPlace { operation: operation.key_place(), action: operation.key_place() };
                let alternatives = message.value().get("oneOf");
                let messages: Vec<Node<'d>> =
                    alternatives.map_or_else(|| vec![message.value()], |m| m.items().collect());
                for node in messages {
                    let Followed::Value(value) = self.documents.follow(node) else { continue };
                    self.carry(message, value, entry.key(), BTreeMap::from([(direction, way.clone())]));
                }
            }
        }
    }

    /// A channel that is there, and says of no message what it carries.
    fn silent(&mut self, entry: &Entry<'d>, address: &str, has_messages: bool) {
        if has_messages || address.is_empty() {
            return;
        }
        self.events.push(Event {
            artifact: Arc::clone(self.root.tree().path()),
            place: entry.key_place(),
            name: String::new(),
            address: Some(masked(address)),
            directions: BTreeMap::new(),
            correlation: Correlation::Unseen,
            payload: Payload::Missing,
            payload_place: entry.key_place(),
            fields: Vec::new(),
            headers: None,
            is_open: true,
        });
    }

    fn carry(
        &mut self,
        entry: Entry<'d>,
        message: Node<'d>,
        channel: &str,
        directions: BTreeMap<Direction, DirectionPlace>,
    ) {
        self.carried.insert(identity(message));
        // Where the message itself stands; of one without a key of its own, the key that it is under.
        let own = message
            .entry()
            .filter(|own| message.parent().is_some_and(Node::is_map) && own.key() != "message");
        let (key, place) =
            own.map_or_else(|| (entry.key(), entry.key_place()), |own| (own.key(), own.key_place()));
        let place = if message.parent().is_some_and(Node::is_list) { message.mark() } else { place };
        let mut event = self.event(key, place, message, Some(channel));
        event.directions = directions;
        self.events.push(event);
    }

    fn event(&self, key: &str, place: Place, message: Node<'d>, channel: Option<&str>) -> Event {
        let parts = message.get("traits").into_iter().flat_map(Node::items);
        let (mut traits, mut traits_unseen) = (Vec::new(), false);
        for part in parts {
            match self.documents.follow(part) {
                Followed::Value(part) => traits.push(part),
                Followed::Unseen => traits_unseen = true,
            }
        }
        let said =
            |key: &str| message.get_entry(key).or_else(|| traits.iter().find_map(|part| part.get_entry(key)));
        let name = said("name").or_else(|| said("messageId")).and_then(|entry| entry.value().as_str());
        let name = name.unwrap_or(if key == "message" { "" } else { key });
        let mut is_open = traits_unseen;
        let payload = said("payload");
        let format = said("schemaFormat").and_then(|entry| entry.value().as_str());
        let (schema, format) = match payload.map(Entry::value) {
            // A Multi Format Schema Object.
            Some(node) if node.get("schemaFormat").is_some() && node.get("schema").is_some() => {
                (node.get("schema"), node.get("schemaFormat").and_then(Node::as_str))
            }
            node => (node, format),
        };
        let (mut fields, mut headers, mut told) = (Vec::new(), None, Payload::Missing);
        let mut payload_place = payload.map_or_else(|| place.clone(), Entry::key_place);
        if let Some(schema) = schema {
            told = if format.is_none_or(is_like_json) { Payload::Described } else { Payload::Foreign };
            match self.documents.follow(schema) {
                Followed::Value(target) => {
                    // Mend it where it is written, not where it is referred to.
                    if target != schema {
                        payload_place = target.mark();
                    }
                    let top = self.documents.top(target);
                    is_open |= top.is_open;
                    fields = top.into_properties();
                }
                Followed::Unseen => is_open = true,
            }
        }
        // Headers of traits are merged into the message's; a schema may come with its format.
        let all =
            std::iter::once(message).chain(traits.iter().copied()).filter_map(|part| part.get("headers"));
        let all =
            all.map(|node| node.get("schema").filter(|_| node.get("schemaFormat").is_some()).unwrap_or(node));
        let header_schemas: Vec<Node<'d>> = all.collect();
        for schema in &header_schemas {
            let top = self.documents.top(*schema);
            is_open |= top.is_open;
            headers.get_or_insert_with(Vec::new).extend(top.into_properties());
        }
        // A payload that is a list, or of a format that is not read, may have anything in it.
        let payload_schema = schema.filter(|_| told == Payload::Described);
        let is_list = |node: Node<'d>| {
            self.documents.follow(node).value().is_some_and(|node| node.get("items").is_some())
        };
        is_open |= payload_schema.is_some_and(is_list);
        let unsaid = if traits_unseen { Correlation::Unseen } else { Correlation::Missing };
        let correlation = said("correlationId").map_or(unsaid, |entry| {
            self.correlation(entry.value(), (schema, payload_schema), &header_schemas)
        });
        Event {
            artifact: Arc::clone(self.root.tree().path()),
            place,
            name: masked(name),
            address: channel.map(masked),
            directions: BTreeMap::new(),
            correlation,
            payload: told,
            payload_place,
            fields,
            headers,
            is_open,
        }
    }

    fn correlation(
        &self,
        node: Node<'d>,
        (payload, described): (Option<Node<'d>>, Option<Node<'d>>),
        headers: &[Node<'d>],
    ) -> Correlation {
        let Followed::Value(node) = self.documents.follow(node) else { return Correlation::Unseen };
        let Some(location) = node.get("location") else {
            return Correlation::At { place: node.mark(), field: None, is_there: None };
        };
        let text = location.text().unwrap_or_default();
        let payload_schemas: Vec<Node<'d>> = described.into_iter().collect();
        let is_foreign = payload.is_some() && described.is_none();
        let within =
            [("$message.header#/", headers, false), ("$message.payload#/", &payload_schemas, is_foreign)];
        let found = within
            .iter()
            .find_map(|(start, schemas, open)| Some((text.strip_prefix(start)?, *schemas, *open)));
        let Some((pointer, schemas, is_foreign)) = found.filter(|(pointer, ..)| !pointer.is_empty()) else {
            return Correlation::At { place: location.place(), field: None, is_there: None };
        };
        let answers: Vec<Option<bool>> = schemas
            .iter()
            .map(|schema| self.documents.has_property(*schema, &format!("/{pointer}")))
            .collect();
        let is_there = match () {
            () if answers.contains(&Some(true)) => Some(true),
            () if is_foreign || answers.contains(&None) => None,
            () => Some(false),
        };
        let last = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        Correlation::At { place: location.place(), field: Some(masked(&last)), is_there }
    }
}

/// Whether a schema format is read here: AsyncAPI's own, JSON Schema, OpenAPI's.
fn is_like_json(format: &str) -> bool {
    let format = format.to_ascii_lowercase();
    let foreign = ["avro", "protobuf", "raml", "xml", "thrift"].iter().any(|name| format.contains(name));
    !foreign && ["asyncapi", "schema+", "openapi", "json"].iter().any(|name| format.contains(name))
}
