//! Reading: an input of a known kind becomes facts. One file or folder below here for each kind.
//!
//! Readers know formats and nothing of rules; what the contract makes them watch for reaches them as plain data
//! ([`Watch`]).

pub mod allows;
pub mod document;
pub mod exposition;
pub mod frontend;
pub mod lines;
pub mod logs;
pub mod rust;
pub mod spec;
pub mod watch;
pub mod whole;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use crate::facts::{Facts, Kind, Role, Unreadable};
use crate::source::Place;

pub use watch::Watch;

/// What came of reading one input.
#[derive(Debug)]
pub struct Reading {
    /// The facts.
    pub facts: Facts,
    /// Lines that facts point at, where the input can't be read again.
    pub lines: BTreeMap<(Arc<str>, u64), String>,
}

/// One input, opened.
pub struct Opened<R> {
    /// How places name it.
    pub path: Arc<str>,
    /// Its kind.
    pub kind: Kind,
    /// Judged, or compared with.
    pub role: Role,
    /// Bytes that were read already to find out the kind.
    pub head: Vec<u8>,
    /// The rest.
    pub rest: R,
    /// Whether it can be read once only: then the lines that facts point at are kept.
    pub once: bool,
}

/// Reads one input. What can't be read becomes [`Unreadable`]; nothing is lost in silence.
pub fn read<R: Read + Send>(input: Opened<R>, watch: &Watch) -> Reading {
    match binary(&input.head) {
        Some(reason) => unreadable(&input.path, reason, watch),
        None => match input.kind {
            Kind::Prometheus | Kind::Openmetrics => exposition::read(input, watch),
            Kind::Logs => logs::read(input, watch),
            Kind::Document => document::read(input, watch),
            Kind::Frontend => frontend::read(input, watch),
            other => unreadable(&input.path, format!("no reader for {} yet", other.called(2)), watch),
        },
    }
}

/// Facts that say only that an input could not be read.
#[must_use]
pub fn unreadable(path: &str, reason: impl Into<String>, watch: &Watch) -> Reading {
    let mut facts = Facts::new(&watch.fingerprint());
    facts.unreadable.add(Unreadable { place: Place::of_file(path), reason: reason.into() });
    Reading { facts, lines: BTreeMap::new() }
}

/// Why these first bytes are no text, if they are none.
#[must_use]
pub fn binary(head: &[u8]) -> Option<String> {
    let known = [
        (&b"PK\x03\x04"[..], "a ZIP archive"),
        (b"\xff\xfe", "UTF-16 (little endian); what is read here is UTF-8"),
        (b"\xfe\xff", "UTF-16 (big endian); what is read here is UTF-8"),
        (b"\x7fELF", "a program"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(format!("it is {what}"));
    }
    let head = &head[..head.len().min(4096)];
    let odd = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31 | 127)).count();
    (odd * 10 > head.len()).then(|| "it is binary data, not text".to_owned())
}
