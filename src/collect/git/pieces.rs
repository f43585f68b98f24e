//! Files that are searched as they lie on the disk, several at once, their results in a stable order.
//!
//! A file that is gone, locked, no file, or grows away under the reader is a gap.

use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::files;
use super::gather::{self, Gather, Spot, on_disk};
use crate::collect::Context;
use crate::search::Scan;

/// A file, or a link, whose content is searched.
#[derive(Debug, Clone)]
pub struct Piece {
    pub path: PathBuf,
    pub spot: Spot,
    /// A symbolic link: what it says is searched, where it leads is not.
    pub link: bool,
}

/// Searches all pieces. `skip` is asked, of a piece with hits, whether they are told elsewhere.
pub fn search(gather: &mut Gather<'_>, pieces: &[Piece], threads: usize, skip: &dyn Fn(&Piece) -> bool) {
    let scans = in_parallel(pieces.len(), threads, |at| pieces.get(at).map(|p| scan(p, gather.context)));
    for (piece, result) in pieces.iter().zip(scans) {
        match result {
            None => {}
            Some(Ok(scan)) if scan.hits.is_empty() || !skip(piece) => {
                gather.read.files += 1;
                gather.keep(&piece.spot, &scan, || on_disk(&piece.path));
            }
            Some(Ok(_)) => gather.read.files += 1,
            Some(Err(why)) => gather.gap(piece.spot.path.clone(), piece.spot.surface, why),
        }
    }
}

fn scan(piece: &Piece, context: &Context<'_>) -> Result<Scan, String> {
    let limits = context.limits;
    if piece.link {
        let target = std::fs::read_link(&piece.path).map_err(|error| crate::text::io_reason(&error))?;
        return Ok(gather::scan(context, target.as_os_str().as_bytes()));
    }
    let mut file = files::open(&piece.path).map_err(|error| crate::text::io_reason(&error))?;
    let before = file.metadata().map_err(|error| crate::text::io_reason(&error))?;
    if before.len() <= limits.held_bytes {
        let bytes =
            files::read(&piece.path, limits.held_bytes).map_err(|error| crate::text::io_reason(&error))?;
        return Ok(gather::scan(context, &bytes));
    }
    gather::scan_file(context, &mut file).map_err(|error| crate::text::io_reason(&error))
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
