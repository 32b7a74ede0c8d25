//! Front-end source (TypeScript, JavaScript, Vue, Svelte, HTML): which API it calls, which pages it has, which telemetry backends
//! it reaches for.
//!
//! No syntax tree is made. [`scan`] cuts code into tokens, [`markup`] finds the code in pages, [`values`] puts literals and
//! constants of one file together, [`calls`] tells what a literal is handed to, [`backends`] what an address leads to,
//! [`paths`] which files are left out and which are pages by their own path. What is composed across files stays unseen.

mod backends;
mod calls;
mod markup;
pub mod paths;
pub mod scan;
mod values;

use std::io::Read;
use std::ops::Range;

use self::calls::{Context, Use};
use self::scan::{Stream, Token};
use self::values::{Text, Values};
use super::watch::{FrontendWatch, Watch};
use super::whole::Whole;
use super::{Opened, Reading};
use crate::detect::{Hidden, masked_with, printable};
use crate::facts::{AllowComment, ClientCall, Facts, PageRoute, Reach};
use crate::naming::backends::{PORTS, PRODUCTS};
use crate::read::allows;
use crate::source::Place;

/// The largest file that is read, in bytes: larger ones are made by programs.
pub const MAX_FILE: usize = 4 << 20;

/// How many calls, pages and addresses of one file are kept.
const MOST: usize = 10_000;

/// Reads one file of a front end.
pub fn read<R: Read>(input: Opened<R>, watch: &Watch) -> Reading {
    let mut facts = Facts::new(&watch.fingerprint());
    let once = input.once;
    let whole = Whole::read(input, MAX_FILE, &mut facts);
    if let Some(whole) = whole.as_ref().filter(|whole| !paths::is_left_out(whole.path())) {
        let hidden = &watch.hidden;
        page_by_path(whole, &mut facts);
        if is_telling(whole.text(), &watch.frontend) {
            File { whole, watch: &watch.frontend, hidden, facts: &mut facts, count: 0 }.read();
        }
    }
    Whole::reading(whole.as_ref(), once, facts)
}

/// Whether a text has any of the words that something here would be made of.
fn is_telling(text: &str, watch: &FrontendWatch) -> bool {
    const WORDS: [&str; 4] = ["/api", "telelint:", "_prom_", "api/"];
    static WANTED: std::sync::OnceLock<Option<aho_corasick::AhoCorasick>> = std::sync::OnceLock::new();
    let wanted = WANTED.get_or_init(|| {
        let ports = PORTS.iter().map(|(port, _)| format!(":{port}"));
        let words = WORDS.iter().chain(&PRODUCTS).map(ToString::to_string).chain(ports);
        aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
    });
    let page = watch.page.trim_matches('/');
    // A nested route is declared piece by piece.
    let last = page.rsplit('/').next().unwrap_or_default();
    wanted.as_ref().is_none_or(|wanted| wanted.is_match(text)) || !last.is_empty() && text.contains(last)
}

/// Files whose own path is the path of a page.
fn page_by_path(whole: &Whole, facts: &mut Facts) {
    if let Some(path) = paths::page_of(whole.path()) {
        let artifact = whole.path().clone();
        facts.pages.add(PageRoute { place: Place::of_file(&artifact), artifact, path });
    }
}

/// One file while it is read.
struct File<'f> {
    whole: &'f Whole,
    watch: &'f FrontendWatch,
    hidden: &'f Hidden,
    facts: &'f mut Facts,
    count: usize,
}

impl File<'_> {
    fn read(&mut self) {
        let text = self.whole.text();
        let is_page = paths::is_markup(self.whole.path());
        let scanned = if is_page { markup::scan(text) } else { scan::scan(text) };
        let values = Values::of(text, &scanned.streams);
        let in_browser = !paths::is_on_server(self.whole.path(), text);
        for stream in &scanned.streams {
            self.stream(stream, &values, in_browser);
        }
        for comment in &scanned.comments {
            self.comment(comment.clone());
        }
    }

    fn stream(&mut self, stream: &Stream, values: &Values<'_>, in_browser: bool) {
        let text = self.whole.text();
        let server = calls::on_server(text, stream);
        for said in values.texts(stream) {
            if self.count >= MOST {
                return;
            }
            let context = calls::context(text, stream, &said);
            let in_browser = in_browser && !server.iter().any(|range| range.contains(&said.at.start));
            self.said(&said, &context, values, in_browser);
        }
        if in_browser {
            for token in &stream.tokens {
                self.variable(token);
            }
        }
    }

    /// What one text is.
    fn said(&mut self, said: &Text, context: &Context, values: &Values<'_>, in_browser: bool) {
        if context.used == Use::Import {
            return;
        }
        let (artifact, place) = (self.whole.path().clone(), || self.whole.place(said.at.clone()));
        if let Some(path) = self.page(said, context) {
            self.count += 1;
            let path = self.shown(&path);
            self.facts.pages.add(PageRoute { artifact, place: place(), path });
            return;
        }
        let is_base = values.is_base(said);
        if in_browser
            && context.used != Use::Words
            && !is_base
            && let Some(reached) = backends::reached(&said.value, context.used == Use::Link)
        {
            self.count += 1;
            let shown = self.shown(&reached.shown);
            let (backend, sign) = (reached.backend.to_owned(), reached.sign);
            self.facts.reaches.add(Reach { artifact, place: place(), backend, sign, shown });
            return;
        }
        if matches!(context.used, Use::Words | Use::Served | Use::Base | Use::Link) || is_base {
            return;
        }
        let base =
            context.on.as_deref().and_then(|on| values.client(on)).filter(|_| !said.value.contains("://"));
        let value = base.map_or_else(
            || said.value.clone(),
            |base| format!("{}/{}", base.trim_end_matches('/'), said.value.trim_start_matches('/')),
        );
        let Some((host, path)) = calls::api_path(&value, &self.watch.page, context.is_called()) else {
            return;
        };
        self.count += 1;
        let (path, host) = (self.shown(&path), host.map(|host| self.shown(&host)));
        let is_called = context.is_called() || values.is_called(said);
        let method = context.method.clone().or_else(|| values.method_of(said));
        self.facts.client_calls.add(ClientCall { artifact, place: place(), path, method, host, is_called });
    }

    /// The page that a text declares.
    fn page(&self, said: &Text, context: &Context) -> Option<String> {
        let is_path = context.used == Use::Page;
        let value = said.value.split(['?', '#']).next().unwrap_or_default();
        (is_path && value.len() > 1 && !value.contains(char::is_whitespace) && !value.starts_with("/api/"))
            .then(|| value.to_owned())
            .filter(|value| {
                value.starts_with('/') || self.watch.page.trim_matches('/').ends_with(value.trim_matches('/'))
            })
    }

    fn variable(&mut self, token: &Token) {
        let Token::Word(at) = token else { return };
        let name = self.whole.text().get(at.clone()).unwrap_or_default();
        if let Some(backend) = backends::variable(name).filter(|_| self.count < MOST) {
            self.count += 1;
            let (artifact, place) = (self.whole.path().clone(), self.whole.place(at.clone()));
            let sign = crate::facts::Sign::Variable;
            self.facts.reaches.add(Reach {
                artifact,
                place,
                backend: backend.to_owned(),
                sign,
                shown: self.shown(name),
            });
        }
    }

    fn shown(&self, text: &str) -> String {
        let masked = printable(&masked_with(text, self.hidden));
        masked.chars().take(300).collect()
    }

    /// An allow comment covers its line and the next.
    fn comment(&mut self, at: Range<usize>) {
        let text = self.whole.text().get(at.clone()).unwrap_or_default();
        let line = text.trim_end().trim_end_matches("*/").trim_end_matches("-->").trim_end();
        let Some(said) = allows::said(line.as_bytes()) else { return };
        let start = at.start + said.at;
        let place = self.whole.place(start..at.start + line.len());
        for rule in said.rules {
            let reason = said.reason.clone();
            let (from_line, to_line) = (place.line, self.whole.line(at.end) as u64 + 2);
            self.facts.allows.add(AllowComment { place: place.clone(), rule, reason, from_line, to_line });
        }
    }
}
