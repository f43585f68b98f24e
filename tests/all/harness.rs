//! A run that really happened: a small harness (`harness/run.sh`) starts a process, the process asks a model
//! over HTTP, and the evidence is what came of it. The audit calls it proven; then one thing is changed for
//! each of the ten conditions, and the audit says which.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::cli::{audit, rules_under};

const ENDPOINT: &str = "http://spark7.tail9c41d.ts.net:8000/v1";

/// Answers one question as a model would, and gives back what was asked.
fn answer(listener: &TcpListener) -> std::io::Result<String> {
    let (stream, _) = listener.accept()?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some((_, value)) = line.split_once("Content-Length: ") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    respond(stream)?;
    Ok(head)
}

fn respond(mut stream: TcpStream) -> std::io::Result<()> {
    let body = r#"{"model": "qwen3.6-35b-a3b", "choices": [{"message": {"content": "-"}}]}"#;
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

/// Makes a run in `folder` and gives back its directory.
fn record(folder: &Path) -> PathBuf {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let resolve = listener.local_addr().expect("bound").to_string();
    let model = std::thread::spawn(move || answer(&listener));
    let stamp = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let run = folder.join(format!("{stamp}-r1-shell-slugify-{}", std::process::id()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/harness/run.sh");
    let status = Command::new("bash")
        .arg(script)
        .arg(&run)
        .env("CTO_HARNESS_CASE_LOCAL_BASE_URL", ENDPOINT)
        .env("RESOLVE", resolve)
        .status()
        .expect("bash is there");
    assert!(status.success(), "the harness failed");
    let asked = model.join().expect("no panic").expect("asked");
    assert!(asked.contains("Host: spark7.tail9c41d.ts.net:8000"), "the agent asked someone else: {asked}");
    run
}

/// What is changed in a copy of the run.
enum Change {
    /// In a file, a text for another.
    Text(&'static str, &'static str, &'static str),
    /// In several files.
    Texts(&'static [(&'static str, &'static str, &'static str)]),
    /// The last bytes of a file are lost.
    Cut(&'static str, usize),
}

impl Change {
    fn apply(&self, run: &Path) {
        match self {
            Self::Text(file, from, to) => replace(&run.join(file), from, to),
            Self::Texts(all) => all.iter().for_each(|(file, from, to)| replace(&run.join(file), from, to)),
            Self::Cut(file, bytes) => {
                let text = std::fs::read(run.join(file)).expect("readable");
                std::fs::write(run.join(file), &text[..text.len() - bytes]).expect("writable");
            }
        }
    }
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("readable");
    assert!(text.contains(from), "{}: no `{from}` to change", file.display());
    std::fs::write(file, text.replace(from, to)).expect("writable");
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("readable") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}

/// For each of the ten conditions: a change, and the rule that tells of it; none where something could
/// merely no longer be read.
const CHANGES: [(u8, Change, &[&str]); 10] = [
    (
        1,
        Change::Text("report.json", "harness-evidence/1", "harness-evidence/9"),
        &["interface/report-invalid"],
    ),
    (
        2,
        Change::Text("report.json", r#""backend_exit_code": 0"#, r#""backend_exit_code": 3"#),
        &["pass/nonzero-exit"],
    ),
    (3, Change::Text("argv.json", r#""qwen3.6-35b-a3b""#, r#""qwen3-32b""#), &["route/wrong-model"]),
    (
        4,
        Change::Text(
            "config/case.json",
            r#""base_url_env""#,
            r#""fallback_model": "claude-sonnet-4-6", "base_url_env""#,
        ),
        &["route/fallback-model"],
    ),
    (5, Change::Text("trace.jsonl", r#""ok": true"#, r#""ok": false"#), &["pass/protocol-failed"]),
    (6, Change::Text("patch.diff", "a-z-", "a-z+"), &["interface/digest-mismatch"]),
    (
        7,
        Change::Texts(&[
            ("tests.json", r#""failed": 0"#, r#""failed": 1"#),
            ("report.json", r#""failed": 0"#, r#""failed": 1"#),
            ("baseline/tests.json", r#""failed": 2"#, r#""failed": 3"#),
            ("baseline/report.json", r#""failed": 2"#, r#""failed": 3"#),
        ]),
        &["pass/tests-not-passed"],
    ),
    (
        8,
        Change::Text("report.json", r#""baseline": {"engine": "fake""#, r#""baseline": {"engine": "case""#),
        &["pass/baseline-not-comparable"],
    ),
    (
        9,
        Change::Text(
            "backend/stderr.log",
            "spawn agent",
            "spawn agent, http://spark7.tail9c41d.ts.net:8000/v1",
        ),
        &["endpoint/in-backend-log"],
    ),
    (10, Change::Cut("trace.jsonl", 20), &[]),
];

fn verdict(document: &Value) -> &str {
    document["runs"][0]["verdict"].as_str().expect("a verdict")
}

#[test]
fn a_recorded_run_is_proven_until_one_thing_is_changed() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let run = record(folder.path());
    let (document, code) = audit(&run, ENDPOINT);
    assert_eq!((verdict(&document), code), ("proven", 0), "{document:#}");
    for (condition, change, rules) in &CHANGES {
        let changed = folder.path().join(condition.to_string()).join(run.file_name().expect("a name"));
        copy(&run, &changed);
        change.apply(&changed);
        let (document, code) = audit(&changed, ENDPOINT);
        let wanted = if rules.is_empty() { ("unproven", 3) } else { ("refuted", 1) };
        assert_eq!((verdict(&document), code), wanted, "condition {condition}: {document:#}");
        assert_eq!(rules_under(&document, ""), *rules, "condition {condition}");
    }
}
