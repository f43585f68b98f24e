//! Lists of numbers that are bytes, whatever stands between them: `31, 139, 8`, `{0x1f,0x8b}`, `<<31,139>>`,
//! `CHR(31)||CHR(139)`, a number a line, `{"0":31,"1":139}`.
//!
//! Between any two numbers stands the same, but for white space: that tells a list from other numbers.

use std::ops::Range;

use super::{Decoded, is_container, is_text};
use crate::search::view::View;

const FORM: &str = "hex";
/// The shortest list of numbers that is read whatever stands in it.
pub const LIST: usize = 16;
/// The shortest one that is read if it is text.
const SHORT_LIST: usize = 8;
/// What may stand between two numbers, and how much white space with it.
const BETWEEN: usize = 12;
const SPACE: usize = 48;

/// Whether a list of numbers below 256 may begin here: most brackets open something else.
pub fn begins_after_bracket(text: &[u8], start: usize) -> bool {
    let first = text.get(start..).and_then(number);
    first.is_some_and(|(_, len)| matches!(text.get(start + len), Some(b',' | b' ' | b'\n' | b'\r')))
}

/// The list of numbers below 256 that begins here: whatever text or container it is.
pub fn decoded(text: &[u8], start: usize) -> Option<Decoded> {
    let mut view = View::new(FORM);
    let end = walk(text, start, |range, number| view.edit(range, &[number], FORM))?;
    Some(Decoded { view, range: start..end, open: end == text.len() })
}

/// Where the list ends that is worth decoding and begins at one of these places: the start, and the end.
pub fn first_in(text: &[u8], places: Range<usize>) -> Option<Range<usize>> {
    let mut at = places.start;
    while at < places.end {
        let rest = text.get(at..)?;
        let Some((_, len)) = number(rest) else {
            // The rest of a word or of a longer number begins no list.
            at += rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count().max(1);
            continue;
        };
        if let Some(end) = walk(text, at, |_, _| {}) {
            return Some(at..end);
        }
        at += len;
    }
    None
}

/// Goes over the numbers of a list: where each stands, and what it is. The end, if it is one that is worth it.
fn walk(text: &[u8], start: usize, mut each: impl FnMut(Range<usize>, u8)) -> Option<usize> {
    let has_keys = text.get(start) == Some(&b'"');
    let (mut at, mut count, mut head) = (start, 0, [0; LIST]);
    let mut between: Option<[u8; BETWEEN]> = None;
    let mut end = start;
    loop {
        if has_keys {
            let Some(key) = key(text.get(at..)?, count) else { break };
            at += key;
        }
        let Some((number, len)) = number(text.get(at..)?) else { break };
        each(at..at + len, number);
        if let Some(byte) = head.get_mut(count) {
            *byte = number;
        }
        count += 1;
        (at, end) = (at + len, at + len);
        if count == LIST && !(is_text(&head) || is_container(&head)) {
            return None;
        }
        let Some((gap, len)) = gap(text.get(at..)?, has_keys) else { break };
        if is_escape(&gap) {
            return None;
        }
        if *between.get_or_insert(gap) != gap {
            break;
        }
        at += len;
    }
    let short = count >= SHORT_LIST
        && between.is_some_and(|gap| gap[0] == b',')
        && is_text(head.get(..count.min(LIST))?);
    (count >= LIST || short).then_some(end)
}

/// What stands before the next number but white space, and its length. A sign belongs to the number.
fn gap(text: &[u8], has_keys: bool) -> Option<([u8; BETWEEN], usize)> {
    let (mut gap, mut count) = ([0; BETWEEN], 0);
    for (at, byte) in text.iter().enumerate().take(BETWEEN + SPACE) {
        let rest = text.get(at..)?;
        let ends = byte.is_ascii_digit()
            || *byte == b'-'
                && at > 0
                && !has_keys
                && matches!(rest, [_, b'1'..=b'9', ..])
                && number(rest).is_some()
            || has_keys && *byte == b'"';
        if ends {
            return (at > 0).then_some((gap, at));
        }
        if !byte.is_ascii_whitespace() {
            *gap.get_mut(count)? = *byte;
            count += 1;
        }
    }
    None
}

/// Whether numbers that this stands between are escapes of characters, which are read as such.
fn is_escape(gap: &[u8; BETWEEN]) -> bool {
    let gap = gap.split(|b| *b == 0).next().unwrap_or_default();
    gap.ends_with(b"#") || matches!(gap, b"\\" | b"%")
}

/// The length of `"7":` and the space behind it.
fn key(text: &[u8], index: usize) -> Option<usize> {
    let rest =
        text.strip_prefix(b"\"")?.strip_prefix(index.to_string().as_bytes())?.strip_prefix(b"\":")?;
    let space = rest.iter().take(2).take_while(|b| **b == b' ').count();
    Some(text.len() - rest.len() + space)
}

/// A decimal number below 256, or one of a signed byte, or `0x` and two digits; and its length.
fn number(text: &[u8]) -> Option<(u8, usize)> {
    let decimal = |text: &[u8]| {
        let digits = text.iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        let number = text.get(..digits)?.iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        let ends = !text.get(digits).is_some_and(u8::is_ascii_alphanumeric);
        Some((u8::try_from(number).ok().filter(|_| digits > 0 && ends)?, digits))
    };
    match text {
        [b'0', b'x' | b'X', rest @ ..] => {
            let digits = rest.iter().take(3).take_while(|b| b.is_ascii_hexdigit()).count();
            let ends = !rest.get(digits).is_some_and(u8::is_ascii_alphanumeric);
            let number = std::str::from_utf8(rest.get(..digits)?).ok()?;
            u8::from_str_radix(number, 16).ok().filter(|_| ends).map(|number| (number, digits + 2))
        }
        [b'-', rest @ ..] => {
            let (number, len) = decimal(rest).filter(|(number, _)| *number <= 128)?;
            Some((number.wrapping_neg(), len + 1))
        }
        _ => decimal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_whatever_stands_between_their_numbers() {
        let bytes = b"aGkgaHR0cDovL2g=";
        let with = |between: &str| bytes.map(|b| b.to_string()).join(between);
        for text in [
            with(", "),
            with(" "),
            with(";"),
            with(",\n    "),
            with("\n- "),
            with(")||CHR("),
            with("</b><b>"),
            bytes.map(|b| format!("0x{b:02x}")).join(", "),
            bytes.map(|b| format!("0x{b:02X}")).join(",\n\t"),
        ] {
            assert_eq!(decoded(text.as_bytes(), 0).expect("a list").view.bytes, bytes, "{text}");
            let within = format!("x = 7a 1234 ({text})");
            assert_eq!(first_in(within.as_bytes(), 0..24), Some(13..13 + text.len()), "{within}");
        }
        let signed = "31, -117, 8, 0, -1, -1, -1, -1, 2, -1, 43, 46, 78, 85, -56, 40";
        assert_eq!(decoded(signed.as_bytes(), 0).expect("gzip").view.bytes[..3], [31, 139, 8]);
        for text in [
            with(" ").replace(' ', ", ").replacen(", ", "; ", 3),
            "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17".into(),
            with(";&#"),
            with(";&amp;#"),
            with("\\"),
        ] {
            assert!(decoded(text.as_bytes(), 0).is_none(), "{text}");
        }
    }
}
