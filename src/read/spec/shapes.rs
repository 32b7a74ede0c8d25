//! The structure of OpenAPI and AsyncAPI documents, judged by tables of our own, so that a fault is at the very key.
//!
//! Here live [`version`], which says what a document calls itself, and [`check`]. The tables are data: rules/shapes, read
//! by [`table`] once per version. [`types`] knows what a value may be, [`forms`] what text may look like, [`walk`] goes
//! through a document and [`said`] gathers what is wrong with it. What references mean is not known here.

mod forms;
mod said;
mod same;
mod table;
mod types;
mod versions;
mod walk;

use std::fmt;
use std::sync::OnceLock;

use crate::tree::{Flaw, Node};
use table::Table;
pub use versions::version;

/// How many faults of a document are written out; one more says how many there are besides.
pub const MOST: usize = 100;

/// A language that interfaces are described in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// HTTP interfaces.
    OpenApi,
    /// Messages.
    AsyncApi,
}

impl Language {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenApi => "OpenAPI",
            Self::AsyncApi => "AsyncAPI",
        }
    }
}

/// A version, without what it was patched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// Before the point.
    pub major: u8,
    /// Behind it.
    pub minor: u8,
}

impl Version {
    /// Reads `3.1`.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

const fn v(major: u8, minor: u8) -> Version {
    Version { major, minor }
}

/// The versions that are known.
pub const VERSIONS: [(Language, &[Version]); 2] = [
    (Language::OpenApi, &[v(3, 0), v(3, 1), v(3, 2)]),
    (Language::AsyncApi, &[v(2, 0), v(2, 1), v(2, 2), v(2, 3), v(2, 4), v(2, 5), v(2, 6), v(3, 0), v(3, 1)]),
];

/// What is wrong with the structure of a document, in order of place.
///
/// `outside` is asked for each object that holds a `$ref`, and gives what the reference stands for where that is in another
/// file; it is then judged as what is expected where the reference stands, each value once for each shape. Other values are
/// judged where they stand. A version that is not among [`VERSIONS`] is not judged.
pub fn check<'t>(
    root: Node<'t>,
    language: Language,
    version: Version,
    outside: &dyn Fn(Node<'t>) -> Option<Node<'t>>,
) -> Vec<Flaw> {
    match table(language, version) {
        Some(table) => walk::walk(table, root, outside),
        None => Vec::new(),
    }
}

/// The table of a version; each is read once.
fn table(language: Language, version: Version) -> Option<&'static Table> {
    const COUNT: usize = VERSIONS[0].1.len() + VERSIONS[1].1.len();
    static TABLES: [OnceLock<Option<Table>>; COUNT] = [const { OnceLock::new() }; COUNT];
    let known = VERSIONS.iter().flat_map(|(language, all)| all.iter().map(|one| (*language, *one)));
    let at = known.into_iter().position(|one| one == (language, version))?;
    // That every table can be read is a test.
    TABLES[at].get_or_init(|| Table::read(language, version).ok()).as_ref()
}
