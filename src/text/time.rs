//! Times of day and days, as people and reports write them.
//!
//! A time without a zone is UTC, as all times here are. A zone that is named is looked up, and a time whose
//! zone nobody knows is no time: it is never taken for one in UTC.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// A time, as precise as it was written.
#[derive(Debug, Clone, Copy)]
pub enum Time {
    /// A point in time, and the nanoseconds that its last written part stands for.
    Instant(Timestamp, i128),
    Day(Date),
}

impl Time {
    /// Whether another one means the same, as precisely as this one is written; a day is the same as any time on it.
    #[must_use]
    pub fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Instant(a, unit), Self::Instant(b, _)) => {
                a.as_nanosecond().div_euclid(unit) == b.as_nanosecond().div_euclid(unit)
            }
            _ => self.day() == other.day(),
        }
    }

    /// The day, in UTC.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            Self::Instant(time, _) => time.to_zoned(TimeZone::UTC).date(),
            Self::Day(day) => day,
        }
    }
}

/// A day (YYYY-MM-DD, or as people write one), or a time with its day.
#[must_use]
pub fn time(text: &str) -> Option<Time> {
    written(text).or_else(|| written(&super::dates::iso(text)?))
}

/// Whether a text has the form of a time, of a zone that is known or not.
#[must_use]
pub fn is_time(text: &str) -> bool {
    time(text).is_some() || Written::read(text).is_some()
}

fn written(text: &str) -> Option<Time> {
    if text.len() == 10 {
        return text.parse().ok().map(Time::Day);
    }
    let written = Written::read(text)?;
    let at = match zone(written.zone)? {
        Zone::Utc => written.local.to_zoned(TimeZone::UTC).ok()?,
        Zone::Offset(offset) => written.local.to_zoned(TimeZone::fixed(offset)).ok()?,
        Zone::Named(zone) => written.local.to_zoned(zone).ok()?,
    };
    Some(Time::Instant(at.timestamp(), written.unit))
}

/// Whether a time says by itself how far it is from UTC.
#[must_use]
pub fn is_instant(text: &str) -> bool {
    let is_one = |text: &str| {
        let zone = Written::read(text).and_then(|written| Some((written.zone, zone(written.zone)?)));
        zone.is_some_and(|(written, zone)| !written.is_empty() && !matches!(zone, Zone::Named(_)))
    };
    is_one(text) || super::dates::iso(text).is_some_and(|text| is_one(&text))
}

/// The name of a time's zone that says nothing here: nobody can look it up, or it means several (`EST`, `CST`).
/// None where the time, wherever on earth it was taken, can't be `other`.
#[must_use]
pub fn unknown_zone(text: &str, other: Time) -> Option<&str> {
    let written = Written::read(text)?;
    if zone(written.zone).is_some() {
        return None;
    }
    let local = written.local.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let may_be = match other {
        Time::Instant(other, unit) => {
            let ahead = local.as_nanosecond() - other.as_nanosecond();
            let unit = unit.max(written.unit);
            (-WEST * HOUR - unit..=EAST * HOUR + unit).contains(&ahead)
        }
        Time::Day(day) => {
            let local = written.local.date();
            [Some(day), day.tomorrow().ok(), day.yesterday().ok()].contains(&Some(local))
        }
    };
    may_be.then(|| written.zone.trim_matches(['[', ']', '(', ')']))
}

const SECOND: i128 = 1_000_000_000;
const HOUR: i128 = 3_600 * SECOND;
/// Hours by which clocks on earth are behind UTC and ahead of it, at the most.
const WEST: i128 = 12;
const EAST: i128 = 14;

/// A time as it is written: what the clock shows, and the words for its zone.
struct Written<'t> {
    local: DateTime,
    unit: i128,
    zone: &'t str,
}

impl<'t> Written<'t> {
    /// None of what is no time of a day, with or without words behind it that may be a zone.
    fn read(text: &'t str) -> Option<Self> {
        let day = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
        let (day, rest) = text.split_at_checked(day)?;
        let clock = [" at ", ", ", "T", "t", " "].iter().find_map(|mark| rest.strip_prefix(mark))?;
        let is_clock = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',');
        let (clock, zone) = clock.split_at_checked(clock.bytes().take_while(is_clock).count())?;
        let clock = clock.trim_end_matches(['.', ',']);
        let local = format!("{day}T{}", in_nanoseconds(clock)).parse().ok()?;
        let zone = zone.trim();
        may_be_a_zone(zone).then_some(Self { local, unit: unit(clock), zone })
    }
}

/// A time without the digits behind its ninth of a second's fraction: a writer may have more, and no clock has.
#[must_use]
pub fn in_nanoseconds(text: &str) -> Cow<'_, str> {
    let Some(at) = text.find(['.', ',']).map(|at| at + 1) else { return Cow::Borrowed(text) };
    let digits = text.bytes().skip(at).take_while(u8::is_ascii_digit).count();
    match (text.get(..at + 9), text.get(at + digits..)) {
        (Some(exact), Some(rest)) if digits > 9 => Cow::Owned(format!("{exact}{rest}")),
        _ => Cow::Borrowed(text),
    }
}

/// The nanoseconds that the last part of a clock's time stands for.
fn unit(clock: &str) -> i128 {
    if let Some((_, fraction)) = clock.split_once(['.', ',']) {
        let digits = u32::try_from(fraction.len()).unwrap_or(9).min(9);
        return SECOND / 10_i128.pow(digits);
    }
    let digits = clock.bytes().filter(u8::is_ascii_digit).count();
    match digits {
        0..=2 => HOUR,
        3 | 4 => 60 * SECOND,
        _ => SECOND,
    }
}

/// A name in brackets, an offset, or one or two words: `EST`, `Pacific Time`.
fn may_be_a_zone(text: &str) -> bool {
    text.is_empty()
        || text.starts_with(['[', '+', '-', '−'])
        || text.starts_with(|c: char| c.is_alphabetic() || c == '(')
            && text.split(' ').count() <= 3
            && text.chars().all(|c| c.is_alphanumeric() || " /_+-−:[]()".contains(c))
}

enum Zone {
    Utc,
    Offset(Offset),
    Named(TimeZone),
}

/// The zone that words name; without any, UTC.
fn zone(text: &str) -> Option<Zone> {
    let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    // An offset says it all, whatever name stands behind it.
    let (bare, named) = match bare.split_once('[') {
        Some((bare, named)) => (bare.trim_end(), Some(named.strip_suffix(']')?)),
        None => (bare, None),
    };
    let is = |name: &str| bare.eq_ignore_ascii_case(name);
    if is("Z") || is("UTC") || is("GMT") {
        return Some(Zone::Utc);
    }
    let behind_utc = ["UTC", "GMT"].iter().find_map(|name| bare.strip_prefix(name)).unwrap_or(bare);
    match (bare, named) {
        ("", None) => Some(Zone::Utc),
        ("", Some(name)) => TimeZone::get(name).ok().map(Zone::Named),
        _ if behind_utc.trim_start().starts_with(['+', '-', '−']) => offset(behind_utc).map(Zone::Offset),
        // `EST` and its like are in the data base as well: each means several zones of the world.
        _ if bare.contains('/') => TimeZone::get(bare).ok().map(Zone::Named),
        _ => None,
    }
}

/// `+02:00`, `-0400`, `+2`
fn offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    let negative = text.starts_with(['-', '−']);
    let digits = text.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i32>().ok())?;
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    let seconds = hours.checked_mul(3_600)?.checked_add(minutes * 60)?;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        matches!((time(a), time(b)), (Some(a), Some(b)) if a.same(b))
    }

    fn unknown<'t>(text: &'t str, other: &str) -> Option<&'t str> {
        unknown_zone(text, time(other).expect("a time"))
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
        assert!(same(paris, at) || unknown(paris, at) == Some("Europe/Paris"));
        assert!(!same("2026-06-04T11:12:00+03:00[Europe/Paris]", at), "and is not passed over");
    }

    #[test]
    fn a_zone_that_nobody_knows_is_told() {
        let at = "2026-06-04T09:12:00Z";
        for (text, zone) in [
            ("2026-06-04T09:12:00[Middle/Earth]", "Middle/Earth"),
            ("2026-06-04 09:12:00 EDT", "EDT"),
            ("2026-06-04 05:12 EST", "EST"),
            ("2026-06-04 17:12:00 CST", "CST"),
            ("2026-06-04 02:12 Pacific Time", "Pacific Time"),
            ("2026-06-04 09:12:00 (CEST)", "CEST"),
        ] {
            assert!(time(text).is_none(), "{text}");
            assert_eq!(unknown(text, at), Some(zone), "{text}");
        }
        for other in [
            "2026-06-04T09:12:00",
            "2026-06-04T09:12:00Z[UTC]",
            "soon [Middle/Earth]",
            "1[^1]",
            "2026-06-04",
            "2026-06-04 09:12 was the time of it",
            // Nowhere on earth.
            "2026-06-06 09:12:00 EDT",
            "2025-06-04 09:12:00 EDT",
        ] {
            assert_eq!(unknown(other, at), None, "{other}");
        }
    }

    #[test]
    fn times_compare_as_precisely_as_they_are_written() {
        let at = "2026-06-04T09:12:35Z";
        for text in [
            "2026-06-04 09:12 UTC",
            "2026-06-04 09:12",
            "2026-06-04T09:12Z",
            "2026-06-04 at 09:12:35 GMT",
            "2026-06-04, 09:12:35 UTC",
            "2026-06-04 11:12 +02:00",
            "2026-06-04 05:12:35 -0400",
            "2026-06-04 11:12:35 UTC+2",
            "2026-06-04 09:12:35.000Z",
            "2026-06-04 09:12:35.000000000000Z",
            "20260604T091235Z",
            "2026-06-04T09:12:35z",
            "2026-06-04 09:12 (UTC)",
            "Thu, 04 Jun 2026 09:12:35 GMT",
            "4 June 2026, 11:12 +02:00",
            "June 4th, 2026",
            "04.06.2026 at 09:12 UTC",
        ] {
            assert!(same(text, at), "{text}");
        }
        for text in [
            "2026-06-04 09:13 UTC",
            "2026-06-04 09:12:36 UTC",
            "2026-06-04 09:12 +02:00",
            "2026-06-04 09:12:35.500Z",
            "2026-06-04 09:12 UTC-4",
            "2026-06-04 9:12pm",
            "Thu, 04 Jun 2026 09:12:36 GMT",
            "5 June 2026",
            "06/04/2026",
        ] {
            assert!(!same(text, at), "{text}");
        }
        assert!(same("2026-06-04 09:12:35 UTC", "2026-06-04T09:12:35.412Z"));
        assert!(!same("2026-06-04 09:12:35.4 UTC", "2026-06-04T09:12:35.512Z"));
        assert!(is_instant("2026-06-04 09:12 UTC") && is_instant("2026-06-04T09:12:35+02:00"));
        assert!(!is_instant("2026-06-04 09:12") && !is_instant("2026-06-04 09:12 EDT"));
    }
}
