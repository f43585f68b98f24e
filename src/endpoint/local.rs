//! What this machine keeps for its user between audits: a folder, the key of all caches in it, and how they are written.

use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

const KEY: usize = 32;

/// Without the key nobody can tell what an entry of a cache speaks of.
pub type Key = Zeroizing<[u8; KEY]>;

/// The folder that caches belong in, by this user's environment: `$XDG_CACHE_HOME/counterfoil`, or
/// `~/.cache/counterfoil`; outside any repository.
#[must_use]
pub fn folder_of_user() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("counterfoil"))
}

/// The key in a folder, which is its owner's alone; both are made where they are missing. Two that make it at once agree
/// on one.
///
/// # Errors
/// A folder that can't be made, a key that can't be read or written, or is no file.
pub fn key(folder: &Path) -> io::Result<Key> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join("key");
    if let Some(key) = read(&path)? {
        return Ok(key);
    }
    let mut key = Key::default();
    getrandom::fill(&mut *key).map_err(io::Error::other)?;
    let mut own = tempfile::Builder::new().prefix("key").tempfile_in(folder)?;
    own.write_all(&*key)?;
    own.as_file().sync_all()?;
    match own.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(_) => read(&path)?.ok_or_else(|| io::Error::other("a key that is cut off")),
    }
}

/// The key that is there. One of another length was cut off: it is taken away, and with it go all caches under it.
fn read(path: &Path) -> io::Result<Option<Key>> {
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.is_file() => return Err(io::Error::other("the key is no file")),
        Ok(meta) if meta.len() == KEY as u64 => {}
        Ok(_) => return fs::remove_file(path).map(|()| None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let bytes = Zeroizing::new(fs::read(path)?);
    Ok(<[u8; KEY]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new))
}

/// Puts a file in place at once, for its owner only: a reader sees the old one or the new one, whole.
///
/// # Errors
/// What the file system says.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("no folder"))?;
    let mut own = tempfile::Builder::new().prefix("cache").tempfile_in(folder)?;
    own.write_all(bytes)?;
    own.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_anew_where_it_was_cut_off() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("cache");
        let first = key(&folder).expect("made");
        assert_eq!(key(&folder).expect("read"), first);
        assert_eq!(folder.metadata().expect("there").permissions().mode() & 0o777, 0o700);
        std::fs::write(folder.join("key"), b"short").expect("written");
        assert_ne!(key(&folder).expect("made anew"), first);
        let keys: Vec<Key> = std::thread::scope(|scope| {
            let other = dir.path().join("other");
            let make = |_| {
                scope.spawn({
                    let other = other.clone();
                    move || key(&other).expect("one key")
                })
            };
            let threads: Vec<_> = (0..4).map(make).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        std::fs::create_dir_all(dir.path().join("odd/key")).expect("made");
        assert!(key(&dir.path().join("odd")).is_err());
    }
}
