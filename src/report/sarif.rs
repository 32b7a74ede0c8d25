//! SARIF 2.1.0 (OASIS standard), as code scanning takes it: every result has a location, rules are unique and sorted,
//! paths are relative to the repository.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::contract::preset::is_preset;
use crate::finding::{Finding, Level};
use crate::rules::Rule;
use crate::run::Outcome;
use crate::source::{Place, is_url};

/// Writes one log with one run.
pub fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let used: Vec<&str> =
        outcome.findings.iter().map(|f| f.rule).collect::<BTreeSet<_>>().into_iter().collect();
    let rules: Vec<Value> = used.iter().filter_map(|id| Rule::of(id)).map(rule).collect();
    let results: Vec<Value> = outcome.findings.iter().map(|finding| result(finding, &used)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "telelint",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "The root of the repository." } } },
            "invocations": [invocation(outcome)],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(rule: &'static Rule) -> Value {
    let card = rule.card();
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": card.title },
        "fullDescription": { "text": card.what.trim() },
        "help": {
            "text": format!("{}\n\n{}", card.why.trim(), card.fix.trim()),
            "markdown": format!("{}\n\n**Fix:** {}", card.why.trim(), card.fix.trim()),
        },
        "helpUri": rule.page(),
        "defaultConfiguration": { "level": level(card.level) },
        "properties": { "tags": card.requirements, "precision": precision(card.confidence.name()) },
    })
}

/// Whether everything was checked, and what kept the run from it.
fn invocation(outcome: &Outcome) -> Value {
    let mut invocation = json!({ "executionSuccessful": !outcome.summary.unchecked });
    if outcome.summary.unchecked {
        invocation["toolExecutionNotifications"] = json!(notifications(outcome));
    }
    invocation
}

fn notifications(outcome: &Outcome) -> Vec<Value> {
    let kept = |finding: &&Finding| matches!(finding.rule, "contract/invalid" | "contract/unreadable-input");
    let said = |finding: &Finding| json!({ "level": "error", "message": { "text": finding.message }, "locations": [location(&finding.place)] });
    outcome.findings.iter().filter(kept).map(said).collect()
}

fn precision(confidence: &str) -> &'static str {
    match confidence {
        "sure" => "very-high",
        "likely" => "high",
        _ => "medium",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn result(finding: &Finding, used: &[&str]) -> Value {
    let mut text = finding.message.clone();
    if finding.count > 1 {
        text.push_str(&format!(" ({} times)", finding.count));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!(". Help: {}", finding.help));
    }
    let mut related: Vec<Value> = finding.also.iter().map(|place| related(place, "also here")).collect();
    if let Some(because) = &finding.because {
        text.push_str(&format!(". The contract asks for it in {}: {}", because.place, because.text));
        // A preset is no file of the repository.
        if !is_preset(&because.place.path) {
            related.push(self::related(&because.place, "the contract asks for it"));
        }
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": used.iter().position(|id| *id == finding.rule),
        "level": level(finding.level),
        "message": { "text": text },
        "locations": [location(&finding.place)],
        "relatedLocations": related,
        "partialFingerprints": { "telelint/v1": fingerprint(finding) },
        "occurrenceCount": finding.count,
        "properties": { "confidence": finding.confidence.name(), "subject": finding.subject },
    })
}

/// The same finding in the next version of the file: rule, subject and path, not the line.
fn fingerprint(finding: &Finding) -> String {
    let text = format!("{}\n{}\n{}", finding.rule, finding.subject, finding.place.path);
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
}

fn related(place: &Place, text: &str) -> Value {
    let mut location = location(place);
    location["message"] = json!({ "text": text });
    location
}

fn location(place: &Place) -> Value {
    let mut region = json!({ "startLine": place.line, "startColumn": place.column });
    if (place.end_line, place.end_column) > (place.line, place.column) {
        region["endLine"] = json!(place.end_line);
        region["endColumn"] = json!(place.end_column);
    }
    let artifact = if is_url(&place.path) {
        json!({ "uri": uri(&place.path) })
    } else {
        json!({ "uri": uri(&place.path), "uriBaseId": "ROOT" })
    };
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } })
}

/// A path as a relative URI reference (RFC 3986): everything but unreserved characters and `/` is escaped.
fn uri(path: &str) -> String {
    let url = is_url(path);
    let keep = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || b"-._~/".contains(&byte)
            || (url && b":?&=[]@!$'()*+,;".contains(&byte))
    };
    path.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
