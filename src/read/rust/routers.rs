//! Routers that variables hold before they are mounted: `let api = Router::new()…; Router::new().nest("/api", api)`.
//!
//! A function is the frame: when the walk leaves it, each route gets what its variable was mounted under.

use std::collections::BTreeMap;

use syn::Expr;

use super::routes::{self, Routes};
use super::walk::Walk;

/// The routers that the variables of a function hold.
#[derive(Default)]
pub struct HeldRouters {
    /// Of each variable, where it was used.
    variables: Vec<Vec<Use>>,
    /// Names in the order in which they were bound; the last of a name counts.
    names: Vec<(String, usize)>,
    /// The variable that is being given a value.
    current: Option<usize>,
    /// Whether what is looked at is what a router is made part of.
    is_mount: bool,
    /// Which variable a route of the file was made for, and which one a router of another function.
    routes: BTreeMap<usize, usize>,
    mounts: BTreeMap<usize, usize>,
    uses: usize,
    /// The functions that made what variables hold.
    makers: BTreeMap<String, syn::Path>,
}

/// A use of a variable.
#[derive(Debug)]
struct Use {
    /// The variable whose value it became part of.
    within: Option<usize>,
    prefix: String,
    is_guarded: bool,
    /// Whether it was mounted, and not only named.
    is_mount: bool,
}

/// How deep variables may be mounted in one another.
const DEEPEST: usize = 8;

impl HeldRouters {
    /// What a variable is mounted under, and whether a guard is around it; nothing where it is mounted more than once.
    fn around(&self, variable: usize, depth: usize) -> (String, bool) {
        let uses = self.variables.get(variable).map_or(&[][..], Vec::as_slice);
        let mounts: Vec<&Use> = uses.iter().filter(|used| used.is_mount).collect();
        let only = match (mounts.as_slice(), uses) {
            ([only], _) => only,
            ([], [only]) => only,
            _ => return (String::new(), false),
        };
        if depth > DEEPEST {
            return (String::new(), false);
        }
        let outer = only.within.map(|within| self.around(within, depth + 1)).unwrap_or_default();
        (routes::joined(&outer.0, &only.prefix), only.is_guarded || outer.1)
    }

    /// Puts what was found out into the routes.
    fn settle(&self, into: &mut Routes) {
        for (at, variable) in &self.routes {
            let (prefix, is_guarded) = self.around(*variable, 0);
            if let Some(made) = into.made.get_mut(*at) {
                made.prefix = routes::joined(&prefix, &made.prefix);
                made.is_guarded |= is_guarded;
            }
        }
        for (at, variable) in &self.mounts {
            let (prefix, is_guarded) = self.around(*variable, 0);
            if let Some(mount) = into.mounts.get_mut(*at) {
                mount.prefix = routes::joined(&prefix, &mount.prefix);
                mount.is_guarded |= is_guarded;
            }
        }
    }
}

impl Walk<'_> {
    /// Looks at the body of a function, whose variables are its own.
    pub(super) fn with_routers(&mut self, body: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.routers);
        body(self);
        let held = std::mem::replace(&mut self.routers, outer);
        held.settle(&mut self.out.routes);
    }

    /// Looks at what a variable is given; one that is assigned to stays the same variable.
    pub(super) fn given_router(&mut self, name: &str, is_assigned: bool, value: impl FnOnce(&mut Self)) {
        let known = self.routers.names.iter().rev().find(|(known, _)| known == name).map(|(_, at)| *at);
        let variable = known.filter(|_| is_assigned).unwrap_or_else(|| {
            self.routers.variables.push(Vec::new());
            self.routers.variables.len() - 1
        });
        let found =
            |walk: &Self| (walk.out.routes.made.len(), walk.out.routes.mounts.len(), walk.routers.uses);
        let before = found(self);
        let outer = (self.routers.current.replace(variable), std::mem::take(&mut self.routers.is_mount));
        value(self);
        (self.routers.current, self.routers.is_mount) = outer;
        let after = found(self);
        if before == after {
            if known.is_none_or(|known| known != variable) && variable + 1 == self.routers.variables.len() {
                self.routers.variables.pop();
            }
            return;
        }
        // What stands within, in a closure, was given to a variable there.
        (before.0..after.0).for_each(|at| _ = self.routers.routes.entry(at).or_insert(variable));
        (before.1..after.1).for_each(|at| _ = self.routers.mounts.entry(at).or_insert(variable));
        self.routers.names.push((name.to_owned(), variable));
    }

    /// Keeps which function made what a variable holds: `let users = users::router();`.
    pub(super) fn made_router(&mut self, name: &str, value: &Expr) {
        let mut root = value;
        while let Expr::MethodCall(call) = root {
            root = &call.receiver;
        }
        self.routers.makers.remove(name);
        if let Expr::Call(call) = root
            && let Expr::Path(path) = &*call.func
            && path.path.segments.last().is_some_and(|last| !last.ident.to_string().starts_with("new"))
            && self.imports.uses(&["axum", "poem"])
        {
            self.routers.makers.insert(name.to_owned(), path.path.clone());
        }
    }

    /// Looks at what is made part of a router.
    pub(super) fn mounting(&mut self, inner: &Expr) {
        let before = std::mem::replace(&mut self.routers.is_mount, true);
        syn::visit::Visit::visit_expr(self, inner);
        self.routers.is_mount = before;
    }

    /// A variable is named: if it holds a router, that becomes part of what is being made.
    pub(super) fn names_router(&mut self, path: &syn::Path) {
        let Some(name) = path.get_ident() else { return };
        if self.routers.is_mount
            && let Some(maker) = self.routers.makers.get(&name.to_string()).cloned()
        {
            let (prefix, is_guarded) = self.mounted.clone();
            self.mount_made_by(&maker, &prefix, is_guarded);
        }
        let known = self.routers.names.iter().rev().find(|(known, _)| name == known);
        let Some(variable) = known.map(|(_, at)| *at) else { return };
        let within = self.routers.current;
        let (prefix, is_guarded) = self.mounted.clone();
        let is_mount = self.routers.is_mount;
        // Named within its own value it stays itself; what is only named, to be served, is no part of another.
        let says_something = is_mount || within.is_some() || is_guarded || !prefix.is_empty();
        if within == Some(variable) || !says_something {
            return;
        }
        self.routers.uses += 1;
        if let Some(uses) = self.routers.variables.get_mut(variable) {
            uses.push(Use { within, prefix, is_guarded, is_mount });
        }
    }
}
