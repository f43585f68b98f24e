//! What is known of hosts from earlier audits: that they are *not* the value's.
//!
//! Only that is kept. An entry is a MAC under a random key of this machine, so the file names no host; and
//! a host that does match is never in it, so that whoever reads it learns nothing of the value. A store
//! that can't be read or written costs time, and nothing else.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::{fill_random, keyed};
use crate::endpoint::local::{self, Key};

/// A MAC of a host and of everything that its verdict depends on.
pub type Entry = [u8; 16];

/// As many entries as are kept: 4 MB.
const MOST: usize = 1 << 18;

pub struct Store {
    key: Key,
    /// None: nothing is kept.
    file: Option<PathBuf>,
    others: HashSet<Entry>,
}

impl Store {
    /// One that lives no longer than the process.
    #[must_use]
    pub fn in_memory() -> Self {
        let mut key = Key::default();
        let _without_a_key_entries_are_no_secret_from_ourselves = fill_random(&mut *key);
        Self { key, file: None, others: HashSet::new() }
    }

    /// The one in [`local::folder_of_user`].
    #[must_use]
    pub fn of_user() -> Self {
        local::folder_of_user().map_or_else(Self::in_memory, |folder| Self::at(&folder))
    }

    /// The one in a folder, which is made where it is missing.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        let Ok(key) = local::key(folder) else { return Self::in_memory() };
        let file = folder.join("other-hosts");
        let bytes = std::fs::read(&file).unwrap_or_default();
        let others = bytes.chunks_exact(16).take(MOST).filter_map(|entry| entry.try_into().ok()).collect();
        Self { key, file: Some(file), others }
    }

    pub(super) fn entry(&self, salt: &[u8], pepper: &[u8], tags: &[String], host: &str) -> Entry {
        let tags = tags.join(" ");
        let mac = keyed(&*self.key, &[salt, pepper, tags.as_bytes(), host.as_bytes()]);
        mac.and_then(|mac| mac.get(..16).and_then(|entry| entry.try_into().ok())).unwrap_or_default()
    }

    pub(super) fn knows_other(&self, entry: &Entry) -> bool {
        self.others.contains(entry)
    }

    pub(super) fn save(&self, found: impl Iterator<Item = Entry>) {
        let Some(file) = &self.file else { return };
        let mut new: Vec<Entry> = found.filter(|entry| !self.others.contains(entry)).collect();
        if new.is_empty() {
            return;
        }
        new.sort_unstable();
        // Full: what is met again will be hashed again.
        let old = if self.others.len() + new.len() > MOST { Vec::new() } else { sorted(&self.others) };
        let bytes: Vec<u8> = old.into_iter().chain(new.into_iter().take(MOST)).flatten().collect();
        let _costs_time_only = local::replace(file, &bytes);
    }
}

fn sorted(entries: &HashSet<Entry>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = entries.iter().copied().collect();
    entries.sort_unstable();
    entries
}
