//! Names that lead to objects: loose refs, packed refs, the HEADs of all work trees, reflogs.
//!
//! Only ids and names are taken here; that the files are searched is `beside`'s work. A ref that leads nowhere
//! because its content is damaged is a gap: what it led to, nobody can tell any more.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use gix::hash::{Kind, ObjectId};
use walkdir::WalkDir;

use super::files;
use super::layout::Layout;
use super::syntax::object_id;
use crate::evidence::Gap;
use crate::text::printable_path;

const LARGEST: u64 = 1 << 30;
/// So many symbolic refs git follows, one to the next.
const HOPS: usize = 5;
const BROKEN: &str = "a broken ref: it holds neither an object's id nor another ref's name";

/// All names of a repository, and where they lead.
#[derive(Debug, Default)]
pub struct Refs {
    /// Full names (`refs/heads/main`, `HEAD`), as their bytes' lossless text.
    direct: BTreeMap<String, ObjectId>,
    symbolic: BTreeMap<String, String>,
    /// Ids that only reflogs lead to, and the HEADs of linked worktrees.
    pub remembered: Vec<ObjectId>,
    /// Folders of reflogs: this work tree's own first.
    logs: Vec<PathBuf>,
}

impl Refs {
    /// Reads every ref and reflog.
    pub fn read(layout: &Layout, gaps: &mut Vec<Gap>) -> Self {
        let mut refs = Self::default();
        refs.packed(layout, gaps);
        refs.loose(&layout.common_dir, layout.hash, gaps);
        for name in ["HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "FETCH_HEAD"] {
            match files::read_if_there(&layout.git_dir.join(name), LARGEST) {
                // A fetch that brought nothing leaves an empty file.
                Ok(Some(bytes)) if !(name == "FETCH_HEAD" && bytes.is_empty()) => {
                    refs.add(name, &bytes, layout.hash, gaps);
                }
                Ok(_) => {}
                Err(error) => gaps.push(gap(name, &crate::text::io_reason(&error))),
            }
        }
        refs.logs = vec![layout.git_dir.join("logs"), layout.common_dir.join("logs")];
        let mut dirs = vec![layout.common_dir.clone()];
        if layout.git_dir != layout.common_dir {
            dirs.push(layout.git_dir.clone());
        }
        let linked = std::fs::read_dir(layout.common_dir.join("worktrees")).into_iter().flatten().flatten();
        for dir in linked.map(|entry| entry.path()) {
            if let Ok(Some(bytes)) = files::read_if_there(&dir.join("HEAD"), LARGEST) {
                let text = bytes.trim_ascii();
                let id = object_id(text, layout.hash);
                if id.is_none() && !text.starts_with(b"ref:") {
                    let name = printable_path(dir.strip_prefix(&layout.common_dir).unwrap_or(&dir));
                    gaps.push(gap(&format!("{name}/HEAD"), BROKEN));
                }
                refs.remembered.extend(id);
            }
            dirs.push(dir);
        }
        for dir in dirs {
            refs.reflogs(&dir.join("logs"), layout.hash);
        }
        refs.remembered.sort_unstable();
        refs.remembered.dedup();
        let endless = refs.symbolic.keys().filter(|name| refs.is_endless(name));
        gaps.extend(endless.map(|name| gap(name, "it leads from ref to ref, and to no object")));
        refs
    }

    #[cfg(test)]
    pub fn from_names(names: &[(&str, ObjectId)]) -> Self {
        let direct = names.iter().map(|(name, id)| ((*name).to_owned(), *id)).collect();
        Self { direct, ..Self::default() }
    }

    /// Only what HEAD says, for a hook that has milliseconds: `None` before the first commit.
    pub fn head(layout: &Layout) -> Option<ObjectId> {
        let mut name = "HEAD".to_owned();
        for _ in 0..5 {
            if !is_inside(&name) {
                return None;
            }
            let dir = if name == "HEAD" { &layout.git_dir } else { &layout.common_dir };
            let Ok(Some(bytes)) = files::read_if_there(&dir.join(&name), LARGEST) else {
                let mut refs = Self::default();
                refs.packed(layout, &mut Vec::new());
                return refs.direct.get(&name).copied();
            };
            let text = bytes.trim_ascii();
            match text.strip_prefix(b"ref:") {
                Some(target) => name = String::from_utf8_lossy(target.trim_ascii()).into_owned(),
                None => return object_id(text, layout.hash),
            }
        }
        None
    }

    /// The commit that a work tree's HEAD is at, with all names known.
    #[must_use]
    pub fn head_among(layout: &Layout, refs: &Self) -> Option<ObjectId> {
        let bytes = files::read_if_there(&layout.git_dir.join("HEAD"), 1 << 16).ok().flatten()?;
        let text = bytes.trim_ascii();
        match text.strip_prefix(b"ref:") {
            Some(target) => refs.find(&String::from_utf8_lossy(target.trim_ascii())),
            None => object_id(text, layout.hash),
        }
    }

    #[must_use]
    pub fn find(&self, name: &str) -> Option<ObjectId> {
        let mut name = name;
        for _ in 0..=HOPS {
            if let Some(id) = self.direct.get(name) {
                return Some(*id);
            }
            name = self.symbolic.get(name)?;
        }
        None
    }

    /// What a ref led to that many changes ago, by its reflog.
    #[must_use]
    pub fn earlier(&self, name: &str, changes: usize, hash: Kind) -> Option<ObjectId> {
        if !is_inside(name) {
            return None;
        }
        let read = |folder: &PathBuf| files::read_if_there(&folder.join(name), LARGEST).ok().flatten();
        let log = self.logs.iter().find_map(read)?;
        let line = log.trim_ascii_end().rsplit(|byte| *byte == b'\n').nth(changes)?;
        let digits = hash.len_in_hex();
        object_id(line.get(digits + 1..2 * digits + 1)?, hash)
    }

    /// Whether git gives up on this name.
    fn is_endless(&self, name: &str) -> bool {
        let mut names =
            std::iter::successors(Some(name), |name| self.symbolic.get(*name).map(String::as_str));
        names.nth(HOPS + 1).is_some()
    }

    /// Names and ids, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.direct.iter().map(|(name, id)| (name.as_str(), *id))
    }

    /// Those that keep what they lead to. What a command wrote down for the next one (`ORIG_HEAD`, `FETCH_HEAD`) keeps
    /// nothing: gc takes its objects.
    pub fn keeping(&self) -> impl Iterator<Item = (&str, ObjectId)> {
        self.iter().filter(|(name, _)| *name == "HEAD" || name.starts_with("refs/"))
    }

    fn add(&mut self, name: &str, bytes: &[u8], hash: Kind, gaps: &mut Vec<Gap>) {
        let text = bytes.trim_ascii();
        let target = text.strip_prefix(b"ref:").map(<[u8]>::trim_ascii);
        if let Some(target) = target.filter(|target| !target.is_empty()) {
            self.symbolic.insert(name.to_owned(), String::from_utf8_lossy(target).into_owned());
            return;
        }
        let first = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        match object_id(first, hash) {
            Some(id) => drop(self.direct.insert(name.to_owned(), id)),
            // The file of a command that was cut off: git reads none.
            None if name.rsplit('.').next() == Some("lock") => {}
            None if [Kind::Sha1, Kind::Sha256].iter().any(|other| object_id(first, *other).is_some()) => {
                let why = format!(
                    "an id of another kind than {hash}, which the configuration tells: what it leads to is not known"
                );
                gaps.push(gap(name, &why));
            }
            None => gaps.push(gap(name, BROKEN)),
        }
    }

    fn packed(&mut self, layout: &Layout, gaps: &mut Vec<Gap>) {
        let bytes = match files::read_if_there(&layout.common_dir.join("packed-refs"), LARGEST) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) => {
                gaps.push(gap("packed-refs", &crate::text::io_reason(&error)));
                return;
            }
        };
        let mut broken = 0;
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if line.starts_with(b"#") {
                continue;
            }
            if let Some(peeled) = line.strip_prefix(b"^") {
                broken += usize::from(object_id(peeled, layout.hash).is_none());
                continue;
            }
            let (hex, name) = line.split_at(memchr::memchr(b' ', line).unwrap_or(line.len()));
            match (object_id(hex, layout.hash), name.get(1..)) {
                (Some(id), Some(name)) => {
                    self.direct.insert(String::from_utf8_lossy(name).into_owned(), id);
                }
                _ => broken += 1,
            }
        }
        if broken > 0 {
            gaps.push(gap("packed-refs", &format!("{broken} line(s) that name no ref")));
        }
    }

    fn loose(&mut self, common_dir: &Path, hash: Kind, gaps: &mut Vec<Gap>) {
        for entry in WalkDir::new(common_dir.join("refs")).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let why = error
                        .io_error()
                        .map_or_else(|| "a loop of links".to_owned(), crate::text::io_reason);
                    gaps.push(gap("refs", &why));
                    continue;
                }
            };
            if entry.file_type().is_dir() {
                continue;
            }
            let name = printable_path(entry.path().strip_prefix(common_dir).unwrap_or(entry.path()));
            match files::read(entry.path(), 1 << 16) {
                Ok(bytes) => self.add(&name, &bytes, hash, gaps),
                Err(error) if files::is_absent(&error) => {}
                Err(error) => gaps.push(gap(&name, &crate::text::io_reason(&error))),
            }
        }
    }

    fn reflogs(&mut self, logs: &Path, hash: Kind) {
        let digits = hash.len_in_hex();
        for entry in WalkDir::new(logs).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
            // An unreadable reflog is a gap where it is searched.
            let bytes = files::read(entry.path(), LARGEST).unwrap_or_default();
            for line in bytes.split(|byte| *byte == b'\n') {
                for at in [0, digits + 1] {
                    let id = line.get(at..at + digits).and_then(|hex| object_id(hex, hash));
                    self.remembered.extend(id.filter(|id| !id.is_null()));
                }
            }
        }
    }
}

/// Whether a name that a file gives leads to a file of the git directory, and to none outside of it.
fn is_inside(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

/// A gap of this file of the git directory.
fn gap(name: &str, why: &str) -> Gap {
    Gap::new(format!(".git/{name}"), Some("ref"), why)
}
