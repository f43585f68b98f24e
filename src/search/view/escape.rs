//! Every kind of escape, resolved at once; again and again where escapes hold escapes.
//!
//! JSON, percent, entities, backslashes, Python's and the shell's, terminal sequences, and marks that
//! show nothing. What is no well-formed escape stays as it is.

use super::View;

/// One escape: how many bytes it takes and what it stands for (nothing, for a mark that is taken away).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escape {
    pub len: usize,
    pub out: [u8; 4],
    pub out_len: usize,
    pub form: &'static str,
}

impl Escape {
    fn byte(len: usize, byte: u8, form: &'static str) -> Option<Self> {
        Some(Self { len, out: [byte, 0, 0, 0], out_len: 1, form })
    }

    fn code(len: usize, code: u32, form: &'static str) -> Option<Self> {
        let mut out = [0; 4];
        let out_len = char::from_u32(code)?.encode_utf8(&mut out).len();
        Some(Self { len, out, out_len, form })
    }

    fn nothing(len: usize, form: &'static str) -> Option<Self> {
        Some(Self { len, out: [0; 4], out_len: 0, form })
    }

    pub fn bytes(&self) -> &[u8] {
        self.out.get(..self.out_len).unwrap_or_default()
    }
}

/// The escape that starts at `at`, if one does.
pub fn at(text: &[u8], at: usize) -> Option<Escape> {
    let rest = text.get(at..)?;
    match rest.first()? {
        b'\\' => backslash(rest),
        b'%' => percent(rest),
        b'&' => entity(rest),
        0x1b => terminal(rest),
        0 => Escape::nothing(1, "nul-separated"),
        0xc2 | 0xe2 | 0xef => unseen(rest),
        _ => None,
    }
}

fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits?;
    digits.iter().try_fold(0u32, |sum, digit| Some(sum << 4 | char::from(*digit).to_digit(16)?))
}

fn backslash(rest: &[u8]) -> Option<Escape> {
    match rest.get(1)? {
        b'u' if rest.get(2) == Some(&b'{') => {
            let len = rest.iter().take(11).position(|b| *b == b'}')?;
            Escape::code(len + 1, hex(rest.get(3..len))?, "json-escape")
        }
        b'u' => {
            let high = hex(rest.get(2..6))?;
            if (0xd800..0xdc00).contains(&high) && rest.get(6..8) == Some(b"\\u") {
                let low = hex(rest.get(8..12)).filter(|low| (0xdc00..0xe000).contains(low))?;
                return Escape::code(
                    12,
                    0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00),
                    "json-escape",
                );
            }
            Escape::code(6, high, "json-escape")
        }
        b'U' => Escape::code(10, hex(rest.get(2..10))?, "python-repr"),
        // Perl's
        b'x' if rest.get(2) == Some(&b'{') => {
            let len = rest.iter().take(12).position(|b| *b == b'}')?;
            Escape::code(len + 1, hex(rest.get(3..len))?, "python-repr")
        }
        b'x' => Escape::byte(4, u8::try_from(hex(rest.get(2..4))?).ok()?, "python-repr"),
        b'n' => Escape::byte(2, b'\n', "json-escape"),
        b't' => Escape::byte(2, b'\t', "json-escape"),
        b'r' => Escape::byte(2, b'\r', "json-escape"),
        b'b' => Escape::byte(2, 8, "json-escape"),
        b'f' => Escape::byte(2, 12, "json-escape"),
        b'/' | b'"' => Escape::byte(2, rest[1], "json-escape"),
        b'e' => Escape::byte(2, 0x1b, "python-repr"),
        b'\n' => Escape::nothing(2, "wrapped"),
        b'\r' if rest.get(2) == Some(&b'\n') => Escape::nothing(3, "wrapped"),
        b'0'..=b'7' => {
            let digits = rest.iter().skip(1).take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let code = rest.get(1..=digits)?.iter().fold(0u32, |sum, b| sum << 3 | u32::from(b - b'0'));
            Escape::byte(1 + digits, u8::try_from(code).ok()?, "python-repr")
        }
        byte if byte.is_ascii_punctuation() || *byte == b' ' => Escape::byte(2, *byte, "backslash"),
        _ => None,
    }
}

fn percent(rest: &[u8]) -> Option<Escape> {
    if let Some(b'u' | b'U') = rest.get(1) {
        return Escape::code(6, hex(rest.get(2..6))?, "percent");
    }
    Escape::byte(3, u8::try_from(hex(rest.get(1..3))?).ok()?, "percent")
}

fn entity(rest: &[u8]) -> Option<Escape> {
    let end = rest.iter().take(12).position(|b| *b == b';');
    if rest.get(1) == Some(&b'#') {
        // Browsers read a numeric entity without its semicolon too.
        let (digits, radix) = match rest.get(2)? {
            b'x' | b'X' => (rest.get(3..)?, 16),
            _ => (rest.get(2..)?, 10),
        };
        let count = digits.iter().take(8).take_while(|b| char::from(**b).is_digit(radix)).count();
        let text = std::str::from_utf8(digits.get(..count)?).ok()?;
        let code = u32::from_str_radix(text, radix).ok()?;
        let start = rest.len() - digits.len();
        return match digits.get(count) {
            Some(b';') => Escape::code(start + count + 1, code, "entity"),
            // What is cut here may go on behind the cut.
            Some(b'\n' | b'\r' | b'\\' | 0x1b | 0x80..) | None => None,
            Some(_) => Escape::code(start + count, code, "entity"),
        };
    }
    let name = rest.get(1..end?)?;
    let byte = match name {
        b"sol" => b'/',
        b"colon" => b':',
        b"period" => b'.',
        b"amp" | b"AMP" => b'&',
        b"quot" | b"QUOT" => b'"',
        b"apos" => b'\'',
        b"lt" | b"LT" => b'<',
        b"gt" | b"GT" => b'>',
        b"bsol" => b'\\',
        b"percnt" => b'%',
        b"num" => b'#',
        b"commat" => b'@',
        b"lsqb" | b"lbrack" => b'[',
        b"rsqb" | b"rbrack" => b']',
        b"hyphen" | b"dash" => b'-',
        b"lowbar" => b'_',
        b"equals" => b'=',
        b"quest" => b'?',
        b"plus" => b'+',
        b"nbsp" | b"Tab" => b' ',
        b"NewLine" => b'\n',
        b"shy" | b"ZeroWidthSpace" | b"zwnj" | b"zwj" | b"NoBreak" => {
            return Escape::nothing(end? + 1, "zero-width");
        }
        _ => return None,
    };
    Escape::byte(end? + 1, byte, "entity")
}

/// `ESC [ … letter`, `ESC ] … BEL`, and the two-byte ones.
fn terminal(rest: &[u8]) -> Option<Escape> {
    let len = match rest.get(1)? {
        b'[' => 2 + rest.iter().skip(2).take(64).position(|b| (0x40..=0x7e).contains(b))? + 1,
        b']' | b'P' | b'_' | b'^' => {
            let body = rest.iter().skip(2).take(2048).position(|b| matches!(b, 0x07 | 0x1b))?;
            2 + body + if rest.get(2 + body) == Some(&0x1b) { 2 } else { 1 }
        }
        b'(' | b')' => 3,
        0x30..=0x5b | 0x5d..=0x7e => 2,
        _ => return None,
    };
    (len <= rest.len()).then_some(())?;
    Escape::nothing(len, "ansi")
}

/// Terminal sequences as `cat -v` and `script` leave them, `^[[36m`, taken away.
pub fn carets(text: &[u8], range: std::ops::Range<usize>) -> View {
    let mut view = View::of_length("ansi", range.len());
    let mut done = range.start;
    let bytes = text.get(range.clone()).unwrap_or_default();
    for at in memchr::memmem::find_iter(bytes, b"^[").map(|at| range.start + at) {
        let rest = text.get(at + 2..range.end.min(at + 66)).unwrap_or_default();
        if at >= done
            && let Some(escape) = terminal(&[b"\x1b", rest].concat())
        {
            view.copy(text, done..at);
            view.edit(at..at + 1 + escape.len, b"", "ansi");
            done = at + 1 + escape.len;
        }
    }
    view.copy(text, done..range.end);
    view
}

/// Bytes each of which was taken for a character (ISO 8859-1) and written in UTF-8, as bytes again, up to what can't
/// be one of them.
pub fn narrowed(text: &[u8], start: usize) -> View {
    let mut view = View::new("json-escape");
    let (mut at, mut done) = (start, start);
    while let Some(byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (0..=0x7f, _) => at += 1,
            (0xc2 | 0xc3, Some(next @ 0x80..=0xbf)) => {
                view.copy(text, done..at);
                view.edit(at..at + 2, &[(byte & 3) << 6 | next & 0x3f], "json-escape");
                at += 2;
                done = at;
            }
            _ => break,
        }
    }
    view.copy(text, done..at);
    view
}

/// Characters that show nothing, and full-width ones.
fn unseen(rest: &[u8]) -> Option<Escape> {
    let (len, code) = match *rest {
        // The control sequence introducer as one character.
        [0xc2, 0x9b, ..] => {
            let len = 2 + rest.iter().skip(2).take(64).position(|b| (0x40..=0x7e).contains(b))? + 1;
            return Escape::nothing(len, "ansi");
        }
        [0xc2, b, ..] => (2, u32::from(b) & 0x3f | 0x80),
        [a, b, c, ..] => (3, (u32::from(a) & 0xf) << 12 | (u32::from(b) & 0x3f) << 6 | u32::from(c) & 0x3f),
        _ => return None,
    };
    match code {
        0xad
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x2064
        | 0x2066..=0x2069
        | 0xfeff
        | 0xfe00..=0xfe0f => Escape::nothing(len, "zero-width"),
        0xff01..=0xff5e => Escape::code(len, code - 0xfee0, "full-width"),
        0x2024 => Escape::byte(len, b'.', "full-width"),
        0x2010 | 0x2011 => Escape::byte(len, b'-', "full-width"),
        0x2044 => Escape::byte(len, b'/', "full-width"),
        _ => None,
    }
}

/// The text with every escape resolved, once.
pub fn unescape(text: &[u8], range: std::ops::Range<usize>) -> View {
    let mut view = View::of_length("", range.len());
    let mut done = range.start;
    let mut here = range.start;
    while let Some(rest) = text.get(here..range.end) {
        let Some(plain) = rest.iter().position(|byte| crate::search::sift::is_special(*byte)) else {
            break;
        };
        here += plain;
        if let Some(escape) = at(text, here) {
            view.copy(text, done..here);
            view.edit(here..here + escape.len, escape.bytes(), escape.form);
            here += escape.len;
            done = here;
        } else {
            here += 1;
        }
    }
    view.copy(text, done..range.end.max(done));
    view
}

/// So many characters in a row with a backslash before each are a text that was escaped whole.
const WHOLE: usize = 4;

/// Whether a text begins with characters each of which has a backslash before it, and some of them mean nothing with
/// one: shells escape a pattern so that is to be matched as it stands.
pub fn is_whole(text: &[u8]) -> bool {
    let (mut strange, mut rest) = (0, text);
    for _ in 0..WHOLE {
        let Some((character, behind)) = behind_backslash(rest) else { return false };
        strange += usize::from(
            character
                .first()
                .is_some_and(|b| b.is_ascii_alphanumeric() && !matches!(b, b'n' | b'r' | b't')),
        );
        rest = behind;
    }
    strange > 1
}

/// The character behind the backslash that a text begins with, and what follows. What is usually escaped is none.
fn behind_backslash(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = text.strip_prefix(b"\\")?;
    let len = match rest.first()? {
        b'\\' | b'"' | b'\n' => return None,
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    };
    rest.split_at_checked(len)
}

/// The text without the backslashes before characters that all have one.
pub fn whole(text: &[u8], range: std::ops::Range<usize>) -> View {
    let mut view = View::new("backslash");
    let (mut here, mut done) = (range.start, range.start);
    let bytes = text.get(..range.end).unwrap_or_default();
    while let Some(at) = bytes.get(here..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        here += at;
        let mut rest = bytes.get(here..).unwrap_or_default();
        if !is_whole(rest) {
            // Behind a pair, so that the second backslash of `\\\\` begins nothing.
            here += 2;
            continue;
        }
        view.copy(text, done..here);
        while let Some((character, behind)) = behind_backslash(rest) {
            let next = bytes.len() - behind.len();
            view.edit(here..next, character, "backslash");
            (here, rest) = (next, behind);
        }
        done = here;
    }
    // Most texts have none, and are not copied to say so.
    if done > range.start {
        view.copy(text, done..range.end.max(done));
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(text: &str) -> String {
        String::from_utf8_lossy(&unescape(text.as_bytes(), 0..text.len()).bytes).into_owned()
    }

    #[test]
    fn every_kind_of_escape_is_resolved() {
        for (text, want) in [
            (r"http:\/\/h\u002ex", "http://h.x"),
            ("http%3A%2f%2Fh", "http://h"),
            ("&#x2F;&#46;&sol;&#46x", "/./.x"),
            (r"a\.b\-c\x3a\072", "a.b-c::"),
            ("1\x1b[1;32m2\x1b[0m3\x1b]8;;x\x074", "1234"),
            ("a\u{200b}b\u{ff11}\u{ff0e}", "ab1."),
            (r"\u{2e}\ud83d\ude00", ".😀"),
            (r"\x{68}\x{2e}\x{1f600}\x{", r"h.😀\x{"),
            ("100% &c \\q \\u12", "100% &c \\q \\u12"),
            ("%", "%"),
            ("&#99999999999;", "&#99999999999;"),
        ] {
            assert_eq!(once(text), want, "{text}");
        }
        assert_eq!(once(&once("%255C%75002e")), "\\u002e");
    }
}
