//! What must not be written and stands in a document: in examples, defaults, descriptions, addresses.

use std::sync::Arc;

use super::documents::Documents;
use crate::detect::card::Certainty;
use crate::detect::engine::Detector;
use crate::detect::masked_with;
use crate::facts::{Facts, Sighting, Spot, Tally};
use crate::read::Watch;

/// Looks for secrets in all values of a document and its files. Personal data is not looked for: a document names its
/// authors, and its examples are made up.
pub fn look(documents: &Documents, watch: &Watch, facts: &mut Facts) {
    let engine = watch.detectors.engine();
    let mut hits = Vec::new();
    for tree in documents.trees() {
        hits.clear();
        engine.find(tree.text().as_bytes(), &mut hits);
        hits.sort_by_key(|hit| hit.value.start);
        // A name before a value says little where names and examples are what the text is about.
        let is_shown = |detector: &Detector| detector.is_secret() && detector.certainty() == Certainty::Sure;
        for hit in hits.iter().filter(|hit| is_shown(engine.detector(hit))) {
            // What goes beyond a value is no value.
            let node = tree.at_byte(hit.value.start as u32).filter(|node| node.holds(&hit.value));
            let Some(node) = node.filter(|node| node.text().is_some()) else { continue };
            let detector = engine.detector(hit);
            let mut seen = Tally::default();
            let place = tree.place_of(hit.value.start as u32..hit.value.end as u32);
            seen.add(|| Spot { place, note: format!("{} bytes", hit.value.len()) });
            facts.sightings.add(Sighting {
                artifact: Arc::clone(tree.path()),
                service: String::new(),
                detector: detector.id.clone(),
                title: detector.card.title.clone(),
                pointer: masked_with(&node.pointer(), &watch.hidden),
                weak: hit.weak,
                seen,
            });
        }
    }
}
