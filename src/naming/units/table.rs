//! The unit words themselves. What is asked of them is in [`super`].

use crate::naming::dimension::Dimension;

/// A spelling of a unit: the word, the same unit written out plainly, its base unit, what it
/// measures.
pub(super) type Spelling = (&'static str, &'static str, &'static str, Dimension);

/// Units promlint knows, with their base. British and American metres are both base.
pub(super) const UNITS: &[(&str, &str, Dimension)] = &[
    ("amperes", "amperes", Dimension::Current),
    ("bytes", "bytes", Dimension::Bytes),
    ("celsius", "celsius", Dimension::Temperature),
    ("grams", "grams", Dimension::Mass),
    ("joules", "joules", Dimension::Energy),
    ("kelvin", "kelvin", Dimension::Temperature),
    ("meters", "meters", Dimension::Length),
    ("metres", "metres", Dimension::Length),
    ("seconds", "seconds", Dimension::Time),
    ("volts", "volts", Dimension::Voltage),
    ("minutes", "seconds", Dimension::Time),
    ("hours", "seconds", Dimension::Time),
    ("days", "seconds", Dimension::Time),
    ("weeks", "seconds", Dimension::Time),
    ("kelvins", "kelvin", Dimension::Temperature),
    ("fahrenheit", "celsius", Dimension::Temperature),
    ("rankine", "celsius", Dimension::Temperature),
    ("inches", "meters", Dimension::Length),
    ("yards", "meters", Dimension::Length),
    ("miles", "meters", Dimension::Length),
    ("bits", "bytes", Dimension::Bytes),
    ("calories", "joules", Dimension::Energy),
    ("pounds", "grams", Dimension::Mass),
    ("ounces", "grams", Dimension::Mass),
];

/// Prefixes promlint knows, without its slip `mibi`, with the `mebi`, `exbi` and `zetta` it lacks.
pub(super) const PREFIXES: &[&str] = &[
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mebi",
    "giga", "gibi", "tera", "tebi", "peta", "pebi", "exbi", "zetta",
];

/// Unit words promlint does not judge, as exporters write them: word, the same unit spelt plainly,
/// base, dimension.
pub(super) const MORE_UNITS: &[Spelling] = &[
    ("ratio", "ratio", "ratio", Dimension::Ratio),
    ("ratios", "ratio", "ratio", Dimension::Ratio),
    ("percent", "percent", "ratio", Dimension::Ratio),
    ("percentage", "percent", "ratio", Dimension::Ratio),
    ("watts", "watts", "watts", Dimension::Power),
    ("hertz", "hertz", "hertz", Dimension::Frequency),
    ("tibibytes", "tebibytes", "bytes", Dimension::Bytes), // the exporters' misspelling of TiBy
];

/// Abbreviations promlint knows. It does not say what `b` and `m` mean; among `h` and `d`, `m` is
/// minutes.
pub(super) const ABBREVIATIONS: &[Spelling] = &[
    ("s", "seconds", "seconds", Dimension::Time),
    ("ms", "milliseconds", "seconds", Dimension::Time),
    ("us", "microseconds", "seconds", Dimension::Time),
    ("ns", "nanoseconds", "seconds", Dimension::Time),
    ("sec", "seconds", "seconds", Dimension::Time),
    ("b", "bytes", "bytes", Dimension::Bytes),
    ("kb", "kilobytes", "bytes", Dimension::Bytes),
    ("mb", "megabytes", "bytes", Dimension::Bytes),
    ("gb", "gigabytes", "bytes", Dimension::Bytes),
    ("tb", "terabytes", "bytes", Dimension::Bytes),
    ("pb", "petabytes", "bytes", Dimension::Bytes),
    ("m", "minutes", "seconds", Dimension::Time),
    ("h", "hours", "seconds", Dimension::Time),
    ("d", "days", "seconds", Dimension::Time),
];

/// Short forms found in Rust sources that promlint does not know.
pub(super) const MORE_ABBREVIATIONS: &[Spelling] = &[
    ("secs", "seconds", "seconds", Dimension::Time),
    ("millis", "milliseconds", "seconds", Dimension::Time),
    ("msec", "milliseconds", "seconds", Dimension::Time),
    ("msecs", "milliseconds", "seconds", Dimension::Time),
    ("micros", "microseconds", "seconds", Dimension::Time),
    ("usec", "microseconds", "seconds", Dimension::Time),
    ("usecs", "microseconds", "seconds", Dimension::Time),
    ("nanos", "nanoseconds", "seconds", Dimension::Time),
    ("nsec", "nanoseconds", "seconds", Dimension::Time),
    ("nsecs", "nanoseconds", "seconds", Dimension::Time),
    ("mins", "minutes", "seconds", Dimension::Time),
    ("hrs", "hours", "seconds", Dimension::Time),
    ("kib", "kibibytes", "bytes", Dimension::Bytes),
    ("mib", "mebibytes", "bytes", Dimension::Bytes),
    ("gib", "gibibytes", "bytes", Dimension::Bytes),
    ("tib", "tebibytes", "bytes", Dimension::Bytes),
];

/// Units as they read after `per`: singular.
pub(super) const DENOMINATORS: &[Spelling] = &[
    ("second", "second", "second", Dimension::Time),
    ("minute", "minute", "second", Dimension::Time),
    ("hour", "hour", "second", Dimension::Time),
    ("day", "day", "second", Dimension::Time),
    ("week", "week", "second", Dimension::Time),
    ("month", "month", "second", Dimension::Time),
    ("year", "year", "second", Dimension::Time),
    ("byte", "byte", "byte", Dimension::Bytes),
];

/// Words that follow the unit without being one: type suffixes, and the statistics people append to
/// gauges.
pub(super) const AFTER_UNIT: &[&str] =
    &["total", "count", "sum", "bucket", "created", "info", "gcount", "gsum", "max", "min", "avg", "mean"];
