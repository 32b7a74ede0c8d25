//! The engine all readers share: literals are looked for many at once, a regular expression confirms around each, a check
//! and an allow list filter. Nothing is found by entropy alone.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::packed;
use regex::bytes::Regex;

use super::card::{self, Card, Certainty, Class, Run, Weight};
use super::checks;
use super::runs::has_long_number;

/// How many bytes behind a literal a match may end.
const BEHIND: usize = 8192;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which detector: an index into [`Engine::detectors`].
    pub detector: usize,
    /// The whole match.
    pub at: Range<usize>,
    /// What must not be written.
    pub value: Range<usize>,
    /// Whether it is of the weaker sort.
    pub weak: bool,
}

/// A detector, ready to look.
#[derive(Debug)]
pub struct Detector {
    /// The card's id.
    pub id: String,
    /// The card.
    pub card: Card,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    pattern: Regex,
    value: usize,
    weaker: Option<Regex>,
    allow: Vec<Regex>,
}

impl Detector {
    fn compiled(&self) -> Option<&Compiled> {
        // Most runs see no literal of most detectors, so an expression is compiled when it is first asked.
        self.compiled.get_or_init(|| compile(&self.card).ok()).as_ref()
    }

    /// Turns a match into a hit, unless it is allowed or fails its check.
    fn judge(&self, index: usize, text: &[u8], captures: &regex::bytes::Captures<'_>) -> Option<Hit> {
        let compiled = self.compiled()?;
        let whole = captures.get(0)?;
        let value = captures.get(compiled.value).unwrap_or(whole);
        let bytes = &text[value.range()];
        if compiled.allow.iter().any(|allow| allow.is_match(bytes)) {
            return None;
        }
        let holds = checks::holds(self.card.check, bytes);
        let weight = if holds { Some(self.card.level) } else { self.card.unchecked };
        weight.filter(|weight| *weight != Weight::Allow || holds)?;
        let weak = !holds || compiled.weaker.as_ref().is_some_and(|weaker| weaker.is_match(whole.as_bytes()));
        Some(Hit { detector: index, at: whole.range(), value: value.range(), weak })
    }
}

fn regex(pattern: &str) -> Result<Regex, String> {
    regex::bytes::RegexBuilder::new(pattern).unicode(false).size_limit(8 << 20).build().map_err(|error| {
        match error {
            regex::Error::Syntax(said) => {
                said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
            other => other.to_string(),
        }
    })
}

fn compile(card: &Card) -> Result<Compiled, String> {
    let pattern = regex(&card.pattern)?;
    let value = pattern.capture_names().position(|name| name == Some("value")).unwrap_or(0);
    let weaker = card.weaker.as_ref().map(|weaker| regex(&weaker.pattern)).transpose()?;
    let allow = card.allow.iter().map(|allow| regex(allow)).collect::<Result<_, _>>()?;
    Ok(Compiled { pattern, value, weaker, allow })
}

/// What is wrong with a card of a contract, if anything is.
///
/// # Errors
/// An expression that can't be compiled, or literals that are too short.
pub fn check(card: &Card) -> Result<(), String> {
    compile(card)?;
    if card.literals.is_empty() && card.run.is_none() {
        return Err("`literals:` is empty: name a text that every match holds".to_owned());
    }
    if let Some(short) =
        card.literals.iter().find(|literal| literal.len() < 3 && !matches!(literal.as_str(), "@" | "+"))
    {
        return Err(format!(
            "the literal `{short}` is shorter than three bytes and would be found everywhere"
        ));
    }
    Ok(())
}

/// Looks for everything at once.
#[derive(Debug)]
pub struct Engine {
    /// The detectors, in order of id.
    pub detectors: Vec<Detector>,
    searcher: Option<packed::Searcher>,
    /// Literals that don't fit the searcher.
    further: Vec<memchr::memmem::Finder<'static>>,
    /// Per literal, the detectors that have it: those of the searcher, then the further ones.
    owners: Vec<Vec<usize>>,
    lengths: Vec<usize>,
    /// Detectors of single bytes.
    single: Vec<(u8, Vec<usize>)>,
    runs: Vec<(Run, usize)>,
}

/// How many literals the packed searcher takes.
const PACKED: usize = 64;

/// How many buckets the packed searcher has: it puts its literals into them in turn.
const BUCKETS: usize = 16;

/// An order in which literals that begin alike share a bucket: then fewer places of a text look like one of them.
fn by_bucket<T>(sorted: Vec<T>) -> Vec<T> {
    let size = sorted.len().div_ceil(BUCKETS).max(1);
    let mut turns: Vec<Vec<T>> = (0..size).map(|_| Vec::new()).collect();
    for (at, literal) in sorted.into_iter().enumerate() {
        turns[at % size].push(literal);
    }
    turns.into_iter().flatten().collect()
}

impl Engine {
    /// An engine of these detectors; those of weight [`Weight::Allow`] are left out.
    #[must_use]
    pub fn new(cards: &BTreeMap<String, Card>) -> Self {
        let on = cards.iter().filter(|(_, card)| card.level != Weight::Allow || card.unchecked.is_some());
        let detectors: Vec<Detector> = on
            .map(|(id, card)| Detector { id: id.clone(), card: card.clone(), compiled: OnceLock::new() })
            .collect();
        let mut literals: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        let mut runs = Vec::new();
        for (index, detector) in detectors.iter().enumerate() {
            for literal in &detector.card.literals {
                literals.entry(literal.as_bytes()).or_default().push(index);
            }
            runs.extend(detector.card.run.map(|run| (run, index)));
        }
        let (single, long): (Vec<_>, Vec<_>) =
            literals.into_iter().partition(|(literal, _)| literal.len() == 1);
        let mut builder = packed::Config::new().builder();
        let (mut owners, mut further, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
        for (at, (literal, owner)) in by_bucket(long).into_iter().enumerate() {
            if at < PACKED {
                builder.add(literal);
            } else {
                further.push(memchr::memmem::Finder::new(literal).into_owned());
            }
            lengths.push(literal.len());
            owners.push(owner);
        }
        let single =
            single.into_iter().filter_map(|(literal, owners)| Some((*literal.first()?, owners))).collect();
        let searcher = builder.build();
        Self { detectors, searcher, further, owners, lengths, single, runs }
    }

    /// The built-in detectors.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
        Arc::clone(ENGINE.get_or_init(|| Arc::new(Self::new(card::built_in()))))
    }

    /// Looks for what literals lead to. The text is one line or one value; hits come in no order, and of those that overlap
    /// only the most certain one.
    pub fn find(&self, text: &[u8], hits: &mut Vec<Hit>) {
        let from = hits.len();
        if let Some(searcher) = &self.searcher {
            for found in searcher.find_iter(text) {
                let literal = found.pattern().as_usize();
                self.confirm(text, found.start()..found.end(), &self.owners[literal], hits, from);
            }
        }
        for (at, finder) in self.further.iter().enumerate() {
            let literal = PACKED + at;
            for start in finder.find_iter(text) {
                self.confirm(text, start..start + self.lengths[literal], &self.owners[literal], hits, from);
            }
        }
        for (byte, owners) in &self.single {
            for start in memchr::memchr_iter(*byte, text) {
                self.confirm(text, start..start + 1, owners, hits, from);
            }
        }
        if hits.len() > from + 1 {
            self.settle(hits, from);
        }
    }

    fn confirm(
        &self,
        text: &[u8],
        literal: Range<usize>,
        owners: &[usize],
        hits: &mut Vec<Hit>,
        from: usize,
    ) {
        for index in owners {
            let detector = &self.detectors[*index];
            let known = |hit: &Hit| {
                hit.detector == *index && hit.at.start <= literal.start && literal.end <= hit.at.end
            };
            if hits[from..].iter().any(known) {
                continue;
            }
            let Some(compiled) = detector.compiled() else { continue };
            let end = text.len().min(literal.end + BEHIND);
            let mut start = literal.start.saturating_sub(detector.card.before);
            while let Some(whole) = compiled.pattern.find_at(&text[..end], start) {
                if whole.start() > literal.start {
                    break;
                }
                if whole.end() >= literal.end {
                    let captures = compiled.pattern.captures_at(&text[..end], whole.start());
                    hits.extend(captures.and_then(|captures| detector.judge(*index, text, &captures)));
                    break;
                }
                start = whole.end().max(start + 1);
            }
        }
    }

    /// Looks for what has no literal (card numbers, IBANs, addresses) in one free text.
    pub fn find_runs(&self, text: &[u8], hits: &mut Vec<Hit>) {
        if self.runs.is_empty() || text.len() < 7 {
            return;
        }
        let has_numbers = self.runs.iter().any(|(run, _)| *run != Run::Ip) && has_long_number(text);
        let dots = || memchr::memchr2_iter(b'.', b':', text).count();
        for (run, index) in &self.runs {
            let worth = match run {
                Run::Digits | Run::Iban => has_numbers,
                Run::Ip => dots() >= 2,
            };
            let Some(compiled) = worth.then(|| self.detectors[*index].compiled()).flatten() else { continue };
            for captures in compiled.pattern.captures_iter(text) {
                hits.extend(self.detectors[*index].judge(*index, text, &captures));
            }
        }
    }

    /// Of hits whose values overlap the most certain one stays: a key behind `token=` is first of all that key.
    fn settle(&self, hits: &mut Vec<Hit>, from: usize) {
        let rank = |hit: &Hit| {
            let card = &self.detectors[hit.detector].card;
            (std::cmp::Reverse((card.confidence, card.weight(hit.weak))), hit.value.start, hit.detector)
        };
        let mut found = hits.split_off(from);
        found.sort_by_key(rank);
        for hit in found {
            let overlaps =
                |other: &Hit| other.value.start < hit.value.end && hit.value.start < other.value.end;
            if !hits[from..].iter().any(overlaps) {
                hits.push(hit);
            }
        }
    }

    /// The detector of a hit.
    #[must_use]
    pub fn detector(&self, hit: &Hit) -> &Detector {
        &self.detectors[hit.detector]
    }
}

impl Detector {
    /// Whether it finds secrets, not personal data.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.card.class == Class::Secret
    }

    /// How certain it is.
    #[must_use]
    pub fn certainty(&self) -> Certainty {
        self.card.confidence
    }
}
