//! What a claim's own words say, beside what they are held against.

use counterfoil::judge::ClaimVerdict::{self, Contradicted, Supported, Unverifiable};

use super::{FAILED, PROVEN, RunFacts, WEEK, body, rules};

/// Refuted: a fallback model was used.
const REFUTED: &str = "20260602T141533Z-r2-string-slugify-184227";
const OTHER_PROVEN: &str = "20260605T160930Z-r3-interval-merge-424409";

/// A document that cites the proven run and says something of it.
fn saying(words: &str) -> String {
    body(&format!(
        "# T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n- Run artifact directory: /runs/{PROVEN}\n- {words}\n"
    ))
}

/// Verdict, what was found and whose run it is, of the first claim.
fn told(text: &str) -> (ClaimVerdict, Option<String>, Option<String>) {
    let judged = WEEK.documents(&[("a.md", text)]);
    let claim = judged.claims.first().expect("a claim");
    (claim.verdict, claim.found.as_deref().map(str::to_owned), claim.run.as_deref().map(str::to_owned))
}

#[test]
fn a_pass_sentence_is_held_to_its_own_words() {
    for (words, verdict, found) in [
        ("The Stage 2 run passed.", Supported, "proven"),
        ("The qwen3.6-35b-a3b run passed.", Supported, "proven"),
        ("The Stage 2 run passed, so Stage 3 may begin.", Supported, "proven"),
        ("The run passed without claude-sonnet-4-6.", Supported, "proven"),
        ("The Stage 3 run passed.", Contradicted, "stage 2, not 3"),
        ("The run passed at stage 3.", Contradicted, "stage 2, not 3"),
        ("The claude-sonnet-4-6 run passed.", Contradicted, "model qwen3.6-35b-a3b, not claude-sonnet-4-6"),
        ("The Anthropic run passed.", Contradicted, "provider qwen-local, not anthropic"),
        (
            "The run passed with claude-sonnet-4-6.",
            Contradicted,
            "model qwen3.6-35b-a3b, not claude-sonnet-4-6",
        ),
    ] {
        let (is, says, run) = told(&saying(words));
        assert_eq!((is, says.as_deref(), run.as_deref()), (verdict, Some(found), Some(PROVEN)), "{words}");
    }
    let judged = WEEK.documents(&[("a.md", &saying("The Stage 3 run passed."))]);
    assert_eq!(rules(&judged), [("claim/contradicted".to_owned(), 8)]);
    assert!(judged.findings[0].message.contains("stage 2, not 3"), "{}", judged.findings[0].message);
    let steps = judged.claims[0].steps();
    let last = steps[0].children.iter().find(|step| step.text.contains("stage 2, not 3")).expect("told");
    assert!(last.place.as_deref().is_some_and(|place| place.contains("report.json:")), "{last:?}");
}

#[test]
fn a_pass_sentence_that_names_a_run_speaks_of_that_run() {
    for (words, verdict, run) in [
        (format!("Run {PROVEN} passed."), Supported, PROVEN),
        (format!("Run {OTHER_PROVEN} passed."), Unverifiable, OTHER_PROVEN),
        (format!("Run {REFUTED} passed."), Contradicted, REFUTED),
        (format!("Run `/elsewhere/{REFUTED}/` passed."), Contradicted, REFUTED),
        (format!("Run {FAILED} passed."), Contradicted, FAILED),
        (format!("Runs {PROVEN} and {REFUTED} passed."), Contradicted, REFUTED),
        (format!("Runs 20990101T000000Z-r1-a-1, {REFUTED} and {PROVEN} passed."), Contradicted, REFUTED),
        ("Run 20990101T000000Z-r1-a-1 passed.".to_owned(), Unverifiable, "20990101T000000Z-r1-a-1"),
        (format!("The run passed after {REFUTED} had failed."), Supported, PROVEN),
    ] {
        // As an audit holds them: of a run that nobody cites no more than the verdict.
        let runs: Vec<RunFacts> =
            WEEK.runs.iter().map(|facts| held(facts, facts.summary.id == PROVEN)).collect();
        let judged = WEEK.documents_by(&[("a.md", &saying(&words))], &runs);
        let claim = &judged.claims[0];
        assert_eq!((claim.verdict, claim.run.as_deref()), (verdict, Some(run)), "{words}");
        let accepted = judged.findings.is_empty() && judged.gaps.is_empty();
        assert_eq!(accepted, verdict == Supported, "{words}: {:?} {:?}", rules(&judged), judged.gaps);
    }
    let cited = format!("- Run artifact: {OTHER_PROVEN}\n");
    let text =
        format!("{}\n## Evidence - 2026-06-06\n{cited}", saying(&format!("Run {OTHER_PROVEN} passed.")));
    assert_eq!(told(&text), (Supported, Some("proven".to_owned()), Some(OTHER_PROVEN.to_owned())));
}

/// A run as it is held while documents are judged.
fn held(facts: &RunFacts, cited: bool) -> RunFacts {
    let mut held = RunFacts {
        summary: facts.summary.clone(),
        findings: facts.findings.clone(),
        gaps: facts.gaps.clone(),
        leaks: facts.leaks,
        read: facts.read,
        document: facts.document.clone(),
        sources: facts.sources.clone(),
        packed: None,
    };
    if !cited {
        held.forget();
    }
    held
}

#[test]
fn a_time_in_a_named_zone_is_not_taken_for_utc() {
    let verdict = |words: &str| told(&saying(words)).0;
    assert_eq!(verdict("Started at: 2026-06-04T09:12:00Z"), Supported);
    assert_eq!(verdict("Started at: 2026-06-04T09:12:00+00:00"), Supported);
    assert_ne!(verdict("Started at: 2026-06-04T09:12:00[Europe/Paris]"), Supported);
    assert_ne!(verdict("Started at: 2026-06-04T11:12:00[Europe/Paris]"), Contradicted);
    let judged = WEEK.documents(&[("a.md", &saying("Started at: 2026-06-04T09:12:00[Middle/Earth]"))]);
    assert_eq!(judged.claims[0].verdict, Unverifiable);
    assert!(
        judged.gaps.iter().any(|gap| gap.why.contains("the time zone `Middle/Earth`")),
        "{:?}",
        judged.gaps
    );
}

#[test]
fn dress_accuses_nobody_and_hides_nothing() {
    for (words, verdict) in [
        ("Report status: pass ✅", Supported),
        ("Report status: pass (as expected)[^1].", Supported),
        ("Report status: pass (not really)", Contradicted),
        ("Report status: pass (failed)", Contradicted),
        ("Backend exit code: 0 (clean)", Supported),
        ("Tests failed: none", Supported),
        ("Tests failed: zero", Supported),
        ("Tests passed: 3 of 4", Contradicted),
        ("Hermes commit: 6c453ee — Add Case Qwen loop entrypoint", Supported),
        ("Hermes commit: 6c453ee (Add Case Qwen loop entrypoint)", Supported),
        ("Hermes commit: 6c453ee — Add Case Qwen loop", Contradicted),
    ] {
        assert_eq!(told(&saying(words)).0, verdict, "{words}");
    }
}

#[test]
fn a_table_of_runs_is_held_to_each_of_them() {
    let judged = |rows: &str| {
        let text = body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-05\n\n| Run | Result | Stage | Notes |\n| --- | --- | --- | --- |\n{rows}"
        ));
        let judged = WEEK.documents(&[("a.md", &text)]);
        judged.claims.iter().map(|claim| (claim.line - 9, claim.verdict)).collect::<Vec<_>>()
    };
    let rows = format!(
        "| `{PROVEN}` | ✅ pass | 2 | the first |\n| {REFUTED} | passed | 2 | |\n| {FAILED} | Failed | 3 | |\n| {PROVEN} | fail | | |\n"
    );
    let expected = [
        (1, Supported),
        (1, Supported),
        (2, Contradicted),
        (2, Supported),
        (3, Supported),
        (3, Contradicted),
        (4, Contradicted),
    ];
    assert_eq!(judged(&rows), expected);
    // What is no outcome is no claim, and a head that names columns states no value.
    assert_eq!(judged(&format!("| `{REFUTED}` | see below | 2 | |\n")), [(1, Supported)]);
    let text = body(
        "# T-1 - a\nStatus: open\n## E - 2026-06-05\n\n| Stage | Result |\n| --- | --- |\n| 1 | x |\n",
    );
    assert!(WEEK.documents(&[("a.md", &text)]).claims.is_empty());
}

#[test]
fn fields_are_told_in_sentences_too() {
    for (words, verdicts) in [
        ("The report status is pass.", vec![Supported]),
        ("The report status is fail.", vec![Contradicted]),
        ("Its backend exit code was 0, and the report status is fail.", vec![Supported, Contradicted]),
        ("Backend exit code = 1", vec![Contradicted]),
        ("`case_model` is `claude-sonnet-4-6`.", vec![Contradicted]),
        ("The report status is unclear.", vec![]),
        ("The report status is pass only at stage 2.", vec![]),
        ("If the run ends, the report status is fail.", vec![]),
        ("Is it said that the report status is fail?", vec![]),
        ("Status: pass.", vec![Supported]),
        ("Status: fail.", vec![Contradicted]),
        ("Report status: passed.", vec![Supported]),
        ("Report status - fail", vec![Contradicted]),
        ("Result: pass", vec![Supported]),
        ("Outcome: failed.", vec![Contradicted]),
        ("Result: see below.", vec![]),
        ("Tests: 4 passed, 0 failed.", vec![Supported]),
        ("Tests: 3 passed, 1 failed.", vec![Contradicted]),
        ("Tests: fail.", vec![Contradicted]),
        ("The test suite is green.", vec![Supported]),
        ("The report says pass.", vec![Supported]),
        ("The Case process exited with code 0.", vec![Supported]),
        ("The Case process exited with code 1.", vec![Contradicted]),
        ("The patch is empty.", vec![Contradicted]),
        ("No files were changed.", vec![Contradicted]),
    ] {
        let judged = WEEK.documents(&[("a.md", &saying(words))]);
        let told: Vec<_> = judged.claims.iter().map(|claim| claim.verdict).collect();
        assert_eq!(told, verdicts, "{words}");
    }
}

#[test]
fn what_stands_behind_a_citation_speaks_of_its_run() {
    let text = body(&format!(
        "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Run artifact: {FAILED}.\n- Run artifact: {PROVEN}. The run passed. The report status is fail.\n"
    ));
    let judged = WEEK.documents(&[("a.md", &text)]);
    let told: Vec<_> = judged.claims.iter().map(|claim| (claim.run.as_deref(), claim.verdict)).collect();
    assert_eq!(told, [(Some(PROVEN), Supported), (Some(PROVEN), Contradicted)]);
}

#[test]
fn a_pass_that_cites_nothing_is_one_in_any_dress() {
    for (words, rule) in [
        ("pass", "claim/unsupported-pass"),
        ("pass ✅", "claim/unsupported-pass"),
        ("Passed", "claim/unsupported-pass"),
        ("“pass”", "claim/unsupported-pass"),
        ("pass (4 of 4)", "claim/unsupported-pass"),
        ("pass!", "claim/unsupported-pass"),
        ("pass[^1]", "claim/unsupported-pass"),
        ("pass (not yet)", "claim/uncited"),
        ("fail", "claim/uncited"),
    ] {
        let text = body(&format!("# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Report status: {words}\n"));
        let judged = WEEK.documents(&[("a.md", &text)]);
        assert_eq!(rules(&judged), [(rule.to_owned(), 7)], "{words}");
    }
}
