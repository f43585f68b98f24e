//! Source-of-truth documents: what is read of them, and where.

mod binding;
mod claims;
mod items;
mod writing;

use std::path::{Path, PathBuf};

use counterfoil::collect::Context;
use counterfoil::collect::sot::{self, SotDocument, StatementKind};
use counterfoil::endpoint::Endpoints;
use counterfoil::profile::{Profile, StatusClass};
use counterfoil::search::{Engine, Limits};
use counterfoil::text::{LineStarts, Span};

fn read(text: &str) -> SotDocument {
    let profile = Profile::built_in().expect("sound");
    let engine = Engine::new(&Endpoints::none());
    let limits = Limits::default();
    let context =
        Context { profile: &profile, engine: &engine, limits: &limits, shapes: None, targets: &[] };
    sot::parse(".sot/a.md", text.as_bytes().to_vec(), &context)
}

/// A document with front matter before `body`; its body begins on line 4.
fn with_body(body: &str) -> SotDocument {
    read(&format!("---\ntitle: a\n---\n{body}"))
}

fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/documents/first-week/.sot/03-PROTOCOLS/CTO-CASE-SPARK-ENDPOINT-CONFIG-ISSUES.md")
}

fn shown(text: &str, span: Span) -> String {
    text[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()].to_owned()
}

fn word(kind: &StatementKind) -> &'static str {
    match kind {
        StatementKind::Label { .. } => "label",
        StatementKind::Sentence { .. } => "sentence",
        StatementKind::Validator { .. } => "validator",
        StatementKind::Commit { .. } => "commit",
        StatementKind::Gate { .. } => "gate",
        StatementKind::Pass { .. } => "pass",
    }
}

/// Kind, stated words and cited run (its process number) of each statement.
fn statements(document: &SotDocument) -> Vec<(&'static str, String, Option<String>)> {
    let statements = document.statements.iter().map(|statement| {
        let run = statement.citation.and_then(|at| document.citations[at].run.as_deref());
        let run = run.and_then(|run| run.rsplit('-').next()).map(str::to_owned);
        (word(&statement.kind), statement.stated.text.to_string(), run)
    });
    statements.collect()
}

#[test]
fn the_document_that_this_began_with_is_read_word_by_word() {
    let text = std::fs::read_to_string(seed()).expect("there");
    let document = read(&text);
    let lines = LineStarts::new(text.as_bytes());
    let line = |span: Span| lines.line(span.start).0;
    assert_eq!(document.front_matter.problems, []);
    assert_eq!(document.malformed, []);
    assert_eq!(document.gaps, []);
    let [item] = &document.items[..] else { panic!("one item: {:?}", document.items) };
    assert_eq!((item.id.text.as_str(), line(item.id.span)), ("CTO-WORK-030", 16));
    let status = item.status.as_ref().expect("a status");
    assert_eq!((status.class, line(status.said.span)), (StatusClass::Blocked, 18));
    assert_eq!(item.acceptance.len(), 14);
    let blockers: Vec<_> = item.blockers.iter().map(|b| (line(b.said.span), b.condition)).collect();
    assert_eq!(blockers, [(42, Some(0)), (43, None)]);
    let found: Vec<_> = document
        .statements
        .iter()
        .map(|s| {
            let run = s.citation.and_then(|at| document.citations[at].run.as_deref());
            let run = run.and_then(|run| run.rsplit('-').next()).unwrap_or("");
            assert_eq!(s.item, Some(0));
            (line(s.said.span), word(&s.kind), shown(&text, s.stated.span), run)
        })
        .collect();
    let gate = "gate";
    let expected = [
        (
            34,
            gate,
            "A configured endpoint alone does not validate CTO-WORK-016, CTO-WORK-020, CTO-WORK-022, or CTO-WORK-028",
            "",
        ),
        (37, gate, "CTO-WORK-016 remains blocked until real Case Stage 2 pass evidence exists", ""),
        (
            38,
            gate,
            "CTO-WORK-022 remains blocked until explicit endpoint config and real Case Stage 2 pass evidence exist",
            "",
        ),
        (57, "label", "fail", "2731603"),
        (58, "label", "case", "2731603"),
        (59, "label", "1", "2731603"),
        (60, "label", "true", "2731603"),
        (61, "label", "qwen-local", "2731603"),
        (62, "label", "qwen3.6-35b-a3b", "2731603"),
        (63, "label", "admitted", "2731603"),
        (64, "label", "not_admitted", "2731603"),
        (65, "label", "case agent result protocol failed", "2731603"),
        (66, "sentence", "The harness recorded no changed files", "2731603"),
        (67, "sentence", "The patch artifact was empty", "2731603"),
        (68, "sentence", "Tests failed because the artificial fixture bug remained unchanged", "2731603"),
        (75, "commit", "6c453ee` Add Case Qwen loop entrypoint", ""),
        (
            81,
            "validator",
            "python3 harness/runner/validate-case-provider-adapter.py --harness-root harness --json",
            "2694767",
        ),
        (83, "validator", "harness/evals/health.sh --json", "2695716"),
        (85, "validator", "harness/evals/health.sh --json", "2697229"),
        (
            87,
            gate,
            "CTO-WORK-030 remains blocked until `CTO_HARNESS_CASE_LOCAL_BASE_URL` is supplied at runtime and a real Stage 2 pass report exists",
            "",
        ),
    ];
    let expected = expected.map(|(line, kind, stated, run)| (line, kind, stated.to_owned(), run));
    assert_eq!(found, expected);
    let unrecognised: Vec<_> = document.unrecognised.iter().map(|said| line(said.span)).collect();
    assert_eq!(unrecognised, [76], "{:?}", document.unrecognised);
}

const A: &str = "20260601T022535Z-r1-a-1";
const B: &str = "20260601T022535Z-r1-b-2";

fn label(stated: &str, run: Option<&str>) -> (&'static str, String, Option<String>) {
    ("label", stated.to_owned(), run.map(str::to_owned))
}

#[test]
fn the_same_words_are_read_from_any_writing() {
    let plain = format!(
        "# T-1 - Title\nStatus: done.\n\n## Evidence - 2026-06-01\n\n- Run artifact: /x/{A}.\n- Report status: pass.\n- Backend exit code: 0\n"
    );
    let forms = [
        plain.clone(),
        plain.replace("- Run", "* Run").replace("- Rep", "* Rep").replace("- Back", "* Back"),
        plain.replace('\n', "\r\n"),
        plain.replace("# T-1 - T", "#### T-1 — T").replace("## Evidence - ", "##### Evidence – "),
        plain.replace("Report status:", "**Report status**:").replace("Status: done", "**Status:** `done`"),
        plain.replace("- Backend exit code: 0", "  - Backend exit code: `0`."),
        plain
            .replace("- Run", "- Details\n  + Run")
            .replace("- Rep", "  + Rep")
            .replace("- Back", "  + Back"),
        plain
            .replace("- ", "")
            .replace("T-1 Title", "T-1 - Title")
            .replace("Evidence 2026", "Evidence - 2026"),
        plain.replace("- Run", "1. Run").replace("- Rep", "2. Rep").replace("- Back", "3. Back"),
        format!(
            "T-1 - Title\n===\n\n| Status | done |\n| --- | --- |\n\nEvidence - 2026-06-01\n---\n\n| Run artifact | `/x/{A}` |\n|---|---|\n| Report status | pass |\n| **Backend exit code** | 0. |\n"
        ),
        format!(
            "# T-1 - Title\n> Status: Done\n\n## Evidence - 2026-06-01\n\n| Run artifact directory | Report status | Backend exit code |\n|---|---|---|\n| [the run](/x/{A}/) | PASS | 0 |\n"
        ),
        plain.replace(&format!("/x/{A}."), &format!("[here](<C:\\runs\\{A}>)")),
    ];
    for form in forms {
        let document = with_body(&form);
        let read = statements(&document);
        let read: Vec<_> = read.iter().map(|(k, s, r)| (*k, s.to_lowercase(), r.as_deref())).collect();
        let expected = [("label", "pass".to_owned(), Some("1")), ("label", "0".to_owned(), Some("1"))];
        assert_eq!(read, expected, "{form}");
        let [item] = &document.items[..] else { panic!("{form}: {:?}", document.items) };
        assert_eq!(item.title.text, "Title", "{form}");
        assert_eq!(item.status.as_ref().map(|s| s.class), Some(StatusClass::Done), "{form}");
        assert_eq!(document.citations[0].item, Some(0), "{form}");
        assert_eq!((&document.malformed, &document.unrecognised), (&vec![], &vec![]), "{form}");
    }
}

#[test]
fn a_claim_speaks_of_the_nearest_citation() {
    let body = format!(
        "## Evidence - 2026-06-01\n\n- Backend: before.\n- Run artifact: {A}.\n- Backend: one.\n- Run artifact: {B}.\n- Backend: two.\n\n## Evidence - 2026-06-02\n\n- First\n  - Backend: above.\n  - Run artifact: {A}.\n- Second\n  - Backend: also above.\n  - Run artifact: {B}.\n- Backend: last.\n\n## Evidence - 2026-06-03\n\n- Backend: none.\n\n### Part\n\n- Run artifact: {A}\n\n## Evidence - 2026-06-04\n\n- Backend: nothing cited.\n\n## Notes\n\n- Backend: prose.\n"
    );
    let document = with_body(&body);
    let expected = [
        label("before", Some("1")),
        label("one", Some("1")),
        label("two", Some("2")),
        label("above", Some("1")),
        label("also above", Some("2")),
        label("last", Some("2")),
        label("none", Some("1")),
        label("nothing cited", None),
    ];
    assert_eq!(statements(&document), expected);
    let unrecognised: Vec<_> = document.unrecognised.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(unrecognised, ["Backend: prose"]);
}

#[test]
fn sentences_that_claim_a_pass_are_told_from_those_that_do_not() {
    for (text, claims) in [
        ("The run passed.", true),
        ("The Stage 2 retry passed on the first attempt.", true),
        ("This run validates CTO-WORK-016.", true),
        ("Run passed: harness/evals/case-qwen-loop.sh --json", true),
        ("Stage 2 passed", true),
        ("The run did not pass.", false),
        ("No run passed.", false),
        ("CTO-WORK-016 stays open until a run has passed.", false),
        ("This does not validate CTO-WORK-016.", false),
        ("The run must have passed.", false),
        ("This proves the Spark endpoint blocker was crossed for one runtime attempt.", false),
        ("A password was passed.", false),
    ] {
        let document = with_body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-01\n- Run artifact: {A}\n- {text}\n"
        ));
        let kinds: Vec<_> = document.statements.iter().map(|s| word(&s.kind)).collect();
        assert_eq!(kinds, if claims { vec!["pass"] } else { vec![] }, "{text}");
    }
}

#[test]
fn gates_name_their_items_and_conditions() {
    for (text, items, conditions) in [
        ("T-1 remains blocked until explicit endpoint config exists", 1, vec![Some(1)]),
        (
            "T-1 and T-2 remain blocked until real Case Stage 2 pass evidence, and explicit endpoint config exist",
            2,
            vec![Some(0), Some(1)],
        ),
        ("`T-1` remains **blocked** until the moon is full", 1, vec![None]),
        ("A configured endpoint alone does not validate T-1, T-2, or T-3.", 3, vec![Some(0)]),
    ] {
        let document = with_body(&format!("# T-9 - a\nStatus: open\n\nAcceptance:\n\n* {text}\n"));
        let [statement] = &document.statements[..] else { panic!("{text}") };
        let StatementKind::Gate { items: named, conditions: waits } = &statement.kind else {
            panic!("{text}")
        };
        assert_eq!(named.len(), items, "{text}");
        assert_eq!(waits.iter().map(|w| w.condition).collect::<Vec<_>>(), conditions, "{text}");
        assert_eq!(document.items[0].acceptance.len(), 1);
    }
}

#[test]
fn what_is_half_a_work_item_is_told() {
    for (body, whats) in [
        ("## T-1 - a\n", vec!["no `Status:` line"]),
        ("## T-1 - a\nStatus:\n", vec!["no `Status:` line", "status is empty"]),
        ("## T-1 - a\nStatus: open\n\nStatus: done\n", vec!["second status"]),
        ("## CTO-WORK-030: a\nStatus: open\n", vec!["no dash"]),
        ("## CTO-WORK-030\n", vec!["no title"]),
        ("## Evidence - 2026-13-01\n", vec!["no day"]),
        ("## GPT-4 results\n", vec![]),
    ] {
        let document = with_body(body);
        let found: Vec<_> = document.malformed.iter().map(|problem| problem.what.as_str()).collect();
        assert_eq!(found.len(), whats.len(), "{body}: {found:?}");
        for (found, what) in found.iter().zip(whats) {
            assert!(found.contains(what), "{body}: {found}");
        }
    }
}

#[test]
fn blockers_are_listed_and_nothing_is_no_blocker() {
    let read =
        |text: &str| with_body(&format!("## T-1 - a\nStatus: open\n\n{text}\n")).items[0].blockers.len();
    assert_eq!(read("Blocked by: T-2, T-3."), 1);
    assert_eq!(read("Blocked by: none."), 0);
    assert_eq!(read("Blocked by:\n\n- None\n"), 0);
    assert_eq!(read("**Blocked by:**\n\n- T-2\n- the weather\n"), 2);
    assert_eq!(read("### Blocked by\n\n1. T-2\n2. T-3\n"), 2);
    assert_eq!(read("- Blocked by:\n  - T-2\n  - T-3\n- Backend: case\n"), 2);
    assert_eq!(read("| Blocked by | T-2 |\n|--|--|\n"), 1);
    for nothing in ["None at the moment.", "(none)", "No open blockers.", "none currently", "Not blocked."]
    {
        assert_eq!(read(&format!("Blocked by:\n\n- {nothing}\n")), 0, "{nothing}");
    }
    for something in ["No run passed yet.", "None of the runs passed.", "Nothing but T-2.", "The moment."] {
        assert_eq!(read(&format!("Blocked by:\n\n- {something}\n")), 1, "{something}");
    }
    let ids = |text: &str| {
        let document =
            with_body(&format!("## CTO-WORK-001 - a\nStatus: open\n\nBlocked by:\n\n- {text}\n"));
        document.items[0].blockers[0].ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("cto-work-002"), ["CTO-WORK-002"]);
    assert_eq!(ids("Cto-Work-002, CTO-WORK-003"), ["CTO-WORK-003", "CTO-WORK-002"]);
    assert_eq!(ids("utf-8 and stage-2"), [""; 0]);
}

#[test]
fn a_status_may_have_a_check_mark() {
    let class = |status: &str| {
        let document = with_body(&format!("## T-1 - a\nStatus: {status}\n"));
        document.items[0].status.as_ref().expect("a status").class
    };
    for status in ["done ✅", "✅ done", "done ✔\u{fe0f}.", "done"] {
        assert_eq!(class(status), StatusClass::Done, "{status}");
    }
    assert_eq!(class("done ❌"), StatusClass::Unknown);
}

#[test]
fn a_claim_in_a_column_stands_in_its_own_row() {
    let body = format!(
        "## E - 2026-06-01\n| Run artifact | Report status |\n|--|--|\n| {A} | pass |\n| {B} | fail |\n"
    );
    let text = format!("---\ntitle: a\n---\n{body}");
    let said: Vec<_> = read(&text).statements.iter().map(|it| shown(&text, it.said.span)).collect();
    assert_eq!(said, ["pass", "fail"]);
}

#[test]
fn hostile_documents_are_read_in_time_or_told_as_gaps() {
    let started = std::time::Instant::now();
    let nested = "- ".repeat(10_000) + "Backend: case\n";
    assert_eq!(with_body(&nested).gaps, []);
    let indented: String =
        (0..1_000).map(|at| format!("{}- Run artifact: {A}\n", "  ".repeat(at))).collect();
    with_body(&format!("## E - 2026-06-01\n{indented}"));
    let many =
        format!("## E - 2026-06-01\n{}", format!("- Run artifact: {A}\n- Backend: case\n").repeat(20_000));
    assert_eq!(with_body(&many).statements.len(), 20_000);
    with_body(&"> ".repeat(10_000));
    with_body(&"[".repeat(50_000));
    with_body(&"*a ".repeat(50_000));
    with_body(&"|a".repeat(20_000));
    with_body(&"<ul><li>".repeat(10_000));
    with_body(&"<table><tr><td>".repeat(10_000));
    with_body(&format!("<p>{}", "<".repeat(50_000)));
    with_body(&"no run passed, ".repeat(5_000));
    let claims = with_body(&"the run passed, ".repeat(5_000));
    assert_eq!((claims.statements.len(), claims.malformed.len()), (50, 1));
    with_body(&"> # T-1 - a\n\n".repeat(5_000));
    with_body(&format!("A: b.\n{}", "B is so.\n".repeat(20_000)));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    let profile = Profile::built_in().expect("sound");
    let engine = Engine::new(&Endpoints::none());
    let limits = Limits { held_bytes: 64, ..Limits::default() };
    let context =
        Context { profile: &profile, engine: &engine, limits: &limits, shapes: None, targets: &[] };
    let binary = sot::parse("a.md", b"\x7fELF\0\xff\xfe".to_vec(), &context);
    assert_eq!(binary.gaps[0].why, "not UTF-8 at byte 5");
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("big.md");
    std::fs::write(&path, "x".repeat(65)).expect("written");
    assert!(sot::collect(&path, "big.md", &context).gaps[0].why.contains("too large"));
    assert_eq!(sot::collect(&dir.path().join("gone.md"), "gone.md", &context).gaps.len(), 1);
}

#[test]
fn a_document_is_known_by_its_folder_or_its_front_matter() {
    let profile = Profile::built_in().expect("sound");
    let sot = b"---\nlifecycle_classification: sot\n---\n";
    let is = |path: &str, bytes: &[u8]| sot::is_document(Path::new(path), bytes, &profile);
    assert!(is("cto/.sot/a/b.md", b""));
    assert!(is("notes/b.MD", sot));
    assert!(!is("notes/b.md", b"# Title\n"));
    assert!(!is("cto/.sot/a.txt", sot));
    assert!(!is("cto/sot/a.md", b""));
}
