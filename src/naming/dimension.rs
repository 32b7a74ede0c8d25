//! What units measure. Which unit measures what is in [`super::units`] (words) and [`super::ucum`]
//! (codes).

/// What a unit measures. Two units of one dimension can be converted into each other, two of
/// different ones cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Base unit seconds.
    Time,
    /// Amounts of data, base unit bytes.
    Bytes,
    /// A share of a whole, base unit ratio (0 to 1).
    Ratio,
    /// A number of things, without unit in Prometheus (`{request}` in UCUM).
    Count,
    /// Anything per something (`By/s`).
    Rate,
    /// Base unit celsius or kelvin.
    Temperature,
    /// Base unit meters.
    Length,
    /// Base unit grams.
    Mass,
    /// Base unit joules.
    Energy,
    /// Base unit watts.
    Power,
    /// Base unit amperes.
    Current,
    /// Base unit volts.
    Voltage,
    /// Base unit hertz.
    Frequency,
    /// A unit, but of none of these (`mol`).
    Other,
}

impl Dimension {
    /// For messages: `time`, `bytes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Count => "count",
            Self::Rate => "rate",
            Self::Temperature => "temperature",
            Self::Length => "length",
            Self::Mass => "mass",
            Self::Energy => "energy",
            Self::Power => "power",
            Self::Current => "current",
            Self::Voltage => "voltage",
            Self::Frequency => "frequency",
            Self::Other => "other",
        }
    }

    /// The word a Prometheus name should end with (Prometheus naming practices, "Base units"); none
    /// where there is no one word.
    #[must_use]
    pub fn base_unit(self) -> Option<&'static str> {
        match self {
            Self::Time => Some("seconds"),
            Self::Bytes => Some("bytes"),
            Self::Ratio => Some("ratio"),
            Self::Temperature => Some("celsius"),
            Self::Length => Some("meters"),
            Self::Mass => Some("grams"),
            Self::Energy => Some("joules"),
            Self::Power => Some("watts"),
            Self::Current => Some("amperes"),
            Self::Voltage => Some("volts"),
            Self::Frequency => Some("hertz"),
            Self::Count | Self::Rate | Self::Other => None,
        }
    }
}
