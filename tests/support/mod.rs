//! What integration tests share: running the program in a folder, scratch folders, the corpus.

#![allow(dead_code, reason = "every test file is a crate of its own and uses its own part")]

pub mod rust;

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What a user sees of one run.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The lines of `--format concise` and its like that are findings.
    pub fn findings(&self) -> Vec<&str> {
        self.stdout.lines().filter(|line| line.contains('[') && line.contains("] ")).collect()
    }

    /// stdout as one JSON document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{self:?}"))
    }
}

/// The program in a folder, free of what the tests' own environment says about looks and threads.
pub fn command(folder: &Path, args: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telelint"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "FORCE_HYPERLINK", "RAYON_NUM_THREADS"]
    {
        command.env_remove(name);
    }
    command
}

/// Runs the program in a folder, with nothing on standard input.
pub fn telelint(folder: &Path, args: &[impl AsRef<OsStr>]) -> Run {
    finish(command(folder, args).spawn().unwrap())
}

/// Runs the program in a folder with these bytes on standard input.
pub fn telelint_reading(folder: &Path, args: &[impl AsRef<OsStr>], stdin: &[u8]) -> Run {
    telelint_fed(folder, args, |input| input.write_all(stdin))
}

/// Runs the program in a folder while `feed` writes to its standard input.
pub fn telelint_fed(
    folder: &Path,
    args: &[impl AsRef<OsStr>],
    feed: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send,
) -> Run {
    let mut child = command(folder, args).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that needs no more input may close its end.
            let _ = feed(&mut input);
        });
        finish(child)
    })
}

/// Waits for a child and holds what every run must keep to: an exit code of ours, UTF-8, no panic.
pub fn finish(mut child: Child) -> Run {
    let mut errors = child.stderr.take().unwrap();
    let (stdout, stderr) = std::thread::scope(|scope| {
        let errors = scope.spawn(move || {
            let mut bytes = Vec::new();
            errors.read_to_end(&mut bytes).unwrap();
            bytes
        });
        let mut bytes = Vec::new();
        if let Some(mut out) = child.stdout.take() {
            out.read_to_end(&mut bytes).unwrap();
        }
        (bytes, errors.join().unwrap())
    });
    let code = child.wait().unwrap().code();
    let run = Run {
        code: code.unwrap_or_else(|| panic!("ended by a signal: {}", String::from_utf8_lossy(&stderr))),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    };
    assert!((0..=2).contains(&run.code), "an exit code nobody promised: {run:?}");
    assert!(!run.stdout.contains("panicked") && !run.stderr.contains("panicked"), "{run:?}");
    run
}

/// An empty folder of a test's own. It is the root of a repository, so nothing outside it counts.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(folder.join(".git")).unwrap();
    folder
}

/// Writes a file, and the folders above it.
pub fn write(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A scratch folder with files in it.
pub fn scratch_with(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch(name);
    for (path, text) in files {
        write(&folder, path, text);
    }
    folder
}

/// A file or folder of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A Cargo manifest of a package with these dependencies.
pub fn manifest(name: &str, dependencies: &str) -> String {
    let listed: Vec<String> = dependencies.split_whitespace().map(|name| format!("{name} = \"1\"")).collect();
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n\n[dependencies]\n{}\n", listed.join("\n"))
}

/// The corpus of real inputs: `TELELINT_CORPUS`, or `../shared/corpus` beside the project. Where it is absent the test
/// says so and leaves it out; in CI that is a failure.
pub fn corpus(part: &str) -> Option<PathBuf> {
    let root = match std::env::var_os("TELELINT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => project("../shared/corpus"),
    };
    let part = root.join(part);
    if part.is_dir() {
        return Some(part.canonicalize().unwrap());
    }
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "CI needs the corpus: no {}",
        part.display()
    );
    eprintln!("left out: no corpus at {} (set TELELINT_CORPUS)", part.display());
    None
}
