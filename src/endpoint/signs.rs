//! Signs: needles that are no finds, but places to decode or to join.

use super::encode::Secret;

/// How containers begin, also in the midst of other bytes.
pub const MAGICS: [(&[u8], &str); 7] = [
    (b"\x1f\x8b\x08", "inside"),
    (b"\x28\xb5\x2f\xfd", "inside"),
    (b"\xfd7zXZ\0", "inside"),
    (b"PK\x03\x04", "inside"),
    // Behind the four bytes that say which of nine levels it is.
    (b"1AY&SY", "inside-bzip2"),
    // Each byte taken for a character, and written in UTF-8.
    (b"\x1f\xc2\x8b\x08", "inside-wide"),
    (b"\x28\xc2\xb5\x2f\xc3\xbd", "inside-wide"),
];

/// Signs that are the same for all values.
pub const ALL: &[(&str, &str)] = &[
    ("00000000: ", "dump"),
    ("00000000  ", "dump"),
    // `://`, `\u00`, `\/\/`, `%3A`, `%2E` and `&#` as arrays of numbers.
    ("58, 47, 47", "array"),
    ("58,47,47", "array"),
    ("92, 117, 48", "array"),
    ("92, 47, 92", "array"),
    ("37, 51, 65", "array"),
    ("37, 50, 69", "array"),
    ("38, 35, ", "array"),
    // An array that is written as an object: `{"0":104,"1":116`.
    ("\"0\":", "list"),
    // A dot or a slash alone, as streams of single characters have them, and strings put together, also in the string
    // of a record.
    ("\".\"", "token"),
    ("'.'", "token"),
    ("\n.\n", "token"),
    ("\"/\"", "token"),
    ("\" + \"", "token"),
    ("\\\" + \\\"", "token"),
    ("\\\\\\\" + \\\\\\\"", "token"),
    ("' + '", "token"),
    // An escape sequence in quoted-printable leaves no piece of three.
    ("=1b[", "token"),
    // What Git writes of a file that is no text.
    ("git binary patch", "patch"),
    // Terminal sequences as `cat -v` shows them.
    ("^[[", "caret"),
];

/// Whether needles of this form are no finds, but signs of something to decode or to join.
#[must_use]
pub fn is_sign(form: &str) -> bool {
    matches!(
        form,
        "dump" | "array" | "list" | "patch" | "token" | "caret" | "inside" | "inside-bzip2" | "inside-wide"
    )
}

/// Pieces of a host, each a string of its own or between tags: a dot, and two characters with a mark among them, for
/// other ones are keys of records and numbers in tables. Of larger pieces three characters are seen. A string may stand
/// in another string, and that in one more.
pub fn pieces(host: &str) -> Vec<Secret> {
    const MARKS: [char; 3] = ['.', '-', ':'];
    let two = host.char_indices().filter_map(|(at, _)| host.get(at..at + 2));
    let two = two.filter(|piece| piece.contains(MARKS) || !host.contains(MARKS));
    let dot = host.contains('.').then_some(".");
    let strings = |piece: &str| {
        [("\"", "\""), ("'", "'"), ("\"", "\\\""), ("\"", "\\\\\\\""), (">", "<")]
            .map(|(before, behind)| Secret::new([before, piece, behind].concat().into_bytes()))
    };
    // The marks of records are double: a colon alone between those says nothing.
    let colon = host.contains(':').then(|| Secret::new(b"':'".to_vec()));
    two.chain(dot).flat_map(strings).chain(colon).collect()
}

/// Pieces of a host as numbers, in every way that programs write them. Eight bytes of a host are always together in a
/// dump's line, and hold one of these windows of five.
pub fn numbers(host: &[u8]) -> Vec<(Secret, &'static str)> {
    let mut all = Vec::new();
    let starts = (0..host.len()).step_by(4).chain([host.len().saturating_sub(5)]);
    for window in starts.filter_map(|at| host.get(at..at + 5)) {
        // Words with the lower byte last are the latter two; one character a cell is the last.
        let dumps = ["0 1 2 3 4", "01 23 4", "0 12 34", "10 32", "21 43"];
        all.extend(dumps.map(|order| (ordered(window, order), "dump")));
        all.push((joined(&window[..4], "   ", |text, byte| text.push(byte)), "dump"));
        all.push((joined(window, " ", |text, byte| digits(text, byte, 8, 3, b'0')), "array"));
        // `od -tu1`, and `-td1`, which leaves room for a sign.
        for wide in [3, 4] {
            all.push((joined(window, " ", |text, byte| digits(text, byte, 10, wide, b' ')), "array"));
        }
        let decimal = |text: &mut Secret, byte| digits(text, byte, 10, 1, b'0');
        all.extend([" ", ",", ", "].map(|separator| (joined(window, separator, decimal), "array")));
        let prefixed = |text: &mut Secret, byte| {
            text.extend_from_slice(b"0x");
            hex(text, byte);
        };
        all.extend([" ", ",", ", ", "\t"].map(|separator| (joined(window, separator, prefixed), "array")));
        all.extend([":", ", ", ",", "-"].map(|separator| (joined(window, separator, hex), "array")));
    }
    all
}

/// As much as the longest of them has. A text that never grows leaves no copy of itself behind.
const ROOM: usize = 32;

fn joined(window: &[u8], separator: &str, number: impl Fn(&mut Secret, u8)) -> Secret {
    let mut text = Secret::new(Vec::with_capacity(ROOM));
    for (at, &byte) in window.iter().enumerate() {
        if at > 0 {
            text.extend_from_slice(separator.as_bytes());
        }
        number(&mut text, byte);
    }
    text
}

/// The bytes of these places, in hexadecimal digits; what is no place stands as it is.
fn ordered(window: &[u8], order: &str) -> Secret {
    let mut text = Secret::new(Vec::with_capacity(ROOM));
    for sign in order.bytes() {
        match window.get(usize::from(sign.wrapping_sub(b'0'))) {
            Some(&byte) => hex(&mut text, byte),
            None => text.push(sign),
        }
    }
    text
}

fn hex(text: &mut Secret, byte: u8) {
    digits(text, byte, 16, 2, b'0');
}

/// A number to a base, of at least so many signs, filled up from the left.
fn digits(text: &mut Secret, byte: u8, base: u8, least: u32, fill: u8) {
    let base = u32::from(base);
    let byte = u32::from(byte);
    let mut place = (0..3).rev().find(|at| byte >= base.pow(*at)).unwrap_or(0) + 1;
    text.extend((place..least).map(|_| fill));
    while place > 0 {
        place -= 1;
        let digit = byte / base.pow(place) % base;
        text.extend(char::from_digit(digit, base).map(|digit| digit as u8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_written_in_every_way() {
        let written = numbers(b"a\x07.z\xff");
        let text: Vec<_> =
            written.iter().map(|(text, form)| (text.escape_ascii().to_string(), *form)).collect();
        let one = [
            ("61 07 2e 7a ff", "dump"),
            ("6107 2e7a ff", "dump"),
            ("61 072e 7aff", "dump"),
            ("0761 7a2e", "dump"),
            ("2e07 ff7a", "dump"),
            ("a   \\x07   .   z", "dump"),
            ("141 007 056 172 377", "array"),
            (" 97   7  46 122 255", "array"),
            ("  97    7   46  122  255", "array"),
            ("97 7 46 122 255", "array"),
            ("97,7,46,122,255", "array"),
            ("97, 7, 46, 122, 255", "array"),
            ("0x61 0x07 0x2e 0x7a 0xff", "array"),
            ("0x61,0x07,0x2e,0x7a,0xff", "array"),
            ("0x61, 0x07, 0x2e, 0x7a, 0xff", "array"),
            ("0x61\\t0x07\\t0x2e\\t0x7a\\t0xff", "array"),
            ("61:07:2e:7a:ff", "array"),
            ("61, 07, 2e, 7a, ff", "array"),
            ("61,07,2e,7a,ff", "array"),
            ("61-07-2e-7a-ff", "array"),
        ];
        // The first window and the last are the same one.
        let both: Vec<_> = one.iter().chain(&one).map(|(text, form)| ((*text).to_owned(), *form)).collect();
        assert_eq!(text, both);
        assert!(written.iter().all(|(text, _)| text.capacity() == ROOM), "none has grown");
        assert!(numbers(b"abcd").is_empty());
    }
}
