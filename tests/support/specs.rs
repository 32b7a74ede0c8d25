//! What tests of OpenAPI and AsyncAPI share: trees from text, trees as JSON, verdicts of our own tables.

#![allow(dead_code, reason = "every test file is a crate of its own and uses its own part")]

use std::sync::Arc;

use serde_json::{Map, Number, Value as Json};
use telelint::read::spec::shapes;
use telelint::tree::{Flaw, Node, Syntax, Tree, Value};

pub fn tree(path: &str, text: &str) -> Tree {
    Tree::read(&Arc::from(path), &Arc::from(text), Syntax::of(path))
}

/// What is wrong with a document: with its version, or else with its structure. References are not followed.
pub fn flaws(tree: &Tree) -> Vec<Flaw> {
    let root = tree.root().unwrap();
    match shapes::version(root) {
        Ok((language, version)) => shapes::check(root, language, version, &|_| None),
        Err(flaw) => vec![flaw],
    }
}

/// As one line for each flaw: place, code, words.
pub fn said(flaws: &[Flaw]) -> String {
    let line = |flaw: &Flaw| {
        let place = &flaw.place;
        format!("{}:{} {}: {}\n", place.line, place.column, flaw.code, flaw.what)
    };
    flaws.iter().map(line).collect()
}

pub fn json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Bool(is) => Json::Bool(is),
        Value::String(text) => Json::String(text.into()),
        value @ Value::Number(text) => match text.parse::<i64>() {
            Ok(whole) => Json::Number(whole.into()),
            Err(_) => value.as_f64().and_then(Number::from_f64).map_or(Json::Null, Json::Number),
        },
        Value::List => node.items().map(json).collect(),
        Value::Map => {
            let own = node.entries().filter(|entry| entry.key() != "<<");
            Json::Object(own.map(|entry| (entry.key().into(), json(entry.value()))).collect::<Map<_, _>>())
        }
    }
}
