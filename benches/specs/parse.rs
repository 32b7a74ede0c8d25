//! What the tree costs beyond the parser below it, whose events are looked at by nobody.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use granit_parser::Parser;
use telelint::tree::{MAX_DEPTH, Syntax, Tree};

/// How often each is done, in turn.
const TIMES: usize = 7;

/// CPU time of this thread, the best of several runs.
pub struct Parsed {
    pub events: Duration,
    pub tree: Duration,
}

/// Measures both on a text; JSON is YAML to the parser of events.
pub fn measure(text: &str, is_json: bool) -> Result<Parsed, Box<dyn Error>> {
    let path: Arc<str> = "bench".into();
    let shared: Arc<str> = text.into();
    let syntax = if is_json { Syntax::Json } else { Syntax::Yaml };
    let mut best = Parsed { events: Duration::MAX, tree: Duration::MAX };
    for _ in 0..TIMES {
        let start = cpu();
        let events = events(text)?;
        best.events = best.events.min(cpu().saturating_sub(start));
        let start = cpu();
        let tree = Tree::read(&path, &shared, syntax);
        best.tree = best.tree.min(cpu().saturating_sub(start));
        // A compiler may leave out what nobody looks at.
        if !tree.is_whole() || events < tree.len() {
            return Err("the tree has more values than there are events".into());
        }
    }
    Ok(best)
}

/// How many events there are, with the parser set as the tree sets it where no comment is of interest.
fn events(text: &str) -> Result<usize, Box<dyn Error>> {
    let options = granit_parser::options! {
        emit_comments: false,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut count = 0;
    while let Some(event) = parser.next_event() {
        std::hint::black_box(event?);
        count += 1;
    }
    Ok(count)
}

/// CPU time of this thread so far.
fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a value of this function, which the call fills.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
