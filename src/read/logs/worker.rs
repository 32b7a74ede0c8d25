//! One stretch of a log, line by line: what each record is, has and lacks, folded into facts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use fearless_simd::Level;
use regex::bytes::Regex;

use super::json::{Scalar, Scanner, Wrong};
use super::keys::{Keys, SERVICE, hint};
use super::place::{At, Layer, Places};
use super::plain;
use super::record::{Judge, Noted, SHORTEST_ADDRESS, SHORTEST_NUMBER};
use super::second_look::Looked;
use super::shapes::Shape;
use super::streams::Streams;
use super::trails::Trails;
use super::tree::Tree;
use super::wrap::{self, Inner, Said};
use crate::detect::card::Run;
use crate::detect::{Engine, Hidden, Hit, escape, masked_with, processor};
use crate::facts::{Folded, Gravity, LogStream, Sighting, Spot, Tally};
use crate::read::lines::LineAt;
use crate::read::watch::{Format, LogWatch, Watch, WatchedField};

/// What all workers of one input share.
pub struct Setup<'w> {
    pub path: Arc<str>,
    pub watch: &'w LogWatch,
    pub hidden: &'w Hidden,
    pub engine: Arc<Engine>,
    /// What of the processor is used.
    pub level: Level,
    /// Per field of the watch, its redacted form.
    pub redacted: Vec<Option<Regex>>,
    /// Per field of the watch, whether its values have a form.
    pub forms: Vec<bool>,
    /// The service whose records these are, as the contract says.
    pub service: Option<String>,
    /// Whether lines can be read once only.
    pub once: bool,
    /// Whether records go over several lines; then all are read by one worker.
    pub joins: bool,
    /// From which length on a string may hold something that has no literal; none is long enough where nothing is asked.
    pub shortest: usize,
}

impl<'w> Setup<'w> {
    /// For one input.
    pub fn new(path: &Arc<str>, watch: &'w Watch, once: bool, joins: bool) -> Self {
        let (engine, hidden) = (watch.detectors.engine(), &*watch.hidden);
        let watch = &watch.logs;
        let redacted = watch.fields.iter().map(|field| {
            // Expressions were found sound when the contract was read.
            field.redacted.as_ref().and_then(|form| Regex::new(&format!("^(?:{form})$")).ok())
        });
        let has_form = |field: &WatchedField| field.format != Format::Any || field.redacted.is_some();
        let fits = |glob: &str| {
            globset::GlobBuilder::new(glob).literal_separator(true).build().is_ok_and(|glob| {
                let glob = glob.compile_matcher();
                glob.is_match(&**path) || glob.is_match(unrotated(path))
            })
        };
        let service = watch.services.iter().find(|(glob, _)| fits(glob)).map(|(_, service)| service.clone());
        let runs = engine.detectors.iter().filter_map(|detector| detector.card.run);
        let shortest = |run| if run == Run::Ip { SHORTEST_ADDRESS } else { SHORTEST_NUMBER };
        let shortest = runs.map(shortest).min().unwrap_or(usize::MAX);
        Self {
            path: Arc::clone(path),
            watch,
            hidden,
            engine: Arc::clone(engine),
            level: processor::level(),
            redacted: redacted.collect(),
            forms: watch.fields.iter().map(has_form).collect(),
            service,
            once,
            joins,
            shortest,
        }
    }
}

/// The name a log had before it was rotated and packed: `api.log` of `api.log.2.gz`.
fn unrotated(path: &str) -> &str {
    let path = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".zst")).unwrap_or(path);
    let is_number =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match path.rsplit_once(['.', '-']) {
        Some((name, number)) if is_number(number) && name.contains('.') => name,
        _ => path,
    }
}

/// What a stretch comes to.
#[derive(Default)]
pub struct Stretch {
    pub streams: Folded<LogStream>,
    pub sightings: Folded<Sighting>,
    pub faults: BTreeMap<&'static str, (Gravity, Tally)>,
    pub kept: BTreeMap<u64, String>,
    /// Joined records over the limit: number and offset of the first line.
    pub skipped: Vec<(u64, u64)>,
}

/// A record of which more is to come.
struct Part {
    first: (Vec<u8>, u64, u64),
    text: Vec<u8>,
    said: Said,
    /// Whether it grew over [`MAX_JOINED`]: then it is not judged, and that is said.
    is_too_long: bool,
}

/// How large a record may grow that is put together from parts.
const MAX_JOINED: usize = super::MAX_LINE;

/// Reads stretches.
pub struct Worker<'w> {
    pub(super) setup: &'w Setup<'w>,
    scanner: Scanner,
    pub(super) keys: Keys<'w>,
    /// None while a record is judged, in which others may lie.
    noted: Option<Box<Noted>>,
    trails: Trails,
    hits: Vec<Hit>,
    /// Where in lines of the stretch literals of detectors begin, and whether one does in the line that is read.
    literals: Vec<usize>,
    has_literals: bool,
    pub(super) streams: Streams<'w>,
    pub(super) sightings: Folded<Sighting>,
    pub(super) bound_sightings_at: usize,
    faults: BTreeMap<&'static str, (Gravity, Tally)>,
    pub(super) places: Places,
    parts: BTreeMap<(Shape, Vec<u8>), Part>,
    skipped: Vec<(u64, u64)>,
}

impl<'w> Worker<'w> {
    /// A worker.
    pub fn new(setup: &'w Setup<'w>) -> Self {
        Self {
            setup,
            scanner: Scanner::default(),
            keys: Keys::new(setup.watch),
            noted: None,
            trails: Trails::default(),
            hits: Vec::new(),
            literals: Vec::new(),
            has_literals: true,
            streams: Streams::new(setup),
            sightings: Folded::default(),
            bound_sightings_at: 0,
            faults: BTreeMap::new(),
            places: Places::new(&setup.path, setup.once),
            parts: BTreeMap::new(),
            skipped: Vec::new(),
        }
    }

    /// Reads a stretch: whole lines, of which the first has this number and offset.
    pub fn stretch(&mut self, bytes: &[u8], mut number: u64, mut start: u64, is_utf8: bool) {
        self.setup.engine.lines(bytes, &mut self.literals);
        let (mut at, mut passed) = (0, 0);
        while at < bytes.len() {
            let rest = &bytes[at..];
            // A record that goes a known way shows where its line ends.
            let is_tried = is_utf8 && rest.first() == Some(&b'{');
            let known = if is_tried { self.follow(rest) } else { None };
            let width = known.or_else(|| memchr::memchr(b'\n', rest)).unwrap_or(rest.len());
            let (text, ended) = (&rest[..width], width < rest.len());
            let line = LineAt { text, number, start, ended };
            self.has_literals = self.literals.get(passed).is_some_and(|literal| *literal < at + width);
            passed += usize::from(self.has_literals);
            if known.is_some() {
                self.streams.came_in(None);
                self.sound_record(text, &At { line, layer: Layer::Bare(0), pointer: "" }, None, 0);
            } else {
                self.line(line, is_utf8, is_tried);
            }
            let width = width + usize::from(ended);
            start += width as u64;
            number += 1;
            at += width;
        }
    }

    /// How many lines are kept that can't be read again.
    pub fn kept(&self) -> usize {
        self.places.kept.as_ref().map_or(0, BTreeMap::len)
    }

    /// What was found since the last time.
    pub fn take(&mut self) -> Stretch {
        Stretch {
            streams: self.streams.take(),
            sightings: std::mem::take(&mut self.sightings).bounded(),
            faults: std::mem::take(&mut self.faults),
            skipped: std::mem::take(&mut self.skipped),
            kept: self.places.kept.as_mut().map(std::mem::take).unwrap_or_default(),
        }
    }

    /// The input is at its end: parts that nothing completed are records that are broken off.
    pub fn finish(&mut self) {
        for (key, part) in std::mem::take(&mut self.parts) {
            self.complete(&key, &part, false);
        }
    }

    fn fault(&mut self, at: &At<'_>, range: Range<usize>, code: &'static str, gravity: Gravity, note: &str) {
        let places = &mut self.places;
        let (_, tally) = self.faults.entry(code).or_insert_with(|| (gravity, Tally::default()));
        tally.add_at(at.start(&range), || Spot { place: places.of(at, range), note: note.to_owned() });
    }

    /// Reads a line; `is_tried` where its record is known to go no known way.
    fn line(&mut self, mut line: LineAt<'_>, is_utf8: bool, mut is_tried: bool) {
        // What stands in front of the text.
        let mut mark = 0;
        self.streams.came_in(None);
        if line.number == 1 && line.text.starts_with(b"\xef\xbb\xbf") {
            let at = At { line, layer: Layer::Bare(0), pointer: "" };
            self.fault(
                &at,
                0..3,
                "byte-order-mark",
                Gravity::Tolerated,
                "the log begins with a byte order mark",
            );
            mark = 3;
        }
        if line.ended
            && let Some(rest) = line.text.strip_suffix(b"\r")
        {
            let at = At { line, layer: Layer::Bare(0), pointer: "" };
            self.fault(
                &at,
                rest.len()..rest.len() + 1,
                "carriage-return",
                Gravity::Cosmetic,
                "lines end in CR LF",
            );
            line.text = rest;
            is_tried = false;
        }
        let text = &line.text[mark..];
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if blanks == text.len() {
            return;
        }
        let at = At { line, layer: Layer::Bare(mark), pointer: "" };
        if !is_utf8 && simdutf8::basic::from_utf8(text).is_err() {
            let bad = std::str::from_utf8(text).err().map_or(0, |error| error.valid_up_to());
            self.fault(&at, bad..bad + 1, "not-utf8", Gravity::Refused, "the record is not UTF-8");
            return self.text(text, &at);
        }
        if text[blanks] == b'{' {
            if is_tried {
                self.new_record(text, &at, None, 0);
            } else {
                self.record(text, &at, None, 0);
            }
            return;
        }
        let Some(prefix) = plain::prefix(text) else { return self.no_record(text, &at) };
        let inner = &text[prefix.end..];
        let service = Some(&text[prefix.service.clone()]).filter(|name| !name.is_empty()).map(<[u8]>::to_vec);
        let said = Said { time: prefix.has_time, service, ..Said::default() };
        let key = (prefix.shape, text[prefix.stream.clone()].to_vec());
        if self.setup.joins && (prefix.is_partial || self.parts.contains_key(&key)) {
            return self.join(&key, line, inner, said, prefix.is_partial);
        }
        self.streams.came_in(Some(prefix.shape));
        let at = At { line, layer: Layer::Bare(mark + prefix.end), pointer: "" };
        if inner.trim_ascii_start().first() == Some(&b'{') {
            self.record(inner, &at, Some(&said), 0);
        } else if !inner.trim_ascii().is_empty() {
            self.no_record(inner, &at);
        }
    }

    /// Takes in a part of a record, and reads the record when it is complete.
    fn join(&mut self, key: &(Shape, Vec<u8>), line: LineAt<'_>, text: &[u8], said: Said, is_partial: bool) {
        let part = self.parts.entry(key.clone()).or_insert_with(|| Part {
            first: (line.text[..line.text.len().min(4096)].to_vec(), line.number, line.start),
            text: Vec::new(),
            said,
            is_too_long: false,
        });
        part.is_too_long |= part.text.len() + text.len() > MAX_JOINED;
        if part.is_too_long {
            part.text.clear();
        } else {
            part.text.extend_from_slice(text);
        }
        if is_partial {
            return;
        }
        if let Some(part) = self.parts.remove(key) {
            self.complete(key, &part, true);
        }
    }

    /// Reads a record that was put together from parts.
    fn complete(&mut self, key: &(Shape, Vec<u8>), part: &Part, is_whole: bool) {
        let (first, number, start) = &part.first;
        if part.is_too_long {
            self.skipped.push((*number, *start));
            return;
        }
        let is_docker = key.0 == Shape::Docker;
        let line = LineAt { text: first, number: *number, start: *start, ended: true };
        let at = At { line, layer: Layer::Joined, pointer: if is_docker { "/log#" } else { "" } };
        self.streams.came_in(Some(key.0));
        if part.text.trim_ascii_start().first() != Some(&b'{') {
            return self.no_record(&part.text, &at);
        }
        // What is broken off in the middle says so itself.
        if !is_whole && self.scanner.value(&part.text, 0, &mut Tree::default()).is_ok() {
            let note = "the last part of this record is missing";
            self.fault(&at, 0..1, "truncated", Gravity::Refused, note);
        }
        // Docker's parts were taken out of an envelope, those of CRI out of none.
        self.record(&part.text, &at, Some(&part.said), usize::from(is_docker));
    }

    /// Whether a record is larger than the contract allows; what is around it is no part of it.
    fn measure(&mut self, text: &[u8], at: &At<'_>) {
        if text.len() > self.setup.watch.max_record {
            let note = format!("{} bytes", text.len());
            self.fault(at, 0..1, "oversized-record", Gravity::Tolerated, &note);
        }
    }

    /// Text that is no JSON object.
    fn no_record(&mut self, text: &[u8], at: &At<'_>) {
        self.measure(text, at);
        let (code, note) = plain::what(text);
        self.fault(at, 0..text.len().min(1), code, Gravity::Refused, note);
        self.text(text, at);
    }

    /// Looks for what must not be written in text of no known structure.
    fn text(&mut self, text: &[u8], at: &At<'_>) {
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        self.find(text, at, &mut hits);
        self.setup.engine.find_runs(text, &mut hits);
        self.look_at_text(text, at, &mut hits);
        self.hits = hits;
    }

    /// Looks for what literals lead to. Text that stands in the line as it is holds none that the line does not hold.
    fn find(&self, text: &[u8], at: &At<'_>, hits: &mut Vec<Hit>) {
        if self.has_literals || !matches!(at.layer, Layer::Bare(_)) {
            self.setup.engine.find(text, hits);
        }
    }

    /// Notes what there is to know of the record that a text begins with, if it goes a known way, and says where it ends.
    fn follow(&mut self, text: &[u8]) -> Option<usize> {
        let noted = self.noted.get_or_insert_default();
        noted.begin(self.setup.watch.fields.len(), self.setup.shortest);
        self.scanner.repeated.clear();
        self.trails.follow(text, noted)
    }

    /// The same of one that goes none, and whether it is sound.
    fn scan(&mut self, text: &[u8]) -> Result<(), Wrong> {
        let noted = self.noted.get_or_insert_default();
        noted.begin(self.setup.watch.fields.len(), self.setup.shortest);
        let end = self.scanner.value(text, 0, &mut Judge::new(&mut self.keys, noted))?;
        if let Some(wrong) = behind(text, end) {
            return Err(wrong);
        }
        if self.scanner.repeated.is_empty() {
            self.trails.learn(text, noted);
        }
        Ok(())
    }

    /// A record, at the depth of so many envelopes.
    fn record(&mut self, text: &[u8], at: &At<'_>, said: Option<&Said>, depth: usize) {
        if self.follow(text) == Some(text.len()) {
            self.sound_record(text, at, said, depth);
        } else {
            self.new_record(text, at, said, depth);
        }
    }

    /// A record that goes no known way.
    fn new_record(&mut self, text: &[u8], at: &At<'_>, said: Option<&Said>, depth: usize) {
        match self.scan(text) {
            Ok(()) => self.sound_record(text, at, said, depth),
            Err(wrong) => {
                self.measure(text, at);
                self.fault(at, wrong.at, wrong.code, Gravity::Refused, wrong.note);
                self.text(text, at);
            }
        }
    }

    /// A record of which is noted what there is to know.
    fn sound_record(&mut self, text: &[u8], at: &At<'_>, said: Option<&Said>, depth: usize) {
        let noted = self.noted.take().unwrap_or_default();
        if let Some(first) = self.scanner.repeated.first().cloned() {
            let key = masked_with(&String::from_utf8_lossy(&text[first.clone()]), self.setup.hidden);
            self.fault(
                at,
                first,
                "duplicate-key",
                Gravity::Tolerated,
                &format!("the key `{key}` stands twice"),
            );
        }
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        self.find(text, at, &mut hits);
        let envelope = if depth == 0 { noted.told.envelope } else { None };
        let needs_tree = envelope.is_some()
            || !hits.is_empty()
            || !noted.sensitive.is_empty()
            || !noted.hidden.is_empty()
            || self.setup.engine.may_hold_own(text)
            || self.has_runs(text, &noted.free);
        let mut covered = Vec::new();
        let mut is_envelope = false;
        let tree = if needs_tree { Tree::of(text, &mut self.scanner) } else { Tree::default() };
        if let Some(shape) = envelope
            && let Some(opened) = wrap::open(shape, text, &tree)
        {
            is_envelope = true;
            covered = opened.covered;
            self.streams.came_in(Some(shape));
            for inner in opened.records {
                self.inner(text, at, shape, inner);
            }
        }
        let service = self.service(text, &noted, said);
        if !is_envelope {
            self.measure(text, at);
            let called = noted.told.logger(Self::has_numeric_level(&noted));
            self.streams.record(&service, called, text, &noted, at, said, &mut self.places);
        }
        if needs_tree {
            let (tree, noted, covered) = (&tree, &noted, &covered);
            self.second_look(&Looked { text, tree, noted, covered, at, service: &service }, &mut hits);
        }
        self.hits = hits;
        self.noted = Some(noted);
    }

    /// Whether one of the strings holds what has no literal.
    fn has_runs(&self, text: &[u8], free: &[Range<usize>]) -> bool {
        let mut found = Vec::new();
        for value in free {
            self.setup.engine.find_runs(&text[value.clone()], &mut found);
        }
        !found.is_empty()
    }

    fn has_numeric_level(noted: &Noted) -> bool {
        noted.slots.get(super::keys::LEVEL).is_some_and(|slot| slot.scalar == Some(Scalar::Number))
    }

    /// Whose record it is, as the record, its envelope or the contract says; empty where nobody does.
    fn service<'r>(&self, text: &'r [u8], noted: &Noted, said: Option<&'r Said>) -> Cow<'r, [u8]>
    where
        'w: 'r,
    {
        let slot = noted.slots.get(SERVICE).filter(|slot| slot.is_filled);
        let own = slot.and_then(|slot| match slot.scalar {
            Some(Scalar::String { escaped: true }) => Some(escape::undone(&text[slot.at.clone()])),
            Some(Scalar::String { .. }) => Some(Cow::Borrowed(&text[slot.at.clone()])),
            _ => None,
        });
        let own = own.or_else(|| {
            let (hints, both) = (noted.told.hints, const { hint("pid") | hint("hostname") });
            let is_bunyan = hints & both == both || (hints & both != 0 && Self::has_numeric_level(noted));
            (is_bunyan && !noted.name.is_empty()).then(|| Cow::Borrowed(&text[noted.name.clone()]))
        });
        let own = own.or_else(|| said.and_then(|said| said.service.as_deref()).map(Cow::Borrowed));
        own.unwrap_or_else(|| Cow::Borrowed(self.setup.service.as_deref().unwrap_or_default().as_bytes()))
    }

    fn inner(&mut self, text: &[u8], at: &At<'_>, shape: Shape, inner: Inner) {
        let outer = match at.layer {
            Layer::Bare(offset) => offset,
            _ => 0,
        };
        if shape == Shape::Docker && self.setup.joins {
            let key = (Shape::Docker, inner.stream.clone());
            // A tool may have taken the line feeds away: then what is a whole record is no part of one.
            let is_record = inner.is_partial
                && inner.text.first() == Some(&b'{')
                && self.scanner.value(&inner.text, 0, &mut Tree::default()) == Ok(inner.text.len());
            if is_record && let Some(part) = self.parts.remove(&key) {
                self.complete(&key, &part, false);
                self.streams.came_in(Some(shape));
            }
            if !is_record && (inner.is_partial || self.parts.contains_key(&key)) {
                return self.join(&key, at.line, &inner.text, inner.said, inner.is_partial);
            }
        }
        let pieces: Vec<(Range<usize>, Range<usize>)> = inner
            .pieces
            .iter()
            .map(|(now, there)| (now.clone(), there.start + outer..there.end + outer))
            .collect();
        let raw = &text[inner.string.clone()];
        let layer = match at.layer {
            Layer::Bare(_) if !pieces.is_empty() => Layer::Pieces(&pieces),
            Layer::Bare(_) => Layer::String(outer + inner.string.start, raw),
            _ => Layer::Joined,
        };
        let at = At { line: at.line, layer, pointer: inner.pointer };
        if inner.text.trim_ascii_start().first() == Some(&b'{') {
            self.record(&inner.text, &at, Some(&inner.said), 1);
        } else if !inner.text.trim_ascii().is_empty() {
            self.no_record(&inner.text, &at);
        }
    }
}

/// What stands behind a record on its line.
fn behind(text: &[u8], end: usize) -> Option<Wrong> {
    let rest = text.get(end..)?;
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    let at = end + blanks;
    match text.get(at)? {
        b'{' => {
            Some(Wrong { code: "two-records", note: "a second record begins on the line", at: at..at + 1 })
        }
        _ => Some(Wrong { code: "syntax", note: "something stands behind the record", at: at..at + 1 }),
    }
}
