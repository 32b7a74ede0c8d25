//! Any bytes as a document of OpenAPI or AsyncAPI with files that it refers to, cyclic and broken ones among them: never a
//! panic, the same facts however often they are read, and nothing asked for outside the root.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use telelint::facts::{Input, Kind, Role};
use telelint::read::Watch;
use telelint::read::spec::{Refusal, Source, read};
use telelint::read::watch::SpecWatch;

/// What stands between two files.
const BETWEEN: &[u8] = b"\n%%%\n";

/// The files, the document first.
const NAMES: [&str; 4] = ["specs/api.yaml", "specs/a.yaml", "specs/b.json", "c.yaml"];

// The first byte says whether it is read as AsyncAPI, as JSON, and as a stream.
fuzz_target!(|input: &[u8]| {
    let Some((how, bytes)) = input.split_first() else { return };
    let files = files(bytes);
    let is = |bit: u8| how & (1 << bit) != 0;
    let kind = if is(0) { Kind::Asyncapi } else { Kind::Openapi };
    let name = if is(1) { "specs/api.json" } else { NAMES[0] };
    let watch = Watch {
        specs: SpecWatch {
            ops_route: Some("/ops".to_owned()),
            operations: vec![("GET".to_owned(), "/ops/summary".to_owned())],
            role_keys: vec!["x-required-roles".to_owned()],
            fields: vec![vec!["event_id".to_owned(), "eventId".to_owned()]],
        },
        ..Watch::default()
    };
    let asked = RefCell::new(Vec::new());
    let fetch = |path: &str| {
        asked.borrow_mut().push(path.to_owned());
        let at = NAMES.iter().position(|name| *name == path);
        at.and_then(|at| files.get(at)).map(|bytes| bytes.to_vec()).ok_or(Refusal::Missing)
    };
    let facts = || {
        let bytes = files[0].to_vec();
        let input =
            Input { path: name.into(), kind, role: Role::Current, bytes: bytes.len() as u64, read: true };
        read(Source { input, bytes, is_file: !is(2), once: is(2) }, &watch, &fetch).facts
    };
    assert_eq!(facts(), facts());
    let is_outside = |path: &String| path.starts_with('/') || path.split('/').any(|step| step == "..");
    assert!(!asked.borrow().iter().any(is_outside), "{asked:?}");
    assert!(!is(2) || asked.borrow().is_empty(), "a stream asked for files");
});

/// Takes the input apart; there is one file at least.
fn files(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut files, mut from) = (Vec::new(), 0);
    while let Some(at) = bytes[from..].windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        files.push(&bytes[from..from + at]);
        from += at + BETWEEN.len();
    }
    files.push(&bytes[from..]);
    files
}
