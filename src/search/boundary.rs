//! What may stand beside a needle: near misses must stay silent.
//!
//! `100.101.102.103` is not in `100.100.101.102.1034`, and a name is not inside a longer label. A
//! letter or digit that ends an escape (`\n`, `%20`, `\u0020`, `ESC[1m`) is no neighbour.

use crate::endpoint::Bound;

/// Whether `bytes[start..end]` stands alone as far as `bound` asks.
pub fn holds(bound: Bound, bytes: &[u8], start: usize, end: usize) -> bool {
    let before = bytes.get(..start).unwrap_or_default();
    let after = bytes.get(end..).unwrap_or_default();
    match bound {
        Bound::Free => true,
        Bound::Address => starts_address(before) && ends_address(after),
        Bound::Digits => starts_digits(before) && ends_address(after),
        Bound::Name => starts_name(before) && ends_name(after),
        Bound::Word => starts_name(before) && ends_word(after),
        Bound::Hex => starts_hex(before) && !after.first().is_some_and(u8::is_ascii_hexdigit),
        Bound::Port => ends_port(after),
        Bound::WordPort | Bound::NamePort => starts_name(before) && ends_port(after),
        Bound::AddressPort => starts_address(before) && ends_port(after),
    }
}

/// Whether no label runs into the place `start`.
pub fn begins_name(bytes: &[u8], start: usize) -> bool {
    starts_name(bytes.get(..start).unwrap_or_default())
}

fn starts_address(before: &[u8]) -> bool {
    match before {
        [.., digit, b'.'] => !digit.is_ascii_digit() || ends_escape(&before[..before.len() - 1]),
        [.., digit] if digit.is_ascii_digit() => ends_escape(before),
        _ => true,
    }
}

fn starts_digits(before: &[u8]) -> bool {
    match before {
        [.., digit, b'.' | b'-' | b','] => !digit.is_ascii_digit(),
        [.., digit] if digit.is_ascii_alphanumeric() => ends_escape(before),
        _ => true,
    }
}

fn ends_address(after: &[u8]) -> bool {
    match after {
        [digit, ..] if digit.is_ascii_digit() => false,
        [b'.', digit, ..] => !digit.is_ascii_digit(),
        _ => true,
    }
}

fn ends_port(after: &[u8]) -> bool {
    !after.first().is_some_and(u8::is_ascii_digit)
}

fn starts_name(before: &[u8]) -> bool {
    match before.last() {
        Some(b) if b.is_ascii_alphanumeric() => ends_escape(before),
        Some(b'-') => starts_flag(before),
        _ => true,
    }
}

/// A dash that belongs to no label: a command's flag, a rule, a bullet.
fn starts_flag(before: &[u8]) -> bool {
    !before.len().checked_sub(2).and_then(|at| before.get(at)).is_some_and(u8::is_ascii_alphanumeric)
}

fn starts_hex(before: &[u8]) -> bool {
    match before.last() {
        Some(b) if b.is_ascii_hexdigit() => ends_escape(before),
        _ => true,
    }
}

fn ends_name(after: &[u8]) -> bool {
    !after.first().is_some_and(u8::is_ascii_alphanumeric)
}

fn ends_word(after: &[u8]) -> bool {
    match after {
        [b'-', next, ..] => !next.is_ascii_alphanumeric(),
        [b, ..] => !b.is_ascii_alphanumeric(),
        [] => true,
    }
}

/// Whether the last byte is the end of an escape, and so no letter or digit of a word.
fn ends_escape(before: &[u8]) -> bool {
    let n = before.len();
    let back = |k: usize| n.checked_sub(k).and_then(|at| before.get(at)).copied().unwrap_or(0);
    let hex = |from: usize, to: usize| (from..=to).all(|k| back(k).is_ascii_hexdigit());
    let last = back(1);
    if back(2) == b'\\' && matches!(last, b'n' | b't' | b'r' | b'b' | b'f' | b'a' | b'e' | b'v' | b'0') {
        return true;
    }
    if hex(1, 2) && (matches!(back(3), b'%' | b'=') || (back(3) == b'x' && back(4) == b'\\')) {
        return true;
    }
    if hex(1, 4) && back(5) == b'u' && back(6) == b'\\' {
        return true;
    }
    if (1..=3).all(|k| (b'0'..=b'7').contains(&back(k))) && back(4) == b'\\' {
        return true;
    }
    ends_control_sequence(before)
}

/// `ESC [ 1 ; 3 2 m`, also with its escape byte written out.
fn ends_control_sequence(before: &[u8]) -> bool {
    let Some((last, head)) = before.split_last() else { return false };
    if !last.is_ascii_alphabetic() {
        return false;
    }
    let digits = head.iter().rev().take(16).take_while(|b| b.is_ascii_digit() || **b == b';').count();
    let head = head.get(..head.len() - digits).unwrap_or_default();
    let Some(head) = head.strip_suffix(b"[") else { return false };
    [&b"\x1b"[..], b"\\u001b", b"\\u001B", b"\\x1b", b"\\x1B", b"\\033", b"\\e", b"^["]
        .iter()
        .any(|escape| head.ends_with(escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(bound: Bound, text: &str, needle: &str) -> bool {
        let start = text.find(needle).expect("in the text");
        holds(bound, text.as_bytes(), start, start + needle.len())
    }

    #[test]
    fn an_address_does_not_sit_in_a_longer_run() {
        let ip = "100.101.102.103";
        for silent in ["1100.101.102.103", "100.101.102.1034", "9.100.101.102.103", "100.101.102.103.4"] {
            assert!(!stands(Bound::Address, silent, ip), "{silent}");
        }
        for found in [
            "(100.101.102.103)",
            "at 100.101.102.103.",
            "%20100.101.102.103",
            "\\u0020100.101.102.103",
            "v100.101.102.103",
        ] {
            assert!(stands(Bound::Address, found, ip), "{found}");
        }
    }

    #[test]
    fn a_name_does_not_sit_in_a_longer_label() {
        let name = "spark9.corp.example";
        for silent in ["xspark9.corp.example", "my-spark9.corp.example", "spark9.corp.examples"] {
            assert!(!stands(Bound::Name, silent, name), "{silent}");
        }
        for found in [
            "\\nspark9.corp.example",
            "%2Fspark9.corp.example",
            "\x1b[1;32mspark9.corp.example",
            "--spark9.corp.example",
            "api.spark9.corp.example.",
            "\\u001b[0mspark9.corp.example",
        ] {
            assert!(stands(Bound::Name, found, name), "{found}");
        }
    }
}
