//! YAML 1.2, by the events of `granit-parser`.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span as Extent, Tag};

use super::build::Builder;
use super::{MAX_DEPTH, Tree};

/// What a comment must hold to be of interest.
const ADDRESS: &[u8] = b"telelint:";

/// Reads a text to its end, or to the first fault of its syntax.
pub(super) fn read(text: &str, mut builder: Builder) -> Tree {
    // Capturing comments costs a third of the speed.
    let speaks = memchr::memmem::find(text.as_bytes(), ADDRESS).is_some();
    let options = granit_parser::options! {
        emit_comments: speaks,
        max_buffered_comment_events: 100_000,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    while builder.tree.is_whole {
        match parser.next_event() {
            None => break,
            Some(Ok((event, extent))) => meet(event, &extent, &mut builder),
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                // At the end of the text there is nothing to point at but what stands before it.
                let at = if at == text.len() { text.trim_end().len() } else { at };
                let (code, what) = match error.kind() {
                    ErrorKind::RecursionLimitExceeded => {
                        ("too-deep", format!("nested more than {MAX_DEPTH} deep"))
                    }
                    kind => ("syntax", kind.to_string()),
                };
                builder.stop(code, &(at as u32..at as u32), what);
            }
        }
    }
    builder.finish()
}

fn meet(event: Event<'_>, extent: &Extent, builder: &mut Builder) {
    let span = extent.byte_range().unwrap_or(0..0);
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            let is_plain = is_plain(style, tag.as_deref());
            let is_written = matches!(text, Cow::Borrowed(_));
            let text = builder.text(&text, is_written);
            builder.scalar(text, span, is_plain, anchor);
        }
        Event::MappingStart(_, anchor, _) => builder.begin(true, span, anchor),
        Event::SequenceStart(_, anchor, _) => builder.begin(false, span, anchor),
        Event::MappingEnd | Event::SequenceEnd => {
            // Brackets end where they stand, blocks with their last value.
            builder.end(if span.is_empty() { 0 } else { span.end });
        }
        Event::Alias(anchor) => builder.alias(anchor, span),
        Event::Comment(text, _) if memchr::memmem::find(text.as_bytes(), ADDRESS).is_some() => {
            builder.tree.comments.push(span.start as u32..span.end as u32);
        }
        _ => {}
    }
}

/// Whether the text tells the type: it does without quotes and without a tag that says otherwise.
fn is_plain(style: ScalarStyle, tag: Option<&Tag>) -> bool {
    match tag.and_then(Tag::core_suffix) {
        Some("str") => false,
        Some("null" | "bool" | "int" | "float") => true,
        _ => style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.suffix() != "!" && !tag.is_custom()),
    }
}
