//! Times of day and days, as people and reports write them.
//!
//! A time without a zone is UTC, as all times here are. A zone that is named is looked up, and a time whose
//! zone nobody knows is no time: it is never taken for one in UTC.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A time, as precise as it was written.
#[derive(Debug, Clone, Copy)]
pub enum Time {
    Instant(Timestamp),
    Day(Date),
}

impl Time {
    /// Whether both mean the same; a day is the same as any time on it.
    #[must_use]
    pub fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Instant(a), Self::Instant(b)) => a == b,
            _ => self.day() == other.day(),
        }
    }

    /// The day, in UTC.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            Self::Instant(time) => time.to_zoned(TimeZone::UTC).date(),
            Self::Day(day) => day,
        }
    }
}

/// A day (YYYY-MM-DD), or a time with its day.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    if text.len() == 10 {
        return text.parse().ok().map(Time::Day);
    }
    let joined = joined(text)?;
    let instant = joined.parse::<Timestamp>().ok();
    let zoned = || match named_zone(&joined) {
        Some(_) => joined.parse::<Zoned>().ok(),
        None => joined.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok(),
    };
    instant.or_else(|| Some(zoned()?.timestamp())).map(Time::Instant)
}

/// Whether a time says by itself how far it is from UTC.
#[must_use]
pub fn is_instant(text: &str) -> bool {
    joined(text).is_some_and(|joined| joined.parse::<Timestamp>().is_ok())
}

/// The name of a time's zone that can't be looked up: there is no such zone, or no data base of zones.
#[must_use]
pub fn unknown_zone(text: &str) -> Option<&str> {
    let zone = named_zone(text)?;
    (joined(text)?.parse::<DateTime>().is_ok() && time(text).is_none()).then_some(zone)
}

/// `Europe/Paris` of `2026-06-04T11:12:00[Europe/Paris]`.
fn named_zone(text: &str) -> Option<&str> {
    let (_, zone) = text.strip_suffix(']')?.split_once('[')?;
    Some(zone)
}

/// A time without the white space that stands before its zone; `None` of what does not begin like one.
fn joined(text: &str) -> Option<String> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let spaced = text.replace(" UTC", "Z").replace(" Z", "Z").replace(" [", "[");
    Some(match (spaced.rfind(" +"), spaced.rfind(" -"), spaced.rfind(" −")) {
        (None, None, None) => spaced,
        (plus, minus, other) => {
            let at = plus.or(minus).or(other).unwrap_or_default();
            let (before, zone) = spaced.split_at(at);
            format!("{before}{}", zone.trim_start().replace('−', "-"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        matches!((time(a), time(b)), (Some(a), Some(b)) if a.same(b))
    }

    #[test]
    fn a_zone_that_is_named_is_never_utc() {
        let at = "2026-06-04T09:12:00Z";
        assert!(!same("2026-06-04T09:12:00[Europe/Paris]", at));
        assert!(!same("2026-06-04 09:12:00 [Europe/Paris]", at));
        assert!(same("2026-06-04T09:12:00[UTC]", at));
        assert!(same("2026-06-04T11:12:00+02:00[Europe/Paris]", at), "the offset says it all");
        // Where there is no data base of zones, it is not known.
        let paris = "2026-06-04T11:12:00[Europe/Paris]";
        assert!(same(paris, at) || unknown_zone(paris) == Some("Europe/Paris"));
    }

    #[test]
    fn a_zone_that_nobody_knows_is_told() {
        let text = "2026-06-04T09:12:00[Middle/Earth]";
        assert!(time(text).is_none());
        assert_eq!(unknown_zone(text), Some("Middle/Earth"));
        for other in ["2026-06-04T09:12:00", "2026-06-04T09:12:00Z[UTC]", "soon [Middle/Earth]", "1[^1]"] {
            assert_eq!(unknown_zone(other), None, "{other}");
        }
    }
}
