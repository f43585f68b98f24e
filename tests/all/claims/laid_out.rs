//! Labels over lists, and tables of what was expected: what is a label's value, and what is no claim.

use counterfoil::judge::ClaimVerdict::{Contradicted, Supported};

use super::told::judged_as;
use super::{FAILED, PROVEN, WEEK, body};

#[test]
fn a_label_s_value_may_stand_in_the_list_below_it() {
    judged_as(&[
        (PROVEN, "- Result:\n  - pass", "S"),
        (PROVEN, "- Result:\n  - fail", "C"),
        (FAILED, "- Result:\n  - pass", "C"),
        (FAILED, "- Report status:\n  - fail", "S"),
        (FAILED, "- Report status:\n  - pass", "C"),
        (PROVEN, "- Report status:\n  - fail", "C"),
        (PROVEN, "- Failure reason:\n  - the protocol failed", "C"),
        (PROVEN, "- Failure reason:\n  - none", "S"),
        (PROVEN, "- Changed files:\n  - src/slugify.py", "S"),
        (PROVEN, "- Changed files:\n  - src/slugify.py\n  - Makefile", "C"),
        (PROVEN, "- Changed files:\n  - none", "C"),
        (PROVEN, "- Tests:\n  - 4 passed\n  - 0 failed", "S"),
        (PROVEN, "- Tests:\n  - 5 passed\n  - 0 failed", "C"),
        (PROVEN, "- Tests:\n  - Passed: 4\n  - Failed: 0", "SS"),
        (PROVEN, "- Tests:\n  - Passed: 4\n  - Failed: 1", "CS"),
        (PROVEN, "- Tests:\n  - Tests passed: 4\n  - Tests failed: 0", "SS"),
        (PROVEN, "- Baseline:\n  - engine: fake\n  - status: fail", "SS"),
        (PROVEN, "- Baseline:\n  - engine: fake\n  - status: pass", "CS"),
        (PROVEN, "- Report:\n  - status: fail\n  - kind: run", "CS"),
        (PROVEN, "- Report status:\n  - pass\n  - It took four minutes.", "S"),
        (PROVEN, "- Result:\n  - [ ] pass", ""),
        (PROVEN, "- Notes:\n  - pass", ""),
        (FAILED, "- Backend exit code:\n  - 1", "S"),
        (FAILED, "- Backend exit code:\n  - 0", "C"),
        (FAILED, "- Backend exit code:\n  1. 1", "S"),
        (PROVEN, "- Backend:\n  - Backend exit code: 0\n  - Report status: pass", "SS"),
        (PROVEN, "- Report status:", ""),
        (
            PROVEN,
            "- Run artifact:\n  - /runs/20260604T091200Z-r1-string-slugify-310552\n- Report status: pass",
            "S",
        ),
        (
            FAILED,
            "- Run artifact:\n  - /runs/20260604T091200Z-r1-string-slugify-310552\n- Report status: fail",
            "C",
        ),
        (PROVEN, "- Run status:\n  - pass", "S"),
        (PROVEN, "- Scope:\n  - pass the run to QA", ""),
        (PROVEN, "- Tests:\n  - Status: pass\n  - Passed: 4", "SS"),
        (PROVEN, "- Patch:\n  - bytes: 362", "S"),
        (PROVEN, "- Patch:\n  - bytes: 362\n  - sha256: abc", "CS"),
        (PROVEN, "Report status:\n\n- fail", ""),
        (PROVEN, "- Report status:\n  - pass\n- Backend exit code:\n  - 0", "SS"),
        (
            PROVEN,
            "- Evidence:\n  - Report status:\n    - pass\n  - Backend exit code:\n    - 0\n  - Stage:\n    - 2",
            "SSS",
        ),
        (PROVEN, "- Case model:\n  - `qwen3.6-35b-a3b`", "S"),
        (PROVEN, "- Case model:\n  - `qwen`", "C"),
        (PROVEN, "- Changed files:\n  - `src/slugify.py`.", "S"),
        (PROVEN, "- Next steps:\n  - Result: to be done", ""),
        (PROVEN, "- Report status:\n  - [x] pass", "S"),
    ]);
}

#[test]
fn what_is_expected_is_no_claim() {
    judged_as(&[
        (
            PROVEN,
            "| Field | Expected | Actual |\n| --- | --- | --- |\n| Report status | fail | pass |",
            "S",
        ),
        (
            PROVEN,
            "| Field | Expected | Actual |\n| --- | --- | --- |\n| Report status | pass | fail |",
            "C",
        ),
        (
            FAILED,
            "| Field | Expected | Actual |\n| --- | --- | --- |\n| Report status | fail | pass |",
            "C",
        ),
        (
            FAILED,
            "| Check | Expected value | Observed |\n| --- | --- | --- |\n| Report status | pass | fail |\n| Backend exit code | 0 | 1 |",
            "SS",
        ),
        (
            FAILED,
            "| Check | Actual | Expected |\n| --- | --- | --- |\n| Report status | pass | fail |\n| Backend exit code | 1 | 0 |",
            "CS",
        ),
        (PROVEN, "| Field | Expected |\n| --- | --- |\n| Report status | fail |", ""),
        (
            PROVEN,
            "| | Report status | Backend exit code |\n| --- | --- | --- |\n| Expected | fail | 1 |\n| Actual | pass | 0 |",
            "SS",
        ),
        (
            PROVEN,
            "| | Report status | Backend exit code |\n| --- | --- | --- |\n| Expected | pass | 0 |\n| Actual | fail | 1 |",
            "CC",
        ),
        (
            PROVEN,
            "| Run | Expected status | Actual status |\n| --- | --- | --- |\n| 20260604T091200Z-r1-string-slugify-310552 | fail | pass |",
            "S",
        ),
        (
            PROVEN,
            "| Run | Expected status | Actual status |\n| --- | --- | --- |\n| 20260604T091200Z-r1-string-slugify-310552 | pass | fail |",
            "C",
        ),
        (PROVEN, "| Field | Value |\n| --- | --- |\n| Report status | pass |", "S"),
        (PROVEN, "| Field | Value |\n| --- | --- |\n| Report status | fail |", "C"),
    ]);
}

#[test]
fn the_list_may_follow_the_label_as_a_paragraph() {
    let text = format!(
        "# W-T-1 - a\nStatus: open\n## E - 2026-06-05\n\nRun artifact directory:\n\n- /runs/{PROVEN}\n\nReport status:\n\n- fail\n\n**Result:**\n\n- pass\n\nChanged files:\n\n1. src/slugify.py\n2. Makefile\n"
    );
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    let told = judged.claims.iter().map(|claim| (claim.line, &*claim.stated, claim.verdict));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (12, "fail", Contradicted),
            (16, "pass", Supported),
            (20, "src/slugify.py, Makefile", Contradicted)
        ]
    );
}

/// A table of these rows, cells parted by strokes, the first of which is its head.
fn table(rows: &[&str]) -> String {
    let line = |row: &&str| format!("| {row} |\n");
    let (head, rows) = rows.split_first().expect("a head");
    let rule = format!("|{}\n", " --- |".repeat(head.split('|').count()));
    line(head) + &rule + &rows.iter().map(line).collect::<String>()
}

#[test]
fn a_column_below_a_field_s_label_is_read() {
    for (rows, expected) in [
        (vec!["Round | Report status | Notes", "1 | pass | x"], "C"),
        (vec!["Round | Report status | Notes", "1 | fail | x", "2 | pass | x"], "CS"),
        (vec!["Attempt | Report status", "1 | pass"], "C"),
        (vec!["Attempt | Case model", "1 | claude-sonnet-4-6"], "C"),
        (vec!["Report status | Notes", "pass | x"], "C"),
        (vec!["Report status | Notes", "fail | protocol"], "S"),
        (vec!["Report status | pass evidence", "fail | no"], "S"),
        (vec!["# | Failure reason | Owner", "1 | case agent result protocol failed | jp"], "S"),
        (vec!["Attempt | Changed files | Comment", "1 | none | ok"], "S"),
        // A lone word heads many a column.
        (vec!["Attempt | Stage | Comment", "1 | 2 | ok"], ""),
        (vec!["When | Backend | Where", "today | case | Spark1"], ""),
        (vec!["Step | Command", "evaluate | harness/evals/case-qwen-loop.sh --json"], ""),
    ] {
        judged_as(&[(FAILED, &table(&rows), expected)]);
    }
}

#[test]
fn the_head_of_pairs_is_one_where_it_holds_a_value() {
    for (rows, expected) in [
        (vec!["Report status | fail", "Backend | case"], "SS"),
        (vec!["Report status | pass", "Backend | case"], "CS"),
        (vec!["Report status | pass", "Notes | x"], "C"),
        (vec!["Failure reason | the protocol failed", "Stage | 2"], "CS"),
        (vec!["Backend | Value", "Stage | 2"], "S"),
        (vec!["Case model | qwen", "Stage | 2"], "CS"),
        (vec!["Report status | pass"], "C"),
        (vec!["Field | Value", "Report status | pass"], "C"),
        (vec!["Field | Type | Value", "Report status | text | pass"], "C"),
    ] {
        judged_as(&[(FAILED, &table(&rows), expected)]);
    }
}

#[test]
fn what_a_table_explains_is_no_claim() {
    for rows in [
        vec![
            "Field | Meaning",
            "Report status | what the run says",
            "Backend | the engine's name",
            "Stage | stage",
        ],
        vec![
            "Field | Type | Meaning",
            "Report status | text | pass, fail or blocked",
            "Backend exit code | number | 0 is good",
        ],
        vec!["Report status | Meaning", "pass | all is well", "fail | it is not"],
        vec!["Stage | Purpose", "1 | fake model", "2 | real model"],
        vec!["Command | Purpose", "health.sh | health"],
        vec!["Kind | Meaning", "run | a run", "validator | a check"],
        vec!["Backend | Purpose", "case | real", "fake | baseline"],
    ] {
        judged_as(&[(FAILED, &table(&rows), "")]);
    }
    // A value is none of it.
    judged_as(&[(FAILED, &table(&["Field | Meaning", "Report status | pass"]), "C")]);
}

#[test]
fn a_table_s_head_is_no_claim_without_evidence() {
    let rows = table(&["# | Failure reason | Owner", "1 | protocol | jp"]);
    let text = format!("# W-T-1 - a\nStatus: open\n## Notes\n\n{rows}");
    assert_eq!(WEEK.documents(&[("a.md", &body(&text))]).claims.len(), 0);
}

#[test]
fn a_row_or_a_column_of_the_baseline_is_the_baseline_s() {
    judged_as(&[
        (
            PROVEN,
            "| Engine | Tests passed | Tests failed |\n| --- | --- | --- |\n| case | 4 | 0 |\n| fake | 2 | 2 |",
            "SSSS",
        ),
        (
            PROVEN,
            "| Engine | Tests passed | Tests failed |\n| --- | --- | --- |\n| case | 4 | 0 |\n| fake | 4 | 0 |",
            "CCSS",
        ),
        (PROVEN, "| Field | Run | Baseline |\n| --- | --- | --- |\n| Tests passed | 4 | 2 |", "SS"),
        (PROVEN, "| Field | Baseline | Run |\n| --- | --- | --- |\n| Tests passed | 2 | 4 |", "SS"),
        (PROVEN, "| Field | Run | Baseline |\n| --- | --- | --- |\n| Tests passed | 4 | 4 |", "CS"),
    ]);
}

#[test]
fn a_claim_does_not_depend_on_its_layout() {
    let table = |head: &str, rows: &[(&str, &str)]| {
        let rows: Vec<String> = rows.iter().map(|(run, row)| format!("/runs/{run} | {row}")).collect();
        let all: Vec<&str> = [head].into_iter().chain(rows.iter().map(String::as_str)).collect();
        table(&all)
    };
    for (head, rows, expected) in [
        (
            "Run | Status | Exit code | Tests passed",
            vec![(FAILED, "fail | 1 | 2"), (PROVEN, "pass | 0 | 4")],
            "SSSSSS",
        ),
        (
            "Run | Status | Exit code | Tests passed",
            vec![(FAILED, "fail | 0 | 2"), (PROVEN, "pass | 1 | 4")],
            "CCSSSS",
        ),
        ("Run | Tests | Baseline | Patch", vec![(PROVEN, "pass | fail | 362 bytes")], "SS"),
        ("Run | Tests | Baseline | Patch", vec![(PROVEN, "fail | pass | empty")], "CCC"),
        ("Run | Tests | Baseline | Patch", vec![(FAILED, "fail | | empty")], "SS"),
        (
            "Run | Result | Exit code | Tests",
            vec![(FAILED, "fail | 1 | 2/4"), (PROVEN, "pass | 0 | 4/4")],
            "SSSSSS",
        ),
        (
            "Run | Result | Exit code | Tests",
            vec![(FAILED, "fail | 1 | 4/4"), (PROVEN, "pass | 0 | 3/4")],
            "CCSSSS",
        ),
        (
            "Artifact | Status | Passed | Failed",
            vec![(FAILED, "fail | 2 | 2"), (PROVEN, "pass | 4 | 0")],
            "SSSSSS",
        ),
        (
            "Artifact | Status | Passed | Failed",
            vec![(FAILED, "fail | 4 | 0"), (PROVEN, "pass | 3 | 1")],
            "CCCCSS",
        ),
        ("Run | Result | Passed | Failed", vec![(FAILED, "fail | 4 | 0")], "CCS"),
        ("Run | Result | Passed | Failed", vec![(PROVEN, "pass | yes | no")], "SS"),
        // A sentence is read by itself, and what is neither says nothing.
        ("Run | Result | Tests", vec![(PROVEN, "pass | All tests passed.")], "SS"),
        ("Run | Result | Exit code | Tests", vec![(PROVEN, "pass | n/a | see the log")], "S"),
        ("Run | Result | Expected tests", vec![(PROVEN, "pass | 3/4")], "S"),
        ("Run | Stage 1 | Notes", vec![(FAILED, "pass | x")], ""),
    ] {
        judged_as(&[(FAILED, &table(head, &rows), expected)]);
    }
}

#[test]
fn commits_stand_in_tables_too() {
    let judged = |rows: &[&str]| {
        let text = format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n\n{}", table(rows));
        let judged = WEEK.documents(&[("a.md", &body(&text))]);
        judged.claims.iter().map(|claim| (claim.line, claim.verdict)).collect::<Vec<_>>()
    };
    for head in ["Commit | Subject", "Repository | Commit | Message", "Date | Commit | Title"] {
        let first = if head.starts_with("Commit") { "" } else { "Hermes | " };
        let row = |id: &str, subject: &str| format!("{first}{id} | {subject}");
        let rows = [
            head,
            &row("`6c453ee`", "Add Case Qwen loop entrypoint"),
            &row("6c453ee", "Add another"),
            &row("deadbee", "More"),
            &row("n/a", "More"),
        ];
        let expected = [(10, Supported), (11, Contradicted), (12, Contradicted)];
        let found = judged(&rows);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [10, 11, 12], "{head}");
        assert_eq!(found[..2], expected[..2], "{head}");
        assert_ne!(found[2].1, Supported, "{head}");
    }
    assert_eq!(judged(&["Commit | Subject", "soon | the loop"]), []);
    assert_eq!(judged(&["Commit | Effect", "6c453ee | it works"]), []);
}
