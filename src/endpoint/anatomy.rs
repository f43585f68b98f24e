//! What a value is made of, once it is taken apart.

use std::net::{Ipv4Addr, Ipv6Addr};

use zeroize::Zeroizing;

use super::encode::{self, Secret};

/// How much a part of a value says when it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Evidence only near a strong hit.
    Weak,
    /// Plain loopback: no secret host, a warning.
    Loopback,
    Strong,
}

/// What may stand beside a part without making it another thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// Anything.
    Free,
    /// An address: not inside a longer run of digits and dots.
    Address,
    /// A name, or something that starts with one: not inside a longer label.
    Name,
    /// A short label: a word of its own.
    Word,
    /// A secret that is no word: not inside a longer one, but any mark may stand beside it, a dash too.
    Secret,
    /// A number: not inside a longer run of digits.
    Digits,
    /// A run of hexadecimal digits of its own.
    Hex,
    /// An IPv6 address: not the beginning of a longer one.
    V6,
    /// A port at the end: no digit may follow, and the start is free.
    Port,
    /// Ends like a port and starts like a word.
    WordPort,
    /// Ends like a port and starts like an address.
    AddressPort,
    /// Ends like a port and starts like a name.
    NamePort,
}

/// A part of a value.
#[derive(Clone)]
pub struct Part {
    /// `url`, `host-port`, `host`, `ip`, `tailnet`, `short-port`, `user`, `query`, `short`, `port-path`.
    pub name: &'static str,
    pub text: Zeroizing<Vec<u8>>,
    pub strength: Strength,
    pub bound: Bound,
}

/// The kind of host that a value has.
#[derive(Clone, PartialEq, Eq)]
pub enum Host {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
    /// A name of at least two labels, or a single one.
    Name,
    /// The value has no host that could be told: it is searched for as a string.
    None,
}

/// A value, taken apart.
pub struct Anatomy {
    pub host: Host,
    /// The host as it stands in a URL, without brackets and trailing dot, in lower case; empty where none is.
    pub host_text: Zeroizing<String>,
    pub port: Option<u16>,
    pub loopback: bool,
    /// Strongest first; the texts differ from one another.
    pub parts: Vec<Part>,
    /// The spellings that someone may hash.
    pub spellings: Vec<Zeroizing<Vec<u8>>>,
    /// The length of `scheme://` and user information before the host in the first part.
    pub before_host: usize,
}

impl Anatomy {
    /// Whether the value is nothing but a word, which may be a host's name or anything else: a placeholder, a key.
    #[must_use]
    pub fn is_word(&self) -> bool {
        let place = self.before_host > 0 || self.port.is_some() || self.host_text.contains('.');
        self.host == Host::Name && !place
    }

    /// The host as it is shown where it has letters beyond ASCII, in several cases.
    pub fn shown_hosts(&self) -> impl Iterator<Item = &str> {
        let shown = self.parts.iter().filter(|part| part.name == "host" && !part.text.is_ascii());
        shown.filter_map(|part| std::str::from_utf8(&part.text).ok())
    }

    /// The host as encoders write it in the midst of other bytes: its digits in each way that it may lie.
    pub fn encoded_hosts(&self) -> Vec<Secret> {
        let host = self.host_text.as_bytes();
        let mut all = encode::base64(host);
        all.extend(encode::base32(host));
        all.push(encode::hex(host));
        all
    }
}

impl Drop for Anatomy {
    fn drop(&mut self) {
        self.host = Host::None;
        self.port = None;
    }
}
