//! Repositories that were made to hold a reader up, to lead it astray, or to make it say too much.

use std::process::Command;

use counterfoil::collect::git::GitOptions;

use super::repo::{Repo, VALUE, told, whys};
use super::repo_corners::{clean, finds, lacks};

fn fifo(path: &std::path::Path) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

#[test]
fn a_pipe_holds_nobody_up() {
    for name in ["objects/info/alternates", "objects/pack/x.pack", "objects/pack/multi-pack-index", "x"] {
        let repo = clean();
        fifo(&repo.path.join(".git").join(name));
        lacks(&repo, "not a regular file");
    }
}

#[test]
fn a_ref_leads_to_no_file_outside() {
    let repo = clean();
    let id = repo.git(&["rev-parse", "HEAD"]);
    std::fs::write(repo.root().join("outside"), format!("{id}\n")).expect("written");
    let outside = repo.root().join("outside").to_str().expect("text").to_owned();
    for name in [outside.as_str(), "../../outside", "refs/../../../outside"] {
        repo.write(".git/HEAD", format!("ref: {name}\n"));
        repo.write("a.txt", format!("{VALUE}\n"));
        // Whatever HEAD has is searched, since nobody knows what it has.
        let output = super::program::counterfoil(&["hook", "pre-commit"])
            .current_dir(&repo.path)
            .env(super::program::VARIABLE, VALUE)
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
}

#[test]
fn what_is_read_is_a_file_or_a_gap() {
    let repo = clean();
    repo.write("log.txt", "clean\n");
    std::os::unix::fs::symlink("log.txt", repo.path.join("link")).expect("linked");
    assert_eq!(whys(&repo.audit()), "");
    std::fs::write(repo.root().join("config"), format!("# {VALUE}\n")).expect("written");
    std::os::unix::fs::symlink("../../config", repo.path.join(".git/config.old")).expect("linked");
    finds(&repo, "config .git/config.old");
}

/// A tree of ten folders that are all the same tree, `levels` times over, with `inner` at the bottom.
fn bomb(repo: &Repo, inner: &str, levels: usize) -> String {
    let make = |lines: &str| {
        std::fs::write(repo.root().join("tree"), lines).expect("written");
        let mut command = Command::new("git");
        command.args(["mktree"]).current_dir(&repo.path);
        command.stdin(std::fs::File::open(repo.root().join("tree")).expect("there"));
        let output = command.output().expect("git runs");
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let mut tree = inner.to_owned();
    for _ in 0..levels {
        tree = make(&(0..10).map(|n| format!("040000 tree {tree}\td{n}\n")).collect::<String>());
    }
    tree
}

#[test]
fn trees_that_stand_in_each_other_are_counted_up_to_a_bound() {
    let audited = |levels| {
        let repo = clean();
        repo.write("b.txt", format!("{VALUE}\n"));
        repo.git(&["add", "b.txt"]);
        let inner = repo.git(&["write-tree"]);
        repo.git(&["rm", "-q", "-f", "b.txt"]);
        let tree = bomb(&repo, &inner, levels);
        let commit = repo.git(&["commit-tree", &tree, "-m", "bomb"]);
        repo.git(&["update-ref", "refs/heads/bomb", &commit]);
        let evidence = repo.audit();
        (repo, evidence)
    };
    let (_repo, evidence) = audited(10);
    assert_eq!(told(&evidence).len(), 2000);
    assert_eq!(
        whys(&evidence),
        ".git/objects [commit] 1 object(s) that hold the value stand at more paths of one tree than are told\n"
    );
    // A thousand are all told.
    let (_, evidence) = audited(3);
    assert_eq!((told(&evidence).len(), whys(&evidence)), (1000, String::new()));
}

#[test]
fn what_a_command_wrote_down_for_the_next_one_keeps_nothing() {
    let repo = clean();
    let gone = "1234567890".repeat(4);
    for name in ["ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"] {
        repo.write(&format!(".git/{name}"), format!("{gone}\n"));
    }
    assert_eq!(whys(&repo.audit()), "");
    repo.write(".git/refs/heads/gone", format!("{gone}\n"));
    assert_eq!(whys(&repo.audit()), ".git/refs/heads/gone [ref] it leads to an object that is not here\n");
    repo.write(".git/ORIG_HEAD", "no id\n");
    lacks(&repo, ".git/ORIG_HEAD [ref] a broken ref");
}

/// No gap has an id of a blob or a tree, be they here, damaged or gone.
#[test]
fn no_gap_tells_the_id_of_a_blob_or_a_tree() {
    for packed in [false, true] {
        for what in ["HEAD:in/a.txt", "HEAD:in", "HEAD^{tree}", "HEAD~1", "v1"] {
            for damage in ["gone", "cut off"] {
                let repo = Repo::new();
                repo.commit("x.txt", "x\n", "zero");
                let commit = repo.commit("in/a.txt", format!("{VALUE}\n"), "one");
                repo.git(&["tag", "-a", "v1", "-m", "a tag"]);
                let ids = ["HEAD:in/a.txt", "HEAD:in", "HEAD^{tree}", "HEAD~1^{tree}"]
                    .map(|what| repo.git(&["rev-parse", what]));
                let id = repo.git(&["rev-parse", what]);
                let file = repo.path.join(".git/objects").join(&id[..2]).join(&id[2..]);
                match damage {
                    "gone" => std::fs::remove_file(&file).expect("removed"),
                    _ => {
                        let bytes = std::fs::read(&file).expect("readable");
                        std::fs::remove_file(&file).expect("removed");
                        std::fs::write(&file, &bytes[..bytes.len() / 2]).expect("written");
                    }
                }
                if packed && damage == "cut off" {
                    continue;
                }
                if packed {
                    // What is left.
                    let list = repo.root().join("list");
                    let all = ids.iter().filter(|other| **other != id).chain([&commit]);
                    std::fs::write(&list, all.map(|id| format!("{id}\n")).collect::<String>())
                        .expect("written");
                    let mut pack = Command::new("git");
                    pack.args(["pack-objects", "-q", ".git/objects/pack/pack"]).current_dir(&repo.path);
                    pack.stdin(std::fs::File::open(&list).expect("there"));
                    pack.output().expect("git runs");
                    repo.run(&["prune-packed"]);
                }
                let whys = whys(&repo.audit());
                assert_ne!(whys, "", "{what} {damage}");
                for id in &ids {
                    assert!(!whys.contains(&id[2..]), "{what} {damage}: {whys}");
                }
                if what == "HEAD~1" && damage == "gone" {
                    assert!(whys.contains(&format!("commit {commit} names its parent {id}")), "{whys}");
                }
            }
        }
    }
}

#[test]
fn a_tag_and_a_note_of_a_blob_do_not_tell_its_id() {
    let repo = clean();
    repo.commit("b.txt", format!("{VALUE}\n"), "leak");
    let blob = repo.git(&["rev-parse", "HEAD:b.txt"]);
    repo.git(&["tag", "-a", "v1", "-m", &format!("of {VALUE}"), &blob]);
    repo.git(&["notes", "add", "-m", &format!("of {VALUE}"), &blob]);
    let evidence = repo.audit();
    let found = told(&evidence);
    assert_eq!(found.iter().filter(|told| told.starts_with("commit-message")).count(), 2, "{found:?}");
    assert!(!evidence.document.to_json().to_string().contains(&blob));
    let range = GitOptions {
        range: Some("refs/notes/commits".to_owned()),
        work_tree: false,
        ..GitOptions::default()
    };
    let evidence = repo.audit_with(&range);
    assert_eq!(told(&evidence), ["commit-message .git note ref 1:4"]);
    assert!(!evidence.document.to_json().to_string().contains(&blob));
}
