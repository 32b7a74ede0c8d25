//! What is not reported, and why: levels of the contract, allow entries and comments, confidence. Nothing goes missing
//! without being counted, and an allow that is no use is a finding itself.

use camino::Utf8Path;
use globset::{GlobBuilder, GlobMatcher};

use crate::contract::{Allow, Contract, Said, Setting, verdicts::Date};
use crate::facts::{AllowComment, Facts};
use crate::finding::{self, Confidence, Finding, Level};
use crate::rules;

/// What is asked of the findings.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Only these rules, where there are any.
    pub only: Vec<String>,
    /// Not these rules.
    pub skip: Vec<String>,
    /// Findings below this confidence are withheld.
    pub min_confidence: Confidence,
    /// The day on which allow entries are judged.
    pub today: Date,
    /// Whether all files the contract is about were read; otherwise an idle allow proves nothing.
    pub whole: bool,
}

impl Wanted {
    /// Whether a rule runs.
    #[must_use]
    pub fn runs(&self, id: &str, contract: &Contract) -> bool {
        let chosen = self.only.is_empty() || self.only.iter().any(|pattern| rules::matches(pattern, id));
        let skipped = self.skip.iter().any(|pattern| rules::matches(pattern, id));
        chosen && !skipped && setting(contract, id).is_none_or(|setting| setting.value != Setting::Allow)
    }
}

/// Findings after all that keeps them quiet.
#[derive(Debug, Default)]
pub struct Heard {
    /// What is reported.
    pub findings: Vec<Finding>,
    /// How many an allow entry or comment suppressed.
    pub suppressed: u64,
    /// How many were not certain enough.
    pub withheld: u64,
}

/// Applies levels, allows and confidence. `base` is the contract's folder relative to the root of all paths.
pub fn apply(
    findings: Vec<Finding>,
    facts: &Facts,
    contract: &Contract,
    wanted: &Wanted,
    base: &Utf8Path,
) -> Heard {
    let mut entries: Vec<Entry<'_>> = contract.allow.iter().map(|allow| Entry::new(allow, base)).collect();
    let mut comments = Comments::new(facts);
    let mut heard = Heard::default();
    let mut kept = Vec::new();
    for mut finding in findings {
        // What could not be read stays said: a gate must not pass on what it never saw.
        if finding.rule == "contract/unreadable-input" {
            kept.push(finding);
            continue;
        }
        if let Some(setting) = setting(contract, finding.rule) {
            finding.level = match setting.value {
                Setting::Error => Level::Error,
                Setting::Warning => Level::Warning,
                Setting::Info => Level::Info,
                Setting::Allow => continue,
            };
        }
        if comments.cover(&finding) {
            heard.suppressed += 1;
            continue;
        }
        let entry = entries.iter_mut().find(|entry| !entry.expired(wanted.today) && entry.covers(&finding));
        if let Some(entry) = entry {
            entry.used += 1;
            heard.suppressed += 1;
            continue;
        }
        kept.push(finding);
    }
    kept.extend(idle(&entries, &comments.0, contract, wanted));
    for finding in finding::fold(kept) {
        if finding.confidence < wanted.min_confidence {
            heard.withheld += 1;
        } else {
            heard.findings.push(finding);
        }
    }
    heard
}

/// The most exact level the contract gives a rule.
fn setting<'c>(contract: &'c Contract, id: &str) -> Option<&'c Said<Setting>> {
    let matching = contract.rules.iter().filter(|(pattern, _, _)| rules::matches(pattern, id));
    matching.max_by_key(|(pattern, _, _)| pattern.len()).map(|(_, _, setting)| setting)
}

/// Allow comments with how often each was of use, in order of path and first line.
struct Comments<'f>(Vec<(&'f AllowComment, u64)>);

impl<'f> Comments<'f> {
    fn new(facts: &'f Facts) -> Self {
        let mut comments: Vec<_> = facts.allows.iter().map(|comment| (comment, 0)).collect();
        comments.sort_by(|(a, _), (b, _)| (&a.place.path, a.from_line).cmp(&(&b.place.path, b.from_line)));
        Self(comments)
    }

    /// Whether a comment covers the finding; that comment was of use.
    fn cover(&mut self, finding: &Finding) -> bool {
        let (path, line) = (&finding.place.path, finding.place.line);
        let end =
            self.0.partition_point(|(comment, _)| (&comment.place.path, comment.from_line) <= (path, line));
        // A comment covers one family, so the one that does stands shortly before.
        let near =
            self.0[..end].iter_mut().rev().take_while(|(comment, _)| comment.place.path == *path).take(NEAR);
        for (comment, used) in near {
            if comment.to_line >= line
                && !comment.reason.is_empty()
                && rules::matches(&comment.rule, finding.rule)
            {
                *used += 1;
                return true;
            }
        }
        false
    }
}

/// How many allow comments may cover one line.
const NEAR: usize = 64;

/// An allow entry with its patterns compiled, and how often it was of use.
struct Entry<'c> {
    allow: &'c Allow,
    path: Option<GlobMatcher>,
    subject: Option<GlobMatcher>,
    base: String,
    used: u64,
}

impl<'c> Entry<'c> {
    fn new(allow: &'c Allow, base: &Utf8Path) -> Self {
        // Patterns were found sound when the contract was read.
        let path = |said: &Said<String>| GlobBuilder::new(said).literal_separator(true).build().ok();
        let subject = |said: &Said<String>| GlobBuilder::new(&in_words(said)).build().ok();
        let path = allow.path.as_ref().and_then(path).map(|glob| glob.compile_matcher());
        let subject = allow.subject.as_ref().and_then(subject).map(|glob| glob.compile_matcher());
        let base = if base.as_str().is_empty() { String::new() } else { format!("{base}/") };
        Self { path, subject, allow, base, used: 0 }
    }

    fn expired(&self, today: Date) -> bool {
        self.allow.until.as_ref().is_some_and(|until| until.value < today)
    }

    fn covers(&self, finding: &Finding) -> bool {
        let path = finding.place.path.strip_prefix(self.base.as_str()).unwrap_or(&finding.place.path);
        rules::matches(&self.allow.rule, finding.rule)
            && (self.allow.path.is_none() || self.path.as_ref().is_some_and(|glob| glob.is_match(path)))
            && (self.allow.subject.is_none()
                || self.subject.as_ref().is_some_and(|glob| {
                    // A field may be named by its pointer or by its name alone.
                    let name = finding.subject.rsplit_once('/').map(|(_, name)| name);
                    glob.is_match(&finding.subject) || name.is_some_and(|name| glob.is_match(name))
                }))
    }
}

/// A pattern for subjects: `*` and `?` mean any text, and braces, as in `metric{label}`, themselves.
fn in_words(pattern: &str) -> String {
    pattern.chars().fold(String::new(), |mut glob, c| {
        match c {
            '{' | '}' | '[' | ']' => glob.extend(['[', c, ']']),
            c => glob.push(c),
        }
        glob
    })
}

/// Findings about allows: expired ones, and those that were of no use although their rules ran.
fn idle(
    entries: &[Entry<'_>],
    comments: &[(&AllowComment, u64)],
    contract: &Contract,
    wanted: &Wanted,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ran = |pattern: &str| {
        let mut meant = rules::ALL.iter().filter(|rule| rules::matches(pattern, rule.id)).peekable();
        meant.peek().is_some() && meant.all(|rule| wanted.runs(rule.id, contract))
    };
    for entry in entries {
        let rule = &entry.allow.rule;
        if let Some(until) = entry.allow.until.as_ref().filter(|until| until.value < wanted.today) {
            if wanted.runs("contract/expired-allow", contract) {
                findings.extend(rules::one("contract/expired-allow", |out| {
                    out.find(
                        rule.as_str(),
                        &until.place,
                        format!("the allow for `{}` ended on {}", rule.value, until.value),
                    )
                    .label("it suppresses nothing any more")
                    .help("mend what it covered, or give it a new date and say why");
                }));
            }
        } else if entry.used == 0
            && wanted.whole
            && ran(rule)
            && wanted.runs("contract/unused-allow", contract)
        {
            findings.extend(rules::one("contract/unused-allow", |out| {
                out.find(
                    rule.as_str(),
                    &rule.place,
                    format!("the allow for `{}` suppressed nothing", rule.value),
                )
                .label("no finding matches it")
                .help("remove it, or correct its rule, path or subject");
            }));
        }
    }
    if wanted.runs("contract/unused-allow", contract) {
        for (comment, _) in comments.iter().filter(|(_, used)| *used == 0) {
            let unknown = rules::unknown(&comment.rule);
            if unknown.is_none() && !ran(&comment.rule) {
                continue;
            }
            findings.extend(rules::one("contract/unused-allow", |out| {
                let (message, help) = match unknown {
                    None if comment.reason.is_empty() => (
                        format!("the comment allows `{}` without a reason, and so not at all", comment.rule),
                        format!("write `telelint: allow({}) why it is accepted`", comment.rule),
                    ),
                    None => (
                        format!("the comment allows `{}` and suppressed nothing", comment.rule),
                        "remove it: what it allowed is gone, or stands elsewhere".to_owned(),
                    ),
                    Some(Some(near)) => (
                        format!("there is no rule `{}`", comment.rule),
                        format!("did you mean `{near}`? write `telelint: allow({near}) reason`"),
                    ),
                    Some(None) => (
                        "the comment is no directive that telelint knows".to_owned(),
                        "write `telelint: allow(family/rule) reason`".to_owned(),
                    ),
                };
                out.find(comment.rule.as_str(), &comment.place, message).label("of no use").help(help);
            }));
        }
    }
    findings
}
