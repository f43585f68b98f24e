//! Base64, standard and URL-safe, at any alignment, over several lines.

use std::ops::Range;

use super::{Decoded, is_container, is_text};
use crate::search::sift::is_base64;
use crate::search::view::View;

/// The shortest run that is looked at.
pub const SHORTEST: usize = 16;
/// As much of a run is decoded at once.
pub const LONGEST: usize = 16 << 20;
/// How far into a run its beginning is looked for.
const HEAD: usize = 4096;
/// How much of a run is decoded to see whether it is worth more.
const TASTE: usize = 16;

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
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

/// Where in the run something begins that is worth decoding: at any of the four alignments, or after
/// a mark that may also be a path's or a name's.
pub fn taste(run: &[u8]) -> Option<usize> {
    let run = run.get(..HEAD.min(run.len())).unwrap_or_default();
    let mut first = Vec::with_capacity(TASTE);
    let mut worth = |at: usize, container: bool| {
        let rest = run.get(at..)?;
        if rest.len() < SHORTEST - 4 {
            return None;
        }
        first.clear();
        decode(rest.get(..4)?, &mut first);
        let begins = first
            .first()
            .is_some_and(|b| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x1b | 0 | 0xc2..));
        if !begins && !container {
            return None;
        }
        first.clear();
        decode(rest.get(..TASTE.min(rest.len()))?, &mut first);
        (is_text(&first) || (container && is_container(&first))).then_some(at)
    };
    if let Some(at) = worth(0, true) {
        return Some(at);
    }
    if run.len() >= 48 && is_deflate(run) {
        return Some(0);
    }
    if let Some(at) = (1..4).find_map(|at| worth(at, false)) {
        return Some(at);
    }
    let marks = run.iter().enumerate().filter(|(_, b)| matches!(b, b'/' | b'-' | b'_' | b'+'));
    marks.take(16).find_map(|(at, _)| worth(at + 1, true))
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
    let mut view = View::new(form);
    let mut digits = Vec::new();
    let mut out = Vec::new();
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
