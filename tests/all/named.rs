//! Paths as people type them: with `..`, by a link, twice. What is found is the same, wherever the caller stands.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::harness::copy;
use super::program::counterfoil;

const RUN: &str = "20260604T091200Z-r1-string-slugify-310552";

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    fn new(folders: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week").join(RUN);
        folders.iter().for_each(|folder| copy(&from, &dir.path().join(folder)));
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().expect("there").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().expect("a folder")).expect("made");
        std::fs::write(self.path(name), text).expect("written");
    }

    fn started(&self, folder: &str, arguments: &[&str]) -> (i32, String, String) {
        let value = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/endpoint.txt");
        let mut command = counterfoil(arguments);
        command.arg("--endpoint-file").arg(value).current_dir(self.path(folder));
        let output = command.output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().expect("ended by itself"), text(&output.stdout), text(&output.stderr))
    }

    /// The exit code, and the runs with their paths and verdicts.
    fn audited(&self, folder: &str, paths: &[&str]) -> (i32, Vec<(String, String)>, Value) {
        let (code, out, err) = self.started(folder, &[&["audit", "--format", "json"], paths].concat());
        let document: Value = serde_json::from_str(&out).unwrap_or_else(|why| panic!("{why}: {err}"));
        let text = |run: &Value, key: &str| run[key].as_str().expect("a text").to_owned();
        let runs = document["runs"].as_array().expect("a list");
        let runs = runs.iter().map(|run| (text(run, "path"), text(run, "verdict"))).collect();
        (code, runs, document)
    }
}

fn proven(path: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), "proven".to_owned())]
}

#[test]
fn a_run_is_found_from_inside_it() {
    let bench = Bench::new(&[&format!("w/{RUN}")]);
    let inside = format!("w/{RUN}/backend");
    for path in ["..", "../", "../.", "../backend/.."] {
        let (code, runs, _) = bench.audited(&inside, &[path]);
        assert_eq!((code, runs), (0, proven(".")), "{path}");
    }
    let (code, runs, _) = bench.audited(&inside, &["../.."]);
    assert_eq!((code, runs), (0, proven(RUN)));
}

#[test]
fn a_run_that_is_named_twice_is_audited_once() {
    let bench = Bench::new(&[&format!("w2/{RUN}")]);
    for paths in [["w2", "w2/../w2"], ["w2", "./w2/"], ["w2/../w2", &bench.path("w2").to_string_lossy()]] {
        let (code, runs, _) = bench.audited("", &paths);
        assert_eq!((code, runs), (0, proven(RUN)), "{paths:?}");
    }
}

#[test]
fn paths_are_relative_to_the_folder_that_holds_all() {
    let bench = Bench::new(&[&format!("w/{RUN}"), &format!("w2/{RUN}")]);
    let (_, runs, _) = bench.audited("w2", &[".", "../w"]);
    let paths: Vec<_> = runs.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, [format!("w/{RUN}"), format!("w2/{RUN}")]);
    std::fs::remove_file(bench.path(&format!("w/{RUN}/tests.json"))).expect("removed");
    let (_, out, _) = bench.started("w2", &["audit", ".", "../w", "--format", "sarif"]);
    assert!(out.contains(&format!("\"uri\": \"w/{RUN}/")) && !out.contains("\"uri\": \".."), "{out}");
}

#[test]
fn what_is_a_document_does_not_depend_on_where_the_caller_stands() {
    let bench = Bench::new(&[]);
    bench.write("counterfoil.toml", "paths = [\".\"]\n");
    bench.write("docs/a.md", "# Notes\n\nStatus: done\n");
    bench.write("docs/.sot/b.md", "# Work\n");
    for folder in ["", "docs", "docs/.sot"] {
        let (_, _, document) = bench.audited(folder, &[]);
        assert_eq!(document["read"]["documents"], 1, "{folder}");
    }
}

#[test]
fn a_link_gives_its_name_to_what_has_none_of_its_own() {
    let bench = Bench::new(&["x/store"]);
    symlink("store", bench.path(&format!("x/{RUN}"))).expect("linked");
    symlink(RUN, bench.path("x/latest")).expect("linked");
    let link = bench.path(&format!("x/{RUN}"));
    for path in [&link, &link.join("report.json"), &link.join("")] {
        let (code, runs, _) = bench.audited("", &[&path.to_string_lossy()]);
        assert_eq!((code, runs), (0, proven(".")), "{}", path.display());
    }
    let (code, out, _) = bench.started("x", &["evidence", RUN]);
    let evidence: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, evidence["id"].as_str()), (0, Some(RUN)));
    std::fs::remove_file(&link).expect("removed");
    std::fs::rename(bench.path("x/store"), &link).expect("moved");
    for path in ["x/latest", "x/latest/", "x/latest/report.json"] {
        let (code, runs, _) = bench.audited("", &[path]);
        assert_eq!((code, runs), (0, proven(".")), "{path}");
    }
    bench.write("y/kept/b.md", "# Work\n");
    symlink("kept", bench.path("y/.sot")).expect("linked");
    let (_, _, document) = bench.audited("y", &[".sot"]);
    assert_eq!(document["read"]["documents"], 1);
}

/// A finding in the configuration stands below the audited folder as any other, or else at a file of this machine.
#[test]
fn a_waiver_stands_where_its_file_is_whoever_named_it() {
    let bench = Bench::new(&[&format!("docs/{RUN}")]);
    let config = bench.path("counterfoil.toml").to_string_lossy().into_owned();
    let waiver = "[[waive]]\nrule = \"route/*\"\nreason = \"to see where it stands\"\n";
    bench.write("counterfoil.toml", &format!("paths = [\".\"]\n\n{waiver}"));
    let within = (
        "counterfoil.toml".to_owned(),
        serde_json::json!({"uri": "counterfoil.toml", "uriBaseId": "%SRCROOT%"}),
    );
    let outside = (config.clone(), serde_json::json!({"uri": format!("file://{config}")}));
    for (folder, arguments, is) in [
        ("", &[][..], &within),
        ("docs", &[], &within),
        ("docs", &["--config", "../counterfoil.toml"], &within),
        ("docs", &["--config", &config], &within),
        ("", &["docs/..", "--config", "docs/../counterfoil.toml"], &within),
        ("", &["docs"], &outside),
        ("docs", &["."], &outside),
    ] {
        let (_, _, document) = bench.audited(folder, arguments);
        let finding = &document["findings"][0];
        assert_eq!(
            (finding["rule"].as_str(), finding["location"]["line"].as_u64()),
            (Some("waiver/unused"), Some(4))
        );
        assert_eq!(finding["location"]["path"], is.0, "{folder} {arguments:?}");
        let (_, out, _) = bench.started(folder, &[&["audit", "--format", "sarif"], arguments].concat());
        let log: Value = serde_json::from_str(&out).expect("JSON");
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"], is.1, "{folder} {arguments:?}");
    }
}

/// What is no UTF-8 is a path like any other, and no id.
#[test]
fn claims_are_explained_wherever_their_documents_are() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let bench = Bench::new(&[]);
    let name = OsStr::from_bytes(b"doc\xffuments");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents/first-week");
    copy(&from, &bench.dir.path().join(name));
    let run = |command: &str, words: &[&OsStr]| {
        let mut started = counterfoil(&[command]);
        let output = started.args(words).current_dir(bench.dir.path()).output().expect("it runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        )
    };
    let id = OsStr::new("CTO-WORK-030");
    let (code, said) = run("claim", &[id, name]);
    assert!(code != Some(2) && said.contains("CTO-WORK-030"), "{code:?} {said}");
    let (code, said) = run("claim", &[name]);
    assert!(code == Some(2) && said.contains("none of `doc\\xffuments` is a work item's id"), "{said}");
}
