//! What is searched for: each part of a value in each form that is a fixed string.
//!
//! Forms that are no fixed strings (escapes, joined lines, archives …) are `search`'s views and
//! decoders; they end in these needles again.

use std::net::Ipv6Addr;

use zeroize::Zeroizing;

use super::address;
use super::anatomy::{Anatomy, Bound, Host, Part, Strength};
use super::encode::{self, Secret};
use super::signs;

mod slugs;

/// What a matched needle still has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The needle is the find.
    Whole,
    /// The needle begins a value that may have been cut short: the rest is compared.
    Truncated,
    /// The needle stands in every spelling of this IPv6 address: the text around it is read.
    Address(Ipv6Addr),
    /// A label of the host, as ASCII (0) or as it is shown: its neighbours may follow after up to six other characters.
    Label { host: usize, index: usize },
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
    /// Of an encoded one: what it says in lower case, and what may stand beside that.
    pub says: Option<(Secret, Bound)>,
    /// Which value it belongs to.
    pub value: usize,
}

/// The shortest text of which the encoded digits are no others' by chance.
const ENCODED: usize = 6;

/// All needles of these values. Signs speak of no value: what several have in common is there once.
pub fn expand(anatomies: &[Anatomy]) -> Vec<Needle> {
    let (mut all, mut signs): (Vec<Needle>, Vec<Needle>) = (anatomies.iter().enumerate())
        .flat_map(|(value, anatomy)| of_one(anatomy, value))
        .partition(|needle| !signs::is_sign(needle.form));
    signs.sort_by(|a, b| a.bytes.as_slice().cmp(b.bytes.as_slice()));
    signs.dedup_by(|a, b| a.bytes == b.bytes);
    all.append(&mut signs);
    all
}

fn of_one(anatomy: &Anatomy, value: usize) -> Vec<Needle> {
    let mut all = Needles { all: Vec::new(), value };
    for part in &anatomy.parts {
        all.plain(part);
        if part.strength == Strength::Strong {
            all.encoded(part, &part.text);
            let folded = Zeroizing::new(part.text.to_ascii_lowercase());
            if folded != part.text {
                all.encoded(part, &folded);
            }
            if part.name == "user" {
                all.cut(part);
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

fn named(name: &'static str) -> Part {
    Part { name, text: Secret::default(), strength: Strength::Strong, bound: Bound::Free }
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
            let value = self.value;
            self.all.push(Needle { bytes, form, part, strength, bound, exact, role, says: None, value });
        }
    }

    fn plain(&mut self, part: &Part) {
        self.add(part.text.clone(), "plain", part, part.bound);
    }

    fn encoded(&mut self, part: &Part, text: &Secret) {
        let first = self.all.len();
        self.digits(part, text);
        let says = Zeroizing::new(text.to_ascii_lowercase());
        for needle in self.all.iter_mut().skip(first) {
            needle.says = Some((says.clone(), part.bound));
        }
        // A bare address read backwards is another address.
        if part.name != "ip" && text.len() >= 8 {
            let bound = if part.bound == Bound::Free { Bound::Free } else { Bound::Word };
            self.add(encode::reversed(text), "reversed", part, bound);
        }
    }

    fn digits(&mut self, part: &Part, text: &Secret) {
        let strong = (part.name, Strength::Strong);
        self.add(encode::utf16_le(text), "utf16", part, Bound::Free);
        self.add(encode::utf16_be(text), "utf16", part, Bound::Free);
        if text.len() < ENCODED {
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
    }

    fn host(&mut self, anatomy: &Anatomy) {
        let host = anatomy.host_text.as_str();
        let spellings = match anatomy.host {
            Host::V4(ip) => {
                self.anchor(ip.to_ipv6_mapped());
                let labels: Vec<String> = ip.octets().iter().map(ToString::to_string).collect();
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                self.slugs(&labels, "ip", 0);
                address::v4(ip, anatomy.port)
            }
            Host::V6(ip) => {
                self.anchor(ip);
                for labels in address::v6_labels(ip) {
                    self.groups(&labels);
                }
                let raw = Zeroizing::new(ip.octets().to_vec());
                self.push(raw, "ip-form", ("ip", Strength::Strong), Bound::Free, true, Role::Whole);
                address::v6(ip)
            }
            Host::Name => {
                let labels: Vec<&str> = host.split('.').collect();
                if labels.len() > 1 {
                    self.slugs(&labels, "host", 0);
                    self.add(encode::dns_wire(host.as_bytes()), "dns-wire", &named("host"), Bound::Free);
                }
                // What a name beyond ASCII is shown as goes into the names of files too.
                for (number, shown) in anatomy.shown_hosts().enumerate() {
                    self.slugs(&shown.split('.').collect::<Vec<_>>(), "host", number + 1);
                }
                if labels.len() > 3 && host.ends_with(".ts.net") {
                    self.slugs(&labels[..2], "host", 0);
                    self.slugs(&labels[1..], "tailnet", 0);
                }
                self.words(&labels);
                Vec::new()
            }
            Host::None => Vec::new(),
        };
        for (text, bound) in spellings {
            self.add(Zeroizing::new(text.into_bytes()), "ip-form", &named("ip"), bound);
        }
        self.dotted_port(anatomy);
    }

    /// An address with its port behind a dot, as tcpdump and the netstat of the BSDs print them.
    fn dotted_port(&mut self, anatomy: &Anatomy) {
        let Some(port) = anatomy.port else { return };
        let (ip, bound) = match anatomy.host {
            Host::V4(ip) => (ip.to_string(), Bound::Address),
            Host::V6(ip) => (ip.to_string(), Bound::WordPort),
            Host::Name | Host::None => return,
        };
        let text = Zeroizing::new(format!("{ip}.{port}").into_bytes());
        self.add(text, "split-fields", &named("host-port"), bound);
    }

    fn anchor(&mut self, ip: Ipv6Addr) {
        let anchor = Zeroizing::new(address::v6_anchor(ip).into_bytes());
        let strong = ("ip", Strength::Strong);
        self.push(anchor, "ip-form", strong, Bound::Free, false, Role::Address(ip));
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

    /// Signs that bytes of the host are written as numbers nearby: no finds, but places to decode.
    fn dumps(&mut self, anatomy: &Anatomy) {
        let strong = ("ip", Strength::Strong);
        let mut add = |text: &[u8], form, exact| {
            let text = Zeroizing::new(text.to_vec());
            self.push(text, form, strong, Bound::Free, exact, Role::Whole);
        };
        for (text, form) in signs::ALL {
            add(text.as_bytes(), form, false);
        }
        for (magic, form) in signs::MAGICS {
            add(magic, form, true);
        }
        for piece in signs::pieces(&anatomy.host_text) {
            add(&piece, "token", false);
        }
        let mut windows = signs::numbers(anatomy.host_text.as_bytes());
        if anatomy.host == Host::Name {
            // The numbers of other letters are others.
            let capitals = Zeroizing::new(anatomy.host_text.to_ascii_uppercase());
            windows.extend(signs::numbers(capitals.as_bytes()));
            // A label alone is no find, encoded or not.
            if anatomy.parts.iter().any(|part| part.name == "host") && capitals.len() >= ENCODED {
                let host = named("host");
                self.add(encode::hex(capitals.as_bytes()), "hex", &host, Bound::Free);
                for encoded in encode::base32(capitals.as_bytes()) {
                    self.add(encoded, "base32", &host, Bound::Free);
                }
            }
        }
        for (text, form) in windows {
            self.push(text, form, strong, Bound::Free, false, Role::Whole);
        }
    }

    fn digests(&mut self, anatomy: &Anatomy) {
        let secrets = anatomy.parts.iter().filter(|part| part.name == "user").map(|part| &part.text);
        for spelling in anatomy.spellings.iter().chain(secrets) {
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
        let needles = of_one(&anatomy, 0);
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
