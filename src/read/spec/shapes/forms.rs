//! Forms of text that the tables name: of values (`uri`) and of keys (`status-code`). What a form is called in a message
//! stands beside it.

/// A form of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Uri,
    UriReference,
    UriReferenceWithoutFragment,
    UriTemplate,
    Email,
    Anchor,
    Location,
    ComponentName,
    HttpToken,
    AdditionalMethod,
    PathParameterName,
    Path,
    StatusCode,
    Extension,
    AsyncExtension,
}

/// Methods with a field of their own in a Path Item Object.
const FIXED_METHODS: [&str; 9] =
    ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"];

impl Form {
    /// By its name in a table.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "uri" => Self::Uri,
            "uri-reference" => Self::UriReference,
            "uri-reference-without-fragment" => Self::UriReferenceWithoutFragment,
            "uri-template" => Self::UriTemplate,
            "email" => Self::Email,
            "anchor" => Self::Anchor,
            "location" => Self::Location,
            "component-name" => Self::ComponentName,
            "http-token" => Self::HttpToken,
            "additional-method" => Self::AdditionalMethod,
            "path-parameter-name" => Self::PathParameterName,
            "path" => Self::Path,
            "status-code" => Self::StatusCode,
            _ => return None,
        })
    }

    /// Whether it is one of JSON Schema's formats, which some versions take for notes.
    pub fn is_format(self) -> bool {
        matches!(self, Self::Uri | Self::UriReference | Self::UriTemplate | Self::Email)
    }

    /// What must be, behind "must be".
    pub fn called(self) -> &'static str {
        match self {
            Self::Uri => "a URI with its scheme",
            Self::UriReference => "a URI or a relative reference",
            Self::UriReferenceWithoutFragment => "a URI or a relative reference without `#`",
            Self::UriTemplate => "a URI template",
            Self::Email => "an e-mail address",
            Self::Anchor => "a name of letters, digits, `-`, `.` and `_`, a letter or `_` first",
            Self::Location => "a runtime expression: `$message.header#/…` or `$message.payload#/…`",
            Self::ComponentName => "of letters, digits, `.`, `-` and `_`",
            Self::HttpToken => "a token of HTTP, without blanks and separators",
            Self::AdditionalMethod => "a method that has no field of its own",
            Self::PathParameterName => "a name without braces",
            Self::Path => "a path that begins with `/`",
            Self::StatusCode => "a status code (`200`), a range of them (`2XX`) or `default`",
            Self::Extension | Self::AsyncExtension => "an extension (`x-…`)",
        }
    }

    /// Whether a text has the form.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Uri => is_uri_reference(text) && has_scheme(text),
            Self::UriReference => is_uri_reference(text),
            Self::UriReferenceWithoutFragment => !text.contains('#'),
            Self::UriTemplate => is_uri_template(text),
            Self::Email => is_email(text),
            Self::Anchor => {
                text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
            }
            Self::Location => ["header", "payload"].iter().any(|part| {
                let rest = text.strip_prefix("$message.").and_then(|rest| rest.strip_prefix(part));
                rest.is_some_and(|rest| rest.starts_with('#'))
            }),
            Self::ComponentName => {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            }
            Self::HttpToken => is_token(text),
            Self::AdditionalMethod => is_token(text) && !FIXED_METHODS.contains(&text),
            Self::PathParameterName => !text.is_empty() && !text.contains(['{', '}']),
            Self::Path => text.starts_with('/'),
            Self::StatusCode => match text.as_bytes() {
                [b'1'..=b'5', b'X', b'X'] => true,
                [b'1'..=b'5', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
                _ => false,
            },
            Self::Extension => text.starts_with("x-"),
            Self::AsyncExtension => text.strip_prefix("x-").is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            }),
        }
    }
}

/// RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&b))
}

fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// RFC 3986, as far as single characters show it.
fn is_uri_reference(text: &str) -> bool {
    let bytes = text.as_bytes();
    let legal = bytes.iter().enumerate().all(|(at, b)| match b {
        b'%' => {
            let digits = bytes.get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        }
        _ => b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(b),
    });
    if !legal || text.splitn(3, '#').count() > 2 {
        return false;
    }
    // A colon in the first step of a relative path would be the end of a scheme.
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    !first.contains(':') || has_scheme(text)
}

/// RFC 6570, as far as braces and single characters show it.
fn is_uri_template(text: &str) -> bool {
    let mut is_inside = false;
    for c in text.chars() {
        match c {
            '{' if !is_inside => is_inside = true,
            '}' if is_inside => is_inside = false,
            '{' | '}' | ' ' | '"' | '\'' | '<' | '>' | '\\' | '^' | '`' | '|' if !is_inside => return false,
            '{' | ' ' | '"' | '\'' | '<' | '>' | '\\' | '^' | '`' => return false,
            c if c.is_control() => return false,
            _ => {}
        }
    }
    !is_inside && !text.is_empty()
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && (local.starts_with('"') || !local.contains('@'))
}
