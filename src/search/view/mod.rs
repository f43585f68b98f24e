//! Another reading of a text: escapes resolved, marks taken away, lines or strings joined.
//!
//! A view remembers, piece by piece, where its bytes came from, so that a find in it leads back to
//! the bytes that were read.

pub mod escape;
pub mod join;
pub mod records;
pub mod strings;
pub mod tags;

use std::ops::{Range, RangeInclusive};

/// Some bytes of a view and the bytes that they stand for; both ranges begin at 0 of their texts.
#[derive(Debug, Clone, Copy)]
struct Piece {
    out: usize,
    out_len: usize,
    src: usize,
    src_len: usize,
    /// Empty for bytes that are as they were.
    form: &'static str,
}

#[derive(Debug, Default)]
pub struct View {
    pub bytes: Vec<u8>,
    pieces: Vec<Piece>,
    /// The form's name where a find runs over bytes that were left out.
    seam: &'static str,
}

/// Pieces that most views have room for at once.
const PIECES: usize = 16;

impl View {
    pub fn new(seam: &'static str) -> Self {
        Self { bytes: Vec::new(), pieces: Vec::new(), seam }
    }

    /// A view of a text of this length: few views are longer than their source.
    pub fn of_length(seam: &'static str, length: usize) -> Self {
        Self { bytes: Vec::with_capacity(length), pieces: Vec::with_capacity(PIECES), seam }
    }

    /// Takes over bytes as they are.
    pub fn copy(&mut self, text: &[u8], range: Range<usize>) {
        let Some(bytes) = text.get(range.clone()).filter(|bytes| !bytes.is_empty()) else { return };
        let out = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        if let Some(last) = self.pieces.last_mut()
            && last.form.is_empty()
            && last.src + last.src_len == range.start
            && last.out_len == last.src_len
        {
            last.out_len += bytes.len();
            last.src_len += bytes.len();
        } else {
            self.pieces.push(Piece {
                out,
                out_len: bytes.len(),
                src: range.start,
                src_len: bytes.len(),
                form: "",
            });
        }
    }

    /// Puts `bytes` in the place of `range`.
    pub fn edit(&mut self, range: Range<usize>, bytes: &[u8], form: &'static str) {
        let out = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.pieces.push(Piece { out, out_len: bytes.len(), src: range.start, src_len: range.len(), form });
    }

    /// Whether anything differs from the text that it was made from.
    pub fn changed(&self) -> bool {
        self.pieces.len() > 1 || self.pieces.first().is_some_and(|piece| !piece.form.is_empty())
    }

    /// Whether something was edited or joined in `range` or at its borders. Elsewhere the view says what its
    /// source says.
    pub fn is_edited(&self, range: Range<usize>) -> bool {
        let first = self.pieces.partition_point(|piece| piece.out + piece.out_len < range.start);
        let mut near = self.pieces.iter().skip(first).take_while(|piece| piece.out <= range.end);
        near.any(|piece| !piece.form.is_empty() || piece.out > 0 && piece.out >= range.start)
    }

    /// Whether lines were joined at one of these places: there a word may end, though nothing stands between it and
    /// the next.
    pub fn is_seam(&self, places: RangeInclusive<usize>) -> bool {
        if self.seam != join::SEAM {
            return false;
        }
        let first = self.pieces.partition_point(|piece| piece.out < *places.start()).max(1);
        let pieces = self.pieces.get(first - 1..).unwrap_or_default();
        let here =
            |two: &[Piece]| matches!(two, [a, b] if b.out <= *places.end() && a.src + a.src_len != b.src);
        pieces.windows(2).take_while(|two| two.first().is_some_and(|a| a.out <= *places.end())).any(here)
    }

    /// Whether lines or strings were put together, and little else was done.
    pub fn joins(&self) -> bool {
        self.seam == join::SEAM || self.joins_strings()
    }

    /// Whether pieces of it stood apart from one another, as strings.
    pub fn joins_strings(&self) -> bool {
        self.seam == records::SEAM
    }

    /// Where the bytes `range` came from, and in which form they stood there; an empty form: as they are.
    pub fn back(&self, range: Range<usize>) -> (Range<usize>, &'static str) {
        let first = self.pieces.partition_point(|piece| piece.out + piece.out_len <= range.start);
        let last = self.pieces.partition_point(|piece| piece.out < range.end).max(first + 1);
        let Some(pieces) = self.pieces.get(first..last.min(self.pieces.len())).filter(|p| !p.is_empty())
        else {
            return (0..0, self.seam);
        };
        // Pieces need not be in the order of their sources: the find stands on all that lies between.
        let start = pieces.iter().map(|piece| piece.place(range.start, false)).min().unwrap_or(0);
        let end = pieces.iter().map(|piece| piece.place(range.end, true)).max().unwrap_or(start);
        (start..end.max(start), self.form(pieces, range.len()))
    }

    /// The form of most of the edits; a join, where nothing was edited.
    fn form(&self, pieces: &[Piece], len: usize) -> &'static str {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for piece in pieces.iter().filter(|piece| !piece.form.is_empty()) {
            match counts.iter_mut().find(|(form, _)| *form == piece.form) {
                Some((_, count)) => *count += 1,
                None => counts.push((piece.form, 1)),
            }
        }
        let mut best = ("", 0);
        for (form, count) in counts {
            if count > best.1 {
                best = (form, count);
            }
        }
        let joined = pieces.windows(2).any(|two| match two {
            [a, b] => a.src + a.src_len != b.src,
            _ => false,
        });
        match best {
            ("python-repr", count) if count == len => "hex",
            ("", _) if joined => self.seam,
            (form, _) => form,
        }
    }
}

impl Piece {
    fn place(&self, out: usize, end: bool) -> usize {
        let inside = out.saturating_sub(self.out).min(self.out_len);
        if self.out_len == self.src_len {
            return self.src + inside;
        }
        // Within a piece of another length (a decoded line) places are proportional, rounded outwards.
        let scaled = inside * self.src_len;
        let by = self.out_len.max(1);
        self.src + if end { scaled.div_ceil(by) } else { scaled / by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_find_leads_back_to_the_bytes_that_were_read() {
        let text = b"ab%3Acd\nef";
        let mut view = View::new("wrapped");
        view.copy(text, 0..2);
        view.edit(2..5, b":", "percent");
        view.copy(text, 5..7);
        view.copy(text, 8..10);
        assert_eq!(view.bytes, b"ab:cdef");
        assert_eq!(view.back(0..2), (0..2, ""));
        assert_eq!(view.back(1..4), (1..6, "percent"));
        assert_eq!(view.back(3..7), (5..10, "wrapped"));
    }
}
