//! `telelint gates`: what must be there before observability features are coded, as a checklist.

use std::fmt::Write;
use std::io;

use clap::{Parser, ValueEnum};
use serde_json::json;

use super::{BROKEN, KEPT, UNCHECKED, check, print, talk};
use crate::contract::verdicts::Date;
use crate::run::{self, Gate, Gates, Lack, Shown};

/// How many places of one sort are written out where a person reads them.
const SHOWN: usize = 5;

/// What is read, and how the list is written.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(flatten)]
    input: check::Input,
    /// The form.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The day on which the age of approvals is judged (`YYYY-MM-DD`); today where left out.
    #[arg(long, value_name = "DATE", hide = true)]
    today: Option<jiff::civil::Date>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Human,
    Json,
    Markdown,
}

/// Lists the gates.
pub fn run(args: &Args) -> io::Result<u8> {
    let mut job = args.input.job_without_verdict()?;
    let now = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    job.wanted.today = Date(args.today.unwrap_or_else(now));
    let (all, troubles) = run::gates(&job);
    print(&match args.format {
        Format::Human => human(&all),
        Format::Json => json_of(&all),
        Format::Markdown => markdown(&all),
    })?;
    for (place, reason) in &troubles {
        talk(&format!("{place}: {reason}"));
    }
    let gates = || all.iter().flat_map(|unit| &unit.gates);
    Ok(if !troubles.is_empty() {
        UNCHECKED
    } else if gates().any(Gate::is_run_past) {
        BROKEN
    } else if gates().any(|gate| !gate.is_known) {
        // A gate must not pass on what was never seen.
        UNCHECKED
    } else {
        KEPT
    })
}

/// What a list says of a gate.
fn state(gate: &Gate) -> &'static str {
    match gate {
        _ if gate.is_met() => "met",
        _ if !gate.is_known => "unknown",
        _ if gate.is_run_past() => "open, and code has gone ahead",
        _ => "open",
    }
}

/// What it lacks, as far as that keeps it open.
fn lacks(gate: &Gate) -> impl Iterator<Item = &Lack> {
    gate.lacks.iter().filter(|lack| !lack.is_past)
}

fn summary(all: &[Gates]) -> String {
    let gates: Vec<&Gate> = all.iter().flat_map(|unit| &unit.gates).collect();
    let count = |wants: fn(&Gate) -> bool| gates.iter().filter(|gate| wants(gate)).count();
    let (met, past) = (count(Gate::is_met), count(Gate::is_run_past));
    let unknown = count(|gate| !gate.is_met() && !gate.is_known);
    let open = gates.len() - met - unknown;
    let mut text = format!("{met} of {} gates met", gates.len());
    if open > 0 {
        let _ = write!(text, ", {open} open");
    }
    if past > 0 {
        let _ = write!(text, " ({past} that code depends on)");
    }
    if unknown > 0 {
        let _ = write!(text, ", {unknown} unknown: not all of the repository was read");
    }
    text
}

fn human(all: &[Gates]) -> String {
    let mut out = String::new();
    for unit in all {
        let _ = writeln!(out, "contract: {}\n", unit.contract);
        for gate in &unit.gates {
            let mark = mark(gate);
            let _ = writeln!(out, "{mark} {}: {} ({})", gate.name, gate.title, state(gate));
            rows(&mut out, "shown by", gate.evidence.iter().map(shown).collect());
            let word = if gate.is_known { "missing" } else { "not seen" };
            rows(&mut out, word, lacks(gate).map(lack_shown).collect());
            if !gate.is_met() {
                rows(&mut out, "needed by", gate.dependents.iter().map(shown).collect());
            }
            let asked = &gate.asked;
            let _ = writeln!(
                out,
                "    asked by   {}:{}: {}\n",
                asked.place.path,
                asked.place.line,
                asked.text.trim()
            );
        }
    }
    let _ = writeln!(out, "{}", summary(all));
    out
}

/// The sign before a gate.
fn mark(gate: &Gate) -> char {
    match gate {
        _ if gate.is_met() => '✓',
        _ if gate.is_known => '✗',
        _ => '?',
    }
}

/// Some rows under one word, the first of which carries it.
fn rows(out: &mut String, word: &str, texts: Vec<String>) {
    let more = texts.len().saturating_sub(SHOWN);
    for (at, text) in texts.into_iter().take(SHOWN).enumerate() {
        let _ = writeln!(out, "    {:9}  {text}", if at == 0 { word } else { "" });
    }
    if more > 0 {
        let _ = writeln!(out, "    {:9}  and {more} more", "");
    }
}

fn shown(shown: &Shown) -> String {
    format!("{}:{}  {}", shown.place.path, shown.place.line, shown.what)
}

fn lack_shown(lack: &Lack) -> String {
    match &lack.place {
        Some(place) => format!("{}:{}  {}", place.path, place.line, lack.what),
        None => lack.what.clone(),
    }
}

/// A checklist for a pull request.
fn markdown(all: &[Gates]) -> String {
    let mut out = String::new();
    for unit in all {
        let _ = writeln!(out, "### Gates of `{}`\n", unit.contract);
        for gate in &unit.gates {
            let mark = if gate.is_met() { "x" } else { " " };
            let _ = writeln!(out, "- [{mark}] **{}**: {} ({})", gate.name, gate.title, state(gate));
            let mut list = |word: &str, texts: Vec<(Option<String>, String)>| {
                let more = texts.len().saturating_sub(SHOWN);
                for (place, what) in texts.into_iter().take(SHOWN) {
                    let place = place.map_or_else(String::new, |place| format!(" (`{place}`)"));
                    let _ = writeln!(out, "  - {word}: {}{place}", what.replace('<', "&lt;"));
                }
                if more > 0 {
                    let _ = writeln!(out, "  - {word}: {more} more");
                }
            };
            let at = |shown: &Shown| {
                let Shown { place, what } = shown;
                (Some(format!("{}:{}", place.path, place.line)), what.clone())
            };
            let of_lack = |lack: &Lack| {
                let place = lack.place.as_ref().map(|place| format!("{}:{}", place.path, place.line));
                (place, lack.what.clone())
            };
            list("shown by", gate.evidence.iter().map(at).collect());
            list(if gate.is_known { "missing" } else { "not seen" }, lacks(gate).map(of_lack).collect());
            if !gate.is_met() {
                list("needed by", gate.dependents.iter().map(at).collect());
            }
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{}", summary(all));
    out
}

fn json_of(all: &[Gates]) -> String {
    let shown =
        |shown: &Shown| json!({"path": &*shown.place.path, "line": shown.place.line, "what": shown.what});
    let lack = |lack: &Lack| {
        let place = lack.place.as_ref();
        json!({
            "path": place.map(|place| &*place.path), "line": place.map(|place| place.line), "what": lack.what,
            "subject": lack.subject, "level": lack.level.name(),
            "because": {"path": &*lack.because.place.path, "line": lack.because.place.line, "text": lack.because.text},
        })
    };
    let gate = |gate: &Gate| {
        json!({
            "name": gate.name, "title": gate.title,
            "state": if gate.is_met() { "met" } else if gate.is_known { "open" } else { "unknown" },
            "code_depends_on_it": gate.is_run_past(),
            "asked": {"path": &*gate.asked.place.path, "line": gate.asked.place.line, "text": gate.asked.text},
            "evidence": gate.evidence.iter().map(shown).collect::<Vec<_>>(),
            "missing": lacks(gate).map(lack).collect::<Vec<_>>(),
            "dependents": gate.dependents.iter().map(shown).collect::<Vec<_>>(),
        })
    };
    let unit = |unit: &Gates| json!({"contract": unit.contract, "gates": unit.gates.iter().map(gate).collect::<Vec<_>>()});
    let whole = json!({"version": 1, "contracts": all.iter().map(unit).collect::<Vec<_>>()});
    format!("{whole:#}\n")
}
