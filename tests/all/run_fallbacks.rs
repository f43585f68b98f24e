//! The route's fallbacks are found under whatever key and in whatever file they stand, and a switch says what it says.

use std::path::Path;

use super::run_models::{Case, OTHER, hold, write};
use super::unproven::changed;

#[test]
fn a_use_is_looked_for_in_records_of_every_surface() {
    let mut cases: Vec<Case> = Vec::new();
    for file in [
        "stderr.log",
        "stderr",
        "logs/agent.log",
        "session.jsonl",
        "usage.json",
        "trace.jsonl.1",
        "agent.log.2026-06-01",
        "tests/session.jsonl",
        "tests/run.log",
        "tests.log",
        "task/session.jsonl",
        "baseline/usage.json",
        "baseline/tests/usage.json",
    ] {
        cases.push((file, "info {OTHER}\n", "refuted"));
    }
    hold(&cases);
    hold(&[
        // Another model counts where the run's own records lie; elsewhere a key may be of anything.
        ("backend/usage.json", r#"{"model": "gpt-x"}"#, "refuted"),
        ("backend/usage.json", "{\n\"a\": {\n\"model\": \"gpt-x\"}}\n", "refuted"),
        ("usage.json", r#"{"model": "gpt-x"}"#, "proven"),
        (
            "session/1.jsonl",
            "{\"type\": \"model_change\", \"provider\": \"a\", \"model\": \"b\"}\n",
            "refuted",
        ),
        ("session/1.jsonl", "{\"type\": \"note\", \"model\": \"b\", \"a\": \"model_x\"}\n", "proven"),
        ("stdout.log", "10:00 {\"event\": \"model_request\", \"model\": \"b\"}\n", "refuted"),
        ("tests/a.jsonl", "{\"event\": \"model_request\", \"model\": \"b\"}\n", "proven"),
        ("workspace/data.json", r#"[{"model": "auth.user", "pk": 1, "fields": {}}]"#, "proven"),
        ("workspace/main.tf.json", r#"{"provider": {"aws": {"region": "eu"}}}"#, "proven"),
        ("ci.json", r#"{"provider": "github-actions"}"#, "proven"),
        ("old/admission.json", r#"{"provider": "a", "model": "b", "status": "not_admitted"}"#, "proven"),
        ("old/admission.json", r#"{OTHER, "status": "rejected"}"#, "refuted"),
        ("tests/usage.json", r#"{"model": "gpt-x", "engine": "fake"}"#, "proven"),
        ("task/usage.json", "{\n\"model\": {\"which\": \"gpt-x\"}\n}\n", "proven"),
        ("tests/usage.json", r#"[{"model": "gpt-x"}, {"model": "claude-sonnet-4-6"}]"#, "refuted"),
        ("tests.log", "E  assert {\n  \"model\": \"x\",\nanthropic is no model\n", "proven"),
        ("task.json", r#"{"title": "name the provider: anthropic"}"#, "proven"),
        // Neither code nor prose is a record.
        ("workspace/log.py", "x = {OTHER}\n", "proven"),
        ("notes.md", "{OTHER}\n", "proven"),
        ("usage.json", r#"{"engine": "chromium", "coverageProvider": "v8"}"#, "proven"),
        ("stdout.log", "<<<AGENT_RESULT\n{\"status\": \"failed\"}\nAGENT_RESULT>>>\n", "proven"),
        ("logs/a.jsonl", "{\"model\": \"claude\n", "proven"),
        ("logs/a.jsonl", "{\"model\": \"claude-sonnet-4-6\n", "unproven"),
        ("logs/a.log", "{\"a\": {\"model\": \"claude-sonnet-4-6\n", "unproven"),
    ]);
}

#[test]
fn a_known_fallback_is_one_under_whatever_key() {
    for record in [
        r#"{"model_used": "NAME"}"#,
        r#"{"provider_used": "anthropic"}"#,
        r#"{"model_usage": {"qwen3.6-35b-a3b": 900, "NAME": 1234}}"#,
        r#"{"tokens_by_model": {"NAME": 1200}}"#,
        r#"{"cost_by_model": {"NAME": 0.4, "total": 0.4}}"#,
        r#"{"usage_by_provider": {"anthropic": 100}}"#,
        r#"{"usage": {"models": {"NAME": 4}}}"#,
        r#"{"gen_ai.system": "anthropic"}"#,
        r#"{"retry": {"order": ["qwen-local", "anthropic"]}}"#,
        r#"{"escalate_to": "anthropic/NAME"}"#,
        r#"{"event": "provider_switched", "from": "qwen-local", "to": "anthropic"}"#,
        r#"{"served": {"anthropic": {"requests": 2}}}"#,
    ] {
        let record = record.replace("NAME", "claude-sonnet-4-6");
        for file in ["backend/a.log", "config/a.json", "trace/a.jsonl"] {
            let found = changed(|run| write(run, file, format!("{record}\n").as_bytes()));
            assert_eq!(found.0, "refuted", "{file}: {record}: {found:?}");
        }
    }
    hold(&[
        ("config/a.json", r#"{"models": ["qwen3.6-35b-a3b", "claude-sonnet-4-6"]}"#, "refuted"),
        ("config/a.json", r#"{"models": {"default": "claude-sonnet-4-6"}}"#, "refuted"),
        ("config/a.json", r#"{"providers": {"anthropic": {}}}"#, "refuted"),
        ("config/a.json", r#"{"providers": {"anthropic": {"enabled": false}}}"#, "proven"),
        ("config/a.json", r#"{"model": {"primary": "qwen3.6-35b-a3b", "secondary": "gpt-x"}}"#, "refuted"),
        ("config/a.json", r#"{"provider": {"openai": {}}}"#, "unproven"),
        ("config/a.ini", "[model]\nprovider = qwen-local\nname = gpt-x\n", "refuted"),
        ("config/a.ini", "[providers.anthropic]\nkey = x\n", "refuted"),
        ("config/a.ini", "[providers.anthropic]\nenabled = false\n[storage]\nprovider = s3\n", "proven"),
        ("config/a.ini", "[model]\ntemperature = 0.2\nname = qwen3.6-35b-a3b\n", "proven"),
        // A list of what an engine could serve is none of what it served.
        (
            "backend/a.log",
            r#"{"object": "list", "data": [{"id": "claude-sonnet-4-6", "object": "model"}]}"#,
            "proven",
        ),
        (
            "backend/a.log",
            r#"{"msg": "models", "models": ["claude-sonnet-4-6"], "providers": {"anthropic": {}}}"#,
            "proven",
        ),
        ("backend/a.log", r#"{"models": [{"provider": "anthropic"}]}"#, "refuted"),
        ("backend/a.log", r#"{"models": [{"model": "anthropic/claude-sonnet-4-6"}]}"#, "refuted"),
        ("backend/a.log", r#"{"models": [{"model": "x", "fallback": {"model": "gpt-5"}}]}"#, "refuted"),
        ("backend/a.log", r#"{"models": {"planner": {"model": "gpt-5"}}}"#, "refuted"),
        ("config/a.json", r#"{"models": [{"model": "gpt-5"}]}"#, "refuted"),
        (
            "backend/a.log",
            r#"{"models": [{"name": "llama3", "model": "llama3:8b", "details": {"parent_model": "a"}}]}"#,
            "proven",
        ),
        // Settings of what the route admits, by its name.
        (
            "config/a.json",
            r#"{"provider": {"qwen-local": {"options": {}, "models": {"qwen3.6-35b-a3b": {"name": "Q"}}}}}"#,
            "proven",
        ),
        ("config/a.json", r#"{"provider": {"qwen-local": {"models": {"gpt-5": {}}}}}"#, "unproven"),
        (
            "config/a.json",
            r#"{"provider": {"qwen-local": {"options": {}}, "groq": {"a": "b"}}}"#,
            "unproven",
        ),
        // A part of a text that is streamed.
        ("trace/a.jsonl", r#"{"event": "text_delta", "delta": "anthropic"}"#, "proven"),
        ("trace/a.jsonl", r#"{"delta": {"model": "gpt-5"}}"#, "refuted"),
        // What only bears the name, what there is none of, and what is handed on.
        (
            "backend/a.log",
            r#"{"logger": "anthropic", "api_style": "anthropic", "file": "anthropic/client.py"}"#,
            "proven",
        ),
        ("backend/a.log", r#"{"denied": ["anthropic"], "calls": {"anthropic": 0}}"#, "proven"),
        (
            "backend/a.log",
            r#"{"type": "tool_result", "output": "anthropic", "data": ["anthropic"]}"#,
            "proven",
        ),
        ("backend/a.log", r#"{"model_usage": {"input_tokens": 3, "output_tokens": 4}}"#, "proven"),
        (
            "backend/a.log",
            r#"{"model_usage": {"qwen3.6-35b-a3b": 3}, "msg": "no anthropic here"}"#,
            "proven",
        ),
    ]);
}

#[test]
fn a_provider_before_the_models_name_is_told_from_it() {
    hold(&[
        ("config/a.json", r#"{"model": "qwen-local/qwen3.6-35b-a3b"}"#, "proven"),
        ("backend/a.log", r#"{"model": "qwen-local/qwen3.6-35b-a3b", "provider": "qwen-local"}"#, "proven"),
        ("backend/a.log", r#"{"models_used": ["qwen-local/qwen3.6-35b-a3b"]}"#, "proven"),
        ("config/a.json", r#"{"model": "anthropic/qwen3.6-35b-a3b"}"#, "refuted"),
        ("config/a.json", r#"{"model": "qwen-local/gpt-x"}"#, "refuted"),
        ("config/a.json", r#"{"model": "qwen-local/qwen3.6-35b-a3b", "provider": "anthropic"}"#, "refuted"),
    ]);
}

#[test]
fn a_fallback_that_is_switched_on_is_told_from_one_that_is_not() {
    for (setting, verdict) in [
        (r#""disable_fallback": false"#, "refuted"),
        (r#""no_fallback": "false""#, "refuted"),
        (r#""allow_fallback": 1"#, "refuted"),
        (r#""allow_fallback": "true""#, "refuted"),
        (r#""fallback": {"disabled": false}"#, "refuted"),
        (r#""fallback": {"enabled": "yes"}"#, "refuted"),
        (r#""fallback": {"anthropic": {}}"#, "refuted"),
        (r#""fallback_policy": "next-provider""#, "refuted"),
        (r#""fallback_reason": "timed out""#, "refuted"),
        (r#""disable_fallback": true, "fallback_blocked": false"#, "proven"),
        (r#""allow_fallback": 0, "fallback_count": 0, "fallback_retries": 3"#, "proven"),
        (r#""fallback_policy": "fail", "fallback_mode": "strict", "on_fallback": "abort""#, "proven"),
        (r#""fallback_model": "n/a", "fallback_provider": "-", "fallback_reason": null"#, "proven"),
        (r#""fallback": "the harness aborts", "fallback_timeout_s": 30, "fallback_delay": "5s""#, "proven"),
        (r#""fallback": {"enabled": "false", "retries": 3}"#, "proven"),
    ] {
        let found = changed(|run| write(run, "config/a.json", format!("{{{setting}}}\n").as_bytes()));
        assert_eq!(found.0, verdict, "{setting}: {found:?}");
    }
    hold(&[
        ("backend/case.argv", "case --no-fallback=false\n", "refuted"),
        ("backend/case.argv", "case --disable-fallback 0\n", "refuted"),
        (
            "backend/case.argv",
            "case --allow-fallback false --fallback-timeout 5 --fallback-policy fail\n",
            "proven",
        ),
        ("config/a.env", "CASE_ALLOW_FALLBACK=1\n", "refuted"),
        ("config/a.env", "CASE_DISABLE_FALLBACK=false\n", "refuted"),
        ("config/a.env", "CASE_ALLOW_FALLBACK=0\nCASE_FALLBACK_MODEL=\"\"\n", "proven"),
        ("config/README.md", "# Config\n\nfallback: the harness aborts\nFallback: see below\n", "proven"),
        ("config/settings.txt", "MODEL=gpt-x\n", "refuted"),
    ]);
}

#[test]
fn a_fallback_without_a_name_is_told_as_one_that_is_switched_on() {
    let found =
        changed(|run| write(run, "config/a.json", br#"{"allow_fallback": "true", "x": "anthropic"}"#));
    assert_eq!(found.2, ["route/fallback-model", "route/fallback-provider"], "{found:?}");
    // A pair is told once, however deep each of it lies.
    let pair = format!("{{\"llm\": {{{OTHER}}}}}\n");
    let found = changed(|run| write(run, "backend/a.log", pair.as_bytes()));
    assert_eq!(found.2, ["route/fallback-model", "route/fallback-provider"], "{found:?}");
}

#[test]
fn a_command_line_is_read_under_each_of_its_keys_and_in_a_shells_line() {
    for key in ["command", "cmd", "args", "command_line"] {
        for line in [r#"["case", "--model", "gpt-x"]"#, r#""case --model gpt-x""#] {
            let process = format!(r#"[{{"process": "case", "argv": ["case"], "{key}": {line}}}]"#);
            let event = format!(
                r#"{{"ts": "2026-06-01T02:25:41Z", "event": "case_process_started", "pid": 1, "{key}": {line}}}"#
            );
            let found = changed(|run| write(run, "backend/argv.json", process.as_bytes()));
            assert_eq!(found.0, "refuted", "{process}: {found:?}");
            let found = changed(|run| write(run, "trace.jsonl", format!("{event}\n").as_bytes()));
            assert!(found.2.contains(&"route/wrong-model".to_owned()), "{event}: {found:?}");
        }
    }
    hold(&[
        ("backend/argv.json", r#"["case", "-m", "claude-sonnet-4-6"]"#, "refuted"),
        ("backend/argv.json", r#"["case", "-model=anthropic/claude-sonnet-4-6"]"#, "refuted"),
        ("backend/argv.json", r#"["case", "--llm", "claude-sonnet-4-6"]"#, "refuted"),
        ("backend/argv.json", r#"["sh", "-c", "CASE_MODEL=gpt-x case run"]"#, "refuted"),
        (
            "backend/argv.json",
            r#"["sh", "-c", "cd x && export A=1 CASE_MODEL=gpt-x; case run"]"#,
            "refuted",
        ),
        (
            "backend/argv.json",
            r#"["sh", "-c", "CASE_MODEL=qwen3.6-35b-a3b A=1 case run model=gpt-x"]"#,
            "proven",
        ),
        (
            "backend/argv.json",
            r#"["python3", "-m", "pytest", "-m", "anthropic", "--grep", "anthropic"]"#,
            "proven",
        ),
        ("backend/argv.json", r#"["case", "--prompt", "MODEL=gpt-x is no model"]"#, "proven"),
    ]);
}

#[test]
fn what_names_a_fallback_in_no_record_is_mentioned() {
    let event = |text: &str| {
        format!("{{\"ts\": \"2026-06-01T02:25:41Z\", \"event\": \"note\", \"message\": \"{text}\"}}\n")
    };
    for text in
        ["spawn provider=anthropic", "rerouting request to anthropic", "using claude-sonnet-4-6 instead"]
    {
        let found = changed(|run| write(run, "backend/a.log", format!("info {text}\n").as_bytes()));
        assert_eq!((found.0.as_str(), found.2.len()), ("proven", 1), "{text}: {found:?}");
        let found = changed(|run| write(run, "trace.jsonl", event(text).as_bytes()));
        assert!(found.2.contains(&"route/fallback-mentioned".to_owned()), "{text}: {found:?}");
    }
    let found = changed(|run| {
        write(
            run,
            "backend/a.log",
            b"provider=qwen-local\n{\"content\": {\"model\": \"claude-sonnet-4-6\"}}\n",
        )
    });
    assert_eq!(found.2, [""; 0], "{found:?}");
}

#[test]
fn a_configuration_in_whatever_syntax_says_which_model_it_names() {
    const NAME: &str = "claude-sonnet-4-6";
    for (file, text) in [
        ("generated-config.txt", "provider: anthropic\nmodel: NAME\nfallback_model: NAME\n"),
        ("generated-config.md", "fallback_model: NAME\n"),
        ("config/notes.md", "- **Model**: `NAME`\n"),
        ("generated-config.xml", "<c><provider>anthropic</provider><model>NAME</model></c>\n"),
        ("config/a.xml", "<llm model=\"NAME\"/>\n"),
        ("generated-config.conf", "model NAME\n"),
        ("config/a.conf", "fallback_model NAME;\n"),
        ("config/a.conf", "upstreams local NAME; # the second model\nmodels { provider local, NAME }\n"),
        ("config/a.js", "export const model = 'NAME'\n"),
        ("config/a.ts", "export const model: string = 'NAME';\n"),
        ("config/run.sh", "exec case --fallback-model NAME\n"),
        ("config/run.sh", "case --model=gpt-5 \\\n"),
        ("config/run.sh", "case --allow-fallback\n"),
        ("config/args.txt", "--model NAME\n"),
        ("config/a.csv", "model,NAME\n"),
        ("config/Dockerfile", "ENV MODEL gpt-5\n"),
        ("config/a.conf", "model gpt-5;\n"),
        ("config/a.xml", "<c><fallbackModel>gpt-5</fallbackModel></c>\n"),
    ] {
        let found = changed(|run| write(run, file, text.replace("NAME", NAME).as_bytes()));
        assert_eq!(found.0, "refuted", "{file}: {text}: {found:?}");
    }
    hold(&[
        // A name without a key, and a key in a syntax that is not read.
        ("config/a.plist", "<key>model</key>\n<string>gpt-x</string>\n", "unproven"),
        ("config/a.xml", "<model>\n  claude-sonnet-4-6\n</model>\n", "unproven"),
        ("config/a.conf", "upstreams local anthropic\n", "unproven"),
        ("config/a.js", "const model = pick(models);\n", "unproven"),
        ("config/a.js", "  model: {\n    id: 'gpt-5',\n", "unproven"),
        ("config/a.csv", "role,model\ncoder,gpt-5\n", "unproven"),
        ("config/a.md", "model: gpt-5\n", "unproven"),
        ("config/README.md", "It once ran with claude-sonnet-4-6.\n", "unproven"),
        // What names the route's own, nothing, or what is not used.
        (
            "generated-config.xml",
            "<c><provider>qwen-local</provider><model>qwen3.6-35b-a3b</model></c>\n",
            "proven",
        ),
        ("generated-config.conf", "model qwen3.6-35b-a3b;\nprovider qwen-local;\n", "proven"),
        ("generated-config.ts", "export const model = 'qwen3.6-35b-a3b';\n", "proven"),
        (
            "generated-config.txt",
            "provider: qwen-local\nmodel: qwen3.6-35b-a3b\nfallback: none\n",
            "proven",
        ),
        (
            "config/run.sh",
            "exec case --model \"$CASE_MODEL\" --no-fallback --provider qwen-local\n",
            "proven",
        ),
        ("config/run.sh", "# case --model claude-sonnet-4-6\n", "proven"),
        (
            "config/a.js",
            "// model: 'claude-sonnet-4-6'\n/* model\n= 'gpt-5' */\nimport { Model } from './model';\n",
            "proven",
        ),
        ("config/a.xml", "<!-- <model>gpt-5</model> -->\n<c/>\n", "proven"),
        ("config/a.conf", "deny anthropic claude-sonnet-4-6;\napi_style anthropic;\n", "proven"),
        (
            "config/README.md",
            "A fallback to anthropic is never used; claude-sonnet-4-6 is forbidden.\n",
            "proven",
        ),
        (
            "config/README.md",
            "# Config\n\nThe model is chosen with --model, the provider: see below.\nModel: Qwen3.6-35B-A3B\n",
            "proven",
        ),
        ("config/LICENSE", "The model and the provider of this Software make no warranty.\n", "proven"),
    ]);
}

#[test]
fn a_validator_may_tell_of_a_fallback_that_was_refused() {
    const VALIDATOR: &str = "rules/interface/report-invalid/pass/validator";
    const RUN: &str = "20260601T022535Z-r1-string-slugify-2731603";
    let told = |text: &str| {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let run = folder.path().join(RUN);
        super::harness::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(VALIDATOR).join(RUN), &run);
        write(&run, "checks/a.json", text.replace("OTHER", OTHER).as_bytes());
        let (document, _) = super::cli::audit(&run, "http://100.101.102.103:8000/v1");
        super::cli::rules_under(&document, "")
    };
    for refused in
        [r#""result": "rejected""#, r#""status": "refused""#, r#""outcome": "Denied", "a": {OTHER}"#]
    {
        assert_eq!(told(&format!("{{OTHER, {refused}}}\n")), [""; 0], "{refused}");
    }
    for used in [r#""result": "ok""#, r#""note": "rejected""#] {
        let rules = told(&format!("{{OTHER, {used}}}\n"));
        assert_eq!(rules, ["route/fallback-model", "route/fallback-provider"], "{used}");
    }
    // A run that was refused a model asked for it.
    let found = changed(|run| {
        write(run, "backend/a.log", format!("{{{OTHER}, \"status\": \"rejected\"}}\n").as_bytes())
    });
    assert_eq!(found.0, "refuted", "{found:?}");
}

#[test]
fn an_event_tells_by_its_words_that_a_fallback_stood_in() {
    for (name, is_used) in [
        ("fallback_used", true),
        ("fallbackTriggered", true),
        ("model_fallback", true),
        ("FALLBACK_STARTED", true),
        ("fallback_refused", false),
        ("fallback_unused", false),
        ("unusedFallback", false),
        ("fallback_rejected", false),
    ] {
        let event = format!("{{\"type\": \"{name}\", \"at\": 1}}\n");
        let found = changed(|run| write(run, "backend/a.jsonl", event.as_bytes()));
        assert_eq!(found.0, if is_used { "refuted" } else { "proven" }, "{name}: {found:?}");
    }
}
