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

/// How many bytes behind a literal it shows whether there is a match at all.
const NEAR_BEHIND: usize = 1024;

/// How many bytes behind a literal a match may end, unless it fills them all.
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
    /// Whether it is the contract's own: its pattern is about values, and tried on each alone.
    pub is_own: bool,
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

/// Whether a card of a contract does what its examples say.
///
/// # Errors
/// The example that it fails on.
pub fn tried(card: &Card) -> Result<(), String> {
    let engine =
        Engine::new(&BTreeMap::from([(String::new(), Card { level: Weight::Error, ..card.clone() })]));
    let fires = |example: &String| {
        let mut hits = Vec::new();
        engine.find(example.as_bytes(), &mut hits);
        engine.find_runs(example.as_bytes(), &mut hits);
        !hits.is_empty()
    };
    // Examples are the user's own text and may be anything, so they are named by their number.
    if let Some(at) = card.examples.fires.iter().position(|example| !fires(example)) {
        return Err(format!(
            "it does not fire on example {} of `fires`; literals are case-sensitive",
            at + 1
        ));
    }
    if let Some(at) = card.examples.silent.iter().position(fires) {
        return Err(format!("it fires on example {} of `silent`", at + 1));
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
    /// Those of the searcher, then the further ones.
    literals: Vec<Literal>,
    /// Detectors of single bytes.
    single: Vec<(u8, Vec<usize>)>,
    /// Literals of the contract's own detectors.
    own: Vec<memchr::memmem::Finder<'static>>,
    runs: Vec<(Run, usize)>,
}

/// Among how many of the last hits one is looked for that a literal is part of.
const NEAR: usize = 16;

/// A literal that is looked for.
#[derive(Debug)]
struct Literal {
    text: Vec<u8>,
    /// The detectors that have it.
    owners: Vec<usize>,
    /// Literals that may begin within this one, each with how far behind its beginning: the searcher finds none that
    /// overlap.
    also: Vec<(usize, usize)>,
}

/// Per literal, which others may begin within it.
fn overlaps(literals: &mut [Literal]) {
    let texts: Vec<Vec<u8>> = literals.iter().map(|literal| literal.text.clone()).collect();
    for (at, literal) in literals.iter_mut().enumerate() {
        for from in 0..texts[at].len() {
            let rest = &texts[at][from..];
            let fits = |other: &[u8]| rest.starts_with(other) || other.starts_with(rest);
            let others = texts.iter().enumerate().filter(|(other, text)| *other != at && fits(text));
            literal.also.extend(others.map(|(other, _)| (from, other)));
        }
    }
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
            .map(|(id, card)| Detector {
                id: id.clone(),
                card: card.clone(),
                is_own: !card::built_in().contains_key(id),
                compiled: OnceLock::new(),
            })
            .collect();
        let own = detectors.iter().filter(|detector| detector.is_own);
        let own = own.flat_map(|detector| &detector.card.literals);
        let own = own.map(|literal| memchr::memmem::Finder::new(literal).into_owned()).collect();
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
        let mut literals: Vec<Literal> = by_bucket(long)
            .into_iter()
            .map(|(text, owners)| Literal { text: text.to_vec(), owners, also: Vec::new() })
            .collect();
        for literal in literals.iter().take(PACKED) {
            builder.add(&literal.text);
        }
        let searcher = builder.build();
        // Not every processor has what the searcher needs.
        let packed = if searcher.is_some() { PACKED.min(literals.len()) } else { 0 };
        overlaps(&mut literals[..packed]);
        let finder = |literal: &Literal| memchr::memmem::Finder::new(&literal.text).into_owned();
        let further = literals[packed..].iter().map(finder).collect();
        let single =
            single.into_iter().filter_map(|(literal, owners)| Some((*literal.first()?, owners))).collect();
        Self { detectors, searcher, further, literals, single, own, runs }
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
        self.find_all(text, hits);
        if hits.len() > from + 1 {
            self.settle(hits, from);
        }
    }

    /// As [`Engine::find`], with all that overlaps: what is hidden is hidden for each of them.
    pub fn find_all(&self, text: &[u8], hits: &mut Vec<Hit>) {
        let from = hits.len();
        if let Some(searcher) = &self.searcher {
            for found in searcher.find_iter(text) {
                let literal = &self.literals[found.pattern().as_usize()];
                self.confirm(text, found.start()..found.end(), &literal.owners, hits, from);
                for (behind, other) in &literal.also {
                    let (start, other) = (found.start() + behind, &self.literals[*other]);
                    if text[start..].starts_with(&other.text) {
                        self.confirm(text, start..start + other.text.len(), &other.owners, hits, from);
                    }
                }
            }
        }
        let packed = self.literals.len() - self.further.len();
        for (finder, literal) in self.further.iter().zip(&self.literals[packed..]) {
            for start in finder.find_iter(text) {
                self.confirm(text, start..start + literal.text.len(), &literal.owners, hits, from);
            }
        }
        for (byte, owners) in &self.single {
            for start in memchr::memchr_iter(*byte, text) {
                self.confirm(text, start..start + 1, owners, hits, from);
            }
        }
    }

    /// Whether a text holds a literal of one of the contract's own detectors.
    #[must_use]
    pub fn may_hold_own(&self, text: &[u8]) -> bool {
        self.own.iter().any(|finder| finder.find(text).is_some())
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
            // The match that a literal lies in is one of the last; a text may hold very many.
            if hits[from..].iter().rev().take(NEAR).any(known) {
                continue;
            }
            let Some(compiled) = detector.compiled() else { continue };
            let mut start = literal.start.saturating_sub(detector.card.before);
            // Most literals are part of nothing, and what they are part of mostly ends soon.
            let near = text.len().min(literal.end + NEAR_BEHIND);
            if compiled
                .pattern
                .find_at(&text[..near], start)
                .is_none_or(|found| found.start() > literal.start)
            {
                continue;
            }
            let end = text.len().min(literal.end + BEHIND);
            while let Some(whole) = compiled.pattern.find_at(&text[..end], start) {
                if whole.start() > literal.start {
                    break;
                }
                if whole.end() >= literal.end {
                    // What goes to the very end of what was looked at goes on behind it.
                    let end = if whole.end() == end { text.len() } else { end };
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
        // By their ends: those that are taken do not overlap, so only the first one that ends behind a start can.
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        for hit in found {
            let Range { start, end } = hit.value;
            let next = taken.range(start + 1..).next();
            if next.is_none_or(|(_, other)| *other >= end) {
                taken.insert(end, start);
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
