//! Times of a run, compared in UTC.
//!
//! A time without a fraction of a second says only the second: beside it, another time counts in whole
//! seconds too.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::evidence::Node;
use crate::text::time::in_nanoseconds;

/// How far a run's start may lie from the stamp in its directory's name: the stamp has whole seconds, and a
/// harness makes the directory before or after it takes the time.
pub(super) const STAMP_TOLERANCE: SignedDuration = SignedDuration::from_secs(10);

#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    at: Timestamp,
    whole: bool,
}

impl Time {
    /// Reads RFC 3339, in any zone.
    pub fn parse(text: &str) -> Option<Self> {
        let form = text.as_bytes();
        let separated = form.get(10).is_some_and(|byte| matches!(byte, b'T' | b't'));
        if !separated || !form.last().is_some_and(|byte| matches!(byte, b'Z' | b'z' | b'0'..=b'9')) {
            return None;
        }
        Some(Self { at: in_nanoseconds(text).parse().ok()?, whole: !text.contains('.') })
    }

    pub fn of(node: Option<&Node>) -> Option<Self> {
        node.and_then(Node::as_str).and_then(Self::parse)
    }

    pub fn compare(self, other: Self) -> Ordering {
        if self.whole || other.whole { self.second().cmp(&other.second()) } else { self.at.cmp(&other.at) }
    }

    pub fn is_before(self, other: Self) -> bool {
        self.compare(other) == Ordering::Less
    }

    fn second(self) -> i64 {
        self.at.as_nanosecond().div_euclid(1_000_000_000).try_into().unwrap_or(i64::MAX)
    }

    /// Whether a stamp of whole seconds is too far off.
    pub fn differs_from_stamp(self, stamp: Timestamp) -> bool {
        self.at.duration_since(stamp).abs() > STAMP_TOLERANCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    #[test]
    fn times_are_compared_in_utc() {
        let (local, utc) = (time("2026-05-31T22:26:39-04:00"), time("2026-06-01T02:26:39Z"));
        assert_eq!(local.compare(utc), Ordering::Equal);
    }

    #[test]
    fn a_whole_second_holds_all_its_fractions() {
        assert!(!time("2026-06-01T02:26:39Z").is_before(time("2026-06-01T02:26:39.900Z")));
        assert!(time("2026-06-01T02:26:39.100Z").is_before(time("2026-06-01T02:26:39.900Z")));
    }

    #[test]
    fn a_fraction_may_have_any_number_of_digits() {
        let (ten, nine) = (time("2026-06-01T02:26:39.1234567891Z"), time("2026-06-01T02:26:39.123456789Z"));
        assert_eq!(ten.compare(nine), Ordering::Equal);
        assert!(time(&format!("2026-06-01T02:26:39.{}+00:00", "1".repeat(40))).is_before(nine));
    }

    #[test]
    fn what_is_no_rfc_3339_is_no_time() {
        for text in [
            "",
            "2026-06-01",
            "2026-02-30T00:00:00Z",
            "2026-06-01 02:26:39",
            "yesterday",
            "2026-06-01T02:26:39",
        ] {
            assert!(Time::parse(text).is_none(), "{text}");
        }
    }
}
