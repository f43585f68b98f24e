//! What is there and may not be opened: a gap, which proves nothing and refutes nothing.
//!
//! The superuser opens everything, so for it the program is started as nobody.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use serde_json::Value;

use super::harness::copy;
use super::program::{VARIABLE, counterfoil};
use super::unproven::unknown;

const NOBODY: u32 = 65_534;
const RUN: &str = "20260604T091200Z-r1-string-slugify-310552";

/// The document of an audit of a proven run of which `locked` may not be opened, and the exit code; none where the
/// program can't be started by nobody.
#[expect(clippy::print_stderr, reason = "a test that tries nothing says so")]
fn audit_without(locked: &str, prepare: impl Fn(&Path)) -> Option<(Value, i32)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mode = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    mode(folder.path(), 0o755);
    let run = folder.path().join(RUN);
    copy(&fixtures.join("week").join(RUN), &run);
    prepare(&run);
    let locked = run.join(locked);
    let before = std::fs::metadata(&locked).expect("there").permissions().mode();
    mode(&locked, 0o000);
    let mut command = counterfoil(&["audit", ".", "--format", "json"]);
    command.current_dir(folder.path());
    let value = std::fs::read_to_string(fixtures.join("endpoint.txt")).expect("the fixtures' value");
    command.env(VARIABLE, value.trim());
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output();
    mode(&locked, before);
    let Ok(output) = output else {
        eprintln!("the program can't be started by nobody: what may not be opened was not tried here");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {said}"));
    Some((document, output.status.code().expect("an exit code")))
}

fn is_unproven(locked: &str, prepare: impl Fn(&Path)) {
    let Some((document, code)) = audit_without(locked, prepare) else { return };
    assert_eq!(document["findings"], serde_json::json!([]), "{locked}");
    assert_eq!((&document["runs"][0]["verdict"], code), (&"unproven".into(), 3), "{locked}: {document}");
    let gaps = document["gaps"].as_array().expect("a list");
    let told = |gap: &Value| {
        gap["path"].as_str().is_some_and(|path| path.ends_with(locked))
            && gap["why"].as_str().is_some_and(|why| why.contains("permission denied"))
    };
    assert!(gaps.iter().any(told), "{locked}: {gaps:?}");
    let unknown = unknown(&document);
    let told_from = match locked {
        "admission.json" | "argv.json" => 3,
        "trace.jsonl" | "backend" => 5,
        "patch.diff" | "manifest.json" => 6,
        "tests.json" | "tests.log" => 7,
        "baseline" | "baseline/report.json" => 8,
        _ => 4,
    };
    // That the value is nowhere is not known of any of them.
    for number in [told_from, 9, 10] {
        assert!(unknown.contains(&number), "{locked}: {number} of {unknown:?}");
    }
}

#[test]
fn what_may_not_be_opened_refutes_nothing() {
    let files = ["report.json", "trace.jsonl", "task.md", "argv.json", "admission.json", "patch.diff"];
    let more =
        ["tests.json", "tests.log", "manifest.json", "baseline/report.json", "baseline", "backend", ""];
    for locked in files.into_iter().chain(more) {
        is_unproven(locked, |_| {});
    }
}

/// What states no digest of a file says nothing of it either.
#[test]
fn without_a_manifest_it_is_no_other() {
    let unlisted = |run: &Path| std::fs::remove_file(run.join("manifest.json")).expect("removed");
    for locked in ["patch.diff", "tests.json", "baseline/report.json", "report.json"] {
        is_unproven(locked, unlisted);
    }
}

/// Of a repository whose objects nobody may list the gap is told in plain words, without this machine's paths.
#[test]
fn objects_that_may_not_be_listed_are_told_plainly() {
    let prepare = |run: &Path| super::repo::git_in(run.parent().expect("a folder"), &["init", "--quiet"]);
    let Some((document, code)) = audit_without("../.git/objects", |run| drop(prepare(run))) else { return };
    assert_eq!((&document["findings"], code), (&serde_json::json!([]), 3), "{document}");
    let gaps = document["gaps"].to_string();
    assert!(gaps.contains("its object database can't be read: permission denied"), "{gaps}");
    assert!(!gaps.contains("os error") && !gaps.contains("/tmp"), "{gaps}");
}

/// A blocked run's marker is not missing for that nobody may look.
#[test]
fn a_marker_that_may_not_be_opened_is_not_missing() {
    let blocked = "20260601T004107Z-r1-string-slugify-2611904";
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week").join(blocked);
    let prepare = |run: &Path| copy(&from, &run.with_file_name(blocked));
    for locked in ["backend", "backend/provider-local-config-unavailable.txt"] {
        let locked = format!("../{blocked}/{locked}");
        let Some((document, code)) = audit_without(&locked, prepare) else { return };
        assert_eq!((&document["findings"], code), (&serde_json::json!([]), 3), "{locked}");
    }
}
