//! What a run tells of its own baseline: the baseline's engine may be named there, and nothing hides behind it.

use std::path::Path;

use super::run_models::{hold, write};
use super::unproven::changed;

/// Puts an event behind the trace's first.
fn event(run: &Path, event: &str) {
    let path = run.join("trace.jsonl");
    let trace = std::fs::read_to_string(&path).expect("readable");
    let (first, rest) = trace.split_once('\n').expect("lines");
    let ts = first.split('"').nth(3).expect("a time");
    let event = event.replacen('{', &format!("{{\"ts\": \"{ts}\", "), 1);
    std::fs::write(path, format!("{first}\n{event}\n{rest}")).expect("writable");
}

/// The verdict of a run whose trace has one more event, and its findings.
fn told(text: &str) -> (String, Vec<String>) {
    let found = changed(|run| event(run, text));
    (found.0, found.2)
}

#[test]
fn a_trace_may_tell_of_the_baseline() {
    for text in [
        r#"{"event": "baseline_started", "engine": "fake"}"#,
        r#"{"event": "baseline_finished", "model": "fake", "provider": "fake"}"#,
        r#"{"event": "baseline", "engine": "fake"}"#,
        r#"{"event": "baseline_compared", "baseline": {"engine": "fake"}, "run": {"engine": "case"}}"#,
        r#"{"event": "engine_started", "engine": "fake", "role": "baseline"}"#,
        r#"{"event": "baseline_process_started", "argv": ["run-case.sh", "--engine", "fake"]}"#,
        r#"{"event": "process_started", "process": "fake", "argv": ["run-case.sh", "--engine", "fake"]}"#,
        r#"{"event": "comparison", "baseline_engine": "fake", "baseline_model": "fake", "engine": "case"}"#,
    ] {
        assert_eq!(told(text), ("proven".to_owned(), vec![]), "{text}");
    }
}

#[test]
fn nothing_hides_behind_the_baselines_name() {
    for (text, rules) in [
        (r#"{"event": "engine_started", "engine": "fake"}"#, &["route/wrong-engine"][..]),
        (r#"{"event": "baseline_started", "agent_engine": "codex"}"#, &["route/wrong-engine"]),
        (
            r#"{"event": "baseline_run", "engine": "fake", "model": "claude-sonnet-4-6"}"#,
            &["route/fallback-model"],
        ),
        (
            r#"{"event": "baseline_run", "model": "fake", "provider": "anthropic"}"#,
            &["route/fallback-provider"],
        ),
        (r#"{"event": "baseline_run", "model": "gpt-x"}"#, &["route/wrong-model"]),
        (
            r#"{"event": "model_request", "role": "baseline", "model": "fake", "provider": "fake"}"#,
            &["route/wrong-model", "route/wrong-provider"],
        ),
        (
            r#"{"event": "started", "process": "case", "role": "baseline", "argv": ["x", "--engine", "fake"]}"#,
            &["route/wrong-engine"],
        ),
        (r#"{"event": "x", "note": "as in the baseline", "engine": "fake"}"#, &["route/wrong-engine"]),
    ] {
        assert_eq!(told(text).1, rules, "{text}");
    }
}

#[test]
fn command_lines_configuration_and_the_task_may_tell_of_the_baseline() {
    let argv = |name: &str| {
        let process = format!(r#", {{{name}, "argv": ["run-case.sh", "--engine", "fake"]}}]"#);
        let found = changed(|run| {
            let text = std::fs::read_to_string(run.join("argv.json")).expect("readable");
            let text = text.trim_end().strip_suffix(']').expect("a list").to_owned();
            std::fs::write(run.join("argv.json"), text + &process).expect("writable");
        });
        found.0
    };
    for name in [
        r#""process": "baseline""#,
        r#""process": "fake""#,
        r#""process": "fake-baseline""#,
        r#""process": "run-case.sh", "role": "baseline""#,
    ] {
        assert_eq!(argv(name), "proven", "{name}");
    }
    for name in [r#""process": "case""#, r#""process": "case", "role": "baseline""#, r#""pid": 4"#] {
        assert_eq!(argv(name), "refuted", "{name}");
    }
    hold(&[
        (
            "config/a.json",
            r#"{"engine": "case", "baseline": {"engine": "fake", "model": "fake"}}"#,
            "proven",
        ),
        ("config/a.json", r#"{"engine": "fake", "baseline": {"engine": "fake"}}"#, "refuted"),
        ("config/a.json", r#"{"baseline": {"engine": "fake", "fallback": "gpt-x"}}"#, "refuted"),
        ("config/a.yaml", "engine: case\nbaseline:\n  engine: fake\n", "proven"),
        ("config/a.toml", "engine = \"case\"\n[baseline]\nengine = \"fake\"\n", "proven"),
        ("config/a.ini", "engine = case\n[baseline]\nengine = fake\n", "proven"),
        ("backend/a.log", r#"{"msg": "done", "baseline": {"provider": "fake"}}"#, "proven"),
    ]);
    let task = |text: &str| changed(|run| write(run, "task/more.md", text.as_bytes())).0;
    assert_eq!(task("Run `x --engine case`; the baseline is `x --engine fake`.\n"), "proven");
    assert_eq!(task("Run `x --engine fake`. The baseline comes next.\n"), "refuted");
}
