//! Markdown taken apart: headings, tables, pictures, and the lines of text that are neither code nor comment.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::read::whole::Whole;

/// The longest tag of a picture that is read, in bytes.
const LONGEST_TAG: usize = 4_096;

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without marks.
    pub text: String,
    /// Where its text stands.
    pub at: Range<usize>,
    /// Where all of it stands.
    pub whole: Range<usize>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its text without marks.
    pub text: String,
    /// Where it stands.
    pub at: Range<usize>,
    /// Whether a picture is in it.
    pub has_image: bool,
}

/// A table.
#[derive(Debug, Default)]
pub struct Table {
    /// Where.
    pub at: Range<usize>,
    /// The first row.
    pub head: Vec<Entry>,
    /// Where that is.
    pub head_at: Range<usize>,
    /// The others.
    pub rows: Vec<(Range<usize>, Vec<Entry>)>,
}

/// A block of code.
#[derive(Debug)]
pub struct Fence {
    /// What it says it is.
    pub language: String,
    /// Where its text stands.
    pub at: Range<usize>,
}

/// A document taken apart.
#[derive(Debug, Default)]
pub struct Markdown {
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Tables in order.
    pub tables: Vec<Table>,
    /// Pictures: address and place.
    pub images: Vec<(String, Range<usize>)>,
    /// Blocks of code.
    pub fences: Vec<Fence>,
    /// The document with blanks for code blocks, comments and what stands before the text: places are the same.
    pub prose: String,
}

impl Markdown {
    /// Takes the text from `body` on apart.
    pub fn of(whole: &Whole, body: usize) -> Self {
        let text = whole.text().get(body..).unwrap_or_default();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut taken = Taken::default();
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            taken.event(event, range.start + body..range.end + body, whole.text());
        }
        let mut markdown = taken.found;
        taken.blanks.push(0..body);
        markdown.prose = blanked(whole.text(), &taken.blanks);
        markdown
    }

    /// The end of what stands under a heading: the next one that is not below it.
    pub fn end_of(&self, heading: &Heading) -> usize {
        let mut later = self.headings.iter().filter(|other| other.whole.start > heading.whole.start);
        later.find(|other| other.level <= heading.level).map_or(self.prose.len(), |other| other.whole.start)
    }
}

/// What was taken so far.
#[derive(Default)]
struct Taken {
    found: Markdown,
    blanks: Vec<Range<usize>>,
    heading: Option<Heading>,
    table: Option<Table>,
    row: Vec<Entry>,
    cell: Option<Entry>,
    html: Option<Range<usize>>,
    struck: usize,
    in_code: bool,
}

impl Taken {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, text: &str) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range, text),
            Event::Text(words) if self.in_code => self.code(range, &words),
            Event::Text(words) | Event::Code(words) if self.struck == 0 => self.words(&words, range),
            Event::SoftBreak | Event::HardBreak => self.words(" ", range),
            Event::Html(_) => {
                self.html = Some(self.html.take().map_or(range.clone(), |html| html.start..range.end));
            }
            Event::InlineHtml(_) => self.markup(range, text),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                let at = range.start..range.start;
                self.heading = Some(Heading { level: level as u8, text: String::new(), at, whole: range });
            }
            Tag::Table(_) => self.table = Some(Table { at: range, ..Table::default() }),
            Tag::TableHead | Tag::TableRow => self.row.clear(),
            Tag::TableCell => self.cell = Some(Entry { at: range, ..Entry::default() }),
            Tag::Image { dest_url, .. } => {
                if let Some(cell) = &mut self.cell {
                    cell.has_image = true;
                }
                self.found.images.push((dest_url.into_string(), range));
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    pulldown_cmark::CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{']).next().unwrap_or_default().to_lowercase()
                    }
                    pulldown_cmark::CodeBlockKind::Indented => String::new(),
                };
                self.in_code = true;
                self.found.fences.push(Fence { language, at: range.start..range.start });
                self.blanks.push(range);
            }
            Tag::Strikethrough => {
                self.struck += 1;
                self.blanks.push(range);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>, text: &str) {
        match tag {
            TagEnd::Heading(_) => self.found.headings.extend(self.heading.take()),
            TagEnd::TableCell => self.row.extend(self.cell.take().map(|cell| trimmed(&cell, text))),
            TagEnd::TableHead => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    (table.head, table.head_at) = (row, range);
                }
            }
            TagEnd::TableRow => {
                let mut row = std::mem::take(&mut self.row);
                let whole = text.get(range.clone()).unwrap_or_default().trim_end().len() + range.start;
                // A cell that the row does not have stands nowhere.
                for cell in row.iter_mut().filter(|cell| cell.text.is_empty() && cell.at.start >= whole) {
                    cell.at = range.start..whole;
                }
                if let Some(table) = &mut self.table {
                    table.rows.push((range, row));
                }
            }
            TagEnd::Table => self.found.tables.extend(self.table.take()),
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    self.markup(html, text);
                }
            }
            _ => {}
        }
    }

    fn code(&mut self, range: Range<usize>, _: &str) {
        if let Some(fence) = self.found.fences.last_mut() {
            let start = if fence.at.is_empty() { range.start } else { fence.at.start };
            fence.at = start..range.end;
        }
    }

    fn words(&mut self, words: &str, range: Range<usize>) {
        if let Some(cell) = &mut self.cell {
            cell.text.push_str(words);
        } else if let Some(heading) = &mut self.heading {
            if heading.text.is_empty() {
                heading.at = range.clone();
            }
            heading.at.end = range.end;
            heading.text.push_str(words);
        }
    }

    /// HTML: comments are blanked, pictures are looked for in the rest.
    fn markup(&mut self, range: Range<usize>, text: &str) {
        let html = text.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(next) = html[at..].find('<') {
            at += next;
            let rest = &html[at..];
            if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(html.len(), |end| at + end + 3);
                self.blanks.push(range.start + at..range.start + end);
                at = end;
            } else if let Some(tag) = rest
                .get(..5)
                .filter(|tag| tag.eq_ignore_ascii_case("<img ") || tag.eq_ignore_ascii_case("<img\n"))
            {
                // A tag that never ends is not looked at to the end of the document.
                let near = &rest.as_bytes()[..rest.len().min(LONGEST_TAG)];
                let Some(end) = memchr::memchr(b'>', near).map(|end| at + end) else {
                    at += tag.len();
                    continue;
                };
                if let Some((source, from)) = attribute(&html[at..end], "src") {
                    let from = range.start + at + from;
                    self.found.images.push((source.to_owned(), from..from + source.len()));
                }
                if let Some(cell) = &mut self.cell {
                    cell.has_image = true;
                }
                at += tag.len();
            } else {
                at += 1;
            }
        }
    }
}

/// The value of an attribute in a tag, and where in it the value begins.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<(&'t str, usize)> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower.get(from..)?.find(name) {
        let at = from + found;
        from = at + name.len();
        let is_whole = at == 0 || lower.as_bytes()[at - 1].is_ascii_whitespace();
        let rest = tag[from..].trim_start();
        let Some(value) = rest.strip_prefix('=').filter(|_| is_whole).map(str::trim_start) else { continue };
        let begin = tag.len() - value.len();
        return match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                Some((value[1..].split(quote).next().unwrap_or_default(), begin + 1))
            }
            _ => Some((value.split_ascii_whitespace().next().unwrap_or_default(), begin)),
        };
    }
    None
}

/// A cell whose place is its text; that of an empty one is what lies between its bars.
fn trimmed(cell: &Entry, text: &str) -> Entry {
    let raw = text.get(cell.at.clone()).unwrap_or_default();
    let bare = raw.trim();
    let at = if bare.is_empty() {
        let before = text.get(..cell.at.start).unwrap_or_default().trim_end_matches([' ', '\t']).len();
        let behind = text.get(cell.at.end..).unwrap_or_default();
        before..cell.at.end + behind.find(['|', '\r', '\n']).unwrap_or(behind.len())
    } else {
        let start = cell.at.start + (raw.len() - raw.trim_start().len());
        start..start + bare.len()
    };
    Entry { text: cell.text.trim().to_owned(), at, has_image: cell.has_image }
}

/// The text with blanks in some ranges; line feeds stay.
fn blanked(text: &str, blanks: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in blanks {
        if let Some(part) = bytes.get_mut(range.clone()) {
            for byte in part.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')) {
                *byte = b' ';
            }
        }
    }
    // Ranges begin and end between characters, so this is UTF-8 still.
    String::from_utf8(bytes).unwrap_or_default()
}
