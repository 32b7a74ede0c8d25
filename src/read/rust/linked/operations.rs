//! Operations on other systems, and whether a span is around them: by the function they stand in, and by who calls it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Crate, Linker};
use crate::detect::masked;
use crate::facts::{Action, Cover, Facts, Gap, Operation};
use crate::read::rust::file::Function;
use crate::read::rust::operations::Operated;
use crate::read::rust::types::{Maker, Owner};

impl Linker<'_> {
    /// Adds the operations of one package.
    pub(super) fn operated(
        &self,
        at: Option<usize>,
        of_crate: &Crate,
        crates: &BTreeMap<Option<usize>, Crate>,
        facts: &mut Facts,
    ) {
        if of_crate.operations.is_empty() {
            return;
        }
        let has_layer = of_crate.routes.has_layer
            || self
                .beside(at)
                .any(|other| crates.get(&Some(other)).is_some_and(|other| other.routes.has_layer));
        let is_whole = self.package(at).is_none_or(|package| package.is_whole);
        let covers = covers(
            &of_crate.functions,
            has_layer,
            is_whole && self.package(at).is_some_and(|package| package.has_program),
        );
        let by_name = by_name(&of_crate.functions);
        let calls = |function: &Function, holds: &dyn Fn(&Function) -> bool| {
            holds(function)
                || function.calls.iter().any(|called| {
                    by_name
                        .get(called.name.as_str())
                        .into_iter()
                        .flatten()
                        .any(|at| holds(&of_crate.functions[*at]))
                })
        };
        let injects = of_crate.functions.iter().any(|function| function.injects);
        let extracts = of_crate.functions.iter().any(|function| function.extracts);
        for operated in &of_crate.operations {
            let Some(is_sure) = is_one(operated, of_crate) else { continue };
            let function = operated.function.and_then(|at| of_crate.functions.get(at));
            // What receives is right where each message gets a span, here or in what is called for it.
            let spans_each = operated.action == Action::Subscribe
                && function.is_some_and(|function| {
                    function.calls.iter().any(|called| called.is_covered)
                        || calls(function, &|function| function.is_instrumented || function.opens_span)
                });
            let cover = match (operated.is_covered || spans_each, operated.is_detached, operated.function) {
                (true, ..) => Cover::Spanned,
                (false, false, Some(at)) => covers[at],
                (false, ..) => Cover::Bare,
            };
            let own_span = operated.is_covered
                || function.is_some_and(|function| function.is_instrumented || function.opens_span);
            let marks_failure = function
                .filter(|_| own_span && !operated.action.is_messaging())
                .map(|function| calls(function, &|function| function.marks_failure));
            let carries_context = match operated.action {
                Action::Publish | Action::Request => Some(operated.has_headers && injects),
                Action::Subscribe => Some(extracts),
                Action::Stripe | Action::Ssh => None,
            };
            let subject = operated.subject.as_ref().filter(|_| operated.action.is_messaging());
            let home = (at, usize::MAX);
            let subject = subject.map(|subject| self.constants.resolve(subject, home).map(|told| told.text));
            if let Some(Err(why)) = &subject {
                let what = format!("a subject can't be seen: {}", why.replacen("its name", "it", 1));
                facts.gaps.add(Gap { place: operated.place.clone(), what: masked(&what) });
            }
            facts.operations.add(Operation {
                artifact: self
                    .package(at)
                    .map_or_else(|| Arc::clone(&operated.place.path), |package| Arc::clone(&package.path)),
                place: operated.place.clone(),
                function: function.map(|function| function.name.clone()).unwrap_or_default(),
                action: operated.action,
                call: operated.call.clone(),
                subject: subject.and_then(Result::ok),
                cover,
                carries_context,
                marks_failure,
                is_sure,
            });
        }
    }

    /// The packages of the repository that a package depends on, itself or through others.
    pub(super) fn beside(&self, at: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut waiting: Vec<usize> = at.into_iter().collect();
        while let Some(user) = waiting.pop() {
            let further = self.uses.get(user).into_iter().flatten().filter(|other| Some(**other) != at);
            waiting.extend(further.filter(|other| found.insert(**other)));
        }
        found.into_iter()
    }
}

/// Whether it is an operation of the crate that its method speaks of, and whether that is sure; `None` where it is not.
fn is_one(operated: &Operated, of_crate: &Crate) -> Option<bool> {
    match &operated.owner {
        Owner::Is(_) => Some(true),
        Owner::Unknown => Some(false),
        Owner::Field(name) => {
            let makers = of_crate.members.get(name)?;
            (makers.len() == 1 && makers.contains(&Some(Maker::Nats))).then_some(true)
        }
    }
}

fn by_name(functions: &[Function]) -> BTreeMap<&str, Vec<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, function) in functions.iter().enumerate() {
        by_name.entry(&function.name).or_default().push(at);
    }
    by_name
}

/// Names of functions and methods that are everywhere.
const COMMON: [&str; 24] = [
    "add", "as_ref", "build", "call", "clone", "close", "collect", "default", "drop", "execute", "flush",
    "from", "get", "insert", "into", "new", "next", "ok", "poll", "push", "recv", "remove", "send", "write",
];

/// Which functions run in a span that is about them: those that have one of their own, those around whose call one is put,
/// and those that a function with one of its own calls. The span of a request or a message around all of it is about that
/// and not about what is done in its course. A name that several functions share counts as called by whoever calls one.
fn covers(functions: &[Function], has_layer: bool, is_program: bool) -> Vec<Cover> {
    let by_name = &by_name(functions);
    let mut is_called = vec![false; functions.len()];
    let mut own: Vec<bool> =
        functions.iter().map(|function| function.is_instrumented || function.opens_span).collect();
    let mut around = vec![false; functions.len()];
    // Names that anything may have say nothing of who is called.
    let called = |caller: usize| {
        let calls = functions[caller]
            .calls
            .iter()
            .filter(|called| called.is_own || !COMMON.contains(&called.name.as_str()));
        calls.flat_map(move |called| {
            let named = by_name.get(called.name.as_str()).into_iter().flatten();
            named.filter(move |at| **at != caller).map(move |at| (*at, called))
        })
    };
    let mut waiting: Vec<usize> = (0..functions.len()).filter(|at| own[*at]).collect();
    for caller in 0..functions.len() {
        for (at, called) in called(caller) {
            is_called[at] = true;
            around[at] |= called.is_covered;
        }
    }
    while let Some(caller) = waiting.pop() {
        for (at, called) in called(caller) {
            if !called.is_detached && !own[at] {
                own[at] = true;
                waiting.push(at);
            }
        }
    }
    let spanned = own.iter().zip(&around).map(|(own, around)| *own || *around);
    let mut covers: Vec<Cover> =
        spanned.map(|spanned| if spanned { Cover::Spanned } else { Cover::Bare }).collect();
    for (at, function) in functions.iter().enumerate() {
        let may_be_called = function.is_reachable && !is_called[at];
        // Whoever may call it from elsewhere, in a program that puts each request into a span, may do so within one.
        let is_open = if is_program { may_be_called && has_layer } else { function.is_reachable };
        if covers[at] == Cover::Bare && is_open {
            covers[at] = Cover::Open;
        }
    }
    covers
}
