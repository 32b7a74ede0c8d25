//! One walk over a file that finds references, anchors and properties of schemas, and passes over what is only data: examples,
//! defaults, listed values and extensions may hold anything, also something called `$ref`.

use std::collections::BTreeMap;

use crate::tree::{Node, Tree};

/// What a walk found, by number of the value.
#[derive(Debug, Default)]
pub struct Found {
    /// Texts of `$ref`.
    pub references: Vec<u32>,
    /// Mappings of properties.
    pub properties: Vec<u32>,
    /// Schemas by `$anchor`, `$dynamicAnchor` or `$id` of the form `#name`.
    pub anchors: BTreeMap<String, u32>,
    /// What they are called by `$id`.
    pub ids: Vec<String>,
    /// Schemas with an `$id`, by the bytes they cover.
    resources: Vec<(u64, u64, u32)>,
}

impl Found {
    /// The innermost schema with an id of its own around a value of the same file.
    pub fn resource_of(&self, node: Node<'_>, is_same_file: bool) -> Option<u32> {
        // Few documents have any.
        if self.resources.is_empty() {
            return None;
        }
        let at = node.place().start;
        let around = self.resources.iter().filter(|(from, to, _)| is_same_file && *from <= at && at < *to);
        around.min_by_key(|(from, to, _)| to - from).map(|(_, _, id)| *id)
    }
}

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Words of the specification.
    Words,
    /// Names that the author gave.
    Names,
    /// Names of examples.
    Examples,
    /// Words of an example.
    Example,
}

/// Walks a file.
pub fn references(tree: &Tree) -> Found {
    let mut found = Found::default();
    // Outermost first, and in order: what is pushed last is looked at first.
    let mut left: Vec<(Node<'_>, Keys)> = tree.documents().map(|root| (root, Keys::Words)).collect();
    left.reverse();
    while let Some((node, keys)) = left.pop() {
        let first = left.len();
        // An alias leads back to what is walked anyway.
        let is_written = |value: &Node<'_>| value.target() == *value;
        left.extend(node.items().filter(is_written).map(|item| (item, Keys::Words)));
        for entry in node.entries() {
            let (key, value) = (entry.key(), entry.value());
            if key == "$ref" && value.as_str().is_some() {
                found.references.push(value.id());
                continue;
            }
            if keys == Keys::Words {
                note(key, node, value, &mut found);
            }
            if let Some(keys) = below(keys, key, value).filter(|_| is_written(&value)) {
                left.push((value, keys));
            }
        }
        left[first..].reverse();
    }
    found.references.sort_unstable();
    found
}

fn note(key: &str, node: Node<'_>, value: Node<'_>, found: &mut Found) {
    match (key, value.as_str()) {
        ("properties", _) if value.is_map() => found.properties.push(value.id()),
        ("$anchor" | "$dynamicAnchor", Some(name)) => {
            found.anchors.entry(name.to_owned()).or_insert(node.id());
        }
        ("$id", Some(id)) => match id.strip_prefix('#') {
            Some(name) => {
                found.anchors.entry(name.to_owned()).or_insert(node.id());
            }
            None if node.parent().is_some() => {
                found.ids.push(id.to_owned());
                let from = node.place().start;
                found.resources.push((from, from + node.length(), node.id()));
            }
            None => {}
        },
        _ => {}
    }
}

/// What the keys of a value are; `None` where it is data.
fn below(keys: Keys, key: &str, value: Node<'_>) -> Option<Keys> {
    match keys {
        Keys::Examples => Some(Keys::Example),
        Keys::Example if key == "value" => None,
        Keys::Names | Keys::Example => Some(Keys::Words),
        Keys::Words => match key {
            "example" | "default" | "enum" | "const" | "defaultValue" => None,
            // Names of headers in OpenAPI, a schema in AsyncAPI.
            "headers" if !["type", "properties", "allOf"].iter().any(|word| value.get(word).is_some()) => {
                Some(Keys::Names)
            }
            "examples" => value.is_map().then_some(Keys::Examples),
            _ if key.starts_with("x-") => None,
            "properties"
            | "patternProperties"
            | "$defs"
            | "definitions"
            | "schemas"
            | "dependentSchemas"
            | "responses"
            | "parameters"
            | "securitySchemes"
            | "links"
            | "callbacks"
            | "pathItems"
            | "paths"
            | "webhooks"
            | "channels"
            | "messages"
            | "operations"
            | "requestBodies"
            | "mediaTypes"
            | "correlationIds"
            | "operationTraits"
            | "messageTraits"
            | "replies"
            | "replyAddresses"
            | "servers"
            | "content"
            | "encoding"
            | "variables"
            | "additionalOperations" => Some(Keys::Names),
            _ => Some(Keys::Words),
        },
    }
}
