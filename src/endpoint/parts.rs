//! A value taken apart: what of it is evidence on its own, and what only near something stronger.
//!
//! The value is usually a URL, but may be a bare host, `host:port`, or any string; nothing here
//! fails on an odd one. Loopback has no secret host: only its URL and `host:port` are kept.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::anatomy::{Anatomy, Bound, Host, Part, Strength};
use super::credentials;
use super::dress::undressed;
use super::split::{Split, split};

/// Takes a value apart. `None`: nothing in it can be searched for (loopback without a port or scheme, a
/// URL without a host).
#[must_use]
pub fn take_apart(value: &[u8]) -> Option<Anatomy> {
    let bare = undressed(value);
    let Some(text) = bare.as_ref().map(|text| text.as_str()).filter(|text| text.is_ascii()) else {
        return Some(opaque(value));
    };
    let split = split(text);
    if split.host.is_empty() {
        return if split.scheme.is_empty() { Some(opaque(value)) } else { None };
    }
    let given = split.host.trim_end_matches('.');
    let host_text = Zeroizing::new(given.to_ascii_lowercase());
    let host = classify(&host_text);
    if host == Host::None {
        return Some(opaque(value));
    }
    let loopback = is_loopback(&host, &host_text);
    if loopback && split.scheme.is_empty() && split.port.is_empty() {
        return None;
    }
    let mut found = Parts::default();
    whole(&mut found, &split, text, &host, loopback);
    if !loopback {
        inner(&mut found, &split, &host, given);
    }
    let spellings = spellings(&split, text, given);
    Some(Anatomy {
        port: split.port.parse().ok(),
        before_host: split.scheme.len() + split.user.len() + usize::from(!split.user.is_empty()),
        host,
        host_text,
        loopback,
        parts: found.0,
        spellings,
    })
}

fn opaque(value: &[u8]) -> Anatomy {
    let text = Zeroizing::new(value.to_vec());
    Anatomy {
        host: Host::None,
        host_text: Zeroizing::new(String::new()),
        port: None,
        loopback: false,
        parts: vec![Part {
            name: "url",
            text: text.clone(),
            strength: Strength::Strong,
            bound: Bound::Free,
        }],
        spellings: vec![text],
        before_host: 0,
    }
}

fn classify(host: &str) -> Host {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => return Host::V4(ip),
        Ok(IpAddr::V6(ip)) => return ip.to_ipv4_mapped().map_or(Host::V6(ip), Host::V4),
        Err(_) => {}
    }
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if host.split('.').all(label) { Host::Name } else { Host::None }
}

fn is_loopback(host: &Host, text: &str) -> bool {
    match host {
        Host::V4(ip) => ip.is_loopback() || ip.is_unspecified(),
        Host::V6(ip) => ip.is_loopback() || ip.is_unspecified(),
        Host::Name => text == "localhost" || text.ends_with(".localhost"),
        Host::None => false,
    }
}

#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn add(&mut self, name: &'static str, text: &str, strength: Strength, bound: Bound) {
        let text = Zeroizing::new(text.as_bytes().to_vec());
        if text.len() >= 3 && self.0.iter().all(|part| !part.text.eq_ignore_ascii_case(&text)) {
            self.0.push(Part { name, text, strength, bound });
        }
    }
}

/// The value as given, its shorter spellings, and `host:port`.
fn whole(found: &mut Parts, split: &Split<'_>, text: &str, host: &Host, loopback: bool) {
    let strength = if loopback { Strength::Loopback } else { Strength::Strong };
    let (as_name, as_port) = match host {
        Host::V4(_) => (Bound::Address, Bound::AddressPort),
        Host::V6(_) => (Bound::V6, Bound::Port),
        Host::Name | Host::None => (Bound::Name, Bound::NamePort),
    };
    let authority = Zeroizing::new(authority(split));
    let end = if split.port.is_empty() { as_name } else { as_port };
    if split.scheme.is_empty() {
        if !split.path.is_empty() {
            found.add("url", text.trim_end_matches('/'), strength, end);
        }
    } else {
        // Behind a bracket, and behind a port, only a number can go on.
        let after = if split.port.is_empty() && !split.bracketed { as_name } else { Bound::Port };
        found.add("url", text, strength, Bound::Free);
        found.add("url", text.trim_end_matches('/'), strength, after);
        let at = if split.user.is_empty() { "" } else { "@" };
        let origin = Zeroizing::new(format!("{}{}{at}{}", split.scheme, split.user, *authority));
        found.add("url", &origin, strength, after);
        let bare = Zeroizing::new(format!("{}{}", split.scheme, *authority));
        found.add("url", &bare, strength, after);
    }
    if !split.port.is_empty() {
        found.add("host-port", &authority, strength, as_port);
    }
    if let Host::V6(_) = host
        && let Some(port) = low_port(split)
    {
        // Programs print the two without brackets; it reads as an address of its own.
        let bare = Zeroizing::new(format!("{}:{port}", split.host));
        found.add("host-port", &bare, strength, Bound::V6);
    }
    if !split.path.trim_matches('/').is_empty() && !split.scheme.is_empty() {
        let path = Zeroizing::new(format!("{}{}", *authority, split.path.trim_end_matches('/')));
        found.add("url", &path, strength, end);
    }
    found.0.sort_by_key(|part| std::cmp::Reverse(part.text.len()));
}

/// The port, or the scheme's own, where it is so low that a group of an address may well be the same digits: a higher
/// one tells itself behind an address.
fn low_port<'t>(split: &Split<'t>) -> Option<&'t str> {
    let port = match (split.port, split.scheme.to_ascii_lowercase().as_str()) {
        ("", "http://" | "ws://") => "80",
        ("", "https://" | "wss://") => "443",
        (port, _) => port,
    };
    port.parse::<u16>().is_ok_and(|port| port < 1000).then_some(port)
}

fn authority(split: &Split<'_>) -> String {
    let host = split.host.trim_end_matches('.');
    let host = if split.bracketed || (host.contains(':') && !split.port.is_empty()) {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    if split.port.is_empty() { host } else { format!("{host}:{}", split.port) }
}

/// The host as it is given, what it is made of, and what else is secret.
fn inner(found: &mut Parts, split: &Split<'_>, host: &Host, given: &str) {
    match host {
        Host::V4(ip) => found.add("ip", &Zeroizing::new(ip.to_string()), Strength::Strong, Bound::Address),
        Host::V6(_) => found.add("ip", given, Strength::Strong, Bound::V6),
        Host::Name => names(found, split, given),
        Host::None => {}
    }
    for (name, text, bound) in credentials::all(split) {
        found.add(name, &text, Strength::Strong, bound);
    }
    let path = split.path.trim_end_matches('/');
    if !split.port.is_empty() && !path.is_empty() {
        let text = Zeroizing::new(format!(":{}{path}", split.port));
        found.add("port-path", &text, Strength::Weak, Bound::Word);
    }
}

fn names(found: &mut Parts, split: &Split<'_>, host: &str) {
    let labels: Vec<&str> = host.split('.').collect();
    let short = labels.first().copied().unwrap_or_default();
    if labels.len() > 1 {
        found.add("host", host, Strength::Strong, Bound::Name);
    } else if split.scheme.is_empty() && split.port.is_empty() {
        // The value is nothing but this label: then it is the secret.
        found.add("host", host, Strength::Strong, Bound::Word);
    }
    if labels.iter().any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))) {
        let (shown, _) = idna::domain_to_unicode(host);
        for text in cased(&Zeroizing::new(shown)) {
            found.add("host", &text, Strength::Strong, Bound::Name);
        }
    }
    if let [.., tailnet, ts, net] = labels.as_slice()
        && labels.len() > 2
        && (ts.eq_ignore_ascii_case("ts") && net.eq_ignore_ascii_case("net"))
        && tailnet.len() >= 5
    {
        found.add("tailnet", tailnet, Strength::Strong, Bound::Word);
    }
    if !split.port.is_empty() {
        let text = Zeroizing::new(format!("{short}:{}", split.port));
        found.add("short-port", &text, Strength::Strong, Bound::WordPort);
    }
    found.add("short", short, Strength::Weak, Bound::Word);
}

/// A name beyond ASCII as it may be written: needles ignore the case of ASCII letters alone.
fn cased(name: &str) -> [Zeroizing<String>; 3] {
    let mut titled = Zeroizing::new(String::with_capacity(name.len()));
    for label in name.split_inclusive('.') {
        let mut letters = label.chars();
        titled.extend(letters.by_ref().take(1).flat_map(char::to_uppercase));
        titled.push_str(letters.as_str());
    }
    [Zeroizing::new(name.to_owned()), Zeroizing::new(name.to_uppercase()), titled]
}

/// What people hash: the value, and what they cut it down to first.
fn spellings(split: &Split<'_>, text: &str, given: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let authority = Zeroizing::new(authority(split));
    let origin = Zeroizing::new(format!("{}{}", split.scheme, *authority));
    let bare = text.trim_end_matches('/');
    let mut all: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    let mut add = |spelling: String| {
        let spelling = Zeroizing::new(spelling.into_bytes());
        if spelling.len() > 3 && !all.contains(&spelling) {
            all.push(spelling);
        }
    };
    for spelling in [text, bare, origin.as_str(), authority.as_str(), given] {
        for spelling in [spelling.to_owned(), spelling.to_ascii_lowercase()] {
            add(format!("{spelling}\n"));
            add(spelling);
        }
    }
    add(format!("{bare}/"));
    add(format!("{}/", *origin));
    add(format!("{}{}", *authority, split.path.trim_end_matches('/')));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(value: &str) -> Vec<(&'static str, String, Strength)> {
        let anatomy = take_apart(value.as_bytes()).expect("something to search for");
        anatomy
            .parts
            .iter()
            .map(|part| (part.name, String::from_utf8_lossy(&part.text).into_owned(), part.strength))
            .collect()
    }

    #[test]
    fn an_address_url_has_four_spellings_and_its_address() {
        use Strength::{Strong, Weak};
        assert_eq!(
            table("http://100.101.102.103:8000/v1/"),
            [
                ("url", "http://100.101.102.103:8000/v1/".into(), Strong),
                ("url", "http://100.101.102.103:8000/v1".into(), Strong),
                ("url", "http://100.101.102.103:8000".into(), Strong),
                ("url", "100.101.102.103:8000/v1".into(), Strong),
                ("host-port", "100.101.102.103:8000".into(), Strong),
                ("ip", "100.101.102.103".into(), Strong),
                ("port-path", ":8000/v1".into(), Weak),
            ]
        );
    }

    #[test]
    fn a_tailnet_name_has_its_labels() {
        let parts = table("http://spark9.tail4f2a.ts.net:8000/v1");
        for want in [
            ("host", "spark9.tail4f2a.ts.net", Strength::Strong),
            ("tailnet", "tail4f2a", Strength::Strong),
            ("short-port", "spark9:8000", Strength::Strong),
            ("short", "spark9", Strength::Weak),
        ] {
            assert!(parts.contains(&(want.0, want.1.to_owned(), want.2)), "{want:?} in {parts:?}");
        }
    }

    #[test]
    fn loopback_keeps_its_url_and_host_port_only() {
        let parts = table("http://127.0.0.1:8000/v1");
        assert!(parts.iter().all(|part| part.2 == Strength::Loopback));
        assert!(parts.iter().any(|part| part.1 == "127.0.0.1:8000"));
        assert!(!parts.iter().any(|part| part.1 == "127.0.0.1"));
        assert!(take_apart(b"localhost").is_none());
        assert!(take_apart(b"http://").is_none());
        assert_eq!(table("localhost:8000").len(), 1);
    }

    #[test]
    fn odd_values_are_still_values() {
        assert_eq!(table("not a url at all"), [("url", "not a url at all".into(), Strength::Strong)]);
        assert!(table("100.101.102.103").contains(&("ip", "100.101.102.103".into(), Strength::Strong)));
        assert!(table("spark9.corp.example:8000").iter().any(|part| part.0 == "host"));
        assert!(
            table("https://[fd7a:115c:a1e0::53]:8443/v1").iter().any(|part| part.1 == "fd7a:115c:a1e0::53")
        );
        assert!(table("http://me:hunter2pass@h.example/v1").iter().any(|part| part.1 == "hunter2pass"));
        assert_eq!(table("lonelyhost"), [("host", "lonelyhost".into(), Strength::Strong)]);
        let _ = take_apart(&[0xff, 0xfe, 0, 1, 2, 3]).expect("bytes are a value too");
    }
}
