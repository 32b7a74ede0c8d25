//! What `telelint check` costs on descriptions of interfaces, beside Redocly and Spectral in the same run: large real ones,
//! as YAML and as JSON, and one of a hundred lines. And what the tree costs beyond the events of the YAML parser below it.
//!
//! `scripts/bench` runs it and fetches what it reads (`TELELINT_BENCH_SPECS`). It prints Markdown and fails only where a
//! command fails: a missed goal is marked, since how fast a machine is proves nothing about the code.

#![allow(clippy::print_stdout, reason = "the tables are what this program is for")]

#[path = "../common/goals.rs"]
mod goals;
#[allow(dead_code, reason = "only commands of the other benchmarks read their standard input")]
#[path = "../common/measure.rs"]
mod measure;
mod parse;

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use goals::{at_least, at_most, machine};
use measure::{Cost, Input, best_of, version};

const TELELINT: &str = env!("CARGO_BIN_EXE_telelint");

/// How often we are measured, and peers; they take minutes where we take a moment.
const RUNS: usize = 5;
const RUNS_OF_PEERS: usize = 3;
/// From this size on a peer is measured once.
const LARGE: u64 = 1_000_000;

/// What Spectral is not given, since it would take many minutes.
const BEYOND_SPECTRAL: &str = "Datadog v2, YAML";

/// What Spectral checks by: its own rules for OpenAPI.
const RULESET: &str = "extends: ['spectral:oas']\n";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A description of an interface.
struct Document {
    what: &'static str,
    path: PathBuf,
    /// Whether Spectral gets it, too: where it would take many minutes it does not.
    all: bool,
    bytes: u64,
    lines: usize,
}

/// A program, and what it cost on a document.
struct Row {
    program: String,
    document: usize,
    cost: Cost,
}

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-specs");
    // The root of a repository: no contract around it counts.
    fs::create_dir_all(folder.join(".git"))?;
    fs::write(folder.join("spectral.yaml"), RULESET)?;
    let documents = documents(&folder)?;
    println!("| document | bytes | lines |\n|---|---|---|");
    for document in &documents {
        println!("| {} | {} | {} |", document.what, document.bytes, document.lines);
    }

    let [redocly_is, spectral_is] = ["redocly", "spectral"].map(version);
    let (mut ours, mut redocly, mut spectral) = (Vec::new(), Vec::new(), Vec::new());
    for (at, document) in documents.iter().enumerate() {
        let runs = if document.bytes < LARGE { RUNS_OF_PEERS } else { 1 };
        let row = |program: String, runs: usize, mut command: Command| -> Result<Row> {
            Ok(Row {
                program,
                document: at,
                cost: best_of(runs, &[0, 1], &Input::None, command.current_dir(&folder))?,
            })
        };
        ours.push(row("telelint".to_owned(), RUNS, telelint(document))?);
        if let Some(said) = &redocly_is {
            redocly.push(row(format!("Redocly {said}"), runs, redocly_lint(document))?);
        }
        if let Some(said) = spectral_is.as_ref().filter(|_| document.all) {
            spectral.push(row(format!("Spectral {said}"), runs, spectral_lint(document, &folder))?);
        }
    }
    println!(
        "\n{}; telelint best of {RUNS}, peers of {RUNS_OF_PEERS}, on large documents once:\n",
        machine()
    );
    println!("| what | document | CPU | wall | peak memory |\n|---|---|---|---|---|");
    for row in ours.iter().chain(&redocly).chain(&spectral) {
        println!(
            "| {} | {} | {:.4} s | {:.4} s | {:.1} MB |",
            row.program,
            documents[row.document].what,
            row.cost.cpu.as_secs_f64(),
            row.cost.wall.as_secs_f64(),
            row.cost.peak as f64 / 1e6,
        );
    }

    let mut goals = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let ratio = |peer: &[Row]| {
            Some(
                peer.iter().find(|row| row.document == at)?.cost.cpu.as_secs_f64()
                    / ours[at].cost.cpu.as_secs_f64(),
            )
        };
        for (name, peer, goal) in [("Redocly", &redocly, 25.0), ("Spectral", &spectral, 100.0)] {
            if name == "Spectral" && !document.all {
                continue;
            }
            goals.push(at_least(
                &format!("CPU time of {name} / ours, {}", document.what),
                ratio(peer),
                goal,
                " x",
            ));
        }
    }
    let small = ours[0].cost.wall.as_secs_f64() * 1e3;
    goals.push(at_most("a hundred lines, whole process", Some(small), 15.0, " ms"));
    println!("\n| document | bare events | tree | MB per CPU second |\n|---|---|---|---|");
    for document in documents.iter().filter(|document| document.bytes >= LARGE) {
        let text = fs::read_to_string(&document.path)?;
        let parsed = parse::measure(&text, document.is_json())?;
        let [events, tree] = [parsed.events, parsed.tree].map(|time| time.as_secs_f64());
        let speed = document.bytes as f64 / 1e6 / tree;
        println!("| {} | {:.1} ms | {:.1} ms | {speed:.1} |", document.what, events * 1e3, tree * 1e3);
        if !document.is_json() {
            goals.push(at_most(
                &format!("tree / bare events, {}", document.what),
                Some(tree / events),
                1.3,
                " x",
            ));
        }
    }
    println!("\n| what | measured | goal | |\n|---|---|---|---|");
    for goal in goals {
        println!("{goal}");
    }
    Ok(())
}

impl Document {
    fn of(what: &'static str, path: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&path)?;
        Ok(Self {
            what,
            path,
            all: what != BEYOND_SPECTRAL,
            bytes: text.len() as u64,
            lines: text.lines().count(),
        })
    }

    fn is_json(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "json")
    }
}

/// The small one first, then those that were fetched.
fn documents(folder: &Path) -> Result<Vec<Document>> {
    let small = folder.join("openapi.yaml");
    fs::write(&small, hundred_lines())?;
    let mut documents = vec![Document::of("100 lines", small)?];
    let Some(fetched) = std::env::var_os("TELELINT_BENCH_SPECS").map(PathBuf::from) else {
        return Ok(documents);
    };
    for (what, name) in [
        ("Datadog v1, YAML", "datadog-v1.yaml"),
        ("Datadog v2, YAML", "datadog-v2.yaml"),
        ("GitHub, JSON", "github.json"),
    ] {
        let path = fetched.join(name);
        if path.is_file() {
            let own = folder.join(name);
            fs::copy(&path, &own)?;
            documents.push(Document::of(what, own)?);
        }
    }
    Ok(documents)
}

/// A valid document of a hundred lines.
fn hundred_lines() -> String {
    let mut text = "openapi: 3.0.3\ninfo: {title: Orders, version: '1'}\nservers: [{url: 'https://example.com'}]\npaths:\n".to_owned();
    for n in 0..8 {
        let _ = write!(
            text,
            "  /orders{n}/{{id}}:
    get:
      operationId: order{n}
      summary: An order.
      parameters:
      - {{name: id, in: path, required: true, schema: {{type: string}}}}
      responses:
        '200':
          description: The order.
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}
        '404': {{description: There is none.}}
",
        );
    }
    text + "components:\n  schemas:\n    Order:\n      type: object\n      required: [id]\n      properties:\n        id: {type: string}\n        total: {type: integer}\n"
}

fn telelint(document: &Document) -> Command {
    let mut command = Command::new(TELELINT);
    // Datadog's keys stand in order, so what tells the kind is at the end of the file.
    command
        .args(["check", "--no-contract", "--exit-zero", "--format", "concise", "--kind", "openapi"])
        .arg(&document.path);
    command
}

fn redocly_lint(document: &Document) -> Command {
    let mut command = Command::new("redocly");
    command.args(["lint", "--extends", "recommended", "--format", "json"]).arg(&document.path);
    command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    command
}

fn spectral_lint(document: &Document, folder: &Path) -> Command {
    let mut command = Command::new("spectral");
    command.args(["lint", "--quiet", "--format", "json", "--ruleset"]).arg(folder.join("spectral.yaml"));
    command.arg(&document.path);
    command
}
