//! The walk itself: what of the syntax tree is looked at, and by whom.

use std::collections::HashMap;
use syn::Expr;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::calls::Macro;
use super::file::Made;
use super::imports::Origin;
use super::meters::{self, Instrument};
use super::names::Name;
use super::routes;
use super::types::{self, Maker, Owner};
use super::walk::{Walk, bound, is_for_tests};
use super::warp::Filter;
use super::worth::{is_made_hidden, is_raw};
use super::{CRATES_OF_LOGGING, enums, operations, setup};
use crate::facts::{Practice, Shown};

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Const(item) => &item.attrs,
            syn::Item::Static(item) => &item.attrs,
            syn::Item::Trait(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Enum(item) => &item.attrs,
            syn::Item::Macro(item) => &item.attrs,
            // Those are asked where they are visited.
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        let attributes = match statement {
            syn::Stmt::Local(local) => &local.attrs[..],
            syn::Stmt::Macro(called) => &called.attrs[..],
            syn::Stmt::Expr(syn::Expr::Block(block), _) => &block.attrs[..],
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.locals.push(HashMap::new());
        self.with_names(|walk| visit::visit_block(walk, block));
        self.locals.pop();
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        if let (true, Expr::Block(body)) = (closure.asyncness.is_some(), &*closure.body) {
            self.held(&body.block);
        }
        self.locals.push(HashMap::new());
        self.with_names(|walk| {
            for input in &closure.inputs {
                walk.forget(input);
            }
            visit::visit_expr_closure(walk, closure);
        });
        self.locals.pop();
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.locals.push(HashMap::new());
        self.with_names(|walk| {
            walk.forget(&arm.pat);
            visit::visit_arm(walk, arm);
        });
        self.locals.pop();
    }

    fn visit_expr_let(&mut self, shown: &'ast syn::ExprLet) {
        self.forget_types(&shown.pat);
        visit::visit_expr_let(self, shown);
    }

    fn visit_expr_for_loop(&mut self, each: &'ast syn::ExprForLoop) {
        self.with_names(|walk| {
            walk.forget_types(&each.pat);
            visit::visit_expr_for_loop(walk, each);
        });
    }

    fn visit_expr_assign(&mut self, assigned: &'ast syn::ExprAssign) {
        // What a variable holds then, the order of calls tells, which is not followed.
        if let Name::Variable(name) = Name::of(&assigned.left) {
            for locals in &mut self.locals {
                locals.remove(&name);
            }
            self.bind_router(&name, &assigned.right, true, |walk| walk.visit_expr(&assigned.right));
        } else {
            visit::visit_expr_assign(self, assigned);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_for_tests(&item.attrs) || item.ident == "tests" {
            if item.content.is_none() {
                self.out.test_modules.push(item.ident.to_string());
            }
        } else {
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
        self.label_set(item);
        for (made, place) in meters::measured(item) {
            let place = self.place(&place);
            self.out.instruments.push(Made {
                instrument: made,
                place,
                labels: Vec::new(),
                unit: None,
                unseen: None,
            });
        }
    }

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        self.held(&expression.block);
        visit::visit_expr_async(self, expression);
    }

    fn visit_expr_await(&mut self, awaited: &'ast syn::ExprAwait) {
        self.awaited(&awaited.base);
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
        match (&holder, &local.init) {
            (Some(name), Some(init)) => {
                self.bind_router(name, &init.expr, false, |walk| visit::visit_local(walk, local));
            }
            (None, Some(_)) if !bound(pattern).is_empty() => {
                self.bind_parts(|walk| visit::visit_local(walk, local));
            }
            _ => visit::visit_local(self, local),
        }
        self.holders.truncate(depth);
        if let (Some(name), Some(init)) = (holder, &local.init) {
            if self.uses.warp
                && let Some(filter) = self.filter(&init.expr).filter(Filter::says_something)
            {
                self.filters.insert(name.clone(), filter);
            }
            let held = self.name(Name::of(&init.expr));
            if let Some(locals) = self.locals.last_mut() {
                locals.insert(name.clone(), held);
            }
            let owner = match &local.pat {
                syn::Pat::Type(typed) => Maker::of_type(&typed.ty, &self.imports).map(Owner::Is),
                _ => None,
            };
            let owner = owner.unwrap_or_else(|| self.types.owner(&init.expr, &self.imports));
            let shown = match &local.pat {
                syn::Pat::Type(typed) => types::shown(&typed.ty),
                // What is only about a value, or hidden, is the value no longer.
                _ if !is_raw(&init.expr, self.setup.watch) => Shown::Typed,
                _ => self.types.shown(&init.expr),
            };
            match self.fallback(&init.expr) {
                Some(text) => self.fallbacks.insert(name.clone(), text),
                None => self.fallbacks.remove(&name),
            };
            let given = self.given(&init.expr);
            if !given.seen.is_empty() {
                self.held_labels.insert(name.clone(), given);
            }
            self.types.set_shown(&name, shown);
            let typed = match &local.pat {
                syn::Pat::Type(typed) => Some(&*typed.ty),
                _ => None,
            };
            self.types.set_type(&name, typed);
            self.types.set_hidden(&name, is_made_hidden(&init.expr, self.setup.watch));
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
            return self.wrapped_macro(&wrapper, called);
        }
        if let Some(of) = Macro::of(&name)
            && match self.imports.origin(&called.path, &CRATES_OF_LOGGING) {
                Origin::Is => true,
                Origin::Unsaid => self.setup.may_log,
                Origin::Other => false,
            }
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
        let counted = match self.imports.origin(&called.path, &["metrics"]) {
            Origin::Other => None,
            origin => meters::metrics(&name, called.tokens.clone())
                .map(|(made, lists)| (Instrument { is_unsaid: origin != Origin::Is, ..made }, lists)),
        };
        if let Some((made, lists)) = counted {
            self.counted(made, &lists);
            self.written_in(&called.tokens);
            self.scan(&called.tokens);
        } else if let Some(made) = meters::prometheus_macro(&name, called.tokens.clone()) {
            self.instrument(made);
            self.written_in(&called.tokens);
            self.scan(&called.tokens);
        } else {
            if matches!(name.as_str(), "join" | "try_join") {
                self.joined(&called.tokens);
            }
            self.other(&called.tokens);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let Some(mounted) = self.scoped(call) {
            let before = std::mem::replace(&mut self.mounted, mounted);
            self.visit_expr_method_call(call);
            self.mounted = before;
            self.scopes.pop();
            return;
        }
        if let Some(made) = meters::opentelemetry(call) {
            self.instrument(made);
            // The chain is one instrument; what stands in its arguments is looked at on its own.
            let mut rest = call;
            loop {
                self.written_by(rest, &rest.method.to_string());
                rest.args.iter().for_each(|argument| self.visit_expr(argument));
                match &*rest.receiver {
                    Expr::MethodCall(next) => rest = next,
                    other => return self.visit_expr(other),
                }
            }
        }
        if self.kinds.is_some()
            && let Some(made) = meters::prometheus_client(call, |metric| self.held_by(metric))
        {
            self.instrument(made);
        }
        let method = call.method.to_string();
        if let Some(found) = operations::of_method(call, &self.types, &self.imports) {
            self.operate(found, call.method.span().byte_range());
        }
        if let Some(mut made) = setup::resource(call, &self.imports, &|part| self.lines.at(part.span())) {
            made.attributes =
                made.attributes.into_iter().map(|(name, place)| (self.name(name), place)).collect();
            made.service_name = made.service_name.map(|(name, place)| (self.name(name), place));
            self.out.resources.push(made);
        }
        self.measured(call, &method);
        self.spanned(call, &method);
        self.made_with_sdk(call);
        self.given_later(call, &method);
        self.serviced(call);
        self.connected(call);
        self.written_by(call, &method);
        match method.as_str() {
            "without_units" => self.out.exporter.without_units = true,
            "without_counter_suffixes" => self.out.exporter.without_counter_suffixes = true,
            "set_enable_recommended_naming" | "with_recommended_naming" => {
                self.out.exporter.recommended_naming = true;
            }
            "sub_registry_with_prefix" => self.out.exporter.has_prefix = true,
            "event_format" | "map_event_format" | "fmt_fields" => self.out.has_json_logs = true,
            "json" if call.args.is_empty() && self.is_of_subscriber(&call.receiver) => {
                self.out.has_json_logs = true;
            }
            // `registry.with(layer)` gives a layer, as a router's `with` does.
            "route" | "route_service" | "at" | "nest" | "merge" | "nest_service" | "layer"
            | "route_layer" | "wrap" | "guard"
                if self.router(call) =>
            {
                return;
            }
            "map" | "then" | "and_then" | "and" if self.uses.warp && self.filtered(call) => return,
            _ => {}
        }
        let is_own = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        self.call(method.clone(), is_own);
        match method.as_str() {
            "instrument" => {
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.around((true, false), |walk| walk.visit_expr(&call.receiver));
            }
            "in_current_span" | "or_current" => {
                self.around((self.is_covered, false), |walk| walk.visit_expr(&call.receiver));
            }
            "in_scope" | "in_span" => {
                self.visit_expr(&call.receiver);
                self.around((true, false), |walk| {
                    call.args.iter().for_each(|argument| walk.visit_expr(argument));
                });
            }
            "spawn" | "spawn_local" | "spawn_on" => {
                self.visit_expr(&call.receiver);
                self.around((false, true), |walk| {
                    call.args.iter().for_each(|argument| walk.visit_expr(argument));
                });
            }
            "with_attributes" | "set_attribute" | "set_attributes" | "add_event" => {
                self.visit_expr(&call.receiver);
                let before = std::mem::replace(&mut self.is_attribute, is_of_span(call));
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.is_attribute = before;
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
        if let Some(made) = meters::prometheus_type(call)
            .filter(|_| self.imports.uses_like("prometheus") || self.is_of_prometheus(&call.func))
            .or_else(|| meters::prometheus_function(call))
        {
            self.instrument(made);
            call.args.iter().for_each(|argument| self.written_out("", argument));
        }
        self.attribute(call);
        if let Some(found) = operations::of_call(call, &self.imports) {
            self.operate(found, call.func.span().byte_range());
        }
        let name = routes::called(&call.func).unwrap_or_default();
        if let Expr::Path(path) = &*call.func
            && let Some(wrapper) = self.wrapper(&path.path)
        {
            self.wrapped_call(&wrapper, call);
        }
        if name == "with_prefix" {
            self.out.exporter.has_prefix = true;
        }
        if name.starts_with("from_fn") || name == "wrap_fn" || name == "map_request" {
            self.out.routes.layers.extend(call.args.iter().filter_map(routes::called));
        }
        if !name.is_empty() {
            self.call(name.clone(), true);
        }
        // The function's own name is no function that is handed on.
        match &*call.func {
            Expr::Path(path) => {
                self.used(&path.path);
                // A closure that makes a router is one where it is called.
                self.use_router(&path.path);
            }
            other => self.visit_expr(other),
        }
        let is_spawn = matches!(name.as_str(), "spawn" | "spawn_local" | "spawn_blocking");
        let around = if is_spawn { (false, true) } else { (self.is_covered, self.is_detached) };
        self.around(around, |walk| call.args.iter().for_each(|argument| walk.visit_expr(argument)));
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.used(&path.path);
        self.use_router(&path.path);
        // A function that is handed on may be called there; a word alone is mostly a variable.
        let name = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if path.path.segments.len() > 1 && name.starts_with(char::is_lowercase) {
            self.call(name, true);
        }
        visit::visit_expr_path(self, path);
    }
}

/// Whether a call gives attributes to a span: a builder of resources has methods of the same names.
fn is_of_span(call: &syn::ExprMethodCall) -> bool {
    if call.method != "with_attributes" {
        return true;
    }
    let mut receiver = &*call.receiver;
    while let Expr::MethodCall(next) = receiver {
        if next.method == "span_builder" {
            return true;
        }
        receiver = &next.receiver;
    }
    matches!(receiver, Expr::Call(made) if matches!(&*made.func, Expr::Path(path)
        if path.path.segments.iter().any(|segment| segment.ident == "SpanBuilder")))
}
