//! What the contract makes readers of logs watch for, as plain data.

use std::sync::{Arc, OnceLock};

use camino::Utf8Path;

use super::Unit;
use crate::contract::{Contract, Duty, Said, Setting, fields, load};
use crate::detect::card::{self, Weight};
use crate::detect::{Hidden, Names};
use crate::facts::Purpose;
use crate::naming::routes::operation;
use crate::read::watch::{
    Detectors, DocumentWatch, Format, FrontendWatch, LogWatch, RustWatch, STANDARD, SpecWatch, WatchedField,
    Wrapper,
};
use crate::source::relative;

/// What log records must and must not carry.
pub fn logs(unit: &Unit, root: &Utf8Path) -> LogWatch {
    let contract = &unit.contract;
    let required = contract.logs.required.iter().flatten();
    let is_required = |name: &str| required.clone().any(|said| said.value == name);
    let mut watched: Vec<WatchedField> = STANDARD
        .iter()
        .map(|name| WatchedField {
            name: (*name).to_owned(),
            required: is_required(name),
            ..WatchedField::default()
        })
        .collect();
    for (name, _, field) in contract.fields.iter() {
        let on_logs = field.on.as_ref().is_none_or(|on| on.iter().any(|on| on.value == fields::Carrier::Log));
        let always =
            on_logs && field.required.as_ref().is_some_and(|need| need.value == fields::Need::Always);
        let format = match field.format.as_ref().map(|format| format.value) {
            Some(fields::Format::Uuid) => Format::Uuid,
            Some(fields::Format::Ulid) => Format::Ulid,
            Some(fields::Format::Text) | None => Format::Any,
        };
        // A standard field may be given further spellings.
        if let Some(standard) = watched.iter_mut().take(STANDARD.len()).find(|standard| standard.name == name)
        {
            standard.aliases = field.aliases.iter().flatten().map(|alias| alias.value.clone()).collect();
            standard.required |= always;
            standard.format = format;
            standard.redacted = field.redacted.as_ref().map(|form| form.value.clone());
            continue;
        }
        watched.push(WatchedField {
            name: name.to_owned(),
            aliases: field.aliases.iter().flatten().map(|alias| alias.value.clone()).collect(),
            required: always || is_required(name),
            format,
            redacted: field.redacted.as_ref().map(|form| form.value.clone()),
        });
    }
    // A field that is asked for and described nowhere is looked for by its name.
    for name in required
        .clone()
        .filter(|name| !watched.iter().any(|field| field.name == name.value))
        .cloned()
        .collect::<Vec<_>>()
    {
        watched.push(WatchedField { name: name.value, required: true, ..WatchedField::default() });
    }
    let resource = &contract.resource;
    let attributes = resource.required.iter().flatten().flat_map(|required| {
        let aliases = resource.aliases.get(&required.value).map_or(&[][..], |names| names.0.as_slice());
        std::iter::once(required).chain(aliases)
    });
    let base = base(unit, root);
    LogWatch {
        fields: watched,
        levels: contract.logs.levels.iter().flatten().map(|level| level.value.to_ascii_lowercase()).collect(),
        max_record: contract
            .logs
            .max_record_bytes
            .as_ref()
            .map_or(usize::MAX, |most| usize::try_from(most.value).unwrap_or(usize::MAX)),
        sensitive: contract.redaction.fields.iter().flatten().map(|name| name.value.clone()).collect(),
        // Whose record it is, each record says.
        attributes: attributes.map(|said| said.value.clone()).filter(|name| name != "service.name").collect(),
        services: contract
            .logs
            .services
            .iter()
            .map(|(glob, _, service)| (format!("{base}{glob}"), service.value.clone()))
            .collect(),
    }
}

/// What readers of OpenAPI and AsyncAPI look at more closely.
pub fn specs(contract: &Contract) -> SpecWatch {
    let ops = &contract.ops_ui;
    let operations = ops.operations.iter().flatten().filter_map(|said| {
        let (method, path) = operation(said)?;
        Some((method.to_uppercase(), path.to_owned()))
    });
    let spellings = |(name, _, field): (&str, &crate::source::Place, &fields::Field)| {
        let aliases = field.aliases.iter().flatten().map(|alias| alias.value.clone());
        std::iter::once(name.to_owned()).chain(aliases).collect()
    };
    SpecWatch {
        ops_route: ops.route.as_ref().map(|route| route.value.clone()),
        operations: operations.collect(),
        role_keys: contract.api.role_extensions.iter().flatten().map(|key| key.value.clone()).collect(),
        fields: contract.fields.iter().map(spellings).collect(),
    }
}

/// What stands before the contract's patterns to make them relative to the root.
fn base(unit: &Unit, root: &Utf8Path) -> String {
    if unit.base == root { String::new() } else { format!("{}/", relative(&unit.base, root)) }
}

/// What documents are there for.
pub fn documents(unit: &Unit, root: &Utf8Path) -> DocumentWatch {
    let base = base(unit, root);
    let gates = &unit.contract.gates;
    let of = |globs: &Option<Vec<Said<String>>>, purpose| {
        globs.iter().flatten().map(|glob| (format!("{base}{}", glob.value), purpose)).collect::<Vec<_>>()
    };
    let mut patterns = of(&gates.ux_mock.documents, Purpose::Mock);
    patterns.extend(of(&gates.governance.documents, Purpose::Standard));
    let states = gates.ux_mock.states.iter().flatten().map(|state| state.value.clone()).collect();
    DocumentWatch { patterns, states, root: root.to_owned() }
}

/// What front ends have that is of interest.
pub fn frontend(contract: &Contract) -> FrontendWatch {
    FrontendWatch {
        page: contract.ops_ui.route.as_ref().map(|route| route.value.clone()).unwrap_or_default(),
    }
}

/// What the reader of Rust can't know by itself.
pub fn rust(contract: &Contract) -> RustWatch {
    let aliases =
        |name: &str| contract.resource.aliases.get(name).map_or(&[][..], |names| names.0.as_slice());
    let resource = contract.resource.required.iter().flatten().map(|required| {
        let others = aliases(&required.value).iter().map(|alias| alias.value.clone());
        std::iter::once(required.value.clone()).chain(others).collect()
    });
    let owned =
        |names: &Option<Vec<Said<String>>>| names.iter().flatten().map(|name| name.value.clone()).collect();
    RustWatch {
        sanitizers: owned(&contract.rust.sanitizers),
        redacting_types: owned(&contract.rust.redacting_types),
        services: owned(&contract.rust.services),
        wrappers: contract.rust.wrappers.iter().map(wrapper).collect(),
        resource: resource.collect(),
    }
}

fn wrapper(said: &crate::contract::platform::Wrapper) -> Wrapper {
    let path: Vec<String> = said.path.split("::").map(|word| word.trim_end_matches('!').to_owned()).collect();
    let like = said
        .like
        .as_ref()
        .map_or_else(|| path.last().cloned().unwrap_or_default(), |like| like.value.clone());
    Wrapper {
        like: like.rsplit("::").next().unwrap_or_default().trim_end_matches('!').to_owned(),
        path,
        name: said.name.as_ref().map_or(0, |at| at.value as usize),
        labels: said.labels.as_ref().map(|at| at.value as usize),
    }
}

/// The detectors in force.
pub fn detectors(contract: &Contract) -> Arc<Detectors> {
    let redaction = &contract.redaction;
    let weight = |setting: Setting| match setting {
        Setting::Allow => Weight::Allow,
        Setting::Info => Weight::Info,
        Setting::Warning => Weight::Warning,
        Setting::Error => Weight::Error,
    };
    let levels = redaction.detectors.iter().map(|(id, _, setting)| (id.to_owned(), weight(setting.value)));
    let custom = redaction.custom.iter().map(|(id, _, card)| (id.to_owned(), card.value.clone()));
    let asked = |duty: &Option<Said<Duty>>| duty.as_ref().is_some_and(|said| said.value == Duty::Required);
    Arc::new(Detectors::new(levels.collect(), custom.collect(), asked(&redaction.secrets)))
}

/// What must not be shown: what the contract calls sensitive, and what the built-in one does, since a contract that asks for
/// less makes nothing less of a secret.
pub fn hidden(contract: &Contract) -> Hidden {
    static BUILT_IN: OnceLock<Option<Contract>> = OnceLock::new();
    let built_in = BUILT_IN.get_or_init(|| load::built_in().ok().map(|loaded| loaded.contract));
    let lists =
        built_in.iter().chain([contract]).flat_map(|contract| contract.redaction.fields.iter().flatten());
    let redacted = contract.fields.iter().filter(|(_, _, field)| field.redacted.is_some());
    let redacted = redacted.flat_map(|(name, _, field)| {
        std::iter::once(name).chain(field.aliases.iter().flatten().map(|alias| alias.as_str()))
    });
    let on = contract.redaction.detectors.iter().filter(|(_, _, setting)| setting.value != Setting::Allow);
    let on = on.filter_map(|(id, ..)| Some((id.to_owned(), card::of(id)?.clone())));
    let custom = contract.redaction.custom.iter().map(|(id, _, card)| (id.to_owned(), card.value.clone()));
    let custom = on.filter(|(_, card)| card.level == Weight::Allow).chain(custom);
    Hidden::new(Names::new(lists.map(|name| name.as_str())), Names::new(redacted), custom.collect())
}
