//! Labels and attributes as code gives them: pairs in a list, also where a variable holds the list or one of the pairs.

use syn::Expr;
use syn::punctuated::Punctuated;

use super::label_sets;
use super::meters::{MadeLabel, bare, key_value};

/// Labels, and whether they are all.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Those that are seen.
    pub seen: Vec<MadeLabel>,
    /// Whether some are made elsewhere.
    pub has_more: bool,
}

/// What an expression gives; `held` says what variables hold.
pub fn of(expression: &Expr, held: &impl Fn(&str) -> Option<Given>) -> Given {
    let elsewhere = || Given { seen: Vec::new(), has_more: true };
    match bare(expression) {
        Expr::Array(list) => all(list.elems.iter(), held),
        Expr::Macro(made) if made.mac.path.is_ident("vec") => {
            let list = made.mac.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated);
            list.map_or_else(|_| elsewhere(), |list| all(list.iter(), held))
        }
        Expr::MethodCall(call)
            if call.args.is_empty() && matches!(call.method.to_string().as_str(), "clone" | "to_vec") =>
        {
            of(&call.receiver, held)
        }
        Expr::Path(path) => {
            path.path.get_ident().and_then(|name| held(&name.to_string())).unwrap_or_else(elsewhere)
        }
        Expr::Struct(made) => {
            let mut seen = label_sets::given(made);
            // A type among its fields has labels of its own.
            for field in &made.fields {
                if matches!(bare(&field.expr), Expr::Struct(_) | Expr::Path(_) | Expr::MethodCall(_)) {
                    seen.extend(of(&field.expr, held).seen.into_iter().filter(|label| label.is_member));
                }
            }
            Given { seen, has_more: false }
        }
        other => pair(other).map_or_else(elsewhere, |label| Given { seen: vec![label], has_more: false }),
    }
}

fn all<'e>(elements: impl Iterator<Item = &'e Expr>, held: &impl Fn(&str) -> Option<Given>) -> Given {
    let mut whole = Given::default();
    for element in elements {
        let given = of(element, held);
        whole.seen.extend(given.seen);
        whole.has_more |= given.has_more;
    }
    whole
}

/// `KeyValue::new(key, value)`, `Label::new(key, value)`, `("key", value)`.
fn pair(element: &Expr) -> Option<MadeLabel> {
    if let Some((key, value)) = key_value(element) {
        return Some(MadeLabel::new(key, Some(value)));
    }
    match element {
        Expr::Tuple(pair) if pair.elems.len() == 2 => {
            Some(MadeLabel::new(&pair.elems[0], Some(&pair.elems[1])))
        }
        _ => None,
    }
}
