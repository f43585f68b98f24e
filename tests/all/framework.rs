//! Hooks under the pre-commit framework, which reads git's standard input itself and tells of a push in
//! variables; of a push of a whole history it tells only the branch.

use std::path::Path;
use std::process::{Command, Stdio};

use super::program::counterfoil;

const VALUE: &str = "http://100.101.102.103:8000/v1";

fn git(folder: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn commit(folder: &Path, text: &str) -> String {
    std::fs::write(folder.join("a.py"), text).expect("written");
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "--quiet", "-m", "a change"]);
    git(folder, &["rev-parse", "HEAD"])
}

fn pre_push(folder: &Path, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = counterfoil(&["hook", "pre-push"])
        .current_dir(folder)
        .env("PRE_COMMIT", "1")
        .env("PRE_COMMIT_REMOTE_NAME", "origin")
        .env("PRE_COMMIT_REMOTE_URL", "somewhere")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_pushed_leak_is_stopped_however_the_framework_tells_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    git(folder, &["init", "--quiet"]);
    let clean = commit(folder, "base = os.environ['X']\n");
    let branch = ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/main");
    assert_eq!(pre_push(folder, &[branch]), (Some(0), String::new()), "a clean history");
    let leak = commit(folder, &format!("base = '{VALUE}'\n"));
    for variables in [
        &[branch][..],
        &[],
        &[branch, ("PRE_COMMIT_FROM_REF", clean.as_str()), ("PRE_COMMIT_TO_REF", leak.as_str())],
    ] {
        let (code, said) = pre_push(folder, variables);
        assert_eq!(code, Some(1), "{variables:?}: {said}");
        assert!(said.contains("the push was stopped"), "{said}");
    }
    // The framework's range begins behind what it takes for the remote's own, and another's may be among that.
    let clean = commit(folder, "base = os.environ['X']\n");
    let ends = [branch, ("PRE_COMMIT_FROM_REF", leak.as_str()), ("PRE_COMMIT_TO_REF", clean.as_str())];
    git(folder, &["config", "remote.origin.url", "somewhere"]);
    assert_eq!(pre_push(folder, &ends), (Some(0), String::new()));
    git(folder, &["config", "remote.origin/other.url", "nowhere"]);
    assert_eq!(pre_push(folder, &ends).0, Some(1));
    git(folder, &["config", "--unset", "remote.origin/other.url"]);
    let elsewhere = [&ends[..], &[("PRE_COMMIT_REMOTE_URL", "nowhere")]].concat();
    assert_eq!(pre_push(folder, &elsewhere).0, Some(1), "the push goes elsewhere");
    let (code, said) = pre_push(folder, &[("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/none")]);
    assert_eq!(code, Some(2), "{said}");
}
