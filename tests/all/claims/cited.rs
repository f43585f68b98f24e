//! What is wrong with a cited directory reaches the claims that rest on it.

use std::path::Path;

use counterfoil::audit::find_runs;
use counterfoil::collect::run;
use counterfoil::judge::ClaimVerdict::{self, Contradicted, Supported, Unverifiable};
use counterfoil::judge::{RunFacts, judge_run};

use super::{FAILED, PROVEN, WEEK, body, fixtures, rules};

const FOCUSED: &str = "20260601T022022Z-r1-string-slugify-2694767";
const COMMAND: &str =
    "python3 harness/runner/validate-case-provider-adapter.py --harness-root harness --json";

/// A copy of one of the week's runs, under another name, with other words in its report.
fn altered(run: &str, name: &str, alter: impl Fn(&str) -> String, manifest: bool) -> Vec<RunFacts> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let to = dir.path().join(name);
    copy(&fixtures().join("week").join(run), &to);
    let report = std::fs::read_to_string(to.join("report.json")).expect("there");
    std::fs::write(to.join("report.json"), alter(&report)).expect("written");
    if !manifest {
        std::fs::remove_file(to.join("manifest.json")).expect("there");
    }
    judged(dir.path())
}

/// The runs in a folder, judged.
fn judged(folder: &Path) -> Vec<RunFacts> {
    let found = find_runs(folder, folder, &WEEK.profile);
    let judged = found.runs.into_iter().map(|(named, name)| {
        let evidence = run::collect(&named.path, name, &named.shown, &WEEK.context()).evidence;
        judge_run(&WEEK.judge(), evidence, true, true)
    });
    judged.collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("there") {
        let entry = entry.expect("read");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copied");
        }
    }
}

fn without(report: &str, key: &str) -> String {
    let mut report: serde_json::Value = serde_json::from_str(report).expect("JSON");
    report.as_object_mut().expect("an object").remove(key);
    report.to_string()
}

/// The proven run as one of Stage 1, its baseline too.
fn at_stage_one() -> Vec<RunFacts> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let to = dir.path().join(PROVEN);
    copy(&fixtures().join("week").join(PROVEN), &to);
    for name in ["report.json", "baseline/report.json"] {
        let report = std::fs::read_to_string(to.join(name)).expect("there");
        std::fs::write(to.join(name), report.replace("\"stage\": 2", "\"stage\": 1")).expect("written");
    }
    let argv = std::fs::read_to_string(to.join("argv.json")).expect("there");
    std::fs::write(to.join("argv.json"), argv.replace("\"2\"", "\"1\"")).expect("written");
    std::fs::remove_file(to.join("manifest.json")).expect("there");
    judged(dir.path())
}

#[test]
fn a_pass_is_one_at_the_stage_that_it_is_said_to_be_of() {
    let runs = at_stage_one();
    assert_eq!(runs[0].summary.verdict.as_str(), "proven", "{:?}", runs[0].findings);
    let cites = format!("Current evidence:\n\n- Run artifact: /runs/{PROVEN}\n");
    for (title, status, more, expected) in [
        ("a", "done", "", vec![Supported]),
        ("Case Stage 1 pass evidence", "done", "", vec![Supported]),
        ("Real Case Stage 2 pass evidence", "done", "", vec![Contradicted]),
        ("a", "done", "\nAcceptance:\n\n- A Stage 2 run passes.\n", vec![Contradicted]),
        ("a", "open", "- The run passed.\n", vec![Supported]),
        ("a", "open", "- The Stage 1 run passed.\n", vec![Supported]),
        ("a", "open", "- The Stage 2 run passed.\n", vec![Contradicted]),
        ("a", "open", "- The real Case run passed.\n", vec![Contradicted]),
        ("a", "open", "- The fake Stage 1 run passed.\n", vec![Contradicted]),
        ("a", "open", "- The run, which is no fake, passed.\n", vec![Supported]),
    ] {
        let text = body(&format!("# T-T-1 - {title}\nStatus: {status}\n\n{cites}{more}"));
        assert_eq!(told(&text, &runs), expected, "{title} {status} {more}");
    }
    // "T-T-1 is done." is held to the same.
    let said = format!(
        "# T-T-2 - b\nStatus: open\n\nT-T-1 is done.\n\n# T-T-1 - Stage 2 run\nStatus: done\n\n{cites}"
    );
    assert_eq!(told(&body(&said), &runs), [Contradicted; 2]);
}

fn told(text: &str, runs: &[RunFacts]) -> Vec<ClaimVerdict> {
    let judged = WEEK.documents_by(&[("a.md", text)], runs);
    let verdicts: Vec<_> = judged.claims.iter().map(|claim| claim.verdict).collect();
    let accepted = rules(&judged).is_empty() && judged.gaps.is_empty();
    assert_eq!(accepted, verdicts.iter().all(|verdict| *verdict == Supported), "{judged:?}");
    verdicts
}

#[test]
fn a_validator_is_as_good_as_its_directory() {
    let cited = |name: &str| {
        body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Focused validator passed: `{COMMAND}`.\n- Focused validator artifact: /runs/{name}\n- Report status: pass.\n"
        ))
    };
    let other = "20260601T022022Z-r1-string-slugify-1";
    type Alter = fn(&str) -> String;
    let cases: [(&str, &str, Alter, bool, [ClaimVerdict; 2]); 9] = [
        ("as it is", FOCUSED, |report| report.to_owned(), true, [Supported, Supported]),
        ("another run's", other, |report| report.to_owned(), false, [Contradicted, Unverifiable]),
        (
            "no list of checks",
            FOCUSED,
            |report| without(report, "checks"),
            false,
            [Contradicted, Unverifiable],
        ),
        (
            "an empty list",
            FOCUSED,
            |report| {
                let mut report: serde_json::Value = serde_json::from_str(report).expect("JSON");
                report["checks"] = serde_json::json!([]);
                report.to_string()
            },
            false,
            [Contradicted, Supported],
        ),
        (
            "another schema",
            FOCUSED,
            |report| report.replace("harness-evidence/1", "other/9"),
            false,
            [Contradicted, Unverifiable],
        ),
        (
            "an end before its start",
            FOCUSED,
            |report| report.replace("2026-06-01T02:20:26Z", "2026-05-01T02:20:26Z"),
            false,
            [Contradicted, Unverifiable],
        ),
        (
            "two statuses",
            FOCUSED,
            |report| {
                report.replace(
                    "\"status\": \"pass\",\n  \"started",
                    "\"status\": \"fail\", \"status\": \"pass\",\n  \"started",
                )
            },
            false,
            [Contradicted, Unverifiable],
        ),
        (
            "another file than the manifest's",
            FOCUSED,
            |report| format!("{report} "),
            true,
            [Contradicted, Unverifiable],
        ),
        (
            "a leak",
            FOCUSED,
            |report| {
                let value = std::fs::read_to_string(fixtures().join("endpoint.txt")).expect("there");
                report.replacen('{', &format!("{{\"note\": \"{}\",", value.trim()), 1)
            },
            false,
            [Contradicted, Unverifiable],
        ),
    ];
    for (what, name, alter, manifest, expected) in cases {
        assert_eq!(told(&cited(name), &altered(FOCUSED, name, alter, manifest)), expected, "{what}");
    }
}

#[test]
fn a_report_that_is_not_the_run_s_own_carries_no_word() {
    let other = "20260601T022535Z-r1-string-slugify-1";
    let said = "- Report status: fail.\n- Tests failed.\n- Patch bytes: 0.\n";
    let text = |name: &str| {
        body(&format!("# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Run artifact: /runs/{name}\n{said}"))
    };
    let own = altered(FAILED, FAILED, str::to_owned, true);
    assert_eq!(told(&text(FAILED), &own), [Supported; 3]);
    let moved = altered(FAILED, other, str::to_owned, false);
    assert_eq!(told(&text(other), &moved), [Unverifiable; 3]);
    let changed = altered(FAILED, FAILED, |report| format!("{report} "), true);
    assert_eq!(told(&text(FAILED), &changed), [Unverifiable; 3]);
    // Of a gate's condition neither.
    let gate = |name: &str| {
        format!(
            "{}\n# T-2 - b\nStatus: open\n\nAcceptance:\n\n- T-2 remains blocked until explicit endpoint config exists.\n",
            body(&format!("## E - 2026-06-05\n- Run artifact: /runs/{name}\n"))
        )
    };
    assert_eq!(told(&gate(FAILED), &own), [Supported]);
    assert_eq!(told(&gate(other), &moved), [Unverifiable]);
}

#[test]
fn what_a_check_came_to_is_its_report_s_status() {
    let said = |artifact: &str, words: &str| {
        let text = body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Focused validator artifact: /runs/{artifact}\n- {words}\n"
        ));
        let judged = WEEK.documents(&[("a.md", &text)]);
        judged.claims.iter().map(|claim| claim.verdict).collect::<Vec<_>>()
    };
    for words in [
        "Validator status: pass.",
        "Focused validator status: pass",
        "Validator result: pass",
        "The validator's checks passed.",
        "The validator passed.",
    ] {
        assert_eq!(said(FOCUSED, words), [Supported], "{words}");
        // A run is no validator.
        assert_eq!(said(PROVEN, words), [Contradicted], "{words}");
    }
    assert_eq!(said(FOCUSED, "Other validator status: pass"), [ClaimVerdict::Unsupported]);
    for words in [
        "Validator status: fail.",
        "The validator failed.",
        "1 of 2 checks failed.",
        "The checks failed (both).",
    ] {
        assert_eq!(said(FOCUSED, words), [Contradicted], "{words}");
    }
    for words in ["The validator failed before the fix.", "No check failed.", "The other check failed."] {
        assert_eq!(said(FOCUSED, words), [], "{words}");
    }
    let failed = altered(FOCUSED, FOCUSED, |report| report.replace("\"pass\"", "\"fail\""), true);
    let words = format!(
        "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Focused validator artifact: /runs/{FOCUSED}\n- The validator failed.\n- Validator status: fail\n"
    );
    assert_eq!(told(&body(&words), &failed), [Supported; 2]);
    // Of a check whose report is not cited nothing is claimed.
    let text = |words: &str| {
        body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Run artifact: /r/{PROVEN}\n- {words}\n"
        ))
    };
    assert_eq!(WEEK.documents(&[("a.md", &text("The endpoint check failed."))]).claims.len(), 0);
}

#[test]
fn a_report_that_is_not_the_recorded_one_can_contradict_and_not_support() {
    let cites = |line: &str| {
        body(&format!(
            "# T-1 - a\nStatus: open\n## E - 2026-06-05\n- Run artifact: /runs/{PROVEN}\n- {line}\n"
        ))
    };
    let runs = altered(PROVEN, PROVEN, |report| report.replacen("\"pass\"", "\"fail\"", 1), true);
    for (line, verdict) in [
        ("Report status: pass.", Contradicted),
        ("Report status: fail.", Unverifiable),
        ("Stage: 2.", Unverifiable),
        ("Stage: 3.", Contradicted),
        ("The harness recorded no changed files.", Contradicted),
    ] {
        assert_eq!(told(&cites(line), &runs), [verdict], "{line}");
    }
}

#[test]
fn a_done_item_is_explained_by_its_run_before_its_checks() {
    let text = body(&format!(
        "# T-1 - a\nStatus: done\n## E - 2026-06-05\n- Focused validator artifact: /runs/{FOCUSED}\n- Run artifact: /runs/{FAILED}\n"
    ));
    let judged = WEEK.documents(&[("a.md", &text)]);
    let claim = judged.claims.first().expect("the status");
    assert_eq!(claim.run.as_deref(), Some(FAILED));
    assert_eq!(claim.found.as_deref(), Some("no pass: the report says fail"));
}
