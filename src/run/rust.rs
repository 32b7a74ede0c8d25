//! Rust files of a run with the packages they belong to: what the reader of Rust is given.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use camino::{Utf8Path, Utf8PathBuf};

use crate::detect::masked;
use crate::discover::open::{Fetch, open};
use crate::discover::{Origin, Target};
use crate::facts::Gap;
use crate::read::rust::manifest::{Inherited, Package, workspace};
use crate::read::rust::{self, Source};
use crate::read::{Reading, Watch};
use crate::source::{Place, relative};

/// Reads the Rust files of a run together; `paths` are those that the user named.
pub fn read(
    targets: &[Target],
    paths: &[Utf8PathBuf],
    fetch: &Fetch,
    watch: &Watch,
    root: &Utf8Path,
) -> Reading {
    let mut packages = Packages {
        root,
        known: HashMap::new(),
        workspaces: BTreeMap::new(),
        found: Vec::new(),
        broken: Vec::new(),
    };
    let owners: Vec<Option<usize>> = targets.iter().map(|target| packages.of(target)).collect();
    for owner in owners.iter().flatten() {
        packages.found[*owner].is_read = true;
    }
    packages.add_beside();
    for package in &mut packages.found {
        let folder = root.join(&package.folder);
        package.is_whole = paths.iter().any(|path| folder.starts_with(path));
    }
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
    if let Origin::File(path) = &target.origin
        && let Some(bytes) = at_once(path)
    {
        return Ok(bytes);
    }
    let opened = open(target, fetch)?;
    let mut bytes = opened.head;
    // One byte more than is read shows that it is too much.
    let most = (rust::MAX_FILE + 1) as u64;
    opened.rest.take(most).read_to_end(&mut bytes).map_err(|error| format!("reading failed: {error}"))?;
    Ok(bytes)
}

/// A file that is small and not packed, in as few steps as the system lets; others take the long way, which says what is wrong.
fn at_once(path: &Utf8Path) -> Option<Vec<u8>> {
    let is_small = |data: &std::fs::Metadata| data.is_file() && data.len() <= rust::MAX_FILE as u64;
    std::fs::metadata(path).ok().filter(is_small)?;
    let bytes = std::fs::read(path).ok()?;
    let is_packed = bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd");
    (!is_packed).then_some(bytes)
}

/// The packages of a repository, looked for from files upwards.
struct Packages<'r> {
    root: &'r Utf8Path,
    /// By folder; a path is compared part by part, so there is no order.
    known: HashMap<Utf8PathBuf, Option<usize>>,
    /// What workspaces say, by folder.
    workspaces: BTreeMap<Utf8PathBuf, Option<Inherited>>,
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
        let path = relative(&manifest, self.root);
        let text = match manifest_text(&manifest) {
            Ok(text) => text?,
            Err(said) => {
                self.broken_manifest(&path, &said);
                return None;
            }
        };
        match Package::of(&path, &text) {
            Ok(package) => {
                let mut package = package?;
                package.has_program |= folder.join("src/main.rs").exists() || folder.join("src/bin").is_dir();
                self.inherit(&mut package, folder);
                self.found.push(package);
                Some(self.found.len() - 1)
            }
            Err(said) => {
                self.broken_manifest(&path, &said);
                None
            }
        }
    }

    fn broken_manifest(&mut self, path: &str, said: &str) {
        let what =
            format!("the manifest can't be read, so it is not known what the package uses: {}", masked(said));
        self.broken.push(Gap { place: Place::of_file(path), what });
    }

    /// What the workspace says of a package's dependencies.
    fn inherit(&mut self, package: &mut Package, folder: &Utf8Path) {
        if package.inherited.is_empty() {
            return;
        }
        let Some(home) = folder.ancestors().take_while(|above| above.starts_with(self.root)).find(|above| {
            let known = self.workspaces.entry((*above).to_owned()).or_insert_with(|| {
                manifest_text(&above.join("Cargo.toml")).ok().flatten().and_then(|text| workspace(&text))
            });
            known.is_some()
        }) else {
            return;
        };
        let Some(Some(shared)) = self.workspaces.get(home) else { return };
        for key in &package.inherited {
            let Some((name, path)) = shared.get(key) else { continue };
            if name != key
                && let Some(place) = package.dependencies.remove(key)
            {
                package.dependencies.insert(name.clone(), place);
            }
            package.paths.extend(path.iter().map(|path| home.join(path).into_string()));
        }
    }

    /// Manifests of packages that others depend on and of which no file is read.
    fn add_beside(&mut self) {
        let mut at = 0;
        while let Some(package) = self.found.get(at) {
            let folder = self.root.join(&package.folder);
            let beside: Vec<Utf8PathBuf> = package
                .paths
                .iter()
                .filter_map(|path| folder.join(path).canonicalize_utf8().ok())
                .filter(|path| path.starts_with(self.root))
                .collect();
            for folder in beside {
                if !self
                    .known
                    .get(&folder)
                    .is_some_and(|known| known.is_some_and(|at| self.is_of(at, &folder)))
                {
                    let own = self.in_folder(&folder);
                    self.known.insert(folder, own);
                }
            }
            at += 1;
        }
    }

    fn is_of(&self, at: usize, folder: &Utf8Path) -> bool {
        self.found.get(at).is_some_and(|package| self.root.join(&package.folder) == folder)
    }
}

/// The longest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 1 << 20;

/// A manifest's text; `None` where there is none.
fn manifest_text(path: &Utf8Path) -> Result<Option<String>, String> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    // A pipe or a device would have no end.
    if !file.metadata().is_ok_and(|data| data.is_file()) {
        return Err("it is no file".to_owned());
    }
    let mut text = String::new();
    file.take(MAX_MANIFEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(Some(text))
}
