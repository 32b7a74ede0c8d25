//! What readers are told to watch for: plain data, compiled once from the contract, so that readers know no rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use camino::Utf8PathBuf;
use globset::GlobBuilder;

use crate::detect::card::{self, Weight};
use crate::detect::{Card, Engine, Hidden};
use crate::facts::Purpose;
use crate::naming::routes;

/// What readers are told to watch for.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Up to how many different values of a label are counted exactly.
    pub exact_values: usize,
    /// Whether each series' value is kept, since two scrapes are compared.
    pub compare: bool,
    /// What log records must and must not carry.
    pub logs: LogWatch,
    /// What must not be written.
    pub detectors: Arc<Detectors>,
    /// What facts must not hold: made of the contract's names and detectors, which the rest of this has, too.
    pub hidden: Arc<Hidden>,
    /// What the reader of Rust can't know by itself.
    pub rust: RustWatch,
    /// What readers of OpenAPI and AsyncAPI look at more closely.
    pub specs: SpecWatch,
    /// What documents are there for.
    pub documents: DocumentWatch,
    /// What front ends have that is of interest.
    pub frontend: FrontendWatch,
}

/// What readers of OpenAPI and AsyncAPI look at more closely.
#[derive(Clone, Debug, Default)]
pub struct SpecWatch {
    /// The route of the operations page.
    pub ops_route: Option<String>,
    /// Operations that its panels read: method and path.
    pub operations: Vec<(String, String)>,
    /// Extensions that list the roles of an operation.
    pub role_keys: Vec<String>,
    /// Logical fields: the contract's name, then its other spellings.
    pub fields: Vec<Vec<String>>,
}

impl SpecWatch {
    /// Whether an operation belongs to the operations page: it is listed, or lies within its route.
    #[must_use]
    pub fn is_ops(&self, method: &str, path: &str, bases: &std::collections::BTreeSet<String>) -> bool {
        let is_listed = self
            .operations
            .iter()
            .any(|(of, at)| of.eq_ignore_ascii_case(method) && routes::is_at(path, bases, at));
        is_listed
            || self.ops_route.as_deref().is_some_and(|route| {
                bases.iter().any(|base| routes::is_within(&format!("{base}{path}"), route))
            })
    }
}

/// What documents are there for.
#[derive(Clone, Debug, Default)]
pub struct DocumentWatch {
    /// Globs of documents, relative to the root, each with what they are there for.
    pub patterns: Vec<(String, Purpose)>,
    /// States the contract asks for, which make a table a state matrix.
    pub states: Vec<String>,
    /// The folder that paths are relative to; empty where there is none to look into.
    pub root: Utf8PathBuf,
}

impl DocumentWatch {
    /// What the document at a path is there for.
    #[must_use]
    pub fn purposes(&self, path: &str) -> BTreeSet<Purpose> {
        let means = |glob: &str| {
            GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .is_ok_and(|glob| glob.compile_matcher().is_match(path))
        };
        self.patterns.iter().filter(|(glob, _)| means(glob)).map(|(_, purpose)| *purpose).collect()
    }
}

/// What front ends have that is of interest.
#[derive(Clone, Debug, Default)]
pub struct FrontendWatch {
    /// The route of the operations page; empty where there is none.
    pub page: String,
}

/// What the reader of Rust can't know by itself.
#[derive(Clone, Debug, Default)]
pub struct RustWatch {
    /// Functions that hide what they are given.
    pub sanitizers: Vec<String>,
    /// Types that hide what they hold.
    pub redacting_types: Vec<String>,
    /// Names of packages that are services, besides those that look like one.
    pub services: Vec<String>,
    /// Macros and functions of the platform's own that emit telemetry.
    pub wrappers: Vec<Wrapper>,
    /// Attributes that a resource must have, each with its other names.
    pub resource: Vec<Vec<String>>,
}

/// A macro or function of the platform's own that emits telemetry.
#[derive(Clone, Debug, Default)]
pub struct Wrapper {
    /// Its path.
    pub path: Vec<String>,
    /// What it stands for, by the last word (`counter`, `histogram`, `info`).
    pub like: String,
    /// Which argument is the name.
    pub name: usize,
    /// Which argument holds the labels.
    pub labels: Option<usize>,
}

impl Watch {
    /// Names this reading, so that facts of different ones are not mixed.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let Self { exact_values, compare, logs, detectors, hidden: _, rust, specs, documents, frontend } =
            self;
        // Where the repository lies makes no difference to what is looked for.
        let DocumentWatch { patterns, states, root: _ } = documents;
        let Detectors { levels, custom, secrets, .. } = &**detectors;
        let said = format!("{logs:?} {levels:?} {custom:?} {secrets} {rust:?} {specs:?}");
        let said = format!("{said} {patterns:?} {states:?} {frontend:?}");
        let text = format!("{}/{exact_values}/{compare}/{said}", crate::facts::VERSION);
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }
}

/// What log records must and must not carry.
#[derive(Clone, Debug, Default)]
pub struct LogWatch {
    /// Logical fields: timestamp, level, service, message, then those of the contract.
    pub fields: Vec<WatchedField>,
    /// Levels that exist, in lower case; none means any.
    pub levels: Vec<String>,
    /// The most bytes a record may have.
    pub max_record: usize,
    /// Names of sensitive fields.
    pub sensitive: Vec<String>,
    /// Attributes of the resource, which records do not repeat.
    pub attributes: Vec<String>,
    /// Globs of files, relative to the root, and whose records they hold.
    pub services: Vec<(String, String)>,
}

/// How many logical fields every contract has.
pub const STANDARD: [&str; 4] = ["timestamp", "level", "service", "message"];

/// A logical field.
#[derive(Clone, Debug, Default)]
pub struct WatchedField {
    /// The contract's name.
    pub name: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Whether every record has it.
    pub required: bool,
    /// What values look like.
    pub format: Format,
    /// A regular expression for the only form in which a value may be written.
    pub redacted: Option<String>,
}

/// What values of a field look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Anything.
    #[default]
    Any,
    /// RFC 9562, hyphenated.
    Uuid,
    /// A ULID.
    Ulid,
}

/// The detectors in force; their engine is made when a reader first asks.
#[derive(Debug, Default)]
pub struct Detectors {
    /// Weights that differ from the cards'.
    pub levels: BTreeMap<String, Weight>,
    /// Detectors of the contract's own.
    pub custom: BTreeMap<String, Card>,
    /// Whether secrets are looked for at all.
    pub secrets: bool,
    engine: OnceLock<Arc<Engine>>,
}

impl Detectors {
    /// Detectors as the contract wants them.
    #[must_use]
    pub fn new(levels: BTreeMap<String, Weight>, custom: BTreeMap<String, Card>, secrets: bool) -> Self {
        Self { levels, custom, secrets, engine: OnceLock::new() }
    }

    /// The engine.
    pub fn engine(&self) -> &Arc<Engine> {
        self.engine.get_or_init(|| {
            let mut cards = card::built_in().clone();
            cards.extend(self.custom.iter().map(|(id, card)| (id.clone(), card.clone())));
            for (id, weight) in &self.levels {
                if let Some(card) = cards.get_mut(id) {
                    card.level = *weight;
                    if *weight == Weight::Allow {
                        card.unchecked = None;
                    }
                }
            }
            // Secrets are asked for together, personal data one by one; what a contract defines it asks for.
            cards.retain(|id, card| {
                let asked = match card.class {
                    card::Class::Secret => self.secrets,
                    card::Class::Personal => self.levels.contains_key(id),
                };
                asked || self.custom.contains_key(id)
            });
            Arc::new(Engine::new(&cards))
        })
    }
}
