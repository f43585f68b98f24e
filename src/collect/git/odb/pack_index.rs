//! A pack's index, version 1 or 2: ids in order, and where each object begins.
//!
//! Refuses tables that do not fit the file's length or whose counts go down; what it answers about an
//! object is only as good as the file, so the pack walk checks every claim against the pack itself.

use gix::hash::{Kind, ObjectId};

use super::map::Map;

const FANOUT: usize = 256 * 4;

/// Where the tables of an index stand in the file.
pub struct PackIndex {
    map: Map,
    hash: Kind,
    count: u32,
    fanout: usize,
    ids: usize,
    /// Bytes from one id to the next: an id alone, or with its offset before it (version 1).
    stride: usize,
    crcs: Option<usize>,
    offsets: usize,
    long_offsets: usize,
}

impl PackIndex {
    /// # Errors
    /// What is wrong with the file, in words.
    pub fn parse(map: Map, hash: Kind) -> Result<Self, &'static str> {
        let id = hash.len_in_bytes();
        let v2 = map.starts_with(b"\xfftOc");
        if v2 && u32_at(&map, 4) != Some(2) {
            return Err("an index of an unknown version");
        }
        let fanout = if v2 { 8 } else { 0 };
        let counts = (0..256).map(|n| u32_at(&map, fanout + 4 * n)).collect::<Option<Vec<_>>>();
        let counts = counts.ok_or("an index that is cut off")?;
        if !counts.is_sorted() {
            return Err("an index whose table of counts goes down");
        }
        let count = counts.last().copied().unwrap_or(0);
        let n = count as usize;
        let ids = fanout + FANOUT + if v2 { 0 } else { 4 };
        let tail = map.len().checked_sub(2 * id).ok_or("an index that is cut off")?;
        let (stride, crcs, offsets, end) = if v2 {
            let crcs = ids + n * id;
            (id, Some(crcs), crcs + 4 * n, crcs + 8 * n)
        } else {
            (id + 4, None, ids - 4, ids - 4 + n * (id + 4))
        };
        let extra = tail.checked_sub(end).ok_or("an index that is cut off")?;
        if extra % 8 != 0 || (!v2 && extra != 0) {
            return Err("an index whose tables do not fit its length");
        }
        Ok(Self { map, hash, count, fanout, ids, stride, crcs, offsets, long_offsets: end })
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn id_bytes(&self, at: u32) -> Option<&[u8]> {
        let start = self.ids + at as usize * self.stride;
        (at < self.count).then(|| self.map.get(start..start + self.hash.len_in_bytes())).flatten()
    }

    pub fn id(&self, at: u32) -> Option<ObjectId> {
        ObjectId::try_from(self.id_bytes(at)?).ok()
    }

    pub fn offset(&self, at: u32) -> Option<u64> {
        if at >= self.count {
            return None;
        }
        if self.crcs.is_none() {
            return u32_at(&self.map, self.offsets + at as usize * self.stride).map(u64::from);
        }
        let short = u32_at(&self.map, self.offsets + 4 * at as usize)?;
        if short & 0x8000_0000 == 0 {
            return Some(u64::from(short));
        }
        let start = self.long_offsets + 8 * (short & 0x7fff_ffff) as usize;
        let tail = self.map.len().saturating_sub(2 * self.hash.len_in_bytes());
        if start + 8 > tail {
            return None;
        }
        let bytes = self.map.get(start..start + 8)?;
        Some(u64::from_be_bytes(bytes.try_into().ok()?))
    }

    /// The CRC-32 of an object's packed bytes; version 1 has none.
    pub fn crc(&self, at: u32) -> Option<u32> {
        u32_at(&self.map, self.crcs? + 4 * at as usize)
    }

    pub fn find(&self, id: &ObjectId) -> Option<u32> {
        let at = self.first_from(id.as_bytes());
        (self.id_bytes(at)? == id.as_bytes()).then_some(at)
    }

    /// The first id that is not below these bytes (at least one).
    pub fn first_from(&self, key: &[u8]) -> u32 {
        let first = usize::from(key.first().copied().unwrap_or(0));
        let bound = |n: usize| u32_at(&self.map, self.fanout + 4 * n).unwrap_or(0);
        let mut low = if first == 0 { 0 } else { bound(first - 1) };
        let mut high = bound(first);
        // Ids are spread evenly: the next bytes say how far on the one that is looked for lies, and each look is a
        // fetch from far away.
        let next = u32_at(key, 1).unwrap_or(0);
        let share = (u64::from(high.saturating_sub(low)) * u64::from(next)) >> u32::BITS;
        let mut middle = low + u32::try_from(share).unwrap_or(0);
        let mut step = 8;
        while low < high {
            if middle >= high || middle < low {
                middle = low + (high - low) / 2;
            }
            if self.id_bytes(middle).is_some_and(|id| id < key) {
                low = middle + 1;
                middle = low.saturating_add(step);
            } else {
                high = middle;
                middle = high.saturating_sub(step);
            }
            step = step.saturating_mul(4);
        }
        low
    }

    /// The checksum that the pack itself must end with.
    pub fn pack_checksum(&self) -> &[u8] {
        let id = self.hash.len_in_bytes();
        let start = self.map.len().saturating_sub(2 * id);
        self.map.get(start..start + id).unwrap_or_default()
    }

    /// The checksum that the index itself must end with.
    pub fn trailer(&self) -> &[u8] {
        let start = self.map.len().saturating_sub(self.hash.len_in_bytes());
        self.map.get(start..).unwrap_or_default()
    }

    /// Whether the index is the file that git wrote.
    pub fn is_intact(&self) -> bool {
        is_intact(&self.map, self.hash)
    }
}

/// Whether a file ends with the checksum of all the bytes before.
pub fn is_intact(bytes: &[u8], hash: Kind) -> bool {
    use sha1::Digest as _;
    let split = bytes.len().checked_sub(hash.len_in_bytes()).and_then(|at| bytes.split_at_checked(at));
    let Some((body, sum)) = split else { return false };
    match hash {
        Kind::Sha256 => sha2::Sha256::digest(body).as_slice() == sum,
        _ => sha1::Sha1::digest(body).as_slice() == sum,
    }
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// The names of the packs that a multi-pack index was made of.
pub fn packs_of_multi(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    if !bytes.starts_with(b"MIDX") {
        return None;
    }
    let chunks = usize::from(*bytes.get(6)?);
    let count = u32_at(bytes, 8)? as usize;
    let place = |chunk: usize| {
        let at = 12 + 12 * chunk + 4;
        usize::try_from(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?)).ok()
    };
    let chunk = (0..chunks).find(|chunk| bytes.get(12 + 12 * chunk..16 + 12 * chunk) == Some(b"PNAM"))?;
    let names = bytes.get(place(chunk)?..place(chunk + 1)?)?;
    let names: Vec<_> = names.split(|byte| *byte == 0).take(count).collect();
    (names.len() == count && names.iter().all(|name| !name.is_empty())).then_some(names)
}
