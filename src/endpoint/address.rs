//! The spellings of an IP address that programs accept, print and store.

use crate::text::hex;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::anatomy::Bound;

/// A spelling, and what may stand beside it.
pub type Spelling = (String, Bound);

/// Every spelling of an IPv4 address but the plain one. `port` is the value's.
pub fn v4(ip: Ipv4Addr, port: Option<u16>) -> Vec<Spelling> {
    let [a, b, c, d] = ip.octets();
    let number = u32::from(ip);
    let little = number.swap_bytes();
    let mut all = vec![
        (format!("{number}"), Bound::Digits),
        (format!("{number:08x}"), Bound::Hex),
        (format!("0x{number:x}"), Bound::Hex),
        (format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"), Bound::Address),
        (format!("0x{a:02x}.0x{b:02x}.0x{c:02x}.0x{d:02x}"), Bound::Address),
        (format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"), Bound::Address),
        (format!("{a:04o}.{b:04o}.{c:04o}.{d:04o}"), Bound::Address),
        (format!("0{number:o}"), Bound::Digits),
        (format!("{a:03}.{b:03}.{c:03}.{d:03}"), Bound::Address),
        (format!("{d}.{c}.{b}.{a}.in-addr.arpa"), Bound::Address),
        // /proc/net/tcp, tcp6: the bytes in memory order, before the port.
        (format!("{little:08x}"), Bound::Hex),
        (format!("ffff0000{little:08x}"), Bound::Free),
    ];
    // With zeros in the middle they are numbers as any version and measure is (`10.4`, `10.0.19041`): those are an
    // address where they stand as one.
    for (text, common) in [
        (format!("{a}.{}", number & 0x00ff_ffff), b == 0),
        (format!("{a}.{b}.{}", number & 0xffff), b == 0 || c == 0),
    ] {
        if common {
            all.extend(["//", "@"].map(|before| (format!("{before}{text}"), Bound::Address)));
            all.extend(port.map(|port| (format!("{text}:{port}"), Bound::AddressPort)));
        } else {
            all.push((text, Bound::Address));
        }
    }
    let plain = ip.to_string();
    let mut seen = Vec::new();
    all.retain(|(text, _)| *text != plain && !seen.contains(text) && (seen.push(text.clone()), true).1);
    all
}

/// Spellings of an IPv6 address that are fixed strings; the others are found by [`v6_anchor`].
pub fn v6(ip: Ipv6Addr) -> Vec<Spelling> {
    let octets = ip.octets();
    let whole = hex(&octets);
    let nibbles: Vec<String> = whole.chars().rev().map(String::from).collect();
    let words: Vec<u8> = octets.chunks(4).flat_map(|word| word.iter().rev().copied()).collect();
    vec![
        (whole, Bound::Hex),
        (format!("{}.ip6.arpa", nibbles.join(".")), Bound::Address),
        (hex(&words), Bound::Hex),
        (u128::from(ip).to_string(), Bound::Digits),
    ]
}

/// The labels of an IPv6 address, as they are written short, in full, and filled up with zeros.
pub fn v6_labels(ip: Ipv6Addr) -> [Vec<String>; 3] {
    let of = |text: String| text.split(':').map(str::to_owned).collect();
    let segments = ip.segments();
    [
        of(ip.to_string()),
        segments.map(|segment| format!("{segment:x}")).into(),
        segments.map(|segment| format!("{segment:04x}")).into(),
    ]
}

/// A piece of text that every colon spelling of the address holds: around it the whole is read as an
/// address and compared.
pub fn v6_anchor(ip: Ipv6Addr) -> String {
    if let Some(v4) = ip.to_ipv4_mapped() {
        let [a, b, ..] = v4.octets();
        return format!("{:x}:", u16::from_be_bytes([a, b]));
    }
    let groups = ip.segments().map(|s| format!("{s:x}"));
    let longest = groups.iter().map(String::len).max().unwrap_or_default();
    let group = groups.iter().rev().find(|group| group.len() == longest).cloned().unwrap_or_default();
    if group.len() >= 3 { group } else { format!("{}:", groups[0]) }
}

/// Reads the longest address around `at` that `text` holds, and compares it: its range where it is
/// `ip` in any spelling.
pub fn v6_around(text: &[u8], at: usize, ip: Ipv6Addr) -> Option<std::ops::Range<usize>> {
    let part = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
    let start = at - text.get(..at)?.iter().rev().take(64).take_while(|b| part(b)).count();
    let len = text.get(start..)?.iter().take(128).take_while(|b| part(b)).count();
    let run = std::str::from_utf8(text.get(start..start + len)?).ok()?;
    let trimmed = run.trim_end_matches(['.']);
    // A port may follow without brackets, a word may come before: `tcp:fd7a::1`, `fd7a::1:8000` is its own address.
    let candidates = [trimmed, trimmed.strip_suffix(':').unwrap_or(trimmed)];
    for candidate in candidates {
        if matches(candidate, ip) {
            return Some(start..start + candidate.len());
        }
        // With all its groups written out, what stands behind it can only be a port.
        if let Some((address, port)) = candidate.rsplit_once(':')
            && port.parse::<u16>().is_ok()
            && candidate.parse::<Ipv6Addr>().is_err()
            && matches(address, ip)
        {
            return Some(start..start + address.len());
        }
        if let Some(rest) = candidate.strip_prefix(':').filter(|rest| !rest.starts_with(':'))
            && matches(rest, ip)
        {
            return Some(start + 1..start + candidate.len());
        }
    }
    None
}

fn matches(text: &str, ip: Ipv6Addr) -> bool {
    let Ok(found) = text.parse::<Ipv6Addr>() else { return false };
    found == ip || (found.to_ipv4_mapped().is_some() && found.to_ipv4_mapped() == ip.to_ipv4_mapped())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v4_spellings_are_the_known_ones() {
        let all: Vec<_> = v4(Ipv4Addr::new(100, 101, 102, 103), None).into_iter().map(|s| s.0).collect();
        for want in [
            "1684366951",
            "64656667",
            "0x64.0x65.0x66.0x67",
            "0144.0145.0146.0147",
            "014431263147",
            "100.6645351",
            "103.102.101.100.in-addr.arpa",
            "67666564",
        ] {
            assert!(all.iter().any(|text| text == want), "{want} in {all:?}");
        }
        assert!(!all.iter().any(|text| text == "100.101.102.103"));
    }

    #[test]
    fn any_colon_spelling_is_read() {
        let ip: Ipv6Addr = "fd7a:115c:a1e0::53".parse().expect("an address");
        for text in [
            "[fd7a:115c:a1e0::53]:80",
            "FD7A:115C:A1E0:0:0:0:0:53",
            "FD7A:115C:A1E0:0:0:0:0:53:80",
            "x fd7a:115c:a1e0:0000::0.0.0.83.",
        ] {
            let at = text.to_ascii_lowercase().find(&v6_anchor(ip)).expect("anchor");
            assert!(v6_around(text.as_bytes(), at, ip).is_some(), "{text}");
        }
        assert_eq!(v6_around(b"fd7a:115c:a1e0::54", 10, ip), None);
        let mapped = Ipv4Addr::new(100, 101, 102, 103).to_ipv6_mapped();
        let text = "::ffff:6465:6667";
        let at = text.find(&v6_anchor(mapped)).expect("anchor");
        assert_eq!(v6_around(text.as_bytes(), at, mapped), Some(0..text.len()));
    }
}
