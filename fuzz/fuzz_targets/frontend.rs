//! Front-end source of any kind: no panic, whatever it is, and the same facts however often it is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use telelint::facts::{Kind, Role};
use telelint::read::{Opened, Watch, read};

fuzz_target!(|data: &[u8]| {
    let mut watch = Watch::default();
    watch.frontend.page = "/admin/ops".to_owned();
    for path in ["a.tsx", "a.vue", "a.html"] {
        let facts = || {
            let opened = Opened {
                path: path.into(),
                kind: Kind::Frontend,
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
