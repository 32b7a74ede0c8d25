//! Every detector card does what its examples say, by itself and among all others.

#[path = "logs/templates.rs"]
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use telelint::detect::card::{Examples, TEXTS, Weight, built_in};
use telelint::detect::{Card, Engine, Hit, masked};
use templates::{Expanded, expand, seed_of};

/// How often each template is filled: a pattern that fits most random keys must fit all of them.
const SEEDS: u64 = 24;

/// How many literals the packed searcher takes; each further one costs a search of its own.
const MOST_LITERALS: usize = 64;

/// The built-in cards with their examples, which the product leaves out.
fn cards() -> BTreeMap<String, Card> {
    let card = |(id, text): &(&str, &str)| {
        let card = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{id}.yaml: {error}"));
        ((*id).to_owned(), card)
    };
    TEXTS.iter().map(card).collect()
}

/// How templates begin.
const TEMPLATES: [&str; 19] = [
    "{alnum:",
    "{base62:",
    "{lower:",
    "{upper:",
    "{digits:",
    "{hex:",
    "{HEX:",
    "{base32:",
    "{base64:",
    "{base64url:",
    "{nats-seed",
    "{github:",
    "{card:",
    "{iban:",
    "{jwt",
    "{basic:",
    "{uuid",
    "{pem-body",
    "{alnum}",
];

/// A card that is off by default is on here: its examples hold all the same.
fn on(card: &Card) -> Card {
    let level = if card.level == Weight::Allow { Weight::Warning } else { card.level };
    Card { level, ..card.clone() }
}

fn engine_of<'c>(cards: impl IntoIterator<Item = (&'c String, &'c Card)>) -> Engine {
    Engine::new(&cards.into_iter().map(|(id, card)| (id.clone(), on(card))).collect())
}

fn hits(engine: &Engine, text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    engine.find(text.as_bytes(), &mut hits);
    engine.find_runs(text.as_bytes(), &mut hits);
    hits
}

/// Who is on in an engine and found something.
fn found_by<'e>(engine: &'e Engine, text: &str) -> BTreeSet<&'e str> {
    hits(engine, text).iter().map(|hit| engine.detector(hit).id.as_str()).collect()
}

fn filled<'t>(id: &str, templates: &'t [String]) -> impl Iterator<Item = (&'t str, Expanded)> {
    let first = seed_of(id);
    templates.iter().flat_map(move |template| {
        (0..SEEDS).map(move |seed| (template.as_str(), expand(template, first.wrapping_add(seed))))
    })
}

/// What a card's examples show to be wrong with it; the templates are named, and never what they became.
fn wrong_with(id: &str, card: &Card, all: &Engine, defaults: &Engine) -> BTreeSet<String> {
    let alone = engine_of(&BTreeMap::from([(id.to_owned(), card.clone())]));
    let is_on = card.level != Weight::Allow;
    let mut wrong = BTreeSet::new();
    let mut must = |holds: bool, template: &str, what: &str| {
        if !holds {
            wrong.insert(format!("{id}: {what}: {template}"));
        }
    };
    // A template that is misspelt stays as it is, and the example tests something else.
    for template in card.examples.fires.iter().chain(&card.examples.silent) {
        let text = expand(template, 1).text;
        let forgotten = TEMPLATES.iter().find(|name| text.contains(**name));
        must(forgotten.is_none(), template, "has a template that is not filled");
    }
    for (template, Expanded { text, secrets }) in filled(id, &card.examples.fires) {
        let hits = hits(&alone, &text);
        must(!hits.is_empty(), template, "is not found");
        must(!found_by(all, &text).is_empty(), template, "is found by nobody among all");
        must(!is_on || !found_by(defaults, &text).is_empty(), template, "is found by nobody by default");
        for hit in &hits {
            let within = hit.at.start <= hit.value.start && hit.value.end <= hit.at.end;
            must(within && !hit.value.is_empty(), template, "has its value outside of the match");
            let Some(value) = text.get(hit.value.clone()) else {
                must(false, template, "is cut within a character");
                continue;
            };
            // What is masked must be the secret itself, not what stands beside it.
            let of_secret = |secret: &String| value.contains(secret.as_str()) || secret.contains(value);
            let overlaps = |secret: &String| {
                text.match_indices(secret.as_str())
                    .any(|(at, _)| at < hit.value.end && hit.value.start < at + secret.len())
            };
            must(
                secrets.is_empty() || secrets.iter().any(|secret| of_secret(secret) || overlaps(secret)),
                template,
                "is found where the secret is not",
            );
        }
    }
    for (template, Expanded { text, .. }) in filled(id, &card.examples.silent) {
        must(hits(&alone, &text).is_empty(), template, "is found and should not be");
        must(!found_by(all, &text).contains(id), template, "is found among all and should not be");
        must(!found_by(defaults, &text).contains(id), template, "is found by default and should not be");
    }
    wrong
}

#[test]
fn every_card_finds_its_examples_and_leaves_the_others_alone() {
    let (all, defaults) = (engine_of(built_in()), Engine::built_in());
    let wrong: BTreeSet<String> =
        cards().iter().flat_map(|(id, card)| wrong_with(id, card, &all, &defaults)).collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The test above can fail: cards that are broken on purpose.
#[test]
fn a_card_with_wrong_examples_is_told() {
    let (all, defaults) = (engine_of(built_in()), Engine::built_in());
    let good = cards()["stripe-secret"].clone();
    let wrong = |change: fn(&mut Card)| {
        let mut card = good.clone();
        change(&mut card);
        wrong_with("stripe-secret", &card, &all, &defaults)
    };
    assert_eq!(wrong(|_| ()), BTreeSet::new());
    let cases: [fn(&mut Card); 6] = [
        |card| card.literals = vec!["no_such_literal".to_owned()],
        |card| card.pattern = card.pattern.replace("10,247", "10,30"),
        |card| card.before = 0,
        |card| card.allow = vec!["^".to_owned()],
        |card| card.allow.clear(),
        |card| card.examples.silent.push("sk_live_{alnum:24}".to_owned()),
    ];
    for (number, change) in cases.into_iter().enumerate() {
        assert!(!wrong(change).is_empty(), "change {number} went unnoticed");
    }
    let beside = wrong(|card| card.pattern = "(?P<value>[sr]k_(?:live|test)_)[0-9A-Za-z]{10,247}".to_owned());
    assert!(beside.iter().any(|said| said.contains("where the secret is not")), "{beside:?}");
}

/// What the built-in engine finds the mask hides: in the example, in the match by itself (as a level, a name of a service or
/// a field may be one), and in either as a JSON string.
#[test]
fn what_is_found_is_masked() {
    let engine = Engine::built_in();
    let mut shown = BTreeSet::new();
    for (id, card) in &cards() {
        for (template, Expanded { text, .. }) in filled(id, &card.examples.fires) {
            let found = hits(&engine, &text);
            let alone = found.iter().map(|hit| text[hit.at.clone()].to_owned());
            let path = found.iter().map(|hit| format!("/a/{}/b", &text[hit.at.clone()]));
            for (form, text) in std::iter::once(("", text.clone()))
                .chain(alone.map(|text| ("the match of ", text)))
                .chain(path.map(|text| ("a pointer with ", text)))
            {
                let quoted = serde_json::to_string(&text).unwrap();
                for text in [text, quoted] {
                    let mask = masked(&text);
                    assert_eq!(mask.chars().count(), text.chars().count(), "{id}: {template}");
                    for hit in hits(&engine, &text) {
                        let before = text[..hit.value.start].chars().count();
                        let width = text[hit.value.clone()].chars().count();
                        if !mask.chars().skip(before).take(width).all(|c| c == '•') {
                            shown.insert(format!("{id}: {form}{template}"));
                        }
                    }
                }
            }
        }
    }
    assert!(shown.is_empty(), "{} shown\n{}", shown.len(), shown.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_program_has_the_cards_of_the_folder_and_all_of_them_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/detectors");
    let on_disk: BTreeMap<String, String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let id = name.strip_suffix(".yaml").unwrap_or_else(|| panic!("{name} is no card"));
            (id.to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    let compiled: BTreeMap<String, String> =
        TEXTS.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect();
    assert_eq!(compiled.len(), TEXTS.len(), "an id stands twice");
    assert_eq!(compiled.keys().collect::<Vec<_>>(), on_disk.keys().collect::<Vec<_>>());
    for (id, text) in &compiled {
        assert_eq!(text, &on_disk[id], "{id}");
        // The product reads a card up to its examples.
        let examples = text.split_once("\nexamples:").map(|(_, examples)| examples);
        let is_last = examples
            .is_some_and(|examples| !examples.lines().any(|line| line.starts_with(char::is_alphabetic)));
        assert!(is_last, "{id}.yaml: `examples:` stands last");
    }
    let whole = cards();
    let without_examples = |card: &Card| Card { examples: Examples::default(), ..card.clone() };
    let shortened: BTreeMap<String, Card> =
        whole.iter().map(|(id, card)| (id.clone(), without_examples(card))).collect();
    assert_eq!(&shortened, built_in());
}

#[test]
fn cards_are_sound() {
    let mut literals = BTreeSet::new();
    for (id, card) in &cards() {
        if let Err(error) = telelint::detect::engine::check(card) {
            panic!("{id}: {error}");
        }
        let (fires, silent) = (&card.examples.fires, &card.examples.silent);
        assert!(fires.len() >= 4, "{id}: {} examples that fire", fires.len());
        assert!(silent.len() >= 5, "{id}: {} examples that don't", silent.len());
        let texts: BTreeSet<_> = fires.iter().chain(silent).collect();
        assert_eq!(texts.len(), fires.len() + silent.len(), "{id}: an example stands twice");
        assert!(!card.references.is_empty(), "{id}: no reference");
        assert!(!card.title.is_empty() && !card.title.starts_with("a "), "{id}: {:?}", card.title);
        assert!(card.literals.is_empty() != card.run.is_none(), "{id}: literals or a run, not both");
        literals.extend(card.literals.iter().filter(|literal| literal.len() > 1).cloned());
    }
    assert!(literals.len() <= MOST_LITERALS, "{} literals: {literals:?}", literals.len());
}
