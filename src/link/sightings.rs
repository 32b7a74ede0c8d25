//! What a sighting counts for: its detector's card, and what the contract says of it.

use super::World;
use crate::contract::Setting;
use crate::detect::card::{self, Certainty, Class, Weight};
use crate::facts::Sighting;
use crate::finding::{Because, Confidence, Level};

/// What a sighting counts for.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How much.
    pub level: Level,
    /// How certain it is.
    pub confidence: Confidence,
    /// The clause that asks for it: the one about this detector, or about all secrets.
    pub because: Because,
}

/// The verdict over a sighting; `None` where its detector is of another class, turned off or not asked for.
pub fn verdict(world: &World<'_>, class: Class, sighting: &Sighting) -> Option<Verdict> {
    let redaction = &world.contract.redaction;
    let custom = redaction.custom.get(&sighting.detector);
    let card = custom.map(|said| &said.value).or_else(|| card::of(&sighting.detector))?;
    if card.class != class {
        return None;
    }
    let said = redaction.detectors.get(&sighting.detector);
    let full = match said.map(|said| said.value) {
        Some(Setting::Allow) => return None,
        Some(Setting::Info) => Weight::Info,
        Some(Setting::Warning) => Weight::Warning,
        Some(Setting::Error) => Weight::Error,
        None => card.level,
    };
    let weight = if sighting.weak { full.min(card.weight(true)) } else { full };
    let level = match weight {
        Weight::Allow => return None,
        Weight::Info => Level::Info,
        Weight::Warning => Level::Warning,
        Weight::Error => Level::Error,
    };
    let confidence = match card.confidence {
        Certainty::Sure => Confidence::Sure,
        Certainty::Likely => Confidence::Likely,
        Certainty::Guess => Confidence::Guess,
    };
    let of_class = || (class == Class::Secret).then(|| world.asks(&redaction.secrets)).flatten();
    let because = said.map(|said| world.because(said));
    // What no clause asks for is no finding.
    let because = because.or_else(|| custom.map(|said| world.because(said))).or_else(of_class)?;
    Some(Verdict { level, confidence, because })
}
