//! APIs: which operations the ops page reads, and which route of the code is which operation of a document.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::World;
use crate::contract::Said;
use crate::facts::{ApiOperation, Description, Kind, Route};
use crate::finding::Because;
use crate::naming::routes;

/// An operation that the contract asks for: `GET /api/admin/ops/summary`.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where the contract says so.
    pub said: &'a Said<String>,
    /// As written.
    pub method: &'a str,
    /// Its path.
    pub path: &'a str,
}

impl<'a> World<'a> {
    /// Documents of a kind.
    pub fn descriptions(&self, kind: Kind) -> impl Iterator<Item = &'a Description> + '_ {
        let facts = self.facts;
        facts.descriptions.iter().filter(move |description| description.kind == kind)
    }

    /// Operations that the contract asks for.
    pub fn wanted_operations(&self) -> impl Iterator<Item = Wanted<'a>> + '_ {
        let contract = self.contract;
        contract.ops_ui.operations.iter().flatten().filter_map(|said| {
            let (method, path) = routes::operation(&said.value)?;
            Some(Wanted { said, method, path })
        })
    }

    /// Operations of the ops page: those the contract lists, and those within its route.
    pub fn ops_operations(&self) -> impl Iterator<Item = &'a ApiOperation> + '_ {
        let facts = self.facts;
        let is_ops = |operation: &&ApiOperation| self.clause_of_ops(operation).is_some();
        self.ops_operations
            .get_or_init(|| facts.api_operations.iter().filter(is_ops).collect())
            .iter()
            .copied()
    }

    /// The clause that makes an operation one of the ops page.
    #[must_use]
    pub fn clause_of_ops(&self, operation: &ApiOperation) -> Option<Because> {
        let listed = self.wanted_operations().find(|wanted| {
            wanted.method.eq_ignore_ascii_case(&operation.method) && is_at(operation, wanted.path)
        });
        let route = || {
            let route = self.contract.ops_ui.route.as_ref()?;
            let is_within = |base: &String| routes::is_within(&format!("{base}{}", operation.path), route);
            operation.bases.iter().any(is_within).then_some(route)
        };
        listed.map(|wanted| wanted.said).or_else(route).map(|said| self.because(said))
    }

    /// Whether a path lies within the route of the ops page.
    #[must_use]
    pub fn is_ops_path(&self, path: &str) -> bool {
        self.contract.ops_ui.route.as_ref().is_some_and(|route| routes::is_within(path, route))
            || self.wanted_operations().any(|wanted| routes::same(wanted.path, path))
    }

    /// The operation of a document that a method and path mean; without a method, any at that path.
    #[must_use]
    pub fn operation_at(&self, method: Option<&str>, path: &str) -> Option<&'a ApiOperation> {
        let facts = self.facts;
        facts.api_operations.iter().find(|operation| {
            method.is_none_or(|method| method.eq_ignore_ascii_case(&operation.method))
                && is_at(operation, path)
        })
    }

    /// Routes that no operation describes, with a method where the route has one that is missing.
    pub fn undocumented_routes(&self) -> impl Iterator<Item = (&'a Route, Option<&'a str>)> + '_ {
        let facts = self.facts;
        let exempt = exempt(self);
        facts.routes.iter().filter_map(move |route| {
            if exempt.is_match(&route.path) || route.path.contains('*') {
                return None;
            }
            let mut at =
                facts.api_operations.iter().filter(|operation| is_near(operation, &route.path)).peekable();
            if at.peek().is_none() {
                return Some((route, None));
            }
            let known: Vec<&str> = at.map(|operation| operation.method.as_str()).collect();
            // HEAD and OPTIONS come with the framework.
            let missing = route.methods.iter().find(|method| {
                !known.contains(&method.as_str()) && !matches!(method.as_str(), "HEAD" | "OPTIONS")
            });
            missing.map(|method| (route, Some(method.as_str())))
        })
    }

    /// Operations that no route answers, of documents some of whose operations are answered: another's API is not served
    /// here at all.
    #[must_use]
    pub fn unimplemented_operations(&self) -> Vec<&'a ApiOperation> {
        let facts = self.facts;
        if facts.routes.is_empty() {
            return Vec::new();
        }
        let is_served = |operation: &ApiOperation| {
            facts.routes.iter().any(|route| {
                is_near(operation, &route.path)
                    && (route.methods.is_empty()
                        || route.methods.contains(&operation.method)
                        || (operation.method == "HEAD" && route.methods.contains("GET")))
            })
        };
        let (served, idle): (Vec<&ApiOperation>, Vec<&ApiOperation>) =
            facts.api_operations.iter().partition(|operation| is_served(operation));
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (operation, is_served) in served.iter().map(|of| (of, 1)).chain(idle.iter().map(|of| (of, 0))) {
            let (count, all) = counts.entry(&*operation.artifact).or_default();
            *count += is_served;
            *all += 1;
        }
        let of_served = |operation: &&ApiOperation| {
            let (count, all) = counts.get(&*operation.artifact).copied().unwrap_or_default();
            // Where most of a document is answered elsewhere, the rest may be, too.
            2 * count >= all
        };
        idle.into_iter().filter(of_served).collect()
    }
}

/// Whether an operation is at a path: with what stands before it in a server's address, or without.
fn is_at(operation: &ApiOperation, path: &str) -> bool {
    routes::is_at(&operation.path, &operation.bases, path)
}

/// Whether an operation may be at a route: a router may be mounted where one can't see it.
fn is_near(operation: &ApiOperation, path: &str) -> bool {
    is_at(operation, path) || routes::ends_alike(&operation.path, path)
}

/// Routes that need no operation.
fn exempt(world: &World<'_>) -> GlobSet {
    let mut globs = GlobSetBuilder::new();
    for pattern in world.contract.api.undocumented.iter().flatten() {
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            globs.add(glob);
        }
    }
    globs.build().unwrap_or_default()
}
