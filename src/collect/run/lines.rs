//! Bytes that come in pieces, cut into whole lines, in bounded memory.

use std::borrow::Cow;

use crate::search::container;
use crate::text::Place;

/// Why a text in UTF-16 says nothing: its lines are not those that a reader of ASCII cuts.
const NOT_UTF8: &str = "is UTF-16: searched, not understood";

/// Whether a text begins as UTF-16 does, with its mark or with three letters of ASCII in it.
fn is_utf16(bytes: &[u8]) -> bool {
    let letters = |even: bool| {
        let head = bytes.get(..6).unwrap_or_default();
        !head.is_empty()
            && head.iter().enumerate().all(|(at, byte)| (*byte == 0) == ((at % 2 == 0) == even))
    };
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || letters(true) || letters(false)
}

/// Why bytes can't be read as lines of text; `None` where they can. `bytes` are the first of their file.
pub(super) fn no_text(bytes: &[u8]) -> Option<String> {
    packed(bytes).or_else(|| {
        memchr::memchr(0, bytes).map(|_| "holds NUL bytes: searched, not understood".to_owned())
    })
}

/// The same, of what may hold NUL bytes.
pub(super) fn packed(bytes: &[u8]) -> Option<String> {
    if is_utf16(bytes) {
        return Some(NOT_UTF8.to_owned());
    }
    container::sniff(bytes).map(|kind| format!("is {}: searched, not understood", kind.name()))
}

/// The same bytes with a question mark for each that is not UTF-8: what is left is read where it stands.
pub(super) fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(bytes).is_ok() {
        return Cow::Borrowed(bytes);
    }
    let mut clean = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        clean.extend_from_slice(chunk.valid().as_bytes());
        clean.extend(std::iter::repeat_n(b'?', chunk.invalid().len()));
    }
    Cow::Owned(clean)
}

/// Whole lines, and where they stand in their file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'b> {
    pub bytes: &'b [u8],
    /// Of the first byte, in the file.
    pub offset: u64,
    /// The first line's number, from 1.
    pub line: u64,
}

/// One line without its line break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'b> {
    pub bytes: &'b [u8],
    pub offset: u64,
    pub number: u64,
    /// False for the last line of a file that does not end in a line break.
    pub ended: bool,
}

impl<'b> Block<'b> {
    pub fn whole(bytes: &'b [u8]) -> Self {
        Self { bytes, offset: 0, line: 1 }
    }

    pub fn lines(self) -> impl Iterator<Item = Line<'b>> {
        let mut rest = self.bytes;
        let (mut offset, mut number) = (self.offset, self.line);
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (mut bytes, after, ended) = match memchr::memchr(b'\n', rest) {
                Some(at) => (rest.get(..at)?, rest.get(at + 1..)?, true),
                None => (rest, &rest[..0], false),
            };
            let taken = (rest.len() - after.len()) as u64;
            bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            let line = Line { bytes, offset, number, ended };
            rest = after;
            offset += taken;
            number += 1;
            Some(line)
        })
    }

    /// The line that the byte at `at` of the block is on.
    pub fn line_around(self, at: usize) -> Line<'b> {
        let before = self.bytes.get(..at).unwrap_or(self.bytes);
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let tail = self.bytes.get(start..).unwrap_or_default();
        let (bytes, ended) = match memchr::memchr(b'\n', tail) {
            Some(end) => (tail.get(..end).unwrap_or_default(), true),
            None => (tail, false),
        };
        Line {
            bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes),
            offset: self.offset + start as u64,
            number: self.line + memchr::memchr_iter(b'\n', before).count() as u64,
            ended,
        }
    }
}

/// Where the lines of a text begin that goes over several.
pub(super) struct LinesOf {
    /// Of the text, in its file.
    offset: u64,
    /// The line that it begins on: its number, and where it begins.
    first: Option<(u64, u64)>,
    /// The bytes behind each line break.
    starts: Vec<u64>,
}

impl LinesOf {
    pub fn of(text: &[u8], offset: u64, first: Option<(u64, u64)>) -> Self {
        let starts = memchr::memchr_iter(b'\n', text).map(|at| offset + at as u64 + 1).collect();
        Self { offset, first, starts }
    }

    /// A place in the text, with the line that it is on.
    pub fn place(&self, place: Place) -> Place {
        let at = place.span.start.max(self.offset);
        let before = self.starts.partition_point(|start| *start <= at);
        let begin = before.checked_sub(1).and_then(|last| self.starts.get(last));
        let line =
            self.first.map(|(number, start)| (number + before as u64, begin.copied().unwrap_or(start)));
        Place { line, ..place }
    }
}

/// Takes whole lines.
pub(super) trait Sink {
    fn block(&mut self, block: Block<'_>);
    /// A line that was longer than the bound, and so was not read.
    fn overlong(&mut self, line: u64);
}

/// Cuts a stream into blocks of whole lines.
pub(super) struct Feeder {
    carry: Vec<u8>,
    most: usize,
    /// Of the first byte of `carry`.
    offset: u64,
    line: u64,
    skipping: bool,
}

impl Feeder {
    /// Lines of more than `most` bytes are told and not read.
    pub fn new(most: usize) -> Self {
        Self { carry: Vec::new(), most, offset: 0, line: 1, skipping: false }
    }

    pub fn feed(&mut self, mut bytes: &[u8], sink: &mut dyn Sink) {
        if self.skipping || !self.carry.is_empty() {
            match memchr::memchr(b'\n', bytes) {
                Some(end) => {
                    let (head, rest) = bytes.split_at(end + 1);
                    self.extend(head, sink);
                    self.flush(sink);
                    bytes = rest;
                }
                None => return self.extend(bytes, sink),
            }
        }
        let end = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1);
        let (whole, rest) = bytes.split_at(end);
        self.emit(whole, sink);
        self.extend(rest, sink);
    }

    /// The stream has ended: what is left is its last line.
    pub fn finish(&mut self, sink: &mut dyn Sink) {
        self.flush(sink);
    }

    fn extend(&mut self, bytes: &[u8], sink: &mut dyn Sink) {
        if !self.skipping && self.carry.len().saturating_add(bytes.len()) > self.most {
            sink.overlong(self.line);
            self.offset += self.carry.len() as u64;
            self.carry = Vec::new();
            self.skipping = true;
        }
        if self.skipping {
            self.offset += bytes.len() as u64;
        } else {
            self.carry.extend_from_slice(bytes);
        }
    }

    fn flush(&mut self, sink: &mut dyn Sink) {
        if self.skipping {
            self.skipping = false;
            self.line += 1;
            return;
        }
        let carry = std::mem::take(&mut self.carry);
        self.emit(&carry, sink);
        self.carry = carry;
        self.carry.clear();
    }

    fn emit(&mut self, whole: &[u8], sink: &mut dyn Sink) {
        if whole.is_empty() {
            return;
        }
        sink.block(Block { bytes: whole, offset: self.offset, line: self.line });
        self.offset += whole.len() as u64;
        self.line += memchr::memchr_iter(b'\n', whole).count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Seen {
        lines: Vec<(u64, u64, String)>,
        overlong: Vec<u64>,
    }

    impl Sink for Seen {
        fn block(&mut self, block: Block<'_>) {
            for line in block.lines() {
                let text = String::from_utf8_lossy(line.bytes).into_owned();
                self.lines.push((line.number, line.offset, text));
            }
        }

        fn overlong(&mut self, line: u64) {
            self.overlong.push(line);
        }
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_are_cut() {
        let text = b"one\r\ntwo\n\na line that is too long to hold\nfive\nlast";
        let read = |size: usize| {
            let (mut feeder, mut seen) = (Feeder::new(12), Seen::default());
            text.chunks(size).for_each(|chunk| feeder.feed(chunk, &mut seen));
            feeder.finish(&mut seen);
            seen
        };
        for size in 1..12 {
            let seen = read(size);
            let numbers: Vec<_> = seen.lines.iter().map(|(n, at, t)| (*n, *at, t.as_str())).collect();
            let expected = [(1, 0, "one"), (2, 5, "two"), (3, 9, ""), (5, 42, "five"), (6, 47, "last")];
            assert_eq!(numbers, expected, "cut every {size} bytes");
            assert_eq!(seen.overlong, [4]);
        }
    }

    #[test]
    fn the_line_around_a_byte_is_found() {
        let block = Block { bytes: b"ab\ncd\nef", offset: 10, line: 4 };
        let line = block.line_around(4);
        assert_eq!((line.bytes, line.offset, line.number, line.ended), (&b"cd"[..], 13, 5, true));
        assert!(!block.line_around(7).ended);
    }
}
