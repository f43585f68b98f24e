//! Containers: compressed streams, archives and databases, opened so that what they hold can be searched.
//!
//! A container is recognised by its first bytes, never by its name. Opening one is metered: every byte
//! that comes out is paid for, so a bomb ends in a gap and not in memory. What could be decoded before a
//! cut or a fault is handed over all the same; the fault is then the reason why the container was not
//! fully read. Nesting is the caller's work: a member is bytes like any others.

mod input;
mod sqlite;
mod stream;
mod tar;
mod zip;

#[cfg(test)]
mod tests;

use std::io::Read;

/// What a container is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Gzip,
    Zlib,
    /// Deflate without a header; recognised by decoding it to its end.
    Deflate,
    Zstd,
    Xz,
    Bzip2,
    Tar,
    Zip,
    Sqlite,
    /// A write-ahead log of `SQLite`: pages that the database may not hold yet.
    SqliteLog,
}

/// Pays for what comes out of containers.
pub trait Meter {
    /// Takes the price of some bytes.
    ///
    /// # Errors
    /// The reason, in words for the reader, once no more may be decoded.
    fn spend(&self, bytes: u64) -> Result<(), String>;
}

/// Shared, because whoever searches a member pays from the same budget while the container is open.
impl Meter for std::cell::RefCell<super::Budget> {
    fn spend(&self, bytes: u64) -> Result<(), String> {
        let paid = self.try_borrow_mut().is_ok_and(|mut budget| budget.take(bytes));
        if paid { Ok(()) } else { Err("the budget for decoded bytes is spent".to_owned()) }
    }
}

/// A part of a container, as its bytes go by.
///
/// A cut or a spent budget looks like the end here; [`walk`] tells of it when it returns.
pub struct Member<'a> {
    /// As the archive calls it; a compressed stream has no names.
    pub name: Option<String>,
    pub content: &'a mut dyn Read,
}

/// How many first bytes [`sniff`] wants to see (all of them, if there are fewer).
pub const HEAD: usize = 1 << 10;

/// A recognised stream without a header is only trusted if it ends within this.
const DEFLATE_TRIAL: usize = 1 << 20;

impl Kind {
    /// Whether [`walk`] needs only the bytes in their order, so that the container may be of any size.
    #[must_use]
    pub fn streams(self) -> bool {
        !matches!(self, Self::Sqlite | Self::SqliteLog)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Tar => "tar",
            Self::Zip => "zip",
            Self::Sqlite | Self::SqliteLog => "sqlite",
        }
    }

    /// The form's name in LEAKS.md.
    #[must_use]
    pub fn form(self) -> &'static str {
        match self {
            Self::Sqlite | Self::SqliteLog => "sqlite",
            _ => "archive",
        }
    }
}

/// What container begins here, if any. `bytes` are the first [`HEAD`] or more.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Kind> {
    let kind = match bytes {
        // The three top bits of the flags are reserved: set, it is something else.
        [0x1F, 0x8B, 8, flags, ..] if flags & 0xE0 == 0 => Kind::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Kind::Zstd,
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Kind::Xz,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Kind::Bzip2,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => {
            Kind::Zip
        }
        _ if bytes.starts_with(b"SQLite format 3\0") => Kind::Sqlite,
        [0x37, 0x7F, 0x06, 0x82 | 0x83, ..] => Kind::SqliteLog,
        _ if zlib(bytes) => Kind::Zlib,
        _ if tar::is_header(bytes) => Kind::Tar,
        _ if zip::ends_as_zip(bytes) => Kind::Zip,
        _ => return None,
    };
    Some(kind)
}

/// Why what a file is by its first bytes is not opened here, where it is packed.
#[must_use]
pub fn sealed(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "7z archives are not opened here",
        [b'R', b'a', b'r', b'!', 0x1A, 0x07, ..] => "rar archives are not opened here",
        [0x04, 0x22, 0x4D, 0x18, ..] => "lz4 archives are not opened here",
        [0x1F, 0x9D, bits, ..] if bits & 0x60 == 0 => "compress archives are not opened here",
        [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => "cab archives are not opened here",
        // LZMA without a container: properties, a dictionary of a usual size, and a length or none.
        [0x5D, 0, 0, size, 0, rest @ ..]
            if size.is_power_of_two()
                && rest.get(..8).is_some_and(|l| l[7] == l[6] && matches!(l[7], 0 | 0xFF)) =>
        {
            "lzma archives are not opened here"
        }
        // A bundle has a pack at its end, and only a database of objects has what a pack's deltas stand on.
        [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, ..] => OBJECTS,
        _ if bytes.starts_with(b"# v2 git bundle\n") || bytes.starts_with(b"# v3 git bundle\n") => OBJECTS,
        _ => return None,
    })
}

const OBJECTS: &str = "a pack or a bundle, searched as a file: its objects were not read";

/// As [`sniff`], but for bytes that a decoder made: there, deflate without a header is also looked for.
/// `bytes` are all of them.
#[must_use]
pub fn sniff_decoded(bytes: &[u8]) -> Option<Kind> {
    sniff(bytes).or_else(|| stream::is_deflate(bytes, DEFLATE_TRIAL).then_some(Kind::Deflate))
}

/// Whether bytes may be the beginning of deflate data without a header: what comes out of it is text.
#[must_use]
pub fn begins_as_deflate(bytes: &[u8]) -> bool {
    stream::begins_as_deflate(bytes)
}

/// A zlib header is two bytes, and text can begin with them (`x^2`); its deflate data is no text.
fn zlib(bytes: &[u8]) -> bool {
    let &[method, flags, ..] = bytes else { return false };
    let header = method & 0x0F == 8
        && method >> 4 <= 7
        && flags & 0x20 == 0
        && (u16::from(method) << 8 | u16::from(flags)) % 31 == 0;
    header && {
        let usual = method == 0x78 && matches!(flags, 0x01 | 0x5E | 0x9C | 0xDA);
        let body = bytes.get(2..bytes.len().min(HEAD)).unwrap_or_default();
        !is_text(body) && (usual || stream::begins_well(bytes))
    }
}

/// Bytes that come out of no chance sequence: it has a fault long before.
const PROVEN: usize = 1 << 10;

/// Whether what begins like a container is one, though it may be cut off or damaged: an archive has a directory, and
/// a stream goes well to its end, or so far that it is no chance.
#[must_use]
pub fn is_one(kind: Kind, bytes: &[u8]) -> bool {
    if kind == Kind::Zip {
        return zip::lists_entries(bytes);
    }
    let mut out = [0; PROVEN];
    let mut came = 0;
    let end = open(kind, bytes, &Free, &mut |member| {
        while let Some(room) = out.get_mut(came..).filter(|room| !room.is_empty()) {
            match member.content.read(room) {
                Ok(0) | Err(_) => return,
                Ok(count) => came += count,
            }
        }
    });
    came == PROVEN || came > 0 && end.is_ok()
}

/// Pays for the few bytes that tell what something is.
struct Free;

impl Meter for Free {
    fn spend(&self, _bytes: u64) -> Result<(), String> {
        Ok(())
    }
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes
        .iter()
        .any(|&byte| byte >= 0x7F || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B)))
}

/// Opens a container whose bytes are all at hand.
///
/// # Errors
/// Why it was not fully read, in words for the reader. Members before the fault were handed over.
pub fn open(
    kind: Kind,
    bytes: &[u8],
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    match kind {
        Kind::Sqlite => sqlite::database(bytes, meter, each),
        Kind::SqliteLog => sqlite::log(bytes, meter, each),
        Kind::Zip => zip::open(bytes, meter, each),
        _ => walk(kind, &mut &*bytes, meter, each),
    }
}

/// Opens a container that goes by as a stream, in bounded memory.
///
/// # Errors
/// Why it was not fully read; also for kinds that do not stream ([`Kind::streams`]).
pub fn walk(
    kind: Kind,
    reader: &mut dyn Read,
    meter: &dyn Meter,
    each: &mut dyn FnMut(Member<'_>),
) -> Result<(), String> {
    match kind {
        Kind::Tar => tar::walk(reader, meter, each),
        Kind::Zip => zip::walk(reader, meter, each),
        Kind::Sqlite | Kind::SqliteLog => Err("an SQLite file of this size is not opened".to_owned()),
        Kind::Gzip | Kind::Zlib | Kind::Deflate | Kind::Zstd | Kind::Xz | Kind::Bzip2 => {
            stream::walk(kind, reader, meter, each)
        }
    }
}
