//! What an audit could have gone past in silence: paths that hold nothing, parts that were left out, files that are
//! none; and its own reports, which the next audit meets.

use std::path::Path;
use std::process::Stdio;

use counterfoil::search::shapes::Shapes;
use serde_json::Value;

use super::program::{VARIABLE, counterfoil};
use super::repo::{Repo, VALUE};

const RUN: &str = "20260601T022535Z-r1-string-slugify-7";

/// The exit code, the JSON document (null where there is none), and what was told besides.
fn audited(folder: &Path, arguments: &[&str]) -> (i32, Value, String) {
    let output = counterfoil(&["audit", "--format", "json"])
        .args(arguments)
        .env(VARIABLE, VALUE)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().expect("ended"), serde_json::from_slice(&output.stdout).unwrap_or_default(), told)
}

fn gaps(outcome: &Value) -> Vec<(String, String)> {
    let word = |gap: &Value, key: &str| gap[key].as_str().expect("a text").to_owned();
    let all = outcome["gaps"].as_array().expect("a list").iter();
    all.map(|gap| (word(gap, "path"), word(gap, "why"))).collect()
}

/// A folder with a clean repository, and in it what these paths name: folders.
fn bench(folders: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.commit("a.txt", "clean\n", "one");
    for folder in folders {
        std::fs::create_dir_all(repo.root().join(folder)).expect("made");
    }
    repo
}

#[test]
fn a_bare_repository_without_its_history_is_nothing_to_audit() {
    let repo = bench(&[]);
    repo.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let (code, _, told) = audited(repo.root(), &["bare.git", "--no-history"]);
    assert!(code == 2 && told.contains("nothing to audit") && told.contains("--no-history"), "{told}");
    std::fs::write(repo.root().join("counterfoil.toml"), "history = false\n").expect("written");
    assert_eq!(audited(repo.root(), &["bare.git"]).0, 2);
    let (code, outcome, _) = audited(repo.root(), &["repo", "bare.git"]);
    let why = "a bare repository has only its history, which was left out: nothing of it was read";
    assert_eq!((code, gaps(&outcome)), (3, vec![("bare.git".to_owned(), why.to_owned())]));
    assert_eq!(audited(repo.root(), &["repo"]).0, 0);
}

#[test]
fn a_path_that_holds_nothing_is_a_gap() {
    let repo = bench(&["runs", "deep/down"]);
    let root = repo.root();
    let why = "an empty folder: nothing was here to be read";
    for (arguments, path) in [
        (vec!["repo", "runs"], "runs"),
        (vec!["deep", "repo"], "deep"),
        (vec!["repo", "--runs", "runs"], "runs"),
    ] {
        let (code, outcome, told) = audited(root, &arguments);
        assert_eq!(code, 3, "{arguments:?}: {told}");
        assert_eq!(gaps(&outcome), [(path.to_owned(), why.to_owned())], "{arguments:?}");
    }
    assert_eq!(audited(root, &["runs"]).0, 2);
    // Nobody named it.
    std::fs::write(root.join("deep/a.txt"), "clean\n").expect("written");
    assert_eq!(audited(root, &["deep", "repo"]).0, 0);
}

#[test]
fn a_pipe_is_told_as_one() {
    let repo = bench(&[]);
    let output = counterfoil(&["audit", "/dev/stdin"])
        .env(VARIABLE, VALUE)
        .current_dir(repo.root())
        .stdin(Stdio::piped())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("not read; give a file") && !told.contains("symbolic link"), "{told}");
}

#[test]
fn a_configuration_that_is_no_file_is_refused() {
    let repo = bench(&[]);
    let file = repo.path.join("counterfoil.toml");
    for (why, make) in [
        ("a link that leads nowhere", (|at| std::os::unix::fs::symlink("nowhere", at)) as fn(&Path) -> _),
        ("it is a directory", |at| std::fs::create_dir(at)),
    ] {
        make(&file).expect("made");
        let (code, _, told) = audited(&repo.path, &["."]);
        assert!(code == 2 && told.contains("counterfoil.toml") && told.contains(why), "{why}: {told}");
        std::fs::rename(&file, repo.root().join(why.replace(' ', "-"))).expect("moved");
    }
}

#[test]
fn an_empty_target_repository_checks_nothing() {
    let repo = bench(&["target", RUN]);
    std::fs::write(repo.root().join(RUN).join("backend.log"), "one\n").expect("written");
    let told =
        |outcome: &Value| gaps(outcome).iter().any(|(_, why)| why.contains("nothing is in this folder"));
    let named = [RUN, "--target", "target"];
    let (code, outcome, _) = audited(repo.root(), &named);
    assert!(code != 0 && told(&outcome), "{outcome:#}");
    std::fs::write(repo.root().join("target/a.txt"), "a\n").expect("written");
    assert!(!told(&audited(repo.root(), &named).1));
    std::fs::remove_file(repo.root().join("target/a.txt")).expect("removed");
    repo.git(&["init", "-q", "../target"]);
    assert!(told(&audited(repo.root(), &named).1), "no commit, no file");
}

/// Rules' pages and texts stand in reports, which lie where the next audit reads.
#[test]
fn no_text_of_a_rule_looks_like_an_endpoint() {
    let shapes = Shapes::new(&[]).expect("none");
    let pack = counterfoil::rule::Pack::built_in().expect("sound");
    for rule in pack.iter() {
        for text in [rule.page.as_str(), &rule.text, &rule.summary] {
            assert_eq!(shapes.scan(text.as_bytes()), [], "{}", rule.id);
        }
    }
    let profile = counterfoil::profile::Profile::built_in().expect("sound");
    assert_eq!(shapes.scan(profile.text.as_bytes()), []);
}

#[test]
fn reports_do_not_break_the_next_audit() {
    let repo = bench(&[]);
    let from = "fixtures/week/20260601T022022Z-r1-string-slugify-2694767";
    let run = repo.path.join("runs/20260601T022022Z-r1-string-slugify-2694767");
    std::fs::create_dir_all(&run).expect("made");
    for file in ["manifest.json", "report.json", "trace.jsonl"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from).join(file);
        std::fs::copy(from, run.join(file)).expect("copied");
    }
    let shaped = || {
        let mut command = counterfoil(&["audit", "runs", "."]);
        for (format, file) in
            [("sarif", "c.sarif"), ("html", "c.html"), ("junit", "c.xml"), ("markdown", "c.txt")]
        {
            command.args(["--format", format, "--output", file]);
        }
        let output = command.args(["--format", "json"]).current_dir(&repo.path).output().expect("it runs");
        let outcome: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = outcome["findings"].as_array().expect("a list").clone();
        findings.iter().filter(|it| it["rule"] == "endpoint/shaped").count()
    };
    assert_eq!((shaped(), shaped()), (0, 0));
}
