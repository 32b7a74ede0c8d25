//! OpenAPI and AsyncAPI documents of a run, with the files they refer to.

use std::io::Read;
use std::sync::Arc;

use camino::Utf8Path;

use crate::facts::Input;
use crate::read::spec::{self, Refusal};
use crate::read::{Opened, Reading, Watch, unreadable};
use crate::tree::MAX_BYTES;

/// Reads a document and what it refers to, below `root`.
pub fn read<R: Read>(mut opened: Opened<R>, watch: &Watch, root: &Utf8Path) -> Reading {
    if let Some(reason) = crate::read::binary(&opened.head) {
        return unreadable(&opened.path, reason, watch);
    }
    let mut bytes = std::mem::take(&mut opened.head);
    let rest = opened.rest.by_ref().take((MAX_BYTES + 1).saturating_sub(bytes.len() as u64));
    if let Err(error) = { rest }.read_to_end(&mut bytes) {
        return unreadable(&opened.path, format!("reading failed: {}", error.kind()), watch);
    }
    let input = Input {
        path: Arc::clone(&opened.path),
        kind: opened.kind,
        role: opened.role,
        bytes: bytes.len() as u64,
        read: true,
    };
    let is_file = root.join(&*opened.path).is_file();
    let source = spec::Source { input, bytes, is_file, once: opened.once };
    spec::read(source, watch, &|path: &str| fetch(root, path))
}

/// The text of a file below the root.
fn fetch(root: &Utf8Path, path: &str) -> Result<Vec<u8>, Refusal> {
    let path = root.join(path);
    let full = path.canonicalize_utf8().map_err(|error| match error.kind() {
        std::io::ErrorKind::PermissionDenied => Refusal::Unreadable(error.kind().to_string()),
        _ => Refusal::Missing,
    })?;
    let root = root.canonicalize_utf8().unwrap_or_else(|_| root.to_owned());
    // A link may lead anywhere.
    if !full.starts_with(&root) {
        return Err(Refusal::Outside);
    }
    let data = std::fs::metadata(&full).map_err(|_| Refusal::Missing)?;
    if !data.is_file() {
        return Err(Refusal::Missing);
    }
    if data.len() > MAX_BYTES {
        return Err(Refusal::Unreadable(spec::too_large()));
    }
    std::fs::read(&full).map_err(|error| Refusal::Unreadable(error.kind().to_string()))
}
