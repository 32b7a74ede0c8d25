//! Documents: mocks with their state matrix, standards with their status.
//!
//! [`front`] reads what stands before the text, [`markdown`] takes the text apart, [`standing`] finds status, people and date,
//! [`matrix`] the states of panels, [`named`] pictures, operations and paths; [`yaml`] reads the same of YAML. What any of it is asked for is not known here.

mod front;
mod markdown;
mod matrix;
mod named;
mod standing;
mod yaml;

use std::collections::BTreeSet;
use std::io::Read;

use self::front::Front;
use self::markdown::Markdown;
use super::watch::Watch;
use super::whole::Whole;
use super::{Opened, Reading};
use crate::detect::{Hidden, masked_with, printable};
use crate::facts::{AllowComment, Document, Facts, Purpose};
use crate::read::allows;
use crate::source::{Place, Seen};

/// The largest document that is read, in bytes.
pub const MAX_FILE: usize = 8 << 20;

/// How much of a heading, a status or a name is kept, in characters.
const KEPT: usize = 200;

/// Reads one document.
pub fn read<R: Read>(input: Opened<R>, watch: &Watch) -> Reading {
    let mut facts = Facts::new(&watch.fingerprint());
    let once = input.once;
    let whole = Whole::read(input, MAX_FILE, &mut facts);
    if let Some(whole) = &whole {
        let document = document(whole, watch, &mut facts);
        facts.documents.add(document);
        allowed(whole, &mut facts);
    }
    Whole::reading(whole.as_ref(), once, facts)
}

fn document(whole: &Whole, watch: &Watch, facts: &mut Facts) -> Document {
    let path = whole.path();
    let purposes = watch.documents.purposes(path);
    let kept = Kept { whole, hidden: &watch.hidden };
    if [".yaml", ".yml"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)) {
        return in_yaml(&kept, watch, purposes, facts);
    }
    let (front, body) = Front::of(whole, facts);
    let markdown = Markdown::of(whole, body);
    let standing = standing::of(&kept, &front, &markdown);
    let is_mock = purposes.contains(&Purpose::Mock);
    let title = markdown.headings.first().map_or_else(
        || Seen {
            value: path.rsplit('/').next().unwrap_or_default().to_owned(),
            place: Place::of_file(path),
        },
        |heading| kept.seen(&heading.text, heading.at.clone()),
    );
    Document {
        artifact: path.clone(),
        title,
        status: standing.status,
        date: standing.date,
        day: standing.day,
        people: standing.people,
        matrix: if is_mock { matrix::of(&kept, &markdown, &watch.documents.states, facts) } else { None },
        images: if is_mock { named::images(&kept, &markdown, &watch.documents.root) } else { Vec::new() },
        operations: named::operations(&kept, &markdown),
        routes: if is_mock { named::routes(&kept, &markdown) } else { Vec::new() },
        purposes,
    }
}

/// A document that is YAML altogether.
fn in_yaml(kept: &Kept<'_>, watch: &Watch, purposes: BTreeSet<Purpose>, facts: &mut Facts) -> Document {
    let (whole, path) = (kept.whole, kept.whole.path());
    let tree = yaml::tree(whole, 0..whole.text().len(), facts);
    let markdown = Markdown { prose: whole.text().to_owned(), ..Markdown::default() };
    let standing = standing::of(kept, &yaml::front(kept, &tree), &Markdown::default());
    let is_state = matrix::is_state(&watch.documents.states);
    let name = path.rsplit('/').next().unwrap_or_default();
    Document {
        artifact: path.clone(),
        title: yaml::title(kept, &tree)
            .unwrap_or_else(|| Seen { value: name.to_owned(), place: Place::of_file(path) }),
        status: standing.status,
        date: standing.date,
        day: standing.day,
        people: standing.people,
        matrix: yaml::matrix(kept, &tree, |name| is_state(name))
            .filter(|_| purposes.contains(&Purpose::Mock)),
        images: Vec::new(),
        operations: named::operations(kept, &markdown),
        routes: named::routes(kept, &markdown),
        purposes,
    }
}

/// Makes what is kept of a document: places, and text as it may be shown.
struct Kept<'w> {
    whole: &'w Whole,
    hidden: &'w Hidden,
}

impl Kept<'_> {
    fn place(&self, range: std::ops::Range<usize>) -> Place {
        self.whole.place(range)
    }

    fn text(&self, text: &str) -> String {
        let masked = printable(&masked_with(text.trim(), self.hidden));
        // Reports put such texts between backticks, and what ends them would be Markdown of the document's own.
        masked.chars().take(KEPT).map(|c| if c == '`' { '\'' } else { c }).collect()
    }

    fn seen(&self, text: &str, range: std::ops::Range<usize>) -> Seen<String> {
        Seen { value: self.text(text), place: self.place(range) }
    }
}

/// Allow comments: in an HTML comment or behind `#` in the front matter, for its line and the next.
fn allowed(whole: &Whole, facts: &mut Facts) {
    if !whole.text().contains("telelint:") {
        return;
    }
    for line in 0..whole.line_count() {
        let range = whole.line_range(line);
        let text = whole.text().get(range.clone()).unwrap_or_default();
        let Some(at) = text.find("telelint:") else { continue };
        let before = text[..at].trim_end();
        if !before.ends_with("<!--") && !before.ends_with('#') {
            continue;
        }
        let said = text.trim_end().trim_end_matches("-->").trim_end();
        let Some(said) = allows::said(said.as_bytes()) else { continue };
        let place = whole.place(range.start + at..range.end);
        let number = line as u64 + 1;
        for rule in said.rules {
            facts.allows.add(AllowComment {
                place: place.clone(),
                rule,
                reason: said.reason.clone(),
                from_line: number,
                to_line: number + 1,
            });
        }
    }
}
