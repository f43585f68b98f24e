//! Where a run's files say which model was used: each way to say it counts, or is a gap, and none is silent.

use std::path::Path;

use super::unproven::changed;

pub const OTHER: &str = r#""provider": "anthropic", "model": "claude-sonnet-4-6""#;
const OWN: &str = r#""provider": "qwen-local", "model": "qwen3.6-35b-a3b""#;

/// A file of the run, its text (`OTHER` and `OWN` stand for a pair of provider and model), and the verdict.
pub type Case = (&'static str, &'static str, &'static str);

pub fn hold(cases: &[Case]) {
    for (file, text, verdict) in cases {
        let text = text.replace("OTHER", OTHER).replace("OWN", OWN);
        let found = changed(|run| write(run, file, text.as_bytes()));
        assert_eq!(found.0, *verdict, "{file}: {text}: {found:?}");
        assert_eq!(found.3.is_empty(), *verdict != "unproven", "{file}: {text}: {found:?}");
    }
}

pub fn write(run: &Path, file: &str, text: &[u8]) {
    let path = run.join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let mut all = std::fs::read(&path).unwrap_or_default();
    all.extend_from_slice(text);
    std::fs::write(path, all).expect("written");
}

#[test]
fn a_record_that_is_cut_off_or_malformed_is_a_gap() {
    hold(&[
        (
            "backend/session.json",
            "{\n \"provider\": \"anthropic\",\n \"model\": \"claude-sonnet-4-6\"\n",
            "unproven",
        ),
        ("backend/session.json", "\u{feff}{\n \"provider\": \"anthropic\"\n}\n", "refuted"),
        ("backend/session.json", "{\n \"provider\": \"anthropic\"\n}\nbye\n", "refuted"),
        (
            "backend/session.json",
            "{\n \"a\": 1\n}\n{\n \"x\": 1, \"model\": \"claude-sonnet-4-6\"\n}\n",
            "refuted",
        ),
        ("backend/session.json", "{\"a\": {}, \"model\": \"claude-sonnet-4-6\",\n \"b\": 1\n", "unproven"),
        (
            "backend/session.json",
            "{\n \"messages\": [\n  {\n   \"model\": \"claude-sonnet-4-6\"\n  }\n ]\n}\n",
            "refuted",
        ),
        (
            "backend/session.json",
            "{\n \"provider\": \"qwen-local\",\n \"a\": {\n  \"b\": 1\n }\n}\n",
            "proven",
        ),
        ("backend/session.json", "{OWN}\n{OWN}\n", "proven"),
        ("backend/stderr.log", "{\n  \"provider\": \"anthropic\"\n", "unproven"),
        ("backend/stderr.log", "the key \"model\": which one?\n+  \"model\": \"x\"\n", "proven"),
    ]);
}

#[test]
fn every_key_and_every_shape_of_a_name_counts() {
    hold(&[
        ("backend/a.log", r#"{"model": ["claude-sonnet-4-6"], "provider": ["anthropic"]}"#, "refuted"),
        ("backend/a.log", r#"{"model": {"primary": "claude-sonnet-4-6"}}"#, "refuted"),
        ("backend/a.log", r#"{"model": {"whichever": "gpt-x"}}"#, "unproven"),
        ("backend/a.log", r#"{"model": {"temperature": 0.2, "seed": null}}"#, "proven"),
        ("backend/a.log", r#"{OWN, "modelId": "claude-sonnet-4-6"}"#, "refuted"),
        ("backend/a.log", r#"{OWN, "model_provider": "anthropic"}"#, "refuted"),
        ("backend/a.log", r#"{OWN, "modelId": "qwen3.6-35b-a3b"}"#, "proven"),
        (
            "backend/a.log",
            r#"{"provid\u0065r": "anthropic", "mod\u0065l": "claude-sonnet-4-6"}"#,
            "refuted",
        ),
        ("backend/a.log", r#"{"text": "caf\u00e9 \u001b[0m"}"#, "proven"),
        ("backend/a.log", r#"{"msg": "turn", "fallback": "claude-sonnet-4-6"}"#, "refuted"),
        ("backend/a.log", r#"{"msg": "turn", "fallback": false}"#, "proven"),
        ("config/a.json", r#"{"model": ["claude-sonnet-4-6"]}"#, "refuted"),
        ("config/a.yaml", "model:\n  - claude-sonnet-4-6\n", "refuted"),
        ("config/a.toml", "model = [\"claude-sonnet-4-6\"]\n", "refuted"),
        ("config/a.json", r#"{"provider": {"other": {"key": "none"}}}"#, "unproven"),
        ("config/a.json", r#"{"model": {"id": "qwen3.6-35b-a3b", "name": "Qwen 3.6 35B"}}"#, "proven"),
    ]);
}

#[test]
fn a_change_of_the_model_says_to_which() {
    hold(&[
        (
            "backend/a.jsonl",
            r#"{"type": "model_change", "from": "qwen3.6-35b-a3b", "to": "claude-sonnet-4-6"}"#,
            "refuted",
        ),
        (
            "backend/a.jsonl",
            r#"{"type": "model_change", "data": {"to": ["claude-sonnet-4-6"]}}"#,
            "refuted",
        ),
        (
            "backend/a.jsonl",
            r#"{"type": "model_change", "to": {"provider": "anthropic", "id": "x"}}"#,
            "refuted",
        ),
        ("backend/a.jsonl", r#"{"type": "model_change", "towards": "gpt-x"}"#, "unproven"),
        ("backend/a.jsonl", r#"{"type": "model_change", OWN}"#, "proven"),
        ("backend/a.jsonl", r#"{"type": "fallback_used", "why": "timeout"}"#, "refuted"),
        ("backend/a.jsonl", r#"{"type": "fallback_used", "used": false}"#, "proven"),
        ("backend/a.jsonl", r#"{"type": "fallback_disabled"}"#, "proven"),
    ]);
}

#[test]
fn a_configuration_is_read_whatever_its_name_ends_in() {
    let mut cases = vec![
        ("config/a.jsonc", "// case\n{OTHER,}\n", "refuted"),
        ("config/a.json5", "{provider: 'anthropic'}\n", "refuted"),
        ("config/a.conf", "agent = { provider = \"anthropic\", model = \"x\" }\n", "unproven"),
        ("config/a.env", "AGENT='{\"llm\": {OTHER}}'\n", "refuted"),
        ("config/a.env", "AGENT={OTHER\n", "unproven"),
        ("config/a.env", "MODEL_NAME=claude-sonnet-4-6\n", "refuted"),
        ("config/a.env", "CASE_MODEL_ID=claude-sonnet-4-6\n", "refuted"),
        ("config/a.env", "MODULE_NAME=claude-sonnet-4-6\n# {\"model\": 1\n", "proven"),
        ("config/readme.txt", "The model: see the (model) card.\n", "proven"),
    ];
    for file in
        ["generated-config.jsonc", "config/a.ndjson", "config/a.conf", "config/a.json.bak", "config/a"]
    {
        cases.push((file, "{OTHER}\n", "refuted"));
        cases.push((file, "{OWN}\n", "proven"));
    }
    hold(&cases);
}

#[test]
fn a_command_line_is_read_however_it_is_kept() {
    hold(&[
        ("backend/case.argv", "case\0--fallback\0", "refuted"),
        ("backend/case.argv", "case\0--allow-fallback\0--json\0", "refuted"),
        (
            "backend/case.argv",
            "case --allow-fallback=off --fallback-model none --no-fallback --fallback=off\n",
            "proven",
        ),
        ("backend/case.argv", r#"["case", "--model", "claude-sonnet-4-6"]"#, "refuted"),
        ("backend/case.argv", r#"["case", "--model","#, "unproven"),
        ("backend/case.argv", "case \"--model=claude-sonnet-4-6\"\n", "refuted"),
        ("backend/case.argv", "[ -f x ]\n", "proven"),
        (
            "backend/argv.json",
            r#"["case", "--prompt", "Never pass --model claude-sonnet-4-6 to it."]"#,
            "proven",
        ),
        ("backend/argv.json", r#"["sh", "-c", "case --model claude-sonnet-4-6"]"#, "refuted"),
    ]);
    let packed = changed(|run| write(run, "backend/case.argv", b"\x1f\x8b\x08\x00 packed"));
    assert_eq!(packed.0, "unproven", "{packed:?}");
}

#[test]
fn a_file_that_stands_for_another_is_a_gap() {
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "0".repeat(64));
    for (file, text) in [
        ("backend/more.log", pointer.as_bytes()),
        ("workspace/x.pack", b"PACK\0\0\0\x02\0\0\0\0"),
        ("x.bundle", b"# v2 git bundle\n"),
    ] {
        let found = changed(|run| write(run, file, text));
        assert_eq!((found.0.as_str(), found.1, found.3.len()), ("unproven", 3, 1), "{file}: {found:?}");
    }
}

#[test]
fn a_large_number_in_a_field_of_ones_own_is_no_fault() {
    let replace = |file: &'static str, from: &'static str, to: &'static str| {
        move |run: &Path| {
            let text = std::fs::read_to_string(run.join(file)).expect("readable");
            assert!(text.contains(from), "{file}: {from}");
            std::fs::write(run.join(file), text.replacen(from, to, 1)).expect("written");
        }
    };
    for (file, from, to) in [
        ("report.json", "\"stage\": 2", "\"stage\": 2, \"started_ns\": 1780564320123456789"),
        ("report.json", "\"stage\": 2", "\"stage\": 2.0"),
        ("report.json", "\"bytes\": 160", "\"bytes\": 160.0"),
        ("tests.json", "4", "4.0"),
        ("trace.jsonl", "{\"ts\"", "{\"seed\": 18446744073709551615, \"ts\""),
        ("argv.json", "\"process\"", "\"ns\": 1780564320123456789, \"process\""),
    ] {
        let found = changed(replace(file, from, to));
        assert_eq!(found.0, "proven", "{file}: {to}: {found:?}");
    }
    let stage = changed(replace("report.json", "\"stage\": 2", "\"stage\": 9007199254740993"));
    assert_eq!(stage.0, "refuted", "{stage:?}");
}

#[test]
fn a_use_is_found_however_deep_and_however_its_key_is_written() {
    hold(&[
        (
            "backend/a.log",
            r#"{"msg": "x", "a": {"b": [{"c": {"modelName": "claude-sonnet-4-6"}}]}}"#,
            "refuted",
        ),
        ("backend/a.log", r#"{"MODEL": "claude-sonnet-4-6"}"#, "refuted"),
        ("backend/a.log", r#"{"plannerModel": "gpt-x"}"#, "refuted"),
        ("backend/a.log", r#"{"model-id": "gpt-x"}"#, "refuted"),
        ("backend/a.log", r#"{"gen_ai.request.model": "gpt-x"}"#, "refuted"),
        (
            "backend/a.jsonl",
            r#"{"type": "state", "llm": {"params": {"LLM_PROVIDER": "anthropic"}}}"#,
            "refuted",
        ),
        ("trace/a.jsonl", r#"{"type": "turn", "turn": {"step": {"usedFallback": true}}}"#, "refuted"),
        ("config/a.json", r#"{"agents": [{"roles": {"planner_model": "gpt-x"}}]}"#, "refuted"),
        ("config/a.json", r#"{"agents": [{"roles": {"fallback_provider": "other"}}]}"#, "refuted"),
        ("config/a.toml", "[a.b]\nfallBackModel = \"gpt-x\"\n", "refuted"),
        ("config/a.yaml", "a:\n  - reviewer-model: gpt-x\n", "refuted"),
        ("config/a.env", "PLANNER_MODEL=gpt-x\n", "refuted"),
        ("config/a.ini", "[llm]\nmodelName = gpt-x\n", "refuted"),
        // Of something else there is a provider, or a model, too.
        ("config/a.json", r#"{"auth_provider": "github", "storage": {"provider": "s3"}}"#, "proven"),
        ("config/a.json", r#"{"device": {"model": "M4"}, "gpu_model": "H100"}"#, "proven"),
        ("config/a.json", r#"{"search": {"provider": "other", "model": "qwen3.6-35b-a3b"}}"#, "refuted"),
        ("config/a.json", r#"{"auth_provider": "anthropic"}"#, "refuted"),
        ("backend/a.log", r#"{"parameters": {"model": "gpt-x"}}"#, "refuted"),
        ("backend/a.log", r#"{"parameters": {"type": "object", "model": "gpt-x"}}"#, "refuted"),
        ("config/a.json", r#"{"agent": {"parameters": {"type": "object", "model": "gpt-x"}}}"#, "refuted"),
        (
            "backend/a.log",
            r#"{"parameters": {"model": {"type": "string", "name": "gpt-x"}, "n": 1}}"#,
            "refuted",
        ),
        ("config/a.env", "AUTH_PROVIDER=github\n", "proven"),
        ("config/a.json", r#"{"no_fallback_model": "gpt-x", "forbidden": {"model": "gpt-x"}}"#, "proven"),
        ("config/a.json", r#"{"max_model_len": 4096, "fallback_locale": "en"}"#, "proven"),
        ("config/a.json", r#"{"harness": {"engine": "codex"}}"#, "refuted"),
        ("config/a.json", r#"{"engine": "fake"}"#, "refuted"),
        ("config/a.json", r#"{"db_engine": "sqlite"}"#, "proven"),
        ("config/a.json", r#"{"server": {"engine": "vllm"}, "engine": "vllm"}"#, "proven"),
        ("backend/a.log", r#"{"type": "result", "modelUsage": {"gpt-x": {"inputTokens": 4}}}"#, "refuted"),
        ("backend/a.log", r#"{"modelUsage": {"qwen3.6-35b-a3b": {"inputTokens": 4}}}"#, "proven"),
        ("backend/a.log", r#"{"models_used": ["gpt-x"]}"#, "refuted"),
        ("config/a.json", r#"{"fallback": "{\"model\": \"gpt-x\"}"}"#, "refuted"),
        ("config/a.json", r#"{"fallback": "{\"enabled\": false, \"model\": \"gpt-x\"}"}"#, "refuted"),
    ]);
}

#[test]
fn no_record_of_a_text_is_lost_however_many_there_are() {
    let of = |text: String| {
        let line = format!("{}\n", serde_json::json!({ "payload": text }));
        changed(|run| write(run, "backend/a.log", line.as_bytes()))
    };
    let other = r#"{"model": "gpt-x"}"#;
    let many = of(format!("x {}{other}", r#"{"a": 1} "#.repeat(1_500)));
    assert_eq!(many.0, "refuted", "{many:?}");
    let behind_braces = of(format!("x {}{other}", "{ ".repeat(40)));
    assert_eq!((behind_braces.0, behind_braces.3.len()), ("unproven".to_owned(), 1));
    let braces = of(format!("x model {}", "{".repeat(100_000)));
    assert_eq!(braces.0, "proven", "{braces:?}");
}

#[test]
fn a_use_is_found_in_a_record_that_stands_in_a_text() {
    let twice =
        serde_json::json!({"payload": serde_json::json!({"inner": r#"{"model": "gpt-x"}"#}).to_string()});
    let twice = format!("{twice}\n");
    hold(&[
        ("backend/a.log", r#"{"payload": "{\"provider\": \"anthropic\"}"}"#, "refuted"),
        ("backend/a.log", r#"{"data": "event: x\ndata: {\"model\": \"gpt-x\"}"}"#, "refuted"),
        ("backend/a.log", r#"{"payload": "{\"provider\": \"anthropic\""}"#, "unproven"),
        ("backend/a.log", r#"{"msg": "the key \"model\": is missing"}"#, "proven"),
        ("config/a.json", r#"{"agent": "{\"a\": {\"fallbackModel\": \"gpt-x\"}}"}"#, "refuted"),
        ("config/a.env", "AGENT=\"{\\\"llm\\\": {\\\"model\\\": \\\"gpt-x\\\"}}\"\n", "refuted"),
        ("backend/case.argv", r#"["case", "--settings", "{\"model\": \"gpt-x\"}"]"#, "refuted"),
        ("backend/case.argv", r#"["case", "--settings={\"llm\": {\"model\": \"gpt-x\"}}"]"#, "refuted"),
        ("backend/case.argv", r#"["case", "--set", "planner.model=gpt-x"]"#, "refuted"),
        ("backend/case.argv", r#"["env", "CASE_MODEL=gpt-x", "case"]"#, "refuted"),
        ("backend/case.argv", "case\0--planner-model\0gpt-x\0", "refuted"),
        ("backend/case.argv", "case --auth-provider github\n", "proven"),
        (
            "backend/argv.json",
            r#"[{"process": "case", "argv": ["case"], "env": {"CASE_SETTINGS": "{\"model\": \"gpt-x\"}"}}]"#,
            "refuted",
        ),
        (
            "backend/argv.json",
            r#"[{"process": "case", "argv": ["case"], "env": ["CASE_MODEL=gpt-x", "AUTH_PROVIDER=github"]}]"#,
            "refuted",
        ),
        (
            "trace.jsonl",
            r#"{"ts": "2026-06-01T02:25:41Z", "event": "note", "payload": "{\"model\": \"gpt-x\"}"}"#,
            "refuted",
        ),
    ]);
    let found = changed(|run| write(run, "backend/a.log", twice.as_bytes()));
    assert_eq!(found.0, "refuted", "{found:?}");
}

#[test]
fn what_is_handed_on_uses_no_model() {
    let other = r#"{\"model\": \"claude-sonnet-4-6\", \"provider\": \"anthropic\"}"#;
    for record in [
        format!(r#"{{"role": "assistant", "content": "{other}"}}"#),
        r#"{"role": "assistant", "content": [{"type": "text", "text": "x", "model": "gpt-x"}]}"#.to_owned(),
        format!(r#"{{"messages": [{{"role": "user", "content": "{other}"}}]}}"#),
        format!(r#"{{"type": "tool_result", "output": {{"file": "{other}"}}, "data": {{OTHER}}}}"#),
        r#"{"type": "tool_use", "name": "write", "input": {OTHER}}"#.to_owned(),
        r#"{"toolName": "read", "details": {OTHER}}"#.to_owned(),
        r#"{"tool_output": {OTHER}, "prompt": {OTHER}}"#.to_owned(),
        format!(r#"{{"stdout": "{other}", "file_content": "{other}", "output": "{other}"}}"#),
        r#"{"tools": [{"type": "function", "function": {"parameters": {"properties": {"model": {"type": "string"}}}}}]}"#
            .to_owned(),
        r#"{"request": {"tools": [{"name": "x", "parameters": {"model": {"type": "string"}}}]}}"#.to_owned(),
        r#"{"tools": [{"name": "x", "parameters": {"type": "object", "model": {"enum": ["gpt-x"]}}}]}"#.to_owned(),
    ] {
        let record = record.replace("OTHER", OTHER);
        for file in ["backend/a.log", "backend/a.jsonl", "trace/a.jsonl"] {
            let found = changed(|run| write(run, file, format!("{record}\n").as_bytes()));
            assert_eq!(found.0, "proven", "{file}: {record}: {found:?}");
        }
    }
    for args in ["{OTHER}", r#"{"content": "{\"model\": \"gpt-x\"}"}"#] {
        let event = r#"{"ts": "2026-06-01T02:25:41Z", "event": "tool_call", "name": "task", "args": ARGS}"#;
        let event = event.replace("ARGS", args).replace("OTHER", OTHER);
        let found = changed(|run| {
            let trace = std::fs::read_to_string(run.join("trace.jsonl")).expect("readable");
            let at = trace.rfind("{\"ts\"").expect("an event");
            std::fs::write(run.join("trace.jsonl"), format!("{}{event}\n{}", &trace[..at], &trace[at..]))
                .expect("writable");
        });
        assert!(!found.2.iter().any(|rule| rule.starts_with("route/")), "{event}: {found:?}");
    }
}

#[test]
fn what_lies_too_deep_is_a_gap() {
    let nested = |depth: usize| {
        format!("{}{{\"model\": \"gpt-x\"}}{}\n", "{\"a\": ".repeat(depth), "}".repeat(depth))
    };
    for (depth, verdict) in [(100, "refuted"), (200, "unproven"), (2_000, "unproven")] {
        for file in ["backend/a.log", "config/a.json"] {
            let found = changed(|run| write(run, file, nested(depth).as_bytes()));
            assert_eq!(found.0, verdict, "{file}: {depth}: {found:?}");
        }
    }
}

#[test]
fn bytes_with_two_names_are_told_once() {
    let found = changed(|run| {
        write(run, "config/a.json", br#"{"model": "gpt-x"}"#);
        std::os::unix::fs::symlink("config/a.json", run.join("generated-config.json")).expect("linked");
        std::fs::create_dir(run.join("trace")).expect("made");
        std::os::unix::fs::symlink("../config/a.json", run.join("trace/a.json")).expect("linked");
    });
    assert_eq!((found.0.as_str(), found.2.as_slice()), ("refuted", &["route/wrong-model".to_owned()][..]));
}

#[test]
fn what_a_report_lacks_is_told_as_its_fault_alone() {
    for (from, to) in [
        ("\"case_model\": \"qwen3.6-35b-a3b\",", ""),
        ("\"case_model_provider\": \"qwen-local\",", ""),
        ("\"case_model\": \"qwen3.6-35b-a3b\",", "\"case_model\": 5,"),
    ] {
        let found = changed(|run| {
            let report = std::fs::read_to_string(run.join("report.json")).expect("readable");
            assert!(report.contains(from));
            std::fs::write(run.join("report.json"), report.replacen(from, to, 1)).expect("writable");
        });
        assert_eq!(found.2, ["interface/report-invalid"], "{to}: {found:?}");
    }
}
