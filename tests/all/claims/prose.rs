//! Prose about runs: what says that one passed is a claim in whatever words, and what says so of none is no claim.

use counterfoil::judge::{ClaimKind, ClaimVerdict};

use super::{FAILED, PROVEN, WEEK, body, rules};

/// Refuted: a fallback model was used.
const REFUTED: &str = "20260602T141533Z-r2-string-slugify-184227";

/// The run that a letter stands for.
fn run(letter: &str) -> &'static str {
    match letter {
        "P" => PROVEN,
        "F" => FAILED,
        "R" => REFUTED,
        _ => panic!("no run: {letter}"),
    }
}

/// The rules that find something wrong in a document that says this beside a citation (of none where the letter is `-`),
/// and the verdicts on its claims.
fn said(letter: &str, words: &str) -> (Vec<String>, Vec<ClaimVerdict>) {
    let cites = if letter == "-" {
        String::new()
    } else {
        format!("- Run artifact directory: /runs/{}\n", run(letter))
    };
    let words = words.replace("{P}", PROVEN).replace("{F}", FAILED);
    let words = if words.starts_with(['|', '\n']) { format!("\n{words}") } else { format!("- {words}") };
    let text = format!("# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n\n{cites}{words}\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    let found = rules(&judged).into_iter().map(|(rule, _)| rule).collect();
    (found, judged.claims.iter().map(|claim| claim.verdict).collect())
}

fn claims_nothing(letters: &[&str], all: &[&str]) {
    for (letter, words) in letters.iter().flat_map(|letter| all.iter().map(move |words| (letter, words))) {
        assert_eq!(said(letter, words), (vec![], vec![]), "{letter} {words}");
    }
}

/// Nothing is wrong beside a proven run, and something is beside one that is none.
fn claims_a_pass(all: &[&str]) {
    for words in all {
        let (found, verdicts) = said("P", words);
        assert_eq!(
            (found.len(), &verdicts[..]),
            (0, &[ClaimVerdict::Supported][..]),
            "P {words} {found:?}"
        );
        let (found, verdicts) = said("F", words);
        assert_eq!((found.len(), &verdicts[..]), (1, &[ClaimVerdict::Contradicted][..]), "F {words}");
    }
}

#[test]
fn a_norm_on_pass_evidence_claims_none() {
    claims_nothing(
        &["P", "F", "-"],
        &[
            "Real Case Stage 2 pass evidence exists only through the Harness Evidence Interface.",
            "Pass evidence is recorded only through the harness.",
            "Pass evidence exists nowhere but in a run directory.",
            "The harness reports pass, fail or blocked.",
            "The harness records \"pass\", \"fail\" or \"blocked\".",
            "Each run reports pass or fail.",
        ],
    );
    claims_a_pass(&[
        "Real Case Stage 2 pass evidence exists.",
        "Real Case Stage 2 pass evidence now exists for this loop.",
        "The harness reports pass.",
        "The harness reports pass, as it should.",
    ]);
}

#[test]
fn a_pass_is_claimed_in_whatever_words() {
    claims_a_pass(&[
        "The run passed (no fallback).",
        "The run passed - no errors.",
        "The run passed — not a single test failed.",
        "We may now say that the run passed.",
        "It passed.",
        "Passed.",
        "Result: ✅ pass",
        "Result: clean pass",
        "Result: ✅",
        "Status: ✅",
        "Attempt 2: pass",
        "Stage 2 pass.",
        "| Attempt | Result |\n|---|---|\n| 1 | pass |",
        "| Stage | Result |\n|---|---|\n| 2 | ✅ |",
        "| Date | Result |\n|---|---|\n| 2026-07-03 | passed |",
    ]);
    claims_nothing(
        &["P", "F"],
        &[
            "The run passed (not really).",
            "The run passed - not.",
            "The run passed — not quite.",
            "The run passed (no).",
            "We may not say that the run passed.",
            "Result: pass or fail",
            "The review was held on Friday. It passed.",
            "The review was held on Friday.\n  - Passed.",
        ],
    );
}

#[test]
fn a_run_that_is_named_is_said_to_have_passed() {
    for words in [
        "Evidence: {F}, which passed.",
        "{F}, passed",
        "Pass: {F}",
        "Pass: `/x/{F}/`.",
        "{F}: all 4 tests passed",
        "{P}: all 5 tests passed",
        "Runs: {P} (pass), {F} (pass)",
        "Passing runs: {P} and {F}",
        "Passing runs:\n  - {P}\n  - {F}",
    ] {
        assert_eq!(said("-", words).0.len(), 1, "{words}");
    }
    for words in
        ["Pass: {P}", "{P}: all 4 tests passed", "Passing runs:\n  - `{P}`", "Passing runs: /a/{P}, /b/{P}"]
    {
        assert_eq!(said("-", words).0, [] as [&str; 0], "{words}");
    }
    for words in ["Evidence: {F}, behind the gate, passed.", "{F}: none passed", "Runs: {F} (fail)"] {
        assert_eq!(said("-", words), (vec![], vec![]), "{words}");
    }
}

#[test]
fn what_passed_of_a_check_is_the_check() {
    const FOCUSED: &str = "20260601T022022Z-r1-string-slugify-2694767";
    let head = "# W-T-1 - a\nStatus: open\n## Evidence - 2026-06-05\n";
    for words in ["\n- Passed.", " It passed."] {
        let text = body(&format!("{head}- Focused validator artifact: /runs/{FOCUSED}.{words}\n"));
        let judged = WEEK.documents(&[("a.md", &text)]);
        let claims: Vec<_> = judged.claims.iter().map(|claim| (claim.kind, claim.verdict)).collect();
        assert_eq!(claims, [(ClaimKind::Validator, ClaimVerdict::Supported)], "{words}");
    }
}

#[test]
fn what_the_report_is_said_to_prove_is_held_against_it() {
    for words in [
        "Harness report proves `case_model: claude-sonnet-4-6`.",
        "Harness report proves no fallback to anthropic or claude-sonnet-4-6.",
        "The harness report shows `backend: fake`.",
        "Harness report: case_model=claude-sonnet-4-6.",
        "The report shows that the stage is 3.",
        "No fallback was used.",
        "[x] Harness report proves `case_model: claude-sonnet-4-6`.",
        "[x] Harness report proves no fallback to anthropic or claude-sonnet-4-6.",
    ] {
        assert_eq!(said("R", words).0, ["claim/contradicted"], "{words}");
    }
    assert_eq!(said("F", "Harness report proves status: pass.").0, ["claim/contradicted"]);
    assert_eq!(said("R", "[x] Stage 2 pass.").0, ["claim/pass-not-proven"]);
    for words in [
        "Harness report proves `case_model: qwen3.6-35b-a3b`.",
        "Harness report proves status: pass.",
        "The harness report shows `backend: case`.",
        "[x] Harness report proves no fallback to anthropic or claude-sonnet-4-6.",
        "No fallback was used.",
    ] {
        assert_eq!(said("P", words), (vec![], vec![ClaimVerdict::Supported]), "{words}");
    }
    claims_nothing(
        &["P", "F", "-"],
        &[
            "No fallback is allowed.",
            "The report shows how the run ended: it failed.",
            "The harness report proves nothing.",
            "Harness report: see below.",
            "[ ] Harness report proves `case_model: claude-sonnet-4-6`.",
        ],
    );
}

#[test]
fn prose_about_passes_claims_none() {
    claims_nothing(
        &["-", "F"],
        &[
            "After the run passed, the item may be closed.",
            "Exit criterion: the run passed with a same-run baseline.",
            "For example: the run passed.",
            "\"The run passed.\" is a claim.",
            "“Stage 2 passed” needs evidence.",
            "Write \"Run passed.\" only after the harness says so.",
            "A passed run is a proven run.",
            "A pass is a run that is proven.",
            "Cite the run that passed.",
            "An earlier draft said that the run passed; that was wrong.",
            "A run validates W-T-9 only if it is proven.",
            "W-T-9 was done, then reopened.",
            "`status: pass` alone proves nothing.",
            "Run artifact: TBD",
            "Run artifact: none yet",
            "Run artifact directory: `<path>`",
        ],
    );
    claims_nothing(
        &["F"],
        &["The previous run passed, this one failed.", "The run succeeded in reaching the model."],
    );
    claims_a_pass(&[
        "After the run passed, we updated the docs.",
        "The run succeeded in the end.",
        "\"The run passed\" is what the report says.",
        "The run that passed is cited above.",
    ]);
}

/// What is found in a document whose item is done by a run that is cited so.
fn done_by(heading: &str, cites: &str) -> Vec<String> {
    let cites = cites.replace("{P}", PROVEN).replace("{F}", FAILED);
    let text =
        format!("# W-T-1 - a\nStatus: done\n## {heading} - 2026-06-05\n\n- Run artifact: /runs/{cites}\n");
    let judged = WEEK.documents(&[("a.md", &body(&text))]);
    judged.findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}

#[test]
fn a_remark_takes_a_run_back_where_it_says_so_of_the_run() {
    for cites in [
        "{P}; the endpoint is not in it.",
        "{P} (no longer blocked)",
        "{P} (not committed)",
        "{P} (not superseded)",
        "{P}, which replaces the invalid one.",
        "{P} (supersedes {F})",
    ] {
        assert_eq!(done_by("Evidence", cites), [] as [&str; 0], "{cites}");
    }
    for (heading, cites) in [
        ("Evidence", "{P} (rejected)"),
        ("Evidence", "{P}, which was withdrawn"),
        ("Evidence", "{P} (no longer valid)"),
        ("Evidence", "{P} (must not be used)"),
        ("Superseded evidence", "{P}"),
    ] {
        let found = done_by(heading, cites);
        let [found] = &found[..] else { panic!("{heading} {cites}: {found:?}") };
        assert!(found.starts_with("claim/unsupported-pass") && found.contains("taken back"), "{found}");
        assert!(found.contains(PROVEN), "{found}");
    }
}

#[test]
fn a_gate_may_have_a_mark_before_its_condition_and_holds_nothing_where_it_is_denied() {
    let found = |gate: &str| {
        let text = format!("# W-T-1 - a\nStatus: open\n\n- {gate}\n\n# W-T-3 - b\nStatus: open\n");
        rules(&WEEK.documents(&[("a.md", &body(&text))]))
            .into_iter()
            .map(|(rule, _)| rule)
            .collect::<Vec<_>>()
    };
    for gate in [
        "W-T-1 remains blocked until: W-T-3 is done.",
        "W-T-1 remains blocked - until W-T-3 is done.",
        "W-T-1 remains blocked until W-T-3 is done.",
    ] {
        assert_eq!(found(gate), ["claim/gate-not-met"], "{gate}");
    }
    for gate in [
        "W-T-1 need not be blocked until W-T-3 is done.",
        "W-T-1 will never be blocked until W-T-3 is done.",
    ] {
        assert_eq!(found(gate), [] as [&str; 0], "{gate}");
    }
}

#[test]
fn commits_are_read_from_lists_and_other_labels() {
    for (words, expected) in [
        ("Commits:\n  - 6c453ee Add Case Qwen loop entrypoint\n  - deadbee More", 1),
        ("Commit hash: deadbee", 1),
        ("Hermes commit (main): deadbee Add it", 1),
        ("Commit: 6c453ee (2026-07-02)", 0),
        ("Commit: 6c453ee, on main", 0),
        ("Commit: 6c453ee (#12)", 0),
        ("Hermes commit (main): 6c453ee Add Case Qwen loop entrypoint", 0),
    ] {
        let (found, verdicts) = said("-", words);
        assert_eq!((found.len(), verdicts.is_empty()), (expected, false), "{words} {found:?}");
    }
}
