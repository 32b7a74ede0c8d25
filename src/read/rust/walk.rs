//! One file's syntax tree, walked once: every part that says something about telemetry is handed to who reads it.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Token};

use super::calls;
use super::file::{Called, FileFacts, Function, Made, Measured, Setup};
use super::held::{Held, Holders};
use super::imports::Imports;
use super::label_sets;
use super::labels::{self, Given};
use super::meters::{self, Instrument, MadeLabel};
use super::names::{Constant, Name};
use super::operations::{self, Found, Operated};
use super::routes;
use super::text::Text;
use super::types::{Maker, Members, Owner, Types};
use super::{guards, scan};
use crate::facts::{Action, Practice};
use crate::source::Place;

/// Routers whose methods have names that others have as well.
#[derive(Clone, Copy, Debug)]
pub struct Routers {
    pub actix: bool,
    pub warp: bool,
}

/// The walk over one file.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is something around what is looked at, and none excludes another"
)]
pub struct Walk<'w> {
    pub(super) lines: Text<'w>,
    pub(super) imports: Imports,
    pub(super) setup: &'w Setup<'w>,
    pub(super) out: FileFacts,
    pub(super) types: Types,
    /// The functions around, as indices, from the outermost.
    pub(super) functions: Vec<usize>,
    /// Names that local variables of these functions hold.
    pub(super) locals: Vec<HashMap<String, Name>>,
    /// Labels that variables hold.
    pub(super) held_labels: HashMap<String, Given>,
    /// Texts that variables hold where something gives no other, and where they stand.
    pub(super) fallbacks: HashMap<String, (Name, Place)>,
    /// Fields, variables and statics that take what is made, from the outermost.
    pub(super) holders: Vec<String>,
    /// The type whose parts are looked at.
    pub(super) owner: String,
    /// Whether a span is put around what is looked at.
    pub(super) is_covered: bool,
    /// Whether it runs on a task of its own.
    pub(super) is_detached: bool,
    /// Whether it makes the spans of requests.
    pub(super) is_root: bool,
    /// The unit of what is recorded with the instrument that comes next.
    pub(super) unit_of_next: Option<(&'static str, Place)>,
    /// What fields and variables hold, where prometheus-client is used.
    pub(super) kinds: Option<Holders>,
    /// Filters of warp that variables hold.
    pub(super) filters: HashMap<String, super::warp::Filter>,
    /// Where chains of filters begin whose routes are known.
    pub(super) chains: Vec<usize>,
    /// Where scopes begin that the walk is in.
    pub(super) scopes: Vec<usize>,
    /// Which routers the file imports, or names.
    pub(super) uses: Routers,
    /// Whether attributes that are made are those of a span.
    pub(super) is_attribute: bool,
    /// Routers that variables hold.
    pub(super) routers: super::routers::HeldRouters,
    /// What the router is mounted under, and whether a guard is around it.
    pub(super) mounted: (String, bool),
}

impl<'w> Walk<'w> {
    /// Before it begins.
    pub fn new(lines: Text<'w>, imports: Imports, setup: &'w Setup<'w>) -> Self {
        let names = |of: &str, path: &str| imports.uses(&[of]) || lines.has(path);
        let uses = Routers { actix: names("actix_web", "actix_web::"), warp: names("warp", "warp::") };
        Self {
            lines,
            imports,
            setup,
            out: FileFacts::default(),
            types: Types::default(),
            functions: Vec::new(),
            locals: Vec::new(),
            held_labels: HashMap::new(),
            fallbacks: HashMap::new(),
            holders: Vec::new(),
            owner: String::new(),
            is_covered: false,
            is_detached: false,
            is_root: false,
            unit_of_next: None,
            kinds: None,
            filters: HashMap::new(),
            chains: Vec::new(),
            scopes: Vec::new(),
            uses,
            is_attribute: false,
            routers: super::routers::HeldRouters::default(),
            mounted: (String::new(), false),
        }
    }

    /// Walks a file.
    pub fn file(&mut self, file: &syn::File) {
        if !is_for_tests(&file.attrs) {
            self.kinds = self.imports.uses(&["prometheus_client"]).then(|| Holders::of(file));
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
        let held = |variable: &str| self.locals.iter().rev().find_map(|locals| locals.get(variable)).cloned();
        name.with(&held).in_file(&self.imports, &self.owner).bounded()
    }

    pub(super) fn function_mut(&mut self) -> Option<&mut Function> {
        let at = *self.functions.last()?;
        self.out.functions.get_mut(at)
    }

    pub(super) fn function_name(&self) -> String {
        let at = self.functions.last().copied();
        at.and_then(|at| self.out.functions.get(at)).map(|function| function.name.clone()).unwrap_or_default()
    }

    pub(super) fn labels(&self, labels: Vec<MadeLabel>) -> Vec<(MadeLabel, Place)> {
        let named = |label: MadeLabel| {
            let place = self.place(&label.at);
            (MadeLabel { name: self.name(label.name), ..label }, place)
        };
        labels.into_iter().map(named).collect()
    }

    /// A type whose fields are labels.
    pub(super) fn label_set(&mut self, item: &syn::ItemStruct) {
        if let Some(set) = label_sets::of(item) {
            let places = set.labels.iter().map(|member| self.place(&member.label.at)).collect();
            self.out.label_sets.push((set, places));
        }
    }

    /// The labels that an expression gives.
    pub(super) fn given(&self, expression: &Expr) -> Given {
        labels::of(expression, &|name| self.held_labels.get(name).cloned())
    }

    /// An instrument of `metrics` with the lists of labels that it is given.
    pub(super) fn counted(&mut self, mut made: Instrument, lists: &[Expr]) {
        let mut unseen = None;
        for list in lists {
            let given = self.given(list);
            made.labels.extend(given.seen);
            if given.has_more {
                unseen = Some(self.lines.at(list.span()));
            }
        }
        self.instrument(made);
        if let Some(made) = self.out.instruments.last_mut() {
            made.unseen = unseen;
        }
    }

    /// An instrument at its place.
    pub(super) fn instrument(&mut self, mut made: Instrument) {
        made.bound = made.bound.take().or_else(|| self.holders.last().cloned());
        made.name = self.name(made.name);
        let labels = self.labels(std::mem::take(&mut made.labels));
        let place = self.place(&made.at);
        let unit = self.unit_of_next.take();
        self.out.instruments.push(Made { instrument: made, place, labels, unit, unseen: None });
    }

    /// Runs something with a span around it, or on a task of its own.
    pub(super) fn around(&mut self, (covered, detached): (bool, bool), then: impl FnOnce(&mut Self)) {
        let before = (self.is_covered, self.is_detached);
        (self.is_covered, self.is_detached) = (covered, detached);
        then(self);
        (self.is_covered, self.is_detached) = before;
    }

    pub(super) fn operate(&mut self, found: Found, at: Range<usize>) {
        let function = self.functions.last().copied();
        // The calls of one SSH session are one operation.
        let is_known = |known: &Operated| {
            known.function == function
                && known.action == Action::Ssh
                && found.action == Action::Ssh
                && function.is_some()
        };
        if found.action == Action::Ssh && self.out.operations.iter().any(is_known) {
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

    /// What is awaited, where that is an operation: in itself, or within what waits for it.
    pub(super) fn awaited(&mut self, base: &Expr) {
        let (inner, covered) = operations::awaited(base);
        if let Some(found) = operations::of_awaited(inner, &self.imports) {
            let around = if covered { (true, false) } else { (self.is_covered, self.is_detached) };
            self.around(around, |walk| walk.operate(found, inner.span().byte_range()));
        }
    }

    /// What is awaited together: `join!(a, b)`.
    pub(super) fn joined(&mut self, tokens: &TokenStream) {
        if let Ok(list) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
            list.iter().for_each(|expression| self.awaited(expression));
        }
    }

    pub(super) fn call(&mut self, name: String, is_own: bool) {
        let (is_covered, is_detached) = (self.is_covered, self.is_detached);
        let is_guard = routes::speaks_of_a_guard(&name);
        if let Some(function) = self.function_mut() {
            match name.as_str() {
                "set_status" | "record_error" | "record_exception" => function.marks_failure = true,
                "inject" | "inject_context" | "inject_context_into" => function.injects = true,
                "set_parent"
                | "extract"
                | "add_link"
                | "with_remote_context"
                | "follows_from"
                | "extract_with_context" => {
                    function.extracts = true;
                }
                _ => {}
            }
            function.injects |= name.contains("inject");
            function.extracts |= takes_context(&name);
            function.is_guarded |= is_guard;
            function.calls.push(Called { name, is_covered, is_detached, is_own });
        }
    }

    /// A function with its attributes.
    pub(super) fn function(
        &mut self,
        attributes: &[syn::Attribute],
        signature: &syn::Signature,
        block: &Block,
        is_reachable: bool,
    ) {
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
        self.with_routers(|walk| visit::visit_block(walk, block));
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

    /// Guards of a block of async code and of the blocks in it.
    pub(super) fn held(&mut self, block: &Block) {
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
    pub(super) fn other(&mut self, tokens: &TokenStream) {
        if tokens.is_empty() {
            return;
        }
        if let Ok(list) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
            list.iter().for_each(|expression| self.visit_expr(expression));
        } else if let Ok(statements) = Block::parse_within.parse2(tokens.clone()) {
            for statement in &statements {
                self.visit_stmt(statement);
            }
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
        scan::each(tokens, &mut |called: &syn::Macro| macros.push(called.clone()), &mut |group, _| {
            groups.push(group.clone());
        });
        for called in &macros {
            self.visit_macro(called);
        }
        for group in &groups {
            self.other(group);
        }
    }
}

/// Whether a function's name says that it takes up the context of a trace: `attach_span_context`, `extract_trace_context`.
fn takes_context(name: &str) -> bool {
    let words = crate::detect::names::words(name);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    has(&["extract", "attach", "set", "restore", "continue", "from"])
        && has(&["context", "parent", "trace", "span", "propagation"])
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

impl Walk<'_> {
    /// Variables of a pattern hold what is not followed.
    pub(super) fn forget(&mut self, pattern: &syn::Pat) {
        self.forget_types(pattern);
        if let Some(locals) = self.locals.last_mut() {
            locals.extend(bound(pattern).into_iter().map(|name| (name, Name::Unknown("a variable"))));
        }
    }

    /// Variables of a pattern are of types that are not followed.
    pub(super) fn forget_types(&mut self, pattern: &syn::Pat) {
        for name in bound(pattern) {
            self.unbind_router(&name);
            self.types.set_type(&name, None);
            self.types.set_hidden(&name, false);
        }
    }

    /// Whether a function's path begins with a crate for Prometheus.
    pub(super) fn is_of_prometheus(&self, function: &Expr) -> bool {
        let Expr::Path(path) = function else { return false };
        let full = self.imports.full(&path.path);
        full.first().is_some_and(|first| first.contains("prometheus") && first != "prometheus_client")
    }

    pub(super) fn held_by(&self, metric: &Expr) -> Held {
        self.kinds.as_ref().map_or(Held::UNKNOWN, |known| known.given(metric))
    }

    pub(super) fn constant(&mut self, ident: &syn::Ident, value: &Expr) {
        let value = self.name(Name::of(value));
        if matches!(value, Name::Known(_) | Name::Template(_) | Name::Constant(..)) {
            self.out.constants.push(Constant {
                owner: self.owner.clone(),
                module: String::new(),
                name: ident.to_string(),
                value,
            });
        }
    }

    /// Recordings with an instrument that something holds.
    pub(super) fn measured(&mut self, call: &syn::ExprMethodCall, method: &str) {
        let is_recording = matches!(
            method,
            "add"
                | "record"
                | "observe"
                | "with_label_values"
                | "get_or_create"
                | "set"
                | "increment"
                | "inc_by"
        );
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
        // `self.held.get_or_create(&labels).observe(x)`
        if let Expr::MethodCall(inner) = receiver
            && inner.method == "get_or_create"
        {
            receiver = &inner.receiver;
        }
        // `histogram!("name").record(x)` is held by nothing; its unit is judged with it.
        let unit = call
            .args
            .first()
            .filter(|_| matches!(method, "record" | "observe" | "set"))
            .and_then(meters::unit_of);
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
                Expr::Path(path) => {
                    path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
                }
                _ => return,
            },
            holder => holder.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        let list = call.args.last().filter(|_| match call.args.len() {
            1 => method == "get_or_create",
            count => count == 2 && matches!(method, "add" | "record" | "observe"),
        });
        let given = list.map(|list| self.given(list)).unwrap_or_default();
        let unseen = list.filter(|_| given.has_more).map(|list| self.lines.at(list.span()));
        let labels = self.labels(given.seen);
        if holder.is_empty() || (labels.is_empty() && unit.is_none() && values.is_none() && unseen.is_none())
        {
            return;
        }
        let values =
            values.unwrap_or_default().into_iter().map(|value| value.map(|(why, at)| (why, self.place(&at))));
        let values = values.collect();
        self.out.measured.push(Measured { holder, labels, unit, values, unseen });
    }

    /// Whether a chain of calls may build a subscriber.
    pub(super) fn is_of_subscriber(&self, chain: &Expr) -> bool {
        self.imports.uses(&["tracing_subscriber"])
            || operations::root(chain).is_some_and(|root| {
                self.imports.full(root).first().is_some_and(|first| first == "tracing_subscriber")
            })
    }

    /// What says that a function opens a span or marks a failure.
    pub(super) fn spanned(&mut self, call: &syn::ExprMethodCall, method: &str) {
        let first = call.args.first().map(Name::of);
        let text = match &first {
            Some(Name::Known(text)) => text.as_str(),
            _ => "",
        };
        let is_mark = method == "record" && matches!(text, "otel.status_code" | "error.type" | "error");
        let (opens, builds) = match method {
            "enter" | "entered" if call.args.is_empty() => (guards::is_span(&call.receiver, &[]), false),
            "start" | "start_with_context" | "span_builder" | "build_with_context" => {
                let is_tracer = super::sdk_spans::is_tracer(&call.receiver);
                (is_tracer, is_tracer)
            }
            "update_name" => (false, true),
            _ => (false, false),
        };
        if builds && let Some(name) = call.args.first() {
            self.span_name(name);
        }
        if let ("record", Some(value), false) = (method, call.args.get(1), text.is_empty())
            && guards::is_span(&call.receiver, &[])
        {
            let place = self.lines.at(call.args[0].span());
            self.recorded_later(text, value, place);
        }
        let is_context = text.eq_ignore_ascii_case("traceparent");
        if let Some(function) = self.function_mut() {
            // The header of W3C Trace Context, set or read by hand.
            function.injects |= is_context && matches!(method, "insert" | "append");
            function.extracts |= is_context && method.starts_with("get");
            function.opens_span |= opens;
            function.marks_failure |= is_mark;
        }
    }
}

/// The variables that a pattern binds.
pub(super) fn bound(pattern: &syn::Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0.push(pattern.ident.to_string());
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// Whether an item is compiled for tests, whatever else it needs.
pub(super) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        let is_test = path.segments.last().is_some_and(|name| name.ident == "test" || name.ident == "bench");
        let configured = path.is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if asks_for_tests(list.tokens.clone()));
        is_test || configured
    })
}

/// Whether a condition has the word `test` in it, and not under `not(…)`.
fn asks_for_tests(condition: TokenStream) -> bool {
    let mut is_not = false;
    for tree in condition {
        match &tree {
            proc_macro2::TokenTree::Ident(word) => {
                if word == "test" {
                    return true;
                }
                is_not = word == "not";
            }
            proc_macro2::TokenTree::Group(group) if !is_not && asks_for_tests(group.stream()) => return true,
            _ => {}
        }
    }
    false
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
