//! Fingerprints: a committed file that finds a value's host without holding it.
//!
//! Hosts can be enumerated: a fast hash, or a slow one under a public salt alone, is as good as the value.
//! So a tag is keyed by a pepper that is kept like the value itself; without the pepper the file says
//! nothing. A public fingerprint needs no pepper, and is cut so short that thousands of hosts share it: it
//! protects the value by being unable to do more than warn.
//!
//! The file is one line a host, `#` begins a comment:
//!
//! ```text
//! counterfoil-fingerprint v1 keyed argon2id m=65536,t=3,p=1 salt=<32 hex> tag=<32 hex>
//! ```

mod check;
mod store;

#[cfg(test)]
mod tests;

use crate::text::hex;
use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use check::{Checker, Verdict};
pub use store::Store;

/// The environment variable that the pepper is read from.
pub const PEPPER_VARIABLE: &str = "COUNTERFOIL_PEPPER";

const FIRST: &str = "counterfoil-fingerprint";
const VERSION: &str = "v1";
/// What version 1 costs. A file of the audited repository must not be able to ask for more.
const COST: &str = "argon2id m=65536,t=3,p=1";
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
const SALT: usize = 16;
/// Bytes of a keyed tag.
const TAG: usize = 16;
/// Hexadecimal digits of a public tag: 12 bits.
const PUBLIC_DIGITS: usize = 3;
const SHORTEST_PEPPER: usize = 32;

/// What a match is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Found with the pepper: this is the host.
    Keyed,
    /// One host in 4,096 matches: a warning at most.
    Public,
}

/// Why a fingerprint can't be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    #[error("{path}:{line}: {what}")]
    Malformed { path: String, line: usize, what: &'static str },
    #[error(
        "{path}:1: no fingerprint stands in this file, so nothing would be searched for: `counterfoil fingerprint --output {path}` writes one"
    )]
    Empty { path: String },
    #[error("the value has no host: only hosts can be found by their fingerprint")]
    NoHost,
    #[error(
        "the pepper is too short to protect anything: take 32 random bytes, in 64 hexadecimal digits (`openssl rand -hex 32`)"
    )]
    WeakPepper,
    #[error(
        "the pepper repeats itself, and is easily guessed: take 32 random bytes, in 64 hexadecimal digits (`openssl rand -hex 32`)"
    )]
    DullPepper,
    #[error("the system gives no random bytes, or no 64 MiB to hash in")]
    System,
}

/// The pepper: a secret, treated as one.
pub struct Pepper(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pepper(‹pepper›)")
    }
}

impl Pepper {
    /// From text, white space around it aside. 64 hexadecimal digits are 32 bytes; anything else of at
    /// least 32 bytes is taken as it is.
    ///
    /// # Errors
    /// A pepper that could be guessed.
    pub fn new(text: &[u8]) -> Result<Self, FingerprintError> {
        let text = text.trim_ascii();
        let bytes = if text.len() == 2 * SHORTEST_PEPPER { from_hex(text) } else { None };
        let bytes = Zeroizing::new(bytes.unwrap_or_else(|| text.to_vec()));
        let mut kinds = [false; 256];
        bytes.iter().for_each(|&byte| {
            if let Some(seen) = kinds.get_mut(usize::from(byte)) {
                *seen = true;
            }
        });
        if bytes.len() < SHORTEST_PEPPER {
            return Err(FingerprintError::WeakPepper);
        }
        if kinds.iter().filter(|&&seen| seen).count() < 8 {
            return Err(FingerprintError::DullPepper);
        }
        Ok(Self(bytes))
    }
}

/// The fingerprints of some files, by what a host must be hashed with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprints {
    groups: BTreeMap<(Mode, [u8; SALT]), Vec<String>>,
}

impl Fingerprints {
    /// Adds the fingerprints of a file.
    ///
    /// # Errors
    /// The first line that is none, by its number. A line of a later version is malformed too: it would
    /// not be searched for. A file without any: who names it means to search.
    pub fn add(&mut self, path: &str, text: &str) -> Result<(), FingerprintError> {
        let lines = text.lines().map(str::trim).enumerate();
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).peekable();
        if lines.peek().is_none() {
            return Err(FingerprintError::Empty { path: path.to_owned() });
        }
        for (at, line) in lines {
            let (mode, salt, tag) = parse(line).map_err(|what| FingerprintError::Malformed {
                path: path.to_owned(),
                line: at + 1,
                what,
            })?;
            let tags = self.groups.entry((mode, salt)).or_default();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Ok(())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether some can only be looked for with a pepper.
    #[must_use]
    pub fn want_pepper(&self) -> bool {
        self.groups.keys().any(|(mode, _)| *mode == Mode::Keyed)
    }
}

fn parse(line: &str) -> Result<(Mode, [u8; SALT], String), &'static str> {
    let mut words = line.split_ascii_whitespace();
    if words.next() != Some(FIRST) {
        return Err("this line is no fingerprint");
    }
    if words.next() != Some(VERSION) {
        return Err("this fingerprint is of a version that is not known here");
    }
    let mode = match words.next() {
        Some("keyed") => Mode::Keyed,
        Some("public") => Mode::Public,
        _ => return Err("a fingerprint is `keyed` or `public`"),
    };
    if !COST.split(' ').all(|part| words.next() == Some(part)) {
        return Err("version 1 is hashed with `argon2id m=65536,t=3,p=1`");
    }
    let salt = words
        .next()
        .and_then(|word| from_hex(word.strip_prefix("salt=")?.as_bytes()))
        .and_then(|salt| <[u8; SALT]>::try_from(salt).ok())
        .ok_or("the salt is not `salt=` and 32 hexadecimal digits")?;
    let digits = if mode == Mode::Keyed { 2 * TAG } else { PUBLIC_DIGITS };
    let tag = words
        .next()
        .and_then(|word| word.strip_prefix("tag="))
        .filter(|tag| tag.len() == digits && tag.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .ok_or("the tag is not `tag=` and as many hexadecimal digits as its kind has")?;
    if words.next().is_some() {
        return Err("something stands behind the tag");
    }
    Ok((mode, salt, tag.to_ascii_lowercase()))
}

/// The committed lines for some values: keyed where a pepper is given, else public.
///
/// # Errors
/// A value without a host, or a system without random bytes.
pub fn make(endpoints: &super::Endpoints, pepper: Option<&Pepper>) -> Result<String, FingerprintError> {
    let mode = if pepper.is_some() { Mode::Keyed } else { Mode::Public };
    let mut salt = [0; SALT];
    fill_random(&mut salt)?;
    let mut lines = String::from(match mode {
        Mode::Keyed => "# Finds an endpoint's host where the pepper is known; does not hold it.\n",
        Mode::Public => "# Warns of an endpoint's host, and of one other host in 4096; does not hold it.\n",
    });
    for endpoint in endpoints.iter() {
        let host = host_of(endpoint.as_bytes()).ok_or(FingerprintError::NoHost)?;
        let tag = tag(mode, &salt, pepper, &host).ok_or(FingerprintError::System)?;
        let word = if mode == Mode::Keyed { "keyed" } else { "public" };
        let line = format!("{FIRST} {VERSION} {word} {COST} salt={} tag={tag}\n", hex(&salt));
        if !lines.contains(&line) {
            lines.push_str(&line);
        }
    }
    Ok(lines)
}

/// Argon2id(HMAC-SHA-256(pepper, "ep1|" + host), salt); of a public one, without the HMAC, and cut.
fn tag(mode: Mode, salt: &[u8; SALT], pepper: Option<&Pepper>, host: &str) -> Option<String> {
    let message = Zeroizing::new(format!("ep1|{host}").into_bytes());
    let input = match mode {
        Mode::Keyed => keyed(&pepper?.0, &[&message])?,
        Mode::Public => message,
    };
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(TAG)).ok()?;
    let mut out = Zeroizing::new([0; TAG]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(&input, salt, out.as_mut_slice())
        .ok()?;
    let mut tag = hex(out.as_slice());
    if mode == Mode::Public {
        tag.truncate(PUBLIC_DIGITS);
    }
    Some(tag)
}

/// HMAC-SHA-256 of parts, each behind its length.
fn keyed(key: &[u8], parts: &[&[u8]]) -> Option<Zeroizing<Vec<u8>>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    if let [only] = parts {
        mac.update(only);
    } else {
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
    }
    Some(Zeroizing::new(mac.finalize().into_bytes().to_vec()))
}

/// The host of a value, in the one spelling that is hashed.
fn host_of(value: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let host = if let Some(inside) = place.strip_prefix('[') {
        inside.split([']', '%']).next()?
    } else if place.matches(':').count() > 1 {
        place
    } else {
        place.split(':').next()?
    };
    normal(host)
}

/// One spelling for a host: addresses as the standard library prints them (IPv4 inside IPv6 as IPv4), names
/// in lower case without the last dot. None for what is no host.
#[must_use]
pub fn normal(host: &str) -> Option<Zeroizing<String>> {
    let host = host.trim_end_matches('.');
    if let Ok(address) = host.parse::<std::net::IpAddr>() {
        return Some(Zeroizing::new(address.to_canonical().to_string()));
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let lettered = host.bytes().any(|byte| byte.is_ascii_alphabetic());
    (host.len() <= 253 && lettered && host.split('.').all(label))
        .then(|| Zeroizing::new(host.to_ascii_lowercase()))
}

fn fill_random(bytes: &mut [u8]) -> Result<(), FingerprintError> {
    getrandom::fill(bytes).map_err(|_| FingerprintError::System)
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    });
    pairs.collect()
}
