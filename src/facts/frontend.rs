//! What runs in a browser: its pages, the API operations it calls, the telemetry backends it reaches for.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fold::Fact;
use crate::source::Place;

/// A call of an HTTP API that front-end code makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClientCall {
    /// The file.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The literal that names it.
    pub place: Place,
    /// The path without query; `{}` where a part is made when the program runs.
    pub path: String,
    /// The method in upper case, where it is known.
    pub method: Option<String>,
    /// The server, where the address names one.
    pub host: Option<String>,
    /// Whether the literal is handed to a call; otherwise it is only written down.
    pub is_called: bool,
}

impl Fact for ClientCall {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.path.clone())
    }
    fn absorb(&mut self, other: Self) {
        self.is_called |= other.is_called;
        self.method = std::cmp::max(self.method.take(), other.method);
        self.host = std::cmp::max(self.host.take(), other.host);
    }
}

/// A page of a front end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PageRoute {
    /// The file.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// Where its path is declared; the whole file where the file's own path declares it.
    pub place: Place,
    /// Its path as declared.
    pub path: String,
}

impl Fact for PageRoute {
    type Key = (Place, String);
    fn key(&self) -> Self::Key {
        (self.place.clone(), self.path.clone())
    }
    fn absorb(&mut self, _: Self) {}
}

/// What shows that front-end code reaches for a telemetry backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// A path of its query API.
    QueryPath,
    /// A host of its name.
    Host,
    /// A path below which a proxy serves it.
    BasePath,
    /// A path that its query API has, and others may have, too.
    CommonPath,
    /// The port it listens on by default.
    Port,
    /// A public variable of the environment that has its name.
    Variable,
}

/// A telemetry backend that front-end code reaches for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// The file.
    #[schemars(with = "String")]
    pub artifact: Arc<str>,
    /// The literal, or the name of the variable.
    pub place: Place,
    /// The backend's product; empty where it may be one of several.
    pub backend: String,
    /// What shows it, the strongest sign.
    pub sign: Sign,
    /// The address without query, or the variable's name.
    pub shown: String,
}

impl Fact for Reach {
    type Key = Place;
    fn key(&self) -> Self::Key {
        self.place.clone()
    }
    fn absorb(&mut self, other: Self) {
        if (other.sign, &other.backend, &other.shown) < (self.sign, &self.backend, &self.shown) {
            *self = other;
        }
    }
}
