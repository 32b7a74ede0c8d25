//! Any text to the detectors: never a panic, what is found lies in the text, and what is masked keeps its length and shows
//! nothing of what was found.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use telelint::detect::card::{Weight, built_in};
use telelint::detect::mask::Hidden;
use telelint::detect::{Engine, Names, escape, masked, masked_with};

/// All detectors, those too that a contract has to turn on.
fn engine() -> &'static Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut cards = built_in().clone();
        for card in cards.values_mut().filter(|card| card.level == Weight::Allow) {
            card.level = Weight::Warning;
        }
        Arc::new(Engine::new(&cards))
    })
}

fuzz_target!(|bytes: &[u8]| {
    let engine = engine();
    let mut hits = Vec::new();
    engine.find(bytes, &mut hits);
    engine.find_runs(bytes, &mut hits);
    for hit in &hits {
        assert!(
            hit.at.start <= hit.value.start && hit.value.end <= hit.at.end,
            "{hit:?}: the value is not in the match"
        );
        assert!(
            hit.at.end <= bytes.len() && hit.value.start < hit.value.end,
            "{hit:?}: it is not in the text"
        );
        assert!(hit.detector < engine.detectors.len());
    }
    let undone = escape::undone(bytes);
    for at in [0, undone.len() / 2, undone.len()] {
        assert!(escape::raw_offset(bytes, at) <= bytes.len());
    }

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    static HIDE: OnceLock<Hidden> = OnceLock::new();
    let hide = HIDE.get_or_init(|| {
        Hidden::new(Names::new(["password", "token"]), Names::new(["user_id"]), built_in().clone())
    });
    for shown in [masked(text), masked_with(text, hide)] {
        assert_eq!(shown.chars().count(), text.chars().count(), "places must stay right");
        for (was, is) in text.chars().zip(shown.chars()) {
            assert!(is == was || is == '•', "{was:?} became {is:?}");
        }
    }
    // What the engine finds in the text, the mask hides.
    let shown: Vec<char> = masked_with(text, hide).chars().collect();
    for hit in &hits {
        let before = text.char_indices().filter(|(at, _)| *at < hit.value.start).count();
        let width = text.char_indices().filter(|(at, _)| hit.value.contains(at)).count();
        assert!(shown[before..before + width].iter().all(|c| *c == '•'), "{hit:?} is shown");
    }
});
