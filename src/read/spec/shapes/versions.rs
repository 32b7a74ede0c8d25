//! What a document calls itself: `openapi: 3.1.0`, `asyncapi: 2.6.0`.

use super::{Language, VERSIONS, Version};
use crate::detect::masked;
use crate::tree::{Flaw, Node, Value};

/// The language and version of a document; a fault with its place where it is none that is known.
pub fn version(root: Node<'_>) -> Result<(Language, Version), Flaw> {
    let flaw = |code, place, what: String| Err(Flaw { code, place, what });
    let named = [("openapi", Language::OpenApi), ("asyncapi", Language::AsyncApi)];
    let Some((key, language, node)) =
        named.iter().find_map(|(key, language)| Some((*key, *language, root.get(key)?)))
    else {
        if let Some(entry) = root.get_entry("swagger") {
            let what = "Swagger 2.0 is not read: convert the document to OpenAPI 3.0 or later";
            return flaw("unsupported-version", entry.key_place(), what.into());
        }
        let what = "the document has no version: expected the key `openapi` or `asyncapi`";
        return flaw("missing-version", super::said::start_of(root), what.into());
    };
    let (_, known) = VERSIONS[usize::from(language == Language::AsyncApi)];
    let text = match node.value() {
        Value::String(text) => text,
        Value::Number(_) => {
            let text = node.text().unwrap_or_default();
            let example = known.iter().find(|one| one.to_string() == text).or(known.last());
            let example = example.map(ToString::to_string).unwrap_or_default();
            let what =
                format!("`{key}` must be a string of three numbers such as `{example}.0`, it is a number");
            return flaw("wrong-type", node.place(), what);
        }
        other => {
            let what = format!("`{key}` must be a string such as `3.1.0`, it is {}", other.name());
            return flaw("wrong-type", super::said::start_of(node), what);
        }
    };
    if let Some(version) = known.iter().find(|one| fits(text, language, **one)) {
        return Ok((language, *version));
    }
    let name = language.name();
    if known.iter().any(|one| one.to_string() == text) {
        let what = format!("`{key}` must have three numbers: `{text}.0`");
        return flaw("bad-version", node.place(), what);
    }
    let said = if text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        format!("{name} `{}` is not known", masked(text))
    } else {
        format!("`{key}` is no version of {name} that is known")
    };
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    flaw("unsupported-version", node.place(), format!("{said}; those that are: {}", known.join(", ")))
}

/// Whether a full version is one of this one. AsyncAPI was never patched; OpenAPI's patches change no structure.
fn fits(text: &str, language: Language, version: Version) -> bool {
    let Some(patch) = text.strip_prefix(&version.to_string()).and_then(|rest| rest.strip_prefix('.')) else {
        return false;
    };
    if language == Language::AsyncApi {
        return patch == "0";
    }
    let (number, suffix) = match patch.split_once('-') {
        Some((number, suffix)) => (number, Some(suffix)),
        None => (patch, None),
    };
    // 3.0 has one digit there, whoever decided so.
    let fits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    fits && (version.minor > 0 || number.len() == 1) && suffix != Some("")
}
