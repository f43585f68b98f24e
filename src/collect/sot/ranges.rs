//! Work items that a text names, those of a range among them: `CTO-WORK-015 through CTO-WORK-018`.

use std::ops::Range;

use super::words::Words;
use crate::profile::Documents;
use crate::text::Shared;

/// No more items than these stand between the ends of a range.
const MOST: u64 = 200;

/// What stands between the ends of a range, white space aside.
const MARKS: [&str; 12] =
    ["through", "thru", "to", "up to", "until", "till", "-", "–", "—", "..", "...", "…"];

/// What stands between the items of a list.
const COMMAS: [&str; 8] = [", and", ", or", "and", "or", ",", "/", "&", "+"];

/// The ids in a part of an entry's words, with those between the ends of ranges.
pub(super) fn items(words: &Words<'_>, part: Range<usize>, documents: &Documents) -> Vec<Shared> {
    let text = words.text.get(part.clone()).unwrap_or_default();
    let kept = |at: Range<usize>| words.kept(part.start + at.start..part.start + at.end);
    all(text, documents, kept)
}

/// The same of a text.
pub(super) fn ids(text: &str, documents: &Documents) -> Box<[Shared]> {
    all(text, documents, |at| Shared::from(text.get(at).unwrap_or_default())).into()
}

fn all(text: &str, documents: &Documents, kept: impl Fn(Range<usize>) -> Shared) -> Vec<Shared> {
    let mut all = Vec::new();
    for found in named(text, documents) {
        match found {
            Named::Item(at) => {
                let id = kept(at);
                let upper = id.to_ascii_uppercase();
                all.push(if *upper == *id { id } else { Shared::from(upper.as_str()) });
            }
            Named::Range(family, width, numbers) => {
                let numbers = if is_long(&numbers) { numbers.end..numbers.end } else { numbers };
                let family = family.to_ascii_uppercase();
                all.extend(
                    numbers.map(|number| Shared::from(format!("{family}-{number:0width$}").as_str())),
                );
            }
            Named::Unread => {}
        }
    }
    all
}

/// Why not every item that a text names can be read.
pub(super) fn fault(text: &str, documents: &Documents) -> Option<&'static str> {
    named(text, documents).into_iter().find_map(|found| match found {
        Named::Range(_, _, numbers) if is_long(&numbers) => {
            Some("this range of work items is too long to be read")
        }
        Named::Unread => Some("a work item of this list can't be read: write each one's whole id"),
        Named::Item(_) | Named::Range(..) => None,
    })
}

/// The places of ids in a text. In another case than the profile's one has many parts: `cto-work-002`, and not `utf-8`.
pub(super) fn in_any_case(text: &str, documents: &Documents) -> impl Iterator<Item = Range<usize>> {
    let is_one = |found: &regex::Match<'_>| {
        let id = found.as_str();
        let is_apart = || !text.get(..found.start()).unwrap_or_default().ends_with(['-', '_', '/']);
        !id.contains(|c: char| c.is_ascii_lowercase()) || id.matches('-').count() > 1 && is_apart()
    };
    documents.any_id.find_iter(text).filter(is_one).map(|found| found.range())
}

fn is_long(numbers: &Range<u64>) -> bool {
    numbers.end.saturating_sub(numbers.start) > MOST
}

enum Named<'t> {
    Item(Range<usize>),
    /// Items behind one that is named: the letters of their ids, how many digits their numbers have, and those.
    Range(&'t str, usize, Range<u64>),
    /// What stands behind an item as another of its list would.
    Unread,
}

fn named<'t>(text: &'t str, documents: &Documents) -> Vec<Named<'t>> {
    let ids: Vec<_> = in_any_case(text, documents).collect();
    let mut all = Vec::with_capacity(ids.len());
    for (at, found) in ids.iter().enumerate() {
        all.push(Named::Item(found.clone()));
        let Some((family, first)) = text.get(found.clone()).and_then(|id| id.rsplit_once('-')) else {
            continue;
        };
        let next = ids.get(at + 1);
        let mut between =
            text.get(found.end..next.map_or(text.len(), |next| next.start)).unwrap_or_default();
        let to_next = next.and_then(|next| text.get(next.clone())?.rsplit_once('-'));
        let mut from = first.parse::<u64>().ok();
        // `CTO-WORK-015/016, 018 to 020`
        while let Some(last) = from {
            let range = |to: u64| (last < to).then(|| Named::Range(family, first.len(), last + 1..to));
            if let Some((digits, rest)) = number_behind(between) {
                from = digits.parse::<u64>().ok();
                all.extend(from.and_then(|to| range(to.checked_add(1)?)));
                between = rest;
                continue;
            }
            if let Some((_, to)) = to_next.filter(|(other, _)| other.eq_ignore_ascii_case(family))
                && MARKS.contains(&between.trim())
            {
                all.extend(to.parse().ok().and_then(range));
            }
            match listed_behind(between, first.len()) {
                Some(Ok((digits, rest))) => {
                    from = digits.parse::<u64>().ok();
                    all.extend(
                        from.map(|one| Named::Range(family, first.len(), one..one.saturating_add(1))),
                    );
                    between = rest;
                }
                Some(Err(())) => {
                    all.push(Named::Unread);
                    break;
                }
                None => break,
            }
        }
    }
    all
}

/// The number of a list's next item that a text begins with, of so many digits, and what stands behind it. An error
/// where it is none, and looks like one.
fn listed_behind(text: &str, width: usize) -> Option<Result<(&str, &str), ()>> {
    let text = text.trim_start();
    let rest = COMMAS.iter().find_map(|mark| text.strip_prefix(mark))?.trim_start();
    let bare = rest.strip_prefix('-').unwrap_or(rest);
    let digits = bare.get(..bare.bytes().take_while(u8::is_ascii_digit).count())?;
    let behind = bare.get(digits.len()..)?;
    let ends = !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    if digits.len() == width && ends {
        return Some(Ok((digits, behind)));
    }
    // A date, or a number of something else, is none.
    let looks_like_one = digits.len() == width && !behind.starts_with('-')
        || !digits.is_empty() && (digits.starts_with('0') || bare.len() < rest.len());
    looks_like_one.then_some(Err(()))
}

/// The number that a text begins with behind the mark of a range.
fn number_behind(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let rest = MARKS.iter().filter_map(|mark| text.strip_prefix(mark)).min_by_key(|rest| rest.len())?;
    let rest = rest.trim_start();
    let number = rest.get(..rest.bytes().take_while(u8::is_ascii_digit).count())?;
    let behind = rest.get(number.len()..)?;
    let ends = !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    (!number.is_empty() && ends).then_some((number, behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn items_of_lists_and_between_the_ends_of_ranges_are_named_too() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        let read =
            |text: &str| ids(text, documents).iter().map(Shared::to_string).collect::<Vec<_>>().join(" ");
        for (text, items) in [
            ("W-K-08 through W-K-11", "W-K-08 W-K-09 W-K-10 W-K-11"),
            ("W-K-8 to W-K-10, W-K-20", "W-K-8 W-K-9 W-K-10 W-K-20"),
            ("W-K-08–10", "W-K-08 W-K-09 W-K-10"),
            ("W-K-08 – W-K-10", "W-K-08 W-K-09 W-K-10"),
            ("W-K-08 to 10 and W-K-3", "W-K-08 W-K-09 W-K-10 W-K-3"),
            ("W-K-08 and W-K-11", "W-K-08 W-K-11"),
            ("W-K-11 to W-K-08", "W-K-11 W-K-08"),
            ("W-K-08 to V-K-11", "W-K-08 V-K-11"),
            ("W-K-1 to W-K-99999999999999999999", "W-K-1 W-K-99999999999999999999"),
            ("W-K-08 to 10-x", "W-K-08"),
            ("W-K-001/002", "W-K-001 W-K-002"),
            ("W-K-001, 002 and 003", "W-K-001 W-K-002 W-K-003"),
            ("W-K-001, -002 & 004", "W-K-001 W-K-002 W-K-004"),
            ("W-K-001+002, W-K-005", "W-K-001 W-K-002 W-K-005"),
            ("W-K-001, 003 to 005", "W-K-001 W-K-003 W-K-004 W-K-005"),
            ("w-k-001/002 and utf-8", "W-K-001 W-K-002"),
            ("W-K-001, 2026-06-01", "W-K-001"),
            ("W-K-001 and 3 others", "W-K-001"),
        ] {
            assert_eq!(read(text), items, "{text}");
            assert_eq!(fault(text, documents), None, "{text}");
        }
        assert_eq!(read("W-K-1 to W-K-9000"), "W-K-1 W-K-9000");
        for text in ["W-K-1 to W-K-9000", "W-K-001/002a", "W-K-001, -02", "W-K-001/02"] {
            assert!(fault(text, documents).is_some(), "{text}");
        }
    }
}
