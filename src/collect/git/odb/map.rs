//! A file's bytes: read where they are few, else mapped.
//!
//! Refuses what is no regular file, so that a pipe or a device in a repository can't hold the audit.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use crate::collect::git::files;

/// A file whose bytes are at hand.
pub enum Map {
    Held(Vec<u8>),
    Mapped(memmap2::Mmap),
}

/// Small files cost less to read than to map.
const SMALL: u64 = 32 << 10;
/// Loose objects up to here are read: most of all that there are.
const LOOSE: u64 = 16 << 20;

impl Map {
    /// # Errors
    /// What the system says, or that it is no regular file.
    pub fn open(path: &Path) -> io::Result<Self> {
        Self::held_to(path, SMALL)
    }

    /// The same of a loose object.
    ///
    /// # Errors
    /// The same.
    pub fn open_loose(path: &Path) -> io::Result<Self> {
        Self::held_to(path, LOOSE)
    }

    fn held_to(path: &Path, most: u64) -> io::Result<Self> {
        let file = files::open(path)?;
        match file.metadata()?.len() {
            len if len <= most => files::read_opened(&file, most).map(Self::Held),
            _ => map(&file).map(Self::Mapped),
        }
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Held(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

#[expect(
    unsafe_code,
    reason = "packs of many hundred megabytes are read at the speed of inflate only when mapped; git \
              writes packs, indexes and loose objects once and replaces them by renaming, so a mapped one does \
              not change"
)]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: the mapping is private and read-only, and git never writes into a pack, an index or a loose object that
    // has its name. Whoever else cuts one off meanwhile ends the audit by a signal, which is no verdict.
    unsafe { memmap2::Mmap::map(file) }
}

/// Tells the processor that this will be read soon.
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "walking from delta to delta is waiting for memory, if nobody asks for it ahead"
    )
)]
pub fn prefetch<T>(what: Option<&T>) {
    #[cfg(target_arch = "x86_64")]
    if let Some(what) = what {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint; it reads nothing, and the reference is valid.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = what;
}
