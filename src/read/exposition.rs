//! Metric expositions: Prometheus text 0.0.4 and OpenMetrics 1.0.
//!
//! [`scan`] takes a line apart, [`family`] folds samples into facts, [`groups`] holds histograms and summaries together,
//! [`ledger`] keeps what is malformed. This file is the walk over the lines: which family a line belongs to.

mod family;
mod groups;
mod ledger;
pub mod scan;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use hashbrown::HashMap;

use self::family::{Family, Part};
use self::ledger::Ledger;
use self::scan::{Dialect, Line, Sample, Scanner, Word};
use super::allows;
use super::lines::{LineAt, Lines, Next};
use super::{Opened, Reading, Watch};
use crate::facts::{AllowComment, Facts, Fault, Gap, Gravity, Input, Kind, Unreadable};
use crate::naming::MetricKind;
use crate::source::{Place, Seen};

/// Reads one exposition to its end, whatever is broken in it.
pub fn read<R: Read>(input: Opened<R>, watch: &Watch) -> Reading {
    let dialect = if input.kind == Kind::Openmetrics { Dialect::OpenMetrics } else { Dialect::Text };
    let mut walk = Walk::new(&input, dialect, watch);
    let mut unreadable = Vec::new();
    let mut lines = Lines::new(&input.head, input.rest);
    loop {
        match lines.next_line() {
            Ok(Next::Line(line)) => walk.line(line),
            Ok(Next::TooLong(number, start)) => {
                let limit = super::lines::MAX_LINE >> 20;
                let place = Place { line: number, end_line: number, start, ..Place::of_file(&input.path) };
                unreadable
                    .push((place, format!("line {number} is over the limit of {limit} MiB and was skipped")));
            }
            Ok(Next::End) => break,
            Err(error) => {
                let reason = format!("reading ended at byte {}: {error}", lines.offset());
                unreadable.push((Place::of_file(&input.path), reason));
                break;
            }
        }
    }
    let bytes = lines.offset();
    if bytes == 0 && dialect == Dialect::Text {
        let reason = "it is empty: an exporter that serves nothing looks like this".to_owned();
        unreadable.push((Place::of_file(&input.path), reason));
    }
    let says_nothing = walk.families.is_empty() && walk.ledger.is_empty() && dialect == Dialect::Text;
    if says_nothing && bytes > 0 && unreadable.is_empty() {
        let reason = "it holds no metric: an exporter that serves nothing looks like this".to_owned();
        unreadable.push((Place::of_file(&input.path), reason));
    }
    let (mut facts, kept) = walk.finish(watch);
    if facts.resources.is_empty() && !facts.metrics.is_empty() {
        let what = "resource attributes: the exposition has no `target_info`".to_owned();
        facts.gaps.add(Gap { place: Place::of_file(&input.path), what });
    }
    facts.inputs.add(Input { path: input.path, kind: input.kind, role: input.role, bytes, read: true });
    for (place, reason) in unreadable {
        facts.unreadable.add(Unreadable { place, reason });
    }
    Reading { facts, lines: kept }
}

/// An allow comment whose extent is not known yet.
struct Pending {
    allow: AllowComment,
    family: Option<usize>,
}

struct Walk<'w> {
    watch: &'w Watch,
    dialect: Dialect,
    scanner: Scanner,
    ledger: Ledger,
    families: Vec<Family>,
    by_name: HashMap<Vec<u8>, usize>,
    /// OpenMetrics: every name a family has taken, and by which.
    taken: HashMap<Vec<u8>, usize>,
    current: Option<usize>,
    /// What the last sample belonged to.
    sampled: Option<(usize, Part)>,
    pending: Vec<Pending>,
    eof: Option<Place>,
    last: Option<Place>,
}

impl<'w> Walk<'w> {
    fn new<R>(input: &Opened<R>, dialect: Dialect, watch: &'w Watch) -> Self {
        Self {
            watch,
            dialect,
            scanner: Scanner::new(dialect),
            ledger: Ledger::new(Arc::clone(&input.path), dialect, input.once),
            families: Vec::new(),
            by_name: HashMap::new(),
            taken: HashMap::new(),
            current: None,
            sampled: None,
            pending: Vec::new(),
            eof: None,
            last: None,
        }
    }

    fn line(&mut self, mut line: LineAt<'_>) {
        if line.number == 1
            && let Some(rest) = line.text.strip_prefix(b"\xef\xbb\xbf")
        {
            self.ledger
                .fault(&line, "byte-order-mark", 0..3, || "the file begins with a byte order mark".into());
            line = LineAt { text: rest, start: line.start + 3, ..line };
        }
        if line.ended
            && let Some(rest) = line.text.strip_suffix(b"\r")
        {
            let at = rest.len()..rest.len() + 1;
            self.ledger.fault(&line, "carriage-return", at, || {
                "the line ends in CR LF; the format knows LF only".into()
            });
            line.text = rest;
        }
        if self.eof.is_some() {
            let note = || "nothing may follow `# EOF`".into();
            self.ledger.fault(&line, "text-after-eof", 0..line.text.len(), note);
            return;
        }
        if !line.ended && self.dialect == Dialect::Text {
            let at = line.text.len()..line.text.len();
            self.ledger
                .fault(&line, "no-final-newline", at, || "the last line does not end in a line feed".into());
        }
        match self.scanner.line(line.text) {
            Ok(Line::Blank) => {}
            Ok(Line::Comment) => self.comment(&line),
            Ok(Line::Help(name, text)) => self.metadata(&line, &name, Metadata::Help(text)),
            Ok(Line::Type(name, kind)) => self.metadata(&line, &name, Metadata::Type(kind)),
            Ok(Line::Unit(name, unit)) => self.metadata(&line, &name, Metadata::Unit(unit)),
            Ok(Line::Eof) => self.eof = Some(self.ledger.place(&line, 0..line.text.len())),
            Ok(Line::Sample(sample)) => self.sample(&line, &sample),
            Err(broken) => self.ledger.fault(&line, broken.code, broken.at, || broken.note.into_owned()),
        }
        if self.dialect == Dialect::OpenMetrics {
            self.last = Some(Place {
                line: line.number,
                end_line: line.number,
                start: line.start,
                ..self.ledger.file()
            });
        }
    }

    fn comment(&mut self, line: &LineAt<'_>) {
        let Some(said) = allows::said(line.text) else { return };
        let place = self.ledger.place(line, said.at..line.text.len());
        for rule in said.rules {
            let allow = AllowComment {
                place: place.clone(),
                rule,
                reason: said.reason.clone(),
                from_line: line.number,
                to_line: line.number + 1,
            };
            self.pending.push(Pending { allow, family: None });
        }
    }

    /// Moves on to a family; the one before it is complete as far as OpenMetrics is concerned.
    fn enter(&mut self, line: &LineAt<'_>, family: usize, at: std::ops::Range<usize>) {
        if self.current != Some(family) {
            self.leave();
            let entered = &mut self.families[family];
            if entered.left {
                match self.dialect {
                    Dialect::Text => entered.interleaved(&mut self.ledger, line, at),
                    Dialect::OpenMetrics => {
                        let note = format!("lines of `{}` stand in two places", entered.shown());
                        entered.enter_again();
                        self.ledger.fault(line, "interleaved-family", at, || note);
                    }
                }
            }
            self.current = Some(family);
        }
        self.families[family].last_line = line.number;
        for pending in self.pending.iter_mut().rev().take_while(|pending| pending.family.is_none()) {
            pending.family = Some(family);
        }
    }

    fn leave(&mut self) {
        let Some(current) = self.current.take() else { return };
        let family = &mut self.families[current];
        family.left = true;
        if self.dialect == Dialect::OpenMetrics {
            family.close(&mut self.ledger);
            for suffix in family::taken_suffixes(family.kind()) {
                let name = [family.name.as_slice(), suffix.as_bytes()].concat();
                if let Some(other) = self.taken.get(&name).copied().filter(|other| *other != current) {
                    let (mine, other) = (self.families[current].shown(), self.families[other].shown());
                    let name = String::from_utf8_lossy(&name);
                    let note = format!("`{name}` of family `{mine}` is taken by family `{other}`");
                    self.ledger.fault_at("clashing-names", self.families[current].place.clone(), &note);
                    break;
                }
                self.taken.insert(name, current);
            }
        }
    }

    fn open(&mut self, line: &LineAt<'_>, name: Vec<u8>, at: std::ops::Range<usize>) -> usize {
        let place = self.ledger.place(line, at);
        let expected = self.families.last().map_or(0, Family::series_count);
        self.families.push(Family::new(name.clone(), place, expected, self.watch));
        self.by_name.insert(name, self.families.len() - 1);
        self.families.len() - 1
    }

    fn metadata(&mut self, line: &LineAt<'_>, name: &Word, metadata: Metadata) {
        let text = name.text(line.text);
        let known = match self.current.filter(|current| *self.families[*current].name == *text) {
            Some(current) => Some(current),
            None => self.by_name.get(&*text).copied(),
        };
        let family = known.unwrap_or_else(|| {
            let name_at = name.at.clone();
            let text = text.into_owned();
            self.open(line, text, name_at)
        });
        self.enter(line, family, name.at.clone());
        let family = &mut self.families[family];
        let ledger = &mut self.ledger;
        if family.samples > 0
            && (self.dialect == Dialect::OpenMetrics || matches!(metadata, Metadata::Type(_)))
        {
            let note = format!("{} of `{}` stands behind its samples", metadata.name(), family.shown());
            return ledger.fault(line, "late-metadata", name.at.clone(), || note);
        }
        match metadata {
            Metadata::Help(at) => {
                let is_blank = line.text[at].trim_ascii().is_empty();
                let seen =
                    Seen { value: !is_blank, place: ledger.place(line, name.at.start..line.text.len()) };
                if family.help.is_some() {
                    return family.repeated(ledger, line, "HELP", name.at.clone());
                }
                family.help = Some(seen);
            }
            Metadata::Type(at) => {
                let keyword = std::str::from_utf8(&line.text[at.clone()]).unwrap_or_default();
                let Some(kind) = keyword_of(self.dialect, keyword) else {
                    let note = format!("`{keyword}` is no type of this format");
                    return ledger.fault(line, "unknown-type", at, || note);
                };
                if family.kind.is_some() {
                    return family.repeated(ledger, line, "TYPE", name.at.clone());
                }
                // The type decides what the name must look like, so the place is the name.
                family.kind = Some(Seen { value: kind, place: ledger.place(line, name.at.clone()) });
                family.check_unit(ledger, line, name.at.clone());
            }
            Metadata::Unit(at) => {
                let unit = String::from_utf8_lossy(&line.text[at.clone()]).into_owned();
                if family.unit.is_some() {
                    return family.repeated(ledger, line, "UNIT", name.at.clone());
                }
                family.unit = Some(Seen { value: unit, place: ledger.place(line, at.clone()) });
                family.check_unit(ledger, line, at);
            }
        }
    }

    fn sample(&mut self, line: &LineAt<'_>, sample: &Sample) {
        let before = self.sampled.take();
        let found = match before {
            Some((family, _)) if sample.same_name && self.current == Some(family) => before,
            _ => self.family_of(line, &sample.name.text(line.text), sample),
        };
        self.sampled = found;
        let Some((family, part)) = found else { return };
        self.enter(line, family, sample.name.at.clone());
        let repeated = if before == found { sample.repeated } else { 0 };
        let labels = self.scanner.labels();
        self.families[family].sample(&mut self.ledger, line, sample, labels, (part, repeated));
    }

    /// The family a sample belongs to, and which of its samples it is.
    fn family_of(&mut self, line: &LineAt<'_>, name: &[u8], sample: &Sample) -> Option<(usize, Part)> {
        if let Some(current) = self.current
            && let Some(part) = self.families[current].part(self.dialect, name)
        {
            return Some((current, part));
        }
        let suffixes = ["", "_bucket", "_count", "_sum", "_total", "_created", "_info", "_gcount", "_gsum"];
        for base in suffixes.iter().filter_map(|suffix| name.strip_suffix(suffix.as_bytes())) {
            if let Some(known) = self.by_name.get(base).copied()
                && let Some(part) = self.families[known].part(self.dialect, name)
            {
                return Some((known, part));
            }
        }
        if let Some(known) = self.by_name.get(name).copied().filter(|_| self.dialect == Dialect::OpenMetrics)
        {
            let family = &self.families[known];
            let (kind, names) = (family.kind().as_str(), family.sample_names());
            let note = format!("a {kind} has no sample of its own name, but {names}");
            self.ledger.fault(line, "misnamed-sample", sample.name.at.clone(), || note);
            return None;
        }
        Some((self.open(line, name.to_vec(), sample.name.at.clone()), Part::Value))
    }

    fn finish(mut self, watch: &Watch) -> (Facts, BTreeMap<(Arc<str>, u64), String>) {
        self.leave();
        if self.dialect == Dialect::OpenMetrics && self.eof.is_none() {
            let place = self.last.take().unwrap_or_else(|| self.ledger.file());
            self.ledger.fault_at("missing-eof", place, "the exposition does not end in `# EOF`");
        }
        for pending in &mut self.pending {
            if let Some(family) = pending.family {
                pending.allow.to_line = pending.allow.to_line.max(self.families[family].last_line);
            }
        }
        let mut facts = Facts::new(&watch.fingerprint());
        for pending in self.pending {
            facts.allows.add(pending.allow);
        }
        for mut family in self.families {
            family.close(&mut self.ledger);
            facts.resources.merge(family.resources());
            facts.metrics.add(family.into_metric(&self.ledger));
        }
        let (artifact, kind, faults, kept) = self.ledger.into_parts();
        for (code, seen) in faults {
            let gravity = match (kind, code) {
                (Kind::Prometheus, "no-final-newline") => Gravity::Cosmetic,
                (Kind::Prometheus, "carriage-return" | "byte-order-mark") => Gravity::Tolerated,
                _ => Gravity::Refused,
            };
            facts.faults.add(Fault {
                artifact: Arc::clone(&artifact),
                kind,
                code: code.to_owned(),
                gravity,
                seen,
            });
        }
        (facts, kept)
    }
}

enum Metadata {
    Help(std::ops::Range<usize>),
    Type(std::ops::Range<usize>),
    Unit(std::ops::Range<usize>),
}

impl Metadata {
    fn name(&self) -> &'static str {
        match self {
            Self::Help(_) => "HELP",
            Self::Type(_) => "TYPE",
            Self::Unit(_) => "UNIT",
        }
    }
}

/// Text 0.0.4 says `untyped` and knows five types; OpenMetrics says `unknown` and knows eight.
fn keyword_of(dialect: Dialect, keyword: &str) -> Option<MetricKind> {
    let known: &[&str] = match dialect {
        Dialect::Text => &["counter", "gauge", "histogram", "summary", "untyped"],
        Dialect::OpenMetrics => {
            &["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"]
        }
    };
    known.contains(&keyword).then(|| MetricKind::from_keyword(keyword)).flatten()
}
