//! Sentences that say of a run which they name that it passed, and norms, which say so of none.

use super::{FAILED, PROVEN, WEEK, body, rules};

/// The rules that a document with one open item breaks which says this among its evidence.
fn broken(words: &str) -> Vec<String> {
    let words = words.replace("BAD", FAILED).replace("GOOD", PROVEN);
    let text = format!("# T-1 - a\nStatus: open\n## E - 2026-06-05\n\n{words}\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    rules(&judged).into_iter().map(|(rule, _)| rule).collect()
}

#[test]
fn a_named_run_that_is_said_to_have_passed_is_held_to_it() {
    for words in [
        "- We ran % and it passed.",
        "- The first one (%) passed at stage 2.",
        "- See %: passed.",
        "- Stage 2 was passed in %.",
        "- Run artifact: /x/% - status pass",
        "- Run artifact: [passing run](/x/%)",
        "- Run artifact: % ✅",
        "- `%` ✅ passed",
        "- % ✅",
        "- Passing run: %",
        "- Successful run: %",
        "- Stage 2 pass evidence: %",
        "- Pass evidence: `/runs/%`",
    ] {
        let cited = |run: &str| words.replace('%', run);
        assert_eq!(broken(&format!("- Run artifact: /x/BAD\n{}", cited("BAD"))).len(), 1, "{words}");
        assert_eq!(broken(&cited("BAD")).len(), 1, "{words}");
        assert_eq!(broken(&format!("- Run artifact: /x/GOOD\n{}", cited("GOOD"))), [""; 0], "{words}");
    }
    for words in ["- Passing run: GOOD", "- GOOD ✅", "- Run artifact: GOOD ✅", "- Pass evidence: /r/GOOD"]
    {
        assert_eq!(broken(words), [""; 0], "{words}");
    }
}

#[test]
fn a_cited_run_that_is_said_to_have_passed_is_held_to_it() {
    for words in [
        "The harness reported a pass.",
        "The run failed no tests and passed.",
        "This is pass evidence for T-1.",
        "Stage 2 pass confirmed.",
    ] {
        assert_eq!(broken(&format!("- Run artifact: /x/BAD\n- {words}")).len(), 1, "{words}");
        assert_eq!(broken(&format!("- Run artifact: /x/GOOD\n- {words}")), [""; 0], "{words}");
    }
    assert_eq!(broken("- Run artifact: /x/BAD\n- This closes T-1.").len(), 1);
}

#[test]
fn what_else_passed_in_a_named_run_is_no_pass_of_it() {
    for words in [
        "- BAD failed after its tests passed.",
        "- The tests of BAD passed the linter.",
        "- In BAD 2 passed.",
        "- BAD did not pass.",
        "- BAD has not passed.",
        "- After BAD had failed, the next one passed.",
        "- BAD was passed to the validator.",
        "- The admission of BAD passed.",
        "- The baseline of BAD passed no test.",
        "- Failed run: BAD",
        "- See /pass/BAD for the log.",
        "- Unsuccessful run: BAD",
        "- Unproven run: BAD",
        "- Planned pass evidence: none yet",
        "- Run artifact: [the failed run](/x/BAD)",
    ] {
        assert_eq!(broken(words), [""; 0], "{words}");
    }
}

#[test]
fn a_norm_claims_no_pass() {
    for words in [
        "Only a run that passed may be cited.",
        "Runs that passed are listed below.",
        "A run that passed without a baseline is not proven.",
        "A run passed when its report says so.",
        "Report `pass` only after the run passed.",
        "Exit code 0 means the run passed.",
        "A validator that passed is not pass evidence.",
        "A claim such as \"the run passed\" needs a proven run.",
    ] {
        assert_eq!(broken(&format!("- {words}")), [""; 0], "{words}");
    }
    for words in [
        "The run that passed is BAD.",
        "The run passed when it was repeated.",
        "A run passed.",
        "A run that passed was recorded.",
        "Only a run that passed may be cited, and the run passed.",
        "This means the run passed.",
        "The run passed only after the endpoint was set.",
        "Runs that passed: BAD",
    ] {
        assert_eq!(broken(&format!("- {words}")).len(), 1, "{words}");
    }
}
