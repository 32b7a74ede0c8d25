//! Whether two values are the same, whatever way they are written.

use xxhash_rust::xxh3::xxh3_64;

use crate::tree::{Node, Value};

/// Equal for values that are the same.
pub(super) fn digest(node: Node<'_>) -> u64 {
    match node.value() {
        Value::Null => 1,
        Value::Bool(is) => 2 + u64::from(is),
        value @ Value::Number(_) => value.as_f64().map_or(4, |number| (number + 0.0).to_bits()),
        Value::String(text) => xxh3_64(text.as_bytes()),
        Value::List => 5 + node.items().len() as u64,
        Value::Map => {
            // The order of keys says nothing.
            node.entries().fold(6, |sum, entry| sum ^ xxh3_64(entry.key().as_bytes()))
        }
    }
}

/// Whether two values are the same, as JSON Schema sees it.
pub(super) fn is_same(a: Node<'_>, b: Node<'_>) -> bool {
    match (a.value(), b.value()) {
        (Value::List, Value::List) => {
            a.items().len() == b.items().len() && a.items().zip(b.items()).all(|(a, b)| is_same(a, b))
        }
        (Value::Map, Value::Map) => {
            a.entries().len() == b.entries().len()
                && a.entries()
                    .all(|entry| b.get(entry.key()).is_some_and(|other| is_same(entry.value(), other)))
        }
        (a @ Value::Number(_), b @ Value::Number(_)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}
