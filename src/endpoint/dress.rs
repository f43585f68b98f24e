//! A value without what a shell, a file or a writer puts around it, and with its host as others write it.
//!
//! `"http://h:8000"` with its marks of quotation, `BASE_URL=http://h:8000`, `//h:8000` are the same secret: were the
//! whole taken for a string without a host, a log that names the host would pass.

use std::net::IpAddr;

use zeroize::Zeroizing;

/// What may stand around a value.
const MARKS: [char; 11] = ['"', '\'', '`', '<', '>', '(', ')', ',', ';', '\u{201c}', '\u{201d}'];

/// The value as a URL, a host or `host:port` if it is dressed as something else; with an address in dots, a name in
/// ASCII and no more of its path than ASCII. What is no text stays what it is.
pub fn undressed(value: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let text = Zeroizing::new(text.replace('\\', "/"));
    let bare = match url_in(&text) {
        Some(url) => url,
        None => assigned(text.trim_matches(MARKS)).trim_matches(MARKS).trim_start_matches("//"),
    };
    Some(spelled(bare))
}

/// The URL that a text has in it.
fn url_in(text: &str) -> Option<&str> {
    let colon = text.find("://")?;
    let scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let start = colon - text[..colon].chars().rev().take_while(|c| scheme(*c)).count();
    let rest = &text[start..];
    // Within a URL brackets and commas mean something: there, only white space and marks of quotation end it.
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\u{201c}' | '\u{201d}');
    let end = rest.find(ends).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches([',', ';', ')']))
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

/// The text with its host as an address in dots or a name in ASCII.
fn spelled(text: &str) -> Zeroizing<String> {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    let authority = &text[start..end];
    let place = authority.rfind('@').map_or(0, |at| at + 1);
    let (host, port) = match authority[place..].rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.contains(':') => {
            (host, port)
        }
        _ => (&authority[place..], ""),
    };
    let numbers = host.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'x' | b'X' | b'.'));
    let known = (numbers || !host.is_ascii()) && !host.is_empty() && host.parse::<IpAddr>().is_err();
    let host = match url::Host::parse(host) {
        // A bare number is an address only where a host is expected.
        Ok(url::Host::Ipv4(ip)) if known && (start > 0 || !port.is_empty()) => ip.to_string(),
        Ok(url::Host::Domain(name)) if known => name,
        _ => host.to_owned(),
    };
    let host = Zeroizing::new(host);
    let mut out = Zeroizing::new(String::with_capacity(text.len() + host.len()));
    for part in [&text[..start + place], &*host, if port.is_empty() { "" } else { ":" }, port] {
        out.push_str(part);
    }
    out.extend(text[end..].chars().take_while(char::is_ascii));
    out
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
        ] {
            assert_eq!(undressed(value.as_bytes()).expect("text").as_str(), value);
        }
        assert!(undressed(&[0xff, 0xfe, 1, 2]).is_none());
    }
}
