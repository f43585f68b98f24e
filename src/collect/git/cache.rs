//! Which objects were searched before, with the same needles, by the same build, and held nothing.
//!
//! Kept outside the repository, in a file that only its owner may read. The file's name and its seal are
//! made with a random key of this machine, so that neither says anything of the value, and ids of objects
//! that hold the value are never written. A file that is not exactly what was sealed is dropped, and the
//! objects are searched again: the cache can save time, and can't change what an audit says.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use gix::hash::ObjectId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::files;
use super::layout::Layout;
use crate::collect::Context;
use crate::search::Limits;

const MAGIC: &[u8] = b"counterfoil objects 1\n";
const SEAL: usize = 32;
const LARGEST: u64 = 2 << 30;

type Seal = Hmac<Sha256>;

/// The ids of clean objects, in order, and where they are kept.
pub struct Cache {
    file: Option<PathBuf>,
    key: [u8; 32],
    id: usize,
    /// Ids end to end, in order.
    ids: Vec<u8>,
    /// Where the ids that begin with these two bytes start, and the end.
    starts: Vec<usize>,
    new: Vec<ObjectId>,
}

/// The folder that caches belong in, by this user's environment.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("counterfoil"))
}

impl Cache {
    /// The cache for what is searched for and this repository; an empty one that is not kept where `folder` is none,
    /// or can't be used.
    #[must_use]
    pub fn open(folder: Option<&Path>, context: &Context<'_>, layout: &Layout) -> Self {
        let id = layout.hash.len_in_bytes();
        let mut cache =
            Self { file: None, key: [0; 32], id, ids: Vec::new(), starts: Vec::new(), new: Vec::new() };
        // Without a value nothing is searched for that would be worth remembering.
        let folder = folder.filter(|_| context.engine.knows_value());
        let Some(key) = folder.and_then(|folder| local_key(folder).ok()) else { return cache };
        let Some(folder) = folder else { return cache };
        cache.key = key;
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
        cache.ids = cache.read(&file).unwrap_or_default();
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
        ids.chunks_exact(self.id).any(|known| known == bytes)
    }

    /// Takes objects that were searched and hold nothing.
    pub fn add(&mut self, clean: Vec<ObjectId>) {
        self.new.extend(clean);
    }

    /// Writes what is known now, together with what another audit may have written meanwhile.
    ///
    /// # Errors
    /// What the disk says. The file is as it was, or whole.
    pub fn save(&mut self) -> io::Result<()> {
        let Some(file) = self.file.clone().filter(|_| !self.new.is_empty()) else { return Ok(()) };
        let theirs = self.read(&file).unwrap_or_default();
        let new = std::mem::take(&mut self.new);
        let fits = new.iter().map(|id| id.as_bytes()).filter(|id| id.len() == self.id);
        let mut ids: Vec<&[u8]> =
            self.ids.chunks_exact(self.id).chain(theirs.chunks_exact(self.id)).chain(fits).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut bytes = Vec::with_capacity(MAGIC.len() + ids.len() * self.id + SEAL);
        bytes.extend(MAGIC);
        for id in ids {
            bytes.extend(id);
        }
        let mut seal = self.seal().ok_or_else(|| io::Error::other("no key"))?;
        seal.update(file.as_os_str().as_bytes());
        seal.update(&bytes);
        bytes.extend(seal.finalize().into_bytes());
        replace(&file, &bytes)
    }

    fn read(&self, file: &Path) -> Option<Vec<u8>> {
        let mut bytes = files::read(file, LARGEST).ok()?;
        let body = bytes.len().checked_sub(SEAL)?;
        let mut seal = self.seal()?;
        seal.update(file.as_os_str().as_bytes());
        seal.update(bytes.get(..body)?);
        seal.verify_slice(bytes.get(body..)?).ok()?;
        bytes.truncate(body);
        let ids = bytes.strip_prefix(MAGIC)?.to_vec();
        let sorted = ids.chunks_exact(self.id).is_sorted();
        (ids.len() % self.id == 0 && sorted).then_some(ids)
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

    fn seal(&self) -> Option<Seal> {
        Seal::new_from_slice(&self.key).ok()
    }
}

/// What this build searches and how: a newer one may find more. The program's own file tells builds of one
/// version apart.
fn build(limits: &Limits) -> String {
    let file = std::env::current_exe().and_then(|path| path.metadata()).ok();
    let file = file.map(|meta| (meta.len(), meta.modified().ok()));
    format!("{} {file:?} {limits:?}", env!("CARGO_PKG_VERSION"))
}

/// The key of this machine, made when it is first wanted. Two that make it at once agree on one.
fn local_key(folder: &Path) -> io::Result<[u8; 32]> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join("key");
    if let Some(bytes) = files::read_if_there(&path, 1024)? {
        // A key of another length was cut off: it is made anew, and with it go all caches under it.
        if let Ok(key) = <[u8; 32]>::try_from(bytes) {
            return Ok(key);
        }
        fs::remove_file(&path)?;
    }
    let mut key = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let mut own = tempfile::Builder::new().prefix("key").tempfile_in(folder)?;
    own.write_all(&key)?;
    own.as_file().sync_all()?;
    match own.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(_) => files::read(&path, 32)?.try_into().map_err(|_| io::Error::other("a key that is cut off")),
    }
}

/// Puts the file in place at once: a reader sees the old one or the new one, whole.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("no folder"))?;
    let mut own = tempfile::Builder::new().prefix("objects").tempfile_in(folder)?;
    own.write_all(bytes)?;
    own.persist(path).map_err(|error| error.error)?;
    Ok(())
}
