//! The index: what is staged, and the trees that git already knows of it.
//!
//! Reads versions 2, 3 and 4 in one pass without allocating an entry's path twice. An index whose checksum is wrong
//! is read as far as it goes: whether it is right is a question of its own, which a hook has no time for. A split
//! index is left to `gix`, which knows how to join it.

use std::path::Path;

use gix::hash::{Kind, ObjectId};

use super::{files, odb};

const LARGEST: u64 = 1 << 30;
/// The system takes no longer path, and each version 4 entry may repeat all of the one before.
const LONGEST: usize = 4096;
/// Folders within folders.
const DEEPEST: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: Vec<u8>,
    pub id: ObjectId,
    pub mode: u32,
    /// 0, or 1 to 3 where a merge has not been settled.
    pub stage: u8,
    /// `git add --intent-to-add`: the path is staged, its content is not.
    pub intent_to_add: bool,
}

/// A folder whose tree git has already written, as the index tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedTree {
    pub name: Vec<u8>,
    /// How many entries lie below it; `None` where it has changed since.
    pub entries: Option<usize>,
    pub id: Option<ObjectId>,
    pub children: Vec<Self>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    /// In the order of their paths.
    pub entries: Vec<Entry>,
    pub tree: Option<CachedTree>,
    /// Further extensions, as they are: some hold names of files that are gone from the entries.
    pub other: Vec<u8>,
    /// The part that is kept in a file of its own, joined by now.
    pub shared: Option<ObjectId>,
}

#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("{}", crate::text::io_reason(.0))]
    Io(#[from] std::io::Error),
    #[error("no index: it does not begin with DIRC")]
    Signature,
    #[error("index version {0} is not known")]
    Version(u32),
    #[error("the index ends early, at entry {0}")]
    Truncated(usize),
    #[error("the path of entry {0} is longer than any file's can be")]
    LongPath(usize),
    #[error("the split index can't be joined")]
    Split,
    #[error("the index has an extension that must be understood, and is not")]
    Extension,
}

/// Reads an index file; `None` where there is none (nothing was ever staged).
pub fn read(path: &Path, hash: Kind) -> Result<Option<Index>, IndexError> {
    let Some(bytes) = files::read_if_there(path, LARGEST)? else { return Ok(None) };
    let index = parse(&bytes, hash)?;
    if index.shared.is_none() {
        return Ok(Some(index));
    }
    if let Some(id) = &index.shared {
        // What is to be joined is bounded as any other index is.
        parse(&files::read(&path.with_file_name(format!("sharedindex.{id}")), LARGEST)?, hash)?;
    }
    let entries = split(path, hash)?;
    Ok(Some(Index { entries, tree: None, ..index }))
}

/// Whether the index, and the part of it that is kept apart, end with the checksum of what they hold. Git leaves
/// the checksum out on request, and writes zeros.
pub fn is_intact(path: &Path, index: &Index, hash: Kind) -> std::io::Result<bool> {
    let shared = index.shared.map(|id| path.with_file_name(format!("sharedindex.{id}")));
    for path in [path].into_iter().chain(shared.as_deref()) {
        let bytes = files::read(path, LARGEST)?;
        let sum = bytes.get(bytes.len().saturating_sub(hash.len_in_bytes())..).unwrap_or_default();
        if sum.iter().any(|byte| *byte != 0) && !odb::is_intact(&bytes, hash) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn parse(bytes: &[u8], hash: Kind) -> Result<Index, IndexError> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    if bytes.get(..4) != Some(b"DIRC") {
        return Err(IndexError::Signature);
    }
    let version = word(4).ok_or(IndexError::Truncated(0))?;
    if !(2..=4).contains(&version) {
        return Err(IndexError::Version(version));
    }
    let count = word(8).ok_or(IndexError::Truncated(0))? as usize;
    // An entry takes at least 62 bytes: a count beyond that is a lie, and must not allocate.
    let mut entries = Vec::with_capacity(count.min(bytes.len() / 62));
    let mut at = 12;
    for number in 0..count {
        let previous = entries.last().map_or(&[][..], |entry: &Entry| &entry.path);
        let (entry, next) = one(bytes, at, version, hash, previous).ok_or(IndexError::Truncated(number))?;
        check(&entry.path, number)?;
        entries.push(entry);
        at = next;
    }
    let mut index = Index { entries, ..Index::default() };
    extensions(bytes, at, hash, &mut index)?;
    Ok(index)
}

fn check(path: &[u8], number: usize) -> Result<(), IndexError> {
    let deep = memchr::memchr_iter(b'/', path).count() > DEEPEST;
    if path.len() > LONGEST || deep { Err(IndexError::LongPath(number)) } else { Ok(()) }
}

fn one(bytes: &[u8], at: usize, version: u32, hash: Kind, previous: &[u8]) -> Option<(Entry, usize)> {
    let fixed = 40 + hash.len_in_bytes() + 2;
    let head = bytes.get(at..at + fixed)?;
    let mode = u32::from_be_bytes(head.get(24..28)?.try_into().ok()?);
    let id = ObjectId::try_from(head.get(40..40 + hash.len_in_bytes())?).ok()?;
    let flags = u16::from_be_bytes(head.get(fixed - 2..fixed)?.try_into().ok()?);
    let mut name = at + fixed;
    let mut intent_to_add = false;
    if flags & 0x4000 != 0 {
        let more = u16::from_be_bytes(bytes.get(name..name + 2)?.try_into().ok()?);
        intent_to_add = more & 0x2000 != 0;
        name += 2;
    }
    let mut path = Vec::new();
    if version == 4 {
        let (strip, used) = varint(bytes.get(name..)?)?;
        path.extend(previous.get(..previous.len().checked_sub(strip)?)?);
        name += used;
    }
    let end = name + memchr::memchr(0, bytes.get(name..)?)?;
    path.extend(bytes.get(name..end)?);
    // Older versions pad each entry with NULs to a multiple of eight bytes, at least one.
    let next = if version == 4 { end + 1 } else { at + ((end - at) / 8 + 1) * 8 };
    let stage = u8::try_from(flags >> 12 & 3).unwrap_or(0);
    (next <= bytes.len()).then_some((Entry { path, id, mode, stage, intent_to_add }, next))
}

/// Git's offset encoding: seven bits a byte, most significant first, one added at each step.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
        value = value.checked_add(1)?;
    }
    None
}

fn extensions(bytes: &[u8], mut at: usize, hash: Kind, index: &mut Index) -> Result<(), IndexError> {
    let count = index.entries.len();
    let truncated = || IndexError::Truncated(count);
    while at + 8 + hash.len_in_bytes() <= bytes.len() {
        let name = bytes.get(at..at + 4).ok_or_else(truncated)?;
        let len = bytes.get(at + 4..at + 8).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
        let len = len.ok_or_else(truncated)? as usize;
        let data = bytes.get(at + 8..at + 8 + len).ok_or_else(truncated)?;
        match name {
            // What can't be taken apart is searched as it is.
            b"TREE" => match cached_tree(data, hash, 0) {
                Some((tree, [])) => index.tree = Some(tree),
                _ => index.other.extend(data),
            },
            b"link" => {
                let id = data.get(..hash.len_in_bytes()).and_then(|id| ObjectId::try_from(id).ok());
                index.shared = Some(id.ok_or(IndexError::Split)?);
            }
            // A sparse index has whole folders as entries (mode 040000); they are read as such.
            b"sdir" => index.other.extend(data),
            _ if name.first().is_some_and(u8::is_ascii_uppercase) => index.other.extend(data),
            _ => return Err(IndexError::Extension),
        }
        at += 8 + len;
    }
    (at + hash.len_in_bytes() == bytes.len()).then_some(()).ok_or_else(truncated)
}

fn cached_tree(data: &[u8], hash: Kind, depth: usize) -> Option<(CachedTree, &[u8])> {
    if depth > DEEPEST {
        return None;
    }
    let nul = memchr::memchr(0, data)?;
    let name = data.get(..nul)?.to_vec();
    let rest = data.get(nul + 1..)?;
    let newline = memchr::memchr(b'\n', rest)?;
    let mut counts = std::str::from_utf8(rest.get(..newline)?).ok()?.split(' ');
    let entries = usize::try_from(counts.next()?.parse::<i64>().ok()?).ok();
    let subtrees: usize = counts.next()?.parse().ok()?;
    let mut rest = rest.get(newline + 1..)?;
    let mut id = None;
    if entries.is_some() {
        id = Some(ObjectId::try_from(rest.get(..hash.len_in_bytes())?).ok()?);
        rest = rest.get(hash.len_in_bytes()..)?;
    }
    let mut children = Vec::new();
    for _ in 0..subtrees {
        let (child, after) = cached_tree(rest, hash, depth + 1)?;
        children.push(child);
        rest = after;
    }
    Some((CachedTree { name, entries, id, children }, rest))
}

fn split(path: &Path, hash: Kind) -> Result<Vec<Entry>, IndexError> {
    let options = gix::index::decode::Options::default();
    let file = gix::index::File::at(path, hash, true, options).map_err(|_| IndexError::Split)?;
    let entries = file.entries().iter().map(|entry| Entry {
        path: entry.path(&file).to_vec(),
        id: entry.id,
        mode: entry.mode.bits(),
        stage: u8::try_from(entry.stage_raw()).unwrap_or(0),
        intent_to_add: entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD),
    });
    let entries: Vec<Entry> = entries.collect();
    for (number, entry) in entries.iter().enumerate() {
        check(&entry.path, number)?;
    }
    Ok(entries)
}
