//! From what the user names to inputs with a kind: folders are walked (what git ignores is left out), kinds are told by
//! the contract's patterns, then by name, then by content.

pub mod content;
pub mod open;
pub mod walk;

use std::sync::Arc;

use camino::Utf8PathBuf;

use crate::facts::{Kind, Role};

pub use walk::{Found, Way, walk};

/// How many bytes of a file are looked at to find out what it is.
pub const HEAD: usize = 64 << 10;

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A file.
    File(Utf8PathBuf),
    /// Standard input.
    Stdin,
    /// An HTTP address.
    Url(String),
}

/// Something to read.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where from.
    pub origin: Origin,
    /// How places name it.
    pub path: Arc<str>,
    /// Its kind, where that is known before reading.
    pub kind: Option<Kind>,
    /// Judged, or compared with.
    pub role: Role,
}

/// An address as reports show it: without user information and without the values of its query.
#[must_use]
pub fn shown_url(url: &str) -> String {
    let mut shown = url.to_owned();
    if let Some(secret) = crate::detect::credentials_of_url(url) {
        shown.replace_range(secret.start..=secret.end, "");
    }
    match shown.split_once(['?', '#']) {
        Some((address, _)) => format!("{}?…", crate::detect::masked(address)),
        None => crate::detect::masked(&shown),
    }
}
