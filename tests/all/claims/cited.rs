//! What is wrong with a cited directory reaches the claims that rest on it.

use std::path::Path;

use counterfoil::audit::find_runs;
use counterfoil::collect::run;
use counterfoil::judge::ClaimVerdict::{self, Contradicted, Supported, Unverifiable};
use counterfoil::judge::{RunFacts, judge_run};

use super::{FAILED, WEEK, body, fixtures, rules};

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
    let found = find_runs(dir.path(), dir.path(), &WEEK.profile);
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
