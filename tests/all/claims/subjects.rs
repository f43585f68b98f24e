//! Whose word a statement is: the run's that it names, and not that of the one which is cited beside it.

use counterfoil::judge::ClaimVerdict::{self, Contradicted, Supported, Unverifiable};

use super::{FAILED, PROVEN, WEEK, body};

/// The verdict on the last claim beside a citation of GOOD or BAD, or none where there is no claim; `else_cited` is
/// cited in a section of its own.
fn verdict(cited: &str, words: &str, else_cited: &str) -> Option<ClaimVerdict> {
    let names = |text: &str| text.replace("GOOD", PROVEN).replace("BAD", FAILED);
    let section = |run: &str, words: &str| {
        names(&format!("## Evidence - 2026-06-05\n\n- Run artifact directory: /r/{run}\n{words}\n\n"))
    };
    let item = |id: &str| format!("# W-T-{id} - a\nStatus: open\n");
    let (own, other) = (section(cited, words), section(else_cited, ""));
    let judged = WEEK.documents(&[("a.md", &body(&format!("{}{other}{}{own}", item("2"), item("1"))))]);
    judged.claims.last().map(|claim| claim.verdict)
}

#[test]
fn a_statement_that_names_another_run_is_held_against_that_one() {
    for words in [
        "- All 4 tests passed in BAD.",
        "- Tests: 4 passed, 0 failed (BAD)",
        "- Report status: pass (BAD)",
        "- Report status: [pass](/x/BAD/report.json).",
        "- The retry passed, BAD.",
        "- The retry passed - BAD",
        "- [The retry](/x/BAD) passed.",
        "- The retry passed, see [its report](/x/BAD/report.json).",
        "- GOOD passed; so did BAD.",
        "- In the second run (BAD), all 4 tests passed.",
    ] {
        assert_eq!(verdict("GOOD", words, "BAD"), Some(Contradicted), "{words}");
    }
    for words in [
        "- All 4 tests passed in GOOD.",
        "- In an earlier run (GOOD), all 4 tests passed.",
        "- An earlier run passed, see GOOD.",
        "- Report status: pass (GOOD)",
        "- [An earlier run](/x/GOOD) passed.",
    ] {
        assert_eq!(verdict("BAD", words, "GOOD"), Some(Supported), "{words}");
    }
}

#[test]
fn a_run_that_is_named_beside_another_is_not_the_one_that_is_meant() {
    for words in [
        "- All 4 tests passed, unlike in BAD.",
        "- All 4 tests passed, and BAD failed.",
        "- Unlike in BAD, all 4 tests passed.",
        "- The run passed, unlike [the first one](/x/BAD).",
        "- Failure reason: none",
    ] {
        assert_ne!(verdict("GOOD", words, "BAD"), Some(Contradicted), "{words}");
    }
    assert_eq!(verdict("GOOD", "- All 4 tests passed, unlike in BAD.", "BAD"), Some(Supported));
    assert_eq!(verdict("GOOD", "- All 4 tests passed in GOOD and BAD.", "BAD"), Some(Unverifiable));
}

#[test]
fn words_that_pick_another_run_are_not_shown_by_the_cited_one() {
    for words in [
        "- The run of 2026-06-03 passed.",
        "- The run passed on 2026-06-03.",
        "- The round 2 run passed.",
        "- All 4 tests passed in round 2.",
        "- Report status: pass (round 2)",
        "- Run 20260601T022535Z-r1 passed.",
        "- All 4 tests passed in 20260601T022535Z-r1.",
    ] {
        assert_eq!(verdict("GOOD", words, "GOOD"), Some(Unverifiable), "{words}");
    }
    for words in [
        "- The run of 2026-06-04 passed.",
        "- The run passed on 4 June 2026.",
        "- The round 1 run passed.",
        "- Run 20260604T091200Z passed.",
        "- The run passed (reviewed 2026-06-09).",
    ] {
        assert_eq!(verdict("GOOD", words, "GOOD"), Some(Supported), "{words}");
    }
}

#[test]
fn a_label_tells_which_of_several_runs_a_sentence_picks() {
    let two = |first: &str, second: &str, words: &str| {
        let list = format!("- {first} artifact: /r/BAD\n- {second} artifact: /r/GOOD\n- {words}")
            .replace("BAD", FAILED)
            .replace("GOOD", PROVEN);
        let text = format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n\n{list}\n");
        let judged = WEEK.documents(&[("a.md", &body(&text))]);
        judged.claims.last().map(|claim| claim.verdict)
    };
    assert_eq!(two("First run", "Second run", "The first run passed."), Some(Contradicted));
    assert_eq!(two("First run", "Second run", "The second run passed."), Some(Supported));
    assert_eq!(two("Monday run", "Retry", "The Monday run passed."), Some(Contradicted));
    assert_eq!(two("Run", "Run", "The first run passed."), Some(Contradicted));
    assert_eq!(two("Run", "Run", "The second run passed."), Some(Supported));
    assert_eq!(two("Run", "Run", "The third run passed."), Some(Unverifiable));
}
