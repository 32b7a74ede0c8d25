//! Which kind of metric a field or variable holds, by its type or by what it was made with: prometheus-client registers what
//! is handed to it, and only the type says what that is.

use std::collections::HashMap;

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Type};

use crate::naming::exporters::InstrumentKind;

/// Of all fields and variables of a file, by name; a name with two kinds is of none.
pub fn kinds(file: &syn::File) -> HashMap<String, InstrumentKind> {
    let mut holders = Holders::default();
    holders.visit_file(file);
    holders.0
}

/// Of what an expression gives: `Counter::default()`, `Family::<Labels, Counter>::default()`, `self.requests.clone()`.
pub fn kind(expression: &Expr, known: &impl Fn(&str) -> Option<InstrumentKind>) -> InstrumentKind {
    match expression {
        Expr::Reference(reference) => kind(&reference.expr, known),
        Expr::MethodCall(call) => kind(&call.receiver, known),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => of_path(&path.path).unwrap_or_else(|| {
                call.args.first().map_or(InstrumentKind::Unknown, |first| kind(first, known))
            }),
            _ => InstrumentKind::Unknown,
        },
        Expr::Path(path) => {
            let name = path.path.get_ident().map(ToString::to_string);
            name.and_then(|name| known(&name)).unwrap_or(InstrumentKind::Unknown)
        }
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => known(&name.to_string()).unwrap_or(InstrumentKind::Unknown),
            syn::Member::Unnamed(_) => InstrumentKind::Unknown,
        },
        _ => InstrumentKind::Unknown,
    }
}

#[derive(Default)]
struct Holders(HashMap<String, InstrumentKind>);

impl Holders {
    fn hold(&mut self, name: String, kind: Option<InstrumentKind>) {
        let Some(kind) = kind else { return };
        let known = self.0.entry(name).or_insert(kind);
        if *known != kind {
            *known = InstrumentKind::Unknown;
        }
    }
}

impl<'ast> Visit<'ast> for Holders {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(name) = &field.ident {
            self.hold(name.to_string(), of_type(&field.ty));
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let (pattern, typed) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, of_type(&typed.ty)),
            other => (other, None),
        };
        if let Pat::Ident(pattern) = pattern {
            let made = local.init.as_ref().map(|init| kind(&init.expr, &|name| self.0.get(name).copied()));
            self.hold(
                pattern.ident.to_string(),
                typed.or(made.filter(|kind| *kind != InstrumentKind::Unknown)),
            );
        }
        visit::visit_local(self, local);
    }
}

fn of_type(of: &Type) -> Option<InstrumentKind> {
    match of {
        Type::Path(path) => of_path(&path.path),
        Type::Reference(reference) => of_type(&reference.elem),
        _ => None,
    }
}

/// Of a path, or of the last of its type arguments.
fn of_path(path: &syn::Path) -> Option<InstrumentKind> {
    path.segments.iter().rev().find_map(|segment| {
        let own = match segment.ident.to_string().as_str() {
            "Counter" | "ConstCounter" => Some(InstrumentKind::Counter),
            "Gauge" | "ConstGauge" => Some(InstrumentKind::Gauge),
            "Histogram" | "TimeHistogram" => Some(InstrumentKind::Histogram),
            "Info" => Some(InstrumentKind::Info),
            _ => None,
        };
        own.or_else(|| {
            let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
            arguments.args.iter().rev().find_map(|argument| match argument {
                syn::GenericArgument::Type(of) => of_type(of),
                _ => None,
            })
        })
    })
}
