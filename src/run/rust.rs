//! Rust files of a run with the packages they belong to: what the reader of Rust is given.

use std::collections::BTreeMap;
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};

use crate::discover::open::{Fetch, open};
use crate::discover::{Origin, Target};
use crate::facts::Gap;
use crate::read::rust::manifest::Package;
use crate::read::rust::{self, Source};
use crate::read::{Reading, Watch};
use crate::source::{Place, relative};

/// Reads the Rust files of a run together.
pub fn read(targets: &[Target], fetch: &Fetch, watch: &Watch, root: &Utf8Path) -> Reading {
    let mut packages = Packages { root, known: BTreeMap::new(), found: Vec::new(), broken: Vec::new() };
    let owners: Vec<Option<usize>> = targets.iter().map(|target| packages.of(target)).collect();
    let named = targets.iter().zip(owners);
    let sources: Vec<Source> = named
        .map(|(target, package)| Source { path: std::sync::Arc::clone(&target.path), package })
        .collect();
    // What comes by a stream comes once, and its lines can't be looked up later.
    let held: Vec<Option<Result<Vec<u8>, String>>> = targets
        .iter()
        .map(|target| (!matches!(target.origin, Origin::File(_))).then(|| bytes(target, fetch)))
        .collect();
    let load = |at: usize| held[at].clone().unwrap_or_else(|| bytes(&targets[at], fetch));
    let mut reading = rust::read(&sources, load, &packages.found, watch);
    for (target, held) in targets.iter().zip(&held) {
        let Some(Ok(bytes)) = held else { continue };
        for (at, line) in String::from_utf8_lossy(bytes).lines().enumerate() {
            reading.lines.insert((std::sync::Arc::clone(&target.path), at as u64 + 1), line.to_owned());
        }
    }
    packages.broken.into_iter().for_each(|gap| reading.facts.gaps.add(gap));
    reading
}

fn bytes(target: &Target, fetch: &Fetch) -> Result<Vec<u8>, String> {
    let opened = open(target, fetch)?;
    let mut bytes = opened.head;
    // One byte more than is read shows that it is too much.
    let most = (rust::MAX_FILE + 1) as u64;
    opened.rest.take(most).read_to_end(&mut bytes).map_err(|error| format!("reading failed: {error}"))?;
    Ok(bytes)
}

/// The packages of a repository, looked for from files upwards.
struct Packages<'r> {
    root: &'r Utf8Path,
    /// By folder.
    known: BTreeMap<Utf8PathBuf, Option<usize>>,
    found: Vec<Package>,
    broken: Vec<Gap>,
}

impl Packages<'_> {
    fn of(&mut self, target: &Target) -> Option<usize> {
        let Origin::File(path) = &target.origin else { return None };
        self.above(path.parent()?)
    }

    /// The package of a folder: its own, or that of a folder above, up to the repository's root.
    fn above(&mut self, folder: &Utf8Path) -> Option<usize> {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let own = self.in_folder(folder);
        let is_root = folder == self.root || !folder.starts_with(self.root);
        let package =
            own.or_else(|| folder.parent().filter(|_| !is_root).and_then(|above| self.above(above)));
        self.known.insert(folder.to_owned(), package);
        package
    }

    fn in_folder(&mut self, folder: &Utf8Path) -> Option<usize> {
        let manifest = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).ok()?;
        let path = relative(&manifest, self.root);
        match Package::of(&path, &text) {
            Ok(package) => {
                let mut package = package?;
                package.has_program |= folder.join("src/main.rs").exists() || folder.join("src/bin").is_dir();
                self.found.push(package);
                Some(self.found.len() - 1)
            }
            Err(said) => {
                let what =
                    format!("the manifest can't be read, so it is not known what the package uses: {said}");
                self.broken.push(Gap { place: Place::of_file(&path), what });
                None
            }
        }
    }
}
