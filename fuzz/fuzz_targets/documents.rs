//! Documents, in Markdown and in YAML: no panic, whatever they are, and the same facts however often they are read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use telelint::facts::{Kind, Purpose, Role};
use telelint::read::{Opened, Watch, read};

fuzz_target!(|data: &[u8]| {
    let mut watch = Watch::default();
    watch.documents.patterns = vec![("**".to_owned(), Purpose::Mock), ("**".to_owned(), Purpose::Standard)];
    for path in ["a.md", "a.yaml"] {
        let facts = || {
            let opened = Opened {
                path: path.into(),
                kind: Kind::Document,
                role: Role::Current,
                head: Vec::new(),
                rest: data,
                once: true,
            };
            read(opened, &watch).facts
        };
        assert_eq!(facts(), facts());
    }
});
