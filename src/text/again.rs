//! A file that was read whole, and whose bytes were let go: ten thousand documents are at hand at once.
//!
//! They are read again when something of them is to be shown, and only if they are still the bytes that were
//! read. Where they are not, nothing is shown, and [`Again::changed`] says so from then on: who judges by what
//! was read first has to tell of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use super::LineStarts;
use super::careful::open;

/// A file that was read, and what tells that it is still the same. Clones share the bytes that were read again.
#[derive(Debug, Clone)]
pub struct Again {
    file: Arc<WasRead>,
    held: Arc<OnceLock<Option<Arc<[u8]>>>>,
}

#[derive(Debug)]
struct WasRead {
    path: PathBuf,
    len: usize,
    modified: Option<SystemTime>,
    checksum: u32,
    lines: LineStarts,
    changed: AtomicBool,
}

impl Again {
    /// A file whose bytes, and time of change when they were read, are these.
    #[must_use]
    pub fn new(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> Self {
        let file = WasRead {
            path: path.to_owned(),
            len: bytes.len(),
            modified,
            checksum: crc32fast::hash(bytes),
            lines: LineStarts::new(bytes),
            changed: AtomicBool::new(false),
        };
        Self { file: Arc::new(file), held: Arc::default() }
    }

    /// The same file, with nothing of it held: clones of that share what they read.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { file: Arc::clone(&self.file), held: Arc::default() }
    }

    #[must_use]
    pub fn lines(&self) -> &LineStarts {
        &self.file.lines
    }

    /// The bytes, held from now on; `None` where they are not what they were.
    #[must_use]
    pub fn bytes(&self) -> Option<&Arc<[u8]>> {
        let read = || {
            let bytes = self.file.read().ok().flatten();
            if bytes.is_none() {
                self.file.changed.store(true, Ordering::Relaxed);
            }
            bytes
        };
        self.held.get_or_init(read).as_ref()
    }

    /// Whether the bytes were wanted again, and were not there any more.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.file.changed.load(Ordering::Relaxed)
    }
}

impl WasRead {
    fn read(&self) -> std::io::Result<Option<Arc<[u8]>>> {
        let (file, now) = open(&self.path)?;
        if now.len() != self.len as u64 || now.modified().ok() != self.modified {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(self.len + 1);
        file.take(self.len as u64 + 1).read_to_end(&mut bytes)?;
        let same = bytes.len() == self.len && crc32fast::hash(&bytes) == self.checksum;
        Ok(same.then(|| bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_shows_nothing_and_says_so() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.md");
        std::fs::write(&path, "one\ntwo\n").expect("written");
        let modified = std::fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        let again = Again::new(&path, b"one\ntwo\n", modified);
        assert_eq!(again.bytes().map(|bytes| &bytes[..]), Some(&b"one\ntwo\n"[..]));
        // The same length and the same time: the checksum alone tells.
        std::fs::write(&path, "one\nsix\n").expect("written");
        let file = std::fs::File::options().write(true).open(&path).expect("there");
        file.set_modified(modified.expect("a time")).expect("set");
        assert!(again.bytes().is_some(), "what is held stays");
        assert!(!again.changed());
        assert_eq!(again.apart().bytes(), None);
        assert!(again.changed());
        assert_eq!(again.lines().line(5), (2, 4), "the lines are those that were read");
    }

    #[test]
    fn what_has_become_a_link_is_not_followed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (path, other) = (dir.path().join("a.md"), dir.path().join("b.md"));
        std::fs::write(&other, "one").expect("written");
        let modified = std::fs::metadata(&other).and_then(|meta| meta.modified()).ok();
        std::os::unix::fs::symlink(&other, &path).expect("linked");
        assert_eq!(Again::new(&path, b"one", modified).bytes(), None);
        assert!(Again::new(&other, b"one", modified).bytes().is_some());
    }
}
