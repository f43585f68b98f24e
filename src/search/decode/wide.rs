//! Text of two bytes a character (UTF-16), read as one byte a character.

use super::Decoded;
use crate::search::view::View;

const FORM: &str = "utf16";

/// Whether wide text runs through `at`, where a zero stands: eight bytes of it are enough.
pub fn begins(text: &[u8], at: usize) -> bool {
    let start = at.saturating_sub(1);
    let Some(bytes) = text.get(start..).and_then(|b| b.first_chunk::<8>()) else { return false };
    let units = u64::from_le_bytes(*bytes);
    let shown = |from: usize| {
        bytes.iter().skip(from).step_by(2).all(|b| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r'))
    };
    (units & FIRST == 0 && shown(1)) || (units & (FIRST << 8) == 0 && shown(0))
}

/// The first bytes of four units.
const FIRST: u64 = 0x00ff_00ff_00ff_00ff;

/// The wide text through `at`, narrowed.
pub fn decoded(text: &[u8], at: usize, longest: usize) -> Option<Decoded> {
    let start = at.saturating_sub(1);
    let rest = text.get(start..)?;
    let (units, _) = rest.as_chunks::<2>();
    let little = rest.first() != Some(&0);
    let mut view = View::new(FORM);
    let mut plain = Vec::new();
    let mut done = start;
    let mut end = start;
    for unit in units.iter().take(longest / 2) {
        let code = if little { u16::from_le_bytes(*unit) } else { u16::from_be_bytes(*unit) };
        match char::from_u32(u32::from(code)) {
            Some('\0') | None => break,
            Some(c) if c.is_ascii() => plain.extend(u8::try_from(code)),
            Some(c) => {
                view.edit(done..end, &plain, FORM);
                plain.clear();
                let mut utf8 = [0; 4];
                view.edit(end..end + 2, c.encode_utf8(&mut utf8).as_bytes(), FORM);
                done = end + 2;
            }
        }
        end += 2;
    }
    view.edit(done..end, &plain, FORM);
    if end < start + 8 {
        return None;
    }
    Some(Decoded { view, range: start..end, open: end + 1 >= text.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_are_read() {
        let little: Vec<u8> = "xhttp://h".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "http://h".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(begins(&little, 1) && begins(&big, 0));
        assert_eq!(decoded(&little, 1, 64).expect("text").view.bytes, b"xhttp://h");
        assert_eq!(decoded(&big, 0, 64).expect("text").view.bytes, b"http://h");
        assert!(!begins(b"a\0\0\0\0\0\0\0\0", 1));
    }
}
