//! Rust of many hands: the sources of crates that cargo has fetched, and repositories made of them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate is at most this part of a choice. Some bindings that programs make are as large as a hundred other crates, and
/// would be most of what is measured.
const LARGEST: u64 = 10;

/// Crates below one folder.
pub struct Corpus {
    pub folder: PathBuf,
    pub crates: usize,
    pub files: usize,
    pub bytes: u64,
    pub lines: u64,
}

impl Corpus {
    /// Fetched crates of about so many bytes of Rust. They are chosen once, so that the same is measured when cargo has
    /// fetched more.
    pub fn fetched(folder: &Path, bytes: u64) -> io::Result<Self> {
        if !folder.exists() {
            let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
            let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
            let registries = home.ok_or(io::ErrorKind::NotFound)?.join("registry/src");
            let mut crates = Vec::new();
            for registry in entries(&registries)? {
                crates.extend(entries(&registry)?);
            }
            // A registry and its mirror have the same crates.
            crates.sort_by(|a, b| a.file_name().cmp(&b.file_name()).then_with(|| a.cmp(b)));
            crates.dedup_by(|a, b| a.file_name() == b.file_name());
            gather(crates, folder, bytes, size, link)?;
        }
        Self::of(folder)
    }

    /// A part of it, of about so many bytes.
    pub fn part(&self, folder: &Path, bytes: u64) -> io::Result<Self> {
        gather(entries(&self.folder)?, folder, bytes, size, link)?;
        Self::of(folder)
    }

    /// A git repository of a part of it, of about so many lines. Its files are its own, so they can be changed.
    pub fn repository(&self, folder: &Path, lines: u64) -> io::Result<Self> {
        gather(entries(&self.folder)?, folder, lines, lines_of, |from, to| fs::copy(from, to).map(drop))?;
        for arguments in
            [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "Crates"]]
        {
            let status = git(folder).args(arguments).status()?;
            if !status.success() {
                return Err(io::Error::other(format!("git {} failed", arguments.join(" "))));
            }
        }
        Self::of(folder)
    }

    /// One of its files, of the crate in the middle.
    pub fn one_file(&self) -> io::Result<PathBuf> {
        let crates = entries(&self.folder)?;
        let files = crates.get(crates.len() / 2).map_or(Ok(Vec::new()), |folder| files(folder))?;
        files.into_iter().find(|path| is_rust(path)).ok_or(io::ErrorKind::NotFound.into())
    }

    fn of(folder: &Path) -> io::Result<Self> {
        let mut corpus = Self { folder: folder.to_owned(), crates: 0, files: 0, bytes: 0, lines: 0 };
        for folder in entries(folder)? {
            corpus.crates += 1;
            for path in files(&folder)?.iter().filter(|path| is_rust(path)) {
                corpus.files += 1;
                corpus.bytes += size(path)?;
                corpus.lines += lines_of(path)?;
            }
        }
        Ok(corpus)
    }
}

/// Git in a folder, the same whoever runs it: what a user has set up, such as hooks and signatures, takes time, too.
pub fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    // Set where a hook of git's runs this.
    for inherited in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(inherited);
    }
    git.args(["-c", "user.name=bench", "-c", "user.email=bench@localhost"]);
    git
}

/// The Rust files and manifests of a folder, in order. What else crates have is for other readers.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if is_rust(&path) || path.ends_with("Cargo.toml") {
            found.push(path);
        }
    }
    Ok(found)
}

pub fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "rs")
}

/// What is in a folder, in order, without what is hidden and without links.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let unread = |error| io::Error::other(format!("{}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry?;
        if !entry.file_type()?.is_symlink() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Makes a folder of some of the crates, whose files have `wanted` in all by what `measure` says of each.
fn gather(
    crates: Vec<PathBuf>,
    folder: &Path,
    wanted: u64,
    measure: impl Fn(&Path) -> io::Result<u64>,
    put: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let mut measured = Vec::new();
    for path in crates {
        // Files of one crate at a time: what this process holds in memory counts as peak memory of its children, too.
        let mut has = 0;
        for file in files(&path)?.iter().filter(|file| is_rust(file)) {
            has += measure(file)?;
        }
        measured.push((has, path));
    }
    // Under its name it is whole.
    let partial = folder.with_extension("partial");
    for old in [&partial, folder] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    for chosen in spread(measured, wanted) {
        let to = partial.join(chosen.file_name().unwrap_or_default());
        for file in files(&chosen)? {
            let to = file.strip_prefix(&chosen).map(|inside| to.join(inside)).map_err(io::Error::other)?;
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            put(&file, &to)?;
        }
    }
    fs::rename(partial, folder)
}

/// Every so many-th crate, from the first on, then from the second on, until it is enough.
fn spread(mut crates: Vec<(u64, PathBuf)>, wanted: u64) -> Vec<PathBuf> {
    crates.retain(|(has, _)| (1..=wanted / LARGEST).contains(has));
    let total: u64 = crates.iter().map(|(has, _)| has).sum();
    let step = (total / wanted).max(1) as usize;
    let mut chosen = Vec::new();
    let mut enough = 0;
    for (has, path) in (0..step).flat_map(|first| crates.iter().skip(first).step_by(step)) {
        if enough >= wanted {
            break;
        }
        enough += has;
        chosen.push(path.clone());
    }
    chosen
}

fn size(file: &Path) -> io::Result<u64> {
    Ok(fs::metadata(file)?.len())
}

fn lines_of(file: &Path) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(64 << 10, File::open(file)?);
    let mut lines = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(lines);
        }
        lines += memchr::memchr_iter(b'\n', buffer).count() as u64;
        let read = buffer.len();
        reader.consume(read);
    }
}

/// A second name of a file, or a copy where the other disk can't have one.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
}
