//! Whose a value is: the crates of messaging, payments and SSH, by the types of fields and arguments and by what made a
//! variable. No types are inferred; what is not said in the file or by a field of the package stays unknown.

use std::collections::{HashMap, HashSet};

use syn::visit::Visit;
use syn::{Expr, Type};

use super::imports::Imports;
use super::label_sets::last_of;
use super::worth::is_plain_text;
use crate::facts::Shown;

/// A crate whose values do something to another system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    /// `async-nats`.
    Nats,
    /// `async-stripe` 0.x and 1.x.
    Stripe,
    /// `russh`, `openssh`, `ssh2`.
    Ssh,
    /// Another.
    Other,
}

impl Maker {
    /// By the name of a crate in paths.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "async_nats" | "nats" => Self::Nats,
            "stripe" | "async_stripe" => Self::Stripe,
            "russh" | "openssh" | "ssh2" | "async_ssh2_tokio" | "async_ssh2_lite" | "thrussh" => Self::Ssh,
            other if other.starts_with("stripe_") => Self::Stripe,
            _ => return None,
        })
    }

    /// Of a path, by what its first word means in the file.
    pub fn of_path(path: &syn::Path, imports: &Imports) -> Option<Self> {
        imports.full(path).first().and_then(|first| Self::of(first))
    }

    /// Of a type: one of its parts (`Arc<Client>`).
    pub fn of_type(of: &Type, imports: &Imports) -> Option<Self> {
        struct Paths<'p>(&'p Imports, Option<Maker>);
        impl<'ast> Visit<'ast> for Paths<'_> {
            fn visit_path(&mut self, path: &'ast syn::Path) {
                self.1 = self.1.or_else(|| Maker::of_path(path, self.0));
                syn::visit::visit_path(self, path);
            }
        }
        let mut paths = Paths(imports, None);
        paths.visit_type(of);
        paths.1
    }
}

/// What the fields of the types of a file show, by their names; where types differ, nothing.
#[derive(Debug, Default)]
pub struct Members(HashMap<String, Shown>, HashMap<String, String>);

impl Members {
    /// Of a file.
    pub fn of(file: &syn::File) -> Self {
        let mut members = Self::default();
        members.visit_file(file);
        members
    }

    /// Of a field's name.
    pub fn shown(&self, name: &str) -> Shown {
        self.0.get(name).copied().unwrap_or(Shown::Nothing)
    }
}

impl<'ast> Visit<'ast> for Members {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        let Some(name) = &field.ident else { return };
        let shown = shown(&field.ty);
        let known = self.0.entry(name.to_string()).or_insert(shown);
        if *known != shown {
            *known = Shown::Nothing;
        }
        let of = last_of(&field.ty).unwrap_or_default();
        let known = self.1.entry(name.to_string()).or_insert_with(|| of.clone());
        if *known != of {
            known.clear();
        }
    }

    // What functions do is of no use here.
    fn visit_block(&mut self, _: &'ast syn::Block) {}
}

/// What a type shows of what is recorded of it.
pub fn shown(of: &Type) -> Shown {
    if is_plain_text(of) {
        return Shown::Text;
    }
    match of {
        Type::Reference(reference) => shown(&reference.elem),
        // A type argument may be anything.
        Type::Path(path) if path.path.get_ident().is_some_and(|name| name.to_string().len() == 1) => {
            Shown::Nothing
        }
        Type::Path(_) => Shown::Typed,
        _ => Shown::Nothing,
    }
}

/// Whose the receiver of a method is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It is a crate's.
    Is(Maker),
    /// The package's fields of this name tell.
    Field(String),
    /// It can't be told.
    Unknown,
}

/// What variables and arguments are, and fields of this file.
#[derive(Debug, Default)]
pub struct Types {
    /// Variables of the functions around.
    variables: Vec<HashMap<String, Owner>>,
    /// What arguments of these functions show.
    arguments: Vec<HashMap<String, Shown>>,
    /// Of which types they are, where that is said.
    names: Vec<HashMap<String, String>>,
    /// Those that hold what was hidden.
    hidden: Vec<HashSet<String>>,
    /// Fields of this file's types.
    pub members: Members,
}

impl Types {
    /// A function begins.
    pub fn open(&mut self) {
        self.variables.push(HashMap::new());
        self.arguments.push(HashMap::new());
        self.names.push(HashMap::new());
        self.hidden.push(HashSet::new());
    }

    /// It ends.
    pub fn close(&mut self) {
        self.variables.pop();
        self.arguments.pop();
        self.names.pop();
        self.hidden.pop();
    }

    /// A variable or argument.
    pub fn set(&mut self, name: String, owner: Owner) {
        if let Some(known) = self.variables.last_mut() {
            known.insert(name, owner);
        }
    }

    /// An argument's type.
    pub fn set_argument(&mut self, name: &str, of: &Type) {
        if let Some(known) = self.arguments.last_mut() {
            known.insert(name.to_owned(), shown(of));
        }
        self.set_type(name, Some(of));
    }

    /// The type of a variable; `None` where nothing says it.
    pub fn set_type(&mut self, name: &str, of: Option<&Type>) {
        let Some(known) = self.names.last_mut() else { return };
        match of.and_then(last_of) {
            Some(of) => known.insert(name.to_owned(), of),
            None => known.remove(name),
        };
    }

    /// Of which type a variable is.
    pub fn named_variable(&self, name: &str) -> Option<&str> {
        let known = self.names.last().and_then(|names| names.get(name));
        known.map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Of which type a field of that name is.
    pub fn named_member(&self, name: &str) -> Option<&str> {
        self.members.1.get(name).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether a variable holds what was hidden.
    pub fn set_hidden(&mut self, name: &str, is_hidden: bool) {
        if let Some(hidden) = self.hidden.last_mut() {
            if is_hidden {
                hidden.insert(name.to_owned());
            } else {
                hidden.remove(name);
            }
        }
    }

    /// Whether it does.
    pub fn is_hidden(&self, name: &str) -> bool {
        self.hidden.last().is_some_and(|hidden| hidden.contains(name))
    }

    /// Of which type the value of an expression is.
    pub fn named(&self, expression: &Expr) -> Option<&str> {
        match expression {
            Expr::Reference(reference) => self.named(&reference.expr),
            Expr::Paren(paren) => self.named(&paren.expr),
            Expr::Unary(unary) => self.named(&unary.expr),
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "clone" | "as_ref" | "as_str" | "to_string" | "to_owned" | "unwrap" | "unwrap_or_default"
                | "hyphenated" | "into" => self.named(&call.receiver),
                _ => None,
            },
            Expr::Call(call) if call.args.len() == 1 => self.named(&call.args[0]),
            Expr::Path(path) => self.named_variable(&path.path.get_ident()?.to_string()),
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => self.named_member(&name.to_string()),
                syn::Member::Unnamed(_) => None,
            },
            _ => None,
        }
    }

    /// What is shown of a local variable's type.
    pub fn set_shown(&mut self, name: &str, shown: Shown) {
        if let Some(known) = self.arguments.last_mut() {
            known.insert(name.to_owned(), shown);
        }
    }

    /// What is shown of the type of a variable.
    pub fn shown_variable(&self, name: &str) -> Shown {
        let known = self.arguments.last().and_then(|arguments| arguments.get(name)).copied();
        known.unwrap_or(Shown::Nothing)
    }

    /// What is shown of the type of an expression's value.
    pub fn shown(&self, expression: &Expr) -> Shown {
        match expression {
            Expr::Reference(reference) => self.shown(&reference.expr),
            Expr::Paren(paren) => self.shown(&paren.expr),
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "as_str" | "to_string" | "to_owned" | "trim" | "as_deref" | "expose_secret" | "as_bytes"
                | "to_lowercase" => Shown::Text,
                "clone" | "as_ref" | "unwrap" | "unwrap_or_default" | "expect" => self.shown(&call.receiver),
                _ => Shown::Nothing,
            },
            Expr::Macro(made) if made.mac.path.is_ident("format") => Shown::Text,
            Expr::Unary(unary) => self.shown(&unary.expr),
            Expr::Index(index) => self.shown(&index.expr),
            Expr::Call(call) if call.args.len() == 1 => self.shown(&call.args[0]),
            Expr::Path(path) => {
                path.path.get_ident().map_or(Shown::Nothing, |name| self.shown_variable(&name.to_string()))
            }
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => self.members.shown(&name.to_string()),
                syn::Member::Unnamed(_) => Shown::Nothing,
            },
            _ => Shown::Nothing,
        }
    }

    /// Whose an expression's value is.
    pub fn owner(&self, expression: &Expr, imports: &Imports) -> Owner {
        self.owner_at(expression, imports, 0)
    }

    fn owner_at(&self, expression: &Expr, imports: &Imports, depth: usize) -> Owner {
        let next = |inner: &Expr| self.owner_at(inner, imports, depth + 1);
        if depth > DEEPEST {
            return Owner::Unknown;
        }
        match expression {
            Expr::Reference(reference) => next(&reference.expr),
            Expr::Paren(paren) => next(&paren.expr),
            Expr::Try(tried) => next(&tried.expr),
            Expr::Await(awaited) => next(&awaited.base),
            Expr::Unary(unary) => next(&unary.expr),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => {
                    let name = name.to_string();
                    let known = self.variables.iter().rev().find_map(|variables| variables.get(&name));
                    known.cloned().unwrap_or(Owner::Field(name))
                }
                None => Owner::Unknown,
            },
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => Owner::Field(name.to_string()),
                syn::Member::Unnamed(_) => Owner::Unknown,
            },
            Expr::MethodCall(call) => match next(&call.receiver) {
                // What a crate's value gives is the crate's; `self.client()` gives what the field of that name is.
                Owner::Is(maker) => Owner::Is(maker),
                Owner::Field(_)
                    if !PASSES.contains(&call.method.to_string().as_str()) && call.args.is_empty() =>
                {
                    Owner::Field(call.method.to_string())
                }
                owner => owner,
            },
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => Maker::of_path(&path.path, imports).map_or(Owner::Unknown, Owner::Is),
                _ => Owner::Unknown,
            },
            _ => Owner::Unknown,
        }
    }
}

/// How far into a chain of calls whose it is is looked for.
const DEEPEST: usize = 32;

/// Methods that give what they are called on.
const PASSES: [&str; 14] = [
    "clone",
    "as_ref",
    "as_mut",
    "lock",
    "read",
    "write",
    "unwrap",
    "expect",
    "borrow",
    "borrow_mut",
    "get",
    "deref",
    "to_owned",
    "load",
];
