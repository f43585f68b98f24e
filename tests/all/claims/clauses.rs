//! Clauses behind others that claim nothing, and passes of a part: what is said of the cited run is judged, and no more.

use super::told::{BLOCKED, judged_as};
use super::{FAILED, PROVEN};

/// Judged so beside the run that failed: no claim, a true one, a false one.
fn all_judged_as(run: &str, expected: &str, all: &[&str]) {
    let cases: Vec<_> = all.iter().map(|words| (run, *words, expected)).collect();
    judged_as(&cases);
}

#[test]
fn a_clause_is_read_behind_one_that_claims_nothing() {
    let said = [
        "The agent fixed the bug and all tests passed.",
        "The agent fixed the bug, and all 4 tests passed.",
        "The agent fixed the bug, all tests passed.",
        "The agent found the bug — all tests passed.",
        "Qwen solved it: all tests passed.",
        "Qwen found the bug and all tests passed.",
        "Afterwards, all tests passed.",
        "Afterwards all 4 tests passed.",
        "After the patch all tests passed.",
        "After the patch, all tests passed.",
        "Finally, all tests passed.",
        "As a result, all tests passed.",
        "Note: all tests passed.",
        "The Stage 2 agent was admitted: all tests passed.",
    ];
    all_judged_as(FAILED, "C", &said);
    all_judged_as(PROVEN, "S", &said);
    judged_as(&[
        (PROVEN, "The agent stopped early and no files were changed.", "C"),
        (FAILED, "The agent stopped early and no files were changed.", "S"),
        (PROVEN, "The agent fixed the bug, all tests passed, and one file was changed.", "SS"),
        (PROVEN, "Afterwards, all tests passed, and no files were changed.", "CS"),
        (FAILED, "The agent gave up: 2 of 4 tests passed.", "S"),
        (PROVEN, "The agent did its work and the process exited with code 1.", "C"),
        (PROVEN, "Baseline failed: 2 of 4 tests passed.", "SS"),
        (PROVEN, "Baseline failed: 4 of 4 tests passed.", "CS"),
    ]);
}

#[test]
fn what_other_clauses_take_back_is_no_claim() {
    for run in [FAILED, PROVEN] {
        all_judged_as(
            run,
            "",
            &[
                // Conditions, norms and wishes.
                "After the patch is admitted and all tests passed, the item may be closed.",
                "After the agent fixed the bug and all tests passed, the item may be closed.",
                "Once the bug is fixed and all tests passed, the item may be closed.",
                "If the agent fixed the bug and all tests passed, we are done.",
                "The agent works until the bug is fixed and all tests passed.",
                "Success means a patch that applies and all tests passed.",
                "A pass means exit code 0 and all tests passed.",
                "An item is done where a patch is recorded and all tests passed.",
                "Each item needs a patch and all tests passed.",
                "The rule is simple: all tests passed.",
                "Goal: all tests passed.",
                "Acceptance criteria: all tests passed.",
                "We hope that the bug is fixed and all tests passed.",
                "Make sure the bug is fixed and all tests passed.",
                "The plan was to fix the bug and all tests passed.",
                // What somebody else said.
                "The agent result says the bug is fixed and all tests passed.",
                "The agent said: all tests passed.",
                "The agent's message was found to say: all tests passed.",
                // Another time, another run.
                "Before the patch, all tests passed.",
                "In CI, all tests passed.",
                "Locally, all tests passed.",
                "The earlier run timed out and no files were changed.",
                "The second container ended in the first try, and 3 of 4 tests passed.",
                "An earlier version fixed the bug and all tests passed.",
                "The fake engine ran and 2 of 4 tests passed.",
                "We compared both runs: 2 of 4 tests passed.",
                "Attempt 1 stopped early and no files were changed.",
                "20260602T141533Z-r2-string-slugify-184227 stopped early and no files were changed.",
                "The agent fixed the bug and all tests passed?",
                "Did the agent fix the bug, and all tests passed?",
                "The agent did not fix the bug and no tests passed on to it.",
                "Afterwards, all tests passed to the agent are kept.",
            ],
        );
    }
}

#[test]
fn a_run_that_passed_some_tests_has_not_passed_for_that() {
    judged_as(&[
        (FAILED, "The run passed 2 of 4 tests.", "S"),
        (FAILED, "The run passed 2/4 tests.", "S"),
        (FAILED, "The run passed only 2 of its 4 tests.", "S"),
        (FAILED, "The Stage 2 run passed two of four.", "S"),
        (FAILED, "The run passed two tests and failed two.", "S"),
        (FAILED, "It passed 2 tests, and failed 2.", "S"),
        (FAILED, "The run passed 3 of 4 tests.", "C"),
        (FAILED, "The run passed all 4 tests.", "C"),
        (FAILED, "The run passed four of four tests.", "C"),
        (FAILED, "The run passed two tests and failed none.", "C"),
        (PROVEN, "The run passed 4 of 4 tests.", "S"),
        (PROVEN, "The run passed all four tests.", "S"),
        (PROVEN, "The run passed 2 of 4 tests.", "C"),
        (BLOCKED, "The run passed 2 of 4 tests.", "C"),
        (PROVEN, "The baseline run passed 2 of 4 tests.", "S"),
        (PROVEN, "The baseline run passed 4 of 4 tests.", "C"),
        // Of the run itself.
        (FAILED, "The run passed.", "C"),
        (FAILED, "The run passed in round 2 of 3.", "C"),
    ]);
}

#[test]
fn a_step_that_was_passed_is_no_pass_of_the_run() {
    for run in [FAILED, PROVEN] {
        all_judged_as(
            run,
            "",
            &[
                "The run passed preflight and failed in the protocol.",
                "The run passed startup, then failed.",
                "The run passed admission but not the protocol.",
                "The run passed source admission.",
                "The run passed endpoint checks.",
                "The run passed, then failed in the protocol.",
                "The run succeeded only in crossing the endpoint gate.",
                "The run passed the gate but failed later.",
                "The run passed no tests.",
            ],
        );
    }
    all_judged_as(
        FAILED,
        "C",
        &[
            "The run passed on Monday.",
            "The run passed and failed no tests.",
            "The run passed, and no fallback may be used.",
            "The run passed; then we stopped.",
            "The run succeeded in the end.",
        ],
    );
}

#[test]
fn what_a_pass_is_said_to_have_had_is_held_against_the_report() {
    for (words, expected) in [
        ("The Stage 2 run passed with 4 of 4 tests.", "S"),
        ("The Stage 2 run passed with 4 tests.", "S"),
        ("The Stage 2 run passed with all 4 tests green.", "S"),
        ("The run passed (4/4).", "S"),
        ("The run passed (4 of 4 tests).", "S"),
        ("The run passed with no failed tests.", "S"),
        ("The run passed after 2 failed attempts.", "S"),
        ("The run passed in round 1 of 3.", "S"),
        ("The run passed with a same-run baseline.", "S"),
        ("The run passed without a baseline failure to hide behind.", "S"),
        ("The run passed without errors.", "S"),
        ("The run passed with 2 tests failing in the baseline.", "S"),
        ("The run passed with 1 of 3 retries.", "S"),
        ("The Stage 2 run passed with 3 of 4 tests.", "C"),
        ("The Stage 2 run passed with 3 tests.", "C"),
        ("The Stage 2 run passed, with 3/4.", "C"),
        ("The run passed (3/4).", "C"),
        ("The run passed (3 of 4 tests).", "C"),
        ("The run passed with 1 failed test.", "C"),
        ("The run passed with three of four tests.", "C"),
        ("The run passed without a baseline.", "C"),
        ("The run passed with no same-run baseline.", "C"),
        ("The run passed in four minutes, without a baseline.", "C"),
    ] {
        judged_as(&[(PROVEN, words, expected), (FAILED, words, "C")]);
    }
}

#[test]
fn a_norm_on_what_validates_an_item_claims_nothing() {
    for run in [FAILED, PROVEN] {
        all_judged_as(
            run,
            "",
            &[
                "Only a proven run validates W-T-1.",
                "Only a proven run that passed closes W-T-1.",
                "Only real Case Stage 2 pass evidence validates W-T-1.",
                "Only proven runs validate W-T-1.",
                "Nothing but a proven run validates W-T-1.",
                "Nothing less than a proven run completes W-T-1.",
                "It takes a proven run to validate W-T-1.",
                "It takes a run that validates W-T-1.",
                "A run that validates W-T-1 does not exist yet.",
                "The run that validates W-T-1 is still missing.",
                "A run that passed does not exist yet.",
                "The evidence that closes W-T-1 has yet to be made.",
                "A proven run validates W-T-1; this one does not.",
                "A proven run validates W-T-1, but this one doesn't.",
            ],
        );
    }
    all_judged_as(
        FAILED,
        "C",
        &[
            "Only this run validates W-T-1.",
            "Only the Stage 2 run validates W-T-1.",
            "The run that validates W-T-1 is cited above.",
            "The run that validates W-T-1 does not use a fallback.",
            "This run validates W-T-1; it took a minute.",
            "This run validates W-T-1; that run did not use a fallback.",
            "It took a run to do so, and this run validates W-T-1.",
        ],
    );
}
