//! The walk over folders.

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::WalkBuilder;

use super::content::{ByName, by_content, by_name};
use super::{HEAD, Origin, Target};
use crate::contract::{self, Contract, Said};
use crate::facts::{Kind, Role};
use crate::read::frontend;
use crate::source::{Place, relative};

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// Inputs of known kinds, in order of path.
    pub targets: Vec<Target>,
    /// What could not be looked at: where, and why.
    pub unreadable: Vec<(Place, String)>,
    /// Folders below with a contract of their own, which are judged by it.
    pub nested: Vec<Utf8PathBuf>,
}

/// What the contract's patterns say of a file.
enum Verdict {
    /// Nothing.
    Open,
    /// It is left out.
    Ignored,
    /// It is of this kind.
    Is(Kind),
}

/// The contract's patterns, compiled; relative to the contract's folder.
struct Patterns<'c> {
    base: &'c Utf8Path,
    globs: GlobSet,
    kinds: Vec<(Option<Kind>, &'c Said<String>)>,
    documents: GlobSet,
    /// File names that patterns of documents spell out.
    names: Vec<&'c str>,
}

impl<'c> Patterns<'c> {
    fn new(contract: &'c Contract, base: &'c Utf8Path) -> Self {
        let mut kinds: Vec<(Option<Kind>, &Said<String>)> = Vec::new();
        kinds.extend(contract.files.ignore.0.iter().map(|pattern| (None, pattern)));
        for kind in Kind::ALL {
            kinds.extend(contract.files.of(kind).iter().map(|pattern| (Some(kind), pattern)));
        }
        let globs = set(kinds.iter().map(|(_, pattern)| pattern.as_str()));
        let gates = &contract.gates;
        let documents = gates.ux_mock.documents.iter().chain(&gates.governance.documents).flatten();
        let names = documents.clone().filter_map(|pattern| pattern.rsplit('/').next()).collect();
        Self { base, globs, kinds, documents: set(documents.map(|pattern| pattern.as_str())), names }
    }

    /// What the contract says of a file.
    fn of(&self, path: &Utf8Path) -> Verdict {
        let path = path.strip_prefix(self.base).unwrap_or(path);
        let matching = self.globs.matches(path);
        match matching.iter().min().and_then(|first| self.kinds.get(*first)) {
            None => Verdict::Open,
            Some((None, _)) => Verdict::Ignored,
            Some((Some(kind), _)) => Verdict::Is(*kind),
        }
    }

    /// Whether a gate's pattern means a file. A template or an overview is meant only by a pattern that names it.
    fn is_document(&self, path: &Utf8Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.documents.is_match(path.strip_prefix(self.base).unwrap_or(path))
            && (!is_overview(name) || self.names.contains(&name))
    }
}

/// Patterns of the contract that assign files to a kind and match none of these paths, which are relative to `root`.
#[must_use]
pub fn idle<'p>(
    contract: &Contract,
    base: &Utf8Path,
    root: &Utf8Path,
    paths: impl Iterator<Item = &'p str>,
) -> Vec<Said<String>> {
    let patterns = Patterns::new(contract, base);
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for path in paths {
        let full = root.join(path);
        used.extend(patterns.globs.matches(full.strip_prefix(base).unwrap_or(&full)));
    }
    let idle =
        patterns.kinds.iter().enumerate().filter(|(at, (kind, _))| kind.is_some() && !used.contains(at));
    idle.map(|(_, (_, pattern))| (*pattern).clone()).collect()
}

fn set<'p>(patterns: impl Iterator<Item = &'p str>) -> GlobSet {
    let mut globs = GlobSetBuilder::new();
    for pattern in patterns {
        // Patterns were found sound when the contract was read.
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            globs.add(glob);
        }
    }
    globs.build().unwrap_or_default()
}

/// How a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct Way<'w> {
    /// The folder the contract's patterns are relative to.
    pub base: &'w Utf8Path,
    /// The folder that shown paths are relative to.
    pub root: &'w Utf8Path,
    /// What every input is, whatever it looks like.
    pub kind: Option<Kind>,
    /// Whether folders with a contract of their own are left to it.
    pub leaves_nested: bool,
}

/// Walks the named files and folders. A file that is named is always read; one that is found is read if its kind is known.
pub fn walk(paths: &[Utf8PathBuf], contract: &Contract, way: Way<'_>) -> Found {
    let Way { base, root, kind, .. } = way;
    let patterns = Patterns::new(contract, base);
    let mut found = Found::default();
    for path in paths {
        // A pipe has a name but no place of its own.
        let full = match path.canonicalize_utf8() {
            Ok(full) => full,
            Err(_) if path.exists() => path.clone(),
            Err(error) => {
                found.unreadable.push((Place::of_file(&relative(path, root)), said(&error)));
                continue;
            }
        };
        if full.is_dir() {
            folder(&full, &patterns, way, &mut found);
        } else if !full.is_file() {
            // What can be read once only tells its kind while it is read.
            let (origin, path) = (Origin::File(full), relative(path, root).into());
            found.targets.push(Target { origin, path, kind, role: Role::Current });
        } else {
            let shown: Arc<str> = relative(&full, root).into();
            let declared = match patterns.of(&full) {
                Verdict::Is(kind) => Some(kind),
                Verdict::Open | Verdict::Ignored => None,
            };
            let known = kind.or(declared);
            let by_itself = || {
                told(&full, &patterns)
                    .and_then(|kind| kind.map_or_else(|| look(&full), |kind| Ok(Some(kind))))
            };
            match known.map_or_else(by_itself, |kind| Ok(Some(kind))) {
                Ok(Some(kind)) => found.targets.push(target(full, shown, kind)),
                Ok(None) => found.unreadable.push((Place::of_file(&shown), of_no_kind(&full))),
                Err(error) => found.unreadable.push((Place::of_file(&shown), said(&error))),
            }
        }
    }
    found.targets.sort_by(|a, b| a.path.cmp(&b.path));
    let mut seen = BTreeSet::new();
    found.targets.retain(|target| seen.insert(target.origin.clone()));
    found
}

fn folder(top: &Utf8Path, patterns: &Patterns<'_>, way: Way<'_>, found: &mut Found) {
    let Way { base, root, kind, leaves_nested } = way;
    let (base, top_owned) = (base.to_owned(), top.to_owned());
    let is_nested = move |path: &std::path::Path| {
        leaves_nested
            && path != base.as_std_path()
            && !top_owned.as_std_path().starts_with(path)
            && contract::FILE_NAMES.iter().any(|name| path.join(name).is_file())
    };
    let nested = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&nested);
    let walk = WalkBuilder::new(top)
        .require_git(false)
        .sort_by_file_path(Ord::cmp)
        .filter_entry(move |entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            if folder && entry.depth() > 0 && is_nested(entry.path()) {
                if let (Ok(mut seen), Ok(path)) =
                    (seen.lock(), Utf8PathBuf::from_path_buf(entry.path().into()))
                {
                    seen.push(path);
                }
                return false;
            }
            true
        })
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.unreadable.push(of_walk(&error, root));
                continue;
            }
        };
        // A link to a file is that file under another name, as Kubernetes mounts configuration; links to folders are left.
        let is_link = entry.file_type().is_some_and(|kind| kind.is_symlink());
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if !is_file && (!is_link || !entry.path().is_file()) {
            continue;
        }
        let full = match Utf8PathBuf::from_path_buf(entry.into_path()) {
            Ok(full) => full,
            Err(path) => {
                let place = Place::of_file(&path.to_string_lossy());
                found.unreadable.push((place, "its name is not UTF-8".to_owned()));
                continue;
            }
        };
        if contract::FILE_NAMES.contains(&full.file_name().unwrap_or_default()) {
            continue;
        }
        let shown: Arc<str> = relative(&full, root).into();
        let by_contract = match patterns.of(&full) {
            Verdict::Ignored => continue,
            Verdict::Is(known) => Some(known),
            Verdict::Open => None,
        };
        match by_contract.map_or_else(|| told(&full, patterns), |kind| Ok(Some(kind))) {
            // What was built, tests and what others wrote are no part of the front end.
            Ok(Some(Kind::Frontend)) if by_contract.is_none() && frontend::paths::is_left_out(&shown) => {}
            Ok(Some(known)) => {
                let known = if known.is_read() { kind.unwrap_or(known) } else { known };
                found.targets.push(target(full, shown, known));
            }
            Ok(None) => {}
            Err(error) => found.unreadable.push((Place::of_file(&shown), said(&error))),
        }
    }
    if let Ok(mut nested) = nested.lock() {
        found.nested.append(&mut nested);
    }
}

/// Whether a document's name says that it is about other documents.
fn is_overview(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.rsplit_once('.').map_or(lower.as_str(), |(stem, _)| stem);
    let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
    matches!(stem, "readme" | "index" | "toc" | "contributing")
        || ["template", "-template", "_template"]
            .iter()
            .any(|end| stem == *end || end.len() > 8 && stem.ends_with(end))
}

fn target(full: Utf8PathBuf, path: Arc<str>, kind: Kind) -> Target {
    Target { origin: Origin::File(full), path, kind: Some(kind), role: Role::Current }
}

/// What a file is by name or content.
fn told(full: &Utf8Path, patterns: &Patterns<'_>) -> std::io::Result<Option<Kind>> {
    if matches!(full.extension(), Some("md" | "markdown" | "yaml" | "yml")) && patterns.is_document(full) {
        return Ok(Some(Kind::Document));
    }
    match by_name(full) {
        ByName::Is(kind) => Ok(Some(kind)),
        ByName::No => Ok(None),
        ByName::Look(otherwise) => Ok(look(full)?.or(otherwise)),
    }
}

/// Why a file that was named is not read: what it is instead, where that can be told.
fn of_no_kind(full: &Utf8Path) -> String {
    let mut head = Vec::new();
    let read = std::fs::File::open(full).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    let binary = read.ok().and_then(|_| crate::read::binary(&head));
    binary.unwrap_or_else(|| "it is of no kind that telelint knows; say which with `--kind`".to_owned())
}

fn look(full: &Utf8Path) -> std::io::Result<Option<Kind>> {
    Ok(by_content(full, &super::open::peek(full)?))
}

fn of_walk(error: &ignore::Error, root: &Utf8Path) -> (Place, String) {
    let path = match error {
        ignore::Error::WithPath { path, .. } => path.to_string_lossy().into_owned(),
        ignore::Error::WithDepth { err, .. } => return of_walk(err, root),
        ignore::Error::Loop { child, .. } => child.to_string_lossy().into_owned(),
        _ => ".".to_owned(),
    };
    let reason = match error.io_error() {
        Some(error) => said(error),
        None => "it is a link that leads in a circle".to_owned(),
    };
    (Place::of_file(&relative(Utf8Path::new(&path), root)), reason)
}

/// An I/O error in words that do not repeat the path.
pub fn said(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
