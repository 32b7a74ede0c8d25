//! Any text as YAML and as JSON: never a panic, places within the text, and pointers that lead back to what they are of.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use telelint::tree::{Node, Syntax, Tree};

fuzz_target!(|text: &str| {
    let path: Arc<str> = "fuzzed".into();
    let text: Arc<str> = text.into();
    let json = read(&path, &text, Syntax::Json);
    read(&path, &text, Syntax::Yaml);
    if json.flaws().is_empty() {
        assert!(json.documents().count() == 1, "JSON is one document");
    }
});

fn read(path: &Arc<str>, text: &Arc<str>, syntax: Syntax) -> Tree {
    let tree = Tree::read(path, text, syntax);
    assert!(tree.is_whole() || !tree.flaws().is_empty(), "stopped without a word");
    let end = text.len() as u64;
    let within = |place: &telelint::source::Place| {
        assert!(place.start <= end, "{place:?} is behind the end");
        assert!(
            (place.line, place.column) <= (place.end_line, place.end_column),
            "{place:?} ends before it begins"
        );
    };
    tree.flaws().iter().for_each(|flaw| within(&flaw.place));
    for comment in tree.comments() {
        within(&comment.place());
        let _ = tree.covered(&comment.place());
    }
    for root in tree.documents() {
        let mut left = vec![root];
        while let Some(node) = left.pop() {
            within(&node.place());
            within(&node.mark());
            // A key that stands twice, or in a second document, is not what the pointer means.
            if tree.flaws().is_empty() && tree.root() == Some(root) {
                assert!(leads_back(root, node), "{}", node.pointer());
            }
            // What an alias stands for is looked at where it is written.
            if node.target() == node {
                for entry in node.entries() {
                    within(&entry.key_place());
                    within(&entry.place());
                    assert!(
                        node.get(entry.key()).is_some() || !tree.flaws().is_empty(),
                        "a key that is not found"
                    );
                    // What `<<` merged in stands elsewhere.
                    if entry.value().parent() == Some(node) {
                        left.push(entry.value());
                    }
                }
                left.extend(node.items());
            }
        }
    }
    tree
}

fn leads_back(root: Node<'_>, node: Node<'_>) -> bool {
    root.at(&node.pointer()).is_some_and(|found| found == node || found.target() == node.target())
}
