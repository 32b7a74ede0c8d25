//! `telelint facts`: what the inputs say, without a verdict.

use std::io;

use camino::Utf8PathBuf;
use clap::Parser;

use super::{KEPT, UNCHECKED, check, print, talk};
use crate::run;

/// What is read, and where the facts go.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(flatten)]
    input: check::Input,
    /// Write to a file instead of stdout.
    #[arg(long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
}

/// Writes the facts.
pub fn run(args: &Args) -> io::Result<u8> {
    let facts = match run::facts(&args.input.job_without_verdict()?) {
        Ok(facts) => facts,
        Err(error) => {
            let help = error.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
            talk(&format!("{}: {}{help}", error.place, error.message));
            return Ok(UNCHECKED);
        }
    };
    let text = serde_json::to_string(&facts)? + "\n";
    match &args.output {
        Some(path) => std::fs::write(path, text)?,
        None => {
            print(&text)?;
        }
    }
    for unreadable in facts.unreadable.iter() {
        talk(&format!("{}: could not be read: {}", unreadable.place, unreadable.reason));
    }
    if facts.inputs.iter().all(|input| !input.read) {
        talk("nothing to read: no input of a kind that is judged yet");
        return Ok(UNCHECKED);
    }
    Ok(if facts.unreadable.is_empty() { KEPT } else { UNCHECKED })
}
