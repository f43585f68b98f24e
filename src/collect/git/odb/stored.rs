//! What a later audit can know a file of the database again by, without reading it.
//!
//! A pack is what its checksums say, which hold only as long as nobody writes into it; whether somebody did,
//! the system's own record of the file tells. Git touches packs that it finds an object in, so a touched one is
//! read once for its checksum and not searched again. What was touched a moment ago is not vouched for: a
//! further change could leave the same times.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::Digest as _;

use super::Odb;
use super::loose::Loose;
use super::pack::{Pack, Table};
use super::search::Skip;

/// Bytes that are equal for what is the same, and for nothing else.
pub type Mark = Vec<u8>;

/// Longer than a tick of any clock that files are dated with, if they are dated in parts of a second.
const TICK: Duration = Duration::from_millis(20);
/// The same where dates are whole seconds, even ones at times.
const COARSE: Duration = Duration::from_secs(3);

/// The system's record of these files; a file that is not there counts as such.
pub fn state(files: &[&Path]) -> Option<Mark> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let mut mark = b"state".to_vec();
    for file in files {
        let meta = match std::fs::metadata(file) {
            Ok(meta) => meta,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                mark.push(0);
                continue;
            }
            Err(_) => return None,
        };
        let times = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
        let changed = Duration::new(u64::try_from(times[2]).ok()?, u32::try_from(times[3]).ok()?);
        let wait = if times[3] == 0 { COARSE } else { TICK };
        // The record tells of every change only once the clock has moved on.
        now.checked_sub(changed).filter(|age| *age > wait)?;
        mark.push(1);
        mark.extend(times.iter().flat_map(|time| time.to_le_bytes()));
        mark.extend([meta.len(), meta.ino()].iter().flat_map(|number| number.to_le_bytes()));
        let name = file.file_name().unwrap_or_default().as_bytes();
        mark.extend((name.len() as u64).to_le_bytes());
        mark.extend(name);
    }
    Some(mark)
}

impl Pack {
    /// The pack and its index by their checksums. Without an index, which objects it has is for other files to say,
    /// if some are deltas on objects in those.
    pub fn content(&self) -> Mark {
        let index = match &self.table {
            Table::Index(index) => index.trailer().to_vec(),
            Table::Made { ids, .. } => {
                let mut all = sha2::Sha256::new();
                for (id, _) in ids {
                    all.update(id.as_bytes());
                }
                all.finalize().to_vec()
            }
        };
        [b"pack", self.trailer(), &index].concat()
    }

    /// If this very pack was read to its end by an earlier search: the bytes of its objects.
    pub fn was_read(&self, skip: &Skip<'_>) -> Option<u64> {
        let bytes = (skip.file)(&self.content())?;
        let state = self.state.as_ref().is_some_and(|state| (skip.file)(state).is_some());
        (state || super::pack_index::is_intact(&self.map, self.hash)).then_some(bytes)
    }
}

impl Loose {
    pub fn state(&self) -> Option<Mark> {
        state(&[&self.path])
    }
}

impl Odb {
    /// What is stored here: while all of these are here, no object is gone.
    #[must_use]
    pub fn contents(&self) -> Vec<Mark> {
        let loose = self.loose_files().0.into_iter().filter_map(|file| file.id);
        let loose = loose.map(|id| [b"loose", id.as_bytes()].concat());
        self.packs.iter().map(Pack::content).chain(loose).collect()
    }
}
