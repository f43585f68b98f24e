//! One repository from end to end: its objects, what stands beside them, what is staged, its work tree.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::attribute::Told;
use super::beside::Extent;
use super::brought::Brought;
use super::gather::{Gather, Spot, label};
use super::index::{self, Entry, Index};
use super::layout::Layout;
use super::objects::{self, Type};
use super::odb::Odb;
use super::opened::Opened;
use super::pieces::{self, Kind, Piece};
use super::refs::Refs;
use super::{GitOptions, beside, database, ranged, staged, submodules, worktree};
use crate::evidence::Gap;

/// A repository while it is audited.
pub struct Repository<'a> {
    opened: &'a Opened,
    pub layout: &'a Layout,
    pub options: &'a GitOptions,
    /// What its paths begin with in the evidence.
    pub prefix: &'a str,
    /// The same for its git directory.
    pub git: String,
}

/// A work tree's index, held against the commit that its HEAD is at.
pub struct Staging {
    pub index: Index,
    /// What the index has and that commit has not.
    pub changed: Vec<Brought>,
    /// The index file, as the evidence names it.
    pub path: String,
}

impl<'a> Repository<'a> {
    #[must_use]
    pub fn new(opened: &'a Opened, options: &'a GitOptions, prefix: &'a str) -> Self {
        let layout = &opened.layout;
        let inside = layout.work_tree.is_some();
        let git = if inside { label(prefix, b".git") } else { prefix.to_owned() };
        Self { opened, layout, options, prefix, git }
    }

    /// Audits it. Returns the repositories that lie inside.
    pub fn audit(&self, gather: &mut Gather<'_>) -> Vec<PathBuf> {
        let Opened { refs, gaps, odb, range, .. } = self.opened;
        for gap in &self.layout.gaps {
            let path = gap
                .path
                .strip_prefix(".git")
                .map_or_else(|| gap.path.clone(), |rest| format!("{}{rest}", self.git));
            gather.gaps.push(Gap { path, ..gap.clone() });
        }
        gather.gaps.extend(gaps.iter().map(|gap| Gap {
            path: format!("{}{}", self.git, gap.path.strip_prefix(".git").unwrap_or(&gap.path)),
            ..gap.clone()
        }));
        let stagings = self.stagings(gather, refs);
        let mut told = Told::default();
        match odb {
            Err(error) => gather.gap(label(&self.git, b"objects"), "commit", error.to_string()),
            Ok(odb) => {
                if self.beside() != Extent::WorkTree {
                    self.other_object_files(gather, odb);
                }
                let full = self.options.history && self.options.range.is_none();
                if full {
                    told = database::search(self, gather, odb, refs, &stagings);
                } else if let Some(range) = range {
                    ranged::search(self, gather, odb, range, &mut told);
                }
                for staging in &stagings {
                    staged::search(gather, odb, &staging.changed, self.prefix, full, &mut told);
                    staged::search_names(gather, &staging.index, self.prefix, &mut told);
                    if !staging.index.other.is_empty() {
                        gather.search(&Spot::new("git-file", staging.path.clone()), &staging.index.other);
                    }
                }
            }
        }
        beside::search(gather, self.layout, &self.git, self.beside(), self.options.threads);
        self.work_tree(gather, &stagings, &told)
    }

    /// Whether all was read that could keep an object.
    pub fn has_all_names(&self) -> bool {
        self.opened.gaps.is_empty() && !self.layout.unread_refs
    }

    /// What stands beside the objects tells of all history; less of that is asked for, less of this is searched.
    fn beside(&self) -> Extent {
        match &self.options.range {
            Some(_) => Extent::NoMessages,
            None if self.options.history => Extent::All,
            None => Extent::WorkTree,
        }
    }

    fn stagings(&self, gather: &mut Gather<'_>, refs: &Refs) -> Vec<Staging> {
        let mut dirs = vec![(self.layout.git_dir.clone(), self.git.clone())];
        let linked = self.layout.common_dir.join("worktrees");
        let mut names: Vec<_> =
            std::fs::read_dir(linked).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        names.sort();
        for dir in names {
            let name = dir.file_name().unwrap_or_default().as_bytes();
            dirs.push((dir.clone(), label(&self.git, &[b"worktrees/", name].concat())));
        }
        let mut stagings = Vec::new();
        let mut seen = HashSet::new();
        for (dir, shown) in dirs {
            if !seen.insert(dir.canonicalize().unwrap_or_else(|_| dir.clone())) {
                continue;
            }
            let path = if shown.is_empty() { "index".to_owned() } else { format!("{shown}/index") };
            match index::read(&dir.join("index"), self.layout.hash) {
                Ok(None) => {}
                Ok(Some(index)) => {
                    gather.read.files += 1;
                    let intact = index::is_intact(&dir.join("index"), &index, self.layout.hash);
                    if !intact.unwrap_or(false) {
                        let why = "the index does not have the checksum that it ends with";
                        gather.gap(path.clone(), "staged", why);
                    }
                    let layout = Layout { git_dir: dir, ..self.layout.clone() };
                    let head = Refs::head_among(&layout, refs);
                    let changed = self.opened.odb.as_ref().map_or_else(
                        |_| Vec::new(),
                        |odb| {
                            let tree = head.and_then(|head| objects::tree_of(odb, &head));
                            staged::changed(odb, &index, tree)
                        },
                    );
                    stagings.push(Staging { index, changed, path });
                }
                Err(error) => gather.gap(path, "staged", error.to_string()),
            }
        }
        stagings
    }

    /// What lies among the objects and is none.
    fn other_object_files(&self, gather: &mut Gather<'_>, odb: &Odb) {
        let pieces: Vec<Piece> = odb
            .other_files()
            .iter()
            .map(|path| {
                let (own, to) = match path.strip_prefix(&self.layout.common_dir) {
                    Ok(own) => (own, self.git.as_str()),
                    Err(_) => (path.as_path(), ""),
                };
                let shown = label(to, beside::without_id(own.as_os_str().as_bytes()));
                let shown = if own == path { format!("alternate {shown}") } else { shown };
                let kind = Kind::of(path.is_symlink());
                Piece { path: path.clone(), spot: Spot::new("git-file", shown), kind }
            })
            .collect();
        pieces::search(gather, &pieces, self.options.threads, &|_| false);
    }

    fn work_tree(&self, gather: &mut Gather<'_>, stagings: &[Staging], told: &Told) -> Vec<PathBuf> {
        let Some(root) = self.layout.work_tree.as_deref().filter(|_| self.options.work_tree) else {
            return Vec::new();
        };
        let names = |path: &[u8]| told.names.contains(path);
        let tree = worktree::walk(gather, root, self.prefix, &self.options.elsewhere, &names);
        let is_told = |entry: &Entry| {
            told.blobs.contains(&entry.id) || told.files.contains(&(entry.id, entry.path.clone()))
        };
        // A tracked file that is as it was staged, and whose content was told, is not told again.
        let same = |piece: &Piece| {
            let Some(staging) = stagings.first().filter(|_| piece.kind == Kind::File) else { return false };
            let path = piece.path.strip_prefix(root).map(Path::as_os_str).unwrap_or_default().as_bytes();
            let entries = &staging.index.entries;
            let at = entries.partition_point(|entry| entry.path.as_slice() < path);
            entries.get(at).filter(|entry| entry.path == path && is_told(entry)).is_some_and(|entry| {
                let bytes = super::files::read(&piece.path, 1 << 30).unwrap_or_default();
                gix::objs::compute_hash(self.layout.hash, Type::Blob, &bytes).is_ok_and(|id| id == entry.id)
            })
        };
        pieces::search(gather, &tree.pieces, self.options.threads, &same);
        if let Some(staging) = stagings.first() {
            let history = self.options.history && self.options.range.is_none();
            submodules::absent(gather, self.layout, &staging.index, (root, self.prefix), history);
        }
        tree.inner
    }
}
