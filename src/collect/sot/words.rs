//! Text as a reader sees it, each byte of which knows where it stands in the file.
//!
//! Emphasis, code spans and entities are gone, white space is single. The place of a part of it is
//! exact, save inside an entity, which counts as a whole.

use std::ops::Range;

use crate::text::Span;

#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    pub text: String,
    pieces: Vec<Piece>,
    /// Offsets in `text` at which a line of the source begins.
    breaks: Vec<usize>,
}

/// A stretch of the text and the bytes that it comes from.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    len: usize,
    from: usize,
    from_len: usize,
}

impl Words {
    /// Adds text that stands at `source` of the file.
    pub fn push(&mut self, text: &str, source: Range<usize>) {
        if source.len() != text.len() || !needs_collapsing(text) {
            self.piece(text, source);
            return;
        }
        let mut start = 0;
        for (at, space) in text.char_indices().filter(|(_, c)| c.is_whitespace()) {
            let end = at + space.len_utf8();
            self.piece(text.get(start..at).unwrap_or_default(), source.start + start..source.start + at);
            self.space(source.start + at..source.start + end);
            start = end;
        }
        self.piece(text.get(start..).unwrap_or_default(), source.start + start..source.end);
    }

    /// A line break of the source: white space to a reader, but perhaps the end of an entry.
    pub fn line_break(&mut self, source: Range<usize>) {
        self.space(source);
        self.breaks.push(self.text.len());
    }

    fn space(&mut self, source: Range<usize>) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.piece(" ", source);
        }
    }

    fn piece(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            at: self.text.len(),
            len: text.len(),
            from: source.start,
            from_len: source.len(),
        });
        self.text.push_str(text);
    }

    /// Appends other words, as they are.
    pub fn append(&mut self, other: &Self) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + shift, ..*piece }));
    }

    /// Appends text that stands nowhere: a table's column as the colon that a list would have.
    pub fn append_unplaced(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Where a part of the text stands in the file.
    pub fn span(&self, part: Range<usize>) -> Span {
        let first = self.pieces.partition_point(|piece| piece.at + piece.len <= part.start);
        let mut span: Option<Range<usize>> = None;
        for piece in self.pieces.get(first..).unwrap_or_default() {
            if piece.at >= part.end.max(part.start + 1) {
                break;
            }
            let (start, end) = if piece.len == piece.from_len {
                let start = part.start.saturating_sub(piece.at);
                let end = (part.end.max(piece.at) - piece.at).min(piece.len);
                (piece.from + start, piece.from + end.max(start))
            } else {
                (piece.from, piece.from + piece.from_len)
            };
            span = Some(span.map_or(start..end, |span| span.start..end));
        }
        let end = || self.pieces.last().map_or(0, |piece| piece.from + piece.from_len);
        Span::of(span.unwrap_or_else(|| end()..end()))
    }

    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// A part of these words, without white space around it.
    pub fn part(&self, part: Range<usize>) -> Self {
        let text = self.text.get(part.clone()).unwrap_or_default();
        let start = part.start + (text.len() - text.trim_start().len());
        let end = start + text.trim().len();
        let pieces = self.pieces.iter().filter(|piece| piece.at + piece.len > start && piece.at < end);
        Self {
            text: text.trim().to_owned(),
            pieces: pieces.map(|piece| piece.cut(start, end)).collect(),
            breaks: Vec::new(),
        }
    }

    /// These words without white space around them.
    pub fn trimmed(self) -> Self {
        if self.text.trim().len() == self.text.len() {
            return Self { breaks: Vec::new(), ..self };
        }
        self.part(0..self.text.len())
    }

    /// Cuts the words at each line break after which `begins` says that an entry of its own begins.
    pub fn split(self, begins: impl Fn(&str) -> bool) -> Vec<Self> {
        let cuts: Vec<usize> =
            self.breaks.iter().copied().filter(|at| self.text.get(*at..).is_some_and(&begins)).collect();
        if cuts.is_empty() {
            return vec![self.trimmed()];
        }
        let ends = cuts.iter().copied().chain([self.text.len()]);
        std::iter::once(0)
            .chain(cuts.iter().copied())
            .zip(ends)
            .map(|(from, to)| self.part(from..to))
            .collect()
    }
}

impl Piece {
    fn cut(self, start: usize, end: usize) -> Self {
        if self.len != self.from_len {
            return Self { at: self.at.saturating_sub(start), ..self };
        }
        let skipped = start.saturating_sub(self.at);
        let len = (self.at + self.len).min(end) - (self.at + skipped);
        Self { at: self.at + skipped - start, len, from: self.from + skipped, from_len: len }
    }
}

fn needs_collapsing(text: &str) -> bool {
    if text.is_ascii() {
        let space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let (bytes, other) = (text.as_bytes(), |byte: &u8| matches!(byte, b'\t'..=b'\r'));
        return bytes.first().is_some_and(|first| space(*first))
            || bytes.iter().any(other)
            || memchr::memmem::find(bytes, b"  ").is_some();
    }
    let mut before = true;
    for c in text.chars() {
        let space = c.is_whitespace();
        if space && (before || c != ' ') {
            return true;
        }
        before = space;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(span: Span) -> Range<usize> {
        usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()
    }

    #[test]
    fn a_part_stands_where_it_was_written() {
        let source = "**Report  status**: `fail` &amp; more";
        let mut words = Words::default();
        words.push("Report  status", 2..16);
        words.push(": ", 18..20);
        words.push("fail", 21..25);
        words.push(" ", 26..27);
        words.push("&", 27..32);
        words.push(" more", 32..37);
        assert_eq!(words.text, "Report status: fail & more");
        let at = |part: &str| {
            let start = words.text.find(part).expect("a part");
            &source[range(words.span(start..start + part.len()))]
        };
        assert_eq!(at("fail"), "fail");
        assert_eq!(at("status"), "status");
        assert_eq!(at("& m"), "&amp; m");
        let value = words.part(14..words.text.len());
        assert_eq!(
            (value.text.as_str(), &source[range(value.whole())]),
            ("fail & more", "fail` &amp; more")
        );
    }

    #[test]
    fn a_line_that_begins_an_entry_is_cut_off() {
        let mut words = Words::default();
        words.push("a b", 0..3);
        words.line_break(3..4);
        words.push("c", 4..5);
        words.line_break(5..6);
        words.push("Status: x", 6..15);
        let split = words.split(|text| text.starts_with("Status:"));
        let split: Vec<_> = split.iter().map(|part| (part.text.as_str(), part.whole())).collect();
        assert_eq!(split, [("a b c", Span::new(0, 5)), ("Status: x", Span::new(6, 15))]);
    }
}
