//! Where git repositories stand, told by names alone: nothing of one is opened here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::file::{Kind, Root, Walked, unreadable};

/// Whether a repository stands at this path: its work tree's root, its `.git` folder, or a bare one.
#[must_use]
pub fn is_repository(path: &Path) -> bool {
    path.join(".git").symlink_metadata().is_ok() || is_git_dir(path)
}

/// A folder that holds what git asks of a git directory.
#[must_use]
pub fn is_git_dir(path: &Path) -> bool {
    path.join("commondir").is_file() && has_head(path) || is_complete(path)
}

/// A git directory that needs no other one: unlike a linked worktree's.
#[must_use]
pub fn is_complete(path: &Path) -> bool {
    path.join("objects").is_dir() && path.join("refs").is_dir() && has_head(path)
}

fn has_head(path: &Path) -> bool {
    path.join("HEAD").symlink_metadata().is_ok()
}

/// The repositories in a folder that was walked, itself among them: their paths below it, in order. What lies in a
/// `.git` is that repository's own.
#[must_use]
pub fn among(folder: &Path, walked: &Walked) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    for path in walked.paths() {
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else { continue };
        let is_one = name == ".git" || name == "HEAD" && is_complete(&folder.join(above));
        if is_one && !above.iter().any(|part| part == ".git") {
            found.insert(above.to_owned());
        }
    }
    found.into_iter().collect()
}

/// What is in a folder that nobody else walks.
#[derive(Debug, Default)]
pub struct Within {
    /// Paths below the folder, in order.
    pub repositories: Vec<PathBuf>,
    /// What could not be looked through, and why.
    pub unread: Vec<(PathBuf, String)>,
}

/// Walks a folder for its repositories.
#[must_use]
pub fn within(folder: &Path) -> Within {
    let walked = match Root::open(folder) {
        Ok(root) => root.walk(),
        Err(error) => {
            return Within { unread: vec![(PathBuf::new(), unreadable(&error))], ..Within::default() };
        }
    };
    let repositories = among(folder, &walked);
    let refused = |entry: super::file::Entry| match entry.kind {
        Kind::Refused(why) => Some((entry.path, why)),
        _ => None,
    };
    Within { repositories, unread: walked.entries.into_iter().filter_map(refused).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_known_by_the_names_in_their_folders() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let at = |name: &str| dir.path().join(name);
        let bare = ["bare", "a/.git/modules/sub", "half"];
        for folder in bare.iter().flat_map(|bare| ["objects", "refs"].map(|name| format!("{bare}/{name}")))
        {
            std::fs::create_dir_all(at(&folder)).expect("made");
        }
        std::fs::create_dir_all(at("notes/HEAD")).expect("made");
        std::fs::create_dir_all(at("linked")).expect("made");
        for file in ["bare/HEAD", "a/.git/modules/sub/HEAD", "a/HEAD", "linked/.git"] {
            std::fs::write(at(file), "").expect("written");
        }
        std::os::unix::fs::symlink("refs/heads/none", at("half/HEAD")).expect("linked");
        let found = within(dir.path());
        assert_eq!(found.repositories, ["a", "bare", "half", "linked"].map(PathBuf::from));
        assert_eq!(found.unread, []);
        assert_eq!(within(&at("bare")).repositories, [PathBuf::new()]);
        let fifo = at("a/pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .expect("made");
        assert_eq!(within(dir.path()).unread, [], "a pipe hides no repository");
        assert_eq!(within(&at("gone")).unread[0].0, PathBuf::new());
    }
}
