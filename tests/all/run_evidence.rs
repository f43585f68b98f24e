//! The evidence document of a run: every fact, at its bytes.

use counterfoil::evidence::WITHHELD;
use counterfoil::search::Limits;
use counterfoil::text::{Source, Span};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::rundir::{ID, PATCH, RunDir, at, json, stands};

#[test]
fn a_proven_pass_is_told_without_fault_or_gap() {
    let evidence = RunDir::proven().evidence();
    assert_eq!(evidence.gaps, [], "{}", evidence.document.to_json());
    for list in [
        "leaks",
        "schema_errors",
        "duplicate_keys",
        "malformed",
        "digests",
        "links",
        "disorder",
        "inspected",
        "copied",
        "mentions",
    ] {
        assert_eq!(json(&evidence, &format!("/{list}")), json!([]), "{list}");
    }
    assert_eq!(json(&evidence, "/run/fixture"), "string-slugify");
    assert_eq!(json(&evidence, "/run/stamp"), "2026-06-01T02:25:35Z");
    assert_eq!(json(&evidence, "/patch/files"), json!(["src/slugify.js"]));
    assert_eq!(
        json(&evidence, "/checks"),
        json!({"changed_files_match": true, "patch_digest_matches": true, "patch_bytes_match": true,
               "tests_count": 4, "tests_path_matches": true, "trace_tests_match": null, "baseline_inside": true, "baseline_within_run": true})
    );
    assert_eq!(json(&evidence, "/baseline/fixture"), "string-slugify");
    assert_eq!(json(&evidence, "/baseline/count"), 4);
    assert_eq!(json(&evidence, "/trace/events"), 11);
    assert_eq!(json(&evidence, "/trace/counts/input_checked"), 2);
    assert_eq!(json(&evidence, "/trace/model_events"), 2);
    assert_eq!(json(&evidence, "/agent_block/status"), "completed");
    assert_eq!(
        json(&evidence, "/engines"),
        json!([{"surface": "report", "kind": "backend", "engine": "case"}, {"surface": "argv", "kind": "flag", "engine": "case"}])
    );
    assert_eq!(json(&evidence, "/marker/present"), false);
    assert_eq!((evidence.read.files, evidence.read.runs), (12, 1));
}

#[test]
fn every_use_of_a_model_is_told_at_its_bytes() {
    let evidence = RunDir::proven().evidence();
    let uses = at(&evidence, "/uses").as_list().expect("a list");
    let told: Vec<_> = uses
        .iter()
        .map(|one| {
            let text = |key: &str| one.get(key).and_then(|node| node.as_str()).unwrap_or("-").to_owned();
            (text("surface"), text("kind"), text("provider"), text("model"))
        })
        .collect();
    for (surface, kind) in [
        ("report", "report"),
        ("admission", "admission"),
        ("trace", "model_request"),
        ("trace", "model_response"),
        ("backend-log", "log"),
    ] {
        let one =
            (surface.to_owned(), kind.to_owned(), "qwen-local".to_owned(), "qwen3.6-35b-a3b".to_owned());
        assert!(told.contains(&one), "{surface} {kind}: {told:?}");
    }
    for surface in ["argv", "config"] {
        assert!(
            told.iter().any(|one| one.0 == surface && one.3 == "qwen3.6-35b-a3b"),
            "{surface}: {told:?}"
        );
    }
    let log = uses
        .iter()
        .find(|one| one.get("kind").and_then(|k| k.as_str()) == Some("log"))
        .expect("a log line");
    let (path, line, text) = stands(&evidence, log.get("model").expect("a model"));
    assert_eq!((path.as_str(), line, text.as_str()), ("backend/stderr.log", 1, "\"qwen3.6-35b-a3b\""));
    let position = {
        let place = log.get("model").and_then(|node| node.place).expect("placed");
        evidence.sources.get(place.source).expect("there").position(&place)
    };
    assert_eq!(position.column, 58, "the column counts from the line's start, not the record's");
}

#[test]
fn a_fallback_is_told_wherever_it_hides() {
    let run = RunDir::proven();
    run.write(
        "backend/session.jsonl",
        "{\"type\": \"model_change\", \"provider\": \"anthropic\", \"modelId\": \"claude-sonnet-4-6\"}\n",
    );
    run.write(
        "config/more.json",
        r#"{"agents": [{"fallback_models": ["claude-sonnet-4-6"], "fallback": null}]}"#,
    );
    run.write("config/case.env", "CASE_FALLBACK_PROVIDER=anthropic\nCASE_FALLBACK_MODEL=\n");
    run.write("backend/case.argv", "case\0--fallback-model=claude-sonnet-4-6\0");
    run.write("backend/stdout.log", "falling back to claude-sonnet-4-6\nno fallback configured\n");
    let evidence = run.evidence();
    let uses = at(&evidence, "/uses").as_list().expect("a list");
    let fallbacks: Vec<_> = uses
        .iter()
        .filter(|one| one.get("fallback").and_then(|f| f.as_bool()) == Some(true))
        .map(|one| stands(&evidence, one))
        .collect();
    for expected in [
        ("config/more.json", 1, "\"claude-sonnet-4-6\""),
        ("config/case.env", 1, "anthropic"),
        ("backend/case.argv", 1, "--fallback-model=claude-sonnet-4-6"),
    ] {
        assert!(
            fallbacks.iter().any(|(p, l, t)| (p.as_str(), *l, t.as_str()) == expected),
            "{fallbacks:?}"
        );
    }
    assert_eq!(fallbacks.len(), 3, "{fallbacks:?}");
    assert!(uses.iter().any(|one| one.get("kind").and_then(|k| k.as_str()) == Some("model_change")));
    let mentions = at(&evidence, "/mentions").as_list().expect("a list");
    assert_eq!(mentions.len(), 1);
    assert_eq!(stands(&evidence, &mentions[0]).1, 1);
}

#[test]
fn the_agent_block_names_its_fault() {
    let run = RunDir::proven();
    for (text, problem, status) in [
        ("<<<AGENT_RESULT\n{\"status\": \"failed\"}\nAGENT_RESULT>>>\n", None, Some("failed")),
        ("<<<AGENT_RESULT\n{\"status\": \"failed\"}\n", Some("no-end"), None),
        ("{\"status\": \"failed\"}\nAGENT_RESULT>>>\n", Some("no-start"), None),
        ("<<<AGENT_RESULT\nall good\nAGENT_RESULT>>>\n", Some("not-json"), None),
        ("<<<AGENT_RESULT\n[]\nAGENT_RESULT>>>\n", Some("not-an-object"), None),
        ("<<<AGENT_RESULT\n{}\nAGENT_RESULT>>>\n", Some("status-missing"), None),
        (
            "<<<AGENT_RESULT\n{\"status\": \"done\"}\nAGENT_RESULT>>>\n",
            Some("status-unknown"),
            Some("done"),
        ),
        (
            "<<<AGENT_RESULT\n{\"status\": \"failed\", \"status\": \"completed\"}\nAGENT_RESULT>>>\n",
            Some("key-twice"),
            Some("completed"),
        ),
        (
            "<<<AGENT_RESULT\n{}\nAGENT_RESULT>>>\n<<<AGENT_RESULT\n{\"status\": \"completed\"}\nAGENT_RESULT>>>",
            None,
            Some("completed"),
        ),
    ] {
        run.write("backend/stdout.log", text);
        let evidence = run.evidence();
        assert_eq!(json(&evidence, "/agent_block/present"), true, "{text}");
        assert_eq!(json(&evidence, "/agent_block/problem"), json!(problem), "{text}");
        assert_eq!(json(&evidence, "/agent_block/status"), json!(status), "{text}");
    }
    run.write("backend/stdout.log", "nothing\n");
    assert_eq!(json(&run.evidence(), "/agent_block/present"), false);
}

#[test]
fn a_tampered_patch_differs_at_the_reports_digest() {
    let run = RunDir::proven();
    run.replace("patch.diff", "toLowerCase", "toUpperCase");
    let evidence = run.evidence();
    let digests = at(&evidence, "/digests").as_list().expect("a list");
    assert_eq!(digests.len(), 1, "{}", json(&evidence, "/digests"));
    let (path, line, text) = stands(&evidence, &digests[0]);
    assert_eq!((path.as_str(), line), ("report.json", 20));
    assert_eq!(text.len(), 66, "the label is on the digest: {text}");
    assert_eq!(json(&evidence, "/checks/patch_digest_matches"), false);
}

#[test]
fn both_forms_of_a_manifest_are_compared() {
    let wrong = "0".repeat(64);
    for text in [
        format!(
            r#"{{"files": [{{"path": "task.md", "sha256": "{wrong}", "bytes": 38}}, {{"path": "gone", "sha256": "{wrong}"}}]}}"#
        ),
        format!(r#"{{"task.md": "{wrong}", "gone": "sha256:{wrong}"}}"#),
    ] {
        let run = RunDir::proven();
        run.write("manifest.json", text);
        let evidence = run.evidence();
        let told: Vec<_> = at(&evidence, "/digests")
            .as_list()
            .expect("a list")
            .iter()
            .map(|one| {
                (
                    one.get("path").and_then(|p| p.as_str()).unwrap_or("").to_owned(),
                    one.get("found").is_some_and(|f| f.is_null()),
                )
            })
            .collect();
        assert_eq!(told, [("task.md".to_owned(), false), ("gone".to_owned(), true)]);
    }
}

#[test]
fn what_the_report_names_is_read_wherever_it_is() {
    let moved = |from: &[&str], to: &[&str], field: &str| {
        let run = RunDir::proven();
        for (from, to) in from.iter().zip(to) {
            let text = std::fs::read(run.path.join(from)).expect("there");
            run.write(to, text);
            run.remove(from);
        }
        run.replace(
            "report.json",
            &format!("{field}\": \"{}\"", from[0]),
            &format!("{field}\": \"{}\"", to[0]),
        );
        run.evidence()
    };
    let whole = RunDir::proven().evidence();
    for (from, to, field) in [
        (&["patch.diff"][..], &["change.patch"][..], "path"),
        (&["patch.diff"], &["out/p.diff"], "path"),
        (&["patch.diff"], &["out/change.patch"], "path"),
        (&["patch.diff"], &["backend/case.diff"], "path"),
        (&["tests.json"], &["out/results.json"], "path"),
        (&["baseline/report.json"], &["baseline/fake.json"], "report"),
        (&["baseline/report.json"], &["bl.json"], "report"),
        (&["baseline/report.json"], &["backend/baseline.json"], "report"),
        (
            &["baseline/report.json", "baseline/tests.json"],
            &["fake/report.json", "fake/tests.json"],
            "report",
        ),
        (
            &["baseline/report.json", "baseline/tests.json"],
            &["fake/a/report.json", "fake/a/tests.json"],
            "report",
        ),
    ] {
        let evidence = moved(from, to, field);
        assert_eq!(evidence.gaps, [], "{to:?}");
        for key in
            ["/checks", "/patch/files", "/patch/sha256", "/tests", "/baseline/count", "/baseline/fixture"]
        {
            assert_eq!(json(&evidence, key), json(&whole, key), "{to:?} {key}");
        }
        assert_eq!(json(&evidence, "/baseline/present"), true, "{to:?}");
        assert_eq!(json(&evidence, "/engines"), json(&whole, "/engines"), "{to:?}");
    }
}

#[test]
fn a_moved_file_may_be_listed_by_both_names_or_by_the_new_one() {
    let patch = "diff --git a/a.py b/b.py\nsimilarity index 100%\nrename from a.py\nrename to b.py\n";
    for (listed, same) in [
        ("\"b.py\"", true),
        ("\"a.py\", \"b.py\"", true),
        ("\"a.py\"", false),
        ("", false),
        ("\"b.py\", \"c\"", false),
    ] {
        let run = RunDir::proven();
        run.write("patch.diff", patch);
        run.replace("report.json", "\"src/slugify.js\"", listed);
        assert_eq!(json(&run.evidence(), "/checks/changed_files_match"), same, "{listed}");
    }
}

#[test]
fn what_the_report_names_hides_nothing() {
    // A log of the run's stays one, whatever else the report says it is.
    let run = RunDir::proven();
    run.write("backend/report.json", "{\"provider\": \"anthropic\", \"model\": \"claude-sonnet-4-6\"}\n");
    run.write("backend/trace.jsonl", "{\"provider\": \"anthropic\", \"model\": \"claude-sonnet-4-6\"}\n");
    run.replace(
        "report.json",
        "\"report\": \"baseline/report.json\"",
        "\"report\": \"backend/report.json\"",
    );
    let uses = json(&run.evidence(), "/uses").to_string();
    for (surface, told) in [("backend-log", true), ("baseline", false)] {
        let one =
            format!("\"model\":\"claude-sonnet-4-6\",\"provider\":\"anthropic\",\"surface\":\"{surface}\"");
        assert_eq!(uses.contains(&one), told, "{uses}");
    }
    // Tests that are where they are looked for are the run's, whatever the report names.
    let run = RunDir::proven();
    run.write("other.json", "{\"status\": \"fail\", \"passed\": 0, \"failed\": 4}\n");
    run.replace("report.json", "\"path\": \"tests.json\"", "\"path\": \"other.json\"");
    let evidence = run.evidence();
    assert_eq!(json(&evidence, "/tests/status"), "pass");
    assert_eq!(json(&evidence, "/checks/tests_path_matches"), false);
    // What lies beside a baseline's report is the baseline's.
    let run = RunDir::proven();
    let report = std::fs::read(run.path.join("baseline/report.json")).expect("there");
    run.write("fake/report.json", report);
    run.write("fake/trace.jsonl", "{\"event\": \"run_started\", \"run_id\": \"x\", \"model\": \"m\"}\n");
    run.replace("report.json", "\"report\": \"baseline/report.json\"", "\"report\": \"fake/report.json\"");
    let evidence = run.evidence();
    assert_eq!(json(&evidence, "/baseline/runs/0/run_id"), "x");
    assert!(json(&evidence, "/uses").to_string().contains("\"surface\":\"baseline\""));
}

#[test]
fn the_digest_of_a_file_that_holds_the_value_is_withheld() {
    let value = "http://100.101.102.103:8000/v1";
    let leak = format!("{PATCH} // {value}\n");
    let digest: String = Sha256::digest(&leak).iter().map(|byte| format!("{byte:02x}")).collect();
    let known: String = Sha256::digest(PATCH).iter().map(|byte| format!("{byte:02x}")).collect();
    let shown = |run: &RunDir, value: Option<&str>| {
        let evidence = run.evidence_with(value, &[], &Limits::default());
        let lines = |source: &Source| source.window(Span::new(0, 1 << 20)).unwrap_or_default();
        let lines: Vec<u8> =
            evidence.sources.iter().filter(|it| !it.path.ends_with("patch.diff")).flat_map(lines).collect();
        (evidence.document.to_json().to_string(), String::from_utf8_lossy(&lines).into_owned(), evidence)
    };
    // Stated by nobody, by the report, by a manifest that is all on one line, and by a log.
    let stated = format!("[{{\"event\": \"patched\", \"sha256\": \"{}\"}}]", digest.to_uppercase());
    for (report, manifest) in [(&known, &known), (&digest, &known), (&known, &digest), (&digest, &digest)] {
        let run = RunDir::proven();
        run.write("patch.diff", &leak);
        run.replace("report.json", &known, report);
        run.write("manifest.json", format!("{{\"patch.diff\": \"{manifest}\", \"task.md\": \"{known}\"}}"));
        run.write(
            "trace.jsonl",
            format!(
                "{{\"ts\": \"2026-06-01T02:25:40Z\", \"event\": \"model_request\", \"args\": {stated}}}\n"
            ),
        );
        let (document, lines, evidence) = shown(&run, Some(value));
        assert!(!document.to_lowercase().contains(&digest), "{document}");
        assert!(!lines.to_lowercase().contains(&digest), "{lines}");
        assert!(document.contains(WITHHELD), "{document}");
        // They are compared all the same.
        assert_eq!(json(&evidence, "/checks/patch_digest_matches"), report == &digest);
        let differing = json(&evidence, "/digests").to_string();
        assert!(differing.contains("\"source\":\"manifest\",\"what\":\"sha256\""), "{differing}");
        let (document, ..) = shown(&run, Some("http://100.99.98.97:8000/v1"));
        assert!(document.contains(&digest), "of a file without the value: {document}");
    }
}

#[test]
fn times_out_of_order_are_told() {
    let run = RunDir::proven();
    run.replace("report.json", "2026-06-01T02:31:02Z", "2026-06-01T02:20:02Z");
    let whats = |run: &RunDir| -> Vec<String> {
        let evidence = run.evidence();
        let list = at(&evidence, "/disorder").as_list().expect("a list").to_vec();
        list.iter().map(|one| one.get("what").and_then(|w| w.as_str()).unwrap_or("").to_owned()).collect()
    };
    let told = whats(&run);
    assert_eq!(told[0], "finished-before-started");
    assert!(told[1..].iter().all(|what| what == "event-outside-run"), "{told:?}");

    let run = RunDir::proven();
    run.replace("trace.jsonl", "2026-06-01T02:25:40.250Z", "2026-06-01T02:27:40.250Z");
    assert_eq!(whats(&run), ["trace-out-of-order"]);

    let run = RunDir::proven();
    run.replace(
        "report.json",
        "\"started_at\": \"2026-06-01T02:25:35Z\"",
        "\"started_at\": \"2026-05-31T22:24:35-04:00\"",
    );
    assert_eq!(whats(&run), ["stamp-differs"]);
}

#[test]
fn a_leak_is_told_on_its_surface_and_in_a_name() {
    let value = "http://100.101.102.103:8000/v1";
    let run = RunDir::proven();
    run.replace("argv.json", "\"run\"", &format!("\"{value}\""));
    run.write("backend/http___x", "clean");
    let evidence = run.evidence_with(Some(value), &[], &counterfoil::search::Limits::default());
    let leaks = at(&evidence, "/leaks").as_list().expect("a list");
    assert!(!leaks.is_empty());
    for leak in leaks {
        assert_eq!(leak.get("surface").and_then(|s| s.as_str()), Some("argv"));
        assert_eq!(leak.get("where").and_then(|s| s.as_str()), Some("content"));
        assert_eq!(stands(&evidence, leak).0, "argv.json");
    }
}

#[test]
fn a_path_out_of_the_directory_is_never_read() {
    let run = RunDir::proven();
    run.replace(
        "report.json",
        "\"report\": \"baseline/report.json\"",
        "\"report\": \"../baseline/report.json\"",
    );
    let evidence = run.evidence();
    assert_eq!(json(&evidence, "/baseline/present"), false);
    assert_eq!(json(&evidence, "/checks/baseline_inside"), false);
    assert_eq!(evidence.id, ID);
}
