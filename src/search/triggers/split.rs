//! Whether a piece of a host ends where a line or a string ends, and goes on behind it.

use std::ops::Range;

use super::ends;
use crate::search::trigrams::Core;
use crate::search::view::tags;

/// The shortest piece of an encoded host: a few of its digits are a number or a word like any other.
const ENCODED: usize = 6;

/// How far the next line, or its end, may be.
const NEXT: usize = 400;

pub enum Split {
    No,
    /// An escape stands where the piece ends.
    ByEscape,
    /// A tag does.
    ByTag,
    Goes,
}

/// Whether a piece of `core` stands at `at` (its trigram at `offset` does) whose ends are ends of a line
/// or of a string, and which goes on behind them.
pub fn split(text: &[u8], at: usize, core: &Core, offset: usize) -> Split {
    let (core, encoded) = (&*core.text, core.encoded);
    let same = |at: Option<usize>, of: usize| {
        at.and_then(|at| text.get(at)).zip(core.get(of)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let (mut first, mut start) = (offset, at);
    while first > 0 && same(start.checked_sub(1), first - 1) {
        first -= 1;
        start -= 1;
    }
    let (mut last, mut end) = (offset, at);
    while last < core.len() && same(Some(end), last) {
        last += 1;
        end += 1;
    }
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    // What stands before the piece, or behind the last one, is no part of a host: that is in the other pieces.
    let opens = first == 0 || before.last().is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'.');
    let closes = encoded || after.first().is_none_or(|b| !b.is_ascii_alphanumeric());
    if first == 0 && last == core.len() || encoded && last - first < ENCODED {
        return Split::No;
    }
    let goes = if last == core.len() {
        opens && closes && came_from(before, core.get(..first).unwrap_or_default())
    } else {
        let rest = core.get(last..).unwrap_or_default();
        opens && (goes_on(after, rest) || goes_on_printable(after, rest))
    };
    let escaped = if last == core.len() {
        opens && closes && came_from_written(before, core.get(..first).unwrap_or_default())
    } else {
        matches!(after, [b'%' | b'&' | b'\\', next, ..] if next.is_ascii_alphanumeric() || *next == b'#')
            || opens && goes_on_written(after, core.get(last..).unwrap_or_default())
    };
    if goes {
        Split::Goes
    } else if escaped {
        Split::ByEscape
    } else if is_tagged(before, after, core, first..last) {
        Split::ByTag
    } else {
        Split::No
    }
}

/// Whether the piece goes on behind tags, or came from before them.
fn is_tagged(before: &[u8], after: &[u8], core: &[u8], piece: Range<usize>) -> bool {
    let same = |a: Option<&u8>, b: Option<&u8>| a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    let goes_on = || {
        let tags = tags::all(after);
        tags > 0 && same(after.get(tags), core.get(piece.end))
    };
    let came_from = || {
        let tags = tags::all_before(before);
        let last = before.len().checked_sub(tags + 1).and_then(|at| before.get(at));
        tags > 0 && same(last, piece.start.checked_sub(1).and_then(|at| core.get(at)))
    };
    after.first() == Some(&b'<') && goes_on() || before.last() == Some(&b'>') && came_from()
}

/// Space, borders and marks that may stand between a piece and the end of its line.
fn padding(text: &[u8]) -> usize {
    let mark = |b: &u8| {
        matches!(
            b,
            b' ' | b'\t'
                | b'\r'
                | b'|'
                | b'\\'
                | b'='
                | b'+'
                | b'"'
                | b'\''
                | b','
                | b')'
                | b']'
                | b'}'
                | b';'
                | b'?'
        ) || *b >= 0x80
    };
    text.iter().take(160).take_while(|b| mark(b)).count()
}

fn goes_on(after: &[u8], rest: &[u8]) -> bool {
    let Some(next) = after.first() else { return false };
    let wanted = rest.get(..2).unwrap_or(rest);
    let pad = padding(after);
    if after.get(pad) == Some(&b'\n') && line_has(after.get(pad + 1..), wanted) {
        return true;
    }
    if matches!(next, b'|' | b' ' | 0xe2)
        && let Some(end) = memchr::memchr(b'\n', after.get(..NEXT.min(after.len())).unwrap_or_default())
        && after.get(..end).is_some_and(|cell| cell.contains(&b'|') || cell.contains(&0xe2))
        && line_has(after.get(end + 1..), wanted)
    {
        return true;
    }
    matches!(next, b'"' | b'\'' | b'`' | b'\\') && string_has(after, wanted)
}

/// The same in quoted-printable, where the next character may be a number: `=2E`.
fn goes_on_printable(after: &[u8], rest: &[u8]) -> bool {
    let [b'=', high, low, ..] = after else { return false };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let byte = digit(high).zip(digit(low)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
    byte.is_some() && byte == rest.first().copied()
}

/// The same where the end of the line is written: a box or a log in a string.
fn goes_on_written(after: &[u8], rest: &[u8]) -> bool {
    let wanted = rest.get(..2).unwrap_or(rest);
    let near = after.get(..NEXT.min(after.len())).unwrap_or_default();
    let Some((at, end)) = memchr::memchr3_iter(b'\\', b'%', b'&', near)
        .find_map(|at| Some((at, at + ends::written(near.get(at..)?)?)))
    else {
        return false;
    };
    let cell = near.get(..at).unwrap_or_default();
    let bordered =
        matches!(cell.first(), Some(b'|' | b' ' | 0xe2)) && cell.iter().any(|b| matches!(b, b'|' | 0xe2));
    if padding(cell) < cell.len() && !bordered {
        return false;
    }
    let next = after.get(end..).unwrap_or_default();
    let next = next.get(..NEXT.min(next.len())).unwrap_or_default();
    let line = memchr::memmem::find(next, b"\\n").filter(|at| *at > 0).unwrap_or(next.len());
    line_has(next.get(..line), wanted)
}

/// Whether the next line holds `wanted` at the start of a word; or the one behind it, if the next ends in a mark that
/// itself was wrapped.
fn line_has(text: Option<&[u8]>, wanted: &[u8]) -> bool {
    let text = text.unwrap_or_default();
    let text = text.get(..NEXT.min(text.len())).unwrap_or_default();
    let mut ends = memchr::memchr_iter(b'\n', text.get(1..).unwrap_or_default()).map(|at| at + 1);
    let mut end = ends.next().unwrap_or(text.len());
    if let Some([before, b'\\' | 0x80..]) = text.get(..end).and_then(|line| line.last_chunk())
        && !before.is_ascii_alphanumeric()
    {
        end = ends.next().unwrap_or(text.len());
    }
    let line = text.get(..end).unwrap_or_default();
    (0..line.len()).any(|at| {
        let starts =
            at.checked_sub(1).and_then(|at| line.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
        starts && line.get(at..at + wanted.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(wanted))
    })
}

/// Whether a string nearby begins with `wanted`, or is a beginning of it.
fn string_has(text: &[u8], wanted: &[u8]) -> bool {
    let text = text.get(..2048.min(text.len())).unwrap_or_default();
    memchr::memchr3_iter(b'"', b'\'', b'`', text).any(|at| {
        let piece = text.get(at + 1..).unwrap_or_default();
        let whole = piece.get(..wanted.len()).is_some_and(|piece| piece.eq_ignore_ascii_case(wanted));
        let single = piece.first().zip(wanted.first()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
            && matches!(piece.get(1), Some(b'"' | b'\'' | b'`' | b'\\'));
        whole || single
    })
}

fn came_from(before: &[u8], rest: &[u8]) -> bool {
    let wanted = rest.get(rest.len().saturating_sub(2)..).unwrap_or_default();
    let near = before.get(before.len().saturating_sub(2048)..).unwrap_or_default();
    let ends = |text: &[u8]| ends_in(text, wanted);
    if let Some(line) = memchr::memrchr(b'\n', near)
        && near.len() - line < NEXT
        && line_ends_in(near.get(..line).unwrap_or_default(), wanted)
    {
        return true;
    }
    matches!(near.last(), Some(b'"' | b'\'' | b'`'))
        && memchr::memchr3_iter(b'"', b'\'', b'`', near).any(|at| {
            let text = near.get(..at).unwrap_or_default();
            ends(text.strip_suffix(b"\\").unwrap_or(text))
        })
}

/// The same where the end of the line before is written.
fn came_from_written(before: &[u8], rest: &[u8]) -> bool {
    let wanted = rest.get(rest.len().saturating_sub(2)..).unwrap_or_default();
    let near = before.get(before.len().saturating_sub(NEXT)..).unwrap_or_default();
    let mut marks = memchr::memrchr3_iter(b'\\', b'%', b'&', near);
    let end = marks.find(|at| ends::written(near.get(*at..).unwrap_or_default()).is_some());
    end.is_some_and(|at| line_ends_in(near.get(..at).unwrap_or_default(), wanted))
}

fn ends_in(text: &[u8], wanted: &[u8]) -> bool {
    text.len() >= wanted.len()
        && text.get(text.len() - wanted.len()..).is_some_and(|piece| piece.eq_ignore_ascii_case(wanted))
}

/// Whether a line ends in `wanted`, but for space, borders and marks.
fn line_ends_in(line: &[u8], wanted: &[u8]) -> bool {
    let pad = line.iter().rev().take_while(|b| !b.is_ascii_alphanumeric() && **b != b'.').count();
    ends_in(line.get(..line.len() - pad).unwrap_or_default(), wanted)
}
