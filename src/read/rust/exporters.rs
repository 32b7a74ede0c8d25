//! Where a program sends telemetry: the addresses that exporters are given in the code.

use syn::Expr;
use syn::spanned::Spanned;

use super::names::Name;
use super::operations::root;
use super::walk::Walk;
use crate::source::Place;

/// An address that an exporter is given.
#[derive(Debug)]
pub struct MadeConnection {
    pub place: Place,
    /// What sends.
    pub from: String,
    pub to: Name,
    /// Whether the address only holds where the environment gives no other.
    pub is_default: bool,
}

/// Methods that give an exporter its address, each with the crates that have it. Other crates have methods of these names.
const METHODS: [(&str, &[&str]); 4] = [
    ("with_endpoint", &["opentelemetry_otlp", "opentelemetry_jaeger", "opentelemetry_datadog"]),
    ("with_collector_endpoint", &["opentelemetry_zipkin", "opentelemetry_jaeger"]),
    ("with_agent_endpoint", &["opentelemetry_datadog"]),
    ("with_push_gateway", &["metrics_exporter_prometheus"]),
];

/// What stands in the names of variables that hold an exporter.
const CALLED: [&str; 6] = ["builder", "export", "metric", "otlp", "span", "trac"];

impl Walk<'_> {
    /// A method call that gives an exporter its address.
    pub(super) fn connected(&mut self, call: &syn::ExprMethodCall) {
        let method = call.method.to_string();
        let Some((_, crates)) = METHODS.iter().find(|(name, _)| *name == method) else { return };
        let Some(address) = call.args.first() else { return };
        let Some(begins) = root(&call.receiver) else { return };
        let full = self.imports.full(begins);
        // The chain begins with the crate, or with a variable that is called after what it holds, where the file imports
        // the crate: clients of other systems have methods of these names, too.
        let of_chain = crates.iter().find(|of| full.first().is_some_and(|first| first == *of));
        let is_called_so = || {
            let name = begins.get_ident().map(ToString::to_string).unwrap_or_default();
            CALLED.iter().any(|word| name.contains(word))
        };
        let of_file = || crates.iter().find(|of| is_called_so() && self.imports.uses(&[of]));
        let Some(of) = of_chain.or_else(of_file) else { return };
        let from = of.replace('_', "-");
        let (to, place, is_default) = self.address(address);
        self.out.connections.push(MadeConnection { place, from, to, is_default });
    }

    /// What an address is, where it stands, and whether something else may be set in its stead.
    fn address(&self, given: &Expr) -> (Name, Place, bool) {
        if let Some((text, place)) = self.fallback(given) {
            return (text, place, true);
        }
        if let Expr::Reference(reference) = given {
            return self.address(&reference.expr);
        }
        if let Expr::MethodCall(call) = given
            && call.args.is_empty()
            && super::worth::hands_on(&call.method.to_string())
        {
            return self.address(&call.receiver);
        }
        let held = match given {
            Expr::Path(path) => path.path.get_ident().and_then(|name| self.fallbacks.get(&name.to_string())),
            _ => None,
        };
        match held {
            Some((text, place)) => (text.clone(), place.clone(), true),
            None => (self.name(Name::of(given)), self.lines.at(given.span()), false),
        }
    }

    /// The text that is taken where something gives no other: `env::var("X").unwrap_or_else(|_| "text".into())`.
    pub(super) fn fallback(&self, given: &Expr) -> Option<(Name, Place)> {
        let Expr::MethodCall(call) = given else { return None };
        let other = match call.method.to_string().as_str() {
            "unwrap_or" | "unwrap_or_else" => call.args.first()?,
            method if super::worth::hands_on(method) && call.args.is_empty() => {
                return self.fallback(&call.receiver);
            }
            _ => return None,
        };
        let other = match other {
            Expr::Closure(closure) => &closure.body,
            other => other,
        };
        match self.name(Name::of(other)) {
            Name::Unknown(_) | Name::Variable(_) => None,
            text => Some((text, self.lines.at(text_of(other).span()))),
        }
    }
}

/// The text itself, without what makes another type of it.
fn text_of(expression: &Expr) -> &Expr {
    match expression {
        Expr::MethodCall(call) if call.args.is_empty() => text_of(&call.receiver),
        Expr::Call(call) if call.args.len() == 1 => text_of(&call.args[0]),
        Expr::Reference(reference) => text_of(&reference.expr),
        other => other,
    }
}
