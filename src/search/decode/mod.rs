//! Encoded runs of a text, decoded: base64 and hexadecimal also over several lines, dumps, wide text.
//!
//! A decoder works only where its result starts like text or like a known container; what is plainly
//! neither (a digest, an identifier, a path) is left alone, and the needles for encoded parts look there.

pub mod base32;
pub mod base64;
pub mod dump;
pub mod wide;

use std::ops::Range;

use super::view::View;

/// What a decoder made of `range`.
pub struct Decoded {
    pub view: View,
    pub range: Range<usize>,
    /// The run is cut by the end of the text: more of it may follow.
    pub open: bool,
}

/// Whether bytes begin like text: letters, digits, marks, white space; also text of two bytes a character.
fn is_text(bytes: &[u8]) -> bool {
    let shown = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x1b);
    let wide = |start: usize| {
        bytes.iter().skip(start).step_by(2).all(shown)
            && bytes.iter().skip(1 - start).step_by(2).all(|b| *b == 0)
    };
    let bytes = bytes.strip_prefix(b"\xff\xfe").or(bytes.strip_prefix(b"\xfe\xff")).unwrap_or(bytes);
    !bytes.is_empty()
        && (bytes.iter().all(shown) || is_utf8(bytes) || wide(0) || wide(1) || is_name_field(bytes))
}

/// Whether three bytes may be the first of a text of one or two bytes a character, or of UTF-8: most of what
/// is tasted is none, and three bytes tell.
fn may_begin_text(bytes: [u8; 3]) -> bool {
    let shown = |b: u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x1b);
    let follows = |a: u8, b: u8| match a {
        0 => shown(b) || b == 0,
        0x80..=0xbf => shown(b) || b >= 0x80,
        0xc0..=0xf7 => b & 0xc0 == 0x80,
        _ => shown(b) || b == 0 || b >= 0xc2,
    };
    match bytes {
        [0xff, 0xfe, _] | [0xfe, 0xff, _] => true,
        [a, b, c] => (shown(a) || a == 0 || matches!(a, 0xc2..=0xf4)) && follows(a, b) && follows(b, c),
    }
}

/// Whether three bytes may be the first of what [`is_container`] knows.
fn may_begin_container(bytes: [u8; 3]) -> bool {
    matches!(
        bytes,
        [0x1f, 0x8b, _]
            | [0x28, 0xb5, _]
            | [0xfd, b'7', _]
            | [b'B', b'Z', b'h']
            | [b'P', b'K', _]
            | [b'S', b'Q', b'L']
            | [4, 0x22, _]
            | [b'%', b'P', _]
    ) || is_zlib(&bytes)
}

/// Whether bytes begin like the header of a tar archive: a name in a field of a hundred bytes, filled up.
fn is_name_field(bytes: &[u8]) -> bool {
    let name = bytes.iter().take_while(|b| matches!(b, b'!'..=b'~')).count();
    name > 0 && bytes.len() - name >= 4 && bytes.iter().skip(name).all(|b| *b == 0)
}

/// UTF-8 without controls, perhaps cut at its end.
fn is_utf8(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && error.valid_up_to() >= 4 => {
            std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    valid.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{1b}'))
}

/// The beginnings of what `container` opens.
fn is_container(bytes: &[u8]) -> bool {
    let magics: [&[u8]; 8] = [
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"\xfd7zXZ\0",
        b"BZh",
        b"PK\x03\x04",
        b"SQLite format 3\0",
        b"\x04\x22\x4d\x18",
        b"%PDF-",
    ];
    magics.iter().any(|magic| bytes.starts_with(magic)) || is_zlib(bytes)
}

fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [a, b, ..] if a & 0x8f == 8 && a >> 4 <= 7 && (u16::from(*a) << 8 | u16::from(*b)) % 31 == 0 && b & 0x20 == 0)
}
