//! Routes of warp: filters put together to chains, which end in what answers.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::names::Name;
use super::routes::{self, MadeRoute, Mount};
use super::walk::Walk;
use crate::source::Place;

/// How long a chain of filters may be.
const DEEPEST: usize = 128;

/// What a chain of filters asks of a request.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    path: String,
    methods: BTreeSet<String>,
    handlers: BTreeSet<String>,
    is_guarded: bool,
    /// Where its path begins; `None` where it asks for none.
    place: Option<Place>,
}

impl Filter {
    fn and(mut self, other: Self) -> Self {
        self.path.push_str(&other.path);
        self.methods.extend(other.methods);
        self.handlers.extend(other.handlers);
        self.is_guarded |= other.is_guarded;
        self.place = self.place.or(other.place);
        self
    }

    /// Whether it asks for anything that a route is made of.
    pub fn says_something(&self) -> bool {
        self.place.is_some() || !self.methods.is_empty() || self.is_guarded
    }
}

impl Walk<'_> {
    /// A method of a filter: what answers ends a route. Says whether all parts were looked at.
    pub(super) fn filtered(&mut self, call: &syn::ExprMethodCall) -> bool {
        match call.method.to_string().as_str() {
            "map" | "then" | "and_then" if call.args.len() == 1 => {
                let Some(filter) = self.filter(&call.receiver) else { return false };
                let Some(place) = filter.place else { return false };
                // The walk comes to each part of a chain, from its end; all begin where it begins.
                let start = call.span().byte_range().start;
                if self.chains.contains(&start) {
                    return false;
                }
                self.chains.push(start);
                let mut handlers = filter.handlers;
                handlers.extend(routes::called(&call.args[0]));
                self.out.routes.made.push(MadeRoute {
                    function: self.function_name(),
                    place,
                    prefix: self.mounted.0.clone(),
                    path: Name::Known(filter.path),
                    methods: filter.methods,
                    handlers,
                    is_guarded: filter.is_guarded || self.mounted.1,
                });
                false
            }
            "and" if call.args.len() == 1 => self.nested(call),
            _ => false,
        }
    }

    /// `warp::path("api").and(one().or(other()))`: what is behind is under the path.
    fn nested(&mut self, call: &syn::ExprMethodCall) -> bool {
        let calls = alternatives(&call.args[0]);
        let is_of_filters = matches!(bare(&call.args[0]), Expr::MethodCall(inner) if inner.method == "or");
        let is_own = |called: &&Expr| match called {
            Expr::Call(made) => routes::called(&made.func).is_some() && !self.is_of_warp(&made.func),
            _ => false,
        };
        let functions: Vec<&Expr> = calls.into_iter().filter(is_own).collect();
        if functions.is_empty() && !is_of_filters {
            return false;
        }
        let Some(outer) = self.filter(&call.receiver).filter(|outer| outer.place.is_some()) else {
            return false;
        };
        let prefix = routes::joined(&self.mounted.0, &outer.path);
        let is_guarded = self.mounted.1 || outer.is_guarded;
        for function in functions {
            let Expr::Call(made) = function else { continue };
            self.mount(&made.func, &prefix, is_guarded);
        }
        let before = std::mem::replace(&mut self.mounted, (prefix, is_guarded));
        self.visit_expr(&call.args[0]);
        self.mounted = before;
        self.visit_expr(&call.receiver);
        true
    }

    /// A function whose routes stand under a path.
    pub(super) fn mount(&mut self, function: &Expr, prefix: &str, is_guarded: bool) {
        if let Expr::Path(path) = function {
            self.mount_made_by(&path.path, prefix, is_guarded);
        }
    }

    /// A router that a function makes, mounted.
    pub(super) fn mount_made_by(&mut self, path: &syn::Path, prefix: &str, is_guarded: bool) {
        let mut words = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let Some(function) = words.next() else { return };
        self.out.routes.mounts.push(Mount {
            prefix: prefix.to_owned(),
            function,
            module: words
                .next()
                .filter(|word| !matches!(word.as_str(), "self" | "super" | "crate"))
                .unwrap_or_default(),
            within: self.function_name(),
            home: self.lines.path(),
            is_guarded,
        });
    }

    fn is_of_warp(&self, function: &Expr) -> bool {
        let Expr::Path(path) = function else { return false };
        self.imports.full(&path.path).first().is_some_and(|first| first == "warp")
    }

    /// What an expression asks of a request, if it is a filter.
    pub(super) fn filter(&self, expression: &Expr) -> Option<Filter> {
        self.filter_at(expression, 0)
    }

    fn filter_at(&self, expression: &Expr, depth: usize) -> Option<Filter> {
        if depth > DEEPEST {
            return None;
        }
        match bare(expression) {
            Expr::Macro(made) if made.mac.path.segments.last().is_some_and(|last| last.ident == "path") => {
                let place = Some(self.lines.at(made.mac.tokens.span()));
                Some(Filter { path: segments(made.mac.tokens.clone()), place, ..Filter::default() })
            }
            Expr::Call(call) => self.called_filter(call),
            Expr::MethodCall(call) => {
                let own = self.filter_at(&call.receiver, depth + 1)?;
                match (call.method.to_string().as_str(), call.args.first()) {
                    ("and", Some(other)) => {
                        Some(own.and(self.filter_at(other, depth + 1).unwrap_or_default()))
                    }
                    ("map" | "then" | "and_then", Some(handler)) => {
                        let handlers = routes::called(handler).into_iter().collect();
                        Some(own.and(Filter { handlers, ..Filter::default() }))
                    }
                    ("boxed" | "clone" | "unify" | "untuple_one" | "with" | "recover" | "or_else", _) => {
                        Some(own)
                    }
                    _ => None,
                }
            }
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                let is_guarded = routes::speaks_of_a_guard(&name);
                let unknown = || Filter { is_guarded, ..Filter::default() };
                let Some(known) = self.filters.get(&name) else { return Some(unknown()) };
                let place = known.place.as_ref().map(|_| self.lines.at(path.span()));
                Some(Filter { place, ..known.clone() })
            }
            _ => None,
        }
    }

    fn called_filter(&self, call: &syn::ExprCall) -> Option<Filter> {
        let Expr::Path(path) = &*call.func else { return None };
        let full = self.imports.full(&path.path);
        let words: Vec<&str> = full.iter().map(String::as_str).collect();
        let place = || Some(self.lines.at(call.span()));
        Some(match words.as_slice() {
            ["warp", "path"] | ["warp", "path", "path"] => {
                let text = match self.name(Name::of(call.args.first()?)) {
                    Name::Known(text) => text,
                    _ => "{}".to_owned(),
                };
                let place = Some(self.lines.at(call.args.first()?.span()));
                Filter { path: format!("/{text}"), place, ..Filter::default() }
            }
            ["warp", "path", "param" | "tail"] => {
                Filter { path: "/{}".to_owned(), place: place(), ..Filter::default() }
            }
            ["warp", "path", "end"] => Filter { place: place(), ..Filter::default() },
            ["warp", method] if routes::is_method(method) => {
                Filter { methods: [method.to_uppercase()].into(), ..Filter::default() }
            }
            ["warp", ..] => Filter::default(),
            [.., function] => Filter { is_guarded: routes::speaks_of_a_guard(function), ..Filter::default() },
            [] => return None,
        })
    }
}

fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(paren) => bare(&paren.expr),
        Expr::Reference(reference) => bare(&reference.expr),
        other => other,
    }
}

/// The filters of `a.or(b).or(c)`.
fn alternatives(expression: &Expr) -> Vec<&Expr> {
    match bare(expression) {
        Expr::MethodCall(call) if call.method == "or" && call.args.len() == 1 => {
            let mut all = alternatives(&call.receiver);
            all.extend(alternatives(&call.args[0]));
            all
        }
        other => vec![other],
    }
}

/// The path of `path!("orders" / u32 / "lines")`.
fn segments(tokens: proc_macro2::TokenStream) -> String {
    let (mut path, mut part) = (String::new(), String::new());
    let mut end = |part: &mut String| {
        if !part.is_empty() && part != ".." {
            path.push('/');
            path.push_str(part);
        }
        part.clear();
    };
    for tree in tokens {
        match tree {
            TokenTree::Punct(sign) if sign.as_char() == '/' => end(&mut part),
            TokenTree::Punct(sign) if sign.as_char() == '.' => part.push('.'),
            TokenTree::Literal(literal) => match syn::Lit::new(literal) {
                syn::Lit::Str(text) => part = text.value(),
                _ => "{}".clone_into(&mut part),
            },
            _ => "{}".clone_into(&mut part),
        }
    }
    end(&mut part);
    path
}
