//! Fields of the contract as a program writes them: under which name, and whether what is written can be in the form that the
//! contract wants. Literals and types of ids tell for certain, names of variables only likely.

use std::collections::HashMap;
use std::sync::Arc;

use proc_macro2::Span;
use regex::bytes::Regex;
use syn::spanned::Spanned;
use syn::{Expr, Lit};

use super::calls;
use super::names::Name;
use super::walk::Walk;
use super::worth::{is_made_hidden, is_raw_id};
use crate::detect::checks::is_hidden;
use crate::detect::names::words;
use crate::detect::shapes::{Shape, is_uuid, shape_of};
use crate::detect::{Hit, masked};
use crate::facts::{Carried, Carrier, Content, Sighting, Spot, Tally, Way};
use crate::read::watch::{Detectors, Format, STANDARD, WatchedField};
use crate::source::Place;

/// The contract's own fields, by all their spellings.
#[derive(Debug, Default)]
pub struct Fields {
    known: Vec<Known>,
    by_name: HashMap<String, usize>,
}

#[derive(Debug)]
struct Known {
    name: String,
    format: Format,
    redacted: Option<Regex>,
}

impl Fields {
    /// Of what readers are told to watch for. Fields that every record has by itself are another matter.
    pub fn new(watched: &[WatchedField]) -> Self {
        let mut fields = Self::default();
        for field in watched.iter().filter(|field| !STANDARD.contains(&field.name.as_str())) {
            let at = fields.known.len();
            for name in std::iter::once(&field.name).chain(&field.aliases) {
                fields.by_name.entry(name.clone()).or_insert(at);
            }
            let redacted = field.redacted.as_ref();
            fields.known.push(Known {
                name: field.name.clone(),
                format: field.format,
                redacted: redacted.and_then(|form| Regex::new(&format!("^(?:{form})$")).ok()),
            });
        }
        fields
    }

    fn of(&self, name: &str) -> Option<&Known> {
        self.known.get(*self.by_name.get(name)?)
    }
}

impl Known {
    /// What a text that stands in the code is.
    fn of_text(&self, text: &[u8]) -> Content {
        if text.is_empty() || is_hidden(text) {
            return Content::Fine;
        }
        let fits = match self.format {
            Format::Any => true,
            Format::Uuid => is_uuid(text),
            Format::Ulid => shape_of(text) == Some(Shape::Ulid),
        };
        match &self.redacted {
            Some(form) if !form.is_match(text) => Content::Unredacted,
            _ if !fits => Content::Malformed,
            _ => Content::Fine,
        }
    }

    /// What a value of a type is whose values all look alike.
    fn of_type(&self, name: &str) -> Option<Content> {
        let sample: &[u8] = match name {
            "Uuid" => b"67e55044-10b1-426f-9247-bb680e5fe0c8",
            "Ulid" => b"01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i16" | "i32" | "i64" | "i128" | "isize" => {
                b"8174523"
            }
            _ => return None,
        };
        self.redacted
            .as_ref()
            .map(|form| if form.is_match(sample) { Content::Fine } else { Content::Unredacted })
    }
}

/// A field as it is written.
pub struct Writing<'e> {
    /// Its name.
    pub name: &'e str,
    /// Its value; `None` where the name is that of the value, too.
    pub value: Option<&'e Expr>,
    /// Where it goes.
    pub carrier: Carrier,
    /// How.
    pub way: Way,
}

impl Walk<'_> {
    /// A field that is written, if it is one of the contract's.
    pub(super) fn carry(&mut self, writing: &Writing<'_>, place: &Place) {
        let Writing { name, value, carrier, way } = *writing;
        let own = name.rsplit('.').next().unwrap_or(name);
        // The path of a variable is a name as well: `%self.user_id`.
        let is_path = value.is_none_or(|value| calls::dotted(value) == name);
        let Some(known) =
            self.setup.fields.of(name).or_else(|| self.setup.fields.of(own).filter(|_| is_path))
        else {
            return;
        };
        let content = match value {
            Some(value) => self.content(known, value),
            None => self.of_variable(known, own, name.contains('.')),
        };
        let (function, field) = (self.function_name(), known.name.clone());
        let (name, place) = (masked(name), place.clone());
        self.out.carried.push(Carried { place, function, field, name, carrier, way, content });
    }

    fn content(&self, known: &Known, value: &Expr) -> Content {
        if let Some(text) = literal(value) {
            return known.of_text(text.as_bytes());
        }
        let is_hidden =
            is_made_hidden(value, self.setup.watch) || self.types.is_hidden(&calls::dotted(value));
        if known.redacted.is_none() || is_hidden || !is_raw_id(value, self.setup.watch) {
            return Content::Fine;
        }
        match self.types.named(value) {
            Some(of) => self.of_type(known, of),
            None => by_name(&last_name(value)),
        }
    }

    /// Of a variable or a field of one, by its name.
    fn of_variable(&self, known: &Known, name: &str, is_member: bool) -> Content {
        if known.redacted.is_none() || (!is_member && self.types.is_hidden(name)) {
            return Content::Fine;
        }
        let named = if is_member { self.types.named_member(name) } else { self.types.named_variable(name) };
        match named {
            Some(of) => self.of_type(known, of),
            None => by_name(name),
        }
    }

    fn of_type(&self, known: &Known, of: &str) -> Content {
        let hides =
            self.setup.watch.redacting_types.iter().any(|known| known.rsplit("::").next() == Some(of));
        if hides {
            return Content::Fine;
        }
        known.of_type(of).unwrap_or(match of {
            // Who calls may have hidden it.
            "str" | "String" | "Bytes" | "Value" => Content::Raw,
            _ => Content::Doubtful,
        })
    }

    /// Texts of secrets' shapes that stand in the code of what is recorded.
    pub(super) fn written_out(&mut self, pointer: &str, value: &Expr) {
        for (text, span) in texts(value) {
            self.looked_at(pointer, &text, span);
        }
        // What a constant says, the file may not know.
        if let constant @ Name::Constant(..) = self.name(Name::of(value)) {
            let place = self.lines.at(value.span());
            self.out.constants_written.push((pointer.to_owned(), constant, place));
        }
    }

    /// What a method writes as it stands in the code: attributes, labels, help.
    pub(super) fn written_by(&mut self, call: &syn::ExprMethodCall, method: &str) {
        match (method, call.args.len()) {
            ("with_description", 1) => self.written_out("help", &call.args[0]),
            ("register" | "register_with_unit", 3 | 4) => self.written_out("help", &call.args[1]),
            ("with_label_values", 1) => self.written_out("label", super::meters::bare(&call.args[0])),
            _ => {}
        }
    }

    /// `KeyValue::new(key, value)`: an attribute of a span or a measurement, or a label.
    pub(super) fn attribute(&mut self, call: &syn::ExprCall) {
        if let Some((key, value)) = super::meters::key_value_of(call) {
            let pointer = match self.name(Name::of(key)) {
                Name::Known(key) => key,
                _ => String::new(),
            };
            self.written_out(&pointer, value);
            self.span_attribute(key, value);
        }
    }

    /// Texts among the tokens of a macro that counts, explains or registers: names, labels and help.
    pub(super) fn written_in(&mut self, tokens: &proc_macro2::TokenStream) {
        for tree in tokens.clone() {
            let proc_macro2::TokenTree::Literal(literal) = tree else { continue };
            let span = literal.span();
            if let Lit::Str(text) = Lit::new(literal) {
                self.looked_at("", &text.value(), span);
            }
        }
    }

    /// A text of what is recorded.
    pub(super) fn looked_at(&mut self, pointer: &str, text: &str, span: Span) {
        let found = secrets(self.setup.detectors, text, pointer, &|| self.lines.at(span));
        self.out.sighted.extend(found);
    }
}

/// The secrets in a text that becomes telemetry at a place.
pub fn secrets(detectors: &Detectors, text: &str, pointer: &str, place: &dyn Fn() -> Place) -> Vec<Sighting> {
    let engine = detectors.engine();
    let mut hits = Vec::new();
    engine.find(text.as_bytes(), &mut hits);
    let of_secrets = hits.into_iter().filter(|hit| engine.detector(hit).is_secret());
    let sighting = |hit: Hit| {
        let (detector, place) = (engine.detector(&hit), place());
        let artifact = Arc::clone(&place.path);
        let mut seen = Tally::default();
        seen.add(|| Spot { place, note: format!("{} bytes", hit.value.len()) });
        Sighting {
            artifact,
            service: String::new(),
            detector: detector.id.clone(),
            title: detector.card.title.clone(),
            pointer: masked(pointer),
            weak: hit.weak,
            seen,
        }
    };
    of_secrets.map(sighting).collect()
}

/// Of a variable or a method of which only the name is known.
fn by_name(name: &str) -> Content {
    let words = words(name);
    let is_id =
        words.last().is_some_and(|last| matches!(last.as_str(), "id" | "uid" | "uuid" | "user" | "sub"));
    if is_id { Content::Raw } else { Content::Doubtful }
}

/// A text or number that stands there as a value.
fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        Expr::Reference(reference) => literal(&reference.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::MethodCall(call)
            if matches!(
                call.method.to_string().as_str(),
                "to_string" | "to_owned" | "into" | "clone" | "as_str"
            ) =>
        {
            literal(&call.receiver)
        }
        _ => None,
    }
}

/// The last name in what gives a value.
fn last_name(value: &Expr) -> String {
    match value {
        Expr::Reference(reference) => last_name(&reference.expr),
        Expr::Paren(paren) => last_name(&paren.expr),
        Expr::Try(tried) => last_name(&tried.expr),
        Expr::Unary(unary) => last_name(&unary.expr),
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => last_name(&field.base),
        },
        Expr::MethodCall(call) if super::worth::hands_on(&call.method.to_string()) => {
            last_name(&call.receiver)
        }
        Expr::MethodCall(call) => call.method.to_string(),
        Expr::Call(call) => call.args.first().map(last_name).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The texts that become a part of what an expression gives.
fn texts(value: &Expr) -> Vec<(String, Span)> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => vec![(text.value(), text.span())],
            _ => Vec::new(),
        },
        Expr::Reference(reference) => texts(&reference.expr),
        Expr::Paren(paren) => texts(&paren.expr),
        Expr::Array(list) => list.elems.iter().flat_map(texts).collect(),
        Expr::MethodCall(call) if call.args.is_empty() => texts(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 && hands_on(&call.func) => texts(&call.args[0]),
        Expr::Macro(made) if made.mac.path.is_ident("format") || made.mac.path.is_ident("concat") => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let parts = made.mac.parse_body_with(parser).unwrap_or_default();
            parts.iter().flat_map(texts).collect()
        }
        _ => Vec::new(),
    }
}

fn hands_on(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| {
        matches!(last.ident.to_string().as_str(), "from" | "Some" | "Borrowed" | "display" | "debug")
    }))
}
