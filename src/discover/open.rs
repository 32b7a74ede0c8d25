//! Opening an input: a file, standard input, an HTTP address.

use std::io::{self, Read};
use std::time::Duration;

use base64::Engine;

use super::content::{of_name, of_stream};
use super::{HEAD, Origin, Target, shown_url};
use crate::facts::Kind;
use crate::read::Opened;

/// What an HTTP server is asked for: OpenMetrics where it can, text otherwise.
const ACCEPT: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/// How addresses are asked.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// Further headers, `name: value`.
    pub headers: Vec<(String, String)>,
    /// How long one answer may take.
    pub timeout: Duration,
}

/// An input, or why it can't be opened.
type Opening = Result<Opened<Box<dyn Read + Send>>, String>;

/// Opens an input and finds out its kind.
pub fn open(target: &Target, fetch: &Fetch) -> Opening {
    match &target.origin {
        Origin::File(path) => {
            let file = std::fs::File::open(path).map_err(|error| super::walk::said(&error))?;
            let once = !file.metadata().is_ok_and(|data| data.is_file());
            begin(target, Box::new(file), target.kind, once)
        }
        Origin::Stdin => begin(target, Box::new(io::stdin()), target.kind, true),
        Origin::Url(url) => {
            let (kind, body) = get(url, fetch)?;
            let mut opened =
                begin(target, body, target.kind.or(kind.filter(|kind| *kind != Kind::Prometheus)), true)?;
            // A server that says it is text 0.0.4 means it, if it is metrics at all.
            if target.kind.is_none() && kind == Some(Kind::Prometheus) {
                opened.kind = Kind::Prometheus;
            }
            if opened.head.is_empty() {
                return Err("the answer is empty".to_owned());
            }
            Ok(opened)
        }
    }
}

/// Reads the first block, which tells the kind where nothing else does.
fn begin(target: &Target, mut rest: Box<dyn Read + Send>, kind: Option<Kind>, once: bool) -> Opening {
    let failed = |error: io::Error| format!("reading failed: {}", super::walk::said(&error));
    let mut head = read_head(&mut rest).map_err(failed)?;
    let mut once = once;
    if let Some(mut unpacked) = unpacked(&head, &mut rest) {
        // A place in what is packed is no place in the file.
        once = true;
        head = read_head(&mut unpacked)
            .map_err(|error| format!("it is packed, and can't be unpacked: {}", super::walk::said(&error)))?;
        rest = unpacked;
    }
    // Standard input may be named after the file it stands for.
    let kind = kind.or_else(|| of_stream(&head)).or_else(|| of_name(&target.path));
    let Some(kind) = kind else {
        return Err(if head.is_empty() {
            "it is empty: an exporter that serves nothing looks like this".to_owned()
        } else if let Some(binary) = crate::read::binary(&head) {
            binary
        } else {
            "it is of no kind that telelint knows; say which with `--kind`".to_owned()
        });
    };
    Ok(Opened { path: target.path.clone(), kind, role: target.role, head, rest, once })
}

/// The first bytes of a file, of what is packed in it where it is packed.
///
/// # Errors
/// It can't be read; what is packed and damaged has no first bytes.
pub fn peek(path: &camino::Utf8Path) -> io::Result<Vec<u8>> {
    let mut rest: Box<dyn Read + Send> = Box::new(std::fs::File::open(path)?);
    let head = read_head(&mut rest)?;
    match unpacked(&head, &mut rest) {
        Some(mut unpacked) => Ok(read_head(&mut unpacked).unwrap_or(head)),
        None => Ok(head),
    }
}

fn read_head(reader: &mut (dyn Read + Send)) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// What gzip or zstd packed, if it is that.
fn unpacked(head: &[u8], rest: &mut Box<dyn Read + Send>) -> Option<Box<dyn Read + Send>> {
    let (is_gzip, is_zstd) = (head.starts_with(b"\x1f\x8b"), head.starts_with(b"\x28\xb5\x2f\xfd"));
    if !is_gzip && !is_zstd {
        return None;
    }
    let rest = std::mem::replace(rest, Box::new(io::empty()));
    let packed = io::Cursor::new(head.to_vec()).chain(rest);
    Some(if is_gzip {
        Box::new(flate2::read::MultiGzDecoder::new(packed))
    } else {
        Box::new(Zstd::new(packed))
    })
}

const DAMAGED: &str = "the zstd data is damaged";

/// Frames of zstd, one after the other.
struct Zstd<R: Read> {
    frame: Option<ruzstd::decoding::StreamingDecoder<io::BufReader<R>, ruzstd::decoding::FrameDecoder>>,
    next: Option<io::BufReader<R>>,
}

impl<R: Read> Zstd<R> {
    fn new(packed: R) -> Self {
        Self { frame: None, next: Some(io::BufReader::new(packed)) }
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                // What the library says of damage names its own parts.
                let count = frame.read(buffer).map_err(|_| io::Error::other(DAMAGED))?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.next = Some(frame.into_inner());
            }
            let Some(mut next) = self.next.take() else { return Ok(0) };
            if io::BufRead::fill_buf(&mut next)?.is_empty() {
                return Ok(0);
            }
            let frame = ruzstd::decoding::StreamingDecoder::new(next);
            self.frame = Some(frame.map_err(|_| io::Error::other(DAMAGED))?);
        }
    }
}

fn get(url: &str, fetch: &Fetch) -> Result<(Option<Kind>, Box<dyn Read + Send>), String> {
    let scheme = url.split("://").next().unwrap_or_default().to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(format!(
            "`{scheme}` is no scheme that is read; addresses begin with http:// or https://"
        ));
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(fetch.timeout))
        // A header may be a credential, and is for the host it was given for only.
        .max_redirects(if fetch.headers.is_empty() && !url.contains('@') { 5 } else { 0 })
        .user_agent(concat!("telelint/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut address = url.to_owned();
    let credentials = crate::detect::credentials_of_url(url);
    let mut headers = fetch.headers.clone();
    if let Some(range) = credentials {
        let basic = base64::engine::general_purpose::STANDARD.encode(&url[range.clone()]);
        headers.push(("Authorization".to_owned(), format!("Basic {basic}")));
        address.replace_range(range.start..=range.end, "");
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        headers.push(("Accept".to_owned(), ACCEPT.to_owned()));
    }
    let mut request = agent.get(&address);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.call().map_err(|error| match error {
        ureq::Error::StatusCode(status) => format!("{} answered with status {status}", shown_url(url)),
        ureq::Error::TooManyRedirects => {
            format!(
                "{} answered with a redirect, which is not followed with headers or credentials",
                shown_url(url)
            )
        }
        ureq::Error::Timeout(_) => {
            format!(
                "{} did not answer within {} s (`--timeout`)",
                shown_url(url),
                fetch.timeout.as_secs_f64()
            )
        }
        other => format!("{} can't be reached: {}", shown_url(url), reason(&other)),
    })?;
    let content_type =
        answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_versioned = content_type.contains("version=0.0.4");
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = match content_type.as_str() {
        "application/openmetrics-text" => Some(Kind::Openmetrics),
        "text/plain" if is_versioned => Some(Kind::Prometheus),
        "text/html" | "application/json" | "application/xhtml+xml" => {
            return Err(format!("{} answered with {content_type}, not with metrics", shown_url(url)));
        }
        "application/vnd.google.protobuf" => {
            return Err(format!(
                "{} answered with protobuf; ask for text with `--header 'Accept: text/plain'`",
                shown_url(url)
            ));
        }
        _ => None,
    };
    Ok((kind, Box::new(Body { reader: answer.into_body().into_reader(), timeout: fetch.timeout })))
}

/// An answer's body, whose time is limited like the rest of the answer.
struct Body<R> {
    reader: R,
    timeout: Duration,
}

impl<R: Read> Read for Body<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer).map_err(|error| {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
            if error.kind() == io::ErrorKind::TimedOut || matches!(inner, Some(ureq::Error::Timeout(_))) {
                let seconds = self.timeout.as_secs_f64();
                return io::Error::other(format!(
                    "the answer was not complete within {seconds} s (`--timeout`)"
                ));
            }
            error
        })
    }
}

/// A transport error without the address, which may hold credentials.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::HostNotFound => "the host is not known".to_owned(),
        ureq::Error::BadUri(_) => "it is no HTTP address".to_owned(),
        other => other.to_string(),
    }
}
