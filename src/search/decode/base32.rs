//! Base32, over several lines.

use std::ops::Range;

use super::{Decoded, is_container, is_text, may_begin_container, may_begin_text, values};
use crate::search::view::View;

const FORM: &str = "base32";
/// The shortest run that is looked at: fifteen bytes.
const SHORTEST: usize = 24;

/// Capitals as the standard has them, or small letters.
const DIGITS: [u8; 256] = values(b"abcdefghijklmnopqrstuvwxyz234567", true);

/// The value of a digit.
pub fn value(byte: u8) -> Option<u8> {
    let value = DIGITS[usize::from(byte)];
    (value < 32).then_some(value)
}

/// The bytes of a group of digits, if all are digits: no branch hangs on a single one.
fn group(digits: [u8; 8]) -> Option<[u8; 5]> {
    let (mut bits, mut all) = (0, 0);
    for digit in digits {
        let value = DIGITS[usize::from(digit)];
        bits = bits << 5 | u64::from(value & 31);
        all |= value;
    }
    let [_, _, _, bytes @ ..] = bits.to_be_bytes();
    (all < 32).then_some(bytes)
}

/// Decodes digits until something else comes.
fn decode(digits: &[u8], out: &mut Vec<u8>) {
    let mut bits = 0u32;
    let mut held = 0;
    for digit in digits.iter().map_while(|b| value(*b)) {
        bits = bits << 5 | u32::from(digit);
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
}

/// Whether a run is worth decoding: nothing but digits, and text or a container behind them.
pub fn taste(run: &[u8]) -> bool {
    let Some(groups) = run.as_chunks::<8>().0.first_chunk::<{ SHORTEST / 8 }>() else { return false };
    // Of names and digests few are left by the first group.
    let Some(first) = group(groups[0]) else { return false };
    if !may_begin_text(&first) && !may_begin_container([first[0], first[1], first[2]]) {
        return false;
    }
    let mut head = [0; SHORTEST / 8 * 5];
    for (to, from) in head.as_chunks_mut::<5>().0.iter_mut().zip(groups) {
        let Some(bytes) = group(*from) else { return false };
        *to = bytes;
    }
    is_text(&head) || is_container(&head)
}

fn digits(text: &[u8], at: usize) -> usize {
    text.get(at..).unwrap_or_default().iter().take_while(|b| value(**b).is_some()).count()
}

/// The line of digits that continues one of `width` that ended at `end`.
fn next_line(text: &[u8], end: usize, width: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    // A soft break of quoted-printable begins with the mark that elsewhere ends the digits.
    let soft = usize::from(rest.starts_with(b"=\n") || rest.starts_with(b"=\r"));
    let space = rest.iter().skip(soft).take(24).take_while(|b| b.is_ascii_whitespace()).count();
    let gap = soft + space;
    let broken = rest.get(..gap).is_some_and(|gap| gap.contains(&b'\n'));
    let len = digits(text, end + gap);
    (broken && len > 0 && len <= width).then(|| end + gap..end + gap + len)
}

/// Decodes the run at `run`, and the lines that continue it.
pub fn decoded(text: &[u8], run: Range<usize>) -> Option<Decoded> {
    if !taste(text.get(run.clone())?) {
        return None;
    }
    let width = digits(text, run.start);
    let mut lines = vec![run.start..run.start + width];
    let mut end = run.start + width;
    // A shorter run is no line that was folded.
    if width >= 32 {
        while let Some(line) = next_line(text, end, width) {
            end = line.end;
            lines.push(line);
        }
    }
    let mut view = View::new(FORM);
    let (mut held, mut out) = (Vec::new(), Vec::new());
    for line in &lines {
        held.extend_from_slice(text.get(line.clone())?);
        // Whole groups of eight go out with this line, the rest with the next.
        let whole = if Some(line) == lines.last() { held.len() } else { held.len() & !7 };
        out.clear();
        decode(held.get(..whole)?, &mut out);
        view.edit(line.clone(), &out, FORM);
        held.drain(..whole);
    }
    Some(Decoded { view, range: run.start..end, open: end == text.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_decoded_over_lines_and_words_are_left_alone() {
        // `printf 'xxxxxxxxxxxxxxxxxxxx http://h.example:80/v1' | base32 -w 40`
        let text = b"PB4HQ6DYPB4HQ6DYPB4HQ6DYPB4HQ6DYEBUHI5DQ\nHIXS62BOMV4GC3LQNRSTUOBQF53DC===\n";
        let decoded = decoded(text, 0..40).expect("text");
        assert_eq!(decoded.view.bytes, b"xxxxxxxxxxxxxxxxxxxx http://h.example:80/v1");
        let lower = text.to_ascii_lowercase();
        assert_eq!(super::decoded(&lower, 0..40).expect("text").view.bytes, decoded.view.bytes);
        assert!(!taste(b"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF"));
        assert!(!taste(b"CTOHARNESSCASELOCALBASEURLMISSING"));
    }
}
