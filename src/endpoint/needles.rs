//! What is searched for: each part of a value in each form that is a fixed string.
//!
//! Forms that are no fixed strings (escapes, joined lines, archives …) are `search`'s views and
//! decoders; they end in these needles again.

use std::net::Ipv6Addr;

use zeroize::Zeroizing;

use super::address;
use super::encode::{self, Secret};
use super::parts::{Anatomy, Bound, Host, Part, Strength};

/// What a matched needle still has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The needle is the find.
    Whole,
    /// The needle begins a value that may have been cut short: the rest is compared.
    Truncated,
    /// The needle stands in every spelling of this IPv6 address: the text around it is read.
    Address(Ipv6Addr),
    /// A label of the host: its neighbours may follow after up to six other characters.
    Label { index: usize },
}

pub struct Needle {
    /// In lower case, but for exact needles.
    pub bytes: Secret,
    pub form: &'static str,
    pub part: &'static str,
    pub strength: Strength,
    pub bound: Bound,
    /// Letter case counts.
    pub exact: bool,
    pub role: Role,
    /// Which value it belongs to.
    pub value: usize,
}

/// What stands between labels when a dot must not.
const SEPARATORS: &[&str] = &[
    "-", "_", "--", "__", "[.]", "(.)", "{.}", "<.>", " . ", ". ", " .", "[dot]", "(dot)", "{dot}",
    " dot ", "-dot-", "_dot_", " [.] ", " (.) ", " [dot] ", " (dot) ", "%2e", "\\.", "\\\\.", "\\\\\\.",
    "/", "\\", "::", "..", "&#46;", "&#x2e;", "&period;", "\\u002e", "\\x2e", "=2e", "~", "^", "|", "+",
    "%252e", "。", "｡", "．",
];

/// Separators that also stand between unrelated numbers: only where the labels are long enough.
const LOOSE_SEPARATORS: &[&str] = &[
    " ", ", ", ",", ";", ":", "\t", "\", \"", "\",\"", "', '", "','", "\n", "\0", " | ", " / ", " - ", "*",
    "#", "@", "=", "' '", "\" \"", "",
];

/// How containers begin, also in the midst of other bytes.
const MAGICS: [(&[u8], &str); 5] = [
    (b"\x1f\x8b\x08", "inside"),
    (b"\x28\xb5\x2f\xfd", "inside"),
    (b"\xfd7zXZ\0", "inside"),
    (b"PK\x03\x04", "inside"),
    // Behind the four bytes that say which of nine levels it is.
    (b"1AY&SY", "inside-bzip2"),
];

/// Whether needles of this form are no finds, but signs of something to decode or to join.
#[must_use]
pub fn is_sign(form: &str) -> bool {
    matches!(form, "dump" | "array" | "token" | "inside" | "inside-bzip2")
}

/// All needles of one value.
pub fn expand(anatomy: &Anatomy, value: usize) -> Vec<Needle> {
    let mut all = Needles { all: Vec::new(), value };
    for part in &anatomy.parts {
        all.plain(part);
        if part.strength == Strength::Strong {
            all.encoded(part, &part.text);
            let folded = Zeroizing::new(part.text.to_ascii_lowercase());
            if folded != part.text {
                all.encoded(part, &folded);
            }
        }
    }
    if !anatomy.loopback {
        all.host(anatomy);
        all.truncated(anatomy);
        all.dumps(anatomy);
        all.digests(anatomy);
    }
    all.all
}

struct Needles {
    all: Vec<Needle>,
    value: usize,
}

impl Needles {
    fn add(&mut self, bytes: Secret, form: &'static str, part: &Part, bound: Bound) {
        self.push(bytes, form, (part.name, part.strength), bound, false, Role::Whole);
    }

    fn push(
        &mut self,
        mut bytes: Secret,
        form: &'static str,
        (part, strength): (&'static str, Strength),
        bound: Bound,
        exact: bool,
        role: Role,
    ) {
        if !exact {
            bytes.make_ascii_lowercase();
        }
        let known = |n: &Needle| n.bytes == bytes && n.role == role && n.exact == exact;
        if bytes.len() >= 3 && !self.all.iter().any(known) {
            self.all.push(Needle { bytes, form, part, strength, bound, exact, role, value: self.value });
        }
    }

    fn plain(&mut self, part: &Part) {
        self.add(part.text.clone(), "plain", part, part.bound);
    }

    fn encoded(&mut self, part: &Part, text: &Secret) {
        let strong = (part.name, Strength::Strong);
        self.add(encode::utf16_le(text), "utf16", part, Bound::Free);
        self.add(encode::utf16_be(text), "utf16", part, Bound::Free);
        if text.len() < 6 {
            return;
        }
        self.add(encode::hex(text), "hex", part, Bound::Free);
        self.add(encode::hex(&encode::utf16_le(text)), "hex", part, Bound::Free);
        for wide in [text.clone(), encode::utf16_le(text)] {
            for encoded in encode::base64(&wide) {
                self.push(encoded, "base64", strong, Bound::Free, true, Role::Whole);
            }
        }
        for encoded in encode::base32(text) {
            self.add(encoded, "base32", part, Bound::Free);
        }
        // A bare address read backwards is another address.
        if part.name != "ip" && text.len() >= 8 {
            let bound = if part.bound == Bound::Free { Bound::Free } else { Bound::Word };
            self.add(encode::reversed(text), "reversed", part, bound);
        }
    }

    fn host(&mut self, anatomy: &Anatomy) {
        let named =
            |name| Part { name, text: Secret::default(), strength: Strength::Strong, bound: Bound::Free };
        let host = anatomy.host_text.as_str();
        let spellings = match anatomy.host {
            Host::V4(ip) => {
                self.anchor(ip.to_ipv6_mapped());
                let labels: Vec<String> = ip.octets().iter().map(ToString::to_string).collect();
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                self.slugs(&labels, "ip");
                address::v4(ip)
            }
            Host::V6(ip) => {
                self.anchor(ip);
                address::v6(ip)
            }
            Host::Name => {
                let labels: Vec<&str> = host.split('.').collect();
                if labels.len() > 1 {
                    self.slugs(&labels, "host");
                    self.add(encode::dns_wire(host.as_bytes()), "dns-wire", &named("host"), Bound::Free);
                }
                if labels.len() > 3 && host.ends_with(".ts.net") {
                    self.slugs(&labels[..2], "host");
                    self.slugs(&labels[1..], "tailnet");
                }
                Vec::new()
            }
            Host::None => Vec::new(),
        };
        for (text, bound) in spellings {
            self.add(Zeroizing::new(text.into_bytes()), "ip-form", &named("ip"), bound);
        }
    }

    fn anchor(&mut self, ip: Ipv6Addr) {
        let anchor = Zeroizing::new(address::v6_anchor(ip).into_bytes());
        let strong = ("ip", Strength::Strong);
        self.push(anchor, "ip-form", strong, Bound::Free, false, Role::Address(ip));
    }

    /// Labels joined by something else than a dot.
    fn slugs(&mut self, labels: &[&str], name: &'static str) {
        let letters: usize = labels.iter().map(|label| label.len()).sum();
        let loose: &[&str] = if letters >= 8 { LOOSE_SEPARATORS } else { &[] };
        for separator in SEPARATORS.iter().chain(loose) {
            if separator.is_empty() && letters < 10 {
                continue;
            }
            let text = Zeroizing::new(labels.join(separator).into_bytes());
            let bound = if name == "ip" { Bound::Address } else { Bound::Name };
            self.push(text, "slug", (name, Strength::Strong), bound, false, Role::Whole);
        }
        let longest = labels.iter().enumerate().rev().max_by_key(|(_, label)| label.len());
        if let Some((index, label)) = longest
            && label.len() >= 3
            && letters >= 8
            && matches!(name, "ip" | "host")
        {
            let anchor = Zeroizing::new(label.as_bytes().to_vec());
            let strong = (name, Strength::Strong);
            self.push(anchor, "slug", strong, Bound::Free, false, Role::Label { index });
        }
    }

    /// A prefix of at least 16 characters that holds the host's first half.
    fn truncated(&mut self, anatomy: &Anatomy) {
        let half = anatomy.host_text.len().div_ceil(2);
        let Some(first) = anatomy.parts.first() else { return };
        let mut add = |text: &[u8], before: usize| {
            let len = (before + half).max(16);
            if half > 0 && text.len() > len {
                let prefix = Zeroizing::new(text.get(..len).unwrap_or_default().to_vec());
                self.push(
                    prefix,
                    "truncated",
                    (first.name, Strength::Strong),
                    Bound::Free,
                    false,
                    Role::Truncated,
                );
            }
        };
        add(&first.text, anatomy.before_host);
        add(anatomy.host_text.as_bytes(), 0);
    }

    /// Signs that bytes of the host are written as numbers nearby: no finds, but places to decode. Eight
    /// bytes of a host are always together in a dump's line, and hold one of these windows of five.
    fn dumps(&mut self, anatomy: &Anatomy) {
        let strong = ("ip", Strength::Strong);
        let first = self.value == 0;
        let mut add = |text: String, form| {
            let text = Zeroizing::new(text.into_bytes());
            self.push(text, form, strong, Bound::Free, false, Role::Whole);
        };
        if first {
            for sign in ["00000000: ", "00000000  "] {
                add(sign.to_owned(), "dump");
            }
            // `://`, `\u00`, `\/\/`, `%3A`, `%2E` and `&#` as arrays of numbers.
            for sign in [
                "58, 47, 47",
                "58,47,47",
                "92, 117, 48",
                "92, 47, 92",
                "37, 51, 65",
                "37, 50, 69",
                "38, 35, ",
            ] {
                add(sign.to_owned(), "array");
            }
            // A dot or a slash alone, as streams of single characters have them, and strings put together, also in
            // the string of a record.
            // An escape sequence in quoted-printable leaves no piece of three.
            for sign in [
                "\".\"",
                "'.'",
                "\n.\n",
                "\"/\"",
                "\" + \"",
                "\\\" + \\\"",
                "\\\\\\\" + \\\\\\\"",
                "' + '",
                "=1b[",
            ] {
                add(sign.to_owned(), "token");
            }
        }
        if first {
            for (magic, form) in MAGICS {
                let magic = Zeroizing::new(magic.to_vec());
                self.push(magic, form, strong, Bound::Free, true, Role::Whole);
            }
        }
        let mut add = |text: String, form| {
            let text = Zeroizing::new(text.into_bytes());
            self.push(text, form, strong, Bound::Free, false, Role::Whole);
        };
        let host = anatomy.host_text.as_bytes();
        let starts = (0..host.len()).step_by(4).chain([host.len().saturating_sub(5)]);
        for window in starts.filter_map(|at| host.get(at..at + 5)) {
            let hex: Vec<String> = window.iter().map(|b| format!("{b:02x}")).collect();
            let decimal: Vec<String> = window.iter().map(ToString::to_string).collect();
            add(hex.join(" "), "dump");
            add(format!("{} {} {}", hex[..2].concat(), hex[2..4].concat(), hex[4]), "dump");
            add(format!("{} {} {}", hex[0], hex[1..3].concat(), hex[3..].concat()), "dump");
            // Words with the lower byte last; one character a cell; octal.
            add(format!("{1}{0} {3}{2}", hex[0], hex[1], hex[2], hex[3]), "dump");
            add(format!("{1}{0} {3}{2}", hex[1], hex[2], hex[3], hex[4]), "dump");
            let cells: Vec<String> = window.iter().map(|b| char::from(*b).to_string()).collect();
            add(cells[..4].join("   "), "dump");
            let octal: Vec<String> = window.iter().map(|b| format!("{b:03o}")).collect();
            add(octal.join(" "), "array");
            for separator in [" ", ",", ", "] {
                add(decimal.join(separator), "array");
                add(format!("0x{}", hex.join(&format!("{separator}0x"))), "array");
            }
            add(hex.join(":"), "array");
            add(hex.join(", "), "array");
            add(hex.join(","), "array");
            add(hex.join("-"), "array");
        }
    }

    fn digests(&mut self, anatomy: &Anatomy) {
        for spelling in &anatomy.spellings {
            for digest in encode::digests(spelling) {
                let strong = ("digest", Strength::Strong);
                self.push(digest, "digest", strong, Bound::Free, false, Role::Whole);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::take_apart;
    use super::*;

    #[test]
    fn each_form_has_its_needles() {
        let anatomy = take_apart(b"http://spark9.tail4f2a.ts.net:8000/v1").expect("a value");
        let needles = expand(&anatomy, 0);
        for form in [
            "plain",
            "utf16",
            "hex",
            "base64",
            "base32",
            "reversed",
            "dns-wire",
            "slug",
            "truncated",
            "digest",
        ] {
            assert!(needles.iter().any(|needle| needle.form == form), "{form}");
        }
        assert!(
            needles.iter().any(|n| n.form == "slug" && n.bytes.as_slice() == b"spark9-tail4f2a-ts-net")
        );
        assert!(
            needles.iter().any(|n| n.form == "truncated" && n.bytes.as_slice() == b"http://spark9.tail")
        );
    }
}
