//! The identity of a finding from one audit to the next.
//!
//! It is made of the rule, the path, the container and an anchor: a pointer, a form, plain words of the line, an ordinal
//! among equals. Never of other bytes of the evidence: a digest of a line that holds the value is as good as the value.
//! Lines and offsets are left out, so that an edit above the fault does not make it a new one.

use sha2::{Digest, Sha256};

use super::RuleId;
use crate::text::hex;

/// 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// `anchor` says which of the faults of this rule in this file it is. The caller keeps out of it what could tell
    /// of a value.
    #[must_use]
    pub fn new(rule: &RuleId, path: &str, anchor: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in ["counterfoil/1", rule.as_str(), path].iter().chain(anchor) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(hex(hash.finalize().get(..16).unwrap_or_default()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
