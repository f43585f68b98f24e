//! Bytes written as numbers: long hexadecimal runs, dumps with offsets and a text column, arrays.

use std::ops::Range;

use super::{Decoded, is_container, is_text, may_begin_container, may_begin_text, values};
use crate::search::view::View;
use crate::search::view::join::lines;

const FORM: &str = "hex";
/// How many bytes of a run are decoded to see whether it is worth more.
const TASTE: usize = 10;

/// What a byte stands for as a digit; 255: it is none.
const DIGITS: [u8; 256] = values(b"0123456789abcdef", true);

/// The value of a hexadecimal digit.
pub fn digit(byte: u8) -> Option<u8> {
    let value = DIGITS[usize::from(byte)];
    (value < 16).then_some(value)
}

/// Two digits a byte until something else comes.
fn decode(digits: &[u8], out: &mut Vec<u8>) {
    let (pairs, _) = digits.as_chunks::<2>();
    out.extend(pairs.iter().map_while(|[a, b]| Some(digit(*a)? << 4 | digit(*b)?)));
}

/// Where in a run of digits something begins that is worth decoding: most runs are digests.
pub fn taste(run: &[u8]) -> Option<usize> {
    // `0x1f8b`, and `\x1f8b` as databases write it.
    let prefix = match run {
        [b'0', b'x' | b'X', ..] => 2,
        [b'x' | b'X', ..] => 1,
        _ => 0,
    };
    let run = run.get(prefix..)?;
    let skip = (0..2).find(|skip| begins(run.get(*skip..).unwrap_or_default(), *skip == 0))?;
    Some(prefix + skip)
}

fn begins(digits: &[u8], container: bool) -> bool {
    let pairs = digits.as_chunks::<2>().0;
    // Of digests few are left by the first bytes.
    let Some(first) = bytes::<4>(pairs) else { return false };
    if may_begin_text(&first) {
        bytes::<8>(pairs).is_some_and(|first| may_begin_text(&first)) && is_worth(pairs, container)
    } else {
        container && may_begin_container([first[0], first[1], first[2]]) && is_worth(pairs, container)
    }
}

/// The first bytes that pairs of digits stand for, if all are digits: no branch hangs on a single one.
fn bytes<const LEN: usize>(pairs: &[[u8; 2]]) -> Option<[u8; LEN]> {
    let (mut bytes, mut all) = ([0; LEN], 0);
    for (byte, pair) in bytes.iter_mut().zip(pairs.first_chunk::<LEN>()?) {
        let [high, low] = pair.map(|digit| DIGITS[usize::from(digit)]);
        all |= high | low;
        *byte = high << 4 | low & 15;
    }
    (all < 16).then_some(bytes)
}

/// Two digits as a byte.
fn byte(pair: [u8; 2]) -> Option<u8> {
    Some(digit(pair[0])? << 4 | digit(pair[1])?)
}

fn is_worth(pairs: &[[u8; 2]], container: bool) -> bool {
    let (mut first, mut len) = ([0; TASTE], 0);
    for (to, from) in first.iter_mut().zip(pairs.iter().map_while(|pair| byte(*pair))) {
        *to = from;
        len += 1;
    }
    let first = first.get(..len).unwrap_or_default();
    len >= 8 && (is_text(first) || container && is_container(first))
}

/// Decodes a long run of digits and the lines that continue it (`xxd -p`).
pub fn run(text: &[u8], run: Range<usize>) -> Option<Decoded> {
    let start = run.start + taste(text.get(run.clone())?)?;
    let mut view = View::new(FORM);
    let mut digits = Vec::new();
    let mut range = start..run.end;
    let mut end;
    loop {
        digits.extend_from_slice(text.get(range.clone())?);
        let mut out = Vec::new();
        decode(&digits, &mut out);
        view.edit(range.clone(), &out, FORM);
        // A line may end in the midst of a byte.
        digits.drain(..(out.len() * 2).min(digits.len()));
        end = range.end;
        let rest = text.get(end..)?;
        let (gap, broken) = fold(rest);
        let len = rest.get(gap..)?.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if !broken || len < 2 || run.len() < 16 || end - start > super::base64::LONGEST {
            break;
        }
        range = end + gap..end + gap + len;
    }
    Some(Decoded { view, range: start..end, open: end == text.len() })
}

/// What may stand between two lines of digits: how many bytes, and whether a line ends in them.
fn fold(rest: &[u8]) -> (usize, bool) {
    let (mut gap, mut broken) = (0, false);
    while gap < 24 {
        gap += match rest.get(gap..) {
            Some([b'\\', b'n' | b'r', ..]) => {
                broken = true;
                2
            }
            Some([b'\n', ..]) => {
                broken = true;
                1
            }
            Some([b, ..])
                if b.is_ascii_whitespace() || matches!(b, b'"' | b'\\' | b',' | b'=' | b'|' | b'#') =>
            {
                1
            }
            _ => break,
        };
    }
    (gap, broken)
}

/// Decodes the lines around `at` that look like a dump: an offset, bytes, perhaps a text column.
pub fn table(text: &[u8], around: Range<usize>) -> Option<Decoded> {
    let mut view = View::new(FORM);
    for line in lines(text, around.clone()) {
        let bytes = text.get(line.clone())?;
        let mut start = offset_column(bytes);
        let (mut numbers, mut end) = self::numbers(bytes, start);
        if numbers.is_empty() {
            let Some(within) = row_within(bytes) else { continue };
            start = within;
            (numbers, end) = self::numbers(bytes, start);
        }
        view.edit(line.start + start..line.start + end, &numbers, FORM);
    }
    (view.bytes.len() >= 8).then_some(Decoded { view, range: around, open: false })
}

/// The same where the numbers are words of two bytes, the lower one last (`hexdump`, `od -x`).
pub fn words(text: &[u8], around: Range<usize>) -> Option<Decoded> {
    let mut view = View::new(FORM);
    for line in lines(text, around.clone()) {
        let bytes = text.get(line.clone())?;
        let start = offset_column(bytes);
        let four = |group: &[u8]| group.len() == 4 && group.iter().all(u8::is_ascii_hexdigit);
        let row = bytes.get(start..)?;
        if start == 0 || !row.trim_ascii_end().split(|b| *b == b' ').filter(|g| !g.is_empty()).all(four) {
            continue;
        }
        let (mut numbers, end) = numbers(bytes, start);
        numbers.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.swap(0, 1));
        view.edit(line.start + start..line.start + end, &numbers, FORM);
    }
    (view.bytes.len() >= 8).then_some(Decoded { view, range: around, open: false })
}

/// The lines of `od -c` around `at`: an offset, and a cell of four columns a byte.
pub fn cells(text: &[u8], around: Range<usize>) -> Option<Decoded> {
    let mut view = View::new(FORM);
    for line in lines(text, around.clone()) {
        let Some(start) = cells_column(text.get(line.clone())?) else { continue };
        let row = text.get(line.start + start..line.end)?;
        for (at, cell) in row.chunks_exact(4).enumerate() {
            let byte = match cell {
                [b' ', b' ', b' ', byte] => *byte,
                b"  \\n" | b"  nl" => b'\n',
                b"  \\r" | b"  cr" => b'\r',
                b"  \\t" | b"  ht" => b'\t',
                b"  sp" => b' ',
                b"  \\0" => 0,
                [b' ', octal @ ..] => std::str::from_utf8(octal)
                    .ok()
                    .and_then(|octal| u8::from_str_radix(octal, 8).ok())
                    .unwrap_or(b'?'),
                _ => break,
            };
            let from = line.start + start + 4 * at;
            view.edit(from..from + 4, &[byte], FORM);
        }
    }
    (view.bytes.len() >= 8).then_some(Decoded { view, range: around, open: false })
}

/// Where the cells of a line begin: behind an offset, perhaps behind a patch's mark or a string's; or right away.
fn cells_column(line: &[u8]) -> Option<usize> {
    let mark = line.iter().take(16).take_while(|b| b" +-|>\"\t".contains(b)).count();
    let digits = line.get(mark..)?.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    if (6..=16).contains(&digits) {
        return Some(mark + digits);
    }
    // Without an offset the first cell is filled up with spaces, behind a patch's mark at the most.
    let start = usize::from(matches!(line.first(), Some(b'+' | b'-' | b'|' | b'>' | b'"')));
    matches!(line.get(start..)?, [b' ', _, _, last, ..] if *last != b' ').then_some(start)
}

/// Whether a line begins with an offset and cells of characters.
pub fn begins_cells(line: &[u8]) -> bool {
    let cells = cells_column(line).and_then(|start| line.get(start..));
    cells.is_some_and(|cells| {
        cells.len() >= 32 && cells.chunks_exact(4).take(8).all(|cell| cell[0] == b' ' && cell[3] != b' ')
    })
}

/// `00000010: `, `00000010  `, `0000020 `: how many bytes.
fn offset_column(line: &[u8]) -> usize {
    // Node's, wherever it stands in the line.
    if let Some(at) = memchr::memmem::find(line, b"<Buffer ") {
        return at + 8;
    }
    let indent = line.iter().take_while(|b| b.is_ascii_whitespace() || **b == b'|').count();
    let indent = match line.get(indent..) {
        // `tcpdump -X`
        Some([b'0', b'x', ..]) => indent + 2,
        _ => indent,
    };
    let rest = line.get(indent..).unwrap_or_default();
    let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    match rest.get(digits..) {
        Some([b':', b' ' | b'\t', ..]) if digits >= 4 => indent + digits + 2,
        // Wireshark
        Some([b' ', b' ', b' ', ..]) if digits == 4 => indent + digits + 2,
        Some([b' ' | b'\t', ..]) if (6..=16).contains(&digits) => indent + digits + 1,
        _ => indent,
    }
}

/// Where a row of bytes begins behind other words: four pairs of digits at the least.
fn row_within(line: &[u8]) -> Option<usize> {
    line.windows(12).enumerate().find_map(|(at, window)| {
        let pairs = window
            .chunks(3)
            .all(|pair| matches!(pair, [a, b, b' '] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
        let apart =
            at.checked_sub(1).and_then(|at| line.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
        (pairs && apart).then_some(at)
    })
}

/// Groups of hexadecimal digits with single spaces between them (two once, in the middle); the text
/// column ends them.
fn numbers(line: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut at = start;
    let mut end = start;
    while let Some(rest) = line.get(at..) {
        let space = rest.iter().take_while(|b| **b == b' ').count();
        let digits = rest.get(space..).unwrap_or_default();
        let len = digits.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let ends_well =
            digits.get(len).is_none_or(|b| matches!(b, b' ' | b'\r' | b'\t' | b'|' | b'\\' | b'>'));
        if len == 0
            || len % 2 == 1
            || len > 16
            || !ends_well
            || (space > 2 && end > start)
            || out.len() >= 1 << 16
        {
            break;
        }
        // Two spaces after a full row begin the text column; a shorter row's gap is wider.
        if space == 2 && end > start && out.len() >= 16 {
            break;
        }
        decode(digits.get(..len).unwrap_or_default(), &mut out);
        at += space + len;
        end = at;
    }
    (out, end)
}

/// Whether a text is little else than small numbers and what stands between them.
pub fn is_array(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    if !matches!(text.first(), Some(b'[' | b'0'..=b'9')) {
        return false;
    }
    let head = text.get(..text.len().min(240)).unwrap_or_default();
    let digits = head.iter().filter(|b| b.is_ascii_digit()).count();
    let between = head.iter().filter(|b| matches!(b, b',' | b' ' | b'\n' | b'[' | b']')).count();
    head.len() >= 32 && digits + between == head.len() && digits < between * 4 && head.contains(&b',')
}

/// Decodes the numbers around `around`: `[49, 48]`, `49 48`, `0x31, 0x30`, `{0x31,0x30}`, `31:30`.
pub fn array(text: &[u8], around: Range<usize>) -> Vec<Decoded> {
    [10u32, 16, 8].into_iter().filter_map(|radix| array_of(text, around.clone(), radix)).collect()
}

fn array_of(text: &[u8], around: Range<usize>, radix: u32) -> Option<Decoded> {
    let mut view = View::new(FORM);
    let mut at = around.start;
    while at < around.end {
        let rest = text.get(at..around.end)?;
        let prefix = if matches!(rest, [b'0', b'x' | b'X', ..]) && radix == 16 { 2 } else { 0 };
        let digits =
            rest.get(prefix..)?.iter().take(20).take_while(|b| char::from(**b).is_digit(radix)).count();
        // More digits are an offset.
        let number = rest.get(prefix..prefix + digits).filter(|digits| digits.len() <= 4);
        let number = number.and_then(|d| std::str::from_utf8(d).ok());
        let number = number.and_then(|d| u8::from_str_radix(d, radix).ok());
        let len = (prefix + digits).max(1);
        if let Some(number) = number.filter(|_| digits > 0) {
            view.edit(at..at + len, &[number], FORM);
        }
        at += len;
    }
    (view.bytes.len() >= 8).then_some(Decoded { view, range: around, open: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dumps_of_the_usual_tools_are_read() {
        // `printf 'http://h.example:80/' | xxd`, `hexdump -C`, `od -An -tx1`
        for text in [
            "00000000: 6874 7470 3a2f 2f68 2e65 7861 6d70 6c65  http://h.example\n00000010: 3a38 302f                                :80/\n",
            "00000000  68 74 74 70 3a 2f 2f 68  2e 65 78 61 6d 70 6c 65  |http://h.example|\n00000010  3a 38 30 2f                                       |:80/|\n00000014\n",
            " 68 74 74 70 3a 2f 2f 68 2e 65 78 61 6d 70 6c 65\n 3a 38 30 2f\n",
        ] {
            let decoded = table(text.as_bytes(), 0..text.len()).expect("a dump");
            assert!(
                decoded.view.bytes.starts_with(b"http://h.example:80/"),
                "{:?}",
                String::from_utf8_lossy(&decoded.view.bytes)
            );
        }
        let plain = b"687474703a2f2f682e6578616d706c653a3830\n2f763123\n";
        assert_eq!(run(plain, 0..38).expect("text").view.bytes, b"http://h.example:80/v1#");
        assert!(run(b"d2a4c7100116c273732bd68f5fc6f61b", 0..32).is_none());
    }

    #[test]
    fn arrays_are_read_in_decimal_and_hexadecimal() {
        let decimal = b"[104, 116, 116, 112, 58, 47, 47, 104]";
        assert_eq!(array(decimal, 0..decimal.len())[0].view.bytes, b"http://h");
        let hex = b"{0x68,0x74,0x74,0x70,0x3a,0x2f,0x2f,0x68}";
        assert!(array(hex, 0..hex.len()).iter().any(|d| d.view.bytes == b"http://h"));
    }
}
