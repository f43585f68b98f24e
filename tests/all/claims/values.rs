//! Values and what stands around them: code spans, remarks, blocks below a label; sentences on a run, and what denies them.

use super::told::{BLOCKED, judged_as};
use super::{FAILED, PROVEN, WEEK, body, rules};

/// A validator that passed, with five checks.
const VALIDATOR: &str = "20260601T022022Z-r1-string-slugify-2694767";

#[test]
fn what_stands_behind_a_closed_code_span_is_a_remark() {
    judged_as(&[
        (PROVEN, "Case model: `qwen3.6-35b-a3b`. No fallback was used.", "SS"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`; no fallback was used.", "SS"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`, admitted.", "S"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b` (admitted)", "S"),
        (PROVEN, "Case model provider: `qwen-local`. The model was admitted.", "SS"),
        (PROVEN, "Case model provider: `qwen-local` (vLLM on Spark1)", "S"),
        (PROVEN, "`case_model_provider: qwen-local`. The model was admitted.", "SS"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json`. It was run twice.", "S"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json`. It was not run again.", "S"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json`, run from the repository root.", "S"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json` on 2026-06-04", "S"),
        (PROVEN, "Changed files: `src/slugify.py`. No other file was changed.", "S"),
        (PROVEN, "Changed files: `src/slugify.py`, as planned in the task.", "C"),
        (PROVEN, "Patch path: `patch.diff`. It is small.", "S"),
        (PROVEN, "Patch path: `patch.diff` (small)", "S"),
        (PROVEN, "Case model provider: `qwen-local`, as the Case config says.", "S"),
        (PROVEN, "Changed files: `src/slugify.py` only.", "S"),
        (PROVEN, "Report status: `pass`. It took a minute.", "S"),
        (FAILED, "Failure reason: `case agent result protocol failed`, see backend log.", "S"),
        (FAILED, "Failure reason: `case agent result protocol failed`. It will be mended.", "S"),
        (PROVEN, "| Case model | `qwen3.6-35b-a3b`, admitted |\n| --- | --- |\n| Stage | 2 |", "SS"),
    ]);
}

#[test]
fn a_remark_behind_a_closed_value_may_take_it_back() {
    judged_as(&[
        (PROVEN, "Case model: `qwen3.6-35b-a3b`. It was not used.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`. This is wrong.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`. In truth it was gpt-5.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`. A fallback was used.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`, not really.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`, later `claude-sonnet-4-6`.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b`, gpt-5 at first.", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b` and `gpt-5`", "C"),
        (PROVEN, "Case model: `qwen3.6-35b-a3b` (gpt-5)", "C"),
        (PROVEN, "Case model: `gpt-5` (qwen3.6-35b-a3b)", "C"),
        (PROVEN, "Case model: `gpt-5`. No fallback was used.", "CS"),
        (PROVEN, "Case model provider: `anthropic` (vLLM on Spark1)", "C"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh` --json --force", "C"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json`, with --force", "C"),
        (PROVEN, "Command: `harness/evals/case-qwen-loop.sh --json`. All tests passed.", "SS"),
        (FAILED, "Command: `harness/evals/case-qwen-loop.sh --json`. All tests passed.", "CS"),
        (PROVEN, "Changed files: `src/slugify.py`, `src/other.py`.", "C"),
        (PROVEN, "Changed files: `src/slugify.py`, Makefile.", "C"),
        (PROVEN, "Changed files: `src/slugify.py` (and tests)", "C"),
        (PROVEN, "Changed files: `src/slugify.py` src/other.py", "C"),
        (PROVEN, "Report status: `pass`. This is not true.", "C"),
        (PROVEN, "Report status: pass. This was a mistake.", "C"),
        (FAILED, "Failure reason: `case agent result protocol failed`. That is wrong.", "C"),
    ]);
}

/// What is told of a validator beside the citation of one that passed: the first letters of the verdicts.
fn of_validator(lines: &str) -> String {
    let lines = lines.replace(
        '%',
        "python3 harness/runner/validate-case-provider-adapter.py --harness-root harness --json",
    );
    let text = body(&format!("# T-1 - a\nStatus: open\n## E - 2026-06-01\n{lines}\n"));
    let judged = WEEK.documents(&[("a.md", &text)]);
    judged.claims.iter().map(|claim| claim.verdict.as_str().get(..3).unwrap_or_default()).collect()
}

fn beside_its_artifact(words: &str) -> String {
    of_validator(&format!("- Focused validator artifact: /r/{VALIDATOR}\n- {words}"))
}

#[test]
fn a_remark_behind_a_validator_s_command_is_none_of_it() {
    for (words, expected) in [
        ("`%` (5 checks)", "sup"),
        ("`%`, 5 checks", "sup"),
        ("`%` on 2026-06-01", "sup"),
        ("`%`, run again", "sup"),
        ("`%`. It took a minute.", "sup"),
        ("`%` (6 checks)", "con"),
        ("`%`, 5 of 6 checks", "con"),
        ("`%` (not really)", "con"),
        ("`%`, failed at first", "con"),
        ("`%` --force", "con"),
        ("`%` and `make lint`", "con"),
        ("`%`. This is wrong.", "con"),
        ("`%` on 2026-07-03", "unv"),
    ] {
        assert_eq!(beside_its_artifact(&format!("Focused validator passed: {words}")), expected, "{words}");
    }
}

#[test]
fn a_validator_s_command_may_stand_before_or_behind_what_it_came_to() {
    for (words, expected) in [
        ("Focused validator: `%` passed.", "sup"),
        ("Focused validator: `%` — passed (5 checks)", "sup"),
        ("Focused validator: `%` passed (6 checks)", "con"),
        ("Focused validator: `other.sh --json` passed.", "con"),
        ("Focused validator: `%` failed.", "con"),
        ("Focused validator failed: `%`.", "con"),
        ("Focused validator failed: `other.sh --json`.", "unv"),
        ("Focused validator: `%` was not run.", ""),
        ("Focused validator: `%`", ""),
        ("Focused validator: `%` must have passed.", ""),
        ("Focused validator, planned: `%` passed.", ""),
    ] {
        assert_eq!(beside_its_artifact(words), expected, "{words}");
    }
}

#[test]
fn a_validator_s_claim_asks_for_its_own_artifact() {
    let cited = format!(
        "- Pre-merge aggregate validator artifact: /r/{VALIDATOR}\n- Focused validator passed: `%`"
    );
    assert_eq!(of_validator(&cited), "uns");
    let text = body("# T-1 - a\nStatus: open\n## E - 2026-06-01\n- Focused validator passed: `x.sh`\n");
    let judged = WEEK.documents(&[("a.md", &text)]);
    assert_eq!(rules(&judged), [("claim/unsupported-pass".to_owned(), 7)]);
    let help = judged.findings[0].help.clone();
    assert!(help.contains("Focused validator artifact: "), "{help}");
    assert!(!help.contains("proven run"), "{help}");
}

#[test]
fn what_the_report_shows_in_code_spans_is_its_value() {
    judged_as(&[
        (PROVEN, "Harness report proves `case_model_provider: qwen-local`.", "S"),
        (PROVEN, "Harness report proves `case_model_provider: anthropic`.", "C"),
        (PROVEN, "Harness report proves case_model_provider: openai.", "C"),
        (PROVEN, "Harness report proves `kind: validator`.", "C"),
        (PROVEN, "Harness report proves `kind: run`.", "S"),
        (PROVEN, "Harness report proves `failure_reason: timeout`.", "C"),
        (FAILED, "Harness report proves `failure_reason: case agent result protocol failed`.", "S"),
        (PROVEN, "Harness report proves `command: harness/evals/health.sh --json`.", "C"),
        (PROVEN, "Harness report proves `command: harness/evals/case-qwen-loop.sh --json`.", "S"),
        (PROVEN, "The case model provider was `anthropic`.", "C"),
        (PROVEN, "The case model provider was `qwen-local` in this run.", "S"),
        (PROVEN, "The report shows tests passed: 3.", "C"),
        (PROVEN, "The report shows tests passed: 4.", "S"),
        (FAILED, "The report has `status: fail` and `backend: fake`.", "CS"),
        (FAILED, "The report has `status: fail` and `backend: case`.", "SS"),
        (FAILED, "The report shows `status: fail`, `backend: case` and `stage: 3`.", "CSS"),
    ]);
    for words in [
        "The case model provider was `anthropic` only in an old draft.",
        "The case model provider is `anthropic` where nothing is set.",
        "The case model provider must be `anthropic`.",
        "Was the case model provider `anthropic`?",
        "Is it said that the case model provider is `anthropic`?",
        "If the case model provider is `anthropic`, the run is refuted.",
        "The harness does not prove `case_model_provider: anthropic`.",
        "The report shows `case_model_provider: anthropic` is wrong.",
        "The old case model provider was `anthropic`.",
    ] {
        judged_as(&[(PROVEN, words, "")]);
    }
}

#[test]
fn a_contract_s_sentences_may_be_denied_and_told_in_near_words() {
    for words in [
        "The harness recorded changed files.",
        "The patch artifact was not empty.",
        "The patch was non-empty.",
        "Tests did not fail.",
        "Harness report status: pass.",
        "Final status: pass",
        "Test status: pass",
        "Test result: pass",
        "Test results: 4 passed, 0 failed",
        "Same-run fake baseline comparison: passed.",
        "A same-run fake baseline was recorded.",
        "The change was admitted.",
        "The Case process was not started.",
        "The model was not admitted.",
    ] {
        judged_as(&[(FAILED, words, "C")]);
    }
    for words in [
        "Harness recorded no changed files.",
        "The run recorded no changed files.",
        "There were no changed files.",
        "No files changed.",
        "Tests did not pass.",
        "Not all tests passed.",
        "The Case process was not started.",
        "The change was not admitted.",
        "No same-run baseline was recorded.",
        "Harness report status: fail.",
        "Final status: failed",
    ] {
        judged_as(&[(PROVEN, words, "C")]);
    }
    for words in [
        "The harness recorded changed files.",
        "The patch artifact was not empty.",
        "Tests did not fail.",
        "Final status: pass",
        "Test result: pass",
        "Same-run fake baseline comparison: passed.",
        "A same-run fake baseline was recorded.",
        "The Case process was started.",
        "The change was admitted.",
        "The model was admitted.",
    ] {
        judged_as(&[(PROVEN, words, "S")]);
    }
    for words in [
        "The harness recorded no changed files.",
        "No files changed.",
        "Tests did not pass.",
        "Not all tests passed.",
        "The change was not admitted.",
        "No same-run baseline was recorded.",
    ] {
        judged_as(&[(FAILED, words, "S")]);
    }
    judged_as(&[
        (BLOCKED, "The Case process was not started.", "S"),
        (BLOCKED, "The Case process was started.", "C"),
        (BLOCKED, "Tests did not pass.", "S"),
    ]);
}

#[test]
fn what_is_no_claim_on_the_cited_run_stays_none() {
    for words in [
        "There were no changed files in the baseline.",
        "Tests did not pass before the patch.",
        "Tests did not pass at first.",
        "Tests must not fail.",
        "If tests did not fail, the item may be closed.",
        "The change was not admitted at first.",
        "The model is not admitted for Stage 3.",
        "The harness recorded changed files in the patch.",
        "No files changed outside of `src/`.",
        "The patch must not be empty.",
        "A same-run fake baseline must be recorded.",
        "A same-run fake baseline is recorded when the loop ends.",
        "The Case process was not started before the gate was crossed.",
        "Final status: open",
        "Final status: blocked",
        "Test result: see below.",
        "Did tests not pass?",
    ] {
        for run in [PROVEN, FAILED] {
            judged_as(&[(run, words, "")]);
        }
    }
}

#[test]
fn a_label_takes_its_value_from_the_paragraph_below() {
    judged_as(&[
        (PROVEN, "Report status:\n\n  pass", "S"),
        (FAILED, "Report status:\n\n  pass", "C"),
        (FAILED, "**Report status:**\n\n  `pass`", "C"),
        (PROVEN, "Case model:\n\n  `qwen3.6-35b-a3b`. No fallback was used.", "SS"),
        (PROVEN, "Changed files:\n\n  `src/slugify.py`", "S"),
        (PROVEN, "Changed files:\n\n  `src/other.py`", "C"),
        (FAILED, "Failure reason:\n\n  case agent result protocol failed", "S"),
        // Nothing is said where nothing, or a code block, stands below.
        (PROVEN, "Changed files:\n\n  ```\n  src/slugify.py\n  ```", ""),
        (PROVEN, "Failure reason:", ""),
        (FAILED, "Failure reason:", ""),
        (FAILED, "Command:\n  ```\n  x.sh\n  ```\n\n  It was run twice.", ""),
    ]);
    let broken = |item: &str| rules(&WEEK.documents(&[("a.md", &body(&format!("# T-1 - a\n{item}\n")))]));
    let found = broken("Status:\n\ndone");
    assert_eq!(found.iter().map(|(rule, _)| &**rule).collect::<Vec<_>>(), ["claim/unsupported-pass"]);
    assert_eq!(broken("Status: blocked.\n\nBlocked by:\n\nReal evidence is missing."), []);
    let cited = format!(
        "Status: open\n\n## E - 2026-06-01\n\n- Run artifact directory:\n\n  `/srv/x/{FAILED}`\n\n- Report status: fail"
    );
    assert_eq!(broken(&cited), []);
    // What it waits for is named in the list, and not in the words above it.
    let listed = "Status: open.\n\nBlocked by:\n\nThese:\n\n- real Case Stage 2 pass evidence exists";
    assert_eq!(broken(listed).len(), 1);
    let prose =
        "Status: open\n\n## E - 2026-06-01\n\nRun artifact: /r/%\n\nCommand:\n\nThe loop was run twice.";
    assert_eq!(broken(&prose.replace('%', PROVEN)), []);
}
