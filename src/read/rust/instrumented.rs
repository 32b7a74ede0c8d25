//! `#[instrument]` (tracing-attributes 0.1.31): every argument that is not skipped is recorded.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::calls::{self, Field};
use super::worth::is_plain_text;

/// What the attribute says.
#[derive(Default)]
pub struct Instrumented {
    skips_all: bool,
    skipped: Vec<String>,
    /// Fields that are named.
    pub fields: Vec<Field>,
    returns: bool,
}

/// An argument or a result that is recorded without being named.
pub struct Implied {
    /// The argument, or the function whose result it is.
    pub name: String,
    /// Where it stands.
    pub at: proc_macro2::Span,
    /// Whether it is the result.
    pub is_result: bool,
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
                input.parse::<syn::LitStr>()?;
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
                        if input.peek(syn::token::Paren) {
                            let content;
                            syn::parenthesized!(content in input);
                            content.parse::<proc_macro2::TokenStream>()?;
                        }
                        if input.parse::<Option<Token![=]>>()?.is_some() {
                            input.parse::<Expr>()?;
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

    /// What is recorded of a function without being named: arguments of plain text, and a result of it.
    pub fn implied(&self, signature: &syn::Signature) -> Vec<Implied> {
        let mut implied = Vec::new();
        for input in signature.inputs.iter().filter(|_| !self.skips_all) {
            let syn::FnArg::Typed(argument) = input else { continue };
            let syn::Pat::Ident(pattern) = &*argument.pat else { continue };
            let name = pattern.ident.unraw().to_string();
            let is_named = self.fields.iter().any(|field| field.key == name);
            if !is_named && !self.skipped.contains(&name) && is_plain_text(&argument.ty) {
                implied.push(Implied { name, at: pattern.ident.span(), is_result: false });
            }
        }
        if let syn::ReturnType::Type(_, of) = &signature.output
            && self.returns
            && is_plain_text(of)
        {
            let name = signature.ident.unraw().to_string();
            implied.push(Implied { name, at: of.span(), is_result: true });
        }
        implied
    }
}
