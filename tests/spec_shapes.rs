//! What a user sees of a document whose structure is wrong: place, code and words, for each case of
//! `tests/specs/cases.txt`. `UPDATE_EXPECTED=1` writes what is seen; read the difference.

#[path = "support/specs.rs"]
mod specs;
mod support;

use std::fmt::Write as _;
use std::fs;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use support::project;
use telelint::read::spec::shapes::{self, Language, MOST, VERSIONS, Version};
use telelint::tree::Node;

#[test]
fn each_case_is_seen_as_expected() {
    let path = project("tests/specs/cases.txt");
    let text = fs::read_to_string(&path).unwrap();
    let (head, cases) = text.split_once("\n== ").unwrap();
    let mut seen = format!("{head}\n");
    let mut count = 0;
    for case in cases.split("\n== ") {
        let (version, case) = case.split_once('\n').unwrap();
        let (document, _) = case.split_once("\n--\n").unwrap_or((case.trim_end(), ""));
        let head = match version.split_once(' ') {
            Some((language, version)) => {
                format!("{language}: {version}\ninfo: {{title: Ops, version: 1.0.0}}\n")
            }
            None => String::new(),
        };
        let tree = specs::tree("case.yaml", &format!("{head}{document}\n"));
        assert_eq!(tree.flaws(), [], "{document}");
        let said = specs::said(&specs::flaws(&tree));
        let said = if said.is_empty() { "nothing\n" } else { &said };
        write!(seen, "\n== {version}\n{document}\n--\n{said}").unwrap();
        count += 1;
    }
    assert!(count >= 60, "{count} cases");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, seen).unwrap();
        return;
    }
    for (seen, expected) in seen.split("\n== ").zip(text.split("\n== ")) {
        assert_eq!(seen.trim(), expected.trim());
    }
}

#[test]
fn a_value_in_another_file_is_judged_as_what_is_expected_there() {
    let main = "openapi: 3.1.0\ninfo: {title: t, version: v}\npaths:\n  /a: {$ref: other.yaml#/path}\n  /b:\n    get:\n      \
                parameters:\n        - {$ref: other.yaml#/parameter}\n        - {$ref: other.yaml#/parameter}\n";
    let other = "path:\n  get: {responses: {}}\nparameter: {$ref: '#/again'}\nagain: {name: a, in: body}\n";
    let (main, other) = (specs::tree("main.yaml", main), specs::tree("other.yaml", other));
    let top = other.root().unwrap();
    let outside = |node: Node<'_>| {
        let reference = node.get("$ref")?.as_str()?;
        top.at(reference.split_once('#')?.1)
    };
    let flaws =
        shapes::check(main.root().unwrap(), Language::OpenApi, Version { major: 3, minor: 1 }, &outside);
    let said: Vec<String> =
        flaws.iter().map(|flaw| format!("{}:{} {}", flaw.place.path, flaw.place.line, flaw.what)).collect();
    assert_eq!(
        said,
        [
            "other.yaml:2 `responses` must have an entry",
            "other.yaml:4 `again` lacks one of the keys `schema`, `content`",
            "other.yaml:4 `in` must be one of `query`, `header`, `path`, `cookie`",
        ]
    );
}

#[test]
fn circles_of_files_end() {
    let text = "openapi: 3.1.0\ninfo: {title: t, version: v}\ncomponents:\n  schemas:\n    a: {$ref: '#/components/schemas/b'}\n    \
                b: {allOf: [{$ref: '#/components/schemas/a'}]}\n  parameters:\n    p: {$ref: '#/components/parameters/p'}\n";
    let tree = specs::tree("main.yaml", text);
    let root = tree.root().unwrap();
    let outside = |node: Node<'_>| root.at(&node.get("$ref")?.as_str()?[1..]);
    assert_eq!(shapes::check(root, Language::OpenApi, Version { major: 3, minor: 1 }, &outside), []);
}

#[test]
fn of_many_faults_the_first_are_listed_and_the_rest_counted() {
    let mut text = "openapi: 3.1.0\ninfo: {title: t, version: v}\npaths:\n".to_owned();
    for number in 0..150 {
        writeln!(text, "  no{number}: {{}}").unwrap();
    }
    let flaws = specs::flaws(&specs::tree("main.yaml", &text));
    assert_eq!(flaws.len(), MOST + 1);
    assert_eq!(flaws[MOST].what, "50 more faults of the structure are not listed");
}

#[test]
fn aliases_of_aliases_end() {
    let mut text = "openapi: 3.0.3\ninfo: {title: t, version: v}\npaths: {}\nx-all:\n".to_owned();
    text.push_str("  a0: &a0 {typ: object}\n");
    for number in 1..900 {
        writeln!(text, "  a{number}: &a{number} {{properties: {{x: *a{}}}}}", number - 1).unwrap();
    }
    text.push_str("components: {schemas: {a: *a899, b: *a899}}\n");
    let tree = specs::tree("main.yaml", &text);
    assert_eq!(tree.flaws(), []);
    // What is behind the first alias is judged once, and stands there.
    assert_eq!(
        specs::said(&specs::flaws(&tree)),
        "905:27 unknown-key: unknown key `typ` in a Schema Object; did you mean `type`?\n"
    );
}

#[test]
fn no_value_of_a_document_is_told() {
    let secret = format!("sk_live_{}", "4eC39HqLyjWDarjtT1zdp7dc");
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: {{a: {secret}}}}}\npaths:\n  {secret}: 1\ncomponents: {{securitySchemes: {{a: \
         {{type: {secret}}}, {secret}: 3}}}}\n"
    );
    let said = specs::said(&specs::flaws(&specs::tree("main.yaml", &text)));
    assert_eq!(said.lines().count(), 4, "{said}");
    assert!(!said.contains("4eC39"), "{said}");
}

/// Any JSON, with keys and words that the tables know among them.
fn documents() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        4 => proptest::sample::select(vec![
            "$ref", "$schema", "paths", "/a", "get", "responses", "200", "default", "content", "schema", "components",
            "schemas", "parameters", "in", "query", "querystring", "name", "type", "oauth2", "flows", "channels",
            "operations", "messages", "message", "oneOf", "payload", "schemaFormat", "bindings", "kafka", "amqp",
            "bindingVersion", "0.3.0", "servers", "security", "traits", "headers", "x-a", "<<", "info", "tags",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(|number| json!(number)),
        word.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(8, 96, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            4 => prop::collection::btree_map(word.clone(), inner, 0..8)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(document in documents()) {
        let tree = specs::tree("document.json", &document.to_string());
        let Some(root) = tree.root() else { return Ok(()) };
        let _ = shapes::version(root);
        let nodes = tree.len() as u32;
        // References lead anywhere, around in circles, too.
        let outside = |node: Node<'_>| tree.node(node.id() * 7 % nodes);
        for (language, versions) in VERSIONS {
            for version in versions {
                for flaw in shapes::check(root, language, *version, &outside) {
                    prop_assert!(!flaw.what.is_empty() && !flaw.what.ends_with('.') && flaw.place.line > 0);
                }
            }
        }
    }
}
