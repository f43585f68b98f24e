//! Target repositories: what a run must neither have inspected nor copied.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::file::{Kind, Root, unreadable};
use crate::text::printable_path;

/// Files of fewer bytes are alike everywhere: an empty `__init__.py`, a lone bracket.
pub const SMALL: u64 = 32;

/// Nobody saw it before, as one sees a file in a folder: it did not vanish.
const NOT_THERE: &str = "there is nothing at this path, which is named as a target repository";

/// A clone that did not succeed leaves such a folder.
const EMPTY: &str = "nothing is in this folder, which is named as a target repository";

/// A target repository, as the profile or the caller names it.
#[derive(Debug, Clone)]
pub struct Target {
    /// As it was named: what findings show.
    pub shown: String,
    pub root: PathBuf,
    /// How a text may spell its path.
    spellings: Vec<Vec<u8>>,
    /// Read when it is first asked for.
    contents: Arc<OnceLock<Contents>>,
}

/// What a target repository holds, as far as it could be read.
#[derive(Debug)]
struct Contents {
    root: Option<Root>,
    files: HashMap<u64, Vec<TargetFile>>,
    objects: Option<Objects>,
    unread: Vec<String>,
}

/// A file of the work tree, and its id once that was needed.
#[derive(Debug)]
struct TargetFile {
    path: PathBuf,
    id: OnceLock<Result<[u8; 32], String>>,
}

/// The ids of all objects, sorted, each cut to its first 20 bytes: all of a SHA-1.
#[derive(Debug)]
struct Objects {
    hash: gix::hash::Kind,
    ids: Vec<[u8; 20]>,
}

/// Where a content stands in a target repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copy {
    /// In its work tree, relative to its root.
    File(String),
    /// In its object database only.
    Object,
}

impl Target {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        let mut spellings: Vec<Vec<u8>> = Vec::new();
        let forms = [Some(root.to_owned()), std::path::absolute(root).ok(), root.canonicalize().ok()];
        for form in forms.into_iter().flatten() {
            let bytes = form.as_os_str().as_encoded_bytes();
            let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes).to_vec();
            // A name alone, or the root of all, would be found everywhere.
            if form.components().count() < 2 || bytes.len() < 4 {
                continue;
            }
            let escaped = String::from_utf8_lossy(&bytes).replace('/', "\\/").into_bytes();
            spellings.extend([bytes, escaped]);
        }
        spellings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        spellings.dedup();
        Self { shown: printable_path(root), root: root.to_owned(), spellings, contents: Arc::default() }
    }

    /// The first place where a text names the repository, or a path in it.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let first = |spelling: &Vec<u8>| {
            memchr::memmem::find_iter(text, spelling)
                .map(|start| start..start + spelling.len())
                .find(|range| stands_alone(text, range))
        };
        let exact = self.spellings.iter().filter_map(first);
        let absolute = self.spellings.iter().filter(|spelling| spelling.starts_with(b"/"));
        exact
            .chain(absolute.filter_map(|root| roundabout(text, root)))
            .min_by_key(|range| (range.start, text.len() - range.end))
    }
}

impl Target {
    /// Why its content is not, or not wholly, known.
    #[must_use]
    pub fn unread(&self) -> &[String] {
        &self.contents.get_or_init(|| Contents::read(&self.root)).unread
    }

    /// Whether a content of `len` bytes, with these ids of git's, is a file or an object of the target.
    /// Files below a folder that `aside` names are left out.
    ///
    /// # Errors
    /// A file of the same length that can't be read.
    pub fn holds(
        &self,
        len: u64,
        sha1: &[u8],
        sha256: &[u8],
        aside: &dyn Fn(&OsStr) -> bool,
    ) -> Result<Option<Copy>, String> {
        let contents = self.contents.get_or_init(|| Contents::read(&self.root));
        for file in contents.files.get(&len).map_or(&[][..], Vec::as_slice) {
            if file.path.iter().any(aside) {
                continue;
            }
            let id = file.id.get_or_init(|| contents.id(&file.path, len));
            if id.as_ref().map_err(Clone::clone)?.as_slice() == sha256 {
                return Ok(Some(Copy::File(printable_path(&file.path))));
            }
        }
        let known = contents.objects.as_ref().is_some_and(|objects| objects.has(sha1, sha256));
        Ok(known.then_some(Copy::Object))
    }
}

impl Contents {
    fn read(path: &Path) -> Self {
        let mut contents = Self { root: None, files: HashMap::new(), objects: None, unread: Vec::new() };
        let root = match Root::open(path) {
            Ok(root) => root,
            Err(error) => {
                let gone = error.kind() == std::io::ErrorKind::NotFound;
                contents.unread.push(if gone { NOT_THERE.to_owned() } else { unreadable(&error) });
                return contents;
            }
        };
        let mut is_empty = true;
        for entry in root.walk().entries {
            if entry.path.iter().any(|part| part == ".git") {
                continue;
            }
            is_empty = false;
            match entry.kind {
                Kind::File => contents.file(path, entry.path),
                Kind::Refused(why) => {
                    contents.unread.push(format!("{}: {why}", printable_path(&entry.path)));
                }
                Kind::Link(_) | Kind::Special(_) => {}
            }
        }
        contents.root = Some(root);
        if path.join(".git").exists() || path.join("objects").is_dir() {
            match Objects::read(path) {
                Some(objects) => {
                    is_empty &= objects.ids.is_empty();
                    contents.objects = Some(objects);
                }
                None => contents.unread.push("its object database can't be read".to_owned()),
            }
        }
        if is_empty && contents.unread.is_empty() {
            contents.unread.push(EMPTY.to_owned());
        }
        contents
    }

    fn file(&mut self, root: &Path, path: PathBuf) {
        match std::fs::symlink_metadata(root.join(&path)) {
            Ok(meta) if meta.len() < SMALL => {}
            Ok(meta) => {
                let file = TargetFile { path, id: OnceLock::new() };
                self.files.entry(meta.len()).or_default().push(file);
            }
            Err(error) => self.unread.push(format!("{}: {}", printable_path(&path), unreadable(&error))),
        }
    }

    /// Git's id of a file, in SHA-256's form.
    fn id(&self, path: &Path, len: u64) -> Result<[u8; 32], String> {
        let Some(root) = &self.root else { return Err("not read".to_owned()) };
        let mut file = root.file(path)?;
        let mut hash = Sha256::new();
        hash.update(format!("blob {len}\0"));
        let mut buffer = vec![0; 128 << 10];
        loop {
            match file.read(&mut buffer).map_err(|error| unreadable(&error))? {
                0 => return Ok(hash.finalize().into()),
                count => hash.update(buffer.get(..count).unwrap_or_default()),
            }
        }
    }
}

impl Objects {
    /// Lists all objects, loose and packed; `None` where one of them can't be listed.
    fn read(path: &Path) -> Option<Self> {
        let repository = gix::open_opts(path, gix::open::Options::isolated()).ok()?;
        let mut ids = Vec::new();
        for id in repository.objects.iter().ok()? {
            ids.push(*id.ok()?.as_slice().first_chunk()?);
        }
        ids.sort_unstable();
        Some(Self { hash: repository.object_hash(), ids })
    }

    fn has(&self, sha1: &[u8], sha256: &[u8]) -> bool {
        let id = if self.hash == gix::hash::Kind::Sha1 { sha1 } else { sha256 };
        id.first_chunk().is_some_and(|id| self.ids.binary_search(id).is_ok())
    }
}

/// Bytes before a repository's own name that are looked at for the path to it.
const PATH: usize = 1 << 10;

/// Where a text names a folder on a way that is not the shortest: `/srv/x/../app`, `/srv//app`.
fn roundabout(text: &[u8], root: &[u8]) -> Option<Range<usize>> {
    let name = root.rsplit(|byte| *byte == b'/').next()?;
    memchr::memmem::find_iter(text, name).find_map(|at| {
        let end = at + name.len();
        let before = text.get(at.saturating_sub(PATH)..at)?;
        if before.last() != Some(&b'/') {
            return None;
        }
        let ends_a_path = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`\0=,:;()[]{}<>|".contains(byte);
        let begin = at - before.iter().rev().take_while(|byte| !ends_a_path(byte)).count();
        let path = text.get(begin..end)?;
        if !["//", "/.", "\\/"].iter().any(|odd| memchr::memmem::find(path, odd.as_bytes()).is_some()) {
            return None;
        }
        let first =
            |at: &usize| path.get(*at) == Some(&b'/') && (*at == 0 || path.get(at - 1) != Some(&b'/'));
        let is_root = |from: &usize| {
            let range = begin + from..end;
            is_same(path.get(*from..).unwrap_or_default(), root) && stands_alone(text, &range)
        };
        (0..path.len()).filter(first).find(is_root).map(|from| begin + from..end)
    })
}

/// Whether two absolute paths are one, `.`, `..` and doubled slashes aside. A slash may be escaped, as in JSON.
fn is_same(path: &[u8], root: &[u8]) -> bool {
    let parts = |path: &[u8]| {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for part in path.split(|byte| *byte == b'/') {
            match part.strip_suffix(b"\\").unwrap_or(part) {
                b"" | b"." => {}
                b".." => drop(parts.pop()),
                part => parts.push(part.to_vec()),
            }
        }
        parts
    };
    parts(path) == parts(root)
}

/// Not a part of a longer path: `/srv/app` is not in `/srv/app-old`, nor in `/mnt/srv/app`.
fn stands_alone(text: &[u8], range: &Range<usize>) -> bool {
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80;
    let before = text.get(..range.start).unwrap_or_default();
    let mut after = text.get(range.end..).unwrap_or_default().iter().copied();
    let next = after.next();
    // A word that ends where the path begins: an option (`-C/srv/app`), or the side of a diff (`a/srv/app`).
    let (outside, word) =
        before.split_at(before.iter().rposition(|byte| !name(*byte)).map_or(0, |at| at + 1));
    let follows_a_path = matches!(outside.last(), Some(b'.' | b'/'));
    let free_before = match word {
        [] => !follows_a_path || outside.ends_with(b"//"),
        [b'-', ..] => !follows_a_path,
        [b'a' | b'b' | b'c' | b'i' | b'o' | b'w'] => {
            outside.last().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'"')
        }
        _ => false,
    };
    let free_after = match next {
        Some(b'.') => !after.next().is_some_and(name),
        Some(byte) => !name(byte),
        None => true,
    };
    free_before && free_after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_as_itself_and_not_in_a_longer_path() {
        let target = Target::new(Path::new("/srv/target/app"));
        for text in [
            "cat /srv/target/app/src/main.rs",
            "--root=/srv/target/app",
            "\"/srv/target/app\"",
            "in /srv/target/app.",
            "\"\\/srv\\/target\\/app\\/x\"",
            "file:///srv/target/app",
            "-C/srv/target/app",
            "cc -I/srv/target/app/include x.c",
            "diff --git a/srv/target/app/x b/src/x",
            "+++ b/srv/target/app/x",
            "/srv/x/../target/app",
            "--root=/srv//target/./app/src",
            "\"\\/srv\\/target\\/x\\/..\\/app\"",
        ] {
            assert!(target.find(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "/srv/target/app-old",
            "/srv/target/apple",
            "/mnt/srv/target/app",
            "/srv/target/app.bak",
            "app",
            "/srv/x/../target/app-old",
            "/mnt//srv/target/app",
            "/srv/../target/app",
            "/opt/-x/srv/target/app",
            "data/srv/target/app",
        ] {
            assert!(target.find(text.as_bytes()).is_none(), "{text}");
        }
    }
}
