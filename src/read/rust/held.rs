//! Which kind of metric a field or variable holds and which labels it has, by its type or by what it was made with:
//! prometheus-client registers what is handed to it, and only the type says what that is.

use std::collections::HashMap;

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use super::label_sets::{Labelled, last_of};
use crate::naming::exporters::InstrumentKind;

/// What a field or variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The kind of the metric.
    pub kind: InstrumentKind,
    /// Its labels.
    pub labelled: Labelled,
}

impl Held {
    /// Nothing is known of it.
    pub const UNKNOWN: Self = Self { kind: InstrumentKind::Unknown, labelled: Labelled::Unseen };
}

/// What the fields and variables of a file hold, by name; a name for two things holds none.
#[derive(Debug, Default)]
pub struct Holders {
    held: HashMap<String, Held>,
    /// Types of the file that stand for others.
    aliases: HashMap<String, Held>,
}

impl Holders {
    /// Of a file.
    pub fn of(file: &syn::File) -> Self {
        let mut holders = Self::default();
        for item in &file.items {
            if let syn::Item::Type(alias) = item
                && let Some(held) = holders.of_type(&alias.ty)
            {
                holders.aliases.insert(alias.ident.to_string(), held);
            }
        }
        holders.visit_file(file);
        holders
    }

    /// What an expression gives: `Counter::default()`, `Family::<Labels, Counter>::default()`, `self.requests.clone()`.
    pub fn given(&self, expression: &Expr) -> Held {
        let known = |name: &str| self.held.get(name).cloned().unwrap_or(Held::UNKNOWN);
        match expression {
            Expr::Reference(reference) => self.given(&reference.expr),
            Expr::MethodCall(call) => self.given(&call.receiver),
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => self
                    .of_path(&path.path)
                    .unwrap_or_else(|| call.args.first().map_or(Held::UNKNOWN, |first| self.given(first))),
                _ => Held::UNKNOWN,
            },
            Expr::Path(path) => path.path.get_ident().map_or(Held::UNKNOWN, |name| known(&name.to_string())),
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => known(&name.to_string()),
                syn::Member::Unnamed(_) => Held::UNKNOWN,
            },
            _ => Held::UNKNOWN,
        }
    }

    fn hold(&mut self, name: String, held: Option<Held>) {
        let Some(held) = held else { return };
        let known = self.held.entry(name).or_insert_with(|| held.clone());
        if known.kind != held.kind {
            *known = Held::UNKNOWN;
        } else if known.labelled != held.labelled {
            known.labelled = Labelled::Unseen;
        }
    }

    fn of_type(&self, of: &Type) -> Option<Held> {
        match of {
            Type::Path(path) => self.of_path(&path.path),
            Type::Reference(reference) => self.of_type(&reference.elem),
            _ => None,
        }
    }

    /// Of a path, or of the last of its type arguments.
    fn of_path(&self, path: &syn::Path) -> Option<Held> {
        path.segments.iter().rev().find_map(|segment| {
            let own = match segment.ident.to_string().as_str() {
                "Counter" | "ConstCounter" => Some(InstrumentKind::Counter),
                "Gauge" | "ConstGauge" => Some(InstrumentKind::Gauge),
                "Histogram" | "TimeHistogram" => Some(InstrumentKind::Histogram),
                "Info" => Some(InstrumentKind::Info),
                name => {
                    if let Some(known) = self.aliases.get(name) {
                        return Some(known.clone());
                    }
                    None
                }
            };
            if let Some(kind) = own {
                return Some(Held { kind, labelled: Labelled::Not });
            }
            let mut types = arguments(segment);
            let labels = types.first().copied();
            let held = types.drain(..).rev().find_map(|of| self.of_type(of))?;
            let labelled = match labels {
                Some(labels) if segment.ident == "Family" => by(labels),
                _ => held.labelled,
            };
            Some(Held { labelled, ..held })
        })
    }
}

/// The types that a part of a path is given.
fn arguments(segment: &syn::PathSegment) -> Vec<&Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(of) => Some(of),
        _ => None,
    });
    types.collect()
}

/// The labels of a `Family`: those of a type, or, with a list of pairs, those it is given where it is used.
fn by(labels: &Type) -> Labelled {
    match last_of(labels) {
        Some(name) if !matches!(name.as_str(), "Vec" | "HashMap" | "BTreeMap") => Labelled::By(name),
        _ if matches!(labels, Type::Infer(_)) => Labelled::Unseen,
        _ => Labelled::Not,
    }
}

impl<'ast> Visit<'ast> for Holders {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(name) = &field.ident {
            let held = self.of_type(&field.ty);
            self.hold(name.to_string(), held);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let (pattern, typed) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, self.of_type(&typed.ty)),
            other => (other, None),
        };
        if let Pat::Ident(pattern) = pattern {
            let made = local.init.as_ref().map(|init| self.given(&init.expr));
            let held = typed.or(made.filter(|held| held.kind != InstrumentKind::Unknown));
            self.hold(pattern.ident.to_string(), held);
        }
        visit::visit_local(self, local);
    }
}
