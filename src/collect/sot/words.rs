//! Text as a reader sees it, each byte of which knows where it stands in the file.
//!
//! Emphasis, code spans and entities are gone, white space is single. The place of a part of it is
//! exact, save inside an entity, which counts as a whole. All words of a document are gathered in one
//! [`Page`]; an entry is a [`Stretch`] of it, and costs nothing until some of its words are kept.

use std::cell::OnceCell;
use std::ops::Range;

use super::marks::is_hyphen;
use crate::text::{Shared, Span, is_invisible};

/// All words of a document, one entry after the other.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    pieces: Vec<Piece>,
    /// Where the words begin, in `text`, that are being gathered.
    open: usize,
    /// Offsets in `text` at which a line of the source begins, of those words.
    breaks: Vec<usize>,
    /// Where the words of code spans stand in `text`, in their order.
    codes: Vec<Range<usize>>,
}

/// A part of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Stretch {
    text: Range<usize>,
    pieces: Range<usize>,
}

/// A stretch of the text and the bytes that it comes from.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    len: usize,
    from: usize,
    from_len: usize,
}

impl Piece {
    fn end(&self) -> usize {
        self.at + self.len
    }

    /// Where a part of the page's text comes from that begins and ends in or around this piece.
    fn source(&self, part: &Range<usize>) -> Range<usize> {
        if self.len != self.from_len {
            return self.from..self.from + self.from_len;
        }
        let start = part.start.saturating_sub(self.at);
        let end = (part.end.max(self.at) - self.at).min(self.len);
        self.from + start..self.from + end.max(start)
    }
}

impl Page {
    /// A page for the words of a text of so many bytes.
    pub fn of_length(bytes: usize) -> Self {
        let pieces = Vec::with_capacity(bytes / 24);
        Self { text: String::with_capacity(bytes), pieces, ..Self::default() }
    }

    /// Adds text that stands at `source` of the file.
    pub fn push(&mut self, text: &str, source: Range<usize>) {
        if !needs_cleaning(text) {
            self.piece(text, source);
            return;
        }
        // Of what is written as entities only the whole has a place.
        let placed = source.len() == text.len();
        let of = |part: Range<usize>| {
            if placed { source.start + part.start..source.start + part.end } else { source.clone() }
        };
        let bytes = text.as_bytes();
        let mut start = 0;
        for (at, c) in text.char_indices() {
            // Words, and a single space behind one, are taken together.
            let behind_word =
                || at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_graphic);
            if c.is_ascii_graphic() || c == ' ' && behind_word() {
                continue;
            }
            // A minus before a number, or a dash, stays what it is.
            let minus = || text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
            let (end, read) = match c {
                c if c.is_whitespace() => (at + c.len_utf8(), None),
                c if is_hyphen(c) || c == '−' && minus() => (at + c.len_utf8(), Some("-")),
                c if is_invisible(c) => (at + c.len_utf8(), Some("")),
                _ => continue,
            };
            self.piece(text.get(start..at).unwrap_or_default(), of(start..at));
            match read {
                Some(read) => self.piece(read, of(at..end)),
                None => self.space(of(at..end)),
            }
            start = end;
        }
        self.piece(text.get(start..).unwrap_or_default(), of(start..text.len()));
    }

    /// The same of a code span.
    pub fn push_code(&mut self, code: &str, source: Range<usize>) {
        let from = self.text.len();
        self.push(code, source);
        self.codes.push(from..self.text.len());
    }

    /// A line break of the source: white space to a reader, but perhaps the end of an entry.
    pub fn line_break(&mut self, source: Range<usize>) {
        self.space(source);
        self.breaks.push(self.text.len());
    }

    fn space(&mut self, source: Range<usize>) {
        if self.text.len() > self.open && !self.text.ends_with(' ') {
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

    /// Appends words that were taken before, as they are.
    pub fn append(&mut self, words: &Stretch) {
        let shift = self.text.len() - words.text.start;
        self.text.extend_from_within(words.text.clone());
        for at in words.pieces.clone() {
            let Some(piece) = self.pieces.get(at).copied() else { continue };
            let piece = piece.cut(&words.text);
            self.pieces.push(Piece { at: piece.at + shift, ..piece });
        }
        let first = self.codes.partition_point(|code| code.start < words.text.start);
        let codes = self.codes.get(first..).unwrap_or_default().iter();
        let inside = codes.take_while(|code| code.end <= words.text.end);
        let moved: Vec<_> = inside.map(|code| code.start + shift..code.end + shift).collect();
        self.codes.extend(moved);
    }

    /// Appends text that stands nowhere: a table's column as the colon that a list would have.
    pub fn append_unplaced(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The words that were gathered, without white space around them; others begin.
    pub fn take(&mut self) -> Stretch {
        let from = self.open;
        self.close();
        self.trimmed(from..self.text.len())
    }

    /// The same with the white space around them.
    pub fn take_whole(&mut self) -> Stretch {
        let from = self.open;
        self.close();
        self.stretch(from..self.text.len())
    }

    /// Whether they stand on one line.
    pub fn is_one_line(&self) -> bool {
        self.breaks.is_empty()
    }

    /// The same, cut at each line break where `begins` says that an entry of its own begins: it is asked for
    /// what stands before the line in its entry, and for the line.
    pub fn take_split(&mut self, begins: impl Fn(&str, &str) -> bool) -> Vec<Stretch> {
        let end = self.text.len();
        let mut from = self.open;
        let mut parts = Vec::with_capacity(self.breaks.len() + 1);
        for (number, at) in self.breaks.iter().copied().enumerate() {
            let next = self.breaks.get(number + 1).copied().unwrap_or(end);
            let (before, line) = (self.text.get(from..at), self.text.get(at..next));
            if begins(before.unwrap_or_default().trim_end(), line.unwrap_or_default().trim_end()) {
                parts.push(self.trimmed(from..at));
                from = at;
            }
        }
        parts.push(self.trimmed(from..end));
        self.close();
        parts
    }

    /// Words that were taken, without so many bytes at their beginning.
    pub fn behind(&self, words: &Stretch, bytes: usize) -> Stretch {
        self.stretch(words.text.start + bytes..words.text.end)
    }

    /// The same without marks at their end.
    pub fn without_end(&self, words: &Stretch, mark: char) -> Stretch {
        let bare = self.text(words).trim_end_matches(mark).len();
        self.stretch(words.text.start..words.text.start + bare)
    }

    /// Where words that were taken stand in the file.
    pub fn span_of(&self, words: &Stretch) -> Span {
        self.words(words, &OnceCell::new()).whole()
    }

    /// Whether no words were gathered.
    pub fn is_empty(&self) -> bool {
        self.text.len() == self.open
    }

    fn close(&mut self) {
        self.open = self.text.len();
        self.breaks.clear();
    }

    fn trimmed(&self, text: Range<usize>) -> Stretch {
        let words = self.text.get(text.clone()).unwrap_or_default();
        let start = text.start + (words.len() - words.trim_start().len());
        self.stretch(start..start + words.trim().len())
    }

    /// A part of the text, with all pieces that it has bytes of.
    fn stretch(&self, text: Range<usize>) -> Stretch {
        let first = self.pieces.partition_point(|piece| piece.end() <= text.start);
        let end = self.pieces.partition_point(|piece| piece.at < text.end);
        Stretch { text, pieces: first..end.max(first) }
    }

    pub fn text(&self, words: &Stretch) -> &str {
        self.text.get(words.text.clone()).unwrap_or_default()
    }

    /// An entry's words; `kept` is the entry's own, for words that are kept of it.
    pub fn words<'p>(&'p self, words: &Stretch, kept: &'p OnceCell<Shared>) -> Words<'p> {
        let (page, entry) = (self, words.text.clone());
        Words { text: self.text(words), page, entry, kept, at: words.clone() }
    }
}

impl Piece {
    /// The part of the piece that stands in a part of the page's text.
    fn cut(self, text: &Range<usize>) -> Self {
        if self.len != self.from_len {
            return Self { at: self.at.max(text.start), ..self };
        }
        let (at, end) = (self.at.max(text.start), self.end().min(text.end));
        Self { at, len: end - at, from: self.from + (at - self.at), from_len: end - at }
    }
}

/// Words of one entry, or a part of them.
#[derive(Debug, Clone)]
pub(super) struct Words<'p> {
    pub text: &'p str,
    page: &'p Page,
    entry: Range<usize>,
    kept: &'p OnceCell<Shared>,
    at: Stretch,
}

impl Words<'_> {
    /// Where a part of the text stands in the file.
    pub fn span(&self, part: Range<usize>) -> Span {
        let part = self.at.text.start + part.start..self.at.text.start + part.end;
        let pieces = self.page.pieces.get(self.at.pieces.clone()).unwrap_or_default();
        let first = pieces.partition_point(|piece| piece.end() <= part.start);
        let mut span: Option<Range<usize>> = None;
        for piece in pieces.get(first..).unwrap_or_default() {
            if piece.at >= part.end.max(part.start + 1) {
                break;
            }
            let source = piece.source(&part);
            span = Some(span.map_or(source.clone(), |span| span.start..source.end));
        }
        let end = || pieces.last().map_or(0, |piece| piece.source(&self.at.text).end);
        Span::of(span.unwrap_or_else(|| end()..end()))
    }

    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// A part of these words, without white space around it.
    pub fn part(&self, part: Range<usize>) -> Self {
        let at = self.page.trimmed(self.at.text.start + part.start..self.at.text.start + part.end);
        Self { text: self.page.text(&at), at, ..self.clone() }
    }

    /// Where the code span ends that begins at a place of the text.
    pub fn end_of_code(&self, at: usize) -> Option<usize> {
        let from = self.at.text.start + at;
        let found = self.page.codes.binary_search_by_key(&from, |code| code.start).ok()?;
        let end = self.page.codes.get(found)?.end.min(self.at.text.end);
        (end > from).then_some(end - self.at.text.start)
    }

    /// Where the code span ends that holds a place of the text.
    pub fn end_of_code_around(&self, at: usize) -> Option<usize> {
        let from = self.at.text.start + at;
        let begun = self.page.codes.partition_point(|code| code.start <= from);
        let code = self.page.codes.get(begun.checked_sub(1)?)?;
        (code.end > from).then(|| code.end.min(self.at.text.end) - self.at.text.start)
    }

    /// What stands before them in their entry.
    pub fn before(&self) -> &str {
        self.page.text.get(self.entry.start..self.at.text.start).unwrap_or_default()
    }

    /// A part of the text, to be kept: the entry's text is copied once, whatever is kept of it.
    pub fn kept(&self, part: Range<usize>) -> Shared {
        let whole = || Shared::from(self.page.text.get(self.entry.clone()).unwrap_or_default());
        let from = self.at.text.start - self.entry.start;
        self.kept.get_or_init(whole).part(from + part.start..from + part.end)
    }
}

/// Whether white space is to be collapsed, or something in a text is not to be read as it is written.
fn needs_cleaning(text: &str) -> bool {
    if text.is_ascii() {
        return !crate::text::is_spaced_singly(text.as_bytes());
    }
    let mut before = true;
    for c in text.chars() {
        let space = c.is_whitespace();
        if space && (before || c != ' ') || !c.is_ascii() && (c == '−' || is_hyphen(c) || is_invisible(c))
        {
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
        let mut page = Page::default();
        page.push("before", 0..6);
        page.take();
        page.push("Report  status", 2..16);
        page.push(": ", 18..20);
        page.push("fail", 21..25);
        page.push(" ", 26..27);
        page.push("&", 27..32);
        page.push(" more", 32..37);
        let (at, kept) = (page.take(), OnceCell::new());
        let words = page.words(&at, &kept);
        assert_eq!(words.text, "Report status: fail & more");
        let at = |part: &str| {
            let start = words.text.find(part).expect("a part");
            &source[range(words.span(start..start + part.len()))]
        };
        assert_eq!(at("fail"), "fail");
        assert_eq!(at("status"), "status");
        assert_eq!(at("& m"), "&amp; m");
        let value = words.part(14..words.text.len());
        assert_eq!((value.text, &source[range(value.whole())]), ("fail & more", "fail` &amp; more"));
        assert_eq!(value.kept(0..4), "fail");
    }

    #[test]
    fn what_nobody_sees_is_not_read() {
        for (source, text) in [
            ("The ru\u{200b}n pas\u{ad}sed", "The run passed"),
            ("\u{feff}Report\u{2060} sta\u{200c}tus", "Report status"),
            ("Report\u{a0}\u{200b} status", "Report status"),
            ("A‑W‐1 a−1 −1 - − b", "A-W-1 a-1 −1 - − b"),
        ] {
            let mut page = Page::default();
            page.push(source, 0..source.len());
            let (at, kept) = (page.take(), OnceCell::new());
            let words = page.words(&at, &kept);
            assert_eq!(words.text, text);
            let last = words.text.rfind(' ').unwrap() + 1;
            let written = &source[range(words.span(last..words.text.len()))];
            assert_eq!(source.rfind(' ').map(|at| &source[at + 1..]), Some(written));
        }
        let mut page = Page::default();
        page.push("\u{ad}", 0..5);
        page.push("a", 5..6);
        let at = page.take();
        assert_eq!((page.text(&at), page.span_of(&at)), ("a", Span::new(5, 6)));
    }

    #[test]
    fn nothing_behind_the_last_word_stands_at_its_end() {
        let mut page = Page::default();
        page.push("Status:  ", 0..9);
        page.line_break(9..10);
        page.push("more", 10..14);
        let parts = page.take_split(|_, line| line.starts_with("more"));
        let kept = OnceCell::new();
        let words = page.words(&parts[0], &kept);
        assert_eq!((words.text, words.span(7..7)), ("Status:", Span::new(7, 7)));
    }

    #[test]
    fn a_line_that_begins_an_entry_is_cut_off() {
        let mut page = Page::default();
        page.push("a b", 0..3);
        page.line_break(3..4);
        page.push("c", 4..5);
        page.line_break(5..6);
        page.push("Status: x", 6..15);
        let split = page.take_split(|before, line| {
            assert!(matches!((before, line), ("a b", "c") | ("a b c", "Status: x")), "{before}|{line}");
            line.starts_with("Status:")
        });
        let kept = OnceCell::new();
        let words = |at: &Stretch| (page.words(at, &kept).text, page.words(at, &kept).whole());
        let split: Vec<_> = split.iter().map(words).collect();
        assert_eq!(split, [("a b c", Span::new(0, 5)), ("Status: x", Span::new(6, 15))]);
        page.push("d", 15..16);
        let next = page.take();
        assert_eq!(page.text(&next), "d", "what was taken is gone");
    }

    #[test]
    fn what_is_appended_stands_where_it_stood() {
        let mut page = Page::default();
        page.push(" name ", 1..7);
        let name = page.take();
        page.push("value", 9..14);
        let value = page.take();
        page.append(&name);
        page.append_unplaced(": ");
        page.append(&value);
        let (row, kept) = (page.take(), OnceCell::new());
        let words = page.words(&row, &kept);
        assert_eq!((words.text, words.span(0..4)), ("name: value", Span::new(2, 6)));
        assert_eq!(words.span(6..11), Span::new(9, 14));
    }
}
