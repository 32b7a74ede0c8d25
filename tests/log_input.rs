//! Bad, large and packed logs, through the program: each fault is named with its line, and the rest is judged.

mod support;

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Run, command, finish, scratch, scratch_with, telelint, telelint_fed, telelint_reading, write};
use telelint::read::logs::MAX_LINE;

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Digits of a message are no part of its template.
fn spelled(n: u32) -> String {
    n.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

// ---------------------------------------------------------------------------------------------------------------------
// Bad input, through the program

const GOOD: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"level\":\"info\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";
/// Lacks the level, so that it shows whether its line was judged.
const JUDGED: &str = "{\"timestamp\":\"2026-11-22T09:12:03Z\",\"service\":\"shop\",\"message\":\"m\",\"correlation_id\":\"3f2b1a64-9c1e-4f6d-8a53-0d6f1e2c7b90\"}";

fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(folder, &[&["check", "--no-contract", "--format", "concise"], args].concat())
}

fn judged(at: &str) -> String {
    format!("{at}:1: error[logs/missing-field] a record of `shop` without `level`: absent")
}

fn not_json(at: &str, why: &str) -> String {
    format!("{at}: error[logs/not-json] the log is not JSON lines: {why}")
}

/// A line between good ones: what is found in it, from a file and from standard input; and the last line is judged.
fn bad_line(test: &str, line: &[u8], column: usize, why: &str) {
    let log =
        [GOOD.as_bytes(), b"\n", line, b"\n", GOOD.as_bytes(), b"\n", JUDGED.as_bytes(), b"\n"].concat();
    let folder = scratch(test);
    write(&folder, "a.jsonl", &log);
    let from_stdin = telelint_reading(
        &folder,
        &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"],
        &log,
    );
    for (name, run) in [("a.jsonl", check(&folder, &["a.jsonl"])), ("<stdin>", from_stdin)] {
        let mut expected = [not_json(&format!("{name}:2:{column}"), why), judged(&format!("{name}:4"))];
        let mut found = run.findings();
        // Long ones are said to be, too.
        found.retain(|finding| !finding.contains("[logs/oversized-record]"));
        expected.sort();
        found.sort_unstable();
        assert_eq!((found, run.code), (expected.iter().map(String::as_str).collect(), 1), "{run:?}");
    }
}

#[test]
fn a_broken_line_is_named_and_the_others_are_judged() {
    bad_line("broken", &GOOD.as_bytes()[..60], 61, "the record ends before it is complete");
    bad_line("broken", &GOOD.as_bytes()[..40], 37, "the string has no closing quote");
    let second = GOOD.len() + 1;
    bad_line("broken", [GOOD, GOOD].concat().as_bytes(), second, "a second record begins on the line");
    bad_line(
        "broken",
        [GOOD, " ", GOOD].concat().as_bytes(),
        second + 1,
        "a second record begins on the line",
    );
    bad_line("broken", [GOOD, ",", GOOD].concat().as_bytes(), second, "something stands behind the record");
    for (line, column, why) in [
        (&b"{\"a\":\"\\ud83d\"}"[..], 7, "half of a surrogate pair stands alone"),
        (b"{\"a\":\"\\ude00\\ud83d\"}", 7, "half of a surrogate pair stands alone"),
        (b"{\"a\":\"x\x1b[0m\"}", 8, "a raw control character stands in a string"),
        (b"{\"a\":\"x\ty\"}", 8, "a raw control character stands in a string"),
        (b"{\"a\":\"\0\"}", 7, "a raw control character stands in a string"),
        (b"{\"a\":\"\xff\"}", 7, "the record is not UTF-8"),
        (b"{\"a\":\"\xed\xa0\x80\"}", 7, "the record is not UTF-8"),
        (b"{\"a\":NaN}", 6, "NaN and infinity are no JSON values"),
        (b"{\"a\":Infinity}", 6, "NaN and infinity are no JSON values"),
        (b"{\"a\":-Infinity}", 6, "infinity is no JSON value"),
        (b"{\"a\":01}", 6, "this is no JSON number"),
        (b"{\"a\":1,}", 8, "a key in double quotes is expected here"),
        (b"{'a':1}", 2, "a key in double quotes is expected here"),
        (b"{\"a\":\"\\x41\"}", 7, "this escape does not exist in JSON"),
        (b"[1,2]", 1, "a JSON array, not an object"),
        (b"\"text\"", 1, "a JSON value, not an object"),
        (b"level=info msg=\"m\"", 1, "logfmt, not JSON"),
        (b"server is listening", 1, "plain text, not JSON"),
    ] {
        bad_line("broken", line, column, why);
    }
}

#[test]
fn a_record_nested_without_end_is_named_and_the_others_are_judged() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for closed in [true, false] {
            let inner = format!(
                "{}1{}",
                open.repeat(100_000),
                if closed { close.repeat(100_000) } else { String::new() }
            );
            // The column is that of what is too much: 999 others are open within the record.
            let column = 6 + 999 * open.len();
            bad_line(
                "deep",
                format!("{{\"a\":{inner}}}").as_bytes(),
                column,
                "it is nested more than 1,000 deep",
            );
        }
    }
    // In a string, where records are looked for once more.
    let folder = scratch("nested");
    let deep = format!("{{\"a\":{}}}", "[".repeat(100_000));
    let line = format!(
        "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-22T09:12:03Z\"}}\n{GOOD}\n{JUDGED}\n",
        quoted(&(deep + "\n"))
    );
    write(&folder, "a.jsonl", line);
    let run = check(&folder, &["a.jsonl"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.contains("a.jsonl:1:") && run.stdout.contains("nested more than 1,000 deep"),
        "{run:?}"
    );
    assert!(run.findings().contains(&judged("a.jsonl:3").as_str()), "{run:?}");
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let folder = scratch_with(
        "twice",
        &[("a.jsonl", &format!("{GOOD}\n{},\"n\":1,\"n\":2}}\n{JUDGED}\n", &GOOD[..GOOD.len() - 1]))],
    );
    let run = check(&folder, &["a.jsonl"]);
    let column = GOOD.len() - 1 + ",\"n\":1,\"".len() + 1;
    let twice =
        format!("a.jsonl:2:{column}: error[logs/duplicate-key] the key `n` stands twice in one object");
    assert_eq!(
        (run.findings(), run.code),
        (vec![twice.as_str(), judged("a.jsonl:3").as_str()], 1),
        "{run:?}"
    );
}

#[test]
fn marks_and_line_ends_of_other_systems_are_named() {
    let folder = scratch("marks");
    write(&folder, "a.jsonl", format!("\u{feff}{GOOD}\n{JUDGED}\n"));
    let run = check(&folder, &["a.jsonl"]);
    let mark = not_json("a.jsonl:1:1", "the log begins with a byte order mark");
    assert_eq!((run.findings(), run.code), (vec![mark.as_str(), judged("a.jsonl:2").as_str()], 1), "{run:?}");
    write(&folder, "a.jsonl", format!("{GOOD}\r\n{GOOD}\r\n"));
    let run = check(&folder, &["a.jsonl"]);
    let ends = format!(
        "a.jsonl:1:{}: info[logs/not-json] the log is not JSON lines: lines end in CR LF (2 times)",
        GOOD.len() + 1
    );
    assert_eq!((run.findings(), run.code), (vec![ends.as_str()], 0), "{run:?}");
    write(&folder, "a.jsonl", format!("{GOOD}\r\n{JUDGED}\r\n"));
    assert!(check(&folder, &["a.jsonl"]).findings().contains(&judged("a.jsonl:2").as_str()));
}

#[test]
fn an_empty_log_is_no_success() {
    let folder = scratch_with("empty", &[("a.jsonl", ""), ("b.jsonl", &format!("{JUDGED}\n"))]);
    let empty = "a.jsonl:1:1: error[contract/unreadable-input] could not be checked: it is empty: it holds no log record";
    let run = check(&folder, &["a.jsonl"]);
    assert_eq!((run.findings(), run.code), (vec![empty], 2), "{run:?}");
    let run = check(&folder, &["."]);
    let other = judged("b.jsonl:1").replace("1 record", "every record");
    assert_eq!((run.findings(), run.code), (vec![empty, other.as_str()], 2), "{run:?}");
    let run = telelint_reading(
        &folder,
        &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"],
        b"",
    );
    assert!(run.code == 2 && run.stdout.contains("<stdin>:1:1: error[contract/unreadable-input]"), "{run:?}");
}

/// What a run cost at most, in bytes, and the run.
fn measured(mut command: Command) -> (Run, u64) {
    #[expect(clippy::zombie_processes, reason = "`wait4` waits, and says what it cost")]
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stdout, mut stderr) = (String::new(), String::new());
    // Reports of these tests are short, so neither pipe fills while the other one is read.
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let (mut status, pid) = (0, child.id().cast_signed());
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live variables of the types that `wait4` fills in, and the child was not waited for.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    assert!(waited == pid && libc::WIFEXITED(status), "{stderr}");
    // Kilobytes everywhere but on macOS.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    (Run { code: libc::WEXITSTATUS(status), stdout, stderr }, usage.ru_maxrss as u64 * unit)
}

const MOST_MEMORY: u64 = 64 << 20;

/// Asserts a peak. Until the child is the program it is a copy of this process, whose memory is counted as its own.
fn fits(peak: u64, what: &str) {
    let own = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let own = own
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let limit = MOST_MEMORY.max(own.unwrap_or_default() * 1024);
    assert!(peak < limit, "{what}: {} MiB at once", peak >> 20);
}

#[test]
fn a_line_of_100_mb_is_skipped_within_64_mib_and_the_others_are_judged() {
    let folder = scratch("long-line");
    let path = folder.join("a.jsonl");
    let mib = vec![b'x'; 1 << 20];
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    write!(file, "{GOOD}\n{{\"message\":\"").unwrap();
    for _ in 0..100 {
        file.write_all(&mib).unwrap();
    }
    write!(file, "\"}}\n{GOOD}\n{JUDGED}\n").unwrap();
    file.into_inner().unwrap();
    let limit = MAX_LINE >> 20;
    let skipped = |name: &str| {
        format!(
            "{name}:2:1: error[contract/unreadable-input] could not be checked: line 2 is over the limit of {limit} MiB and was skipped"
        )
    };
    let (run, peak) =
        measured(command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]));
    assert_eq!(
        (run.findings(), run.code),
        (vec![skipped("a.jsonl").as_str(), judged("a.jsonl:4").as_str()], 2),
        "{run:?}"
    );
    fits(peak, "a file");
    let mut piped =
        command(&folder, &["check", "--no-contract", "--format", "concise", "--kind", "logs", "-"]);
    piped.stdin(fs::File::open(&path).unwrap());
    let (run, peak) = measured(piped);
    fs::remove_file(&path).unwrap();
    assert_eq!(
        (run.findings(), run.code),
        (vec![skipped("<stdin>").as_str(), judged("<stdin>:4").as_str()], 2),
        "{run:?}"
    );
    fits(peak, "standard input");
}

#[test]
fn lines_around_the_limit_are_read_or_said_to_be_skipped() {
    let folder = scratch("limit");
    let line = |length: usize| format!("{{\"message\":\"{}\"}}", "x".repeat(length - 14));
    for (length, is_read) in
        [(MAX_LINE - 1, true), (MAX_LINE, true), (MAX_LINE + 1, false), (MAX_LINE * 2, false)]
    {
        for (before, behind) in [(0, 0), (1, 1), (0, 3000), (3000, 0)] {
            let text = [
                format!("{GOOD}\n").repeat(before),
                line(length) + "\n",
                format!("{GOOD}\n").repeat(behind),
                JUDGED.to_owned(),
            ]
            .concat();
            write(&folder, "a.jsonl", text);
            let run = check(&folder, &["--only", "logs/missing-field", "a.jsonl"]);
            let skipped = format!(
                "a.jsonl:{}:1: error[contract/unreadable-input] could not be checked: line {0} is over",
                before + 1
            );
            assert_eq!(run.stdout.contains(&skipped), !is_read, "{length} {before} {behind}: {run:?}");
            assert_eq!(run.code, if is_read { 1 } else { 2 }, "{run:?}");
            let found = run.findings().into_iter().any(|finding| {
                finding.contains(&format!("a.jsonl:{}:1: error[logs/missing-field]", before + behind + 2))
            });
            assert!(found, "{length} {before} {behind}: {run:?}");
        }
    }
}

/// A log that is all different: names, templates and pointers that never come again.
#[test]
fn memory_stays_small_however_different_the_records_are() {
    let folder = scratch("memory");
    let path = folder.join("a.jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    for n in 0..60_000u64 {
        let name = spelled(n as u32);
        let key = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(
            file,
            "{{\"timestamp\":\"t{n}\",\"level\":\"level-{name}\",\"service\":\"service-{name}\",\"message\":\"{name} of 12345678\",\"part-{name}\":{{\"token\":\"{key:020}\",\"note\":\"ann@{name}.com\"}}}}"
        )
        .unwrap();
    }
    file.into_inner().unwrap();
    let (run, peak) =
        measured(command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]));
    fs::remove_file(&path).unwrap();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("redaction/sensitive-field") && run.stdout.contains("redaction/personal-data")
    );
    fits(peak, "60,000 services");
}

#[test]
fn a_log_that_grows_while_it_is_read_is_read_to_some_end() {
    let folder =
        scratch_with("grows", &[("a.jsonl", &format!("{JUDGED}\n{}", format!("{GOOD}\n").repeat(20_000)))]);
    let mut child =
        command(&folder, &["check", "--no-contract", "--format", "concise", "a.jsonl"]).spawn().unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(folder.join("a.jsonl")).unwrap();
    // Not for ever: a reader as fast as the writer would never end.
    let lines = format!("{GOOD}\n").repeat(50);
    for _ in 0..2000 {
        file.write_all(lines.as_bytes()).unwrap();
        if child.try_wait().unwrap().is_some() {
            break;
        }
    }
    let run = finish(child);
    let found = run.findings();
    assert_eq!(found, [judged("a.jsonl:1")], "{run:?}");
    assert_eq!(run.code, 1);
    fs::remove_file(folder.join("a.jsonl")).unwrap();
}

#[test]
fn a_log_that_vanishes_while_it_is_read_is_judged_or_named() {
    let big = format!("{JUDGED}\n{}", format!("{GOOD}\n").repeat(20_000));
    for format in ["concise", "human", "sarif"] {
        for wait in [0, 20, 300] {
            let folder =
                scratch_with("vanishes", &[("a.jsonl", &big), ("b.jsonl", &format!("{JUDGED}\n{GOOD}\n"))]);
            let args =
                ["check", "--no-contract", "--format", format, "--kind", "logs", "a.jsonl", "b.jsonl", "-"];
            let path = folder.join("a.jsonl");
            // Standard input stays open until the file is gone; so the report is written when it can't be read again.
            let run = telelint_fed(&folder, &args, |input| {
                std::thread::sleep(Duration::from_millis(wait));
                fs::remove_file(path)?;
                writeln!(input, "{GOOD}")
            });
            let named = run.stdout.contains("unreadable-input") && run.code == 2;
            let judged = run.stdout.contains("missing-field") && run.code == 1;
            assert!(run.stdout.contains("a.jsonl") && (named || judged), "{format} after {wait} ms: {run:?}");
            assert!(run.stdout.contains("b.jsonl"), "the rest is judged: {run:?}");
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// What is packed

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A frame of zstd whose blocks are not compressed (RFC 8878, section 3.1.1).
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd".to_vec();
    // A single segment whose size stands in eight bytes.
    frame.push(0b1110_0000);
    frame.extend((bytes.len() as u64).to_le_bytes());
    let blocks: Vec<&[u8]> = bytes.chunks(100 << 10).collect();
    for (at, block) in blocks.iter().enumerate() {
        let header = ((block.len() as u32) << 3) | u32::from(at + 1 == blocks.len());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}

/// The command's own output, where it is installed.
fn zstd_command(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child =
        Command::new("zstd").args(["-q", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feeder = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    output.status.success().then_some(output.stdout)
}

#[test]
fn packed_logs_give_the_findings_of_the_plain_ones() {
    let folder = scratch("packed");
    let broken =
        format!("{GOOD}\n{JUDGED}\n{{\"a\":NaN}}\n{},\"password\":\"hunter22\"}}\n", &GOOD[..GOOD.len() - 1]);
    let long = broken.clone() + &format!("{GOOD}\n").repeat(5000) + JUDGED;
    for text in [broken, long] {
        let bytes = text.as_bytes();
        let (first, second) = bytes.split_at(bytes.len() / 2 + 7);
        let mut packed = vec![
            ("a.jsonl.gz", gzip(bytes)),
            ("a.jsonl.gz", [gzip(first), gzip(second)].concat()),
            ("a.jsonl.zst", zstd(bytes)),
            ("a.jsonl.zst", [zstd(first), zstd(second)].concat()),
        ];
        packed.extend(zstd_command(bytes).map(|bytes| ("a.jsonl.zst", bytes)));
        for format in ["concise", "json", "human"] {
            write(&folder, "a.jsonl", bytes);
            let plain = telelint(&folder, &["check", "--no-contract", "--format", format, "a.jsonl"]);
            assert!(plain.code == 1 && plain.stdout.contains("sensitive-field"), "{plain:?}");
            fs::remove_file(folder.join("a.jsonl")).unwrap();
            for (name, bytes) in &packed {
                write(&folder, name, bytes);
                // By name, in a walk, and as a stream.
                let args = ["check", "--no-contract", "--format", format];
                let by_name = telelint(&folder, &[&args[..], &[name]].concat());
                let walked = telelint(&folder, &[&args[..], &["."]].concat());
                let streamed =
                    telelint_reading(&folder, &[&args[..], &["--stdin-filename", name, "-"]].concat(), bytes);
                for run in [by_name, walked, streamed] {
                    assert!(!run.stdout.contains("hunter22"), "{run:?}");
                    assert_eq!(
                        without_bytes(&run.stdout.replace(name, "a.jsonl")),
                        without_bytes(&plain.stdout),
                        "{name} in {format}"
                    );
                    assert_eq!(run.code, 1);
                }
                fs::remove_file(folder.join(name)).unwrap();
            }
        }
    }
}

/// A report without what it says of the run.
fn without_bytes(report: &str) -> String {
    report
        .lines()
        .filter(|line| !line.contains("bytes\":") && !line.starts_with("read"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn packed_logs_that_are_damaged_are_said_to_be() {
    let folder = scratch("damaged");
    let text = format!(
        "{JUDGED}\n{}",
        (0..5000).fold(String::new(), |all, n| all + &format!("{},\"n\":{n}}}\n", &GOOD[..GOOD.len() - 1]))
    );
    for (name, whole) in [("a.jsonl.gz", gzip(text.as_bytes())), ("a.jsonl.zst", zstd(text.as_bytes()))] {
        for keep in [whole.len() / 2, whole.len() - 3, 6] {
            write(&folder, name, &whole[..keep]);
            let run = check(&folder, &[name]);
            assert_eq!(run.code, 2, "{name} of {keep} bytes: {run:?}");
            assert!(run.stdout.contains(&format!("{name}:1:1: error[contract/unreadable-input]")), "{run:?}");
            // A frame of zstd may refer to all that came before, so it is handed out whole.
            if keep == whole.len() / 2 && name.ends_with(".gz") {
                assert!(
                    run.stdout.contains(&judged(&format!("{name}:1"))),
                    "what came before is judged: {run:?}"
                );
            }
        }
        fs::remove_file(folder.join(name)).unwrap();
    }
}
