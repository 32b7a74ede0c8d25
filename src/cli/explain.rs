//! `telelint explain` and `telelint rules`: cards, for a person or a page.

use std::fmt::Write;
use std::io;

use clap::{Parser, ValueEnum};

use super::{UNCHECKED, print, talk};
use crate::rules::{self, Rule};

/// Which rule.
#[derive(Debug, Parser)]
pub struct Args {
    /// The rule's id, such as `metrics/unbounded-label`.
    rule: String,
    /// The form.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: PageFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PageFormat {
    Text,
    Markdown,
    Json,
}

/// In which form rules are listed.
#[derive(Debug, Parser)]
pub struct ListArgs {
    /// The form.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    Table,
    Json,
    Markdown,
}

/// Explains a rule.
pub fn run(args: &Args) -> io::Result<u8> {
    let Some(rule) = Rule::of(&args.rule) else {
        match rules::unknown(&args.rule).flatten() {
            Some(near) => talk(&format!("there is no rule `{}`; did you mean `{near}`?", args.rule)),
            None => talk(&format!("there is no rule `{}`; `telelint rules` lists them", args.rule)),
        }
        return Ok(UNCHECKED);
    };
    print(&match args.format {
        PageFormat::Text => text(rule),
        PageFormat::Markdown => page(rule),
        PageFormat::Json => pretty(&json(rule)),
    })
}

/// Lists the rules.
pub fn list(args: &ListArgs) -> io::Result<u8> {
    print(&match args.format {
        ListFormat::Table => table(),
        ListFormat::Json => pretty(&rules::ALL.iter().map(json).collect()),
        ListFormat::Markdown => markdown_table(),
    })
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn json(rule: &Rule) -> serde_json::Value {
    let card = rule.card();
    serde_json::json!({
        "rule": rule.id,
        "title": card.title,
        "level": card.level,
        "confidence": card.confidence,
        "requirements": card.requirements,
        "what": card.what.trim(),
        "why": card.why.trim(),
        "fix": card.fix.trim(),
        "example": { "bad": card.example.bad, "good": card.example.good },
        "references": card.references,
        "page": rule.page(),
    })
}

fn table() -> String {
    let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in &rules::ALL {
        let card = rule.card();
        let _ = writeln!(
            out,
            "{:width$}  {:7}  {:6}  {}",
            rule.id,
            card.level.name(),
            card.confidence.name(),
            card.title
        );
    }
    out
}

/// The table of the README.
#[must_use]
pub fn markdown_table() -> String {
    let mut out = String::from("| rule | level | asks | what is wrong |\n|---|---|---|---|\n");
    for rule in &rules::ALL {
        let card = rule.card();
        let _ = writeln!(
            out,
            "| [`{id}`](docs/rules/{id}.md) | {} | {} | {} |",
            card.level.name(),
            card.requirements.join(", "),
            card.title,
            id = rule.id
        );
    }
    out
}

fn text(rule: &Rule) -> String {
    let card = rule.card();
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", rule.id, card.title);
    let mut facts = format!("{}, {}", card.level.name(), card.confidence.name());
    if !card.requirements.is_empty() {
        let _ = write!(facts, ", {}", card.requirements.join(", "));
    }
    let _ = writeln!(out, "{facts}\n");
    for (title, text) in [("What", &card.what), ("Why", &card.why), ("Fix", &card.fix)] {
        let _ = writeln!(out, "{title}\n{}\n", indented(&wrapped(text)));
    }
    let _ =
        writeln!(out, "Wrong\n{}\n\nRight\n{}", indented(&card.example.bad), indented(&card.example.good));
    if !card.references.is_empty() {
        let _ = writeln!(out, "\nSee\n{}", indented(&card.references.join("\n")));
    }
    out
}

fn indented(text: &str) -> String {
    let lines: Vec<_> =
        text.trim_end().lines().map(|line| format!("    {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Prose broken at 100 columns.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        if column > 0 && column + 1 + word.chars().count() > 96 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.chars().count();
    }
    out
}

/// The rule's page under `docs/rules`.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let card = rule.card();
    let mut out = format!("# {}: {}\n\n", rule.id, card.title);
    let _ = writeln!(out, "| level | confidence | requirements |\n|---|---|---|");
    let _ = writeln!(
        out,
        "| {} | {} | {} |\n",
        card.level.name(),
        card.confidence.name(),
        card.requirements.join(", ")
    );
    let _ = writeln!(out, "## What\n\n{}\n\n## Why\n\n{}\n", wrapped(&card.what), wrapped(&card.why));
    let _ = writeln!(out, "## Fix\n\n{}\n\n## Example\n", wrapped(&card.fix));
    let _ = writeln!(out, "Wrong:\n\n```\n{}\n```\n", card.example.bad.trim_end());
    let _ = writeln!(out, "Right:\n\n```\n{}\n```", card.example.good.trim_end());
    if !card.references.is_empty() {
        let _ = writeln!(out, "\n## See\n");
        for reference in &card.references {
            let _ = writeln!(out, "- <{reference}>");
        }
    }
    out
}
