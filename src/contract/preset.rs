//! Contracts that come with the program.

/// The name of the preset that is used where a repository has no contract.
pub const DEFAULT: &str = "observability-v1";

/// Name and text of every preset.
pub const ALL: [(&str, &str); 1] = [(DEFAULT, include_str!("../../rules/presets/observability-v1.yaml"))];

/// The text of a preset.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// How a place in a preset is named: it is no file of the repository.
#[must_use]
pub fn path(name: &str) -> String {
    format!("built-in:{name}")
}

/// Whether a path names a preset.
#[must_use]
pub fn is_preset(path: &str) -> bool {
    path.starts_with("built-in:")
}
