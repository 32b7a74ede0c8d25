//! `#[instrument]` (tracing-attributes 0.1.31): every argument that is not skipped is recorded.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::calls::{self, Field};
use super::types::shown;
use super::worth::is_plain_text;
use crate::facts::Shown;

/// What the attribute says.
#[derive(Default)]
pub struct Instrumented {
    skips_all: bool,
    skipped: Vec<String>,
    /// Fields that are named.
    pub fields: Vec<Field>,
    /// The span's name, where it is not the function's.
    pub name: Option<Expr>,
    /// Whether errors are recorded.
    pub marks_errors: bool,
    returns: bool,
}

/// What is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// An argument.
    Argument,
    /// An argument that is a request or its headers.
    Request,
    /// What the function returns.
    Result,
}

/// An argument or a result that is recorded without being named.
pub struct Implied {
    /// The argument, or the function whose result it is.
    pub name: String,
    /// Where it stands.
    pub at: proc_macro2::Span,
    /// What it is.
    pub kind: Recorded,
    /// What its type shows.
    pub shown: Shown,
}

impl Instrumented {
    /// Of an attribute; one whose arguments are of no known form says nothing that is certain.
    pub fn of(attribute: &syn::Attribute) -> Option<Self> {
        match &attribute.meta {
            syn::Meta::Path(_) => Some(Self::default()),
            syn::Meta::List(list) => list.parse_args_with(Self::arguments).ok(),
            syn::Meta::NameValue(_) => None,
        }
    }

    fn arguments(input: ParseStream) -> syn::Result<Self> {
        let mut said = Self::default();
        while !input.is_empty() {
            if input.peek(syn::LitStr) {
                said.name = Some(input.parse()?);
            } else {
                let word = input.call(Ident::parse_any)?;
                match word.to_string().as_str() {
                    "skip_all" => said.skips_all = true,
                    "skip" => {
                        let content;
                        syn::parenthesized!(content in input);
                        let names = Punctuated::<Ident, Token![,]>::parse_separated_nonempty_with(
                            &content,
                            Ident::parse_any,
                        );
                        said.skipped.extend(names?.iter().map(|name| name.unraw().to_string()));
                        content.parse::<proc_macro2::TokenStream>()?;
                    }
                    "fields" => {
                        let content;
                        syn::parenthesized!(content in input);
                        said.fields = calls::instrumented(&content)?;
                    }
                    other => {
                        said.returns |= other == "ret";
                        said.marks_errors |= other == "err";
                        if input.peek(syn::token::Paren) {
                            let content;
                            syn::parenthesized!(content in input);
                            content.parse::<proc_macro2::TokenStream>()?;
                        }
                        if input.parse::<Option<Token![=]>>()?.is_some() {
                            let value: Expr = input.parse()?;
                            if other == "name" {
                                said.name = Some(value);
                            }
                        }
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(said)
    }

    /// What is recorded of a function without being named: its arguments, and a result of plain text.
    pub fn implied(&self, signature: &syn::Signature) -> Vec<Implied> {
        let mut implied = Vec::new();
        for input in signature.inputs.iter().filter(|_| !self.skips_all) {
            let syn::FnArg::Typed(argument) = input else { continue };
            for (name, of) in bound(&argument.pat, Some(&argument.ty)) {
                let text = name.unraw().to_string();
                let is_named = self.fields.iter().any(|field| field.key == text);
                if is_named || self.skipped.contains(&text) {
                    continue;
                }
                let kind = if of.is_some_and(is_request) { Recorded::Request } else { Recorded::Argument };
                let shown = of.map_or(Shown::Nothing, shown);
                implied.push(Implied { name: text, at: name.span(), kind, shown });
            }
        }
        if let syn::ReturnType::Type(_, of) = &signature.output
            && self.returns
            && is_plain_text(of)
        {
            let name = signature.ident.unraw().to_string();
            implied.push(Implied { name, at: of.span(), kind: Recorded::Result, shown: Shown::Text });
        }
        implied
    }
}

/// Whether a type is an HTTP request or its headers, which show what they hold.
fn is_request(of: &syn::Type) -> bool {
    match of {
        syn::Type::Reference(reference) => is_request(&reference.elem),
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| matches!(last.ident.to_string().as_str(), "HeaderMap" | "HttpRequest")),
        _ => false,
    }
}

/// The names that a pattern binds, with their types where those are said: `Path((user, key)): Path<(String, String)>`.
fn bound<'p>(pattern: &'p syn::Pat, of: Option<&'p syn::Type>) -> Vec<(&'p Ident, Option<&'p syn::Type>)> {
    match pattern {
        syn::Pat::Ident(name) => vec![(&name.ident, of)],
        syn::Pat::Reference(reference) => bound(&reference.pat, of),
        syn::Pat::Paren(paren) => bound(&paren.pat, of),
        syn::Pat::TupleStruct(tuple) => {
            let inner = match (of, tuple.elems.len()) {
                (Some(syn::Type::Path(path)), 1) => path.path.segments.last().and_then(super::worth::inner),
                _ => None,
            };
            tuple.elems.iter().flat_map(|element| bound(element, inner)).collect()
        }
        syn::Pat::Tuple(tuple) => {
            let types = match of {
                Some(syn::Type::Tuple(types)) if types.elems.len() == tuple.elems.len() => {
                    types.elems.iter().map(Some).collect()
                }
                _ => vec![None; tuple.elems.len()],
            };
            tuple.elems.iter().zip(types).flat_map(|(element, of)| bound(element, of)).collect()
        }
        syn::Pat::Struct(fields) => fields.fields.iter().flat_map(|field| bound(&field.pat, None)).collect(),
        _ => Vec::new(),
    }
}
