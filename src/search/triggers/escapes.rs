//! Which escapes are worth a second reading of the text around them.

use super::{CUT, NEAR, Pairs, Pass};
use crate::search::decode::base64::Cases;
use crate::search::decode::{base64, wide};
use crate::search::sift::{BLOCK, is_base64, is_special};
use crate::search::view::escape;

/// So many escapes in a block are worth a second reading, whatever they stand for. Punctuation and space count
/// between numbers alone, quotation marks and ends of lines not at all.
const DENSE: u32 = 6;
/// Escapes of escapes that are looked into.
const DEEP: u32 = 4;
/// As much of a text is resolved to see what an escape stands for that was escaped itself.
const AHEAD: usize = 24;

/// An escape, and what it says.
struct Sign {
    len: usize,
    /// The first byte that it stands for.
    meaning: u8,
    /// It only takes itself away.
    nothing: bool,
    /// A host may be written with it.
    telling: bool,
}

impl Sign {
    /// The sign that `rest` begins with, behind the byte `before`.
    fn of(pairs: &Pairs, before: u8, rest: &[u8], depth: u32) -> Option<Self> {
        let (here, next) = (*rest.first()?, rest.get(1).copied().unwrap_or(b' '));
        let usual = match here {
            b'\\' => is_usual(next),
            b'%' => !next.is_ascii_hexdigit() && !matches!(next, b'u' | b'U'),
            _ => false,
        };
        if usual {
            return None;
        }
        let escape = escape::at(rest, 0)?;
        let meaning = escape.bytes().first().copied().unwrap_or(b' ');
        let nothing = escape.out_len == 0;
        let after = rest.get(escape.len..).unwrap_or_default();
        let (next, next_special) = match escape::at(after, 0) {
            Some(next) => (next.bytes().first().copied().unwrap_or(b' '), true),
            None => (after.first().copied().unwrap_or(b' '), false),
        };
        let telling = if nothing {
            let word = before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
            pairs.has(before, next) || escape.form != "nul-separated" && (next_special || word)
        } else if meaning.is_ascii_alphanumeric() && escape.len > 2 {
            // Nobody has to escape a letter or a digit.
            true
        } else if is_special(meaning) {
            // An escaped escape: what it escapes decides.
            let usual = meaning == b'\\' && after.first().is_some_and(|next| is_usual(*next));
            depth < DEEP
                && !usual
                && Self::of(pairs, before, &ahead(rest), depth + 1).is_some_and(|sign| sign.telling)
                || meaning == b'\\' && after.starts_with(b"n#")
        } else {
            pairs.has(before, meaning) || pairs.has(meaning, next)
        };
        Some(Self { len: escape.len, meaning, nothing, telling })
    }
}

/// What is escaped by a backslash in every other string.
fn is_usual(byte: u8) -> bool {
    matches!(byte, b'"' | b'n' | b't' | b'r' | b'\'' | b' ')
}

/// What a text begins with, resolved once.
fn ahead(text: &[u8]) -> [u8; AHEAD] {
    let (mut out, mut len, mut at) = ([b' '; AHEAD], 0, 0);
    while len < AHEAD && at < text.len() {
        let escape = escape::at(text, at);
        let bytes = escape.as_ref().map_or(text.get(at..=at), |escape| Some(escape.bytes()));
        for (to, from) in out.iter_mut().skip(len).zip(bytes.unwrap_or_default()) {
            *to = *from;
            len += 1;
        }
        at += escape.map_or(1, |escape| escape.len);
    }
    out
}

impl Pass<'_> {
    #[inline]
    pub fn special(&mut self, at: usize) {
        let byte = |at: usize| self.text.get(at).copied().unwrap_or(b' ');
        if byte(at) == 0 {
            if at >= self.wide_until && wide::begins(self.text, at) {
                self.wide_until = at + (32 << 10);
                self.triggers.wide.push(at);
            }
            if at == 0 || !self.pairs.has(byte(at - 1), byte(at + 1)) {
                return;
            }
        }
        if byte(at) == b'\\' && byte(at + 2) == b'\\' && byte(at + 4) == b'\\' {
            let rest = self.text.get(at..).unwrap_or_default();
            if escape::is_whole(rest) && self.is_new(at..at + 2) {
                self.triggers.escapes.around(at, NEAR, self.text.len());
            }
        }
        let before = match self.last_escape {
            (end, meaning) if end == at => meaning,
            _ => at.checked_sub(1).map_or(b' ', byte),
        };
        let Some(sign) = Sign::of(self.pairs, before, self.text.get(at..).unwrap_or_default(), 0) else {
            return;
        };
        let end = at + sign.len;
        self.last_escape = (end, if sign.nothing { before } else { sign.meaning });
        let usual = sign.meaning.is_ascii_punctuation() || sign.meaning == b' ';
        let number = matches!(sign.meaning, b',' | b' ' | b'[' | b']')
            && (before.is_ascii_digit() || byte(end).is_ascii_digit());
        if (!usual || number) && !sign.nothing {
            let known = if self.dense.0 == at / BLOCK { self.dense.1 } else { 0 };
            self.dense = (at / BLOCK, known + 1);
        }
        let dense = self.dense.0 == at / BLOCK && self.dense.1 >= DENSE && !sign.nothing;
        if (sign.telling || dense || self.is_in_run(at, end, sign.meaning)) && self.is_new(at..end) {
            self.triggers.escapes.around(at, NEAR, self.text.len());
            // A line's end may stand in the midst of an escape, or between letters that are all escaped: of a host
            // whose dots alone are, pieces are seen.
            let letters = sign.meaning.is_ascii_alphanumeric() || is_special(sign.meaning);
            if self.is_cut(at, end, letters && !sign.nothing) {
                self.triggers.join(at, NEAR, self.text.len());
            }
        }
    }

    /// Whether an escape stands for what may be in, or between the lines of, a run of digits that ends here; or for a
    /// digit of one that has enough of them on both sides.
    fn is_in_run(&self, start: usize, end: usize, meaning: u8) -> bool {
        if !matches!(meaning, b'+' | b'/' | b'=' | b'\n' | b'\r' | b' ') {
            return false;
        }
        let is_digit = |b: &&u8| is_base64(**b);
        let before = self.text.get(..start).unwrap_or_default().iter().rev();
        let before = before.take(base64::SHORTEST).take_while(is_digit).count();
        if before == base64::SHORTEST || !is_base64(meaning) {
            return before == base64::SHORTEST;
        }
        let after = self.text.get(end..).unwrap_or_default().iter();
        let after = after.take(base64::SHORTEST).take_while(is_digit).count();
        let cases = |run: Option<&[u8]>| Cases::of(run.unwrap_or_default());
        let (left, right) =
            (cases(self.text.get(start - before..start)), cases(self.text.get(end..end + after)));
        // Names in a path are mostly written in small letters.
        before + after >= base64::SHORTEST && (left.upper || right.upper) && (left.lower || right.lower)
    }

    /// Whether a line ends close to an escape; or, unless `anywhere` will do, within another one. Or a string does.
    fn is_cut(&self, start: usize, end: usize, anywhere: bool) -> bool {
        let first = start.saturating_sub(CUT);
        let near = self.text.get(first..(end + CUT).min(self.text.len())).unwrap_or_default();
        memchr::memchr_iter(b'\n', near).any(|line| anywhere || self.cuts_escape(first + line))
            || anywhere
                && memchr::memchr2_iter(b'"', b'\'', near).any(|mark| self.cuts_escape(first + mark))
    }

    /// Whether an escape begins right before a line's or a string's end that does not end before it.
    fn cuts_escape(&self, line: usize) -> bool {
        let begins = |at: usize| self.text.get(at).is_some_and(|b| matches!(b, b'\\' | b'%' | b'&' | 0x1b));
        (line.saturating_sub(8)..line).any(|at| begins(at) && escape::at(self.text, at).is_none())
    }
}
