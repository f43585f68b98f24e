//! Where the values come from: an environment variable, files, inherited descriptors. Never an argument.
//!
//! Arguments are visible to every process of the machine, and a help text prints what it finds in the
//! environment; so the environment is read here, outside the argument parser, as bytes. The variable stays
//! in our own environment (taking it out is unsafe while threads run): whoever starts a child calls
//! [`withhold`] for it.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use zeroize::Zeroizing;

use super::{EndpointError, Endpoints};

/// A list of values longer than this is some other file, given by mistake.
const LONGEST: u64 = 1 << 20;

/// The places that values are read from. Names only: holds no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The environment variable that the profile names.
    pub variable: String,
    /// Files of one value a line.
    pub files: Vec<PathBuf>,
    /// Open descriptors of the same form.
    pub descriptors: Vec<u32>,
}

/// Why no values could be taken from a source. Never shows what stood there.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{origin} can't be read: {why}")]
    Unreadable { origin: String, why: String },
    #[error("descriptor {0} is not open")]
    Closed(u32),
    #[error("{origin} is longer than a megabyte: that is no list of endpoint values, one a line")]
    TooLong { origin: String },
    #[error("{origin} holds a zero byte: write the values as UTF-8 or plain bytes, one a line")]
    NotText { origin: String },
    #[error("{origin} holds no endpoint value")]
    Empty { origin: String },
    #[error("descriptor {0} is an output: give the values on 0, or on 3 or more")]
    Output(u32),
    #[error(transparent)]
    Value(#[from] EndpointError),
}

/// What an environment variable holds, said without its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Not set, empty, or white space.
    Missing,
    /// Set, but nothing that can be searched for.
    Malformed,
    /// Set, and no URL that a client could be given.
    NoUrl,
    Present,
}

impl Sources {
    /// Reads every source. A source that was named and can't be read is an error, never "no value".
    ///
    /// # Errors
    /// Unreadable sources, files and descriptors without a value, and values too short to be searched for.
    pub fn read(&self) -> Result<Endpoints, SourceError> {
        self.read_from(&|name| std::env::var_os(name))
    }

    /// What can be read of the sources, to guard what is said of those that can't.
    #[must_use]
    pub fn at_hand(&self) -> Endpoints {
        self.at_hand_from(&|name| std::env::var_os(name))
    }

    fn at_hand_from(&self, environment: &dyn Fn(&str) -> Option<OsString>) -> Endpoints {
        let mut endpoints = Endpoints::none();
        let files = self.files.iter().filter_map(|path| read_file(path, "a file").ok());
        for bytes in variable(&self.variable, environment).into_iter().chain(files) {
            for line in lines(&bytes) {
                // A line that is refused is no value, and guards nothing.
                let _refused = endpoints.add(Zeroizing::new(line.to_vec()), "a source");
            }
        }
        endpoints
    }

    fn read_from(&self, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Endpoints, SourceError> {
        let mut endpoints = Endpoints::none();
        if let Some(bytes) = variable(&self.variable, environment) {
            add_lines(&mut endpoints, &bytes, &format!("${}", self.variable))?;
        }
        for path in &self.files {
            let origin = named(path);
            add_named(&mut endpoints, &read_file(path, &origin)?, origin)?;
        }
        for &descriptor in &self.descriptors {
            let origin = format!("descriptor {descriptor}");
            add_named(&mut endpoints, &read_descriptor(descriptor)?, origin)?;
        }
        Ok(endpoints)
    }
}

/// Whether what was given as something else has the look of a value: a URL, a host with a port, an address, a name of
/// a private network.
#[must_use]
pub fn looks_like_a_value(text: &str) -> bool {
    let is_host = |part: &str| {
        let (host, port) = part.rsplit_once(':').unwrap_or((part, ""));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        number(port)
            || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
            || [".ts.net", ".local", ".lan", ".internal", ".home.arpa"]
                .iter()
                .any(|end| host.ends_with(end))
    };
    text.contains("://") || text.split(['/', '@']).any(is_host)
}

/// How a file of values is called in messages. Who gives the value itself where its file should stand gets no
/// message that shows it.
fn named(path: &Path) -> String {
    let name = crate::text::printable_path(path);
    if !path.is_file() && looks_like_a_value(&name) {
        return "a file whose name is not shown, since it looks like a value".to_owned();
    }
    name
}

/// Whether the variable holds a value that can be searched for.
#[must_use]
pub fn presence(name: &str) -> Presence {
    presence_in(name, &|name| std::env::var_os(name))
}

fn presence_in(name: &str, environment: &dyn Fn(&str) -> Option<OsString>) -> Presence {
    let Some(bytes) = variable(name, environment) else { return Presence::Missing };
    let mut endpoints = Endpoints::none();
    match add_lines(&mut endpoints, &bytes, name) {
        Ok(()) if endpoints.is_empty() => Presence::Missing,
        Ok(()) if !endpoints.iter().all(super::Endpoint::is_url) => Presence::NoUrl,
        Ok(()) => Presence::Present,
        Err(_) => Presence::Malformed,
    }
}

/// Keeps the variable from a child, and what fingerprints are keyed with.
pub fn withhold<'a>(command: &'a mut Command, variable: &str) -> &'a mut Command {
    command.env_remove(variable).env_remove(super::fingerprint::PEPPER_VARIABLE)
}

/// A secret's bytes from a file, for values and peppers alike.
///
/// # Errors
/// A file that can't be read, or is longer than a megabyte.
pub fn read_file(path: &Path, origin: &str) -> Result<Zeroizing<Vec<u8>>, SourceError> {
    let file = std::fs::File::open(path).map_err(|why| unreadable(origin, &why))?;
    read_whole(file, origin)
}

/// A secret's bytes from a descriptor that the caller opened for us.
///
/// It is opened anew by its name in `/dev/fd`: adopting a number that something else in this process may
/// own can't be done safely.
///
/// # Errors
/// Descriptors 1 and 2, and whatever can't be read.
pub fn read_descriptor(descriptor: u32) -> Result<Zeroizing<Vec<u8>>, SourceError> {
    let origin = format!("descriptor {descriptor}");
    match descriptor {
        0 => read_whole(std::io::stdin().lock(), &origin),
        1 | 2 => Err(SourceError::Output(descriptor)),
        _ => {
            let path = format!("/dev/fd/{descriptor}");
            match std::fs::File::open(path) {
                Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                    Err(SourceError::Closed(descriptor))
                }
                file => read_whole(file.map_err(|why| unreadable(&origin, &why))?, &origin),
            }
        }
    }
}

/// The variable's bytes, whatever their encoding.
fn variable(name: &str, environment: &dyn Fn(&str) -> Option<OsString>) -> Option<Zeroizing<Vec<u8>>> {
    environment(name).map(|value| Zeroizing::new(value.into_vec()))
}

fn read_whole(reader: impl Read, origin: &str) -> Result<Zeroizing<Vec<u8>>, SourceError> {
    // Room for most lists at once: a vector that grows leaves copies of the secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 << 10));
    reader.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|why| unreadable(origin, &why))?;
    if bytes.len() as u64 > LONGEST {
        return Err(SourceError::TooLong { origin: origin.to_owned() });
    }
    Ok(bytes)
}

fn unreadable(origin: &str, why: &std::io::Error) -> SourceError {
    SourceError::Unreadable { origin: origin.to_owned(), why: crate::text::io_reason(why) }
}

/// A source that was named has a value: who named it means to search for one.
fn add_named(endpoints: &mut Endpoints, bytes: &[u8], origin: String) -> Result<(), SourceError> {
    if lines(bytes).all(|line| line.trim_ascii().is_empty()) {
        return Err(SourceError::Empty { origin });
    }
    add_lines(endpoints, bytes, &origin)
}

fn add_lines(endpoints: &mut Endpoints, bytes: &[u8], origin: &str) -> Result<(), SourceError> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(SourceError::NotText { origin: origin.to_owned() });
    }
    lines(bytes).try_for_each(|line| Ok(endpoints.add(Zeroizing::new(line.to_vec()), origin)?))
}

/// One value a line, whatever its end; a mark of UTF-8 before the first is none of it.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    bytes.split(|&byte| byte == b'\n' || byte == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://100.101.102.103:8000/v1";

    fn environment(value: &[u8]) -> impl Fn(&str) -> Option<OsString> + use<> {
        let value = OsString::from_vec(value.to_vec());
        move |name| (name == "BASE_URL").then(|| value.clone())
    }

    fn sources() -> Sources {
        Sources { variable: "BASE_URL".to_owned(), ..Sources::default() }
    }

    fn values(endpoints: &Endpoints) -> Vec<Vec<u8>> {
        endpoints.iter().map(|endpoint| endpoint.as_bytes().to_vec()).collect()
    }

    #[test]
    fn the_variable_may_hold_any_bytes_and_an_empty_one_is_no_value() {
        let raw = b"http://spark\xff9.tail4f2a.ts.net/v1";
        let read = sources().read_from(&environment(raw)).expect("read");
        assert_eq!(values(&read), [raw.to_vec()]);
        for nothing in [&b""[..], b" \t ", b"\n\n"] {
            assert!(sources().read_from(&environment(nothing)).expect("read").is_empty());
            assert_eq!(presence_in("BASE_URL", &environment(nothing)), Presence::Missing);
        }
        assert!(sources().read_from(&|_| None).expect("read").is_empty());
    }

    #[test]
    fn a_value_that_is_no_url_counts_and_a_short_one_is_refused_unseen() {
        let read = sources().read_from(&environment(b"spark9 gateway")).expect("read");
        assert_eq!(values(&read), [b"spark9 gateway".to_vec()]);
        let error = sources().read_from(&environment(b"zqx")).expect_err("too short");
        assert!(error.to_string().contains("$BASE_URL"), "{error}");
        assert!(!format!("{error} {error:?}").contains("zqx"));
        assert_eq!(presence_in("BASE_URL", &environment(b"zqx")), Presence::Malformed);
        for (value, presence) in [
            (URL, Presence::Present),
            ("spark9 gateway", Presence::NoUrl),
            ("ftp://spark9/v1", Presence::NoUrl),
        ] {
            assert_eq!(presence_in("BASE_URL", &environment(value.as_bytes())), presence, "{value}");
        }
    }

    #[test]
    fn a_file_gives_one_value_a_line_whatever_its_line_ends() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("values");
        std::fs::write(&path, format!("\u{feff}{URL}\r\n\r\n  http://spark9.tail4f2a.ts.net:8000/v1  \n"))
            .expect("written");
        let read = Sources { files: vec![path.clone()], ..sources() }.read_from(&|_| None).expect("read");
        assert_eq!(
            values(&read),
            [URL.as_bytes().to_vec(), b"http://spark9.tail4f2a.ts.net:8000/v1".to_vec()]
        );

        std::fs::write(&path, b"h\0t\0t\0p\0").expect("written");
        let utf16 = Sources { files: vec![path.clone()], ..sources() }.read_from(&|_| None);
        assert!(matches!(utf16, Err(SourceError::NotText { .. })));
        for empty in ["", "\n", " \t\r\n\n", "\u{feff}"] {
            std::fs::write(&path, empty).expect("written");
            let read =
                Sources { files: vec![path.clone()], ..sources() }.read_from(&environment(URL.as_bytes()));
            assert!(matches!(read, Err(SourceError::Empty { .. })), "{empty:?}");
        }
        std::fs::write(&path, vec![b'a'; (1 << 20) + 1]).expect("written");
        let long = Sources { files: vec![path], ..sources() }.read_from(&|_| None);
        assert!(matches!(long, Err(SourceError::TooLong { .. })));
    }

    #[test]
    fn a_source_that_was_named_and_is_not_there_is_an_error() {
        let missing = Sources { files: vec![PathBuf::from("/nowhere/values")], ..sources() };
        assert!(matches!(missing.read_from(&|_| None), Err(SourceError::Unreadable { .. })));
        let closed = Sources { descriptors: vec![987], ..sources() };
        assert!(matches!(closed.read_from(&|_| None), Err(SourceError::Closed(987))));
        assert!(matches!(read_descriptor(2), Err(SourceError::Output(2))));
    }

    #[test]
    fn a_descriptor_is_read_to_its_end() {
        use std::io::Write;
        use std::os::fd::AsRawFd;
        let mut file = tempfile::tempfile().expect("file");
        writeln!(file, "{URL}").expect("written");
        let descriptor = u32::try_from(file.as_raw_fd()).expect("a descriptor");
        assert_eq!(read_descriptor(descriptor).expect("read").as_slice(), format!("{URL}\n").as_bytes());
    }

    #[test]
    fn a_value_that_is_given_as_its_file_is_not_shown() {
        for value in
            [URL, "100.101.102.103", "/x/100.101.102.103", "gpubox:11434", "http://me:secret@h.example/"]
        {
            let sources = Sources { files: vec![PathBuf::from(value)], ..sources() };
            let error = sources.read_from(&|_| None).expect_err("no such file").to_string();
            assert!(!error.contains(value) && error.contains("looks like a value"), "{error}");
        }
        let missing = Sources { files: vec![PathBuf::from("secrets/endpoint.txt")], ..sources() };
        let error = missing.read_from(&|_| None).expect_err("no such file").to_string();
        assert!(error.contains("secrets/endpoint.txt"), "{error}");
        let guard = missing.at_hand_from(&environment(format!("zq\n{URL}").as_bytes()));
        assert_eq!(values(&guard), [URL.as_bytes().to_vec()]);
    }

    #[test]
    fn children_do_not_get_the_variable() {
        let mut command = Command::new("env");
        command.env_clear().env("KEPT", "yes").env("BASE_URL", URL).env("COUNTERFOIL_PEPPER", "00ff");
        let output = withhold(&mut command, "BASE_URL").output().expect("env runs");
        assert_eq!(output.stdout, b"KEPT=yes\n");
    }

    #[test]
    fn nothing_about_the_sources_shows_a_value() {
        let read = sources().read_from(&environment(URL.as_bytes())).expect("read");
        let shown = format!("{read:?}");
        assert!(!shown.contains("100.101"), "{shown}");
    }
}
