//! A value to be hidden, known by its parts; and the dice.

use std::net::{Ipv4Addr, Ipv6Addr};

pub struct Target {
    pub scheme: &'static str,
    /// As it stands in the URL, without brackets.
    pub host: &'static str,
    pub port: u16,
    pub path: &'static str,
}

impl Target {
    pub const fn new(scheme: &'static str, host: &'static str, port: u16, path: &'static str) -> Self {
        Self { scheme, host, port, path }
    }

    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority(), self.path)
    }

    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority())
    }

    pub fn v4(&self) -> Option<Ipv4Addr> {
        self.host.parse().ok()
    }

    pub fn v6(&self) -> Option<Ipv6Addr> {
        self.host.parse().ok()
    }

    pub fn is_name(&self) -> bool {
        self.v4().is_none() && self.v6().is_none()
    }

    /// The spellings that clients encode: the whole, and less and less of it.
    pub fn spellings(&self) -> Vec<String> {
        vec![self.url(), self.origin(), self.authority(), self.host.to_owned()]
    }
}

pub const ADDRESS: Target = Target::new("http", "100.101.102.103", 8000, "/v1");
pub const SHORT_OCTETS: Target = Target::new("http", "100.64.7.9", 11434, "/v1");
pub const NAME: Target = Target::new("http", "spark9.tail4f2a.ts.net", 8000, "/v1");
pub const WIDE: Target = Target::new("https", "fd7a:115c:a1e0:ab12::53", 8443, "/v1");
pub const ALL: &[&Target] = &[&ADDRESS, &SHORT_OCTETS, &NAME, &WIDE];

/// The same throws in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1));
        dice.below(7);
        dice
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % end.max(1) as u64).expect("fits")
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    pub fn heads(&mut self) -> bool {
        self.below(2) == 0
    }
}
