//! What a document of the platform says of itself: who approved it, and which states of which panels it shows.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::Fact;
use crate::source::{Place, Seen};

/// What a document is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// It shows a page before it is built.
    Mock,
    /// It says how telemetry is made.
    Standard,
}

/// A document: a mock, a standard, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// The file.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// What it is there for.
    pub purposes: BTreeSet<Purpose>,
    /// Its first heading; the whole file where it has none.
    pub title: Seen<String>,
    /// Its status.
    pub status: Option<Status>,
    /// Its date as written.
    pub date: Option<Seen<String>>,
    /// The same as `YYYY-MM-DD`, where it can be read.
    pub day: Option<String>,
    /// Who decided or approved it.
    pub people: Vec<Seen<String>>,
    /// The states of its panels.
    pub matrix: Option<Matrix>,
    /// Pictures it shows.
    pub images: Vec<Image>,
    /// Operations (`GET /api/orders`) it names.
    pub operations: Vec<Seen<String>>,
    /// Paths it names.
    pub routes: Vec<Seen<String>>,
}

impl Fact for Document {
    type Key = Arc<str>;
    fn key(&self) -> Self::Key {
        Arc::clone(&self.artifact)
    }
    /// A document is read in one piece; what two readings say of one file is the same but for its purposes.
    fn absorb(&mut self, other: Self) {
        self.purposes.extend(other.purposes.iter().copied());
        let weight = |document: &Self| serde_json::to_string(document).unwrap_or_default();
        let purposes = std::mem::take(&mut self.purposes);
        let other = Self { purposes: BTreeSet::new(), ..other };
        if weight(&other) < weight(self) {
            *self = other;
        }
        self.purposes = purposes;
    }
}

/// What a document says of its standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// The line that decides, as written.
    pub written: Seen<String>,
    /// The word in it, in lower case.
    pub word: String,
}

impl Status {
    /// Whether another document has taken its place.
    #[must_use]
    pub fn is_superseded(&self) -> bool {
        self.word == "superseded"
    }

    /// Whether it is no longer in force, or never was and never will be.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        matches!(self.word.as_str(), "superseded" | "rejected" | "deprecated" | "withdrawn" | "obsolete")
    }
}

/// Which states of which panels a document describes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Matrix {
    /// Where it begins: the heading row, or the key.
    pub place: Option<Place>,
    /// Its states.
    pub states: Vec<State>,
    /// Its panels, in order.
    pub panels: Vec<Panel>,
}

/// A state of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct State {
    /// As written.
    pub written: Seen<String>,
    /// What it means ([`states_of`]).
    pub means: BTreeSet<String>,
}

/// A panel of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Panel {
    /// Its name; empty where the matrix is about one panel without a name.
    pub name: Seen<String>,
    /// What is said of it in each state, in the order of the matrix' states.
    pub cells: Vec<Cell>,
}

/// What a matrix says of one panel in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// Where it stands.
    pub place: Place,
    /// Whether it says anything.
    pub is_filled: bool,
    /// What stands for the text to come (`TODO`); empty where nothing does.
    pub stand_in: String,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Its address as written.
    pub target: Seen<String>,
    /// Whether the file exists inside the repository; `None` where that was not looked at (an address elsewhere).
    pub exists: Option<bool>,
}

/// States that mean the same, under the first word of each line.
const SAME: [&[&str]; 6] = [
    &["loading", "pending", "skeleton", "fetching", "in progress", "busy"],
    &["empty", "no data", "nothing", "nothing yet", "no results", "blank", "zero", "no content"],
    &[
        "populated",
        "ready",
        "success",
        "successful",
        "loaded",
        "ok",
        "default",
        "normal",
        "ideal",
        "data",
        "filled",
        "happy path",
        "happy",
        "complete",
        "full",
    ],
    &["degraded", "partial", "stale", "partially loaded", "impaired", "warning", "outdated", "partial data"],
    &["error", "failed", "failure", "errored", "broken", "unavailable"],
    &[
        "forbidden",
        "unauthorized",
        "unauthorised",
        "no access",
        "denied",
        "access denied",
        "not allowed",
        "no permission",
        "permission denied",
        "unauthenticated",
        "403",
    ],
];

/// What the name of a state means: each part of it (`Empty / no data`) as the word that stands for all its synonyms, or as
/// itself where it has none.
#[must_use]
pub fn states_of(name: &str) -> BTreeSet<String> {
    let name = name.to_lowercase();
    let bare = name.split(['(', '[']).next().unwrap_or_default();
    let parts = bare.split(['/', ',', '|', '&', '+', ';']).flat_map(|part| part.split(" or "));
    parts.map(plain).filter(|part| !part.is_empty()).map(|part| meaning(&part).into_owned()).collect()
}

/// Whether a name means at least one state that everybody knows.
#[must_use]
pub fn is_known_state(name: &str) -> bool {
    states_of(name).iter().any(|state| SAME.iter().any(|same| same.first() == Some(&state.as_str())))
}

/// The words of a part, without marks and without words that say nothing.
fn plain(part: &str) -> String {
    let words = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> =
        words.filter(|word| !matches!(*word, "state" | "states" | "view" | "the" | "a" | "is")).collect();
    words.join(" ")
}

fn meaning(part: &str) -> Cow<'_, str> {
    let same = SAME.iter().find(|same| same.contains(&part));
    same.and_then(|same| same.first()).map_or(Cow::Borrowed(part), |first| Cow::Borrowed(*first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synonyms_mean_one_state() {
        let of = |name: &str| states_of(name).into_iter().collect::<Vec<_>>().join("+");
        for (name, means) in [
            ("Ready", "populated"),
            ("LOADING state", "loading"),
            ("Empty / no data", "empty"),
            ("Error (500)", "error"),
            ("no-access", "forbidden"),
            ("Stale", "degraded"),
            ("Offline", "offline"),
            ("Loading or error", "error+loading"),
            ("", ""),
        ] {
            assert_eq!(of(name), means, "{name}");
        }
        assert!(is_known_state("Skeleton") && !is_known_state("Dashboard"));
    }
}
