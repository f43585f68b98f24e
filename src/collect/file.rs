//! Opening files of others, safely.
//!
//! Follows no link, opens nothing but regular files and directories, and never leaves the directory that
//! it was given. A FIFO, a socket or a device is refused by name; so is what turned into one in between.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};

use crate::text::io_reason;

/// No link is followed, nothing is waited for, and nothing becomes the process's terminal.
const CAREFUL: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);
const A_FIFO: &str = "is a FIFO: not opened";
const A_SOCKET: &str = "is a socket: not opened";
const A_DEVICE: &str = "is a device: not opened";

/// Folders that stay open while their files are read.
const KEPT_OPEN: usize = 32;
/// Folders within one another that are still walked, wherever folders are: what lies deeper is a gap, not a stack
/// overflow. Each folder above stays open meanwhile.
pub const DEEPEST: usize = 128;

/// Why a folder that lies deeper is not read.
#[must_use]
pub fn too_deep() -> String {
    format!("lies more than {DEEPEST} folders deep: not read")
}

/// What an entry of a directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    File,
    /// A symbolic link, and the text that it holds.
    Link(PathBuf),
    /// A FIFO, a socket or a device, of which nothing is ever read: which of them.
    Special(&'static str),
    /// An unreadable folder, link, …: why it was not read.
    Refused(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the walked directory.
    pub path: PathBuf,
    pub kind: Kind,
    /// The number of its folder in the walk.
    folder: usize,
}

/// A directory that is open, and below which files are opened.
#[derive(Debug)]
pub struct Root {
    fd: OwnedFd,
    path: PathBuf,
}

/// What tells that a file or a folder is still what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub len: u64,
    pub modified: Option<SystemTime>,
    changed: (i64, i64),
    node: (u64, u64),
}

impl Stamp {
    #[must_use]
    pub fn of(meta: &Metadata) -> Self {
        Self {
            len: meta.len(),
            modified: meta.modified().ok(),
            changed: (meta.ctime(), meta.ctime_nsec()),
            node: (meta.dev(), meta.ino()),
        }
    }

    /// Of a folder: the time of its last change is enough.
    fn of_stat(stat: &rustix::fs::Stat) -> Self {
        let changed = (stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or_default());
        Self { len: 0, modified: None, changed, node: (0, stat.st_ino) }
    }
}

/// A regular file that is open for reading.
#[derive(Debug)]
pub struct Opened {
    file: File,
    pub stamp: Stamp,
}

impl Opened {
    /// Whether the file is still as it was when it was opened.
    ///
    /// # Errors
    /// What the system says.
    pub fn unchanged(&self) -> std::io::Result<bool> {
        Ok(Stamp::of(&self.file.metadata()?) == self.stamp)
    }

    /// Replaces `buffer` by the file's bytes, as many as it had when it was opened, and no more than
    /// `most`: whether it has grown since, [`Opened::unchanged`] tells.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_whole(&mut self, buffer: &mut Vec<u8>, most: u64) -> std::io::Result<()> {
        buffer.clear();
        let expected = usize::try_from(self.stamp.len.min(most)).unwrap_or(0);
        if expected == 0 {
            // Some file systems give no size.
            (&mut self.file).take(most).read_to_end(buffer)?;
            return Ok(());
        }
        buffer.resize(expected, 0);
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    buffer.truncate(filled);
                    return Err(error);
                }
            }
        }
        buffer.truncate(filled);
        Ok(())
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Root {
    /// Opens a directory. The path itself may be a link: it is what the caller named.
    ///
    /// # Errors
    /// What the system says; a path that is no directory.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Self { fd, path: path.to_owned() })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a regular file below the directory.
    ///
    /// # Errors
    /// Why it can't be read, in words for the reader.
    pub fn file(&self, relative: &Path) -> Result<Opened, String> {
        opened(self.beneath(relative))
    }

    /// Opens without following a link in any part of the path.
    fn beneath(&self, relative: &Path) -> rustix::io::Result<OwnedFd> {
        let mut parent: Option<OwnedFd> = None;
        let mut parts = relative.components().peekable();
        while let Some(part) = parts.next() {
            let Component::Normal(name) = part else { return Err(rustix::io::Errno::INVAL) };
            let flags = if parts.peek().is_some() { CAREFUL | OFlags::DIRECTORY } else { CAREFUL };
            let fd = match &parent {
                Some(parent) => rustix::fs::openat(parent, name, flags, Mode::empty())?,
                None => rustix::fs::openat(&self.fd, name, flags, Mode::empty())?,
            };
            parent = Some(fd);
        }
        parent.ok_or(rustix::io::Errno::INVAL)
    }

    /// All entries below the directory but folders, in the order of their paths, and what each folder
    /// was like.
    #[must_use]
    pub fn walk(&self) -> Walked {
        let mut walked = Walked { entries: Vec::new(), folders: Vec::new() };
        match self.fd.try_clone() {
            Ok(fd) => walk(fd, Path::new(""), 0, &mut walked),
            Err(error) => walked.refuse(Path::new(""), unreadable(&error)),
        }
        walked.entries.sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        walked
    }

    /// Opens a regular file that a walk saw.
    ///
    /// # Errors
    /// Why it can't be read, in words for the reader.
    pub fn walked_file(&self, walked: &Walked, entry: &Entry) -> Result<Opened, String> {
        let folder = walked.folders.get(entry.folder).and_then(|folder| folder.fd.as_ref());
        match (folder, entry.path.file_name()) {
            (Some(folder), Some(name)) => opened(rustix::fs::openat(folder, name, CAREFUL, Mode::empty())),
            _ => self.file(&entry.path),
        }
    }

    /// The folders of an earlier walk that are not what they were.
    pub fn changed_folders<'w>(&self, walked: &'w Walked) -> impl Iterator<Item = &'w Path> {
        let changed = |folder: &&Folder| self.folder_stamp(folder) != Some(folder.stamp);
        walked.folders.iter().filter(changed).map(|folder| folder.path.as_path())
    }

    fn folder_stamp(&self, folder: &Folder) -> Option<Stamp> {
        let stamp = |fd: BorrowedFd<'_>| Some(Stamp::of_stat(&rustix::fs::fstat(fd).ok()?));
        match &folder.fd {
            Some(fd) => stamp(fd.as_fd()),
            None => stamp(self.beneath(&folder.path).ok()?.as_fd()),
        }
    }
}

/// What [`Root::walk`] saw.
#[derive(Debug)]
pub struct Walked {
    pub entries: Vec<Entry>,
    folders: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    stamp: Stamp,
    /// Kept open, so that its files are opened in this folder and in no other; of the first ones.
    fd: Option<OwnedFd>,
}

impl Walked {
    /// The paths of everything that was seen, folders among them, in no order; the walked one itself is empty.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let folders = self.folders.iter().map(|folder| &folder.path);
        self.entries.iter().map(|entry| &entry.path).chain(folders).map(PathBuf::as_path)
    }

    /// The paths of the folders; the walked one itself is empty.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|folder| folder.path.as_path())
    }

    /// Takes out the entries of these paths, and gives them back.
    pub fn split_off(&mut self, of: impl Fn(&Path) -> bool) -> Vec<Entry> {
        let (out, left) = std::mem::take(&mut self.entries).into_iter().partition(|entry| of(&entry.path));
        self.entries = left;
        out
    }

    fn refuse(&mut self, path: &Path, why: String) {
        self.push(path.to_owned(), Kind::Refused(why), usize::MAX);
    }

    fn push(&mut self, path: PathBuf, kind: Kind, folder: usize) {
        self.entries.push(Entry { path, kind, folder });
    }
}

fn opened(fd: rustix::io::Result<OwnedFd>) -> Result<Opened, String> {
    let fd = fd.map_err(|error| match error {
        rustix::io::Errno::LOOP | rustix::io::Errno::XDEV => {
            "became a symbolic link while it was read".to_owned()
        }
        rustix::io::Errno::NXIO => "is a FIFO or a socket: not opened".to_owned(),
        error => unreadable(&error.into()),
    })?;
    let file = File::from(fd);
    let meta = file.metadata().map_err(|error| unreadable(&error))?;
    if !meta.is_file() {
        return Err(refusal(meta.file_type()).to_owned());
    }
    Ok(Opened { file, stamp: Stamp::of(&meta) })
}

fn walk(fd: OwnedFd, at: &Path, depth: usize, walked: &mut Walked) {
    let stamp = match rustix::fs::fstat(&fd) {
        Ok(stat) => Stamp::of_stat(&stat),
        Err(error) => return walked.refuse(at, unreadable(&error.into())),
    };
    let own = walked.folders.len();
    let kept = if own < KEPT_OPEN { fd.try_clone().ok() } else { None };
    walked.folders.push(Folder { path: at.to_owned(), stamp, fd: kept });
    let mut listing = match rustix::fs::Dir::read_from(&fd) {
        Ok(listing) => listing,
        Err(error) => return walked.refuse(at, unreadable(&error.into())),
    };
    while let Some(entry) = listing.read() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return walked.refuse(at, unreadable(&error.into())),
        };
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let path = at.join(OsStr::from_bytes(name.to_bytes()));
        let kind = match entry.file_type() {
            FileType::Unknown => rustix::fs::statat(&fd, name, AtFlags::SYMLINK_NOFOLLOW)
                .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode)),
            known => known,
        };
        match kind {
            FileType::RegularFile => walked.push(path, Kind::File, own),
            FileType::Symlink => match rustix::fs::readlinkat(&fd, name, Vec::new()) {
                Ok(target) => {
                    let target = PathBuf::from(OsStr::from_bytes(target.as_bytes()));
                    walked.push(path, Kind::Link(target), own);
                }
                Err(error) => walked.refuse(&path, unreadable(&error.into())),
            },
            FileType::Directory if depth >= DEEPEST => walked.refuse(&path, too_deep()),
            FileType::Directory => {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
                match rustix::fs::openat(&fd, name, flags, Mode::empty()) {
                    Ok(below) => walk(below, &path, depth + 1, walked),
                    Err(error) => walked.refuse(&path, unreadable(&error.into())),
                }
            }
            FileType::Fifo => walked.push(path, Kind::Special(A_FIFO), own),
            FileType::Socket => walked.push(path, Kind::Special(A_SOCKET), own),
            FileType::CharacterDevice | FileType::BlockDevice => {
                walked.push(path, Kind::Special(A_DEVICE), own);
            }
            FileType::Unknown => walked.refuse(&path, "vanished while it was read".to_owned()),
        }
    }
}

fn refusal(kind: std::fs::FileType) -> &'static str {
    if kind.is_fifo() {
        A_FIFO
    } else if kind.is_socket() {
        A_SOCKET
    } else if kind.is_dir() {
        "is a folder where a file should be"
    } else {
        A_DEVICE
    }
}

/// Why something that was seen was not read.
#[must_use]
pub fn unreadable(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "vanished while it was read".to_owned(),
        ErrorKind::NotADirectory => "is a file where a folder should be".to_owned(),
        _ => format!("unreadable: {}", io_reason(error)),
    }
}
