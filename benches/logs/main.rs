//! What `telelint check` costs on a large log, beside what else looks for some of the same in the same run: ripgrep with
//! the detectors' patterns, jq with the required fields, kingfisher and ripsecrets with their own rules.
//!
//! `scripts/bench` runs it. It prints Markdown and fails only where a command fails: a missed goal is marked, since how
//! fast a machine is proves nothing about the code. Ratios of one run are what to compare.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

mod generate;
#[path = "../common/goals.rs"]
mod goals;
#[path = "../common/measure.rs"]
mod measure;
mod patterns;
#[path = "../common/rows.rs"]
mod rows;

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use generate::Written;
use goals::{at_least, at_most, machine};
use measure::{Input, best_of, instructions, version};
use patterns::Patterns;
use rows::Row;

const RUNS: usize = 3;
const TELELINT: &str = env!("CARGO_BIN_EXE_telelint");
const DETECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/detectors");

/// What peers look for: the required fields and the detectors of level error, and nothing else.
const NARROW: &str = "logs: {format: json, required: [timestamp, level, service, message, correlation_id]}\n\
                      redaction: {secrets: required}\n";

/// All that is looked for without a contract of one's own: levels, timestamps, forms, personal data too.
const BUILT_IN: &str = "extends: observability-v1\n";

/// Lines that lack a required field.
const REQUIRED: &str = "select((.timestamp and .level and .service and .message and .correlation_id)|not)";

/// Makes this program read its standard input and do nothing else.
const PLAIN_READ: &str = "--plain-read";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == PLAIN_READ) {
        return Ok(plain_read()?);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-logs");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("narrow.yaml"), NARROW)?;
    fs::write(folder.join("telelint.yaml"), BUILT_IN)?;
    let bench = Bench { large: Sample::new(&folder, 500)?, counted: Sample::new(&folder, 20)?, folder };

    let read = bench.plain_read()?;
    let [one, two] = [bench.telelint("narrow", 1)?, bench.telelint("narrow", 2)?];
    let [all, piped] = [bench.telelint("telelint", 1)?, bench.piped()?];
    let peers = [
        ("ripgrep", peer("rg", |said| bench.ripgrep(said))?),
        ("jq", peer("jq", |said| bench.jq(said))?),
        ("kingfisher", peer("kingfisher", |said| bench.kingfisher(said))?),
        ("ripsecrets", peer("ripsecrets", |said| bench.ripsecrets(said))?),
    ];

    print_costs(&bench.large, &[&read, &one, &two, &all, &piped], &peers);
    let ratio = |row: &Row| one.speed() / row.speed();
    let ripgrep = peers[0].1.iter().map(ratio).collect::<Vec<_>>();
    // The faster one of a peer's rows is what we are compared with.
    let [jq, kingfisher, ripsecrets] =
        [1, 2, 3].map(|peer: usize| peers[peer].1.iter().map(ratio).min_by(f64::total_cmp));
    let peak = [&one, &two, &all, &piped].map(|row| row.cost.peak).into_iter().max().unwrap_or_default();
    let goals = [
        at_least("input per CPU second, one thread / ripgrep", ripgrep.first().copied(), 2.5, " x"),
        at_least("the same / ripgrep `--no-unicode`", ripgrep.get(1).copied(), 2.5, " x"),
        at_least("the same / jq", jq, 12.0, " x"),
        at_least("the same / kingfisher", kingfisher, 15.0, " x"),
        at_least("the same / ripsecrets", ripsecrets, 300.0, " x"),
        at_least("two threads / one, wall", Some(one.wall() / two.wall()), 1.8, " x"),
        at_least(
            "the same as one thread / plain `read()`",
            Some(100.0 * one.speed() / read.speed()),
            20.0,
            " %",
        ),
        at_most("peak memory", Some(peak as f64 / f64::from(1 << 20)), 64.0, " MiB"),
    ];
    println!("\n| what | measured | goal | |\n|---|---|---|---|");
    for goal in goals {
        println!("{goal}");
    }
    Ok(())
}

/// The rows of a peer; none where it is not installed.
fn peer(program: &str, rows: impl FnOnce(&str) -> Result<Vec<Row>>) -> Result<Vec<Row>> {
    version(program).map_or_else(|| Ok(Vec::new()), |said| rows(&said))
}

/// What any program that looks at each byte pays at least.
fn plain_read() -> io::Result<()> {
    let mut buffer = vec![0; 1 << 20];
    let mut input = io::stdin().lock();
    while input.read(&mut buffer)? > 0 {}
    Ok(())
}

/// A generated log.
struct Sample {
    path: PathBuf,
    written: Written,
}

impl Sample {
    /// Written piece by piece: what this process holds in memory counts as peak memory of its children, too.
    fn new(folder: &Path, megabytes: u64) -> Result<Self> {
        let path = folder.join(format!("{megabytes}mb.log"));
        let mut out = BufWriter::new(File::create(&path)?);
        let written = generate::write(&mut out, megabytes * 1_000_000)?;
        out.flush()?;
        Ok(Self { path, written })
    }
}

/// Where the logs are.
struct Bench {
    folder: PathBuf,
    large: Sample,
    /// Where instructions are counted: valgrind is too slow for the large one.
    counted: Sample,
}

impl Bench {
    fn plain_read(&self) -> Result<Row> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(PLAIN_READ);
        let cost = best_of(RUNS, &[0], &Input::File(&self.large.path), &mut command)?;
        let what = "plain `read()`, 1 MiB at once".to_owned();
        Ok(Row { what, bytes: self.large.written.bytes, cost, instructions: None })
    }

    fn telelint(&self, contract: &str, threads: usize) -> Result<Row> {
        let command = |sample: &Sample| {
            let mut command = Command::new(TELELINT);
            command.args(["check", "--contract"]).arg(self.folder.join(format!("{contract}.yaml")));
            command.arg(&sample.path).current_dir(&self.folder);
            command.env("RAYON_NUM_THREADS", threads.to_string());
            command
        };
        let asked = if contract == "narrow" { "what peers look for" } else { "the built-in contract" };
        let what = format!("telelint, {asked}, {threads} thread{}", if threads == 1 { "" } else { "s" });
        // 1: there are secrets. A run that finds none has not looked.
        self.row(what, &[1], &self.large, command, threads == 1)
    }

    fn piped(&self) -> Result<Row> {
        let mut command = Command::new(TELELINT);
        command.args(["check", "-", "--stdin-filename", "500mb.log"]).current_dir(&self.folder);
        let cost = best_of(RUNS, &[1], &Input::Pipe(&self.large.path), &mut command)?;
        let what = "telelint, the built-in contract, piped".to_owned();
        Ok(Row { what, bytes: self.large.written.bytes, cost, instructions: None })
    }

    fn ripgrep(&self, said: &str) -> Result<Vec<Row>> {
        let Patterns { taken, left_out } = patterns::read(Path::new(DETECTORS))?;
        let file = self.folder.join("patterns.txt");
        fs::write(&file, taken.join("\n") + "\n")?;
        let mut rows = Vec::new();
        // Word edges are Unicode's unless it is told otherwise, and its automata leave those to a far slower engine as
        // soon as a line is not ASCII. Our detectors know ASCII's only, so the second row is the same question.
        for unicode in [true, false] {
            let command = |sample: &Sample| {
                let mut command = Command::new("rg");
                command.args((!unicode).then_some("--no-unicode"));
                command.args(["--count", "--file"]).arg(&file).arg(&sample.path);
                command
            };
            let mut what = format!("{said}, {} patterns", taken.len());
            if !unicode {
                what += ", `--no-unicode`";
            }
            if !left_out.is_empty() {
                what += &format!(", without {}", left_out.join(", "));
            }
            let small;
            let sample = if unicode {
                small = Sample::new(&self.folder, 2)?;
                &small
            } else {
                &self.large
            };
            rows.push(self.row(what, &[0], sample, command, !unicode)?);
        }
        Ok(rows)
    }

    fn jq(&self, said: &str) -> Result<Vec<Row>> {
        let sample = Sample::new(&self.folder, 100)?;
        let command = |sample: &Sample| {
            let mut command = Command::new("jq");
            command.args(["-c", REQUIRED]).arg(&sample.path);
            command
        };
        Ok(vec![self.row(format!("{said}, required fields"), &[0], &sample, command, true)?])
    }

    /// On two sizes: on a small log most of its time is its start, and large ones become ever slower.
    fn kingfisher(&self, said: &str) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for megabytes in [20, 100] {
            let sample = Sample::new(&self.folder, megabytes)?;
            let command = |sample: &Sample| {
                let mut command = Command::new("kingfisher");
                // The first run compiles its rules into the cache; the best one is a later one.
                command.args(["scan", "--no-validate", "--no-update-check", "--rule-cache-dir"]);
                command.arg(self.folder.join("kingfisher-cache")).arg(&sample.path);
                command
            };
            rows.push(self.row(said.to_owned(), &[200], &sample, command, false)?);
        }
        Ok(rows)
    }

    fn ripsecrets(&self, said: &str) -> Result<Vec<Row>> {
        let sample = Sample::new(&self.folder, 3)?;
        let command = |sample: &Sample| {
            let mut command = Command::new("ripsecrets");
            command.arg(&sample.path);
            command
        };
        Ok(vec![self.row(said.to_owned(), &[1], &sample, command, false)?])
    }

    /// Measures a command on a log, and counts its instructions on the one for that.
    fn row(
        &self,
        what: String,
        fine: &[i32],
        sample: &Sample,
        command: impl Fn(&Sample) -> Command,
        valgrind: bool,
    ) -> Result<Row> {
        let cost = best_of(RUNS, fine, &Input::None, &mut command(sample))?;
        let count = instructions(&Input::None, &command(&self.counted), valgrind);
        let instructions = count.map(|count| count as f64 / self.counted.written.bytes as f64);
        Ok(Row { what, bytes: sample.written.bytes, cost, instructions })
    }
}

fn print_costs(large: &Sample, ours: &[&Row], peers: &[(&str, Vec<Row>)]) {
    let Written { bytes, lines, secrets, near_misses } = large.written;
    println!(
        "{:.0} MB, {lines} lines of {} bytes, {secrets} with a secret, {near_misses} with what only looks like one.\n",
        bytes as f64 / 1e6,
        bytes / lines,
    );
    println!("{}, best of {RUNS}:\n", machine());
    rows::print(ours, peers);
}
