//! Hooks where git tells them less than it knows: what stays in a message, and where a push goes.

use super::hook::{READS, git, passes, said, stops, with_hooks};
use super::program::{VARIABLE, counterfoil};
use super::repo::{Repo, VALUE};

#[test]
fn a_comment_that_git_leaves_in_the_message_is_searched() {
    let repo = with_hooks();
    repo.commit("a.txt", "a\n", "one");
    repo.write("message", format!("subject\n\n# to {VALUE}\n#\n"));
    let commit = ["commit", "--allow-empty", "-e", "-F", "message"];
    for mode in ["scissors", "whitespace", "verbatim"] {
        let setting = format!("commit.cleanup={mode}");
        let set = [&["-c", READS, "-c", &setting][..], &commit].concat();
        stops(&repo, &set, &["endpoint/in-commit-message"]);
        let flag = format!("--cleanup={mode}");
        for verbose in ["--quiet", "--verbose"] {
            let told = [&["-c", READS][..], &commit, &[&flag, verbose]].concat();
            stops(&repo, &told, &["endpoint/in-commit-message"]);
        }
    }
    // Git's own words stay too, if a flag says so: the branch's name is among them.
    repo.git(&["checkout", "-q", "-b", "at-100.101.102.103-8000"]);
    repo.write("message", "subject\n");
    let plain = [&["-c", READS][..], &commit].concat();
    passes(&repo, &plain);
    passes(&repo, &[&plain[..], &["--verbose"]].concat());
    passes(&repo, &[&plain[..], &["--cleanup=scissors"]].concat());
    for flag in ["--cleanup=whitespace", "--cleanup=verbatim"] {
        stops(&repo, &[&plain[..], &[flag]].concat(), &["endpoint/in-commit-message"]);
    }
}

#[test]
fn what_one_address_has_says_nothing_of_another() {
    let repo = with_hooks();
    for name in ["origin", "other"] {
        let path = repo.root().join(name);
        repo.git(&["init", "-q", "--bare", path.to_str().expect("text")]);
    }
    let address = |name: &str| repo.root().join(name).to_str().expect("text").to_owned();
    repo.git(&["remote", "add", "origin", &address("origin")]);
    repo.write("a.txt", format!("{VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo.git(&["rm", "-q", "a.txt"]);
    repo.git(&["commit", "-q", "-m", "out"]);
    let elsewhere = format!("remote.origin.pushurl={}", address("other"));
    stops(&repo, &["-c", &elsewhere, "push", "origin", "main"], &["endpoint/in-commit", "a.txt"]);
    let instead = format!("url.{}.pushInsteadOf={}", address("other"), address("origin"));
    stops(&repo, &["-c", &instead, "push", "origin", "main"], &["endpoint/in-commit", "a.txt"]);
    passes(&repo, &["push", "-q", "origin", "main"]);
    // Of the place that is pushed to, only what it says itself is known.
    repo.git(&["-c", &elsewhere, "push", "-q", "--no-verify", "origin", "main"]);
    repo.commit("b.txt", "b\n", "more");
    passes(&repo, &["-c", &elsewhere, "push", "-q", "origin", "main"]);
}

#[test]
fn a_tree_that_is_pushed_by_a_tag_is_told_by_no_id() {
    let repo = with_hooks();
    let remote = repo.root().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().expect("text")]);
    repo.git(&["remote", "add", "origin", remote.to_str().expect("text")]);
    repo.write("a.txt", format!("{VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    let tree = repo.git(&["write-tree"]);
    repo.git(&["tag", "t", &tree]);
    let output = git(&repo.path, Some(VALUE), &["push", "origin", "t"]);
    let said = said(&output);
    assert!(!output.status.success() && said.contains("a.txt"), "{said}");
    assert!(!said.contains(&tree[..7]), "{said}");
}

#[test]
fn what_is_pushed_by_its_id_is_named_by_where_it_goes() {
    let repo = with_hooks();
    let remote = repo.root().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().expect("text")]);
    repo.git(&["remote", "add", "origin", remote.to_str().expect("text")]);
    std::fs::write(repo.root().join("leak"), format!("{VALUE}\n")).expect("written");
    let blob = repo.git(&["hash-object", "-w", "../leak"]);
    let output = git(&repo.path, Some(VALUE), &["push", "origin", &format!("{blob}:refs/tags/b")]);
    let said = said(&output);
    assert!(!output.status.success() && said.contains(".git/refs/tags/b"), "{said}");
    let ours: Vec<&str> = said.lines().filter(|line| !line.contains("hook declined")).collect();
    assert!(!ours.concat().contains(&blob[..7]), "{said}");
}

#[test]
fn many_tags_are_pushed_as_one_history() {
    let repo = with_hooks();
    let remote = repo.root().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().expect("text")]);
    repo.git(&["remote", "add", "origin", remote.to_str().expect("text")]);
    repo.write("a.txt", format!("{VALUE}\n"));
    repo.git(&["add", "a.txt"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    for n in 0..20 {
        repo.git(&["tag", "-a", &format!("t{n}"), "-m", "a tag"]);
    }
    let output = git(&repo.path, Some(VALUE), &["push", "origin", "--tags"]);
    let said = said(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("22 git objects"), "each is read once: {said}");
}

#[test]
fn a_revision_that_is_not_understood_is_refused() {
    let repo = Repo::new();
    repo.commit("a.txt", "a\n", "one");
    repo.commit("b.txt", format!("{VALUE}\n"), "two");
    repo.commit("b.txt", "b\n", "three");
    let audit = |range: &str| {
        let mut command = counterfoil(&["audit", "--only", "git", "--range", range]);
        command.current_dir(&repo.path).env(VARIABLE, VALUE);
        let output = command.env("XDG_CACHE_HOME", repo.root()).output().expect("it runs");
        (output.status.code(), said(&output))
    };
    for range in [
        "HEAD^{tree}",
        "HEAD^{/two}",
        "HEAD~1x",
        "HEAD~1 ..HEAD",
        "HEAD~1.. HEAD",
        "HEAD^@",
        "HEAD^!x",
        "HEAD^-x",
        "HEAD^-9",
        "HEAD^-0",
        "HEAD^!..HEAD",
        "HEAD~é",
        "HEAD^+1",
    ] {
        let (code, said) = audit(range);
        assert!(code == Some(2) && said.contains("names no commit"), "{range}: {said}");
    }
    for (range, code) in [
        ("HEAD^!", 0),
        ("HEAD^-", 0),
        ("HEAD^-1", 0),
        ("HEAD~1^!", 1),
        ("HEAD^^-", 1),
        ("HEAD~2^!", 0),
        ("HEAD~1..HEAD", 0),
        ("HEAD~2..HEAD", 1),
        ("HEAD^0~^{commit}", 1),
    ] {
        let (found, said) = audit(range);
        assert_eq!(found, Some(code), "{range}: {said}");
    }
}

/// The last line says what takes the value out of the place where it stands.
#[test]
fn what_to_do_now_depends_on_where_the_value_stands() {
    let repo = with_hooks();
    repo.commit("a.txt", "a\n", "one");
    let remote = repo.root().join("remote.git");
    repo.git(&["init", "-q", "--bare", remote.to_str().expect("text")]);
    repo.git(&["remote", "add", "origin", remote.to_str().expect("text")]);
    passes(&repo, &["push", "-q", "origin", "main"]);
    let last = |args: &[&str]| {
        let output = git(&repo.path, Some(VALUE), args);
        assert!(!output.status.success(), "{args:?} went through");
        let said = said(&output);
        said.lines().find(|line| line.contains(" was stopped: ")).expect("a last line").to_owned()
    };
    let named = "to-100.101.102.103-8000.txt";
    repo.write(named, "clean\n");
    repo.git(&["add", named]);
    let line = last(&["commit", "-m", "x"]);
    assert!(line.contains("`git mv`") && !line.contains("take the value out of the file"), "{line}");
    repo.write("b.txt", format!("{VALUE}\n"));
    repo.git(&["add", "b.txt"]);
    let line = last(&["commit", "-m", "x"]);
    assert!(line.contains("`git mv`") && line.contains("take the value out of the file"), "{line}");
    repo.git(&["reset", "-q", "--hard"]);

    let who = "--author=A <a@100.101.102.103>";
    let line = last(&["commit", "--allow-empty", who, "-m", "x"]);
    assert!(line.contains("user.email") && !line.contains("write the message"), "{line}");
    let line = last(&["commit", "--allow-empty", "-m", VALUE]);
    assert!(line.contains("write the message") && !line.contains("user.email"), "{line}");

    repo.git(&["tag", "-a", "v1", "-m", VALUE]);
    let line = last(&["push", "origin", "v1"]);
    assert!(line.contains("`git tag -d TAG`") && !line.contains("rebase"), "{line}");
    repo.git(&["tag", "at-100.101.102.103-8000"]);
    let line = last(&["push", "origin", "at-100.101.102.103-8000"]);
    assert!(line.contains("name the branch or tag otherwise") && !line.contains("rebase"), "{line}");
    repo.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", VALUE]);
    let line = last(&["push", "origin", "main"]);
    assert!(line.contains("nothing has left this machine: rewrite the commits"), "{line}");
}
