//! Reading files that someone else wrote: bounded, regular files only, never waiting on a pipe.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

/// Opens a regular file for reading, through a link too. Refuses pipes, devices and directories, and never blocks on
/// them.
pub fn open(path: &Path) -> io::Result<File> {
    opened(path, OFlags::NONBLOCK | OFlags::NOCTTY)
}

/// The same of what was seen to be a file: by now it may be a link, which is an error.
pub fn open_unlinked(path: &Path) -> io::Result<File> {
    opened(path, OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW)
}

fn opened(path: &Path, flags: OFlags) -> io::Result<File> {
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

/// A file of at most `limit` bytes; a larger one is an error, not a prefix.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_opened(&open(path)?, limit)
}

/// The same of a file that is open.
pub fn read_opened(file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// The same; `None` where there is no such file.
pub fn read_if_there(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_does_not_make_the_reader_wait() {
        let dir = tempfile::tempdir().expect("a directory");
        let pipe = dir.path().join("HEAD");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        assert!(read(&pipe, 10).is_err());
        std::fs::write(dir.path().join("long"), "0123456789").expect("written");
        assert!(read(&dir.path().join("long"), 9).is_err());
        assert_eq!(read(&dir.path().join("long"), 10).expect("fits").len(), 10);
        assert!(read_if_there(&dir.path().join("none"), 9).expect("absent").is_none());
    }
}
