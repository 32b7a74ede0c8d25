//! Instruments: what makes a metric in the crates `opentelemetry`, `prometheus` and `metrics`.

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::names::Name;
use crate::naming::exporters::InstrumentKind;

/// Which crate an instrument is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Library {
    /// `opentelemetry` 0.31 and like it since 0.20.
    Opentelemetry,
    /// `prometheus` 0.14.
    Prometheus,
    /// `metrics` 0.24.
    Metrics,
}

/// An instrument as the code makes or describes it.
#[derive(Clone, Debug)]
pub struct Instrument {
    pub library: Library,
    pub kind: InstrumentKind,
    pub name: Name,
    /// The bytes of the name.
    pub at: std::ops::Range<usize>,
    /// Namespace and subsystem of `prometheus`.
    pub prefixes: Vec<Name>,
    /// `None` where it can't be seen, `Some(None)` where there is none.
    pub unit: Option<Option<String>>,
    /// Whether it is explained; `None` where it can't be seen.
    pub help: Option<bool>,
    /// Names of labels, with their bytes.
    pub labels: Vec<(Name, std::ops::Range<usize>)>,
    /// The field or variable that holds it.
    pub bound: Option<String>,
}

impl Instrument {
    fn new(library: Library, kind: InstrumentKind, name: &Expr) -> Self {
        let at = name.span().byte_range();
        let (name, prefixes, labels) = (Name::of(name), Vec::new(), Vec::new());
        Self { library, kind, name, at, prefixes, unit: Some(None), help: Some(false), labels, bound: None }
    }
}

/// The kind of an OpenTelemetry instrument, by the method of the meter that makes it.
pub fn of_method(method: &str) -> Option<InstrumentKind> {
    let rest = ["u64_", "i64_", "f64_"].iter().find_map(|start| method.strip_prefix(start))?;
    Some(match rest.strip_prefix("observable_").unwrap_or(rest) {
        "counter" => InstrumentKind::Counter,
        "up_down_counter" => InstrumentKind::UpDownCounter,
        "gauge" => InstrumentKind::Gauge,
        "histogram" => InstrumentKind::Histogram,
        _ => return None,
    })
}

/// `meter.u64_counter("name").with_unit("s").with_description("…").build()`: the whole chain, read from its end.
pub fn opentelemetry(chain: &syn::ExprMethodCall) -> Option<Instrument> {
    let (mut unit, mut help, mut is_built) = (None, false, false);
    let mut call = chain;
    loop {
        match (call.method.to_string().as_str(), call.args.first()) {
            ("with_unit", Some(text)) => unit = Some(Name::of(text)),
            ("with_description", Some(text)) => help = Name::of(text) != Name::Known(String::new()),
            ("build" | "init" | "try_init", None) => is_built = true,
            (method, Some(name)) if call.args.len() == 1 => {
                if let Some(kind) = of_method(method) {
                    let mut made = Instrument::new(Library::Opentelemetry, kind, name);
                    // A builder that goes elsewhere may be given more there.
                    made.unit = match unit {
                        None if is_built => Some(None),
                        Some(Name::Known(unit)) => Some(Some(unit)),
                        _ => None,
                    };
                    made.help = (help || is_built).then_some(help);
                    return Some(made);
                }
            }
            _ => {}
        }
        let Expr::MethodCall(next) = &*call.receiver else { return None };
        call = next;
    }
}

/// The keys of `KeyValue::new(key, …)` among the arguments of `add`, `record` and `observe`.
pub fn attributes(call: &syn::ExprMethodCall) -> Vec<(Name, std::ops::Range<usize>)> {
    let Some(Expr::Array(list)) = call.args.last().map(bare) else { return Vec::new() };
    let key = |element: &Expr| match bare(element) {
        Expr::Call(made) if made.args.len() == 2 => match &*made.func {
            Expr::Path(path) => {
                let mut last = path.path.segments.iter().rev();
                let is_new = last.next().is_some_and(|last| last.ident == "new")
                    && last.next().is_some_and(|kind| kind.ident == "KeyValue");
                is_new.then(|| (Name::of(&made.args[0]), made.args[0].span().byte_range()))
            }
            _ => None,
        },
        _ => None,
    };
    list.elems.iter().filter_map(key).collect()
}

/// An expression without `&` and parentheses.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Reference(reference) => bare(&reference.expr),
        Expr::Paren(paren) => bare(&paren.expr),
        Expr::Group(group) => bare(&group.expr),
        Expr::MethodCall(call) if call.args.is_empty() && matches!(call.method.to_string().as_str(), "into" | "as_slice") => {
            bare(&call.receiver)
        }
        other => other,
    }
}

/// What a macro of `metrics` makes: `counter!("name", "key" => value)`, with `target:` and `level:` before the name.
pub fn metrics(called: &str, tokens: TokenStream) -> Option<Instrument> {
    let (is_description, kind) = match called.strip_prefix("describe_") {
        Some(kind) => (true, kind),
        None => (false, called),
    };
    let kind = match kind {
        "counter" => InstrumentKind::Counter,
        "gauge" => InstrumentKind::Gauge,
        "histogram" => InstrumentKind::Histogram,
        _ => return None,
    };
    let parser = |input: syn::parse::ParseStream| {
        while input.peek(syn::Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![:]>()?;
            input.parse::<Expr>()?;
            input.parse::<Token![,]>()?;
        }
        let name: Expr = input.parse()?;
        let mut made = Instrument::new(Library::Metrics, kind, &name);
        // The macro that counts neither explains nor has a unit; the one that describes may stand anywhere.
        (made.unit, made.help) = (None, None);
        let mut rest = Vec::new();
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let key: Expr = input.parse()?;
            if input.parse::<Option<Token![=>]>>()?.is_some() {
                input.parse::<Expr>()?;
                made.labels.push((Name::of(&key), key.span().byte_range()));
            } else {
                rest.push(key);
            }
        }
        if is_description {
            made.help = rest.last().map(|help| Name::of(help) != Name::Known(String::new()));
            made.unit = match rest.as_slice() {
                [Expr::Path(unit), _] => {
                    unit.path.segments.last().map(|unit| described(&unit.ident.to_string()))
                }
                _ => Some(None),
            };
        }
        input.parse::<TokenStream>()?;
        Ok(made)
    };
    parser.parse2(tokens).ok()
}

/// A unit of `metrics::Unit` in UCUM.
fn described(unit: &str) -> Option<String> {
    Some(
        match unit {
            "Seconds" => "s",
            "Milliseconds" => "ms",
            "Microseconds" => "us",
            "Nanoseconds" => "ns",
            "Bytes" => "By",
            "Kibibytes" => "KiBy",
            "Mebibytes" => "MiBy",
            "Gibibytes" => "GiBy",
            "Percent" => "%",
            _ => return None,
        }
        .to_owned(),
    )
}

/// The kind of an instrument of `prometheus`, by its type or the macro that registers it; whether it has labels.
fn of_prometheus(name: &str) -> Option<(InstrumentKind, bool)> {
    let lower = name.strip_prefix("register_").unwrap_or(name).to_ascii_lowercase().replace('_', "");
    let lower = lower.strip_suffix("withregistry").unwrap_or(&lower);
    let lower = lower.strip_prefix("int").unwrap_or(lower);
    let (lower, has_labels) = lower.strip_suffix("vec").map_or((lower, false), |rest| (rest, true));
    let kind = match lower {
        "counter" => InstrumentKind::Counter,
        "gauge" => InstrumentKind::Gauge,
        "histogram" => InstrumentKind::Histogram,
        _ => return None,
    };
    Some((kind, has_labels))
}

/// What a macro of `prometheus` registers: `register_int_counter_vec!("name", "help", &["label"])`, or with `opts!`.
pub fn prometheus_macro(called: &str, tokens: TokenStream) -> Option<Instrument> {
    let (kind, has_labels) = called.starts_with("register_").then(|| of_prometheus(called))??;
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens).ok()?;
    let arguments: Vec<&Expr> = arguments.iter().collect();
    let (mut made, rest) = match options(arguments.first()?, kind) {
        Some(made) => (made, &arguments[1..]),
        None => {
            let mut made = Instrument::new(Library::Prometheus, kind, arguments.first()?);
            made.help = arguments.get(1).map(|help| Name::of(help) != Name::Known(String::new()));
            (made, arguments.get(2..)?)
        }
    };
    if has_labels {
        made.labels.extend(rest.first().map(|list| listed(list)).unwrap_or_default());
    }
    Some(made)
}

/// `IntCounter::new("name", "help")`, `HistogramVec::new(HistogramOpts::new(…), &["label"])`, `…::with_opts(…)`.
pub fn prometheus_type(call: &syn::ExprCall) -> Option<Instrument> {
    let Expr::Path(path) = &*call.func else { return None };
    let mut segments = path.path.segments.iter().rev();
    let made_by = segments.next()?.ident.to_string();
    let (kind, has_labels) = of_prometheus(&segments.next()?.ident.to_string())?;
    let first = call.args.first()?;
    let mut made = match made_by.as_str() {
        "with_opts" => options(first, kind)?,
        "new" => options(first, kind).or_else(|| {
            let help = call.args.get(1).filter(|_| !has_labels)?;
            // `Histogram::new("…", …)` is another crate's.
            matches!(Name::of(help), Name::Known(_)).then(|| {
                let mut made = Instrument::new(Library::Prometheus, kind, first);
                made.help = Some(Name::of(help) != Name::Known(String::new()));
                made
            })
        })?,
        _ => return None,
    };
    if has_labels {
        made.labels.extend(call.args.get(1).map(listed).unwrap_or_default());
    }
    Some(made)
}

/// `Opts::new("name", "help").namespace("…")`, `opts!("name", "help")`, and those of histograms.
fn options(expression: &Expr, kind: InstrumentKind) -> Option<Instrument> {
    match bare(expression) {
        Expr::MethodCall(call) => {
            let mut made = options(&call.receiver, kind)?;
            match (call.method.to_string().as_str(), call.args.first()) {
                // The namespace stands in front, whichever was said first.
                ("namespace", Some(name)) => made.prefixes.insert(0, Name::of(name)),
                ("subsystem", Some(name)) => made.prefixes.push(Name::of(name)),
                ("const_label", Some(name)) => made.labels.push((Name::of(name), name.span().byte_range())),
                _ => {}
            }
            Some(made)
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let mut segments = path.path.segments.iter().rev();
            let is_new = segments.next()?.ident == "new";
            let of = segments.next()?.ident.to_string();
            (is_new && matches!(of.as_str(), "Opts" | "HistogramOpts")).then_some(())?;
            explained(kind, call.args.first()?, call.args.get(1))
        }
        Expr::Macro(made) => {
            let called = made.mac.path.segments.last()?.ident.to_string();
            matches!(called.as_str(), "opts" | "histogram_opts").then_some(())?;
            let arguments = made.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
            explained(kind, arguments.first()?, arguments.get(1))
        }
        _ => None,
    }
}

fn explained(kind: InstrumentKind, name: &Expr, help: Option<&Expr>) -> Option<Instrument> {
    let mut made = Instrument::new(Library::Prometheus, kind, name);
    made.help = Some(help.is_some_and(|help| Name::of(help) != Name::Known(String::new())));
    Some(made)
}

/// `&["a", B]`.
fn listed(list: &Expr) -> Vec<(Name, std::ops::Range<usize>)> {
    match bare(list) {
        Expr::Array(list) => {
            list.elems.iter().map(|element| (Name::of(element), element.span().byte_range())).collect()
        }
        Expr::Macro(made) if made.mac.path.is_ident("vec") => made
            .mac
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .map(|list| list.iter().map(|element| (Name::of(element), element.span().byte_range())).collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}
