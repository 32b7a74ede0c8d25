//! A second reader of OpenAPI 3.0, openapiv3: it finds the same paths, methods and effective security as `telelint facts`.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use openapiv3::{OpenAPI, ReferenceOr, SecurityRequirement};
use serde_json::Value;
use support::{corpus, scratch, telelint, write};

/// By method and path: alternatives in order, each with its schemes; of a scheme what it grants. `None` where nothing is
/// said of security, neither at the operation nor at the top.
type Operations = BTreeMap<(String, String), Option<Vec<BTreeMap<String, Vec<String>>>>>;

/// What a user gets to see.
fn ours(name: &str, text: &str) -> Operations {
    // Tests run side by side.
    let folder = scratch(&name.replace('/', "-"));
    write(&folder, name, text);
    let run = telelint(&folder, &["facts", "--no-contract", name]);
    assert_eq!(run.code, 0, "{name}: {}", run.stderr);
    let facts = run.json();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mut operations = Operations::new();
    for operation in list(&facts["api_operations"]) {
        let alternatives = list(&operation["alternatives"]).into_iter().map(|alternative| {
            let demands = list(&alternative["demands"]).into_iter();
            demands
                .map(|demand| (word(&demand["scheme"]), list(&demand["grants"]).iter().map(word).collect()))
                .collect()
        });
        let security = (!operation["security"].is_null()).then(|| alternatives.collect());
        let key = (word(&operation["method"]), word(&operation["path"]));
        assert!(operations.insert(key.clone(), security).is_none(), "{name}: twice {key:?}");
    }
    operations
}

/// What the other reader finds.
fn theirs(name: &str, text: &str) -> Operations {
    let json: Value = if name.ends_with(".json") {
        serde_json::from_str(text).unwrap()
    } else {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let api: OpenAPI = serde_json::from_value(json).unwrap_or_else(|error| panic!("{name}: {error}"));
    let requirement = |requirement: &SecurityRequirement| {
        requirement.iter().map(|(scheme, grants)| (scheme.clone(), grants.clone())).collect()
    };
    let mut operations = Operations::new();
    for (path, item) in &api.paths.paths {
        let ReferenceOr::Item(item) = item else {
            panic!("{name}: {path} is a reference, which it does not follow")
        };
        for (method, operation) in item.iter() {
            let security = operation.security.as_ref().or(api.security.as_ref());
            let alternatives = security.map(|all| all.iter().map(requirement).collect());
            operations.insert((method.to_uppercase(), path.clone()), alternatives);
        }
    }
    operations
}

fn agree(name: &str, text: &str) -> Operations {
    let (ours, theirs) = (ours(name, text), theirs(name, text));
    assert_eq!(ours, theirs, "{name}");
    ours
}

#[test]
fn on_documents_of_other_projects_both_find_the_same() {
    let Some(corpus) = corpus("") else { return };
    let table = fs::read_to_string(corpus.join("specs.tsv")).unwrap();
    let (mut documents, mut operations) = (0, 0);
    for line in table.lines().skip(1) {
        let [path, version, expected, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        if !path.starts_with("openapi/") || !version.starts_with("3.0") || expected != "valid" {
            continue;
        }
        let text = fs::read_to_string(corpus.join(path)).unwrap();
        documents += 1;
        operations += agree(path, &text).len();
    }
    println!("{documents} documents, {operations} operations");
    assert!(documents > 0 && operations > 0);
}

/// Security in all the forms it has: none, of the document, of the operation, emptied, with an alternative that asks for
/// nothing, several schemes at once, scopes.
const SECURITY: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
security: [{key: []}, {oauth: [read, write]}]
paths:
  /inherited:
    parameters: []
    get: {responses: {'200': {description: d}}}
    options: {responses: {'200': {description: d}}, security: []}
    trace: {responses: {'200': {description: d}}, security: [{}]}
  /own/{id}/parts:
    summary: A path with more than operations.
    x-own: {get: {}}
    post:
      security:
      - key: []
        oauth: &scopes [admin]
      - {}
      - oauth: *scopes
      responses: {default: {description: d}}
    delete: {responses: {'204': {description: d}}, security: [{undefined: []}]}
    head: {responses: {'200': {description: d}}}
    patch: {responses: {'200': {description: d}}}
    put: {responses: {'200': {description: d}}}
  /none: {}
  x-extension: {get: {responses: {}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    oauth:
      type: oauth2
      flows: {implicit: {authorizationUrl: 'https://example.com/', scopes: {read: r, write: w, admin: a}}}
";

#[test]
fn on_our_own_documents_both_find_the_same() {
    let found = agree("security.yaml", SECURITY);
    assert_eq!(found.len(), 8);
    let methods: BTreeSet<&str> = found.keys().map(|(method, _)| method.as_str()).collect();
    assert_eq!(methods.into_iter().collect::<String>(), "DELETEGETHEADOPTIONSPATCHPOSTPUTTRACE");
    // Nothing said at all.
    let silent = SECURITY.replace("security: [{key: []}, {oauth: [read, write]}]\n", "");
    let found = agree("silent.yaml", &silent);
    assert_eq!(found[&("GET".to_owned(), "/inherited".to_owned())], None);
    // The same document as JSON, and with the line ends of Windows.
    let json: Value = serde_saphyr::from_str(SECURITY).unwrap();
    agree("security.json", &serde_json::to_string_pretty(&json).unwrap());
    agree("windows.yaml", &SECURITY.replace('\n', "\r\n"));
    // None of the operations is there.
    assert_eq!(agree("empty.yaml", "openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths: {}\n").len(), 0);
}

#[test]
fn on_a_large_document_both_find_the_same() {
    let Some(specs) = std::env::var_os("TELELINT_SPECS").map(std::path::PathBuf::from) else {
        eprintln!("left out: TELELINT_SPECS is not set (scripts/test sets it)");
        return;
    };
    let text = fs::read_to_string(specs.join("@octokit/openapi/generated/api.github.com.json")).unwrap();
    assert!(agree("github.json", &text).len() > 500);
}
