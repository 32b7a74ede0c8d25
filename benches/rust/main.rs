//! What `telelint check` costs on a large amount of Rust, beside what else reads it in the same run: a parser that does
//! nothing but parse each file, and ast-grep and semgrep with one pattern each. And how long it takes when one file of a
//! repository has changed, beside `git status`.
//!
//! `scripts/bench` runs it. It prints Markdown and fails only where a command fails: a missed goal is marked, since how
//! fast a machine is proves nothing about the code. Ratios of one run are what to compare.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

mod corpus;
#[path = "../common/goals.rs"]
mod goals;
#[allow(dead_code, reason = "only commands of the other benchmarks read their standard input")]
#[path = "../common/measure.rs"]
mod measure;
mod parse;
#[path = "../common/rows.rs"]
mod rows;

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use corpus::{Corpus, git};
use goals::{at_least, at_most, machine};
use measure::{Cost, Input, best_of, instructions, version, version_of};
use rows::Row;

const RUNS: usize = 3;
/// How often one file is changed.
const CHANGES: usize = 5;
const TELELINT: &str = env!("CARGO_BIN_EXE_telelint");

const BYTES: u64 = 100_000_000;
/// Where instructions are counted: valgrind is too slow for all of them.
const COUNTED_BYTES: u64 = 4_000_000;
const LINES_OF_REPOSITORY: u64 = 300_000;

/// What peers look for: one macro, with whatever arguments.
const SEMGREP_RULE: &str = "\
rules:
  - {id: info, languages: [rust], severity: INFO, message: An event., pattern: info!(...)}
";
const AST_GREP_PATTERN: &str = "info!($$$)";

/// Makes this program parse every file of the folder that follows, and do nothing else.
const PARSE: &str = "--parse";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip_while(|argument| argument != PARSE).skip(1);
    if let Some(folder) = arguments.next() {
        return Ok(parse::every_file(folder.into())?);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-rust");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("semgrep.yaml"), SEMGREP_RULE)?;
    let large = Corpus::fetched(&folder.join("corpus"), BYTES)?;
    let counted = large.part(&folder.join("counted"), COUNTED_BYTES)?;
    let bench = Bench { folder, large, counted };

    let seen = bench.seen()?;
    let [one, two] = [bench.telelint(1)?, bench.telelint(2)?];
    let syn = bench.syn()?;
    let peers = [
        ("ast-grep", version("ast-grep").map_or(Ok(Vec::new()), |said| bench.ast_grep(said))?),
        ("semgrep", bench.semgrep()?),
    ];
    let change = bench.change()?;

    print_sizes(&bench.large, &seen);
    println!("{}, best of {RUNS}:\n", machine());
    rows::print(&[&one, &two, &syn], &peers);
    if let Some(change) = &change {
        println!("\n{change}");
    }
    let [ast_grep, semgrep] = [0, 1].map(|peer: usize| peers[peer].1.first());
    let faster = |row: Option<&Row>| row.map(|row| row.seconds() / one.seconds());
    let peak = one.cost.peak.max(two.cost.peak);
    let goals = [
        at_most("CPU time, one thread / syn, every file", Some(one.seconds() / syn.seconds()), 0.9, " x"),
        at_least("CPU time of ast-grep / ours, one thread", faster(ast_grep), 2.5, " x"),
        at_least("CPU time of semgrep / ours, one thread", faster(semgrep), 6.0, " x"),
        at_least("two threads / one, wall", Some(one.wall() / two.wall()), 1.8, " x"),
        at_most("peak memory", Some(peak as f64 / 1e6), 200.0, " MB"),
        at_most(
            "one file changed: `telelint check` beyond `git status`",
            change.map(|change| change.check.as_secs_f64() - change.status.as_secs_f64()),
            1.0,
            " s",
        ),
    ];
    println!("\n| what | measured | goal | |\n|---|---|---|---|");
    for goal in goals {
        println!("{goal}");
    }
    Ok(())
}

fn print_sizes(corpus: &Corpus, seen: &str) {
    let megabytes = corpus.bytes as f64 / 1e6;
    if corpus.bytes < BYTES {
        println!(
            "Cargo has fetched too little for {:.0} MB: with {megabytes:.1} MB, figures are less certain.\n",
            BYTES as f64 / 1e6,
        );
    }
    println!(
        "{megabytes:.1} MB of Rust, {} lines in {} files of {} crates. By syn: {seen}.\n",
        corpus.lines, corpus.files, corpus.crates,
    );
}

/// Where the sources are.
struct Bench {
    folder: PathBuf,
    large: Corpus,
    counted: Corpus,
}

impl Bench {
    /// What the parser says it has seen. The first run of all, it also brings the files into memory for those that count.
    fn seen(&self) -> Result<String> {
        let output = parser(&self.large)?.output()?;
        if !output.status.success() {
            return Err(format!("syn: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn telelint(&self, threads: usize) -> Result<Row> {
        let command = |corpus: &Corpus| {
            let mut command = telelint(corpus);
            command.env("RAYON_NUM_THREADS", threads.to_string());
            Ok(command)
        };
        let what = format!("telelint, {threads} thread{}", if threads == 1 { "" } else { "s" });
        self.row(what, command, threads == 1)
    }

    fn syn(&self) -> Result<Row> {
        self.row("syn, every file".to_owned(), parser, true)
    }

    fn ast_grep(&self, said: String) -> Result<Vec<Row>> {
        let mut command = Command::new("ast-grep");
        command.args(["run", "--lang", "rust", "--threads", "1", "--json=stream"]);
        command.args(["--pattern", AST_GREP_PATTERN]).current_dir(&self.large.folder);
        let cost = best_of(RUNS, &self.fine(0, 1), &Input::None, &mut command)?;
        Ok(vec![self.uncounted(said, cost)])
    }

    fn semgrep(&self) -> Result<Vec<Row>> {
        let semgrep = |arguments: &[&str]| {
            let mut command = Command::new("semgrep");
            command.args(arguments).arg("--disable-version-check").current_dir(&self.large.folder);
            // It keeps settings and a log in the user's folder unless it is told where.
            command.env("SEMGREP_SETTINGS_FILE", self.folder.join("semgrep/settings.yml"));
            command.env("SEMGREP_LOG_FILE", self.folder.join("semgrep/semgrep.log"));
            command
        };
        let Some(said) = version_of(&mut semgrep(&["--version"])) else {
            return Ok(Vec::new());
        };
        let mut command = semgrep(&["scan", "--metrics=off", "--jobs=1", "--quiet", "--json", "--error"]);
        // As much as the others read: tests, large files, and what a repository around this one ignores.
        command.args(["--no-git-ignore", "--x-ignore-semgrepignore-files"]);
        command.args(["--max-target-bytes=4MiB", "--timeout=0"]);
        command.arg("--config").arg(self.folder.join("semgrep.yaml"));
        let cost = best_of(RUNS, &self.fine(1, 0), &Input::None, &mut command)?;
        Ok(vec![self.uncounted(format!("semgrep {said}"), cost)])
    }

    /// The exit codes of a peer that has looked: of one that has found some, and of one that has found none only where
    /// there is little to find it in.
    fn fine(&self, some: i32, none: i32) -> Vec<i32> {
        if self.large.bytes < BYTES { vec![some, none] } else { vec![some] }
    }

    /// Changes a file of a repository some times, and looks how long git and telelint take to say something of it.
    fn change(&self) -> Result<Option<Change>> {
        if version("git").is_none() {
            return Ok(None);
        }
        let repository = self.large.repository(&self.folder.join("repository"), LINES_OF_REPOSITORY)?;
        let file = repository.one_file()?;
        let [mut statuses, mut checks] = [Vec::new(), Vec::new()];
        for change in 0..CHANGES {
            writeln!(OpenOptions::new().append(true).open(&file)?, "// Change {change}.")?;
            let wall = |command: &mut Command| {
                Ok::<_, Box<dyn Error>>(best_of(1, &[0], &Input::None, command)?.wall)
            };
            statuses.push(wall(git(&repository.folder).arg("status"))?);
            checks.push(wall(&mut telelint(&repository))?);
        }
        Ok(Some(Change { lines: repository.lines, status: median(statuses), check: median(checks) }))
    }

    /// Measures a command on all sources, and counts its instructions on those for that.
    fn row(&self, what: String, command: impl Fn(&Corpus) -> Result<Command>, valgrind: bool) -> Result<Row> {
        let cost = best_of(RUNS, &[0], &Input::None, &mut command(&self.large)?)?;
        let count = instructions(&Input::None, &command(&self.counted)?, valgrind);
        let instructions = count.map(|count| count as f64 / self.counted.bytes as f64);
        Ok(Row { instructions, ..self.uncounted(what, cost) })
    }

    fn uncounted(&self, what: String, cost: Cost) -> Row {
        Row { what, bytes: self.large.bytes, cost, instructions: None }
    }
}

/// Exit 0 says that it has read something: where there is nothing to check it ends with 2.
fn telelint(corpus: &Corpus) -> Command {
    let mut command = Command::new(TELELINT);
    command.args(["check", "--exit-zero", "--format", "concise"]).current_dir(&corpus.folder);
    command
}

fn parser(corpus: &Corpus) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(PARSE).arg(&corpus.folder);
    Ok(command)
}

/// How long it takes until something is said of a changed file.
struct Change {
    lines: u64,
    status: Duration,
    check: Duration,
}

impl std::fmt::Display for Change {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "One file changed in a repository of {} lines, median of {CHANGES}: `git status` {:.3} s, `telelint check` \
             {:.3} s.",
            self.lines,
            self.status.as_secs_f64(),
            self.check.as_secs_f64(),
        )
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
