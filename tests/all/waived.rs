//! Waivers by fingerprint: they forgive one fault, and not the next one of its rule in the same file.

use std::path::Path;

use super::program;

const RUN: &str = "20260601T022535Z-r1-string-slugify-7";

fn audited(folder: &Path) -> (Option<i32>, serde_json::Value) {
    let output = program::counterfoil(&["audit", ".", "--format", "json"])
        .current_dir(folder)
        .output()
        .expect("it runs");
    (output.status.code(), serde_json::from_slice(&output.stdout).expect("JSON"))
}

fn prints(outcome: &serde_json::Value, list: &str) -> Vec<String> {
    let all = outcome[list].as_array().expect("a list").iter();
    let print = |finding: &serde_json::Value| finding["fingerprint"].as_str().map(str::to_owned);
    all.filter_map(print).collect()
}

fn project(notes: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(RUN)).expect("made");
    std::fs::write(folder.path().join(RUN).join("backend.log"), "one\n").expect("written");
    std::fs::write(folder.path().join("notes.md"), notes).expect("written");
    folder
}

fn shaped(outcome: &serde_json::Value) -> Vec<String> {
    let all = outcome["findings"].as_array().expect("a list").iter();
    let of_rule = all.filter(|finding| finding["rule"] == "endpoint/shaped");
    of_rule.filter_map(|finding| finding["fingerprint"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_waiver_by_fingerprint_forgives_no_other_leak_of_the_file() {
    let folder = project("address of the docs net: 100.64.1.1\n");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let known = shaped(&audited(folder.path()).1);
    assert_eq!(known.len(), 1);
    let print = &known[0];
    let waiver = format!(
        "[[waive]]\nrule = \"endpoint/shaped\"\nfingerprint = \"{print}\"\nreason = \"the docs\"\n"
    );
    write("counterfoil.toml", &waiver);
    let (_, outcome) = audited(folder.path());
    assert_eq!((prints(&outcome, "waived"), shaped(&outcome)), (known.clone(), vec![]));

    // The line moves: it is the same fault still.
    write("notes.md", "# Notes\n\nat 10 o'clock\n- address of the docs net: 100.64.1.1\n");
    let (_, outcome) = audited(folder.path());
    assert_eq!((prints(&outcome, "waived"), shaped(&outcome)), (known.clone(), vec![]));

    // Another one above it: the waiver stays with its own.
    let both = "base_url=http://spark9.tail4f2a.ts.net:8000/v1\naddress of the docs net: 100.64.1.1\n";
    write("notes.md", both);
    let (code, outcome) = audited(folder.path());
    assert_eq!((code, prints(&outcome, "waived"), shaped(&outcome).len()), (Some(1), known, 1));

    // Another one instead of it.
    write("notes.md", "totally\nother text\nbase_url=http://spark9.tail4f2a.ts.net:8000/v1\n");
    let (code, outcome) = audited(folder.path());
    assert_eq!((code, prints(&outcome, "waived"), shaped(&outcome).len()), (Some(1), vec![], 1));
    let rules: Vec<_> =
        outcome["findings"].as_array().expect("a list").iter().map(|it| &it["rule"]).collect();
    assert!(rules.iter().any(|rule| *rule == "waiver/unused"), "{rules:?}");
}

#[test]
fn equal_lines_of_a_file_have_fingerprints_of_their_own() {
    let folder = project("see 100.64.1.1\nsee 100.64.1.2\n");
    let mut known = shaped(&audited(folder.path()).1);
    known.dedup();
    assert_eq!(known.len(), 2);
}
