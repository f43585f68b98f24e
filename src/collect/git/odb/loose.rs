//! Loose objects: one zlib stream a file, under the first two digits of its id.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use gix::hash::{Kind as Hash, ObjectId};
use gix::object::Kind;

use super::fault::Fault;
use super::inflate::{Inflater, Stream};
use super::map::Map;

/// A file that is, or should be, a loose object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loose {
    /// `None` where the name is none of an object: what a git that was cut off has left.
    pub id: Option<ObjectId>,
    pub path: PathBuf,
    pub shown: String,
}

/// A directory of objects: a repository's own, or an alternate.
pub struct Store {
    pub dir: PathBuf,
    /// How gaps name it.
    pub shown: String,
}

/// A loose object that was read: whole, or too large to hold.
pub enum Read {
    Whole(Kind, Vec<u8>),
    Large { kind: Kind, size: u64, header: u64, file: Map },
}

/// The longest header: a kind, a space, twenty digits, a NUL.
const HEADER: usize = 32;
/// Room for most objects at once.
const FIRST: usize = 8 << 10;

impl Store {
    pub fn path(&self, id: &ObjectId) -> PathBuf {
        let hex = id.to_hex().to_string();
        let (dir, name) = hex.split_at_checked(2).unwrap_or_default();
        self.dir.join(dir).join(name)
    }

    /// All files of one of the 256 folders, in order. A folder that is not there is empty.
    pub fn folder(&self, first: u8, hash: Hash) -> std::io::Result<Vec<Loose>> {
        let name = format!("{first:02x}");
        let entries = match std::fs::read_dir(self.dir.join(&name)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry?;
            let file = entry.file_name();
            let hex = format!("{name}{}", file.to_string_lossy());
            let id = ObjectId::from_hex(hex.as_bytes()).ok().filter(|id| id.kind() == hash);
            found.push(Loose { id, path: entry.path(), shown: String::new() });
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        for (number, file) in (1..).zip(&mut found) {
            let own = file.path.file_name().unwrap_or_default();
            // The name of an object is its id.
            let is_id = matches!(own.len(), 38 | 62) && own.as_bytes().iter().all(u8::is_ascii_hexdigit);
            let place = if file.id.is_some() || is_id {
                format!("number {number} of its files by name")
            } else {
                crate::text::printable_path(Path::new(own))
            };
            file.shown = format!("{}/{name}: {place}", self.shown);
        }
        Ok(found)
    }
}

impl Loose {
    /// Reads the object; `limit` bounds what is held of it.
    pub fn read(&self, inflater: &mut Inflater, limit: u64) -> Result<Read, Fault> {
        let file = Map::open_loose(&self.path)?;
        let mut out = vec![0; FIRST];
        let head = inflater.head(&file, &mut out)?;
        let (kind, size, header) = parse(out.get(..head.len).unwrap_or_default())?;
        let total = size.checked_add(header as u64).ok_or(Fault::Header)?;
        if size > limit {
            return Ok(Read::Large { kind, size, header: header as u64, file });
        }
        let total = usize::try_from(total).map_err(|_| Fault::TooLarge { size, limit })?;
        let used = if head.done {
            if head.len != total {
                return Err(Fault::Length { stated: size, found: head.len.saturating_sub(header) as u64 });
            }
            head.used
        } else {
            if total < head.len {
                return Err(Fault::Length { stated: size, found: head.len.saturating_sub(header) as u64 });
            }
            out.resize(total, 0);
            inflater.rest(&file, &mut out)?
        };
        if used != file.len() {
            return Err(Fault::Unlisted((file.len() - used.min(file.len())) as u64));
        }
        out.truncate(total);
        out.drain(..header);
        Ok(Read::Whole(kind, out))
    }
}

/// The stream of a large loose object, its header dropped.
pub fn stream(file: &[u8], size: u64, header: u64) -> std::io::Result<Stream<'_>> {
    let mut stream = Stream::new(file, size.saturating_add(header));
    stream.skip(header)?;
    Ok(stream)
}

/// Kind, size, and the header's own length.
fn parse(bytes: &[u8]) -> Result<(Kind, u64, usize), Fault> {
    let head = bytes.get(..bytes.len().min(HEADER)).unwrap_or_default();
    let end = memchr::memchr(0, head).ok_or(Fault::Header)?;
    let text = head.get(..end).and_then(|text| std::str::from_utf8(text).ok()).ok_or(Fault::Header)?;
    let (kind, size) = text.split_once(' ').ok_or(Fault::Header)?;
    let kind = match kind {
        "blob" => Kind::Blob,
        "tree" => Kind::Tree,
        "commit" => Kind::Commit,
        "tag" => Kind::Tag,
        _ => return Err(Fault::Header),
    };
    if !size.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Header);
    }
    Ok((kind, size.parse().map_err(|_| Fault::Header)?, end + 1))
}
