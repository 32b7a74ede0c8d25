//! Paths of HTTP as OpenAPI, routers and calls write them: `{id}`, `:id`, `<id>`, `{*rest}`.

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'p> {
    Word(&'p str),
    /// A parameter, whatever its name.
    Any,
    /// A part that is made when the program runs (`{}`): it may be anything.
    Made,
    /// All the rest.
    Rest,
}

fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.split('/').filter(|step| !step.is_empty()).map(|step| {
        if step == "{}" {
            return Step::Made;
        }
        let inner = step.strip_prefix('{').and_then(|step| step.strip_suffix('}'));
        let inner = inner.or_else(|| step.strip_prefix('<').and_then(|step| step.strip_suffix('>')));
        if let Some(name) = inner {
            // axum, actix-web, rocket.
            return if name.starts_with('*') || name.ends_with(":.*") || name.ends_with("..") {
                Step::Rest
            } else {
                Step::Any
            };
        }
        match step.as_bytes()[0] {
            b':' => Step::Any,
            b'*' => Step::Rest,
            // A part of a step that is a parameter makes all of it one.
            _ if step.contains(['{', '<']) => Step::Any,
            _ => Step::Word(step),
        }
    })
}

/// Whether steps may be the same, one by one.
fn fit(one: &[Step<'_>], other: &[Step<'_>]) -> bool {
    let fits =
        |(one, other): (&Step<'_>, &Step<'_>)| one == other || *one == Step::Made || *other == Step::Made;
    one.len() == other.len() && one.iter().zip(other).all(fits)
}

/// Methods of HTTP: RFC 9110, PATCH of RFC 5789 and QUERY, which OpenAPI 3.2 knows.
const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/// Method and path of an operation as people write it: `GET /orders/{id}`; `None` where it is none.
#[must_use]
pub fn operation(text: &str) -> Option<(&str, &str)> {
    let (method, path) = text.trim().split_once(' ')?;
    let path = path.trim_start();
    let is_path = path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || "?#\0".contains(c));
    (is_path && METHODS.iter().any(|known| known.eq_ignore_ascii_case(method))).then_some((method, path))
}

/// Whether two paths mean the same, whatever their parameters are called; slashes at the end do not count.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (steps(one).collect(), steps(other).collect());
    match (one.as_slice(), other.as_slice()) {
        ([head @ .., Step::Rest], longer) | (longer, [head @ .., Step::Rest]) => {
            longer.get(..head.len()).is_some_and(|start| fit(start, head))
        }
        (one, other) => fit(one, other),
    }
}

/// Whether a path of a document is at another: with what stands before it in a server's address, or without.
#[must_use]
pub fn is_at<'b>(path: &str, bases: impl IntoIterator<Item = &'b String>, wanted: &str) -> bool {
    same(path, wanted) || bases.into_iter().any(|base| same(&format!("{base}{path}"), wanted))
}

/// Whether one path ends as the other does: what stands before may be where a router is mounted.
#[must_use]
pub fn ends_alike(one: &str, other: &str) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (steps(one).collect(), steps(other).collect());
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    // Parameters alone are like any other.
    short.iter().any(|step| matches!(step, Step::Word(_))) && fit(&long[long.len() - short.len()..], &short)
}

/// Whether a path lies within a route, with or without something before it: `/api/admin/ops/hosts` within `/admin/ops`.
#[must_use]
pub fn is_within(path: &str, route: &str) -> bool {
    let (path, route): (Vec<_>, Vec<_>) = (steps(path).collect(), steps(route).collect());
    !route.is_empty() && path.windows(route.len()).any(|part| fit(part, &route))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_the_same_however_they_are_written() {
        assert!(same("/orders/{order_id}", "/orders/:id/"));
        assert!(same("/orders/<id>", "orders/{id:[0-9]+}"));
        assert!(same("/files/{*path}", "/files/a/b"));
        assert!(!same("/orders/{id}", "/orders"));
        assert!(!same("/orders/{id}", "/orders/export"));
        assert!(same("/{}/orders/{id}", "/v1/orders/:order") && !same("/{}/orders", "/v1/carts"));
        assert!(ends_alike("/v1/orders/{id}", "/orders/:order"));
        assert!(!ends_alike("/v1/orders", "/orders/{id}"));
        assert!(!ends_alike("/v1/orders/{id}", "/{id}"));
        assert!(is_within("/api/admin/ops/hosts", "/admin/ops") && is_within("/admin/ops", "/admin/ops"));
        assert!(!is_within("/admin/opsy", "/admin/ops"));
    }
}
