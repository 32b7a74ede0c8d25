//! The spanned tree of YAML and JSON: places, types, pointers, and what is wrong with a text.

use std::sync::Arc;

use proptest::prelude::*;
use telelint::tree::{Node, Syntax, Tree, Value};

fn tree(text: &str, syntax: Syntax) -> Tree {
    Tree::read(&"doc.yaml".into(), &Arc::from(text), syntax)
}

/// The tree as `serde_json` has it; numbers as text, since the two write them differently.
fn plain(node: Node<'_>) -> serde_json::Value {
    match node.value() {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => value.into(),
        Value::Number(text) => format!("#{:?}", Value::Number(text).as_f64()).into(),
        Value::String(text) => text.into(),
        Value::List => node.items().map(plain).collect::<Vec<_>>().into(),
        Value::Map => {
            let entries = node.entries().map(|entry| (entry.key().to_owned(), plain(entry.value())));
            serde_json::Value::Object(entries.collect())
        }
    }
}

fn flaws(text: &str, syntax: Syntax) -> Vec<String> {
    let tree = tree(text, syntax);
    tree.flaws()
        .iter()
        .map(|flaw| format!("{}:{} {} {}", flaw.place.line, flaw.place.column, flaw.code, flaw.what))
        .collect()
}

#[test]
fn keys_and_values_know_their_places() {
    let text = "\u{feff}info:\r\n  title: \"Ünï\\u0063ode\" # said\r\n  tags: [a, 'b']\r\npaths: {}\r\n";
    let tree = tree(text, Syntax::Yaml);
    assert_eq!(tree.flaws(), []);
    let root = tree.root().unwrap();
    let title = root.at("/info/title").unwrap();
    assert_eq!(title.as_str(), Some("Ünïcode"));
    let place = title.place();
    assert_eq!((place.line, place.column, place.end_column), (2, 10, 24));
    let info = root.get_entry("info").unwrap().key_place();
    assert_eq!((info.line, info.column, info.end_column, info.start), (1, 1, 5, 3));
    let second = root.at("/info/tags/1").unwrap();
    assert_eq!((second.as_str(), second.pointer().as_str()), (Some("b"), "/info/tags/1"));
    assert_eq!(tree.at_byte(second.place().start as u32).unwrap().pointer(), "/info/tags/1");
    assert_eq!(root.get("paths").unwrap().mark().line, 4);
    assert!(root.at("/info/tags/01").is_none() && root.at("/info/tags/-").is_none());
}

#[test]
fn pointers_undo_their_escapes() {
    let tree = tree("paths:\n  /a~b/{c}:\n    get: 1\n", Syntax::Yaml);
    let get = tree.root().unwrap().at("/paths/~1a~0b~1{c}/get").unwrap();
    assert_eq!(get.pointer(), "/paths/~1a~0b~1{c}/get");
}

#[test]
fn aliases_are_followed_and_merge_keys_merge() {
    let text = "base: &base {a: 1, b: [x]}\nmore:\n  <<: *base\n  a: 2\nsame: *base\nkeep: [*base]\n";
    let tree = tree(text, Syntax::Yaml);
    assert_eq!(tree.flaws(), []);
    let root = tree.root().unwrap();
    assert_eq!(root.at("/more/a").unwrap().value(), Value::Number("2"));
    assert_eq!(root.at("/more/b/0").unwrap().as_str(), Some("x"));
    assert_eq!(root.at("/same/b/0").unwrap().place().line, 1);
    assert_eq!(root.at("/same").unwrap().place().line, 5);
    assert!(root.at("/keep/0").unwrap().is_map());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, expected) in [
        ("a: 1\nb: 2\na: 3\n", "3:1 duplicate-key the key `a` stands in line 1 already"),
        ("a:\n\tb: 1\n", "2:2 syntax tabs disallowed within this context (block indentation)"),
        ("a: *nope\n", "1:4 syntax while parsing node, found unknown anchor"),
        ("a: &x [*x]\n", "1:8 alias-in-itself an alias within what it stands for"),
        ("? [a]\n: 1\n", "1:3 bad-key a key that is no scalar"),
    ] {
        let found = flaws(text, Syntax::Yaml);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0], expected);
    }
    for (text, expected) in [
        ("{\"a\": 1,}", "1:9 syntax a comma behind the last entry"),
        ("[1, 2,]", "1:7 syntax a comma behind the last item"),
        ("{\"a\": 01}", "1:8 syntax no value of JSON"),
        ("{\"a\": nul}", "1:7 syntax no value of JSON"),
        ("{'a': 1}", "1:2 syntax expected a key in double quotes"),
        ("{\"a\": \"\t\"}", "1:8 syntax a control character within a string"),
        ("{\"a\": 1} x", "1:10 syntax text behind the document"),
        ("{\"a\": 1", "1:8 syntax the end within an object"),
        ("{\"a\": 1, \"a\": 2}", "1:10 duplicate-key the key `a` stands in line 1 already"),
        ("", "1:1 syntax the end, where a value is due"),
    ] {
        assert_eq!(flaws(text, Syntax::Json), [expected], "{text}");
    }
}

#[test]
fn a_wide_mapping_finds_its_keys_and_the_ones_that_come_twice() {
    let lines: Vec<String> = (0..500).map(|at| format!("k{at}: {at}\n")).collect();
    let mut text = lines.concat();
    let fine = tree(&text, Syntax::Yaml);
    let root = fine.root().unwrap();
    assert!((0..500).all(|at| root.get(&format!("k{at}")).unwrap().text() == Some(&*at.to_string())));
    assert!(root.get("k500").is_none() && fine.flaws().is_empty());
    text.push_str("k7: again\n");
    assert_eq!(flaws(&text, Syntax::Yaml), ["501:1 duplicate-key the key `k7` stands in line 8 already"]);
}

#[test]
fn bombs_and_depths_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..30 {
        let row = vec![format!("*a{}", at - 1); 10].join(", ");
        bomb.push_str(&format!("a{at}: &a{at} [{row}]\n"));
    }
    assert!(flaws(&bomb, Syntax::Yaml)[0].contains("alias-bomb"), "{:?}", flaws(&bomb, Syntax::Yaml));
    for syntax in [Syntax::Yaml, Syntax::Json] {
        let deep = "[".repeat(100_000);
        let found = flaws(&deep, syntax);
        assert!(found.iter().any(|flaw| flaw.contains("255") || flaw.contains("deep")), "{found:?}");
        assert!(!tree(&deep, syntax).is_whole());
    }
}

#[test]
fn several_documents_are_kept_apart() {
    let tree = tree("---\na: 1\n---\nb: 2\n", Syntax::Yaml);
    assert_eq!(tree.documents().count(), 2);
    assert_eq!(tree.documents().nth(1).unwrap().get("b").unwrap().place().line, 4);
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        (-1.0e6..1.0e6f64).prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Numbers as the tree writes them.
fn numbers(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => format!("#{:?}", number.as_f64()).into(),
        serde_json::Value::Array(items) => items.iter().map(numbers).collect::<Vec<_>>().into(),
        serde_json::Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), numbers(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

proptest! {
    /// What serde_json writes is read as it was, also as the YAML that all JSON is.
    #[test]
    fn json_is_read_as_serde_json_reads_it(value in json_value(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let tree = tree(&text, Syntax::Json);
        prop_assert_eq!(tree.flaws(), &[]);
        prop_assert_eq!(plain(tree.root().unwrap()), numbers(&value));
    }

    /// What serde_json refuses has a flaw, what it takes has none but keys that come twice.
    #[test]
    fn the_verdict_on_json_is_serde_jsons(text in r#"[\[\]{},:"a\\u0 1.e\-tru\n]{0,24}"#) {
        let tree = tree(&text, Syntax::Json);
        let broken = tree.flaws().iter().any(|flaw| flaw.code == "syntax");
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        // A lone surrogate is an error to serde_json and a replacement character here.
        let lone = theirs.as_ref().is_err_and(|error| error.to_string().contains("surrogate")
            || error.to_string().contains("hex escape"));
        let large = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert!(lone || large || broken == theirs.is_err(), "{text:?}: {:?} {theirs:?}", tree.flaws());
    }

    /// Whatever the text, each value is found again by its pointer and by its first byte.
    #[test]
    fn pointers_and_places_go_both_ways(text in r#"([a-c]: |- |\n|  |[\[\]{},"'&*x1#]|[a-z]){0,40}"#) {
        let tree = tree(&text, Syntax::Yaml);
        if tree.is_whole() && tree.flaws().is_empty() {
            for root in tree.documents().take(1) {
                let mut left = vec![root];
                while let Some(node) = left.pop() {
                    let again = root.at(&node.pointer());
                    prop_assert_eq!(again.map(Node::id), Some(node.id()));
                    left.extend(node.items().filter(|item| item.id() > node.id()));
                    left.extend(node.entries().map(telelint::tree::Entry::value).filter(|value| value.id() > node.id()));
                }
            }
        }
    }
}
