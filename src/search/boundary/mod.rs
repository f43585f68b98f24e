//! What may stand beside a needle: near misses must stay silent.
//!
//! `100.101.102.103` is not in `100.100.101.102.1034`, and a name is not inside a longer label. A
//! letter or digit that ends an escape (`\n`, `%20`, `\u0020`, `ESC[1m`) is no neighbour.

use std::ops::Range;

use super::view::escape;
use crate::endpoint::Bound;

mod bytes;

/// Whether `bytes[start..end]` stands alone as far as `bound` asks.
pub fn holds(bound: Bound, bytes: &[u8], start: usize, end: usize) -> bool {
    let before = bytes.get(..start).unwrap_or_default();
    let after = bytes.get(end..).unwrap_or_default();
    let needle = bytes.get(start..end).unwrap_or_default();
    let (starts, ends) = (starts(bound, before, needle), ends(bound, needle, after));
    let counted = || bytes::is_counted(before, needle.len());
    (starts || counted()) && (ends || bytes::is_tag(after) || counted())
}

fn starts(bound: Bound, before: &[u8], needle: &[u8]) -> bool {
    match bound {
        Bound::Free | Bound::Port => true,
        Bound::Address | Bound::AddressPort => starts_address(before),
        Bound::Digits => starts_digits(before),
        Bound::Name | Bound::Word | Bound::WordPort | Bound::NamePort => starts_name(before),
        Bound::Secret => starts_secret(before),
        Bound::Hex => starts_hex(before),
        Bound::V6 => starts_v6(before, needle),
    }
}

fn ends(bound: Bound, needle: &[u8], after: &[u8]) -> bool {
    match bound {
        Bound::Free => true,
        Bound::Address | Bound::Digits => ends_address(after),
        Bound::Name => ends_name(after),
        Bound::Word => ends_word(after),
        Bound::Secret => !after.first().is_some_and(u8::is_ascii_alphanumeric),
        Bound::Hex => !after.first().is_some_and(u8::is_ascii_hexdigit),
        Bound::V6 => ends_v6(needle, after),
        Bound::Port | Bound::WordPort | Bound::NamePort | Bound::AddressPort => ends_port(after),
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
        Some(b'-') => starts_flag(before),
        _ => starts_secret(before),
    }
}

fn starts_secret(before: &[u8]) -> bool {
    !before.last().is_some_and(u8::is_ascii_alphanumeric) || ends_escape(before)
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

/// Whether no groups of digits before it make a longer address of this one: they begin as addresses do. A number at the
/// beginning of a line may be the line's own.
fn starts_v6(before: &[u8], address: &[u8]) -> bool {
    if !starts_hex(before) {
        return false;
    }
    let run = before.iter().rev().take(40).take_while(|b| b.is_ascii_hexdigit() || **b == b':').count();
    let (outer, run) = before.split_at(before.len() - run);
    let group = run.split(|b| *b == b':').next().unwrap_or_default();
    let begins = match group.to_ascii_lowercase().as_slice() {
        [b'2' | b'3', _, _, _] => {
            let number = run.strip_suffix(b":").is_some_and(|run| run.iter().all(u8::is_ascii_digit));
            !number || outer.last().is_some_and(|b| *b != b'\n')
        }
        [b'f', b'c'..=b'f', _, _] => true,
        _ => false,
    };
    let longer = [run, address].concat();
    !begins
        || !std::str::from_utf8(&longer).is_ok_and(|longer| longer.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Whether no group of digits makes a longer address of this one. Four or five decimal ones are a port, as programs
/// print it without brackets.
fn ends_v6(address: &[u8], after: &[u8]) -> bool {
    let run =
        after.iter().take(40).take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')).count();
    let run = after.get(..run).unwrap_or_default();
    let run = run.strip_suffix(b".").unwrap_or(run);
    let run = run.strip_suffix(b":").unwrap_or(run);
    let number = run.strip_prefix(b":").and_then(|port| std::str::from_utf8(port).ok());
    if run.is_empty() || number.and_then(|port| port.parse::<u16>().ok()).is_some_and(|port| port > 999) {
        return true;
    }
    let longer = [address, run].concat();
    run.first() == Some(&b':')
        && !std::str::from_utf8(&longer).is_ok_and(|longer| longer.parse::<std::net::Ipv6Addr>().is_ok())
}

/// A dash may go on with anything, as in the name of a file (`host-2026.log`), but not with another domain's name.
fn ends_name(after: &[u8]) -> bool {
    match after {
        [b'-', next, ..] if next.is_ascii_alphabetic() => !is_domain(after),
        [b, ..] => !b.is_ascii_alphanumeric(),
        [] => true,
    }
}

/// Whether `-label.org` makes a longer name of a name before it: it has a dot, and ends as no file does.
fn is_domain(after: &[u8]) -> bool {
    let len = after
        .iter()
        .take(253)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        .count();
    let name = after.get(..len).unwrap_or_default();
    let name = name.strip_suffix(b".").unwrap_or(name);
    let last = memchr::memrchr(b'.', name).and_then(|dot| name.get(dot + 1..)).unwrap_or_default();
    let last = std::str::from_utf8(last).unwrap_or_default().to_ascii_lowercase();
    last.len() > 1
        && last.bytes().all(|b| b.is_ascii_lowercase())
        && !FILES.iter().chain(OTHER_FILES).any(|file| *file == last)
}

/// Ends of names that are files: `mod.rs`, `host-access.log`.
pub const FILES: &[&str] = &[
    "rs", "py", "js", "ts", "jsx", "tsx", "mjs", "cjs", "c", "h", "cc", "cpp", "hpp", "go", "java", "kt",
    "rb", "php", "pl", "sh", "md", "txt", "toml", "json", "jsonl", "yaml", "yml", "html", "css", "xml",
    "sql", "log", "cfg", "ini", "lock", "snap", "so", "swift", "scala", "lua", "vue", "lean", "hs", "ml",
    "ex", "exs", "patch",
];

/// The same, of files that do not stand before a colon and a line's number.
const OTHER_FILES: &[&str] = &[
    "gz", "zip", "tar", "tgz", "xz", "zst", "csv", "tsv", "pem", "crt", "cer", "key", "conf", "config",
    "bak", "tmp", "out", "err", "trace", "pcap", "har", "db", "sqlite", "pdf", "png", "jpg", "svg", "env",
    "service", "diff", "cast",
];

fn ends_word(after: &[u8]) -> bool {
    match after {
        [b'-', next, ..] => !next.is_ascii_alphanumeric(),
        [b, ..] => !b.is_ascii_alphanumeric(),
        [] => true,
    }
}

/// Where a name begins whose first characters end an escape before it: `\nhost`, `%2Fhost`, `ESC[36mhost`.
pub fn behind_escape(bytes: &[u8], name: Range<usize>) -> usize {
    let opens = |byte: &u8| matches!(byte, b'\\' | b'%' | b'=' | b'[' | b';' | b'?' | b'#' | b'(' | 0x1b);
    let before = name.start.checked_sub(1).and_then(|at| bytes.get(at));
    if !before.is_some_and(opens) {
        return name.start;
    }
    let ends = |at: &usize| {
        bytes.get(..*at).is_some_and(|before| {
            before.last().is_some_and(u8::is_ascii_alphanumeric) && ends_escape(before)
        })
    };
    (name.start + 1..name.end.min(name.start + LONGEST_ESCAPE)).find(ends).unwrap_or(name.start)
}

/// Whether a word may begin at `start`: before it stands no letter and no digit, or an escape that ends in one.
pub fn begins_word(bytes: &[u8], start: usize) -> bool {
    starts_secret(bytes.get(..start).unwrap_or_default())
}

/// The longest escape of an escape that is looked for before a needle.
const LONGEST_ESCAPE: usize = 32;

/// Whether the last byte is the end of an escape, and so no letter or digit of a word; also of an escape that is
/// escaped itself (`%2520`, `\u005cn`). One that stands for a letter or a digit is one of the word.
fn ends_escape(before: &[u8]) -> bool {
    // The second is a slash or a tilde in a JSON pointer.
    if let [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f' | b'a' | b'e' | b'v' | b'0']
    | [.., b'~', b'0' | b'1'] = before
    {
        return true;
    }
    let tail = before.get(before.len().saturating_sub(LONGEST_ESCAPE)..).unwrap_or_default();
    let opens = |byte: &u8| matches!(byte, b'\\' | b'%' | b'=' | b'&' | b'^' | b'#' | 0x1b);
    let mut openings = tail.iter().enumerate().rev().filter(|(_, byte)| opens(byte));
    openings.any(|(at, _)| is_escape(tail.get(at..).unwrap_or_default()))
}

/// Whether all of these bytes are one escape that stands for no letter or digit, however often it was escaped.
fn is_escape(text: &[u8]) -> bool {
    let mut text = text.to_vec();
    loop {
        // Quoted-printable is written as percent escapes are, a terminal's escape as `^[`; an entity may lack its
        // last mark.
        match text.as_mut_slice() {
            [first @ b'=', ..] => *first = b'%',
            [b'^', b'[', ..] => drop(text.splice(..2, [0x1b])),
            [b'&', b'#', .., last] if last.is_ascii_alphanumeric() => text.push(b';'),
            // A control character as syslog daemons write it.
            [b'#', b'0', tens @ b'0'..=b'3', ones @ b'0'..=b'7', ..] => {
                let control = (*tens - b'0') << 3 | (*ones - b'0');
                text.splice(..4, [control]);
                if text.len() == 1 {
                    return true;
                }
            }
            _ => {}
        }
        let Some(escape) = escape::at(&text, 0) else { return false };
        if escape.len == text.len() {
            return !escape.bytes().last().is_some_and(u8::is_ascii_alphanumeric);
        }
        // Each turn makes it shorter.
        text.splice(..escape.len, escape.bytes().iter().copied());
    }
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
        for silent in [
            "%31100.101.102.103",
            "%2531100.101.102.103",
            "a=2100.101.102.103",
            "1100.101.102.103",
            "100.101.102.1034",
            "9.100.101.102.103",
            "100.101.102.103.4",
        ] {
            assert!(!stands(Bound::Address, silent, ip), "{silent}");
        }
        for found in [
            "(100.101.102.103)",
            "at 100.101.102.103.",
            "%20100.101.102.103",
            "\\u0020100.101.102.103",
            "v100.101.102.103",
            "q=%2520100.101.102.103",
            "q=%252520100.101.102.103",
            "=3D20100.101.102.103",
            "%2522100.101.102.103",
            "\\12100.101.102.103",
            "&#10100.101.102.103",
            "\x1b7100.101.102.103",
            "#012100.101.102.103",
            "/http:~1~1100.101.102.103~1v1",
        ] {
            assert!(stands(Bound::Address, found, ip), "{found}");
        }
    }

    #[test]
    fn an_ipv6_address_is_not_the_beginning_of_a_longer_one() {
        let ip = "fd7a:115c:a1e0::53";
        for silent in [
            "x fd7a:115c:a1e0::53:1 y",
            "fd7a:115c:a1e0::53:a1",
            "fd7a:115c:a1e0::530",
            "fd7a:115c:a1e0::53:1:2.",
            "at 2001:fd7a:115c:a1e0::53",
            "http://[2a01:db8:fd7a:115c:a1e0::53]/",
            "fe80:fd7a:115c:a1e0::53",
        ] {
            assert!(!stands(Bound::V6, silent, ip), "{silent}");
        }
        for found in [
            "[fd7a:115c:a1e0::53]:8000",
            "fd7a:115c:a1e0::53:8000",
            "fd7a:115c:a1e0::53:11434/v1",
            "12:fd7a:115c:a1e0::53: it",
            "2001:fd7a:115c:a1e0::53 at the beginning of line 2001",
            "a.log:2001:fd7a:115c:a1e0::53",
            "at fd7a:115c:a1e0::53.",
            "fd7a:115c:a1e0::53/128",
        ] {
            assert!(stands(Bound::V6, found, ip), "{found}");
        }
    }

    #[test]
    fn a_name_does_not_sit_in_a_longer_label() {
        let name = "spark9.corp.example";
        for silent in [
            "xspark9.corp.example",
            "my-spark9.corp.example",
            "spark9.corp.examples",
            "spark9.corp.example-x.org",
            "spark9.corp.example-team.co.uk.",
            "#133spark9.corp.example",
        ] {
            assert!(!stands(Bound::Name, silent, name), "{silent}");
        }
        for found in [
            "\\nspark9.corp.example",
            "spark9.corp.example-2026.log",
            "spark9.corp.example-access.log",
            "spark9.corp.example-based",
            "%2Fspark9.corp.example",
            "\x1b[1;32mspark9.corp.example",
            "--spark9.corp.example",
            "api.spark9.corp.example.",
            "\\u001b[0mspark9.corp.example",
            "\x1b[?25lspark9.corp.example",
            "\\u001b[?2004hspark9.corp.example",
            "\x1b[38:5:1mspark9.corp.example",
            "\x1b(Bspark9.corp.example",
            "\x1bMspark9.corp.example",
            "%253A%252F%252Fspark9.corp.example",
            "%255Cnspark9.corp.example",
            "%5Cu002fspark9.corp.example",
            "\\u005cnspark9.corp.example",
            "&#47;spark9.corp.example",
            "#033[0mspark9.corp.example",
            "~1spark9.corp.example",
        ] {
            assert!(stands(Bound::Name, found, name), "{found}");
        }
    }
}
