//! The second look at a record in which the first one has seen something: where in it that stands, and whether it counts.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::json::Scalar;
use super::place::At;
use super::record::Noted;
use super::streams::Streams;
use super::tree::Tree;
use super::worker::Worker;
use crate::detect::checks::is_no_secret;
use crate::detect::{Hidden, Hit, escape, masked_with};
use crate::facts::{Sighting, Spot, Tally};

/// From how many sightings on they are bounded before a stretch is at its end.
const MANY_SIGHTINGS: usize = 1024;

/// A record that is looked at.
pub struct Looked<'l> {
    pub text: &'l [u8],
    pub tree: &'l Tree,
    pub noted: &'l Noted,
    /// Which parts other records take up, in order: those are looked at by themselves.
    pub covered: &'l [Range<usize>],
    pub at: &'l At<'l>,
    pub service: &'l [u8],
}

impl Looked<'_> {
    fn is_covered(&self, at: &Range<usize>) -> bool {
        let behind = self.covered.partition_point(|range| range.start <= at.start);
        behind.checked_sub(1).is_some_and(|last| at.start < self.covered[last].end)
    }

    /// The pointer to a value, without what must not be shown: keys may be data.
    fn pointer(&self, node: Option<usize>, hidden: &Hidden) -> String {
        let shown = |key: &str| masked_with(key, hidden);
        let pointer = node.map_or_else(String::new, |node| self.tree.pointer(self.text, node, shown));
        format!("{}{pointer}", self.at.pointer)
    }
}

/// What detectors saw in one record, by detector, value of the record and whether it is of the weaker sort: a value may hold
/// thousands.
type Seen = BTreeMap<(usize, Option<usize>, bool), Tally>;

impl Worker<'_> {
    /// What the first look at a record has raised: each finding gets its pointer.
    pub fn second_look(&mut self, looked: &Looked<'_>, hits: &mut Vec<Hit>) {
        let Looked { text, tree, noted, at, .. } = *looked;
        for (key, value, scalar) in &noted.sensitive {
            if looked.is_covered(value) || !is_raw(&text[value.clone()], *scalar) {
                continue;
            }
            let name = escape::undone(&text[key.clone()]);
            // The environment of a shell has its folder under this name.
            if name.eq_ignore_ascii_case(b"pwd") && text[value.start] == b'/' {
                continue;
            }
            let policy = self.keys.policy(&name).unwrap_or_default().to_owned();
            let pointer = looked.pointer(tree.at(value.start), self.setup.hidden);
            self.streams.sensitive(looked.service, (&pointer, &policy), at, value.clone(), &mut self.places);
        }
        let mut seen = Seen::new();
        hits.sort_by_key(|hit| hit.value.start);
        for hit in hits.drain(..) {
            // A pattern of the contract's own is about values: what it takes beyond one is not meant.
            if looked.is_covered(&hit.value) || self.setup.engine.detector(&hit).is_own {
                continue;
            }
            // What goes beyond a value is no value.
            if let Some(node) = tree.string_with(&hit.at).or_else(|| tree.object_with_key(&hit.at)) {
                self.sighted(&mut seen, &hit, Some(node), hit.value.clone(), at);
            }
        }
        self.own_detectors(looked, &mut seen);
        for value in noted.free.iter().filter(|value| !looked.is_covered(value)) {
            let mut found = Vec::new();
            self.setup.engine.find_runs(&text[value.clone()], &mut found);
            for hit in found {
                let range = value.start + hit.value.start..value.start + hit.value.end;
                self.sighted(&mut seen, &hit, tree.at(value.start), range, at);
            }
        }
        for value in noted.hidden.iter().filter(|value| !looked.is_covered(value)) {
            self.behind_escapes(&mut seen, looked, value);
        }
        self.settle(looked, seen);
    }

    /// Text of no known structure: no value has a pointer.
    pub fn look_at_text(&mut self, text: &[u8], at: &At<'_>, hits: &mut Vec<Hit>) {
        hits.sort_by_key(|hit| hit.value.start);
        let mut seen = Seen::new();
        for hit in hits.drain(..) {
            self.sighted(&mut seen, &hit, None, hit.value.clone(), at);
        }
        let (tree, noted) = (Tree::default(), Noted::default());
        let at = At { pointer: "", ..*at };
        self.settle(&Looked { text, tree: &tree, noted: &noted, covered: &[], at: &at, service: b"" }, seen);
    }

    /// The contract's own detectors, value by value.
    fn own_detectors(&mut self, looked: &Looked<'_>, seen: &mut Seen) {
        let engine = Arc::clone(&self.setup.engine);
        if !engine.may_hold_own(looked.text) {
            return;
        }
        for (node, value) in looked.tree.strings() {
            let raw = &looked.text[value.clone()];
            if looked.is_covered(&value) || !engine.may_hold_own(raw) {
                continue;
            }
            let mut found = Vec::new();
            engine.find(raw, &mut found);
            for hit in found.iter().filter(|hit| engine.detector(hit).is_own) {
                let range = value.start + hit.value.start..value.start + hit.value.end;
                self.sighted(seen, hit, Some(node), range, looked.at);
            }
        }
    }

    /// What shows only when escapes are undone, once and, for a record in a string, twice.
    fn behind_escapes(&mut self, seen: &mut Seen, looked: &Looked<'_>, value: &Range<usize>) {
        let raw = &looked.text[value.clone()];
        let node = looked.tree.at(value.start);
        let mut known = Vec::new();
        self.setup.engine.find(raw, &mut known);
        let mut layer = raw.to_vec();
        for depth in 0..2 {
            if !layer.contains(&b'\\') {
                return;
            }
            layer = escape::undone(&layer).into_owned();
            let mut found = Vec::new();
            self.setup.engine.find(&layer, &mut found);
            for hit in found {
                // What the raw bytes show as well has been counted.
                if known.iter().any(|other| other.detector == hit.detector) {
                    continue;
                }
                let range = if depth == 0 {
                    let end = escape::raw_offset(raw, hit.value.end);
                    value.start + escape::raw_offset(raw, hit.value.start)..value.start + end
                } else {
                    value.clone()
                };
                self.sighted(seen, &hit, node, range, looked.at);
                known.push(hit);
            }
        }
    }

    fn sighted(&mut self, seen: &mut Seen, hit: &Hit, node: Option<usize>, at: Range<usize>, of: &At<'_>) {
        let (places, length) = (&mut self.places, hit.value.len());
        let tally = seen.entry((hit.detector, node, hit.weak)).or_default();
        tally.add_at(of.start(&at), || Spot { place: places.of(of, at), note: format!("{length} bytes") });
    }

    fn settle(&mut self, looked: &Looked<'_>, seen: Seen) {
        for ((detector, node, weak), seen) in seen {
            let detector = &self.setup.engine.detectors[detector];
            self.sightings.add(Sighting {
                artifact: Arc::clone(&self.setup.path),
                service: Streams::called(looked.service),
                detector: detector.id.clone(),
                title: detector.card.title.clone(),
                pointer: looked.pointer(node, self.setup.hidden),
                weak,
                seen,
            });
        }
        if self.sightings.len() >= self.bound_sightings_at {
            self.sightings = std::mem::take(&mut self.sightings).bounded();
            // What is left is wanted; to look again soon would be for nothing.
            self.bound_sightings_at = MANY_SIGHTINGS.max(2 * self.sightings.len());
        }
    }
}

/// Whether a value is one, and not a mask, a placeholder or a word for nothing.
fn is_raw(value: &[u8], scalar: Scalar) -> bool {
    match scalar {
        Scalar::String { .. } => !is_no_secret(&escape::undone(value)),
        Scalar::Number => value.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3,
        Scalar::Bool | Scalar::Null => false,
    }
}
