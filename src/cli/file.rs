//! A file that appears whole or not at all, whatever ends the process meanwhile.
//!
//! It has no name while it is written, where the file system knows such files: a process that is stopped leaves nothing
//! behind. Elsewhere it has one of its own until it is whole.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// What writes a file; the same each time that it is asked.
pub(super) type Fill<'f> = dyn Fn(&mut dyn Write) -> io::Result<()> + 'f;

/// As of any new file: the caller's umask takes away from it.
const MODE: u32 = 0o666;
/// Links behind one another, as many as Linux follows.
const LINKS: usize = 40;

/// The file that is written where this one is named: the one behind a link, whether it is there yet or not.
///
/// # Errors
/// A folder that is not there, links that lead to one another, and what else the system says.
pub(super) fn target_of(file: &Path) -> io::Result<PathBuf> {
    if std::fs::metadata(file).is_ok_and(|meta| !meta.is_file()) {
        // A pipe has no other name than this.
        return Ok(file.to_owned());
    }
    let mut path = file.to_owned();
    for _ in 0..LINKS {
        match path.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => return found,
        }
        match path.read_link() {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => return new_file(&path),
        }
    }
    Err(rustix::io::Errno::LOOP.into())
}

/// Whether standard output goes to this very file.
pub(super) fn is_stdout(file: &Path) -> bool {
    let (Ok(own), Ok(other)) = (rustix::fs::fstat(io::stdout()), rustix::fs::stat(file)) else {
        return false;
    };
    let is_file = rustix::fs::FileType::from_raw_mode(own.st_mode).is_file();
    is_file && (own.st_dev, own.st_ino) == (other.st_dev, other.st_ino)
}

fn new_file(path: &Path) -> io::Result<PathBuf> {
    match path.file_name() {
        Some(name) if !path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            Ok(folder_of(path).canonicalize()?.join(name))
        }
        _ => Err(io::ErrorKind::IsADirectory.into()),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a regular file in the place of what is there, whose permissions it takes.
///
/// # Errors
/// What the system says; nothing is left behind then.
pub(super) fn replace(target: &Path, fill: &Fill<'_>) -> io::Result<()> {
    let folder = folder_of(target);
    let permissions = std::fs::metadata(target).ok().map(|meta| meta.permissions());
    let write = |mut file: &File| {
        fill(&mut file)?;
        permissions.clone().map_or(Ok(()), |permissions| file.set_permissions(permissions))
    };
    if let Ok(file) = unnamed(folder) {
        write(&file)?;
        // Where it can't be given a name, the other way is left.
        if let Ok(named) = tempfile::Builder::new().make_in(folder, |path| name(&file, path)) {
            return named.persist(target).map(drop).map_err(|error| error.error);
        }
    }
    let named = tempfile::Builder::new().permissions(Permissions::from_mode(MODE)).tempfile_in(folder)?;
    write(named.as_file())?;
    named.persist(target).map(drop).map_err(|error| error.error)
}

#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    Ok(rustix::fs::open(folder, flags, Mode::from_raw_mode(MODE))?.into())
}

#[cfg(target_os = "linux")]
fn name(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{AtFlags, CWD};
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let name = |entry: io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_file_behind_links_is_meant_whether_it_is_there_or_not() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path().canonicalize().expect("there");
        let at = |name: &str| root.join(name);
        std::fs::create_dir(at("far")).expect("made");
        std::fs::write(at("far/there"), "").expect("written");
        for (link, target) in
            [("a", "far/there"), ("b", "far/new"), ("far/c", "../b"), ("d", "no/such/folder"), ("e", "e")]
        {
            symlink(target, at(link)).expect("linked");
        }
        for (given, is) in [
            ("new", "new"),
            ("far/../new", "new"),
            ("a", "far/there"),
            ("b", "far/new"),
            ("far/c", "far/new"),
        ] {
            assert_eq!(target_of(&at(given)).expect(given), at(is), "{given}");
        }
        for wrong in ["d", "e", "no/such", "new/", "far/there/x"] {
            assert!(target_of(&at(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(target_of(Path::new("/dev/null")).expect("a device"), Path::new("/dev/null"));
    }

    #[test]
    fn what_is_there_keeps_its_permissions_and_its_content_until_the_new_one_is_whole() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("report");
        std::fs::write(&file, "before").expect("written");
        std::fs::set_permissions(&file, Permissions::from_mode(0o604)).expect("set");
        let seen = |out: &mut dyn Write| {
            out.write_all(b"half of it")?;
            assert_eq!(names(dir.path()), ["report"]);
            assert_eq!(std::fs::read_to_string(&file)?, "before");
            out.write_all(b", and the rest")
        };
        replace(&file, &seen).expect("written");
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "half of it, and the rest");
        let mode = std::fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!((names(dir.path()), mode & 0o777), (vec!["report".to_owned()], 0o604));
        let broken = |out: &mut dyn Write| {
            out.write_all(b"half of it")?;
            Err(io::Error::other("no more"))
        };
        assert!(replace(&file, &broken).is_err());
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "half of it, and the rest");
    }

    /// A process of its own: this test binary, which stops itself while it writes.
    #[test]
    fn a_signal_in_the_midst_of_writing_leaves_nothing() {
        const FOLDER: &str = "COUNTERFOIL_TEST_STOPPED_IN";
        if let Some(folder) = std::env::var_os(FOLDER) {
            let stop = |out: &mut dyn Write| {
                out.write_all("x".repeat(1 << 20).as_bytes())?;
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::INT)?;
                std::thread::park();
                Ok(())
            };
            replace(&Path::new(&folder).join("report"), &stop).expect("never");
        }
        let dir = tempfile::tempdir().expect("a temporary directory");
        let status = std::process::Command::new(std::env::current_exe().expect("this binary"))
            .args(["--exact", "cli::file::tests::a_signal_in_the_midst_of_writing_leaves_nothing"])
            .env(FOLDER, dir.path())
            .stdout(std::process::Stdio::null())
            .status()
            .expect("it runs");
        assert_eq!(status.signal(), Some(2), "{status}");
        // Other systems know no file without a name.
        assert!(!cfg!(target_os = "linux") || names(dir.path()).is_empty(), "{:?}", names(dir.path()));
    }
}
