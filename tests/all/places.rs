//! Where a finding stands: at the place that decides, and not at another one that the rule compares it with.

use std::path::Path;

use super::cli::audit;
use super::forms::codec::zip;

const ENDPOINT: &str = "http://100.101.102.103:8000/v1";

#[test]
fn a_finding_stands_where_the_fault_is() {
    for (case, file, line) in [
        (
            "gate/marker-after-start/fail/configured-and-started",
            "backend/provider-local-config-unavailable.txt",
            1,
        ),
        ("gate/marker-empty/fail/empty", "backend/provider-local-config-unavailable.txt", 1),
        (
            "gate/readiness-contradicted/fail/marker-beside-present",
            "backend/provider-local-config-unavailable.txt",
            1,
        ),
        ("gate/readiness-contradicted/fail/missing-and-exit-code", "report.json", 11),
        ("gate/readiness-contradicted/fail/missing-and-failed", "report.json", 9),
        ("gate/readiness-contradicted/fail/start-denied", "report.json", 12),
        ("gate/readiness-contradicted/fail/trace-says-missing", "trace.jsonl", 1),
        ("gate/started-without-config/fail/reported", "report.json", 12),
        ("gate/started-without-config/fail/traced", "trace.jsonl", 2),
        ("pass/baseline-contradicts-report/fail/another-status", "report.json", 36),
        ("pass/baseline-contradicts-report/fail/tests-contradict-its-report", "baseline/report.json", 25),
        ("pass/baseline-from-another-run/fail/before-the-run", "baseline/report.json", 7),
        ("pass/baseline-from-another-run/fail/trace-of-another-run", "baseline/trace.jsonl", 1),
        ("pass/baseline-not-comparable/fail/command-of-another-stage", "baseline/report.json", 5),
        ("pass/baseline-not-comparable/fail/engine", "report.json", 34),
        ("pass/baseline-not-comparable/fail/fewer-tests", "baseline/tests.json", 1),
        ("pass/baseline-not-comparable/fail/stage", "baseline/report.json", 6),
        ("pass/baseline-unreadable/fail/tests-not-json", "baseline/tests.json", 1),
        ("pass/no-change/fail/empty-patch", "report.json", 25),
        ("pass/nonzero-exit/fail/traced", "trace.jsonl", 6),
        ("pass/protocol-failed/fail/block-failed", "backend/stdout.log", 1),
        ("pass/protocol-failed/fail/not-ok", "trace.jsonl", 5),
        ("pass/tests-contradict-report/fail/count", "report.json", 29),
        ("pass/tests-not-passed/fail/one-failed-in-a-pass", "tests.json", 4),
        ("route/admission-mismatch/fail/provider", "admission.json", 2),
        ("route/not-admitted/fail/admission-file", "admission.json", 4),
        ("route/unproven-model/fail/no-event", "report.json", 14),
        ("interface/trace-contradicts-report/fail/ended-otherwise", "trace.jsonl", 7),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(case);
        let (document, _) = audit(&folder, ENDPOINT);
        let findings = document["findings"].as_array().expect("a list");
        let place = |finding: &serde_json::Value| {
            let path = finding["location"]["path"].as_str().expect("a path");
            let below = path.split_once('/').map_or("", |(_, below)| below);
            (below.to_owned(), finding["location"]["line"].as_u64())
        };
        let rule =
            |finding: &&serde_json::Value| case.starts_with(finding["rule"].as_str().expect("an id"));
        let places: Vec<_> = findings.iter().filter(rule).map(place).collect();
        assert_eq!(places, [(file.to_owned(), Some(line))], "{case}");
    }
}

#[test]
fn findings_of_one_file_stand_in_the_order_of_their_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "x 100.101.102.103\n".repeat(9);
    let mut bytes = zip("a.txt", lines.as_bytes(), false);
    let comment = b"c 100.101.102.103";
    let at = bytes.len() - 2;
    bytes.splice(at.., u16::try_from(comment.len()).expect("short").to_le_bytes());
    bytes.extend(comment);
    std::fs::write(folder.path().join("t.zip"), bytes).expect("written");
    let (document, code) = audit(folder.path(), ENDPOINT);
    assert_eq!(code, 1);
    let findings = document["findings"].as_array().expect("a list");
    let starts: Vec<_> = findings.iter().map(|it| it["location"]["byte_start"].as_u64()).collect();
    assert!(starts.len() > 1 && starts.is_sorted(), "{starts:?}");
}

/// A use that is named by a key stands at the key, in whatever syntax.
#[test]
fn a_name_that_is_a_key_is_pointed_at() {
    for (file, text, key) in [
        ("config/a.json", "{\"é\": 1,\n \"providers\": {\"anthropic\": {\"x\": 1}}}\n", "\"anthropic\""),
        ("config/a.json5", "{providers: {anthropic: {x: 1}}}\n", "anthropic"),
        ("config/a.yaml", "é: 1\nproviders:\n  anthropic:\n    x: 1\n", "anthropic"),
        ("config/a.toml", "[providers.anthropic]\nx = 1\n", "anthropic"),
        ("config/a.ini", "[providers]\nanthropic = on\n", "anthropic"),
        ("config/a.ini", "x = 1\n [providers \"anthropic\"]\nx = 1\n", "anthropic"),
        ("config/a.env", "A=1\nexport anthropic=on\n", "anthropic"),
        ("backend/a.log", "x\n{\"tokens_by_model\": {\"gpt-5\": 12}}\n", "\"gpt-5\""),
        ("backend/a.log", "10:00 {\"modelUsage\": {\"gpt-5\": {\"in\": 12}}}\n", "\"gpt-5\""),
        ("config/a.json", "{\"fallback\": {\"anthropic\": {\"x\": true}}}\n", "\"anthropic\""),
    ] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = folder.path().join("20260601T022535Z-r1-string-slugify-2731603");
        let proven = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run");
        super::harness::copy(&proven.join(run.file_name().expect("a name")), &run);
        super::run_models::write(&run, file, text.as_bytes());
        let (document, _) = audit(&run, ENDPOINT);
        let locations: Vec<_> =
            document["findings"].as_array().expect("a list").iter().map(|it| &it["location"]).collect();
        let start = text.find(key).expect("there");
        let line = text[..start].matches('\n').count() + 1;
        let before = &text[text[..start].rfind('\n').map_or(0, |at| at + 1)..start];
        let is_there = |location: &&serde_json::Value| {
            location["byte_start"] == start
                && location["byte_end"] == start + key.len()
                && location["line"] == line
                && location["column"] == before.chars().count() + 1
        };
        assert!(locations.iter().any(is_there), "{file}: {text}: {locations:?}");
    }
}
