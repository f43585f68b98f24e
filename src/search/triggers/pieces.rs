//! Whether a text is put together out of small pieces, too small to be seen as a host's.

/// Bytes around a sign in which there are more pieces, and the length of a small one.
const PIECES: usize = 512;
const SMALL: usize = 7;

/// Whether a text around a dot or a plus sign is put together out of small pieces: short strings, or short lines.
/// Of larger pieces three characters of a host are seen.
pub fn is_in_pieces(text: &[u8], start: usize, end: usize) -> bool {
    let near = text.get(start.saturating_sub(PIECES)..(end + PIECES).min(text.len())).unwrap_or_default();
    let short = |line: &[u8]| (1..=SMALL).contains(&line.len());
    if text.get(start) == Some(&b'=') {
        return true;
    }
    if text.get(start) == Some(&b'\n') {
        return near.split(|b| *b == b'\n').filter(|line| short(line)).count() >= 4;
    }
    let (mut count, mut at) = (0, 0);
    while let Some(quote) = memchr::memchr3(b'"', b'\'', b'`', near.get(at..).unwrap_or_default()) {
        at += quote;
        let (mark, rest) = (near.get(at), near.get(at + 1..).unwrap_or_default());
        let len = rest.iter().take(SMALL + 1).position(|b| Some(b) == mark);
        let piece = len.and_then(|len| rest.get(..len)).unwrap_or_default();
        let key = rest.get(piece.len() + 1..).unwrap_or_default().trim_ascii_start().first() == Some(&b':');
        let whole = short(piece) && !key && !piece.iter().any(u8::is_ascii_whitespace);
        count += usize::from(whole);
        at += if whole { piece.len() + 2 } else { 1 };
    }
    count >= 4
}
