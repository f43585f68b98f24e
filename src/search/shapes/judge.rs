//! What stands at a place, and whether it is anybody's secret.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::ShapeKind;
use super::token;
use crate::search::boundary;
use crate::search::view::escape;

/// Tailnets answer for names here: it is the same address in each of them.
const TAILNET_RESOLVER: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 100);

/// Hosts that the profile lets pass.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    names: Vec<String>,
    suffixes: Vec<String>,
    networks: Vec<(IpAddr, u8)>,
}

/// A word of `allow_shapes` that can't be matched against hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`allow_shapes` wants a host, `*.suffix` or a network like 10.0.0.0/8, not `{0}`")]
pub struct NotAllowable(pub String);

impl Allowed {
    /// # Errors
    /// The first word that is none of these.
    pub fn new(words: &[String]) -> Result<Self, NotAllowable> {
        let mut allowed = Self::default();
        for word in words {
            let refused = || NotAllowable(word.clone());
            let folded = word.trim().to_ascii_lowercase();
            if let Some((address, bits)) = folded.split_once('/') {
                let address: IpAddr = address.parse().map_err(|_| refused())?;
                let most = if address.is_ipv4() { 32 } else { 128 };
                let bits: u8 = bits.parse().ok().filter(|&bits| bits <= most).ok_or_else(refused)?;
                allowed.networks.push((address, bits));
            } else if let Ok(address) = folded.parse::<IpAddr>() {
                allowed.networks.push((address, if address.is_ipv4() { 32 } else { 128 }));
            } else if let Some(suffix) = folded.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) {
                allowed.suffixes.push(suffix.to_owned());
            } else if !folded.is_empty()
                && folded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
            {
                allowed.names.push(folded);
            } else {
                return Err(refused());
            }
        }
        Ok(allowed)
    }

    fn name(&self, name: &str) -> bool {
        self.names.iter().any(|allowed| allowed == name)
            || self.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
    }

    fn address(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|&(network, bits)| prefix_of(address, bits) == prefix_of(network, bits))
    }
}

/// An address cut to its first bits, by family.
fn prefix_of(address: IpAddr, bits: u8) -> (bool, u128) {
    let (wide, v6) = match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, false),
        IpAddr::V6(v6) => (v6.to_bits(), true),
    };
    (v6, wide.checked_shr(128 - u32::from(bits)).unwrap_or(0))
}

/// The shape at a place that one of the patterns found: where it begins, where it ends, what it is.
pub(super) fn judge(bytes: &[u8], at: usize, allowed: &Allowed) -> Option<(usize, usize, ShapeKind)> {
    match bytes.get(at)? {
        b'.' => name(bytes, at, allowed),
        b'0'..=b'9' => ipv4(bytes, at, allowed),
        _ => ipv6(bytes, at, allowed),
    }
}

fn ipv4(bytes: &[u8], at: usize, allowed: &Allowed) -> Option<(usize, usize, ShapeKind)> {
    let run = token::name(bytes, at)?;
    // Digits and dots of their own: in a longer name or number it is a part of something else.
    let start = at;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    if !boundary::begins_word(bytes, at) || before == Some(&b'.') {
        return None;
    }
    let length = bytes
        .get(start..run.end)?
        .iter()
        .take_while(|&&byte| byte.is_ascii_digit() || byte == b'.')
        .count();
    let mut end = start + length;
    if bytes.get(end).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    while end > start && bytes.get(end - 1) == Some(&b'.') {
        end -= 1;
    }
    let address: Ipv4Addr = std::str::from_utf8(bytes.get(start..end)?).ok()?.parse().ok()?;
    let network = token::prefix(bytes, end).is_some_and(|bits| is_network(IpAddr::V4(address), bits));
    if network || address == TAILNET_RESOLVER || allowed.address(IpAddr::V4(address)) {
        return None;
    }
    let [first, second, ..] = address.octets();
    if first == 100 && second & 0xC0 == 64 {
        return Some((start, end, ShapeKind::SharedAddress));
    }
    let reached = token::port(bytes, end).is_some() || token::in_url(bytes, start);
    (address.is_private() && reached).then_some((start, end, ShapeKind::PrivateAddress))
}

fn ipv6(bytes: &[u8], at: usize, allowed: &Allowed) -> Option<(usize, usize, ShapeKind)> {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    if !boundary::begins_word(bytes, at) || matches!(before, Some(b':' | b'_')) {
        return None;
    }
    let run = token::ipv6(bytes, at);
    if bytes.get(run.end).is_some_and(|&byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let address: Ipv6Addr = std::str::from_utf8(bytes.get(run.clone())?).ok()?.parse().ok()?;
    let network = token::prefix(bytes, run.end).is_some_and(|bits| is_network(IpAddr::V6(address), bits));
    if network || allowed.address(IpAddr::V6(address)) {
        return None;
    }
    if address.segments().starts_with(&[0xFD7A, 0x115C, 0xA1E0]) {
        return Some((run.start, run.end, ShapeKind::TailnetAddress));
    }
    let bracketed = before == Some(&b'[') && bytes.get(run.end) == Some(&b']');
    let reached =
        bracketed && (token::port(bytes, run.end + 1).is_some() || token::in_url(bytes, run.start));
    (address.is_unique_local() && reached).then_some((run.start, run.end, ShapeKind::UniqueLocalAddress))
}

/// Whether an address with a prefix behind it names a range, and no host in it.
fn is_network(address: IpAddr, bits: u8) -> bool {
    let (v6, _) = prefix_of(address, 0);
    let most = if v6 { 128 } else { 32 };
    let whole = prefix_of(address, 128).1;
    bits < most && whole.checked_shl(u32::from(bits)).unwrap_or(0) == 0
}

fn name(bytes: &[u8], at: usize, allowed: &Allowed) -> Option<(usize, usize, ShapeKind)> {
    let whole = token::name(bytes, at)?;
    let run = boundary::behind_escape(bytes, whole.start..at)..whole.end;
    let name = std::str::from_utf8(bytes.get(run.clone())?).ok()?;
    let folded = name.to_ascii_lowercase();
    let (kind, stem) = if let Some(stem) = folded.strip_suffix(".ts.net") {
        (ShapeKind::TailnetName, stem)
    } else {
        let stem = [".local", ".internal", ".lan"].iter().find_map(|end| folded.strip_suffix(end))?;
        (ShapeKind::LocalName, stem)
    };
    // The place must be this name's end, and not a label like it further left.
    if at + (folded.len() - stem.len()) != run.end {
        return None;
    }
    let labels: Vec<&str> = stem.split('.').collect();
    let sound = |label: &&str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if !labels.iter().all(sound) || allowed.name(&folded) || is_placeholder(name, &labels) {
        return None;
    }
    let host = kind == ShapeKind::TailnetName
        || token::port(bytes, run.end).is_some()
        || token::in_url(bytes, run.start)
        || stands_as_host(bytes, &run, run.start > whole.start, &labels);
    host.then_some((run.start, run.end, kind))
}

/// Documentation's names: `example.ts.net`, `NAME.TAILNET.ts.net`, `your-tailnet.ts.net`.
fn is_placeholder(name: &str, labels: &[&str]) -> bool {
    let shouted = labels
        .iter()
        .all(|label| label.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_'))
        && name
            .bytes()
            .take(labels.iter().map(|label| label.len() + 1).sum::<usize>())
            .all(|b| !b.is_ascii_lowercase());
    shouted
        || labels.iter().any(|label| {
            matches!(
                *label,
                "example"
                    | "tailnet"
                    | "tailnet-name"
                    | "your-tailnet"
                    | "my-tailnet"
                    | "your-tailnet-name"
            )
        })
}

/// Whether a bare `*.local` is a host's name: programs have fields of that name (`self.local`), and files
/// (`.env.local`, `settings.local`).
/// `escaped`: an escape ends before it.
fn stands_as_host(bytes: &[u8], run: &Range<usize>, escaped: bool, labels: &[&str]) -> bool {
    let before = run.start.checked_sub(1).and_then(|at| bytes.get(at));
    let after = bytes.get(run.end);
    let apart = |byte: Option<&u8>, also: &[u8]| {
        byte.is_none_or(|byte| {
            byte.is_ascii_whitespace() || b"\"'`<>|,;".contains(byte) || also.contains(byte)
        })
    };
    let ends = apart(after, b".:/)]?!")
        || escape::at(bytes, run.end)
            .is_some_and(|escape| !escape.bytes().iter().any(|b| b.is_ascii_alphanumeric() || *b == b'='));
    if !(escaped || apart(before, b"=(@[")) || !ends {
        return false;
    }
    if labels.iter().any(|label| label.contains('_'))
        || labels.first().is_some_and(|first| CODE.contains(first))
    {
        return false;
    }
    // A call or an assignment follows a field, and not a host.
    let rest = bytes.get(run.end..).unwrap_or_default().trim_ascii_start();
    !matches!(rest, [b'=' | b'(' | b'+' | b'*' | b'{', ..] | [b':', b':' | b'=', ..] | [b'-', b'>', ..])
}

/// First labels that begin a program's field or a file's name.
const CODE: &[&str] = &[
    "self",
    "this",
    "super",
    "cls",
    "thread",
    "threading",
    "config",
    "conf",
    "settings",
    "env",
    "ctx",
    "context",
    "state",
    "node",
    "params",
    "options",
    "opts",
    "args",
    "storage",
    "scope",
    "module",
    "package",
    "js",
    "java",
    "rc",
    "usr",
    "bashrc",
    "profile",
    "lib",
    "os",
    "sys",
    "git",
    "value",
    "data",
    "props",
    "is",
    "var",
];
