//! Facts of the Prometheus name: legal characters, snake case, reserved suffixes and labels,
//! collisions, suggestions.
//!
//! The name meant is always the one Prometheus sees; [`super::exporters`] tells what that is. Unit
//! words are in [`super::units`].

use std::borrow::Cow;
use std::ops::Range;

use super::units::name_words;
use super::{MetricKind, Word, segments, units};

/// A suffix that belongs to some kinds of metrics only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedSuffix {
    /// With its underscore: `_bucket`.
    pub suffix: &'static str,
    /// The kinds whose names or samples bear it.
    pub kinds: &'static [MetricKind],
}

/// Suffixes that belong to a kind (`OpenMetrics` 1.0; promlint knows the first four). Gauges may
/// bear `_info` (the text format has no info type: `build_info`) and `_created` (as `client_python`
/// writes it in the text format).
pub const RESERVED_SUFFIXES: &[ReservedSuffix] = {
    use MetricKind::{Counter, Gauge, GaugeHistogram, Histogram, Info, Summary};
    &[
        ReservedSuffix { suffix: "_total", kinds: &[Counter] },
        ReservedSuffix { suffix: "_bucket", kinds: &[Histogram, GaugeHistogram] },
        ReservedSuffix { suffix: "_count", kinds: &[Histogram, Summary] },
        ReservedSuffix { suffix: "_sum", kinds: &[Histogram, Summary] },
        ReservedSuffix { suffix: "_created", kinds: &[Counter, Histogram, Summary, Gauge] },
        ReservedSuffix { suffix: "_info", kinds: &[Info, Gauge] },
        ReservedSuffix { suffix: "_gcount", kinds: &[GaugeHistogram] },
        ReservedSuffix { suffix: "_gsum", kinds: &[GaugeHistogram] },
    ]
};

/// The reserved suffix the name ends with, with the bytes it takes. A name that is nothing else
/// (`_total`) has none.
#[must_use]
pub fn reserved_suffix(name: &str) -> Option<(Range<usize>, &'static ReservedSuffix)> {
    RESERVED_SUFFIXES.iter().find_map(|reserved| {
        let stem = name.strip_suffix(reserved.suffix)?;
        (!stem.is_empty()).then_some((stem.len()..name.len(), reserved))
    })
}

/// The reserved suffix that a metric of this kind may not bear. Unknown kinds may bear any
/// (promlint skips them). `_total` is included: a rule of its own judges it
/// (`metrics/total-on-non-counter`).
#[must_use]
pub fn misplaced_suffix(name: &str, kind: MetricKind) -> Option<(Range<usize>, &'static ReservedSuffix)> {
    reserved_suffix(name)
        .filter(|(_, reserved)| kind != MetricKind::Unknown && !reserved.kinds.contains(&kind))
}

/// Why a label name is not free for a metric's own use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReservedLabel {
    /// Starts with `__`: internal to Prometheus, dropped after relabelling.
    Internal,
    /// `job` or `instance`: set by the scrape; the metric's own becomes `exported_job`.
    Target,
    /// Starts with `exported_`: what Prometheus renames a clashing label to.
    Exported,
    /// `le` on a metric that is no histogram (promlint).
    Bucket,
    /// `quantile` on a metric that is no summary (promlint).
    Quantile,
}

/// Whether a label is reserved on a metric of this kind, and why. On an unknown kind `le` and
/// `quantile` are free.
#[must_use]
pub fn reserved_label(label: &str, kind: MetricKind) -> Option<ReservedLabel> {
    use MetricKind::{GaugeHistogram, Histogram, Summary, Unknown};
    match label {
        "job" | "instance" => Some(ReservedLabel::Target),
        "le" if !matches!(kind, Histogram | GaugeHistogram | Unknown) => Some(ReservedLabel::Bucket),
        "quantile" if !matches!(kind, Summary | Unknown) => Some(ReservedLabel::Quantile),
        _ if label.starts_with("__") => Some(ReservedLabel::Internal),
        _ if label.starts_with("exported_") => Some(ReservedLabel::Exported),
        _ => None,
    }
}

/// Whether the name fits `[a-zA-Z_:][a-zA-Z0-9_:]*`: the charset before UTF-8 names (Prometheus
/// data model).
#[must_use]
pub fn is_legacy_metric_name(name: &str) -> bool {
    !name.is_empty() && !starts_with_digit(name) && name.chars().all(is_metric_char)
}

/// Whether the name fits `[a-zA-Z_][a-zA-Z0-9_]*` (Prometheus data model). Names with `__` in front
/// are legal but internal: see [`reserved_label`].
#[must_use]
pub fn is_legacy_label_name(name: &str) -> bool {
    !name.is_empty() && !starts_with_digit(name) && name.chars().all(is_label_char)
}

/// The first place where promlint sees camel case: `[a-z][A-Z]`, both letters in the range. For
/// metric and label names.
#[must_use]
pub fn camel_case(name: &str) -> Option<Range<usize>> {
    let pairs = name.bytes().zip(name.bytes().skip(1)).enumerate();
    pairs
        .into_iter()
        .find(|(_, (a, b))| a.is_ascii_lowercase() && b.is_ascii_uppercase())
        .map(|(at, _)| at..at + 2)
}

/// An underscore where snake case has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnderscoreFault {
    /// At the start of the name.
    Leading,
    /// At the end of the name.
    Trailing,
    /// Two or more in a row.
    Double,
}

/// The first misplaced underscore of a name, with the whole run of underscores it belongs to.
#[must_use]
pub fn underscore_fault(name: &str) -> Option<(Range<usize>, UnderscoreFault)> {
    let leading = name.len() - name.trim_start_matches('_').len();
    if leading > 0 {
        return Some((0..leading, UnderscoreFault::Leading));
    }
    if let Some(at) = name.find("__") {
        let run = name.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches('_').len());
        let fault = if at + run == name.len() { UnderscoreFault::Trailing } else { UnderscoreFault::Double };
        return Some((at..at + run, fault));
    }
    let end = name.trim_end_matches('_').len();
    (end < name.len()).then_some((end..name.len(), UnderscoreFault::Trailing))
}

/// The metric's own kind as a word of its name, by promlint's rule: `_<kind>_` or ending in
/// `_<kind>`, in any case. Unknown kinds are skipped as there, and so is info, whose samples must
/// end in `_info`.
#[must_use]
pub fn type_in_name(name: &str, kind: MetricKind) -> Option<Range<usize>> {
    if matches!(kind, MetricKind::Unknown | MetricKind::Info) {
        return None;
    }
    segments(name).skip(1).find(|word| word.text.eq_ignore_ascii_case(kind.as_str())).map(|word| word.range)
}

/// A suffix that stands in a name twice, as an exporter leaves it that appends what was written
/// already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubledSuffix<'n> {
    /// From the first to the last of the two words: `total_total`, `bytes_total_bytes`.
    pub range: Range<usize>,
    /// The word that is doubled, without underscore.
    pub suffix: &'n str,
}

/// The word that stands twice among the suffixes at the end of a name: `_total_total`,
/// `_bytes_bytes`, `_info_info`, `x_total_bytes_total`, `x_bytes_total_bytes_total`. Words after
/// `per` are no suffix of their own, and words before the suffixes may repeat
/// (`seconds_between_seconds`).
#[must_use]
pub fn doubled_suffix(name: &str) -> Option<DoubledSuffix<'_>> {
    let words: Vec<Word<'_>> = segments(name).skip(1).collect();
    let is_suffix =
        |word: &&Word<'_>| is_reserved_word(word.text) || units::word_dimension(word.text).is_some();
    let suffixes: Vec<_> = words.iter().rev().take_while(is_suffix).collect();
    suffixes.iter().enumerate().find_map(|(index, last)| {
        let first = suffixes.iter().skip(index + 1).find(|word| word.text == last.text)?;
        Some(DoubledSuffix { range: first.range.start..last.range.end, suffix: last.text })
    })
}

/// `_ratio` at the end of a counter, before `_total` or alone: a counter is no share of a whole.
/// Exporters that append it for the unit `1` make it so.
#[must_use]
pub fn ratio_on_counter(name: &str, kind: MetricKind) -> Option<Range<usize>> {
    if kind != MetricKind::Counter {
        return None;
    }
    let stem = name.strip_suffix("_total").unwrap_or(name);
    stem.strip_suffix("ratio").filter(|before| before.ends_with('_')).map(|before| before.len()..stem.len())
}

/// A metric name as the OpenTelemetry specification escapes it: anything outside `[a-zA-Z0-9_:]` is
/// `_`, runs of `_` are one, a digit in front gets a `_`. Two names with the same result collide
/// (`a.b` and `a_b`).
#[must_use]
pub fn normalised(name: &str) -> Cow<'_, str> {
    escaped(name, is_metric_char)
}

/// A label name as the OpenTelemetry specification escapes it: as [`normalised`], but `:` is not
/// allowed either. Attributes with the same result are joined into one label, their values with
/// `;`.
#[must_use]
pub fn normalised_label(name: &str) -> Cow<'_, str> {
    escaped(name, is_label_char)
}

/// The name in snake case, to suggest: camel case is cut into words, everything is lower case,
/// anything but letters and digits is one `_`, none at the ends. Empty when the name has no ASCII
/// letter or digit.
#[must_use]
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut chars = name.chars().peekable();
    let mut previous = '_';
    while let Some(c) = chars.next() {
        // `requestDuration` is cut before the capital, `HTTPServer` before the capital that starts
        // a word.
        let starts_word = c.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || previous.is_ascii_digit()
                || (previous.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase)));
        if (starts_word || !c.is_ascii_alphanumeric()) && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if c.is_ascii_alphanumeric() {
            snake.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    snake.truncate(snake.trim_end_matches('_').len());
    snake
}

/// A name for a counter, to suggest: snake case, `_total` once and at the end, no `count` or
/// `counter` before it. `requests` and `requests_count` become `requests_total`, `total_bytes`
/// becomes `bytes_total`.
#[must_use]
pub fn suggest_counter_name(name: &str) -> String {
    let snake = snake_case(name);
    let mut words: Vec<_> =
        name_words(&snake).map(|word| word.text).filter(|word| *word != "total").collect();
    while words.len() > 1 && words.last().is_some_and(|word| matches!(*word, "count" | "counter" | "counts"))
    {
        words.pop();
    }
    words.push("total");
    words.join("_")
}

fn is_reserved_word(word: &str) -> bool {
    RESERVED_SUFFIXES.iter().any(|reserved| reserved.suffix.strip_prefix('_') == Some(word))
}

fn starts_with_digit(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

pub(super) fn is_metric_char(c: char) -> bool {
    is_label_char(c) || c == ':'
}

pub(super) fn is_label_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn escaped(name: &str, legal: fn(char) -> bool) -> Cow<'_, str> {
    if name.chars().all(legal) && !name.contains("__") && !starts_with_digit(name) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len() + 1);
    if starts_with_digit(name) {
        text.push('_');
    }
    for c in name.chars().map(|c| if legal(c) { c } else { '_' }) {
        if c != '_' || !text.ends_with('_') {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests;
