//! Damaged repositories: what can still be read and holds the value is told, whatever is gone around it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use counterfoil::collect::git::GitOptions;
use counterfoil::collect::git::odb::{Kind, Odb, OdbLimits, SearchOptions};
use counterfoil::search::Limits;

use super::repo::{Repo, VALUE, audit, engine, leaks, told};

/// How a loose object is taken away.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Gone,
    Garbled,
}

fn loose(repo: &Repo, object: &str) -> PathBuf {
    let id = repo.git(&["rev-parse", object]);
    let (folder, name) = id.split_at(2);
    repo.path.join(".git/objects").join(folder).join(name)
}

fn damage(path: &Path, how: Damage) {
    let bytes = std::fs::read(path).expect("readable");
    std::fs::remove_file(path).expect("removed");
    match how {
        Damage::Gone => {}
        Damage::Garbled => {
            let mut garbled = bytes.clone();
            let middle = bytes.len() / 2;
            garbled[middle..].fill(0x5a);
            std::fs::write(path, garbled).expect("written");
        }
    }
}

/// The value at a line of its own, by which its object is known.
fn at_line(line: usize) -> String {
    format!("{}url = {VALUE}\n", "x\n".repeat(line - 1))
}

/// The value in blobs at several depths, in a message, a tag and a folder's name, all reachable.
fn planted(format: &str) -> Repo {
    let repo = Repo::with(&[&format!("--object-format={format}")]);
    repo.commit("old.env", at_line(21), "one");
    repo.git(&["rm", "-q", "old.env"]);
    repo.write("a.env", at_line(22));
    repo.write("d/b.env", at_line(23));
    repo.commit("d/e/c.env", at_line(24), &format!("two\n\n{}", at_line(30)));
    repo.commit("d/at-100.101.102.103/f.txt", "clean\n", "three");
    repo.git(&["tag", "-a", "v1", "-m", &format!("tag\n\n{}", at_line(50))]);
    repo.write("staged.env", at_line(27));
    repo.git(&["add", "staged.env"]);
    repo
}

/// Lines at which the search of all objects found the value, but for the names in trees; and how many of those.
fn swept(repo: &Repo) -> (BTreeSet<u64>, usize) {
    let format = repo.git(&["rev-parse", "--show-object-format"]);
    let hash = if format == "sha256" { gix::hash::Kind::Sha256 } else { gix::hash::Kind::Sha1 };
    let odb = Odb::open(&repo.path.join(".git/objects"), hash, &OdbLimits::default()).expect("opened");
    let (engine, limits) = (engine(), Limits::default());
    let found = odb.search(&SearchOptions {
        engine: &engine,
        limits: &limits,
        threads: 1,
        skip: None,
        ask: None,
        list_clean: false,
        verify: false,
        needles_only: false,
        progress: None,
    });
    let (names, texts): (Vec<_>, Vec<_>) = found.hits.iter().partition(|hit| hit.kind == Kind::Tree);
    (texts.iter().map(|hit| hit.hit.line).collect(), names.len())
}

#[track_caller]
fn tells_all_that_was_found(repo: &Repo, what: &str) {
    let (lines, names) = swept(repo);
    let found = told(&repo.audit());
    for line in lines {
        let is_told = |told: &String| told.contains(&format!(" {line}:"));
        assert!(found.iter().any(is_told), "{what}: line {line} of {found:#?}");
    }
    let paths = found.iter().filter(|told| told.starts_with("path ")).count();
    assert!(names == 0 || paths > 0, "{what}: {found:#?}");
}

#[test]
fn a_leak_is_told_where_the_tree_that_names_it_is_gone() {
    for format in ["sha1", "sha256"] {
        for how in [Damage::Gone, Damage::Garbled] {
            for (file, tree) in
                [("a.env", "HEAD^{tree}"), ("d/a.env", "HEAD^{tree}"), ("d/a.env", "HEAD:d")]
            {
                let repo = Repo::with(&[&format!("--object-format={format}")]);
                repo.commit(file, at_line(1), "one");
                damage(&loose(&repo, tree), how);
                let expected = format!("commit {file} - index 1:7");
                let found = told(&repo.audit());
                assert_eq!(found, [expected], "{format}, {tree} {how:?}");
            }
        }
    }
}

#[test]
fn a_linked_work_trees_leak_is_told_where_its_tree_is_gone() {
    let repo = Repo::new();
    repo.commit("a.txt", "clean\n", "one");
    repo.git(&["worktree", "add", "-q", "-b", "side", "../side"]);
    let side = repo.root().join("side");
    std::fs::write(side.join("l.env"), at_line(1)).expect("written");
    for args in [&["add", "l.env"][..], &["commit", "-q", "-m", "leak"]] {
        assert!(super::repo::git_in(&side, args).status.success());
    }
    damage(&loose(&repo, "side^{tree}"), Damage::Gone);
    for path in [&repo.path, &side] {
        let found = told(&audit(path, &GitOptions::default()));
        assert_eq!(found, ["commit l.env - index 1:7"], "{}", path.display());
    }
}

#[test]
fn every_object_with_the_value_is_told_whichever_other_is_gone() {
    for format in ["sha1", "sha256"] {
        let repo = planted(format);
        let listed = repo.git(&["cat-file", "--batch-all-objects", "--batch-check"]);
        let ids: Vec<_> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(ids.len() > 12, "{listed}");
        for id in ids {
            for how in [Damage::Gone, Damage::Garbled] {
                let path = loose(&repo, id);
                let whole = std::fs::read(&path).expect("readable");
                damage(&path, how);
                tells_all_that_was_found(&repo, &format!("{format}, {id} {how:?}"));
                let _ = std::fs::remove_file(&path);
                std::fs::write(&path, whole).expect("written");
            }
        }
    }
}

#[test]
fn every_object_with_the_value_is_told_of_a_damaged_pack() {
    let repo = planted("sha1");
    tells_all_that_was_found(&repo, "whole");
    repo.git(&["repack", "-q", "-a", "-d"]);
    repo.git(&["prune-packed", "-q"]);
    let folder = repo.path.join(".git/objects/pack");
    let files = std::fs::read_dir(folder).expect("listed").flatten().map(|entry| entry.path());
    let pack = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "pack"));
    let pack = pack.expect("a pack");
    let whole = std::fs::read(&pack).expect("readable");
    std::fs::remove_file(&pack).expect("removed");
    for cut in [1, 20, 21, 40, whole.len() / 3, whole.len() / 2] {
        std::fs::write(&pack, &whole[..whole.len() - cut]).expect("written");
        tells_all_that_was_found(&repo, &format!("without the last {cut} bytes"));
    }
    for at in (12..whole.len() - 20).step_by(whole.len() / 24) {
        let mut damaged = whole.clone();
        damaged[at..at + 4].fill(0xff);
        std::fs::write(&pack, &damaged).expect("written");
        tells_all_that_was_found(&repo, &format!("damaged at {at}"));
    }
}

#[test]
fn what_keeps_an_object_is_told_as_far_as_it_is_known() {
    let gone = || {
        let repo = Repo::new();
        repo.commit("a.txt", "clean\n", "one");
        repo.commit("l.env", at_line(1), "two");
        repo.git(&["reset", "-q", "--hard", "HEAD~"]);
        repo
    };
    let held = |repo: &Repo| {
        let mut found = told(&repo.audit());
        found.retain(|told| told.starts_with("commit l.env"));
        found
    };
    let repo = gone();
    assert_eq!(held(&repo), ["commit l.env - reflog 1:7"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    assert!(repo.path.join(".git/ORIG_HEAD").exists());
    assert_eq!(held(&repo), ["commit l.env - nothing 1:7"], "ORIG_HEAD keeps none");
    repo.git(&["prune"]);
    assert_eq!(told(&repo.audit()), [""; 0]);

    // Refs that were not read, or whose commit is gone, may keep it.
    for broken in ["refs/heads/other", "packed-refs"] {
        let repo = gone();
        repo.git(&["reflog", "expire", "--expire=now", "--all"]);
        repo.write(&format!(".git/{broken}"), "no id\n");
        assert_eq!(held(&repo), ["commit l.env - unknown 1:7"], "{broken}");
    }
    let repo = Repo::with(&["--ref-format=reftable"]);
    repo.commit("l.env", at_line(1), "one");
    repo.git(&["rm", "-q", "l.env"]);
    repo.git(&["commit", "-q", "-m", "two"]);
    let evidence = repo.audit();
    assert_eq!(told(&evidence), ["commit l.env - unknown 1:7"]);
    assert!(leaks(&evidence)[0].get("reachable").is_some_and(|reachable| reachable.as_bool().is_none()));
    let repo = Repo::new();
    repo.commit("l.env", at_line(1), "one");
    repo.git(&["rm", "-q", "l.env"]);
    repo.git(&["commit", "-q", "-m", "two"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    damage(&loose(&repo, "HEAD"), Damage::Garbled);
    assert_eq!(held(&repo), ["commit l.env - unknown 1:7"], "of a damaged commit");
}
