//! `telelint inventory`: what there is, as a table, as JSON, as Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;

use clap::{Parser, ValueEnum};

use super::{KEPT, UNCHECKED, check, print, talk};
use crate::inventory::{Entry, Inventory, Section};
use crate::run;

/// What is listed, and how.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(flatten)]
    input: check::Input,
    /// Only these sections, separated by commas.
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',')]
    only: Vec<Section>,
    /// The form.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
    Markdown,
}

/// Lists what was seen.
pub fn run(args: &Args) -> io::Result<u8> {
    let (all, errors) = run::all_facts(&args.input.job_without_verdict()?);
    for error in &errors {
        talk(&format!("{}: {}", error.place, error.message));
    }
    let inventory = Inventory::of(&all);
    let sections =
        Section::ALL.into_iter().filter(|section| args.only.is_empty() || args.only.contains(section));
    let sections: Vec<(Section, Vec<&Entry>)> =
        sections.map(|section| (section, inventory.section(section).collect())).collect();
    print(&match args.format {
        Format::Table => table(&sections),
        Format::Json => json(&sections),
        Format::Markdown => markdown(&sections),
    })?;
    let unreadable = all.iter().flat_map(|facts| facts.unreadable.iter());
    let mut could_not = !errors.is_empty();
    for unreadable in unreadable {
        could_not = true;
        talk(&format!("{}: could not be read: {}", unreadable.place, unreadable.reason));
    }
    let gaps: usize = all.iter().map(|facts| facts.gaps.len()).sum();
    if gaps > 0 {
        talk(&format!("{gaps} unknown; `telelint check --show unknown` says what could not be seen"));
    }
    Ok(if could_not { UNCHECKED } else { KEPT })
}

/// The columns of a section: the title, and the text of an entry.
type Column = (&'static str, fn(&Entry) -> String);

fn columns(section: Section) -> Vec<Column> {
    let mut columns: Vec<Column> = vec![("name", |entry| entry.name.clone())];
    match section {
        Section::Metrics => columns.extend::<[Column; 4]>([
            ("kind", |entry| listed(&entry.kinds)),
            ("unit", |entry| listed(&entry.units)),
            ("labels", |entry| listed(&entry.labels)),
            ("seen in", |entry| listed(&entry.surfaces)),
        ]),
        Section::Spans => columns.extend::<[Column; 2]>([
            ("kind", |entry| listed(&entry.kinds)),
            ("attributes", |entry| listed(&entry.labels)),
        ]),
        Section::Events => columns.extend::<[Column; 1]>([("what", |entry| listed(&entry.kinds))]),
        Section::LogFields | Section::ResourceAttributes => {}
    }
    columns.push(("place", |entry| {
        let first =
            entry.places.first().map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
        match entry.places.len() {
            0 | 1 => first,
            more => format!("{first} (+{})", more - 1),
        }
    }));
    columns
}

fn listed(texts: &BTreeSet<String>) -> String {
    texts.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn table(sections: &[(Section, Vec<&Entry>)]) -> String {
    let mut out = String::new();
    for (number, (section, entries)) in sections.iter().enumerate() {
        let blank = if number == 0 { "" } else { "\n" };
        let _ = writeln!(out, "{blank}{} ({})", section.title(), entries.len());
        let columns = columns(*section);
        let rows: Vec<Vec<String>> =
            entries.iter().map(|entry| columns.iter().map(|(_, text)| text(entry)).collect()).collect();
        let width = |at: usize| {
            let cells = rows.iter().map(|row| row[at].chars().count());
            cells.max().unwrap_or(0).max(columns[at].0.len())
        };
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        let head: Vec<String> = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
        for row in std::iter::once(&head).filter(|_| !rows.is_empty()).chain(&rows) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            let _ = writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
    out
}

fn markdown(sections: &[(Section, Vec<&Entry>)]) -> String {
    let mut out = String::new();
    for (number, (section, entries)) in sections.iter().enumerate() {
        let blank = if number == 0 { "" } else { "\n" };
        let _ = writeln!(out, "{blank}## {} ({})\n", capital(section.title()), entries.len());
        if entries.is_empty() {
            out.push_str("none\n");
            continue;
        }
        let columns = columns(*section);
        let titles = columns.iter().map(|(title, _)| *title).collect::<Vec<_>>();
        let _ = writeln!(out, "| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len()));
        for entry in entries {
            let cells = columns.iter().map(|(title, text)| {
                let text = text(entry).replace('|', "\\|");
                if *title == "name" && !text.is_empty() { format!("`{text}`") } else { text }
            });
            let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn json(sections: &[(Section, Vec<&Entry>)]) -> String {
    let of = |(section, entries): &(Section, Vec<&Entry>)| {
        (section.key().to_owned(), serde_json::to_value(entries).unwrap_or_default())
    };
    let whole: serde_json::Map<String, serde_json::Value> = sections.iter().map(of).collect();
    format!("{:#}\n", serde_json::Value::Object(whole))
}
