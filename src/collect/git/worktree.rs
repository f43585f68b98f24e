//! The files of the work tree: tracked, untracked and ignored ones alike.
//!
//! Links are not followed; what they say is searched. Repositories inside are told to the caller, who
//! audits them as such, and so are the folders that another collector audits left alone.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::gather::{Gather, Spot, label};
use super::pieces::{Kind, Piece};
use crate::collect::repositories::is_repository;

/// What lies in a work tree.
#[derive(Debug, Default)]
pub struct WorkTree {
    pub pieces: Vec<Piece>,
    /// Repositories inside: submodules and others.
    pub inner: Vec<PathBuf>,
}

/// Walks the work tree at `root`; searches its names, and lists its files. `elsewhere` are folders and
/// files that are audited by others; `told` are paths whose names were told already.
pub fn walk(
    gather: &mut Gather<'_>,
    root: &Path,
    prefix: &str,
    elsewhere: &[PathBuf],
    told: &dyn Fn(&[u8]) -> bool,
) -> WorkTree {
    let mut tree = WorkTree::default();
    let elsewhere: HashSet<&Path> = elsewhere.iter().map(PathBuf::as_path).collect();
    let (mut inner, mut others) = (Vec::new(), Vec::new());
    let enter = |entry: &DirEntry| {
        if entry.file_name() == ".git" && entry.depth() == 1 {
            return false;
        }
        let nested = entry.file_type().is_dir() && is_repository(entry.path());
        let list = if elsewhere.contains(entry.path()) { &mut others } else { &mut inner };
        if nested {
            list.push(entry.path().to_owned());
        }
        !nested && !elsewhere.contains(entry.path())
    };
    for entry in WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter().filter_entry(enter) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at =
                    error.path().and_then(|path| path.strip_prefix(root).ok()).unwrap_or(Path::new(""));
                let why =
                    error.io_error().map_or_else(|| "a loop of links".to_owned(), crate::text::io_reason);
                gather.gap(label(prefix, at.as_os_str().as_bytes()), "worktree", why);
                continue;
            }
        };
        let relative =
            entry.path().strip_prefix(root).unwrap_or(entry.path()).as_os_str().as_bytes().to_vec();
        let path = label(prefix, &relative);
        name(gather, &relative, &path, told);
        if !entry.file_type().is_dir() {
            let mut spot = Spot::new("worktree", path);
            spot.sot = gather.is_sot(&spot.path);
            let kind = Kind::of(entry.file_type().is_symlink());
            tree.pieces.push(Piece { kind, path: entry.into_path(), spot });
        }
    }
    // Whoever audits a repository inside begins with what it has: its own name stands in this work tree.
    for path in inner.iter().chain(&others) {
        let relative = path.strip_prefix(root).unwrap_or(path).as_os_str().as_bytes();
        name(gather, relative, &label(prefix, relative), told);
    }
    tree.inner = inner;
    tree
}

/// Searches the name of what lies at a path: that of its folder was searched before.
fn name(gather: &mut Gather<'_>, relative: &[u8], path: &str, told: &dyn Fn(&[u8]) -> bool) {
    if !told(relative) {
        let known = memchr::memrchr(b'/', relative).map_or(0, |slash| slash + 1);
        gather.search_name(&Spot::new("path", path), relative, known);
    }
}
