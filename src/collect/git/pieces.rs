//! Files that are searched as they lie on the disk, several at once, their results in a stable order.
//!
//! A file that is gone, locked, no file, has become a link, or changes under the reader is a gap.

use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::files;
use super::gather::{self, Gather, Spot, on_disk};
use crate::collect::Context;
use crate::collect::file::Stamp;
use crate::search::Scan;
use crate::text::{Body, io_reason};

/// A file, or a link, whose content is searched.
#[derive(Debug, Clone)]
pub struct Piece {
    pub path: PathBuf,
    pub spot: Spot,
    pub kind: Kind,
}

/// What of a piece is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    /// Of a symbolic link what it says; where it leads is not gone to.
    Link,
    /// The file that a symbolic link leads to.
    Target,
}

impl Kind {
    #[must_use]
    pub fn of(link: bool) -> Self {
        if link { Self::Link } else { Self::File }
    }
}

/// Searches all pieces. `skip` is asked, of a piece with hits, whether they are told elsewhere.
pub fn search(gather: &mut Gather<'_>, pieces: &[Piece], threads: usize, skip: &dyn Fn(&Piece) -> bool) {
    let scans = in_parallel(pieces.len(), threads, |at| pieces.get(at).map(|p| scan(p, gather.context)));
    for (piece, result) in pieces.iter().zip(scans) {
        match result {
            None => {}
            Some(Ok(scan)) if scan.hits.is_empty() || !skip(piece) => {
                gather.read.files += 1;
                gather.keep(&piece.spot, &scan, || body(piece));
            }
            Some(Ok(_)) => gather.read.files += 1,
            Some(Err(why)) => gather.gap(piece.spot.path.clone(), piece.spot.surface, why),
        }
    }
}

/// What was searched of a piece, for the reader.
fn body(piece: &Piece) -> Body {
    match piece.kind {
        Kind::File | Kind::Target => on_disk(&piece.path),
        Kind::Link => std::fs::read_link(&piece.path)
            .map_or(Body::Unshown, |target| Body::Held(Arc::from(target.as_os_str().as_bytes()))),
    }
}

fn scan(piece: &Piece, context: &Context<'_>) -> Result<Scan, String> {
    let reason = |error: std::io::Error| io_reason(&error);
    let mut file = match piece.kind {
        Kind::Link => {
            let target = std::fs::read_link(&piece.path).map_err(reason)?;
            return Ok(gather::scan(context, target.as_os_str().as_bytes()));
        }
        Kind::File => files::open_unlinked(&piece.path).map_err(reason)?,
        Kind::Target => files::open(&piece.path).map_err(reason)?,
    };
    let before = stamp(&file).map_err(reason)?;
    let scan = if before.len <= context.limits.held_bytes {
        let bytes = files::read_opened(&file, context.limits.held_bytes).map_err(reason)?;
        gather::scan(context, &bytes)
    } else {
        gather::scan_file(context, &mut file).map_err(reason)?
    };
    match stamp(&file) {
        Ok(after) if after == before => Ok(scan),
        _ => Err("changed while it was read".to_owned()),
    }
}

fn stamp(file: &File) -> std::io::Result<Stamp> {
    Ok(Stamp::of(&file.metadata()?))
}

/// Results of `work` for 0 to `count`, in order, made by so many threads.
pub fn in_parallel<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads.clamp(1, count.max(1));
    if threads == 1 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let worker = || {
            let mut own = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    return own;
                }
                own.push((at, work(at)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flat_map(|own| own.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}
