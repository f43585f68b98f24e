//! One object at a time: by id, by the beginning of an id, all ids.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use gix::hash::ObjectId;
use gix::object::Kind;

use super::fault::Fault;
use super::inflate::Inflater;
use super::loose::{self, Loose};
use super::pack::{Header, Pack, What};
use super::search::Skip;
use super::{Odb, delta};

/// The number of a pack, and an offset in it.
type Place = (u32, u64);

/// Objects that deltas were applied on lately: histories are read commit by commit, tree by tree.
#[derive(Default)]
pub struct Cache {
    held: HashMap<Place, (Kind, Arc<[u8]>)>,
    bytes: usize,
}

const CACHE: usize = 48 << 20;

impl Cache {
    fn put(&mut self, at: Place, kind: Kind, bytes: &Arc<[u8]>) {
        if bytes.len() > CACHE / 8 {
            return;
        }
        if self.bytes + bytes.len() > CACHE {
            self.held.clear();
            self.bytes = 0;
        }
        if self.held.insert(at, (kind, Arc::clone(bytes))).is_none() {
            self.bytes += bytes.len();
        }
    }
}

impl Odb {
    /// Whether an object of this id is here; says nothing of whether it can be read.
    #[must_use]
    pub fn contains(&self, id: &ObjectId) -> bool {
        id.kind() == self.hash && (self.packed(id).is_some() || self.loose(id).is_some())
    }

    /// The object of this id; `None` where there is none.
    ///
    /// # Errors
    /// What is wrong with it, or with the objects that it is a delta on.
    pub fn read(&self, id: &ObjectId) -> Result<Option<(Kind, Vec<u8>)>, Fault> {
        self.read_at(id, &mut Inflater::default(), 0)
    }

    /// What kind of object this is, from headers alone; `None` where there is none, or its headers can't be
    /// followed to a whole object.
    #[must_use]
    pub fn kind(&self, id: &ObjectId) -> Option<Kind> {
        self.kind_at(id, 0)
    }

    fn kind_at(&self, id: &ObjectId, hops: u32) -> Option<Kind> {
        if id.kind() != self.hash || hops > 64 {
            return None;
        }
        let Some((pack, mut at)) = self.packed(id) else {
            return match self.loose(id)?.read(&mut Inflater::default(), 0).ok()? {
                loose::Read::Whole(kind, _) | loose::Read::Large { kind, .. } => Some(kind),
            };
        };
        for _ in 0..=pack.stated() {
            if let Some((kind, _)) = self.cached((pack.number, at)) {
                return Some(kind);
            }
            match pack.header(at).ok()?.what {
                What::Whole(kind) => return Some(kind),
                What::OnOffset(base) => at = base,
                What::OnId(id) => match pack.find(&id) {
                    Some(base) => at = base,
                    None => return self.kind_at(&id, hops + 1),
                },
            }
        }
        None
    }

    /// Where the object is, as gaps name it; `None` where there is none.
    #[must_use]
    pub fn place(&self, id: &ObjectId) -> Option<String> {
        if let Some((pack, offset)) = self.packed(id) {
            return Some(pack.place(offset));
        }
        let first = *id.as_bytes().first()?;
        let mut files =
            self.stores.iter().filter_map(|store| store.folder(first, self.hash).ok()).flatten();
        files.find(|file| file.id == Some(*id)).map(|file| file.shown)
    }

    /// Whether the files that hold these objects are those that an earlier search read to their ends.
    #[must_use]
    pub fn were_read(&self, ids: impl Iterator<Item = ObjectId>, skip: &Skip<'_>) -> bool {
        let mut packs: HashMap<u32, bool> = HashMap::new();
        let mut seen = HashSet::new();
        ids.filter(|id| seen.insert(*id)).all(|id| match self.packed(&id) {
            Some((pack, _)) => *packs.entry(pack.number).or_insert_with(|| pack.was_read(skip).is_some()),
            None => {
                let state = self.loose(&id).and_then(|file| file.state());
                state.is_some_and(|state| (skip.file)(&state).is_some())
            }
        })
    }

    /// The ids of which `hex` is the beginning: at least four digits, else none.
    ///
    /// # Errors
    /// A folder of loose objects that can't be listed: what lies in it may have such an id.
    pub fn find_prefix(&self, hex: &str) -> std::io::Result<Vec<ObjectId>> {
        let Some(key) = prefix_bytes(hex) else { return Ok(Vec::new()) };
        let hex = hex.to_ascii_lowercase();
        let fits = |id: &ObjectId| id.to_hex().to_string().starts_with(&hex);
        let packed = self.packs.iter().flat_map(|pack| pack.ids_from(&key).take_while(fits));
        let mut found: Vec<_> = packed.collect();
        for store in &self.stores {
            let folder = key.first().map(|first| store.folder(*first, self.hash));
            let files = folder.transpose()?.unwrap_or_default();
            found.extend(files.iter().filter_map(|file| file.id).filter(fits));
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// All ids, in no order; an object that is stored twice is there twice.
    pub fn ids(&self) -> impl Iterator<Item = ObjectId> {
        let packed = self.packs.iter().flat_map(|pack| (0..pack.rows()).filter_map(|row| pack.id(row)));
        packed.chain(self.loose_files().0.into_iter().filter_map(|file| file.id))
    }

    /// All files that are, or should be, loose objects, and the folders that can't be listed.
    pub(super) fn loose_files(&self) -> (Vec<Loose>, Vec<String>) {
        let (mut files, mut gaps) = (Vec::new(), Vec::new());
        for store in &self.stores {
            for first in 0..=255 {
                match store.folder(first, self.hash) {
                    Ok(found) => files.extend(found),
                    Err(error) => gaps.push(format!("{}/{first:02x}: {error}", store.shown)),
                }
            }
        }
        (files, gaps)
    }

    /// The id that an object of this kind and content has in this database.
    #[must_use]
    pub fn id_of(&self, kind: Kind, bytes: &[u8]) -> Option<ObjectId> {
        gix::objs::compute_hash(self.hash, kind, bytes).ok()
    }

    fn packed(&self, id: &ObjectId) -> Option<(&Pack, u64)> {
        self.packs.iter().find_map(|pack| Some((pack, pack.find(id)?)))
    }

    fn loose(&self, id: &ObjectId) -> Option<Loose> {
        self.stores.iter().find_map(|store| {
            let path = store.path(id);
            path.is_file().then(|| Loose { id: Some(*id), shown: store.shown.clone(), path })
        })
    }

    /// `hops` counts the packs that thin bases have led through.
    pub(super) fn read_at(
        &self,
        id: &ObjectId,
        inflater: &mut Inflater,
        hops: u32,
    ) -> Result<Option<(Kind, Vec<u8>)>, Fault> {
        if id.kind() != self.hash {
            return Ok(None);
        }
        if hops > 64 {
            return Err(Fault::Cycle);
        }
        if let Some((pack, offset)) = self.packed(id) {
            let (kind, bytes) = self.read_packed(pack, offset, inflater, hops)?;
            return Ok(Some((kind, bytes.to_vec())));
        }
        let Some(file) = self.loose(id) else { return Ok(None) };
        match file.read(inflater, self.limits.held_bytes / 2)? {
            loose::Read::Whole(kind, bytes) => Ok(Some((kind, bytes))),
            loose::Read::Large { size, .. } => {
                Err(Fault::TooLarge { size, limit: self.limits.held_bytes / 2 })
            }
        }
    }

    /// Follows the chain of deltas down to an object that is whole, and builds up again from there.
    pub(super) fn read_packed(
        &self,
        pack: &Pack,
        offset: u64,
        inflater: &mut Inflater,
        hops: u32,
    ) -> Result<(Kind, Arc<[u8]>), Fault> {
        let mut chain: Vec<(u64, Header)> = Vec::new();
        let mut at = offset;
        let (kind, mut bytes): (Kind, Arc<[u8]>) = loop {
            if let Some((kind, bytes)) = self.cached((pack.number, at)) {
                break (kind, bytes);
            }
            if chain.len() as u64 > u64::from(pack.stated()) {
                return Err(Fault::Cycle);
            }
            let header = pack.header(at)?;
            match header.what {
                What::Whole(kind) => {
                    let bytes: Arc<[u8]> = self.inflate(pack, &header, inflater)?.into();
                    self.cache((pack.number, at), kind, &bytes);
                    break (kind, bytes);
                }
                What::OnOffset(base) => {
                    chain.push((at, header));
                    at = base;
                }
                What::OnId(id) => {
                    chain.push((at, header));
                    let Some(base) = pack.find(&id) else {
                        let base = self.read_at(&id, inflater, hops + 1)?;
                        let (kind, bytes) = base.ok_or(Fault::NoBase)?;
                        break (kind, bytes.into());
                    };
                    at = base;
                }
            }
        };
        for (at, header) in chain.into_iter().rev() {
            let delta = self.inflate(pack, &header, inflater)?;
            let size = delta::sizes(&delta)?.result;
            let mut out = Vec::with_capacity(self.held(size)?);
            delta::build(&delta, &bytes, &mut out)?;
            bytes = out.into();
            self.cache((pack.number, at), kind, &bytes);
        }
        Ok((kind, bytes))
    }

    fn inflate(&self, pack: &Pack, header: &Header, inflater: &mut Inflater) -> Result<Vec<u8>, Fault> {
        let mut out = vec![0; self.held(header.size)?];
        inflater.exact(pack.data(header.data, pack.end() as u64), &mut out)?;
        Ok(out)
    }

    /// A size that was only claimed, as one that may be allocated.
    fn held(&self, size: u64) -> Result<usize, Fault> {
        let limit = self.limits.held_bytes / 2;
        if size > limit {
            return Err(Fault::TooLarge { size, limit });
        }
        usize::try_from(size).map_err(|_| Fault::TooLarge { size, limit })
    }

    fn cached(&self, at: Place) -> Option<(Kind, Arc<[u8]>)> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).held.get(&at).cloned()
    }

    fn cache(&self, at: Place, kind: Kind, bytes: &Arc<[u8]>) {
        let cache: &Mutex<Cache> = &self.cache;
        cache.lock().unwrap_or_else(PoisonError::into_inner).put(at, kind, bytes);
    }
}

/// The whole bytes that a prefix in hexadecimal digits begins with, its last half byte filled up with 0.
fn prefix_bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() < 4 || hex.len() > 64 {
        return None;
    }
    let digits = hex.chars().map(|c| c.to_digit(16)).collect::<Option<Vec<_>>>()?;
    digits
        .chunks(2)
        .map(|pair| {
            let high = pair.first().copied().unwrap_or(0);
            u8::try_from(high * 16 + pair.get(1).copied().unwrap_or(0)).ok()
        })
        .collect()
}
