//! A value without what a shell, a file or a writer puts around it, and with its host as others write it.
//!
//! `"http://h:8000"` with its marks of quotation, `BASE_URL=http://h:8000`, `//h:8000` are the same secret: were the
//! whole taken for a string without a host, a log that names the host would pass.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::split::{Split, split};

/// What may stand around a value.
const MARKS: [char; 11] = ['"', '\'', '`', '<', '>', '(', ')', ',', ';', '\u{201c}', '\u{201d}'];

/// The value as a URL, a host or `host:port` if it is dressed as something else; with an address in dots, a name in
/// ASCII and no more of its path than ASCII. What is no text stays what it is.
pub fn undressed(value: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(value).ok()?.trim();
    // Who writes slashes the other way round writes them so around the host: a password may have one of its own.
    let (user, place) = text.split_at(text.rfind('@').map_or(0, |at| at + 1));
    let text = Zeroizing::new([user, &Zeroizing::new(place.replace('\\', "/"))].concat());
    let bare = match url_in(&text) {
        Some(url) => url,
        None => assigned(text.trim_matches(MARKS)).trim_matches(MARKS).trim_start_matches("//"),
    };
    Some(spelled(bare))
}

/// The URL that a text has in it: up to white space, or to the mark that closes the one before it.
fn url_in(text: &str) -> Option<&str> {
    let start = scheme_start(text, text.find("://")?);
    let closing = match text[..start].chars().next_back() {
        Some('<') => Some('>'),
        Some('\u{201c}') => Some('\u{201d}'),
        mark => mark.filter(|mark| matches!(mark, '"' | '\'' | '`')),
    };
    let rest = &text[start..];
    let end = rest.find(|c: char| c.is_whitespace() || Some(c) == closing).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(MARKS))
}

/// Where the scheme begins that ends at this colon.
fn scheme_start(text: &str, colon: usize) -> usize {
    let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let before = text.get(..colon).unwrap_or_default();
    colon - before.chars().rev().take_while(|c| scheme(*c)).count()
}

/// Each of several URLs that stand in one line, cut where the next begins; nothing where there is but one. A URL
/// within another one's query is a part of that.
pub fn several(value: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let Ok(text) = std::str::from_utf8(value) else { return Vec::new() };
    let apart = |c: char| c.is_whitespace() || MARKS.contains(&c) || matches!(c, '|' | '[' | ']' | '{');
    let starts = memchr::memmem::find_iter(value, "://").map(|colon| scheme_start(text, colon));
    let starts: Vec<usize> = starts
        .filter(|start| {
            text.get(..*start).is_some_and(|before| before.chars().next_back().is_none_or(apart))
        })
        .collect();
    if starts.len() < 2 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pieces = starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end));
    pieces
        .map(|piece| {
            // The bracket of an address closes one that was opened in it.
            let closed = piece.contains('[');
            let end = |c: char| apart(c) && !(closed && c == ']');
            Zeroizing::new(piece.trim_end_matches(end).as_bytes().to_vec())
        })
        .collect()
}

/// What is assigned, in a line of a shell's or of a settings file.
fn assigned(text: &str) -> &str {
    let text = text.strip_prefix("export ").unwrap_or(text).trim_start();
    match text.split_once('=') {
        Some((name, value))
            if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && !value.is_empty() =>
        {
            value
        }
        _ => text,
    }
}

/// The text with its host as an address in dots or a name in ASCII. Where no host is expected a number is a number,
/// and a word a word.
fn spelled(text: &str) -> Zeroizing<String> {
    let Split { scheme, host, port, .. } = split(text);
    if scheme.is_empty() && port.is_empty() {
        return Zeroizing::new(text.to_owned());
    }
    let numbers = host.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X' | b'.'));
    let odd = (numbers || !host.is_ascii()) && host.parse::<IpAddr>().is_err();
    let usual = Zeroizing::new(match url::Host::parse(host) {
        Ok(url::Host::Ipv4(ip)) if odd => ip.to_string(),
        Ok(url::Host::Domain(name)) if odd => name,
        _ => host.to_owned(),
    });
    let at = host.as_ptr().addr() - text.as_ptr().addr();
    let (before, behind) = (&text[..at], &text[at + host.len()..]);
    let behind: Zeroizing<String> = Zeroizing::new(behind.chars().take_while(char::is_ascii).collect());
    Zeroizing::new([before, &*usual, &*behind].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_value_is_taken_away() {
        for (value, bare) in [
            ("\"http://100.87.214.19:8431/v1\"", "http://100.87.214.19:8431/v1"),
            ("'http://spark9.lan:8000'", "http://spark9.lan:8000"),
            ("<http://spark9.lan:8000/v1>", "http://spark9.lan:8000/v1"),
            ("BASE=http://100.87.214.19:8431/v1", "http://100.87.214.19:8431/v1"),
            ("export BASE_URL=\"spark9.lan:8000\"", "spark9.lan:8000"),
            ("# http://100.87.214.19:8431", "http://100.87.214.19:8431"),
            ("//100.87.214.19:8431/v1", "100.87.214.19:8431/v1"),
            ("http://100.87.214.19:8431\\v1", "http://100.87.214.19:8431/v1"),
            ("http:\\\\100.87.214.19:8431", "http://100.87.214.19:8431"),
            ("http://1683478035:8431", "http://100.87.214.19:8431"),
            ("http://0x6457d613:8431/v1", "http://100.87.214.19:8431/v1"),
            ("http://100.87.214.023/", "http://100.87.214.19/"),
            ("http://100.87.214.19:8431/v1/é", "http://100.87.214.19:8431/v1/"),
            ("http://büro.example-corp.de:8431/v1", "http://xn--bro-hoa.example-corp.de:8431/v1"),
        ] {
            assert_eq!(undressed(value.as_bytes()).expect("text").as_str(), bare, "{value}");
        }
    }

    #[test]
    fn what_is_bare_stays_what_it_is() {
        for value in [
            "http://100.101.102.103:8000/v1",
            "https://me:p@ss,word;x@h.example:8443/v1?q=(a,b)#f",
            "https://[fd7a:115c:a1e0::53]:8443/v1",
            "fd7a:115c:a1e0::53",
            "spark9.corp.example:8000",
            "a secret that is no URL = at all",
            "1683478035",
            "deadbeef",
            "key=",
            "pässword",
            "secret/pä",
            "http://me:hun\\ter2pass@h.example/v1",
            "https://h.example:8443/v1?key='abc\"def'gh",
        ] {
            assert_eq!(undressed(value.as_bytes()).expect("text").as_str(), value);
        }
        assert!(undressed(&[0xff, 0xfe, 1, 2]).is_none());
    }
}
