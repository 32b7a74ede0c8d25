//! Routers that variables hold before they are mounted: `let api = Router::new()…; Router::new().nest("/api", api)`.
//!
//! A function is the frame: when the walk leaves it, each route gets what its variable was mounted under. An assignment gives a
//! new variable of the same name, in whose value the old one may be named.

use std::collections::BTreeMap;

use syn::Expr;

use super::routes::{self, Routes};
use super::walk::Walk;

/// The routers that the variables of a function hold.
#[derive(Default)]
pub struct HeldRouters {
    /// Of each variable, where it was used.
    variables: Vec<Vec<Use>>,
    /// Variables in the order in which their values were done: a variable is used by those that are done later.
    done: Vec<usize>,
    /// Names in the order in which they were bound, the last of a name counts; `None` where it holds no router.
    names: Vec<(String, Option<usize>)>,
    /// The variable that is being given a value.
    current: Option<usize>,
    /// Whether what is looked at is what a router is made part of.
    is_mount: bool,
    /// The variable that a route of the file was made for, by the route's number.
    routes: BTreeMap<usize, usize>,
    /// The same for routers of other functions.
    mounts: BTreeMap<usize, usize>,
    /// How many uses there are.
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

/// The longest prefix; one that is longer is as good as unknown.
const LONGEST: usize = 1024;

/// A prefix that can't be told.
const UNKNOWN: &str = "/{}";

impl HeldRouters {
    /// What each variable is mounted under, and whether a guard is around it.
    fn around(&self) -> BTreeMap<usize, (String, bool)> {
        let mut around: BTreeMap<usize, (String, bool)> = BTreeMap::new();
        for variable in self.done.iter().rev() {
            let uses = self.variables.get(*variable).map_or(&[][..], Vec::as_slice);
            let is_mounted = uses.iter().any(|used| used.is_mount);
            let mut of_uses = uses.iter().filter(|used| used.is_mount || !is_mounted).map(|used| {
                let outer = used.within.and_then(|within| around.get(&within)).cloned().unwrap_or_default();
                (routes::joined(&outer.0, &used.prefix), used.is_guarded || outer.1)
            });
            let Some((first, is_guarded)) = of_uses.next() else { continue };
            // Where it is mounted in several places, only what they have in common holds.
            let (mut prefix, is_guarded) =
                of_uses.fold((first, is_guarded), |(one, guard), (other, also)| {
                    (if one == other { one } else { UNKNOWN.to_owned() }, guard && also)
                });
            if prefix.len() > LONGEST {
                UNKNOWN.clone_into(&mut prefix);
            }
            around.insert(*variable, (prefix, is_guarded));
        }
        around
    }

    /// Puts what was found out into the routes.
    fn settle(&self, into: &mut Routes) {
        if self.routes.is_empty() && self.mounts.is_empty() {
            return;
        }
        let around = self.around();
        for (at, variable) in &self.routes {
            if let (Some(made), Some((prefix, is_guarded))) = (into.made.get_mut(*at), around.get(variable)) {
                made.prefix = routes::joined(prefix, &made.prefix);
                made.is_guarded |= is_guarded;
            }
        }
        for (at, variable) in &self.mounts {
            if let (Some(mount), Some((prefix, is_guarded))) =
                (into.mounts.get_mut(*at), around.get(variable))
            {
                mount.prefix = routes::joined(prefix, &mount.prefix);
                mount.is_guarded |= is_guarded;
            }
        }
    }

    /// The variable that a name means.
    fn named(&self, name: &syn::Ident) -> Option<usize> {
        self.names.iter().rev().find(|(known, _)| name == known).and_then(|(_, variable)| *variable)
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

    /// Looks at a block: what is bound in it is bound no longer behind it.
    pub(super) fn with_names(&mut self, look: impl FnOnce(&mut Self)) {
        let bound = self.routers.names.len();
        look(self);
        self.routers.names.truncate(bound);
    }

    /// Looks at what is taken apart into several variables: which of them holds a router is not followed.
    pub(super) fn bind_parts(&mut self, look: impl FnOnce(&mut Self)) {
        let variable = self.routers.variables.len();
        let unknown = Use { within: None, prefix: UNKNOWN.to_owned(), is_guarded: false, is_mount: true };
        self.routers.variables.push(vec![unknown]);
        let before = (self.out.routes.made.len(), self.out.routes.mounts.len());
        look(self);
        let after = (self.out.routes.made.len(), self.out.routes.mounts.len());
        (before.0..after.0).for_each(|at| _ = self.routers.routes.entry(at).or_insert(variable));
        (before.1..after.1).for_each(|at| _ = self.routers.mounts.entry(at).or_insert(variable));
        self.routers.done.push(variable);
    }

    /// Looks at what a variable is given, by `let` or by assignment.
    pub(super) fn bind_router(
        &mut self,
        name: &str,
        value: &Expr,
        is_assigned: bool,
        look: impl FnOnce(&mut Self),
    ) {
        let variable = self.routers.variables.len();
        self.routers.variables.push(Vec::new());
        let found =
            |walk: &Self| (walk.out.routes.made.len(), walk.out.routes.mounts.len(), walk.routers.uses);
        let before = found(self);
        let outer = (self.routers.current.replace(variable), std::mem::take(&mut self.routers.is_mount));
        // What is around the whole counts where the variable is used.
        let mounted = std::mem::take(&mut self.mounted);
        look(self);
        self.mounted = mounted;
        (self.routers.current, self.routers.is_mount) = outer;
        let after = found(self);
        if before == after {
            self.unbind_router(name);
            // One that holds nothing is used by nobody, unless it was given something that does.
            if variable + 1 == self.routers.variables.len() {
                self.routers.variables.pop();
            }
        } else {
            // What stands within, in a closure, was given to a variable there.
            (before.0..after.0).for_each(|at| _ = self.routers.routes.entry(at).or_insert(variable));
            (before.1..after.1).for_each(|at| _ = self.routers.mounts.entry(at).or_insert(variable));
            self.routers.done.push(variable);
            let known = self.routers.names.iter_mut().rev().find(|(known, _)| known == name);
            match known.filter(|_| is_assigned) {
                Some((_, known)) => *known = Some(variable),
                None => self.routers.names.push((name.to_owned(), Some(variable))),
            }
        }
        self.note_maker(name, value);
    }

    /// A name holds something else from here on.
    pub(super) fn unbind_router(&mut self, name: &str) {
        self.routers.makers.remove(name);
        if self.routers.names.iter().any(|(known, _)| known == name) {
            self.routers.names.push((name.to_owned(), None));
        }
    }

    /// Keeps which function made what a variable holds: `let users = users::router();`.
    fn note_maker(&mut self, name: &str, value: &Expr) {
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
    pub(super) fn use_router(&mut self, path: &syn::Path) {
        let Some(name) = path.get_ident() else { return };
        if self.routers.is_mount
            && let Some(maker) = self.routers.makers.get(&name.to_string()).cloned()
        {
            let (prefix, is_guarded) = self.mounted.clone();
            self.mount_made_by(&maker, &prefix, is_guarded);
        }
        let Some(variable) = self.routers.named(name) else { return };
        let within = self.routers.current;
        let (prefix, is_guarded) = self.mounted.clone();
        let is_mount = self.routers.is_mount;
        // What is only named, to be served, is no part of another.
        if !is_mount && within.is_none() && !is_guarded && prefix.is_empty() {
            return;
        }
        self.routers.uses += 1;
        if let Some(uses) = self.routers.variables.get_mut(variable) {
            uses.push(Use { within, prefix, is_guarded, is_mount });
        }
    }
}
