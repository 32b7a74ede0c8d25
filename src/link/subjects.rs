//! Subjects of messages: when an address of AsyncAPI and a subject in code mean the same.
//!
//! NATS takes subjects apart at dots; `*` stands for one token, `>` for all that follow. AsyncAPI writes `{parameter}` for a
//! token, code that is read before it runs `{}` for whatever is put in there.

/// A token of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'s> {
    Word(&'s str),
    /// Exactly one token.
    One,
    /// One token or more.
    Many,
}

fn tokens(subject: &str) -> Vec<Token<'_>> {
    let of = |token| match token {
        "*" => Token::One,
        // What is put in may have dots.
        ">" | "#" | "{}" => Token::Many,
        token if token.starts_with('{') && token.ends_with('}') => Token::One,
        // Half of it is put in: it may be anything, also several.
        token if token.contains("{}") => Token::Many,
        token if token.contains('{') => Token::One,
        token => Token::Word(token),
    };
    subject.split(['.', '/']).filter(|token| !token.is_empty()).map(of).collect()
}

/// Whether there is a subject that both stand for.
#[must_use]
pub fn meet(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    // Whether the rests from here on meet, filled from the ends: `Many` takes one token, and stays or is through.
    let mut meets = vec![vec![false; other.len() + 1]; one.len() + 1];
    for a in (0..=one.len()).rev() {
        for b in (0..=other.len()).rev() {
            meets[a][b] = match (one.get(a), other.get(b)) {
                (None, None) => true,
                (None, Some(_)) | (Some(_), None) => false,
                (Some(Token::Word(mine)), Some(Token::Word(theirs))) => mine == theirs && meets[a + 1][b + 1],
                (Some(mine), Some(theirs)) => {
                    meets[a + 1][b + 1]
                        || (*mine == Token::Many && meets[a][b + 1])
                        || (*theirs == Token::Many && meets[a + 1][b])
                }
            };
        }
    }
    meets[0][0]
}

/// Whether nothing of a subject is put in when the program runs.
#[must_use]
pub fn is_literal(subject: &str) -> bool {
    !subject.is_empty() && !subject.contains("{}")
}

/// Whether a pattern takes every subject that a text with holes may become: `hosts.>` takes `hosts.{}.drained`.
#[must_use]
pub fn covers(pattern: &str, subject: &str) -> bool {
    let mut tokens = subject.split(['.', '/']);
    for token in pattern.split(['.', '/']) {
        match (token, tokens.next()) {
            (">", Some(_)) => return true,
            // A hole may become several tokens.
            ("*", Some(of)) if !of.contains('{') => {}
            (word, Some(of)) if word == of && !of.contains('{') => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_what_has_holes_where_they_leave_room() {
        assert!(covers("hosts.>", "hosts.{}.drained") && covers("hosts.*", "hosts.drained"));
        assert!(
            !covers("hosts.*", "hosts.{}") && !covers("hosts.>", "{}.drained") && !covers("hosts.>", "hosts")
        );
    }

    #[test]
    fn subjects_meet() {
        for (one, other) in [
            ("orders.created", "orders.created"),
            ("orders.*", "orders.created"),
            ("orders.>", "orders.created.eu"),
            ("orders.{id}.paid", "orders.{}.paid"),
            ("orders.{}", "orders.a.b"),
            ("{}.created", "orders.created"),
            ("orders.{region}", "orders.*"),
            ("orders-{}", "orders-eu.created"),
            ("orders/created", "orders.created"),
        ] {
            assert!(meet(one, other) && meet(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("orders.created", "orders.deleted"),
            ("orders.*", "orders.created.eu"),
            ("orders.>", "orders"),
            ("orders.{}", "payments.a"),
            ("orders.{id}.paid", "orders.{}.failed"),
        ] {
            assert!(!meet(one, other) && !meet(other, one), "{one} {other}");
        }
    }
}
