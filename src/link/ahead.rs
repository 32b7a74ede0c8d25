//! Code that ran ahead of its specification: operations the ops page needs, and operational events.

use std::collections::BTreeMap;

use super::World;
use super::events::DeclaredEvent;
use super::subjects::meet;
use crate::contract::preset;
use crate::facts::Kind;
use crate::finding::{Because, Confidence, Level};
use crate::naming::routes;
use crate::source::Place;

/// Something that has to be specified, and is not.
#[derive(Clone, Debug)]
pub struct Unspecified {
    /// What: `GET /api/admin/ops/summary`, `hosts.unreachable`.
    pub name: String,
    /// Where it belongs, as far as that is known.
    pub place: Option<Place>,
    /// Code that depends on it already.
    pub ahead: Vec<Place>,
    /// The clause that asks for it.
    pub because: Because,
    /// What it counts for.
    pub level: Level,
    /// How certain it is that it is wanted.
    pub confidence: Confidence,
}

impl Unspecified {
    fn new(name: String, because: Because) -> Self {
        let (level, confidence) = (Level::Warning, Confidence::Sure);
        Self { name, place: None, ahead: Vec::new(), because, level, confidence }
    }
}

impl World<'_> {
    /// A place in the repository for a clause: of what the built-in contract says, where it is extended.
    #[must_use]
    pub fn own_place<'p>(&'p self, clause: &'p Place) -> &'p Place {
        let extends = self.contract.extends.as_ref().map(|said| &said.place);
        extends
            .filter(|place| preset::is_preset(&clause.path) && !preset::is_preset(&place.path))
            .unwrap_or(clause)
    }

    /// Operations that the contract asks for or code within the ops page depends on, and that no OpenAPI document has.
    #[must_use]
    pub fn missing_endpoints(&self) -> Vec<Unspecified> {
        let is_open = self.descriptions(Kind::Openapi).any(|document| !document.is_whole);
        let mut missing: BTreeMap<String, Unspecified> = BTreeMap::new();
        for wanted in self.wanted_operations() {
            if self.operation_at(Some(wanted.method), wanted.path).is_some() || is_open {
                continue;
            }
            let name = format!("{} {}", wanted.method.to_uppercase(), wanted.path);
            // In the document, where there is one; else only the contract speaks of it. What was not read may have it.
            // Of several, in the one that has the others.
            let has_ops = |path: &str| self.ops_operations().any(|operation| &*operation.artifact == path);
            let documents = || self.descriptions(Kind::Openapi);
            let document =
                documents().find(|document| has_ops(&document.place.path)).or_else(|| documents().next());
            let document = document.map(|document| document.anchor.clone());
            // Where the built-in contract alone speaks of it, nobody has asked for it yet.
            let clause = (!preset::is_preset(&wanted.said.place.path)).then(|| wanted.said.place.clone());
            let place = document.or(clause).filter(|_| self.whole);
            let because = self.because(wanted.said);
            missing.insert(name.clone(), Unspecified { place, ..Unspecified::new(name, because) });
        }
        let weighed = |missing: BTreeMap<String, Unspecified>| {
            let weigh = |one| self.weighed(one, Confidence::Guess);
            missing.into_values().map(weigh).collect()
        };
        let Some(route) = &self.contract.ops_ui.route else { return weighed(missing) };
        let within = |path: &str| self.is_ops_path(path);
        let routes_ahead = self.facts.routes.iter().filter(|route| within(&route.path)).flat_map(|route| {
            let methods: Vec<Option<&str>> = if route.methods.is_empty() {
                vec![None]
            } else {
                route.methods.iter().map(|method| Some(method.as_str())).collect()
            };
            methods.into_iter().map(move |method| (method, route.path.as_str(), &route.place))
        });
        // A front end alone may have its API, and the document of that, in another repository.
        let is_beside = self.descriptions(Kind::Openapi).next().is_some()
            || self.facts.routes.iter().any(|route| within(&route.path));
        let calls = self.facts.client_calls.iter().filter(|call| is_beside && within(&call.path));
        let calls = calls.map(|call| (call.method.as_deref(), call.path.as_str(), &call.place));
        for (method, path, place) in routes_ahead.chain(calls) {
            if is_open || !self.whole || path.contains('*') || self.operation_at(method, path).is_some() {
                continue;
            }
            let known = missing.values_mut().find(|known| {
                known.name.split_once(' ').is_some_and(|(of, at)| {
                    method.is_none_or(|method| method == of) && routes::same(at, path)
                })
            });
            if let Some(known) = known {
                known.ahead.push(place.clone());
                continue;
            }
            let name = method.map_or_else(|| path.to_owned(), |method| format!("{method} {path}"));
            let because = self.because(route);
            let entry = missing.entry(name.clone());
            entry.or_insert_with(|| Unspecified::new(name, because)).ahead.push(place.clone());
        }
        weighed(missing)
    }

    /// An open point is an error once code depends on it. Who has no contract of their own never asked for the gate: then it
    /// is likely, and `otherwise` while no code does.
    fn weighed(&self, one: Unspecified, otherwise: Confidence) -> Unspecified {
        let (level, confidence) = match (one.ahead.is_empty(), self.has_own_contract) {
            (false, true) => (Level::Error, Confidence::Sure),
            (false, false) => (Level::Warning, Confidence::Likely),
            (true, true) => (Level::Warning, Confidence::Sure),
            (true, false) => (Level::Warning, otherwise),
        };
        Unspecified { level, confidence, ..one }
    }

    /// Operational events that code sends or receives or the contract declares, and that no AsyncAPI document has.
    #[must_use]
    pub fn unspecified_events(&self) -> Vec<Unspecified> {
        let documents: Vec<_> = self.descriptions(Kind::Asyncapi).collect();
        if documents.iter().any(|document| !document.is_whole) || (documents.is_empty() && !self.whole) {
            return Vec::new();
        }
        let is_specified = |subject: &str| self.is_described(subject);
        let mut missing: BTreeMap<String, Unspecified> = BTreeMap::new();
        for (operation, subject, _) in self.messages().filter(|(_, subject, _)| !is_specified(subject)) {
            let Some(because) = self.operational(subject) else { continue };
            let entry = missing.entry(subject.to_owned());
            let entry = entry.or_insert_with(|| Unspecified::new(subject.to_owned(), because));
            entry.ahead.push(operation.place.clone());
        }
        for DeclaredEvent { place, subject, .. } in self.declared_events() {
            let is_known = missing.keys().any(|known| meet(known, subject));
            if !self.whole || is_known || is_specified(subject) || self.operational(subject).is_none() {
                continue;
            }
            let anchor = documents.first().map_or_else(|| place.clone(), |document| document.anchor.clone());
            let because = self.clause_at(place);
            let one = Unspecified { place: Some(anchor), ..Unspecified::new(subject.to_owned(), because) };
            missing.insert(subject.to_owned(), one);
        }
        missing.into_values().map(|one| self.weighed(one, Confidence::Sure)).collect()
    }
}
