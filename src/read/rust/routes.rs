//! HTTP servers: routes of axum, actix-web, poem, rocket and warp, what stands around them, and whether requests get a span.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use syn::Expr;
use syn::visit::Visit;

use super::names::Name;
use crate::detect::names::words;
use crate::source::Place;

/// What one file serves.
#[derive(Debug, Default)]
pub struct Routes {
    /// Its routes.
    pub made: Vec<MadeRoute>,
    /// Routers of other functions that are mounted.
    pub mounts: Vec<Mount>,
    /// Prefixes that are told when all files are read, by what stands for them in the others.
    pub later: BTreeMap<String, Name>,
    /// Where routers are made.
    pub routers: Vec<Place>,
    /// Where a server is started.
    pub servers: Vec<Place>,
    /// Whether some of its routes can't be read.
    pub has_unread: bool,
    /// Layers that make the spans of requests as they come: with method, address and version.
    pub default_layers: Vec<Place>,
    /// Whether it says itself what the spans of requests are made of.
    pub makes_spans: bool,
    /// Whether it has a layer that puts each request into a span.
    pub has_layer: bool,
    /// Functions that make the span of a request, or are a layer.
    pub layers: BTreeSet<String>,
}

/// A route at its place.
#[derive(Debug)]
pub struct MadeRoute {
    /// The function that makes the router.
    pub function: String,
    pub place: Place,
    /// What is known of what it stands under.
    pub prefix: String,
    pub path: Name,
    pub methods: BTreeSet<String>,
    pub handlers: BTreeSet<String>,
    pub is_guarded: bool,
}

/// A router of another function, mounted.
#[derive(Debug)]
pub struct Mount {
    pub prefix: String,
    pub function: String,
    /// The module that the function is called by; empty where none is named.
    pub module: String,
    /// The function that mounts it.
    pub within: String,
    /// The file that mounts it.
    pub home: Arc<str>,
    pub is_guarded: bool,
}

/// Words that speak of a guard in what stands around a route.
const GUARDS: [&str; 26] = [
    "admin",
    "auth",
    "authed",
    "authenticate",
    "authenticated",
    "authentication",
    "authn",
    "authorization",
    "authorize",
    "authorized",
    "authz",
    "bearer",
    "claims",
    "guard",
    "guarded",
    "identity",
    "jwt",
    "login",
    "permission",
    "permissions",
    "principal",
    "protect",
    "protected",
    "rbac",
    "require",
    "role",
];

/// Whether a name speaks of a guard.
pub fn speaks_of_a_guard(name: &str) -> bool {
    words(name).iter().any(|word| GUARDS.contains(&word.as_str()) || word == "roles" || word == "required")
}

/// Whether any name in an expression does.
pub fn names_a_guard(expression: &Expr) -> bool {
    struct Idents(bool);
    impl<'ast> Visit<'ast> for Idents {
        fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
            self.0 |= speaks_of_a_guard(&ident.to_string());
        }
    }
    let mut idents = Idents(false);
    idents.visit_expr(expression);
    idents.0
}

/// Whether what stands around a route speaks of a guard. `guard::Post()` of actix-web only asks for a method.
pub fn is_guard(method: &str, given: &Expr) -> bool {
    let asks_for_method = method == "guard"
        && matches!(given, Expr::Call(made) if matches!(&*made.func, Expr::Path(path)
            if path.path.segments.len() > 1 && path.path.segments.iter().any(|segment| segment.ident == "guard")));
    !asks_for_method && names_a_guard(given)
}

/// Types that put each request into a span.
pub fn is_trace_layer(name: &str) -> bool {
    matches!(
        name,
        "TraceLayer"
            | "OtelAxumLayer"
            | "TracingLogger"
            | "RequestTracing"
            | "OpenTelemetryTracing"
            | "HTTPMetricsLayerBuilder"
            | "OtelTraceLayer"
            | "TracingFairing"
            | "HttpTraceLayer"
            | "TracingMiddleware"
            | "TracingHandler"
            | "SentryHttpLayer"
    )
}

/// Methods of HTTP as functions of routers are called after them.
const METHODS: [&str; 9] = ["get", "post", "put", "delete", "patch", "head", "options", "trace", "connect"];

/// Whether a name is a method of HTTP.
pub fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
}

/// The methods and handlers of `get(a).post(b)`, `web::get().to(a)`, `get_service(…)`.
pub fn answers(expression: &Expr) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut methods, mut handlers) = (BTreeSet::new(), BTreeSet::new());
    collect(expression, &mut methods, &mut handlers);
    (methods, handlers)
}

fn collect(expression: &Expr, methods: &mut BTreeSet<String>, handlers: &mut BTreeSet<String>) {
    let mut answer = |name: &str, arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>| {
        if METHODS.contains(&name) {
            methods.insert(name.to_uppercase());
        }
        if METHODS.contains(&name) || matches!(name, "any" | "to" | "to_async" | "handler" | "on") {
            handlers.extend(arguments.iter().filter_map(called));
        }
    };
    match expression {
        Expr::MethodCall(call) => {
            answer(&call.method.to_string(), &call.args);
            collect(&call.receiver, methods, handlers);
        }
        Expr::Call(call) => {
            if let Expr::Path(path) = &*call.func
                && let Some(last) = path.path.segments.last()
            {
                answer(&last.ident.to_string(), &call.args);
            }
        }
        _ => {}
    }
}

/// The name of a function that is handed on.
pub fn called(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// What stands for a prefix that is told later; its place makes it the only one.
pub fn later(place: &Place) -> String {
    format!("/{{#{}:{}:{}}}", place.path, place.line, place.column)
}

/// A path with what stands for prefixes replaced; `told` gives the text of one.
pub fn told(path: &str, mut told: impl FnMut(&str) -> Option<String>) -> String {
    let (mut whole, mut rest) = (String::new(), path);
    while let Some((start, width)) = rest.find("/{#").and_then(|at| Some((at, rest[at..].find('}')? + 1))) {
        let text = told(&rest[start..start + width]).unwrap_or_else(|| "/{}".to_owned());
        whole = joined(&(whole + &rest[..start]), &text);
        rest = &rest[start + width..];
    }
    if whole.is_empty() { rest.to_owned() } else { joined(&whole, rest) }
}

/// Puts a path behind a prefix.
pub fn joined(prefix: &str, path: &str) -> String {
    match (prefix.trim_end_matches('/'), path) {
        ("", path) => path.to_owned(),
        (prefix, "" | "/") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}/{}", path.trim_start_matches('/')),
    }
}
