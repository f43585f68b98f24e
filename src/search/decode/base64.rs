//! Base64, standard and URL-safe, at any alignment, over several lines.

use std::ops::Range;

use super::{
    Decoded, is_container, is_text, may_begin_container, may_begin_container_with, may_begin_text,
    may_begin_text_with, values,
};
use crate::search::sift::is_base64;
use crate::search::view::View;

/// The shortest run that is looked at.
pub const SHORTEST: usize = 16;
/// As much of a run is decoded at once.
pub const LONGEST: usize = 16 << 20;
/// How far into a run its beginning is looked for.
const HEAD: usize = 4096;
/// How many digits of a run are decoded to see whether it is worth more: at its start, and elsewhere, where
/// chance has more places to find text at.
const TASTE: usize = 16;
const LONG_TASTE: usize = 24;

/// What a byte stands for as a digit; 255: it is none.
const DIGITS: [u8; 256] = digits();

const fn digits() -> [u8; 256] {
    let mut digits = values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", false);
    digits[b'-' as usize] = digits[b'+' as usize];
    digits[b'_' as usize] = digits[b'/' as usize];
    digits
}

/// Of two digits, whether text (1) or a container (2) may begin with them.
const BEGINNINGS: [u8; 4096] = {
    let mut beginnings = [0; 4096];
    let (mut first, mut high) = (0u8, 0u8);
    loop {
        beginnings[(first as usize) << 4 | high as usize] =
            may_begin_text_with(first, high) as u8 | (may_begin_container_with(first) as u8) << 1;
        (first, high) = match (first, high) {
            (u8::MAX, 15) => break beginnings,
            (_, 15) => (first + 1, 0),
            _ => (first, high + 1),
        };
    }
};

/// What may begin with the digits of a run at this place: most names and digests are told by two of them.
fn beginning(run: &[u8], at: usize) -> u8 {
    let Some([a, b]) = run.get(at..).and_then(|rest| rest.first_chunk()) else { return 0 };
    let (a, b) = (DIGITS[usize::from(*a)], DIGITS[usize::from(*b)]);
    BEGINNINGS[usize::from(a & 63) << 6 | usize::from(b & 63)]
}

/// The value of a digit of either alphabet.
pub fn value(byte: u8) -> Option<u8> {
    let value = DIGITS[usize::from(byte)];
    (value < 64).then_some(value)
}

/// Which letters a run of base64 digits has. A name or a digest has those of one case; so has an encoded text,
/// but for one in a hundred thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cases {
    pub upper: bool,
    pub lower: bool,
}

impl Cases {
    pub fn of(run: &[u8]) -> Self {
        let has = |low: u8| run.iter().fold(false, |any, byte| any | (byte.wrapping_sub(low) < 26));
        Self { upper: has(b'A'), lower: has(b'a') }
    }

    pub fn are_both(self) -> bool {
        self.upper && self.lower
    }
}

/// Decodes digits until something else comes.
fn decode(digits: &[u8], out: &mut Vec<u8>) {
    let mut bits = 0u32;
    let mut held = 0;
    for digit in digits.iter().map_while(|b| value(*b)) {
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
}

/// Where a run begins that stands behind an escape, whose last characters are digits too: `\n`, `%3D`, `=3D`.
pub fn behind_escape(text: &[u8], start: usize) -> usize {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    match (before, text.get(start..)) {
        (Some(b'\\'), Some([b'n' | b'r' | b't', ..])) => start + 1,
        (Some(b'%'), Some([a, b, ..])) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => start + 2,
        // Quoted-printable has capitals; behind `=` other digits are a value's own.
        (Some(b'='), Some([a, b, ..])) if [a, b].iter().all(|c| matches!(c, b'0'..=b'9' | b'A'..=b'F')) => {
            start + 2
        }
        _ => start,
    }
}

/// Where in the run something begins that is worth decoding: at any of the four alignments, or after
/// a mark that may also be a path's or a name's.
pub fn taste(run: &[u8]) -> Option<usize> {
    if Cases::of(run.get(..HEAD.min(run.len())).unwrap_or_default()).are_both() {
        taste_mixed(run)
    } else {
        None
    }
}

/// The same for a run that is known to have letters of both cases.
pub fn taste_mixed(run: &[u8]) -> Option<usize> {
    let run = run.get(..HEAD.min(run.len())).unwrap_or_default();
    if beginning(run, 0) != 0 && begins(run, TASTE, 0) || run.len() >= 48 && is_deflate(run) {
        return Some(0);
    }
    let text_at = |at: &usize| {
        let rest = run.get(*at..).filter(|rest| rest.len() >= LONG_TASTE);
        beginning(run, *at) & 1 != 0 && rest.is_some_and(|rest| begins_text(rest, LONG_TASTE))
    };
    if let Some(at) = (1..4).find(text_at) {
        return Some(at);
    }
    let marks = run.iter().enumerate().filter(|(_, b)| matches!(b, b'/' | b'-' | b'_' | b'+'));
    let after = |at: &usize| {
        beginning(run, *at) != 0 && run.get(*at..).is_some_and(|rest| begins(rest, LONG_TASTE, LONG_TASTE))
    };
    marks.take(16).flat_map(|(at, _)| at + 1..at + 5).find(after)
}

/// Whether a container begins here, or text in a run of at least this length. Of most runs three bytes tell that
/// they are neither.
fn begins(run: &[u8], digits: usize, least: usize) -> bool {
    first_group(run).is_some_and(|group| {
        may_begin_container(group) && begins_container(run)
            || run.len() >= least && may_begin_text(&group) && is_text_from(run, digits)
    })
}

fn first_group(run: &[u8]) -> Option<[u8; 3]> {
    run.first_chunk::<4>().and_then(|group| group_of(*group))
}

/// The first digits as bytes, as many as there are; `None` where these are too few.
fn first(run: &[u8], digits: usize) -> Option<([u8; LONG_TASTE / 4 * 3], usize)> {
    let digits = run.get(..digits.min(run.len())).filter(|digits| digits.len() >= SHORTEST - 4)?;
    let (mut bytes, mut len) = ([0; LONG_TASTE / 4 * 3], 0);
    for (group, out) in digits.as_chunks::<4>().0.iter().zip(bytes.as_chunks_mut::<3>().0) {
        *out = group_of(*group)?;
        len += 3;
    }
    Some((bytes, len))
}

fn group_of(digits: [u8; 4]) -> Option<[u8; 3]> {
    let (mut bits, mut all) = (0, 0);
    for digit in digits {
        let value = DIGITS[usize::from(digit)];
        bits = bits << 6 | u32::from(value & 63);
        all |= value;
    }
    let [_, first, second, third] = bits.to_be_bytes();
    (all < 64).then_some([first, second, third])
}

/// Whether what a run encodes ends as text does that is all there: with a bracket, a mark of quotation, a line's end.
pub fn is_complete(run: &[u8]) -> bool {
    let mut last = Vec::with_capacity(3);
    let start = run.len().saturating_sub(1) & !3;
    decode(run.get(start..).unwrap_or_default(), &mut last);
    matches!(last.last(), Some(b'}' | b']' | b'"' | b'\n'))
}

/// Most runs are names, paths and digests: three bytes tell that they are no text.
fn begins_text(run: &[u8], digits: usize) -> bool {
    first_group(run).is_some_and(|group| may_begin_text(&group)) && is_text_from(run, digits)
}

fn is_text_from(run: &[u8], digits: usize) -> bool {
    let Some((bytes, len)) = first(run, digits) else { return false };
    let bytes = bytes.get(..len).unwrap_or_default();
    may_begin_text(bytes) && is_text(bytes)
}

fn begins_container(run: &[u8]) -> bool {
    first(run, TASTE).is_some_and(|(bytes, len)| is_container(bytes.get(..len).unwrap_or_default()))
}

/// Whether deflate data without a header is encoded here, as some protocols have it.
fn is_deflate(run: &[u8]) -> bool {
    let mixed = |range: std::ops::RangeInclusive<u8>| run.iter().take(48).any(|b| range.contains(b));
    if !mixed(b'a'..=b'z') || !mixed(b'A'..=b'Z') {
        return false;
    }
    let mut first = Vec::with_capacity(192);
    decode(run.get(..run.len().min(256)).unwrap_or_default(), &mut first);
    crate::search::container::begins_as_deflate(&first)
}

/// What may stand between two lines of one run, from its end on: how many bytes.
fn fold(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut broken = false;
    while at < 64 {
        let rest = text.get(at..)?;
        at += match rest {
            [b'\n', ..] => {
                broken = true;
                1
            }
            [b'\r' | b' ' | b'\t' | b'"' | b'\'' | b',' | b'|' | b'#' | b'>' | b'=', ..] => 1,
            [b'\\', b'n' | b'r', ..] => {
                broken = true;
                2
            }
            [b'\\', b't', ..] => 2,
            [b'\\', b'\\', b'n', ..] => {
                broken = true;
                3
            }
            [b'\\', b'\n', ..] => 1,
            [0xe2, 0x94 | 0x95, _, ..] => 3,
            [b, ..] if is_base64(*b) => return broken.then_some(at),
            _ => return None,
        };
    }
    None
}

/// Decodes the run at `run`, and the lines that continue it.
pub fn decoded(text: &[u8], run: Range<usize>) -> Option<Decoded> {
    let taste = taste(text.get(run.clone())?)?;
    let start = run.start + taste;
    let mut lines = vec![start..run.end];
    let mut end = run.end;
    // A last short line ends the run, but lines that were folded twice are of two lengths.
    while end - start < LONGEST {
        let Some(gap) = fold(text.get(end..).unwrap_or_default()) else { break };
        let next = end + gap;
        let len = text.get(next..).unwrap_or_default().iter().take_while(|b| is_base64(**b)).count();
        lines.push(next..next + len);
        end = next + len;
    }
    let form = form(text, start, run.end, lines.len());
    let mut view = View::of_length(form, end - start);
    let (mut digits, mut out) = (Vec::with_capacity(run.len()), Vec::with_capacity(run.len()));
    for line in &lines {
        digits.extend_from_slice(text.get(line.clone())?);
        // Whole groups of four go out with this line, the rest with the next.
        let whole = if Some(line) == lines.last() { digits.len() } else { digits.len() & !3 };
        out.clear();
        decode(digits.get(..whole)?, &mut out);
        view.edit(line.clone(), &out, form);
        digits.drain(..whole);
    }
    Some(Decoded { view, range: start..end, open: end == text.len() })
}

fn form(text: &[u8], start: usize, end: usize, lines: usize) -> &'static str {
    let before = text.get(start.saturating_sub(7)..start).unwrap_or_default();
    if before == b"base64," {
        "data-uri"
    } else if lines > 1 {
        "base64-folded"
    } else if before.ends_with(b".") || text.get(end) == Some(&b'.') {
        "jwt"
    } else {
        "base64"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_decoded_at_any_alignment_and_over_lines() {
        // `printf '{"url":"http://h.example:80/v1"}' | base64`
        let one = b"x=/api/eyJ1cmwiOiJodHRwOi8vaC5leGFtcGxlOjgwL3YxIn0= ";
        let run = 2..one.len() - 2;
        let decoded = decoded(one, run).expect("text");
        assert_eq!(decoded.view.bytes, b"{\"url\":\"http://h.example:80/v1\"}");
        assert_eq!(decoded.range.start, 7);
        let digest = b"d2a4c7100116c273732bd68f5fc6f61ba55591215158ab88b06927b0c899d454";
        assert!(taste(digest).is_none());
        assert!(taste(b"usr/lib/python3/dist/packages/something").is_none());
    }

    #[test]
    fn two_digits_tell_no_less_than_four() {
        let alphabet: Vec<u8> = (0..=255).filter(|byte| value(*byte).is_some()).collect();
        for run in alphabet.iter().flat_map(|a| alphabet.iter().map(move |b| [*a, *b])) {
            for end in alphabet.iter().flat_map(|c| b"A5Pq-/".map(|d| [*c, d])) {
                let run = [run, end].concat();
                let group = first_group(&run).expect("four digits");
                let known = u8::from(may_begin_text(&group)) | u8::from(may_begin_container(group)) << 1;
                assert_eq!(known & !beginning(&run, 0), 0, "{}", String::from_utf8_lossy(&run));
            }
        }
    }

    #[test]
    fn folded_lines_are_one_run() {
        // 44 columns of the text `aaaa…http://h.example:80`.
        let text = b"YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\n  YWFhaHR0cDovL2guZXhhbXBsZTo4MA==\n";
        let decoded = decoded(text, 0..44).expect("text");
        assert!(decoded.view.bytes.ends_with(b"aaahttp://h.example:80"), "{:?}", decoded.view.bytes);
        let at = decoded.view.bytes.len() - 5;
        let (back, form) = decoded.view.back(at..at + 5);
        assert_eq!(form, "base64-folded");
        assert!(back.start >= 47 && back.end <= 79, "{back:?}");
    }
}
