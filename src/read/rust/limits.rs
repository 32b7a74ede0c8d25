//! Whether a file can be given to the parser, which calls itself for every bracket, operator and type argument: how deep it would
//! go is told from the characters, without those of comments and strings.

/// How deep brackets may be nested.
pub const DEEPEST: usize = 256;

/// How many words and signs may stand in one statement without a bracket around some of them: chains, sums, types.
const LONGEST: usize = 8_192;

/// Why a text is too much for the parser, if it is.
pub fn too_much(text: &[u8]) -> Option<String> {
    let (mut at, mut depth, mut angles, mut run) = (0, 0_usize, 0_usize, 0_usize);
    // The lengths of runs that go on behind a bracket.
    let mut outer: Vec<usize> = Vec::new();
    while at < text.len() {
        let (byte, next) = (text[at], text.get(at + 1).copied().unwrap_or_default());
        let step = match (byte, next) {
            (b'/', b'/') => memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at),
            (b'/', b'*') => comment(&text[at..]),
            (b'"', _) => string(&text[at..]),
            (b'r', b'"' | b'#') if !is_word(at.checked_sub(1).map(|before| text[before])) => raw(&text[at..]),
            (b'\'', _) => character(&text[at..]),
            _ if is_word(Some(byte)) => {
                run += 1;
                text[at..].iter().take_while(|byte| is_word(Some(**byte))).count()
            }
            _ => {
                match byte {
                    b'(' | b'[' | b'{' => {
                        depth += 1;
                        outer.push(run);
                        run += 1;
                        if byte == b'{' {
                            run = 0;
                        }
                    }
                    b')' | b']' | b'}' => {
                        depth = depth.saturating_sub(1);
                        run = outer.pop().unwrap_or_default() + 1;
                        if byte == b'}' {
                            (run, angles) = (0, 0);
                        }
                    }
                    b';' => (run, angles) = (0, 0),
                    b',' if angles == 0 => run = outer.last().copied().unwrap_or_default(),
                    b'<' => {
                        angles += 1;
                        run += 1;
                    }
                    b'>' => angles = angles.saturating_sub(1),
                    byte if byte.is_ascii_whitespace() => {}
                    _ => run += 1,
                }
                1
            }
        };
        if depth > DEEPEST || angles > 4 * DEEPEST {
            return Some(format!("brackets are nested more than {DEEPEST} deep"));
        }
        if run > LONGEST {
            return Some(format!("a statement has more than {LONGEST} words and signs"));
        }
        at += step.max(1);
    }
    None
}

/// Whether a byte is part of a word.
pub fn is_word(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80)
}

/// The length of a block comment, which may hold others.
pub fn comment(text: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
            (b'*', Some(b'/')) => {
                (depth, at) = (depth.saturating_sub(1), at + 2);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of a text in quotes.
pub fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`; of `r#name` only the first letter.
pub fn raw(text: &[u8]) -> usize {
    let hashes = text[1..].iter().take_while(|byte| **byte == b'#').count();
    if text.get(1 + hashes) != Some(&b'"') {
        return 1;
    }
    let end = [&b"\""[..], &b"#".repeat(hashes)].concat();
    memchr::memmem::find(&text[hashes + 2..], &end).map_or(text.len(), |at| hashes + 2 + at + end.len())
}

/// The length of a character; of a lifetime only the mark.
pub fn character(text: &[u8]) -> usize {
    match text.get(1) {
        Some(b'\\') => memchr::memchr(b'\'', text.get(3..).unwrap_or_default()).map_or(1, |at| at + 4),
        Some(_) if text.get(2) == Some(&b'\'') => 3,
        // A character of several bytes.
        Some(first) if *first >= 0x80 => {
            memchr::memchr(b'\'', text.get(1..6.min(text.len())).unwrap_or_default()).map_or(1, |at| at + 2)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::too_much;

    #[test]
    fn brackets_in_strings_and_comments_are_none() {
        let many = "(".repeat(300);
        for harmless in [
            format!("let a = \"{many}\";"),
            format!("let a = r#\"{many}\"#;"),
            format!("// {many}\nlet a = 1;"),
            format!("/* {many} /* {many} */ */ let a = 1;"),
            "let a = '('; let b = '\\''; let c: &'static str = \"\\\"((\";".repeat(300),
            "const A: &str = \"\\x1b[1m\";\n".repeat(300),
            format!("const T: [u8; 20000] = [{}];", "1, ".repeat(20_000)),
        ] {
            assert_eq!(too_much(harmless.as_bytes()), None, "{}", &harmless[..40]);
        }
    }

    #[test]
    fn what_would_go_too_deep_is_refused() {
        for deep in [
            "(".repeat(300),
            "Vec<".repeat(20_000),
            "!".repeat(20_000),
            "& ".repeat(20_000),
            "a = ".repeat(20_000),
            "|a| ".repeat(20_000),
            "return ".repeat(20_000),
            "a()".to_owned() + &"()".repeat(20_000),
            "a".to_owned() + &".b()".repeat(20_000),
            "fn() -> ".repeat(20_000),
        ] {
            assert!(too_much(deep.as_bytes()).is_some(), "{}", &deep[..40]);
        }
    }
}
