//! Every fixture is run as a user would run it: what `bad/` shows is compared with `expected.txt`, letter by letter,
//! and `good/` must be free of findings under all rules.
//!
//! `UPDATE_EXPECTED=1 cargo nextest run --test fixtures` writes the expected texts anew; read the difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

/// A day on which the fixtures' allow entries are judged, so that none of them expires by itself.
const TODAY: &str = "2026-11-01";

fn main() {
    let mut trials = Vec::new();
    for (id, folder) in fixtures() {
        let (bad, good) = (folder.clone(), folder);
        let (own, clean) = (id.clone(), id.clone());
        trials.push(Trial::test(format!("bad::{id}"), move || bad_shows(&own, &bad)));
        trials.push(Trial::test(format!("good::{id}"), move || good_is_clean(&clean, &good)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Every `fixtures/<family>/<rule>`.
fn fixtures() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for family in folders(&root).into_iter().filter(|family| !family.ends_with("repos")) {
        for rule in folders(&family) {
            let id = rule.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            found.push((id, rule));
        }
    }
    found
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

struct Run {
    command: String,
    stdout: String,
    code: i32,
}

/// Runs `telelint check` in a folder: on `.`, or with what the file `args` says.
fn run(folder: &Path, format: &str) -> Run {
    let args = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| ".".to_owned());
    let args = args.trim();
    let output = Command::new(env!("CARGO_BIN_EXE_telelint"))
        .current_dir(folder)
        .args(["check", "--color", "never", "--today", TODAY, "--format", format])
        .args(args.split_whitespace())
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Run {
        command: format!("telelint check {args}"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        code: output.status.code().unwrap(),
    }
}

fn bad_shows(id: &str, folder: &Path) -> Result<(), Failed> {
    let run = run(&folder.join("bad"), "human");
    if !run.stdout.contains(&format!("[{id}]")) {
        return Err(format!("{id} does not find its own fault:\n{}", run.stdout).into());
    }
    let shown = format!("$ {}\n{}exit code: {}\n", run.command, run.stdout, run.code);
    let path = folder.join("expected.txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &shown).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected == shown {
        return Ok(());
    }
    let line = expected.lines().zip(shown.lines()).take_while(|(a, b)| a == b).count() + 1;
    Err(format!("{} differs from line {line} on; the output was:\n{shown}", path.display()).into())
}

fn good_is_clean(_: &str, folder: &Path) -> Result<(), Failed> {
    let run = run(&folder.join("good"), "concise");
    if run.code != 0 || !run.stdout.contains("\n0 errors, 0 warnings, 0 info (") {
        return Err(format!("exit code {}:\n{}", run.code, run.stdout).into());
    }
    Ok(())
}
