//! Fingerprints from end to end: made from a value, committed, and found without it.

use std::path::Path;
use std::process::Command;

use super::program::{self, VARIABLE};

const URL: &str = "http://spark9.tail4f2a.ts.net:8000/v1";
const HOST: &str = "spark9.tail4f2a.ts.net";
const PEPPER: &str = "8f1d0c5b9a7e6342f0e1d2c3b4a5968778695a4b3c2d1e0f0123456789abcdef";

fn counterfoil(folder: &Path) -> Command {
    let mut command = program::counterfoil(&[]);
    command.current_dir(folder).env("XDG_CACHE_HOME", folder.join("cache"));
    command
}

fn printed(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A folder with a run that leaks, and a configuration that names a fingerprint.
fn project(fingerprint: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = folder.path().join("20260601T022535Z-r1-string-slugify-7/backend");
    std::fs::create_dir_all(&backend).expect("made");
    std::fs::write(backend.join("stderr.log"), format!("one\nPOST http://{HOST}:8000/v1/models\n"))
        .expect("written");
    std::fs::write(backend.join("clean.log"), "GET http://other.corp.example:8000/v1/models\n")
        .expect("written");
    std::fs::write(folder.path().join("counterfoil.toml"), "fingerprints = [\"endpoint.fingerprint\"]\n")
        .expect("written");
    std::fs::write(folder.path().join("endpoint.fingerprint"), fingerprint).expect("written");
    folder
}

fn leaks(json: &str) -> Vec<(String, u64, String)> {
    let outcome: serde_json::Value = serde_json::from_str(json).expect("json");
    let findings = outcome["findings"].as_array().expect("findings").iter();
    let mut found: Vec<_> = findings
        .filter(|finding| finding["form"] == "fingerprint")
        .map(|finding| {
            let place = &finding["location"];
            let path = place["path"].as_str().expect("a path").to_owned();
            (path, place["line"].as_u64().expect("a line"), finding["severity"].to_string())
        })
        .collect();
    found.sort();
    found
}

fn made(options: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = counterfoil(folder.path());
    command.arg("fingerprint").args(options).env(VARIABLE, URL).env("COUNTERFOIL_PEPPER", PEPPER);
    let (code, text) = printed(&mut command);
    assert_eq!(code, Some(0));
    assert!(!text.contains("spark9") && !text.contains("tail4f2a"), "{text}");
    text
}

#[test]
fn a_keyed_fingerprint_finds_the_leak_where_the_value_is_not_known() {
    let folder = project(&made(&[]));
    let audit = ["audit", "--format", "json"];
    let (_, json) = printed(counterfoil(folder.path()).args(audit).env("COUNTERFOIL_PEPPER", PEPPER));
    let found = leaks(&json);
    let [(path, line, severity)] = found.as_slice() else { panic!("{found:?}") };
    assert!(path.ends_with("backend/stderr.log"), "{path}");
    assert_eq!((*line, severity.as_str()), (2, "\"error\""));
    assert!(!json.contains("spark9") && !json.contains("tail4f2a"), "{json}");

    let (_, human) = printed(counterfoil(folder.path()).arg("audit").env("COUNTERFOIL_PEPPER", PEPPER));
    assert!(human.contains("endpoint/in-backend-log"), "{human}");
    assert!(!human.contains("spark9") && !human.contains("tail4f2a"), "{human}");
}

#[test]
fn without_the_pepper_the_audit_is_incomplete() {
    let folder = project(&made(&[]));
    let (_, json) = printed(counterfoil(folder.path()).args(["audit", "--format", "json"]));
    assert_eq!(leaks(&json), []);
    assert!(json.contains("no pepper to look for them with"), "{json}");
}

#[test]
fn a_file_without_any_fingerprint_is_refused() {
    let folder = project("# nothing yet\n");
    let output = counterfoil(folder.path()).arg("audit").env("COUNTERFOIL_PEPPER", PEPPER).output();
    let output = output.expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("endpoint.fingerprint:1: no fingerprint stands in this file"), "{error}");
    assert!(error.contains("`counterfoil fingerprint --output"), "{error}");
}

#[test]
fn a_public_fingerprint_warns() {
    let folder = project(&made(&["--public"]));
    let (_, json) = printed(counterfoil(folder.path()).args(["audit", "--format", "json"]));
    let found = leaks(&json);
    assert!(
        found.iter().any(|(path, line, severity)| {
            path.ends_with("backend/stderr.log") && *line == 2 && severity == "\"warning\""
        }),
        "{found:?}"
    );
    assert!(found.iter().all(|(_, _, severity)| severity == "\"warning\""), "{found:?}");
}

#[test]
fn no_value_and_no_pepper_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = counterfoil(folder.path()).arg("fingerprint").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no endpoint value"));
    let output =
        counterfoil(folder.path()).arg("fingerprint").env(VARIABLE, URL).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("there is no pepper") && !error.contains("spark9"), "{error}");
}
