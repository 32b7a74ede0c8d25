//! Our tables of OpenAPI and AsyncAPI against the official JSON Schemas: the same verdict on documents of other projects,
//! on examples of the specifications, and on thousands of documents with one thing wrong.
//!
//! The schemas come from npm (`scripts/specs.sh`); what is missing is left out, unless `CI=true`.

#[path = "support/mutate.rs"]
mod mutate;
#[path = "support/official.rs"]
mod official;
#[path = "support/specs.rs"]
mod specs;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use mutate::{CHANGES, Change, Dice, changed, places};
use official::Official;
use serde_json::{Value as Json, json};
use support::{corpus, project};
use telelint::tree::Flaw;

#[test]
fn every_document_of_the_corpus_gets_its_verdict() {
    let Some(corpus) = corpus("") else { return };
    let mut wrong = Vec::new();
    for (path, expected) in listed(&corpus) {
        let text = fs::read_to_string(corpus.join(&path)).unwrap();
        let tree = specs::tree(&path, &text);
        assert_eq!(tree.flaws(), [], "{path}");
        let said = specs::said(&specs::flaws(&tree));
        if said.is_empty() != (expected == "valid") {
            wrong.push(format!("{path}: {expected}\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Paths of documents and their verdicts.
fn listed(corpus: &Path) -> Vec<(String, String)> {
    let table = fs::read_to_string(corpus.join("specs.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        (cells.next().unwrap().to_owned(), cells.nth(1).unwrap().to_owned())
    });
    rows.collect()
}

#[test]
fn a_large_document_has_no_fault() {
    let Some(packages) = official::packages() else { return };
    let text = fs::read_to_string(packages.join("@octokit/openapi/generated/api.github.com.json")).unwrap();
    let tree = specs::tree("api.github.com.json", &text);
    let start = Instant::now();
    assert_eq!(specs::said(&specs::flaws(&tree)), "");
    println!("{} values in {:?}", tree.len(), start.elapsed());
}

// --- Documents with one thing wrong ----------------------------------------------------------------------------------

/// A document to spoil, and how often.
struct Base {
    name: String,
    document: Json,
    times: usize,
}

/// A document on which the verdicts differ.
struct Case<'a> {
    /// Before the change.
    document: &'a Json,
    pointer: &'a str,
    change: Option<Change>,
    ours: Option<&'a Flaw>,
    theirs: Option<&'a str>,
}

/// A reason for verdicts to differ, and how to tell.
struct Known {
    reason: &'static str,
    is_it: fn(&Case<'_>) -> bool,
}

const KNOWN: [Known; 6] = [
    Known {
        reason: "Avro, OpenAPI and RAML schemas in AsyncAPI are open in our tables",
        is_it: |case| {
            let around = enclosing(case.document, case.pointer).chain(enclosing(case.document, case.path()));
            let mut formats = around.filter_map(|value| value["schemaFormat"].as_str());
            case.ours.is_none() && formats.any(|format| format.contains("avro") || format.contains("oai"))
        },
    },
    Known {
        reason: "AsyncAPI's schema of a Parameter Object does not say that it is an object",
        is_it: |case| {
            let is_type = case.ours.is_some_and(|flaw| flaw.code == "wrong-type");
            is_async(case) && is_type && case.theirs.is_none() && case.pointer.contains("/parameters")
        },
    },
    Known {
        reason: "a Callback Object may have any key for the schema, even `$ref`",
        is_it: |case| {
            let is_reference = case.pointer.contains("/callbacks/") && case.pointer.ends_with("/$ref");
            is_reference && case.theirs.is_none()
        },
    },
    Known {
        reason: "up to AsyncAPI 2.4 a Parameter Object has `$ref`, too: a reference is both, and refused by `oneOf`",
        is_it: |case| {
            let version = case.document["asyncapi"].as_str().unwrap_or_default();
            let is_parameter = case.path().contains("/parameters/");
            ("2.0.0".."2.5.0").contains(&version) && case.ours.is_none() && is_parameter
        },
    },
    Known {
        reason: "a schema in a binding may be a reference, and a reference is a schema: both, and refused by `oneOf`",
        is_it: |case| {
            let is_both = case.theirs.is_some_and(|at| at.starts_with("oneOf"));
            is_async(case) && is_both && case.path().contains("indings")
        },
    },
    Known {
        reason: "AsyncAPI 3 takes JSON Schema's `true` and `false` only within a schema, by an `if` that means otherwise",
        is_it: |case| {
            let (parent, key) = case.pointer.rsplit_once('/').unwrap_or_default();
            let is_top = ["payload", "headers"].contains(&key) || parent == "/components/schemas";
            let is_3 = case.document["asyncapi"].as_str().is_some_and(|version| version.starts_with('3'));
            is_3 && is_top && case.change == Some(Change::Type(1)) && case.ours.is_none()
        },
    },
];

impl<'a> Case<'a> {
    /// Where the official schema sees the fault.
    fn path(&self) -> &'a str {
        self.theirs.and_then(|theirs| theirs.split_once(" at ")).map_or("", |(_, path)| path)
    }
}

fn is_async(case: &Case<'_>) -> bool {
    case.document.get("asyncapi").is_some()
}

/// The values around a place.
fn enclosing<'a>(document: &'a Json, pointer: &'a str) -> impl Iterator<Item = &'a Json> {
    pointer
        .match_indices('/')
        .filter_map(|(at, _)| document.pointer(&pointer[..at]))
        .chain(document.pointer(pointer))
}

/// Spoils documents and compares the verdicts; how many were compared.
fn compare(bases: &[Base], official: &Official) -> usize {
    let (mut compared, mut known) = (0, 0);
    let mut unknown = BTreeMap::<String, Vec<String>>::new();
    let mut dice = Dice(5);
    for base in bases {
        let places = places(&base.document);
        // As it is, and then changed.
        let mut cases = vec![(String::new(), None, base.document.clone())];
        let mut add = |pointer: &str, change: Change| {
            if let Some(document) = changed(&base.document, pointer, change) {
                cases.push((pointer.to_owned(), Some(change), document));
            }
        };
        if base.times >= places.len() * CHANGES.len() {
            for place in &places {
                for change in CHANGES {
                    add(place, change);
                }
            }
        } else {
            (0..base.times).for_each(|_| {
                add(&places[dice.below(places.len())], CHANGES[dice.below(CHANGES.len())]);
            });
        }
        for (pointer, change, document) in cases {
            compared += 1;
            let text = serde_json::to_string_pretty(&document).unwrap();
            let tree = specs::tree("document.json", &text);
            let ours = specs::flaws(&tree);
            let theirs = official.fault(&document);
            if ours.is_empty() == theirs.is_none() {
                continue;
            }
            let case = Case {
                document: &base.document,
                pointer: &pointer,
                change,
                ours: ours.first(),
                theirs: theirs.as_deref(),
            };
            if KNOWN.iter().any(|known| (known.is_it)(&case)) {
                known += 1;
                continue;
            }
            let said = ours.first().map_or("fine", |flaw| &flaw.what);
            let theirs = theirs.as_deref().unwrap_or("fine");
            let class = format!("ours: {said}; theirs: {}", theirs.split(" at ").next().unwrap_or_default());
            unknown.entry(class).or_default().push(format!("{} {pointer} {change:?}: {theirs}", base.name));
        }
    }
    let others: usize = unknown.values().map(Vec::len).sum();
    println!("{compared} compared: {known} differ for a reason, {others} without one");
    let mut lines: Vec<String> = unknown
        .into_iter()
        .map(|(class, cases)| format!("{} times {class}\n    {}", cases.len(), cases[0]))
        .collect();
    lines.sort();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    let reasons: Vec<&str> = KNOWN.iter().map(|known| known.reason).collect();
    assert!((known * 100) < compared, "{known} of {compared} differ, be it for a reason: {reasons:?}");
    compared
}

/// How many changes of how many there are, for each of our own documents. All of them: `TELELINT_SPOIL=all`.
fn times(some: usize) -> usize {
    if std::env::var_os("TELELINT_SPOIL").is_some_and(|how| how == "all") { usize::MAX } else { some }
}

/// One of our own documents, in a version.
fn own(name: &str, version: &str) -> Base {
    let text = fs::read_to_string(project(&format!("tests/specs/{name}.yaml"))).unwrap();
    let text = text.replace("asyncapi;version=2.6.0", &format!("asyncapi;version={version}"));
    let tree = specs::tree("own.yaml", &text);
    assert_eq!(tree.flaws(), [], "{name}");
    let mut document = specs::json(tree.root().unwrap());
    let key = if document.get("asyncapi").is_some() { "asyncapi" } else { "openapi" };
    document[key] = version.into();
    Base { name: format!("{name} as {version}"), document, times: times(600) }
}

#[test]
fn own_documents_of_openapi() {
    let Some(packages) = official::packages() else { return };
    let official = Official::read(&packages);
    let bases: Vec<Base> =
        ["3.0.3", "3.1.1", "3.2.0"].map(|version| own(&format!("openapi-{}", &version[..3]), version)).into();
    for base in &bases {
        assert_eq!(official.fault(&base.document), None, "{}", base.name);
    }
    assert!(compare(&bases, &official) > 1_500);
}

#[test]
fn own_documents_of_asyncapi() {
    let Some(packages) = official::packages() else { return };
    let official = Official::read(&packages);
    let mut bases =
        vec![own("asyncapi-2.6", "2.6.0"), own("asyncapi-3.0", "3.0.0"), own("asyncapi-3.0", "3.1.0")];
    for base in &bases {
        assert_eq!(official.fault(&base.document), None, "{}", base.name);
    }
    // Earlier versions know less: these are wrong in more than one place, until all of that is taken out.
    for version in ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0"] {
        let mut base = own("asyncapi-2.6", version);
        let before = |minor: &str| version < minor;
        let document = &mut base.document;
        let mut take = |pointer: &str, key: &str| {
            document.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        };
        let subscribe = "/channels/orders.{org}.created/subscribe";
        if before("2.5") {
            take("/servers/production", "tags");
        }
        if before("2.4") {
            take(subscribe, "security");
            take(&format!("{subscribe}/message"), "messageId");
            take("/components", "serverVariables");
        }
        if before("2.3") {
            take("/components", "servers");
            take("/components", "channels");
            take("/servers", "other");
        }
        if before("2.2") {
            take("/channels/orders.{org}.created", "servers");
        }
        if before("2.1") {
            for key in ["plain", "scram", "gss"] {
                take("/components/securitySchemes", key);
            }
            document.pointer_mut(&format!("{subscribe}/message")).unwrap()["examples"] =
                json!([{"payload": 1}]);
        }
        let examples = document.pointer_mut("/components/messageTraits/t/examples").unwrap();
        *examples = json!([{"payload": {}}]);
        assert_eq!(official.fault(&base.document), None, "{}", base.name);
        base.times = times(200);
        bases.push(base);
    }
    assert!(compare(&bases, &official) > 2_000);
}

#[test]
fn documents_of_the_corpus() {
    let (Some(packages), Some(corpus)) = (official::packages(), corpus("")) else { return };
    let official = Official::read(&packages);
    let mut bases = Vec::new();
    for (path, _) in listed(&corpus) {
        let text = fs::read_to_string(corpus.join(&path)).unwrap();
        let document = specs::json(specs::tree(&path, &text).root().unwrap());
        // As another version, a document is mostly wrong: in other ways.
        for (key, version) in
            [("openapi", "3.1.0"), ("openapi", "3.2.0"), ("asyncapi", "2.2.0"), ("asyncapi", "3.0.0")]
        {
            if document.get(key).is_some_and(|own| own.as_str().is_some_and(|own| own[..2] == version[..2])) {
                let mut document = document.clone();
                document[key] = version.into();
                bases.push(Base { name: format!("{path} as {version}"), document, times: times(5) });
            }
        }
        bases.push(Base { name: path, document, times: times(40) });
    }
    assert!(compare(&bases, &official) > 3_000);
}

#[test]
fn a_part_of_a_large_document() {
    let Some(packages) = official::packages() else { return };
    let official = Official::read(&packages);
    let text = fs::read_to_string(packages.join("@octokit/openapi/generated/api.github.com.json")).unwrap();
    let mut document: Json = serde_json::from_str(&text).unwrap();
    let thin = |value: &mut Json, keep: usize| {
        let mut at = 0;
        value.as_object_mut().unwrap().retain(|_, _| {
            at += 1;
            at % keep == 0
        });
    };
    thin(&mut document["paths"], 200);
    for (_, part) in document["components"].as_object_mut().unwrap() {
        thin(part, 150);
    }
    assert!(compare(&[Base { name: "GitHub".into(), document, times: 300 }], &official) > 200);
}

/// Where the examples of an object stand in a document.
const EXAMPLES: [(&str, &str); 24] = [
    ("APIKeyHTTPSecurityScheme", "/components/securitySchemes/x"),
    ("Sasl", "/components/securitySchemes/x"),
    ("SecurityScheme", "/components/securitySchemes/x"),
    ("X509", "/components/securitySchemes/x"),
    ("apiKey", "/components/securitySchemes/x"),
    ("channel", "/channels/x"),
    ("channelItem", "/channels/x"),
    ("channels", "/channels"),
    ("components", "/components"),
    ("contact", "/info/contact"),
    ("correlationId", "/components/correlationIds/x"),
    ("externalDocs", "/components/schemas/x/externalDocs"),
    ("info", "/info"),
    ("license", "/info/license"),
    ("message", "/components/messages/x"),
    ("messageObject", "/components/messages/x"),
    ("messageTrait", "/components/messageTraits/x"),
    ("operation", "/components/operations/x"),
    ("operationTrait", "/components/operationTraits/x"),
    ("operations", "/operations"),
    ("parameters", "/channels/x/parameters"),
    ("serverVariable", "/components/serverVariables/x"),
    ("servers", "/servers"),
    ("symmetricEncryption", "/components/securitySchemes/x"),
];

#[test]
fn examples_of_asyncapi() {
    let Some(packages) = official::packages() else { return };
    let official = Official::read(&packages);
    let mut bases = Vec::new();
    for version in ["2.6.0", "3.0.0", "3.1.0"] {
        for (name, place) in EXAMPLES {
            let path = packages.join(format!("@asyncapi/specs/examples/{version}/{name}.json"));
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for (number, example) in serde_json::from_str::<Vec<Json>>(&text).unwrap().into_iter().enumerate()
            {
                let mut document =
                    json!({"asyncapi": version, "info": {"title": "t", "version": "1"}, "channels": {}});
                let mut value = &mut document;
                for step in place[1..].split('/') {
                    value = &mut value[step];
                }
                *value = example;
                bases.push(Base { name: format!("{version}/{name}/{number}"), document, times: times(30) });
            }
        }
    }
    assert!(compare(&bases, &official) > 1_000);
}
