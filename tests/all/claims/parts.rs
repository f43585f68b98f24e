//! Lines that say several things: each is judged by itself.

use super::told::judged_as;
use super::{FAILED, PROVEN, WEEK, body, rules};

const GATE: &str = "T-1 remains blocked until real Case Stage 2 pass evidence exists.";

#[test]
fn a_gate_hides_nothing_that_stands_before_it() {
    let line = |words: &str| format!("{words} {GATE}");
    judged_as(&[
        (FAILED, &line("Report status: pass."), "CS"),
        (FAILED, &line("Backend exit code: 0."), "CS"),
        (FAILED, &line("Report status: fail."), "SS"),
        (PROVEN, &line("Case model: claude-sonnet-4-6."), "CS"),
    ]);
}

/// What a document with one work item is found to break.
fn broken(item: &str) -> Vec<String> {
    let judged = WEEK.documents(&[("a.md", &body(&format!("# T-1 - a\n{item}\n")))]);
    rules(&judged).into_iter().map(|(rule, _)| rule).collect()
}

#[test]
fn a_status_and_a_blocker_may_stand_before_a_gate() {
    assert_eq!(broken(&format!("Status: blocked. {GATE}")), [""; 0]);
    assert_eq!(broken(&format!("Status: blocked.\n\nBlocked by: T-9. {GATE}")), ["sot/unknown-blocker"]);
    assert_eq!(
        broken(&format!("Status: blocked.\n\nBlocked by:\n\n- T-9. {GATE}")),
        ["sot/unknown-blocker"]
    );
    // A gate alone names what is waited for, and not the item itself.
    assert_eq!(broken(&format!("Status: blocked.\n\nBlocked by:\n\n- {GATE}")), [""; 0]);
    let both = ["sot/unblocked-while-blocked-by", "claim/gate-not-met"];
    assert_eq!(broken(&format!("Status: open.\n\nBlocked by:\n\n- {GATE}")), both);
    assert_eq!(broken(&format!("Status: open.\n\nAcceptance:\n\n- Endpoint set. {GATE}")), both[1..]);
    assert_eq!(broken(&format!("Status: open.\n\nAcceptance: {GATE}")), both[1..]);
    let cited = format!(
        "Status: open\n## E - 2026-06-01\n- Run artifact: /r/{FAILED}. {GATE}\n- Report status: pass"
    );
    assert_eq!(broken(&cited), ["claim/gate-not-met", "claim/contradicted"]);
}

#[test]
fn every_label_of_a_line_is_judged() {
    judged_as(&[
        (FAILED, "Stage: 2. Backend exit code: 7.", "CS"),
        (FAILED, "Stage: 2. Backend exit code: 1.", "SS"),
        (FAILED, "Backend: case, backend exit code: 7", "CS"),
        (FAILED, "Backend: case, backend exit code: 1", "SS"),
        (FAILED, "Report status: fail. Case model: claude.", "CS"),
        (FAILED, "Case model: qwen3.6-35b-a3b. Backend exit code: 1.", "SS"),
        (FAILED, "Stage: 2; case model: qwen3.6-35b-a3b — backend: case (report status: fail)", "SSSS"),
        (FAILED, "Stage: 2; case model: qwen3.6-35b-a3b — backend: case (report status: pass)", "CSSS"),
        (FAILED, "It took long. Report status: pass.", "C"),
        (FAILED, "As said before; report status: pass", "C"),
        (FAILED, "Failure reason: case agent result protocol failed. Stage: 3.", "CS"),
    ]);
}

#[test]
fn sentences_behind_a_value_are_judged() {
    judged_as(&[
        (FAILED, "Report status: fail (exit code 7)", "CS"),
        (FAILED, "Report status: fail (exit code 1)", "SS"),
        (FAILED, "Report status: fail (tests: 9 passed)", "CS"),
        (FAILED, "Report status: fail (tests: 2 passed, 2 failed)", "SS"),
        (FAILED, "Report status: fail, no files were changed", "SS"),
        (PROVEN, "Report status: pass, no files were changed", "CS"),
        (PROVEN, "Result: pass (exit code 7)", "CS"),
        (PROVEN, "Result: pass (exit code 0)", "SS"),
        (PROVEN, "All tests passed — no files were changed.", "CS"),
        (PROVEN, "All tests passed (the patch was empty).", "CS"),
        (PROVEN, "All tests passed — one file was changed.", "SS"),
        // What is denied behind it is a remark on the value still.
        (PROVEN, "Report status: pass (exit code 0), not really", "CS"),
        (PROVEN, "Report status: pass (no errors, no fallback)", "SS"),
    ]);
}

#[test]
fn what_is_said_of_a_cited_run_behind_its_path_is_judged() {
    let broken = |words: &str, run: &str| {
        let words = words.replace('%', &format!("artifact: /r/{run}"));
        broken(&format!("Status: open\n## E - 2026-06-01\n- {words}"))
    };
    for words in [
        "Run % — passed",
        "Run % (passed)",
        "Run % - pass",
        "Run %: passed",
        "Run %, the run passed",
        "Run %. Report status: pass.",
        "Run %, exit code 7",
        "Passing run %",
        "Proven run %",
        "The successful run %",
    ] {
        assert_eq!(broken(words, FAILED).len(), 1, "{words}");
    }
    for words in ["Run % (fail)", "Failed run %", "Run % (Stage 2)", "Run % (belongs to T-1)", "Run %."] {
        assert_eq!(broken(words, FAILED), [""; 0], "{words}");
    }
    for words in ["Run % — passed", "Passing run %", "Run %. Report status: pass.", "Baseline run %"] {
        assert_eq!(broken(words, PROVEN), [""; 0], "{words}");
    }
    assert_eq!(broken("Run % (failed)", PROVEN), ["claim/contradicted"]);
}

#[test]
fn a_run_that_a_line_begins_with_is_cited_by_what_it_came_to() {
    let broken = |line: &str| {
        let line = line.replace("BAD", FAILED).replace("GOOD", PROVEN);
        broken(&format!("Status: open\n## E - 2026-06-01\n\n{line}")).len()
    };
    for (line, count) in [
        ("- BAD: pass\n- GOOD: pass", 1),
        ("- BAD passed", 1),
        ("- `/r/BAD/` — pass", 1),
        ("- Run BAD: pass", 1),
        ("- GOOD: fail", 1),
        ("- GOOD: pass (exit code 7)", 1),
        ("- GOOD: pass (4 tests)\n- BAD: fail\n- BAD: failed", 0),
        ("- GOOD passed the admission check.\n- BAD: the first one\n- BAD", 0),
        ("- BAD: not passed", 0),
    ] {
        assert_eq!(broken(line), count, "{line}");
    }
}

#[test]
fn each_cell_of_a_column_of_results_is_judged() {
    let broken = |head: &str, rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(run, said)| format!("| {run} | {said} |\n"));
        let table = format!("| Run | {head} |\n| --- | --- |\n{}", rows.collect::<String>());
        broken(&format!("Status: open\n## E - 2026-06-01\n\n{table}")).len()
    };
    for odd in ["pass (4/4)", "n/a", "running", "pass ✅", "-", "Tests passed."] {
        assert_eq!(broken("Result", &[(FAILED, "pass"), (PROVEN, odd)]), 1, "{odd}");
        assert_eq!(broken("Status", &[(FAILED, "fail"), (PROVEN, odd)]), 0, "{odd}");
    }
    for (yes, no) in [("✅", "❌"), ("yes", "no"), ("x", ""), ("pass", "fail")] {
        assert_eq!(broken("Passed", &[(PROVEN, yes), (FAILED, no)]), 0, "{yes} {no}");
        assert_eq!(broken("Passed", &[(PROVEN, yes), (FAILED, yes)]), 1, "{yes} {no}");
    }
    assert_eq!(broken("Result", &[(PROVEN, "✅"), (FAILED, "✅")]), 1);
    // What is counted here nobody can tell.
    assert_eq!(broken("Passed", &[(PROVEN, "3"), (FAILED, "pending")]), 0);
}

#[test]
fn every_number_of_tests_is_held_against_the_report() {
    judged_as(&[
        (PROVEN, "Tests passed: 4, failed: 1", "C"),
        (PROVEN, "Tests passed: 4, failed: 0", "S"),
        (PROVEN, "Tests passed: 4 (1 failed)", "C"),
        (PROVEN, "Tests passed: 4 (0 failed)", "S"),
        (PROVEN, "Tests passed: 4 (of 5)", "C"),
        (PROVEN, "Tests passed: 4 (of 4)", "S"),
        (PROVEN, "Tests passed: all 5", "C"),
        (PROVEN, "Tests passed: all 4", "S"),
        (PROVEN, "Tests passed: 4 of 4, none failed, as expected", "S"),
        (PROVEN, "Tests passed: 4 of 4 (not really)", "C"),
        (PROVEN, "Tests failed: 0, passed: 9", "C"),
        (PROVEN, "Tests failed: none, 4 passed", "S"),
        (PROVEN, "Tests failed: 0 of 4", "S"),
        (FAILED, "Tests passed: 2 of 4", "S"),
        (FAILED, "Tests passed: 2/5", "C"),
        (FAILED, "Tests failed: 2 of 4 (2 passed)", "S"),
        (PROVEN, "Tests: 4 passed / 1 failed", "C"),
        (PROVEN, "Tests: 4 passed / 0 failed", "S"),
        (PROVEN, "Tests: 4 passed (1 failed)", "C"),
        (PROVEN, "4 tests passed out of 5.", "C"),
        (PROVEN, "4 tests passed out of 4.", "S"),
        (PROVEN, "Tests passed/failed: 5/0", "C"),
        (PROVEN, "Tests passed/failed: 4/0", "S"),
        (PROVEN, "Tests passed — 5 of 5.", "C"),
        (PROVEN, "Tests passed — 4 of 4.", "S"),
        (PROVEN, "All tests passed: 4 of 4.", "S"),
        (PROVEN, "All tests passed: 5 of 5.", "C"),
        (FAILED, "All unit tests passed: 2", "C"),
    ]);
}

#[test]
fn what_is_no_run_validates_no_item() {
    let says = |words: &str, run: &str| {
        broken(&format!("Status: open\n## E - 2026-06-01\n- Run artifact: /r/{run}\n- {words}"))
    };
    for what in ["A configured endpoint", "The focused validator", "The readiness check", "The baseline"] {
        assert_eq!(says(&format!("{what} validates W-T-1."), PROVEN), ["claim/unsupported-pass"], "{what}");
        assert_eq!(says(&format!("{what} does not validate W-T-1."), PROVEN), [""; 0], "{what}");
        assert_eq!(says(&format!("{what} validates the form of the report."), PROVEN), [""; 0], "{what}");
    }
    assert_eq!(says("The endpoint unblocks W-T-1.", PROVEN), ["claim/unsupported-pass"]);
    assert_eq!(says("A configured endpoint alone validates W-T-1.", PROVEN), ["claim/unsupported-pass"]);
    assert_eq!(says("A configured endpoint alone does not validate W-T-1.", FAILED), [""; 0]);
}

#[test]
fn a_check_passes_in_as_many_words_as_a_run() {
    const VALIDATOR: &str = "20260601T022022Z-r1-string-slugify-2694767";
    let says = |words: &str, run: &str| {
        broken(&format!(
            "Status: open\n## E - 2026-06-01\n- Focused validator artifact: /r/{run}\n- {words}"
        ))
    };
    for words in [
        "Focused validator passed ✅",
        "Focused validator passed on 2026-06-01.",
        "Focused validator passed, 5 of 5 checks",
        "Focused validator passed again.",
        "The focused validator has succeeded because the endpoint was set.",
        "Focused validator was green.",
        "Focused validator: pass",
        "All 5 checks passed.",
        "All five checks passed.",
    ] {
        assert_eq!(says(words, VALIDATOR), [""; 0], "{words}");
        assert_eq!(says(words, FAILED), ["claim/validator-not-passed"], "{words}");
    }
    for words in [
        "All 6 checks passed.",
        "Focused validator passed, 4 of 5 checks",
        "The validator passed (6/6 checks).",
    ] {
        assert_eq!(says(words, VALIDATOR), ["claim/validator-not-passed"], "{words}");
    }
    for words in [
        "The check passed the token to the runner.",
        "If the validator passed, we go on.",
        "The validator has not passed.",
        "Checklist: pass",
        "The checkout was green.",
    ] {
        assert_eq!(says(words, FAILED), [""; 0], "{words}");
    }
    assert_eq!(says("Validation passed, and so did the run passed.", VALIDATOR).len(), 1);
}

#[test]
fn a_label_may_have_a_sign_behind_it() {
    judged_as(&[
        (FAILED, "case_model=claude-sonnet-4-6", "C"),
        (FAILED, "`case_model=qwen3.6-35b-a3b`", "S"),
        (FAILED, "backend_exit_code=7", "C"),
        (FAILED, "Report status=fail", "S"),
        (FAILED, "case_model → claude", "C"),
        (FAILED, "case_model -> qwen3.6-35b-a3b", "S"),
        (FAILED, "stage == 3", "C"),
        (FAILED, "Stage => 2", "S"),
        (FAILED, "CTO_HARNESS_CASE_LOCAL_BASE_URL=missing", ""),
        (FAILED, "a = b", ""),
        (FAILED, "Backend → Case adapter, step by step", ""),
    ]);
}

#[test]
fn a_list_of_blockers_has_many_names() {
    for words in [
        "**Blocked by**\n\n- W-T-9",
        "Blocked by\n\n- W-T-9",
        "Blockers:\n\n- W-T-9",
        "Blocked on: W-T-9",
        "Blocked-by: W-T-9",
        "Blocked by (2):\n\n- W-T-9",
    ] {
        assert_eq!(broken(&format!("Status: blocked\n\n{words}")), ["sot/unknown-blocker"], "{words}");
    }
    assert_eq!(broken("Status: open\n\nBlockers: none"), [""; 0]);
    assert_eq!(broken("Status: open\n\nBlocked by nobody.\n\n- W-T-9"), [""; 0]);
}

#[test]
fn a_true_word_in_another_dress_is_no_false_one() {
    judged_as(&[
        (FAILED, "Source admission status: not_admitted (no change)", "S"),
        (FAILED, "Source admission status: not_admitted, no change was made", "S"),
        (FAILED, "Endpoint config: present (value not recorded)", "S"),
        (FAILED, "Endpoint config: present (not really)", "C"),
        (FAILED, "Endpoint config: missing (value not recorded)", "C"),
        (FAILED, "Report status: ❌ fail", "S"),
        (PROVEN, "Report status: ✅ pass", "S"),
        (PROVEN, "Report status: ❌ pass", "C"),
        (PROVEN, "Report status: pass (not recorded)", "C"),
    ]);
    let status =
        |word: &str| broken(&format!("Status: {word}\n## E - 2026-06-05\n- Run artifact: /r/{PROVEN} ✅"));
    for word in ["„done“", "“done”", "done!", "done[^1]", "✅ done"] {
        assert_eq!(status(word), [""; 0], "{word}");
    }
    assert_eq!(status("✅"), ["sot/unknown-status"]);
}

#[test]
fn times_are_read_as_people_write_them() {
    judged_as(&[
        (FAILED, "Started at: 1 June 2026", "S"),
        (FAILED, "Started at: June 1st, 2026", "S"),
        (FAILED, "Started at: Mon, 01 Jun 2026 02:25:35 GMT", "S"),
        (FAILED, "Started at: Mon, 01 Jun 2026 02:25:36 GMT", "C"),
        (FAILED, "Started at: 2026/06/01", "S"),
        (FAILED, "Started at: 01.06.2026", "S"),
        (FAILED, "Started at: 2 June 2026", "C"),
        (FAILED, "Started at: none", "C"),
        (FAILED, "Started at: 01/06/2026", "V"),
        (FAILED, "Started at: in the evening", "V"),
        (FAILED, "Started at: 1 June 2026 02:25 EDT", "V"),
    ]);
}

#[test]
fn a_row_of_its_own_gives_an_item_its_status() {
    assert_eq!(broken("\n| Status | Owner |\n| --- | --- |\n| open | jp |"), [""; 0]);
    assert_eq!(broken("\n| Owner | Status |\n| --- | --- |\n| jp | done |"), ["claim/unsupported-pass"]);
    let outside =
        WEEK.documents(&[("a.md", &body("# A\n\n| Status | Owner |\n| --- | --- |\n| done | jp |\n"))]);
    assert_eq!(rules(&outside), []);
}
