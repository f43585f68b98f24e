//! Every object of a git object database: packed and loose, reachable or not, its own and its alternates'.
//!
//! Reads the files themselves: no git is run and nothing is written. What can't be read is a gap that
//! names its pack or object, and a damaged object takes the objects that are deltas on it along; none of
//! them is ever counted as read. An object is held in memory only within [`OdbLimits::held_bytes`].

mod ask;
mod delta;
mod fault;
mod first;
mod graph;
mod heap;
mod inflate;
mod look;
mod loose;
mod made;
mod map;
mod open;
mod pack;
mod pack_index;
mod packed;
mod read;
mod search;
mod spare;
mod stored;
mod sweep;
mod tree;
mod verify;
mod walk;
mod window;

use std::path::PathBuf;
use std::sync::Mutex;

pub use ask::{Ask, Missing, Namer};
pub use fault::{Fault, ObjectGap, OdbError};
pub use gix::hash::ObjectId;
pub use gix::object::Kind;
pub use pack_index::is_intact;
pub use search::{ObjectHit, ObjectSearch, SearchOptions, Skip};
pub use stored::Mark;

/// What reading may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OdbLimits {
    /// Bytes of objects held at once, by all threads. A larger object that is no delta is streamed; one
    /// that must be rebuilt from deltas, and does not fit, is a gap.
    pub held_bytes: u64,
    /// Object directories that may follow one another by `objects/info/alternates`.
    pub alternates: usize,
}

impl Default for OdbLimits {
    fn default() -> Self {
        Self { held_bytes: 400 << 20, alternates: 64 }
    }
}

/// An opened object database.
pub struct Odb {
    hash: gix::hash::Kind,
    limits: OdbLimits,
    stores: Vec<loose::Store>,
    packs: Vec<pack::Pack>,
    gaps: Vec<String>,
    others: Vec<PathBuf>,
    cache: Mutex<read::Cache>,
}

impl Odb {
    /// The hash that ids of this database are.
    #[must_use]
    pub fn hash(&self) -> gix::hash::Kind {
        self.hash
    }

    /// What could not be opened: a damaged index, a pack or an alternate that is missing. Every search
    /// repeats them.
    #[must_use]
    pub fn gaps(&self) -> &[String] {
        &self.gaps
    }

    /// Files of the object directories that hold no objects (`.keep`, `info/alternates`, what is derived from packs,
    /// what nobody knows): to be searched as files are.
    #[must_use]
    pub fn other_files(&self) -> &[PathBuf] {
        &self.others
    }
}
