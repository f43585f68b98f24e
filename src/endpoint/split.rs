//! A value's pieces, as they stand in it: what a URL or `host:port` is written of. Nothing here fails on an odd one.

use std::net::Ipv6Addr;

/// `scheme` ends with `://`; an address in brackets stands without them.
pub struct Split<'a> {
    pub scheme: &'a str,
    pub user: &'a str,
    pub host: &'a str,
    pub port: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub bracketed: bool,
}

/// Cuts a value into its pieces; each that is not there is empty.
pub fn split(text: &str) -> Split<'_> {
    let scheme_len = text.find("://").filter(|at| is_scheme(&text[..*at])).map_or(0, |at| at + 3);
    let (scheme, rest) = text.split_at(scheme_len);
    let authority_len = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(authority_len);
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let path_len = tail.find(['?', '#']).unwrap_or(tail.len());
    let (path, query) = tail.split_at(path_len);
    let query = query.split('#').next().unwrap_or_default().trim_start_matches('?');
    let (host, port, bracketed) = if let Some(inside) = place.strip_prefix('[') {
        let (host, after) = inside.split_once(']').unwrap_or((inside, ""));
        (host.split('%').next().unwrap_or(host), after.trim_start_matches(':'), true)
    } else if place.parse::<Ipv6Addr>().is_ok() {
        (place, "", false)
    } else {
        match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port, false),
            _ => (place, "", false),
        }
    };
    Split { scheme, user, host, port, path, query, bracketed }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}
