//! Rows of numbers of one width, as programs dump bytes: behind an offset or none, beside a text column or none, in
//! bytes, words of either order, octal, decimal or binary.
//!
//! A row is the longest series of groups of one width in a line. What stands before and behind it may be anything: a
//! log's prefix, the mark of a patch, a text column.

use std::ops::Range;

use super::{Decoded, is_container};
use crate::search::view::View;

const FORM: &str = "hex";
/// The shortest piece of text that makes a dump worth reading.
const TELLING: usize = 8;
/// Rows that are tasted.
const TASTED: usize = 4;
/// Bytes of a line before its row.
const PREFIX: usize = 160;
/// How far a line is looked into for a row.
const NEAR: usize = 1 << 10;
/// So many bytes in one group are a row by themselves.
const FULL: usize = 16;
/// The length of the halves of a row, which stand a little apart.
const HALF: usize = 8;
/// Lines without numbers that may stand between two rows.
const SKIPPED: usize = 2;

/// The groups of a row, all as wide as the first but perhaps the last one.
#[derive(Default)]
struct Row {
    groups: Vec<Range<usize>>,
    width: usize,
    /// How long the space is between two groups, and what it begins with.
    gap: Option<(usize, u8)>,
    /// Numbers of one to three digits, padded with spaces.
    decimal: bool,
}

/// How the groups of a row are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Hex,
    /// The lowest byte of a word comes first.
    Little,
    Octal,
    OctalWord,
    DecimalWord,
    Binary,
    Decimal,
}

impl Row {
    fn bytes(&self) -> usize {
        match self.width {
            _ if self.decimal => self.groups.len(),
            3 => self.groups.len(),
            5 | 6 => self.groups.len() * 2,
            width => self.groups.len() * width / 2,
        }
    }

    fn readings(&self) -> &'static [Reading] {
        match self.width {
            _ if self.decimal => &[Reading::Decimal],
            3 => &[Reading::Octal],
            5 => &[Reading::DecimalWord],
            6 => &[Reading::OctalWord, Reading::Hex],
            8 => &[Reading::Hex, Reading::Little, Reading::Binary],
            4 | 16 => &[Reading::Hex, Reading::Little],
            _ => &[Reading::Hex],
        }
    }

    fn read(&self, text: &[u8], reading: Reading) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(self.bytes());
        for group in &self.groups {
            read(text.get(group.clone())?, reading, &mut out)?;
        }
        Some(out)
    }

    /// Whether another row may be of the same dump.
    fn goes_on_with(&self, next: &Row) -> bool {
        self.decimal == next.decimal
            && (self.width == next.width || self.groups.len() == 1 && next.groups.len() == 1)
    }
}

/// One group's bytes.
fn read(group: &[u8], reading: Reading, out: &mut Vec<u8>) -> Option<()> {
    let number = |radix| u32::from_str_radix(std::str::from_utf8(group).ok()?, radix).ok();
    let word = |radix| u16::try_from(number(radix)?).ok().map(u16::to_le_bytes);
    match reading {
        Reading::Octal => out.push(u8::try_from(number(8)?).ok()?),
        Reading::Binary => out.push(u8::try_from(number(2)?).ok()?),
        Reading::OctalWord => out.extend(word(8)?),
        Reading::DecimalWord => out.extend(word(10)?),
        Reading::Decimal => {
            let number =
                std::str::from_utf8(group).ok()?.parse::<i16>().ok().filter(|n| (-128..256).contains(n))?;
            out.push(number.to_le_bytes()[0]);
        }
        Reading::Hex | Reading::Little => {
            let start = out.len();
            let pairs = group.as_chunks::<2>().0;
            for [high, low] in pairs {
                out.push(super::dump::digit(*high)? << 4 | super::dump::digit(*low)?);
            }
            if reading == Reading::Little {
                out.get_mut(start..)?.reverse();
            }
        }
    }
    Some(())
}

/// The dump that begins in one of the lines that begin at these places, if text or a container shows in its first
/// rows: from its first line to its last row's end.
pub fn first_in(text: &[u8], places: Range<usize>) -> Option<Range<usize>> {
    let mut at = places.start;
    while at < places.end.min(text.len()) {
        let near = text.get(..text.len().min(at + NEAR)).unwrap_or_default();
        let line = at..line_end(near, at);
        if [false, true].into_iter().any(|decimal| {
            row(near, line.clone(), decimal).is_some_and(|row| is_worth(text, &row, line.end))
        }) {
            let ends = starts(text, at).map(|(row, end)| walk(text, row, end, |_| {}));
            return Some(at..ends.max().unwrap_or(line.end));
        }
        at = line.end + 1;
    }
    None
}

/// The rows that a line may be, and where it ends.
fn starts(text: &[u8], at: usize) -> impl Iterator<Item = (Row, usize)> {
    let end = line_end(text, at);
    [false, true].into_iter().filter_map(move |decimal| Some((row(text, at..end, decimal)?, end)))
}

/// What the dump says that begins in the line at the start of this range, in every way that its numbers may be read.
pub fn decoded(text: &[u8], dump: Range<usize>) -> Vec<Decoded> {
    let open = dump.end == text.len();
    let mut all = Vec::new();
    for (first, end) in starts(text, dump.start) {
        let readings = first.readings();
        let mut views: Vec<Option<View>> = readings.iter().map(|_| Some(View::new(FORM))).collect();
        walk(text, first, end, |row| {
            let range = row.groups.first().map_or(0, |group| group.start)
                ..row.groups.last().map_or(0, |group| group.end);
            for (view, reading) in views.iter_mut().zip(readings) {
                match (view.as_mut(), row.read(text, *reading)) {
                    (Some(view), Some(bytes)) => view.edit(range.clone(), &bytes, FORM),
                    _ => *view = None,
                }
            }
        });
        let views = views.into_iter().flatten().filter(|view| view.bytes.len() >= TELLING);
        all.extend(views.map(|view| Decoded { view, range: dump.clone(), open }));
    }
    all
}

/// Whether the first rows of a dump say something that is text or a container.
fn is_worth(text: &[u8], row: &Row, line_end: usize) -> bool {
    let lone = row.groups.len() == 1;
    if row.bytes() < 4 {
        return false;
    }
    row.readings().iter().any(|reading| {
        let Some(mut bytes) = row.read(text, *reading) else { return false };
        let mut rows = 1;
        if bytes.len() < TELLING {
            let mut next = line_end + 1;
            while rows < TASTED && bytes.len() < TELLING {
                let line = next..self::line_end(text, next);
                let Some(more) =
                    self::row(text, line.clone(), row.decimal).filter(|more| row.goes_on_with(more))
                else {
                    break;
                };
                bytes.extend(more.read(text, *reading).unwrap_or_default());
                (rows, next) = (rows + 1, line.end + 1);
            }
        }
        // A number alone in a line is nothing yet.
        (!lone || rows > 1 || bytes.len() >= FULL)
            && (has_text(&bytes) || bytes.len() >= TELLING && is_container(&bytes))
    })
}

fn has_text(bytes: &[u8]) -> bool {
    let shown = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let wide = |bytes: &[u8]| {
        bytes.as_chunks::<2>().0.iter().all(|[a, b]| shown(a) && *b == 0 || *a == 0 && shown(b))
    };
    bytes
        .windows(TELLING)
        .any(|bytes| (bytes.iter().all(shown) || wide(bytes)) && bytes.iter().any(|b| *b != b' '))
}

/// Goes over the rows of a dump; returns its end.
fn walk(text: &[u8], first: Row, line_end: usize, mut each: impl FnMut(&Row)) -> usize {
    let (mut end, mut at, mut skipped) =
        (first.groups.last().map_or(0, |group| group.end), line_end + 1, 0);
    each(&first);
    while at < text.len() {
        let line = at..self::line_end(text, at);
        match row(text, line.clone(), first.decimal).filter(|row| first.goes_on_with(row)) {
            Some(row) => {
                each(&row);
                end = row.groups.last().map_or(end, |group| group.end);
                skipped = 0;
            }
            None if skipped < SKIPPED => skipped += 1,
            None => break,
        }
        at = line.end + 1;
    }
    end
}

fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(text.len(), |end| at + end)
}

/// The longest series of groups of one width in a line.
fn row(text: &[u8], line: Range<usize>, decimal: bool) -> Option<Row> {
    let mut best: Option<Row> = None;
    let mut here = Row { decimal, ..Row::default() };
    let (mut at, mut done) = (line.start, line.start);
    loop {
        at += text.get(at..line.end)?.iter().take_while(|b| !b.is_ascii_alphanumeric()).count();
        let token = text.get(at..line.end)?.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let group = group(text.get(..at + token)?, at, decimal);
        if !group.as_ref().is_some_and(|group| here.takes(group, text.get(done..at).unwrap_or_default())) {
            keep(&mut best, std::mem::replace(&mut here, Row { decimal, ..Row::default() }));
            // What follows a series of some length is the text column, or nothing.
            let found = best.as_ref().is_some_and(|best| best.groups.len() > 1 && best.bytes() >= TELLING);
            if token == 0 || found || at > line.start + PREFIX {
                break;
            }
        }
        if let Some(group) = group {
            here.push(group, text.get(done..at).unwrap_or_default());
        }
        at += token;
        done = at;
    }
    let best = best?;
    let alone = best.groups.len() > 1 || is_alone(text, &line, best.groups.first()?);
    alone.then_some(best)
}

fn keep(best: &mut Option<Row>, row: Row) {
    let rank = |row: &Row| (row.groups.len() > 1, row.bytes());
    if !row.groups.is_empty() && best.as_ref().is_none_or(|best| rank(best) < rank(&row)) {
        *best = Some(row);
    }
}

/// Whether a line is nothing but this group, a text column behind it and an offset before it.
fn is_alone(text: &[u8], line: &Range<usize>, group: &Range<usize>) -> bool {
    let before = text.get(line.start..group.start).unwrap_or_default();
    let after = text.get(group.end..line.end).unwrap_or_default();
    let offset = before.iter().all(|b| b.is_ascii_hexdigit() || b" :+-|\t\"".contains(b));
    group.len() >= 8
        && offset
        && (after.trim_ascii().is_empty() || after.starts_with(b"  ") || after.starts_with(b"\\n"))
}

/// The digits of the token at `at`, up to which the text goes, if it is a group.
fn group(text: &[u8], at: usize, decimal: bool) -> Option<Range<usize>> {
    let token = text.get(at..)?;
    if decimal {
        let signed = at.checked_sub(2).and_then(|before| text.get(before..at)) == Some(b" -");
        let number = (1..=3).contains(&token.len()) && token.iter().all(u8::is_ascii_digit);
        return number.then_some(at - usize::from(signed)..at + token.len());
    }
    let start = if token.starts_with(b"0x") || token.starts_with(b"0X") { 2 } else { 0 };
    let digits = token.get(start..)?;
    let width = matches!(digits.len(), 3 | 5) && digits.iter().all(u8::is_ascii_digit)
        || digits.len().is_multiple_of(2) && (2..=128).contains(&digits.len());
    (width && digits.iter().all(u8::is_ascii_hexdigit)).then_some(at + start..at + token.len())
}

impl Row {
    fn push(&mut self, group: Range<usize>, gap: &[u8]) {
        if self.groups.is_empty() {
            self.width = group.len();
        } else if self.gap.is_none() {
            self.gap = gap.first().map(|first| (gap.len(), *first));
        }
        self.groups.push(group);
    }

    /// Whether a group goes on with the series, with this between them.
    fn takes(&self, group: &Range<usize>, gap: &[u8]) -> bool {
        let Some(last) = self.groups.last() else { return true };
        if self.decimal {
            return gap.len() <= 4 && gap.iter().all(|b| matches!(b, b' ' | b'-' | b'\t'));
        }
        let spaces = gap.len() <= 4 && gap.iter().all(|b| *b == b' ');
        let between =
            spaces || matches!(gap, b":" | b"-" | b"," | b", " | b"_" | b"." | b"\t" | b",\t" | b"; ");
        let same =
            self.gap.is_none_or(|before| gap.first().is_some_and(|first| before == (gap.len(), *first)));
        let halves =
            self.width == 2 && self.groups.len() == HALF && matches!(gap, b"  " | b"-" | b" - " | b" | ");
        // One number before a shorter one is an offset.
        let shorter = self.groups.len() > 1
            && self.width > 2
            && self.width.is_multiple_of(2)
            && group.len() < self.width
            && group.len().is_multiple_of(2);
        // Behind a shorter group there is none.
        last.len() == self.width && (between && same || halves) && (group.len() == self.width || shorter)
    }
}

#[cfg(test)]
mod tests;
