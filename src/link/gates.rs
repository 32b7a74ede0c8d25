//! What must exist before observability features are coded: whether it does, what is missing, and which code did not wait.
//!
//! One join for the rules `gates/*` and for whoever lists gates.

use std::collections::BTreeSet;

use super::World;
use super::ahead::Unspecified;
use crate::contract::platform::Signature;
use crate::contract::{Said, preset};
use crate::facts::document::{Matrix, Status, states_of};
use crate::facts::{Document, Kind, Purpose, Surface};
use crate::finding::{Because, Confidence, Level};
use crate::naming::routes::{self, is_within};
use crate::source::Place;

/// A gate: something that must exist before code that needs it.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name in the contract.
    pub name: &'static str,
    /// What it asks for, in a few words.
    pub title: &'static str,
    /// The clause that asks.
    pub asked: Because,
    /// Whether it can be judged: what was not read proves nothing.
    pub is_known: bool,
    /// What speaks for it.
    pub evidence: Vec<Shown>,
    /// What is missing, in order of place.
    pub lacks: Vec<Lack>,
    /// Code that depends on it, in order of place.
    pub dependents: Vec<Shown>,
}

impl Gate {
    /// Whether nothing is missing that keeps it closed; who has no operational events needs none. An approval that has grown old does not.
    #[must_use]
    pub fn is_met(&self) -> bool {
        let is_shown = !self.evidence.is_empty() || (self.name == "events" && self.lacks.is_empty());
        self.is_known && is_shown && self.lacks.iter().all(|lack| lack.fault == Fault::Stale || lack.is_past)
    }

    /// Words that come from what was read.
    pub fn texts(&mut self) -> impl Iterator<Item = &mut String> {
        let shown = self.evidence.iter_mut().chain(&mut self.dependents).map(|shown| &mut shown.what);
        let lacks =
            self.lacks.iter_mut().flat_map(|lack| [&mut lack.what, &mut lack.subject, &mut lack.label]);
        shown.chain(lacks)
    }

    /// The clauses it names, to be quoted.
    pub fn clauses(&mut self) -> impl Iterator<Item = &mut Because> {
        std::iter::once(&mut self.asked).chain(self.lacks.iter_mut().map(|lack| &mut lack.because))
    }
}

/// Words of an approval, where the contract names none.
const APPROVED: [&str; 2] = ["accepted", "approved"];

/// Something and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// What stands there, in a few words.
    pub what: String,
}

/// What a gate lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An operation or an event is not specified.
    NotSpecified,
    /// There is no mock with a state matrix.
    NoMock,
    /// A picture of the mock does not exist.
    NoImage,
    /// A state of a panel is not described.
    NoState,
    /// There is no standard.
    NoStandard,
    /// A standard is not approved, or not in the way that the contract asks for.
    NotApproved,
    /// An approval is older than the contract allows.
    Stale,
}

/// One thing that a gate lacks.
#[derive(Clone, Debug)]
pub struct Lack {
    /// Which sort.
    pub fault: Fault,
    /// Where it would be, or is wrong; `None` where no document exists.
    pub place: Option<Place>,
    /// What it is about, for allow entries.
    pub subject: String,
    /// What is missing.
    pub what: String,
    /// What is to be seen at the place.
    pub label: String,
    /// The clause that asks for it.
    pub because: Because,
    /// Whether it is about a document that is history, beside others that count.
    pub is_past: bool,
    /// Whether nobody has promised it: then it is listed, and is no finding.
    pub is_silent: bool,
    /// What a finding about it counts for.
    pub level: Level,
    /// How certain it is.
    pub confidence: Confidence,
}

impl Gate {
    /// A gate that asks for a specification.
    fn specified(
        (name, title): (&'static str, &'static str),
        asked: Because,
        is_known: bool,
        evidence: Vec<Shown>,
        missing: Vec<Unspecified>,
    ) -> Self {
        let mut gate =
            Self { name, title, asked, is_known, evidence, lacks: Vec::new(), dependents: Vec::new() };
        for Unspecified { name, place, ahead, because, level, confidence } in missing {
            let what = format!("`{name}` is not specified");
            gate.dependents
                .extend(ahead.into_iter().map(|place| Shown { place, what: format!("code for `{name}`") }));
            gate.lacks.push(Lack {
                fault: Fault::NotSpecified,
                place,
                subject: name,
                what,
                label: String::new(),
                because,
                is_past: false,
                is_silent: false,
                level,
                confidence,
            });
        }
        gate
    }

    /// Whether code depends on what is missing.
    #[must_use]
    pub fn is_run_past(&self) -> bool {
        !self.is_met()
            && self.lacks.iter().any(|lack| lack.level == Level::Error && !lack.is_silent && !lack.is_past)
    }
}

/// Words for a gate that lacks something.
struct Draft {
    fault: Fault,
    place: Option<Place>,
    subject: String,
    what: String,
    label: String,
}

impl Gate {
    fn lack(&mut self, draft: Draft, because: &Because) {
        let Draft { fault, place, subject, what, label } = draft;
        let level =
            if self.dependents.is_empty() || fault == Fault::Stale { Level::Warning } else { Level::Error };
        let (because, confidence) = (because.clone(), Confidence::Sure);
        self.lacks.push(Lack {
            fault,
            place,
            subject,
            what,
            label,
            because,
            is_past: false,
            is_silent: false,
            level,
            confidence,
        });
    }
}

impl<'a> World<'a> {
    /// The gates that the contract asks for.
    #[must_use]
    pub fn gates(&self) -> &[Gate] {
        self.gates.get_or_init(|| {
            let specified = self.ops_endpoints().into_iter().chain(self.operational_events());
            let mut gates: Vec<Gate> = specified.chain(self.ux_mock()).chain(self.governance()).collect();
            // Who has no contract of their own never asked for a gate.
            let errors = gates.iter_mut().flat_map(|gate| &mut gate.lacks);
            let errors = errors.filter(|lack| !self.has_own_contract && lack.level == Level::Error);
            for lack in errors {
                (lack.level, lack.confidence) = (Level::Warning, Confidence::Likely);
            }
            gates
        })
    }

    /// The operations that the ops page reads, in OpenAPI.
    fn ops_endpoints(&self) -> Option<Gate> {
        let ops = &self.contract.ops_ui;
        let clause = ops.operations.iter().flatten().next().or(ops.route.as_ref())?;
        let evidence = self.ops_operations().map(|operation| Shown {
            place: operation.place.clone(),
            what: format!("`{} {}` is specified", operation.method, operation.path),
        });
        let evidence = in_order(evidence);
        let is_open = self.descriptions(Kind::Openapi).any(|document| !document.is_whole);
        let is_known = !is_open && (self.whole || !evidence.is_empty());
        let title = "operations of the ops page in OpenAPI";
        let missing = self.missing_endpoints();
        Some(Gate::specified(("ops-endpoints", title), self.because(clause), is_known, evidence, missing))
    }

    /// Operational events, in AsyncAPI.
    fn operational_events(&self) -> Option<Gate> {
        let events = &self.contract.events;
        let clause = events.operational.iter().flatten().next().map(|said| self.because(said));
        let clause = clause.or_else(|| self.asks(&events.documented))?;
        let evidence = self.carried_events().filter_map(|event| {
            let address = event.address.as_deref().filter(|address| self.operational(address).is_some())?;
            Some(Shown { place: event.place.clone(), what: format!("`{address}` is specified") })
        });
        let evidence = in_order(evidence);
        let is_open = self.descriptions(Kind::Asyncapi).any(|document| !document.is_whole);
        let is_known = !is_open && (self.whole || !evidence.is_empty());
        let title = "operational events in AsyncAPI";
        Some(Gate::specified(("events", title), clause, is_known, evidence, self.unspecified_events()))
    }

    fn documents(&self, purpose: Purpose) -> Vec<&'a Document> {
        let facts = self.facts;
        facts.documents.iter().filter(|document| document.purposes.contains(&purpose)).collect()
    }

    /// A mock of the operations page with a state matrix.
    fn ux_mock(&self) -> Option<Gate> {
        let asked = &self.contract.gates.ux_mock;
        let clause = asked.documents.iter().flatten().next()?;
        let all = self.documents(Purpose::Mock);
        let documents: Vec<&Document> =
            all.iter().copied().filter(|document| self.is_of_page(document, all.len())).collect();
        let mut gate = Gate {
            name: "ux-mock",
            title: "mock of the operations page with a state matrix",
            asked: self.because(clause),
            is_known: self.whole || !documents.is_empty(),
            evidence: Vec::new(),
            lacks: Vec::new(),
            dependents: self.needs_mock(),
        };
        let with_matrix: Vec<(&Document, &Matrix)> =
            documents.iter().filter_map(|document| Some((*document, document.matrix.as_ref()?))).collect();
        let drawn: Vec<_> =
            with_matrix.iter().filter(|(_, matrix)| !matrix.panels.is_empty()).copied().collect();
        for (document, matrix) in &drawn {
            let place = matrix.place.clone().unwrap_or_else(|| document.title.place.clone());
            let what = format!(
                "state matrix of `{}`: {} panels, {} states",
                document.title.value,
                matrix.panels.len(),
                matrix.states.len()
            );
            gate.evidence.push(Shown { place, what });
        }
        if documents.is_empty() && self.whole {
            self.no_document(&mut gate, Fault::NoMock, clause, self.speaks_of_page());
        } else if drawn.is_empty() {
            let because = self.because(clause);
            for document in &documents {
                gate.lack(no_matrix(document), &because);
            }
        }
        for (document, matrix) in &drawn {
            self.states(&mut gate, document, matrix, clause);
        }
        self.panels(&mut gate, &drawn);
        let because = self.because(clause);
        for document in &documents {
            for image in document.images.iter().filter(|image| image.exists == Some(false)) {
                let target = &image.target.value;
                let what =
                    format!("`{}` shows the picture `{target}`, which does not exist", document.title.value);
                let label = "no such file in the repository".to_owned();
                gate.lack(
                    Draft {
                        fault: Fault::NoImage,
                        place: Some(image.target.place.clone()),
                        subject: target.clone(),
                        what,
                        label,
                    },
                    &because,
                );
            }
        }
        gate.lacks.sort_by(|a, b| (&a.place, &a.subject).cmp(&(&b.place, &b.subject)));
        Some(gate)
    }

    /// Whether a mock is about the operations page.
    fn is_of_page(&self, document: &Document, among: usize) -> bool {
        let Some(page) = self.contract.ops_ui.route.as_ref() else { return true };
        let last = page.rsplit('/').find(|step| !step.is_empty()).unwrap_or_default().to_lowercase();
        let title = document.title.value.to_lowercase();
        if among == 1 && (title.contains(&last) || document.artifact.to_lowercase().contains(&last)) {
            return true;
        }
        let name = page.trim_matches('/').replace('/', "-").to_lowercase();
        let named = document.artifact.to_lowercase().contains(&name);
        let routes = document.routes.iter().map(|route| route.value.as_str());
        let operations =
            document.operations.iter().filter_map(|operation| Some(routes::operation(&operation.value)?.1));
        let speaks = routes.chain(operations).any(|path| is_within(path, page));
        // What links to the page may name it, too: a mock of it has its matrix or its name.
        named || speaks && (document.matrix.is_some() || document.title.value.contains(page.as_str()))
    }

    /// Whether the repository's own contract speaks of the page or its mock.
    fn speaks_of_page(&self) -> bool {
        let (mock, page) = (&self.contract.gates.ux_mock, &self.contract.ops_ui);
        let lists = [&mock.documents, &mock.panels, &mock.states, &page.operations];
        lists.into_iter().flatten().flatten().chain(&page.route).any(is_own)
    }

    /// Routes, calls and pages within the operations page.
    fn needs_mock(&self) -> Vec<Shown> {
        let Some(page) = &self.contract.ops_ui.route else { return Vec::new() };
        let routes = self.facts.routes.iter().filter(|route| is_within(&route.path, page));
        let routes = routes
            .map(|route| Shown { place: route.place.clone(), what: format!("the route `{}`", route.path) });
        let calls = self.facts.client_calls.iter().filter(|call| is_within(&call.path, page));
        let calls =
            calls.map(|call| Shown { place: call.place.clone(), what: format!("a call of `{}`", call.path) });
        let pages = self.facts.pages.iter().filter(|route| is_within(&route.path, page));
        let pages = pages
            .map(|route| Shown { place: route.place.clone(), what: format!("the page `{}`", route.path) });
        in_order(routes.chain(calls).chain(pages))
    }

    /// Code that emits telemetry.
    fn needs_standards(&self) -> Vec<Shown> {
        let facts = self.facts;
        let spans =
            facts.spans.iter().map(|span| Shown { place: span.place.clone(), what: "a span".to_owned() });
        let metrics = self.metrics.iter().filter(|metric| metric.surface == Surface::Source);
        let metrics = metrics.map(|metric| Shown {
            place: metric.place.clone(),
            what: format!("the metric `{}`", metric.name),
        });
        let written = facts.written.iter().filter_map(|field| Some((field, field.seen.spot()?)));
        let written = written.map(|(field, spot)| Shown {
            place: spot.place.clone(),
            what: format!("the log field `{}`", field.name),
        });
        in_order(spans.chain(metrics).chain(written))
    }

    /// No document is there at all. What only the built-in contract asks for is no promise of the repository's.
    fn no_document(&self, gate: &mut Gate, fault: Fault, clause: &Said<String>, is_own: bool) {
        let (what, label) = if fault == Fault::NoMock {
            ("there is no mock of the operations page", "built before it was drawn")
        } else {
            ("there is no approved standard for telemetry", "written before a standard was approved")
        };
        let label = if gate.dependents.is_empty() { "no document matches" } else { label };
        let draft = Draft {
            fault,
            place: None,
            subject: gate.name.to_owned(),
            what: what.to_owned(),
            label: label.to_owned(),
        };
        gate.lack(draft, &self.because(clause));
        let Some(lack) = gate.lacks.last_mut() else { return };
        let has_code = !gate.dependents.is_empty();
        if !self.has_own_contract {
            let is_standard = fault == Fault::NoStandard;
            let confidence = if is_standard { Confidence::Guess } else { Confidence::Likely };
            (lack.level, lack.confidence) = (Level::Warning, confidence);
        }
        lack.is_silent = !has_code && !is_own;
    }

    /// Each panel describes each state.
    fn states(&self, gate: &mut Gate, document: &Document, matrix: &Matrix, clause: &Said<String>) {
        let asked: Vec<(String, Because)> = match &self.contract.gates.ux_mock.states {
            Some(states) => states.iter().map(|state| (state.value.clone(), self.because(state))).collect(),
            // What the matrix itself promises counts where the contract names no states.
            None => matrix
                .states
                .iter()
                .map(|state| (state.written.value.clone(), self.because(clause)))
                .collect(),
        };
        for (state, because) in asked {
            let means = states_of(&state);
            let is_it = |written: &BTreeSet<String>| !written.is_disjoint(&means);
            let columns: Vec<usize> = matrix
                .states
                .iter()
                .enumerate()
                .filter(|(_, own)| is_it(&own.means))
                .map(|(at, _)| at)
                .collect();
            if columns.is_empty() && !means.is_empty() {
                let place = matrix.place.clone().or_else(|| Some(document.title.place.clone()));
                let what = format!("the state matrix of `{}` has no state `{state}`", document.title.value);
                let label = format!("`{state}` is not among its states");
                gate.lack(Draft { fault: Fault::NoState, place, subject: state, what, label }, &because);
                continue;
            }
            for panel in &matrix.panels {
                let cells: Vec<_> = columns.iter().filter_map(|column| panel.cells.get(*column)).collect();
                let Some(open) = cells.first().filter(|_| !cells.iter().any(|cell| cell.is_filled)) else {
                    continue;
                };
                let name = if panel.name.value.is_empty() {
                    "the page".to_owned()
                } else {
                    format!("the panel `{}`", panel.name.value)
                };
                let what = format!("{name} does not say how it looks in the state `{state}`");
                let label = if open.stand_in.is_empty() {
                    "empty".to_owned()
                } else {
                    format!("`{}` is no answer yet", open.stand_in)
                };
                let subject = format!("{}/{state}", panel.name.value);
                gate.lack(
                    Draft { fault: Fault::NoState, place: Some(open.place.clone()), subject, what, label },
                    &because,
                );
            }
        }
    }

    /// Each panel of the contract has a row in one of the matrices.
    fn panels(&self, gate: &mut Gate, drawn: &[(&Document, &Matrix)]) {
        let Some((document, matrix)) = drawn.first() else { return };
        let known: BTreeSet<String> = drawn
            .iter()
            .flat_map(|(_, matrix)| &matrix.panels)
            .map(|panel| folded(&panel.name.value))
            .collect();
        for panel in self
            .contract
            .gates
            .ux_mock
            .panels
            .iter()
            .flatten()
            .filter(|panel| !known.contains(&folded(panel)))
        {
            let place = matrix.place.clone().or_else(|| Some(document.title.place.clone()));
            let what = format!(
                "the panel `{}` is not in the state matrix of `{}`",
                panel.value, document.title.value
            );
            let label = format!("no row for `{}`", panel.value);
            gate.lack(
                Draft { fault: Fault::NoState, place, subject: panel.value.clone(), what, label },
                &self.because(panel),
            );
        }
    }

    /// Standards for telemetry, approved.
    fn governance(&self) -> Option<Gate> {
        let asked = &self.contract.gates.governance;
        let clause = asked.documents.iter().flatten().next()?;
        let documents = self.documents(Purpose::Standard);
        let mut gate = Gate {
            name: "governance",
            title: "approved standards for telemetry",
            asked: self.because(clause),
            is_known: self.whole || !documents.is_empty(),
            evidence: Vec::new(),
            lacks: Vec::new(),
            dependents: self.needs_standards(),
        };
        if documents.is_empty() && self.whole {
            let lists = [&asked.documents, &asked.approved];
            let is_own = lists.into_iter().flatten().flatten().any(is_own);
            self.no_document(&mut gate, Fault::NoStandard, clause, is_own);
            return Some(gate);
        }
        let approved: Vec<&str> = match &asked.approved {
            Some(words) => words.iter().map(|word| word.value.as_str()).collect(),
            None => APPROVED.to_vec(),
        };
        let by_status = asked
            .approved
            .iter()
            .flatten()
            .next()
            .map_or_else(|| self.because(clause), |said| self.because(said));
        let is_approved =
            |document: &Document| document.status.as_ref().is_some_and(|status| has_word(status, &approved));
        let has_one = documents.iter().any(|document| is_approved(document));
        for document in &documents {
            let title = &document.title.value;
            if !is_approved(document) {
                // Its successor is judged in its place.
                let is_replaced = document
                    .status
                    .as_ref()
                    .is_some_and(|status| status.is_superseded() && successor(status, document, &documents));
                if is_replaced {
                    continue;
                }
                gate.lack(not_approved(document, &approved), &by_status);
                if let Some(lack) = gate.lacks.last_mut()
                    && has_one
                    && document.status.as_ref().is_some_and(Status::is_retired)
                {
                    (lack.level, lack.is_past) = (Level::Warning, true);
                }
                continue;
            }
            if let Some(status) = &document.status {
                gate.evidence.push(Shown {
                    place: status.written.place.clone(),
                    what: format!("`{title}` is {}", status.word),
                });
            }
            self.signed(&mut gate, document);
        }
        gate.lacks.sort_by(|a, b| (&a.place, &a.subject).cmp(&(&b.place, &b.subject)));
        Some(gate)
    }

    /// What an approval says beside the status, and how old it is.
    fn signed(&self, gate: &mut Gate, document: &Document) {
        let asked = &self.contract.gates.governance;
        let place = document
            .status
            .as_ref()
            .map_or_else(|| document.title.place.clone(), |status| status.written.place.clone());
        let (title, path) = (&document.title.value, document.artifact.to_string());
        let date_place = document.date.as_ref().map_or_else(|| place.clone(), |date| date.place.clone());
        for required in asked.require.iter().flatten() {
            let (is_there, place, what) = match required.value {
                Signature::Date => (document.day.is_some(), date_place.clone(), "when"),
                Signature::Approvers => (!document.people.is_empty(), place.clone(), "by whom"),
            };
            if !is_there {
                let draft = Draft {
                    fault: Fault::NotApproved,
                    place: Some(place),
                    subject: path.clone(),
                    what: format!("the standard `{title}` is approved and does not say {what}"),
                    label: format!("{what} is to be said"),
                };
                gate.lack(draft, &self.because(required));
            }
        }
        let (Some(max), Some(today)) = (&asked.max_age, self.today) else { return };
        let Some(seconds) = max.max else { return };
        let days = i64::try_from(seconds / 86_400).unwrap_or(i64::MAX);
        let age = document
            .day
            .as_ref()
            .and_then(|day| day.parse::<jiff::civil::Date>().ok())
            .map(|day| today.0.duration_since(day).as_hours() / 24);
        let (what, label) = match age {
            Some(age) if age > days => (
                format!("the standard `{title}` was approved {age} days ago, and {days} are allowed"),
                "to be looked at again".to_owned(),
            ),
            Some(_) => return,
            // What is asked for anyway is not said twice.
            None if asked.require.iter().flatten().any(|required| required.value == Signature::Date) => {
                return;
            }
            None => (
                format!("the standard `{title}` has no date, so nobody can tell how old it is"),
                "no date".to_owned(),
            ),
        };
        let draft = Draft { fault: Fault::Stale, place: Some(date_place), subject: path, what, label };
        gate.lack(draft, &self.because(max));
    }
}

/// Whether the repository's own contract says it.
fn is_own(said: &Said<String>) -> bool {
    !preset::is_preset(&said.place.path)
}

fn in_order(shown: impl Iterator<Item = Shown>) -> Vec<Shown> {
    shown.collect::<BTreeSet<_>>().into_iter().collect()
}

fn folded(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn no_matrix(document: &Document) -> Draft {
    let title = &document.title.value;
    let (what, label) = match &document.matrix {
        Some(_) => {
            (format!("the state matrix of `{title}` has no panel"), "a heading row and nothing below it")
        }
        None => (
            format!("the mock `{title}` has no state matrix"),
            "no table says how each panel looks in each state",
        ),
    };
    let place = document.matrix.as_ref().and_then(|matrix| matrix.place.clone());
    Draft {
        fault: Fault::NoMock,
        place: Some(place.unwrap_or_else(|| document.title.place.clone())),
        subject: document.artifact.to_string(),
        what,
        label: label.to_owned(),
    }
}

fn has_word(status: &Status, approved: &[&str]) -> bool {
    approved.iter().any(|word| word.eq_ignore_ascii_case(&status.word))
}

fn not_approved(document: &Document, approved: &[&str]) -> Draft {
    let title = &document.title.value;
    let (place, what, label) = match &document.status {
        None => (
            &document.title.place,
            format!("the standard `{title}` has no status"),
            "nothing says whether it is approved".to_owned(),
        ),
        Some(status) if status.is_superseded() => {
            let what =
                format!("the standard `{title}` is superseded, and its successor is not among the standards");
            (&status.written.place, what, "another document has taken its place".to_owned())
        }
        Some(status) => {
            let what = format!("the standard `{title}` is not approved: its status is `{}`", status.word);
            (&status.written.place, what, format!("{} is asked for", approved.join(" or ")))
        }
    };
    Draft {
        fault: Fault::NotApproved,
        place: Some(place.clone()),
        subject: document.artifact.to_string(),
        what,
        label,
    }
}

/// Whether the document that a status names as its successor is among these: by its file, its number or its title.
fn successor(status: &Status, document: &Document, documents: &[&Document]) -> bool {
    let written = status.written.value.to_lowercase();
    let numbers: BTreeSet<u64> =
        written.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    documents.iter().filter(|other| other.artifact != document.artifact).any(|other| {
        let file = other.artifact.rsplit('/').next().unwrap_or_default().to_lowercase();
        let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
        let digits: String = file.chars().take_while(char::is_ascii_digit).collect();
        let title = folded(&other.title.value);
        written.contains(stem)
            || digits.parse().is_ok_and(|number| numbers.contains(&number))
            || !title.is_empty() && folded(&written).contains(&title)
    })
}
