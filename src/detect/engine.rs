//! The engine all readers share: literals are looked for many at once, a regular expression confirms around each, a check
//! and an allow list filter. Nothing is found by entropy alone.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex::bytes::Regex;

use super::card::{self, Card, Certainty, Class, Run, Weight};
use super::checks;
use super::literals::Literals;
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
    compiled: Arc<Lazy>,
}

/// The expressions of a card, once one of them was asked for.
type Lazy = OnceLock<Option<Compiled>>;

#[derive(Debug)]
struct Compiled {
    pattern: Regex,
    value: usize,
    weaker: Option<Regex>,
    /// The allow list; most patterns never come to ask it.
    allow: OnceLock<Vec<Regex>>,
}

impl Detector {
    fn compiled(&self) -> Option<&Compiled> {
        // Most runs see no literal of most detectors, so an expression is compiled when it is first asked.
        self.compiled.get_or_init(|| compile(&self.card).ok()).as_ref()
    }

    /// Whether a value is one of those that the card allows.
    fn allows(&self, compiled: &Compiled, value: &[u8]) -> bool {
        let list = || {
            // One expression costs less than many, where they can be joined: a comment may reach the end of one.
            let each = &self.card.allow;
            let joined = each.iter().map(|allow| format!("(?:{allow})")).collect::<Vec<_>>().join("|");
            let one_by_one = |_| each.iter().filter_map(|allow| regex(allow).ok()).collect();
            regex(&joined).map_or_else(one_by_one, |all| vec![all])
        };
        !self.card.allow.is_empty()
            && compiled.allow.get_or_init(list).iter().any(|allow| allow.is_match(value))
    }

    /// Turns a match into a hit, unless it is allowed or fails its check.
    fn judge(&self, index: usize, text: &[u8], captures: &regex::bytes::Captures<'_>) -> Option<Hit> {
        let compiled = self.compiled()?;
        let whole = captures.get(0)?;
        let value = captures.get(compiled.value).unwrap_or(whole);
        let bytes = &text[value.range()];
        if self.allows(compiled, bytes) {
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
    Ok(Compiled { pattern, value, weaker, allow: OnceLock::new() })
}

/// Where the expressions of a card are kept: all engines have those of the built-in ones in common.
fn lazy(id: &str, card: &Card) -> Arc<Lazy> {
    static SHARED: OnceLock<BTreeMap<&str, Arc<Lazy>>> = OnceLock::new();
    let none = || card::ids().map(|id| (id, Arc::default())).collect();
    let is_same = |built_in: &&Card| {
        built_in.pattern == card.pattern && built_in.weaker == card.weaker && built_in.allow == card.allow
    };
    let built_in = card::of(id).filter(is_same).and_then(|_| SHARED.get_or_init(none).get(id));
    built_in.map(Arc::clone).unwrap_or_default()
}

/// What is wrong with a card of a contract, if anything is.
///
/// # Errors
/// An expression that can't be compiled, or literals that are too short.
pub fn check(card: &Card) -> Result<(), String> {
    compile(card)?;
    card.allow.iter().try_for_each(|allow| regex(allow).map(drop))?;
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
    literals: Literals,
    /// What is known of each of them.
    known: Vec<Literal>,
    /// Literals of the contract's own detectors.
    own: Vec<memchr::memmem::Finder<'static>>,
    runs: Vec<(Run, usize)>,
}

/// A literal that is looked for.
#[derive(Debug)]
struct Literal {
    length: usize,
    /// The detectors that have it.
    owners: Vec<usize>,
    /// Whether a secret begins with it for sure; words of prose (`ecret`) are no beginning of anything.
    is_beginning: bool,
}

impl Literal {
    fn new(text: &[u8], owners: Vec<usize>, detectors: &[Detector]) -> Self {
        let is_sure = |detector: &Detector| detector.is_secret() && detector.certainty() == Certainty::Sure;
        let is_word = text.iter().all(u8::is_ascii_alphabetic) && !text.starts_with(b"A");
        let is_sign = text.len() >= 4 && !text.contains(&b' ') && !is_word;
        let is_beginning = is_sign && owners.iter().any(|owner| is_sure(&detectors[*owner]));
        Self { length: text.len(), owners, is_beginning }
    }
}

/// What one search has found so far.
struct Found<'h> {
    hits: &'h mut Vec<Hit>,
    /// Where its own hits begin.
    from: usize,
    /// Long matches that count for nothing, with their detectors: what lies in one is not looked at again.
    refused: Vec<(usize, Range<usize>)>,
    /// Detectors of which no match begins before a place, as a search has shown.
    none_before: Vec<(usize, usize)>,
}

impl<'h> Found<'h> {
    fn new(hits: &'h mut Vec<Hit>) -> Self {
        Self { from: hits.len(), hits, refused: Vec::new(), none_before: Vec::new() }
    }

    /// Whether no match of a detector begins as early as this.
    fn has_none(&self, detector: usize, start: usize) -> bool {
        self.none_before.iter().any(|(of, place)| *of == detector && start < *place)
    }

    fn none_before(&mut self, detector: usize, place: usize) {
        match self.none_before.iter_mut().find(|(of, _)| *of == detector) {
            Some(known) => known.1 = place,
            None => self.none_before.push((detector, place)),
        }
    }

    /// Whether a literal lies in a match of a detector that was judged already. That is one of the last; a text may hold very
    /// many.
    fn knows(&self, detector: usize, literal: &Range<usize>) -> bool {
        let around = |at: &Range<usize>| at.start <= literal.start && literal.end <= at.end;
        let hits = self.hits[self.from..].iter().rev().take(NEAR);
        let refused = self.refused.iter().rev().take(NEAR);
        hits.map(|hit| (hit.detector, &hit.at))
            .chain(refused.map(|(of, at)| (*of, at)))
            .any(|(of, at)| of == detector && around(at))
    }
}

/// Among how many of the last hits one is looked for that a literal is part of.
const NEAR: usize = 16;

impl Engine {
    /// An engine of these detectors; those of weight [`Weight::Allow`] are left out.
    #[must_use]
    pub fn new(cards: &BTreeMap<String, Card>) -> Self {
        let on = cards.iter().filter(|(_, card)| card.level != Weight::Allow || card.unchecked.is_some());
        let detectors: Vec<Detector> = on
            .map(|(id, card)| Detector {
                id: id.clone(),
                card: card.clone(),
                is_own: card::of(id).is_none(),
                compiled: lazy(id, card),
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
        let searched = Literals::new(literals.keys().copied());
        let known =
            literals.into_iter().map(|(literal, owners)| Literal::new(literal, owners, &detectors)).collect();
        Self { detectors, literals: searched, known, own, runs }
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
        let mut found = Found::new(hits);
        for (start, which) in self.literals.find(text) {
            let Literal { length, owners, .. } = &self.known[which];
            self.confirm(text, start..start + length, owners, &mut found);
        }
    }

    /// Which lines of a text [`Engine::find`] has something to confirm in: where in each of them the first literal begins. Many
    /// lines cost less when they are looked through in one go.
    pub fn lines(&self, text: &[u8], lines: &mut Vec<usize>) {
        lines.clear();
        let mut before = None;
        for (start, _) in self.literals.find(text) {
            // A line may hold very many.
            if before.is_none_or(|before| memchr::memchr(b'\n', &text[before..start]).is_some()) {
                lines.push(start);
            }
            before = Some(start);
        }
    }

    /// Where something stands with which a secret begins for sure, in order.
    #[must_use]
    pub fn beginnings(&self, text: &[u8]) -> Vec<Range<usize>> {
        let found = self.literals.find(text).filter(|(_, which)| self.known[*which].is_beginning);
        found.map(|(start, which)| start..start + self.known[which].length).collect()
    }

    /// Whether a text holds a literal of one of the contract's own detectors.
    #[must_use]
    pub fn may_hold_own(&self, text: &[u8]) -> bool {
        self.own.iter().any(|finder| finder.find(text).is_some())
    }

    fn confirm(&self, text: &[u8], literal: Range<usize>, owners: &[usize], found: &mut Found<'_>) {
        for index in owners {
            let detector = &self.detectors[*index];
            if found.knows(*index, &literal) || found.has_none(*index, literal.start) {
                continue;
            }
            let Some(compiled) = detector.compiled() else { continue };
            let mut start = literal.start.saturating_sub(detector.card.before);
            // Most literals are part of nothing, and what they are part of mostly ends soon.
            // Patterns of the contract's own may match nothing before their end.
            let reach = if detector.is_own { BEHIND } else { NEAR_BEHIND };
            let near = text.len().min(literal.end + 2 * reach);
            let next = compiled.pattern.find_at(&text[..near], start).map(|whole| whole.start());
            if next.is_none_or(|next| next > literal.start) {
                // What was looked at reaches as far behind the literals up to here as behind this one: where there are very
                // many they are not searched for again and again.
                let seen = if near == text.len() { near } else { near - reach };
                found.none_before(*index, next.map_or(seen, |next| next.min(seen)));
                continue;
            }
            let end = text.len().min(literal.end + BEHIND);
            while let Some(whole) = compiled.pattern.find_at(&text[..end], start) {
                if whole.start() > literal.start {
                    break;
                }
                if whole.end() >= literal.end {
                    let judge = |end: usize| {
                        let captures = compiled.pattern.captures_at(&text[..end], whole.start())?;
                        detector.judge(*index, text, &captures)
                    };
                    let hit = judge(end);
                    if hit.is_none() && whole.len() > NEAR_BEHIND {
                        found.refused.push((*index, whole.range()));
                    }
                    // What goes to the very end of what was looked at goes on behind it. Only what counts is followed there: a
                    // text may hold very many that do not.
                    let goes_on = hit.is_some() && whole.end() == end && end < text.len();
                    found.hits.extend(if goes_on { judge(text.len()).or(hit) } else { hit });
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
