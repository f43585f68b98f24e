//! Which objects were searched before, with the same needles, by the same build, and held nothing, or nothing as
//! far as they could be searched: then with the reason, which is a gap each time.
//!
//! A known object is one whose file is as it was then, too: beside the ids stands what the files were known by
//! that were read to their ends, and what the database was made of. As long as all of that is still here, no
//! object is gone that others name, beside those that were missing then; where anything is gone, every object is
//! asked again what it names.
//!
//! Kept outside the repository, in a file that only its owner may read. The file's name and its seal are
//! made with a random key of this machine, so that neither says anything of the value, and ids of objects
//! that hold the value are never written. A file that is not exactly what was sealed is dropped, and the
//! objects are searched again: the cache can save time, and can't change what an audit says.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gix::hash::ObjectId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::files;
use super::layout::Layout;
use super::objects::Type;
use super::odb::{Mark, Missing, Namer};
use crate::collect::Context;
use crate::endpoint::local;
use crate::search::Limits;

const MAGIC: &[u8] = b"counterfoil objects 5\n";
const SEAL: usize = 32;
/// Bytes that are kept of a mark: enough to tell files apart, and nothing can be read from them.
const SHORT: usize = 8;
const LARGEST: u64 = 2 << 30;

type Seal = Hmac<Sha256>;
type Short = [u8; SHORT];

/// The ids of clean objects, in order, and where they are kept.
pub struct Cache {
    file: Option<PathBuf>,
    key: local::Key,
    id: usize,
    /// Ids end to end, in order.
    ids: Vec<u8>,
    /// Where the ids that begin with these two bytes start, and the end.
    starts: Vec<usize>,
    /// Objects that could not be searched fully, and why.
    partial: BTreeMap<ObjectId, BTreeSet<String>>,
    /// Objects that known ones name and that were not here.
    missing: Missing,
    marks: Marks,
    changed: bool,
}

/// What the last audit saw, in order, each by its keyed digest.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    /// Files that were read to their ends, and the bytes of their objects.
    read: Vec<(Short, u64)>,
    /// What the database was made of.
    contents: Vec<Short>,
}

/// What an audit of all objects came to.
pub struct Audited {
    /// Objects that were searched and hold nothing.
    pub clean: Vec<ObjectId>,
    pub missing: Missing,
    /// With the bytes of their objects.
    pub files: Vec<(Mark, u64)>,
    pub contents: Vec<Mark>,
}

/// What a file holds.
#[derive(Default)]
struct Kept {
    ids: Vec<u8>,
    partial: BTreeMap<ObjectId, BTreeSet<String>>,
    missing: Missing,
    marks: Marks,
}

impl Cache {
    /// The cache for what is searched for and this repository; an empty one that is not kept where `folder` is none,
    /// or can't be used.
    #[must_use]
    pub fn open(folder: Option<&Path>, context: &Context<'_>, layout: &Layout) -> Self {
        let id = layout.hash.len_in_bytes();
        let mut cache = Self {
            file: None,
            key: local::Key::default(),
            id,
            ids: Vec::new(),
            starts: Vec::new(),
            partial: BTreeMap::new(),
            missing: Missing::default(),
            marks: Marks::default(),
            changed: false,
        };
        // Without a value nothing is searched for that would be worth remembering; and shapes are not remembered.
        let folder = folder.filter(|_| context.engine.knows_host());
        let Some(key) = folder.and_then(|folder| local::key(folder).ok()) else { return cache };
        let Some(folder) = folder else { return cache };
        cache.key.clone_from(&key);
        let Some(mut name) = cache.seal() else { return cache };
        let objects = layout.objects();
        let place = objects.canonicalize().unwrap_or(objects);
        for part in [
            b"name".as_slice(),
            &context.engine.identity(&key),
            build(context.limits).as_bytes(),
            place.as_os_str().as_bytes(),
        ] {
            name.update(&(part.len() as u64).to_le_bytes());
            name.update(part);
        }
        let name = crate::text::hex(&name.finalize().into_bytes());
        let file = folder.join(format!("{name}.objects"));
        let kept = cache.read(&file).unwrap_or_default();
        (cache.ids, cache.partial, cache.marks) = (kept.ids, kept.partial, kept.marks);
        cache.missing = kept.missing;
        cache.index();
        cache.file = Some(file);
        cache
    }

    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.file.is_some()
    }

    #[must_use]
    pub fn knows(&self, id: &ObjectId) -> bool {
        let bytes = id.as_bytes();
        let Some(first) = bytes.first_chunk::<2>().filter(|_| bytes.len() == self.id) else { return false };
        let bucket = usize::from(u16::from_be_bytes(*first));
        let (Some(from), Some(to)) = (self.starts.get(bucket), self.starts.get(bucket + 1)) else {
            return false;
        };
        let ids = self.ids.get(*from..*to).unwrap_or_default();
        ids.chunks_exact(self.id).any(|known| known == bytes) || self.partial.contains_key(id)
    }

    /// Why an earlier audit could not search this object fully.
    pub fn partial(&self, id: &ObjectId) -> impl Iterator<Item = &str> {
        self.partial.get(id).into_iter().flatten().map(String::as_str)
    }

    /// If this very file was read to its end: the bytes of its objects.
    #[must_use]
    pub fn bytes_of(&self, file: &Mark) -> Option<u64> {
        let short = self.short(file)?;
        let at = self.marks.read.binary_search_by_key(&short, |(known, _)| *known).ok()?;
        self.marks.read.get(at).map(|(_, bytes)| *bytes)
    }

    /// Whether all that an earlier audit found is still here, among these: what known objects name then is.
    #[must_use]
    pub fn is_whole(&self, contents: &[Mark]) -> bool {
        is_subset(&self.marks.contents, &self.shorts(contents))
    }

    /// What known objects name that was not here, as long as [`Cache::is_whole`].
    pub fn missing(&self) -> impl Iterator<Item = (ObjectId, Namer)> {
        self.missing.iter()
    }

    /// Takes an object that holds nothing as far as it could be searched.
    pub fn add_partial(&mut self, id: ObjectId, why: &str) {
        self.changed = true;
        self.partial.entry(id).or_default().insert(why.to_owned());
    }

    /// Writes what is known now, together with what another audit may have written meanwhile.
    ///
    /// # Errors
    /// What the disk says. The file is as it was, or whole.
    pub fn save(&mut self, audited: &Audited) -> io::Result<()> {
        let read = audited.files.iter().filter_map(|(file, bytes)| Some((self.short(file)?, *bytes)));
        let read: BTreeMap<Short, u64> = read.collect();
        let marks = Marks { read: read.into_iter().collect(), contents: self.shorts(&audited.contents) };
        let is_known = marks == self.marks && audited.missing == self.missing;
        let changed = self.changed || !audited.clean.is_empty() || !is_known;
        let Some(file) = self.file.clone().filter(|_| changed) else { return Ok(()) };
        let mut theirs = self.read(&file).unwrap_or_default();
        if !is_subset(&theirs.marks.contents, &marks.contents) {
            // Its objects were asked what they name when there was more here.
            theirs = Kept::default();
        }
        let new = audited.clean.iter().map(|id| id.as_bytes()).filter(|id| id.len() == self.id);
        let known = self.ids.chunks_exact(self.id).chain(theirs.ids.chunks_exact(self.id));
        let mut ids: Vec<&[u8]> = known.chain(new).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut bytes = Vec::with_capacity(MAGIC.len() + ids.len() * self.id + SEAL);
        bytes.extend(MAGIC);
        bytes.extend((marks.read.len() as u64).to_le_bytes());
        for (file, objects) in &marks.read {
            bytes.extend(file);
            bytes.extend(objects.to_le_bytes());
        }
        bytes.extend((marks.contents.len() as u64).to_le_bytes());
        bytes.extend(marks.contents.concat());
        let mut missing = audited.missing.clone();
        missing.extend(theirs.missing.iter());
        bytes.extend((missing.iter().len() as u64).to_le_bytes());
        for (id, by) in missing.iter() {
            bytes.extend([id.as_bytes(), by.id.as_bytes(), by.kind.as_bytes(), b"\n"].concat());
        }
        bytes.extend((ids.len() as u64).to_le_bytes());
        for id in ids {
            bytes.extend(id);
        }
        let mut partial = theirs.partial;
        for (id, whys) in &self.partial {
            partial.entry(*id).or_default().extend(whys.iter().cloned());
        }
        let whys = partial.iter().flat_map(|(id, whys)| whys.iter().map(move |why| (id, why)));
        for (id, why) in whys.filter(|(id, _)| id.as_bytes().len() == self.id) {
            bytes.extend(id.as_bytes());
            bytes.extend((why.len() as u64).to_le_bytes());
            bytes.extend(why.as_bytes());
        }
        let mut seal = self.seal().ok_or_else(|| io::Error::other("no key"))?;
        seal.update(file.as_os_str().as_bytes());
        seal.update(&bytes);
        bytes.extend(seal.finalize().into_bytes());
        local::replace(&file, &bytes)
    }

    fn read(&self, file: &Path) -> Option<Kept> {
        let bytes = files::read(file, LARGEST).ok()?;
        let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        let mut seal = self.seal()?;
        seal.update(file.as_os_str().as_bytes());
        seal.update(body);
        seal.verify_slice(tag).ok()?;
        let (read, rest) = sized(body.strip_prefix(MAGIC)?)?;
        let (contents, rest) = shorts(rest)?;
        let (missing, rest) = self.named(rest)?;
        let (count, rest) = number(rest)?;
        let (ids, mut rest) = rest.split_at_checked(count.checked_mul(self.id)?)?;
        let marks = Marks { read, contents };
        let mut kept = Kept { ids: ids.to_vec(), partial: BTreeMap::new(), missing, marks };
        while !rest.is_empty() {
            let (id, after) = rest.split_at_checked(self.id)?;
            let (len, after) = number(after)?;
            let (why, after) = after.split_at_checked(len)?;
            let (id, why) = (ObjectId::try_from(id).ok()?, String::from_utf8(why.to_vec()).ok()?);
            kept.partial.entry(id).or_default().insert(why);
            rest = after;
        }
        ids.chunks_exact(self.id).is_sorted().then_some(kept)
    }

    /// A list of missing objects, and what follows it.
    fn named<'b>(&self, bytes: &'b [u8]) -> Option<(Missing, &'b [u8])> {
        let (count, mut rest) = number(bytes)?;
        let mut missing = Missing::default();
        for _ in 0..count {
            let (ids, after) = rest.split_at_checked(2 * self.id)?;
            let (id, by) = ids.split_at_checked(self.id)?;
            let (kind, after) = after.split_at_checked(memchr::memchr(b'\n', after)?)?;
            let by = Namer { id: ObjectId::try_from(by).ok()?, kind: Type::from_bytes(kind).ok()? };
            missing.add(ObjectId::try_from(id).ok()?, by);
            rest = after.get(1..)?;
        }
        Some((missing, rest))
    }

    fn index(&mut self) {
        let mut starts = vec![self.ids.len(); 65537];
        let mut next = 0;
        for (at, id) in self.ids.chunks_exact(self.id).enumerate() {
            let bucket = id.first_chunk::<2>().map_or(0, |first| usize::from(u16::from_be_bytes(*first)));
            while next <= bucket {
                starts[next] = at * self.id;
                next += 1;
            }
        }
        self.starts = starts;
    }

    fn short(&self, mark: &Mark) -> Option<Short> {
        let mut seal = self.seal()?;
        seal.update(mark);
        seal.finalize().into_bytes().first_chunk().copied()
    }

    fn shorts(&self, marks: &[Mark]) -> Vec<Short> {
        let mut shorts: Vec<Short> = marks.iter().filter_map(|mark| self.short(mark)).collect();
        shorts.sort_unstable();
        shorts.dedup();
        shorts
    }

    fn seal(&self) -> Option<Seal> {
        Seal::new_from_slice(&*self.key).ok()
    }
}

/// Whether all of the one list is in the other; both are in order.
fn is_subset(some: &[Short], all: &[Short]) -> bool {
    some.iter().all(|short| all.binary_search(short).is_ok())
}

/// A list of short marks, and what follows it.
fn shorts(bytes: &[u8]) -> Option<(Vec<Short>, &[u8])> {
    let (count, rest) = number(bytes)?;
    let (list, rest) = rest.split_at_checked(count.checked_mul(SHORT)?)?;
    let list: Vec<Short> = list.chunks_exact(SHORT).filter_map(|short| short.try_into().ok()).collect();
    list.is_sorted().then_some((list, rest))
}

/// A list of short marks with a number each, and what follows it.
fn sized(bytes: &[u8]) -> Option<(Vec<(Short, u64)>, &[u8])> {
    let (count, rest) = number(bytes)?;
    let (list, rest) = rest.split_at_checked(count.checked_mul(SHORT + 8)?)?;
    let one = |entry: &[u8]| {
        let (file, bytes) = entry.split_first_chunk::<SHORT>()?;
        Some((*file, u64::from_le_bytes(bytes.try_into().ok()?)))
    };
    let list: Vec<(Short, u64)> = list.chunks_exact(SHORT + 8).filter_map(one).collect();
    list.is_sorted_by_key(|(file, _)| *file).then_some((list, rest))
}

/// A number, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((usize::try_from(u64::from_le_bytes(*number)).ok()?, rest))
}

/// What this build searches and how: a newer one may find more. The program's own file tells builds of one
/// version apart.
fn build(limits: &Limits) -> String {
    let file = std::env::current_exe().and_then(|path| path.metadata()).ok();
    let file = file.map(|meta| (meta.len(), meta.modified().ok()));
    format!("{} {file:?} {limits:?}", env!("CARGO_PKG_VERSION"))
}
