//! What an expression says of a value: the value itself, or only something about it.

use syn::Expr;

use crate::read::watch::RustWatch;

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

/// Words in the name of a function that hides what it is given, or of what is hidden.
const HIDES: [&str; 17] = [
    "encrypt",
    "encrypted",
    "scrubbed",
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

/// Methods that give the value they are called on, in another form.
const HANDS_ON: [&str; 24] = [
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_str",
    "borrow",
    "clone",
    "cloned",
    "expect",
    "expose_secret",
    "into",
    "into_inner",
    "lock",
    "ok",
    "read",
    "to_lowercase",
    "to_owned",
    "to_str",
    "to_string",
    "to_vec",
    "trim",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

/// Whether a method gives the value it is called on, in another form.
pub fn hands_on(method: &str) -> bool {
    HANDS_ON.contains(&method)
}

/// Whether a name says that what it names is hidden: `hashed_password`.
pub fn is_hidden(name: &str) -> bool {
    crate::detect::names::words(name).iter().any(|word| HIDES.contains(&word.as_str()))
}

/// Whether a value is recorded as it is, as far as the expression shows: functions and types that the contract says hide
/// what they are given, do.
pub fn is_raw(expression: &Expr, watch: &RustWatch) -> bool {
    raw(expression, watch, &says_something_about)
}

/// Whether what an expression gives was hidden, as far as names show: `hash(&id)`, `id.redacted()`.
pub fn is_made_hidden(expression: &Expr, watch: &RustWatch) -> bool {
    let hides = |name: &str| {
        let known = watch.sanitizers.iter().chain(&watch.redacting_types);
        known.into_iter().any(|known| known.rsplit("::").next() == Some(name)) || is_hidden(name)
    };
    match expression {
        Expr::MethodCall(call) => {
            hides(&call.method.to_string())
                || call.args.iter().any(|argument| names_a_redactor(argument, &hides))
                || is_made_hidden(&call.receiver, watch)
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                path.path.segments.iter().any(|segment| hides(&segment.ident.to_string()))
                    || (call.args.len() == 1 && is_made_hidden(&call.args[0], watch))
            }
            _ => false,
        },
        Expr::Macro(made) => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            let parts = made.mac.parse_body_with(parser).unwrap_or_default();
            parts.iter().any(|part| is_made_hidden(part, watch))
        }
        Expr::Reference(reference) => is_made_hidden(&reference.expr, watch),
        Expr::Paren(paren) => is_made_hidden(&paren.expr, watch),
        Expr::Try(tried) => is_made_hidden(&tried.expr, watch),
        Expr::Await(awaited) => is_made_hidden(&awaited.base, watch),
        Expr::Path(path) => path.path.segments.last().is_some_and(|last| hides(&last.ident.to_string())),
        _ => false,
    }
}

/// The same of an id, whose name rightly ends in `id`.
pub fn is_raw_id(expression: &Expr, watch: &RustWatch) -> bool {
    raw(expression, watch, &says_something_about_an_id)
}

fn raw(expression: &Expr, watch: &RustWatch, about: &dyn Fn(&str) -> bool) -> bool {
    let is_raw = |expression: &Expr, watch: &RustWatch| raw(expression, watch, about);
    let hides = |name: &str| {
        watch
            .sanitizers
            .iter()
            .chain(&watch.redacting_types)
            .any(|known| known.rsplit("::").next() == Some(name))
            || is_hidden(name)
    };
    match expression {
        Expr::Unary(unary) => !matches!(unary.op, syn::UnOp::Not(_)) && is_raw(&unary.expr, watch),
        Expr::Path(path) => {
            let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            // `field::Empty`, constants, and variables that say that they are hidden.
            last != "Empty"
                && !last.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
                && !hides(&last)
                && !about(&last)
        }
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => !hides(&name.to_string()) && !about(&name.to_string()),
            syn::Member::Unnamed(_) => is_raw(&field.base, watch),
        },
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            // `user.password()` gives it; what takes arguments makes something else of it.
            let gives = call.args.is_empty() && !ABOUT.contains(&method.as_str()) && !about(&method);
            (gives || HANDS_ON.contains(&method.as_str()))
                && !hides(&method)
                && call.args.iter().all(|argument| !names_a_redactor(argument, &hides))
                && is_raw(&call.receiver, watch)
        }
        Expr::Call(call) => {
            let name = match &*call.func {
                Expr::Path(path) => {
                    path.path.segments.iter().map(|segment| segment.ident.to_string()).collect()
                }
                _ => Vec::new(),
            };
            // `field::debug(&x)`, `Some(x)`, `String::from(x)` hand it on; what others make of it is not seen.
            let hands_on = matches!(
                name.last().map(String::as_str),
                Some("debug" | "display" | "Some" | "Ok" | "from" | "as_value" | "valuable" | "Cow")
            );
            hands_on
                && !name.iter().any(|name| hides(name))
                && call.args.iter().all(|argument| is_raw(argument, watch))
        }
        Expr::Macro(made) if made.mac.path.is_ident("format") || made.mac.path.is_ident("format_args") => {
            let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
            made.mac.parse_body_with(parser).is_ok_and(|arguments| {
                let captured = match arguments.first() {
                    Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => {
                        super::names::captures(&text.value())
                    }
                    _ => Vec::new(),
                };
                captured.iter().any(|name| !hides(name) && !about(name))
                    || arguments.iter().skip(1).any(|argument| is_raw(argument, watch))
            })
        }
        Expr::Reference(reference) => is_raw(&reference.expr, watch),
        Expr::Paren(paren) => is_raw(&paren.expr, watch),
        Expr::Try(tried) => is_raw(&tried.expr, watch),
        Expr::Await(awaited) => is_raw(&awaited.base, watch),
        // A part that begins or ends somewhere is not the whole.
        Expr::Index(index) => {
            let is_part =
                matches!(&*index.index, Expr::Range(range) if range.start.is_some() || range.end.is_some());
            !is_part && is_raw(&index.expr, watch)
        }
        // A literal is no secret of a user's, and secrets in source are another matter; a comparison says something about it.
        _ => false,
    }
}

/// Whether a name speaks of a value and does not hold it: `has_password`, `password_set`, `api_key_name`.
fn says_something_about(name: &str) -> bool {
    let words = crate::detect::names::words(name);
    let ends = ["set", "exists", "configured"];
    let begins = ["has", "is", "needs", "uses", "with", "without", "num", "max", "min"];
    crate::detect::names::speaks_about(name)
        || words.last().is_some_and(|last| ends.contains(&last.as_str()))
        || (words.len() > 1 && words.first().is_some_and(|first| begins.contains(&first.as_str())))
}

fn says_something_about_an_id(name: &str) -> bool {
    let words = crate::detect::names::words(name);
    match words.last().map(String::as_str) {
        Some("id" | "ids") => words.len() > 1 && says_something_about(&words[..words.len() - 1].join("_")),
        _ => says_something_about(name),
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
        syn::Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
                "str" | "String" | "Bytes" | "BytesMut" | "Value" | "OsString" | "OsStr" | "CString" => true,
                "Option" | "Cow" | "Box" | "Arc" | "Rc" | "Result" => inner(last).is_some_and(is_plain_text),
                "Vec" => inner(last).is_some_and(|of| is_byte(of) || is_plain_text(of)),
                _ => false,
            })
        }
        _ => false,
    }
}

fn is_byte(of: &syn::Type) -> bool {
    matches!(of, syn::Type::Path(path) if path.path.is_ident("u8"))
}

/// The first type argument.
pub fn inner(segment: &syn::PathSegment) -> Option<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(of) => Some(of),
        _ => None,
    })
}

/// Words before `id` that name what there is no end of.
const ENDLESS: [&str; 14] = [
    "user",
    "session",
    "request",
    "trace",
    "span",
    "correlation",
    "event",
    "order",
    "customer",
    "transaction",
    "payment",
    "message",
    "invoice",
    "visitor",
];

/// What an expression gives that has no bound as the value of a label: an id, an address, a path with ids in it, the text of
/// an error. Only what its names show; `x.to_string()` says nothing.
pub fn unbounded(expression: &Expr) -> Option<String> {
    endless(expression, false)
}

/// What a name is built from that has no bound: the same, and every id.
pub fn unbounded_name(expression: &Expr) -> Option<String> {
    endless(expression, true)
}

/// Whether a name is that of what has no bound, as it is said in a finding.
pub fn endless_name(name: &str) -> Option<String> {
    by_name(name, false)
}

fn by_name(name: &str, any_id: bool) -> Option<String> {
    let words = crate::detect::names::words(name);
    let ends: Vec<&str> = words.iter().rev().take(2).map(String::as_str).collect();
    let is_endless = match ends.as_slice() {
        ["id", ..] if any_id => true,
        ["id", of] => ENDLESS.contains(of),
        ["email" | "uuid" | "userid" | "sessionid", ..] => true,
        _ => false,
    };
    is_endless.then(|| format!("`{name}`"))
}

fn endless(expression: &Expr, any_id: bool) -> Option<String> {
    let unbounded = |expression: &Expr| endless(expression, any_id);
    let by_name = |name: &str| by_name(name, any_id);
    match expression {
        Expr::Reference(reference) => unbounded(&reference.expr),
        Expr::Paren(paren) => unbounded(&paren.expr),
        Expr::Unary(unary) => unbounded(&unary.expr),
        Expr::Path(path) => by_name(&path.path.get_ident()?.to_string()),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => by_name(&name.to_string()),
            syn::Member::Unnamed(_) => unbounded(&field.base),
        },
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            match method.as_str() {
                "to_string" | "to_owned" | "into" | "clone" | "as_str" | "as_ref" | "to_lowercase"
                | "unwrap_or_default" | "hyphenated" | "simple" => {
                    unbounded(&call.receiver).or_else(|| error_text(&method, &call.receiver))
                }
                // A request's own; the pattern that matched it is called otherwise.
                "path" | "path_and_query" | "query" if is_of_request(&call.receiver) => {
                    Some(format!("the {} of a request", method.replace('_', " ")))
                }
                "uri" | "url" if call.args.is_empty() && is_of_request(&call.receiver) => {
                    Some("the address of a request".to_owned())
                }
                "peer_addr" | "remote_addr" | "client_addr" | "realip_remote_addr" => {
                    Some("the address of a peer".to_owned())
                }
                _ if call.args.is_empty() => by_name(&method),
                _ => None,
            }
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let words: Vec<String> =
                path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                [.., "Uuid", "new_v4" | "now_v7" | "now_v1" | "now_v6"] => Some("a new UUID".to_owned()),
                [.., "Ulid", "new"] => Some("a new ULID".to_owned()),
                [.., "from" | "Some" | "Borrowed" | "Owned"] => call.args.first().and_then(&unbounded),
                _ => None,
            }
        }
        Expr::Macro(made) if made.mac.path.is_ident("format") => {
            let arguments = made
                .mac
                .parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated)
                .ok()?;
            let captured = match arguments.first() {
                Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) => {
                    super::names::captures(&text.value())
                }
                _ => Vec::new(),
            };
            let captured = captured.iter().find_map(|name| by_name(name));
            captured.or_else(|| arguments.iter().skip(1).find_map(unbounded))
        }
        _ => None,
    }
}

fn is_of_request(expression: &Expr) -> bool {
    let name = match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        Expr::MethodCall(call) => Some(call.method.to_string()),
        Expr::Reference(reference) => return is_of_request(&reference.expr),
        _ => None,
    };
    name.is_some_and(|name| {
        matches!(name.as_str(), "req" | "request" | "uri" | "url" | "parts" | "head" | "http_request")
    })
}

fn error_text(method: &str, of: &Expr) -> Option<String> {
    let Expr::Path(path) = of else { return None };
    let is_error = path.path.is_ident("err") || path.path.is_ident("error");
    (method == "to_string" && is_error).then(|| "the text of an error".to_owned())
}
