//! What is there to audit: paths become subjects.
//!
//! A folder may hold runs, documents, scripts and repositories at once. A link is followed where the caller
//! named it, and nowhere else; what can't be listed is a gap. Nothing inside a run directory is anything but that run's artifact.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::place::place_of;
use super::walk::{Depth, Walk};
use crate::evidence::Gap;
use crate::profile::{Profile, RunName};
use crate::text::{io_reason, printable_path};

/// A kind of subject that `--only` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Runs,
    Sot,
    Git,
    Scripts,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Runs, Self::Sot, Self::Git, Self::Scripts];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Sot => "sot",
            Self::Git => "git",
            Self::Scripts => "scripts",
        }
    }
}

/// A path, as it is opened and as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub path: PathBuf,
    /// Relative to the audited root, with `/`.
    pub shown: String,
}

impl Named {
    /// What lies `below` a folder; where that is empty, the folder.
    pub(super) fn below(&self, below: &Path) -> Self {
        let shown = match self.shown.as_str() {
            _ if below.as_os_str().is_empty() => return self.clone(),
            "." => printable_path(below),
            folder => format!("{folder}/{}", printable_path(below)),
        };
        Self { path: self.path.join(below), shown }
    }
}

/// Everything under the given paths, each kind in the order of its paths.
#[derive(Debug, Default)]
pub struct Found {
    pub runs: Vec<(Named, RunName)>,
    /// Markdown files that may be documents; the collector looks whether they are.
    pub markdown: Vec<Named>,
    /// Markdown files that were named as such: documents whatever their front matter says.
    pub documents: Vec<Named>,
    pub scripts: Vec<Named>,
    pub repositories: Vec<Named>,
    /// Run directories of which no more is wanted than the repositories in them.
    pub unread_runs: Vec<Named>,
    /// Files of audited folders that are none of these.
    pub loose: Vec<Named>,
    /// Of a work tree, whose files are its repository's: what is named like a run's report.
    pub reports: Vec<Named>,
    /// Folders that were named, and in which no file lies: an artifact that did not arrive leaves one.
    pub empty: Vec<Named>,
    pub gaps: Vec<Gap>,
}

impl Found {
    /// The folders between the audited root and what was found in it: their names are evidence too. Those
    /// of a repository's work tree are the repository's. `loose` is whether loose files are audited.
    #[must_use]
    pub fn folders(&self, loose: bool) -> BTreeSet<String> {
        let none = Vec::new();
        let loose = if loose { &self.loose } else { &none };
        let lists = [&self.markdown, &self.documents, &self.scripts, loose];
        let runs = self.runs.iter().map(|(named, _)| named);
        // One in the work tree of another is told by that.
        let repositories: HashSet<&Path> =
            self.repositories.iter().map(|named| named.path.as_path()).collect();
        let is_inner =
            |named: &Named| named.path.ancestors().skip(1).any(|above| repositories.contains(above));
        let outer: Vec<&Named> = self.repositories.iter().filter(|named| !is_inner(named)).collect();
        let own = outer.iter().map(|named| named.shown.clone()).filter(|shown| shown != ".");
        let mut folders: BTreeSet<String> = own.collect();
        for named in runs.chain(outer).chain(lists.into_iter().flatten()) {
            let mut folder = named.shown.as_str();
            while let Some((above, _)) = folder.rsplit_once('/').filter(|(above, _)| !above.is_empty()) {
                folder = above;
                if !folders.insert(above.to_owned()) {
                    break;
                }
            }
        }
        folders
    }
}

/// Whether a folder can be listed to its ground, and has nothing in it but folders.
#[must_use]
pub(super) fn holds_nothing(folder: &Path) -> bool {
    let mut entries = walkdir::WalkDir::new(folder).into_iter();
    entries.all(|entry| entry.is_ok_and(|entry| entry.file_type().is_dir()))
}

/// A path that was given, and is not there.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("there is nothing at {path}: {why}")]
#[diagnostic(
    code(audit::no_such_path),
    help("name a run directory, a folder of them, a document or a repository")
)]
pub struct NoSuchPath {
    pub path: String,
    pub why: String,
}

/// The folder that shown paths are relative to: the one path that was given, or what all have in common.
#[must_use]
pub fn root_of(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| {
        let path = place_of(path);
        if path.is_dir() { path } else { path.parent().map(Path::to_path_buf).unwrap_or(path) }
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_else(|| PathBuf::from("."));
    folders.fold(first, |common, path| {
        common.components().zip(path.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    })
}

/// Looks through the given paths.
///
/// # Errors
/// A path that is not there.
pub fn discover(
    paths: &[PathBuf],
    root: &Path,
    profile: &Profile,
    wanted: &dyn Fn(Kind) -> bool,
) -> Result<Found, NoSuchPath> {
    let mut walk = Walk::new(root, profile, wanted, paths);
    for path in paths {
        let meta = std::fs::metadata(path)
            .map_err(|error| NoSuchPath { path: printable_path(path), why: io_reason(&error) })?;
        if !meta.is_dir() && !meta.is_file() {
            walk.gap(&place_of(path), "a pipe, a socket or a device: not read; give a file");
            continue;
        }
        let path = walk.start(path);
        if meta.is_dir() {
            walk.folder(&path, Depth::default());
            if holds_nothing(&path) {
                walk.empty(&path);
            }
        } else {
            walk.named_file(&path);
        }
    }
    let mut found = walk.found;
    found.runs.sort_by(|a, b| a.0.cmp(&b.0));
    found.repositories.sort();
    found.repositories.dedup();
    for list in [
        &mut found.markdown,
        &mut found.documents,
        &mut found.scripts,
        &mut found.loose,
        &mut found.reports,
    ] {
        list.sort();
        list.dedup();
    }
    Ok(found)
}

/// Run directories by name, wherever they stand under a folder: where citations are looked up. With the
/// folders that could not be listed.
#[must_use]
pub fn find_runs(folder: &Path, root: &Path, profile: &Profile) -> Found {
    let only_runs = |kind| kind == Kind::Runs;
    let mut walk = Walk::new(root, profile, &only_runs, &[folder.to_owned()]);
    let path = walk.start(folder);
    walk.folder(&path, Depth::default());
    walk.found.runs.sort_by(|a, b| a.0.cmp(&b.0));
    walk.found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::file::DEEPEST;

    #[test]
    fn a_folder_may_hold_everything() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let run = "x/20260601T022535Z-r1-string-slugify-2731603";
        for folder in [run, "repo/.git", "bare/objects", "bare/refs"] {
            std::fs::create_dir_all(dir.path().join(folder)).expect("made");
        }
        for file in ["bare/HEAD", "a.md", "run.sh", "notes.txt", &format!("{run}/task.md")] {
            std::fs::write(dir.path().join(file), "").expect("written");
        }
        let profile = Profile::built_in().expect("sound");
        let all = |_| true;
        let found = discover(&[dir.path().to_owned()], dir.path(), &profile, &all).expect("there");
        let shown = |list: &[Named]| list.iter().map(|named| named.shown.clone()).collect::<Vec<_>>();
        assert_eq!(found.runs[0].0.shown, run);
        assert_eq!(shown(&found.markdown), ["a.md"], "a run's task is no document");
        assert_eq!(shown(&found.scripts), ["run.sh"]);
        assert_eq!(shown(&found.repositories), ["bare", "repo"]);
        assert_eq!(shown(&found.loose), ["notes.txt"]);
        assert!(discover(&[dir.path().join("gone")], dir.path(), &profile, &all).is_err());
    }

    #[test]
    fn a_link_is_followed_where_it_was_named() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let run = "20260601T022535Z-r1-string-slugify-2731603";
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(at("far").join(run)).expect("made");
        std::fs::create_dir(at("near")).expect("made");
        std::fs::write(at("far/a.md"), "").expect("written");
        for (link, target) in [("latest", run), ("b.md", "a.md")] {
            std::os::unix::fs::symlink(at("far").join(target), at("near").join(link)).expect("linked");
        }
        let profile = Profile::built_in().expect("sound");
        let near = at("near");
        let links = [near.join("latest"), near.join("b.md")];
        let named = discover(&links, &near, &profile, &|_| true).expect("there");
        assert_eq!((named.runs[0].0.shown.as_str(), named.runs[0].1.id.as_str()), ("latest", run));
        assert_eq!(named.documents[0].shown, "b.md");
        assert_eq!(named.documents[0].path.file_name().expect("a name"), "a.md");
        let walked = discover(std::slice::from_ref(&near), &near, &profile, &|_| true).expect("there");
        assert!(walked.runs.is_empty() && walked.documents.is_empty() && walked.markdown.is_empty());
        assert_eq!(walked.loose.len(), 2, "they are told as links");
        let mut gaps: Vec<_> =
            walked.gaps.iter().map(|gap| (gap.path.as_str(), gap.why.as_str())).collect();
        gaps.sort_unstable();
        let why = "a symbolic link out of what is audited: not followed";
        assert_eq!(gaps, [("b.md", why), ("latest", why)]);
        let both = discover(&[dir.path().to_owned()], dir.path(), &profile, &|_| true).expect("there");
        assert_eq!((both.runs.len(), both.gaps.len()), (1, 0), "audited by its own name");
    }

    #[test]
    fn a_link_that_was_named_gives_a_run_its_name() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let link = dir.path().join("20260601T022535Z-r1-string-slugify-2731603");
        std::fs::create_dir(dir.path().join("store")).expect("made");
        std::os::unix::fs::symlink("store", &link).expect("linked");
        let profile = Profile::built_in().expect("sound");
        let found = discover(std::slice::from_ref(&link), dir.path(), &profile, &|_| true).expect("there");
        let run = &found.runs[0];
        assert_eq!((run.0.shown.as_str(), run.1.id.as_str()), (run.1.id.as_str(), run.1.id.as_str()));
        assert_eq!(found.loose, []);
    }

    #[test]
    fn what_looks_like_a_repository_hides_no_run() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let run = "20260601T022535Z-r1-string-slugify-2731603";
        for folder in ["objects", "refs", run] {
            std::fs::create_dir(dir.path().join(folder)).expect("made");
        }
        std::fs::write(dir.path().join("HEAD"), "ref: refs/heads/x\n").expect("written");
        let profile = Profile::built_in().expect("sound");
        for (only, repositories, loose) in [(None, 1, 0), (Some(Kind::Runs), 0, 1)] {
            let wanted = |kind| only.is_none_or(|only| kind == only);
            let found = discover(&[dir.path().to_owned()], dir.path(), &profile, &wanted).expect("there");
            assert_eq!((found.runs.len(), found.repositories.len()), (1, repositories), "{only:?}");
            assert_eq!(found.loose.len(), loose, "{only:?}: HEAD is searched once");
        }
    }

    #[test]
    fn a_link_among_documents_is_a_gap() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let at = |name: &str| dir.path().join(name);
        for folder in ["a/.sot", "b/real", "out"] {
            std::fs::create_dir_all(at(folder)).expect("made");
        }
        std::fs::write(at("out/x.md"), "").expect("written");
        for (link, target) in [
            ("a/.sot/l.md", "../../out/x.md"),
            ("a/.sot/gone.md", "nowhere.md"),
            ("a/.sot/d", "../../out"),
            ("b/.sot", "real"),
            ("b/l.md", "../out/x.md"),
        ] {
            std::os::unix::fs::symlink(target, at(link)).expect("linked");
        }
        let profile = Profile::built_in().expect("sound");
        let found = discover(&[dir.path().to_owned()], dir.path(), &profile, &|_| true).expect("there");
        let gaps: BTreeSet<_> = found.gaps.into_iter().map(|gap| gap.path).collect();
        let wanted = ["a/.sot/d", "a/.sot/gone.md", "a/.sot/l.md", "b/.sot"];
        assert_eq!(gaps, wanted.map(str::to_owned).into());
    }

    #[test]
    fn what_lies_too_deep_is_a_gap() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let deep: PathBuf = std::iter::repeat_n("d", DEEPEST).collect();
        std::fs::create_dir_all(dir.path().join(&deep)).expect("made");
        std::fs::write(dir.path().join(&deep).join("a.md"), "").expect("written");
        let profile = Profile::built_in().expect("sound");
        let found = || discover(&[dir.path().to_owned()], dir.path(), &profile, &|_| true).expect("there");
        assert_eq!((found().markdown.len(), found().gaps.len()), (1, 0));
        std::fs::create_dir(dir.path().join(&deep).join("d")).expect("made");
        let gaps = found().gaps;
        assert_eq!((gaps.len(), gaps[0].why.as_str()), (1, "lies more than 128 folders deep: not read"));
    }

    #[test]
    fn several_paths_share_what_they_have_in_common() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (a, b) = (dir.path().join("a"), dir.path().join("b/c"));
        std::fs::create_dir_all(&a).expect("made");
        std::fs::create_dir_all(&b).expect("made");
        assert_eq!(root_of(&[a.clone(), b]), dir.path());
        assert_eq!(root_of(std::slice::from_ref(&a)), a);
    }
}
