//! Names and addresses as they stand in text: where they begin, where they end, what is around them.

use std::ops::Range;

use crate::search::view::escape;

/// As many bytes may `://` take in escapes.
const ESCAPED: usize = 48;

/// A DNS name is no longer than this.
const LONGEST_NAME: usize = 253;

/// A label's characters, and the dots between labels.
fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// The dotted name around a place; none where it is longer than a name can be.
pub(super) fn name(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let left =
        bytes.get(..at)?.iter().rev().take(LONGEST_NAME + 1).take_while(|&&byte| in_name(byte)).count();
    let right = bytes.get(at..)?.iter().take(LONGEST_NAME + 1).take_while(|&&byte| in_name(byte)).count();
    if left + right > LONGEST_NAME {
        return None;
    }
    let mut end = at + right;
    // The full stop of a sentence, or of a name that is spelt out to the root.
    while end > at && matches!(bytes.get(end - 1), Some(b'.' | b'-' | b'_')) {
        end -= 1;
    }
    let mut start = at - left;
    while start < end && matches!(bytes.get(start), Some(b'_')) {
        start += 1;
    }
    (start < end).then_some(start..end)
}

/// The run of characters of an IPv6 address from a place on.
pub(super) fn ipv6(bytes: &[u8], at: usize) -> Range<usize> {
    let length = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(45)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        .count();
    let mut end = at + length;
    // `fd00::1.` at a sentence's end, `fd00::1:` before a list.
    while end > at && (bytes.get(end - 1) == Some(&b'.') || ends_in_one_colon(bytes, at, end)) {
        end -= 1;
    }
    at..end
}

fn ends_in_one_colon(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes.get(end - 1) == Some(&b':') && !(end - start >= 2 && bytes.get(end - 2) == Some(&b':'))
}

/// The port behind a host, with a colon before it.
pub(super) fn port(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let colon = match rest.first()? {
        b':' => 1,
        b'%' | b'\\' | b'&' => escape::at(bytes, end).filter(|escape| escape.bytes() == b":")?.len,
        _ => return None,
    };
    let rest = rest.get(colon..)?;
    let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let port: u32 = std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()?;
    let ends = rest.get(digits).is_none_or(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_');
    ((1..=65_535).contains(&port) && ends).then_some(end + colon + digits)
}

/// Whether `://` stands before a host, perhaps in escapes; user information between them allowed.
pub(super) fn in_url(bytes: &[u8], start: usize) -> bool {
    let before = bytes.get(start.saturating_sub(256)..start).unwrap_or_default();
    let before = before.strip_suffix(b"[").unwrap_or(before);
    if before.ends_with(b"://") || ends_in_escaped_slashes(before) {
        return true;
    }
    before.ends_with(b"@") && {
        let word = before.iter().rev().take_while(|byte| byte.is_ascii_graphic()).count();
        let word = before.get(before.len() - word..).unwrap_or_default();
        memchr::memmem::rfind(word, b"://")
            .and_then(|at| word.get(at + 3..))
            .is_some_and(|rest| !rest.contains(&b'/'))
    }
}

/// `:\/\/`, `%3A%2F%2F`, `\u002f`, also of escapes of escapes.
fn ends_in_escaped_slashes(before: &[u8]) -> bool {
    let mut text = before.get(before.len().saturating_sub(ESCAPED)..).unwrap_or_default().to_vec();
    if !matches!(text.last(), Some(b'/' | b'f' | b'F' | b'7' | b';')) {
        return false;
    }
    while !text.ends_with(b"://") {
        let view = escape::unescape(&text, 0..text.len());
        if view.bytes.len() >= text.len() {
            return false;
        }
        text = view.bytes;
    }
    true
}

/// The length of a network's prefix behind an address: `/10`.
pub(super) fn prefix(bytes: &[u8], end: usize) -> Option<u8> {
    let rest = bytes.get(end..)?.strip_prefix(b"/")?;
    let digits = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let ends = rest.get(digits).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'/');
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok().filter(|_| ends)
}
