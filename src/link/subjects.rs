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
    fn both(one: &[Token<'_>], other: &[Token<'_>]) -> bool {
        match (one, other) {
            ([], []) => true,
            ([Token::Many, rest @ ..], [_, more @ ..]) | ([_, more @ ..], [Token::Many, rest @ ..]) => {
                // It takes one, and goes on or is through.
                let (longer, many) =
                    if one.first() == Some(&Token::Many) { (one, false) } else { (other, true) };
                if many {
                    both(more, longer) || both(more, rest)
                } else {
                    both(longer, more) || both(rest, more)
                }
            }
            ([Token::Word(a), rest @ ..], [Token::Word(b), more @ ..]) => a == b && both(rest, more),
            ([_, rest @ ..], [_, more @ ..]) => both(rest, more),
            _ => false,
        }
    }
    let (one, other) = (tokens(one), tokens(other));
    // Each `Many` doubles the ways; no subject has that many.
    if one.len() + other.len() > 40 {
        return one == other;
    }
    both(&one, &other)
}

/// Whether nothing of a subject is put in when the program runs.
#[must_use]
pub fn is_literal(subject: &str) -> bool {
    !subject.is_empty() && !subject.contains("{}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
