//! Whether a text is put together out of small pieces, too small to be seen as a host's.

use std::ops::Range;

use crate::search::trigrams::Core;

/// Bytes around a sign in which there are more pieces, how many, and the length of a small one.
const PIECES: usize = 512;
const MANY: usize = 4;
const SMALL: usize = 7;
/// Backslashes before a string's mark that is in a string of another string.
const ESCAPED: usize = 3;

/// Whether a text around a sign is put together out of small pieces: short strings, short lines, or between tags. Of
/// larger pieces three characters of a host are seen. A dot by itself is everywhere: the pieces around it have to
/// be a core's; what stands between plus signs may be anything, encoded.
pub fn is_in_pieces(cores: &[Core], text: &[u8], sign: Range<usize>) -> bool {
    let near = text.get(sign.start.saturating_sub(PIECES)..(sign.end + PIECES).min(text.len()));
    let near = near.unwrap_or_default();
    let first = text.get(sign.start);
    if first == Some(&b'=') {
        return true;
    }
    let of_core = !text.get(sign.clone()).unwrap_or_default().contains(&b'+');
    let fits = |piece: &&[u8]| {
        (1..=SMALL).contains(&piece.len())
            && if of_core { is_of_core(cores, piece) } else { !is_spaced(piece) }
    };
    if first == Some(&b'>') {
        return near.split(|b| matches!(b, b'<' | b'>')).filter(fits).count() >= MANY;
    }
    if first == Some(&b'\n') {
        return near.split(|b| *b == b'\n').filter(fits).count() >= MANY;
    }
    let (mut count, mut at) = (0, 0);
    while let Some(quote) = memchr::memchr3(b'"', b'\'', b'`', near.get(at..).unwrap_or_default()) {
        at += quote;
        let (mark, rest) = (near.get(at), near.get(at + 1..).unwrap_or_default());
        let len = rest.iter().take(SMALL + 1 + ESCAPED).position(|b| Some(b) == mark);
        let string = len.and_then(|len| rest.get(..len)).unwrap_or_default();
        // In a string of another one its marks are escaped.
        let slashes = string.iter().rev().take_while(|b| **b == b'\\').count();
        let piece = string.get(..string.len() - slashes).unwrap_or_default();
        let key =
            rest.get(string.len() + 1..).unwrap_or_default().trim_ascii_start().first() == Some(&b':');
        let whole = !key && fits(&piece);
        count += usize::from(whole);
        at += if whole { string.len() + 2 } else { 1 };
    }
    count >= MANY
}

/// Whether the string that ends here is a key: those are the same in each record.
pub fn is_key(text: &[u8], end: usize) -> bool {
    text.get(end) == Some(&b':')
}

fn is_spaced(piece: &[u8]) -> bool {
    piece.iter().any(u8::is_ascii_whitespace)
}

fn is_of_core(cores: &[Core], piece: &[u8]) -> bool {
    let stands = |core: &Core| core.text.windows(piece.len()).any(|part| part.eq_ignore_ascii_case(piece));
    cores.iter().any(stands)
}
