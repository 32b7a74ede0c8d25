//! A finding: what is wrong, where, which line of the contract asks for better, and what to do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::fold::FIRST;
use crate::source::{Place, Sources};

/// How much a finding counts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Breaks the contract.
    Error,
}

impl Level {
    /// `error`, `warning` or `info`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How certain a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Could well be otherwise; shown only on request.
    Guess,
    /// A heuristic that is mostly right.
    Likely,
    /// Decided by the format or by the contract's own words.
    Sure,
}

impl Confidence {
    /// `sure`, `likely` or `guess`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Guess => "guess",
        }
    }
}

/// The clause of the contract a finding stands on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Because {
    /// Where the contract says so.
    pub place: Place,
    /// The line's text.
    // Filled where a finding is about to be shown.
    pub text: String,
}

impl Because {
    /// The clause at a place, not yet quoted: rules name far more clauses than are ever shown.
    #[must_use]
    pub fn at(place: &Place) -> Self {
        Self { place: place.clone(), text: String::new() }
    }

    /// Writes out what the clause says.
    pub fn quote(&mut self, sources: &Sources) {
        self.text = sources.line_text(&self.place);
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, `family/fault`.
    pub rule: &'static str,
    /// How much it counts.
    pub level: Level,
    /// How certain it is.
    pub confidence: Confidence,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// What it is about: a metric, `metric{label}`, a file; allow entries match it.
    pub subject: String,
    /// What makes several findings of a rule one; the subject where it is empty.
    pub cause: String,
    /// How often it was seen.
    pub count: u64,
    /// Where.
    pub place: Place,
    /// The next places of the same fault, where there are several.
    pub also: Vec<Place>,
    /// What the report writes under the place.
    pub label: String,
    /// The contract's clause.
    pub because: Option<Because>,
    /// What to do.
    pub help: String,
    /// Whether what stands at its places must not be shown.
    pub is_confidential: bool,
}

impl Finding {
    /// The first place in each file it was seen in, for reports that point at files one by one.
    pub fn first_in_each_file(&self) -> impl Iterator<Item = &Place> {
        let later = self.also.iter().enumerate().filter(|(at, place)| {
            place.path != self.place.path
                && self.also.iter().take(*at).all(|earlier| earlier.path != place.path)
        });
        std::iter::once(&self.place).chain(later.map(|(_, place)| place))
    }

    /// The order of findings in every report: path, line, column, rule, subject.
    fn order(&self) -> impl Ord + '_ {
        (&self.place.path, self.place.line, self.place.column, self.rule, &self.subject, &self.message)
    }
}

/// Puts findings in the order of every report.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
}

/// Puts findings in order and makes one of those that have one cause: the same rule, level and cause (the
/// subject, where no other is given) in several places.
#[must_use]
pub fn fold(mut findings: Vec<Finding>) -> Vec<Finding> {
    sort(&mut findings);
    let mut folded: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut known: BTreeMap<(&'static str, Level, Confidence, String), usize> = BTreeMap::new();
    for finding in findings {
        let cause = if finding.cause.is_empty() { &finding.subject } else { &finding.cause };
        let cause = (finding.rule, finding.level, finding.confidence, cause.clone());
        if let Some(earlier) = known.get(&cause).and_then(|at| folded.get_mut(*at)) {
            earlier.count = earlier.count.saturating_add(finding.count);
            let room = FIRST.saturating_sub(1 + earlier.also.len());
            earlier.also.extend(std::iter::once(finding.place).chain(finding.also).take(room));
        } else {
            known.insert(cause, folded.len());
            folded.push(finding);
        }
    }
    folded
}
