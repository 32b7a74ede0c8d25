//! Enums that stand for texts: `fn as_str(&self) -> &'static str { match self { Self::A => "a" } }`, `Display` that writes
//! them, and the derives of strum.

use syn::{Expr, Pat, Stmt};

use super::names::{Constant, Name};
use crate::naming::prometheus::snake_case;

/// What the functions of an `impl` make of the variants of its type.
pub fn texts(item: &syn::ItemImpl, owner: &str) -> Vec<Constant> {
    let of_display = item
        .trait_
        .as_ref()
        .and_then(|(path, ..)| path.segments.last())
        .is_some_and(|last| last.ident == "Display");
    let mut found = Vec::new();
    for part in &item.items {
        let syn::ImplItem::Fn(function) = part else { continue };
        let name = function.sig.ident.to_string();
        let says_text = matches!(name.as_str(), "as_str" | "name" | "to_str" | "as_static_str" | "as_ref")
            || (of_display && name == "fmt");
        let Some(Stmt::Expr(Expr::Match(matched), _)) = function.block.stmts.last().filter(|_| says_text)
        else {
            continue;
        };
        for arm in &matched.arms {
            let text = text_of(&arm.body);
            for variant in variants(&arm.pat) {
                if let Some(text) = &text {
                    let value = Name::Known(text.clone());
                    found.push(Constant {
                        owner: owner.to_owned(),
                        module: String::new(),
                        name: variant,
                        value,
                    });
                }
            }
        }
    }
    found
}

fn text_of(body: &Expr) -> Option<String> {
    match body {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        // `f.write_str("a")`, `write!(f, "a")`
        Expr::MethodCall(call) if call.method == "write_str" || call.method == "pad" => {
            call.args.first().and_then(text_of)
        }
        Expr::Macro(made) if made.mac.path.is_ident("write") => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let arguments = made.mac.parse_body_with(parser).ok()?;
            let text = arguments.iter().nth(1).filter(|_| arguments.len() == 2).and_then(text_of)?;
            (!text.contains('{')).then_some(text)
        }
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(only, _)] => text_of(only),
            [Stmt::Macro(only)] => {
                text_of(&Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: only.mac.clone() }))
            }
            _ => None,
        },
        _ => None,
    }
}

fn variants(pattern: &Pat) -> Vec<String> {
    let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
    match pattern {
        Pat::Path(path) => last(&path.path).into_iter().collect(),
        Pat::TupleStruct(pattern) => last(&pattern.path).into_iter().collect(),
        Pat::Struct(pattern) => last(&pattern.path).into_iter().collect(),
        Pat::Reference(reference) => variants(&reference.pat),
        Pat::Or(or) => or.cases.iter().flat_map(variants).collect(),
        _ => Vec::new(),
    }
}

/// The texts of an enum that derives strum's `Display`, `AsRefStr` or `IntoStaticStr`.
pub fn derived(item: &syn::ItemEnum) -> Vec<Constant> {
    let said = |attributes: &[syn::Attribute], key: &str| {
        let mut found = None;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("strum")) {
            let _ = attribute.parse_nested_meta(|meta| {
                let is_key = meta.path.is_ident(key);
                if let Ok(value) = meta.value() {
                    let text: Expr = value.parse()?;
                    if let (true, Name::Known(text)) = (is_key, Name::of(&text)) {
                        found = Some(text);
                    }
                }
                Ok(())
            });
        }
        found
    };
    let derives = item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive")
            && matches!(&attribute.meta, syn::Meta::List(list) if {
                let derived = list.tokens.to_string();
                ["AsRefStr", "IntoStaticStr", "strum"].iter().any(|word| derived.contains(word))
            })
    });
    let style = said(&item.attrs, "serialize_all");
    if !derives && style.is_none() {
        return Vec::new();
    }
    let owner = item.ident.to_string();
    let texts = item.variants.iter().filter_map(|variant| {
        let name = variant.ident.to_string();
        let text = said(&variant.attrs, "to_string").or_else(|| said(&variant.attrs, "serialize")).or_else(
            || match style.as_deref() {
                None => Some(name.clone()),
                Some("snake_case") => Some(snake_case(&name)),
                Some("kebab-case" | "kebab_case") => Some(snake_case(&name).replace('_', "-")),
                Some("lowercase") => Some(name.to_lowercase()),
                Some("UPPERCASE") => Some(name.to_uppercase()),
                Some("SCREAMING_SNAKE_CASE" | "shouty_snake_case") => Some(snake_case(&name).to_uppercase()),
                Some(_) => None,
            },
        )?;
        Some(Constant { owner: owner.clone(), module: String::new(), name, value: Name::Known(text) })
    });
    texts.collect()
}
