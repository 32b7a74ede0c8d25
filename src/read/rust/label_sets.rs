//! Labels as types: `#[derive(EncodeLabelSet)]` of prometheus-client, whose fields are the labels of a `Family`, and
//! `#[derive(LabelGroup)]` of measured, which a vector names by its set.

use std::ops::Range;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::meters::MadeLabel;
use super::names::Name;
use super::worth;

/// A type whose fields are labels.
#[derive(Debug)]
pub struct LabelSet {
    /// The names by which metrics ask for it.
    pub names: Vec<String>,
    /// Its labels.
    pub labels: Vec<Member>,
    /// Types whose labels are among its own.
    pub flattened: Vec<String>,
}

/// A field that is a label.
#[derive(Debug)]
pub struct Member {
    /// The field.
    pub field: String,
    pub label: MadeLabel,
}

/// What a type says of the metrics that are given it as labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Labelled {
    /// Nothing: they have no labels by type.
    #[default]
    Not,
    /// They have the labels of this type.
    By(String),
    /// They have labels, which no type says.
    Unseen,
}

/// Of a struct, if it is one.
pub fn of(item: &syn::ItemStruct) -> Option<LabelSet> {
    let derives = |wanted: &str| {
        item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("derive")
                && matches!(&attribute.meta, syn::Meta::List(list) if has_word(&list.tokens, wanted))
        })
    };
    let said = match () {
        () if derives("EncodeLabelSet") => "prometheus",
        () if derives("LabelGroup") => "label",
        () => return None,
    };
    let mut set = LabelSet { names: vec![item.ident.to_string()], labels: Vec::new(), flattened: Vec::new() };
    // The name of the set that measured makes of the struct.
    set.names.extend(Said::of(&item.attrs, said).set);
    for field in &item.fields {
        let Some(ident) = &field.ident else { continue };
        let Said { renamed, is_flattened, is_skipped, .. } = Said::of(&field.attrs, said);
        if is_skipped {
            continue;
        }
        if is_flattened {
            set.flattened.extend(last_of(&field.ty));
            continue;
        }
        let name = ident.unraw().to_string();
        let unbounded = endless(&field.ty, &name).map(|why| (why, field.ty.span().byte_range()));
        let (label, at) = renamed.unwrap_or_else(|| (name.clone(), ident.span()));
        let label = MadeLabel { name: Name::Known(label), at: at.byte_range(), unbounded, is_member: false };
        set.labels.push(Member { field: name, label });
    }
    Some(set)
}

fn has_word(tokens: &proc_macro2::TokenStream, wanted: &str) -> bool {
    tokens
        .clone()
        .into_iter()
        .any(|tree| matches!(tree, proc_macro2::TokenTree::Ident(word) if word == wanted))
}

/// What attributes say of a struct or a field.
#[derive(Default)]
struct Said {
    renamed: Option<(String, Span)>,
    set: Option<String>,
    is_flattened: bool,
    is_skipped: bool,
}

impl Said {
    fn of(attributes: &[syn::Attribute], name: &str) -> Self {
        let mut said = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
            // What comes behind a word of no known form is left out.
            let _ = attribute.parse_nested_meta(|meta| {
                said.is_flattened |= meta.path.is_ident("flatten");
                said.is_skipped |= meta.path.is_ident("skip");
                let (is_name, is_set) = (meta.path.is_ident("rename"), meta.path.is_ident("set"));
                if let Ok(value) = meta.value() {
                    let value: Expr = value.parse()?;
                    match (&value, Name::of(&value)) {
                        (_, Name::Known(text)) if is_name => said.renamed = Some((text, value.span())),
                        (Expr::Path(path), _) if is_set => {
                            said.set = path.path.segments.last().map(|last| last.ident.to_string());
                        }
                        _ => {}
                    }
                }
                Ok(())
            });
        }
        said
    }
}

/// Why the values of a field have no bound: its type is one of ids or addresses, or it is text or a number and named after
/// what there is no end of.
fn endless(of: &Type, name: &str) -> Option<String> {
    let last = last_of(of)?;
    match last.as_str() {
        "Uuid" | "Ulid" | "SocketAddr" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "Uri" | "Url" | "PathBuf" => {
            let article = if last.starts_with(['U', 'P', 'S']) { "a" } else { "an" };
            Some(format!("{article} `{last}`"))
        }
        "String" | "str" | "u32" | "u64" | "u128" | "i32" | "i64" | "i128" | "usize" => {
            worth::endless_name(name)
        }
        _ => None,
    }
}

/// The name of a type, behind what only holds it.
pub fn last_of(of: &Type) -> Option<String> {
    match of {
        Type::Reference(reference) => last_of(&reference.elem),
        Type::Paren(paren) => last_of(&paren.elem),
        Type::Group(group) => last_of(&group.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let name = last.ident.to_string();
            match name.as_str() {
                "Option" | "Arc" | "Rc" | "Box" | "Cow" => worth::inner(last).and_then(last_of),
                _ => Some(name),
            }
        }
        _ => None,
    }
}

/// The fields of a value of such a type, as labels: `&Labels { method, user: id.to_string() }`. What they are called, the type
/// says.
pub fn given(made: &syn::ExprStruct) -> Vec<MadeLabel> {
    let field = |field: &syn::FieldValue| {
        let syn::Member::Named(name) = &field.member else { return None };
        let at: Range<usize> = field.expr.span().byte_range();
        let unbounded = worth::unbounded(&field.expr).map(|why| (why, at.clone()));
        Some(MadeLabel { name: Name::Known(name.unraw().to_string()), at, unbounded, is_member: true })
    };
    made.fields.iter().filter_map(field).collect()
}
