//! Bytes with names: sources, spans, lines and columns.
//!
//! Knows no domain. A span counts bytes from 0, a position counts lines and characters from 1;
//! nothing here decides what a byte means. The disk is read for one thing alone: to show a file that was read before
//! ([`Source::window`], [`Again::bytes`]).

mod again;
mod careful;
mod counted;
mod dates;
mod lines;
mod pattern;
mod shared;
mod source;
mod ticks;
pub mod time;
mod unseen;

pub use again::Again;
pub use counted::{many, number};
pub use lines::{LineStarts, Position, characters};
pub use pattern::{pattern, pattern_of_bytes};
pub use shared::Shared;
pub use source::{Body, Place, Source, SourceId, Sources, bytes_of_printed, printable_path};
pub use ticks::{is_coloured, is_cross, is_tick};
pub use unseen::{is_invisible, speaks};

/// Why the system refuses something, in words that name no path and no number.
#[must_use]
pub fn io_reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotADirectory => "a file stands where a folder should".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::InvalidData => "it is no text in UTF-8".to_owned(),
        _ => {
            let text = error.to_string();
            text.split_once(" (os error ").map_or(text.clone(), |(words, _)| words.to_lowercase())
        }
    }
}

/// The known word that another most likely means; none where no word is near.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let near = known.into_iter().map(|known| (strsim::levenshtein(word, known), known)).min()?;
    (near.0 <= 1 + word.chars().count() / 3).then_some(near.1)
}

/// Bytes as hexadecimal digits, two each.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// A text's words in lower case with single spaces between them, as labels and statuses are compared.
#[must_use]
pub fn plain(text: &str) -> String {
    if !text.is_ascii() {
        return text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    }
    // Most labels are one already but for the case.
    if is_spaced_singly(text.as_bytes()) && !text.ends_with(' ') {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.make_ascii_lowercase();
    out
}

/// Whether ASCII has no white space but single spaces behind words.
#[must_use]
pub fn is_spaced_singly(bytes: &[u8]) -> bool {
    bytes.first() != Some(&b' ')
        && !bytes.iter().any(|byte| matches!(byte, b'\t'..=b'\r'))
        && memchr::memmem::find(bytes, b"  ").is_none()
}

/// A half-open range of bytes, counted from 0 in the raw bytes of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub start: u64,
    pub end: u64,
}

impl Span {
    #[must_use]
    pub fn new(start: u64, end: u64) -> Self {
        Self { start, end }
    }

    /// The span of a range of indices into a buffer that begins at the source's first byte.
    #[must_use]
    pub fn of(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start as u64, end: range.end as u64 }
    }

    #[must_use]
    pub fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// The same span in a source whose bytes begin `offset` bytes earlier.
    #[must_use]
    pub fn shifted(self, offset: u64) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }
}
