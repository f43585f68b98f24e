//! A file's bytes, mapped: the one module with `unsafe`.
//!
//! Refuses what is no regular file, so that a pipe or a device in a repository can't hold the audit.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// A mapped file; an empty one has no mapping.
pub struct Map(Option<memmap2::Mmap>);

impl Map {
    /// # Errors
    /// What the system says, or that it is no regular file.
    pub fn open(path: &Path) -> io::Result<Self> {
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self(None));
        }
        map(&file).map(|map| Self(Some(map)))
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

#[expect(
    unsafe_code,
    reason = "packs of many hundred megabytes are read at the speed of inflate only when mapped; git \
              writes packs and indexes once and replaces them by renaming, so a mapped one does not change"
)]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: the mapping is private and read-only, and git never writes into a finished pack or index.
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
