//! Allow comments in Rust: `// telelint: allow(rule) reason` above an item or a statement covers all of it, behind code its
//! line. The parser drops comments, so lines are looked at.

use super::text::Text;
use crate::facts::AllowComment;
use crate::read::allows;

/// The allow comments of a file.
pub fn of(text: &str, lines: &Text<'_>) -> Vec<AllowComment> {
    let mut found = Vec::new();
    if !text.contains("telelint:") {
        return found;
    }
    let all: Vec<&str> = text.split('\n').collect();
    let mut start = 0;
    for (at, line) in all.iter().enumerate() {
        let comment =
            line.find("telelint:").and_then(|at| line[..at].trim_end().strip_suffix("//")).map(str::len);
        if let (Some(comment), Some(said)) = (comment, allows::said(line.as_bytes())) {
            let number = at as u64 + 1;
            let is_alone = line[..comment].trim().is_empty();
            let behind = &all[at + 1..(at + 1 + MOST_LINES).min(all.len())];
            let (from_line, to_line) =
                if is_alone { (number + 1, number + 1 + extent(behind)) } else { (number, number) };
            let place = lines.place(start + said.at..start + line.trim_end().len());
            for rule in said.rules {
                let reason = said.reason.clone();
                found.push(AllowComment { place: place.clone(), rule, reason, from_line, to_line });
            }
        }
        start += line.len() + 1;
    }
    found
}

/// The longest item that an allow comment covers, in lines.
const MOST_LINES: usize = 2_000;

/// How many lines behind the first one belong to the item or statement that begins there: up to where its brackets are
/// closed. Brackets in strings count as well, which makes it a little longer or shorter.
fn extent(lines: &[&str]) -> u64 {
    let mut depth = 0_i64;
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim();
        let aside = code.starts_with("//") || code.starts_with("#[");
        for byte in code.bytes().filter(|_| !code.starts_with("//")) {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        let goes_on = aside || code.is_empty() && at == 0 || depth > 0 || continues(lines.get(at + 1));
        if !goes_on {
            return at as u64;
        }
    }
    lines.len().saturating_sub(1) as u64
}

/// Whether the next line goes on with a chain of calls, or opens the body of what began.
fn continues(next: Option<&&str>) -> bool {
    next.is_some_and(|next| {
        let next = next.trim_start();
        next.starts_with('.') || next.starts_with('{') || next.starts_with("where")
    })
}
