//! What stands beside the objects: config, refs and their names, reflogs, messages in the making, hooks,
//! and whatever else lies in a git directory.
//!
//! Everything is searched that is not an object or an index. Repositories inside (`modules`, and whatever else looks
//! like one) are repositories of their own.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gix::hash::Kind;
use walkdir::{DirEntry, WalkDir};

use super::gather::{Gather, Spot, label};
use super::layout::Layout;
use super::pieces::{self, Piece};
use super::syntax::object_id;
use super::{files, index};
use crate::collect::repositories::is_complete;

/// What of a git directory's files is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    All,
    /// All but copies of messages, whose commits a range may leave out.
    NoMessages,
    /// None: only the file that stands for a git directory in a work tree.
    WorkTree,
}

/// Searches the git directory's files. `prefix` is what its paths begin with in the evidence.
pub fn search(gather: &mut Gather<'_>, layout: &Layout, prefix: &str, extent: Extent, threads: usize) {
    let mut pieces = Vec::new();
    for dir in dirs(layout).filter(|_| extent != Extent::WorkTree) {
        walk(gather, layout, dir, (prefix, extent), &mut pieces);
    }
    if let Some(tree) = &layout.work_tree {
        let (path, spot) = (tree.join(".git"), Spot::new("git-file", prefix));
        let link = path.is_symlink();
        if link || path.is_file() {
            pieces.push(Piece { path, spot, kind: pieces::Kind::of(link) });
        }
    }
    pieces.retain(|piece| !is_plain_id(piece));
    pieces::search(gather, &pieces, threads, &|_| false);
}

/// The folders that make up a git directory. A linked worktree's lies inside the common one, and is walked with it.
pub fn dirs(layout: &Layout) -> impl Iterator<Item = &Path> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let apart = !real(&layout.git_dir).starts_with(real(&layout.common_dir));
    let dirs = [Some(&layout.common_dir), Some(&layout.git_dir).filter(|_| apart)];
    dirs.into_iter().flatten().map(PathBuf::as_path)
}

fn walk(
    gather: &mut Gather<'_>,
    layout: &Layout,
    dir: &Path,
    (prefix, extent): (&str, Extent),
    pieces: &mut Vec<Piece>,
) {
    let mut repositories = Vec::new();
    let inside = |entry: &DirEntry| {
        let relative = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        if entry.file_type().is_dir() && is_complete(entry.path()) {
            repositories.push(relative.to_owned());
            return false;
        }
        !is_elsewhere(relative, entry, layout.hash)
            && (extent == Extent::All || !has_messages(of_worktree(relative.as_os_str().as_bytes())))
    };
    for entry in WalkDir::new(dir).min_depth(1).sort_by_file_name().into_iter().filter_entry(inside) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error.path().and_then(|path| path.strip_prefix(dir).ok()).unwrap_or(Path::new(""));
                let why =
                    error.io_error().map_or_else(|| "a loop of links".to_owned(), crate::text::io_reason);
                gather.gap(label(prefix, at.as_os_str().as_bytes()), "git-file", why);
                continue;
            }
        };
        let relative = entry.path().strip_prefix(dir).unwrap_or(entry.path());
        let name = relative.as_os_str().as_bytes();
        let spot = spot_of(relative, label(prefix, without_id(name)));
        let known = name.len() - entry.file_name().len().min(name.len());
        let of_name = match spot.surface {
            "ref" | "commit-message" if name.starts_with(b"refs") || name.starts_with(b"logs") => {
                Spot { surface: "ref", ..spot.clone() }.field("ref-name")
            }
            _ => Spot::new("path", spot.path.clone()),
        };
        gather.search_name(&of_name, name, known);
        let (kind, path) = (entry.file_type(), entry.path().to_owned());
        // What lies among the objects is searched with the database, those of alternates too.
        if kind.is_dir() || name.starts_with(b"objects/") {
            continue;
        }
        // The database goes through a link to its folder by itself.
        if kind.is_symlink() && name != b"objects" {
            through(gather, layout, &path, &spot, pieces);
        }
        pieces.push(Piece { path, spot, kind: pieces::Kind::of(kind.is_symlink()) });
    }
    for relative in repositories {
        let name = relative.as_os_str().as_bytes();
        let known = memchr::memrchr(b'/', name).map_or(0, |slash| slash + 1);
        gather.search_name(&Spot::new("path", label(prefix, name)), name, known);
    }
}

/// Git reads its own files through links. A folder is not gone into: one that is audited anyway is none the worse
/// for it.
fn through(gather: &mut Gather<'_>, layout: &Layout, link: &Path, spot: &Spot, pieces: &mut Vec<Piece>) {
    let Ok(target) = link.canonicalize() else { return };
    if target.is_file() {
        let kind = pieces::Kind::Target;
        return pieces.push(Piece { path: link.to_owned(), spot: spot.clone(), kind });
    }
    let audited = [Some(&layout.common_dir), layout.work_tree.as_ref()];
    let inside = |dir: &&PathBuf| dir.canonicalize().is_ok_and(|dir| target.starts_with(dir));
    if !audited.into_iter().flatten().any(|dir| inside(&dir)) {
        gather.gap(
            spot.path.clone(),
            spot.surface,
            "a link to a folder elsewhere, which was not gone into",
        );
    }
}

/// Objects and indexes are read by others.
fn is_elsewhere(relative: &Path, entry: &DirEntry, hash: Kind) -> bool {
    let name = relative.as_os_str().as_bytes();
    if entry.file_type().is_dir() {
        return false;
    }
    let mut folder = relative.parent().unwrap_or(Path::new("")).components();
    let of_work_tree = match folder.next() {
        None => true,
        Some(first) => first.as_os_str() == "worktrees" && folder.count() == 1,
    };
    (of_work_tree && is_index(entry, hash)) || is_object_file(name)
}

/// An index, or the part of one that is kept by itself. Such a part that no index names is read by nobody.
fn is_index(entry: &DirEntry, hash: Kind) -> bool {
    let Some(id) = entry.file_name().as_bytes().strip_prefix(b"sharedindex.") else {
        return entry.file_name() == "index";
    };
    let index = index::read(&entry.path().with_file_name("index"), hash).ok().flatten();
    let named = index.and_then(|index| index.shared);
    named.is_some() && named == object_id(id, hash)
}

/// The name of a file in a git directory as it is shown: an object outside of any database is named by its id, and
/// the id of one that holds the value is not to be shown.
#[must_use]
pub fn without_id(name: &[u8]) -> &[u8] {
    let mut parts = name.rsplitn(3, |byte| *byte == b'/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(rest), Some([a, b]), Some(folder))
            if matches!(rest.len(), 38 | 62) && rest.iter().chain([a, b]).all(u8::is_ascii_hexdigit) =>
        {
            folder
        }
        _ => name,
    }
}

/// Objects, packs and their indexes. Whatever else lies among the objects, the database knows of.
fn is_object_file(name: &[u8]) -> bool {
    let Some(name) = name.strip_prefix(b"objects/") else { return false };
    if let Some(pack) = name.strip_prefix(b"pack/pack-") {
        let id = pack.strip_suffix(b".pack").or_else(|| pack.strip_suffix(b".idx")).unwrap_or_default();
        return matches!(id.len(), 40 | 64) && id.iter().all(u8::is_ascii_hexdigit);
    }
    let loose = name.len() > 38 && name.iter().enumerate().all(|(at, byte)| (at == 2) == (*byte == b'/'));
    loose && name.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'/')
}

/// The messages that git last wrote, or is about to.
const MESSAGES: [&[u8]; 5] =
    [b"COMMIT_EDITMSG", b"MERGE_MSG", b"SQUASH_MSG", b"TAG_EDITMSG", b"NOTES_EDITMSG"];
/// Folders that hold copies of messages: of reflogs, and of a rebase or the like that is under way.
const COPIES: [&[u8]; 4] = [b"logs", b"rebase-merge", b"rebase-apply", b"sequencer"];

/// Whether a file, or a folder with all that is in it, holds copies of commits' messages.
fn has_messages(name: &[u8]) -> bool {
    MESSAGES.contains(&name) || COPIES.contains(&name)
}

/// A file's name in the folder of a linked worktree, which has the same files again; else its name.
fn of_worktree(name: &[u8]) -> &[u8] {
    let inner = name.strip_prefix(b"worktrees/");
    let inner = inner.and_then(|rest| memchr::memchr(b'/', rest).and_then(|at| rest.get(at + 1..)));
    inner.unwrap_or(name)
}

fn spot_of(relative: &Path, path: String) -> Spot {
    let name = of_worktree(relative.as_os_str().as_bytes());
    if name.starts_with(b"logs/") {
        Spot::new("commit-message", path).field("reflog")
    } else if MESSAGES.contains(&name) {
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
    if piece.spot.surface != "ref" || piece.kind == pieces::Kind::Link {
        return false;
    }
    let bytes = files::read(&piece.path, 65).unwrap_or_default();
    let digits = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    matches!(digits.len(), 40 | 64) && digits.iter().all(u8::is_ascii_hexdigit)
}
