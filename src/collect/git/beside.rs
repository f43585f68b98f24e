//! What stands beside the objects: config, refs and their names, reflogs, messages in the making, hooks,
//! and whatever else lies in a git directory.
//!
//! Everything is searched that is not an object or an index. Repositories inside (`modules`) are
//! repositories of their own.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::files;
use super::gather::{Gather, Spot, label};
use super::layout::{self, Layout};
use super::pieces::{self, Piece};

/// Searches the git directory's files. `prefix` is what its paths begin with in the evidence.
pub fn search(gather: &mut Gather<'_>, layout: &Layout, prefix: &str, threads: usize) {
    let mut pieces = Vec::new();
    walk(gather, &layout.common_dir, prefix, &mut pieces);
    // A linked worktree's folder lies inside the common one, and was walked with it.
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if !real(&layout.git_dir).starts_with(real(&layout.common_dir)) {
        walk(gather, &layout.git_dir, prefix, &mut pieces);
    }
    pieces.retain(|piece| !is_plain_id(piece));
    pieces::search(gather, &pieces, threads, &|_| false);
}

fn walk(gather: &mut Gather<'_>, dir: &Path, prefix: &str, pieces: &mut Vec<Piece>) {
    let inside = |entry: &DirEntry| {
        let relative = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        !is_elsewhere(relative, entry)
    };
    for entry in WalkDir::new(dir).min_depth(1).sort_by_file_name().into_iter().filter_entry(inside) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error.path().and_then(|path| path.strip_prefix(dir).ok()).unwrap_or(Path::new(""));
                let why = error.io_error().map_or_else(|| "a loop of links".to_owned(), files::why);
                gather.gap(label(prefix, at.as_os_str().as_bytes()), "git-file", why);
                continue;
            }
        };
        let relative = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        let name = relative.as_os_str().as_bytes();
        let spot = spot_of(relative, label(prefix, name));
        let known = name.len() - entry.file_name().len().min(name.len());
        let of_name = match spot.surface {
            "ref" | "commit-message" if name.starts_with(b"refs") || name.starts_with(b"logs") => {
                Spot { surface: "ref", ..spot.clone() }.field("ref-name")
            }
            _ => Spot::new("path", spot.path.clone()),
        };
        gather.search_name(&of_name, name, known);
        let (kind, path) = (entry.file_type(), entry.path().to_owned());
        if !kind.is_dir() {
            pieces.push(Piece { path, spot, link: kind.is_symlink() });
        }
    }
}

/// Objects, indexes and inner repositories are read by others.
fn is_elsewhere(relative: &Path, entry: &DirEntry) -> bool {
    let name = relative.as_os_str().as_bytes();
    if entry.file_type().is_dir() {
        return name.starts_with(b"modules") && layout::is_git_dir(entry.path());
    }
    let file = entry.file_name().as_bytes();
    let index = file == b"index" || file.starts_with(b"sharedindex.");
    let top = relative.parent().is_none_or(|parent| parent.as_os_str().is_empty());
    (index && (top || name.starts_with(b"worktrees/"))) || is_object_file(name)
}

/// Files whose bytes are objects, or ids and numbers alone.
fn is_object_file(name: &[u8]) -> bool {
    let Some(name) = name.strip_prefix(b"objects/") else { return false };
    let Some(pack) = name.strip_prefix(b"pack/") else {
        let loose =
            name.len() > 38 && name.iter().enumerate().all(|(at, byte)| (at == 2) == (*byte == b'/'));
        let hex = name.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'/');
        return (loose && hex) || name == b"info/commit-graph" || name.starts_with(b"info/commit-graphs/");
    };
    let ends = [&b".pack"[..], b".idx", b".rev", b".bitmap", b".mtimes"];
    pack.starts_with(b"multi-pack-index")
        || (pack.starts_with(b"pack-") && ends.iter().any(|end| pack.ends_with(end)))
}

fn spot_of(relative: &Path, path: String) -> Spot {
    let name = relative.as_os_str().as_bytes();
    // A linked worktree's folder has the same files again.
    let inner = name
        .strip_prefix(b"worktrees/")
        .and_then(|rest| memchr::memchr(b'/', rest).and_then(|at| rest.get(at + 1..)));
    let name = inner.unwrap_or(name);
    let messages = [&b"COMMIT_EDITMSG"[..], b"MERGE_MSG", b"SQUASH_MSG", b"TAG_EDITMSG", b"NOTES_EDITMSG"];
    if name.starts_with(b"logs/") {
        Spot::new("commit-message", path).field("reflog")
    } else if messages.contains(&name) {
        Spot::new("commit-message", path).field("message")
    } else if name == b"packed-refs"
        || name.starts_with(b"refs/")
        || name == b"HEAD"
        || name == b"FETCH_HEAD"
    {
        Spot::new("ref", path).field("ref-name")
    } else if name.starts_with(b"config") {
        Spot::new("config", path)
    } else {
        Spot::new("git-file", path)
    }
}

/// A ref that holds an id and nothing else: there is nothing to search, and there may be 100,000.
fn is_plain_id(piece: &Piece) -> bool {
    if piece.spot.surface != "ref" || piece.link {
        return false;
    }
    let bytes = files::read(&piece.path, 65).unwrap_or_default();
    let digits = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    matches!(digits.len(), 40 | 64) && digits.iter().all(u8::is_ascii_hexdigit)
}
