//! Hosts that a fingerprint could be of: in URLs, before ports, and whatever has a private endpoint's shape.
//!
//! Each costs a slow hash the first time it is met, so what is plainly no host (a file and its line, a time of
//! day) is left out.

use std::ops::Range;

use super::boundary::{self, FILES};
use super::shapes::Shapes;

/// `//` as it stands before a host in the text of another language.
const ESCAPED_SLASHES: [&[u8]; 4] = [b"%2F%2F", b"%2f%2f", b"\\u002F\\u002F", b"\\u002f\\u002f"];

/// Where hosts stand in `range`, in order; each once a place.
pub fn hosts(shapes: &Shapes, bytes: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let text = bytes.get(..range.end.min(bytes.len())).unwrap_or_default();
    for at in memchr::memchr_iter(b':', text.get(range.start..).unwrap_or_default()) {
        let at = range.start + at;
        let after = text.get(at + 1..).unwrap_or_default();
        let host = match after {
            [b'/', b'/', ..] => in_url(text, at + 3),
            [b'\\', b'/', b'\\', b'/', ..] => in_url(text, at + 5),
            _ => before_port(text, at, after),
        };
        found.extend(host);
    }
    for slashes in ESCAPED_SLASHES {
        let places = memchr::memmem::find_iter(text.get(range.start..).unwrap_or_default(), slashes);
        found.extend(places.filter_map(|at| in_url(text, range.start + at + slashes.len())));
    }
    let shaped = shapes.scan(text.get(range.start..).unwrap_or_default());
    found.extend(shaped.iter().filter_map(|hit| {
        let place = |at: u64| usize::try_from(at).ok().map(|at| at + range.start);
        Some(place(hit.span.start)?..place(hit.span.end)?)
    }));
    found.sort_by_key(|host| (host.start, host.end));
    found.dedup();
    found
}

fn in_url(text: &[u8], start: usize) -> Option<Range<usize>> {
    let authority = text.get(start..)?.iter().take(300).take_while(|byte| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`')
    });
    let end = start + authority.count();
    let user = memchr::memrchr(b'@', text.get(start..end)?).map_or(0, |at| at + 1);
    let start = start + user;
    if text.get(start) == Some(&b'[') {
        let inside = text.get(start + 1..end)?.iter().take_while(|byte| is_v6(**byte)).count();
        return (inside > 1).then_some(start + 1..start + 1 + inside);
    }
    let name = text.get(start..end)?.iter().take_while(|byte| is_name(**byte)).count();
    (name > 1).then_some(start..start + name)
}

fn before_port(text: &[u8], at: usize, after: &[u8]) -> Option<Range<usize>> {
    let digits = after.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    if !(2..=5).contains(&digits) || after.get(digits).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let before = text.get(..at)?;
    if before.last() == Some(&b']') {
        let inside = before.iter().rev().skip(1).take(45).take_while(|byte| is_v6(**byte)).count();
        return (inside > 1).then_some(at - 1 - inside..at - 1);
    }
    let name = before.iter().rev().take(253).take_while(|byte| is_name(**byte)).count();
    let name = at - boundary::behind_escape(text, at - name..at);
    let host = before.get(at - name..)?;
    let last = memchr::memrchr(b'.', host).and_then(|dot| host.get(dot + 1..))?;
    let file =
        std::str::from_utf8(last).is_ok_and(|end| FILES.contains(&end.to_ascii_lowercase().as_str()));
    let path = at.checked_sub(name + 1).and_then(|at| text.get(at)) == Some(&b'/');
    (!file && !path && last.len() > 1 || is_v4(host)).then_some(at - name..at)
}

fn is_v4(host: &[u8]) -> bool {
    std::str::from_utf8(host).is_ok_and(|host| host.parse::<std::net::Ipv4Addr>().is_ok())
}

fn is_v6(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_and_files_and_times_are_not() {
        let shapes = Shapes::new(&[]).expect("sound");
        let text = "at 12:30:59 src/a.rs:12 mod.py:340 GET http://me:x@spark9.corp.example:8000/v1 to \
                    gpu.corp.example:11434, 100.101.102.103 http://[fd7a:115c:a1e0::53]:80/ \"port\":8000 \
                    http://lonely/ \\nbox1.example:8000 \u{1b}[36mbox2.example:8000 u=%3A%2F%2Fbox3.example \
                    http:\\/\\/box4.example\\/v1 \\033[1m100.101.102.104 a\\n100.101.102.105\\n";
        let found: Vec<&str> =
            hosts(&shapes, text.as_bytes(), 0..text.len()).into_iter().map(|host| &text[host]).collect();
        assert_eq!(
            found,
            [
                "spark9.corp.example",
                "gpu.corp.example",
                "100.101.102.103",
                "fd7a:115c:a1e0::53",
                "lonely",
                "box1.example",
                "box2.example",
                "box3.example",
                "box4.example",
                "100.101.102.104",
                "100.101.102.105"
            ]
        );
    }
}
