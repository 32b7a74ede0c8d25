//! The streams of one input while its records go by: per service, which fields they have and lack.

use std::ops::Range;

use hashbrown::HashMap;
use regex::bytes::Regex;

use super::json::Scalar;
use super::keys::{LEVEL, MESSAGE, SERVICE, TIMESTAMP};
use super::message;
use super::place::{At, Places};
use super::record::{Noted, Slot};
use super::shapes::Shape;
use super::values::{self, Dates, Numbers};
use super::worker::Setup;
use super::wrap::Said;
use crate::detect::checks::is_hidden;
use crate::detect::{Hidden, escape, masked, masked_with, shape_of};
use crate::facts::logs::bound;
use crate::facts::{FieldUse, Folded, Lack, LogStream, Message, Sensitive, Spot, Tally};
use crate::read::watch::{Format, WatchedField};

/// A stream, and what is counted too often to be looked up.
struct Stream {
    /// As the records write it.
    service: Box<[u8]>,
    fact: LogStream,
    shapes: [u64; Shape::ALL.len()],
    present: Vec<u64>,
    dates: Dates,
}

/// The streams of an input.
pub struct Streams<'w> {
    setup: &'w Setup<'w>,
    open: Vec<Stream>,
    by_service: HashMap<Box<[u8]>, usize>,
    /// The stream of the record before: the next one is mostly its, too.
    last: usize,
    /// What is put around the records of this line.
    envelope: Option<Shape>,
    settled: Folded<LogStream>,
}

/// From how many streams on they are put together before a stretch is at its end.
const MANY_STREAMS: usize = 320;

impl<'w> Streams<'w> {
    /// None yet.
    pub fn new(setup: &'w Setup<'w>) -> Self {
        Self {
            setup,
            open: Vec::new(),
            by_service: HashMap::new(),
            last: 0,
            envelope: None,
            settled: Folded::default(),
        }
    }

    /// What is put around the records of this line, if anything is.
    pub fn came_in(&mut self, shape: Option<Shape>) {
        self.envelope = shape;
    }

    /// What facts call a service: a name that is an identifier or too long is none.
    pub fn called(service: &[u8]) -> String {
        if service.len() > 64 || shape_of(service).is_some() {
            String::new()
        } else {
            masked(&String::from_utf8_lossy(service))
        }
    }

    /// All streams since the last time.
    pub fn take(&mut self) -> Folded<LogStream> {
        self.settle();
        std::mem::take(&mut self.settled)
    }

    /// Puts the streams so far together, and bounds how many there are.
    fn settle(&mut self) {
        let mut folded = std::mem::take(&mut self.settled);
        for Stream { mut fact, shapes: counts, present, .. } in self.open.drain(..) {
            for (shape, count) in Shape::ALL.iter().zip(counts).filter(|(_, count)| *count > 0) {
                fact.shapes.insert(shape.name().to_owned(), count);
            }
            for (field, count) in self.setup.watch.fields.iter().zip(present).filter(|(_, count)| *count > 0)
            {
                fact.fields.entry(field.name.clone()).or_default().present += count;
            }
            folded.add(fact);
        }
        self.by_service.clear();
        self.settled = folded.bounded();
    }

    fn stream(&mut self, service: &[u8], at: &At<'_>, places: &mut Places) -> &mut Stream {
        if self.open.get(self.last).is_none_or(|last| *last.service != *service) {
            let known = self.by_service.get(service).copied();
            self.last = known.unwrap_or_else(|| {
                let place = places.of(at, 0..1);
                let fact = LogStream::new(places.artifact(), &Self::called(service), place);
                let present = vec![0; self.setup.watch.fields.len()];
                let shapes = [0; Shape::ALL.len()];
                let dates = Dates::default();
                self.open.push(Stream { service: service.into(), fact, shapes, present, dates });
                self.by_service.insert(service.into(), self.open.len() - 1);
                self.open.len() - 1
            });
        }
        let stream = &mut self.open[self.last];
        // A record that was joined from several lines stands at its first one.
        if at.line.number < stream.fact.place.line {
            stream.fact.place = places.of(at, 0..1);
        }
        stream
    }

    /// A sensitive field with a raw value.
    pub fn sensitive(
        &mut self,
        service: &[u8],
        (pointer, policy): (&str, &str),
        at: &At<'_>,
        value: Range<usize>,
        places: &mut Places,
    ) {
        let fact = &mut self.stream(service, at, places).fact;
        let field = fact.sensitive.entry(pointer.to_owned()).or_default();
        policy.clone_into(&mut field.policy);
        field.seen.add_at(at.start(&value), || Spot { place: places.of(at, value), note: String::new() });
        bound(&mut fact.sensitive, Sensitive::merge);
    }

    /// Takes in one record.
    #[expect(clippy::too_many_arguments, reason = "all there is to know of one record")]
    pub fn record(
        &mut self,
        service: &[u8],
        shape: Shape,
        text: &[u8],
        noted: &Noted,
        at: &At<'_>,
        said: Option<&Said>,
        places: &mut Places,
    ) {
        let setup = self.setup;
        if self.open.len() >= MANY_STREAMS {
            self.settle();
        }
        let envelope = self.envelope;
        let stream = self.stream(service, at, places);
        stream.fact.records += 1;
        stream.shapes[shape as usize] += 1;
        if let Some(envelope) = envelope {
            stream.shapes[envelope as usize] += 1;
        }
        let is_ecs = matches!(shape, Shape::Ecs | Shape::EcsNested);
        let mut look = Look { fact: &mut stream.fact, text, at, places };
        for (index, slot) in noted.slots.iter().enumerate() {
            // Log4j writes the time as an object of numbers.
            let is_instant = || {
                index == TIMESTAMP
                    && slot.is_there
                    && slot.scalar.is_none()
                    && &text[slot.key.clone()] == b"instant"
            };
            if slot.is_filled || is_instant() {
                stream.present[index] += 1;
                if slot.alias > 0 || setup.forms[index] {
                    look.value(&setup.watch.fields[index], slot, index, setup.redacted[index].as_ref());
                }
                continue;
            }
            let field = &setup.watch.fields[index];
            if field.required && !is_given(index, field, service, shape, said) {
                look.lacks(field, slot);
            }
        }
        look.standard(noted, shape, setup, &mut stream.dates);
        look.misplaced(noted, &setup.watch.attributes, is_ecs);
    }
}

/// Whether something else than the record has the field: the envelope, the contract; or the logger leaves out the usual.
fn is_given(index: usize, field: &WatchedField, service: &[u8], shape: Shape, said: Option<&Said>) -> bool {
    match index {
        TIMESTAMP if said.is_some_and(|said| said.time) => true,
        // CLEF has no `@l` where the level is Information.
        LEVEL if shape == Shape::Serilog || said.is_some_and(|said| said.level) => true,
        SERVICE if !service.is_empty() => true,
        _ => said.is_some_and(|said| {
            said.fields.iter().any(|name| *name == field.name || field.aliases.contains(name))
        }),
    }
}

/// One record being looked at.
struct Look<'r, 'l> {
    fact: &'r mut LogStream,
    text: &'r [u8],
    at: &'r At<'l>,
    places: &'r mut Places,
}

impl Look<'_, '_> {
    fn spot(places: &mut Places, at: &At<'_>, range: &Range<usize>, note: String) -> Spot {
        Spot { place: places.of(at, range.clone()), note }
    }

    /// A field that the record lacks.
    fn lacks(&mut self, field: &WatchedField, slot: &Slot) {
        let (lack, range) = match slot.scalar {
            _ if !slot.is_there => {
                let brace = memchr::memchr(b'{', self.text).unwrap_or(0);
                (Lack::Absent, brace..brace + 1)
            }
            None => (Lack::Composite, slot.at.clone()),
            Some(Scalar::Null) => (Lack::Null, slot.at.clone()),
            Some(_) => (Lack::Empty, slot.at.start - 1..slot.at.end + 1),
        };
        if !self.fact.fields.contains_key(&field.name) {
            self.fact.fields.insert(field.name.clone(), FieldUse::default());
        }
        let Some(used) = self.fact.fields.get_mut(&field.name) else { return };
        let (places, at) = (&mut *self.places, self.at);
        used.lacking
            .entry(lack)
            .or_default()
            .add_at(at.start(&range), || Self::spot(places, at, &range, String::new()));
    }

    /// A field that the record has: is it called as it should, formed and redacted as it should?
    fn value(&mut self, field: &WatchedField, slot: &Slot, index: usize, redacted: Option<&Regex>) {
        let raw = &self.text[slot.at.clone()];
        let (places, at) = (&mut *self.places, self.at);
        if index > MESSAGE && slot.alias > 0 {
            let used = self.fact.fields.entry(field.name.clone()).or_default();
            let alias = field.aliases.get(slot.alias as usize - 1).cloned().unwrap_or_default();
            used.aliases
                .entry(alias)
                .or_default()
                .add_at(at.start(&slot.key), || Self::spot(places, at, &slot.key, String::new()));
        }
        if slot.scalar.is_none() {
            return;
        }
        if field.format != Format::Any && !values::has_format(raw, field.format) {
            let used = self.fact.fields.entry(field.name.clone()).or_default();
            used.malformed.add_at(at.start(&slot.at), || Self::spot(places, at, &slot.at, String::new()));
        }
        if let Some(form) = redacted {
            let value = escape::undone(raw);
            if !form.is_match(&value) && !is_hidden(&value) {
                let is_number = value.iter().all(u8::is_ascii_digit);
                let shape = shape_of(&value)
                    .map_or(if is_number { "a number" } else { "text" }, |shape| shape.called());
                let used = self.fact.fields.entry(field.name.clone()).or_default();
                used.raw
                    .entry(shape.to_owned())
                    .or_default()
                    .add_at(at.start(&slot.at), || Self::spot(places, at, &slot.at, String::new()));
            }
        }
    }

    /// Timestamp, level and message.
    fn standard(&mut self, noted: &Noted, shape: Shape, setup: &Setup<'_>, dates: &mut Dates) {
        let (levels, hidden) = (&setup.watch.levels, setup.hidden);
        let filled = |index: usize| noted.slots.get(index).filter(|slot| slot.is_filled);
        let (places, at) = (&mut *self.places, self.at);
        if let Some(slot) = filled(TIMESTAMP)
            && let Some(scalar) = slot.scalar
            && let Some(wrong) = dates.wrong(&self.text[slot.at.clone()], scalar)
        {
            let tally = self.fact.timestamps.entry(wrong.to_owned()).or_default();
            tally.add_at(at.start(&slot.at), || Self::spot(places, at, &slot.at, String::new()));
        }
        if let Some(slot) = filled(LEVEL)
            && !levels.is_empty()
        {
            let raw = &self.text[slot.at.clone()];
            let numbers = match &self.text[slot.key.clone()] {
                b"PRIORITY" => Numbers::Syslog,
                b"severityNumber" | b"SeverityNumber" => Numbers::Otel,
                _ => Numbers::Bunyan,
            };
            let is_own = |level: &String| level.as_bytes().eq_ignore_ascii_case(raw);
            let known =
                values::level(raw, numbers).is_some_and(|called| levels.iter().any(|level| level == called));
            if !known && !levels.iter().any(is_own) && shape != Shape::Docker {
                // What is cut before it is masked may no longer look like what it is.
                let shown = if raw.len() > 256 {
                    "a long text".to_owned()
                } else {
                    masked_with(&String::from_utf8_lossy(raw), hidden)
                };
                let shown: String = shown.chars().take(32).collect();
                let tally = self.fact.levels.entry(shown).or_default();
                tally.add_at(at.start(&slot.at), || Self::spot(places, at, &slot.at, String::new()));
                bound(&mut self.fact.levels, Tally::merge);
            }
        }
        if let Some(slot) = filled(MESSAGE)
            && message::may_have_identifiers(setup.level, &self.text[slot.at.start..], slot.at.len())
            && let Some(found) = message::identifiers(&self.text[slot.at.clone()])
        {
            let template = Self::template(&self.text[slot.at.clone()], found.template, hidden);
            let message =
                Message { shapes: found.shapes, only_numbers: found.only_numbers, seen: Tally::default() };
            let known = self.fact.messages.entry(message::cut(&template)).or_insert(message);
            known.seen.add_at(at.start(&slot.at), || Self::spot(places, at, &slot.at, String::new()));
            bound(&mut self.fact.messages, Message::merge);
        }
    }

    /// The template of a message without what must not be shown. That is looked for before identifiers are taken out,
    /// which it may hold.
    fn template(raw: &[u8], template: String, hidden: &Hidden) -> String {
        let raw = String::from_utf8_lossy(raw);
        let shown = masked_with(&raw, hidden);
        if shown == raw {
            return template;
        }
        message::identifiers(shown.as_bytes()).map_or(shown, |found| found.template)
    }

    /// Attributes of the resource on a record.
    fn misplaced(&mut self, noted: &Noted, attributes: &[String], is_ecs: bool) {
        for (which, key) in &noted.attributes {
            let Some(name) = attributes.get(*which as usize - 1) else { continue };
            // A field of ECS 8 (field set "service").
            if is_ecs && name == "service.version" {
                continue;
            }
            let (places, at) = (&mut *self.places, self.at);
            let tally = self.fact.misplaced.entry(name.clone()).or_default();
            tally.add_at(at.start(key), || Self::spot(places, at, key, String::new()));
        }
    }
}
