//! What a pass must show beside breaking no rule: a run that lacks an artifact, or has one that can't be
//! understood, is unproven, never proven.

use std::path::Path;

use super::cli::{audit, counterfoil, rules_under};
use super::harness::copy;

const ENDPOINT: &str = "http://100.101.102.103:8000/v1";
const RUN: &str = "20260601T022535Z-r1-string-slugify-2731603";

/// The smallest proven pass, changed: its verdict, the exit code, the rules that fire, the gaps' reasons.
pub fn changed(change: impl Fn(&Path)) -> (String, i32, Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join(RUN);
    let proven =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run").join(RUN);
    copy(&proven, &run);
    change(&run);
    let (document, code) = audit(&run, ENDPOINT);
    let verdict = document["runs"][0]["verdict"].as_str().expect("a verdict").to_owned();
    let gaps = document["gaps"].as_array().expect("a list");
    let gaps = gaps.iter().map(|gap| gap["why"].as_str().expect("a reason").to_owned()).collect();
    (verdict, code, rules_under(&document, ""), gaps)
}

fn remove(name: &str) -> impl Fn(&Path) {
    move |run| std::fs::remove_file(run.join(name)).expect("was there")
}

#[test]
fn the_case_itself_is_proven() {
    assert_eq!(changed(|_| {}), ("proven".to_owned(), 0, vec![], vec![]));
}

#[test]
fn without_admission_or_command_line_a_pass_is_unproven() {
    let rest = "that provider and model are the route's was not checked everywhere";
    for (name, why) in
        [("admission.json", "there is no admission.json"), ("argv.json", "no command line is recorded")]
    {
        let found = changed(remove(name));
        assert_eq!(found, ("unproven".to_owned(), 3, vec![], vec![format!("{why}: {rest}")]), "{name}");
    }
}

#[test]
fn a_command_line_in_the_trace_will_do() {
    let found = changed(|run| {
        remove("argv.json")(run);
        let trace = std::fs::read_to_string(run.join("trace.jsonl")).expect("readable");
        let told = trace.replace(
            "\"pid\": 2731640",
            "\"pid\": 2731640, \"argv\": [\"case\", \"--model\", \"qwen3.6-35b-a3b\"]",
        );
        assert_ne!(told, trace);
        std::fs::write(run.join("trace.jsonl"), told).expect("writable");
    });
    assert_eq!(found.0, "proven", "{found:?}");
}

/// The conditions are those of a claimed pass: what claims none is asked for none, and where that can't be read, no
/// condition is said to hold.
#[test]
fn no_condition_holds_of_a_pass_that_is_not_claimed() {
    let week = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week");
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join(RUN);
    copy(&week.join(RUN), &run);
    let (document, _) = audit(&run, ENDPOINT);
    assert_eq!(
        (&document["runs"][0]["verdict"], &document["runs"][0]["conditions"]),
        (&"no-claim".into(), &serde_json::json!([]))
    );
    remove("report.json")(&run);
    let (document, code) = audit(&run, ENDPOINT);
    assert_eq!((&document["runs"][0]["verdict"], code), (&"unproven".into(), 1));
    let conditions = document["runs"][0]["conditions"].as_array().expect("a list");
    assert_eq!(conditions.len(), 10);
    assert!(conditions.iter().all(|condition| condition["state"] != "holds"), "{conditions:?}");
}

/// Where the report is missing or can't be read, nothing can be said of it; where it is there and says what it may not,
/// that refutes the run. The verdict says the same as the conditions.
#[test]
fn a_report_that_is_not_there_refutes_nothing_and_a_wrong_one_does() {
    let told = |change: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = folder.path().join(RUN);
        let proven = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run");
        copy(&proven.join(RUN), &run);
        change(&run);
        let (document, code) = audit(&run, ENDPOINT);
        let state = |number: usize| {
            document["runs"][0]["conditions"][number - 1]["state"].as_str().expect("a state").to_owned()
        };
        let verdict = document["runs"][0]["verdict"].as_str().expect("a verdict").to_owned();
        let gaps = document["gaps"].as_array().expect("a list").len();
        (verdict, code, state(1), gaps > 0)
    };
    let text = |text: &'static str| {
        move |run: &Path| std::fs::write(run.join("report.json"), text).expect("written")
    };
    let status = |run: &Path| {
        let report = std::fs::read_to_string(run.join("report.json")).expect("readable");
        let report = report.replacen("\"status\": \"pass\"", "\"status\": \"passed\"", 1);
        std::fs::write(run.join("report.json"), report).expect("written");
    };
    let unread = ("unproven".to_owned(), 1, "unknown".to_owned(), true);
    assert_eq!(told(&remove("report.json")), unread);
    assert_eq!(told(&text("{")), unread);
    assert_eq!(told(&text("")), unread);
    assert_eq!(told(&text("[]\n")), unread);
    assert_eq!(told(&status), ("refuted".to_owned(), 1, "fails".to_owned(), false));
}

/// The numbers of the conditions that are not known.
pub fn unknown(document: &serde_json::Value) -> Vec<u64> {
    let conditions = document["runs"][0]["conditions"].as_array().expect("a list").iter();
    let unknown = conditions.filter(|condition| condition["state"] == "unknown");
    unknown.map(|condition| condition["number"].as_u64().expect("a number")).collect()
}

/// The tenth condition is not alone: what is told from an artifact that was not read is not known either. A file that was
/// searched for the value may say what it will.
#[test]
fn a_condition_is_unknown_where_what_it_is_told_from_was_not_read() {
    for (name, text, numbers) in [
        ("task.md", Some("More.\n"), &[][..]),
        ("admission.json", None, &[3, 10]),
        ("argv.json", None, &[3, 10]),
        ("admission.json", Some("{}"), &[3, 4, 10]),
        ("argv.json", Some("{\"process\": \"case\"}"), &[1, 3, 4, 10]),
        ("tests.json", Some("{"), &[3, 4, 7, 10]),
        ("manifest.json", Some("{"), &[3, 4, 6, 10]),
        ("config/a.py", Some("model = chosen\n"), &[3, 4, 10]),
        ("backend/a.log", Some("{\"model\": \n"), &[2, 3, 4, 5, 10]),
        ("tests/a.gz", Some("\u{1f}\u{8b}"), &[]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = folder.path().join(RUN);
        let proven = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run");
        copy(&proven.join(RUN), &run);
        match text {
            Some(text) => super::run_models::write(&run, name, text.as_bytes()),
            None => remove(name)(&run),
        }
        let (document, _) = audit(&run, ENDPOINT);
        assert_eq!(unknown(&document), numbers, "{name}: {text:?}: {}", document["gaps"]);
    }
}

#[test]
fn what_is_not_in_its_form_proves_nothing() {
    for (name, text, rule) in [
        ("argv.json", "{\"process\": \"case\"}", "interface/artifact-invalid"),
        ("admission.json", "admitted", "interface/artifact-invalid"),
        ("trace.jsonl", "{\"event\": \"model_request\"}", "interface/trace-invalid"),
    ] {
        let (verdict, code, rules, _) = changed(|run| {
            let old = if name == "trace.jsonl" {
                std::fs::read_to_string(run.join(name)).expect("readable")
            } else {
                String::new()
            };
            std::fs::write(run.join(name), format!("{old}{text}\n")).expect("writable");
        });
        assert_eq!((verdict.as_str(), code), ("unproven", 1), "{name}: {rules:?}");
        assert_eq!(rules, [rule], "{name}");
    }
}

/// An event may carry any field: what it calls itself is not what a rule makes of it.
#[test]
fn a_run_does_not_grade_its_own_faults() {
    let found = changed(|run| {
        let trace = run.join("trace.jsonl");
        let mut graded = std::fs::read_to_string(&trace).expect("readable");
        graded += &format!(
            "{}\n",
            serde_json::json!({
                "ts": "2026-06-01T02:25:41Z", "event": "run_finished", "run_id": RUN, "status": "fail",
                "severity": "warning", "form": "x",
            })
        );
        std::fs::write(trace, graded).expect("written");
    });
    assert_eq!((found.0.as_str(), found.1), ("refuted", 1), "{found:?}");
}

/// The names of documents and scripts are looked at for what looks like an endpoint, as those of all other files are.
#[test]
fn without_the_value_a_name_that_looks_like_an_endpoint_is_told() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let names = [".sot/spark1.tail12ab3.ts.net.md", "harness/to-100.71.203.44.sh", "100.71.203.45.log"];
    for name in names {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, "# Nothing\n").expect("written");
    }
    let path = folder.path().to_str().expect("a plain path");
    let output = counterfoil(&["audit", path, "--format", "json"], None);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for name in names {
        let found = rules_under(&document, name);
        assert!(found.contains(&"endpoint/shaped".to_owned()), "{name}: {found:?}");
    }
}

/// What may be the value and may be none fails nothing: with the value, the same run is proven.
#[test]
fn without_the_value_what_looks_like_an_endpoint_refutes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join(RUN);
    let proven = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run");
    copy(&proven.join(RUN), &run);
    std::fs::write(run.join("notes.log"), "connect http://100.64.0.7:8000 refused\n").expect("written");
    let path = run.to_str().expect("a plain path");
    let output = counterfoil(&["audit", path, "--format", "json"], None);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rules_under(&document, ""), ["endpoint/shaped"]);
    let ninth = &document["runs"][0]["conditions"][8];
    assert_eq!(
        (&document["runs"][0]["verdict"], &ninth["state"], output.status.code()),
        (&"unproven".into(), &"unknown".into(), Some(1))
    );
    let (document, code) = audit(&run, ENDPOINT);
    assert_eq!((&document["runs"][0]["verdict"], code), (&"proven".into(), 0));
}

/// What a long trace of the baseline says behind what is kept of it is not judged, and told.
#[test]
fn a_baseline_that_begins_again_and_again_proves_nothing() {
    let event = |run: &str| {
        let event =
            serde_json::json!({ "ts": "2026-06-01T02:25:36Z", "event": "run_started", "run_id": run });
        format!("{event}\n")
    };
    let found = changed(|run| {
        let other = RUN.replace("2731603", "99");
        let text = event(RUN).repeat(256) + &event(&other).repeat(3);
        std::fs::write(run.join("baseline/trace.jsonl"), text).expect("written");
    });
    assert_eq!((found.0.as_str(), found.1), ("unproven", 3), "{found:?}");
    assert_eq!(found.3, ["only its first 256 beginnings and ends of runs are judged"]);
}
