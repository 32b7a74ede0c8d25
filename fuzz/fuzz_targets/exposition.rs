//! Any bytes as an exposition, in both dialects: never a panic, and the same facts whatever pieces the bytes come in.
#![no_main]

use std::io::Read;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use telelint::facts::{Kind, Role};
use telelint::read::watch::LogWatch;
use telelint::read::{Opened, Reading, Watch, read};

/// Hands out a few bytes at a time, as a slow connection does.
struct Pieces<'a> {
    rest: &'a [u8],
    most: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = self.most.min(buffer.len());
        self.rest.read(&mut buffer[..most])
    }
}

// The first byte says how much is read to find out the kind, the second one how large the pieces are.
fuzz_target!(|input: &[u8]| {
    let Some((&[head, most], bytes)) = input.split_first_chunk() else { return };
    let (head, rest) = bytes.split_at(usize::from(head).min(bytes.len()));
    for kind in [Kind::Prometheus, Kind::Openmetrics] {
        let whole = facts_of(kind, head, rest);
        let pieces = facts_of(kind, head, Pieces { rest, most: 1 + usize::from(most) });
        assert_eq!(whole.facts, pieces.facts, "{kind:?}");
        assert_eq!(whole.lines, pieces.lines, "{kind:?}");
    }
});

fn facts_of(kind: Kind, head: &[u8], rest: impl Read + Send) -> Reading {
    // `once` and `compare` make the reader keep all that it can keep.
    let opened =
        Opened { path: "fuzzed".into(), kind, role: Role::Current, head: head.to_vec(), rest, once: true };
    read(
        opened,
        &Watch {
            exact_values: 1024,
            compare: true,
            logs: LogWatch::default(),
            detectors: Arc::default(),
            hidden: Arc::default(),
            rust: telelint::read::watch::RustWatch::default(),
            ..Watch::default()
        },
    )
}
