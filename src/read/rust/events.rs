//! Log events, spans and `#[instrument]` of a file: which fields they write, what of it is sensitive, what the message holds.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::calls::{self, Call, Field, Macro};
use super::carried::Writing;
use super::file::MadeSpan;
use super::imports::Origin;
use super::instrumented::{Instrumented, Recorded as Kind};
use super::meters::{self, Instrument, Library};
use super::names::{Name, captures};
use super::walk::Walk;
use super::worth::{self, is_raw, unbounded_name};
use crate::facts::{Carrier, Practice, Recorded, Shown, SpanKind, Way};
use crate::naming::exporters::InstrumentKind;
use crate::read::watch::Wrapper;
use crate::source::Place;

impl Walk<'_> {
    fn sensitive(&mut self, name: &str, at: Place, (carrier, way, shown): (Carrier, Way, Shown)) {
        let last = name.rsplit('.').next().unwrap_or(name);
        let Some(policy) = self.setup.sensitive.of(last).filter(|_| !worth::is_hidden(last)) else { return };
        let (function, name, policy) = (self.function_name(), name.to_owned(), policy.to_owned());
        self.out.recorded.push(Recorded { place: at, function, name, policy, carrier, way, shown });
    }

    /// Fields of an event or a span: written, and sensitive where they are raw.
    fn fields(&mut self, fields: &[Field], carrier: Carrier) {
        for field in fields {
            let place = self.lines.at(field.at);
            let key = match &field.constant {
                Some(constant) => self.name(Name::of(constant)),
                None => Name::Known(field.key.clone()),
            };
            if let (Name::Known(name), false) = (&key, field.is_declared) {
                let way = Way::Field;
                self.carry(&Writing { name, value: field.value.as_ref(), carrier, way }, &place);
            }
            if let Some(value) = &field.value {
                self.written_out(&field.key, value);
            }
            let hides = &self.setup.watch;
            let raw = !field.is_declared && field.value.as_ref().is_none_or(|value| is_raw(value, hides));
            if raw && !field.key.is_empty() {
                let shown = match &field.value {
                    Some(value) => match self.types.shown(value) {
                        // Without `?` and `%` a value is text, a number or a truth.
                        Shown::Nothing if field.is_value => Shown::Value,
                        shown => shown,
                    },
                    None => self.types.shown_variable(&field.key),
                };
                self.sensitive(&field.key, place.clone(), (carrier, Way::Field, shown));
            }
            // Those of spans stand with their spans.
            if carrier == Carrier::Log && key != Name::Known("message".to_owned()) {
                self.out.written.push((key, place));
            }
        }
    }

    /// A field that is given its value later: `span.record("key", value)`.
    pub(super) fn recorded_later(&mut self, key: &str, value: &Expr, place: Place) {
        let (carrier, way) = (Carrier::Span, Way::Field);
        self.carry(&Writing { name: key, value: Some(value), carrier, way }, &place);
        self.written_out(key, value);
        self.sensitive_value(key, value, place);
    }

    /// A value that a span is given, if its name is sensitive.
    pub(super) fn sensitive_value(&mut self, key: &str, value: &Expr, place: Place) {
        if is_raw(value, self.setup.watch) {
            let shown = self.types.shown(value);
            self.sensitive(key, place, (Carrier::Span, Way::Field, shown));
        }
    }

    /// A log event or a span.
    pub(super) fn logged(&mut self, of: Macro, called: &syn::Macro) {
        let name = called.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match calls::call(called.tokens.clone(), of) {
            Ok(call) if of.is_span() => self.span_macro(&call, called),
            Ok(call) => self.event(&call, &name),
            Err(_) => {
                let place = self.lines.at(called.path.span());
                self.out.gaps.push((place, format!("the arguments of `{name}!` are of no known form")));
            }
        }
        // What is called in the arguments counts as well.
        self.scan(&called.tokens);
    }

    fn event(&mut self, call: &Call, name: &str) {
        // tracing-opentelemetry makes an event of level error the status of its span.
        if name == "error"
            && let Some(function) = self.function_mut()
        {
            function.marks_failure = true;
        }
        self.fields(&call.fields, Carrier::Log);
        let Some(message) = &call.message else { return };
        let place = self.lines.at(message.span());
        self.looked_at("", &message.value(), message.span());
        let captured = captures(&message.value());
        for name in &captured {
            if !call.arguments.iter().any(|(named, _)| named.as_ref().is_some_and(|named| named == name)) {
                let shown = self.types.shown_variable(name);
                let (carrier, way) = (Carrier::Log, Way::Message);
                self.carry(&Writing { name, value: None, carrier, way }, &place);
                self.sensitive(name, place.clone(), (carrier, way, shown));
            }
        }
        for (_, argument) in &call.arguments {
            let name = named(argument);
            let (carrier, way) = (Carrier::Log, Way::Message);
            let at = self.lines.at(argument.span());
            self.carry(&Writing { name: &name, value: Some(argument), carrier, way }, &at);
            self.written_out("", argument);
            if !name.is_empty() && is_raw(argument, self.setup.watch) {
                let at = self.lines.at(argument.span());
                self.sensitive(&name, at, (Carrier::Log, Way::Message, self.types.shown(argument)));
            }
        }
        if !call.arguments.is_empty() || !captured.is_empty() {
            self.out.practised.push((Practice::InterpolatesMessages, format!("{name}!"), place));
        }
    }

    fn span_macro(&mut self, call: &Call, called: &syn::Macro) {
        let (name, place) = match &call.name {
            Some(name) => (Name::Known(name.value()), self.lines.at(name.span())),
            None => (Name::Unknown("an expression"), self.lines.at(called.path.span())),
        };
        self.span(name, place, &call.fields);
    }

    /// A span with its fields.
    fn span(&mut self, name: Name, place: Place, fields: &[Field]) {
        self.fields(fields, Carrier::Span);
        let value =
            |key: &str| fields.iter().find(|field| field.key == key).and_then(|field| field.value.as_ref());
        let kind = match value("otel.kind").map(Name::of) {
            Some(Name::Known(word)) => SpanKind::of(&word),
            Some(Name::Constant(of, word)) if of == "SpanKind" => SpanKind::of(&word),
            _ => None,
        };
        let named = value("otel.name").filter(|value| !is_empty(value));
        if let Some(built) = named {
            self.span_name(built);
        }
        let marks = value("otel.status_code").is_some_and(|value| !is_empty(value));
        let name = named.map_or(name, |named| self.name(Name::of(named)));
        let attributes = fields.iter().map(|field| match &field.constant {
            Some(constant) => self.name(Name::of(constant)),
            None => Name::Known(field.key.clone()),
        });
        let attributes = attributes.collect();
        let (function, is_root) = (self.functions.last().copied(), self.is_root);
        self.out.spans.push(MadeSpan {
            function,
            name,
            place,
            kind: kind.unwrap_or_default(),
            is_root,
            attributes,
        });
        if let Some(function) = self.function_mut() {
            function.marks_failure |= marks;
            // What makes the span of a request is a layer, wherever it is hung in.
            if kind == Some(SpanKind::Server) {
                self.out.routes.has_layer = true;
            }
        }
    }

    /// The name of a span that is made when the program runs, of what has no bound.
    pub(super) fn span_name(&mut self, built: &Expr) {
        if let Some(why) = unbounded_name(built) {
            let place = self.lines.at(built.span());
            self.out.practised.push((Practice::BuildsSpanNames, why, place));
        }
    }

    /// `#[instrument]` of a function.
    pub(super) fn instrumented(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature) {
        let found = attributes.iter().find(|attribute| {
            let is_called = attribute.path().segments.last().is_some_and(|last| last.ident == "instrument");
            is_called
                && self.imports.origin(attribute.path(), &["tracing", "tracing_attributes"]) != Origin::Other
        });
        let Some(attribute) = found else { return };
        if let Some(function) = self.function_mut() {
            function.is_instrumented = true;
        }
        let Some(said) = Instrumented::of(attribute) else { return };
        if let Some(function) = self.function_mut() {
            function.marks_failure |= said.marks_errors;
        }
        let name = match &said.name {
            Some(name) => Name::of(name),
            None => Name::Known(signature.ident.to_string()),
        };
        let place = self.lines.at(said.name.as_ref().map_or_else(|| signature.ident.span(), Spanned::span));
        self.span(name, place, &said.fields);
        let mut implied_names = Vec::new();
        for implied in said.implied(signature) {
            let at = self.lines.at(implied.at);
            match implied.kind {
                Kind::Argument => {
                    let (carrier, way) = (Carrier::Span, Way::Argument);
                    self.carry(&Writing { name: &implied.name, value: None, carrier, way }, &at);
                    if implied.shown != Shown::Typed {
                        let said = (Carrier::Span, Way::Argument, implied.shown);
                        self.sensitive(&implied.name, at, said);
                    }
                    implied_names.push(Name::Known(implied.name));
                }
                Kind::Request => self.request(implied.name, at),
                Kind::Result if implied.shown == Shown::Text => {
                    self.sensitive(&implied.name, at, (Carrier::Span, Way::Returned, Shown::Text));
                }
                Kind::Result => {}
            }
        }
        if let Some(span) = self.out.spans.last_mut() {
            span.attributes.extend(implied_names);
        }
    }

    /// A request or its headers, recorded as a whole: what authorizes it goes along.
    fn request(&mut self, name: String, place: Place) {
        let Some(policy) = self.setup.sensitive.of("authorization") else { return };
        let (function, policy) = (self.function_name(), policy.to_owned());
        let (carrier, way) = (Carrier::Span, Way::Request);
        self.out.recorded.push(Recorded { place, function, name, policy, carrier, way, shown: Shown::Text });
    }

    /// The platform's own macro or function that a path is.
    pub(super) fn wrapper(&self, path: &syn::Path) -> Option<Wrapper> {
        let full = self.imports.full(path);
        let fits = |wrapper: &&Wrapper| {
            let last = full.last() == wrapper.path.last();
            // A path may begin anywhere, and the file may have imported the name.
            last && !wrapper.path.is_empty()
                && full.iter().rev().zip(wrapper.path.iter().rev()).all(|(a, b)| a == b || a == "crate")
        };
        self.setup.watch.wrappers.iter().find(fits).cloned()
    }

    pub(super) fn wrapped_macro(&mut self, wrapper: &Wrapper, called: &syn::Macro) {
        if let Some(of) = Macro::of(&wrapper.like) {
            return self.logged(of, called);
        }
        let made = meters::metrics(&wrapper.like, called.tokens.clone()).filter(|_| wrapper.name == 0);
        if let Some((made, lists)) = made {
            self.counted(made, &lists);
        } else {
            let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
            if let Ok(arguments) = parser.parse2(called.tokens.clone()) {
                self.emit(wrapper, &arguments);
            }
        }
        self.scan(&called.tokens);
    }

    pub(super) fn wrapped_call(&mut self, wrapper: &Wrapper, call: &syn::ExprCall) {
        self.emit(wrapper, &call.args);
    }

    fn emit(&mut self, wrapper: &Wrapper, arguments: &Punctuated<Expr, Token![,]>) {
        let Some(kind) = kind_of(&wrapper.like) else { return };
        let Some(name) = arguments.iter().nth(wrapper.name) else { return };
        let mut made = Instrument::new(Library::Metrics, kind, name);
        (made.unit, made.help) = (None, None);
        let labels = wrapper.labels.and_then(|at| arguments.iter().nth(at));
        let given = labels.map(|labels| (labels, self.given(labels)));
        if let Some((list, given)) = given {
            // A list of names alone is that of labels, too.
            made.labels = if given.seen.is_empty() { meters::listed(list) } else { given.seen };
        }
        self.instrument(made);
    }
}

/// The kind of metric that a wrapper makes, by what it is like: `counter`, `u64_counter`, `IntCounter`, `CounterVec`.
pub fn kind_of(like: &str) -> Option<InstrumentKind> {
    let last = like.rsplit('_').next().unwrap_or_default();
    let last = last.strip_prefix("Int").unwrap_or(last);
    Some(match last.strip_suffix("Vec").unwrap_or(last) {
        "counter" | "Counter" => InstrumentKind::Counter,
        "gauge" | "Gauge" => InstrumentKind::Gauge,
        "histogram" | "Histogram" => InstrumentKind::Histogram,
        _ => return None,
    })
}

/// `field::Empty`.
fn is_empty(value: &Expr) -> bool {
    matches!(value, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Empty"))
}

/// The name of what an expression gives: `&password`, `password.as_str()`, `user.password()`.
fn named(expression: &Expr) -> String {
    match expression {
        Expr::Reference(reference) => named(&reference.expr),
        Expr::Paren(paren) => named(&paren.expr),
        Expr::Try(tried) => named(&tried.expr),
        Expr::Unary(unary) => named(&unary.expr),
        Expr::Index(index) => named(&index.expr),
        Expr::MethodCall(call) if worth::hands_on(&call.method.to_string()) => named(&call.receiver),
        Expr::MethodCall(call) if call.args.is_empty() => call.method.to_string(),
        Expr::Call(call) if call.args.len() == 1 => named(&call.args[0]),
        other => calls::dotted(other),
    }
}
