//! OpenAPI and AsyncAPI documents that are broken, hostile or enormous: named at their place, with exit code 2 where they
//! could not be checked; never a panic (every run in these tests is held to that), never a secret.

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use support::{Run, command, finish, scratch, scratch_with, telelint, telelint_reading, write};

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";

/// A document with one fault, in line 4.
const JUDGED: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\nbogus: 1\n";
const BOGUS: &str = "error[api/invalid-document] unknown key `bogus` in an OpenAPI Object";
const NAME: &str = "specs/openapi.yaml";

fn check(folder: &Path, args: &[&str]) -> Run {
    telelint(folder, &[&["check", "--no-contract", "--format", "concise"], args].concat())
}

/// Checks a document by itself, and wants these findings and no others; lines without a file are about [`NAME`].
fn finds(name: &str, text: impl AsRef<[u8]>, code: i32, expected: &[&str]) {
    let folder = scratch(name);
    write(&folder, NAME, text);
    wants(&check(&folder, &[NAME]), code, expected);
}

fn wants(run: &Run, code: i32, expected: &[&str]) {
    let whole =
        |line: &&str| if line.starts_with("specs/") { (*line).to_owned() } else { format!("{NAME}:{line}") };
    let expected: Vec<String> = expected.iter().map(whole).collect();
    assert_eq!(
        (run.findings(), run.code),
        (expected.iter().map(String::as_str).collect(), code),
        "{}",
        run.stderr
    );
}

#[test]
fn faults_of_yaml_are_at_their_place() {
    let twice = "error[api/invalid-document] the key `paths` stands in line 3 already";
    finds("twice", format!("{HEAD}paths: {{}}\npaths: {{}}\n"), 1, &[&format!("4:1: {twice}")]);
    let tab = "4:2: error[api/invalid-document] tabs disallowed within this context (block indentation)";
    finds("tab", format!("{HEAD}paths:\n\t/a: {{}}\n"), 1, &[tab]);
    let second = "5:1: error[api/invalid-document] a second document in one file; only the first one is read";
    finds("second", format!("{HEAD}paths: {{}}\n---\n{HEAD}paths: {{}}\n"), 1, &[second]);
    let comma = "specs/openapi.json:1:66: error[api/invalid-document] a comma behind the last entry";
    let json = r#"{"openapi":"3.0.3","info":{"title":"T","version":"1"},"paths":{},}"#;
    let folder = scratch_with("comma", &[("specs/openapi.json", json)]);
    wants(&check(&folder, &["specs"]), 1, &[comma]);
}

#[test]
fn a_version_that_is_a_number_is_told_so() {
    let number = "1:10: error[api/invalid-document] `openapi` must be a string of three numbers such as `3.1.0`, it is a number";
    finds("number", "openapi: 3.1\ninfo: {title: T, version: '1'}\npaths: {}\n", 1, &[number]);
}

#[test]
fn marks_and_line_ends_of_windows_shift_nothing() {
    let text = format!("\u{feff}{}", JUDGED.replace('\n', "\r\n"));
    finds("windows", text, 1, &[&format!("4:1: {BOGUS}")]);
}

#[test]
fn what_is_not_utf_8_is_said_with_the_place_of_the_byte() {
    let bytes =
        [b"openapi: 3.0.3\ninfo: {title: \"\xc3\xbc".as_slice(), b"\xff\", version: '1'}\npaths: {}\n"]
            .concat();
    let said = "2:17: error[contract/unreadable-input] could not be checked: it is not UTF-8";
    finds("not-utf-8", bytes, 2, &[said]);
}

#[test]
fn what_is_empty_is_no_success() {
    for (name, text) in [("empty", ""), ("comment", "# Later.\n")] {
        let folder = scratch_with(name, &[(NAME, text)]);
        let said = "1:1: error[contract/unreadable-input] could not be checked: it is of no kind that telelint knows; say which with `--kind`";
        wants(&check(&folder, &[NAME]), 2, &[said]);
        let empty = "1:1: error[api/invalid-document] an empty document";
        wants(&check(&folder, &["--kind", "openapi", NAME]), 1, &[empty]);
    }
}

/// Aliases of aliases: 10, 100, ... values from a few lines.
#[test]
fn anchors_that_would_explode_are_refused() {
    let mut text = format!("{HEAD}paths: {{}}\nx-0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n");
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(text, "x-{n}: &a{n} [{aliases}]").unwrap();
    }
    let folder = scratch_with("bomb", &[(NAME, &text)]);
    let run = check(&folder, &[NAME]);
    let [one] = run.findings()[..] else { panic!("{run:?}") };
    assert!(one.starts_with(
        "specs/openapi.yaml:1:1: error[api/invalid-document] its aliases stand for more than 100"
    ));
    assert_eq!(run.code, 1);
}

/// Each mapping merges in all that the one before has: memory would grow with the square of the document.
#[test]
fn merges_that_would_pile_up_are_refused() {
    let mut text = format!("{HEAD}paths: {{}}\nx-0: &a0 {{k0: 0}}\n");
    for n in 1..20_000 {
        writeln!(text, "x-{n}: &a{n} {{<<: *a{}, k{n}: 0}}", n - 1).unwrap();
    }
    let folder = scratch_with("merges", &[(NAME, &text)]);
    let (run, peak) = measured(&folder, &[NAME]);
    let [one] = run.findings()[..] else { panic!("{run:?}") };
    assert!(one.contains("error[api/invalid-document] its aliases stand for more than "), "{one}");
    assert!(peak < 200 << 20, "{} MiB", peak >> 20);
}

#[test]
fn nesting_ends_at_a_limit() {
    let yaml = format!("{HEAD}paths: {{}}\nx-deep: {}", "[".repeat(100_000));
    finds("deep", yaml, 1, &["4:264: error[api/invalid-document] nested more than 255 deep"]);
    let mut block = format!("{HEAD}paths: {{}}\nx-deep:\n");
    for depth in 1..400 {
        writeln!(block, "{}a:", " ".repeat(depth)).unwrap();
    }
    let folder = scratch_with("deep-block", &[(NAME, &block)]);
    let run = check(&folder, &[NAME]);
    assert!(run.findings()[0].ends_with("error[api/invalid-document] nested more than 255 deep"), "{run:?}");
    let json = format!("{{\"openapi\":\"3.0.3\",\"x-deep\":{}", "[".repeat(100_000));
    let folder = scratch_with("deep-json", &[("specs/openapi.json", &json)]);
    let said = "specs/openapi.json:1:283: error[api/invalid-document] nested more than 255 deep";
    wants(&check(&folder, &["specs"]), 1, &[said]);
}

#[test]
fn references_that_lead_nowhere_or_out_say_why() {
    let schemas = [
        ("A", "#/components/schemas/B"),
        ("B", "#/components/schemas/A"),
        ("C", "#/components/schemas/Nope"),
        ("D", "../../../../etc/passwd"),
        ("E", "/etc/passwd"),
        ("F", "folder"),
        ("G", "empty.yaml"),
        ("H", "link.yaml#/x"),
        ("I", "absent.yaml"),
        ("J", "%2e%2e/%2e%2e/etc/passwd"),
    ];
    let mut text = format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n");
    for (name, reference) in schemas {
        writeln!(text, "    {name}: {{$ref: '{reference}'}}").unwrap();
    }
    let folder =
        scratch_with("references", &[(NAME, &text), ("specs/empty.yaml", ""), ("specs/folder/a", "")]);
    let outside = folder.with_file_name("outside.yaml");
    std::fs::write(&outside, "x: {type: planted}\n").unwrap();
    symlink("../../outside.yaml", folder.join("specs/link.yaml")).unwrap();
    let said = |line: u32, reference: &str, why: &str| {
        format!("{line}:15: error[api/broken-reference] `{reference}` leads nowhere: {why}")
    };
    let circle = "it leads back to itself, and to nothing else";
    let out = "it leads out of the repository";
    let expected = [
        said(6, "#/components/schemas/B", circle),
        said(7, "#/components/schemas/A", circle),
        said(8, "#/components/schemas/Nope", "there is no `Nope`"),
        said(9, "../../../../etc/passwd", out),
        said(10, "/etc/passwd", out),
        said(11, "folder", "there is no file `specs/folder`"),
        said(12, "empty.yaml", "`specs/empty.yaml` is empty"),
        said(13, "link.yaml#/x", out),
        said(14, "absent.yaml", "there is no file `specs/absent.yaml`"),
        said(15, "%2e%2e/%2e%2e/etc/passwd", out),
    ];
    let run = check(&folder, &[NAME]);
    wants(&run, 1, &expected.each_ref().map(String::as_str));
    assert!(!telelint(&folder, &["facts", "--no-contract", NAME]).stdout.contains("planted"));
}

#[test]
fn a_referenced_file_that_is_no_yaml_is_reported_at_itself() {
    let text = format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: notes.txt}}\n");
    let folder = scratch_with("no-yaml", &[(NAME, &text), ("specs/notes.txt", "So: [ and\nso: on\n")]);
    let run = check(&folder, &[NAME]);
    assert_eq!(run.code, 1);
    assert!(run.findings().iter().all(|line| line.starts_with("specs/notes.txt:")), "{run:?}");
    // Binary data can't be checked at all.
    write(&folder, "specs/notes.txt", b"\x7fELF\xff\xfe\0\0");
    let run = check(&folder, &[NAME]);
    let why = "`specs/openapi.yaml` refers to it, and it is not UTF-8";
    let said = format!("specs/notes.txt:1:1: error[contract/unreadable-input] could not be checked: {why}");
    wants(&run, 2, &[&said]);
}

#[test]
fn a_fault_in_another_file_is_reported_there_and_once() {
    let document = |path: &str| format!("{HEAD}paths:\n  {path}: {{$ref: 'parts/item.yaml#/item'}}\n");
    let folder = scratch_with(
        "files",
        &[
            (NAME, &document("/a")),
            ("specs/second.yaml", &document("/b")),
            ("specs/parts/item.yaml", "item:\n  get:\n    responses: {}\n    respnses: {}\n"),
        ],
    );
    let only = ["--only", "api/invalid-document"];
    let key = "specs/parts/item.yaml:4:5: error[api/invalid-document] unknown key `respnses` in an Operation Object; did you mean `responses`?";
    let empty = "specs/parts/item.yaml:3:5: error[api/invalid-document] ";
    for inputs in [&[NAME][..], &[NAME, "specs/second.yaml"], &["."]] {
        let run = check(&folder, &[&only[..], inputs].concat());
        assert_eq!(run.findings().iter().filter(|line| **line == key).count(), 1, "{run:?}");
        assert!(run.findings().iter().all(|line| *line == key || line.starts_with(empty)), "{run:?}");
        assert!(run.findings().len() <= 2 && run.code == 1, "{run:?}");
    }
}

#[test]
fn a_document_may_be_piped_or_packed() {
    let folder = scratch("piped");
    let packed = |text: &str| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    };
    let args = ["check", "--no-contract", "--format", "concise", "-"];
    let named = [&args[..], &["--stdin-filename", NAME]].concat();
    for bytes in [JUDGED.as_bytes(), &packed(JUDGED)] {
        wants(&telelint_reading(&folder, &named, bytes), 1, &[&format!("4:1: {BOGUS}")]);
        let run = telelint_reading(&folder, &args, bytes);
        assert_eq!((run.findings(), run.code), (vec![format!("<stdin>:4:1: {BOGUS}").as_str()], 1));
    }
    write(&folder, "specs/openapi.yaml.gz", packed(JUDGED));
    let said = format!("specs/openapi.yaml.gz:4:1: {BOGUS}");
    wants(&check(&folder, &["specs/openapi.yaml.gz"]), 1, &[&said]);
    // A stream says what it can't follow, and is no failure for it.
    let text = format!("{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: b.yaml}}}}}}\n");
    assert_eq!(telelint_reading(&folder, &args, text.as_bytes()).findings(), [""; 0]);
}

/// Memory is what the process held at most, which the kernel counts.
fn measured(folder: &Path, args: &[&str]) -> (Run, u64) {
    let args = [&["check", "--no-contract", "--format", "concise"], args].concat();
    let child = command(folder, &args).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (run, peak) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut peak = 0;
            while let Ok(text) = std::fs::read_to_string(&status) {
                let Some(line) = text.lines().find(|line| line.starts_with("VmHWM:")) else { break };
                let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
                peak = peak.max(kib.unwrap_or(0) << 10);
                std::thread::sleep(Duration::from_millis(2));
            }
            peak
        });
        (finish(child), watching.join().unwrap())
    });
    (run, peak)
}

/// A document of this many bytes, and one fault.
fn large(name: &str, bytes: usize) -> PathBuf {
    let mut text = format!("{HEAD}bogus: 1\npaths: {{}}\ncomponents:\n  schemas:\n");
    // Long, since builds for tests are slow at everything else.
    let about = "What this is, in many words. ".repeat(60);
    let mut n = 0;
    while text.len() < bytes {
        writeln!(text, "    Schema{n}:\n      type: object\n      description: {about}\n      properties:")
            .unwrap();
        writeln!(
            text,
            "        name: {{type: string}}\n        next: {{$ref: '#/components/schemas/Schema{}'}}",
            n / 2
        )
        .unwrap();
        n += 1;
    }
    text.truncate(bytes);
    // The last line may have been cut anywhere.
    text.truncate(text.rfind("    Schema").unwrap());
    scratch_with(name, &[(NAME, &text)])
}

#[test]
fn fifty_megabytes_are_read_within_bounds() {
    let folder = large("fifty", 50_000_000);
    let start = Instant::now();
    let (run, peak) = measured(&folder, &[NAME]);
    wants(&run, 1, &[&format!("3:1: {BOGUS}")]);
    assert!(peak < 1 << 30, "{} MiB", peak >> 20);
    // Generous: builds for tests are slow, and so are shared machines.
    assert!(start.elapsed() < Duration::from_secs(180), "{:?}", start.elapsed());
}

#[test]
fn what_is_over_the_limit_is_refused_with_the_limit() {
    let folder = large("over", (64 << 20) + 200);
    std::fs::OpenOptions::new()
        .append(true)
        .open(folder.join(NAME))
        .and_then(|mut file| file.write_all(&[b'#'; 4096]))
        .unwrap();
    let why = "could not be checked: it is larger than 64 MiB";
    wants(&check(&folder, &[NAME]), 2, &[&format!("1:1: error[contract/unreadable-input] {why}")]);
    // As a part of a document, too.
    let text = format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: 'openapi.yaml#/components/schemas/Schema0'}}\n"
    );
    write(&folder, "specs/small.yaml", text);
    let why = "could not be checked: `specs/small.yaml` refers to it, and it is larger than 64 MiB";
    wants(
        &check(&folder, &["specs/small.yaml"]),
        2,
        &[&format!("1:1: error[contract/unreadable-input] {why}")],
    );
}

/// Some documents with findings of many rules, among them a reference to another file.
fn several(name: &str, planted: &str) -> PathBuf {
    let folder = scratch(name);
    for n in 0..12 {
        let text = format!(
            "{HEAD}servers: [{{url: 'https://user:{planted}@example.com/v{n}'}}]\npaths:\n  /items/{{token}}:\n    get:\n      parameters:\n      - {{name: token, in: path, required: true, schema: {{type: string, example: {planted}}}}}\n      responses: {{'200': {{description: '{planted}', content: {{application/json: {{schema: {{}}}}}}}}}}\n  /{planted}: {{$ref: 'parts.yaml#/{planted}'}}\ncomponents:\n  schemas:\n    {planted}: {{type: {planted}, default: {planted}}}\nx-{n}: {planted}\n{planted}: 1\n{planted}: 2\n",
        );
        write(&folder, &format!("specs/{n}.yaml"), text);
    }
    write(&folder, "specs/parts.yaml", format!("other: {{}}\n{planted}{planted}: [{planted}]\n"));
    folder
}

#[test]
fn any_number_of_threads_says_the_same_and_so_do_facts() {
    let folder = several("threads", "harmless");
    let run = |threads: &str, args: &[&str]| {
        let mut command = command(&folder, &[args, &["--no-contract"]].concat());
        finish(command.env("RAYON_NUM_THREADS", threads).spawn().unwrap())
    };
    for args in [&["check", "--format", "json", "specs"][..], &["check", "specs"], &["facts", "specs"]] {
        let [one, two] = ["1", "2"].map(|threads| run(threads, args));
        assert_eq!((&one.stdout, one.code), (&two.stdout, two.code), "{args:?}");
    }
    let direct = check(&folder, &["specs"]);
    assert!(direct.findings().len() > 12, "{direct:?}");
    write(&folder, "facts.json", run("2", &["facts", "specs"]).stdout);
    let from_facts = check(&folder, &["--facts", "facts.json"]);
    assert_eq!((from_facts.findings(), from_facts.code), (direct.findings(), direct.code));
}

#[test]
fn no_secret_of_a_document_is_written_anywhere() {
    // Of the form of a token, and none: made here, so that nobody takes it for a real one.
    let planted = ["ghp", "_", &"Zx9Qw7Er5T".repeat(4)[..36]].concat();
    let folder = several("secrets", &planted);
    let part = &planted[8..];
    let holds = |run: &Run| run.stdout.contains(part) || run.stderr.contains(part);
    let facts = telelint(&folder, &["facts", "--no-contract", "specs"]);
    assert!(!holds(&facts), "facts");
    for format in ["human", "concise", "json", "jsonl", "sarif", "github"] {
        let run = telelint(&folder, &["check", "--no-contract", "--format", format, "specs"]);
        assert!(!run.stdout.is_empty() && run.code != 0, "{format}: {run:?}");
        assert!(!holds(&run), "{format}");
    }
}
