//! A source is a named piece of bytes that evidence was read from.
//!
//! A large source is not held: its windows are read again when a finding shows them, and only if it
//! is still the file that was read (same length and time of change).

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::careful::open;
use super::{Again, LineStarts, Position, Span, characters};

/// The number of a source within its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Where a value stands: bytes of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub source: SourceId,
    pub span: Span,
    /// Line (from 1) that `span` starts on and the offset of that line's first byte, where a
    /// streaming reader has counted them; else they are counted when they are wanted.
    pub line: Option<(u64, u64)>,
    /// The bytes at this place must never be shown, not even with the rest of their line redacted:
    /// a leak that was found by joining or decoding.
    pub opaque: bool,
}

impl Place {
    #[must_use]
    pub fn new(source: SourceId, span: Span) -> Self {
        Self { source, span, line: None, opaque: false }
    }

    /// A place whose line a streaming reader has counted: `line` from 1, starting at byte `start`.
    #[must_use]
    pub fn on_line(source: SourceId, span: Span, line: u64, start: u64) -> Self {
        Self { source, span, line: Some((line, start)), opaque: false }
    }

    #[must_use]
    pub fn opaque(self) -> Self {
        Self { opaque: true, ..self }
    }
}

/// What can still be had of a source's bytes.
#[derive(Debug, Clone)]
pub enum Body {
    Held(Arc<[u8]>),
    /// Read whole, and read again when it is to be shown.
    Again(Again),
    /// Too large to hold; its windows are read again from the file.
    OnDisk {
        path: PathBuf,
        len: u64,
        modified: Option<SystemTime>,
    },
    /// Nothing to show: a directory, a name, an object that is gone again.
    Unshown,
}

#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the audited root, with `/`; made by [`printable_path`]. Not yet redacted.
    pub path: String,
    /// The surface that the profile gives this file, where it stands in a run directory.
    pub surface: Option<Arc<str>>,
    pub body: Body,
    /// Of a git object: the commit that brought it, and its own id.
    pub commit: Option<Arc<str>>,
    pub object: Option<Arc<str>>,
    /// The way into archives, outermost first.
    pub container: Vec<String>,
}

impl Source {
    #[must_use]
    pub fn new(path: impl Into<String>, surface: Option<&str>, body: Body) -> Self {
        Self {
            path: path.into(),
            surface: surface.map(Arc::from),
            body,
            commit: None,
            object: None,
            container: Vec::new(),
        }
    }

    /// The bytes of `span`, cut to what is there; `None` where they can't be had any more.
    #[must_use]
    pub fn window(&self, span: Span) -> Option<Vec<u8>> {
        match &self.body {
            Body::Held(bytes) => part(bytes, span),
            Body::Again(again) => part(again.bytes()?, span),
            Body::OnDisk { path, len, modified } => read_window(path, *len, *modified, span).ok().flatten(),
            Body::Unshown => None,
        }
    }

    /// Line and column of a byte of this source; a column counts bytes where the line can't be had any more.
    #[must_use]
    pub fn position(&self, place: &Place) -> Position {
        if let Some((line, start)) = place.line {
            let before = Span::new(start, place.span.start);
            let column = self.window(before).map_or(before.len(), |before| characters(&before)) + 1;
            return Position { line, column };
        }
        let start = place.span.start;
        match &self.body {
            Body::Held(bytes) => {
                let before = usize::try_from(start).ok().and_then(|end| bytes.get(..end)).unwrap_or(bytes);
                let begins = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
                let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
                let own = before.get(begins..).unwrap_or_default();
                Position { line, column: characters(own) + 1 }
            }
            Body::Again(again) => {
                let (line, begins) = again.lines().line(start);
                let before = again.bytes().and_then(|bytes| part(bytes, Span::new(begins, start)));
                Position { line, column: characters(&before.unwrap_or_default()) + 1 }
            }
            Body::OnDisk { .. } | Body::Unshown => Position::default(),
        }
    }

    /// Where the lines of a source begin whose bytes are at hand or were.
    #[must_use]
    pub fn lines(&self) -> Cow<'_, LineStarts> {
        match &self.body {
            Body::Held(bytes) => Cow::Owned(LineStarts::new(bytes)),
            Body::Again(again) => Cow::Borrowed(again.lines()),
            Body::OnDisk { .. } | Body::Unshown => Cow::Owned(LineStarts::new(&[])),
        }
    }

    /// The same source, for others than those who share what this one holds.
    #[must_use]
    pub fn apart(&self) -> Self {
        match &self.body {
            Body::Again(again) => Self { body: Body::Again(again.apart()), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// Whether it was to be shown, and was not what it had been.
    #[must_use]
    pub fn changed(&self) -> bool {
        matches!(&self.body, Body::Again(again) if again.changed())
    }
}

/// The bytes of a span, cut to what is there.
fn part(bytes: &[u8], span: Span) -> Option<Vec<u8>> {
    let start = usize::try_from(span.start).ok()?.min(bytes.len());
    let end = usize::try_from(span.end).ok()?.clamp(start, bytes.len());
    Some(bytes[start..end].to_vec())
}

fn read_window(
    path: &Path,
    len: u64,
    modified: Option<SystemTime>,
    span: Span,
) -> std::io::Result<Option<Vec<u8>>> {
    let (mut file, now) = open(path)?;
    if now.len() != len || now.modified().ok() != modified {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(span.start))?;
    let mut bytes = Vec::new();
    file.take(span.len()).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// All sources of one subject's evidence.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(source);
        id
    }

    /// The source of this number; every [`SourceId`] was given out by [`Sources::add`].
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.all.get(id.0 as usize)
    }

    pub fn get_mut(&mut self, id: SourceId) -> Option<&mut Source> {
        self.all.get_mut(id.0 as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Source> {
        self.all.iter_mut()
    }
}

/// A path as it may be printed: `/` between its parts, and every byte that is not valid UTF-8 and
/// every character that [`super::speaks`] as `\xNN` or `\u{…}`, so that a hostile name can't speak to a
/// terminal or reorder a line. No two paths are printed alike: a backslash that would read as the beginning
/// of such an escape is one itself, `\u{5c}`; every other stands as it is.
#[must_use]
pub fn printable_path(path: &Path) -> String {
    use std::fmt::Write as _;
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            if super::speaks(c) || c == '\\' && reads_as_escape(&chunk.valid()[at + 1..]) {
                let _ = write!(out, "{}", c.escape_unicode());
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// The bytes of a path that [`printable_path`] printed.
#[must_use]
pub fn bytes_of_printed(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('\\') {
        let (before, behind) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        rest = if let Some((c, behind)) = character(behind) {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            behind
        } else if let Some((byte, behind)) = invalid(behind) {
            bytes.push(byte);
            behind
        } else {
            bytes.push(b'\\');
            &behind[1..]
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// The character that a `\u{…}` stands for at the beginning of a text, and what stands behind it.
fn character(text: &str) -> Option<(char, &str)> {
    let (digits, behind) = text.strip_prefix("\\u{")?.split_once('}')?;
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, behind))
}

/// The byte that a `\xNN` stands for, likewise; none is ASCII.
fn invalid(text: &str) -> Option<(u8, &str)> {
    let rest = text.strip_prefix("\\x")?;
    let byte = u8::from_str_radix(rest.get(..2)?, 16).ok().filter(|byte| !byte.is_ascii())?;
    Some((byte, &rest[2..]))
}

/// Whether what follows a backslash makes an escape of it as [`printable_path`] writes them. A byte that is not
/// valid UTF-8 is never an ASCII one.
fn reads_as_escape(rest: &str) -> bool {
    match rest.as_bytes() {
        [b'u', b'{', ..] => true,
        [b'x', first, ..] => matches!(first, b'8' | b'9' | b'a'..=b'f'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn a_hostile_name_is_spelled_out() {
        let name = Path::new(OsStr::from_bytes(b"a\x1b[31m/\xffb\xe2\x80\xae"));
        assert_eq!(printable_path(name), "a\\u{1b}[31m/\\xffb\\u{202e}");
    }

    #[test]
    fn no_two_names_are_printed_alike() {
        let names: [&[u8]; 10] = [
            b"a\nb",
            b"a\\u{a}b",
            b"a\\u{5c}u{a}b",
            b"\xff",
            b"\\xff",
            b"\\u{5c}xff",
            b"\\\xff",
            b"\\\\xff",
            b"\\\n",
            b"\\\\u{a}",
        ];
        let printed: std::collections::BTreeSet<_> =
            names.iter().map(|name| printable_path(Path::new(OsStr::from_bytes(name)))).collect();
        assert_eq!(printed.len(), names.len(), "{printed:?}");
        for name in names {
            let printed = printable_path(Path::new(OsStr::from_bytes(name)));
            assert_eq!(bytes_of_printed(&printed), name, "{printed}");
        }
        assert!(printed.contains("a\\u{5c}u{a}b") && printed.contains("\\u{5c}xff"), "{printed:?}");
        for plain in ["a\\b", "dev-disk-by\\x2dlabel.swap", "\\users", "end\\", "\\\\"] {
            assert_eq!(printable_path(Path::new(plain)), plain);
            assert_eq!(bytes_of_printed(plain), plain.as_bytes());
        }
    }

    #[test]
    fn columns_count_characters_and_lines_end_at_newlines_only() {
        let text = "a\r\nül\u{fe0f}x\n".as_bytes();
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("text");
        std::fs::write(&path, text).expect("written");
        let modified = std::fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        for body in [Body::Held(text.into()), Body::Again(Again::new(&path, text, modified))] {
            let source = Source::new("text", None, body);
            let at = |offset| source.position(&Place::new(SourceId(0), Span::new(offset, offset)));
            assert_eq!(at(0), Position { line: 1, column: 1 });
            assert_eq!(at(5), Position { line: 2, column: 2 });
            assert_eq!(at(999), Position { line: 3, column: 1 });
        }
    }

    #[test]
    fn a_file_that_changed_shows_nothing() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("log");
        std::fs::write(&path, "one\ntwo\n").expect("written");
        let meta = std::fs::metadata(&path).expect("there");
        let body = Body::OnDisk { path: path.clone(), len: meta.len(), modified: meta.modified().ok() };
        let source = Source::new("log", None, body);
        assert_eq!(source.window(Span::new(4, 99)).as_deref(), Some(&b"two\n"[..]));
        let again = dir.path().join("again");
        std::fs::rename(&path, &again).expect("moved");
        std::os::unix::fs::symlink(&again, &path).expect("linked");
        assert_eq!(source.window(Span::new(4, 7)), None, "no link is followed");
        std::fs::remove_file(&path).expect("removed");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
            .expect("a FIFO");
        assert_eq!(source.window(Span::new(4, 7)), None, "nothing is waited for");
        std::fs::rename(&again, &path).expect("moved");
        assert!(source.window(Span::new(4, 7)).is_some());
        std::fs::write(&path, "one\ntwo\nthree\n").expect("written");
        assert_eq!(source.window(Span::new(4, 7)), None);
    }
}
