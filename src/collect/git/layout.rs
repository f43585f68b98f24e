//! Where the parts of a repository are: a `.git` folder, a `.git` file, a bare repository, a linked
//! worktree, a submodule. Reads names and a few small files; runs nothing, and asks nobody who owns it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use gix::hash::{Kind, ObjectId};

use super::config::Config;
use super::files;
use super::syntax::object_id;
use crate::collect::repositories::is_git_dir;
use crate::evidence::Gap;

const SMALL: u64 = 16 << 20;

/// Commits whose parents were not fetched.
pub type Border = HashSet<ObjectId>;

/// A repository's parts on disk.
#[derive(Debug, Clone)]
pub struct Layout {
    /// What belongs to this work tree alone: HEAD, index, logs/HEAD.
    pub git_dir: PathBuf,
    /// What all its work trees share: objects, refs, config.
    pub common_dir: PathBuf,
    pub work_tree: Option<PathBuf>,
    pub bare: bool,
    pub hash: Kind,
    pub shallow: Border,
    /// A partial clone: objects may be left at the remote.
    pub partial: bool,
    /// Refs are stored in a form that is not read.
    pub unread_refs: bool,
    /// Faults of the layout itself, each with the file that shows it.
    pub gaps: Vec<Gap>,
}

impl Layout {
    /// Looks at `path`. `None` where no repository is there at all; a broken one has gaps.
    #[must_use]
    pub fn find(path: &Path) -> Option<Self> {
        let dot_git = path.join(".git");
        let (git_dir, work_tree) = match dot_git.metadata() {
            Ok(meta) if meta.is_dir() => (dot_git, Some(path.to_owned())),
            Ok(_) => match git_file(&dot_git) {
                Ok(target) => (target, Some(path.to_owned())),
                Err(why) => return Some(Self::broken(dot_git, path, &why)),
            },
            Err(_) if dot_git.symlink_metadata().is_ok() => {
                return Some(Self::broken(dot_git, path, "a link that leads nowhere"));
            }
            Err(_) if is_git_dir(path) => {
                let inside = path.file_name().is_some_and(|name| name == ".git");
                (path.to_owned(), inside.then(|| path.parent().map(Path::to_owned)).flatten())
            }
            Err(_) => return None,
        };
        Some(Self::of(git_dir, work_tree))
    }

    /// The layout of a git directory that is already known, as a hook is told by its environment.
    #[must_use]
    pub fn of(git_dir: PathBuf, work_tree: Option<PathBuf>) -> Self {
        let mut gaps = Vec::new();
        if !is_git_dir(&git_dir) {
            gaps.push(Gap::new(
                ".git",
                None,
                "the git directory lacks HEAD, objects or refs: not readable as a repository",
            ));
        }
        let common_dir = common_dir(&git_dir, &mut gaps);
        let config = read_config(&git_dir, &common_dir, &mut gaps);
        let hash = if config.sha256 { Kind::Sha256 } else { Kind::Sha1 };
        if let Some(format) = &config.unknown_format {
            gaps.push(Gap::new(".git/config", Some("config"), format!("unknown object format `{format}`")));
        }
        gaps.extend(config.unknown().into_iter().map(|why| Gap::new(".git/config", Some("config"), why)));
        if let Some(storage) = &config.ref_storage {
            let why =
                format!("refs are stored as `{storage}`, which is not read: their names were not judged");
            gaps.push(Gap::new(".git", Some("ref"), why));
        }
        // What stands in a folder with a `.git` is audited whatever the setting says: whoever sets it hides files.
        let bare = config.bare.unwrap_or(work_tree.is_none());
        let shallow = shallow(&common_dir, hash, &mut gaps);
        if !shallow.is_empty() {
            let why =
                format!("a shallow clone: the history behind {} commit(s) is not here", shallow.len());
            gaps.push(Gap::new(".git/shallow", None, why));
        }
        Self {
            git_dir,
            common_dir,
            work_tree,
            bare,
            hash,
            shallow,
            partial: config.partial,
            unread_refs: config.ref_storage.is_some(),
            gaps,
        }
    }

    fn broken(git_dir: PathBuf, work_tree: &Path, why: &str) -> Self {
        Self {
            common_dir: git_dir.clone(),
            git_dir,
            work_tree: Some(work_tree.to_owned()),
            bare: false,
            hash: Kind::Sha1,
            shallow: Border::new(),
            partial: false,
            unread_refs: false,
            gaps: vec![Gap::new(".git", None, why)],
        }
    }

    #[must_use]
    pub fn objects(&self) -> PathBuf {
        self.common_dir.join("objects")
    }
}

/// Where a `.git` file leads.
fn git_file(path: &Path) -> Result<PathBuf, String> {
    let bytes = files::read(path, 1 << 16).map_err(|error| crate::text::io_reason(&error))?;
    let target = bytes.strip_prefix(b"gitdir:").ok_or("a .git file that does not say `gitdir:`")?;
    let target = as_path(target.trim_ascii());
    let target = path.parent().unwrap_or(Path::new("")).join(target);
    if target.is_dir() {
        Ok(target)
    } else {
        Err("the git directory that the .git file names is not there".to_owned())
    }
}

fn common_dir(git_dir: &Path, gaps: &mut Vec<Gap>) -> PathBuf {
    match files::read_if_there(&git_dir.join("commondir"), 1 << 16) {
        Ok(None) => git_dir.to_owned(),
        Ok(Some(bytes)) => {
            let dir = git_dir.join(as_path(bytes.trim_ascii()));
            if !dir.is_dir() {
                gaps.push(Gap::new(
                    ".git/commondir",
                    None,
                    "the repository that this worktree belongs to is not there",
                ));
            }
            dir
        }
        Err(error) => {
            gaps.push(Gap::new(".git/commondir", None, crate::text::io_reason(&error)));
            git_dir.to_owned()
        }
    }
}

fn read_config(git_dir: &Path, common_dir: &Path, gaps: &mut Vec<Gap>) -> Config {
    let mut config = Config::default();
    let mut add = |path: PathBuf, name: &str, config: &mut Config| match files::read_if_there(&path, SMALL)
    {
        Ok(bytes) => {
            if let Some(line) = config.add(&bytes.unwrap_or_default()) {
                let why = format!(
                    "line {line} is none that git can read: what it says of the repository is not known"
                );
                gaps.push(Gap::new(name, Some("config"), why));
            }
        }
        Err(error) => gaps.push(Gap::new(name, Some("config"), crate::text::io_reason(&error))),
    };
    add(common_dir.join("config"), ".git/config", &mut config);
    if config.worktree_config {
        add(git_dir.join("config.worktree"), ".git/config.worktree", &mut config);
    }
    config
}

fn shallow(common_dir: &Path, hash: Kind, gaps: &mut Vec<Gap>) -> Border {
    let bytes = match files::read_if_there(&common_dir.join("shallow"), SMALL) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            gaps.push(Gap::new(".git/shallow", None, crate::text::io_reason(&error)));
            return Border::new();
        }
    };
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    lines.filter_map(|line| object_id(line.trim_ascii(), hash)).collect()
}

pub fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare_at(path: &Path) {
        for dir in ["objects", "refs"] {
            std::fs::create_dir_all(path.join(dir)).expect("made");
        }
        std::fs::write(path.join("HEAD"), "ref: refs/heads/main\n").expect("written");
        std::fs::write(path.join("config"), "[core]\nbare = true\n").expect("written");
    }

    #[test]
    fn a_bare_repository_a_git_file_and_nothing_at_all() {
        let dir = tempfile::tempdir().expect("a directory");
        bare_at(&dir.path().join("b.git"));
        let bare = Layout::find(&dir.path().join("b.git")).expect("found");
        assert!(bare.bare && bare.work_tree.is_none() && bare.gaps.is_empty(), "{bare:?}");

        let tree = dir.path().join("tree");
        std::fs::create_dir(&tree).expect("made");
        assert!(Layout::find(&tree).is_none());
        std::fs::write(tree.join(".git"), "gitdir: ../b.git\n").expect("written");
        let linked = Layout::find(&tree).expect("found");
        assert_eq!(linked.git_dir, tree.join("../b.git"));
        for broken in ["gitdir: ../none", "nothing", ""] {
            std::fs::write(tree.join(".git"), broken).expect("written");
            assert_eq!(Layout::find(&tree).expect("found").gaps.len(), 1, "{broken}");
        }
    }
}
