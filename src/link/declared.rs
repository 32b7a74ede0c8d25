//! The metrics the contract declares, each with what was seen of it and with what it contradicts.

use std::collections::BTreeMap;

use crate::contract::{Contract, Declared, Duty, Said};
use crate::facts::Metric;
use crate::naming::{MetricKind, prometheus, ucum, units};
use crate::source::Place;

/// A declared metric.
pub struct Declaration<'a> {
    /// As the contract says it.
    pub said: &'a Declared,
    /// The name Prometheus stores.
    pub exposed: String,
    /// The families of that name.
    pub emitted: Vec<&'a Metric>,
    /// Where the declaration breaks the contract it stands in.
    pub conflicts: Vec<Conflict>,
}

/// Two words of the contract that can't both hold.
pub struct Conflict {
    /// The word that breaks.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// The clause it breaks.
    pub clause: Option<Place>,
    /// What to do.
    pub help: String,
}

/// Joins declarations with metrics.
pub fn join<'a>(contract: &'a Contract, metrics: &[&'a Metric]) -> Vec<Declaration<'a>> {
    let mut declarations: Vec<Declaration<'a>> = Vec::new();
    let mut seen: BTreeMap<String, &'a Declared> = BTreeMap::new();
    let mut by_name: BTreeMap<String, Vec<&'a Metric>> = BTreeMap::new();
    for metric in metrics {
        by_name.entry(prometheus::normalised(&metric.exposed).into_owned()).or_default().push(metric);
    }
    for said in &contract.metrics.declared {
        let exposed = prometheus::normalised(&said.name).into_owned();
        let emitted = by_name.get(&exposed).cloned().unwrap_or_default();
        let mut conflicts = conflicts(contract, said);
        if let Some(twin) = seen.insert(exposed.clone(), said) {
            conflicts.push(Conflict {
                place: said.name.place.clone(),
                message: if *twin.name == *said.name {
                    format!("`{}` is declared twice", said.name.value)
                } else {
                    format!("`{}` and `{}` are one name to Prometheus", twin.name.value, said.name.value)
                },
                clause: Some(twin.name.place.clone()),
                help: "declare each metric once, by the name Prometheus stores".to_owned(),
            });
        }
        declarations.push(Declaration { said, exposed, emitted, conflicts });
    }
    declarations
}

fn conflicts(contract: &Contract, declared: &Declared) -> Vec<Conflict> {
    let metrics = &contract.metrics;
    let name = declared.name.as_str();
    let at_name = &declared.name.place;
    let required = |duty: &Option<Said<Duty>>| {
        duty.as_ref().filter(|said| said.value == Duty::Required).map(|said| said.place.clone())
    };
    let mut found = Vec::new();
    if let (Some(clause), Some(kind)) = (required(&metrics.counters_end_in_total), &declared.kind) {
        let ends = name.ends_with("_total");
        let wrong = match kind.value {
            MetricKind::Counter if !ends => Some("does not end in `_total`"),
            MetricKind::Counter | MetricKind::Unknown => None,
            _ if ends => Some("ends in `_total`"),
            _ => None,
        };
        if let Some(wrong) = wrong {
            let kind = kind.value.as_str();
            found.push(Conflict {
                place: at_name.clone(),
                message: format!("`{name}` is declared as {kind} and {wrong}"),
                clause: Some(clause),
                help: if wrong.starts_with("does") {
                    format!("declare `{}`", prometheus::suggest_counter_name(name))
                } else {
                    "rename it, or declare it as counter".to_owned()
                },
            });
        }
    }
    for label in declared.labels.iter().flatten() {
        let forbidden = metrics.labels.forbid.iter().flatten().find(|name| name.value == label.value);
        if let Some(forbidden) = forbidden {
            found.push(Conflict {
                place: label.place.clone(),
                message: format!(
                    "`{name}` is declared with the label `{}`, which the contract forbids",
                    label.value
                ),
                clause: Some(forbidden.place.clone()),
                help: "leave the label out of the metric; ids belong in logs and spans".to_owned(),
            });
        }
    }
    if let Some(namespace) =
        metrics.namespace.as_ref().filter(|namespace| !name.starts_with(namespace.as_str()))
    {
        found.push(Conflict {
            place: at_name.clone(),
            message: format!("`{name}` is declared outside the namespace `{}`", namespace.value),
            clause: Some(namespace.place.clone()),
            help: format!("declare `{}{name}`", namespace.value),
        });
    }
    found.extend(unit_conflict(contract, declared));
    found
}

/// The declared unit against the unit words of the name.
fn unit_conflict(contract: &Contract, declared: &Declared) -> Option<Conflict> {
    let unit = declared.unit.as_ref()?;
    let clause = contract.metrics.base_units.as_ref().filter(|said| said.value == Duty::Required);
    let clause = clause.map(|said| said.place.clone());
    let conflict = |message: String, help: String| {
        Some(Conflict { place: unit.place.clone(), message, clause: clause.clone(), help })
    };
    if !ucum::is_valid_ucum(unit) {
        let help = match ucum::suggest_ucum(unit) {
            Some(right) => format!("write `{right}`"),
            None => "units are UCUM: `s`, `By`, `1`, `{request}`".to_owned(),
        };
        return conflict(format!("`{}` is no UCUM unit", unit.value), help);
    }
    let word = ucum::ucum_to_prometheus(unit)?;
    let base = units::word_dimension(&word)?.base_unit()?;
    if clause.is_some() && base != word {
        let name = &declared.name.value;
        return conflict(format!("`{name}` is declared in {word}, not in {base}"), format!("record {base}"));
    }
    let name = declared.name.as_str();
    let in_name = units::unit_words(name).filter(|(_, role)| *role == units::UnitRole::Suffix).last();
    let (in_name, _) = in_name.filter(|(in_name, _)| in_name.full != word)?;
    conflict(
        format!("`{name}` says {}, its declared unit is {word}", in_name.found),
        "let name and unit agree".to_owned(),
    )
}
