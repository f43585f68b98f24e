//! Signs: needles that are no finds, but places to decode or to join.

use zeroize::Zeroizing;

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
    // Terminal sequences as `cat -v` shows them.
    ("^[[", "caret"),
];

/// Whether needles of this form are no finds, but signs of something to decode or to join.
#[must_use]
pub fn is_sign(form: &str) -> bool {
    matches!(
        form,
        "dump" | "array" | "list" | "token" | "caret" | "inside" | "inside-bzip2" | "inside-wide"
    )
}

/// Pieces of a host, each a string of its own or between tags: two characters, and its words. Of other pieces three
/// characters are seen, but where they are letters alone.
pub fn pieces(host: &str) -> Vec<Zeroizing<String>> {
    let two = host.char_indices().filter_map(|(at, _)| host.get(at..at + 2));
    let words = host.split(['.', '-', ':']).filter(|word| word.len() > 2);
    let strings = |piece: &str| {
        [format!("\"{piece}\""), format!("'{piece}'"), format!("\"{piece}\\\""), format!(">{piece}<")]
    };
    two.chain(words).flat_map(strings).map(Zeroizing::new).collect()
}

/// Pieces of a host as numbers, in every way that programs write them. Eight bytes of a host are always together in a
/// dump's line, and hold one of these windows of five.
pub fn numbers(host: &[u8]) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    let starts = (0..host.len()).step_by(4).chain([host.len().saturating_sub(5)]);
    for window in starts.filter_map(|at| host.get(at..at + 5)) {
        let hex: Vec<String> = window.iter().map(|b| format!("{b:02x}")).collect();
        let decimal: Vec<String> = window.iter().map(ToString::to_string).collect();
        let padded: Vec<String> = window.iter().map(|b| format!("{b:>3}")).collect();
        let octal: Vec<String> = window.iter().map(|b| format!("{b:03o}")).collect();
        let cells: Vec<String> = window.iter().take(4).map(|b| char::from(*b).to_string()).collect();
        all.extend([
            (hex.join(" "), "dump"),
            (format!("{} {} {}", hex[..2].concat(), hex[2..4].concat(), hex[4]), "dump"),
            (format!("{} {} {}", hex[0], hex[1..3].concat(), hex[3..].concat()), "dump"),
            // Words with the lower byte last; one character a cell.
            (format!("{1}{0} {3}{2}", hex[0], hex[1], hex[2], hex[3]), "dump"),
            (format!("{1}{0} {3}{2}", hex[1], hex[2], hex[3], hex[4]), "dump"),
            (cells.join("   "), "dump"),
            (octal.join(" "), "array"),
            (padded.join(" "), "array"),
        ]);
        all.extend([" ", ",", ", "].map(|separator| (decimal.join(separator), "array")));
        all.extend(
            [" ", ",", ", ", "\t"]
                .map(|separator| (format!("0x{}", hex.join(&format!("{separator}0x"))), "array")),
        );
        all.extend([":", ", ", ",", "-"].map(|separator| (hex.join(separator), "array")));
    }
    all
}
