//! Detectors as data: a card says what a secret looks like. The built-in ones are `rules/detectors/*.yaml`; a contract
//! may add its own in the same form.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Deserialize;

/// What a detector finds.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Detector")]
pub struct Card {
    /// What a message calls it, without an article.
    pub title: String,
    /// A secret, or personal data.
    #[serde(default)]
    pub class: Class,
    /// What its findings count for, unless `redaction.detectors` says otherwise.
    #[serde(default)]
    pub level: Weight,
    /// How certain its findings are.
    #[serde(default)]
    pub confidence: Certainty,
    /// Texts of which one must be there, as written: three bytes or more, rare in logs.
    #[serde(default)]
    pub literals: Vec<String>,
    /// What takes the place of literals where there are none: `digits`, `iban` or `ip`.
    #[serde(default)]
    pub run: Option<Run>,
    /// A regular expression (no Unicode classes) over the text around a literal. The group `value`, or the whole match, is
    /// what must not be written.
    pub pattern: String,
    /// How many bytes before a literal the match may begin.
    #[serde(default = "before")]
    pub before: usize,
    /// What the value must stand besides.
    #[serde(default)]
    pub check: Check,
    /// What a value counts for that fails the check; without it, it is none.
    #[serde(default)]
    pub unchecked: Option<Weight>,
    /// What is found but counts for less.
    #[serde(default)]
    pub weaker: Option<Weaker>,
    /// Regular expressions over the value: what one of them finds is none.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Texts that are tried by a test; `{alnum:24}` and the like are filled there.
    #[serde(default)]
    pub examples: Examples,
    /// Where the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
}

fn before() -> usize {
    64
}

/// What a detector finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A secret: `redaction/secret`.
    #[default]
    Secret,
    /// Personal data: `redaction/personal-data`.
    Personal,
}

/// What a finding counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Nothing, until a contract asks for it.
    Allow,
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Breaks the contract.
    #[default]
    Error,
}

/// How certain a detector is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Could well be otherwise.
    Guess,
    /// Mostly right.
    Likely,
    /// The form or a checksum decides.
    #[default]
    Sure,
}

/// A run of characters that stands where no literal can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Run {
    /// Thirteen digits or more, in groups or not.
    Digits,
    /// Two capital letters and two digits, and more of both.
    Iban,
    /// Numbers with dots, or hexadecimal groups with colons.
    Ip,
}

/// What else must hold of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Nothing.
    #[default]
    None,
    /// A digit, a letter, and eight different characters.
    Varied,
    /// The check digit of ISO/IEC 7812-1.
    Luhn,
    /// The check digits of ISO 13616 and the country's length.
    Iban,
    /// The last six characters are the base 62 CRC-32 of the others (GitHub's token format since 2021).
    GithubCrc,
    /// The CRC-16 of an NKEY.
    NkeyCrc,
    /// The first part decodes to JSON with `alg`, which is not `none`.
    Jwt,
    /// Decodes to text with a colon.
    BasicUserinfo,
    /// No mask, no placeholder, no short number.
    Password,
}

/// What counts for less: a key of a test mode.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weaker {
    /// A regular expression over the whole match.
    pub pattern: String,
    /// What it counts for then.
    pub level: Weight,
}

/// Texts that a test tries.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Examples {
    /// In which the detector fires.
    pub fires: Vec<String>,
    /// In which it must not.
    pub silent: Vec<String>,
}

impl Card {
    /// Whether what was found counts for less than the card's own level.
    #[must_use]
    pub fn weight(&self, weak: bool) -> Weight {
        if !weak {
            return self.level;
        }
        let weaker = self.weaker.as_ref().map(|weaker| weaker.level);
        // Where both are said, the lower one holds: one fact has one mark for either.
        [self.unchecked, weaker].into_iter().flatten().min().unwrap_or(self.level)
    }
}

macro_rules! cards {
    ($($id:literal),* $(,)?) => {
        /// The built-in cards: id and text.
        pub const TEXTS: [(&str, &str); <[&str]>::len(&[$($id),*])] =
            [$(($id, include_str!(concat!("../../rules/detectors/", $id, ".yaml")))),*];
    };
}

cards!(
    "anthropic-key",
    "auth-header",
    "aws-access-key",
    "aws-secret-key",
    "azure-client-secret",
    "azure-sas",
    "azure-storage-key",
    "basic-auth",
    "card-number",
    "cookie",
    "email",
    "gcp-api-key",
    "gcp-client-secret",
    "gcp-oauth-token",
    "gcp-service-account",
    "github-pat",
    "github-token",
    "gitlab-token",
    "grafana-token",
    "iban",
    "ip",
    "jwt",
    "key-value-secret",
    "nats-creds",
    "nats-seed",
    "npm-token",
    "openai-key",
    "openssh-key",
    "password-in-text",
    "phone",
    "private-key",
    "sendgrid-key",
    "slack-token",
    "slack-webhook",
    "stripe-secret",
    "stripe-webhook",
    "url-credentials",
    "vault-token",
);

/// The ids of the built-in detectors, in order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(id, _)| *id)
}

/// A built-in detector. Its card is read when it is first asked for.
#[must_use]
pub fn of(id: &str) -> Option<&'static Card> {
    static CARDS: [OnceLock<Option<Card>>; TEXTS.len()] = [const { OnceLock::new() }; TEXTS.len()];
    let at = TEXTS.binary_search_by(|(known, _)| (*known).cmp(id)).ok()?;
    let read = || {
        let text = TEXTS[at].1;
        // Only tests try the examples, which stand last.
        let card = text.split_once("\nexamples:").map_or(text, |(card, _)| card);
        serde_saphyr::from_str(card).ok()
    };
    CARDS.get(at)?.get_or_init(read).as_ref()
}

/// The built-in detectors by id.
#[must_use]
pub fn built_in() -> &'static BTreeMap<String, Card> {
    static ALL: OnceLock<BTreeMap<String, Card>> = OnceLock::new();
    ALL.get_or_init(|| ids().filter_map(|id| Some((id.to_owned(), of(id)?.clone()))).collect())
}
