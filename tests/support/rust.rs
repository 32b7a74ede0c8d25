//! Packages of Rust as people write them, in which each line that breaks the contract is marked with what is found there.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Run, manifest, scratch, telelint, write};

/// A package with these dependencies; files are given as `--- path` and their text.
pub fn package(dependencies: &str, files: &str) -> std::path::PathBuf {
    // One for each case: tests run side by side.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = scratch(&format!("{}-{number}", std::process::id()));
    write(&folder, "Cargo.toml", manifest("case", dependencies));
    for (path, text) in parts(files) {
        write(&folder, &path, text);
    }
    folder
}

pub fn parts(files: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in files.lines() {
        if let Some(path) = line.strip_prefix("--- ") {
            parts.push((path.to_owned(), String::new()));
            continue;
        }
        if parts.is_empty() {
            parts.push(("src/lib.rs".to_owned(), String::new()));
        }
        let text = &mut parts.last_mut().unwrap().1;
        text.push_str(line);
        text.push('\n');
    }
    parts
}

/// The report that a person sees, with what could not be seen.
pub fn shown(folder: &Path) -> Run {
    telelint(folder, &["check", "--color", "never", "--show", "unknown"])
}

pub fn check(folder: &Path, args: &[&str]) -> Run {
    // What must exist before code is the matter of other tests.
    let alone = ["check", "--color", "never", "--format", "concise", "--skip", "gates/*"];
    telelint(folder, &[&alone[..], args].concat())
}

/// What the marks `//~ level rule` in the files ask for, and what is found: file, line, level, rule.
pub fn judged(dependencies: &str, files: &str, args: &[&str]) {
    let folder = package(dependencies, files);
    let mut expected: Vec<String> = Vec::new();
    for (path, text) in parts(files) {
        for (at, line) in text.lines().enumerate() {
            for mark in line.split("//~ ").skip(1) {
                expected.push(format!("{path}:{} {}", at + 1, mark.trim()));
            }
        }
    }
    let run = check(&folder, args);
    let mut found: Vec<String> = run
        .findings()
        .iter()
        .map(|finding| {
            let (place, rest) = finding.split_once(": ").unwrap();
            let (level, rest) = rest.split_once('[').unwrap();
            let place = place.rsplit_once(':').unwrap().0;
            format!("{place} {} {}", level.trim(), rest.split(']').next().unwrap())
        })
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "\n{}", run.stdout);
}
