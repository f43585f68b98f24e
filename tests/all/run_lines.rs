//! Records that go over several lines of a log: each is read, or is a gap, whatever stands before and between.

use std::path::Path;

use super::run_models::{OTHER, hold, write};
use super::unproven::changed;

const NAMES: [&str; 2] = ["qwen3.6-35b-a3b", "claude-sonnet-4-6"];

#[test]
fn a_record_over_several_lines_of_a_log_is_one() {
    let pretty = |name: &str| {
        format!("{{\n  \"status\": \"completed\",\n  \"llm\": {{\n    \"model\": \"{name}\"\n  }}\n}}\n")
    };
    let (own, fallback, other) = (pretty("qwen3.6-35b-a3b"), pretty("claude-sonnet-4-6"), pretty("gpt-5"));
    let block = |record: &str| format!("working\n<<<AGENT_RESULT\n{record}AGENT_RESULT>>>\n");
    let crlf = own.replace('\n', "\r\n");
    let cases = [
        (own.clone(), "proven"),
        (fallback.clone(), "refuted"),
        // Whatever somebody printed: it may be any file.
        (other.clone(), "unproven"),
        (block(&own), "proven"),
        (block(&fallback), "refuted"),
        (format!("config: {own}done\n{own}"), "proven"),
        (format!("{crlf}config: {own}"), "proven"),
        (format!("{own}{{\"a\": {{\n{fallback}"), "refuted"),
        (format!("fn main() {{\n{own}}}\n"), "proven"),
        (format!("fn main() {{\n{fallback}"), "refuted"),
        ("{\n  \"a\": 1 }, {\n  \"model\": \"claude-sonnet-4-6\"\n}, {\n}\n".to_owned(), "refuted"),
        ("{\n  \"model\": \"qwen3.6-35b-a3b\"\n".to_owned(), "unproven"),
        ("{\n  \"model\": \"qwen3.6-35b-a3b\",\n  a: 1\n}\n".to_owned(), "unproven"),
    ];
    for (text, verdict) in cases {
        let found = changed(|run| write(run, "backend/a.log", text.as_bytes()));
        assert_eq!(found.0, verdict, "{text}: {found:?}");
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = folder.path().join("20260601T022535Z-r1-string-slugify-2731603");
    let proven = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/pass/no-baseline/pass/same-run");
    super::harness::copy(&proven.join(run.file_name().expect("a name")), &run);
    write(&run, "backend/a.log", format!("first\nconfig: {fallback}").as_bytes());
    let (document, _) = super::cli::audit(&run, "http://100.101.102.103:8000/v1");
    let at = &document["findings"][0]["location"];
    assert_eq!((at["line"].as_u64(), at["column"].as_u64()), (Some(5), Some(14)), "{document}");
}

#[test]
fn records_that_do_not_end_take_no_square_time() {
    let started = std::time::Instant::now();
    let found = changed(|run| {
        write(run, "backend/a.log", "{\"a\": {\n\"model\":\n".repeat(100_000).as_bytes());
        write(run, "backend/b.log", "{ \"a\": {\n".repeat(100_000).as_bytes());
        write(run, "backend/c.log", "{\n\"model\": 1}\n".repeat(100_000).as_bytes());
    });
    assert_eq!(found.0, "unproven", "{found:?}");
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_record_with_words_before_each_of_its_lines_is_read_or_a_gap() {
    let pretty = |provider: &str, name: &str| {
        format!("{{\n  \"provider\": \"{provider}\",\n  \"llm\": \"x\",\n  \"model\": \"{name}\"\n}}\n")
    };
    let of = |provider: &str, name: &str, before: &str| {
        let text: String = pretty(provider, name).lines().map(|line| format!("{before}{line}\n")).collect();
        changed(|run| write(run, "backend/a.log", text.as_bytes()))
    };
    for before in ["2026-06-01T02:25:41Z ", "case-1  | ", "[stdout] ", "\u{1b}[2m12:00\u{1b}[0m "] {
        for (provider, name) in [("anthropic", NAMES[1]), ("qwen-local", "gpt-5"), ("anthropic", NAMES[0])]
        {
            let found = of(provider, name, before);
            assert_eq!(found.0, "unproven", "{before}: {name}: {found:?}");
        }
        let found = of("qwen-local", NAMES[0], before);
        assert_eq!(found.0, "proven", "{before}: {found:?}");
    }
    // A colour is no part of the text.
    for before in ["\u{1b}[2m", "\u{1b}[0m\u{1b}[34;1m "] {
        let found = of("anthropic", NAMES[1], before);
        assert_eq!(found.0, "refuted", "{before}: {found:?}");
    }
}

#[test]
fn a_line_of_a_record_that_is_lost_is_a_gap_where_it_may_name_a_model() {
    for (text, verdict) in [
        // Cut off, and malformed.
        ("{\n  \"a\": 1, OTHER\n", "unproven"),
        ("{\n  \"a\": 1, OTHER,\n}\n", "unproven"),
        ("{\n  \"a\": 1, \"model\": \"qwen3.6-35b-a3b\",\n}\n", "unproven"),
        // The beginning is lost, or is none.
        ("  1, \"model\": \"gpt-5\"\n", "unproven"),
        ("| \"model\":\n| \"gpt-5\"\n", "unproven"),
        ("| \"model\": {\n|   \"which\": \"gpt-5\"\n| }\n", "unproven"),
        ("| \"fallback\": true\n", "unproven"),
        ("| \"served_by\": \"claude-sonnet-4-6\"\n", "unproven"),
        // What names nothing, or only what the route admits.
        ("| \"model\": \"qwen-local/qwen3.6-35b-a3b\", \"provider\": \"qwen-local\"\n", "proven"),
        ("| \"fallback\": false, \"model\": null, \"a\": \"gpt-5\", \"max_model_len\": 5\n", "proven"),
        ("| \"content\": \"anthropic\", \"logger\": \"anthropic\", \"denied\": \"anthropic\"\n", "proven"),
    ] {
        let found = changed(|run| write(run, "backend/a.log", text.replace("OTHER", OTHER).as_bytes()));
        assert_eq!(found.0, verdict, "{text}: {found:?}");
    }
    // So many braces that not all are tried.
    let braces = "{ ".repeat(40);
    let found = changed(|run| {
        let line = format!("x {braces}{{\"served_by\": \"claude-sonnet-4-6\"}}\n");
        write(run, "backend/a.log", line.as_bytes());
    });
    assert_eq!(found.0, "unproven", "{found:?}");
    hold(&[("tests.log", "| \"model\": \"claude-sonnet-4-6\"\n", "proven")]);
}

#[test]
fn a_record_is_found_however_long_the_log_and_whatever_is_cut_off_before() {
    let cut = format!("{{\"level\":\"debug\",\"msg\":\"request body truncated {}\n", "z".repeat(80));
    let turns = "  {\"role\": \"user\", \"content\": \"y\"},\n".repeat(9_000);
    let long =
        format!("{{\"a\": 1, \"messages\": [\n{turns}  {{\"role\": \"user\"}}\n], \"model\": \"NAME\"}}\n");
    let short = "{\"a\":1,\n \"b\":2, \"model\":\"NAME\"}\n";
    let fill = format!("2026-06-01 debug {}\n", "f".repeat(100)).repeat(75_000);
    for text in [
        short.to_owned(),
        cut.repeat(40) + short,
        long.clone(),
        format!("{fill}{long}"),
        format!("{long}{fill}{short}"),
    ] {
        for (name, verdict) in NAMES.iter().zip(["proven", "refuted"]) {
            let text = text.replace("NAME", name);
            let found = changed(|run| write(run, "backend/a.log", text.as_bytes()));
            let head: String = text.chars().take(60).collect();
            assert_eq!(found.0, verdict, "{} bytes: {head}: {found:?}", text.len());
        }
    }
    // Longer than what is held back.
    let found = changed(|run| {
        let long = long.replace("NAME", "gpt-5").replace(&turns, &turns.repeat(25));
        write(run, "backend/a.log", format!("{fill}{long}").as_bytes());
    });
    assert_eq!((found.0.as_str(), found.3.len()), ("unproven", 1), "{found:?}");
}
