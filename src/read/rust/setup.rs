//! How a program sets telemetry up: the resource it describes itself with, the format of its log.

use syn::Expr;
use syn::spanned::Spanned;

use super::imports::Imports;
use super::meters;
use super::names::Name;
use crate::source::Place;

/// A resource as a chain of calls builds it.
#[derive(Debug)]
pub struct MadeResource {
    pub place: Place,
    /// Names of attributes, with the name's place.
    pub attributes: Vec<(Name, Place)>,
    /// The value of `service.name`.
    pub service_name: Option<(Name, Place)>,
    /// Whether something adds attributes that the chain does not show.
    pub is_open: bool,
}

/// `Resource::builder().with_service_name("…").with_attributes([…]).build()` of `opentelemetry_sdk` (0.28 and later), read
/// from the end of the chain. `builder()` asks the environment, `builder_empty()` does not.
pub fn resource(
    chain: &syn::ExprMethodCall,
    imports: &Imports,
    place: &impl Fn(&dyn Spanned) -> Place,
) -> Option<MadeResource> {
    if chain.method != "build" {
        return None;
    }
    let (mut attributes, mut service_name, mut is_open) = (Vec::new(), None, false);
    let mut rest: &Expr = &chain.receiver;
    loop {
        match rest {
            Expr::MethodCall(call) => {
                match (call.method.to_string().as_str(), call.args.first()) {
                    ("with_service_name", Some(name)) => {
                        attributes.push((Name::Known("service.name".to_owned()), place(&call.method)));
                        service_name = Some((Name::of(name), place(name)));
                    }
                    ("with_attribute", Some(attribute)) => match meters::key_value(attribute) {
                        Some((key, value)) => attributes.push((Name::of(key), place(value))),
                        None => is_open = true,
                    },
                    ("with_attributes", Some(list)) => match meters::bare(list) {
                        Expr::Array(list) => add(list.elems.iter(), &mut attributes, &mut is_open, place),
                        Expr::Macro(made) if made.mac.path.is_ident("vec") => {
                            let list = made.mac.parse_body_with(
                                syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
                            );
                            match list {
                                Ok(list) => add(list.iter(), &mut attributes, &mut is_open, place),
                                Err(_) => is_open = true,
                            }
                        }
                        _ => is_open = true,
                    },
                    ("with_schema_url", _) => {}
                    _ => is_open = true,
                }
                rest = &call.receiver;
            }
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                let full = imports.full(&path.path);
                let [.., of, method] = full.as_slice() else { return None };
                let is_sdk = full.iter().any(|word| word.starts_with("opentelemetry"));
                match method.as_str() {
                    "builder" => is_open = true,
                    "builder_empty" => {}
                    _ => return None,
                }
                return (of == "Resource" && is_sdk).then(|| MadeResource {
                    place: place(&path.path),
                    attributes,
                    service_name,
                    is_open,
                });
            }
            _ => return None,
        }
    }
}

fn add<'e>(
    list: impl Iterator<Item = &'e Expr>,
    attributes: &mut Vec<(Name, Place)>,
    is_open: &mut bool,
    place: &impl Fn(&dyn Spanned) -> Place,
) {
    for element in list {
        match meters::key_value(element) {
            Some((key, _)) => attributes.push((Name::of(key), place(key))),
            None => *is_open = true,
        }
    }
}

/// What a path says of the format of a program's log.
pub enum Format {
    /// A layer or logger that writes plain text unless it is told otherwise.
    Plain,
    /// One that writes JSON.
    Json,
}

/// By the full path of a function or type.
pub fn log_format(full: &[String]) -> Option<Format> {
    let words: Vec<&str> = full.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["tracing_subscriber", "fmt"]
        | ["tracing_subscriber", "fmt", "init" | "try_init" | "layer" | "fmt"] => Format::Plain,
        ["tracing_subscriber", .., "FmtSubscriber" | "SubscriberBuilder", "new" | "builder" | "default"] => {
            Format::Plain
        }
        [
            "env_logger" | "pretty_env_logger" | "simple_logger" | "simplelog" | "fern" | "flexi_logger"
            | "colog",
            ..,
        ] if words.len() > 1 => Format::Plain,
        [first, ..]
            if matches!(
                *first,
                "tracing_bunyan_formatter"
                    | "json_subscriber"
                    | "tracing_stackdriver"
                    | "tracing_gcp"
                    | "structured_logger"
                    | "slog_json"
                    | "slog_bunyan"
                    | "ecs_logger"
                    | "tracing_ecs"
                    | "tracing_logstash"
                    | "tracing_journald"
                    | "json_env_logger"
                    | "opentelemetry_appender_tracing"
            ) =>
        {
            Format::Json
        }
        _ => return None,
    })
}
