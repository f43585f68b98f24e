//! Which sentences claim something, and which do not.

use counterfoil::collect::sot::StatementKind;

use super::{A, B, with_body, word};

/// The kinds of claims in an entry of evidence.
fn kinds(text: &str) -> Vec<&'static str> {
    let body = format!("# T-1 - a\nStatus: open\n## E - 2026-06-01\n- Run artifact: {A}\n- {text}\n");
    with_body(&body).statements.iter().map(|statement| word(&statement.kind)).collect()
}

#[test]
fn a_pass_is_taken_back_by_its_own_clause_only() {
    for text in [
        "Without any fallback, the Stage 2 run passed.",
        "The first try did not finish. The Stage 2 run passed.",
        "The first try did not finish; the Stage 2 run passed.",
        "The first try did not finish, the Stage 2 run passed.",
        "The first try did not finish but the Stage 2 run passed.",
        "The first run has not passed; the second run passed.",
        "The required Stage 2 run passed.",
        "When the endpoint was set, the Stage 2 run passed.",
        "The Stage 2 run (no fallback) passed.",
        "The run, which did not start at first, passed.",
        "The Stage 2 run with qwen3.6-35b-a3b passed.",
        "The Stage 2 run passed this time.",
        "The Stage 2 run passed the first time.",
        "The Stage 2 run passed!",
        "The run was successful.",
        "The run completed successfully.",
        "After the reboot, the run passed.",
        "The Stage 2 run passes.",
        "The Stage 2 run now passes, and the item is open.",
        "CTO-WORK-016 is done.",
        "CTO-WORK-016 and CTO-WORK-020 are validated by this.",
        "CTO-WORK-016 has been completed.",
        "Once the endpoint was configured, the Stage 2 run passed.",
        "No errors occurred and the Stage 2 run passed.",
        "With no fallback the run passed.",
        "Before lunch the run passed.",
        "The once-blocked run passed.",
        "No doubt the run passed.",
        "Not only the first but the second run passed.",
        "The baseline run failed while the Stage 2 run passed.",
        "In Case Stage 2 the run passed.",
        "The run passed only after the endpoint was set.",
        "The run passed thanks to the fix.",
        "Our report says that the run passed.",
        "Every run passed.",
        "The run was a success.",
        "The run was a pass.",
        "The run is successful.",
        "The run successfully completed.",
        "The run did pass.",
        "CTO-WORK-016 has now been validated.",
        "CTO-WORK-016 is validated (see below).",
        "CTO-WORK-016 is validated – see below.",
        "CTO-WORK-016 is \"done\".",
        "CTO-WORK-016 passed.",
        "This item is complete.",
        "Stage 2 is validated.",
        "Real Case Stage 2 run: passed.",
        "Case run: PASS",
        "Run (Stage 2): passed",
        "Run result: passed.",
        "Case run status: pass (4 tests)",
        "Stage 2: passed",
        "The Case run is passing.",
        "The run was green.",
        "Passed: real Case Stage 2 run.",
        "Passed run.",
        "A passing run was recorded.",
        "The real Case Stage 2 run reported pass.",
        "The run ended with status pass.",
        "The run finished with a pass.",
        "The retry came back with a pass.",
        "Real Case Stage 2 pass evidence exists.",
        "We got a passing Case run.",
        "There is now a passing Stage 2 run.",
    ] {
        assert_eq!(kinds(text), ["pass"], "{text}");
    }
    for text in [
        "The loop passed `--engine case` to run-case.sh.",
        "This run passed the admission check and then failed.",
        "The run passed a token to the agent.",
        "A run passes when its tests do.",
        "The loop passes the task to the agent.",
        "If the endpoint is set, the Stage 2 run passed.",
        "Until a run passed, nothing is done.",
        "We asked whether, in the end, the run passed.",
        "The run has not, as we hoped, passed.",
        "No run, not even the second, passed.",
        "The run is expected to have passed.",
        "Has the run passed?",
        "The run almost passed.",
        "It is false that the run passed.",
        "CTO-WORK-016 is not done.",
        "CTO-WORK-016 is done when a real Stage 2 run passed.",
        "After CTO-WORK-016 is done, the rest follows.",
        "UTF-8 is accepted.",
        "A run that was not successful.",
        "Once the run passed, we close it.",
        "Before the run passed, we waited.",
        "No first and second run passed.",
        "It is false that the endpoint was set and the run passed.",
        "A run is proven if all ten conditions hold.",
        "Every run that succeeded needs a baseline.",
        "The loop passed CTO_HARNESS_CASE_BIN to the runner.",
        "The loop passed all arguments to the runner.",
        "Goal: the Stage 2 run passes.",
        "Not true: the run passed.",
        "Assuming the run passed, we could close it.",
        "Had the run passed, we would close it.",
        "Provided that the run passed, we close it.",
        "This run validates neither CTO-WORK-001 nor CTO-WORK-002.",
        "The run was proven invalid.",
        "We doubt that the run passed.",
        "The claim \"the run passed\" was wrong.",
        "\"The run passed\" is false.",
        "The report falsely says that the run passed.",
        "Verify that the run passed.",
        "Run health.sh and verify that the run passed.",
        "CTO-WORK-001 is closed as superseded.",
        "CTO-WORK-001 is done (not yet).",
        "[ ] The Stage 2 run passed.",
        "Expected run result: passed.",
        "No Stage 2 run: passed.",
        "Goal: a passing run was recorded.",
        "No passing run was recorded.",
        "A passing run is required.",
        "A passing run was never recorded.",
        "We have yet to get a passing Case run.",
        "The next step is to have a passing run.",
        "We need a passing run.",
        "Once we have a passing run, the item is closed.",
        "As soon as there is a passing run, the item is closed.",
        "No real Case Stage 2 pass evidence exists.",
        "Real Case Stage 2 pass evidence does not exist.",
        "The run reports pass or fail.",
        "The run never ended with status pass.",
        "The run did not finish with a pass.",
        "The run returned a pass rate of 0.",
        "Did the run end with a pass?",
        "Pass: the flag of the run.",
        "Passed: the lint, and then the run broke.",
    ] {
        assert_eq!(kinds(text), [""; 0], "{text}");
    }
    // What a baseline came to is no pass of the run's.
    assert_eq!(kinds("Baseline run: passed."), ["sentence"]);
}

#[test]
fn each_sentence_is_asked_by_itself() {
    for (text, expected) in [
        ("The run ended early. The patch artifact was empty.", vec!["sentence"]),
        ("The run ended early; the patch artifact was empty.", vec!["sentence"]),
        ("Tests failed. The harness recorded no changed files.", vec!["sentence", "sentence"]),
        (
            "It ended. CTO-WORK-016 remains blocked until the moon is full. The run passed.",
            vec!["gate", "pass"],
        ),
        ("All tests passed.", vec!["sentence"]),
        ("The tests passed.", vec!["sentence"]),
        ("All 4 tests have passed.", vec!["sentence"]),
        ("All four tests passed.", vec!["sentence"]),
        ("All tests pass.", vec!["sentence"]),
        ("Tests pass once they are run.", vec![]),
        ("The baseline run passed.", vec!["sentence"]),
        ("Tests passed, unlike those of the baseline.", vec!["sentence"]),
        ("Tests failed because the artificial fixture bug remained unchanged.", vec!["sentence"]),
        ("The harness recorded no changed files outside `src/`.", vec![]),
        ("Tests failed in the baseline.", vec![]),
        ("Tests failed with the fake baseline.", vec![]),
        ("Tests failed before the patch.", vec![]),
        ("Some checks (e.g. tests passed) were left out.", vec![]),
        ("Focused validator passed.", vec!["validator"]),
        ("The focused validator has passed.", vec!["validator"]),
        ("No validator passed.", vec![]),
        ("The validator has not passed.", vec![]),
    ] {
        assert_eq!(kinds(text), expected, "{text}");
    }
    let two = with_body(&format!("## E - 2026-06-01\n- Run artifact: {A}\n- It ended. Tests failed.\n"));
    assert_eq!(two.statements[0].said.text, "Tests failed");
    assert_eq!(two.statements[0].said.span.len(), "Tests failed".len() as u64);
}

#[test]
fn a_check_that_passed_speaks_of_its_own_artifact_else_of_a_checks() {
    for (what, text) in
        [("Focused validator", "The focused validator passed."), ("Focused validator", "Validator passed.")]
    {
        let body = format!("## E - 2026-06-01\n- Run artifact: {A}\n- {what} artifact: {B}\n- {text}\n");
        let document = with_body(&body);
        let [statement] = &document.statements[..] else { panic!("{text}") };
        assert!(matches!(&statement.kind, StatementKind::Validator { command: None, .. }), "{text}");
        assert_eq!(statement.citation, Some(1), "{text}");
    }
}

#[test]
fn an_item_that_is_done_is_so_by_its_own_evidence() {
    let item = format!(
        "# T-T-1 - a\nStatus: open\n## E - 2026-06-01\n- Run artifact: {A}\n- Check artifact: {B}\n"
    );
    let cited = |text: &str| with_body(&format!("{item}# Later\n\n{text}\n")).statements[0].citation;
    assert_eq!(cited("T-T-1 is done."), Some(0));
    assert_eq!(cited("This run validates T-T-1."), None);
    assert_eq!(cited("T-T-2 is done."), None);
}

#[test]
fn the_value_of_an_outcome_is_its_first_sentence() {
    let read = |text: &str| {
        let document = with_body(&format!("## E - 2026-06-01\n- Run artifact: {A}\n- {text}\n"));
        super::statements(&document).into_iter().map(|(kind, stated, _)| (kind, stated)).collect::<Vec<_>>()
    };
    let own = |kind, stated: &str| (kind, stated.to_owned());
    assert_eq!(read("Report status: pass. It took a minute."), [own("label", "pass")]);
    let both = [own("label", "pass"), own("pass", "The run passed")];
    assert_eq!(read("Report status: pass. The run passed."), both);
    assert_eq!(read("Failure reason: It broke. Twice."), [own("label", "It broke. Twice")]);
}

#[test]
fn gates_are_read_from_other_words() {
    for text in [
        "CTO-WORK-016 is still blocked until real Case Stage 2 pass evidence exists.",
        "CTO-WORK-016 remains blocked, until real Case Stage 2 pass evidence exists.",
        "Until real Case Stage 2 pass evidence exists, CTO-WORK-016 remains blocked.",
        "A configured endpoint alone doesn't validate CTO-WORK-016.",
        "An endpoint alone can’t validate CTO-WORK-016.",
        "A configured endpoint alone cannot validate CTO-WORK-016.",
        "The configured endpoint alone does not validate CTO-WORK-016.",
        "An endpoint alone never validates CTO-WORK-016.",
        "Note: an endpoint alone does not validate CTO-WORK-016.",
        "CTO-WORK-016 remains blocked unless real Case Stage 2 pass evidence exists.",
        "CTO-WORK-016 must stay blocked until real Case Stage 2 pass evidence exists.",
        "CTO‑WORK‐016 remains blocked until real Case Stage 2 pass evidence exists.",
        "CTO-WORK-016 remains blo\u{ad}cked until real Case Stage 2 pass evidence exists.",
    ] {
        let document = with_body(&format!("# T-1 - a\nStatus: open\n\nAcceptance:\n\n- {text}\n"));
        let [statement] = &document.statements[..] else { panic!("{text}") };
        let StatementKind::Gate { items, conditions } = &statement.kind else { panic!("{text}") };
        assert_eq!(items.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["CTO-WORK-016"], "{text}");
        assert_eq!(conditions.iter().map(|it| it.condition).collect::<Vec<_>>(), [Some(0)], "{text}");
    }
}

#[test]
fn a_gate_of_a_range_names_what_stands_between() {
    let gate = |items: &str| {
        let text = format!("{items} remain blocked until real Case Stage 2 pass evidence exists.");
        with_body(&format!("# T-1 - a\nStatus: open\n\nAcceptance:\n\n- {text}\n"))
    };
    let document = gate("CTO-WORK-015 through CTO-WORK-018");
    let StatementKind::Gate { items, .. } = &document.statements[0].kind else { panic!("no gate") };
    let ids: Vec<_> = items.iter().map(|id| id.as_str()).collect();
    assert_eq!(ids, ["CTO-WORK-015", "CTO-WORK-016", "CTO-WORK-017", "CTO-WORK-018"]);
    assert_eq!(document.malformed, []);
    let endless = gate("CTO-WORK-1 through CTO-WORK-99999");
    assert!(endless.malformed[0].what.contains("too long"), "{:?}", endless.malformed);
}

#[test]
fn commits_are_read_or_told() {
    for text in [
        "Hermes commit: see 1234567 Foo",
        "Hermes commit: #1234567 Foo",
        "Hermes commit: @1234567 Foo",
        "Hermes commit `1234567` Foo",
        "Hermes commits: 1234567 Foo",
        "Hermes commit: 1234567 — Foo",
        "Hermes commit: 1234567 (Foo)",
    ] {
        let document = with_body(&format!("## E - 2026-06-01\n- {text}.\n"));
        let [statement] = &document.statements[..] else { panic!("{text}") };
        let StatementKind::Commit { id, subject } = &statement.kind else { panic!("{text}") };
        assert_eq!((id.text.as_str(), subject.text.as_str()), ("1234567", "Foo"), "{text}");
    }
    for (text, told) in [
        ("Hermes commit: the last one", 1),
        ("Hermes commits: 1234567, 89abcde", 1),
        ("Hermes commit: none", 0),
        ("Hermes commit: n/a", 0),
        ("Hermes commit: pending", 0),
        ("Before each commit: run health.sh", 0),
    ] {
        let document = with_body(&format!("## E - 2026-06-01\n- {text}.\n"));
        assert_eq!((document.statements.len(), document.malformed.len()), (0, told), "{text}");
    }
}
