//! Any bytes as a log: never a panic, and the same facts in whatever stretches the bytes are read.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use telelint::facts::{Facts, Kind, Role};
use telelint::read::logs::read_in_stretches;
use telelint::read::watch::{Detectors, Format, LogWatch, STANDARD, WatchedField};
use telelint::read::{Opened, Watch};

/// As the built-in contract has it, in short.
fn watch() -> &'static Watch {
    static WATCH: OnceLock<Watch> = OnceLock::new();
    WATCH.get_or_init(|| {
        let field =
            |name: &str| WatchedField { name: name.to_owned(), required: true, ..WatchedField::default() };
        let mut fields: Vec<WatchedField> = STANDARD.iter().map(|name| field(name)).collect();
        fields.push(WatchedField {
            aliases: vec!["correlationId".to_owned()],
            format: Format::Uuid,
            ..field("correlation_id")
        });
        fields.push(WatchedField { redacted: Some("usr_[0-9a-f]{16}".to_owned()), ..field("user_id") });
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let logs = LogWatch {
            fields,
            levels: owned(&["debug", "info", "warn", "error"]),
            max_record: 1000,
            sensitive: owned(&["password", "token", "api_key"]),
            attributes: owned(&["service.version"]),
            services: Vec::new(),
        };
        let detectors = Arc::new(Detectors::new([].into(), [].into(), true));
        Watch {
            exact_values: 1024,
            compare: false,
            logs,
            detectors,
            hidden: Arc::default(),
            rust: telelint::read::watch::RustWatch::default(),
            ..Watch::default()
        }
    })
}

// The first byte says how much is read to find out the kind, the second one how large the smaller stretches are.
fuzz_target!(|input: &[u8]| {
    let Some((&[head, stretch], bytes)) = input.split_first_chunk() else { return };
    let (head, rest) = bytes.split_at(usize::from(head).min(bytes.len()));
    let whole = facts_of(head, rest, 1 << 20);
    assert_eq!(
        whole,
        facts_of(head, rest, 1 + usize::from(stretch)),
        "in stretches of {}",
        1 + usize::from(stretch)
    );
    for place in whole.faults.iter().flat_map(|fault| &fault.seen.first).map(|spot| &spot.place) {
        assert!(place.start <= bytes.len() as u64, "{place:?} is behind the end");
    }
});

fn facts_of(head: &[u8], rest: &[u8], stretch: usize) -> Facts {
    let opened = Opened {
        path: "fuzzed".into(),
        kind: Kind::Logs,
        role: Role::Current,
        head: head.to_vec(),
        rest,
        once: true,
    };
    read_in_stretches(opened, watch(), stretch).facts
}
