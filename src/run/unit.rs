//! What is judged together: the paths that fall under one contract.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use globset::GlobBuilder;

use super::{Job, stream};
use crate::contract::load::{self, ContractError, Loaded};
use crate::contract::{self, Contract, Said, preset};
use crate::detect::{card, engine};
use crate::discover::{Origin, Target, shown_url};
use crate::facts::Role;
use crate::naming::routes::operation;
use crate::read::rust;
use crate::rules;
use crate::source::{Sources, relative, root_of};

/// Which contract a user wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The nearest one above each path.
    Nearest,
    /// This file.
    File(Utf8PathBuf),
    /// The built-in one.
    BuiltIn,
}

/// Paths and their contract.
pub struct Unit {
    /// The contract in force.
    pub contract: Contract,
    texts: Vec<(Arc<str>, Arc<str>)>,
    /// The folder its patterns are relative to.
    pub base: Utf8PathBuf,
    /// Files and folders to read.
    pub paths: Vec<Utf8PathBuf>,
    /// `-` and addresses.
    streams: Vec<Origin>,
    /// Whether `paths` hold all the contract is about.
    pub whole: bool,
}

impl Unit {
    /// Gives a report the contract's texts.
    pub fn keep_texts(&self, sources: &mut Sources) {
        sources.hide(super::watch::hidden(&self.contract));
        for (path, text) in &self.texts {
            let (path, text) = (Arc::clone(path), Arc::clone(text));
            if preset::is_preset(&path) {
                sources.keep_our_text(path, text);
            } else {
                sources.keep_text(path, text);
            }
        }
    }

    /// What a report calls the contract: its file, and what it extends.
    pub fn contract_name(&self) -> String {
        let names: Vec<&str> = self.texts.iter().map(|(path, _)| &**path).collect();
        match names.as_slice() {
            [own, base @ ..] if !base.is_empty() => format!("{own} (extends {})", base.join(", ")),
            // A contract that stands alone asks only for what it says itself.
            [own] if !preset::is_preset(own) => format!("{own} (extends nothing)"),
            names => names.join(", "),
        }
    }

    /// The unit's inputs that are not found by a walk, earlier scrapes among them.
    pub fn streams(&self, job: &Job) -> Vec<Target> {
        let name = |origin: &Origin| -> Arc<str> {
            match origin {
                Origin::Stdin => job.stdin_name.as_str().into(),
                Origin::Url(url) => shown_url(url).into(),
                Origin::File(path) => relative(path, &root_of(&job.working)).into(),
            }
        };
        let target = |origin: Origin, role| Target { path: name(&origin), origin, kind: job.kind, role };
        let current = self.streams.iter().cloned().map(|origin| target(origin, Role::Current));
        let previous = job.previous.iter().map(|earlier| {
            let origin = stream(earlier).unwrap_or_else(|| Origin::File(job.working.join(earlier)));
            target(origin, Role::Previous)
        });
        current.chain(previous).collect()
    }
}

/// What is left to judge: paths and streams by the contract they fall under.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: BTreeMap<Option<Utf8PathBuf>, (Vec<Utf8PathBuf>, Vec<Origin>)>,
    done: BTreeSet<Option<Utf8PathBuf>>,
}

impl Queue {
    /// Everything the job names.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        let mut queue = Self::default();
        for name in &job.paths {
            if let Some(origin) = stream(name) {
                queue.waiting.entry(chosen(job, &job.working)).or_default().1.push(origin);
            } else {
                let path = job.working.join(name);
                let path = path.canonicalize_utf8().unwrap_or(path);
                let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
                queue.waiting.entry(chosen(job, folder)).or_default().0.push(path);
            }
        }
        queue
    }

    /// The next unit.
    ///
    /// # Errors
    /// A contract that can't be used.
    pub fn next(&mut self, job: &Job, root: &Utf8Path) -> Result<Option<Unit>, ContractError> {
        let Some((file, (paths, streams))) = self.waiting.pop_first() else { return Ok(None) };
        let unit = unit(job, root, file.as_deref(), paths, streams);
        self.done.insert(file);
        unit.map(Some)
    }

    /// Folders that a walk left to a contract of their own.
    pub fn add(&mut self, nested: Vec<Utf8PathBuf>) {
        for folder in nested {
            let file = contract::find(&folder);
            if !self.done.contains(&file) {
                self.waiting.entry(file).or_default().0.push(folder);
            }
        }
    }
}

/// The unit of the working directory, without paths: for facts that were made elsewhere.
///
/// # Errors
/// A contract that can't be used.
pub fn here(job: &Job, root: &Utf8Path) -> Result<Unit, ContractError> {
    let unit = unit(job, root, chosen(job, &job.working).as_deref(), Vec::new(), Vec::new())?;
    // Whoever judges facts has gathered all of them.
    Ok(Unit { whole: true, ..unit })
}

fn chosen(job: &Job, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    match &job.choice {
        Choice::Nearest => contract::find(folder),
        Choice::File(path) => {
            let path = job.working.join(path);
            Some(path.canonicalize_utf8().unwrap_or(path))
        }
        Choice::BuiltIn => None,
    }
}

fn unit(
    job: &Job,
    root: &Utf8Path,
    file: Option<&Utf8Path>,
    paths: Vec<Utf8PathBuf>,
    streams: Vec<Origin>,
) -> Result<Unit, ContractError> {
    let Loaded { mut contract, texts } = match file {
        Some(file) => load::read(file, root)?,
        None => load::built_in()?,
    };
    let base = file.and_then(Utf8Path::parent).unwrap_or(&job.working).to_owned();
    if let Some(environment) = &job.environment {
        let place = crate::source::Place::of_file("--environment");
        contract.environment = Some(Said { value: environment.clone(), place });
    }
    check_words(&contract, &texts)?;
    let contract = contract.in_environment();
    let whole = paths.iter().any(|path| base.starts_with(path));
    Ok(Unit { contract, texts, base, paths, streams, whole })
}

/// Words of the contract that its types can't check: rule ids, globs, regular expressions.
fn check_words(contract: &Contract, texts: &[(Arc<str>, Arc<str>)]) -> Result<(), ContractError> {
    let fail = |place: &crate::source::Place, message: String, help: Option<String>| {
        let text = texts.iter().find(|(path, _)| *path == place.path).map(|(_, text)| Arc::clone(text));
        Err(ContractError { place: place.clone(), message, help, text })
    };
    if let Some(environment) = &contract.environment {
        let known: Vec<&str> =
            contract.environments.iter().map(|(name, _, _)| name).chain(["production"]).collect();
        if !known.contains(&environment.as_str()) {
            let help = match load::closest(environment, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "environments are {}; others are declared under `environments:`",
                    known.join(", ")
                ),
            };
            return fail(
                &environment.place,
                format!("there is no environment `{}`", environment.value),
                Some(help),
            );
        }
    }
    let redaction = &contract.redaction;
    for (id, place, card) in redaction.custom.iter() {
        if card::ids().any(|known| known == id) {
            let help = "give it another name, or set its level under `redaction.detectors`".to_owned();
            return fail(place, format!("`{id}` is a built-in detector"), Some(help));
        }
        if let Err(wrong) = engine::check(card).and_then(|()| engine::tried(card)) {
            return fail(place, format!("the detector `{id}` can't be used: {wrong}"), None);
        }
    }
    for (id, place, _) in redaction.detectors.iter() {
        let known = || redaction.custom.iter().map(|(id, ..)| id).chain(card::ids().map(|id: &str| id));
        if !known().any(|known| known == id) {
            let help = match load::closest(id, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("detectors are {}", known().collect::<Vec<_>>().join(", ")),
            };
            return fail(place, format!("there is no detector `{id}`"), Some(help));
        }
    }
    for (glob, place, _) in contract.logs.services.iter() {
        if let Err(error) = GlobBuilder::new(glob).literal_separator(true).build() {
            return fail(place, format!("`{glob}` is no pattern: {}", error.kind()), None);
        }
    }
    if let Some((place, message, help)) = no_operation(contract).or_else(|| unknown_wrapper(contract)) {
        return fail(place, message, Some(help));
    }
    if let Some(entry) = contract.allow.iter().find(|entry| entry.reason.trim().is_empty()) {
        let help = "say why the finding is accepted".to_owned();
        return fail(&entry.reason.place, "an allow entry needs a reason".to_owned(), Some(help));
    }
    let settings = contract.rules.iter().map(|(pattern, place, _)| (pattern, place));
    let allows = contract.allow.iter().map(|allow| (allow.rule.as_str(), &allow.rule.place));
    for (pattern, place) in settings.chain(allows) {
        if let Some(near) = rules::unknown(pattern) {
            let help = near.map(|near| format!("did you mean `{near}`?"));
            return fail(
                place,
                format!("there is no rule `{pattern}`"),
                help.or(Some("`telelint rules` lists them".to_owned())),
            );
        }
    }
    let files = &contract.files;
    let by_kind = crate::facts::Kind::ALL.into_iter().flat_map(|kind| files.of(kind));
    let of_allows = contract.allow.iter().flat_map(|allow| allow.path.iter().chain(&allow.subject));
    let foreign = contract.metrics.foreign.iter().flatten();
    let gates = &contract.gates;
    let documents = gates.ux_mock.documents.iter().chain(&gates.governance.documents).flatten();
    for pattern in files.ignore.0.iter().chain(by_kind).chain(of_allows).chain(foreign).chain(documents) {
        if let Err(error) = GlobBuilder::new(pattern).literal_separator(true).build() {
            return fail(
                &pattern.place,
                format!("`{}` is no pattern: {}", pattern.value, error.kind()),
                None,
            );
        }
    }
    for (name, _, field) in contract.fields.iter() {
        if let Some(form) = &field.redacted
            && let Err(error) = regex::Regex::new(form)
        {
            let reason = error.to_string();
            let reason =
                reason.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
            return fail(
                &form.place,
                format!("the redacted form of `{name}` is no regular expression: {reason}"),
                None,
            );
        }
    }
    Ok(())
}

/// An operation of the ops page that is none.
fn no_operation(contract: &Contract) -> Option<(&crate::source::Place, String, String)> {
    let is_none = |said: &&Said<String>| operation(said).is_none();
    let said = contract.ops_ui.operations.iter().flatten().find(is_none)?;
    let help = "write the method and the path: `GET /api/admin/ops/summary`";
    Some((&said.place, format!("`{}` is no operation", said.value), help.to_owned()))
}

/// A wrapper that is like nothing known: where, what is wrong, what to do.
fn unknown_wrapper(contract: &Contract) -> Option<(&crate::source::Place, String, String)> {
    for wrapper in &contract.rust.wrappers {
        let (said, like) = match &wrapper.like {
            Some(like) => (like, like.as_str()),
            // By its own name, where it is called after what it is like.
            None => (&wrapper.path, wrapper.path.rsplit("::").next().unwrap_or_default()),
        };
        if !rust::is_known(like) {
            let words =
                rust::WRAPPED.iter().flat_map(|word| [*word, word.rsplit("::").next().unwrap_or_default()]);
            let help = load::closest(like, words).map_or_else(
                || {
                    "`like:` names a macro or a type, such as `metrics::counter` or `tracing::info`"
                        .to_owned()
                },
                |near| format!("did you mean `{near}`?"),
            );
            let message = match &wrapper.like {
                Some(_) => format!("nothing is known that is called `{like}`"),
                None => format!("`{}` does not say what it is like", wrapper.path.value),
            };
            return Some((&said.place, message, help));
        }
    }
    None
}
