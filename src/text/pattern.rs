//! Regular expressions that are written in the code.
//!
//! One that is none would be a fault of the build: each is made here, and where it is used a test compiles it.

use regex::{Regex, bytes};

/// # Panics
/// Where the pattern is none.
#[expect(clippy::expect_used, reason = "the pattern is a constant, and a test compiles each")]
#[must_use]
pub fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// The same over bytes.
///
/// # Panics
/// Where the pattern is none.
#[expect(clippy::expect_used, reason = "the pattern is a constant, and a test compiles each")]
#[must_use]
pub fn pattern_of_bytes(text: &str) -> bytes::Regex {
    bytes::Regex::new(text).expect("a pattern")
}
