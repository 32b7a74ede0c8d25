//! Spans of requests and messages that do not carry the field which holds everything together.

use crate::contract::fields::{Carrier, Need};
use crate::facts::SpanKind;
use crate::link::World;
use crate::rules::Out;

/// Judges the spans that requests and messages begin with, for every field that spans must have.
pub fn check(world: &World<'_>, out: &mut Out<'_>) {
    for (name, place, field) in world.contract.fields.iter() {
        let always = field.required.as_ref().is_some_and(|need| need.value == Need::Always);
        let on_spans = field.on.as_ref().is_none_or(|on| on.iter().any(|on| on.value == Carrier::Span));
        if !always || !on_spans {
            continue;
        }
        for span in world.facts.spans.iter().filter(|span| span.is_root) {
            let Some(attributes) = &span.attributes else { continue };
            let aliases = field.aliases.iter().flatten().map(|alias| alias.as_str());
            if std::iter::once(name).chain(aliases).any(|name| attributes.contains(name)) {
                continue;
            }
            let of = if span.kind == SpanKind::Consumer { "a message" } else { "a request" };
            out.find(format!("span {}", span.name), &span.place, format!("the span of {of} has no `{name}`"))
                .label("begins here")
                .because(world.clause_at(place))
                .help(format!(
                    "give it the field: `{name} = %id`, or `{name} = field::Empty` and record it later"
                ));
        }
    }
}
