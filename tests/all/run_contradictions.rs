//! What artifacts of a run say against one another: each is told with what contradicts what, at its place.

use std::path::Path;

use super::cli::audit;
use super::harness::copy;
use super::run_models::{hold, write};

const ENDPOINT: &str = "http://100.101.102.103:8000/v1";
const RUN: &str = "20260604T091200Z-r1-string-slugify-310552";

/// The findings of a proven run that was changed: rule, message, file and line.
fn told(change: impl Fn(&Path)) -> Vec<(String, String, String, u64)> {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join(RUN);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week").join(RUN), &run);
    std::fs::remove_file(run.join("manifest.json")).expect("removed");
    change(&run);
    let (document, _) = audit(&run, ENDPOINT);
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let findings = document["findings"].as_array().expect("a list").iter();
    findings
        .map(|finding| {
            let at = &finding["location"];
            let path = text(&at["path"]);
            let path = path
                .split_once(RUN)
                .map_or(path.clone(), |(_, rest)| rest.trim_start_matches('/').to_owned());
            (text(&finding["rule"]), text(&finding["message"]), path, at["line"].as_u64().expect("a line"))
        })
        .collect()
}

fn replace(run: &Path, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(run.join(file)).expect("readable");
    assert!(text.contains(from), "{file} has no {from}");
    std::fs::write(run.join(file), text.replacen(from, to, 1)).expect("written");
}

/// Puts a line behind the line of a file that holds a text.
fn after(run: &Path, file: &str, holds: &str, line: &str) {
    let text = std::fs::read_to_string(run.join(file)).expect("readable");
    let at = text.find(holds).expect("is there");
    let end = at + text[at..].find('\n').expect("a line") + 1;
    std::fs::write(run.join(file), format!("{}{line}\n{}", &text[..end], &text[end..])).expect("written");
}

fn number_of(holds: &str) -> u64 {
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week").join(RUN).join("trace.jsonl");
    let trace = std::fs::read_to_string(trace).expect("readable");
    1 + trace.lines().position(|line| line.contains(holds)).expect("is there") as u64
}

fn one(found: &[(String, String, String, u64)], rule: &str, message: &str, file: &str, line: u64) {
    let told: Vec<_> = found.iter().map(|(r, m, f, l)| (r.as_str(), m.as_str(), f.as_str(), *l)).collect();
    assert_eq!(told, [(rule, message, file, line)]);
}

#[test]
fn the_proven_run_has_nothing_against_itself() {
    assert_eq!(told(|_| {}), []);
}

#[test]
fn a_baseline_that_can_not_be_compared_says_why() {
    let rule = "pass/baseline-not-comparable";
    let found = told(|run| {
        replace(run, "baseline/report.json", "\"stage\": 2,", "\"fixture\": \"csv-totals\", \"stage\": 2,");
    });
    let why =
        "the baseline can't be compared: it is of the fixture `csv-totals`, the run of `string-slugify`";
    one(&found, rule, why, "baseline/report.json", 6);
    let found = told(|run| replace(run, "baseline/report.json", "--engine fake", "--engine case"));
    let why = "the baseline can't be compared: its command line asks for another engine";
    one(&found, rule, why, "baseline/report.json", 5);
    let asked = |provider: &str| {
        let event = format!(
            r#"{{"ts": "2026-06-04T09:12:02Z", "event": "model_request", "provider": "{provider}", "model": "gpt-x"}}"#
        );
        told(|run| after(run, "baseline/trace.jsonl", "tool_call", &event))
    };
    one(
        &asked("qwen-local"),
        rule,
        "the baseline can't be compared: it asked another model",
        "baseline/trace.jsonl",
        3,
    );
    assert_eq!(asked("fake"), []);
}

#[test]
fn a_baseline_of_another_time_is_shown_where_it_tells_it() {
    let found =
        told(|run| replace(run, "baseline/trace.jsonl", "2026-06-04T09:12:01", "2026-06-03T09:12:01"));
    let why = "the baseline was made in another run: its trace lies outside the run's time";
    one(&found, "pass/baseline-from-another-run", why, "baseline/trace.jsonl", 1);
    let found = told(|run| {
        replace(run, "baseline/trace.jsonl", "310552\", \"status", "99999\", \"status");
    });
    let why = "the baseline was made in another run: its trace tells of another run";
    one(&found, "pass/baseline-from-another-run", why, "baseline/trace.jsonl", 3);
}

#[test]
fn an_end_of_the_process_that_is_none_is_told_as_what_it_is() {
    let rule = "pass/nonzero-exit";
    let exited = number_of("case_process_exited");
    let again = r#"{"ts": "2026-06-04T09:12:33.3Z", "event": "case_process_exited", "code": 3}"#;
    let found = told(|run| after(run, "trace.jsonl", "case_process_exited", again));
    let why = "a pass is claimed, but the trace tells of a Case process that did not exit with 0";
    one(&found, rule, why, "trace.jsonl", exited + 1);
    let found = told(|run| replace(run, "trace.jsonl", "case_process_exited", "case_process_left"));
    let why = "a pass is claimed, but the trace tells of no end of the Case process";
    one(&found, rule, why, "trace.jsonl", number_of("case_process_started"));
    let again =
        r#"{"ts": "2026-06-04T09:12:03Z", "event": "endpoint_config_checked", "result": "missing"}"#;
    let found = told(|run| after(run, "trace.jsonl", "case_process_started", again));
    let told: Vec<_> = found.iter().map(|one| (one.0.as_str(), one.2.as_str(), one.3)).collect();
    let line = number_of("case_process_started") + 1;
    assert!(told.contains(&("gate/readiness-contradicted", "trace.jsonl", line)), "{found:?}");
}

#[test]
fn a_patch_or_tests_that_are_not_those_of_the_report_are_named() {
    let found = told(|run| std::fs::remove_file(run.join("patch.diff")).expect("removed"));
    let why = "the report lists src/slugify.py; there is no patch file as it names one";
    one(&found, "pass/patch-mismatch", why, "report.json", 19);
    let found =
        told(|run| replace(run, "report.json", "\"path\": \"tests.json\"", "\"path\": \"tests.log\""));
    let why = "the report names `tests.log` as its tests; tests.json says pass, 4 passed, 0 failed";
    one(&found, "pass/tests-contradict-report", why, "report.json", 31);
    let found = told(|run| replace(run, "report.json", "\"bytes\": 362", "\"bytes\": \"362\""));
    one(
        &found,
        "interface/report-invalid",
        "report.json is not in its form: is no integer",
        "report.json",
        25,
    );
}

#[test]
fn a_patch_that_changes_nothing_is_none() {
    let patch = |rest: &'static str| {
        told(move |run| {
            let text = std::fs::read_to_string(run.join("patch.diff")).expect("readable");
            let head = text.split_once("@@").expect("a hunk").0;
            let text = format!("{head}{rest}");
            let digest = <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes());
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let report = std::fs::read_to_string(run.join("report.json")).expect("readable");
            let mut report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
            report["patch"] =
                serde_json::json!({"path": "patch.diff", "sha256": digest, "bytes": text.len()});
            write(run, "patch.new", text.as_bytes());
            std::fs::rename(run.join("patch.new"), run.join("patch.diff")).expect("moved");
            std::fs::write(run.join("report.json"), report.to_string()).expect("written");
        })
    };
    let why = "a pass is claimed, but the patch changes nothing in the files that it names";
    for rest in ["", "@@ -1,2 +1,2 @@\n a\n b\n", "@@ -1 +1 @@\n-a\n+a\n"] {
        one(&patch(rest), "pass/no-change", why, "patch.diff", 1);
    }
    assert_eq!(patch("@@ -1,2 +1,2 @@\n a\n-b\n+c\n"), []);
}

#[test]
fn what_failed_is_held_against_a_pass() {
    let finished = r#""status": "pass", "passed": 4, "failed": 0"#;
    let found = told(|run| {
        replace(run, "trace.jsonl", finished, r#""status": "fail", "passed": 1, "failed": 3"#);
    });
    let why = "the trace tells of another end of the tests; tests.json says pass, 4 passed, 0 failed";
    one(&found, "pass/tests-contradict-report", why, "trace.jsonl", number_of("tests_finished"));
    for silent in [
        r#""status": "ok", "passed": 4"#,
        r#""of": "baseline", "status": "fail", "failed": 3"#,
        r#""ms": 4"#,
    ] {
        assert_eq!(told(|run| replace(run, "trace.jsonl", finished, silent)), [], "{silent}");
    }
    for (errors, rules) in [("2", 1), ("[\"x\"]", 1), ("0", 0), ("[]", 0), ("null", 0)] {
        let found = told(|run| {
            replace(run, "tests.json", "\"status\"", &format!("\"errors\": {errors}, \"status\""));
        });
        assert_eq!(found.len(), rules, "{errors}: {found:?}");
        assert!(found.iter().all(|one| one.0 == "pass/tests-not-passed"), "{found:?}");
    }
    for (status, rules) in [("failed", 1), ("blocked", 1), ("completed", 0)] {
        let found = told(|run| {
            replace(run, "trace.jsonl", "\"ok\": true", &format!("\"ok\": true, \"status\": \"{status}\""));
        });
        assert_eq!(found.len(), rules, "{status}: {found:?}");
        assert!(found.iter().all(|one| one.0 == "pass/protocol-failed"), "{found:?}");
    }
}

#[test]
fn a_block_that_is_only_spoken_of_is_none() {
    hold(&[
        (
            "backend/prompt.txt",
            "End your answer with <<<AGENT_RESULT, a JSON object, and AGENT_RESULT>>>.\n",
            "proven",
        ),
        ("backend/prompt.txt", "Between <<<AGENT_RESULT and AGENT_RESULT>>>\n", "proven"),
        ("backend/more.log", "(the <<<AGENT_RESULT block was parsed)\n", "proven"),
        (
            "backend/more.log",
            "12:03 [info] <<<AGENT_RESULT {\"status\": \"failed\"} AGENT_RESULT>>>\n",
            "refuted",
        ),
        (
            "backend/more.log",
            "so: done <<<AGENT_RESULT {\"status\": \"failed\"} AGENT_RESULT>>>\n",
            "refuted",
        ),
        (
            "backend/more.log",
            "working... <<<AGENT_RESULT\n{\"status\": \"failed\"}\nAGENT_RESULT>>>\n",
            "refuted",
        ),
        (
            "backend/more.log",
            "working... <<<AGENT_RESULT\n{\"status\": \"completed\"}\nAGENT_RESULT>>>\n",
            "proven",
        ),
        ("backend/more.log", "\u{1b}[1m<<<AGENT_RESULT\n{\"status\": \"completed\"}\nbye\n", "refuted"),
        ("backend/more.log", "{\"status\": \"completed\"}AGENT_RESULT>>>\n", "refuted"),
        (
            "backend/more.log",
            "<<<AGENT_RESULT\n{\"status\": \"completed\", \"summary\": \"as <<<AGENT_RESULT says\"}\nAGENT_RESULT>>>\n",
            "proven",
        ),
    ]);
}

#[test]
fn many_marks_and_many_names_take_no_square_time() {
    let started = std::time::Instant::now();
    let marks = super::unproven::changed(|run| {
        write(run, "backend/more.log", "<<<AGENT_RESULT\n".repeat(100_000).as_bytes());
        write(run, "backend/one.log", "<<<AGENT_RESULT AGENT_RESULT>>> ".repeat(50_000).as_bytes());
        let names: Vec<_> = (0..50_000).map(|at| format!("\"m{at}\"")).collect();
        write(run, "backend/names.log", format!("{{\"model\": [{}]}}\n", names.join(",")).as_bytes());
    });
    assert_eq!(marks.0, "refuted");
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_failed_run_whose_trace_was_not_read_to_its_end_contradicts_nothing() {
    let rule = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("rules/gate/readiness-contradicted/fail/start-not-traced");
    let run_id = "20260601T022535Z-r1-string-slugify-2731603";
    let told = |change: fn(&Path)| {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = folder.path().join(run_id);
        copy(&rule.join(run_id), &run);
        change(&run);
        let mut rules = super::cli::rules_under(&audit(&run, ENDPOINT).0, "");
        rules.retain(|rule| rule.starts_with("gate/"));
        rules
    };
    assert_eq!(told(|_| {}), ["gate/readiness-contradicted"]);
    assert_eq!(told(|run| write(run, "trace.jsonl", b"{\"ts\": \"2026-")), [""; 0]);
    assert_eq!(told(|run| std::fs::remove_file(run.join("trace.jsonl")).expect("removed")), [""; 0]);
}

#[test]
fn a_time_may_have_any_number_of_digits() {
    let found = told(|run| {
        replace(run, "report.json", "2026-06-04T09:12:00Z", "2026-06-04T09:12:00.0000000001Z");
        replace(run, "trace.jsonl", "2026-06-04T09:12:04.168Z", "2026-06-04T09:12:04.1680000000001Z");
    });
    assert_eq!(found, []);
}

#[test]
fn a_field_that_is_none_is_told_once() {
    for (from, to) in [
        ("\"stage\": 2", "\"stage\": \"2\""),
        ("\"stage\": 2", "\"stage\": 2.5"),
        ("\"status\": \"pass\",\n  \"backend\"", "\"status\": \"passed\",\n  \"backend\""),
        ("\"status\": \"pass\",\n  \"backend\"", "\"status\": \"PASS\",\n  \"backend\""),
    ] {
        let found = told(|run| replace(run, "report.json", from, to));
        let rules: Vec<_> = found.iter().map(|one| one.0.as_str()).collect();
        assert_eq!(rules, ["interface/report-invalid"], "{to}: {found:?}");
    }
}
