//! Encoded runs of a text, decoded: base64 and hexadecimal also over several lines, dumps, wide text.
//!
//! A decoder works only where its result starts like text or like a known container; what is plainly
//! neither (a digest, an identifier, a path) is left alone, and the needles for encoded parts look there.

pub mod base32;
pub mod base64;
pub mod dump;
pub mod list;
pub mod patch;
pub mod rows;
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

/// The value of each digit of an alphabet, of its letters in either case if that says nothing; 255 for what is none.
const fn values(alphabet: &[u8], either_case: bool) -> [u8; 256] {
    let mut values = [255; 256];
    let mut value = 0u8;
    while (value as usize) < alphabet.len() {
        let digit = alphabet[value as usize];
        values[digit as usize] = value;
        if either_case {
            values[digit.to_ascii_uppercase() as usize] = value;
        }
        value += 1;
    }
    values
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

/// What a byte can be in a text of one or two bytes a character, or in UTF-8.
#[derive(Clone, Copy)]
enum Kind {
    Shown,
    Zero,
    /// A byte in the midst of a character.
    Rest,
    /// First bytes of characters: of none that there is, of two to four bytes, and of none again.
    Overlong,
    First,
    TooHigh,
    Mark,
    Other,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0u8;
    loop {
        kinds[byte as usize] = match byte {
            b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x1b => Kind::Shown,
            0 => Kind::Zero,
            0x80..=0xbf => Kind::Rest,
            0xc0..=0xc1 => Kind::Overlong,
            0xc2..=0xf4 => Kind::First,
            0xf5..=0xf7 => Kind::TooHigh,
            0xf8.. => Kind::Mark,
            _ => Kind::Other,
        };
        if byte == u8::MAX {
            break kinds;
        }
        byte += 1;
    }
};

const fn set(kinds: &[Kind]) -> u8 {
    let (mut set, mut at) = (0, 0);
    while at < kinds.len() {
        set |= 1 << kinds[at] as u8;
        at += 1;
    }
    set
}

/// What may follow a byte of each kind.
const FOLLOWERS: [u8; 8] = {
    let other = set(&[Kind::Shown, Kind::Zero, Kind::First, Kind::TooHigh, Kind::Mark]);
    let rest = set(&[Kind::Shown, Kind::Rest, Kind::Overlong, Kind::First, Kind::TooHigh, Kind::Mark]);
    let in_character = set(&[Kind::Rest]);
    let mut followers = [other; 8];
    followers[Kind::Zero as usize] = set(&[Kind::Shown, Kind::Zero]);
    followers[Kind::Rest as usize] = rest;
    followers[Kind::Overlong as usize] = in_character;
    followers[Kind::First as usize] = in_character;
    followers[Kind::TooHigh as usize] = in_character;
    followers
};

/// Whether these may be the first bytes of what [`is_text`] knows: most of what is tasted is none, and each byte
/// says what may follow it. No branch hangs on them, for nobody could guess it.
fn may_begin_text(bytes: &[u8]) -> bool {
    const FIRST: u8 = set(&[Kind::Shown, Kind::Zero, Kind::First]);
    let fits = |(may_be, fits): (u8, u8), byte: &u8| {
        let kind = KINDS[usize::from(*byte)] as u8;
        (FOLLOWERS[usize::from(kind)], fits & may_be >> kind)
    };
    let (_, fits) = bytes.iter().fold((FIRST, 1), fits);
    fits & 1 == 1 || matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// The same of a first byte and the high half of a second one, as two digits of base64 tell them.
const fn may_begin_text_with(first: u8, high: u8) -> bool {
    let kind = KINDS[first as usize] as u8;
    if set(&[Kind::Shown, Kind::Zero, Kind::First]) >> kind & 1 == 0 {
        return first >= 0xfe && high == 15;
    }
    let mut low = 0;
    while low < 16 {
        if FOLLOWERS[kind as usize] >> KINDS[(high << 4 | low) as usize] as u8 & 1 == 1 {
            return true;
        }
        low += 1;
    }
    false
}

/// Whether a byte may be the first of what [`is_container`] knows.
const fn may_begin_container_with(first: u8) -> bool {
    matches!(first, 0x1f | 0x28 | 0xfd | b'B' | b'P' | b'S' | 4 | b'%') || first & 0x8f == 8
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
