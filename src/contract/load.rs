//! Reading contracts: from a file or a preset, with everything they extend, and errors a person can act on.

use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

use super::said::{self, Layer};
use super::{Contract, preset};
pub use crate::naming::near::closest;
use crate::source::Place;

/// The largest contract that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;
/// How many contracts may extend one another.
const MAX_CHAIN: usize = 16;

/// A contract in force and the texts it was read from.
#[derive(Debug)]
pub struct Loaded {
    /// The contract, laid over what it extends.
    pub contract: Contract,
    /// Path and text of each file or preset, the nearest first.
    pub texts: Vec<(Arc<str>, Arc<str>)>,
}

/// Why a contract can't be used.
#[derive(Debug)]
pub struct ContractError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The text it was read from, to draw the line.
    pub text: Option<Arc<str>>,
}

impl std::fmt::Display for ContractError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ContractError {}

/// The built-in contract.
pub fn built_in() -> Result<Loaded, ContractError> {
    chain(Source::Preset(preset::DEFAULT.to_owned()), Utf8Path::new("."))
}

/// Reads the contract at `path`; places are named relative to `root`.
pub fn read(path: &Utf8Path, root: &Utf8Path) -> Result<Loaded, ContractError> {
    chain(Source::File(path.to_owned()), root)
}

#[derive(Clone, PartialEq)]
enum Source {
    Preset(String),
    File(Utf8PathBuf),
}

/// Reads a contract and all it extends, the nearest first, and lays them over each other.
fn chain(first: Source, root: &Utf8Path) -> Result<Loaded, ContractError> {
    let mut texts: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    let mut layers: Vec<Contract> = Vec::new();
    let mut seen: Vec<Source> = Vec::new();
    let mut next = Some((first, None::<Place>));
    while let Some((source, asked_at)) = next.take() {
        let fail = |message: String, help: Option<String>| ContractError {
            place: asked_at.clone().unwrap_or_else(|| Place::of_file(&shown(&source, root))),
            message,
            help,
            text: texts.last().map(|(_, text)| Arc::clone(text)),
        };
        if seen.contains(&source) {
            return Err(fail(
                format!("`extends` goes round in a circle: {} extends itself", shown(&source, root)),
                Some("let one of them stand alone, or extend `observability-v1`".to_owned()),
            ));
        }
        if seen.len() == MAX_CHAIN {
            return Err(fail(format!("more than {MAX_CHAIN} contracts extend one another"), None));
        }
        let text = text_of(&source).map_err(|reason| fail(reason, None))?;
        let path: Arc<str> = shown(&source, root).into();
        let text: Arc<str> = text.into();
        let contract = layer(&source, &path, &text)?;
        texts.push((path, text));
        seen.push(source.clone());
        if let Some(extends) = &contract.extends {
            let base = if preset::text(&extends.value).is_some() {
                Source::Preset(extends.value.clone())
            } else {
                Source::File(resolve(&source, extends, root, &texts)?)
            };
            next = Some((base, Some(extends.place.clone())));
        }
        layers.push(contract);
    }
    let contract = layers.into_iter().reduce(Layer::over).unwrap_or_default();
    Ok(Loaded { contract, texts })
}

/// One contract of a chain. The preset is asked for by every contract that extends it and for what must not be shown; it is
/// parsed once.
fn layer(source: &Source, path: &Arc<str>, text: &Arc<str>) -> Result<Contract, ContractError> {
    static DEFAULT: OnceLock<Option<Contract>> = OnceLock::new();
    let known = match source {
        Source::Preset(name) if name == preset::DEFAULT => {
            DEFAULT.get_or_init(|| parse(path, text).ok()).clone()
        }
        Source::Preset(_) | Source::File(_) => None,
    };
    known.map_or_else(|| parse(path, text), Ok)
}

/// The file that `extends: path` means, or what is wrong with it.
fn resolve(
    from: &Source,
    extends: &said::Said<String>,
    root: &Utf8Path,
    texts: &[(Arc<str>, Arc<str>)],
) -> Result<Utf8PathBuf, ContractError> {
    let folder = match from {
        Source::File(path) => path.parent().unwrap_or(Utf8Path::new("")),
        Source::Preset(_) => root,
    };
    let path = folder.join(&extends.value);
    let fail = |message: String, help: &str| ContractError {
        place: extends.place.clone(),
        message,
        help: Some(help.to_owned()),
        text: texts.last().map(|(_, text)| Arc::clone(text)),
    };
    if let Ok(full) = path.canonicalize_utf8() {
        // Whoever writes a contract must not choose what else of the machine is read and quoted.
        let own_folder = folder.canonicalize_utf8().unwrap_or_default();
        if !full.starts_with(root) && !full.starts_with(&own_folder) {
            let message = format!("`extends: {}` leads out of the repository", extends.value);
            return Err(fail(message, "copy that contract into the repository"));
        }
        if !full.is_file() {
            return Err(fail(format!("`extends: {}` is no file", extends.value), "name a contract file"));
        }
    }
    path.canonicalize_utf8().map_err(|_| {
        let presets = preset::ALL.iter().map(|(name, _)| *name);
        ContractError {
            place: extends.place.clone(),
            message: format!("`extends: {}` is neither a preset nor a file that can be read", extends.value),
            help: Some(match closest(&extends.value, presets) {
                Some(name) => format!("did you mean the preset `{name}`?"),
                None => format!("presets: {}; a path is relative to the contract", preset::DEFAULT),
            }),
            text: texts.last().map(|(_, text)| Arc::clone(text)),
        }
    })
}

fn shown(source: &Source, root: &Utf8Path) -> String {
    match source {
        Source::Preset(name) => preset::path(name),
        Source::File(path) => crate::source::relative(path, root),
    }
}

fn text_of(source: &Source) -> Result<String, String> {
    let path = match source {
        Source::Preset(name) => {
            return preset::text(name).map(str::to_owned).ok_or_else(|| "no such preset".to_owned());
        }
        Source::File(path) => path,
    };
    // Opening a pipe would wait for its writer.
    if !path.is_file() {
        return Err("there is no such contract file".to_owned());
    }
    let file = std::fs::File::open(path).map_err(|error| format!("the contract can't be read: {error}"))?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_BYTES + 1), &mut bytes)
        .map_err(|error| format!("the contract can't be read: {error}"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("the contract is over the limit of {} KiB", MAX_BYTES / 1024));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("the contract is not UTF-8 (byte {})", error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads one contract's text.
///
/// # Errors
/// Anything that is not YAML of the contract's shape, with the place and, for a misspelt word, the right one.
pub fn parse(path: &Arc<str>, text: &Arc<str>) -> Result<Contract, ContractError> {
    if text.trim().is_empty() {
        return Ok(Contract::default());
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    };
    let read =
        said::reading(path, text, || serde_saphyr::from_str_with_options::<Option<Contract>>(text, options));
    read.map(Option::unwrap_or_default).map_err(|error| explain(path, text, &error))
}

fn explain(path: &Arc<str>, text: &Arc<str>, error: &serde_saphyr::Error) -> ContractError {
    let error = error.without_snippet();
    let place = error.location().filter(|at| at.line() > 0).map(|at| said::place(path, text, at));
    let (message, help) = match error {
        serde_saphyr::Error::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), Some(suggestion(field, expected)))
        }
        serde_saphyr::Error::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("unknown value `{variant}`"), Some(suggestion(variant, expected)))
        }
        serde_saphyr::Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("one of them");
            (format!("the key `{key}` stands twice"), Some("keep one of the two".to_owned()))
        }
        serde_saphyr::Error::InvalidScalar { ty, .. } => (format!("expected {}", called(ty)), None),
        serde_saphyr::Error::SerdeInvalidType { unexpected, expected, .. } => {
            (format!("expected {}, found {}", called(expected), called(unexpected)), None)
        }
        other => (first_line(&other.to_string()), None),
    };
    ContractError {
        place: place.unwrap_or_else(|| Place::of_file(path)),
        message,
        help,
        text: Some(Arc::clone(text)),
    }
}

/// What a person calls a type of the parser's.
fn called(kind: &str) -> &str {
    match kind {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "bool" => "`true` or `false`",
        "string" | "str" | "a string" => "a text",
        "map" | "a map" => "a mapping",
        "sequence" | "a sequence" => "a list",
        other if other.starts_with("struct ") => "a mapping",
        other => other,
    }
}

/// The message without the place, which the report draws itself.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let line = match line.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((_, message)) => message,
        None => line,
    };
    line.split(" at line ").next().unwrap_or(line).trim_end_matches([':', '.', ',']).to_owned()
}

fn suggestion(word: &str, expected: &[&str]) -> String {
    match closest(word, expected.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of: {}", expected.join(", ")),
    }
}
