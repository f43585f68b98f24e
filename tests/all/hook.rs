//! The hooks as git calls them: real commits and pushes, stopped or let through.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::program::{BIN, VARIABLE, counterfoil};
use super::repo::{Repo, VALUE};

/// A repository with the hooks that `init` writes, which find this build.
pub fn with_hooks() -> Repo {
    let repo = Repo::new();
    let hooks = repo.path.join(".git/hooks");
    if hooks.exists() {
        std::fs::remove_dir_all(&hooks).expect("removed");
    }
    let made = counterfoil(&["init", "--hooks"]).current_dir(&repo.path).output().expect("runs");
    assert!(made.status.success(), "{}", said(&made));
    std::fs::remove_file(repo.path.join("counterfoil.toml")).expect("written");
    for hook in std::fs::read_dir(hooks).expect("written").flatten() {
        let text = std::fs::read_to_string(hook.path()).expect("readable");
        let own = text.replace("exec counterfoil ", &format!("exec {BIN} "));
        assert_ne!(own, text);
        std::fs::write(hook.path(), own).expect("written");
    }
    repo
}

pub fn git(path: &Path, value: Option<&str>, args: &[&str]) -> Output {
    let mut command = Command::new("git");
    command
        .args(args)
        .current_dir(path)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", path).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@x.example");
    }
    if let Some(value) = value {
        command.env(VARIABLE, value);
    }
    command.stdin(Stdio::null()).output().expect("git runs")
}

pub fn said(output: &Output) -> String {
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("100.101.102.103"), "the value was shown: {text}");
    text
}

#[track_caller]
pub fn passes(repo: &Repo, args: &[&str]) {
    let output = git(&repo.path, Some(VALUE), args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
}

#[track_caller]
pub fn stops(repo: &Repo, args: &[&str], says: &[&str]) {
    let before = repo.run(&["rev-parse", "-q", "--verify", "HEAD"]).stdout;
    let output = git(&repo.path, Some(VALUE), args);
    let said = said(&output);
    assert!(!output.status.success(), "{args:?} went through: {said}");
    for word in says {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(repo.run(&["rev-parse", "-q", "--verify", "HEAD"]).stdout, before);
}

#[test]
fn a_commit_is_stopped_by_what_is_staged_and_by_nothing_else() {
    let repo = with_hooks();
    let leak = format!("one\nurl {VALUE}\n");
    // The first commit of all.
    repo.write("a.txt", &leak);
    repo.git(&["add", "a.txt"]);
    stops(&repo, &["commit", "-m", "x"], &["endpoint/in-staged", "a.txt:2:5", "the commit was stopped"]);
    repo.write("a.txt", "clean\n");
    repo.git(&["add", "a.txt"]);
    // The work tree's file does not count.
    repo.write("a.txt", &leak);
    passes(&repo, &["commit", "-m", "first"]);
    // `commit -a` and `commit FILE` have an index of the moment.
    stops(&repo, &["commit", "-a", "-m", "x"], &["a.txt"]);
    stops(&repo, &["commit", "-m", "x", "a.txt"], &["a.txt"]);
    // Partly staged: the staged part leaks, the file does not.
    repo.git(&["add", "a.txt"]);
    repo.write("a.txt", "clean\n");
    stops(&repo, &["commit", "-m", "x"], &["a.txt"]);
    passes(&repo, &["commit", "-a", "-m", "clean again", "--allow-empty"]);
    // A path, in a folder of its own, beside files that are not touched.
    repo.write("d/e/b.txt", "b\n");
    repo.write("d/f/c.txt", "c\n");
    repo.git(&["add", "d"]);
    passes(&repo, &["commit", "-m", "folders"]);
    repo.write("d/e/100.101.102.103:8000/x", "x\n");
    repo.git(&["add", "d"]);
    stops(&repo, &["commit", "-m", "x"], &["endpoint/in-path"]);
    repo.git(&["reset", "-q", "--hard"]);
    // A removed file, and an amended commit.
    repo.git(&["rm", "-q", "d/e/b.txt"]);
    passes(&repo, &["commit", "-m", "remove"]);
    repo.write("d/f/c.txt", &leak);
    repo.git(&["add", "d"]);
    stops(&repo, &["commit", "--amend", "-m", "x"], &["d/f/c.txt"]);
}

#[test]
fn merges_and_linked_worktrees_are_looked_at_too() {
    let repo = with_hooks();
    repo.commit("a.txt", "base\n", "base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("a.txt", format!("side {VALUE}\n"));
    repo.git(&["commit", "-q", "--no-verify", "-a", "-m", "side"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("a.txt", "main\n", "main");
    assert!(!git(&repo.path, Some(VALUE), &["merge", "side"]).status.success(), "a conflict");
    repo.write("a.txt", format!("both {VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    stops(&repo, &["commit", "-m", "merge"], &["a.txt"]);
    repo.write("a.txt", "both\n");
    repo.git(&["add", "a.txt"]);
    passes(&repo, &["commit", "-m", "merge"]);

    let linked = repo.root().join("linked");
    repo.git(&["worktree", "add", "-q", "-b", "other", linked.to_str().expect("text")]);
    std::fs::write(linked.join("b.txt"), format!("{VALUE}\n")).expect("written");
    assert!(git(&linked, Some(VALUE), &["add", "b.txt"]).status.success());
    let output = git(&linked, Some(VALUE), &["commit", "-m", "x"]);
    assert!(!output.status.success() && said(&output).contains("b.txt"), "{}", said(&output));
}

#[test]
fn a_message_with_the_value_is_refused() {
    let repo = with_hooks();
    repo.write("a.txt", "a\n");
    repo.git(&["add", "a.txt"]);
    let message = format!("subject\n\nagainst {VALUE}");
    stops(&repo, &["commit", "-m", &message], &["endpoint/in-commit-message", "COMMIT_EDITMSG"]);
    passes(&repo, &["commit", "-m", "against CTO_HARNESS_CASE_LOCAL_BASE_URL=present"]);
}

#[test]
fn a_push_sends_no_commit_that_has_it() {
    let repo = with_hooks();
    let remote = repo.root().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().expect("text")]);
    repo.git(&["remote", "add", "origin", remote.to_str().expect("text")]);
    repo.commit("a.txt", "a\n", "one");
    // No ref: whatever it is, nothing is missed for it.
    repo.write(".git/refs/heads/notes.txt", "no ref\n");
    passes(&repo, &["push", "-q", "origin", "main"]);
    repo.write("b.txt", format!("{VALUE}\n"));
    repo.git(&["add", "b.txt"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    repo.git(&["rm", "-q", "b.txt"]);
    repo.git(&["commit", "-q", "-m", "removed again"]);
    stops(&repo, &["push", "origin", "main"], &["endpoint/in-commit", "b.txt", "the push was stopped"]);
    // What does not lead to it goes through: another branch, a deleted one.
    passes(&repo, &["push", "-q", "origin", "HEAD~2:refs/heads/clean"]);
    passes(&repo, &["push", "-q", "origin", ":clean"]);
    // A message, an annotated tag, a name.
    repo.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repo.git(&["tag", "-a", "v1", "-m", &format!("with {VALUE}")]);
    stops(&repo, &["push", "origin", "v1"], &["endpoint/in-commit-message"]);
    stops(
        &repo,
        &["push", "origin", "main:refs/heads/at-100.101.102.103-8000"],
        &["endpoint/in-commit-message"],
    );
    passes(&repo, &["push", "-q", "origin", "main"]);
}

#[test]
fn a_merge_that_goes_through_by_itself_is_looked_at() {
    let repo = with_hooks();
    repo.commit("a.txt", "base\n", "base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("b.txt", format!("side {VALUE}\n"));
    repo.git(&["add", "b.txt"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "side"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("c.txt", "main\n", "main");
    stops(&repo, &["merge", "--no-edit", "side"], &["b.txt"]);
}

#[test]
fn a_hook_that_an_earlier_version_wrote_is_written_anew_and_no_other() {
    let repo = with_hooks();
    let hook = repo.path.join(".git/hooks/pre-push");
    let old = "#!/bin/sh\n# Written by `counterfoil init --hooks`.\nexec counterfoil hook pre-push\n";
    let init = || counterfoil(&["init", "--hooks"]).current_dir(&repo.path).output().expect("runs");
    std::fs::write(&hook, old).expect("written");
    // The others call this build by its path here, as nobody's hook would, and are left alone.
    assert!(said(&init()).contains("wrote ./.git/hooks/pre-push"));
    assert!(std::fs::read_to_string(&hook).expect("readable").ends_with("hook pre-push \"$@\"\n"));
    let own = format!("{old}make check\n");
    std::fs::write(&hook, &own).expect("written");
    assert_eq!(init().status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(&hook).expect("readable"), own);
}

/// An editor that writes nothing, before whom git shows what it would.
pub const READS: &str = "core.editor=true";

#[test]
fn only_what_git_itself_writes_below_a_message_is_left_out() {
    let repo = with_hooks();
    repo.commit("a.txt", "a\n", "one");
    let pasted = format!("subject\n\n# ------------------------ >8 ------------------------\nto {VALUE}\n");
    std::fs::write(repo.root().join("message"), pasted).expect("written");
    stops(&repo, &["commit", "--allow-empty", "-F", "../message"], &["endpoint/in-commit-message"]);
    // Git's own words: the name of a file that goes, and the lines that go with it.
    let name = "host-100.101.102.103-8000.txt";
    repo.write(name, format!("{VALUE}\n"));
    repo.git(&["add", name]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    repo.git(&["rm", "-q", name]);
    repo.write("message", "taken out\n");
    passes(&repo, &["-c", READS, "commit", "--verbose", "-e", "-F", "message"]);
}

#[test]
fn the_committer_is_looked_at_wherever_git_has_it_from() {
    let repo = with_hooks();
    repo.commit("a.txt", "a\n", "one");
    let amend = |settings: &[&str]| {
        let mut command = Command::new("git");
        command.args(settings).args(["commit", "--amend", "--no-edit"]).current_dir(&repo.path);
        command.env("HOME", repo.root()).env("GIT_CONFIG_NOSYSTEM", "1").env(VARIABLE, VALUE);
        command.output().expect("git runs")
    };
    let output = amend(&["-c", "user.name=A", "-c", "user.email=me@100.101.102.103"]);
    assert!(!output.status.success() && said(&output).contains("committer"), "{}", said(&output));
    let output = amend(&["-c", "user.name=A", "-c", "user.email=me@x.example"]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn what_one_remote_has_says_nothing_of_another() {
    let repo = with_hooks();
    for name in ["a", "a/priv", "b"] {
        let path = repo.root().join(name.replace('/', "-"));
        repo.git(&["init", "-q", "--bare", path.to_str().expect("text")]);
        // Git warns of names like these, and takes them.
        repo.git(&["config", &format!("remote.{name}.url"), path.to_str().expect("text")]);
        let fetch = format!("+refs/heads/*:refs/remotes/{name}/*");
        repo.git(&["config", &format!("remote.{name}.fetch"), &fetch]);
    }
    repo.write("a.txt", format!("{VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    repo.git(&["push", "-q", "--no-verify", "a/priv", "main"]);
    repo.git(&["rm", "-q", "a.txt"]);
    repo.git(&["commit", "-q", "-m", "out"]);
    passes(&repo, &["push", "-q", "a/priv", "main"]);
    for remote in ["b", "a", repo.root().join("b").to_str().expect("text")] {
        stops(&repo, &["push", remote, "main"], &["endpoint/in-commit", "the push was stopped"]);
    }
}

#[test]
fn without_the_value_shapes_are_told() {
    let repo = with_hooks();
    repo.write("a.txt", format!("url {VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    let output = git(&repo.path, None, &["commit", "-m", "x"]);
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && text.contains("endpoint/shaped"), "{text}");
    repo.write("a.txt", "url http://localhost:8000/v1 and http://192.0.2.1:80/\n");
    repo.git(&["add", "a.txt"]);
    assert!(git(&repo.path, None, &["commit", "-m", "x"]).status.success());
}

#[test]
fn the_configuration_counts_in_a_hook_as_in_an_audit() {
    let repo = with_hooks();
    let hook = |arguments: &[&str]| {
        let mut command = counterfoil(&["hook", "pre-commit"]);
        let output = command.args(arguments).current_dir(&repo.path).output().expect("runs");
        (output.status.code(), said(&output))
    };
    repo.write("a.txt", "url http://10.1.2.3:8000/v1\n");
    repo.git(&["add", "a.txt"]);
    assert_eq!(hook(&[]).0, Some(0), "a warning");
    assert_eq!(hook(&["--strict"]).0, Some(1));
    let (_, quiet) = hook(&["--strict", "--quiet"]);
    assert!(quiet.contains("endpoint/shaped") && !quiet.contains("the commit was"), "{quiet}");
    assert!(!quiet.contains("rejected"), "{quiet}");
    repo.write("counterfoil.toml", "strict = true\n");
    assert_eq!(hook(&[]).0, Some(1));
    repo.git(&["rm", "-q", "--cached", "a.txt"]);
    assert_eq!(hook(&[]), (Some(0), String::new()), "nothing to say");
    let waiver = "[[waive]]\nrule = \"endpoint/shapedd\"\nreason = \"r\"\n";
    repo.write("counterfoil.toml", waiver);
    let (code, said) = hook(&[]);
    assert!(code == Some(2) && said.contains("did you mean `endpoint/shaped`?"), "{said}");
    repo.write("counterfoil.toml", waiver.replace("shapedd", "shaped"));
    assert_eq!(hook(&[]), (Some(0), String::new()));
}

#[test]
fn outside_of_a_repository_a_hook_is_misused() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = counterfoil(&["hook", "pre-commit"]).current_dir(dir.path()).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let repo = Repo::new();
    let output =
        counterfoil(&["hook", "commit-msg", "nowhere"]).current_dir(&repo.path).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}

/// What a stopped commit leaves in the object database is found by an audit, which says how it goes away.
#[test]
fn what_a_stopped_commit_leaves_behind_can_be_taken_away() {
    let repo = with_hooks();
    std::fs::write(repo.path.join("a.py"), format!("url = '{VALUE}'\n")).expect("written");
    passes(&repo, &["add", "-A"]);
    stops(&repo, &["commit", "-m", "a change"], &["the commit was stopped"]);
    std::fs::write(repo.path.join("a.py"), "url = ''\n").expect("written");
    passes(&repo, &["add", "-A"]);
    passes(&repo, &["commit", "-m", "a change"]);
    let audit = || {
        let mut command = counterfoil(&["audit", "--only", "git"]);
        command.current_dir(&repo.path).env(VARIABLE, VALUE);
        let output = command.env("XDG_CACHE_HOME", repo.path.join(".git")).output().expect("it runs");
        (output.status.code(), said(&output))
    };
    let (code, before) = audit();
    assert!(code == Some(1) && before.contains("`git prune` takes away"), "{before}");
    passes(&repo, &["prune"]);
    let (code, after) = audit();
    assert!(code == Some(0) && !after.contains("git prune"), "{after}");
}

/// A placeholder in the place of the value proves nothing clean.
#[test]
fn a_value_that_may_be_another_stops_a_commit_and_says_why() {
    let repo = with_hooks();
    repo.write("a.txt", "one\n");
    repo.git(&["add", "-A"]);
    let output = git(&repo.path, Some("changeme"), &["commit", "-m", "a change"]);
    let told = said(&output);
    assert!(!output.status.success() && told.contains("an endpoint value names no host"), "{told}");
    assert!(git(&repo.path, None, &["commit", "-m", "a change"]).status.success(), "without any value");
}
