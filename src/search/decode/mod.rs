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
    !bytes.is_empty() && (bytes.iter().all(shown) || is_utf8(bytes) || wide(0) || wide(1))
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
