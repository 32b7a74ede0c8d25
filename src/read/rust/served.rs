//! Routers as the walk meets them: routes, what they are mounted under, what stands around them, layers and servers.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::imports::Origin;
use super::names::Name;
use super::routes::{self, MadeRoute};
use super::setup;
use super::walk::Walk;

impl Walk<'_> {
    /// `#[get("/path")]` of actix-web, rocket and poem-openapi.
    pub(super) fn routed(&mut self, attributes: &[syn::Attribute], handler: &str) {
        for attribute in attributes {
            let path = attribute.path();
            let Some(method) = path.segments.last().map(|last| last.ident.to_string()) else { continue };
            if !(routes::is_method(&method) || method == "route")
                || self.imports.origin(path, &["actix_web", "rocket", "ntex"]) != Origin::Is
            {
                continue;
            }
            let syn::Meta::List(list) = &attribute.meta else { continue };
            let text = list.parse_args_with(|input: syn::parse::ParseStream| {
                let text: syn::LitStr = input.parse()?;
                Ok((text, input.parse::<TokenStream>()?))
            });
            let Ok((text, rest)) = text else { continue };
            let is_guarded = list.tokens.to_string().contains("wrap");
            let methods =
                if method == "route" { named_methods(rest) } else { [method.to_uppercase()].into() };
            self.out.routes.made.push(MadeRoute {
                function: handler.to_owned(),
                place: self.lines.at(text.span()),
                prefix: String::new(),
                path: Name::Known(text.value()),
                methods,
                handlers: [handler.to_owned()].into(),
                is_guarded,
            });
        }
    }

    /// A router's methods: its routes, and what stands around them. Says whether all parts were looked at.
    pub(super) fn router(&mut self, call: &syn::ExprMethodCall) -> bool {
        let method = call.method.to_string();
        let text = |argument: Option<&Expr>| match argument.map(|path| self.name(Name::of(path))) {
            Some(Name::Known(text)) if text.starts_with('/') || text.is_empty() => Some(text),
            _ => None,
        };
        match (method.as_str(), call.args.len()) {
            ("route" | "route_service" | "at", 2) => {
                let place = self.lines.at(call.args[0].span());
                let (methods, handlers) = routes::answers(&call.args[1]);
                let says_nothing = methods.is_empty() && handlers.is_empty();
                let path = match call.args.first().map(|path| self.name(Name::of(path))) {
                    Some(Name::Known(text)) if !(text.starts_with('/') || text.is_empty()) => return false,
                    Some(path @ (Name::Known(_) | Name::Constant(..) | Name::Template(_))) => path,
                    _ if says_nothing => return false,
                    _ => {
                        let what = "a route can't be seen: its path is made when the program runs";
                        self.out.gaps.push((place, what.to_owned()));
                        return false;
                    }
                };
                // Who answers may be made elsewhere: then it answers to any method. Other things have such methods, too.
                let is_router = self.imports.uses(&["axum", "poem"])
                    && matches!(&path, Name::Known(text) if text.starts_with('/'));
                if says_nothing && !is_router {
                    return false;
                }
                let (prefix, is_guarded) = self.mounted.clone();
                let function = self.function_name();
                let made = MadeRoute { function, place, prefix, path, methods, handlers, is_guarded };
                self.out.routes.made.push(made);
                false
            }
            ("nest" | "merge" | "nest_service", 1 | 2) => {
                let prefix = match text(call.args.first()) {
                    _ if method == "merge" => Some(String::new()),
                    None if call.args.len() == 2 && self.imports.uses(&["axum", "poem"]) => {
                        Some(self.prefix(&call.args[0]))
                    }
                    said => said,
                };
                let (Some(prefix), Some(inner)) = (prefix, call.args.last()) else { return false };
                let mounted = (routes::joined(&self.mounted.0, &prefix), self.mounted.1);
                if let Expr::Call(made) = inner {
                    self.mount(&made.func, &mounted.0, mounted.1);
                }
                let before = std::mem::replace(&mut self.mounted, mounted);
                self.mounting(inner);
                self.mounted = before;
                self.visit_expr(&call.receiver);
                true
            }
            ("layer" | "route_layer" | "wrap" | "with" | "guard", 1) => {
                let is_guard = routes::is_guard(&method, &call.args[0]);
                self.visit_expr(&call.args[0]);
                let before = self.mounted.1;
                self.mounted.1 |= is_guard;
                self.visit_expr(&call.receiver);
                self.mounted.1 = before;
                true
            }
            _ => false,
        }
    }

    /// What a router is mounted under, where that is no text.
    pub(super) fn prefix(&mut self, given: &Expr) -> String {
        let name = self.name(Name::of(given));
        if !matches!(name, Name::Constant(..) | Name::Template(_)) {
            return "/{}".to_owned();
        }
        let later = routes::later(&self.lines.at(given.span()));
        self.out.routes.later.insert(later.clone(), name);
        later
    }

    /// What a path shows by being used: a layer, a server, the format of a log.
    pub(super) fn used(&mut self, path: &syn::Path) {
        if path.segments.iter().any(|segment| segment.ident.to_string().contains("Injector"))
            && let Some(function) = self.function_mut()
        {
            function.injects = true;
        }
        let full = self.imports.full(path);
        let words: Vec<&str> = full.iter().map(String::as_str).collect();
        let place = || self.lines.at(path.span());
        match words.as_slice() {
            [.., "get_text_map_propagator"] => {
                let place = place();
                self.out.tracing.propagates.push(place);
            }
            [.., "set_text_map_propagator"] => self.out.tracing.sets_propagator = true,
            [.., "set_tracer_provider"] | [.., "SdkTracerProvider" | "TracerProvider", "builder"] => {
                self.out.tracing.makes_provider = true;
            }
            [.., "Sampler", sampler] if sampler.starts_with(char::is_uppercase) => {
                let (sampler, place) = ((*sampler).to_owned(), place());
                self.out.tracing.samplers.entry(sampler).or_insert(place);
            }
            [.., "TraceLayer", "new_for_http" | "new_for_grpc"]
            | ["tracing_actix_web", .., "TracingLogger", "default"] => {
                let place = place();
                self.out.routes.default_layers.push(place);
            }
            ["axum" | "warp", "serve"]
            | ["axum_server", "bind" | "bind_rustls" | "from_tcp" | "from_tcp_rustls"]
            | ["axum", "Server", ..]
            | ["actix_web", .., "HttpServer", "new"]
            | ["rocket", "build" | "custom"]
            | ["poem", .., "Server", "new"] => {
                let place = place();
                self.out.routes.servers.push(place);
                // Its routes are values of types, which are not read.
                self.out.routes.has_unread |= words[0] == "warp";
            }
            ["axum", .., "Router", "new"]
            | ["poem", .., "Route", "new"]
            | ["actix_web", .., "App", "new"] => {
                let place = place();
                self.out.routes.routers.push(place);
            }
            ["warp", "trace", ..]
            | ["poem", "middleware", "Tracing", ..]
            | ["sentry_tower" | "axum_tracing_opentelemetry", ..] => {
                self.out.routes.has_layer = true;
            }
            _ => {}
        }
        if words.iter().any(|word| routes::is_trace_layer(word)) {
            self.out.routes.has_layer = true;
        }
        match setup::log_format(&full) {
            Some(setup::Format::Plain) => {
                let place = place();
                self.out.plain_logs.push(place);
            }
            Some(setup::Format::Json) => self.out.has_json_logs = true,
            None => {}
        }
    }
}

/// `method = "GET"`, as often as it stands in an attribute.
fn named_methods(tokens: TokenStream) -> BTreeSet<String> {
    let trees: Vec<proc_macro2::TokenTree> = tokens.into_iter().collect();
    let named = trees.windows(3).filter_map(|three| match three {
        [
            proc_macro2::TokenTree::Ident(word),
            proc_macro2::TokenTree::Punct(_),
            proc_macro2::TokenTree::Literal(text),
        ] if word == "method" => match syn::Lit::new(text.clone()) {
            syn::Lit::Str(text) => Some(text.value().to_uppercase()),
            _ => None,
        },
        _ => None,
    });
    named.collect()
}
