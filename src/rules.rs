//! The rules: one file each, at the path of its id, beside a card (`rules/<id>.yaml`) and a fixture
//! (`fixtures/<id>/`).
//!
//! A rule compares facts with the contract and makes findings. It knows no file format and no report.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::contract::fields::{Carrier, Need};
use crate::contract::{Duty, Said};
use crate::detect::card::Class;
use crate::detect::{Hidden, masked_with, printable};
use crate::facts::{Kind, Oddity, Payload, Property};
use crate::finding::{Because, Confidence, Finding, Level};
use crate::link::World;
use crate::link::events::{is_named, spellings};
use crate::link::gates::Fault;
use crate::source::Place;

/// Declares the modules of rules and the list of them, each with its card.
macro_rules! rules {
    ($($family:ident { $($module:ident => $id:literal),* $(,)? })*) => {
        $(
            #[doc = concat!("Rules of the family `", stringify!($family), "`.")]
            pub mod $family {
                $(pub mod $module;)*
            }
        )*

        /// Every rule, in order of id.
        pub static ALL: [Rule; [$($($id),*),*].len()] = [
            $($(Rule {
                id: $id,
                text: include_str!(concat!("../rules/", $id, ".yaml")),
                card: OnceLock::new(),
                check: $family::$module::check,
            }),*),*
        ];
    };
}

rules! {
    api {
        broken_reference => "api/broken-reference",
        exposes_backend => "api/exposes-backend",
        invalid_document => "api/invalid-document",
        missing_correlation_header => "api/missing-correlation-header",
        missing_error_response => "api/missing-error-response",
        missing_response_schema => "api/missing-response-schema",
        undocumented_route => "api/undocumented-route",
        unimplemented_operation => "api/unimplemented-operation",
        unprotected_operation => "api/unprotected-operation",
        unsanitized_response => "api/unsanitized-response",
        weak_authentication => "api/weak-authentication",
    }
    contract {
        contradiction => "contract/contradiction",
        expired_allow => "contract/expired-allow",
        invalid => "contract/invalid",
        unparsed_source => "contract/unparsed-source",
        unreadable_input => "contract/unreadable-input",
        unused_allow => "contract/unused-allow",
        unused_pattern => "contract/unused-pattern",
    }
    events {
        bad_correlation_location => "events/bad-correlation-location",
        broken_reference => "events/broken-reference",
        invalid_document => "events/invalid-document",
        missing_correlation_id => "events/missing-correlation-id",
        missing_event_id => "events/missing-event-id",
        missing_org_id => "events/missing-org-id",
        never_published => "events/never-published",
        undocumented_event => "events/undocumented-event",
        unreachable_message => "events/unreachable-message",
        wrong_direction => "events/wrong-direction",
    }
    fields {
        alias => "fields/alias",
        bad_format => "fields/bad-format",
        missing_correlation_id => "fields/missing-correlation-id",
        unredacted_id => "fields/unredacted-id",
    }
    gates {
        event_not_specified => "gates/event-not-specified",
        mock_image_missing => "gates/mock-image-missing",
        mock_missing => "gates/mock-missing",
        mock_state_missing => "gates/mock-state-missing",
        ops_endpoint_missing => "gates/ops-endpoint-missing",
        stale_standard => "gates/stale-standard",
        standard_not_approved => "gates/standard-not-approved",
    }
    logs {
        bad_level => "logs/bad-level",
        bad_timestamp => "logs/bad-timestamp",
        duplicate_key => "logs/duplicate-key",
        id_in_message => "logs/id-in-message",
        interpolated_message => "logs/interpolated-message",
        missing_field => "logs/missing-field",
        not_json => "logs/not-json",
        oversized_record => "logs/oversized-record",
        print_macro => "logs/print-macro",
    }
    metrics {
        abbreviated_unit => "metrics/abbreviated-unit",
        bad_name => "metrics/bad-name",
        broken_histogram => "metrics/broken-histogram",
        broken_summary => "metrics/broken-summary",
        contradicting_units => "metrics/contradicting-units",
        counter_decreased => "metrics/counter-decreased",
        counter_without_total => "metrics/counter-without-total",
        deprecated => "metrics/deprecated",
        doubled_suffix => "metrics/doubled-suffix",
        duplicate_metadata => "metrics/duplicate-metadata",
        duplicate_series => "metrics/duplicate-series",
        duration_not_in_seconds => "metrics/duration-not-in-seconds",
        identifier_in_label => "metrics/identifier-in-label",
        impossible_value => "metrics/impossible-value",
        inconsistent_labels => "metrics/inconsistent-labels",
        interleaved_family => "metrics/interleaved-family",
        label_mismatch => "metrics/label-mismatch",
        malformed_exposition => "metrics/malformed-exposition",
        missing_help => "metrics/missing-help",
        missing_unit => "metrics/missing-unit",
        name_collision => "metrics/name-collision",
        never_emitted => "metrics/never-emitted",
        non_base_unit => "metrics/non-base-unit",
        reserved_label => "metrics/reserved-label",
        reserved_suffix => "metrics/reserved-suffix",
        series_vanished => "metrics/series-vanished",
        too_many_label_values => "metrics/too-many-label-values",
        too_many_series => "metrics/too-many-series",
        total_on_non_counter => "metrics/total-on-non-counter",
        type_in_name => "metrics/type-in-name",
        type_mismatch => "metrics/type-mismatch",
        unbounded_label => "metrics/unbounded-label",
        undeclared => "metrics/undeclared",
        unit_mismatch => "metrics/unit-mismatch",
    }
    ops_ui {
        browser_queries_backend => "ops-ui/browser-queries-backend",
        unguarded_route => "ops-ui/unguarded-route",
    }
    redaction {
        personal_data => "redaction/personal-data",
        recorded_argument => "redaction/recorded-argument",
        secret => "redaction/secret",
        sensitive_field => "redaction/sensitive-field",
    }
    resource {
        misplaced_attribute => "resource/misplaced-attribute",
        missing_attribute => "resource/missing-attribute",
        placeholder_service_name => "resource/placeholder-service-name",
    }
    stack {
        direct_export => "stack/direct-export",
        missing_sdk => "stack/missing-sdk",
        plaintext_transport => "stack/plaintext-transport",
    }
    traces {
        broken_link => "traces/broken-link",
        external_call_without_span => "traces/external-call-without-span",
        failure_without_status => "traces/failure-without-status",
        guard_across_await => "traces/guard-across-await",
        http_without_root_span => "traces/http-without-root-span",
        messaging_without_span => "traces/messaging-without-span",
        unbounded_span_name => "traces/unbounded-span-name",
    }
}

/// A rule.
pub struct Rule {
    /// `family/fault`; the path of its code, card and fixture.
    pub id: &'static str,
    /// The card's text.
    pub text: &'static str,
    card: OnceLock<Card>,
    check: fn(&World<'_>, &mut Out<'_>),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl Rule {
    /// The rule of an id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        ALL.iter().find(|rule| rule.id == id)
    }

    /// What the rule says of itself. Cards are read when a finding or a person first asks.
    #[must_use]
    pub fn card(&self) -> &Card {
        self.card.get_or_init(|| {
            let options = serde_saphyr::options! { strict_booleans: true };
            serde_saphyr::from_str_with_options(self.text, options).unwrap_or_default()
        })
    }

    /// Where the rule is described on the web.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), self.id)
    }
}

/// What a rule says of itself: the one source of `explain`, the documentation, SARIF and the README's table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The fault in a few words.
    pub title: String,
    /// The level of its findings, unless the contract says otherwise.
    pub level: Level,
    /// How certain its findings are, unless one says otherwise.
    pub confidence: Confidence,
    /// The requirements of the architecture it enforces.
    pub requirements: Vec<String>,
    /// The exact condition.
    pub what: String,
    /// Why it hurts.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// What it looks like.
    pub example: Example,
    /// Where the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
}

/// The fault and its mending.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// How it is wrong.
    pub bad: String,
    /// How it is right.
    pub good: String,
}

impl Default for Card {
    fn default() -> Self {
        Self {
            title: String::new(),
            level: Level::Error,
            confidence: Confidence::Sure,
            requirements: Vec::new(),
            what: String::new(),
            why: String::new(),
            fix: String::new(),
            example: Example::default(),
            references: Vec::new(),
        }
    }
}

/// Where a rule puts its findings.
pub struct Out<'o> {
    rule: &'static Rule,
    /// What no finding may say, besides what the built-in detectors find.
    hidden: &'o Hidden,
    findings: &'o mut Vec<Finding>,
}

impl Out<'_> {
    /// Begins a finding about `subject` at `place`; level and confidence are the card's.
    pub fn find(
        &mut self,
        subject: impl Into<String>,
        place: &Place,
        message: impl Into<String>,
    ) -> Draft<'_> {
        let card = self.rule.card();
        let finding = Finding {
            rule: self.rule.id,
            level: card.level,
            confidence: card.confidence,
            message: message.into(),
            subject: subject.into(),
            cause: String::new(),
            count: 1,
            place: place.clone(),
            also: Vec::new(),
            label: String::new(),
            because: None,
            help: String::new(),
            is_confidential: false,
        };
        Draft { finding: Some(finding), hidden: self.hidden, findings: self.findings }
    }
}

/// Reports what a reader found odd about families: `message` says what, of the metric and the reader's note.
pub fn odd(
    world: &World<'_>,
    out: &mut Out<'_>,
    oddity: Oddity,
    (label, help): (&str, &str),
    message: impl Fn(&str, &str) -> String,
) {
    let Some(because) = world.asks(&world.contract.metrics.exposition) else { return };
    for metric in &world.metrics {
        let Some((spot, tally)) = metric.odd(oddity) else { continue };
        let name = metric.name.as_str();
        out.find(name, &spot.place, message(name, &spot.note))
            .label(label)
            .because(because.clone())
            .seen(tally.count, tally.also())
            .help(help);
    }
}

/// Reports what detectors of one class saw: by service, field and detector.
pub fn sighted(world: &World<'_>, out: &mut Out<'_>, class: Class, help: &str) {
    for (sighting, verdict) in world.sightings(class) {
        let Some(spot) = sighting.seen.spot() else { continue };
        let owner = if sighting.service.is_empty() { &*sighting.artifact } else { sighting.service.as_str() };
        let whole = sighting.pointer.is_empty();
        let field = if whole { "the text".to_owned() } else { format!("`{}`", sighting.pointer) };
        let sort = if sighting.weak { " (for tests, or incomplete)" } else { "" };
        let message =
            format!("{field} of `{owner}` holds {} {}{sort}", article(&sighting.title), sighting.title);
        out.find(sighting.pointer.as_str(), &spot.place, message)
            .label(format!("{}, {}", sighting.detector, spot.note))
            .cause(format!("{owner} {} {}", sighting.pointer, sighting.detector))
            .because(verdict.because)
            .level(verdict.level)
            .confidence(verdict.confidence)
            .confidential()
            .seen(sighting.seen.count, sighting.seen.also())
            .help(help);
    }
}

/// Reports what a reader found malformed in documents of a kind.
pub fn malformed(world: &World<'_>, out: &mut Out<'_>, kind: Kind, asked: &Option<Said<Duty>>) {
    let Some(because) = world.asks(asked) else { return };
    for fault in world.faults(kind) {
        let Some(spot) = fault.seen.spot() else { continue };
        let title = kind.title();
        out.find(&*fault.artifact, &spot.place, spot.note.as_str())
            .label("here")
            .cause(format!("{} {}", spot.place, spot.note))
            .because(because.clone())
            .help(format!(
                "mend it as the specification has it; it is not valid as {} {title}",
                article(&title)
            ));
    }
}

/// Reports references of documents of a kind that lead nowhere.
pub fn dangling(world: &World<'_>, out: &mut Out<'_>, kind: Kind, asked: &Option<Said<Duty>>) {
    let Some(because) = world.asks(asked) else { return };
    for reference in world.facts.broken_references.iter().filter(|reference| reference.kind == kind) {
        let message = format!("`{}` leads nowhere: {}", reference.target, reference.reason);
        out.find(reference.target.as_str(), &reference.place, message)
            .label("nothing is there")
            .cause(format!("{}", reference.place))
            .because(because.clone())
            .help("define what it refers to, or mend the reference; other files are found from the one it stands in");
    }
}

/// Reports events whose payload and headers lack a field of the contract.
pub fn lacks_field(world: &World<'_>, out: &mut Out<'_>, field: &str, help: &str) {
    let Some((wanted, because)) = world.field_on(field, Carrier::Event) else { return };
    let is_always = wanted.required.as_ref().is_some_and(|need| need.value == Need::Always);
    for event in world.carried_events().filter(|event| event.payload == Payload::Described && !event.is_open)
    {
        let name = event.called();
        let all = event.fields.iter().chain(event.headers.iter().flatten());
        let found: Vec<&Property> =
            all.filter(|property| is_named(&property.name, spellings(field, wanted))).collect();
        let (place, message, label) = if found.is_empty() {
            let message = format!("the message `{name}` has no `{field}`");
            (&event.payload_place, message, format!("no `{field}` in the payload and the headers"))
        } else if is_always && !found.iter().any(|property| property.is_required) {
            let message = format!("the message `{name}` may come without `{field}`");
            (&found[0].place, message, "not among the required properties".to_owned())
        } else if let Some(odd) =
            found.iter().find(|found| !found.types.is_empty() && !found.types.contains("string"))
        {
            (&odd.place, format!("`{field}` of the message `{name}` is no string"), "ids are text".to_owned())
        } else {
            continue;
        };
        let draft = out.find(name, place, message).label(label).cause(format!("{place} {field}"));
        let draft = draft.because(because.clone()).help(help);
        if !is_always {
            draft.level(Level::Warning).confidence(Confidence::Likely);
        }
    }
}

/// Reports what gates lack of some sorts: at the document, or at the code that did not wait for one.
pub fn lacking(world: &World<'_>, out: &mut Out<'_>, wants: impl Fn(Fault) -> bool, help: &str) {
    for gate in world.gates().iter().filter(|gate| gate.is_known) {
        for lack in gate.lacks.iter().filter(|lack| wants(lack.fault) && !lack.is_silent) {
            let first = gate.dependents.first();
            let place = lack.place.as_ref().or(first.map(|code| &code.place));
            let place = place.unwrap_or_else(|| world.own_place(&gate.asked.place));
            let more = gate.dependents.len().saturating_sub(1);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let what = lack.what.as_str();
            let message = match first.filter(|_| lack.level == Level::Error) {
                Some(code) if lack.place.is_some() => {
                    format!(
                        "{what}, and code has gone ahead: {} ({}:{}){more}",
                        code.what, code.place.path, code.place.line
                    )
                }
                Some(code) => format!("{what}, and code has gone ahead: {}{more}", code.what),
                None => what.to_owned(),
            };
            out.find(lack.subject.as_str(), place, message)
                .label(lack.label.as_str())
                .cause(format!("{} {what}", gate.name))
                .because(lack.because.clone())
                .level(lack.level)
                .confidence(lack.confidence)
                .help(help);
        }
    }
}

/// `a` or `an`.
fn article(noun: &str) -> &'static str {
    let first = noun.chars().next().unwrap_or_default();
    // Abbreviations that are read letter by letter begin with a vowel sound, too.
    if "aeioAEIO".contains(first) || ["NP", "SS", "NK", "SA"].iter().any(|start| noun.starts_with(start)) {
        "an"
    } else {
        "a"
    }
}

/// A finding being written; it is reported when the draft goes out of hand.
pub struct Draft<'o> {
    finding: Option<Finding>,
    hidden: &'o Hidden,
    findings: &'o mut Vec<Finding>,
}

impl Draft<'_> {
    fn with(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = &mut self.finding {
            change(finding);
        }
        self
    }

    /// What stands under the place.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.with(|finding| finding.label = label.into())
    }

    /// The clause it breaks.
    pub fn because(self, because: impl Into<Option<Because>>) -> Self {
        self.with(|finding| finding.because = because.into())
    }

    /// Which of several faults of its subject it is.
    pub fn cause(self, cause: impl Into<String>) -> Self {
        self.with(|finding| finding.cause = cause.into())
    }

    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.with(|finding| finding.help = help.into())
    }

    /// What stands at its places must not be shown.
    pub fn confidential(self) -> Self {
        self.with(|finding| finding.is_confidential = true)
    }

    /// How often it was seen, and where else.
    pub fn seen(self, count: u64, also: impl IntoIterator<Item = Place>) -> Self {
        self.with(|finding| {
            finding.count = count;
            finding.also = also.into_iter().collect();
        })
    }

    /// Another level than the card's, where certainty differs.
    pub fn level(self, level: Level) -> Self {
        self.with(|finding| finding.level = level)
    }

    /// Another confidence than the card's.
    pub fn confidence(self, confidence: Confidence) -> Self {
        self.with(|finding| finding.confidence = confidence)
    }
}

impl Drop for Draft<'_> {
    /// Reports it. Names come from what was read, so nothing goes out unmasked.
    fn drop(&mut self) {
        let Some(mut finding) = self.finding.take() else { return };
        for text in [&mut finding.message, &mut finding.subject, &mut finding.label, &mut finding.help] {
            *text = printable(&masked_with(text, self.hidden));
        }
        self.findings.push(finding);
    }
}

/// Runs every rule that `runs` lets run.
pub fn judge(world: &World<'_>, runs: impl Fn(&Rule) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in ALL.iter().filter(|rule| runs(rule)) {
        (rule.check)(world, &mut Out { rule, hidden: &world.hidden, findings: &mut findings });
    }
    findings
}

/// A finding outside the walk over the facts (a contract that can't be read, an allow that is unused).
pub fn one(id: &str, make: impl FnOnce(&mut Out<'_>)) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(rule) = Rule::of(id) {
        make(&mut Out { rule, hidden: &Hidden::default(), findings: &mut findings });
    }
    findings
}

/// Whether a pattern (`metrics/missing-help`, `metrics/*`, `*`) means a rule.
#[must_use]
pub fn matches(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(family) => family.ends_with('/') && id.starts_with(family),
        None => pattern == id,
    }
}

/// The nearest known rule to a pattern that means none; `None` where the pattern means one or more.
pub fn unknown(pattern: &str) -> Option<Option<&'static str>> {
    if ALL.iter().any(|rule| matches(pattern, rule.id)) || is_planned(pattern) {
        return None;
    }
    Some(crate::contract::load::closest(pattern, ALL.iter().map(|rule| rule.id)))
}

/// Families, and rules of the others, that come with further readers: a contract may already speak of them.
const PLANNED: [&str; 6] = ["ops-ui", "queries", "resource", "retention", "stack", "traces"];

fn is_planned(pattern: &str) -> bool {
    let Some((family, fault)) = pattern.split_once('/') else { return false };
    // A slip of the pen in the id of a rule that exists is no rule to come.
    let near = || crate::contract::load::closest(pattern, ALL.iter().map(|rule| rule.id)).is_some();
    (PLANNED.contains(&family) || PLANNED.contains(&pattern)) && !fault.is_empty() && !near()
}
