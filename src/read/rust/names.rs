//! Names as source code writes them, and what they are: literals, constants of the workspace, texts of enums, templates.

use std::collections::{BTreeMap, BTreeSet};

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use super::imports::Imports;
use super::semconv;
use crate::detect::masked;

/// A name as an expression gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// It stands there.
    Known(String),
    /// A constant's, by the last two words of its path; the first is empty where it has none.
    Constant(String, String),
    /// A local variable's.
    Variable(String),
    /// Put together of parts.
    Template(Vec<Name>),
    /// Made when the program runs; the text says of what.
    Unknown(&'static str),
}

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The text; `{}` stands for what is made when the program runs.
    pub text: String,
    /// Whether nothing of it is made when the program runs.
    pub is_whole: bool,
}

impl Name {
    /// Of an expression.
    pub fn of(expression: &Expr) -> Self {
        match expression {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Self::Known(text.value()),
            Expr::Reference(reference) => Self::of(&reference.expr),
            Expr::Paren(paren) => Self::of(&paren.expr),
            Expr::Group(group) => Self::of(&group.expr),
            Expr::Path(path) => Self::of_path(&path.path),
            Expr::MethodCall(call)
                if call.args.is_empty() && HANDS_ON.contains(&call.method.to_string().as_str()) =>
            {
                Self::of(&call.receiver)
            }
            Expr::Call(call) if call.args.len() == 1 => match &*call.func {
                Expr::Path(path) if path.path.segments.last().is_some_and(|last| wraps(&last.ident)) => {
                    Self::of(&call.args[0])
                }
                _ => Self::Unknown("a function's result"),
            },
            Expr::Macro(made) if made.mac.path.is_ident("concat") => Self::concat(&made.mac),
            Expr::Macro(made) if made.mac.path.is_ident("format") => Self::format(made.mac.tokens.clone()),
            Expr::Macro(made) if made.mac.path.is_ident("env") => Self::Unknown("an environment variable"),
            Expr::Field(_) => Self::Unknown("a field"),
            _ => Self::Unknown("an expression"),
        }
    }

    fn of_path(path: &syn::Path) -> Self {
        let mut words = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let last = words.next().unwrap_or_default();
        let before = words.next().unwrap_or_default();
        let is_upper = |word: &str| word.starts_with(|c: char| c.is_uppercase());
        if is_upper(&last) {
            Self::Constant(before, last)
        } else if before.is_empty() {
            Self::Variable(last)
        } else {
            Self::Unknown("a variable")
        }
    }

    fn concat(made: &syn::Macro) -> Self {
        let parts = made.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        let part = |part: &Expr| match part {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => Self::Known(number.to_string()),
            other => Self::of(other),
        };
        parts.map_or(Self::Unknown("`concat!` of what is no text"), |parts| {
            Self::Template(parts.iter().map(part).collect())
        })
    }

    /// `format!("a.{}.{B}", C)`.
    pub fn format(tokens: proc_macro2::TokenStream) -> Self {
        let Ok(arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens) else {
            return Self::Unknown("`format!`");
        };
        let mut arguments = arguments.iter();
        let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = arguments.next() else {
            return Self::Unknown("`format!`");
        };
        let (mut named, mut positional) = (BTreeMap::new(), Vec::new());
        for argument in arguments {
            match argument {
                Expr::Assign(assigned) => match Self::of(&assigned.left) {
                    Self::Variable(name) | Self::Constant(_, name) => {
                        named.insert(name, Self::of(&assigned.right));
                    }
                    _ => {}
                },
                other => positional.push(Self::of(other)),
            }
        }
        let mut next = positional.clone().into_iter();
        let unseen = Self::Unknown("what is formatted into it");
        let parts = pieces(&text.value()).into_iter().map(|piece| match piece {
            Piece::Text(text) => Self::Known(text),
            Piece::Hole(hole) if hole.is_empty() => next.next().unwrap_or_else(|| unseen.clone()),
            Piece::Hole(hole) => match hole.parse::<usize>() {
                Ok(at) => positional.get(at).cloned().unwrap_or_else(|| unseen.clone()),
                Err(_) => named.get(&hole).cloned().unwrap_or_else(|| {
                    let is_constant = hole.starts_with(|c: char| c.is_uppercase());
                    if is_constant { Self::Constant(String::new(), hole) } else { Self::Variable(hole) }
                }),
            },
        });
        Self::Template(parts.collect())
    }

    /// Of how many parts it is.
    fn size(&self) -> usize {
        match self {
            Self::Template(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            _ => 1,
        }
    }

    /// Itself, unless it is made of too much: what is made of itself again and again grows without end.
    pub fn bounded(self) -> Self {
        if self.size() > MOST_PARTS { Self::Unknown("what is put together of many parts") } else { self }
    }

    /// With what local variables hold in their stead.
    pub fn with(self, locals: &impl Fn(&str) -> Option<Name>) -> Self {
        match self {
            Self::Variable(name) => locals(&name).unwrap_or(Self::Variable(name)),
            Self::Template(parts) => {
                Self::Template(parts.into_iter().map(|part| part.with(locals)).collect())
            }
            other => other,
        }
    }

    /// With what constants of the semantic conventions say, where the file means those. `Self` is the type around.
    pub fn in_file(self, imports: &Imports, owner: &str) -> Self {
        match self {
            Self::Constant(of, name) if of == "Self" => Self::Constant(owner.to_owned(), name),
            Self::Constant(of, name) => {
                let known = semconv::attribute(&name).filter(|_| imports.are_conventions(&of, &name));
                known.map_or(Self::Constant(of, name), |text| Self::Known(text.to_owned()))
            }
            Self::Template(parts) => {
                Self::Template(parts.into_iter().map(|part| part.in_file(imports, owner)).collect())
            }
            other => other,
        }
    }

    /// Whether it is the empty text.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Known(text) if text.is_empty())
    }
}

/// How many parts a name may be made of.
const MOST_PARTS: usize = 64;

/// Methods that hand a text on.
const HANDS_ON: [&str; 10] = [
    "to_string",
    "to_owned",
    "into",
    "clone",
    "as_str",
    "as_ref",
    "to_string_lossy",
    "borrow",
    "name",
    "as_static_str",
];

fn wraps(function: &syn::Ident) -> bool {
    matches!(function.to_string().as_str(), "from" | "from_static" | "Borrowed" | "new" | "Some" | "from_str")
}

enum Piece {
    Text(String),
    /// What stands between braces, up to a colon.
    Hole(String),
}

/// A text for `format!` taken apart.
fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut plain) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                plain.push(c);
            }
            '{' => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
                pieces.push(Piece::Hole(inside.split(':').next().unwrap_or_default().trim().to_owned()));
            }
            other => plain.push(other),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The names that a message captures: `{name}`, `{name:?}`.
pub fn captures(message: &str) -> Vec<String> {
    let holes = pieces(message).into_iter().filter_map(|piece| match piece {
        Piece::Hole(hole) if hole.starts_with(|c: char| c.is_alphabetic() || c == '_') => Some(hole),
        _ => None,
    });
    holes.collect()
}

/// One text constant of a workspace.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The type it is a part of; empty where it stands alone.
    pub owner: String,
    /// The module it stands in, by the file's name; empty at the root of a package.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub value: Name,
}

/// Where something stands: the package, and the file.
pub type Home = (Option<usize>, usize);

/// The text constants of a workspace, by their last name.
#[derive(Debug, Default)]
pub struct Constants(BTreeMap<String, Vec<(Home, Constant)>>);

/// The longest name, in bytes.
const LONGEST: usize = 1_024;

/// How many constants may be made of one another.
const DEEPEST: usize = 8;

impl Constants {
    /// Takes one in.
    pub fn add(&mut self, home: Home, constant: Constant) {
        self.0.entry(constant.name.clone()).or_default().push((home, constant));
    }

    /// What a name is, seen from a file.
    ///
    /// # Errors
    /// Why nothing of it can be said.
    pub fn resolve(&self, name: &Name, from: Home) -> Result<Resolved, String> {
        // Facts repeat no secret, and names come from source.
        match self.resolve_at(name, from, 0) {
            Ok(Resolved { text, .. }) if text.len() > LONGEST => {
                Err("its name is too long for one".to_owned())
            }
            Ok(Resolved { text, is_whole }) => Ok(Resolved { text: masked(&text), is_whole }),
            Err(why) => Err(masked(&why)),
        }
    }

    /// The whole text that a name stands for, as the code has it: what must not be shown may stand in it.
    pub fn text(&self, name: &Name, from: Home) -> Option<String> {
        self.resolve_at(name, from, 0).ok().filter(|text| text.is_whole).map(|text| text.text)
    }

    /// The constants that a name is made of and that are not here.
    pub fn missing(&self, name: &Name, from: Home, missing: &mut BTreeSet<String>) {
        match name {
            Name::Known(_) | Name::Variable(_) | Name::Unknown(_) => {}
            Name::Template(parts) => parts.iter().for_each(|part| self.missing(part, from, missing)),
            Name::Constant(owner, constant) => match self.find(owner, constant, from) {
                // A constant is made of itself only in code that does not compile.
                Ok((home, Name::Constant(owner, further))) if further != *constant => {
                    if self.find(&owner, &further, home).is_err() {
                        missing.insert(further);
                    }
                }
                Ok((home, Name::Template(parts))) => {
                    for part in parts {
                        if let Name::Constant(owner, further) = part
                            && self.find(&owner, &further, home).is_err()
                        {
                            missing.insert(further);
                        }
                    }
                }
                Err(_) if !self.0.contains_key(constant) => {
                    missing.insert(constant.clone());
                }
                Ok(_) | Err(_) => {}
            },
        }
    }

    fn resolve_at(&self, name: &Name, from: Home, depth: usize) -> Result<Resolved, String> {
        if depth > DEEPEST {
            return Err("its name is made of too many constants".to_owned());
        }
        match name {
            Name::Known(text) => Ok(Resolved { text: text.clone(), is_whole: true }),
            Name::Unknown(what) => Err(format!("its name is {what}")),
            Name::Variable(name) => Err(format!("its name is the variable `{name}`")),
            Name::Template(parts) => {
                let mut whole = Resolved { text: String::new(), is_whole: true };
                for part in parts {
                    if let Ok(part) = self.resolve_at(part, from, depth + 1) {
                        whole.text.push_str(&part.text);
                        whole.is_whole &= part.is_whole;
                    } else {
                        whole.text.push_str("{}");
                        whole.is_whole = false;
                    }
                }
                if whole.text == "{}" {
                    Err("its name is made when the program runs".to_owned())
                } else {
                    Ok(whole)
                }
            }
            Name::Constant(owner, constant) => match self.find(owner, constant, from) {
                Ok(found) => {
                    let (home, value) = found;
                    self.resolve_at(&value, home, depth + 1)
                }
                Err(said) => Err(said),
            },
        }
    }

    /// The nearest constant of a name, where only one can be meant.
    fn find(&self, owner: &str, constant: &str, from: Home) -> Result<(Home, Name), String> {
        let Some(all) = self.0.get(constant) else {
            return Err(format!("its name is the constant `{constant}`, which no file read here has"));
        };
        // A path's word before the last is a type, or a module.
        let in_it = |known: &Constant| known.owner == owner || known.module == owner;
        let inside: Vec<_> = all.iter().filter(|(_, known)| !owner.is_empty() && in_it(known)).collect();
        let is_module = owner.starts_with(char::is_lowercase) && !matches!(owner, "self" | "crate" | "super");
        // Of a module that is not known by its name, it is not the constant of this file.
        let free: Vec<_> = all
            .iter()
            .filter(|(home, known)| known.owner.is_empty() && !(is_module && *home == from))
            .collect();
        let fitting = if inside.is_empty() { free } else { inside };
        let near = |is_near: &dyn Fn(&Home) -> bool| {
            let mut values: Vec<_> = fitting.iter().filter(|(home, _)| is_near(home)).collect();
            values.dedup_by(|a, b| a.1.value == b.1.value);
            match values.as_slice() {
                [] => None,
                [(home, one)] => Some(Ok((*home, one.value.clone()))),
                _ => Some(Err(format!("its name is the constant `{constant}`, of which there are several"))),
            }
        };
        near(&|home| *home == from)
            .or_else(|| near(&|home| home.0 == from.0))
            .or_else(|| near(&|_| true))
            .unwrap_or_else(|| {
                Err(format!("its name is the constant `{constant}`, which no file read here has"))
            })
    }
}
