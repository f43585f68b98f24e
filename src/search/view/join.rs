//! Lines joined: hard wraps, box borders, log prefixes, quoted-printable, columns of a table.
//!
//! What joined two lines is never known for sure, so there are several readings; each drops line
//! breaks and what a program puts around them, and none drops anything else.

use std::ops::Range;

use super::View;

/// The form of lines that were joined.
pub const SEAM: &str = "wrapped";

/// All readings of the lines in `range`.
pub fn joined(text: &[u8], range: Range<usize>) -> Vec<View> {
    let lines = lines(text, range);
    if lines.len() < 2 {
        return Vec::new();
    }
    let mut views = vec![bare(text, &lines), plain(text, &lines), without_prefixes(text, &lines)];
    views.extend(columns(text, &lines));
    views.extend(printable(text, &lines));
    views
}

/// The lines of a range, without their ends.
pub fn lines(text: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = range.start;
    let Some(bytes) = text.get(range.clone()) else { return all };
    for at in memchr::memchr_iter(b'\n', bytes) {
        all.push(start..range.start + at);
        start = range.start + at + 1;
    }
    all.push(start..range.end);
    all
}

/// How many bytes at the start of `text` are space, a border, or a mark that begins a line.
fn lead(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            // What a character's number begins with, cut from its mark.
            [b'#', b'x' | b'X' | b'0'..=b'9', ..] => break,
            [b' ' | b'\t' | b'\r' | b'|' | b'#' | b'*' | b'>' | b'+' | b';', ..] => 1,
            [b'/', b'/', ..] => 2,
            _ if is_border(rest) => 3,
            _ => break,
        };
    }
    at
}

/// Lines and boxes, and the arrows that some programs end a wrapped line with.
fn is_border(text: &[u8]) -> bool {
    matches!(text, [0xe2, 0x94 | 0x95 | 0x86, _, ..])
}

/// `range` without space, borders and continuation marks at its end.
fn tail(text: &[u8], range: Range<usize>) -> Range<usize> {
    let mut end = range.end;
    while end > range.start {
        let bytes = text.get(range.start..end).unwrap_or_default();
        end -= match bytes {
            [.., b' ' | b'\t' | b'\r' | b'|' | b'\\' | b'='] => 1,
            [.., a, b, c] if is_border(&[*a, *b, *c]) => 3,
            _ => break,
        };
    }
    range.start..end
}

fn trimmed(text: &[u8], line: &Range<usize>) -> Range<usize> {
    let line = tail(text, line.clone());
    let start = line.start + lead(text.get(line.clone()).unwrap_or_default());
    start.min(line.end)..line.end
}

/// From the first line's start to the last one's end.
fn length(lines: &[Range<usize>]) -> usize {
    lines.first().zip(lines.last()).map_or(0, |(first, last)| last.end.saturating_sub(first.start))
}

/// Lines without their ends and their indents, and nothing else: an escape may be cut.
fn bare(text: &[u8], lines: &[Range<usize>]) -> View {
    let mut view = View::of_length(SEAM, length(lines));
    for line in lines {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let end = line.end - usize::from(bytes.ends_with(b"\r"));
        view.copy(text, (line.start + lead(bytes)).min(end)..end);
    }
    view
}

fn plain(text: &[u8], lines: &[Range<usize>]) -> View {
    let mut view = View::of_length(SEAM, length(lines));
    for line in lines {
        view.copy(text, trimmed(text, line));
    }
    view
}

/// Lines without what they share with the line before, or else with the next: time, level, name of a logger, number of
/// the line.
fn without_prefixes(text: &[u8], lines: &[Range<usize>]) -> View {
    let mut view = View::of_length(SEAM, length(lines));
    let bytes = |line: &Range<usize>| text.get(line.clone()).unwrap_or_default();
    for (at, line) in lines.iter().enumerate() {
        let with =
            |other: usize| lines.get(other).map_or(0, |other| shared_prefix(bytes(other), bytes(line)));
        let shared = match at.checked_sub(1).map(with) {
            None => 0,
            Some(0) => with(at + 1),
            Some(shared) => shared,
        };
        view.copy(text, trimmed(text, &(line.start + shared..line.end)));
    }
    view
}

fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    let (mut here, mut at) = (0, 0);
    loop {
        let (x, y) = (word(a.get(here..)), word(b.get(at..)));
        // An indent behind the prefix is one of the text.
        let (ink, other) = (x.trim_ascii_end(), y.trim_ascii_end());
        let last = y.is_empty() || at + y.len() >= b.len();
        match shape(ink, other) {
            Shape::Alike if !last => {}
            Shape::Until(_) if !last && is_level(ink) && is_level(other) => {}
            Shape::Alike => return at,
            // `run.log:9:` and the text right behind it.
            Shape::Until(mark) => return at + mark,
        }
        here += x.len();
        at += y.len();
    }
}

/// How far two words are alike, where a number stands for any other one.
enum Shape {
    Alike,
    /// So many bytes of the second one, up to a mark that stands behind a number.
    Until(usize),
}

fn shape(a: &[u8], b: &[u8]) -> Shape {
    let (mut here, mut at, mut mark) = (0, 0, 0);
    loop {
        let numbers = (number(a, here), number(b, at));
        match (a.get(here), b.get(at)) {
            (None, None) => return Shape::Alike,
            _ if numbers.0 > 0 && numbers.1 > 0 => {
                here += numbers.0;
                at += numbers.1;
                if matches!(b.get(at), Some(b':' | b'|' | b']' | b')' | b'>')) && a.get(here) == b.get(at) {
                    mark = at + 1;
                }
            }
            (Some(x), Some(y)) if x == y => {
                here += 1;
                at += 1;
            }
            _ => return Shape::Until(mark),
        }
    }
}

/// The length of the number that stands here, with its fraction: some programs leave out zeros.
fn number(text: &[u8], at: usize) -> usize {
    let digits = |at: usize| text.iter().skip(at).take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(at);
    match text.get(at + whole) {
        Some(b'.') if whole > 0 => {
            whole + Some(digits(at + whole + 1)).filter(|len| *len > 0).map_or(0, |len| len + 1)
        }
        _ => whole,
    }
}

/// Levels of a log, and the marks of a container's lines: whole or partial.
fn is_level(word: &[u8]) -> bool {
    const LEVELS: [&str; 11] =
        ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "F", "P"];
    let bare = |b: &u8| !b.is_ascii_alphabetic();
    let start = word.iter().take_while(|b| bare(b)).count();
    let end = word.len() - word.iter().rev().take_while(|b| bare(b)).count();
    let word = word.get(start..end).unwrap_or_default();
    LEVELS.iter().any(|level| level.as_bytes().eq_ignore_ascii_case(word))
}

/// A word and the space after it.
fn word(text: Option<&[u8]>) -> &[u8] {
    let text = text.unwrap_or_default();
    let ink = text.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let space = text.iter().skip(ink).take_while(|b| b.is_ascii_whitespace()).count();
    text.get(..ink + space).unwrap_or_default()
}

/// The cells of each column of a table under one another, column after column.
fn columns(text: &[u8], lines: &[Range<usize>]) -> Option<View> {
    let rows: Vec<Vec<Range<usize>>> = lines.iter().map(|line| cells(text, line)).collect();
    let most = rows.iter().map(Vec::len).max()?.min(64);
    if most < 3 {
        return None;
    }
    let mut view = View::new(SEAM);
    for column in 0..most {
        for row in &rows {
            if let Some(cell) = row.get(column) {
                view.copy(text, trimmed(text, cell));
            }
        }
        let end = lines.last()?.end;
        view.edit(end..end, b"\n", SEAM);
    }
    Some(view)
}

fn cells(text: &[u8], line: &Range<usize>) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = line.start;
    let mut at = line.start;
    while let Some(rest) = text.get(at..line.end) {
        let Some(next) = memchr::memchr2(b'|', 0xe2, rest) else { break };
        at += next;
        let rest = text.get(at..line.end).unwrap_or_default();
        let len = if rest.first() == Some(&b'|') {
            1
        } else if is_border(rest) {
            3
        } else {
            0
        };
        if len > 0 {
            all.push(start..at);
            start = at + len;
        }
        at += len.max(1);
    }
    all.push(start..line.end.max(start));
    all
}

/// Quoted-printable: soft breaks gone, `=XX` resolved; of a header that was folded, what closes one encoded word and
/// opens the next.
fn printable(text: &[u8], lines: &[Range<usize>]) -> Option<View> {
    let mut view = View::new(SEAM);
    let mut soft = false;
    let mut opened = 0;
    for (line, next) in lines.iter().zip(lines.iter().skip(1).map(Some).chain([None])) {
        let bytes = text.get(line.clone())?;
        let next = next.and_then(|next| opens_word(text.get(next.clone())?));
        let folded = bytes.trim_ascii_end().strip_suffix(b"?=").zip(next);
        let cut = match folded {
            Some((word, _)) => bytes.len() - word.len(),
            None if bytes.ends_with(b"=\r") => 2,
            None => usize::from(bytes.ends_with(b"=")),
        };
        soft |= cut > 0;
        let end = line.end - cut;
        let mut done = (line.start + opened).min(end);
        let mut at = done;
        opened = folded.map_or(0, |(_, opens)| opens);
        while at < end {
            let hex = |k: usize| text.get(at + k).and_then(|b| char::from(*b).to_digit(16));
            if text.get(at) == Some(&b'=')
                && let Some((high, low)) = hex(1).zip(hex(2))
            {
                view.copy(text, done..at);
                view.edit(at..at + 3, &[u8::try_from(high << 4 | low).unwrap_or_default()], SEAM);
                at += 3;
                done = at;
                soft = true;
            } else {
                at += 1;
            }
        }
        view.copy(text, done..end);
        if cut == 0 {
            view.edit(line.end..line.end, b"\n", SEAM);
        }
    }
    soft.then_some(view)
}

/// How long what opens an encoded word of a header is, and what stands before it: ` =?utf-8?q?`.
fn opens_word(line: &[u8]) -> Option<usize> {
    let word = line.trim_ascii_start().strip_prefix(b"=?")?;
    let charset = word.iter().take(40).position(|b| *b == b'?')?;
    let rest = word.get(charset..)?;
    matches!(rest, [b'?', b'q' | b'Q', b'?', ..]).then_some(line.len() - rest.len() + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str) -> Vec<String> {
        let views = joined(text.as_bytes(), 0..text.len());
        views.iter().map(|view| String::from_utf8_lossy(&view.bytes).into_owned()).collect()
    }

    #[test]
    fn wraps_of_every_kind_are_joined() {
        for text in [
            "at http://h.exam\nple:80",
            "│ at http://h.exam │\n│ ple:80          │",
            "# at http://h.exam\n#   ple:80",
            "12:00:01 INFO app: http://h.exam\n12:00:02 INFO app: ple:80",
            "ERROR x=12:00:01 app: http://h.exam\n12:00:02 app: ple:80\n12:00:03 app:",
            "runner[812]:  >- http://h.exam\nrunner[812]: ple:80",
            "2026-06-01T02:25:09.17Z stdout P http://h.exam\n2026-06-01T02:25:10Z stdout F ple:80",
            "09:59:59 [warn] app[999]: http://h.exam\n10:00:00 [info] app[1000]: ple:80",
            "run.log:9:http://h.exam\nrun.log:10:ple:80",
            "app-9  | http://h.exam\napp-10 | ple:80",
            "| a | http://h.exam | b |\n|   | ple:80 |  |",
            "to=20http://h.exam=\r\nple:80",
            "Subject: =?utf-8?q?see_http=3A//h=2Eexam?=\r\n =?utf-8?Q?ple:80?=",
            "http://h.exam\\\n  ple:80",
        ] {
            let found = readings(text).iter().any(|reading| reading.contains("http://h.example:80"));
            assert!(found, "{text:?} in {:?}", readings(text));
        }
        assert!(readings("one line").is_empty());
        let cut = readings("1: http://h&\n2: #46;exam\n3: ple:80");
        assert!(cut.iter().any(|reading| reading.contains("h&#46;example:80")), "{cut:?}");
    }
}
