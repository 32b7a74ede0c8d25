//! Mocks and standards, as a user has them checked: what is said of each way to write a status or a matrix, at which place, and
//! with which exit code; and what becomes of documents that are none.

mod support;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{Run, telelint, write};

/// An empty folder for this test.
fn scratch() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let test = std::thread::current().name().unwrap_or_default().replace(':', "-");
    support::scratch(&format!("{test}-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// Runs on a folder of these files, with a contract of its own.
fn checked(files: &[(&str, &str)], more: &[&str]) -> Run {
    let folder = scratch();
    let base = folder.as_path();
    write(base, "telelint.yaml", "extends: observability-v1\n");
    for (name, text) in files {
        write(base, name, text);
    }
    let mut args = vec!["check", ".", "--format", "concise", "--today", "2026-11-01", "--color", "never"];
    args.extend(more);
    telelint(base, &args)
}

/// The findings on one standard.
fn standard(text: &str) -> Vec<String> {
    standard_by("", text)
}

/// The findings on one standard under a contract that says more.
fn standard_by(contract: &str, text: &str) -> Vec<String> {
    let contract = format!("extends: observability-v1\n{contract}");
    let run = checked(&[("telelint.yaml", &contract), ("docs/standards/a.md", text)], &[]);
    assert_eq!(run.code, 0, "{run:?}");
    run.findings().into_iter().map(str::to_owned).collect()
}

/// The findings on one mock, whatever code there is.
fn mock(text: &str) -> Vec<String> {
    let run = checked(&[("docs/ux/admin-ops.md", text)], &[]);
    assert_eq!(run.code, 0, "{run:?}");
    run.findings().into_iter().map(str::to_owned).collect()
}

const FULL: &str = "## State matrix\n\n| Panel | Loading | Empty | Ready | Degraded | Error | Forbidden |\n|---|---|---|---|---|---|---|\n";

#[test]
fn a_status_is_found_wherever_it_is_written() {
    for approved in [
        "---\nstatus: accepted\n---\n# A\n",
        "---\nstatus: \"Accepted\" # by all\n---\n# A\n",
        "---\r\nstatus: approved\r\n---\r\n# A\r\n",
        "\u{feff}---\nstatus: accepted\n---\n# A\n",
        "# A\n\n## Status\n\nAccepted\n\n## Context\n\nIt was proposed.\n",
        "# A\n\n## Status\n\nProposed 2025-01-02\n\nAccepted 2025-02-03\n",
        "# A\n\n## Status\n\nAccepted\n\nSupercedes [1. Old](0001-old.md)\n",
        "# A\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n",
        "# A\n\n## Status\n\n~~Proposed~~ Accepted\n",
        "# A\n\nStatus: accepted\n",
        "# A\n\n* Status: accepted\n* Deciders: b\n",
        "# A\n\n**Status:** Accepted\n",
        "# A\n\n**Status**: Accepted by the guild\n",
        "# A\n\n| Status | Accepted |\n|---|---|\n| Date | 2026-01-02 |\n",
        "# A\n\n| Status | Date |\n|---|---|\n| Accepted | 2026-01-02 |\n",
        "<!-- Status: draft -->\n# A\n\nStatus: accepted\n",
        "# A\n\n```text\nStatus: draft\n```\n\nStatus: accepted\n",
    ] {
        assert_eq!(standard(approved), Vec::<String>::new(), "{approved}");
    }
}

#[test]
fn what_is_not_approved_is_said_at_the_word() {
    for (text, place, word) in [
        ("---\nstatus: proposed\n---\n# A\n", "2:9", "proposed"),
        ("---\nstatus: Draft\n---\n# A\n", "2:9", "draft"),
        ("\u{feff}---\r\nstatus: rejected\r\n---\r\n# A\r\n", "2:9", "rejected"),
        ("---\nstatus: {proposed | accepted}\n---\n# A\n", "2:9", "not chosen"),
        ("# A\n\n## Status\n\nAccepted\n\nDeprecated\n", "7:1", "deprecated"),
        ("# A\n\nStatus: **not yet accepted**\n", "3:11", "not accepted"),
        ("# A\n\n* Status: in review\n", "3:11", "in review"),
        ("# A\n\n| Status | Proposed |\n|---|---|\n| Date | soon |\n", "3:12", "proposed"),
    ] {
        let said = standard(text);
        let wanted = format!(
            "docs/standards/a.md:{place}: warning[gates/standard-not-approved] the standard `A` is not approved: its status is `{word}`"
        );
        assert_eq!(said, [wanted], "{text}");
    }
    let none = "docs/standards/a.md:1:3: warning[gates/standard-not-approved] the standard `A` has no status";
    for text in [
        "# A\n\nWords.\n",
        "# A\n\n## Status\n\n## Context\n",
        "# A\n\n```\nStatus: accepted\n```\n",
        "# A\n<!-- Status: accepted -->\n",
    ] {
        assert_eq!(standard(text), [none], "{text}");
    }
    let untitled =
        "docs/standards/a.md:1:1: warning[gates/standard-not-approved] the standard `a.md` has no status";
    assert_eq!(standard("No heading.\n"), [untitled]);
}

#[test]
fn what_is_superseded_counts_by_its_successor() {
    let old = "# 1. Old\n\n## Status\n\nSuperceded by [2. New](0002-new.md)\n";
    let run = checked(
        &[
            ("docs/standards/0001-old.md", old),
            ("docs/standards/0002-new.md", "# 2. New\n\n## Status\n\nAccepted\n"),
        ],
        &[],
    );
    assert_eq!(run.findings(), Vec::<&str>::new());
    let run = checked(&[("docs/standards/0001-old.md", old)], &[]);
    let said = "docs/standards/0001-old.md:5:1: warning[gates/standard-not-approved] the standard `1. Old` is superseded, and its successor is not among the standards";
    assert_eq!(run.findings(), [said]);
}

#[test]
fn an_approval_is_asked_who_and_when_and_how_old_only_by_contract() {
    let bare = "# A\n\nStatus: accepted\nDeciders: TBD, {names}\nDate: soon\n";
    assert_eq!(standard(bare), Vec::<String>::new());
    let said = standard_by("gates: {governance: {require: [date, approvers]}}\n", bare);
    assert_eq!(
        said,
        [
            "docs/standards/a.md:3:9: warning[gates/standard-not-approved] the standard `A` is approved and does not say by whom",
            "docs/standards/a.md:5:7: warning[gates/standard-not-approved] the standard `A` is approved and does not say when",
        ]
    );
    let aged = "gates: {governance: {max_age: 365d}}\n";
    let of = |date: &str| standard_by(aged, &format!("---\nstatus: accepted\ndate: {date}\n---\n# A\n"));
    assert_eq!(of("2025-11-01"), Vec::<String>::new());
    assert_eq!(
        of("2025-10-31"),
        [
            "docs/standards/a.md:3:7: warning[gates/stale-standard] the standard `A` was approved 366 days ago, and 365 are allowed"
        ]
    );
    for signed in [
        "---\nstatus: accepted\ndate: 2026-01-02\napprovers:\n  - jo\n  - kim\n---\n# A\n",
        "---\nstatus: accepted\ndate: 2026-01-02\ndecision_makers: \"jo, kim\"\n---\n# A\n",
        "# A\n\n* Status: accepted\n* Deciders: jo, kim\n* Date: 2 January 2026\n",
        "# A\n\nDate: 2026-01-02\nApproved by: jo\n\n## Status\n\nAccepted\n",
        "# A\n\n* Status: Accepted by Jo and Kim on 2026-01-02\n",
        "# A\n\n## Status\n\nApproved By Jo On Jan. 2, 2026\n",
        "# A\n\n## Status\n\nAccepted (not a draft any more) by Dr. Jo on 02.01.2026\n",
        "# A\n\n## Status\n\n- [x] Accepted by\u{a0}Jo on\u{a0}2026-01-02\n",
        "# A\n\n## Status\n\nAccepted by Jo, 2026-01-02\n",
        "# A\n\n## Status\n\nAccepted\n\nDate: 2026-01-02\n\nDeciders: Jo\n",
        "# A\n\n## Status\n\nAccepted on behalf of the board on 2026-01-02\n\n## Deciders\n\nJo\n",
        "# A\n\nStatus: Accepted\nAccepted by: Jo\nDate: 2026-01-02\n",
        "# A\n\n## Status\n\nAccepted on 2 January 2026.\n\n## Approvers\n\n- Jo\n- Kim\n",
    ] {
        let contract = "gates: {governance: {require: [date, approvers], max_age: 365d}}\n";
        assert_eq!(standard_by(contract, signed), Vec::<String>::new(), "{signed}");
    }
}

#[test]
fn what_only_looks_like_an_approver_is_none() {
    let contract = "gates: {governance: {require: [approvers]}}\n";
    for line in [
        "Accepted on 2026-09-14. Amended by ADR 5",
        "Accepted by consensus",
        "Accepted by 2026-09-14",
        "Accepted, and extended by Kim",
    ] {
        let found = standard_by(contract, &format!("# A\n\n## Status\n\n{line}\n"));
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].contains("does not say by whom"), "{line}: {found:?}");
    }
}

#[test]
fn a_wrong_word_in_the_contract_is_said() {
    let contract = "extends: observability-v1\ngates: {governance: {require: [dates]}}\n";
    let run = checked(&[("telelint.yaml", contract)], &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stdout.contains("telelint.yaml:2:32: error[contract/invalid] unknown value `dates`"),
        "{run:?}"
    );
}

#[test]
fn each_cell_that_says_nothing_is_pointed_at() {
    for empty in ["", "TBD", "todo", "TODO: draw", "?", "-", "—", "…", "n.a.", "*tbd*", "~~bar~~"] {
        let said =
            mock(&format!("# Ops\n\n{FULL}| Overview | bar | {empty} | all | notice | again | admins |\n"));
        assert_eq!(said.len(), 1, "{empty}: {said:?}");
        let column = if empty.is_empty() { 19 } else { 20 };
        let wanted = format!(
            "docs/ux/admin-ops.md:7:{column}: warning[gates/mock-state-missing] the panel `Overview` does not say how it looks in the state `empty`"
        );
        assert_eq!(said, [wanted], "{empty}");
    }
    for filled in ["n/a: never empty", "![](../../x.png)", "`null`", "✅", "0"] {
        let said =
            mock(&format!("# Ops\n\n{FULL}| Overview | bar | {filled} | all | notice | again | admins |\n"));
        assert!(!said.iter().any(|line| line.contains("state-missing")), "{filled}: {said:?}");
    }
    let short = mock(&format!("# Ops\n\n{FULL}| Overview | bar | none | all | notice |\n"));
    assert_eq!(short.len(), 2, "{short:?}");
}

#[test]
fn matrices_are_known_by_heading_by_states_and_turned() {
    let rows = "| Overview | bar | none | all | notice | again | admins |\n";
    for good in [
        format!("# Ops\n\n| Panel | Operation |\n|---|---|\n| Overview | GET /api |\n\n{FULL}{rows}"),
        format!("# Ops\n\n## 3. The STATE-MATRIX of the page\n\n### Table\n\n{}{rows}", FULL.split_once("\n\n").unwrap().1),
        format!("# Ops\n\n{}{rows}", FULL.split_once("\n\n").unwrap().1),
        format!("# Ops\r\n\r\n{FULL}{rows}").replace("\r\n", "\n").replace('\n', "\r\n"),
        "# Ops\n\n| | Overview |\n|---|---|\n| Pending | a |\n| No data | a |\n| Success | a |\n| Stale / partial | a |\n| Failed | a |\n| No access | a |\n"
            .to_owned(),
        "# Ops\n\n| Loading | Empty | Ready | Degraded | Error | Denied |\n|---|---|---|---|---|---|\n| a | a | a | a | a | a |\n".to_owned(),
    ] {
        assert_eq!(mock(&good), Vec::<String>::new(), "{good}");
    }
}

#[test]
fn a_mock_without_a_matrix_is_none() {
    let none = "warning[gates/mock-missing] the mock `Ops` has no state matrix";
    for text in [
        "# Ops\n\nThree panels.\n".to_owned(),
        format!("# Ops\n\n```\n{FULL}| a | b | c | d | e | f | g |\n```\n"),
        format!("# Ops\n\n<!--\n{FULL}| a | b | c | d | e | f | g |\n-->\n"),
    ] {
        assert_eq!(mock(&text), [format!("docs/ux/admin-ops.md:1:3: {none}")], "{text}");
    }
    let bodiless = mock(&format!("# Ops\n\n{FULL}"));
    assert_eq!(
        bodiless,
        ["docs/ux/admin-ops.md:5:1: warning[gates/mock-missing] the state matrix of `Ops` has no panel"]
    );
}

#[test]
fn a_matrix_may_be_yaml() {
    let fenced = mock(
        "# Ops\n\n## State matrix\n\n```yaml\npanels:\n  overview: {loading: bar, empty: TBD, ready: all, stale: notice, error: again, forbidden: admins}\n  hosts:\n    states: [loading, empty, ready, degraded, error]\n```\n",
    );
    assert_eq!(
        fenced,
        [
            "docs/ux/admin-ops.md:7:35: warning[gates/mock-state-missing] the panel `overview` does not say how it looks in the state `empty`",
            "docs/ux/admin-ops.md:8:3: warning[gates/mock-state-missing] the panel `hosts` does not say how it looks in the state `forbidden`",
        ]
    );
    let contract = "extends: observability-v1\ngates: {ux_mock: {documents: [\"design/*.yaml\"], panels: [Overview, Hosts]}}\n";
    let text = "title: Operations\npanels:\n  - panel: Overview\n    states:\n      - {state: loading, shows: bar}\n      - empty: none\n      - ready\n      - degraded:\n      - error\n      - forbidden\n";
    let run = checked(&[("telelint.yaml", contract), ("design/ops.yaml", text)], &[]);
    assert_eq!(
        run.findings(),
        [
            "design/ops.yaml:2:1: warning[gates/mock-state-missing] the panel `Hosts` is not in the state matrix of `Operations`",
            "design/ops.yaml:8:9: warning[gates/mock-state-missing] the panel `Overview` does not say how it looks in the state `degraded`",
        ]
    );
    let broken = checked(
        &[("telelint.yaml", contract), ("design/ops.yaml", "panels: {a: [\n")],
        &["--show", "unknown"],
    );
    assert!(broken.stdout.contains("no YAML"), "{broken:?}");
    assert!(
        broken.stdout.contains(
            "design/ops.yaml:1:1: warning[gates/mock-missing] the mock `ops.yaml` has no state matrix"
        ),
        "{broken:?}"
    );
}

#[test]
fn a_gate_is_an_error_as_soon_as_code_goes_ahead() {
    let page = ("web/App.tsx", "export const App = () => <Route path=\"/admin/ops\" element={<Ops />} />;\n");
    let run = checked(&[page], &[]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.findings(),
        [
            "web/App.tsx:1:39: error[gates/mock-missing] there is no mock of the operations page, and code has gone ahead: the page `/admin/ops`"
        ]
    );
    // What was not read proves nothing.
    let part = checked(&[page], &["web/App.tsx"]);
    let only = telelint_on(&[page], "web");
    assert_eq!((part.code, only.findings()), (1, Vec::<&str>::new()), "{only:?}");
    let empty = checked(
        &[("a.prom", "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n")],
        &["--min-confidence", "guess"],
    );
    assert_eq!(empty.findings(), Vec::<&str>::new());
}

/// Runs on one part of a folder.
fn telelint_on(files: &[(&str, &str)], part: &str) -> Run {
    let folder = scratch();
    for (name, text) in files {
        write(&folder, name, text);
    }
    write(&folder, "telelint.yaml", "extends: observability-v1\n");
    telelint(&folder, &["check", part, "--format", "concise"])
}

#[test]
fn without_a_contract_a_repository_is_not_flooded() {
    let folder = scratch();
    write(&folder, "src/lib.rs", "#[tracing::instrument(skip_all)]\npub fn counted() {}\n");
    write(&folder, "Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\ntracing = \"0.1\"\n");
    let quiet = telelint(&folder, &["check", ".", "--format", "concise"]);
    assert_eq!((quiet.code, quiet.findings().len()), (0, 0), "{quiet:?}");
    let all = telelint(&folder, &["check", ".", "--format", "concise", "--min-confidence", "guess"]);
    assert_eq!(
        all.findings(),
        ["src/lib.rs:2:8: warning[gates/standard-not-approved] there is no approved standard for telemetry"]
    );
}

#[test]
fn overviews_and_templates_are_left_out_unless_they_are_named() {
    let names = ["README.md", "index.md", "template.md", "0000-template.md", "adr-template.md"];
    let files: Vec<_> = names.iter().map(|name| format!("docs/standards/{name}")).collect();
    let mut given: Vec<(&str, &str)> = files.iter().map(|name| (name.as_str(), "# A\n")).collect();
    given.push(("docs/standards/b.md", "# B\n\nStatus: accepted\n"));
    assert_eq!(checked(&given, &[]).findings(), Vec::<&str>::new());
    let contract = "extends: observability-v1\ngates: {governance: {documents: [\"docs/**/README.md\"]}}\n";
    let run = checked(&[("telelint.yaml", contract), ("docs/standards/README.md", "# A\n")], &[]);
    assert_eq!(run.findings().len(), 1, "{run:?}");
}

#[test]
fn a_comment_allows_what_stands_behind_it() {
    let allowed = "---\n# telelint: allow(gates/standard-not-approved) it is decided next week\nstatus: proposed\n---\n# A\n";
    assert_eq!(standard(allowed), Vec::<String>::new());
    let cell = format!(
        "# Ops\n\n{FULL}| Overview | bar | | all | notice | again | admins | <!-- telelint: allow(gates/mock-state-missing) drawn with the list -->\n"
    );
    assert_eq!(mock(&cell), Vec::<String>::new());
}

#[test]
fn what_is_no_document_is_said_and_ends_nothing() {
    let folder = scratch();
    let base = folder.as_path();
    write(base, "telelint.yaml", "extends: observability-v1\n");
    write(base, "docs/standards/bytes.md", b"# A\n\nGr\xfc\xdfe\n");
    write(base, "docs/standards/large.md", "# A\n".repeat(13 << 20));
    write(base, "docs/standards/open.md", "---\nstatus: accepted\n\n# A\n");
    write(base, "docs/standards/odd.md", "---\nstatus: accepted\nnote: [a\n: }\n---\n# A\n");
    write(base, "docs/standards/empty.md", "");
    let run = telelint(base, &["check", ".", "--format", "concise", "--show", "unknown"]);
    assert_eq!(run.code, 2);
    for line in [
        "docs/standards/bytes.md:3:3: error[contract/unreadable-input] could not be checked: it is not UTF-8",
        "docs/standards/large.md:1:1: error[contract/unreadable-input] could not be checked: it is over the limit of 8 MiB",
        "docs/standards/empty.md:1:1: warning[gates/standard-not-approved] the standard `empty.md` has no status",
        "docs/standards/open.md:1:1: the front matter that begins here does not end, so it is read as text",
        "the front matter is no YAML; its lines are read one by one",
    ] {
        assert!(run.stdout.contains(line), "no `{line}` in\n{}", run.stdout);
    }
}

#[test]
fn pictures_are_looked_for_inside_the_repository_only() {
    let matrix = format!("{FULL}| Overview | bar | none | all | notice | again | admins |\n");
    let text = format!(
        "# Ops\n\n![a](../../../../etc/hosts)\n![b](https://ops.example/x.png)\n<IMG SRC='no.png'>\n![c](yes.png#top)\n\n{matrix}"
    );
    let folder = scratch();
    write(&folder, "docs/ux/admin-ops.md", &text);
    write(&folder, "docs/ux/yes.png", "");
    let run = telelint(&folder, &["check", ".", "--format", "concise"]);
    assert_eq!(
        run.findings(),
        [
            "docs/ux/admin-ops.md:3:1: warning[gates/mock-image-missing] `Ops` shows the picture `../../../../etc/hosts`, which does not exist",
            "docs/ux/admin-ops.md:5:11: warning[gates/mock-image-missing] `Ops` shows the picture `no.png`, which does not exist",
        ]
    );
}

#[test]
fn a_secret_in_a_document_is_not_repeated() {
    let key = ["AKIA", "QWERTYUIOP", "ASDFGH"].concat();
    let run = checked(
        &[(
            "docs/standards/a.md",
            &format!("---\nstatus: proposed {key}\napprovers: {key}\n---\n# A {key}\n"),
        )],
        &["--show", "unknown"],
    );
    assert_eq!(run.findings().len(), 1);
    assert!(!run.stdout.contains(&key), "{run:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 300, failure_persistence: None, ..Default::default() })]
    #[test]
    fn no_text_is_too_odd_to_be_read(parts in proptest::collection::vec(proptest::sample::select(PARTS.to_vec()), 0..40), any in ".{0,20}") {
        use telelint::facts::{Kind, Purpose, Role};
        use telelint::read::{self, Opened, Watch};
        let text = format!("{}{any}{}", parts.concat(), parts.iter().rev().copied().collect::<String>());
        let mut watch = Watch::default();
        watch.documents.patterns = vec![("**".to_owned(), Purpose::Mock), ("**".to_owned(), Purpose::Standard)];
        for path in ["a.md", "a.yaml"] {
            let opened = Opened { path: path.into(), kind: Kind::Document, role: Role::Current, head: Vec::new(), rest: text.as_bytes(), once: true };
            let facts = read::read(opened, &watch).facts;
            for document in facts.documents.iter() {
                let cells = document.matrix.iter().flat_map(|matrix| &matrix.panels).flat_map(|panel| &panel.cells).map(|cell| &cell.place);
                let status = document.status.iter().map(|status| &status.written.place);
                for place in cells.chain(status).chain(document.routes.iter().map(|route| &route.place)) {
                    let line = text.lines().nth(place.line as usize - 1).unwrap_or_default();
                    proptest::prop_assert!(place.column as usize <= line.chars().count() + 1, "{place:?} in {text:?}");
                }
            }
        }
    }
}

const PARTS: [&str; 26] = [
    "---\n",
    "status: accepted\n",
    "\n",
    "\r\n",
    "# State matrix\n",
    "| a | Loading | Empty | Error |\n",
    "|---|---|---|---|\n",
    "| é | x | TODO | `|` |\n",
    "```yaml\n",
    "panels: {a: {loading: x, empty: , error: [}}\n",
    "```\n",
    "<!--",
    "-->",
    "<img src=",
    "\"x.png\"",
    ">",
    "![x](y)",
    "* Status: **é**\n",
    "Date: 2026-01-01\n",
    "\\",
    "`",
    "[",
    "GET /api/{é}",
    "\u{feff}",
    "approvers: [a, 'b', \"c]\n",
    "| Ö |\n",
];
