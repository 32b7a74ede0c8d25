//! Names as source code writes them, and what they are: literals, and constants of the workspace.

use std::collections::{BTreeMap, BTreeSet};

use syn::Expr;

/// A name as an expression gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// It stands there, or is put together from what stands there.
    Known(String),
    /// A constant's.
    Constant(String),
    /// Made when the program runs; the text says of what.
    Unknown(&'static str),
}

impl Name {
    /// Of an expression.
    pub fn of(expression: &Expr) -> Self {
        match expression {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Self::Known(text.value()),
            Expr::Reference(reference) => Self::of(&reference.expr),
            Expr::Paren(paren) => Self::of(&paren.expr),
            Expr::Group(group) => Self::of(&group.expr),
            Expr::Path(path) => {
                let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
                let is_constant =
                    !last.is_empty() && last.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                if is_constant { Self::Constant(last) } else { Self::Unknown("a variable") }
            }
            Expr::MethodCall(call)
                if call.args.is_empty()
                    && matches!(call.method.to_string().as_str(), "to_string" | "to_owned" | "into" | "clone") =>
            {
                Self::of(&call.receiver)
            }
            Expr::Call(call) if call.args.len() == 1 => match &*call.func {
                Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "from") => {
                    Self::of(&call.args[0])
                }
                _ => Self::Unknown("a function's result"),
            },
            Expr::Macro(made) if made.mac.path.is_ident("concat") => Self::concat(&made.mac),
            Expr::Macro(made) if made.mac.path.is_ident("format") => Self::Unknown("`format!`"),
            _ => Self::Unknown("an expression"),
        }
    }

    fn concat(made: &syn::Macro) -> Self {
        let parts = made.parse_body_with(
            syn::punctuated::Punctuated::<syn::LitStr, syn::Token![,]>::parse_terminated,
        );
        parts.map_or(Self::Unknown("`concat!` of what is no text"), |parts| {
            Self::Known(parts.iter().map(syn::LitStr::value).collect())
        })
    }
}

/// The text constants of a workspace, by their last name.
#[derive(Debug, Default)]
pub struct Constants(BTreeMap<String, BTreeSet<String>>);

impl Constants {
    /// Takes one in.
    pub fn add(&mut self, name: String, value: String) {
        self.0.entry(name).or_default().insert(value);
    }

    /// What a name is.
    ///
    /// # Errors
    /// Why it can't be said.
    pub fn resolve(&self, name: &Name) -> Result<String, String> {
        match name {
            Name::Known(text) => Ok(text.clone()),
            Name::Unknown(what) => Err(format!("its name is {what}")),
            Name::Constant(constant) => {
                let values = self.0.get(constant);
                match values.map(|values| values.iter().collect::<Vec<_>>()).as_deref() {
                    Some([one]) => Ok((*one).clone()),
                    Some(_) => Err(format!("its name is the constant `{constant}`, of which there are several")),
                    None => Err(format!("its name is the constant `{constant}`, which no file read here has")),
                }
            }
        }
    }
}
