//! Real programs: Prometheus and a client library serve, promtool judges beside us, and a server that misbehaves.
//!
//! Programs that are missing are left out, unless `CI=true`: `scripts/test` installs them and says what it could not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

const TEXT: &str = "text/plain;version=0.0.4";
const OPENMETRICS: &str = "application/openmetrics-text;version=1.0.0";
const GOOD: &str = "# HELP orders_open Orders not yet shipped.\n# TYPE orders_open gauge\norders_open 17\n";
const FORMATS: [&str; 6] = ["human", "concise", "json", "jsonl", "sarif", "github"];

// --- A real server ---------------------------------------------------------------------------------------------------

#[test]
fn prometheus_itself_is_checked_by_url() {
    if missing("prometheus") {
        return;
    }
    let server = Prometheus::start();
    for accept in [None, Some(TEXT), Some(OPENMETRICS)] {
        judge_live(&format!("http://127.0.0.1:{}/metrics", server.port), accept, "prometheus");
    }
}

#[test]
fn a_client_library_is_checked_by_url_in_both_formats() {
    let Some(python) = python() else { return };
    let (_server, url) = start_client_library(&python);
    judge_live(&url, None, "openmetrics");
    judge_live(&url, Some(OPENMETRICS), "openmetrics");
    judge_live(&url, Some(TEXT), "prometheus");
}

/// Checks what a server serves now: it must be readable, of the expected kind, and free of format faults.
fn judge_live(url: &str, accept: Option<&str>, kind: &str) {
    let header = accept.map(|accept| format!("Accept: {accept}"));
    let mut args = vec!["check", url, "--format", "json"];
    args.extend(header.iter().flat_map(|header| ["--header", header]));
    let output = telelint(&args);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{url}, {accept:?}:\n{}", all(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rules: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter_map(|f| f["rule"].as_str()).collect();
    assert!(!rules.contains(&"metrics/malformed-exposition"), "{url}, {accept:?}: {rules:?}");

    let mut args = vec!["facts", url];
    args.extend(header.iter().flat_map(|header| ["--header", header]));
    let facts: Value = serde_json::from_slice(&telelint(&args).stdout).expect("JSON");
    assert_eq!(facts["inputs"][0]["kind"], kind, "{url}, {accept:?}");
    assert!(!facts["metrics"].as_array().unwrap().is_empty(), "{url}, {accept:?}: metrics were read");
}

// --- promtool beside us ----------------------------------------------------------------------------------------------

#[test]
fn promtool_accepts_the_good_fixtures() {
    if missing("promtool") {
        return;
    }
    let mut fixtures = expositions("good");
    // UTF-8 names in quotes are younger than this promtool's parser.
    fixtures.retain(|path| !std::fs::read_to_string(path).unwrap().contains("# HELP \""));
    assert!(fixtures.len() > 20, "{fixtures:?}");
    for path in fixtures {
        // 3: it can be read and there is something to lint.
        let (code, said) = promtool(&path);
        assert!(matches!(code, Some(0 | 3)), "{}: {said}", path.display());
        let output = malformed(&path);
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", path.display(), all(&output));
    }
}

#[test]
fn what_promtool_can_not_read_is_malformed_for_us() {
    if missing("promtool") {
        return;
    }
    for (name, text) in [
        ("brace", "orders_open{state=\"new\" 17\n"),
        ("quote", "orders_open{state=\"new} 17\n"),
        ("value", "orders_open seventeen\n"),
        ("type", "# TYPE orders_open guage\norders_open 17\n"),
        ("name", "orders-open 17\n"),
        ("label", "orders_open{0state=\"new\"} 17\n"),
        ("timestamp", "orders_open 17 now\n"),
        ("line-feed", "orders_open 17"),
    ] {
        let path = scratch("malformed").join(format!("{name}.prom"));
        std::fs::write(&path, text).unwrap();
        assert_eq!(promtool(&path).0, Some(1), "{name}");
        let output = malformed(&path);
        assert!(all(&output).contains("metrics/malformed-exposition"), "{name}:\n{}", all(&output));
    }
}

fn promtool(path: &Path) -> (Option<i32>, String) {
    let input = std::fs::File::open(path).unwrap();
    let output = Command::new("promtool").args(["check", "metrics"]).stdin(input).output().unwrap();
    (output.status.code(), all(&output))
}

fn malformed(path: &Path) -> Output {
    telelint(&["check", path.to_str().unwrap(), "--no-contract", "--only", "metrics/malformed-exposition"])
}

/// The Prometheus expositions among the fixtures of one side.
fn expositions(side: &str) -> Vec<PathBuf> {
    let rules = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/metrics")).unwrap();
    let folders = rules.map(|rule| rule.unwrap().path().join(side)).filter(|folder| folder.is_dir());
    let files =
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|end| end == "prom")).collect()
}

// --- Servers that answer as they should, and others ------------------------------------------------------------------

#[test]
fn a_good_answer_is_judged_and_the_request_is_a_scrape() {
    let (url, requests) = serve(|_| Some(answer("200 OK", TEXT, GOOD)));
    let output = telelint(&["check", &url, "--header", "X-Scope-OrgID: shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", all(&output));
    let request = requests.recv().unwrap().to_lowercase();
    assert!(request.starts_with("get /metrics http/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nx-scope-orgid: shop\r\n"), "{request}");
    let accept = request.lines().find_map(|line| line.strip_prefix("accept: ")).unwrap_or_default();
    assert!(accept.contains("application/openmetrics-text") && accept.contains("text/plain"), "{request}");
}

#[test]
fn findings_of_a_url_name_it_and_quote_its_line() {
    let (url, _) = serve(|_| Some(answer("200 OK", TEXT, "# TYPE orders counter\norders 17\n")));
    let output = telelint(&["check", &url]);
    assert_eq!(output.status.code(), Some(1), "{}", all(&output));
    for part in ["metrics/counter-without-total", &url, "# TYPE orders counter"] {
        assert!(all(&output).contains(part), "{part}:\n{}", all(&output));
    }
}

#[test]
fn the_content_type_says_the_kind() {
    // Without the header both dialects could be meant; a missing `# EOF` is a fault of one of them only.
    let without_eof = "# TYPE orders counter\n# HELP orders Orders created.\norders_total 17\n";
    let (url, _) = serve(move |_| Some(answer("200 OK", OPENMETRICS, without_eof)));
    let output = telelint(&["check", &url]);
    assert_eq!(output.status.code(), Some(1), "{}", all(&output));
    assert!(all(&output).contains("metrics/malformed-exposition"), "{}", all(&output));
}

#[test]
fn a_server_that_hangs_is_given_up_within_the_timeout() {
    let amid_a_body = |body: String| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {TEXT}\r\nContent-Length: 1000000\r\n\r\n");
        move |_: &str| Some((format!("{head}{body}").into_bytes(), true))
    };
    let before_any_answer = serve(|_| None);
    let early_in_the_body = serve(amid_a_body(GOOD.to_owned()));
    let late_in_the_body = serve(amid_a_body(GOOD.to_owned() + &"# a comment\n".repeat(20_000)));
    for (url, _requests) in [before_any_answer, early_in_the_body, late_in_the_body] {
        let start = Instant::now();
        let output = telelint(&["check", &url, "--timeout", "1"]);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert_could_not_check(&output, &[&url, "1 s"]);
    }
}

#[test]
fn answers_that_are_no_exposition_are_said() {
    let page = "<!DOCTYPE html><html><body>Please log in</body></html>";
    for (status, content_type, body, said) in [
        ("200 OK", "text/html", page, "text/html"),
        ("200 OK", "text/html; charset=utf-8", page, "text/html"),
        ("200 OK", TEXT, page, "no kind"),
        ("200 OK", TEXT, "", "empty"),
        ("404 Not Found", "text/plain", "no such page\n", "404"),
        ("500 Internal Server Error", "text/plain", "oh\n", "500"),
        ("401 Unauthorized", "text/plain", "who?\n", "401"),
    ] {
        let (url, _requests) = serve(move |_| Some(answer(status, content_type, body)));
        assert_could_not_check(&telelint(&["check", &url]), &[&url, said]);
    }
}

#[test]
fn a_closed_port_is_said() {
    let url = format!("http://127.0.0.1:{}/metrics", free_port());
    assert_could_not_check(&telelint(&["check", &url]), &[&url]);
}

#[test]
fn one_url_that_fails_does_not_hide_the_others() {
    let (good, _) = serve(|_| Some(answer("200 OK", TEXT, "# TYPE orders counter\norders 17\n")));
    let closed = format!("http://127.0.0.1:{}/metrics", free_port());
    let output = telelint(&["check", &closed, &good]);
    assert_could_not_check(&output, &[&closed, "metrics/counter-without-total"]);
}

#[test]
fn credentials_reach_the_server_and_no_output() {
    // `shop:hunter2` as HTTP's Basic scheme writes it.
    let basic = "authorization: basic c2hvcdpodw50zxiy";
    let bearer = "authorization: bearer hunter2";
    let broken = "# TYPE orders counter\norders 17\norders{\n";
    for format in FORMATS {
        let (url, requests) = serve(move |_| Some(answer("200 OK", TEXT, broken)));
        let output = telelint(&["check", &with_password(&url), "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}:\n{}", all(&output));
        assert_no_secret(&output);
        let request = requests.recv().unwrap().to_lowercase();
        assert!(request.contains(basic), "{request}");

        let output =
            telelint(&["check", &url, "--header", "Authorization: Bearer hunter2", "--format", format]);
        assert_no_secret(&output);
        let request = requests.recv().unwrap().to_lowercase();
        assert!(request.contains(bearer), "{request}");

        let (hanging, _requests) = serve(|_| None);
        let (html, _requests) = serve(|_| Some(answer("200 OK", "text/html", "<html></html>")));
        let closed = format!("http://127.0.0.1:{}/metrics", free_port());
        for url in [hanging, html, closed, "http://no host/metrics".to_owned()] {
            let output = telelint(&["check", &with_password(&url), "--timeout", "1", "--format", format]);
            assert_eq!(output.status.code(), Some(2), "{url}, {format}:\n{}", all(&output));
            assert_no_secret(&output);
        }
    }
    // Addresses that are none, or not of a scheme that is asked.
    for wrong in [
        "ftp://shop:hunter2@127.0.0.1/",
        "HTTP://shop:hunter2@127.0.0.1:1/",
        "http://shop:/hunter2@127.0.0.1:1/",
    ] {
        assert_no_secret(&telelint(&["check", wrong]));
    }
    let (url, _requests) = serve(move |_| Some(answer("200 OK", TEXT, broken)));
    assert_no_secret(&telelint(&["facts", &with_password(&url)]));
    assert_no_secret(&telelint(&["check", &url, "--header", "Authorization hunter2"]));
    assert_no_secret(&telelint(&["check", &url, "--header", "Authorization: hunter2\u{1}"]));
}

fn with_password(url: &str) -> String {
    url.replacen("http://", "http://shop:hunter2@", 1)
}

fn assert_no_secret(output: &Output) {
    let said = all(output);
    assert!(!said.contains("hunter2") && !said.contains("c2hvcDpodW50ZXIy"), "a secret is shown:\n{said}");
}

fn assert_could_not_check(output: &Output, named: &[&str]) {
    let said = all(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in named {
        assert!(said.contains(part), "`{part}` is not named:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

// --- What the tests are made of --------------------------------------------------------------------------------------

/// Runs telelint in a folder that has no contract, so that the built-in one is in force.
fn telelint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_telelint"))
        .args(args)
        .current_dir(scratch("cwd"))
        .env("NO_COLOR", "1")
        // A proxy of the machine must not come between.
        .env_remove("http_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("all_proxy")
        .env_remove("ALL_PROXY")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn all(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Whether a program is not there, which is a failure in CI.
fn missing(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let missing = !found.is_ok_and(|status| status.success());
    if missing {
        leave_out(program);
    }
    missing
}

/// A Python that has the client library.
fn python() -> Option<String> {
    let python = std::env::var("TELELINT_PYTHON").ok();
    if python.is_none() {
        leave_out("Python with prometheus-client (TELELINT_PYTHON)");
    }
    python
}

fn leave_out(what: &str) {
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{what} is missing; scripts/test installs it");
    eprintln!("left out: {what} is missing; scripts/test installs it");
}

/// A port nobody listens on now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A child that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Prometheus {
    port: u16,
    server: Running,
    _folder: Scratch,
}

/// A folder that is removed with its test.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Prometheus {
    fn start() -> Self {
        // Between choosing a port and listening on it somebody else may take it, so there are several tries.
        (0..3).find_map(|_| Self::try_start()).expect("Prometheus gets ready")
    }

    fn try_start() -> Option<Self> {
        let port = free_port();
        let folder = Scratch(scratch(&format!("prometheus-{port}")));
        let config = folder.0.join("prometheus.yml");
        std::fs::write(&config, "global: {scrape_interval: 15s}\n").unwrap();
        let server = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", folder.0.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut started = Self { port, server: Running(server), _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline && started.server.0.try_wait().unwrap().is_none() {
            if started.is_ready() {
                return Some(started);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    }

    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = String::new();
        stream.write_all(b"GET /-/ready HTTP/1.0\r\n\r\n").is_ok()
            && stream.read_to_string(&mut answer).is_ok()
            && answer.split(' ').nth(1) == Some("200")
    }
}

/// Every type of metric that the official client library for Python has, served on a port of its choice.
const CLIENT_LIBRARY: &str = r#"
from prometheus_client import Counter, Enum, Gauge, Histogram, Info, Summary, start_http_server
orders = Counter("shop_orders_created", "Orders created.", ["channel"])
orders.labels("web").inc(3)
orders.labels('a "quoted" \\ channel\n').inc(exemplar={"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"})
Gauge("shop_orders_open", "Orders not yet shipped: café, \\ and\nnew lines.").set(17)
Histogram("shop_payment_duration_seconds", "Time to settle a payment.").observe(0.2, {"trace_id": "ab"})
Summary("shop_batch_duration_seconds", "Time a batch took.").observe(4)
Info("shop_build", "What runs.").info({"version": "1.2.3"})
Enum("shop_worker_state", "What the worker does.", states=["idle", "busy"]).state("busy")
server, thread = start_http_server(0, "127.0.0.1")
print(server.server_port, flush=True)
thread.join()
"#;

fn start_client_library(python: &str) -> (Running, String) {
    let mut command = Command::new(python);
    command.args(["-c", CLIENT_LIBRARY]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut server = Running(command.spawn().unwrap());
    let mut port = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut port).unwrap();
    (server, format!("http://127.0.0.1:{}/metrics", port.trim()))
}

/// What a test server sends, and whether it then keeps the connection open without a word.
type Answer = (Vec<u8>, bool);

fn answer(status: &str, content_type: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n");
    (format!("{head}Connection: close\r\n\r\n{body}").into_bytes(), false)
}

/// Answers each request with what `respond` makes of its head; `None` keeps the client waiting. Gives the URL, and the
/// heads of the requests.
fn serve(respond: impl Fn(&str) -> Option<Answer> + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/metrics", listener.local_addr().unwrap().port());
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        let mut waiting = Vec::new();
        for mut stream in listener.incoming().filter_map(Result::ok) {
            let mut head = String::new();
            let mut lines =
                BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            lines.by_ref().for_each(|line| head.extend([&line, "\r\n"]));
            drop(lines);
            let (bytes, stay) = respond(&head).unwrap_or((Vec::new(), true));
            // The client may have gone, and the test may have ended: neither is the server's concern.
            let _ = stream.write_all(&bytes);
            let _ = sender.send(head);
            if stay {
                waiting.push(stream);
            }
        }
    });
    (url, requests)
}
