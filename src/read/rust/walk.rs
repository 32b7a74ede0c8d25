//! One file's syntax tree, walked once: every part that says something about telemetry is handed to who reads it.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Token};

use super::calls::{self, Macro};
use super::file::{Called, FileFacts, Function, Made, Measured, Setup};
use super::imports::{Imports, Origin};
use super::meters::{self, Instrument, MadeLabel};
use super::names::{Constant, Name};
use super::operations::{self, Found, Operated};
use super::routes::{self, MadeRoute, Mount};
use super::text::Text;
use super::types::{Maker, Members, Owner, Types};
use super::{CRATES_OF_LOGGING, enums, guards, held, scan, setup};
use crate::facts::{Action, Practice};
use crate::naming::exporters::InstrumentKind;
use crate::source::Place;

/// The walk over one file.
pub struct Walk<'w> {
    pub(super) lines: Text<'w>,
    pub(super) imports: Imports,
    pub(super) setup: &'w Setup<'w>,
    pub(super) out: FileFacts,
    pub(super) types: Types,
    /// The functions around, as indices, from the outermost.
    pub(super) functions: Vec<usize>,
    /// Names that local variables of these functions hold.
    locals: Vec<HashMap<String, Name>>,
    /// Fields, variables and statics that take what is made, from the outermost.
    pub(super) holders: Vec<String>,
    /// The type whose parts are looked at.
    owner: String,
    /// Whether a span is put around what is looked at.
    is_covered: bool,
    /// Whether it runs on a task of its own.
    is_detached: bool,
    /// Whether it makes the spans of requests.
    pub(super) is_root: bool,
    /// The unit of what is recorded with the instrument that comes next.
    unit_of_next: Option<(&'static str, Place)>,
    /// What fields and variables hold, where prometheus-client is used.
    kinds: Option<HashMap<String, InstrumentKind>>,
    /// What the router is mounted under, and whether a guard is around it.
    mounted: (String, bool),
}

/// Whether an item is compiled for tests only.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        let last = path.segments.last().is_some_and(|last| last.ident == "test" || last.ident == "bench");
        let configured = path.is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if {
                let said = list.tokens.to_string();
                said == "test" || said.starts_with("all (test") || said.starts_with("any (test")
            });
        last || configured
    })
}

impl<'w> Walk<'w> {
    /// Before it begins.
    pub fn new(lines: Text<'w>, imports: Imports, setup: &'w Setup<'w>) -> Self {
        Self {
            lines,
            imports,
            setup,
            out: FileFacts::default(),
            types: Types::default(),
            functions: Vec::new(),
            locals: Vec::new(),
            holders: Vec::new(),
            owner: String::new(),
            is_covered: false,
            is_detached: false,
            is_root: false,
            unit_of_next: None,
            kinds: None,
            mounted: (String::new(), false),
        }
    }

    /// Walks a file.
    pub fn file(&mut self, file: &syn::File) {
        if !is_for_tests(&file.attrs) {
            self.kinds = self.imports.uses(&["prometheus_client"]).then(|| held::kinds(file));
            self.types.members = Members::of(file);
            self.visit_file(file);
        }
    }

    /// A piece of the file begins, with imports of its own.
    pub fn begin_piece(&mut self, at: usize, imports: Imports) {
        self.lines.base = at;
        self.imports.add(imports);
    }

    /// A macro of a file that does not parse.
    pub fn scanned(&mut self, called: &syn::Macro) {
        self.visit_macro(called);
    }

    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        self.lines.place(range.start + self.lines.base..range.end + self.lines.base)
    }

    /// What an expression names, with what local variables hold.
    pub(super) fn name(&self, name: Name) -> Name {
        name.with(&|variable| self.locals.iter().rev().find_map(|locals| locals.get(variable)).cloned())
    }

    pub(super) fn function_mut(&mut self) -> Option<&mut Function> {
        let at = *self.functions.last()?;
        self.out.functions.get_mut(at)
    }

    pub(super) fn function_name(&self) -> String {
        let at = self.functions.last().copied();
        at.and_then(|at| self.out.functions.get(at)).map(|function| function.name.clone()).unwrap_or_default()
    }

    fn labels(&self, labels: Vec<MadeLabel>) -> Vec<(MadeLabel, Place)> {
        let named = |label: MadeLabel| {
            let place = self.place(&label.at);
            (MadeLabel { name: self.name(label.name), ..label }, place)
        };
        labels.into_iter().map(named).collect()
    }

    /// An instrument of the platform's own making.
    pub(super) fn wrapped(&mut self, made: Instrument) {
        self.instrument(made);
    }

    fn instrument(&mut self, mut made: Instrument) {
        made.bound = self.holders.last().cloned();
        made.name = self.name(made.name);
        let labels = self.labels(std::mem::take(&mut made.labels));
        let place = self.place(&made.at);
        let unit = self.unit_of_next.take();
        self.out.instruments.push(Made { instrument: made, place, labels, unit });
    }

    /// Runs something with a span around it, or on a task of its own.
    fn around(&mut self, (covered, detached): (bool, bool), then: impl FnOnce(&mut Self)) {
        let before = (self.is_covered, self.is_detached);
        (self.is_covered, self.is_detached) = (covered, detached);
        then(self);
        (self.is_covered, self.is_detached) = before;
    }

    fn operate(&mut self, found: Found, at: Range<usize>) {
        let function = self.functions.last().copied();
        // The calls of one SSH session are one operation.
        let is_known = |known: &Operated| {
            known.function == function && known.action == Action::Ssh && found.action == Action::Ssh && function.is_some()
        };
        if self.out.operations.iter().any(is_known) {
            return;
        }
        let place = self.place(&at);
        let Found { action, call, subject, owner, has_headers } = found;
        let subject = subject.map(|subject| self.name(subject));
        let (is_covered, is_detached) = (self.is_covered, self.is_detached);
        self.out.operations.push(Operated {
            function,
            place,
            action,
            call,
            subject,
            owner,
            has_headers,
            is_covered,
            is_detached,
        });
    }

    fn call(&mut self, name: String) {
        let (is_covered, is_detached) = (self.is_covered, self.is_detached);
        let is_guard = routes::speaks_of_a_guard(&name);
        if let Some(function) = self.function_mut() {
            match name.as_str() {
                "set_status" | "record_error" | "record_exception" => function.marks_failure = true,
                "inject" | "inject_context" | "inject_context_into" => function.injects = true,
                "set_parent" | "extract" | "add_link" | "with_remote_context" | "follows_from" | "extract_with_context" => {
                    function.extracts = true;
                }
                _ => {}
            }
            function.injects |= name.contains("inject");
            function.is_guarded |= is_guard;
            function.calls.push(Called { name, is_covered, is_detached });
        }
    }

    /// A function with its attributes.
    fn function(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature, block: &Block, is_reachable: bool) {
        let name = signature.ident.to_string();
        let mut function = Function { name: name.clone(), is_reachable, ..Function::default() };
        function.is_guarded = signature.inputs.iter().any(takes_a_guard);
        let at = self.out.functions.len();
        self.out.functions.push(function);
        self.functions.push(at);
        self.locals.push(HashMap::new());
        self.types.open();
        self.arguments(signature);
        let before = (self.is_covered, self.is_detached);
        (self.is_covered, self.is_detached) = (false, false);
        self.instrumented(attributes, signature);
        self.routed(attributes, &name);
        if signature.asyncness.is_some() {
            self.held(block);
        }
        visit::visit_block(self, block);
        (self.is_covered, self.is_detached) = before;
        self.types.close();
        self.locals.pop();
        self.functions.pop();
    }

    fn arguments(&mut self, signature: &syn::Signature) {
        for input in &signature.inputs {
            let syn::FnArg::Typed(argument) = input else { continue };
            let name = match &*argument.pat {
                syn::Pat::Ident(pattern) => pattern.ident.to_string(),
                // `State(client): State<Client>`.
                syn::Pat::TupleStruct(pattern) => match pattern.elems.first() {
                    Some(syn::Pat::Ident(inner)) if pattern.elems.len() == 1 => inner.ident.to_string(),
                    _ => continue,
                },
                _ => continue,
            };
            let owner = Maker::of_type(&argument.ty, &self.imports).map_or(Owner::Unknown, Owner::Is);
            self.types.set_argument(&name, &argument.ty);
            self.types.set(name, owner);
        }
    }

    /// `#[get("/path")]` of actix-web, rocket and poem-openapi.
    fn routed(&mut self, attributes: &[syn::Attribute], handler: &str) {
        for attribute in attributes {
            let path = attribute.path();
            let Some(method) = path.segments.last().map(|last| last.ident.to_string()) else { continue };
            let (methods, _) = routes::answers(&syn::parse_quote!(#path()));
            if methods.is_empty() || self.imports.origin(path, &["actix_web", "rocket", "ntex"]) != Origin::Is {
                continue;
            }
            let syn::Meta::List(list) = &attribute.meta else { continue };
            let text = list.parse_args_with(|input: syn::parse::ParseStream| {
                let text: syn::LitStr = input.parse()?;
                input.parse::<TokenStream>()?;
                Ok(text)
            });
            let Ok(text) = text else { continue };
            let is_guarded = list.tokens.to_string().contains("wrap");
            self.out.routes.routes.push(MadeRoute {
                function: String::new(),
                place: self.lines.at(text.span()),
                path: text.value(),
                methods: [method.to_uppercase()].into(),
                handlers: [handler.to_owned()].into(),
                is_guarded,
            });
        }
    }

    /// Guards of a block of async code and of the blocks in it.
    fn held(&mut self, block: &Block) {
        struct Blocks<'b>(Vec<&'b Block>);
        impl<'b> Visit<'b> for Blocks<'b> {
            fn visit_block(&mut self, block: &'b Block) {
                self.0.push(block);
                visit::visit_block(self, block);
            }
            // Those are looked at when the walk comes to them.
            fn visit_expr_async(&mut self, _: &'b syn::ExprAsync) {}
            fn visit_expr_closure(&mut self, _: &'b syn::ExprClosure) {}
            fn visit_item(&mut self, _: &'b syn::Item) {}
        }
        let mut blocks = Blocks(Vec::new());
        blocks.visit_block(block);
        for held in blocks.0.into_iter().flat_map(guards::held) {
            let place = self.lines.at(held.at);
            self.out.practised.push((Practice::AwaitsInSpan, held.guard, place));
        }
    }

    /// The arguments of a macro that is none of telemetry: what it is given is mostly Rust.
    fn other(&mut self, tokens: &TokenStream) {
        if tokens.is_empty() {
            return;
        }
        if let Ok(list) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
            list.iter().for_each(|expression| self.visit_expr(expression));
        } else if let Ok(statements) = Block::parse_within.parse2(tokens.clone()) {
            statements.iter().for_each(|statement| self.visit_stmt(statement));
        } else if let Ok(statics) = lazy_statics(tokens.clone()) {
            for (name, value) in &statics {
                self.holders.push(name.clone());
                self.visit_expr(value);
                self.holders.pop();
            }
        } else {
            self.scan(tokens);
        }
    }

    /// Looks for macros in tokens that are no Rust as a whole (`select!`, `json!`).
    pub(super) fn scan(&mut self, tokens: &TokenStream) {
        let (mut macros, mut groups) = (Vec::new(), Vec::new());
        scan::each(tokens, &mut |called: &syn::Macro| macros.push(called.clone()), &mut |group, _| groups.push(group.clone()));
        macros.iter().for_each(|called| self.visit_macro(called));
        groups.iter().for_each(|group| self.other(group));
    }

    /// A router's methods: its routes, and what stands around them. Says whether all parts were looked at.
    fn router(&mut self, call: &syn::ExprMethodCall) -> bool {
        let method = call.method.to_string();
        let text = |argument: Option<&Expr>| match argument.map(|path| self.name(Name::of(path))) {
            Some(Name::Known(text)) if text.starts_with('/') || text.is_empty() => Some(text),
            _ => None,
        };
        match (method.as_str(), call.args.len()) {
            ("route" | "at", 2) => {
                let Some(path) = text(call.args.first()) else { return false };
                let (methods, handlers) = routes::answers(&call.args[1]);
                if methods.is_empty() && handlers.is_empty() {
                    return false;
                }
                let place = self.lines.at(call.args[0].span());
                let path = routes::joined(&self.mounted.0, &path);
                let (function, is_guarded) = (self.function_name(), self.mounted.1);
                self.out.routes.routes.push(MadeRoute { function, place, path, methods, handlers, is_guarded });
                false
            }
            ("nest" | "merge" | "nest_service", 1 | 2) => {
                let prefix = if method == "merge" { Some(String::new()) } else { text(call.args.first()) };
                let (Some(prefix), Some(inner)) = (prefix, call.args.last()) else { return false };
                let mounted = (routes::joined(&self.mounted.0, &prefix), self.mounted.1);
                if let Expr::Call(made) = inner
                    && let Some(function) = routes::called(&made.func)
                {
                    let (prefix, is_guarded) = mounted.clone();
                    self.out.routes.mounts.push(Mount { prefix, function, is_guarded });
                }
                let before = std::mem::replace(&mut self.mounted, mounted);
                self.visit_expr(inner);
                self.mounted = before;
                self.visit_expr(&call.receiver);
                true
            }
            ("layer" | "route_layer" | "wrap" | "with" | "guard", 1) => {
                let is_guard = routes::names_a_guard(&call.args[0]);
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

    /// What a path shows by being used: a layer, a server, the format of a log.
    fn used(&mut self, path: &syn::Path) {
        let full = self.imports.full(path);
        let words: Vec<&str> = full.iter().map(String::as_str).collect();
        let place = || self.lines.at(path.span());
        match words.as_slice() {
            [.., "TraceLayer", "new_for_http" | "new_for_grpc"] | ["tracing_actix_web", .., "TracingLogger", "default"] => {
                let place = place();
                self.out.routes.default_layers.push(place);
            }
            ["axum" | "warp", "serve"] | ["axum_server", "bind" | "bind_rustls" | "from_tcp" | "from_tcp_rustls"]
            | ["axum", "Server", ..] | ["actix_web", .., "HttpServer", "new"] | ["rocket", "build" | "custom"]
            | ["poem", .., "Server", "new"] => {
                let place = place();
                self.out.routes.servers.push(place);
                // Its routes are values of types, which are not read.
                self.out.routes.has_unread |= words[0] == "warp";
            }
            ["axum", .., "Router", "new"] | ["poem", .., "Route", "new"] | ["actix_web", .., "App", "new"] => {
                let place = place();
                self.out.routes.routers.push(place);
            }
            ["warp", "trace", ..] | ["poem", "middleware", "Tracing", ..] | ["sentry_tower" | "axum_tracing_opentelemetry", ..] => {
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

/// Whether an argument speaks of a guard: `AdminUser(user): AdminUser`, `claims: Claims`.
fn takes_a_guard(argument: &syn::FnArg) -> bool {
    struct Idents(bool);
    impl<'ast> Visit<'ast> for Idents {
        fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
            self.0 |= routes::speaks_of_a_guard(&ident.to_string());
        }
    }
    let mut idents = Idents(false);
    idents.visit_fn_arg(argument);
    idents.0
}

/// `static ref NAME: Type = expression;` as in `lazy_static!`.
fn lazy_statics(tokens: TokenStream) -> syn::Result<Vec<(String, Expr)>> {
    let parser = |input: syn::parse::ParseStream| {
        let mut statics = Vec::new();
        while !input.is_empty() {
            input.call(syn::Attribute::parse_outer)?;
            input.parse::<syn::Visibility>()?;
            input.parse::<Token![static]>()?;
            input.parse::<Token![ref]>()?;
            let name: syn::Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            input.parse::<syn::Type>()?;
            input.parse::<Token![=]>()?;
            statics.push((name.to_string(), input.parse()?));
            input.parse::<Token![;]>()?;
        }
        Ok(statics)
    };
    parser.parse2(tokens)
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) && item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            let is_reachable = matches!(item.vis, syn::Visibility::Public(_));
            self.function(&item.attrs, &item.sig, &item.block, is_reachable);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            let is_reachable = matches!(item.vis, syn::Visibility::Public(_));
            self.function(&item.attrs, &item.sig, &item.block, is_reachable);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, &item.sig, block, true);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let owner = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        let owner = owner.unwrap_or_default();
        self.out.constants.extend(enums::texts(item, &owner));
        let before = std::mem::replace(&mut self.owner, owner);
        let first = self.out.functions.len();
        visit::visit_item_impl(self, item);
        if item.trait_.is_some() {
            // Who calls them does not name them.
            self.out.functions[first..].iter_mut().for_each(|function| function.is_reachable = true);
        }
        self.owner = before;
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.out.constants.extend(enums::derived(item));
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        for field in &item.fields {
            if let Some(name) = &field.ident {
                self.out.members.push((name.to_string(), Maker::of_type(&field.ty, &self.imports)));
            }
        }
        for (made, place) in meters::measured(item) {
            let place = self.place(&place);
            self.out.instruments.push(Made { instrument: made, place, labels: Vec::new(), unit: None });
        }
    }

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        self.held(&expression.block);
        visit::visit_expr_async(self, expression);
    }

    fn visit_expr_await(&mut self, awaited: &'ast syn::ExprAwait) {
        if let Some(found) = operations::of_awaited(&awaited.base, &self.imports) {
            self.operate(found, awaited.base.span().byte_range());
        }
        visit::visit_expr_await(self, awaited);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ident, &item.expr);
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(&item.ident, &item.expr);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ident, &item.expr);
        self.holders.push(item.ident.to_string());
        visit::visit_item_static(self, item);
        self.holders.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let pattern = match &local.pat {
            syn::Pat::Type(typed) => &*typed.pat,
            other => other,
        };
        let holder = match pattern {
            syn::Pat::Ident(pattern) => Some(pattern.ident.to_string()),
            _ => None,
        };
        let depth = self.holders.len();
        self.holders.extend(holder.clone());
        visit::visit_local(self, local);
        self.holders.truncate(depth);
        if let (Some(name), Some(init)) = (holder, &local.init) {
            let held = self.name(Name::of(&init.expr));
            if let Some(locals) = self.locals.last_mut() {
                locals.insert(name.clone(), held);
            }
            let owner = match &local.pat {
                syn::Pat::Type(typed) => Maker::of_type(&typed.ty, &self.imports).map(Owner::Is),
                _ => None,
            };
            let owner = owner.unwrap_or_else(|| self.types.owner(&init.expr, &self.imports));
            self.types.set(name, owner);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        let depth = self.holders.len();
        if let syn::Member::Named(name) = &field.member {
            self.holders.push(name.to_string());
        }
        visit::visit_field_value(self, field);
        self.holders.truncate(depth);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        match &item.ident {
            // What a macro makes is seen where it is used, if at all.
            Some(name) => self.out.macros.push(name.to_string()),
            None => self.visit_macro(&item.mac),
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        let Some(name) = called.path.segments.last().map(|last| last.ident.to_string()) else { return };
        if matches!(name.as_str(), "quote" | "quote_spanned" | "parse_quote") {
            return;
        }
        if let Some(wrapper) = self.wrapper(&called.path) {
            return self.wrapped_macro(wrapper, called);
        }
        if let Some(of) = Macro::of(&name)
            && self.imports.origin(&called.path, &CRATES_OF_LOGGING) != Origin::Other
        {
            return self.logged(of, called);
        }
        let place = || self.lines.at(called.path.span());
        match name.as_str() {
            "println" | "eprintln" | "print" | "eprint" if called.path.segments.len() == 1 => {
                let place = place();
                self.out.practised.push((Practice::Prints, format!("{name}!"), place));
            }
            "dbg" => {
                let place = place();
                self.out.practised.push((Practice::PrintsForDebugging, "dbg!".to_owned(), place));
            }
            _ => {}
        }
        let made = match self.imports.origin(&called.path, &["metrics"]) {
            Origin::Other if !name.starts_with("register_") => None,
            origin => meters::metrics(&name, called.tokens.clone())
                .map(|made| Instrument { is_unsaid: origin != Origin::Is, ..made })
                .or_else(|| meters::prometheus_macro(&name, called.tokens.clone())),
        };
        match made {
            Some(made) => {
                self.instrument(made);
                self.scan(&called.tokens);
            }
            None => self.other(&called.tokens),
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let Some(made) = meters::opentelemetry(call) {
            self.instrument(made);
            // The chain is one instrument; what stands in its arguments is looked at on its own.
            let mut rest = call;
            loop {
                rest.args.iter().for_each(|argument| self.visit_expr(argument));
                match &*rest.receiver {
                    Expr::MethodCall(next) => rest = next,
                    other => return self.visit_expr(other),
                }
            }
        }
        if self.kinds.is_some()
            && let Some(made) = meters::prometheus_client(call, |metric| self.kind_of(metric))
        {
            self.instrument(made);
        }
        let method = call.method.to_string();
        if let Some(found) = operations::of_method(call, &self.types, &self.imports) {
            self.operate(found, call.method.span().byte_range());
        }
        if let Some(made) = setup::resource(call, &self.imports, &|part| self.lines.at(part.span())) {
            self.out.resources.push(made);
        }
        self.measured(call, &method);
        self.spanned(call, &method);
        match method.as_str() {
            "json" if call.args.is_empty() && self.is_of_subscriber(&call.receiver) => self.out.has_json_logs = true,
            // `registry.with(layer)` gives a layer, as a router's `with` does.
            "route" | "at" | "nest" | "merge" | "nest_service" | "layer" | "route_layer" | "wrap" | "guard"
                if self.router(call) =>
            {
                return;
            }
            _ => {}
        }
        self.call(method.clone());
        match method.as_str() {
            "instrument" => {
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.around((true, false), |walk| walk.visit_expr(&call.receiver));
            }
            "in_current_span" | "or_current" => self.around((self.is_covered, false), |walk| walk.visit_expr(&call.receiver)),
            "in_scope" | "in_span" => {
                self.visit_expr(&call.receiver);
                self.around((true, false), |walk| call.args.iter().for_each(|argument| walk.visit_expr(argument)));
            }
            "spawn" | "spawn_local" | "spawn_on" => {
                self.visit_expr(&call.receiver);
                self.around((false, true), |walk| call.args.iter().for_each(|argument| walk.visit_expr(argument)));
            }
            "make_span_with" => {
                self.out.routes.makes_spans = true;
                let before = std::mem::replace(&mut self.is_root, true);
                self.out.routes.layers.extend(call.args.iter().filter_map(routes::called));
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.is_root = before;
                self.visit_expr(&call.receiver);
            }
            _ => visit::visit_expr_method_call(self, call),
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Some(made) = meters::prometheus_type(call).filter(|_| self.imports.uses(&["prometheus"])) {
            self.instrument(made);
        }
        if let Some(found) = operations::of_call(call, &self.imports) {
            self.operate(found, call.func.span().byte_range());
        }
        let name = routes::called(&call.func).unwrap_or_default();
        if let Expr::Path(path) = &*call.func
            && let Some(wrapper) = self.wrapper(&path.path)
        {
            self.wrapped_call(wrapper, call);
        }
        if name.starts_with("from_fn") || name == "wrap_fn" || name == "map_request" {
            self.out.routes.layers.extend(call.args.iter().filter_map(routes::called));
        }
        if !name.is_empty() {
            self.call(name.clone());
        }
        if matches!(name.as_str(), "spawn" | "spawn_local" | "spawn_blocking") {
            self.around((false, true), |walk| visit::visit_expr_call(walk, call));
        } else {
            visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.used(&path.path);
        // A function that is handed on may be called there.
        if path.path.segments.len() > 1 || !self.functions.is_empty() {
            let name = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
            let is_function = name.starts_with(|c: char| c.is_lowercase()) && path.path.segments.len() > 1;
            if is_function {
                self.call(name);
            }
        }
        visit::visit_expr_path(self, path);
    }
}

impl Walk<'_> {
    fn kind_of(&self, metric: &Expr) -> InstrumentKind {
        let known = self.kinds.as_ref();
        held::kind(metric, &|name| known.and_then(|known| known.get(name)).copied())
    }

    fn constant(&mut self, ident: &syn::Ident, value: &Expr) {
        let value = Name::of(value);
        if matches!(value, Name::Known(_) | Name::Template(_) | Name::Constant(..)) {
            self.out.constants.push(Constant { owner: self.owner.clone(), name: ident.to_string(), value });
        }
    }

    /// Recordings with an instrument that something holds.
    fn measured(&mut self, call: &syn::ExprMethodCall, method: &str) {
        let is_recording = matches!(method, "add" | "record" | "observe" | "with_label_values" | "set" | "increment" | "inc_by");
        if !is_recording || call.args.is_empty() {
            return;
        }
        let mut receiver = &*call.receiver;
        let mut values = meters::label_values(call);
        // `HELD.with_label_values(&[a]).observe(x)`
        if let Expr::MethodCall(inner) = receiver
            && let Some(inner_values) = meters::label_values(inner)
        {
            (receiver, values) = (&inner.receiver, Some(inner_values));
        }
        // `histogram!("name").record(x)` is held by nothing; its unit is judged with it.
        let unit = call.args.first().filter(|_| matches!(method, "record" | "observe" | "set")).and_then(meters::unit_of);
        let unit = unit.map(|unit| (unit, self.lines.at(call.args[0].span())));
        if let Expr::Macro(made) = receiver {
            let made = made.mac.path.segments.last().map(|last| last.ident.to_string());
            if made.is_some_and(|made| matches!(made.as_str(), "histogram" | "gauge" | "counter")) {
                self.unit_of_next = unit;
            }
            return;
        }
        let holder = match calls::dotted(receiver) {
            empty if empty.is_empty() => match receiver {
                Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
                _ => return,
            },
            holder => holder.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        let labels = self.labels(meters::attributes(call));
        if holder.is_empty() || (labels.is_empty() && unit.is_none() && values.is_none()) {
            return;
        }
        let values = values.unwrap_or_default().into_iter().map(|value| {
            value.map(|(why, at)| (why, self.place(&at)))
        });
        let values = values.collect();
        self.out.measured.push(Measured { holder, labels, unit, values });
    }

    /// Whether a chain of calls may build a subscriber.
    fn is_of_subscriber(&self, chain: &Expr) -> bool {
        self.imports.uses(&["tracing_subscriber"])
            || operations::root(chain).is_some_and(|root| {
                self.imports.full(root).first().is_some_and(|first| first == "tracing_subscriber")
            })
    }

    /// What says that a function opens a span or marks a failure.
    fn spanned(&mut self, call: &syn::ExprMethodCall, method: &str) {
        let first = call.args.first().map(Name::of);
        let text = match &first {
            Some(Name::Known(text)) => text.as_str(),
            _ => "",
        };
        let is_mark = method == "record" && matches!(text, "otel.status_code" | "error.type" | "error");
        let (opens, builds) = match method {
            "enter" | "entered" if call.args.is_empty() => (guards::is_span(&call.receiver, &[]), false),
            "start" | "start_with_context" | "span_builder" | "build_with_context" => {
                let is_tracer = match &*call.receiver {
                    Expr::Call(made) => routes::called(&made.func).is_some_and(|name| name.contains("tracer")),
                    Expr::MethodCall(made) => made.method.to_string().contains("tracer"),
                    other => calls::dotted(other).rsplit('.').next().is_some_and(|name| name.contains("tracer")),
                };
                (is_tracer, is_tracer)
            }
            "update_name" => (false, true),
            _ => (false, false),
        };
        if builds && let Some(name) = call.args.first() {
            self.span_name(name);
        }
        if let Some(function) = self.function_mut() {
            function.opens_span |= opens;
            function.marks_failure |= is_mark;
        }
    }
}
