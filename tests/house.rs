//! The house itself: card, code, fixture, page and README row of every rule stand at one path, modules reach only where
//! the arrows of docs/architecture.md allow, and nothing carries traces of the machine it was made on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use telelint::rules::{self, Rule};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder, relative to the root.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root().join(folder)];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            found.push(path.strip_prefix(root()).unwrap().to_owned());
        }
    }
    found.sort();
    found
}

/// The ids that a folder's files or subfolders stand for.
fn ids(folder: &str, ending: &str) -> BTreeSet<String> {
    files(folder)
        .iter()
        .filter_map(|path| path.strip_prefix(folder).ok()?.to_str()?.strip_suffix(ending).map(str::to_owned))
        .filter(|id| id.matches('/').count() == 1)
        .collect()
}

#[test]
fn card_code_fixture_and_page_stand_at_the_path_of_the_id() {
    let known: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.id.to_owned()).collect();
    let cards: BTreeSet<_> = ids("rules", ".yaml").into_iter().filter(|id| !is_data(id)).collect();
    assert_eq!(cards, known, "cards");
    let code: BTreeSet<_> = ids("src/rules", ".rs").into_iter().map(|id| id.replace('_', "-")).collect();
    assert_eq!(code, known, "code");
    assert_eq!(ids("docs/rules", ".md"), known, "pages");
    for id in &known {
        for part in ["bad", "good", "expected.txt"] {
            assert!(root().join("fixtures").join(id).join(part).exists(), "fixtures/{id}/{part}");
        }
    }
    let fixtures: BTreeSet<_> = files("fixtures")
        .iter()
        .filter_map(|path| {
            let mut parts =
                path.components().skip(1).map(|part| part.as_os_str().to_string_lossy().into_owned());
            Some(format!("{}/{}", parts.next()?, parts.next()?))
        })
        .filter(|id| !id.starts_with("repos/"))
        .collect();
    assert_eq!(fixtures, known, "fixtures");
}

fn is_data(id: &str) -> bool {
    ["presets/", "detectors/", "shapes/"].iter().any(|folder| id.starts_with(folder))
}

#[test]
fn rules_are_listed_in_order() {
    let ids: Vec<_> = rules::ALL.iter().map(|rule| rule.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(ids, sorted);
}

#[test]
fn every_card_says_all_it_should() {
    let requirements = ["R1.", "R2.", "R3.", "R4.", "R5.", "R6."];
    for rule in &rules::ALL {
        let card = rule.card();
        let (id, title) = (rule.id, &card.title);
        assert!(!title.is_empty() && !title.ends_with('.'), "{id}: title");
        assert!(!title.starts_with(|c: char| c.is_uppercase()) || title.starts_with("HELP"), "{id}: {title}");
        for (name, text) in [("what", &card.what), ("why", &card.why), ("fix", &card.fix)] {
            assert!(text.len() > 40 && text.trim_end().ends_with('.'), "{id}: {name}");
        }
        assert!(!card.example.bad.is_empty() && !card.example.good.is_empty(), "{id}: example");
        assert_ne!(card.example.bad, card.example.good, "{id}: example");
        for requirement in &card.requirements {
            assert!(requirements.iter().any(|known| requirement.starts_with(known)), "{id}: {requirement}");
        }
    }
}

#[test]
fn pages_and_the_readme_table_are_fresh() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    for rule in &rules::ALL {
        let path = format!("docs/rules/{}.md", rule.id);
        let page = telelint::cli::explain::page(rule);
        if update {
            fs::create_dir_all(root().join(&path).parent().unwrap()).unwrap();
            fs::write(root().join(&path), &page).unwrap();
        }
        assert!(text(&path) == page, "{path} is stale: UPDATE_EXPECTED=1 cargo nextest run --test house");
    }
    let table = telelint::cli::explain::markdown_table();
    let readme = text("README.md");
    let (begin, end) = ("<!-- rules begin -->\n", "<!-- rules end -->");
    let from = readme.find(begin).expect("README.md has no rule table") + begin.len();
    let to = readme.find(end).expect("README.md's rule table has no end");
    if update {
        fs::write(root().join("README.md"), format!("{}{table}{}", &readme[..from], &readme[to..])).unwrap();
    } else {
        assert_eq!(
            &readme[from..to],
            table,
            "the rule table is stale: UPDATE_EXPECTED=1 cargo nextest run --test house"
        );
    }
}

#[test]
fn generated_schemas_are_fresh() {
    use telelint::cli::schema::{What, text as schema};
    for (name, what) in [("contract", What::Contract), ("report", What::Report), ("facts", What::Facts)] {
        let path = format!("schemas/{name}.schema.json");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::create_dir_all(root().join("schemas")).unwrap();
            fs::write(root().join(&path), schema(what)).unwrap();
        }
        assert_eq!(
            text(&path),
            schema(what),
            "{path} is stale: UPDATE_EXPECTED=1 cargo nextest run --test house"
        );
    }
}

/// Which module may use which: the arrows of docs/architecture.md. A module may always use its own parts.
const ARROWS: [(&str, &[&str]); 16] = [
    ("source", &["detect"]),
    ("tree", &["source", "detect"]),
    ("detect", &[]),
    ("naming", &[]),
    ("facts", &["source", "naming", "detect"]),
    ("finding", &["source", "facts"]),
    ("inventory", &["facts", "naming", "source", "detect"]),
    ("contract", &["source", "naming", "facts", "detect"]),
    ("discover", &["contract", "source", "facts", "read", "detect"]),
    ("read", &["facts", "detect", "source", "naming", "tree"]),
    ("link", &["facts", "naming", "contract", "finding", "source", "detect"]),
    ("rules", &["facts", "contract", "finding", "naming", "source", "link", "detect"]),
    ("quiet", &["finding", "contract", "facts", "rules"]),
    (
        "run",
        &[
            "contract", "detect", "discover", "facts", "finding", "link", "naming", "quiet", "read", "rules",
            "source", "tree",
        ],
    ),
    ("report", &["finding", "source", "rules", "run", "facts", "contract"]),
    ("cli", &["contract", "discover", "facts", "finding", "inventory", "quiet", "report", "rules", "run"]),
];

#[test]
fn modules_reach_only_along_the_arrows() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into();
    let mut used: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for path in files("src") {
        let name = path
            .components()
            .nth(1)
            .unwrap()
            .as_os_str()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        if matches!(name.as_str(), "lib" | "main") {
            continue;
        }
        let (module, allowed) =
            arrows.get_key_value(name.as_str()).unwrap_or_else(|| panic!("{name} has no arrows"));
        let source = text(path.to_str().unwrap());
        // Tests may look anywhere.
        let source = source.split("#[cfg(test)]").next().unwrap();
        for (line, text) in
            source.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let place = format!("{}:{}", path.display(), line + 1);
            assert!(!text.contains("crate::{"), "{place}: name each module with `crate::` of its own");
            for (at, _) in text.match_indices("crate::") {
                let target: String =
                    text[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if target.is_empty() || target == name {
                    continue;
                }
                assert!(allowed.contains(&target.as_str()), "{place}: `{name}` may not use `{target}`");
                used.entry(module).or_default().insert(target);
            }
        }
    }
    for (module, allowed) in ARROWS {
        let used = used.get(module).cloned().unwrap_or_default();
        let idle: Vec<_> = allowed.iter().filter(|target| !used.contains(**target)).collect();
        assert!(idle.is_empty(), "`{module}` no longer uses {idle:?}: take the arrows out");
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    for path in
        files("src").iter().chain(&files("tests")).filter(|path| path.extension().is_some_and(|e| e == "rs"))
    {
        let source = text(path.to_str().unwrap());
        assert!(source.starts_with("//!"), "{}: no header says what lives here", path.display());
        let lines = source.lines().count();
        let most = if path.starts_with("src/rules/") { 150 } else { 700 };
        assert!(lines <= most, "{}: {lines} lines", path.display());
    }
}

#[test]
fn nothing_shows_where_it_was_made() {
    let folders = ["src", "rules", "fixtures", "tests", "docs", "benches", "scripts", "schemas", ".ci"];
    let words =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("crates", "-mirror")];
    for path in folders.iter().flat_map(|folder| files(folder)) {
        let bytes = fs::read(root().join(&path)).unwrap();
        let source = String::from_utf8_lossy(&bytes);
        for word in words {
            assert!(!source.contains(word), "{} holds `{word}`", path.display());
        }
    }
}

#[test]
fn ids_are_found_and_patterns_match() {
    assert!(Rule::of("metrics/unbounded-label").is_some());
    assert!(rules::matches("metrics/*", "metrics/bad-name"));
    assert!(rules::matches("*", "metrics/bad-name"));
    assert!(!rules::matches("metrics/bad", "metrics/bad-name"));
    assert!(!rules::matches("metric*", "metrics/bad-name"));
}
