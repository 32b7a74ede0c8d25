//! Names of fields, compared word by word: `userPassword` and `x-api-key` name a password and an API key; `monkey`,
//! `max_tokens` and `token_type` name no key and no token.

/// Words behind which a name speaks of a secret and does not hold one (`token_type`, `secret_name`, `password_hash`).
const ABOUT: [&str; 26] = [
    "id",
    "ids",
    "name",
    "names",
    "count",
    "type",
    "version",
    "hash",
    "at",
    "enabled",
    "changed",
    "length",
    "len",
    "size",
    "ttl",
    "expiry",
    "expires",
    "expiration",
    "status",
    "state",
    "policy",
    "valid",
    "required",
    "url",
    "present",
    "path",
];

/// Words before which the last word means something harmless (`next_token` turns a page, `public_key` is public).
const HARMLESS_BEFORE: [&str; 16] = [
    "next",
    "page",
    "previous",
    "prev",
    "continuation",
    "continue",
    "sync",
    "public",
    "cancellation",
    "cancel",
    "max",
    "min",
    "num",
    "start",
    "end",
    "paging",
];

/// The words of a name in lower case: parts between `-`, `_`, `.`, blanks and other marks, and humps of camel case.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let before = at.checked_sub(1).map(|before| chars[before]);
        let next_is_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let hump = c.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || before.is_ascii_digit() || (before.is_uppercase() && next_is_lower)
            });
        if hump && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a name speaks of something and does not hold it (`password_hash`, `token_type`).
#[must_use]
pub fn speaks_about(name: &str) -> bool {
    let words = words(name);
    words.len() > 1 && words.last().is_some_and(|last| ABOUT.contains(&last.as_str()))
}

/// Names that a list has, ready to be compared.
#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<Listed>,
}

/// A name, its words, and these written together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    name: String,
    words: Vec<String>,
    together: String,
}

impl Names {
    /// Of a list of names.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let listed = |name: &str| {
            let words = words(name);
            Listed { name: name.to_owned(), together: words.concat(), words }
        };
        Self { list: names.into_iter().map(listed).collect() }
    }

    /// Which name of the list a field's name ends in, word by word; the longest one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        let words = words(field);
        if words.last().is_none_or(|last| ABOUT.contains(&last.as_str())) && !self.is_listed(&words) {
            return None;
        }
        let together = words.concat();
        let fits = |name: &&Listed| together.ends_with(&name.together) && name.ends(&words);
        let found = self.list.iter().filter(fits).max_by_key(|name| name.together.len())?;
        // `card number` is asked for as it stands; what stands before a lone `token` may make it harmless.
        let before = words.len().checked_sub(found.words.len() + 1).and_then(|at| words.get(at));
        let harmless =
            found.words.len() == 1 && before.is_some_and(|word| HARMLESS_BEFORE.contains(&word.as_str()));
        (!harmless).then_some(found.name.as_str())
    }

    /// Takes in the names of another list.
    pub fn merge(&mut self, other: Self) {
        self.list.extend(other.list);
        self.list.sort();
        self.list.dedup();
    }

    fn is_listed(&self, words: &[String]) -> bool {
        self.list.iter().any(|name| name.words == words)
    }
}

impl Listed {
    /// Whether words end in those of the name, written apart or together (`api_key`, `apikey`).
    fn ends(&self, words: &[String]) -> bool {
        let together = || self.words.len() > 1 && words.last().is_some_and(|last| *last == self.together);
        let apart = || {
            let last = |n: usize| words[words.len() - n..].concat();
            self.words.len() == 1 && (2..=words.len().min(3)).any(|n| last(n) == self.together)
        };
        !self.words.is_empty() && (words.ends_with(&self.words) || together() || apart())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (name, expected) in [
            ("userPassword", "user password"),
            ("X-API-Key", "x api key"),
            ("APIKey", "api key"),
            ("http.request.header.authorization", "http request header authorization"),
            ("oauth2Token", "oauth2 token"),
            ("__password__", "password"),
        ] {
            assert_eq!(words(name).join(" "), expected);
        }
    }

    #[test]
    fn sensitive_names_are_told_word_by_word() {
        let names =
            Names::new(["password", "api_key", "token", "session_id", "card_number", "set-cookie", "passwd"]);
        for (field, policy) in [
            ("password", "password"),
            ("userPassword", "password"),
            ("db.password", "password"),
            ("x-api-key", "api_key"),
            ("apikey", "api_key"),
            ("ApiKey", "api_key"),
            ("access_token", "token"),
            ("sessionId", "session_id"),
            ("Set-Cookie", "set-cookie"),
            ("cardNumber", "card_number"),
            ("passWord", "password"),
        ] {
            assert_eq!(names.of(field), Some(policy), "{field}");
        }
        for field in [
            "monkey",
            "capital",
            "max_tokens",
            "tokens_used",
            "token_type",
            "password_hash",
            "passwordless",
            "secret_name",
            "token_count",
            "public_key",
            "next_token",
            "nextPageToken",
            "password_changed_at",
            "tokenizer",
            "",
            "_",
        ] {
            assert_eq!(names.of(field), None, "{field}");
        }
    }
}
