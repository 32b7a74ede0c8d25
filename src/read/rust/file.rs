//! One file: its syntax tree is walked once, and released.

use std::ops::Range;
use std::sync::Arc;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Token};

use super::calls::{self, Call, Macro};
use super::imports::{Imports, Origin};
use super::instrumented::Instrumented;
use super::meters::{self, Instrument};
use super::names::Name;
use super::text::Text;
use super::worth::is_raw;
use super::{CRATES_OF_LOGGING, guards};
use crate::detect::Names;
use crate::facts::{Carrier, Practice, Recorded, Way};
use crate::source::Place;

/// What one file says, before names of other files are known.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Constants of text.
    pub constants: Vec<(String, String)>,
    /// Names of its `macro_rules!`.
    pub macros: Vec<String>,
    /// Instruments, each with the place of its name.
    pub instruments: Vec<(Instrument, Place)>,
    /// Places of labels are kept beside the instrument's.
    pub labels: Vec<Vec<(Name, Place)>>,
    /// Attributes given to an instrument held by a field or variable of this name.
    pub attributes: Vec<(String, Vec<(Name, Place)>)>,
    pub recorded: Vec<Recorded>,
    pub practised: Vec<(Practice, String, Place)>,
    /// What could not be read.
    pub gaps: Vec<(Place, String)>,
}

/// What is the same for all files.
pub struct Setup<'s> {
    pub sensitive: &'s Names,
    pub sanitizers: &'s [String],
}

/// Reads a file whose text is sound Rust.
///
/// # Errors
/// What the parser says, and where.
pub fn read(path: &Arc<str>, text: &str, setup: &Setup<'_>) -> Result<FileFacts, (Place, String)> {
    let lines = Text::new(path, text);
    let parsed = text.parse::<TokenStream>().map_err(|error| (error.span(), error.to_string()));
    let file = parsed.and_then(|tokens| {
        syn::parse2::<syn::File>(tokens).map_err(|error| (error.span(), error.to_string()))
    });
    let file = file.map_err(|(span, said)| (lines.at(span), said))?;
    let imports = Imports::of(&file);
    let mut walk =
        Walk { lines, imports, setup, out: FileFacts::default(), functions: Vec::new(), holders: Vec::new() };
    walk.visit_file(&file);
    Ok(walk.out)
}

struct Walk<'w> {
    lines: Text<'w>,
    imports: Imports,
    setup: &'w Setup<'w>,
    out: FileFacts,
    /// The functions around, from the outermost.
    functions: Vec<String>,
    /// Fields, variables and statics that take what is made, from the outermost.
    holders: Vec<String>,
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

impl Walk<'_> {
    fn sensitive(&mut self, name: &str, at: Place, carrier: Carrier, way: Way) {
        let last = name.rsplit('.').next().unwrap_or(name);
        let Some(policy) = self.setup.sensitive.of(last) else { return };
        let function = self.functions.last().cloned().unwrap_or_default();
        let (name, policy) = (name.to_owned(), policy.to_owned());
        self.out.recorded.push(Recorded { place: at, function, name, policy, carrier, way });
    }

    fn fields(&mut self, fields: &[calls::Field], carrier: Carrier) {
        for field in fields {
            let raw = field.value.as_ref().is_none_or(|value| is_raw(value, self.setup.sanitizers));
            if raw {
                self.sensitive(&field.key, self.lines.at(field.at), carrier, Way::Field);
            }
        }
    }

    /// A log event or a span.
    fn call(&mut self, call: &Call, called: Macro, at: &syn::Macro) {
        let carrier = if called.is_span() { Carrier::Span } else { Carrier::Log };
        self.fields(&call.fields, carrier);
        let Some(message) = call.message.as_ref().filter(|_| !called.is_span()) else { return };
        let place = self.lines.at(message.span());
        let captured = captures(&message.value());
        for name in &captured {
            if !call.arguments.iter().any(|(named, _)| named.as_ref().is_some_and(|named| named == name)) {
                self.sensitive(name, place.clone(), Carrier::Log, Way::Message);
            }
        }
        for (_, argument) in &call.arguments {
            let name = calls::dotted(innermost(argument));
            if !name.is_empty() && is_raw(argument, self.setup.sanitizers) {
                self.sensitive(&name, self.lines.at(argument.span()), Carrier::Log, Way::Message);
            }
        }
        if !call.arguments.is_empty() || !captured.is_empty() {
            let by = at.path.segments.last().map(|last| format!("{}!", last.ident)).unwrap_or_default();
            self.out.practised.push((Practice::InterpolatesMessages, by, place));
        }
    }

    fn instrument(&mut self, mut made: Instrument) {
        made.bound = self.holders.last().cloned();
        let labels = made.labels.iter().map(|(name, at)| (name.clone(), self.place(at))).collect();
        let place = self.place(&made.at);
        self.out.instruments.push((made, place));
        self.out.labels.push(labels);
    }

    fn place(&self, range: &Range<usize>) -> Place {
        self.lines.place(range.clone())
    }

    /// A function with its attributes.
    fn function(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature, block: &Block) {
        self.functions.push(signature.ident.to_string());
        let instrumented = attributes.iter().find(|attribute| {
            let is_called = attribute.path().segments.last().is_some_and(|last| last.ident == "instrument");
            is_called && self.imports.origin(attribute.path(), &["tracing", "tracing_attributes"]) == Origin::Is
        });
        if let Some(said) = instrumented.and_then(Instrumented::of) {
            self.fields(&said.fields, Carrier::Span);
            for implied in said.implied(signature) {
                let way = if implied.is_result { Way::Returned } else { Way::Argument };
                self.sensitive(&implied.name, self.lines.at(implied.at), Carrier::Span, way);
            }
        }
        if signature.asyncness.is_some() {
            self.held(block);
        }
        visit::visit_block(self, block);
        self.functions.pop();
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
    fn scan(&mut self, tokens: &TokenStream) {
        let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            let TokenTree::Group(group) = tree else { continue };
            let name = match (at.checked_sub(2).map(|at| &trees[at]), at.checked_sub(1).map(|at| &trees[at])) {
                (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(bang))) if bang.as_char() == '!' => Some(name),
                _ => None,
            };
            let called = name.and_then(|name| {
                syn::parse2::<syn::Macro>(TokenStream::from_iter(
                    [TokenTree::Ident(name.clone()), trees[at - 1].clone(), tree.clone()],
                ))
                .ok()
            });
            match called {
                Some(called) => self.visit_macro(&called),
                None => self.other(&group.stream()),
            }
        }
    }
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

/// The names that a message captures: `{name}`, `{name:?}`.
fn captures(message: &str) -> Vec<String> {
    let mut captured = Vec::new();
    let mut rest = message;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(literal) = rest.strip_prefix('{') {
            rest = literal;
            continue;
        }
        let end = rest.find(['}', ':']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            captured.push(name.to_owned());
        }
        rest = &rest[end..];
    }
    captured
}

/// What an expression is about: `&password`, `password.as_str()`.
fn innermost(expression: &Expr) -> &Expr {
    match expression {
        Expr::Reference(reference) => innermost(&reference.expr),
        Expr::MethodCall(call) => innermost(&call.receiver),
        Expr::Paren(paren) => innermost(&paren.expr),
        Expr::Try(tried) => innermost(&tried.expr),
        other => other,
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, &item.sig, block);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        self.held(&expression.block);
        visit::visit_expr_async(self, expression);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if let Name::Known(text) = Name::of(&item.expr) {
            self.out.constants.push((item.ident.to_string(), text));
        }
        visit::visit_item_const(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        if let Name::Known(text) = Name::of(&item.expr) {
            self.out.constants.push((item.ident.to_string(), text));
        }
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        if let Name::Known(text) = Name::of(&item.expr) {
            self.out.constants.push((item.ident.to_string(), text));
        }
        self.holders.push(item.ident.to_string());
        visit::visit_item_static(self, item);
        self.holders.pop();
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let holder = match &local.pat {
            syn::Pat::Ident(pattern) => Some(pattern.ident.to_string()),
            syn::Pat::Type(typed) => match &*typed.pat {
                syn::Pat::Ident(pattern) => Some(pattern.ident.to_string()),
                _ => None,
            },
            _ => None,
        };
        let depth = self.holders.len();
        self.holders.extend(holder);
        visit::visit_local(self, local);
        self.holders.truncate(depth);
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
        if let Some(of) = Macro::of(&name)
            && self.imports.origin(&called.path, &CRATES_OF_LOGGING) != Origin::Other
        {
            let place = self.lines.at(called.path.span());
            match calls::call(called.tokens.clone(), of) {
                Ok(call) => self.call(&call, of, called),
                Err(_) => self.out.gaps.push((place, format!("the arguments of `{name}!` are of no known form"))),
            }
            // What is called in the arguments counts as well.
            return self.scan(&called.tokens);
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
            Origin::Is => meters::metrics(&name, called.tokens.clone()),
            _ => meters::prometheus_macro(&name, called.tokens.clone()),
        };
        match made {
            Some(made) => self.instrument(made),
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
        if matches!(call.method.to_string().as_str(), "add" | "record" | "observe")
            && let holder = calls::dotted(&call.receiver)
            && !holder.is_empty()
        {
            let attributes = meters::attributes(call);
            if !attributes.is_empty() {
                let holder = holder.rsplit('.').next().unwrap_or_default().to_owned();
                let attributes =
                    attributes.into_iter().map(|(name, at)| (name, self.place(&at))).collect();
                self.out.attributes.push((holder, attributes));
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Some(made) = meters::prometheus_type(call).filter(|_| self.imports.uses(&["prometheus"])) {
            self.instrument(made);
        }
        visit::visit_expr_call(self, call);
    }
}
