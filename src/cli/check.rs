//! `telelint check`.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use camino::Utf8PathBuf;
use clap::{ArgAction, Parser, ValueEnum};

use super::{BROKEN, KEPT, UNCHECKED, talk};
use crate::contract::verdicts::Date;
use crate::discover::open::Fetch;
use crate::facts::{Facts, Kind};
use crate::finding::{Confidence, Level};
use crate::quiet::Wanted;
use crate::report::{self, Format, Look};
use crate::run::{self, Choice, Job, Outcome};

/// What follows the help of the command.
pub const EXIT_CODES: &str =
    "Exit codes: 0 the contract is kept, 1 it is broken, 2 something could not be checked.";

/// What is checked and how it is reported.
#[derive(Debug, Parser)]
pub struct Args {
    /// What is read.
    #[command(flatten)]
    pub input: Input,
    /// Judge facts written by `telelint facts` (repeatable) instead of reading inputs.
    #[arg(long, value_name = "FILE", conflicts_with = "paths", help_heading = "Input")]
    facts: Vec<Utf8PathBuf>,
    /// Only these rules: ids or `family/*`, separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Selection")]
    only: Vec<String>,
    /// Not these rules.
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Selection")]
    skip: Vec<String>,
    /// Report findings at least this certain.
    #[arg(long, value_name = "CONFIDENCE", default_value = "likely", help_heading = "Selection")]
    min_confidence: Confidence,
    /// Exit with 1 from this level on (`unknown`: also for what could not be seen).
    #[arg(long, value_name = "LEVEL", default_value = "error", help_heading = "Exit code")]
    fail_on: FailOn,
    /// Exit with 0 where the contract is broken, such as for jobs that only upload a report.
    #[arg(long, help_heading = "Exit code")]
    exit_zero: bool,
    /// Exit with 0 where there is nothing to check.
    #[arg(long, help_heading = "Exit code")]
    allow_empty: bool,
    /// The form of the report; repeatable, each with an `--output` of its own but for one.
    #[arg(long, value_name = "FORMAT", action = ArgAction::Append, help_heading = "Report")]
    format: Vec<Format>,
    /// Write the report of the same position among `--format` to a file (`-`: stdout).
    #[arg(long, value_name = "FILE", action = ArgAction::Append, help_heading = "Report")]
    output: Vec<Utf8PathBuf>,
    /// List what could not be seen.
    #[arg(long, value_name = "WHAT", help_heading = "Report")]
    show: Option<Show>,
    /// Colours and links.
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    color: When,
    /// The day on which allow entries are judged (`YYYY-MM-DD`); today where left out.
    #[arg(long, value_name = "DATE", hide = true)]
    today: Option<jiff::civil::Date>,
}

/// What is read.
#[derive(Clone, Debug, Parser)]
#[command(next_help_heading = "Input")]
pub struct Input {
    /// Files, folders, `-` for standard input, `http(s)://` addresses; the working directory where left out.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// The contract, instead of the nearest `telelint.yaml` upwards to the repository root.
    #[arg(long, value_name = "FILE", conflicts_with = "no_contract")]
    contract: Option<Utf8PathBuf>,
    /// Use the built-in contract, whatever the repository has.
    #[arg(long)]
    no_contract: bool,
    /// Judge this environment instead of the contract's.
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// What the inputs are, where name and content don't tell.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
    /// What standard input is called in reports.
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_filename: String,
    /// A header for addresses, `Name: value` (repeatable).
    #[arg(long, value_name = "HEADER")]
    header: Vec<Header>,
    /// Seconds an address may take to answer.
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    timeout: f64,
    /// An earlier scrape of the same services, to compare with (repeatable).
    #[arg(long, value_name = "FILE")]
    previous: Vec<String>,
}

/// A header as given. It may hold a credential, so it is never shown, not even where it can't be read.
#[derive(Clone)]
struct Header(String);

impl From<String> for Header {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Unknown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Show {
    Unknown,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

fn kind(name: &str) -> Result<Kind, String> {
    let known = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        format!("kinds are {}", names.join(", "))
    })
}

impl Input {
    /// A job that judges nothing, so that nothing is asked of findings.
    pub fn job_without_verdict(&self) -> io::Result<Job> {
        self.job(Wanted {
            only: Vec::new(),
            skip: Vec::new(),
            min_confidence: Confidence::Guess,
            today: Date(jiff::civil::Date::MIN),
            whole: false,
        })
    }

    /// The job these arguments describe.
    ///
    /// # Errors
    /// The working directory can't be had, or a number makes no sense.
    pub fn job(&self, wanted: Wanted) -> io::Result<Job> {
        let working = std::env::current_dir()?;
        let working =
            Utf8PathBuf::from_path_buf(working).map_err(|_| invalid("the working directory is not UTF-8"))?;
        let timeout = Duration::try_from_secs_f64(self.timeout).ok().filter(|timeout| !timeout.is_zero());
        let timeout = timeout.ok_or_else(|| invalid("--timeout takes a number of seconds above 0"))?;
        let choice = match (&self.contract, self.no_contract) {
            (Some(file), _) => Choice::File(file.clone()),
            (None, true) => Choice::BuiltIn,
            (None, false) => Choice::Nearest,
        };
        let paths = if self.paths.is_empty() { vec![".".to_owned()] } else { self.paths.clone() };
        let header = |Header(text): &Header| {
            let (name, value) = text.split_once(':').ok_or_else(|| invalid("a header is `Name: value`"))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        };
        let headers = self.header.iter().map(header).collect::<io::Result<_>>()?;
        Ok(Job {
            working,
            paths,
            choice,
            environment: self.environment.clone(),
            kind: self.kind,
            stdin_name: self.stdin_filename.clone(),
            fetch: Fetch { headers, timeout },
            previous: self.previous.clone(),
            wanted,
        })
    }
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message.to_owned())
}

impl Args {
    fn wanted(&self) -> Wanted {
        let today =
            self.today.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
        Wanted {
            only: self.only.clone(),
            skip: self.skip.clone(),
            min_confidence: self.min_confidence,
            today: Date(today),
            whole: false,
        }
    }
}

/// Checks, reports, and says how it went.
pub fn run(args: &Args) -> io::Result<u8> {
    for pattern in args.only.iter().chain(&args.skip) {
        if let Some(near) = crate::rules::unknown(pattern) {
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(invalid(&format!("there is no rule `{pattern}`{near}")));
        }
    }
    let formats: &[Format] = if args.format.is_empty() { &[Format::Human] } else { &args.format };
    let to_files = args.output.iter().filter(|path| path.as_str() != "-").count();
    let to_stdout = formats.len().saturating_sub(to_files);
    if args.output.len() > formats.len() || to_stdout > 1 {
        return Err(invalid("give each `--format` but one an `--output`"));
    }
    let files: BTreeSet<&Utf8PathBuf> = args.output.iter().collect();
    if files.len() < args.output.len() {
        return Err(invalid("two reports can't go to one file"));
    }
    let job = args.input.job(args.wanted())?;
    let outcome = if args.facts.is_empty() {
        run::check(&job)
    } else {
        run::check_facts(&job, args.facts.iter().map(read_facts).collect::<io::Result<_>>()?)
    };
    let code = code(args, &outcome);
    let mut to_stdout = None;
    for (number, format) in formats.iter().enumerate() {
        match args.output.get(number).filter(|path| path.as_str() != "-") {
            Some(path) => {
                let file = File::create(path).map_err(|error| named(path, &error))?;
                let look = Look { show_unknown: args.show.is_some(), ..Look::default() };
                write(*format, &outcome, look, file).map_err(|error| named(path, &error))?;
            }
            None => to_stdout = Some(*format),
        }
    }
    if let Some(format) = to_stdout {
        match write(format, &outcome, look(args), io::stdout().lock()) {
            // Whoever reads may stop reading, such as `head`; the verdict stands.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => other?,
        }
    }
    Ok(code)
}

fn write(format: Format, outcome: &Outcome, look: Look, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    report::write(format, outcome, look, &mut out)?;
    out.flush()
}

fn named(path: &Utf8PathBuf, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {error}"))
}

fn read_facts(path: &Utf8PathBuf) -> io::Result<Facts> {
    let text = std::fs::read(path).map_err(|error| named(path, &error))?;
    // The parser's message would repeat what it read.
    serde_json::from_slice(&text).map_err(|error| {
        invalid(&format!("{path}:{}:{}: these are no facts of this version", error.line(), error.column()))
    })
}

fn look(args: &Args) -> Look {
    let terminal = io::stdout().is_terminal();
    let (color, links) = match args.color {
        When::Always => (true, true),
        When::Never => (false, false),
        When::Auto => {
            let choice = anstream::AutoStream::choice(&io::stdout());
            let color = choice != anstream::ColorChoice::Never;
            (color, color && terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout))
        }
    };
    let width = if terminal { terminal_width() } else { None };
    Look { color, links, width, show_unknown: args.show.is_some() }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

fn code(args: &Args, outcome: &Outcome) -> u8 {
    if outcome.summary.unchecked {
        return UNCHECKED;
    }
    if outcome.is_empty() {
        if args.allow_empty {
            return KEPT;
        }
        talk(
            "nothing to check: no input of a kind that is judged yet (`--allow-empty` makes that a success)",
        );
        return UNCHECKED;
    }
    let from = match args.fail_on {
        FailOn::Error | FailOn::Unknown => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let broken = outcome.findings.iter().any(|finding| finding.level >= from)
        || (args.fail_on == FailOn::Unknown && outcome.summary.unknown > 0);
    if broken && !args.exit_zero { BROKEN } else { KEPT }
}
