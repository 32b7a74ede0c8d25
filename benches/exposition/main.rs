//! What `telelint check` costs on a large exposition, beside `promtool check metrics` in the same run.
//!
//! `scripts/bench` runs it. It prints Markdown and fails only where a command fails: a missed goal is marked, since how
//! fast a machine is proves nothing about the code. CPU seconds and ratios are what to compare, not wall time.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

mod generate;
#[path = "../common/goals.rs"]
mod goals;
#[path = "../common/measure.rs"]
mod measure;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use goals::{at_least, at_most, machine};
use measure::{Cost, Input, best_of, instructions, version};

const RUNS: usize = 3;
const START_UPS: usize = 20;
const TELELINT: &str = env!("CARGO_BIN_EXE_telelint");

/// The generated metrics have more series than the built-in contract allows; every other value stays in force.
const CONTRACT: &str = "extends: observability-v1\nmetrics: {max_series: 1000000}\n";

const TEN_LINES: &str = "\
# HELP shop_orders_created_total Orders created.
# TYPE shop_orders_created_total counter
shop_orders_created_total{channel=\"web\"} 311
shop_orders_created_total{channel=\"app\"} 97
# HELP shop_jobs_queued Jobs that wait for a worker.
# TYPE shop_jobs_queued gauge
shop_jobs_queued{queue=\"mail\"} 7
shop_jobs_queued{queue=\"invoice\"} 2
shop_jobs_queued{queue=\"export\"} 0
shop_jobs_queued{queue=\"import\"} 1
";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("telelint.yaml"), CONTRACT)?;
    fs::write(folder.join("ten-lines.prom"), TEN_LINES)?;
    let small = Sample::new(&folder, 10)?;
    let large = Sample::new(&folder, 100)?;
    let promtool = version("promtool").is_some();

    let telelint = |args: &[&str]| {
        let mut command = Command::new(TELELINT);
        command.args(args).current_dir(&folder);
        command
    };
    let checked = |sample: &Sample| -> Result<Row, Box<dyn Error>> {
        let mut command = telelint(&["check", &sample.name]);
        let cost = best_of(RUNS, &[0], &Input::None, &mut command)?;
        Ok(Row {
            what: format!("telelint, file, {}", sample.called()),
            bytes: sample.bytes,
            cost,
            instructions: instructions(&Input::None, &command, true),
        })
    };
    let piped = |sample: &Sample| -> Result<Row, Box<dyn Error>> {
        let mut command = telelint(&["check", "-", "--stdin-filename", &sample.name]);
        let cost = best_of(RUNS, &[0], &Input::Pipe(&sample.path), &mut command)?;
        Ok(Row {
            what: format!("telelint, piped, {}", sample.called()),
            bytes: sample.bytes,
            cost,
            instructions: None,
        })
    };
    let by_promtool = |sample: &Sample| -> Result<Row, Box<dyn Error>> {
        let mut command = Command::new("promtool");
        command.args(["check", "metrics"]);
        let input = Input::File(&sample.path);
        // 3: it found something to lint.
        let cost = best_of(RUNS, &[0, 3], &input, &mut command)?;
        Ok(Row {
            what: format!("promtool, {}", sample.called()),
            bytes: sample.bytes,
            cost,
            instructions: instructions(&input, &command, false),
        })
    };

    let ours = [checked(&small)?, checked(&large)?];
    let streamed = [piped(&small)?, piped(&large)?];
    let theirs = if promtool { Some([by_promtool(&small)?, by_promtool(&large)?]) } else { None };
    let start_up = best_of(START_UPS, &[0], &Input::None, &mut telelint(&["--version"]))?;
    let ten_lines = best_of(START_UPS, &[0], &Input::None, &mut telelint(&["check", "ten-lines.prom"]))?;

    let rows: Vec<&Row> = ours.iter().chain(&streamed).chain(theirs.iter().flatten()).collect();
    print_costs(&rows, promtool);
    let goals = [
        at_least(
            "CPU time of promtool / ours, 100 MB",
            theirs.as_ref().map(|rows| rows[1].seconds() / ours[1].seconds()),
            15.0,
            " x",
        ),
        at_least("input per CPU second, 100 MB", Some(ours[1].speed()), 100.0, " MB"),
        at_most("peak memory / input, file of 100 MB", Some(ours[1].memory()), 1.3, " x"),
        at_most("peak memory / input, 100 MB piped", Some(streamed[1].memory()), 1.0, " x"),
        at_most("CPU time per byte, 100 MB / 10 MB", Some(ours[0].speed() / ours[1].speed()), 1.15, " x"),
        at_most("`telelint --version`", Some(milliseconds(start_up)), 10.0, " ms"),
        at_most("`telelint check` on ten lines", Some(milliseconds(ten_lines)), 10.0, " ms"),
        at_most(
            "release binary",
            Some(fs::metadata(TELELINT)?.len() as f64 / f64::from(1 << 20)),
            12.0,
            " MiB",
        ),
        at_most("crates", Some(crates()? as f64), 159.0, ""),
    ];
    println!("\n| what | measured | goal | |\n|---|---|---|---|");
    for goal in goals {
        println!("{goal}");
    }
    Ok(())
}

/// A generated exposition.
struct Sample {
    megabytes: u64,
    name: String,
    path: PathBuf,
    bytes: u64,
}

impl Sample {
    /// Written piece by piece: what this process holds in memory counts as peak memory of its children, too.
    fn new(folder: &Path, megabytes: u64) -> Result<Self, Box<dyn Error>> {
        let name = format!("{megabytes}mb.prom");
        let path = folder.join(&name);
        let mut out = BufWriter::new(File::create(&path)?);
        generate::write(&mut out, generate::series_for(megabytes * 1_000_000)?)?;
        out.flush()?;
        let bytes = fs::metadata(&path)?.len();
        Ok(Self { megabytes, name, path, bytes })
    }

    fn called(&self) -> String {
        format!("{} MB", self.megabytes)
    }
}

/// One line of the first table.
struct Row {
    what: String,
    bytes: u64,
    cost: Cost,
    instructions: Option<u64>,
}

impl Row {
    fn seconds(&self) -> f64 {
        self.cost.cpu.as_secs_f64()
    }

    /// Megabytes of input for each CPU second.
    fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.seconds()
    }

    fn memory(&self) -> f64 {
        self.cost.peak as f64 / self.bytes as f64
    }
}

fn print_costs(rows: &[&Row], promtool: bool) {
    println!("{}, best of {RUNS}:\n", machine());
    println!("| what | input | CPU | MB per CPU second | wall | peak memory | of the input | instructions |");
    println!("|---|---|---|---|---|---|---|---|");
    for row in rows {
        println!(
            "| {} | {:.1} MB | {:.3} s | {:.0} | {:.3} s | {:.1} MB | {:.2} x | {} |",
            row.what,
            row.bytes as f64 / 1e6,
            row.seconds(),
            row.speed(),
            row.cost.wall.as_secs_f64(),
            row.cost.peak as f64 / 1e6,
            row.memory(),
            row.instructions.map_or("not counted".to_owned(), |count| format!("{:.2} G", count as f64 / 1e9)),
        );
    }
    if !promtool {
        println!("| promtool | not installed: not compared | | | | | | |");
    }
    if rows.iter().all(|row| row.instructions.is_none()) {
        println!(
            "\nInstructions are not counted: `perf stat -e instructions:u` and valgrind are missing or don't work here."
        );
    }
}

fn milliseconds(cost: Cost) -> f64 {
    cost.wall.as_secs_f64() * 1e3
}

/// `cargo tree -e normal --prefix none | sort -u | wc -l`
fn crates() -> Result<usize, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-e", "normal", "--prefix", "none", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("`cargo tree` failed".into());
    }
    Ok(String::from_utf8(output.stdout)?.lines().collect::<BTreeSet<_>>().len())
}
