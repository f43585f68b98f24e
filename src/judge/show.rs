//! What may be shown: texts without the value, and lines of evidence with a mark.
//!
//! Every string of an outcome passes here, once, when it is made. What can't be shown safely is not
//! shown: a finding without an excerpt still has its place.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use crate::finding::{Excerpt, Location};
use crate::search::Engine;
use crate::text::{Place, Source, Sources, Span, characters, printable_path, speaks};

/// Bytes of a long line that are looked at on either side of the mark.
const AROUND: u64 = 4096;
/// Characters of a long line that are shown on either side of the mark.
const SHOWN: usize = 100;
/// Lines of a mark over several lines that are shown.
const LINES: usize = 6;

/// Redacts and locates.
#[derive(Clone, Copy)]
pub struct Show<'a> {
    pub engine: &'a Engine,
}

impl Show<'_> {
    /// The text without the value, on one line, and without characters that speak to a terminal.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let whole = self.redact(text);
        if matches!(whole, Cow::Borrowed(_)) && !whole.contains('/') {
            return one_line(text).into_owned();
        }
        let names: Vec<_> = whole.split('/').map(|name| self.redact(name)).collect();
        one_line(&names.join("/")).into_owned()
    }

    /// A name in an archive, spelled out as a path is. One that has to be redacted is taken as it is: what was spelled
    /// out may hide a value.
    fn member(self, name: &str) -> String {
        match self.redact(name) {
            Cow::Borrowed(name) => self.text(&printable_path(Path::new(name))),
            Cow::Owned(_) => self.text(name),
        }
    }

    /// A path is redacted whole and name by name: `/` is a digit of base64, and what stands before a name would
    /// hide what it encodes.
    fn redact(self, text: &str) -> Cow<'_, str> {
        self.engine.redact(text).map_or(Cow::Borrowed(text), |redacted| Cow::Owned(redacted.text))
    }

    /// Whether there is something to redact in texts on lines of their own.
    #[must_use]
    pub fn finds(&self, lines: &str) -> bool {
        if self.engine.finds(lines.as_bytes()) {
            return true;
        }
        let paths = lines.lines().filter(|line| line.contains('/'));
        let names: String = paths.flat_map(|path| path.split('/').flat_map(|name| [name, "\n"])).collect();
        self.engine.finds(names.as_bytes())
    }

    /// The location of a place, redacted. Of a secret place only the start is told.
    #[must_use]
    pub fn location(&self, sources: &Sources, place: &Place, secret: bool) -> Location {
        let Some(source) = sources.get(place.source) else { return Location::default() };
        let start = source.position(place);
        let end = if secret || place.opaque {
            Span::new(place.span.start, place.span.start + 1)
        } else {
            place.span
        };
        let (end_line, end_column) = if secret || place.opaque {
            (start.line, start.column + 1)
        } else {
            end_of(source, place, start.line, start.column)
        };
        let shown = |text: &std::sync::Arc<str>| self.text(text);
        Location {
            path: self.text(&source.path),
            line: start.line,
            column: start.column,
            end_line,
            end_column,
            byte_start: place.span.start,
            byte_end: end.end,
            surface: source.surface.as_ref().map(ToString::to_string),
            commit: source.commit.as_ref().map(shown),
            object: source.object.as_ref().map(shown),
            container: source.container.iter().map(|part| self.member(part)).collect(),
        }
    }

    /// The lines of a place, redacted, with the place marked; `None` where nothing may or can be shown.
    #[must_use]
    pub fn excerpt(&self, sources: &Sources, place: &Place) -> Option<Excerpt> {
        if place.opaque {
            return None;
        }
        let source = sources.get(place.source)?;
        let line = source.position(place).line;
        let from = place.span.start.saturating_sub(AROUND);
        let window =
            source.window(Span::new(from, place.span.end.min(place.span.start + AROUND) + AROUND))?;
        let start = usize::try_from(place.span.start - from).ok()?.min(window.len());
        let end = usize::try_from(place.span.end - from).ok()?.clamp(start, window.len());
        let lines = lines_around(&window, start, end);
        let cut_before = lines.start == 0 && from > 0;
        let end = end.clamp(start, lines.end);
        let (text, mark) = self.redacted(&window[lines.clone()], start - lines.start, end - lines.start);
        let before = if cut_before { None } else { Some(0) };
        let excerpt = shorten(&text, mark, line, before, source, from, lines.start);
        (!self.engine.finds(excerpt.text.as_bytes())).then_some(excerpt)
    }

    /// Bytes as text without the value.
    #[must_use]
    pub fn redacted_text(self, bytes: &[u8]) -> String {
        self.redact(&String::from_utf8_lossy(bytes)).into_owned()
    }

    /// Bytes as text without the value, and where `start..end` of the bytes stands in it.
    fn redacted(self, bytes: &[u8], start: usize, end: usize) -> (String, Range<usize>) {
        let before = String::from_utf8_lossy(&bytes[..start]);
        let marked = String::from_utf8_lossy(&bytes[start..end]);
        let after = String::from_utf8_lossy(&bytes[end..]);
        let (from, to) = (before.len(), before.len() + marked.len());
        let text = format!("{before}{marked}{after}");
        let (text, from, to) = match self.engine.redact(&text) {
            None => (text, from, to),
            Some(redacted) => {
                let (from, mut to) = (redacted.offset(from), redacted.offset(to));
                // A mark that ends inside a hit covers the whole placeholder.
                for segment in &redacted.segments {
                    if segment.shown.start <= to && to < segment.shown.end && from < segment.shown.end {
                        to = segment.shown.end;
                    }
                }
                (redacted.text, from, to)
            }
        };
        let cut = |range: Range<usize>| neutral(text.get(range).unwrap_or_default());
        let (to, len) = (to.max(from).min(text.len()), text.len());
        let (head, mark, tail) = (cut(0..from.min(len)), cut(from.min(len)..to), cut(to..len));
        let range = head.len()..head.len() + mark.len();
        (head + &mark + &tail, range)
    }
}

fn end_of(source: &Source, place: &Place, line: u64, column: u64) -> (u64, u64) {
    let marked = source.window(place.span).unwrap_or_default();
    let breaks = memchr::memchr_iter(b'\n', &marked).count() as u64;
    let last = memchr::memrchr(b'\n', &marked).map_or(0, |at| at + 1);
    let wide = characters(&marked[last..]);
    if breaks == 0 { (line, column + wide) } else { (line + breaks, wide + 1) }
}

/// The whole lines that hold `start..end`, no more than a few.
fn lines_around(window: &[u8], start: usize, end: usize) -> Range<usize> {
    let first = memchr::memrchr(b'\n', &window[..start]).map_or(0, |at| at + 1);
    let last = memchr::memchr(b'\n', &window[end..]).map_or(window.len(), |at| end + at);
    let cut = memchr::memchr_iter(b'\n', &window[start..last]).nth(LINES - 1);
    first..cut.map_or(last, |at| start + at)
}

/// Cuts long lines around the mark.
fn shorten(
    text: &str,
    mark: Range<usize>,
    first_line: u64,
    before: Option<u64>,
    source: &Source,
    from: u64,
    offset: usize,
) -> Excerpt {
    let head = text.get(..mark.start).unwrap_or_default();
    let skip = head.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
    let skip = if head.chars().count() > SHOWN { skip } else { 0 };
    let mark = mark.start - skip..mark.end.max(mark.start) - skip;
    let text = &text[skip..];
    let tail_at =
        mark.start + text[mark.clone()].char_indices().nth(4 * SHOWN).map_or(mark.len(), |(at, _)| at);
    let keep = text[tail_at..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| tail_at + at);
    let skipped = head[..skip].chars().count() as u64;
    let unseen = before.unwrap_or_else(|| {
        // The line began before the window: count what is there without holding it.
        let line_start = from + offset as u64;
        source.position(&Place::new(crate::text::SourceId(0), Span::new(line_start, line_start))).column - 1
    });
    Excerpt {
        first_line,
        first_column: unseen + skipped,
        mark: mark.start..mark.end.min(keep),
        text: text[..keep].to_owned(),
    }
}

/// The text with every control character but line breaks and tabs, and every mark that reorders or hides
/// text, as a visible sign.
#[must_use]
pub fn neutral(text: &str) -> String {
    if text.chars().all(|c| sign(c) == c) { text.to_owned() } else { text.chars().map(sign).collect() }
}

/// The same on one line.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    let shown = |byte: &u8| (b' '..=b'~').contains(byte);
    if text.as_bytes().iter().all(shown) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(neutral(text).replace(['\n', '\t'], " "))
}

/// What is shown of a character.
fn sign(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if speaks(c) => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoints;
    use crate::text::Body;

    fn excerpt(text: &[u8], span: Span) -> Option<Excerpt> {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("f", None, Body::Held(text.into())));
        let engine = Engine::new(&Endpoints::none());
        Show { engine: &engine }.excerpt(&sources, &Place::new(id, span))
    }

    #[test]
    fn a_name_in_an_archive_is_spelled_out_as_a_path_is() {
        let mut endpoints = Endpoints::none();
        let value = zeroize::Zeroizing::new(b"http://100.101.102.103:8000/v1".to_vec());
        endpoints.add(value, "a test").expect("a value");
        let engine = Engine::new(&endpoints);
        let show = Show { engine: &engine };
        assert_eq!(show.member("a/n\nx\u{1b}.log"), "a/n\\u{a}x\\u{1b}.log");
        for name in ["a/100.101.102.103\n.log", "100.101.\n102.103"] {
            let shown = show.member(name);
            assert!(!shown.contains("102.103"), "{shown}");
        }
    }

    #[test]
    fn a_mark_over_many_lines_shows_the_first_of_them() {
        let text = "a\n".repeat(20);
        let shown = excerpt(text.as_bytes(), Span::new(2, 40)).expect("shown");
        assert_eq!((shown.first_line, shown.text.as_str(), shown.mark), (2, "a\na\na\na\na\na", 0..11));
    }

    #[test]
    fn every_mark_of_every_small_text_can_be_shown() {
        for text in [&b""[..], b"\n", b"a", b"a\n\n\nb", b"\xff\xfe\n\x1b[0m", "ü\u{202e}é\n".as_bytes()]
        {
            for start in 0..=text.len() as u64 + 1 {
                for end in start..=text.len() as u64 + 2 {
                    let shown = excerpt(text, Span::new(start, end)).expect("shown");
                    assert!(
                        shown.text.get(shown.mark.clone()).is_some(),
                        "{text:?} {start}..{end}: {shown:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark_and_keeps_its_column() {
        let line = format!("{}MARK{}", "x".repeat(9_000), "y".repeat(9_000));
        let shown = excerpt(line.as_bytes(), Span::new(9_000, 9_004)).expect("shown");
        assert_eq!(&shown.text[shown.mark.clone()], "MARK");
        assert_eq!(shown.first_column + shown.text[..shown.mark.start].chars().count() as u64, 9_000);
        assert!(shown.text.len() < 600);
    }
}
