//! Repositories of cases: described in `repository.toml`, made in a temporary folder when a case is tried.
//!
//! No git is needed and none is run. What is made is what git itself would have written, in its simplest
//! form: loose objects, loose refs, an index of version 2.

mod objects;

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use super::RuleError;
use super::error::InFile;
use crate::text::printable_path;
use objects::Store;

/// Files by their paths, which use `/`.
type Files = BTreeMap<String, String>;

/// `repository.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepositorySpec {
    /// Without a work tree.
    pub bare: bool,
    /// In the order in which they are made, each on the one before it on its branch.
    pub commit: Vec<CommitSpec>,
    pub tag: Vec<TagSpec>,
    /// Notes of the last commit.
    pub note: Vec<NoteSpec>,
    /// Further refs at the last commit.
    pub branch: Vec<BranchSpec>,
    pub reflog: Vec<ReflogSpec>,
    /// Contents of blobs that nothing leads to.
    pub dangling: Vec<String>,
    /// What the index has beyond, and lacks of, the last commit.
    pub staged: Change,
    /// Files of the work tree beyond those of the last commit.
    pub worktree: Change,
    /// Files of the git directory: `config`, `hooks/post-commit` …
    pub git: Files,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    pub files: Files,
    pub remove: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitSpec {
    pub message: String,
    #[serde(default = "somebody")]
    pub author: String,
    #[serde(default = "somebody")]
    pub committer: String,
    #[serde(default = "main")]
    pub branch: String,
    #[serde(default)]
    pub files: Files,
    #[serde(default)]
    pub remove: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagSpec {
    pub name: String,
    pub message: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteSpec {
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchSpec {
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReflogSpec {
    #[serde(default = "main")]
    pub branch: String,
    pub message: String,
}

fn somebody() -> String {
    "Case <case@example.org>".to_owned()
}

fn main() -> String {
    "main".to_owned()
}

/// The first commit's time; each further one is a minute later.
const FIRST: u64 = 1_780_281_000;

/// Makes the repository that `description` tells of at `folder`, which must not exist.
///
/// # Errors
/// A malformed description, a path that leads out of the folder, what the disk says.
pub fn make(description: &Path, folder: &Path) -> Result<(), RuleError> {
    let shown = printable_path(description);
    let unreadable = |why: String| RuleError::Unreadable { path: shown.clone(), why };
    let text = std::fs::read_to_string(description).map_err(|error| unreadable(error.to_string()))?;
    let spec: RepositorySpec = toml::from_str(&text).map_err(|error| {
        let file = InFile { path: &shown, text: &text };
        file.malformed(error.span().unwrap_or(0..0), error.message().to_owned(), "here", None)
    })?;
    spec.make(folder).map_err(|error| unreadable(error.to_string()))
}

impl RepositorySpec {
    /// # Errors
    /// A path that leads out of the folder, what the disk says.
    pub fn make(&self, folder: &Path) -> std::io::Result<()> {
        let git = if self.bare { folder.to_owned() } else { folder.join(".git") };
        for dir in ["objects", "refs/heads", "refs/tags"] {
            std::fs::create_dir_all(git.join(dir))?;
        }
        write(&git, "HEAD", "ref: refs/heads/main\n")?;
        write(&git, "config", &format!("[core]\n\trepositoryformatversion = 0\n\tbare = {}\n", self.bare))?;
        let store = Store { git: &git };
        let (head, mut files) = self.commits(&store)?;
        if let Some(head) = &head {
            self.names(&store, &git, head)?;
        }
        for content in &self.dangling {
            store.add("blob", content.as_bytes())?;
        }
        if !self.bare {
            for (path, content) in &files {
                write(folder, path, content)?;
            }
            for (path, content) in &self.worktree.files {
                write(folder, path, content)?;
            }
            for path in &self.worktree.remove {
                std::fs::remove_file(folder.join(path))?;
            }
            apply(&mut files, &self.staged.files, &self.staged.remove);
            store.index(&files)?;
        }
        self.git.iter().try_for_each(|(path, content)| write(&git, path, content))
    }

    /// Makes the commits; the id and the files of main's last one.
    fn commits(&self, store: &Store<'_>) -> std::io::Result<(Option<String>, Files)> {
        let mut tips: BTreeMap<&str, (String, Files)> = BTreeMap::new();
        for (number, commit) in self.commit.iter().enumerate() {
            let before = tips.get(&*commit.branch).or_else(|| tips.get("main")).cloned();
            let (parent, mut files) = before.map_or((None, Files::new()), |(id, files)| (Some(id), files));
            apply(&mut files, &commit.files, &commit.remove);
            let tree = store.tree(&files)?;
            let parent = parent.map(|id| format!("parent {id}\n")).unwrap_or_default();
            let time = FIRST + 60 * number as u64;
            let text = format!(
                "tree {tree}\n{parent}author {} {time} +0000\ncommitter {} {time} +0000\n\n{}\n",
                commit.author, commit.committer, commit.message
            );
            let id = store.add("commit", text.as_bytes())?;
            write(store.git, &format!("refs/heads/{}", commit.branch), &format!("{id}\n"))?;
            tips.insert(&commit.branch, (id, files));
        }
        Ok(tips.remove("main").map_or((None, Files::new()), |(id, files)| (Some(id), files)))
    }

    /// Tags, notes, branches and reflogs, all of the last commit.
    fn names(&self, store: &Store<'_>, git: &Path, head: &str) -> std::io::Result<()> {
        let time = FIRST + 60 * self.commit.len() as u64;
        for tag in &self.tag {
            let text = format!(
                "object {head}\ntype commit\ntag {}\ntagger {} {time} +0000\n\n{}\n",
                tag.name,
                somebody(),
                tag.message
            );
            let id = store.add("tag", text.as_bytes())?;
            write(git, &format!("refs/tags/{}", tag.name), &format!("{id}\n"))?;
        }
        for note in &self.note {
            let tree = store.tree(&Files::from([(head.to_owned(), note.text.clone())]))?;
            let who = somebody();
            let text = format!(
                "tree {tree}\nauthor {who} {time} +0000\ncommitter {who} {time} +0000\n\nNotes added\n"
            );
            let id = store.add("commit", text.as_bytes())?;
            write(git, "refs/notes/commits", &format!("{id}\n"))?;
        }
        for branch in &self.branch {
            write(git, &format!("refs/heads/{}", branch.name), &format!("{head}\n"))?;
        }
        for entry in &self.reflog {
            let line = format!("{head} {head} {} {time} +0000\t{}\n", somebody(), entry.message);
            write(git, &format!("logs/refs/heads/{}", entry.branch), &line)?;
        }
        Ok(())
    }
}

fn apply(files: &mut Files, added: &Files, removed: &[String]) {
    files.extend(added.iter().map(|(path, content)| (path.clone(), content.clone())));
    for path in removed {
        files.remove(path);
    }
}

/// Writes a file below `folder`, and nowhere else.
fn write(folder: &Path, path: &str, content: &str) -> std::io::Result<()> {
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside || path.is_empty() {
        return Err(std::io::Error::other(format!("`{path}` leads out of the repository")));
    }
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = r#"
[[commit]]
message = "first"
files = { "a.txt" = "one\n", "d/b.txt" = "two\n", "d.x" = "sorts between\n" }
[[commit]]
message = "second"
remove = ["a.txt"]
[[tag]]
name = "v1"
message = "a tag"
[[note]]
text = "a note"
[[branch]]
name = "other"
[[reflog]]
message = "moved"
[staged]
files = { "d/c.txt" = "staged\n" }
"#;

    #[test]
    fn git_itself_finds_nothing_wrong_with_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let repo = dir.path().join("repo");
        let spec: RepositorySpec = toml::from_str(SPEC).expect("sound");
        spec.make(&repo).expect("made");
        let git = |args: &[&str]| {
            let out =
                std::process::Command::new("git").args(args).current_dir(&repo).output().expect("runs");
            assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8_lossy(&out.stdout).into_owned()
        };
        assert_eq!(git(&["fsck", "--full", "--strict", "--no-dangling"]), "");
        assert_eq!(git(&["diff", "--cached", "--name-status"]), "A\td/c.txt\n");
        assert_eq!(git(&["log", "--format=%s"]), "second\nfirst\n");
        assert_eq!(git(&["notes", "show"]), "a note");
    }

    #[test]
    fn nothing_is_written_outside() {
        let dir = tempfile::tempdir().expect("a directory");
        for path in ["../x", "/tmp/x", "a/../../x", ""] {
            let files = Files::from([(path.to_owned(), String::new())]);
            let worktree = Change { files, remove: Vec::new() };
            let spec = RepositorySpec { worktree, ..RepositorySpec::default() };
            assert!(spec.make(&dir.path().join("r")).is_err(), "{path}");
        }
    }
}
