//! Where reports go: files that appear whole or not at all, pipes that close, names that can't be written.

use std::collections::BTreeSet;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::program::counterfoil;

fn audit(more: &[&str]) -> Output {
    let args = ["audit", "fixtures/week", "--endpoint-file", "fixtures/endpoint.txt"];
    counterfoil(&[&args, more].concat()).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn each_format_goes_to_its_own_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (json, html) = (path("out.json"), path("out.html"));
    let output = audit(&[
        "--format", "json", "--output", &json, "--format", "html", "--output", &html, "--format", "human",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("\nrejected: "), "human goes to standard output");
    let document: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).expect("written")).expect("JSON");
    assert_eq!(document["verdict"], "rejected");
    assert!(std::fs::read_to_string(&html).expect("written").starts_with("<!doctype html>"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2, "no temporary file is left");
}

#[test]
fn what_can_not_be_written_is_an_error_that_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("no/such/folder/out.json");
    for (path, why) in
        [(missing.as_path(), "there is no such folder"), (folder.path(), "it is a directory")]
    {
        let output = audit(&["--format", "json", "--output", &path.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(2), "{}", path.display());
        let error = text(&output.stderr);
        assert!(error.contains("output::unwritable") && error.contains(why), "{error}");
        assert!(error.contains("help: nothing was written"), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// A device is written to, never replaced by a file.
#[test]
fn a_full_disk_is_an_error_and_a_device_stays_one() {
    let output = audit(&["--format", "json", "--output", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("output::unwritable"), "{}", text(&output.stderr));
    let kind = std::fs::metadata("/dev/full").expect("there").file_type();
    assert!(kind.is_char_device());
    assert_eq!(audit(&["--format", "json", "--output", "/dev/null"]).status.code(), Some(1));
    assert!(std::fs::metadata("/dev/null").expect("there").file_type().is_char_device());
}

#[test]
fn the_file_behind_a_link_is_replaced_and_not_the_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("file"), folder.path().join("link"));
    std::fs::write(&file, "before").expect("written");
    std::os::unix::fs::symlink("file", &link).expect("linked");
    audit(&["--format", "json", "--output", &link.to_string_lossy()]);
    assert!(link.symlink_metadata().expect("there").file_type().is_symlink());
    assert!(std::fs::read_to_string(&file).expect("read").starts_with("{\n  \"schema\""));
}

#[test]
fn two_audits_into_one_file_leave_one_whole_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.json").to_string_lossy().into_owned();
    let args = [
        "audit",
        "fixtures/week",
        "--endpoint-file",
        "fixtures/endpoint.txt",
        "--format",
        "json",
        "--output",
        &file,
    ];
    let audits: Vec<_> = (0..4).map(|_| counterfoil(&args).spawn().expect("it runs")).collect();
    for mut audit in audits {
        assert_eq!(audit.wait().expect("ended").code(), Some(1));
    }
    let whole = std::fs::read_to_string(Path::new(&file)).expect("written");
    serde_json::from_str::<serde_json::Value>(&whole).expect("one whole document");
}

/// `counterfoil … | head`: no panic, no message.
#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = counterfoil(&["rules", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

/// What a job names for its summary gets one, behind what stands there already.
#[test]
fn a_github_job_gets_its_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("summary");
    std::fs::write(&file, "before\n").expect("written");
    let args = ["audit", "fixtures/week", "--endpoint-file", "fixtures/endpoint.txt", "--format", "github"];
    let output = counterfoil(&args).env("GITHUB_STEP_SUMMARY", &file).output().expect("it runs");
    assert!(text(&output.stdout).starts_with("::error file="));
    assert!(
        std::fs::read_to_string(&file).expect("read").starts_with("before\n### ❌ counterfoil: rejected")
    );
}

/// The colours of a terminal are asked for, or not: no terminal, no colour.
#[test]
fn colour_is_asked_for_by_flag_or_environment() {
    assert!(!text(&audit(&[]).stdout).contains('\u{1b}'));
    assert!(text(&audit(&["--color", "always"]).stdout).contains("\u{1b}["));
    let args = ["audit", "fixtures/week"];
    let forced = counterfoil(&args).env("CLICOLOR_FORCE", "1").output().expect("it runs");
    assert!(text(&forced.stdout).contains("\u{1b}["));
    let refused =
        counterfoil(&args).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().expect("it runs");
    assert!(!text(&refused.stdout).contains('\u{1b}'));
}

/// `init` overwrites nothing that it did not write itself.
#[test]
fn init_overwrites_nothing_without_being_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().to_string_lossy().into_owned();
    let git = Command::new("git").args(["init", "--quiet", &here]).status().expect("git runs");
    assert!(git.success());
    let hook = folder.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("made");
    std::fs::write(&hook, "#!/bin/sh\nmine\n").expect("written");
    let run = |args: &[&str]| counterfoil(&[&["init", &here], args].concat()).output().expect("it runs");
    let first = run(&["--hooks"]);
    assert_eq!(first.status.code(), Some(2), "a hook stays as it is: {}", text(&first.stdout));
    assert!(text(&first.stdout).contains("add the line `counterfoil hook pre-commit` to it"));
    assert_eq!(std::fs::read_to_string(&hook).expect("read"), "#!/bin/sh\nmine\n");
    let again = run(&[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("init::exists"), "{}", text(&again.stderr));
    assert_eq!(run(&["--hooks", "--force"]).status.code(), Some(0));
    assert!(std::fs::read_to_string(&hook).expect("read").contains("exec counterfoil hook pre-commit"));
    assert_eq!(run(&["--hooks"]).status.code(), Some(0), "its own hooks are no one else's");
}

/// Whatever its names are, a place takes one report.
#[test]
fn two_reports_never_go_to_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::create_dir(path("sub")).expect("made");
    for link in ["link", "sub/link"] {
        std::os::unix::fs::symlink(path("a.out"), path(link)).expect("linked");
    }
    for other in ["./a.out", "sub/../a.out", "link", "sub/link"] {
        let (first, second) = (path("a.out"), path(other));
        let output =
            audit(&["--format", "json", "--output", &first, "--format", "html", "--output", &second]);
        let error = text(&output.stderr);
        assert!(output.status.code() == Some(2) && error.contains("the same place"), "{other}: {error}");
        assert!(!folder.path().join("a.out").exists(), "{other}");
    }
    let stdout = std::fs::File::create(path("stdout")).expect("made");
    let args =
        ["audit", "fixtures/week", "--format", "json", "--output", &path("stdout"), "--format", "human"];
    let output = counterfoil(&args).stdout(stdout).output().expect("it runs");
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("the same place"));
    let both = audit(&[
        "--format",
        "json",
        "--output",
        &path("a.out"),
        "--format",
        "html",
        "--output",
        &path("b"),
    ]);
    assert_eq!(both.status.code(), Some(1), "{}", text(&both.stderr));
}

#[test]
fn a_link_that_leads_to_no_file_yet_stays_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, link) = (folder.path().join("far/new.json"), folder.path().join("link.json"));
    std::os::unix::fs::symlink("far/new.json", &link).expect("linked");
    let output = audit(&["--output", &link.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2), "there is no such folder");
    std::fs::create_dir(folder.path().join("far")).expect("made");
    let output = audit(&["--output", &link.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(link.symlink_metadata().expect("there").file_type().is_symlink());
    assert!(std::fs::read_to_string(&file).expect("read").starts_with("{\n  \"schema\""));
}

#[test]
fn new_files_have_the_permissions_that_the_umask_leaves() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let git = Command::new("git").args(["init", "--quiet"]).arg(folder.path()).status().expect("git runs");
    assert!(git.success());
    for (umask, report, hook) in [("077", 0o600, 0o700), ("022", 0o644, 0o755), ("027", 0o640, 0o750)] {
        let file = folder.path().join(format!("{umask}.json"));
        for args in [
            &["audit", "fixtures/week", "--output", &file.to_string_lossy()][..],
            &["init", &folder.path().to_string_lossy(), "--hooks", "--force"],
        ] {
            let mut shell = Command::new("sh");
            let script = format!("umask {umask}; exec \"$0\" \"$@\"");
            shell.args(["-c", &script, super::program::BIN]).args(args);
            shell.current_dir(env!("CARGO_MANIFEST_DIR"));
            super::program::quiet(&mut shell).output().expect("it runs");
        }
        let mode = |file: &Path| std::fs::metadata(file).expect("there").permissions().mode() & 0o777;
        let written = folder.path().join(".git/hooks/pre-push");
        assert_eq!((mode(&file), mode(&written)), (report, hook), "{umask}");
        std::fs::remove_file(written).expect("removed");
    }
}

/// What is not understood is told in the colours that are asked for, like all else.
#[test]
fn a_usage_error_has_the_colours_that_are_asked_for() {
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let output = counterfoil(args).envs(variables.iter().copied()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).contains('\u{1b}')
    };
    let force = ("CLICOLOR_FORCE", "1");
    assert!(!run(&["audit", "--nope"], &[]));
    assert!(run(&["audit", "--nope"], &[force]));
    assert!(run(&["audit", "--nope", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!run(&["audit", "--nope", "--color", "never"], &[force]));
    assert!(!run(&["audit", "--nope", "--color=never"], &[force]));
    assert!(!run(&["audit", "--nope"], &[force, ("NO_COLOR", "1")]));
}

#[test]
fn progress_off_a_terminal_is_told_where_it_is_always_wanted() {
    for (when, told) in [("always", true), ("auto", false), ("never", false)] {
        let output = audit(&["--progress", when]);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), said.is_empty()), (Some(1), !told), "{when}: {said}");
        assert!(said.contains("runs: 14\n") == told && !said.contains('\u{1b}'), "{when}: {said}");
    }
}

#[test]
fn hooks_where_there_is_no_repository_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().to_string_lossy().into_owned();
    let output = counterfoil(&["init", &here, "--hooks"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("init::no_repository"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// A place in a cited run that lies elsewhere is a file's, and a name is its own bytes.
#[test]
fn a_place_in_sarif_leads_to_its_file() {
    use std::os::unix::ffi::OsStringExt as _;
    let week = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/week");
    let output = counterfoil(&["audit", "../documents/first-week", "--runs", ".", "--format", "sarif"])
        .current_dir(&week)
        .output()
        .expect("started");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut uris = BTreeSet::new();
    uris_of(&told, &mut uris);
    let root = week.with_file_name("documents").join("first-week");
    let (mut files, mut below) = (0, 0);
    for uri in &uris {
        if let Some(path) = uri.strip_prefix("file://") {
            assert!(
                path.starts_with(week.to_str().expect("a plain path")) && Path::new(path).exists(),
                "{uri}"
            );
            files += 1;
        } else {
            assert!(root.join(uri).exists(), "{uri}");
            below += 1;
        }
    }
    assert!(files > 0 && below > 0, "{uris:?}");

    let folder = tempfile::tempdir().expect("a temporary directory");
    let name = std::ffi::OsString::from_vec(b"a\nb\xff.log".to_vec());
    std::fs::write(folder.path().join(name), "at http://100.64.7.9:8000/v1\n").expect("written");
    let path = folder.path().to_str().expect("a plain path");
    let output = counterfoil(&["audit", path, "--format", "sarif"]).output().expect("started");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut uris = BTreeSet::new();
    uris_of(&told, &mut uris);
    assert_eq!(uris.into_iter().collect::<Vec<_>>(), ["a%0Ab%FF.log"]);
}

/// The URIs of all artifacts.
fn uris_of(value: &serde_json::Value, uris: &mut BTreeSet<String>) {
    if let Some(uri) = value["artifactLocation"]["uri"].as_str() {
        uris.insert(uri.to_owned());
    }
    value.as_array().into_iter().flatten().for_each(|value| uris_of(value, uris));
    value.as_object().into_iter().flatten().for_each(|(_, value)| uris_of(value, uris));
}

/// What a job's log tells to do next can be done as it stands.
#[test]
fn what_to_do_next_is_told_alike_by_github_and_to_people() {
    let arguments = ["audit", "fixtures/documents/first-week", "--runs", "fixtures/week", "--format"];
    let next = |format: &str| {
        let output = counterfoil(&[&arguments[..], &[format]].concat()).output().expect("started");
        let said = String::from_utf8(output.stdout).expect("text");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let (_, next) = said.split_once(" next ").expect("something to do");
        next.to_owned()
    };
    let github = next("github");
    assert!(github.contains("fixtures/documents/first-week --runs fixtures/week`"), "{github}");
    assert_eq!(github, next("human"));
}
