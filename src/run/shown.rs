//! Facts as they leave the program: what only the contract's own detectors hide is hidden here, since in a check it is hidden
//! where findings are written.

use serde_json::{Map, Value};

use crate::detect::{Hidden, masked_with};
use crate::facts::{Facts, Unreadable};
use crate::source::{Place, Sources};

/// Facts with everything hidden that a report would hide. Names of files are shown, as in reports.
pub fn shown(facts: Facts, sources: &Sources) -> Facts {
    let hidden = sources.hidden().only_detectors();
    if hidden.custom.is_empty() {
        return facts;
    }
    // By text, as facts come and go elsewhere: further ways to read and write them would double what the program weighs by them.
    let value = serde_json::to_vec(&facts).and_then(|text| serde_json::from_slice(&text));
    let masked = value.map(|value| whole(value, &hidden).to_string());
    masked.and_then(|text| serde_json::from_slice(text.as_bytes())).unwrap_or_else(|_| {
        let mut none = Facts::new(&facts.reading);
        let reason = "nothing can be shown: a detector of the contract hides words that facts are written in";
        let place = Place::of_file("facts");
        none.unreadable.add(Unreadable { place, reason: reason.to_owned() });
        none
    })
}

fn whole(value: Value, hidden: &Hidden) -> Value {
    match value {
        Value::String(text) => Value::String(masked_with(&text, hidden)),
        Value::Array(items) => items.into_iter().map(|item| whole(item, hidden)).collect(),
        Value::Object(entries) => {
            let is_file = entries.contains_key("line") || entries.contains_key("bytes");
            let one = |(key, value): (String, Value)| match key.as_str() {
                "artifact" | "reading" => (key, value),
                "path" if is_file => (key, value),
                // Labels and attributes are keys, too.
                _ => (masked_with(&key, hidden), whole(value, hidden)),
            };
            Value::Object(entries.into_iter().map(one).collect::<Map<_, _>>())
        }
        other => other,
    }
}
