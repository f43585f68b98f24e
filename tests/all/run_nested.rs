//! Runs in a run's directory, and a run that is named by its report: each run is audited on its own, and once.

use std::path::Path;

use super::cli::{audit, rules_under};
use super::harness::copy;

const ENDPOINT: &str = "http://100.101.102.103:8000/v1";
const RUN: &str = "20260601T022535Z-r1-string-slugify-2731603";
const OTHER: &str = "20260604T091200Z-r1-string-slugify-310552";

fn proven() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run").join(RUN)
}

/// A proven run, with another run's directory at `below` in it, whose report and trace tell of another model.
fn nested(folder: &Path, below: &str) -> std::path::PathBuf {
    let run = folder.join(RUN);
    copy(&proven(), &run);
    let inner = run.join(below);
    copy(&proven(), &inner);
    for file in ["report.json", "trace.jsonl", "argv.json", "admission.json"] {
        let text = std::fs::read_to_string(inner.join(file)).expect("readable");
        std::fs::write(inner.join(file), text.replace("qwen3.6-35b-a3b", "gpt-x").replace(RUN, OTHER))
            .expect("writable");
    }
    run
}

#[test]
fn a_run_in_a_run_has_its_own_verdict() {
    for below in [OTHER.to_owned(), format!("backend/{OTHER}"), format!("backend/more/{OTHER}")] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = nested(folder.path(), &below);
        for named in [folder.path(), &run] {
            let (document, code) = audit(named, ENDPOINT);
            let runs = document["runs"].as_array().expect("a list");
            let verdicts: Vec<_> =
                runs.iter().map(|run| (run["id"].as_str(), run["verdict"].as_str())).collect();
            assert_eq!(
                verdicts,
                [(Some(RUN), Some("proven")), (Some(OTHER), Some("refuted"))],
                "{below}: {document:#}"
            );
            assert_eq!(code, 1);
            let findings = document["findings"].as_array().expect("a list");
            let inner = |finding: &serde_json::Value| {
                finding["location"]["path"].as_str().is_some_and(|path| path.contains(OTHER))
            };
            assert!(findings.iter().all(inner), "{findings:#?}");
        }
    }
}

#[test]
fn what_the_baseline_holds_is_the_runs_own() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    nested(folder.path(), &format!("baseline/{OTHER}"));
    let (document, _) = audit(folder.path(), ENDPOINT);
    assert_eq!(document["runs"].as_array().map(Vec::len), Some(1), "{document:#}");
}

#[test]
fn a_link_into_another_run_lends_no_evidence() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = nested(folder.path(), OTHER);
    copy(&proven(), &run.join(OTHER));
    std::fs::remove_file(run.join("trace.jsonl")).expect("was there");
    std::os::unix::fs::symlink(format!("{OTHER}/trace.jsonl"), run.join("trace.jsonl")).expect("linked");
    let (document, _) = audit(&run, ENDPOINT);
    assert_eq!(document["runs"][0]["verdict"], "refuted", "{document:#}");
    assert!(rules_under(&document, "").contains(&"interface/escaping-link".to_owned()));
}

#[test]
fn a_manifest_may_list_the_files_of_a_run_within() {
    let digest = |bytes: &[u8]| -> String {
        use sha2::Digest;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    for (stated, fires) in [(true, false), (false, true)] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = nested(folder.path(), OTHER);
        copy(&proven(), &run.join(OTHER));
        let bytes = std::fs::read(run.join(OTHER).join("trace.jsonl")).expect("readable");
        let sum = if stated { digest(&bytes) } else { "0".repeat(64) };
        std::fs::write(run.join("manifest.json"), format!("{{\"{OTHER}/trace.jsonl\": \"{sum}\"}}"))
            .expect("writable");
        let (document, _) = audit(&run, ENDPOINT);
        let rules = rules_under(&document, "");
        assert_eq!(rules.contains(&"interface/digest-mismatch".to_owned()), fires, "{document:#}");
    }
}

#[test]
fn a_report_names_its_run() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join(RUN);
    copy(&proven(), &run);
    let (document, code) = audit(&run.join("report.json"), ENDPOINT);
    assert_eq!((&document["runs"][0]["verdict"], code), (&"proven".into(), 0), "{document:#}");
}
