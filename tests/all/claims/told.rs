//! What sentences, labels and tables say of the cited run, in many words: a true claim stands, a false one does not.

use counterfoil::judge::ClaimVerdict;

use super::{AGGREGATE, FAILED, PROVEN, WEEK, body};

/// Nothing was started: no tests, no exit code.
pub const BLOCKED: &str = "20260601T004107Z-r1-string-slugify-2611904";

/// The verdicts on words beside a citation of a run, each by its letter, those of a line in the alphabet's order.
fn verdicts(run: &str, words: &str) -> String {
    let list = if words.starts_with(['|', '-']) { format!("\n{words}") } else { format!("- {words}") };
    let cites = format!("- Run artifact directory: /runs/{run}");
    let text = format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n\n{cites}\n{list}\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    let letter = |verdict| match verdict {
        ClaimVerdict::Supported => 'S',
        ClaimVerdict::Contradicted => 'C',
        ClaimVerdict::Unsupported => 'U',
        ClaimVerdict::Unverifiable => 'V',
    };
    for gap in &judged.gaps {
        assert!(
            !gap.why.contains("there is no `") && !gap.why.contains("overload"),
            "{words}: {}",
            gap.why
        );
    }
    let mut all: Vec<char> = judged.claims.iter().map(|claim| letter(claim.verdict)).collect();
    all.sort_unstable();
    all.into_iter().collect()
}

pub fn judged_as(cases: &[(&str, &str, &str)]) {
    for (run, words, expected) in cases {
        assert_eq!(verdicts(run, words), *expected, "{words}");
    }
}

#[test]
fn a_report_that_holds_nothing_denies_what_is_said_of_it() {
    judged_as(&[
        (BLOCKED, "Tests passed.", "C"),
        (BLOCKED, "Tests failed.", "C"),
        (BLOCKED, "The baseline passed.", "C"),
        (FAILED, "The baseline passed.", "C"),
        (AGGREGATE, "Tests passed.", "V"),
        (AGGREGATE, "The patch was empty.", "V"),
        (AGGREGATE, "No files were changed.", "V"),
        (BLOCKED, "The process exited with code 7.", "C"),
        (BLOCKED, "The process exited with code 0.", "C"),
        (BLOCKED, "The patch was empty.", "S"),
    ]);
}

#[test]
fn what_a_sentence_counts_is_what_the_report_counts() {
    judged_as(&[
        (FAILED, "9 tests passed.", "C"),
        (FAILED, "2 tests passed, 2 failed.", "S"),
        (FAILED, "2 tests passed and 2 tests failed.", "S"),
        (FAILED, "2 tests failed.", "S"),
        (FAILED, "3 tests failed.", "C"),
        (FAILED, "Two tests failed and two passed.", "S"),
        (FAILED, "2 tests passed, 1 failed.", "C"),
        (FAILED, "Tests: 2 passed, 2 failed.", "S"),
        (FAILED, "Tests: 2 passed, 0 failed.", "C"),
        (PROVEN, "Tests: 4 passed, 0 failed.", "S"),
        (PROVEN, "Tests: 5 passed, 0 failed.", "C"),
        (PROVEN, "All 4 tests passed.", "S"),
        (PROVEN, "All 5 tests passed.", "C"),
        (FAILED, "All 2 tests passed.", "C"),
        (PROVEN, "4 of 4 tests passed.", "S"),
        (FAILED, "2 of 4 tests passed.", "S"),
        (FAILED, "2 of the 4 tests passed.", "S"),
        (FAILED, "2/4 tests passed.", "S"),
        (FAILED, "2 of 5 tests passed.", "C"),
        (PROVEN, "No tests failed.", "S"),
        (FAILED, "No tests failed.", "C"),
        (PROVEN, "None of the tests failed.", "S"),
        (PROVEN, "Tests passed (4 of 4).", "S"),
        (PROVEN, "Tests passed (4/4).", "S"),
        (PROVEN, "Tests passed (5/5).", "C"),
        (PROVEN, "Tests passed: 5 of 5.", "C"),
        (PROVEN, "Four tests passed.", "S"),
        (PROVEN, "Five tests passed.", "C"),
        (PROVEN, "All four tests passed.", "S"),
        (PROVEN, "All tests passed.", "S"),
        (FAILED, "All tests passed.", "C"),
        (PROVEN, "The tests passed, 4 of 4.", "S"),
        (PROVEN, "The tests passed, 5 of 5.", "C"),
        (FAILED, "The process exited with code 1.", "S"),
        (FAILED, "The process exited with code 7.", "C"),
        (FAILED, "The process exited with code 0.", "C"),
        (PROVEN, "The process exited with code 0.", "S"),
        (PROVEN, "The process exited with exit code 7.", "C"),
        (FAILED, "The process exited with a non-zero code.", "S"),
        (PROVEN, "The process exited with a non-zero exit code.", "C"),
        (BLOCKED, "The process exited with a non-zero exit code.", "C"),
        (FAILED, "The case process ended with exit status 1.", "S"),
        (FAILED, "The Case process ended with exit status 2, as seen before.", "C"),
        (PROVEN, "One file was changed.", "S"),
        (PROVEN, "Two files were changed.", "C"),
        (PROVEN, "1 file was changed.", "S"),
        (PROVEN, "No files were changed.", "C"),
        (FAILED, "No files were changed.", "S"),
        (PROVEN, "The patch was 362 bytes.", "S"),
        (PROVEN, "The patch was 100 bytes.", "C"),
        (PROVEN, "2 tests were written.", ""),
        (PROVEN, "4 tests.", ""),
        (FAILED, "9 tests passed in the run.", "C"),
        (PROVEN, "4 tests passed in the baseline.", ""),
        (BLOCKED, "2 tests passed.", "C"),
        (AGGREGATE, "2 tests passed.", "V"),
        (FAILED, "Tests: 2 of 4 passed.", "S"),
        (FAILED, "Tests: 4 of 4 passed.", "C"),
    ]);
}

#[test]
fn a_remark_behind_a_value_leaves_it_as_it_is() {
    judged_as(&[
        (FAILED, "Report status: fail — the protocol block was missing.", "S"),
        (FAILED, "Report status: fail - the protocol block was missing.", "S"),
        (FAILED, "Report status: fail, as the protocol block was missing.", "S"),
        (FAILED, "Report status: fail; the protocol block was missing.", "S"),
        (FAILED, "Report status: fail: the protocol block was missing.", "S"),
        (FAILED, "Report status: fail (the protocol block was missing).", "S"),
        (FAILED, "Report status: fail — there was no result block.", "S"),
        (FAILED, "Report status: fail — not really.", "C"),
        (FAILED, "Report status: fail — but it passed.", "C"),
        (PROVEN, "Report status: pass — not really.", "C"),
        (PROVEN, "Report status: pass — expected.", "C"),
        (PROVEN, "Report status: pass — all tests are green.", "SS"),
        (PROVEN, "Report status: pass — no errors.", "S"),
        (PROVEN, "Report status: fail — protocol.", "C"),
        (FAILED, "Report status: pass — the tests were green.", "CC"),
        (FAILED, "Backend exit code: 1 - protocol failure.", "S"),
        (FAILED, "Backend exit code: 2 - protocol failure.", "C"),
        (PROVEN, "Backend exit code: 0 - no error.", "S"),
        (PROVEN, "Backend exit code: 0 - killed.", "C"),
        (FAILED, "Stage: Stage 2.", "S"),
        (FAILED, "Stage: Stage 3.", "C"),
        (FAILED, "Stage: stage two.", "S"),
        (FAILED, "Stage: 2 (the real-model stage).", "S"),
        (FAILED, "Stage: 2, the real-model stage.", "S"),
        (FAILED, "Backend exit code: exit code 1.", "S"),
        (PROVEN, "Changed files: src/slugify.py, Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py - and Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py, the Makefile.", "C"),
        (PROVEN, "Changed files: src/slugify.py — the fix.", "S"),
        (PROVEN, "Case model provider: qwen-local — the local one.", "S"),
        (PROVEN, "Case model provider: qwen-local - anthropic.", "C"),
        (PROVEN, "Case model provider: qwen-local, then anthropic.", "C"),
        (PROVEN, "Tests passed: 4 - 5.", "C"),
        (PROVEN, "Tests passed: 4, 5.", "C"),
        (PROVEN, "Tests passed: 4 tests.", "S"),
        (PROVEN, "Case process started: true — pid 4711.", "S"),
        (PROVEN, "Case process started: true — false at first.", "C"),
        (PROVEN, "Failure reason: none — it passed.", "S"),
        (FAILED, "Report status: fail — no longer.", "C"),
        (PROVEN, "Report status: pass, but only once.", "C"),
        (PROVEN, "Report status: pass; later.", "C"),
        (PROVEN, "Report status: pass — if the tests are green.", "C"),
    ]);
}

#[test]
fn what_is_passed_on_has_not_passed() {
    judged_as(&[
        (PROVEN, "The run was passed to the validator.", ""),
        (PROVEN, "The run passed through the validator.", ""),
        (PROVEN, "The run was passed on to the validator.", ""),
        (PROVEN, "The run passed on to stage 3.", ""),
        (PROVEN, "The run was passed on.", ""),
        (PROVEN, "The run was passed over.", ""),
        (PROVEN, "The run is passed to the judge.", ""),
        (PROVEN, "The run has been passed along to QA.", ""),
        (PROVEN, "Tests were passed to the runner.", ""),
        (PROVEN, "The tests passed through the runner.", ""),
        (PROVEN, "The run was passed by hand to the validator.", ""),
        (PROVEN, "The endpoint of the run was passed in the environment.", ""),
        (PROVEN, "The run passed into review.", ""),
        (PROVEN, "The run passed on the first try.", "S"),
        (PROVEN, "The run passed on Tuesday.", "S"),
        (PROVEN, "The run passed in 4 minutes.", "S"),
        (PROVEN, "The run passed.", "S"),
        (PROVEN, "The run has passed, and its report was passed to the validator.", "S"),
        (FAILED, "The run passed on the first try.", "C"),
        (FAILED, "The run passed with all tests.", "C"),
        (PROVEN, "The baseline was passed to the comparison.", ""),
    ]);
}

#[test]
fn each_half_of_a_sentence_is_judged() {
    judged_as(&[
        (FAILED, "The harness recorded no changed files and tests passed.", "CS"),
        (FAILED, "No changed files and tests passed.", "CS"),
        (PROVEN, "No changed files and tests passed.", "CS"),
        (FAILED, "No files were changed and tests failed.", "SS"),
        (FAILED, "No files were changed, and the patch was empty.", "SS"),
        (FAILED, "No files were changed, the patch was empty.", "SS"),
        (FAILED, "No files were changed, the patch was empty, and tests failed.", "SSS"),
        (PROVEN, "The tests passed and the run passed.", "SS"),
        (FAILED, "The tests passed and the run passed.", "CC"),
        (PROVEN, "The run passed and no files were changed.", "CS"),
        (PROVEN, "The run passed and the tests passed.", "SS"),
        (PROVEN, "The run passed, and all 4 tests passed.", "SS"),
        (PROVEN, "The run passed, and all 5 tests passed.", "CS"),
        (FAILED, "If the endpoint is set and tests passed, it may go on.", ""),
        (FAILED, "It is not true that the run ended and tests passed.", ""),
        (FAILED, "The run failed and tests passed.", "C"),
        (FAILED, "Tests failed but the run went on.", "S"),
        (FAILED, "Tests failed but the run passed.", "CS"),
        (PROVEN, "Tests passed and so did the linter.", "S"),
        (FAILED, "CTO-WORK-30 requires a real run and tests pass.", ""),
        (FAILED, "The process exited with code 1 and 9 tests passed.", "CS"),
        (PROVEN, "The process exited with code 0, 4 tests passed, 0 failed, and the run passed.", "SSS"),
    ]);
}

#[test]
fn times_are_compared_as_they_are_written() {
    judged_as(&[
        (PROVEN, "Started at: 2026-06-04 05:12:00 EDT.", "V"),
        (PROVEN, "Started at: 2026-06-04 10:12:00 CEST.", "V"),
        (PROVEN, "Started at: 2026-06-04 10:12 CST.", "V"),
        (PROVEN, "Started at: 2026-06-04 01:12:00 PST.", "V"),
        (PROVEN, "Started at: 2025-06-04 01:12:00 PST.", "C"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 GMT.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12Z.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:13 UTC.", "C"),
        (PROVEN, "Started at: 2026-06-04 05:12 -04:00.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 -04:00.", "C"),
        (PROVEN, "Started at: 2026-06-04 09:12:00 UTC.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12:01 UTC.", "C"),
        (PROVEN, "Started at: 2026-06-04.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC — early.", "S"),
        (PROVEN, "Started at: 2026-06-04 09:12 UTC, early.", "S"),
    ]);
}

#[test]
fn near_words_are_read_alike() {
    judged_as(&[
        (PROVEN, "The tests passed on the second try.", "S"),
        (PROVEN, "Tests passed at 09:12.", "S"),
        (PROVEN, "All tests passed on main.", "S"),
        (PROVEN, "Tests were passed by hand to the runner.", ""),
        (FAILED, "Exit code 1.", "S"),
        (FAILED, "Exit code: 0.", "C"),
        (FAILED, "The exit code was 1.", "S"),
        (PROVEN, "It exited with code 0.", "S"),
        (PROVEN, "The run exited with code 0.", "S"),
        (PROVEN, "The run exited with code 3.", "C"),
        (PROVEN, "The process exited 0.", "S"),
        (PROVEN, "The tests passed, and the report was passed to QA.", "S"),
        (PROVEN, "4 tests passed and the report was passed to QA.", "S"),
        (PROVEN, "No tests failed and 4 tests passed.", "S"),
        (PROVEN, "0 tests failed.", "S"),
        (PROVEN, "1 test failed.", "C"),
        (PROVEN, "One test failed.", "C"),
        (FAILED, "None of the tests failed.", "C"),
        (PROVEN, "The run passed, no tests failed.", "SS"),
        (PROVEN, "4 passed, 0 failed.", "S"),
        (PROVEN, "3 passed, 1 failed.", "C"),
        (PROVEN, "Tests: 4/4.", "S"),
        (PROVEN, "Tests: 3/4.", "C"),
        (PROVEN, "Tests: 4 of 4 passed, as expected.", "S"),
        (PROVEN, "Tests: pass (4 of 4).", "S"),
        (PROVEN, "Tests: pass (3 of 4).", "C"),
        (PROVEN, "All four of the tests passed.", "S"),
        (PROVEN, "Not all tests passed.", "C"),
        (PROVEN, "It is expected that 9 tests passed.", ""),
        (PROVEN, "We expect 9 tests to pass.", ""),
        (PROVEN, "If 9 tests passed, we go on.", ""),
        (PROVEN, "The baseline failed.", "S"),
        (PROVEN, "The baseline passed.", "C"),
        (FAILED, "Backend exit code: 1 (protocol failure), see the log.", "S"),
        (FAILED, "Report status: fail because the block was missing.", "S"),
        (PROVEN, "Report status: fail because the block was missing.", "C"),
        (PROVEN, "Report status: pass, not fail, we hope.", "C"),
        (PROVEN, "Report status: pass, as the log shows.", "S"),
        (PROVEN, "Report status: pass; all four tests passed.", "SS"),
        (PROVEN, "Report status: pass: 4 of 4.", "S"),
        (PROVEN, "Report status: pass — blocked at first.", "C"),
        (PROVEN, "Backend exit code: 0, as expected.", "S"),
        (PROVEN, "Backend exit code: 0 or 1.", "C"),
        (PROVEN, "Backend exit code: 0 — 1 at first.", "C"),
        (FAILED, "Report status: fail — blocked by the protocol.", "S"),
        (FAILED, "Report status: blocked — fail.", "C"),
        (PROVEN, "Case model: qwen3.6-35b-a3b, claude-sonnet-4-6.", "C"),
        (PROVEN, "Case model: qwen3.6-35b-a3b; later claude-sonnet-4-6.", "C"),
        (PROVEN, "Case model: qwen3.6-35b-a3b — the admitted one.", "S"),
        (PROVEN, "Started at: 2026-06-04T09:12:00Z, in the morning.", "S"),
        (PROVEN, "Started at: 2026-06-04T09:13:00Z, in the morning.", "C"),
        (PROVEN, "Started at: 2026-06-04 09:12 (local time).", "V"),
        (PROVEN, "Started at: 2026-06-04 11:12 CEST, in the morning.", "V"),
        (PROVEN, "The loop passed.", "S"),
        (PROVEN, "The run passed down to us was odd.", ""),
        (PROVEN, "The loop passes through three stages.", ""),
        (PROVEN, "The run passed around noon.", "S"),
        (PROVEN, "The run passed over the weekend.", "S"),
        (PROVEN, "The run passed to our relief.", ""),
        (PROVEN, "Run result = pass.", "S"),
        (PROVEN, "Run result = fail.", "C"),
        (FAILED, "Run result = pass.", "C"),
        (FAILED, "Result = pass.", "C"),
        (PROVEN, "Unit tests passed.", "S"),
        (FAILED, "Unit tests passed.", "C"),
        (PROVEN, "The only passing run was made with the fake engine.", ""),
        (FAILED, "The only passing run was made with the Case engine.", "C"),
        (PROVEN, "The run passed with the fake engine.", ""),
    ]);
}

#[test]
fn a_true_remark_makes_no_value_a_false_one() {
    judged_as(&[
        (PROVEN, "Case model provider: qwen-local (no fallback)", "SS"),
        (PROVEN, "Case model provider: qwen-local (fallback)", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b` (not claude-sonnet-4-6)", "S"),
        (PROVEN, "Case model: claude-sonnet-4-6 (not qwen3.6-35b-a3b)", "C"),
        (PROVEN, "Backend: case (not fake)", "S"),
        (PROVEN, "Backend: case (not case)", "C"),
        (PROVEN, "Backend: case (fake)", "C"),
        (PROVEN, "Backend: case (not really)", "C"),
        (PROVEN, "Changed files: `src/slugify.py` (1 file)", "S"),
        (PROVEN, "Changed files: `src/slugify.py` (2 files)", "C"),
        (PROVEN, "Changed files: 1 (src/slugify.py)", "S"),
        (PROVEN, "Changed files: 1 (Makefile)", "C"),
        (PROVEN, "Failure reason: (none)", "S"),
        (FAILED, "Failure reason: (none)", "C"),
        (PROVEN, "Report status: pass [1]", "S"),
        (FAILED, "Report status: pass [1]", "C"),
        (PROVEN, "Tests passed: 3 [4]", "C"),
        (PROVEN, "Report status: `pass` as expected.", "S"),
        (FAILED, "Report status: `pass` as expected.", "C"),
        (PROVEN, "Report status: pass (not really)", "C"),
    ]);
}

#[test]
fn what_takes_a_value_back_makes_another_one_of_it() {
    for words in [
        "Source admission status: admitted (revoked)",
        "Source admission status: admitted (withdrawn on 2026-07-03)",
        "Case model admission status: admitted (expired)",
        "Report status: pass (3 of 4)",
        "Report status: pass (tests 3/4)",
        "Report status: pass (stage 3)",
        "Report status: pass (of the baseline)",
        "Tests passed: 4 (some failed)",
        "Patch bytes: 1 (0 after review)",
        "Tests: 4 passed, 0 failed, 1 error",
        "Tests: 4 passed, some failed",
        "All tests passed but one.",
        "All 4 tests passed, except two.",
        "All 4 tests passed on the second try, 2 failed on the first.",
        "All tests but one passed.",
        "Report status: pass (expected)",
    ] {
        judged_as(&[(PROVEN, words, "C")]);
    }
    assert!(verdicts(PROVEN, "All 4 tests passed and two failed.").contains('C'));
    for words in [
        "Report status: pass (4 of 4)",
        "Report status: pass (stage 2)",
        "Tests passed: 4 (none failed)",
        "Tests: 4 passed, 0 failed, 1 skipped",
        "All 4 tests passed, but one file changed.",
        "All 4 tests passed, where two failed before the patch.",
        "All 4 tests passed after two failed attempts.",
        "Case model admission status: admitted (2026-06-01)",
    ] {
        judged_as(&[(PROVEN, words, "S")]);
    }
}

#[test]
fn a_remark_on_a_bad_value_may_tell_what_was_hoped_for() {
    for words in [
        "Report status: fail (expected)",
        "Report status: fail (not pass)",
        "Report status: fail, not a pass",
        "Report status: fail (expected: pass)",
        "Report status: fail; a pass was expected",
        "Backend exit code: 1 (expected)",
        "Source admission status: not-admitted (no change)",
        "Case process started: ✅",
        "Changed files: no files",
        "Kind: run (not validator)",
        "Case model: qwen3.6-35b-a3b (35B, 3B active)",
        "Failure reason: case agent result protocol failed; see trace.jsonl",
    ] {
        judged_as(&[(FAILED, words, "S")]);
    }
    for words in [
        "Report status: fail (expected; got pass)",
        "Report status: fail (if at all)",
        "Report status: fail (pass)",
        "Kind: run (validator)",
        "Case model: qwen3.6-35b-a3b (70B)",
        "Case process started: ❌",
    ] {
        judged_as(&[(FAILED, words, "C")]);
    }
    judged_as(&[
        (PROVEN, "Baseline status: fail (expected)", "S"),
        (FAILED, "Command:\n  ```\n  harness/evals/case-qwen-loop.sh --json\n  ```", ""),
    ]);
}
