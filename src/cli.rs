//! The command line: arguments become a [`crate::run::Job`], an outcome becomes reports and an exit code.

pub mod check;
pub mod explain;
pub mod facts;
pub mod gates;
pub mod inventory;
pub mod schema;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Nothing breaks the contract.
pub const KEPT: u8 = 0;
/// Something breaks the contract.
pub const BROKEN: u8 = 1;
/// Something could not be checked.
pub const UNCHECKED: u8 = 2;

/// Checks telemetry against a contract: metric names, units, labels, and later logs, traces, source and configuration.
#[derive(Debug, Parser)]
#[command(name = "telelint", version, about, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit codes: 0 the contract is kept, 1 it is broken, 2 something could not be checked."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: check::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check files, folders, standard input and addresses (the default).
    #[command(after_help = check::EXIT_CODES)]
    Check(Box<check::Args>),
    /// Say what a rule is about, why, and how to mend it.
    Explain(explain::Args),
    /// List the rules.
    Rules(explain::ListArgs),
    /// Write what is seen in the inputs as JSON, to be judged elsewhere by `check --facts`.
    Facts(facts::Args),
    /// List every metric, span, event subject, log field and resource attribute that is seen.
    Inventory(inventory::Args),
    /// Show what must be there before observability features are coded, and what of it is missing.
    #[command(
        after_help = "Exit codes: 0 no code has gone past an open gate, 1 some has, 2 something could not be read."
    )]
    Gates(gates::Args),
    /// Print a JSON Schema.
    Schema(schema::Args),
    /// Print shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and end well; everything else is a usage error.
            let code = if error.use_stderr() { UNCHECKED } else { KEPT };
            let _ = error.print();
            return code.into();
        }
    };
    let done = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Rules(args)) => explain::list(&args),
        Some(Command::Facts(args)) => facts::run(&args),
        Some(Command::Inventory(args)) => inventory::run(&args),
        Some(Command::Gates(args)) => gates::run(&args),
        Some(Command::Schema(args)) => schema::run(&args),
        Some(Command::Completions { shell }) => print(&completions(shell)),
    };
    match done {
        Ok(code) => code.into(),
        // Whoever reads stopped reading, such as `head`: that is their right.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => KEPT.into(),
        Err(error) => {
            let _ = writeln!(io::stderr(), "telelint: {error}");
            UNCHECKED.into()
        }
    }
}

fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "telelint", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// Writes a text to stdout.
fn print(text: &str) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(KEPT)
}

/// Says something on stderr.
fn talk(text: &str) {
    let _ = writeln!(io::stderr(), "telelint: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
