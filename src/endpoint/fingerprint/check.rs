//! Asks of a host whether a fingerprint is its own: each host is hashed once.
//!
//! A hash takes a tenth of a second by design. So there is a limit to how many hosts one audit hashes;
//! those beyond it are counted, and the audit says that they were not judged.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::store::{Entry, Store};
use super::{Fingerprints, Mode, Pepper, normal, tag};

/// New hosts that one audit hashes before it gives up: minutes of work.
pub const MOST_HASHES: u64 = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No fingerprint is this host's, as far as they could be looked for.
    Other,
    Matches(Mode),
    /// Not hashed: the limit was reached, or there was no memory to hash in.
    Unknown,
}

/// Fingerprints, the pepper and what was found out so far.
pub struct Checker {
    fingerprints: Fingerprints,
    pepper: Option<Pepper>,
    store: Store,
    seen: Mutex<HashMap<Entry, Verdict>>,
    hashed: AtomicU64,
    unknown: AtomicU64,
    most: u64,
}

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker").field("fingerprints", &self.fingerprints).finish_non_exhaustive()
    }
}

impl Checker {
    #[must_use]
    pub fn new(fingerprints: Fingerprints, pepper: Option<Pepper>, store: Store) -> Self {
        Self {
            fingerprints,
            pepper,
            store,
            seen: Mutex::default(),
            hashed: AtomicU64::new(0),
            unknown: AtomicU64::new(0),
            most: MOST_HASHES,
        }
    }

    /// With another limit on new hosts.
    #[must_use]
    pub fn with_most_hashes(mut self, most: u64) -> Self {
        self.most = most;
        self
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.fingerprints.groups.values().map(Vec::len).sum()
    }

    /// What is looked for, as a digest: the same for the same fingerprints and the same pepper.
    #[must_use]
    pub fn identity(&self) -> Vec<u8> {
        let pepper = self.pepper.as_ref().map_or(&[][..], |pepper| pepper.0.as_slice());
        let mut parts: Vec<&[u8]> = vec![b"fingerprints", pepper];
        for ((mode, salt), tags) in &self.fingerprints.groups {
            parts.push(if *mode == Mode::Keyed { b"keyed" } else { b"public" });
            parts.push(salt);
            parts.extend(tags.iter().map(String::as_bytes));
        }
        super::keyed(b"counterfoil", &parts).map(|mac| mac.to_vec()).unwrap_or_default()
    }

    /// Why this audit can't find everything that the fingerprints stand for; none where it can.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        if self.fingerprints.want_pepper() && self.pepper.is_none() {
            gaps.push(format!(
                "there are keyed fingerprints, and no pepper to look for them with (set {})",
                super::PEPPER_VARIABLE
            ));
        }
        gaps.extend(self.uncompared());
        gaps
    }

    /// Which hosts were met and not compared with what could be looked for, where any were.
    #[must_use]
    pub fn uncompared(&self) -> Option<String> {
        let unknown = self.unknown.load(Ordering::Relaxed);
        let hashed = self.hashed.load(Ordering::Relaxed);
        (unknown > 0).then(|| {
            format!(
                "{unknown} hosts were not compared with the fingerprints: {hashed} were hashed, as many as one audit may"
            )
        })
    }

    /// Judges a host as it stands in a text.
    #[must_use]
    pub fn check(&self, host: &str) -> Verdict {
        let Some(host) = normal(host) else { return Verdict::Other };
        let mut verdict = Verdict::Other;
        for ((mode, salt), tags) in &self.fingerprints.groups {
            if *mode == Mode::Keyed && self.pepper.is_none() {
                continue;
            }
            match self.check_one(*mode, salt, tags, &host) {
                // The strongest says it.
                Verdict::Matches(Mode::Keyed) => return Verdict::Matches(Mode::Keyed),
                Verdict::Matches(Mode::Public) => verdict = Verdict::Matches(Mode::Public),
                Verdict::Unknown if verdict == Verdict::Other => verdict = Verdict::Unknown,
                Verdict::Unknown | Verdict::Other => {}
            }
        }
        verdict
    }

    fn check_one(&self, mode: Mode, salt: &[u8; super::SALT], tags: &[String], host: &str) -> Verdict {
        let pepper = self.pepper.as_ref().map_or(&[][..], |pepper| pepper.0.as_slice());
        let entry = self.store.entry(salt, pepper, tags, host);
        // Held while hashing: a host that two threads meet is hashed once, and 64 MiB are taken once.
        let mut seen = match self.seen.lock() {
            Ok(seen) => seen,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(&verdict) = seen.get(&entry) {
            return verdict;
        }
        let verdict = if self.store.knows_other(&entry) {
            Verdict::Other
        } else if self.hashed.load(Ordering::Relaxed) >= self.most {
            Verdict::Unknown
        } else {
            self.hashed.fetch_add(1, Ordering::Relaxed);
            match tag(mode, salt, self.pepper.as_ref(), host) {
                Some(tag) if tags.contains(&tag) => Verdict::Matches(mode),
                Some(_) => Verdict::Other,
                None => Verdict::Unknown,
            }
        };
        if verdict == Verdict::Unknown {
            self.unknown.fetch_add(1, Ordering::Relaxed);
        }
        seen.insert(entry, verdict);
        verdict
    }

    /// Keeps what was found out for the next audit.
    pub fn save(&self) {
        let seen = match self.seen.lock() {
            Ok(seen) => seen,
            Err(poisoned) => poisoned.into_inner(),
        };
        let others =
            seen.iter().filter(|(_, verdict)| **verdict == Verdict::Other).map(|(entry, _)| *entry);
        self.store.save(others);
    }
}
