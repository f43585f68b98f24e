//! The walk through an audited folder: what each entry is, and what of it is not seen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::discover::{Found, Kind, Named};
use super::place::{behind_link, place_of, run_at, run_name};
use crate::collect::file::{DEEPEST, too_deep};
use crate::collect::is_markdown;
use crate::collect::repositories::is_complete;
use crate::collect::script::is_script;
use crate::evidence::Gap;
use crate::profile::{Profile, RunName};
use crate::text::{io_reason, printable_path};

/// How deep the walk is, and whether a repository is around it, its work tree or itself: whose files are the
/// repository's, and not loose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Depth {
    folders: usize,
    in_repository: bool,
}

pub(super) struct Walk<'a> {
    root: &'a Path,
    profile: &'a Profile,
    wanted: &'a dyn Fn(Kind) -> bool,
    pub found: Found,
    /// Folders that were walked: a path given twice is audited once.
    seen: BTreeSet<PathBuf>,
    /// Where the paths that the caller named lead to.
    given: Vec<PathBuf>,
    /// The link that the caller named, and what it leads to.
    link: Option<(PathBuf, PathBuf)>,
}

impl<'a> Walk<'a> {
    pub fn new(
        root: &'a Path,
        profile: &'a Profile,
        wanted: &'a dyn Fn(Kind) -> bool,
        paths: &[PathBuf],
    ) -> Self {
        let given = paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let (found, seen) = (Found::default(), BTreeSet::new());
        Self { root, profile, wanted, found, seen, given, link: None }
    }

    /// Where the walk of a path begins that the caller named: where it leads to, if it is a link.
    pub fn start(&mut self, path: &Path) -> PathBuf {
        let path = place_of(path);
        self.link = behind_link(&path).map(|target| (path.clone(), target));
        self.link.as_ref().map_or(path, |(_, target)| target.clone())
    }

    /// What lies behind a link is shown as it was named.
    fn named(&self, path: &Path) -> Named {
        let below = |(link, target): &(PathBuf, PathBuf)| {
            let below = path.strip_prefix(target).ok()?;
            Some(if below.as_os_str().is_empty() { link.clone() } else { link.join(below) })
        };
        let named = self.link.as_ref().and_then(below).unwrap_or_else(|| path.to_owned());
        let relative = named.strip_prefix(self.root).unwrap_or(&named);
        let shown = if relative.as_os_str().is_empty() { ".".to_owned() } else { printable_path(relative) };
        Named { path: path.to_owned(), shown }
    }

    /// A folder that the caller named, and that holds no file at all.
    pub fn empty(&mut self, path: &Path) {
        let named = self.named(path);
        self.found.empty.push(named);
    }

    pub fn gap(&mut self, path: &Path, why: impl Into<String>) {
        let shown = self.named(path).shown;
        self.found.gaps.push(Gap::new(shown, None, why));
    }

    /// A file that the caller named: it is what its name says.
    pub fn named_file(&mut self, path: &Path) {
        if let Some(run) = self.run_of_report(path) {
            return self.folder(&run, Depth::default());
        }
        let named = self.named(path);
        if is_markdown(path) {
            self.found.documents.push(named);
        } else if is_script(path) {
            self.found.scripts.push(named);
        } else {
            self.found.loose.push(named);
        }
    }

    /// The run directory whose report a file is: whoever names the report means the run.
    fn run_of_report(&mut self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent()?;
        let is_report = self.profile.surfaces.of(Path::new(path.file_name()?)) == "report";
        let (run, _) = run_at(folder, self.profile).filter(|_| is_report)?;
        if run != folder {
            self.link = Some((folder.to_owned(), run.clone()));
        }
        Some(run)
    }

    /// What a run directory's name says: its own, or the one by which the caller named it.
    fn run_name(&self, path: &Path) -> Option<RunName> {
        let named = || self.link.as_ref().filter(|(_, target)| target == path);
        run_name(path, self.profile).or_else(|| run_name(&named()?.0, self.profile))
    }

    pub fn folder(&mut self, path: &Path, depth: Depth) {
        if !self.seen.insert(path.to_owned()) {
            return;
        }
        if let Some(run) = self.run_name(path) {
            let named = self.named(path);
            if (self.wanted)(Kind::Runs) {
                self.found.runs.push((named, run));
            } else if (self.wanted)(Kind::Git) {
                self.found.unread_runs.push(named);
            }
            return;
        }
        // Three names make no repository of a folder: whatever else lies in it is looked at all the same.
        let bare = is_complete(path);
        if bare {
            self.repository(path);
        }
        if depth.folders > DEEPEST {
            return self.gap(path, too_deep());
        }
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                return self.gap(path, format!("the folder can't be listed: {}", io_reason(&error)));
            }
        };
        let own =
            (self.wanted)(Kind::Git) && (bare || std::fs::symlink_metadata(path.join(".git")).is_ok());
        let depth = Depth { folders: depth.folders + 1, in_repository: depth.in_repository || own };
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry, depth),
                Err(error) => self.gap(path, format!("the folder can't be listed: {}", io_reason(&error))),
            }
        }
    }

    fn entry(&mut self, entry: &std::fs::DirEntry, depth: Depth) {
        let path = entry.path();
        if entry.file_name() == ".git" {
            if let Some(parent) = path.parent() {
                self.repository(parent);
            }
            return;
        }
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.gap(&path, format!("its kind can't be read: {}", io_reason(&error))),
        };
        let named = self.named(&path);
        if kind.is_symlink() && (self.wanted)(Kind::Sot) && self.holds_documents(&path) {
            self.gap(&path, "a link: what it leads to was not read as a document");
        } else if kind.is_symlink() {
            self.unfollowed(&path, depth);
        }
        if kind.is_dir() {
            self.folder(&path, depth);
        } else if kind.is_file() && is_markdown(&path) && (self.wanted)(Kind::Sot) {
            self.found.markdown.push(named);
        } else if kind.is_file() && (self.wanted)(Kind::Scripts) && is_script(&path) {
            self.found.scripts.push(named);
        } else if !depth.in_repository {
            self.found.loose.push(named);
        } else if kind.is_file() && entry.file_name() == "report.json" {
            self.found.reports.push(named);
        }
    }

    /// What a link leads to is audited by its own name, where it lies under a path that was given; else it is not
    /// seen. A link in a repository is a text there, unless it stands where a run would be looked for.
    fn unfollowed(&mut self, path: &Path, depth: Depth) {
        let end = path.canonicalize();
        if end.as_ref().is_ok_and(|end| self.given.iter().any(|given| end.starts_with(given))) {
            return;
        }
        let is_run = |path: &Path| run_name(path, self.profile).is_some();
        if depth.in_repository && !is_run(path) && !end.as_deref().is_ok_and(is_run) {
            return;
        }
        let why = if end.is_ok() { "out of what is audited: not followed" } else { "that leads nowhere" };
        self.gap(path, format!("a symbolic link {why}"));
    }

    /// Whether a path is or lies in a folder whose Markdown is a source-of-truth document.
    fn holds_documents(&self, path: &Path) -> bool {
        let folder = self.profile.spec.documents.folder.as_str();
        path.iter().any(|part| part == folder)
    }

    fn repository(&mut self, path: &Path) {
        if (self.wanted)(Kind::Git) {
            let named = self.named(path);
            self.found.repositories.push(named);
        }
    }
}
