//! What is said of a run's baseline is held against the baseline's own report, and never against the run's.

use counterfoil::evidence::Node;
use counterfoil::judge::RunFacts;

use super::told::{BLOCKED, judged_as};
use super::{FAILED, PROVEN, WEEK, body};

#[test]
fn the_numbers_of_a_baseline_are_its_own_report_s() {
    judged_as(&[
        (PROVEN, "Baseline tests passed: 2", "S"),
        (PROVEN, "Baseline tests failed: 2", "S"),
        (PROVEN, "Baseline tests passed: 4.", "C"),
        (PROVEN, "Baseline tests failed: 0.", "C"),
        (PROVEN, "Baseline tests passed: 2 of 4", "S"),
        (PROVEN, "Baseline tests passed: 4 of 4", "C"),
        (PROVEN, "Baseline tests passed: 2 (2 failed)", "S"),
        (PROVEN, "- Baseline:\n  - tests passed: 4", "C"),
        (PROVEN, "- Baseline:\n  - tests passed: 2\n  - tests failed: 2\n  - status: fail", "SSS"),
        (PROVEN, "- Baseline:\n  - 2 passed, 2 failed", "S"),
        (PROVEN, "- Baseline:\n  - 4 passed, 0 failed", "C"),
        (PROVEN, "Baseline changed files: none", "S"),
        (PROVEN, "Baseline failure reason: tests failed", "S"),
        (PROVEN, "Baseline failure reason: none", "C"),
        (PROVEN, "Baseline report status: fail", "S"),
        (PROVEN, "Baseline case model: qwen3.6-35b-a3b", "C"),
        (FAILED, "Baseline tests passed: 2", "C"),
        (BLOCKED, "Baseline tests passed: 2", "C"),
    ]);
}

#[test]
fn what_stands_beside_a_baseline_s_field_is_the_baseline_s() {
    judged_as(&[
        (PROVEN, "Baseline status: fail (2 passed, 2 failed)", "SS"),
        (PROVEN, "Baseline status: fail; 2 passed, 2 failed", "SS"),
        (PROVEN, "Baseline status: fail, 2 of 4 tests failed", "SS"),
        (PROVEN, "Baseline engine: fake (2 passed, 2 failed)", "SS"),
        (PROVEN, "Baseline engine: fake (4 passed, 0 failed)", "CS"),
        (PROVEN, "Baseline status: fail; tests passed: 4", "CS"),
        (PROVEN, "Baseline status: fail. All 4 tests passed.", "SS"),
        (PROVEN, "Baseline engine: fake; report status: pass", "SS"),
        (PROVEN, "Baseline engine: fake; backend exit code: 0", "SS"),
        (PROVEN, "Report status: pass (baseline: fail)", "SS"),
        (PROVEN, "Report status: pass (baseline: pass)", "CS"),
        (PROVEN, "Report status: pass (baseline: 2 passed, 2 failed)", "SS"),
    ]);
}

#[test]
fn sentences_on_a_baseline_are_held_against_it() {
    judged_as(&[
        (PROVEN, "The baseline passed 2 of its 4 tests.", "S"),
        (PROVEN, "The baseline passed only 2 tests.", "S"),
        (PROVEN, "The baseline passed all 4 tests.", "C"),
        (PROVEN, "The baseline failed 2 of 4 tests.", "S"),
        (PROVEN, "The baseline failed 1 of 4 tests.", "C"),
        (PROVEN, "The same-run fake baseline failed 2 tests.", "S"),
        (PROVEN, "All 4 tests passed; the baseline passed only 2.", "SS"),
        (PROVEN, "All 4 tests passed; the baseline passed only 3.", "CS"),
        (PROVEN, "The baseline failed (2 passed, 2 failed).", "SS"),
        (PROVEN, "The baseline failed — 2 of 4 tests failed.", "SS"),
        (PROVEN, "The baseline failed, and all 4 tests passed.", "SS"),
        (PROVEN, "In the baseline, 2 of 4 tests failed.", "S"),
        (PROVEN, "In the baseline, 4 of 4 tests passed.", "C"),
        (PROVEN, "Baseline: 2 of 4 tests passed.", "S"),
        (PROVEN, "Baseline: fake, failed", "S"),
        (PROVEN, "Baseline: fake, passed", "C"),
        (PROVEN, "Baseline: 2/4", "S"),
        (PROVEN, "Baseline tests: 2 passed, 2 failed", "S"),
        (PROVEN, "The baseline passed.", "C"),
        (PROVEN, "The baseline passed to the validator was fake.", ""),
    ]);
}

#[test]
fn under_a_baseline_s_heading_its_fields_are_meant() {
    let under = |heading: &str, words: &str| format!("- x\n\n#### {heading}\n\n{words}");
    for (heading, words, expected) in [
        ("Baseline", "- Status: fail\n- Tests: 2 passed, 2 failed", "SS"),
        ("Baseline", "- Status: pass\n- Tests: 4 passed, 0 failed", "CC"),
        ("Fake baseline", "- Report status: fail\n- Backend: fake\n- Tests passed: 2", "SSS"),
        ("Baseline run", "- Tests passed: 4\n- Tests failed: 0", "CC"),
        ("Baseline", "- All 4 tests passed.", "C"),
        ("Baseline", "- 2 of 4 tests failed.", "S"),
        ("Baseline", "- The baseline failed.", "S"),
        ("Baseline", "- Baseline tests passed: 2", "S"),
        ("Baseline", "- Endpoint config: present", ""),
        ("Fake baseline (same run)", "- Status: pass.\n- Tests: 4 passed, 0 failed.", "CC"),
        ("Fake baseline (same run)", "- Status: fail.\n- Tests: 2 passed, 2 failed.", "SS"),
        ("Baseline evidence", "- Tests: 4 passed, 0 failed.", "C"),
        ("Comparison", "- Status: pass\n- Tests: 4 passed, 0 failed", "SS"),
    ] {
        judged_as(&[(PROVEN, &under(heading, words), expected)]);
    }
}

#[test]
fn whatever_is_said_of_a_baseline_is_not_shown_by_the_run() {
    for (words, expected) in [
        ("The same-run fake baseline passed.", "C"),
        ("The same-run fake baseline failed.", "S"),
        ("The baseline (same run) passed.", "C"),
        ("The baseline (same run) failed.", "S"),
        ("The same-run fake baseline has, as we hoped, passed.", ""),
        ("Baseline: fail (4 of 4 tests passed).", "CS"),
        ("Baseline: fail (2 of 4 tests passed).", "SS"),
        ("Baseline: fail, 4 of 4 tests passed.", "CS"),
        ("Tests: 4/4 (baseline 3/4)", "CS"),
        ("Tests: 4/4 (baseline 2/4)", "SS"),
        ("Tests passed: 4 (baseline: 4)", "CS"),
        ("Tests passed: 4 (baseline: 2)", "SS"),
        ("Tests passed: 4 (baseline 2)", "SS"),
        ("Backend: case (baseline: fake)", "SS"),
        ("Backend: case (baseline: case)", "CS"),
        ("- Same-run baseline:\n  - Report status: pass", "C"),
        ("- Same-run baseline:\n  - Report status: fail\n  - Tests: 2 passed, 2 failed", "SS"),
        ("- x\n\n**Baseline**\n\n- Status: pass\n- Tests: 4 passed, 0 failed", "CC"),
        ("- x\n\n**Baseline**\n\n- Status: fail\n- Tests: 2 passed, 2 failed", "SS"),
        ("- x\n\n**Baseline**\n\nStatus: fail\n\n**Run**\n\nReport status: pass", "SS"),
        ("- x\n\n**Baseline**\n\nStatus: pass\n\nTests: 4 passed, 0 failed", "CC"),
    ] {
        judged_as(&[(PROVEN, words, expected)]);
    }
}

#[test]
fn a_cell_of_the_baseline_is_not_the_run_s() {
    let of_columns = |rows: &str| format!("| | Case | Baseline |\n|---|---|---|\n{rows}");
    let of_engines = |rows: &str| format!("| Engine | Tests |\n|---|---|\n{rows}");
    for (words, expected) in [
        (of_columns("| Tests | 4 passed, 0 failed | 4 passed, 0 failed |"), "CSS"),
        (of_columns("| Tests | 4 passed, 0 failed | 2 passed, 2 failed |"), "SSS"),
        (of_columns("| Status | pass | pass |"), "CS"),
        (of_columns("| Status | pass | fail |"), "SS"),
        (of_columns("| Tests | 4/4 | 4/4 |"), "CS"),
        (of_columns("| Tests | 4/4 | 2/4 |"), "SS"),
        (of_columns("| Note | all well | All 4 tests passed. |"), "C"),
        (of_engines("| case | 4 passed, 0 failed |\n| fake | 4 passed, 0 failed |"), "CS"),
        (of_engines("| case | 4 passed, 0 failed |\n| fake | 2 passed, 2 failed |"), "SS"),
        ("| | Baseline | Case |\n|---|---|---|\n| Tests | 2/4 | 4/4 |".to_owned(), "SS"),
    ] {
        judged_as(&[(PROVEN, &words, expected)]);
    }
}

#[test]
fn tests_of_others_are_not_the_run_s() {
    judged_as(&[
        (PROVEN, "All unit tests passed: 4", "S"),
        (PROVEN, "All unit tests passed: 5", "C"),
        (PROVEN, "Stage 2 tests passed: 4", "S"),
        (PROVEN, "Stage 1 tests passed: 4", "V"),
        (PROVEN, "Old tests passed: 4", ""),
        (PROVEN, "Fake tests passed: 4", ""),
        (PROVEN, "Previous tests failed: 0", ""),
    ]);
}

#[test]
fn a_baseline_whose_report_is_not_at_hand_shows_nothing() {
    let known = WEEK.runs.iter().find(|facts| facts.summary.id == PROVEN).expect("there");
    let mut document = known.document.as_map().cloned().expect("an object");
    let mut baseline = document.get("baseline").and_then(Node::as_map).cloned().expect("there");
    baseline.insert("report", Node::null());
    document.insert("baseline", baseline);
    let facts = RunFacts {
        summary: known.summary.clone(),
        findings: Vec::new(),
        gaps: Vec::new(),
        leaks: known.leaks,
        read: known.read,
        document: Node::from(document),
        sources: known.sources.clone(),
        packed: None,
    };
    let text = format!(
        "# W-T-1 - a\nStatus: open\n## E - 2026-06-05\n- Run artifact: /r/{PROVEN}\n- Baseline tests passed: 4\n- The baseline passed 4 tests.\n"
    );
    let judged = WEEK.documents_by(&[("a.md", &body(&text))], &[facts]);
    let told: Vec<_> = judged.claims.iter().map(|claim| claim.verdict.as_str()).collect();
    assert_eq!(told, ["unverifiable", "unverifiable"]);
}
