//! What stands around an encoded needle, decoded: near misses must stay silent in every encoding.
//!
//! A needle in base64 or hexadecimal digits says nothing of its neighbours: `100.101.102.103` also stands in
//! the encoded `1100.101.102.103`. So a few digits on both sides are decoded with it.

use std::ops::Range;

use super::boundary;
use super::decode::{base32, base64, dump};
use super::view::escape;
use crate::endpoint::Bound;

/// Encoded bytes on each side that are looked at, and of an IPv6 address, where a group of another one may stand: there
/// is no room for the address once more, cut by the edge.
const AROUND: usize = 16;
const AROUND_V6: usize = 32;

/// Whether the encoded needle at `start..end` can be the host: false only where its decoded neighbours
/// show that it is a part of something longer.
pub fn may_be(form: &str, host: &[u8], bound: Bound, bytes: &[u8], start: usize, end: usize) -> bool {
    let around = if bound == Bound::V6 { AROUND_V6 } else { AROUND };
    let from = start.saturating_sub(around);
    let to = end.saturating_add(around).min(bytes.len());
    let mut readings: Vec<Vec<u8>> = match form {
        "hex" => vec![digits(bytes, from..to, start, 4, 0, dump::digit)],
        "base32" => (0..8).map(|skip| digits(bytes, from..to, start, 5, skip, base32::value)).collect(),
        "base64" => (0..4).map(|skip| digits(bytes, from..to, start, 6, skip, base64::value)).collect(),
        "utf16" => return is_alone_in_wide(host, bound, bytes, from..to, start..end),
        _ => return true,
    };
    // What is encoded may be text of two bytes a character.
    let is_wide = |reading: &&Vec<u8>| memchr::memchr_iter(0, reading).count() * 3 > reading.len();
    let wide: Vec<Vec<u8>> = readings.iter().filter(is_wide).cloned().collect();
    for reading in &wide {
        readings.extend((0..4).map(|way| narrow(reading, 0..reading.len(), way / 2, way % 2)));
    }
    let mut inside = false;
    for reading in readings.iter().filter(|reading| !host.is_empty() && reading.len() >= host.len()) {
        let folded = zeroize::Zeroizing::new(reading.to_ascii_lowercase());
        for at in memchr::memmem::find_iter(&folded, host) {
            if boundary::holds(bound, reading, at, at + host.len()) {
                return true;
            }
            inside = true;
        }
        inside |= all_but_one(&folded, host);
    }
    !inside
}

/// The same of wide text. Between the halves of its characters the other byte order reads nearly all of them too: of
/// two readings that have the host, both must have it alone.
fn is_alone_in_wide(
    host: &[u8],
    bound: Bound,
    bytes: &[u8],
    near: Range<usize>,
    needle: Range<usize>,
) -> bool {
    let is_zero = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&0);
    let mut readings: Vec<Vec<u8>> =
        (0..2).map(|zero| narrow(bytes, near.clone(), needle.start, zero)).collect();
    if is_zero(Some(needle.start)) && is_zero(Some(needle.end)) {
        readings.push(narrow(bytes, near.clone(), needle.start + 1, 0));
    } else if is_zero(needle.start.checked_sub(1)) {
        readings.push(narrow(bytes, near, needle.start - 1, 1));
    }
    readings.iter().filter(|_| !host.is_empty()).all(|reading| {
        let folded = zeroize::Zeroizing::new(reading.to_ascii_lowercase());
        let mut places = memchr::memmem::find_iter(&folded, host).peekable();
        places.peek().is_none() || places.any(|at| boundary::holds(bound, reading, at, at + host.len()))
    })
}

/// Whether the host stands there but for its first or its last byte: of these the needle holds a few bits alone.
fn all_but_one(text: &[u8], host: &[u8]) -> bool {
    let (Some((first, rest)), Some((last, head))) = (host.split_first(), host.split_last()) else {
        return false;
    };
    let differs =
        |at: Option<usize>, byte: &u8| at.and_then(|at| text.get(at)).is_some_and(|there| there != byte);
    host.len() > 5
        && (memchr::memmem::find_iter(text, head).any(|at| differs(Some(at + head.len()), last))
            || memchr::memmem::find_iter(text, rest).any(|at| differs(at.checked_sub(1), first)))
}

/// Digits of some bits each around `start`, as bytes; `skip` of the first are left out.
fn digits(
    bytes: &[u8],
    range: Range<usize>,
    start: usize,
    bits: u32,
    skip: usize,
    value: fn(u8) -> Option<u8>,
) -> Vec<u8> {
    let before = bytes.get(range.start..start).unwrap_or_default();
    let reach = before.iter().rev().take_while(|byte| value(**byte).is_some()).count();
    // Hexadecimal digits come in pairs, counted from the needle.
    let reach = if bits == 4 { reach & !1 } else { reach };
    let run = bytes.get((start - reach + skip).min(range.end)..range.end).unwrap_or_default();
    let (mut held, mut count, mut out) = (0_u32, 0, Vec::new());
    for digit in run.iter().map_while(|byte| value(*byte)) {
        held = held << bits | u32::from(digit);
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push((held >> count & 0xFF) as u8);
        }
    }
    out
}

/// Text of two bytes a character around `start`, as one byte each.
fn narrow(bytes: &[u8], range: Range<usize>, start: usize, zero: usize) -> Vec<u8> {
    let from = range.start + (start - range.start) % 2;
    let (units, last) = bytes.get(from..range.end).unwrap_or_default().as_chunks::<2>();
    // What is no wide character ends a word; read the other way, a byte order mark is beside the first.
    let is_wide = |high: u8| matches!(high, 0 | 0xFE | 0xFF);
    let read = units.iter().map(|unit| if is_wide(unit[1 - zero]) { unit[zero] } else { b' ' });
    // Of a character at the edge of the text one half may be left, which is the one that tells.
    let first = bytes.get(range.start..from).filter(|_| range.start == 0).unwrap_or_default();
    let last = last.iter().filter(|_| range.end == bytes.len());
    first.iter().copied().chain(read).chain(last.copied()).collect()
}

/// Whether an address whose dots are written as something else is a part of a longer number once they are dots.
pub fn is_in_number(host: &[u8], bytes: &[u8], start: usize, end: usize) -> bool {
    let range = start.saturating_sub(AROUND)..(end + AROUND).min(bytes.len());
    let mut text = bytes.get(range).unwrap_or_default().to_vec();
    for _ in 0..3 {
        text = escape::unescape(&text, 0..text.len()).bytes;
    }
    let bracketed =
        |three: &[u8]| matches!(three, [b'[' | b'(' | b'{' | b'<', b'.', b']' | b')' | b'}' | b'>']);
    while let Some(at) = text.windows(3).position(bracketed) {
        text.splice(at..at + 3, *b".");
    }
    let mut places = memchr::memmem::find_iter(&text, host).peekable();
    places.peek().is_some() && !places.any(|at| boundary::holds(Bound::Address, &text, at, at + host.len()))
}

/// Whether four numbers are an entry of a longer list: `99, 100, 101, 102, 103, 104`.
pub fn is_in_list(bytes: &[u8], start: usize, end: usize) -> bool {
    let text = bytes.get(start..end).unwrap_or_default();
    let first = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let gap = text.iter().skip(first).take_while(|byte| !byte.is_ascii_digit()).count();
    let Some(gap) = text.get(first..first + gap) else { return false };
    let lists = !gap.is_empty() && gap.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b',');
    let before = bytes.get(..start).unwrap_or_default().strip_suffix(gap);
    let after = bytes.get(end..).unwrap_or_default().strip_prefix(gap);
    lists
        && (before.and_then(<[u8]>::last).is_some_and(u8::is_ascii_digit)
            || after.and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_address_within_a_longer_run_is_told() {
        let host = b"100.101.102.103";
        // `printf '1100.101.102.103' | base64`, and `printf ' 100.101.102.103'`.
        for (text, told) in [("MTEwMC4xMDEuMTAyLjEwMw==", false), ("IDEwMC4xMDEuMTAyLjEwMw==", true)] {
            assert_eq!(may_be("base64", host, Bound::Address, text.as_bytes(), 2, 22), told, "{text}");
        }
        // `100.101.102.103` and `100.101.102.102`, with more digits behind them and cut off.
        for (text, told) in
            [("MTAwLjEwMS4xMDIuMTAz", true), ("MTAwLjEwMS4xMDIuMTAy", false), ("MTAwLjEwMS4xMDIuMTA", true)]
        {
            assert_eq!(may_be("base64", host, Bound::Address, text.as_bytes(), 0, 19), told, "{text}");
        }
        for (text, told) in [
            ("313130302e3130312e3130322e313033", false),
            ("203130302e3130312e3130322e313033", true),
            ("3130302e3130312e3130322e31303334", false),
        ] {
            let start = text.find("3130302e").expect("there");
            assert_eq!(
                may_be("hex", host, Bound::Address, text.as_bytes(), start, start + 30),
                told,
                "{text}"
            );
        }
        let wide: Vec<u8> = "1100.101.102.103".bytes().flat_map(|byte| [byte, 0]).collect();
        assert!(!may_be("utf16", host, Bound::Address, &wide, 2, 32));
        assert!(may_be("utf16", host, Bound::Address, &wide[2..], 0, 30));
        // The needle of the other byte order, between the halves of two characters.
        assert!(!may_be("utf16", host, Bound::Address, &wide, 1, 31));
        let after: Vec<u8> = "100.101.102.1034".bytes().flat_map(|byte| [0, byte]).collect();
        assert!(!may_be("utf16", host, Bound::Address, &after, 1, 31));
        let inside: Vec<u8> =
            b"\x05\x19".iter().copied().chain("8.100.101.102.103".bytes().flat_map(|b| [b, 0])).collect();
        assert!(!may_be("utf16", host, Bound::Address, &inside, 5, 35));
        assert!(!may_be("utf16", host, Bound::Address, &inside, 6, 36));
        // `printf 'ab 100.101.102.1034 b' | iconv -t utf-16le | base64`, and without the last digit.
        for (text, told) in [
            ("YQBiACAAMQAwADAALgAxADAAMQAuADEAMAAyAC4AMQAwADMANAAgAGIA", false),
            ("YQBiACAAMQAwADAALgAxADAAMQAuADEAMAAyAC4AMQAwADMAIABiAA==", true),
        ] {
            assert_eq!(may_be("base64", host, Bound::Address, text.as_bytes(), 8, 48), told, "{text}");
        }
    }

    #[test]
    fn four_numbers_of_a_longer_list_are_told() {
        for (text, in_list) in [
            ("98, 99, 100, 101, 102, 103, 104", true),
            ("[100, 101, 102, 103]", false),
            ("7-100-101-102-103-8000", false),
        ] {
            let start = text.find("100").expect("there");
            let end = text.find("103").expect("there") + 3;
            assert_eq!(is_in_list(text.as_bytes(), start, end), in_list, "{text}");
        }
    }

    #[test]
    fn an_address_in_a_longer_number_is_told_whatever_its_dots_are() {
        for (text, inside) in [
            (r"1\.3\.100\.101\.102\.103\.9", true),
            ("100&#46;101&#46;102&#46;103&#46;9", true),
            ("9[.]100[.]101[.]102[.]103", true),
            (r"http://100\.101\.102\.103\.", false),
            ("(100[.]101[.]102[.]103)", false),
            ("7-100-101-102-103-8000", false),
        ] {
            let (start, end) = (text.find("100").expect("there"), text.find("103").expect("there") + 3);
            assert_eq!(is_in_number(b"100.101.102.103", text.as_bytes(), start, end), inside, "{text}");
        }
    }
}
