//! Corners of a git directory that git itself goes past, and places that are easily told wrong.

use std::os::unix::fs::symlink;

use counterfoil::collect::git::GitOptions;
use counterfoil::evidence::Node;

use super::repo::{Repo, VALUE, audit, leaks, told, whys};

pub fn clean() -> Repo {
    let repo = Repo::new();
    repo.commit("a.txt", "ok\n", "one");
    repo
}

#[track_caller]
pub fn finds(repo: &Repo, place: &str) {
    let found = told(&repo.audit());
    assert!(found.iter().any(|told| told.starts_with(place)), "{place}: {found:#?}");
}

#[track_caller]
pub fn lacks(repo: &Repo, gap: &str) {
    let whys = whys(&repo.audit());
    assert!(whys.contains(gap), "{gap}: {whys}");
}

/// A repository of its own, with a leak, to be put somewhere: its git directory.
pub fn other() -> Repo {
    let repo = Repo::new();
    repo.commit("in.txt", format!("url {VALUE}\n"), "leak");
    repo.git(&["repack", "-q", "-a", "-d"]);
    repo
}

pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to.parent().expect("a parent")).expect("made");
    let copied = std::process::Command::new("cp").arg("-r").args([from, to]).status().expect("cp runs");
    assert!(copied.success());
}

#[test]
fn repositories_are_opened_wherever_they_stand_in_a_git_directory() {
    for place in ["modules.bak", "modules.bak/sub", "worktrees/w/modules/sub", "old/x.git"] {
        let repo = clean();
        copy(&other().path.join(".git"), &repo.path.join(".git").join(place));
        finds(&repo, &format!("commit .git/{place}/in.txt"));
    }
}

#[test]
fn packs_and_bundles_that_no_database_has_are_gaps() {
    let other = other();
    other.git(&["bundle", "create", "-q", "../all.bundle", "--all"]);
    let packs = other.path.join(".git/objects/pack");
    for place in ["stray.pack", "objects/tmp_objdir-incoming-x/pack", "objects/pack/old"] {
        let repo = clean();
        copy(&packs, &repo.path.join(".git").join(place));
        lacks(&repo, "a pack or a bundle, searched as a file");
    }
    let repo = clean();
    copy(&other.root().join("all.bundle"), &repo.path.join(".git/saved"));
    lacks(&repo, ".git/saved [git-file] not fully searched: a pack or a bundle");
}

#[test]
fn a_pack_or_a_bundle_that_was_committed_or_staged_is_a_gap() {
    const GAP: &str = "a pack or a bundle, searched as a file";
    let other = other();
    other.git(&["bundle", "create", "-q", "../all.bundle", "--all"]);
    let bundle = std::fs::read(other.root().join("all.bundle")).expect("readable");
    for packed in [false, true] {
        let repo = clean();
        repo.commit("all.bundle", &bundle, "in");
        repo.commit("all.bundle", [&bundle[..], b"more"].concat(), "a delta on it");
        repo.git(&["rm", "-q", "all.bundle"]);
        repo.git(&["commit", "-q", "-m", "out"]);
        if packed {
            repo.git(&["repack", "-q", "-a", "-d"]);
        }
        lacks(&repo, GAP);
        assert_eq!(whys(&repo.audit()).matches(GAP).count(), 2, "packed: {packed}");
    }
    let repo = clean();
    repo.write("all.bundle", &bundle);
    repo.git(&["add", "all.bundle"]);
    let options = GitOptions { history: false, work_tree: false, ..GitOptions::default() };
    let whys = whys(&repo.audit_with(&options));
    assert!(whys.contains("all.bundle [staged] not fully searched: a pack or a bundle"), "{whys}");
}

#[test]
fn an_object_outside_of_any_database_is_found_and_its_id_not_told() {
    let repo = clean();
    std::fs::write(repo.root().join("leak"), format!("{VALUE}\n")).expect("written");
    let id = repo.git(&["hash-object", "-w", "../leak"]);
    let name = format!("{}/{}", &id[..2], &id[2..]);
    for place in ["objects/tmp_objdir-incoming-x", "kept"] {
        copy(&repo.path.join(".git/objects").join(&name), &repo.path.join(".git").join(place).join(&name));
    }
    std::fs::remove_file(repo.path.join(".git/objects").join(&name)).expect("removed");
    let found = told(&repo.audit());
    for place in ["objects/tmp_objdir-incoming-x", "kept"] {
        assert!(found.iter().any(|told| told.starts_with(&format!("git-file .git/{place} "))), "{found:?}");
    }
    assert!(!found.concat().contains(&id[2..]), "{found:?}");
}

#[test]
fn a_setting_hides_no_work_tree() {
    let repo = clean();
    repo.write("untracked.txt", format!("{VALUE}\n"));
    repo.git(&["config", "core.bare", "true"]);
    finds(&repo, "worktree untracked.txt");
    let found = told(&audit(&repo.path.join(".git"), &GitOptions::default()));
    assert!(found.iter().any(|told| told.contains("untracked.txt")), "{found:?}");
}

#[test]
fn what_only_the_index_or_a_reflog_names_is_asked_for() {
    let repo = clean();
    repo.write("b.txt", "staged\n");
    repo.git(&["add", "b.txt"]);
    let id = repo.git(&["rev-parse", ":b.txt"]);
    std::fs::remove_file(repo.path.join(".git/objects").join(&id[..2]).join(&id[2..])).expect("removed");
    lacks(&repo, "b.txt [staged] the staged content is not here");
    assert!(!whys(&repo.audit()).contains(&id), "it may be a leak's");

    let repo = clean();
    repo.commit("b.txt", "more\n", "two");
    std::fs::remove_file(repo.path.join(".git/refs/heads/main")).expect("removed");
    std::fs::remove_file(repo.path.join(".git/index")).expect("removed");
    assert_eq!(whys(&repo.audit()), "", "a branch without a commit is no fault");
    for entry in std::fs::read_dir(repo.path.join(".git/objects")).expect("there").flatten() {
        if entry.file_name().len() == 2 {
            std::fs::remove_dir_all(entry.path()).expect("removed");
        }
    }
    lacks(&repo, ".git/logs [ref] 2 object(s) that reflogs or other work trees name are not here");
}

#[test]
fn an_index_is_held_against_its_checksum() {
    let wrong = "the index does not have the checksum that it ends with";
    for split in [false, true] {
        let repo = clean();
        if split {
            repo.git(&["update-index", "--split-index"]);
        }
        assert_eq!(whys(&repo.audit()), "");
        let index = repo.path.join(".git/index");
        let whole = std::fs::read(&index).expect("readable");
        // A date: nothing else would tell.
        let mut flipped = whole.clone();
        flipped[if split { whole.len() - 1 } else { 14 }] ^= 1;
        std::fs::write(&index, &flipped).expect("written");
        lacks(&repo, wrong);
        std::fs::write(&index, &whole[..whole.len() - 1]).expect("written");
        assert_ne!(whys(&repo.audit()), "");
    }
    let repo = clean();
    repo.git(&["config", "index.skipHash", "true"]);
    repo.write("b.txt", "b\n");
    repo.git(&["add", "b.txt"]);
    assert_eq!(whys(&repo.audit()), "", "git was asked to write none");
}

#[test]
fn files_beside_the_objects_are_searched_as_bytes() {
    let leak = format!("\0\0 {VALUE} \0");
    for place in [
        "sharedindex.0123456789012345678901234567890123456789",
        "objects/info/commit-graph",
        "objects/info/commit-graphs/x.graph",
        "objects/pack/pack-1.bitmap",
        "objects/pack/pack-1.rev",
        "objects/pack/pack-1.mtimes",
    ] {
        let repo = clean();
        repo.write(&format!(".git/{place}"), &leak);
        let found = told(&repo.audit());
        assert_eq!(found, [format!("git-file .git/{place} - - 1:4")], "once, and with its name");
    }
    // The part of a split index that an index names is read as that.
    let repo = clean();
    repo.git(&["update-index", "--split-index"]);
    assert_eq!(told(&repo.audit()), [""; 0]);
}

#[test]
fn links_are_read_through_as_git_does() {
    let repo = clean();
    let outside = repo.root().join("config");
    let config = std::fs::read_to_string(repo.path.join(".git/config")).expect("readable");
    std::fs::write(&outside, format!("{config}[remote \"x\"]\n\turl = {VALUE}\n")).expect("written");
    std::fs::remove_file(repo.path.join(".git/config")).expect("removed");
    symlink(&outside, repo.path.join(".git/config")).expect("linked");
    finds(&repo, "config .git/config");
    let repo = clean();
    std::fs::rename(repo.path.join(".git/objects"), repo.root().join("objects")).expect("moved");
    symlink(repo.root().join("objects"), repo.path.join(".git/objects")).expect("linked");
    assert_eq!(whys(&repo.audit()), "", "the database is read where it is");
    let repo = clean();
    std::fs::remove_dir_all(repo.path.join(".git/hooks")).expect("removed");
    std::fs::create_dir(repo.root().join("hooks")).expect("made");
    symlink(repo.root().join("hooks"), repo.path.join(".git/hooks")).expect("linked");
    lacks(&repo, ".git/hooks [git-file] a link to a folder elsewhere");
}

#[test]
fn the_text_of_a_git_file_is_searched() {
    let repo = clean();
    std::fs::rename(repo.path.join(".git"), repo.root().join("100.101.102.103:8000")).expect("moved");
    repo.write(".git", "gitdir: ../100.101.102.103:8000\n");
    finds(&repo, "git-file .git - - 1:12");
}

#[test]
fn broken_refs_are_gaps() {
    for (name, text) in [
        ("refs/heads/empty", ""),
        ("refs/heads/short", "0123456789\n"),
        ("refs/heads/words", "main\n"),
        ("refs/heads/none", "ref: \n"),
        ("HEAD", ""),
        ("ORIG_HEAD", "gone\n"),
    ] {
        let repo = clean();
        repo.write(&format!(".git/{name}"), text);
        lacks(&repo, &format!(".git/{name} [ref] a broken ref"));
    }
    let repo = clean();
    repo.write(".git/refs/heads/x", "ref: refs/heads/y\n");
    repo.write(".git/refs/heads/y", "ref: refs/heads/x\n");
    lacks(&repo, ".git/refs/heads/x [ref] it leads from ref to ref");
    let repo = clean();
    repo.write(".git/packed-refs", "# pack-refs with: peeled\ngarbage\n");
    lacks(&repo, ".git/packed-refs [ref] 1 line(s) that name no ref");
    // What git leaves behind on its own is none.
    let repo = clean();
    repo.write(".git/refs/heads/main.lock", "");
    repo.write(".git/FETCH_HEAD", "");
    repo.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/gone\n");
    assert_eq!(whys(&repo.audit()), "");
}

#[test]
fn a_file_that_was_moved_is_named_where_it_was_and_where_it_is() {
    let repo = Repo::new();
    repo.commit("a.txt", format!("url {VALUE}\n"), "one");
    repo.commit("c.txt", "c\n", "two");
    repo.git(&["mv", "a.txt", "b.txt"]);
    repo.git(&["commit", "-q", "-m", "three"]);
    let evidence = repo.audit();
    assert_eq!(told(&evidence), ["commit a.txt - ref 1:5", "commit b.txt - ref 1:5"]);
    let others: Vec<_> =
        leaks(&evidence).iter().map(|leak| leak.get("others").and_then(Node::as_i64)).collect();
    assert_eq!(others, [Some(1), Some(0)], "each path is counted for itself");
}

#[test]
fn a_note_is_named_by_the_ref_that_has_it() {
    let repo = clean();
    repo.git(&["notes", "--ref", "aaa", "add", "-m", "nothing"]);
    repo.git(&["notes", "--ref", "zzz", "add", "-m", &format!("to {VALUE}")]);
    finds(&repo, "commit-message .git/refs/notes/zzz note note");
}

#[test]
fn a_name_with_lines_of_its_own_does_not_hide_the_next() {
    let repo = Repo::new();
    repo.write("a\nb\nc.txt", "x\n");
    repo.commit("d 100.101.102.103:8000", "x\n", "one");
    repo.git(&["rm", "-q", "-r", "."]);
    repo.git(&["commit", "-q", "-m", "two"]);
    finds(&repo, "path d 100.101.102.103:8000 - ref");
}

#[test]
fn a_leak_in_very_many_folders_is_named() {
    let repo = Repo::new();
    std::fs::write(repo.root().join("leak"), format!("{VALUE}\n")).expect("written");
    let blob = repo.git(&["hash-object", "-w", "../leak"]);
    let import = format!(
        "commit refs/heads/main\ncommitter C <c@x> 1780281999 +0000\ndata 1\nx\nM 100644 {blob} {}f\n",
        "d/".repeat(700)
    );
    std::fs::write(repo.root().join("import"), import).expect("written");
    let made = std::process::Command::new("sh")
        .args(["-c", "git fast-import --quiet < ../import"])
        .current_dir(&repo.path)
        .status();
    assert!(made.expect("runs").success());
    let evidence = repo.audit();
    let found = told(&evidence);
    assert!(found.iter().any(|told| told.ends_with("/f - ref 1:1")), "{found:?}");
}

#[test]
fn a_range_with_three_dots_has_both_sides() {
    let repo = clean();
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit("side.txt", format!("url {VALUE}\n"), "side");
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("main.txt", "clean\n", "main");
    let ranged = |range: &str| {
        let options =
            GitOptions { range: Some(range.to_owned()), work_tree: false, ..GitOptions::default() };
        told(&repo.audit_with(&options))
    };
    assert_eq!(ranged("side..main"), [""; 0]);
    assert_eq!(ranged("side...main"), ["commit side.txt - ref 1:5"]);
}

#[test]
fn a_range_hides_no_other_file_with_what_it_brings() {
    let repo = clean();
    let before = repo.git(&["rev-parse", "HEAD"]);
    repo.commit("a.txt", format!("url {VALUE}\n"), "leak");
    let after = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["mv", "a.txt", "b.txt"]);
    repo.git(&["commit", "-q", "-m", "moved"]);
    let options = GitOptions { range: Some(format!("{before}..{after}")), ..GitOptions::default() };
    assert_eq!(told(&repo.audit_with(&options)), ["commit a.txt - ref 1:5", "worktree b.txt - - 1:5"]);
}

#[test]
fn line_column_and_offset_of_a_place_agree() {
    let repo = clean();
    symlink("/mnt/100.101.102.103/x", repo.path.join("link")).expect("linked");
    std::fs::write(repo.root().join("leak"), format!("1\nat {VALUE}\n")).expect("written");
    let id = repo.git(&["hash-object", "-w", "../leak"]);
    let folder = repo.path.join(".git/objects").join(&id[..2]);
    std::fs::rename(folder.join(&id[2..]), folder.join("tmp_obj_x1y2")).expect("renamed");
    let audited = repo.audit();
    let found = told(&audited);
    for place in ["worktree link - - 1:6", "commit .git/objects - nothing 2:4"] {
        assert!(found.iter().any(|told| told.contains(place)), "{place}: {found:?}");
    }
    repo.git(&["add", "link"]);
    finds(&repo, "staged link - index 1:6");
}
