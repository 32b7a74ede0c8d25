//! Input that is broken, hostile or not there: named, with exit code 2 where it could not be checked; never a panic
//! (every run in these tests is held to that), never silence, never a secret.

mod support;

use std::fs::Permissions;
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use support::{Run, command, finish, scratch, scratch_with, telelint, telelint_fed, telelint_reading, write};

/// A counter without `_total`, so that it shows whether the file was judged.
const JUDGED: &str = "# HELP jobs Jobs.\n# TYPE jobs counter\njobs 1\n";
const COUNTER: &str = "error[metrics/counter-without-total] counter `jobs` does not end in `_total`";

fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(folder, &[&["check", "--format", "concise"], args].concat())
}

/// A file by itself that can't be read: exit code 2, and one finding that says why.
fn unreadable(name: &str, content: &[u8], why: &str) {
    let folder = scratch("unreadable");
    write(&folder, name, content);
    for args in [[name], ["."]] {
        let run = check(&folder, &args);
        let expected = format!("{name}:1:1: error[contract/unreadable-input] could not be checked: {why}");
        assert_eq!((run.findings(), run.code), (vec![expected.as_str()], 2), "{args:?}: {}", run.stdout);
    }
    // The rest is judged all the same, and no selection of rules makes the run a success.
    write(&folder, "good.prom", JUDGED);
    let run = check(&folder, &[]);
    assert!(run.stdout.contains(&format!("good.prom:2:8: {COUNTER}")), "{}", run.stdout);
    assert_eq!(
        (check(&folder, &["--only", "metrics/deprecated"]).code, check(&folder, &["--exit-zero"]).code),
        (2, 2)
    );
}

#[test]
fn what_is_no_text_is_named_for_what_it_is() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\xcaO*\x8e/\xc9/I\xccQ0\xe4\x02\x00";
    unreadable("metrics.prom", gzip, "it is packed, and can't be unpacked: unexpected end of file");
    unreadable(
        "metrics.prom",
        b"\x28\xb5\x2f\xfd\x04\x58\x69\x00\x00",
        "it is packed, and can't be unpacked: the zstd data is damaged",
    );
    unreadable("metrics.prom", b"PK\x03\x04\x14\x00\x00\x00", "it is a ZIP archive");
    unreadable("metrics.prom", b"\x7fELF\x02\x01\x01\x00\x00", "it is a program");
    let utf16 = |order: fn(u16) -> [u8; 2]| JUDGED.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let little = [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat();
    let big = [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat();
    unreadable("metrics.prom", &little, "it is UTF-16 (little endian); what is read here is UTF-8");
    unreadable("metrics.prom", &big, "it is UTF-16 (big endian); what is read here is UTF-8");
    unreadable("metrics.prom", &utf16(u16::to_le_bytes), "it is binary data, not text");
    unreadable("metrics.om.txt", &[0; 64], "it is binary data, not text");
    let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    unreadable("metrics.prom", &noise, "it is binary data, not text");
}

#[test]
fn an_empty_exposition_is_no_success() {
    unreadable("metrics.prom", b"", "it is empty: an exporter that serves nothing looks like this");
    let run = telelint_reading(&scratch("empty-stdin"), &["check", "--format", "concise", "-"], b"");
    let why = "could not be checked: it is empty: an exporter that serves nothing looks like this";
    assert_eq!(run.findings(), [format!("<stdin>:1:1: error[contract/unreadable-input] {why}")]);
    assert_eq!(run.code, 2);
    // OpenMetrics says by its own rules that something is missing.
    let folder = scratch_with("empty-openmetrics", &[("metrics.om.txt", "")]);
    let missing = "metrics.om.txt:1:1: error[metrics/malformed-exposition] malformed OpenMetrics exposition: the exposition does not end in `# EOF`";
    assert_eq!(check(&folder, &[]).findings(), [missing]);
}

#[test]
fn nul_bytes_are_pointed_at_and_the_next_line_is_read() {
    let folder = scratch("nul");
    write(&folder, "metrics.prom", format!("a\0 1\nb 2\0\n{JUDGED}"));
    let run = check(&folder, &["--skip", "metrics/missing-help"]);
    assert_eq!(
        run.findings(),
        [
            "metrics.prom:1:2: error[metrics/malformed-exposition] malformed Prometheus exposition: `0x00` can't stand in a metric name that is not quoted",
            "metrics.prom:2:3: error[metrics/malformed-exposition] malformed Prometheus exposition: the value is not a number",
            &format!("metrics.prom:4:8: {COUNTER}"),
        ]
    );
    let shown = telelint(&folder, &["check"]).stdout;
    assert!(!shown.contains('\0'), "a control character reached the terminal: {shown:?}");
}

#[test]
fn escape_sequences_in_input_do_not_reach_the_terminal() {
    let folder = scratch("escapes");
    write(
        &folder,
        "metrics.prom",
        "# TYPE jobs counter\njobs{a=\"\u{1b}]0;title\u{7}\u{1b}[2J\",user_id=\"1\"} 1\n\u{1b}[31m 1\n",
    );
    for format in ["human", "concise", "json", "jsonl", "sarif", "github"] {
        let run = telelint(&folder, &["check", "--format", format, "--color", "never"]);
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{format}: {:?}", run.stdout);
    }
}

#[test]
fn a_line_over_the_limit_is_skipped_and_the_limit_is_named() {
    let folder = scratch("long-line");
    let mib = vec![b'x'; 1 << 20];
    let run = telelint_fed(&folder, &["check", "--format", "concise", "-"], |input| {
        input.write_all(b"# HELP a A.\n# TYPE a gauge\na{x=\"")?;
        for _ in 0..64 {
            input.write_all(&mib)?;
        }
        write!(input, "\"}} 1\n{JUDGED}")
    });
    let skipped = "<stdin>:3:1: error[contract/unreadable-input] could not be checked: line 3 is over the limit of 16 MiB and was skipped";
    assert_eq!(run.findings(), [skipped, &format!("<stdin>:5:8: {COUNTER}")]);
    assert_eq!(run.code, 2);
    // A line below the limit is a line, and so is one that never ends.
    let run = telelint_fed(&folder, &["check", "--format", "concise", "-"], |input| {
        input.write_all(b"# HELP a A.\n# TYPE a gauge\na{x=\"")?;
        for _ in 0..15 {
            input.write_all(&mib)?;
        }
        input.write_all(b"\"} 1\n")
    });
    assert_eq!((run.findings().len(), run.code), (0, 0), "{run:?}");
    let run =
        telelint_fed(&folder, &["check", "--format", "concise", "--kind", "prometheus", "-"], |input| {
            for _ in 0..40 {
                input.write_all(&mib)?;
            }
            Ok(())
        });
    let skipped = "<stdin>:1:1: error[contract/unreadable-input] could not be checked: line 1 is over the limit of 16 MiB and was skipped";
    assert_eq!((run.findings(), run.code), (vec![skipped], 2));
}

#[test]
fn two_hundred_thousand_label_values_are_one_finding_each_of_values_and_series() {
    let mut exposition = "# HELP clicks_total Clicks.\n# TYPE clicks_total counter\n".to_owned();
    for n in 0..200_000 {
        exposition.push_str(&format!("clicks_total{{link=\"link-{n}\"}} 1\n"));
    }
    let folder = scratch_with("many-values", &[("metrics.prom", &exposition)]);
    let run = check(&folder, &[]);
    let [series, values] = run.findings()[..] else { panic!("{}", run.stdout) };
    assert_eq!(
        series,
        "metrics.prom:2:8: error[metrics/too-many-series] `clicks_total` has 200000 series, at most 10000 are allowed"
    );
    let (before, rest) = values.split_once("has about ").unwrap();
    assert_eq!(
        before,
        "metrics.prom:3:14: error[metrics/too-many-label-values] label `link` of `clicks_total` "
    );
    let (about, rest) = rest.split_once(' ').unwrap();
    assert_eq!(rest, "values, at most 100 are allowed");
    assert!((190_000..=210_000).contains(&about.parse::<u32>().unwrap()), "{about}");
    // Facts hold a sketch, not the values.
    let facts = telelint(&folder, &["facts"]);
    assert!(facts.stdout.len() < 100_000, "{} bytes of facts", facts.stdout.len());
}

#[test]
fn what_is_not_there_is_named_as_it_was_given() {
    let folder = scratch_with("absent", &[("good.prom", JUDGED)]);
    let run = check(&folder, &["good.prom", "nowhere/metrics.prom"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.findings(),
        [
            format!("good.prom:2:8: {COUNTER}").as_str(),
            "nowhere/metrics.prom:1:1: error[contract/unreadable-input] could not be checked: there is no such file or folder",
        ]
    );
    let run = check(&folder, &["good.prom", "--previous", "before.prom"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.starts_with("before.prom:1:1: error[contract/unreadable-input] could not be checked: there is no such file or folder\n"), "{}", run.stdout);
}

#[test]
fn a_file_of_no_known_kind_is_said_where_it_was_named() {
    let files =
        [("notes.txt", "Nothing in particular.\n"), ("table.csv", "a,b\n1,2\n"), ("good.prom", JUDGED)];
    let folder = scratch_with("unknown-kind", &files);
    for name in ["notes.txt", "table.csv"] {
        let run = check(&folder, &[name]);
        let said = format!(
            "{name}:1:1: error[contract/unreadable-input] could not be checked: it is of no kind that telelint knows; say which with `--kind`"
        );
        assert_eq!((run.findings(), run.code), (vec![said.as_str()], 2));
    }
    // In a folder such files are ordinary.
    let run = check(&folder, &["."]);
    assert_eq!((run.findings(), run.code), (vec![format!("good.prom:2:8: {COUNTER}").as_str()], 1));
    // Somebody who says what it is is believed.
    let run = check(&folder, &["--kind", "prometheus", "table.csv"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("table.csv:1:2: error[metrics/malformed-exposition]"), "{}", run.stdout);
    let run = telelint_reading(&folder, &["check", "--format", "concise", "-"], b"<!doctype html>\n<html>\n");
    let said = "<stdin>:1:1: error[contract/unreadable-input] could not be checked: it is of no kind that telelint knows; say which with `--kind`";
    assert_eq!((run.findings(), run.code), (vec![said], 2));
}

#[test]
fn links_that_lead_in_a_circle_or_nowhere_end() {
    let folder = scratch_with("links", &[("service/metrics.prom", JUDGED)]);
    symlink("..", folder.join("service/up")).unwrap();
    symlink("itself.prom", folder.join("itself.prom")).unwrap();
    let run = check(&folder, &["service"]);
    assert_eq!(
        (run.findings(), run.code),
        (vec![format!("service/metrics.prom:2:8: {COUNTER}").as_str()], 1)
    );
    let run = check(&folder, &["itself.prom"]);
    assert_eq!(run.code, 2);
    assert!(
        run.findings()[0]
            .starts_with("itself.prom:1:1: error[contract/unreadable-input] could not be checked: "),
        "{}",
        run.stdout
    );
}

/// Kubernetes mounts every file of a `ConfigMap` as a link; a scrape that is one must not be passed over.
#[test]
fn a_link_to_a_file_is_read_or_said() {
    let folder = scratch_with("link-to-file", &[("data/v1/metrics.txt", JUDGED), ("mounted/.keep", "")]);
    symlink("../data/v1/metrics.txt", folder.join("mounted/metrics.prom")).unwrap();
    let run = check(&folder, &["mounted/metrics.prom"]);
    assert_eq!((run.findings().len(), run.code), (1, 1), "{run:?}");
    let run = check(&folder, &["mounted"]);
    assert!(run.stdout.contains("metrics."), "passed over in silence: {run:?}");
}

#[test]
fn a_pipe_is_read_whatever_it_is_called() {
    let folder = scratch("pipes");
    for name in ["-", "/dev/stdin"] {
        let run = telelint_reading(&folder, &["check", "--format", "concise", name], JUDGED.as_bytes());
        assert_eq!(run.code, 1, "{name}: {run:?}");
        assert!(run.findings()[0].ends_with(COUNTER), "{name}: {run:?}");
    }
    let run = telelint_reading(
        &folder,
        &["check", "--format", "concise", "-", "--stdin-filename", "api.prom"],
        JUDGED.as_bytes(),
    );
    assert_eq!(run.findings(), [format!("api.prom:2:8: {COUNTER}")]);
}

#[test]
fn what_may_not_be_read_is_said() {
    let folder = scratch_with(
        "permission",
        &[("good.prom", JUDGED), ("locked/metrics.prom", JUDGED), ("secret.prom", JUDGED)],
    );
    let lock = |mode| {
        std::fs::set_permissions(folder.join("locked"), Permissions::from_mode(mode)).unwrap();
        std::fs::set_permissions(folder.join("secret.prom"), Permissions::from_mode(mode & 0o666)).unwrap();
    };
    // Nothing is closed to root, so root sends somebody else, where that somebody can get here at all.
    let is_root = unsafe { libc::geteuid() } == 0;
    let run = |args: &[&str]| {
        let mut command = command(&folder, args);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        command.spawn().map(finish)
    };
    if !run(&["check", "good.prom"]).is_ok_and(|run| run.code == 1) {
        eprintln!("left out: as root, and nobody else may enter {}", folder.display());
        return;
    }
    lock(0o000);
    let run = run(&["check", "--format", "concise"]).unwrap();
    lock(0o755);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.findings(),
        [
            format!("good.prom:2:8: {COUNTER}").as_str(),
            "locked:1:1: error[contract/unreadable-input] could not be checked: permission denied",
            "secret.prom:1:1: error[contract/unreadable-input] could not be checked: permission denied",
        ]
    );
}

#[test]
fn a_reader_that_stops_reading_is_no_error_and_does_not_change_the_verdict() {
    let mut exposition = String::new();
    for n in 0..5000 {
        exposition.push_str(&format!("# TYPE jobs_{n} counter\njobs_{n} 1\n"));
    }
    let folder = scratch_with("broken-pipe", &[("metrics.prom", &exposition)]);
    for (args, code) in [(&["check"][..], 1), (&["check", "--format", "json"], 1), (&["facts"], 0)] {
        let mut child = command(&folder, args).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        // `head` closes its end like this.
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let run = finish(child);
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{args:?}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Secrets

const SECRETS: [&str; 2] = ["ann@example.com", "sk_test_NOT-A-KEY-JUST-WORDS"];

/// Where the program shows a secret of this text, from a file or standard input, in every form, findings of any certainty.
fn leaks(folder: &Path, name: &str, openmetrics: bool, text: &str) -> Vec<String> {
    let mut leaks = Vec::new();
    let file = if openmetrics { "metrics.om.txt" } else { "metrics.prom" };
    let kind = if openmetrics { "openmetrics" } else { "prometheus" };
    write(folder, file, text);
    let check = ["check", "--min-confidence", "guess", "--show", "unknown", "--format"];
    let mut says: Vec<Vec<&str>> = ["human", "concise", "json", "jsonl", "sarif", "github"]
        .iter()
        .map(|format| [&check[..], &[format]].concat())
        .collect();
    says.push(vec!["facts"]);
    for args in says {
        let from_file = telelint(folder, &[&args[..], &[file]].concat());
        let from_stdin =
            telelint_reading(folder, &[&args[..], &["--kind", kind, "-"]].concat(), text.as_bytes());
        for run in [from_file, from_stdin] {
            for secret in SECRETS {
                let shown = [&run.stdout, &run.stderr]
                    .into_iter()
                    .flat_map(|out| out.lines())
                    .find(|line| line.contains(secret));
                leaks.extend(shown.map(|_| format!("{name}: {secret} in {}", args.last().unwrap_or(&""))));
            }
        }
    }
    leaks.dedup();
    leaks
}

#[test]
fn secrets_in_label_values_are_never_shown() {
    let folder = scratch("secrets-in-labels");
    let mut found = Vec::new();
    for secret in SECRETS {
        for (name, text) in [
            ("a label", format!("# TYPE logins counter\nlogins{{who=\"{secret}\"}} 1\n")),
            ("a forbidden label", format!("logins{{user_id=\"{secret}\"}} 1\n")),
            (
                "reserved labels",
                format!(
                    "up{{job=\"{secret}\",instance=\"{secret}\",le=\"{secret}\",quantile=\"{secret}\",__name=\"{secret}\"}} 1\n"
                ),
            ),
            (
                "a bound",
                format!(
                    "# TYPE h histogram\nh_bucket{{le=\"{secret}\"}} 1\nh_bucket{{le=\"+Inf\"}} 2\nh_count 2\nh_sum 1\n"
                ),
            ),
            ("a quantile", format!("# TYPE s summary\ns{{quantile=\"{secret}\"}} 1\ns_count 2\ns_sum 1\n")),
            ("a resource", format!("# TYPE target_info gauge\ntarget_info{{host_name=\"{secret}\"}} 1\n")),
            ("a service", format!("# TYPE target_info gauge\ntarget_info{{service_name=\"{secret}\"}} 1\n")),
            ("a series twice", format!("logins{{who=\"{secret}\"}} 1\nlogins{{who=\"{secret}\"}} 2\n")),
            ("a label twice", format!("logins{{who=\"{secret}\",who=\"{secret}\"}} 1\n")),
            (
                "a sentence",
                format!(
                    "logins{{who=\"write to {secret} soon\",by=\"mailto:{secret}\",key=\"Bearer {secret}\"}} 1\n"
                ),
            ),
            (
                "a query",
                format!(
                    "logins{{q=\"token={secret}\",url=\"https://x.example/?a={secret}&b=1\",path=\"/users/{secret}/orders\"}} 1\n"
                ),
            ),
            (
                "a list",
                format!("logins{{a=\"{secret},{secret};{secret}\",b=\"<{secret}>\",c=\"({secret})\"}} 1\n"),
            ),
            ("JSON", format!("logins{{who=\"{{\\\"who\\\":\\\"{secret}\\\"}}\"}} 1\n")),
            ("behind an escape", format!("logins{{user_id=\"first\\n{secret}\\\\{secret}\"}} 1\n")),
            ("behind a bad escape", format!("logins{{who=\"\\q{secret}\"}} 1\n")),
            ("an unclosed quote", format!("logins{{who=\"{secret}\n")),
            ("unclosed labels", format!("logins{{who=\"{secret}\"\n")),
            ("a missing comma", format!("logins{{who=\"{secret}\"by=\"{secret}\"}} 1\n")),
            ("a missing quote", format!("logins{{who={secret}}} 1\n")),
            ("a long line", format!("logins{{pad=\"{}\",user_id=\"{secret}\"}} 1\n", "x ".repeat(3000))),
        ] {
            found.extend(leaks(&folder, name, false, &text));
        }
        for (name, text) in [
            (
                "an exemplar",
                format!(
                    "# TYPE logins counter\nlogins_total 1 # {{trace_id=\"{secret}\",who=\"{secret}\"}} 1\n# EOF\n"
                ),
            ),
            (
                "a long exemplar",
                format!(
                    "# TYPE logins counter\nlogins_total 1 # {{who=\"{secret}\",pad=\"{}\"}} 1\n# EOF\n",
                    "x".repeat(150)
                ),
            ),
            (
                "a state",
                format!("# TYPE on stateset\non{{on=\"{secret}\"}} 3\non{{on=\"{secret}\"}} 1\n# EOF\n"),
            ),
            ("an info", format!("# TYPE build info\nbuild_info{{who=\"{secret}\"}} 3\n# EOF\n")),
            ("behind the end", format!("# EOF\nlogins{{who=\"{secret}\"}} 1\n")),
        ] {
            found.extend(leaks(&folder, name, true, &text));
        }
    }
    assert!(found.is_empty(), "shown:\n{}", found.join("\n"));
}

#[test]
fn secrets_anywhere_else_in_an_exposition_are_never_shown() {
    let folder = scratch("secrets-elsewhere");
    let mut found = Vec::new();
    for secret in SECRETS {
        for (name, text) in [
            ("a help text", format!("# HELP logins Ask {secret}\n# TYPE logins counter\nlogins 1\n")),
            (
                "a bad escape in a help text",
                format!("# HELP logins Ask \\q{secret}\n# TYPE logins counter\nlogins 1\n"),
            ),
            ("a value", format!("logins {secret}\n")),
            ("a timestamp", format!("logins 1 {secret}\n")),
            ("a line of its own", format!("{secret} 1\n")),
            ("a type", format!("# TYPE logins {secret}\nlogins 1\n")),
            ("a quoted metric name", format!("{{\"{secret}\"}} 1\n")),
            ("a quoted label name", format!("logins{{\"{secret}\"=\"1\"}} 1\n")),
            (
                "the reason of an allow comment",
                format!("# telelint: allow(metrics/missing-help) ask {secret}\nlogins 1\n"),
            ),
            ("an unknown directive", format!("# telelint: {secret}\nlogins 1\n")),
        ] {
            found.extend(leaks(&folder, name, false, &text));
        }
        for (name, text) in [
            ("a unit", format!("# TYPE logins gauge\n# UNIT logins {secret}\nlogins 1\n# EOF\n")),
            ("a comment", format!("# {secret}\n# EOF\n")),
        ] {
            found.extend(leaks(&folder, name, true, &text));
        }
    }
    assert!(found.is_empty(), "shown:\n{}", found.join("\n"));
}

/// The masking test itself can fail: a value that is no secret is shown in its line.
#[test]
fn ordinary_values_are_shown_in_their_line() {
    let folder = scratch_with("shown", &[("metrics.prom", "logins{user_id=\"7\"} 1\n")]);
    let run = telelint(&folder, &["check", "--only", "metrics/unbounded-label"]);
    assert!(run.stdout.contains(" 1 │ logins{user_id=\"7\"} 1\n"), "{}", run.stdout);
}

#[test]
fn the_password_of_an_address_is_never_shown() {
    let folder = scratch("addresses");
    // Port 9 is discard: nobody listens. The last ones are no addresses that can be asked.
    for address in [
        "http://ann:hunter2@127.0.0.1:9/metrics",
        "https://ann:hunter2@127.0.0.1:9/metrics?password=hunter2#hunter2",
        "http://127.0.0.1:9/metrics?token=hunter2",
        "http://ann:hun@hunter2@127.0.0.1:9/metrics",
        "http://ann:hunter2@[::bad/metrics",
        "http://ann:hunter2@/metrics",
        "http://ann:hunter2@exa mple/metrics",
        "HTTP://ann:hunter2@127.0.0.1:9/metrics",
        "ftp://ann:hunter2@127.0.0.1/metrics",
    ] {
        for format in ["human", "concise", "json", "jsonl", "sarif", "github"] {
            for args in [vec![address], vec!["--previous", address]] {
                let run = telelint(
                    &folder,
                    &[&["check", "--timeout", "3", "--format", format], args.as_slice()].concat(),
                );
                assert_eq!(run.code, 2, "{address}: {run:?}");
                assert!(run.stdout.contains("unreadable-input"), "{address}: {run:?}");
                assert!(!format!("{run:?}").contains("hunter2"), "{address} in {format}: {run:?}");
            }
        }
        let run = telelint(&folder, &["facts", "--timeout", "3", address]);
        assert!(run.code == 2 && !format!("{run:?}").contains("hunter2"), "{address}: {run:?}");
    }
    let run = check(&folder, &["http://ann:hunter2@127.0.0.1:9/metrics"]);
    assert_eq!(run.findings().len(), 1);
    let said = "http://127.0.0.1:9/metrics:1:1: error[contract/unreadable-input] could not be checked: http://127.0.0.1:9/metrics can't be reached: ";
    assert!(run.findings()[0].starts_with(said), "{}", run.stdout);
}

#[test]
fn the_value_of_a_header_is_never_shown() {
    let folder = scratch("headers");
    for header in [
        "Authorization: Bearer hunter2",
        "Authorization hunter2",
        "Authorization: hunter2\n",
        "Bad Name: hunter2",
    ] {
        let run = telelint(&folder, &["check", "--header", header, "http://127.0.0.1:9/metrics"]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(!format!("{run:?}").contains("hunter2"), "{header:?}: {run:?}");
    }
}

#[test]
fn facts_that_point_out_of_the_repository_draw_nothing_from_there() {
    let folder = scratch_with("foreign-facts", &[("in/metrics.prom", "# TYPE jobs counter\njobs 1\n")]);
    write(&folder, "outside.txt", b"first\nkept to itself\n");
    let repository = folder.join("in");
    std::fs::create_dir_all(repository.join(".git")).unwrap();
    let facts = telelint(&repository, &["facts", "metrics.prom"]).stdout;
    for elsewhere in ["../outside.txt", folder.join("outside.txt").to_str().unwrap()] {
        let forged = facts.replace("\"metrics.prom\"", &format!("{elsewhere:?}"));
        assert!(forged.contains("outside.txt"), "{forged}");
        write(&repository, "forged.json", forged.as_bytes());
        let run = telelint(&repository, &["check", "--facts", "forged.json"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("outside.txt:1:8") && !run.stdout.contains("first"), "{run:?}");
        assert!(!run.stdout.contains("kept to itself"), "{run:?}");
    }
}
