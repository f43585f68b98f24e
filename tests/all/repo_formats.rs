//! Repositories whose configuration git would refuse, and submodules that are not here: gaps, with the true reason.

use counterfoil::collect::git::GitOptions;

use super::repo::{Repo, VALUE, audit, whys};

fn with_config(init: &[&str], config: &str) -> Repo {
    let repo = Repo::with(init);
    repo.commit("a.txt", "clean\n", "one");
    let path = repo.path.join(".git/config");
    let known = std::fs::read_to_string(&path).expect("a configuration");
    std::fs::write(path, config.replace("{known}", &known)).expect("written");
    repo
}

#[test]
fn a_format_that_is_not_known_is_a_gap() {
    let v1 = "[core]\nrepositoryformatversion = 1\n[extensions]\n";
    for (config, why) in [
        (
            "{known}[core]\nrepositoryformatversion = 7\n".to_owned(),
            "version `7` of a repository's format is not known: it was read as if it were 1",
        ),
        (
            format!("{{known}}{v1}future = yes\n"),
            "the extension `future` is not known: what it changes was not read",
        ),
        (
            "{known}[core\nbare = false\n".to_owned(),
            "is none that git can read: what it says of the repository is not known",
        ),
    ] {
        let told = whys(&with_config(&[], &config).audit());
        assert!(told.starts_with(".git/config [config] ") && told.contains(why), "{config}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    for config in
        ["{known}[extensions]\nfuture = yes\n", &format!("{{known}}{v1}noop = 1\n"), "", "\n# x\n"]
    {
        assert_eq!(whys(&with_config(&[], config).audit()), "", "{config}");
    }
}

#[test]
fn ids_of_another_kind_are_no_broken_refs() {
    let told = whys(&with_config(&["--object-format=sha256"], "[core").audit());
    assert!(told.contains("line 1 is none that git can read"), "{told}");
    assert!(told.contains("an id of another kind than sha1") && !told.contains("a broken ref"), "{told}");
}

/// A repository with a submodule that is checked out.
fn outer(inner: &Repo) -> Repo {
    let outer = Repo::new();
    outer.commit("a.txt", "clean\n", "clean");
    let from = inner.path.to_str().expect("text");
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", "--name", "n", from, "sub"]);
    outer.git(&["commit", "-q", "-m", "sub"]);
    outer
}

#[test]
fn a_submodule_that_is_not_here_is_a_gap() {
    let inner = Repo::new();
    inner.commit("in.txt", format!("url {VALUE}\n"), "leak");
    let outer = outer(&inner);
    assert_eq!(whys(&outer.audit()), "");
    let clone = outer.root().join("clone");
    outer.git(&["clone", "-q", ".", clone.to_str().expect("text")]);
    let told = whys(&audit(&clone, &GitOptions::default()));
    let absent = "a submodule that is not here: not read (`git submodule update --init` fetches it)";
    assert_eq!(told, format!("sub [worktree] {absent}\n"));
    // Its folder is gone, its objects are kept.
    std::fs::remove_dir_all(outer.path.join("sub")).expect("gone");
    assert_eq!(whys(&outer.audit()), "");
    let tree = GitOptions { history: false, ..GitOptions::default() };
    let told = whys(&outer.audit_with(&tree));
    assert!(told.contains("sub [worktree] a submodule that is not checked out"), "{told}");
}
