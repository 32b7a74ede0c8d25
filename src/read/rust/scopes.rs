//! Scopes, resources and services of actix-web, and what rocket mounts: the paths that routes stand under.

use syn::Expr;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;

use super::names::Name;
use super::routes::{self, MadeRoute};
use super::walk::Walk;

/// How long a chain of calls may be: each part of it is looked at from there on.
const LONGEST: usize = 512;

/// What a chain of calls begins with.
struct Root {
    /// Where, as a byte.
    at: usize,
    /// Its path.
    path: Option<Name>,
    /// Where the path stands.
    place: std::ops::Range<usize>,
    /// Whether it is a resource, which answers, and not a scope, which holds others.
    answers: bool,
}

impl Walk<'_> {
    /// What the chain is under from its beginning on, which the walk comes to last; `None` where it is known already.
    pub(super) fn scoped(&mut self, chain: &syn::ExprMethodCall) -> Option<(String, bool)> {
        let root = self.root_of(chain)?;
        if self.scopes.contains(&root.at) {
            return None;
        }
        self.scopes.push(root.at);
        // In actix-web a middleware is around the whole scope, wherever in the chain it is named.
        let is_guarded = self.mounted.1 || guarded(chain);
        if root.answers {
            let path = root.path.clone()?;
            let (mut methods, mut handlers) = Default::default();
            answered(chain, &mut methods, &mut handlers);
            let (function, place, prefix) =
                (self.function_name(), self.place(&root.place), self.mounted.0.clone());
            self.out.routes.made.push(MadeRoute {
                function,
                place,
                prefix,
                path,
                methods,
                handlers,
                is_guarded,
            });
            return None;
        }
        let prefix = match root.path {
            Some(Name::Known(text)) => routes::joined(&self.mounted.0, &text),
            Some(_) => routes::joined(&self.mounted.0, "/{}"),
            None => self.mounted.0.clone(),
        };
        Some((prefix, is_guarded))
    }

    fn root_of(&self, chain: &syn::ExprMethodCall) -> Option<Root> {
        if !self.uses.actix {
            return None;
        }
        let mut receiver = &*chain.receiver;
        for _ in 0..LONGEST {
            let Expr::MethodCall(call) = receiver else { break };
            receiver = &call.receiver;
        }
        let Expr::Call(made) = receiver else { return None };
        let Expr::Path(path) = &*made.func else { return None };
        let full = self.imports.full(&path.path);
        let words: Vec<&str> = full.iter().map(String::as_str).collect();
        let (has_path, answers) = match words.as_slice() {
            ["actix_web", "web", "scope"] | ["actix_web", .., "Scope", "new"] => (true, false),
            ["actix_web", "web", "resource"] | ["actix_web", .., "Resource", "new"] => (true, true),
            ["actix_web", .., "App", "new"] => (false, false),
            _ => return None,
        };
        let path = made.args.first().filter(|_| has_path);
        Some(Root {
            at: made.span().byte_range().start,
            place: path.map_or(made.span(), Spanned::span).byte_range(),
            path: path.map(|path| self.name(Name::of(path))),
            answers,
        })
    }

    /// Handlers and functions that are handed to a scope: `.service(handler)`, `.configure(routes)`, `.mount("/", routes![a])`.
    pub(super) fn serviced(&mut self, call: &syn::ExprMethodCall) {
        let (prefix, is_guarded) = self.mounted.clone();
        match (call.method.to_string().as_str(), call.args.len()) {
            ("service" | "configure", 1) if self.uses.actix => {
                for handed in handed(&call.args[0]) {
                    self.mount(&handed, &prefix, is_guarded);
                }
            }
            ("mount", 2) if self.imports.uses(&["rocket"]) => {
                let Name::Known(text) = self.name(Name::of(&call.args[0])) else { return };
                for handed in handed(&call.args[1]) {
                    self.mount(&handed, &routes::joined(&prefix, &text), is_guarded);
                }
            }
            _ => {}
        }
    }
}

/// Functions by name, one or several: `a`, `(a, b)`, `services![a, b]`, `routes![a, b]`.
fn handed(given: &Expr) -> Vec<Expr> {
    match given {
        Expr::Path(_) => vec![given.clone()],
        Expr::Tuple(all) => all.elems.iter().flat_map(handed).collect(),
        Expr::Macro(made)
            if made
                .mac
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "services" || last.ident == "routes") =>
        {
            let all = made.mac.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated);
            all.unwrap_or_default().iter().flat_map(handed).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a middleware or a guard in a chain speaks of one.
fn guarded(chain: &syn::ExprMethodCall) -> bool {
    let method = chain.method.to_string();
    let is_guard = matches!(method.as_str(), "wrap" | "wrap_fn" | "guard")
        && chain.args.iter().any(|given| routes::is_guard(&method, given));
    is_guard || matches!(&*chain.receiver, Expr::MethodCall(next) if guarded(next))
}

type Names = std::collections::BTreeSet<String>;

/// The methods and handlers of a resource.
fn answered(chain: &syn::ExprMethodCall, methods: &mut Names, handlers: &mut Names) {
    match (chain.method.to_string().as_str(), chain.args.first()) {
        ("route", Some(route)) => {
            let (more_methods, more_handlers) = routes::answers(route);
            methods.extend(more_methods);
            handlers.extend(more_handlers);
        }
        ("to", Some(handler)) => handlers.extend(routes::called(handler)),
        (method, Some(handler)) if routes::is_method(method) => {
            methods.insert(method.to_uppercase());
            handlers.extend(routes::called(handler));
        }
        _ => {}
    }
    if let Expr::MethodCall(next) = &*chain.receiver {
        answered(next, methods, handlers);
    }
}
