//! Log records, one a line: JSON of whatever logger, bare or in the envelopes of runtimes, collectors and stores.
//!
//! [`json`] scans strictly, [`keys`] and [`record`] tell what the keys mean while it scans, [`trails`] spares the scan where
//! a record goes the way of one before, [`streams`] folds records
//! into facts, [`tree`] and [`wrap`] take the few records apart that need it. This file cuts the input into stretches of
//! whole lines ([`cut`]), which all cores read at once; facts merge, so the cuts change nothing.

mod cut;
pub mod json;
mod keys;
mod message;
mod place;
mod plain;
mod quick;
mod record;
mod second_look;
mod shapes;
mod streams;
mod trails;
mod tree;
mod values;
mod worker;
mod wrap;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::cut::{Buffer, Cutter, over_limit};
use self::shapes::Shape;
use self::worker::{Setup, Stretch, Worker};
use super::watch::Watch;
use super::{Opened, Reading};
use crate::facts::{Facts, Fault, Input, Kind, LogStream, Unreadable};
use crate::source::Place;

/// The longest line that is read, in bytes; a longer one is skipped and said.
pub const MAX_LINE: usize = 4 << 20;

/// How many bytes a stretch has, and a little more: it ends with a line.
const STRETCH: usize = 256 << 10;

/// How many stretches a worker reads before it hands over what it found: earlier where it keeps many lines.
const TAKEN: usize = 64;

/// How many lines that can't be read again are kept before those are dropped that nothing points at.
const KEPT_LINES: usize = 4096;

/// Reads a log to its end, whatever is broken in it.
pub fn read<R: Read + Send>(input: Opened<R>, watch: &Watch) -> Reading {
    read_in_stretches(input, watch, STRETCH)
}

/// As [`read`], in stretches of so many bytes and the rest of the line: what is found is the same for any size.
pub fn read_in_stretches<R: Read + Send>(input: Opened<R>, watch: &Watch, stretch: usize) -> Reading {
    let joins = joins(&input.head);
    let setup = Setup::new(&input.path, watch, input.once, joins);
    let cutter = Mutex::new(Cutter::new(input.head, input.rest, stretch));
    let sum = Mutex::new(Sum { facts: Facts::new(&watch.fingerprint()), kept: BTreeMap::new() });
    let job = Job { cutter: &cutter, sum: &sum, setup: &setup };
    // Where records go over several lines one worker reads all of them in order.
    let others = if joins { 0 } else { rayon::current_num_threads().saturating_sub(1) };
    rayon::scope(|scope| {
        for _ in 0..others {
            scope.spawn(|_| job.work());
        }
        job.work();
    });
    let (cutter, sum) = (taken(cutter), taken(sum));
    let Sum { mut facts, kept } = sum;
    let is_bare = facts.streams.is_empty() && facts.faults.is_empty() && facts.sightings.is_empty();
    if is_bare && facts.unreadable.is_empty() && cutter.unreadable(&input.path).is_empty() {
        let what = if cutter.offset == 0 { "it is empty" } else { "it is blank" };
        let reason = format!("{what}: it holds no log record");
        facts.unreadable.add(Unreadable { place: Place::of_file(&input.path), reason });
    }
    for (place, reason) in cutter.unreadable(&input.path) {
        facts.unreadable.add(Unreadable { place, reason });
    }
    facts.inputs.add(Input {
        path: Arc::clone(&input.path),
        kind: Kind::Logs,
        role: input.role,
        bytes: cutter.offset,
        read: true,
    });
    let lines = kept.into_iter().map(|(line, text)| ((Arc::clone(&input.path), line), text)).collect();
    Reading { facts, lines }
}

/// Whether the first bytes of an input are log records; `None` where they are none that can be told from other text.
#[must_use]
pub fn is_log(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let told = |line: &[u8]| match plain::prefix(line) {
        Some(prefix) => prefix.shape == Shape::Cri || line[prefix.end..].first() == Some(&b'{'),
        None if line.first() == Some(&b'{') => is_record(line),
        None => plain::is_log_text(line),
    };
    // A program may say hello before it logs.
    if lines.clone().take(64).any(|line| line.first() == Some(&b'{') && is_record(line)) {
        return true;
    }
    // A record may be broken, the first one like any other.
    let (all, logs) =
        lines.take(16).fold((0, 0), |(all, logs), line| (all + 1, logs + usize::from(told(line))));
    logs > 0 && logs * 2 >= all
}

/// Whether the first line of an input is a log record, bare or in an envelope.
#[must_use]
pub fn is_record_line(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty());
    let Some(first) = first else { return false };
    match plain::prefix(first) {
        Some(prefix) => prefix.shape == Shape::Cri || is_record(&first[prefix.end..]),
        None => first.first() == Some(&b'{') && is_record(first),
    }
}

/// Whether a line is a record of a log, and no other JSON.
fn is_record(line: &[u8]) -> bool {
    struct Hints(u64, usize);
    impl json::Visitor for Hints {
        fn key(&mut self, text: &[u8], at: std::ops::Range<usize>, _: bool) {
            if self.1 == 1 {
                self.0 |= std::str::from_utf8(&text[at]).map_or(0, keys::hint);
            }
        }
        fn scalar(&mut self, _: &[u8], _: std::ops::Range<usize>, _: json::Scalar) {}
        fn open(&mut self, _: &[u8], _: usize, _: bool) {
            self.1 += 1;
        }
        fn close(&mut self, _: usize) {
            self.1 -= 1;
        }
    }
    let mut hints = Hints(0, 0);
    let scanned = json::Scanner::default().value(line, 0, &mut hints);
    // A head may end within the first line.
    let whole = scanned.is_ok() || line.len() > 4096;
    let others = [keys::hint("streams"), keys::hint("resourceLogs"), keys::hint("MESSAGE")];
    let weight = hints.0.count_ones() + u32::from(others.iter().any(|other| hints.0 & other != 0));
    // `data` and `streams` are anybody's; those of Loki hold values.
    let is_loki = || memchr::memmem::find(line, b"\"values\"").is_some();
    let envelope = shapes::envelope(hints.0);
    whole && weight >= 2 || envelope.is_some_and(|shape| shape != Shape::Loki || is_loki())
}

/// Whether records go over several lines: CRI and Docker's json-file driver split long ones.
fn joins(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(4).any(|line| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        plain::prefix(line).is_some_and(|prefix| prefix.shape == Shape::Cri)
            || (line.starts_with(b"{\"log\":") && memchr::memmem::find(line, b"\"stream\":").is_some())
    })
}

/// What the cores share: who is done with a stretch takes the next one. Only cutting is one at a time, and that is little more
/// than reading.
struct Job<'j, R> {
    cutter: &'j Mutex<Cutter<R>>,
    sum: &'j Mutex<Sum>,
    setup: &'j Setup<'j>,
}

impl<R: Read> Job<'_, R> {
    fn work(&self) {
        let next = |spare: Buffer| locked(self.cutter).next(spare);
        let Some(mut cut) = next(Buffer::default()) else { return };
        let mut worker = Worker::new(self.setup);
        let mut stretches = 0;
        loop {
            worker.stretch(&cut.bytes, cut.line, cut.start, cut.is_utf8);
            stretches += 1;
            if stretches % TAKEN == 0 || worker.kept() > KEPT_LINES {
                let found = worker.take();
                locked(self.sum).add(found, &self.setup.path);
            }
            match next(cut.bytes) {
                Some(further) => cut = further,
                None => break,
            }
        }
        worker.finish();
        let found = worker.take();
        locked(self.sum).add(found, &self.setup.path);
    }
}

/// A lock, also one that another core has left in a panic: the scope of the work passes that on, so nothing broken is used.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn taken<T>(of: Mutex<T>) -> T {
    of.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What was found so far.
struct Sum {
    facts: Facts,
    kept: BTreeMap<u64, String>,
}

impl Sum {
    fn add(&mut self, stretch: Stretch, path: &Arc<str>) {
        self.facts.streams.merge(stretch.streams);
        self.facts.streams = std::mem::take(&mut self.facts.streams).bounded();
        self.facts.sightings.merge(stretch.sightings);
        self.facts.sightings = std::mem::take(&mut self.facts.sightings).bounded();
        for (code, (gravity, seen)) in stretch.faults {
            let artifact = Arc::clone(path);
            self.facts.faults.add(Fault { artifact, kind: Kind::Logs, code: code.to_owned(), gravity, seen });
        }
        for (line, start) in stretch.skipped {
            let (place, reason) = over_limit(path, line, start);
            self.facts.unreadable.add(Unreadable { place, reason });
        }
        self.kept.extend(stretch.kept);
        if self.kept.len() > KEPT_LINES {
            let streams = self.facts.streams.iter().flat_map(LogStream::tallies);
            let sightings = self.facts.sightings.iter().map(|sighting| &sighting.seen);
            let tallies = streams.chain(sightings).chain(self.facts.faults.iter().map(|fault| &fault.seen));
            let mut wanted: BTreeSet<u64> =
                tallies.flat_map(|tally| &tally.first).map(|spot| spot.place.line).collect();
            wanted.extend(self.facts.streams.iter().map(|stream| stream.place.line));
            self.kept.retain(|line, _| wanted.contains(line));
        }
    }
}
