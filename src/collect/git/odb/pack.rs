//! A pack file: which objects it holds, and where. Reads an object's header; inflates nothing.
//!
//! An object's place is an offset; what an index says of it is checked against the pack on the way.

use std::path::Path;
use std::sync::Arc;

use gix::hash::{Kind as Hash, ObjectId};
use gix::object::Kind;

use super::fault::Fault;
use super::map::{Map, prefetch};
use super::pack_index::{PackIndex, u32_at};
use super::stored::{self, Mark};

/// No entry, or no id.
pub const NONE: u32 = u32::MAX;

pub struct Pack {
    /// Its number among the database's packs.
    pub number: u32,
    /// As a gap names it: `objects/pack/pack-….pack`.
    pub shown: String,
    pub map: Arc<Map>,
    pub hash: Hash,
    pub table: Table,
    /// The pack and its index as the system knew them before they were read.
    pub state: Option<Mark>,
}

/// Where a pack's objects are.
pub enum Table {
    Index(PackIndex),
    /// Made by reading a pack that has no index: `ids` in order, each with its entry in `offsets`, which
    /// are in order too. An object whose base is missing has an offset and no id.
    Made {
        ids: Vec<(ObjectId, u32)>,
        offsets: Vec<u64>,
    },
}

/// What an object's header in a pack says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub what: What,
    /// Bytes of the inflated stream: of the object, or of the delta.
    pub size: u64,
    /// Where the zlib stream begins.
    pub data: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Whole(Kind),
    /// A delta on the object at this offset.
    OnOffset(u64),
    OnId(ObjectId),
}

impl Pack {
    /// Maps a pack and checks its first and last bytes; its table is still empty.
    ///
    /// # Errors
    /// What is wrong with the file, in words.
    pub fn open(path: &Path, shown: String, hash: Hash, number: u32) -> Result<Self, String> {
        let state = stored::state(&[path, &path.with_extension("idx")]);
        let map = Map::open(path).map_err(|error| error.to_string())?;
        if !map.starts_with(b"PACK") {
            return Err("no pack: it does not begin like one".to_owned());
        }
        if !matches!(u32_at(&map, 4), Some(2 | 3)) || map.len() < 12 + hash.len_in_bytes() {
            return Err("a pack of an unknown version, or cut off".to_owned());
        }
        let table = Table::Made { ids: Vec::new(), offsets: Vec::new() };
        Ok(Self { number, shown, map: Arc::new(map), hash, table, state })
    }

    /// The same pack with another table.
    pub fn with(&self, table: Table) -> Self {
        let (shown, map, state) = (self.shown.clone(), Arc::clone(&self.map), self.state.clone());
        Self { shown, map, table, state, ..*self }
    }

    /// How a gap names the object at an offset.
    pub fn place(&self, offset: u64) -> String {
        format!("{}: the object at offset {offset}", self.shown)
    }

    /// Version 2 is what git writes; it reads version 3 too.
    pub fn version(&self) -> u32 {
        u32_at(&self.map, 4).unwrap_or(0)
    }

    /// How many objects the pack says it has.
    pub fn stated(&self) -> u32 {
        u32_at(&self.map, 8).unwrap_or(0)
    }

    /// Where the objects end and the checksum begins.
    pub fn end(&self) -> usize {
        self.map.len().saturating_sub(self.hash.len_in_bytes())
    }

    pub fn trailer(&self) -> &[u8] {
        self.map.get(self.end()..).unwrap_or_default()
    }

    /// # Errors
    /// A header that is cut off, of an unknown kind, or whose numbers overflow.
    pub fn header(&self, offset: u64) -> Result<Header, Fault> {
        let start = usize::try_from(offset).map_err(|_| Fault::Header)?;
        let body = self.map.get(..self.end()).unwrap_or_default();
        if start < 12 {
            return Err(Fault::Header);
        }
        let mut at = start;
        let mut next = || {
            let byte = body.get(at).copied().ok_or(Fault::Header)?;
            at += 1;
            Ok::<u8, Fault>(byte)
        };
        let first = next()?;
        let mut size = u64::from(first & 15);
        let (mut shift, mut more) = (4, first & 0x80 != 0);
        while more {
            let byte = next()?;
            let part = u64::from(byte & 0x7f);
            if shift > 60 || (part << shift) >> shift != part {
                return Err(Fault::Header);
            }
            size |= part << shift;
            shift += 7;
            more = byte & 0x80 != 0;
        }
        let what = match (first >> 4) & 7 {
            1 => What::Whole(Kind::Commit),
            2 => What::Whole(Kind::Tree),
            3 => What::Whole(Kind::Blob),
            4 => What::Whole(Kind::Tag),
            6 => {
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    let more = back.checked_add(1).and_then(|n| n.checked_mul(128)).ok_or(Fault::Header)?;
                    back = more | u64::from(byte & 0x7f);
                }
                let base = offset.checked_sub(back).filter(|_| back > 0).ok_or(Fault::Header)?;
                What::OnOffset(base)
            }
            7 => {
                let id = body.get(at..at + self.hash.len_in_bytes()).ok_or(Fault::Header)?;
                at += id.len();
                What::OnId(ObjectId::try_from(id).map_err(|_| Fault::Header)?)
            }
            _ => return Err(Fault::Header),
        };
        Ok(Header { what, size, data: at })
    }

    /// Says that the object at an offset is next.
    pub fn prefetch(&self, offset: u64) {
        prefetch(usize::try_from(offset).ok().and_then(|at| self.map.get(at)));
    }

    /// Compressed bytes from `data` to `end`, both inside the pack's objects.
    pub fn data(&self, data: usize, end: u64) -> &[u8] {
        let end = usize::try_from(end).unwrap_or(usize::MAX).min(self.end());
        self.map.get(data..end).unwrap_or_default()
    }

    /// The offset of the object with this id.
    pub fn find(&self, id: &ObjectId) -> Option<u64> {
        match &self.table {
            Table::Index(index) => self.offset(index.find(id)?),
            Table::Made { ids, .. } => {
                let at = ids.binary_search_by(|(other, _)| other.cmp(id)).ok()?;
                self.offset(u32::try_from(at).ok()?)
            }
        }
    }

    /// The id at a row of the table.
    pub fn id(&self, row: u32) -> Option<ObjectId> {
        match &self.table {
            Table::Index(index) => index.id(row),
            Table::Made { ids, .. } => ids.get(row as usize).map(|(id, _)| *id),
        }
    }

    fn offset(&self, row: u32) -> Option<u64> {
        match &self.table {
            Table::Index(index) => index.offset(row),
            Table::Made { ids, offsets } => offsets.get(ids.get(row as usize)?.1 as usize).copied(),
        }
    }

    /// How many rows the table has.
    pub fn rows(&self) -> u32 {
        match &self.table {
            Table::Index(index) => index.count(),
            Table::Made { ids, .. } => u32::try_from(ids.len()).unwrap_or(NONE),
        }
    }

    /// The ids that begin with these bytes, from the first.
    pub fn ids_from<'a>(&'a self, prefix: &[u8]) -> impl Iterator<Item = ObjectId> + use<'a> {
        let start = match &self.table {
            Table::Index(index) => index.first_from(prefix),
            Table::Made { ids, .. } => {
                let at = ids.partition_point(|(id, _)| id.as_bytes() < prefix);
                u32::try_from(at).unwrap_or(NONE)
            }
        };
        (start..self.rows()).map_while(|row| self.id(row))
    }
}
