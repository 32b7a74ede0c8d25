//! What a document names: pictures, operations of an API, paths.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::Kept;
use super::markdown::Markdown;
use crate::facts::document::Image;
use crate::source::Seen;

/// The most pictures, operations and paths that are kept of a document.
const MOST: usize = 256;

/// Pictures, and whether they exist in the repository at `root`.
pub fn images(kept: &Kept<'_>, markdown: &Markdown, root: &Utf8Path) -> Vec<Image> {
    let folder = Utf8Path::new(&**kept.whole.path()).parent().unwrap_or(Utf8Path::new(""));
    let images = markdown.images.iter().take(MOST);
    images
        .map(|(target, at)| Image {
            target: kept.seen(target, at.clone()),
            exists: exists(target, folder, root),
        })
        .collect()
}

/// Whether a picture's file is there; nothing is known of an address elsewhere.
fn exists(target: &str, folder: &Utf8Path, root: &Utf8Path) -> Option<bool> {
    let is_remote = target.starts_with("//") || target.starts_with("data:") || crate::source::is_url(target);
    // Facts that are made of a text alone have no folder to look into.
    if is_remote || root.as_str().is_empty() {
        return None;
    }
    let file = target.split(['?', '#']).next().unwrap_or_default();
    if file.is_empty() {
        return Some(false);
    }
    let decoded = decoded(file);
    let Ok(root) = root.canonicalize_utf8() else { return None };
    let is_there = |path: Utf8PathBuf| {
        path.canonicalize_utf8().is_ok_and(|full| full.starts_with(&root) && full.is_file())
    };
    // A leading `/` means the root of the repository, or of the site that a folder above is made into.
    Some(match decoded.strip_prefix('/') {
        Some(rest) => folder.ancestors().any(|above| is_there(root.join(above).join(rest))),
        None => is_there(root.join(folder).join(&decoded)),
    })
}

/// `%20` as a blank, and the like.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        plain.push(hex.unwrap_or(*byte));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

/// `METHOD /path`.
pub fn operations(kept: &Kept<'_>, markdown: &Markdown) -> Vec<Seen<String>> {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for (path, at) in paths(&markdown.prose) {
        let before = markdown.prose.get(..at).unwrap_or_default().trim_end_matches([' ', '`', '*']);
        let Some(method) = METHODS.iter().find(|method| before.ends_with(**method)) else { continue };
        let start = before.len() - method.len();
        let is_whole = !before[..start].ends_with(|c: char| c.is_alphanumeric());
        let operation = format!("{method} {path}");
        if is_whole && known.insert(operation.clone()) && found.len() < MOST {
            found.push(kept.seen(&operation, start..at + path.len()));
        }
    }
    found
}

/// Paths such as `/admin/ops`.
pub fn routes(kept: &Kept<'_>, markdown: &Markdown) -> Vec<Seen<String>> {
    let mut known = BTreeSet::new();
    let all = paths(&markdown.prose).into_iter().filter(|(path, _)| known.insert(*path)).take(MOST);
    all.map(|(path, at)| kept.seen(path, at..at + path.len())).collect()
}

/// Everything that is written like a path, and where it begins.
fn paths(prose: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut behind = 0;
    for (at, _) in prose.match_indices('/') {
        let before = prose[..at].chars().next_back();
        let begins = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | '|' | '*' | '“' | '['));
        if at < behind || !begins {
            continue;
        }
        let rest = &prose[at..];
        let end =
            rest.find(|c: char| !(c.is_alphanumeric() || "/_-.:{}*~".contains(c))).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(['.', ':', '*', '/']);
        if path.len() > 1 && path[1..].starts_with(|c: char| c.is_alphanumeric() || c == '{' || c == ':') {
            found.push((path, at));
        }
        behind = at + end;
    }
    found
}
