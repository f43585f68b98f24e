//! The files of the work tree: tracked, untracked and ignored ones alike.
//!
//! Links are not followed; what they say is searched. Repositories inside are told to the caller, who
//! audits them as such, and so are the folders that another collector audits left alone.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::gather::{Gather, Spot, label};
use super::pieces::Piece;
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
    let mut inner = Vec::new();
    let enter = |entry: &DirEntry| {
        if entry.file_name() == ".git" && entry.depth() == 1 {
            return false;
        }
        if elsewhere.iter().any(|path| path == entry.path()) {
            return false;
        }
        let nested = entry.file_type().is_dir() && is_repository(entry.path());
        if nested {
            inner.push(entry.path().to_owned());
        }
        !nested
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
        if !told(&relative) {
            let known = relative.len() - entry.file_name().len().min(relative.len());
            gather.search_name(&Spot::new("path", path.clone()), &relative, known);
        }
        if !entry.file_type().is_dir() {
            let mut spot = Spot::new("worktree", path);
            spot.sot = gather.is_sot(&spot.path);
            tree.pieces.push(Piece { link: entry.file_type().is_symlink(), path: entry.into_path(), spot });
        }
    }
    tree.inner = inner;
    tree
}
