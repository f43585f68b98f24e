//! Clauses behind others that claim nothing: what is said of the cited run is judged, and no more.

use super::told::judged_as;
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
