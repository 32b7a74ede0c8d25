//! Our tables of OpenAPI and AsyncAPI against the official JSON Schemas: the same verdict on documents of other projects,
//! on examples of the specifications, and on thousands of documents with one thing wrong.
//!
//! The schemas come from npm (`scripts/specs.sh`); what is missing is left out, unless `CI=true`.

mod support;
#[path = "support/specs.rs"]
mod specs;

use std::fs;

use support::corpus;

#[test]
fn every_document_of_the_corpus_gets_its_verdict() {
    let Some(corpus) = corpus("") else { return };
    let table = fs::read_to_string(corpus.join("specs.tsv")).unwrap();
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let [path, _, expected, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let text = fs::read_to_string(corpus.join(path)).unwrap();
        let tree = specs::tree(path, &text);
        assert_eq!(tree.flaws(), [], "{path}");
        let said = specs::said(&specs::flaws(&tree));
        if said.is_empty() != (expected == "valid") {
            wrong.push(format!("{path}: {expected}\n{said}"));
        } else {
            println!("{path}: {expected} {said}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
