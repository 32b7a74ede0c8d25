//! Schemas as far as the contract asks: which properties there are, whether they must be there, and whether a schema says
//! anything at all. References are followed, `allOf` is merged, of alternatives counts what all of them have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::documents::{Documents, Followed};
use crate::detect::masked;
use crate::facts::Property;
use crate::tree::{Entry, Node, Value};

/// How deep schemas are followed into one another.
const MAX_DEPTH: usize = 24;

/// How many properties of one body are listed.
const MAX_PROPERTIES: usize = 2_000;

/// How many schemas are looked at for one question.
const MAX_VISITS: usize = 5_000;

/// Which schema it is: its file, and its number there.
type Identity = (Arc<str>, u32);

fn identity(node: Node<'_>) -> Identity {
    (Arc::clone(node.tree().path()), node.target().id())
}

/// How one question about a schema goes.
#[derive(Default)]
struct Visit {
    /// The schemas around the one that is looked at.
    open: Vec<Identity>,
    count: usize,
}

/// What the top of an object schema has.
#[derive(Debug, Default)]
pub struct Top {
    /// Its properties by name.
    pub properties: BTreeMap<String, Property>,
    /// Names that are required.
    pub required: BTreeSet<String>,
    /// Whether some of it was not seen.
    pub is_open: bool,
}

impl Top {
    /// Its properties in order of name, each with whether it is required.
    #[must_use]
    pub fn into_properties(self) -> Vec<Property> {
        let Self { properties, required, .. } = self;
        let of = |(name, property): (String, Property)| Property {
            is_required: required.contains(&name),
            ..property
        };
        properties.into_iter().map(of).collect()
    }
}

/// What a schema's own `type` says.
fn types(schema: Node<'_>) -> BTreeSet<String> {
    let said = schema.get("type").into_iter();
    said.flat_map(|node| node.as_str().into_iter().chain(node.items().filter_map(Node::as_str)))
        .map(masked)
        .collect()
}

impl Documents {
    /// The types of a value by its schema, behind references; none where nothing is said.
    #[must_use]
    pub fn types(&self, schema: Node<'_>) -> BTreeSet<String> {
        self.follow(schema).value().map(types).unwrap_or_default()
    }

    /// The properties at the top of a schema.
    #[must_use]
    pub fn top<'d>(&'d self, schema: Node<'d>) -> Top {
        let mut top = Top::default();
        self.add_top(schema, &mut top, &mut Visit::default());
        top
    }

    /// A schema within itself adds nothing; one that comes over and over is bounded by the number of visits.
    fn add_top<'d>(&'d self, schema: Node<'d>, top: &mut Top, visit: &mut Visit) {
        let here = identity(schema);
        if visit.open.contains(&here) {
            return;
        }
        visit.count += 1;
        if visit.count > MAX_VISITS || visit.open.len() > MAX_DEPTH {
            top.is_open = true;
            return;
        }
        visit.open.push(here);
        self.add_open(schema, top, visit);
        visit.open.pop();
    }

    fn add_open<'d>(&'d self, schema: Node<'d>, top: &mut Top, visit: &mut Visit) {
        if schema.get("$ref").is_some() {
            match self.follow(schema) {
                Followed::Value(target) if target != schema => self.add_top(target, top, visit),
                Followed::Value(_) => {}
                Followed::Unseen => top.is_open = true,
            }
        }
        if let Some(properties) = schema.get("properties") {
            for entry in properties.entries() {
                let property = || self.property(entry.key(), entry.key_place(), entry.value());
                top.properties.entry(entry.key().to_owned()).or_insert_with(property);
            }
        }
        let required = schema.get("required").into_iter().flat_map(Node::items);
        top.required.extend(required.filter_map(Node::as_str).map(str::to_owned));
        for part in schema.get("allOf").into_iter().flat_map(Node::items) {
            self.add_top(part, top, visit);
        }
        for key in ["oneOf", "anyOf"] {
            let branches: Vec<Top> = schema
                .get(key)
                .into_iter()
                .flat_map(Node::items)
                .map(|branch| {
                    let mut top = Top::default();
                    self.add_top(branch, &mut top, visit);
                    top
                })
                .collect();
            top.is_open |= branches.iter().any(|branch| branch.is_open);
            let mut branches = branches.into_iter();
            let Some(mut common) = branches.next() else { continue };
            for branch in branches {
                common.properties.retain(|name, _| branch.properties.contains_key(name));
                common.required.retain(|name| branch.required.contains(name));
            }
            for (name, property) in common.properties {
                top.properties.entry(name).or_insert(property);
            }
            top.required.extend(common.required);
        }
    }

    /// A property as its schema describes it.
    #[must_use]
    pub fn property<'d>(&'d self, name: &str, place: crate::source::Place, schema: Node<'d>) -> Property {
        let schema = self.follow(schema).value().unwrap_or(schema);
        let word = |key: &str| schema.get(key).and_then(Node::as_str).map(masked);
        Property {
            place,
            name: masked(name),
            is_required: false,
            types: types(schema),
            format: word("format"),
            pattern: word("pattern"),
            is_listed: schema.get("enum").or_else(|| schema.get("const")).is_some(),
        }
    }

    /// Whether a schema says what a value is: not `{}`, not `true`, not a bare `type: object`; `None` where that was not seen.
    #[must_use]
    pub fn says_something<'d>(&'d self, schema: Node<'d>) -> Option<bool> {
        self.says(schema, &mut BTreeSet::new())
    }

    /// Each schema is asked once: what says something says it wherever it stands.
    fn says<'d>(&'d self, schema: Node<'d>, asked: &mut BTreeSet<Identity>) -> Option<bool> {
        let schema = self.follow(schema).value()?;
        if !asked.insert(identity(schema)) {
            return Some(false);
        }
        if asked.len() > MAX_VISITS {
            return None;
        }
        if !schema.is_map() {
            return Some(schema.value() == Value::Bool(false));
        }
        let types = schema.get("type");
        let is_scalar = types
            .into_iter()
            .flat_map(|node| node.items().chain(node.as_str().map(|_| node)))
            .any(|node| matches!(node.as_str(), Some("string" | "number" | "integer" | "boolean" | "null")));
        let filled = |key: &str| schema.get(key).is_some_and(|node| node.entries().len() > 0);
        if is_scalar || filled("properties") || filled("patternProperties") {
            return Some(true);
        }
        if ["enum", "const", "not", "if", "prefixItems", "$dynamicRef"]
            .iter()
            .any(|key| schema.get(key).is_some())
        {
            return Some(true);
        }
        let mut unseen = false;
        let within = ["items", "additionalProperties"].iter().filter_map(|key| schema.get(key));
        let parts =
            ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| schema.get(key)).flat_map(Node::items);
        for part in within.chain(parts) {
            match self.says(part, asked) {
                Some(true) if part.is_map() => return Some(true),
                Some(_) => {}
                None => unseen = true,
            }
        }
        if unseen { None } else { Some(false) }
    }

    /// All properties of a body, nested ones too, each once, and whether there are more than are listed.
    #[must_use]
    pub fn all_properties<'d>(&'d self, schema: Node<'d>) -> (Vec<Property>, bool) {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut has_more = false;
        let mut left = vec![(schema, 0)];
        while let Some((schema, depth)) = left.pop() {
            let Followed::Value(schema) = self.follow(schema) else { continue };
            let is_new = seen.insert((schema.tree().path().clone(), schema.id()));
            if !is_new {
                continue;
            }
            if depth > MAX_DEPTH || found.len() >= MAX_PROPERTIES {
                has_more = true;
                continue;
            }
            for entry in schema.get("properties").into_iter().flat_map(Node::entries) {
                // What is only written is in no answer.
                if self
                    .follow(entry.value())
                    .value()
                    .is_some_and(|value| value.get("writeOnly").is_some_and(Node::is_true))
                {
                    continue;
                }
                let place = entry.key_place();
                found.insert(place.clone(), self.property(entry.key(), place, entry.value()));
                left.push((entry.value(), depth + 1));
            }
            let within = ["items", "additionalProperties", "then", "else"];
            let within = within.iter().filter_map(|key| schema.get(key));
            let parts = ["allOf", "oneOf", "anyOf", "prefixItems"];
            let parts = parts.iter().filter_map(|key| schema.get(key)).flat_map(Node::items);
            let named = ["patternProperties", "dependentSchemas"].iter().filter_map(|key| schema.get(key));
            let named = named.flat_map(Node::entries).map(Entry::value);
            left.extend(within.chain(parts).chain(named).map(|part| (part, depth + 1)));
        }
        (found.into_values().collect(), has_more)
    }

    /// Whether a schema has the property that a pointer leads to; `None` where that was not seen.
    #[must_use]
    pub fn has_property<'d>(&'d self, schema: Node<'d>, pointer: &str) -> Option<bool> {
        let mut at = vec![schema];
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let mut next = Vec::new();
            let mut is_open = false;
            let mut left: Vec<Node<'d>> = at.clone();
            let mut seen = BTreeSet::new();
            while let Some(node) = left.pop() {
                let Some(node) = self.follow(node).value() else {
                    is_open = true;
                    continue;
                };
                if !seen.insert(identity(node)) {
                    continue;
                }
                next.extend(node.get("properties").and_then(|properties| properties.get(&step)));
                // What is not forbidden may be there; what `additionalProperties` describes is meant to be.
                let open =
                    ["patternProperties", "if", "then", "else", "dependentSchemas", "items", "prefixItems"];
                is_open |= node.get("additionalProperties").is_some_and(Node::is_map);
                is_open |= open.iter().any(|key| node.get(key).is_some());
                let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| node.get(key));
                left.extend(parts.flat_map(Node::items));
            }
            if next.is_empty() {
                return if is_open { None } else { Some(false) };
            }
            at = next;
        }
        Some(true)
    }
}
