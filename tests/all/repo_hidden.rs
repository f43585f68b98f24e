//! Places that a walk goes past: names of repositories inside others, folders that look like a git directory,
//! what an index remembers.

use std::path::Path;

use super::program::{VARIABLE, counterfoil};
use super::repo::{Repo, VALUE, told, whys};
use super::repo_corners::{clean, copy, finds, lacks, other};

const HOST: &str = "100.101.102.103";

/// An audit by the program: how it ended, and what it said.
fn audit(path: &Path) -> (Option<i32>, String) {
    let mut command = counterfoil(&["audit", "--color", "never"]);
    let cache = tempfile::tempdir().expect("a directory");
    command.current_dir(path).env(VARIABLE, VALUE).env("XDG_CACHE_HOME", cache.path());
    let output = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains(HOST), "{text}");
    (output.status.code(), text)
}

#[track_caller]
fn tells(path: &Path, words: &[&str]) {
    let (code, text) = audit(path);
    assert_eq!(code, Some(1), "{text}");
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn the_name_of_a_repository_inside_is_searched() {
    for name in [format!("sub-{HOST}"), format!("in/sub-{HOST}"), format!("at-{HOST}/sub")] {
        let repo = clean();
        copy(&clean().path, &repo.path.join(&name));
        let found = told(&repo.audit());
        let paths: Vec<_> = found.iter().filter(|told| told.starts_with("path ")).collect();
        assert_eq!(paths.len(), 1, "{found:?}");
        tells(&repo.path, &["endpoint/in-path"]);
    }
    // In a folder that is none: a work tree, a bare repository, and what is above them.
    for name in [format!("repo-{HOST}"), format!("bare-{HOST}.git"), format!("at-{HOST}/repo")] {
        let folder = tempfile::tempdir().expect("a directory");
        let from = clean().path.join(if name.ends_with(".git") { ".git" } else { "" });
        let repo = clean();
        let from = if from.ends_with(".git") { repo.path.join(".git") } else { repo.path.clone() };
        copy(&from, &folder.path().join(&name));
        tells(folder.path(), &["endpoint/in-path"]);
    }
    let repo = clean();
    let name = format!("modules/m-{HOST}");
    copy(&clean().path.join(".git"), &repo.path.join(".git").join(&name));
    finds(&repo, &format!("path .git/{name}"));
    tells(&repo.path, &["endpoint/in-path"]);
    let repo = clean();
    copy(&clean().path, &repo.path.join("sub"));
    assert_eq!(told(&repo.audit()), [""; 0]);
}

#[test]
fn a_folder_that_looks_like_a_git_directory_is_read() {
    for config in ["", "[core]\nworktree = ../..\n", "[core]\nworktree = ../../sub\n"] {
        for git_file in [None, Some("gitdir: ../../.git\n")] {
            let repo = clean();
            copy(&clean().path, &repo.path.join("sub"));
            for folder in ["objects", "refs"] {
                std::fs::create_dir_all(repo.path.join(".git/x").join(folder)).expect("made");
            }
            repo.write(".git/x/HEAD", "ref: refs/heads/main\n");
            repo.write(".git/x/config", config);
            repo.write(".git/x/leak.txt", VALUE);
            if let Some(text) = git_file {
                repo.write(".git/x/.git", text);
            }
            finds(&repo, "git-file .git/x/leak.txt");
            tells(&repo.path, &["endpoint/in-git-directory", ".git/x/leak.txt"]);
        }
    }
}

#[test]
fn a_second_work_tree_of_one_git_directory_is_searched() {
    let repo = clean();
    repo.write("sub/.git", "gitdir: ../.git\n");
    repo.write("sub/leak.txt", VALUE);
    finds(&repo, "worktree sub/leak.txt");
    tells(&repo.path, &["endpoint/in-work-tree", "sub/leak.txt"]);
}

#[test]
fn a_git_directory_by_its_own_path_has_its_submodules() {
    let (inner, outer) = (other(), clean());
    let from = inner.path.to_str().expect("text");
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", from, "sub"]);
    outer.git(&["commit", "-q", "-m", "sub"]);
    let (code, text) = audit(&outer.path);
    assert!(code == Some(1) && text.contains("sub/in.txt"), "{text}");
    assert!(!text.contains("modules/sub/in.txt"), "once: {text}");
    let (code, text) = audit(&outer.path.join(".git"));
    assert!(code == Some(1) && text.contains("in.txt"), "{text}");
}

#[test]
fn folders_among_the_packs_hide_nothing() {
    let other = other();
    let packs: Vec<_> = std::fs::read_dir(other.path.join(".git/objects/pack"))
        .expect("readable")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "pack"))
        .collect();
    let repo = clean();
    copy(&packs[0], &repo.path.join(".git/objects/pack/x/pack/evil.pack"));
    lacks(&repo, ".git/objects/pack/x/pack/evil.pack [git-file] not fully searched: a pack or a bundle");
    for name in ["objects/pack/x/ab/leak.txt", "objects/pack/x/pack/leak.txt", "objects/pack/ab/leak.txt"] {
        let repo = clean();
        repo.write(&format!(".git/{name}"), VALUE);
        finds(&repo, &format!("git-file .git/{name}"));
    }
    let repo = clean();
    let name = format!(".git/objects/pack/pack-{HOST}.pack");
    copy(&packs[0], &repo.path.join(&name));
    finds(&repo, &format!("path {name}"));
}

#[test]
fn whole_paths_of_the_index_are_searched() {
    let repo = Repo::new();
    // Spread over the names of folders, and gone from the work tree.
    repo.commit("100/101/102/103/x.txt", "clean\n", "one");
    std::fs::remove_dir_all(repo.path.join("100")).expect("removed");
    finds(&repo, "path 100/101/102/103");
}

#[test]
fn a_folder_that_only_the_index_remembers_is_told() {
    let repo = clean();
    let name = format!("old-{HOST}");
    repo.write(&format!("{name}/in/a.txt"), "clean\n");
    repo.git(&["add", "-A"]);
    repo.git(&["write-tree"]);
    let mut index = std::fs::read(repo.path.join(".git/index")).expect("readable");
    let whole = index.clone();
    // The index of two commits before, with what git now knows of its folders.
    let at = memchr::memmem::find(&index, b"TREE").expect("there");
    let extension = index.split_off(at);
    repo.git(&["rm", "-q", "-r", "--cached", &name]);
    std::fs::remove_dir_all(repo.path.join(&name)).expect("removed");
    let mut index = std::fs::read(repo.path.join(".git/index")).expect("readable");
    let at = memchr::memmem::find(&index, b"TREE").expect("there");
    index.truncate(at);
    index.extend(&extension[..extension.len() - 20]);
    index.extend([0; 20]);
    std::fs::write(repo.path.join(".git/index"), index).expect("written");
    repo.git(&["reflog", "expire", "--expire=all", "--all"]);
    repo.git(&["prune", "--expire=now"]);
    finds(&repo, &format!("path {name}"));
    // What can't be taken apart is searched as it is.
    let at = memchr::memmem::find(&whole, b"TREE").expect("there");
    let mut broken = whole[..at].to_vec();
    let text = format!("no tree of {VALUE}");
    broken.extend(b"TREE");
    broken.extend(u32::try_from(text.len()).expect("short").to_be_bytes());
    broken.extend(text.as_bytes());
    broken.extend([0; 20]);
    std::fs::write(repo.path.join(".git/index"), broken).expect("written");
    finds(&repo, "git-file .git/index");
}

/// An index of one version 2 entry.
fn index_of(path: &[u8]) -> Vec<u8> {
    let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
    let start = index.len();
    index.extend([0; 24]);
    index.extend(0o100_644_u32.to_be_bytes());
    index.extend([0; 12]);
    index.extend([7; 20]);
    index.extend(0x0fff_u16.to_be_bytes());
    index.extend(path);
    let len = index.len() - start;
    index.extend(vec![0; 8 - len % 8]);
    index.extend([0; 20]);
    index
}

#[test]
fn an_index_with_a_path_that_no_file_has_is_refused() {
    let repo = clean();
    for path in [b"a/".repeat(30_000), b"a/".repeat(1_500), b"a".repeat(5_000)] {
        std::fs::write(repo.path.join(".git/index"), index_of(&path)).expect("written");
        let whys = whys(&repo.audit());
        assert!(whys.contains("the path of entry 0 is longer than any file's can be"), "{whys}");
    }
    std::fs::write(repo.path.join(".git/index"), index_of(&[&b"a/".repeat(1_000)[..], b"a"].concat()))
        .expect("written");
    lacks(&repo, "the staged content is not here");
}
