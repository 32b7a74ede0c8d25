//! The arguments of logging and tracing macros: a small language of its own that no parser of Rust knows.
//!
//! Sources: the macros of tracing 0.1.44, log 0.4 and slog 2. Which of the grammars it is, the content tells: logging
//! with `;` is slog's or that of `log` with key-values.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, LitStr, Token, token};

/// A field of an event or a span.
pub struct Field {
    /// Its name, dots included; empty where it is a constant's.
    pub key: String,
    /// Where the name stands.
    pub at: Span,
    /// The value; `None` where the name is the value, too.
    pub value: Option<Expr>,
    /// The constant that gives the name.
    pub constant: Option<Expr>,
    /// Whether `=` alone gives the value, which then is text, a number or a truth (tracing's `Value`).
    pub is_value: bool,
    /// Whether it is only declared, to be given a value later (a bare name in `#[instrument(fields(…))]`).
    pub is_declared: bool,
}

/// A call of a logging or tracing macro.
#[derive(Default)]
pub struct Call {
    /// The name of a span.
    pub name: Option<LitStr>,
    /// The fields.
    pub fields: Vec<Field>,
    /// The text of the message.
    pub message: Option<LitStr>,
    /// Values that are formatted into the message, with the name they are given there.
    pub arguments: Vec<(Option<Ident>, Expr)>,
}

/// What macro it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Macro {
    /// `info!` and its like.
    Event,
    /// `event!`: the level comes first.
    LevelledEvent,
    /// `info_span!` and its like: the name comes first.
    Span,
    /// `span!`: the level, then the name.
    LevelledSpan,
}

impl Macro {
    /// By its name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "trace" | "debug" | "info" | "warn" | "error" => Self::Event,
            "event" => Self::LevelledEvent,
            "trace_span" | "debug_span" | "info_span" | "warn_span" | "error_span" => Self::Span,
            "span" => Self::LevelledSpan,
            _ => return None,
        })
    }

    /// Whether it opens a span.
    pub fn is_span(self) -> bool {
        matches!(self, Self::Span | Self::LevelledSpan)
    }
}

/// Reads the arguments of a macro.
///
/// # Errors
/// They are none of the known grammars'.
pub fn call(tokens: TokenStream, called: Macro) -> syn::Result<Call> {
    let is_semicolon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    if !called.is_span()
        && let Some(at) = tokens.clone().into_iter().position(|tree| is_semicolon(&tree))
    {
        let before: TokenStream = tokens.clone().into_iter().take(at).collect();
        let behind: TokenStream = tokens.into_iter().skip(at + 1).collect();
        return with_semicolon(before, behind);
    }
    let parser = |input: ParseStream| {
        let mut call = Call::default();
        meta(input)?;
        if matches!(called, Macro::LevelledEvent | Macro::LevelledSpan) {
            input.parse::<Expr>()?;
            input.parse::<Option<Token![,]>>()?;
            meta(input)?;
        }
        if called.is_span() {
            if input.peek(LitStr) {
                call.name = Some(input.parse()?);
            } else {
                input.parse::<Expr>()?;
            }
            input.parse::<Option<Token![,]>>()?;
        }
        fields(input, &mut call)?;
        Ok(call)
    };
    parser.parse2(tokens)
}

/// The fields of `#[instrument(fields(…))]`.
pub fn instrumented(input: ParseStream) -> syn::Result<Vec<Field>> {
    let mut call = Call::default();
    fields(input, &mut call)?;
    for field in &mut call.fields {
        // tracing-attributes 0.1.31: a name without a value is `field::Empty`.
        field.is_declared =
            field.is_value && field.value.as_ref().is_some_and(|value| dotted(value) == field.key);
    }
    Ok(call.fields)
}

/// `target: "…",`, `parent: …,`, `name: "…",` in any order.
fn meta(input: ParseStream) -> syn::Result<()> {
    while input.peek2(Token![:]) && !input.peek2(Token![::]) {
        // `log` writes `user:? = u`, where the name is a field's.
        let is_meta = input.fork().call(Ident::parse_any).is_ok_and(|name| {
            matches!(name.to_string().as_str(), "target" | "parent" | "name" | "logger" | "level")
        });
        if !is_meta {
            break;
        }
        input.call(Ident::parse_any)?;
        input.parse::<Token![:]>()?;
        input.parse::<Expr>()?;
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(())
}

fn fields(input: ParseStream, call: &mut Call) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(token::Brace) {
            let content;
            let brace = syn::braced!(content in input);
            if input.peek(Token![=]) {
                // `{KEY} = value`: what the name is, the constant says.
                let constant = Some(content.parse::<Expr>()?);
                let (value, is_value) = value(input)?;
                call.fields.push(Field {
                    key: String::new(),
                    at: brace.span.join(),
                    value,
                    constant,
                    is_value,
                    is_declared: false,
                });
            } else {
                fields(&content, call)?;
            }
        } else if input.peek(LitStr) && (!input.peek2(Token![=]) || input.peek2(Token![==])) {
            call.message = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
            return arguments(input, call);
        } else {
            let field = field(input)?;
            if field.key == "message"
                && let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = &field.value
            {
                call.message = Some(text.clone());
            }
            call.fields.push(field);
        }
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn field(input: ParseStream) -> syn::Result<Field> {
    if input.peek(Token![?]) || input.peek(Token![%]) {
        let value = sigil_and_value(input)?;
        return Ok(Field {
            key: dotted(&value),
            at: value.span(),
            value: Some(value),
            constant: None,
            is_value: false,
            is_declared: false,
        });
    }
    if input.peek(LitStr) {
        let key: LitStr = input.parse()?;
        let (value, is_value) = value(input)?;
        return Ok(Field {
            key: key.value(),
            at: key.span(),
            value,
            constant: None,
            is_value,
            is_declared: false,
        });
    }
    let fork = input.fork();
    if let Ok((key, at)) = name(&fork)
        && fork.peek(Token![=])
        && !fork.peek(Token![==])
    {
        name(input)?;
        let (value, is_value) = value(input)?;
        return Ok(Field { key, at, value, constant: None, is_value, is_declared: false });
    }
    // `log` writes `user:? = u` and `user:%`.
    if let Ok((key, at)) = name(&input.fork())
        && input.peek2(Token![:])
        && !input.peek2(Token![::])
    {
        name(input)?;
        input.parse::<Token![:]>()?;
        if input.peek(Token![?]) || input.peek(Token![%]) {
            input.parse::<proc_macro2::Punct>()?;
        } else {
            input.call(Ident::parse_any)?;
        }
        let value = if input.peek(Token![=]) { value(input)?.0 } else { None };
        return Ok(Field { key, at, value, constant: None, is_value: false, is_declared: false });
    }
    let value: Expr = input.parse()?;
    Ok(Field {
        key: dotted(&value),
        at: value.span(),
        value: Some(value),
        constant: None,
        is_value: true,
        is_declared: false,
    })
}

/// `a.b.type`, keywords included.
fn name(input: ParseStream) -> syn::Result<(String, Span)> {
    let first = input.call(Ident::parse_any)?;
    let (mut text, mut at) = (first.unraw().to_string(), first.span());
    while input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
        let next = input.call(Ident::parse_any)?;
        text = format!("{text}.{}", next.unraw());
        at = at.join(next.span()).unwrap_or(at);
    }
    Ok((text, at))
}

/// `= value`, with or without `?` and `%`; says whether it is without.
fn value(input: ParseStream) -> syn::Result<(Option<Expr>, bool)> {
    input.parse::<Token![=]>()?;
    let is_value = !input.peek(Token![?]) && !input.peek(Token![%]);
    Ok((Some(sigil_and_value(input)?), is_value))
}

fn sigil_and_value(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(Token![?]) || input.peek(Token![%]) {
        input.parse::<proc_macro2::Punct>()?;
    }
    input.parse()
}

fn arguments(input: ParseStream, call: &mut Call) -> syn::Result<()> {
    while !input.is_empty() {
        let named = input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]);
        let name = if named {
            let name = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        call.arguments.push((name, input.parse()?));
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

/// slog: `log, "message"; "key" => %value`; `log` with key-values: `key = value; "message"`.
fn with_semicolon(before: TokenStream, behind: TokenStream) -> syn::Result<Call> {
    let is_log = matches!(behind.clone().into_iter().next(), Some(TokenTree::Literal(_)))
        && !behind.to_string().contains("=>");
    let mut call = Call::default();
    if is_log {
        (|input: ParseStream| meta(input).and_then(|()| fields(input, &mut call))).parse2(before)?;
        (|input: ParseStream| fields(input, &mut call)).parse2(behind)?;
        return Ok(call);
    }
    let message = |input: ParseStream| {
        // The logger, and perhaps a tag; a wrapper drops the logger.
        while !input.is_empty() && !input.peek(LitStr) {
            input.parse::<TokenTree>()?;
        }
        fields(input, &mut call)
    };
    message.parse2(before)?;
    let pairs = |input: ParseStream| {
        while !input.is_empty() {
            let key: Expr = input.parse()?;
            let at = key.span();
            let text = match &key {
                Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
                _ => String::new(),
            };
            let value = if input.parse::<Option<Token![=>]>>()?.is_some() {
                // `#%` and `#?` are slog's alternative forms.
                input.parse::<Option<Token![#]>>()?;
                Some(sigil_and_value(input)?)
            } else {
                None
            };
            call.fields.push(Field {
                key: text,
                at,
                value,
                constant: None,
                is_value: false,
                is_declared: false,
            });
            if input.is_empty() {
                break;
            }
            input.parse::<Token![,]>()?;
        }
        Ok(())
    };
    pairs.parse2(behind)?;
    Ok(call)
}

/// A path of fields as tracing names it (`self.request.id`); empty for anything else.
pub fn dotted(expression: &Expr) -> String {
    match expression {
        Expr::Path(path) => path.path.get_ident().map(|ident| ident.unraw().to_string()).unwrap_or_default(),
        Expr::Field(field) => {
            let base = dotted(&field.base);
            let member = match &field.member {
                syn::Member::Named(name) => name.unraw().to_string(),
                syn::Member::Unnamed(index) => index.index.to_string(),
            };
            if base.is_empty() { base } else { format!("{base}.{member}") }
        }
        Expr::Reference(reference) => dotted(&reference.expr),
        _ => String::new(),
    }
}
