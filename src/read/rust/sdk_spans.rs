//! Spans made with the SDK of OpenTelemetry itself: builders, tracers, and attributes that spans are given later.

use syn::Expr;
use syn::spanned::Spanned;

use super::calls;
use super::carried::Writing;
use super::file::MadeSpan;
use super::guards;
use super::meters;
use super::names::Name;
use super::routes;
use super::walk::Walk;
use crate::facts::{Carrier, SpanKind, Way};

/// How long a chain of calls may be.
const LONGEST: usize = 32;

/// Whether an expression gives a tracer, by its name.
pub fn is_tracer(expression: &Expr) -> bool {
    match expression {
        Expr::Call(made) => routes::called(&made.func).is_some_and(|name| name.contains("tracer")),
        Expr::MethodCall(made) => made.method.to_string().contains("tracer"),
        Expr::Reference(reference) => is_tracer(&reference.expr),
        other => calls::dotted(other).rsplit('.').next().is_some_and(|name| name.contains("tracer")),
    }
}

impl Walk<'_> {
    /// A chain of calls that makes a span, looked at from its end: `tracer.span_builder("name").with_kind(…).start(&tracer)`.
    pub(super) fn made_with_sdk(&mut self, chain: &syn::ExprMethodCall) {
        let (mut kind, mut attributes) = (SpanKind::Internal, Vec::new());
        let mut call = chain;
        for _ in 0..LONGEST {
            let method = call.method.to_string();
            match (method.as_str(), call.args.first()) {
                ("with_kind", Some(said)) => {
                    if let Name::Constant(_, word) = Name::of(said) {
                        kind = SpanKind::of(&word).unwrap_or_default();
                    }
                }
                ("with_attributes", Some(list)) => self.attributes_of(list, &mut attributes),
                ("span_builder" | "start_with_context" | "in_span", Some(name))
                    if is_tracer(&call.receiver) =>
                {
                    return self.sdk_span(name, kind, attributes);
                }
                ("start", Some(name)) if call.args.len() == 1 && is_tracer(&call.receiver) => {
                    return self.sdk_span(name, kind, attributes);
                }
                // What ends such a chain, and what makes no difference in it.
                ("start" | "start_with_context", _) => {}
                (method, _) if method.starts_with("with_") => {}
                _ => return,
            }
            match &*call.receiver {
                Expr::MethodCall(next) => call = next,
                Expr::Call(made) => {
                    let Expr::Path(path) = &*made.func else { return };
                    let full = self.imports.full(&path.path);
                    let is_builder =
                        matches!(full.as_slice(), [.., of, by] if of == "SpanBuilder" && by == "from_name");
                    if let (true, Some(name)) = (is_builder, made.args.first()) {
                        self.sdk_span(name, kind, attributes);
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    fn sdk_span(&mut self, name: &Expr, kind: SpanKind, attributes: Vec<Name>) {
        let place = self.lines.at(name.span());
        // The walk comes to each part of a chain.
        if self.out.spans.iter().rev().take(LONGEST).any(|known| known.place == place) {
            return;
        }
        let name = self.name(Name::of(name));
        let (function, is_root) = (self.functions.last().copied(), self.is_root);
        self.out.spans.push(MadeSpan { function, name, place, kind, is_root, attributes });
        if kind == SpanKind::Server {
            self.out.routes.has_layer = true;
        }
    }

    /// Names of attributes in a list.
    fn attributes_of(&self, list: &Expr, names: &mut Vec<Name>) {
        let given = self.given(list);
        names.extend(given.seen.into_iter().map(|label| self.name(label.name)));
        if given.has_more {
            names.push(Name::Unknown("made elsewhere"));
        }
    }

    /// Attributes that a span is given when it is there: `set_attribute(KeyValue::new(key, value))`, `set_attributes(…)`, and
    /// `set_attribute(key, value)` of tracing-opentelemetry.
    pub(super) fn given_later(&mut self, call: &syn::ExprMethodCall, method: &str) {
        let mut names = Vec::new();
        match (method, call.args.len()) {
            ("set_attribute", 1) if meters::key_value(&call.args[0]).is_some() => {
                self.attributes_of(&call.args[0], &mut names);
            }
            ("set_attributes", 1) => self.attributes_of(&call.args[0], &mut names),
            ("set_attribute", 2) if guards::is_span(&call.receiver, &[]) => {
                let key = self.name(Name::of(&call.args[0]));
                if let Name::Known(key) = &key {
                    let place = self.lines.at(call.args[0].span());
                    self.recorded_later(key, &call.args[1], place);
                }
                names.push(key);
            }
            _ => return,
        }
        let function = self.functions.last().copied();
        if let Some(span) = self.out.spans.iter_mut().rev().find(|span| span.function == function) {
            span.attributes.extend(names);
        }
    }

    /// An attribute where it is made: whether it is one of a span, the calls around tell.
    pub(super) fn span_attribute(&mut self, key: &Expr, value: &Expr) {
        if !self.is_attribute {
            return;
        }
        let Name::Known(name) = self.name(Name::of(key)) else { return };
        let place = self.lines.at(key.span());
        let (carrier, way) = (Carrier::Span, Way::Field);
        self.carry(&Writing { name: &name, value: Some(value), carrier, way }, &place);
        self.sensitive_value(&name, value, place);
    }
}
