//! Instruments: what makes a metric in the crates `opentelemetry`, `prometheus` and `metrics`.

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::held::Held;
use super::label_sets::Labelled;
use super::names::Name;
use super::worth::unbounded;
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
    /// `prometheus-client` 0.25.
    PrometheusClient,
    /// `measured` 0.0.
    Measured,
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
    /// Its unit, as far as it is seen.
    pub unit: Option<String>,
    /// Whether it is explained; `None` where it can't be seen.
    pub help: Option<bool>,
    /// Its labels.
    pub labels: Vec<MadeLabel>,
    /// What its type says of its labels.
    pub labelled: Labelled,
    /// The field or variable that holds it.
    pub bound: Option<String>,
    /// Whether only the name of a macro says that it is the crate's.
    pub is_unsaid: bool,
    /// Whether it only describes what something else makes.
    pub is_description: bool,
}

/// A label or attribute as the code gives it.
#[derive(Clone, Debug)]
pub struct MadeLabel {
    pub name: Name,
    /// The bytes of the name.
    pub at: std::ops::Range<usize>,
    /// Why its values have no bound, where the expression shows that, with its bytes.
    pub unbounded: Option<Unbounded>,
    /// Whether its name is that of a field, and the type says what the label is called.
    pub is_member: bool,
}

impl MadeLabel {
    /// Of what the code gives.
    pub fn new(name: &Expr, value: Option<&Expr>) -> Self {
        let unbounded = value.and_then(|value| Some((unbounded(value)?, value.span().byte_range())));
        Self { name: Name::of(name), at: name.span().byte_range(), unbounded, is_member: false }
    }
}

impl Instrument {
    pub fn new(library: Library, kind: InstrumentKind, name: &Expr) -> Self {
        Self::named(library, kind, Name::of(name), name.span().byte_range())
    }

    fn named(library: Library, kind: InstrumentKind, name: Name, at: std::ops::Range<usize>) -> Self {
        Self {
            library,
            kind,
            name,
            at,
            prefixes: Vec::new(),
            unit: None,
            help: Some(false),
            labels: Vec::new(),
            labelled: Labelled::Not,
            bound: None,
            is_unsaid: false,
            is_description: false,
        }
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

/// The most calls in a chain that builds an instrument.
const LONGEST: usize = 32;

/// `meter.u64_counter("name").with_unit("s").with_description("…").build()`: the whole chain, read from its end.
pub fn opentelemetry(chain: &syn::ExprMethodCall) -> Option<Instrument> {
    let (mut unit, mut help, mut is_built) = (None, false, false);
    let mut call = chain;
    for _ in 0..LONGEST {
        match (call.method.to_string().as_str(), call.args.first()) {
            ("with_unit", Some(text)) => unit = Some(Name::of(text)),
            ("with_description", Some(text)) => help = !Name::of(text).is_empty(),
            ("build" | "init" | "try_init", None) => is_built = true,
            (method, Some(name)) if call.args.len() == 1 => {
                if let Some(kind) = of_method(method) {
                    let mut made = Instrument::new(Library::Opentelemetry, kind, name);
                    // A builder that goes elsewhere may be given more there.
                    made.unit = match unit {
                        Some(Name::Known(unit)) => Some(unit),
                        _ => None,
                    };
                    made.help = (help || is_built).then_some(help);
                    return Some(made);
                }
            }
            (method, _) if method.starts_with("with_") => {}
            _ => return None,
        }
        let Expr::MethodCall(next) = &*call.receiver else { return None };
        call = next;
    }
    None
}

/// The key and the value of `KeyValue::new(key, value)`.
pub fn key_value(element: &Expr) -> Option<(&Expr, &Expr)> {
    let Expr::Call(made) = bare(element) else { return None };
    key_value_of(made)
}

/// The same, of a call.
pub fn key_value_of(made: &syn::ExprCall) -> Option<(&Expr, &Expr)> {
    let Expr::Path(path) = &*made.func else { return None };
    let mut last = path.path.segments.iter().rev();
    let is_new = last.next().is_some_and(|last| last.ident == "new")
        && last.next().is_some_and(|kind| kind.ident == "KeyValue" || kind.ident == "Label");
    (is_new && made.args.len() == 2).then(|| (&made.args[0], &made.args[1]))
}

/// Why the value of a label has no bound, with its bytes.
pub type Unbounded = (String, std::ops::Range<usize>);

/// Values of labels by position: `.with_label_values(&[a, b])`.
pub fn label_values(call: &syn::ExprMethodCall) -> Option<Vec<Option<Unbounded>>> {
    let values = call.args.first().filter(|_| call.method == "with_label_values")?;
    let Expr::Array(list) = bare(values) else { return None };
    Some(list.elems.iter().map(|value| Some((unbounded(value)?, value.span().byte_range()))).collect())
}

/// The unit in which a value is recorded, where the expression shows it: `x.elapsed().as_millis() as f64`.
pub fn unit_of(value: &Expr) -> Option<&'static str> {
    match value {
        Expr::Cast(cast) => unit_of(&cast.expr),
        Expr::Paren(paren) => unit_of(&paren.expr),
        Expr::Reference(reference) => unit_of(&reference.expr),
        Expr::MethodCall(call) => match call.method.to_string().as_str() {
            "as_millis" | "as_millis_f64" | "as_millis_f32" | "num_milliseconds" | "whole_milliseconds"
            | "subsec_millis" => Some("milliseconds"),
            "as_micros" | "num_microseconds" | "whole_microseconds" => Some("microseconds"),
            "as_nanos" | "num_nanoseconds" | "whole_nanoseconds" => Some("nanoseconds"),
            "as_secs" | "as_secs_f64" | "as_secs_f32" => Some("seconds"),
            "into" | "try_into" | "unwrap" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else" | "ok"
            | "clone" => unit_of(&call.receiver),
            _ => None,
        },
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "from" || last.ident == "try_from") =>
            {
                unit_of(&call.args[0])
            }
            _ => None,
        },
        _ => None,
    }
}

/// An expression without `&` and parentheses.
pub fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Reference(reference) => bare(&reference.expr),
        Expr::Paren(paren) => bare(&paren.expr),
        Expr::Group(group) => bare(&group.expr),
        Expr::MethodCall(call)
            if call.args.is_empty() && matches!(call.method.to_string().as_str(), "into" | "as_slice") =>
        {
            bare(&call.receiver)
        }
        other => other,
    }
}

/// What a macro of `metrics` makes, and lists of labels that it is given besides: `counter!("name", "key" => value)`, with `target:` and `level:` before the name.
pub fn metrics(called: &str, tokens: TokenStream) -> Option<(Instrument, Vec<Expr>)> {
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
                let value: Expr = input.parse()?;
                made.labels.push(MadeLabel::new(&key, Some(&value)));
            } else {
                rest.push(key);
            }
        }
        made.is_description = is_description;
        if is_description {
            made.help = rest.last().map(|help| !Name::of(help).is_empty());
            made.unit = match rest.as_slice() {
                [Expr::Path(unit), _] => {
                    unit.path.segments.last().and_then(|unit| described(&unit.ident.to_string()))
                }
                _ => None,
            };
        }
        input.parse::<TokenStream>()?;
        let lists = if is_description { Vec::new() } else { rest };
        Ok((made, lists))
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
    let (mut made, rest) = if let Some(made) = options(arguments.first()?, kind) {
        (made, &arguments[1..])
    } else {
        let mut made = Instrument::new(Library::Prometheus, kind, arguments.first()?);
        made.help = arguments.get(1).map(|help| !Name::of(help).is_empty());
        (made, arguments.get(2..)?)
    };
    if has_labels {
        made.labels.extend(rest.first().map(|list| listed(list)).unwrap_or_default());
    }
    Some(made)
}

/// `register_int_counter("name", "help")`, `try_create_histogram_vec("name", "help", &["label"])`: functions of a platform's
/// own around the crate, which are called so everywhere.
pub fn prometheus_function(call: &syn::ExprCall) -> Option<Instrument> {
    let Expr::Path(path) = &*call.func else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    let rest = name.strip_prefix("try_").unwrap_or(&name);
    let made = ["register_", "create_", "new_"].iter().find_map(|start| rest.strip_prefix(start))?;
    let (kind, has_labels) = of_prometheus(made)?;
    let (named, help) = (call.args.first()?, call.args.get(1)?);
    let is_text = |text: &Expr| matches!(Name::of(text), Name::Known(_));
    (is_text(named) && is_text(help)).then_some(())?;
    let mut made = Instrument::new(Library::Prometheus, kind, named);
    made.is_unsaid = true;
    made.help = Some(!Name::of(help).is_empty());
    if has_labels {
        made.labels.extend(call.args.get(2).map(listed).unwrap_or_default());
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
                made.help = Some(!Name::of(help).is_empty());
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
                ("const_label", Some(name)) => made.labels.push(MadeLabel::new(name, call.args.get(1))),
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
            Some(explained(kind, call.args.first()?, call.args.get(1)))
        }
        Expr::Macro(made) => {
            let called = made.mac.path.segments.last()?.ident.to_string();
            matches!(called.as_str(), "opts" | "histogram_opts").then_some(())?;
            let arguments = made.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
            Some(explained(kind, arguments.first()?, arguments.get(1)))
        }
        _ => None,
    }
}

fn explained(kind: InstrumentKind, name: &Expr, help: Option<&Expr>) -> Instrument {
    let mut made = Instrument::new(Library::Prometheus, kind, name);
    made.help = Some(help.is_some_and(|help| !Name::of(help).is_empty()));
    made
}

/// `&["a", B]`.
pub fn listed(list: &Expr) -> Vec<MadeLabel> {
    match bare(list) {
        Expr::Array(list) => list.elems.iter().map(|element| MadeLabel::new(element, None)).collect(),
        Expr::Macro(made) if made.mac.path.is_ident("vec") => made
            .mac
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .map(|list| list.iter().map(|element| MadeLabel::new(element, None)).collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The fields of `#[derive(MetricGroup)]` (measured 0.0): each is a metric of its name, or of `#[metric(rename = "…")]`.
pub fn measured(item: &syn::ItemStruct) -> Vec<(Instrument, std::ops::Range<usize>)> {
    let derives = |attribute: &syn::Attribute| {
        attribute.path().is_ident("derive")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string().contains("MetricGroup"))
    };
    if !item.attrs.iter().any(derives) {
        return Vec::new();
    }
    let fields = item.fields.iter().filter_map(|field| {
        let ident = field.ident.as_ref()?;
        let syn::Type::Path(path) = &field.ty else { return None };
        let last = path.path.segments.last()?;
        let of = last.ident.to_string();
        let labelled = match of.strip_suffix("Vec") {
            None => Labelled::Not,
            Some(_) => super::worth::inner(last)
                .and_then(super::label_sets::last_of)
                .map_or(Labelled::Unseen, Labelled::By),
        };
        let kind = match of.strip_suffix("Vec").unwrap_or(&of) {
            "Counter" => InstrumentKind::Counter,
            "Gauge" => InstrumentKind::Gauge,
            "Histogram" => InstrumentKind::Histogram,
            _ => return None,
        };
        let (mut name, mut at) = (ident.to_string(), ident.span());
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("metric")) {
            let _ = attribute.parse_nested_meta(|meta| {
                let is_name = meta.path.is_ident("rename");
                if let Ok(value) = meta.value() {
                    let value: Expr = value.parse()?;
                    if let (true, Name::Known(renamed)) = (is_name, Name::of(&value)) {
                        (name, at) = (renamed, value.span());
                    }
                }
                Ok(())
            });
        }
        let mut made = Instrument::named(Library::Measured, kind, Name::Known(name), at.byte_range());
        made.help = Some(field.attrs.iter().any(|attribute| attribute.path().is_ident("doc")));
        made.labelled = labelled;
        Some((made, at.byte_range()))
    });
    fields.collect()
}

/// `registry.register("name", "help", metric)` and `register_with_unit("name", "help", Unit::Seconds, metric)` of
/// prometheus-client. `held` says what is known of the metric that is handed over.
pub fn prometheus_client(call: &syn::ExprMethodCall, held: impl Fn(&Expr) -> Held) -> Option<Instrument> {
    let arguments: Vec<&Expr> = call.args.iter().collect();
    let (unit, metric) = match (call.method.to_string().as_str(), arguments.as_slice()) {
        ("register", [_, _, metric]) => (None, metric),
        ("register_with_unit", [_, _, Expr::Path(unit), metric]) => {
            (unit.path.segments.last().map(|unit| unit.ident.to_string().to_lowercase()), metric)
        }
        _ => return None,
    };
    matches!(Name::of(arguments[1]), Name::Known(_) | Name::Template(_)).then_some(())?;
    let Held { kind, labelled } = held(metric);
    let mut made = Instrument::new(Library::PrometheusClient, kind, arguments[0]);
    (made.labelled, made.bound) = (labelled, holder(metric));
    made.help = Some(!Name::of(arguments[1]).is_empty());
    made.unit = unit;
    Some(made)
}

/// The field or variable that a metric is handed over from: `requests.clone()`, `self.requests.clone()`.
fn holder(metric: &Expr) -> Option<String> {
    match metric {
        Expr::Reference(reference) => holder(&reference.expr),
        Expr::MethodCall(call) if call.args.is_empty() => holder(&call.receiver),
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        _ => None,
    }
}
