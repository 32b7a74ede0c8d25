//! What an expression says of a value: the value itself, or only something about it.

use syn::Expr;

/// Methods whose result says something about a value and does not hold it.
const ABOUT: [&str; 20] = [
    "len",
    "is_empty",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "is_some_and",
    "is_none_or",
    "count",
    "kind",
    "contains",
    "contains_key",
    "starts_with",
    "ends_with",
    "exists",
    "is_valid",
    "elapsed",
    "capacity",
    "type_id",
    "status",
];

/// Words in the name of a function that hides what it is given.
const HIDES: [&str; 14] = [
    "redact",
    "redacted",
    "mask",
    "masked",
    "hash",
    "hashed",
    "digest",
    "fingerprint",
    "sanitize",
    "sanitized",
    "obfuscate",
    "anonymize",
    "anonymized",
    "pseudonymize",
];

/// Whether a value is recorded as it is, as far as the expression shows. `sanitizers` are functions and types of the contract
/// that hide what they are given.
pub fn is_raw(expression: &Expr, sanitizers: &[String]) -> bool {
    let hides = |name: &str| {
        sanitizers.iter().any(|sanitizer| sanitizer == name)
            || crate::detect::names::words(name).iter().any(|word| HIDES.contains(&word.as_str()))
    };
    match expression {
        // A constant is no secret of a user's, and secrets in source are another matter.
        Expr::Lit(_) | Expr::Binary(_) | Expr::Closure(_) | Expr::Match(_) | Expr::If(_) | Expr::Range(_) => false,
        Expr::Unary(unary) => {
            !matches!(unary.op, syn::UnOp::Not(_)) && is_raw(&unary.expr, sanitizers)
        }
        Expr::Path(path) => {
            let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            // `field::Empty`, constants, and variables that say that they are hidden.
            last != "Empty" && !last.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit()) && !hides(&last)
        }
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => !hides(&name.to_string()),
            syn::Member::Unnamed(_) => is_raw(&field.base, sanitizers),
        },
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            !ABOUT.contains(&method.as_str())
                && !hides(&method)
                && call.args.iter().all(|argument| !names_a_redactor(argument, &hides))
                && is_raw(&call.receiver, sanitizers)
        }
        Expr::Call(call) => {
            let name = match &*call.func {
                Expr::Path(path) => path.path.segments.iter().map(|segment| segment.ident.to_string()).collect(),
                _ => Vec::new(),
            };
            // `field::debug(&x)`, `Some(x)`, `String::from(x)` hand it on; what others make of it is not seen.
            let hands_on = matches!(
                name.last().map(String::as_str),
                Some("debug" | "display" | "Some" | "Ok" | "from" | "as_value" | "valuable" | "Cow")
            );
            hands_on && !name.iter().any(|name| hides(name)) && call.args.iter().all(|argument| is_raw(argument, sanitizers))
        }
        Expr::Macro(made) => {
            made.mac.path.is_ident("format") || made.mac.path.is_ident("format_args")
        }
        Expr::Reference(reference) => is_raw(&reference.expr, sanitizers),
        Expr::Paren(paren) => is_raw(&paren.expr, sanitizers),
        Expr::Try(tried) => is_raw(&tried.expr, sanitizers),
        Expr::Await(awaited) => is_raw(&awaited.base, sanitizers),
        Expr::Index(index) => !matches!(&*index.index, Expr::Range(_)) && is_raw(&index.expr, sanitizers),
        _ => false,
    }
}

/// `password.map(redact)`.
fn names_a_redactor(argument: &Expr, hides: &impl Fn(&str) -> bool) -> bool {
    match argument {
        Expr::Path(path) => path.path.segments.iter().any(|segment| hides(&segment.ident.to_string())),
        Expr::Closure(closure) => match &*closure.body {
            Expr::Lit(_) => true,
            Expr::Call(call) => names_a_redactor(&call.func, hides),
            Expr::MethodCall(call) => hides(&call.method.to_string()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value of this type shows text a person wrote when it is recorded: strings, bytes, JSON, and options and lists of
/// them. Types of the program's own may hide what they hold.
pub fn is_plain_text(of: &syn::Type) -> bool {
    match of {
        syn::Type::Reference(reference) => is_plain_text(&reference.elem),
        syn::Type::Paren(paren) => is_plain_text(&paren.elem),
        syn::Type::Group(group) => is_plain_text(&group.elem),
        syn::Type::Slice(slice) => is_byte(&slice.elem) || is_plain_text(&slice.elem),
        syn::Type::Array(array) => is_byte(&array.elem) || is_plain_text(&array.elem),
        syn::Type::ImplTrait(bounds) => bounds.bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
                // `impl Into<String> + Debug` is recorded as the string it is.
                matches!(last.ident.to_string().as_str(), "Into" | "AsRef" | "ToString")
                    && (last.arguments.is_empty() || inner(last).is_some_and(is_plain_text))
            }),
            _ => false,
        }),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
            "str" | "String" | "Bytes" | "BytesMut" | "Value" | "OsString" | "OsStr" | "CString" => true,
            "Option" | "Cow" | "Box" | "Arc" | "Rc" | "Result" => inner(last).is_some_and(is_plain_text),
            "Vec" => inner(last).is_some_and(|of| is_byte(of) || is_plain_text(of)),
            _ => false,
        }),
        _ => false,
    }
}

fn is_byte(of: &syn::Type) -> bool {
    matches!(of, syn::Type::Path(path) if path.path.is_ident("u8"))
}

/// The first type argument.
fn inner(segment: &syn::PathSegment) -> Option<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(of) => Some(of),
        _ => None,
    })
}
