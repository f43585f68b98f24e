//! Work items that a text names, those of a range among them: `CTO-WORK-015 through CTO-WORK-018`.

use std::ops::Range;

use regex::Regex;

use super::words::Words;
use crate::text::Shared;

/// No more items than these stand between the ends of a range.
const MOST: u64 = 200;

/// What stands between the ends of a range, white space aside.
const MARKS: [&str; 12] =
    ["through", "thru", "to", "up to", "until", "till", "-", "–", "—", "..", "...", "…"];

/// The ids in a part of an entry's words, with those between the ends of ranges.
pub(super) fn items(words: &Words<'_>, part: Range<usize>, id: &Regex) -> Vec<Shared> {
    let mut all = Vec::new();
    let text = words.text.get(part.clone()).unwrap_or_default();
    for found in named(text, id) {
        match found {
            Named::Item(at) => all.push(words.kept(part.start + at.start..part.start + at.end)),
            Named::Range(family, width, numbers) => {
                let numbers = if is_long(&numbers) { numbers.end..numbers.end } else { numbers };
                all.extend(
                    numbers.map(|number| Shared::from(format!("{family}-{number:0width$}").as_str())),
                );
            }
        }
    }
    all
}

/// Whether a text names a range of more items than are read of it.
pub(super) fn has_a_long_one(text: &str, id: &Regex) -> bool {
    named(text, id).iter().any(|found| matches!(found, Named::Range(_, _, numbers) if is_long(numbers)))
}

fn is_long(numbers: &Range<u64>) -> bool {
    numbers.end.saturating_sub(numbers.start) > MOST
}

enum Named<'t> {
    Item(Range<usize>),
    /// The items behind the first one of a range up to, without it, the next one that the text names: the letters of
    /// their ids, how many digits their numbers have, and those.
    Range(&'t str, usize, Range<u64>),
}

fn named<'t>(text: &'t str, id: &Regex) -> Vec<Named<'t>> {
    let ids: Vec<_> = id.find_iter(text).collect();
    let mut all = Vec::with_capacity(ids.len());
    for (at, found) in ids.iter().enumerate() {
        all.push(Named::Item(found.range()));
        let Some((family, first)) = found.as_str().rsplit_once('-') else { continue };
        let next = ids.get(at + 1);
        let between =
            text.get(found.end()..next.map_or(text.len(), regex::Match::start)).unwrap_or_default();
        let range = |last: &str, given: bool| {
            let (from, to) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
            (from < to)
                .then(|| Named::Range(family, first.len(), from + 1..if given { to } else { to + 1 }))
        };
        let to_next = next.and_then(|next| next.as_str().rsplit_once('-'));
        let range = match to_next.filter(|(other, _)| *other == family && MARKS.contains(&between.trim())) {
            Some((_, last)) => range(last, true),
            // `CTO-WORK-015 to 018`
            None => number_behind(between).and_then(|last| range(last, false)),
        };
        all.extend(range);
    }
    all
}

/// The number that a text begins with behind the mark of a range.
fn number_behind(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let rest = MARKS.iter().filter_map(|mark| text.strip_prefix(mark)).min_by_key(|rest| rest.len())?;
    let rest = rest.trim_start();
    let number = rest.get(..rest.bytes().take_while(u8::is_ascii_digit).count())?;
    let ends = !rest.get(number.len()..)?.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    (!number.is_empty() && ends).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::cell::OnceCell;

    use super::super::words::Page;
    use super::*;

    #[test]
    fn items_between_the_ends_of_a_range_are_named_too() {
        let id = Regex::new(r"\b[A-Z]+(?:-[A-Z]+)*-\d+\b").unwrap();
        let read = |text: &str| {
            let mut page = Page::default();
            page.push(text, 0..text.len());
            let (at, kept) = (page.take(), OnceCell::new());
            let words = page.words(&at, &kept);
            let items = items(&words, 0..text.len(), &id);
            items.iter().map(Shared::to_string).collect::<Vec<_>>().join(" ")
        };
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
        ] {
            assert_eq!(read(text), items, "{text}");
        }
        assert_eq!(read("W-K-1 to W-K-9000"), "W-K-1 W-K-9000");
        assert!(has_a_long_one("W-K-1 to W-K-9000", &id) && !has_a_long_one("W-K-1 to W-K-9", &id));
    }
}
