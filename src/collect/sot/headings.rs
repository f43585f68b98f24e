//! What a heading is: a work item, a dated section, one of an item's lists.

use std::ops::Range;

use super::lines::{DASHES, List, list_named, part_of, status_word};
use super::marks;
use crate::profile::{Documents, StatusClass};
use crate::text::{is_tick, plain};

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heading {
    Item {
        id: Range<usize>,
        title: Range<usize>,
        dated: bool,
    },
    /// A dated section that is headed by an item's id, where that item is stated elsewhere.
    EvidenceOfItem,
    /// A dated section: evidence.
    Evidence {
        date: Range<usize>,
        valid: bool,
    },
    /// Nearly a work item; why it is none.
    Malformed(&'static str),
    List(List),
    Plain,
}

pub(super) fn heading(text: &str, documents: &Documents) -> Heading {
    let marks = before_id(text);
    let bare = text.get(marks..).unwrap_or_default();
    if let Some(list) = list_named(&plain(bare.trim_end_matches(':'))) {
        return Heading::List(list);
    }
    let date = date_at_end(text);
    if let Some(id) = documents.first_id.find(bare) {
        let rest = bare.get(id.end()..).unwrap_or_default();
        let after = rest.trim_start();
        let title = after.trim_start_matches(DASHES).trim_start();
        let dash = after.len() > title.len() && after.starts_with(DASHES);
        if dash && !title.is_empty() {
            let (id, title) = (marks..marks + id.end(), text.len() - title.len()..text.len());
            return Heading::Item { id, title, dated: date.is_some() };
        }
        let many_parts = id.as_str().matches('-').count() > 1;
        if dash || rest.is_empty() {
            return Heading::Malformed("the heading has no title: write `<ID> - <title>`");
        }
        if rest.starts_with([':', '.', ')', '|']) || many_parts && date.is_none() {
            return Heading::Malformed(
                "no dash stands between the id and the title: write `<ID> - <title>`",
            );
        }
    } else if looks_like_an_item(bare, documents) {
        return Heading::Malformed("the id is not in the profile's form");
    }
    match date {
        Some((date, valid)) => Heading::Evidence { date, valid },
        None => Heading::Plain,
    }
}

/// What a line is that begins with a work item's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Begins {
    /// The id, alone or with a title: nearly a heading.
    Item(Range<usize>),
    /// The id, and a word of the profile for its status.
    Status(Range<usize>, Range<usize>),
}

/// A longer title is a sentence.
const TITLE_WORDS: usize = 15;

/// `CTO-WORK-030 - Title`, `CTO-WORK-030: done`; `None` of a line that begins otherwise, or goes on as a sentence.
pub(super) fn begins(text: &str, documents: &Documents) -> Option<Begins> {
    let marks = before_id(text);
    let bare = text.get(marks..)?;
    let id = first_id(bare, documents)?;
    let rest = bare.get(id..)?.trim_start();
    // `CTO-WORK-030 status: done`, `CTO-WORK-030 → done`
    let field = rest.strip_prefix("status").or_else(|| rest.strip_prefix("Status")).unwrap_or(rest);
    let value = field.trim_start_matches(|c: char| DASHES.contains(&c) || is_tick(c) || MARKS.contains(&c));
    if value.len() == field.trim_start().len() && !rest.is_empty() {
        return None;
    }
    let stated = [Some(value), value.rsplit_once(": ").map(|(_, last)| last)].into_iter().flatten();
    let mut words = stated.map(|value| status_word(value.trim_start().trim_end_matches(')')));
    if let Some(word) = words.find(|word| documents.status(word) != StatusClass::Unknown) {
        return Some(Begins::Status(marks..marks + id, part_of(text, word)));
    }
    let is_titled = rest.is_empty() || rest.starts_with(DASHES) || rest.starts_with([':', '(']);
    if !is_titled || !documents.first_id.is_match(bare) {
        return None;
    }
    let title = !value.contains(". ") && value.split_whitespace().count() <= TITLE_WORDS;
    (title && !rest.starts_with('(')).then_some(Begins::Item(marks..marks + id))
}

/// What may stand between an id and its status.
const MARKS: [char; 7] = [':', '(', '=', '→', '>', ' ', '\u{fe0f}'];

/// The length of the id that a text begins with, in letters of any case.
fn first_id(text: &str, documents: &Documents) -> Option<usize> {
    if let Some(id) = documents.first_id.find(text) {
        return Some(id.end());
    }
    let word = text.split([' ', ':']).next().filter(|word| word.matches('-').count() > 1)?;
    documents.only_id.is_match(&word.to_ascii_uppercase()).then_some(word.len())
}

/// Words that may stand before an id.
const WORDS: &str = "work item";

/// The length of what may stand before an id: `✅`, `1.`, `[x]`, `Work item`.
fn before_id(text: &str) -> usize {
    let marks = marks::before_words(text);
    let bare = text.get(marks..).unwrap_or_default();
    let words = bare.get(..WORDS.len()).is_some_and(|words| words.eq_ignore_ascii_case(WORDS));
    let rest = bare.get(WORDS.len()..).unwrap_or_default();
    let after = rest.trim_start_matches(':').trim_start();
    if words && after.len() < rest.len() { text.len() - after.len() } else { marks }
}

/// `cto-work-030 - Title`, `CTO_WORK_030 - Title`, `CTO-WORK-30a - Title`.
fn looks_like_an_item(text: &str, documents: &Documents) -> bool {
    let Some(word) = text.split_whitespace().next() else { return false };
    let dashed = text.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(DASHES));
    let upper = word.to_uppercase().replace('_', "-");
    let upper = upper.trim_end_matches([':', '.', ')']);
    let id = upper.trim_end_matches(|c: char| c.is_ascii_uppercase());
    dashed && id.matches('-').count() > 1 && documents.only_id.is_match(id)
}

/// The date at the end of a heading, after a dash, and whether there is such a day.
fn date_at_end(text: &str) -> Option<(Range<usize>, bool)> {
    let text = text.trim_end_matches('.');
    let start = text.len().checked_sub(10)?;
    let (before, date) = (text.get(..start)?, text.get(start..)?);
    let digits = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let dashed = before.trim_end().ends_with(DASHES) && before.ends_with(char::is_whitespace);
    (digits && dashed).then(|| (start..text.len(), date.parse::<jiff::civil::Date>().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn headings_are_told_apart() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        for (text, id, title) in [
            ("CTO-WORK-030 - Spark config", "CTO-WORK-030", "Spark config"),
            ("CTO-WORK-030 – Spark - config", "CTO-WORK-030", "Spark - config"),
            ("T-1 — x", "T-1", "x"),
            ("✅ CTO-WORK-017 - Y", "CTO-WORK-017", "Y"),
            ("1. CTO-WORK-017 - Y", "CTO-WORK-017", "Y"),
            ("[x] T-1 - Y", "T-1", "Y"),
            ("• T-1 - Y", "T-1", "Y"),
            ("Work item CTO-WORK-017 - Y", "CTO-WORK-017", "Y"),
            ("3) Work Item: T-1 - Y", "T-1", "Y"),
        ] {
            let Heading::Item { id: a, title: b, dated: false } = heading(text, documents) else {
                panic!("{text}")
            };
            assert_eq!((&text[a], &text[b]), (id, title));
        }
        for text in [
            "CTO-WORK-030",
            "CTO-WORK-030 -",
            "CTO-WORK-030: Spark",
            "cto-work-030 - Spark",
            "CTO_WORK_030 - x",
            "CTO-WORK-030a - x",
            "CTO-WORK-030 Spark",
            "✅ CTO-WORK-030: Spark",
        ] {
            assert!(matches!(heading(text, documents), Heading::Malformed(_)), "{text}");
        }
        for text in ["GPT-4 results", "Notes", "A well-known-2 thing", "Spark 2026-06-01", "Work items"] {
            assert_eq!(heading(text, documents), Heading::Plain, "{text}");
        }
        assert_eq!(heading("Acceptance:", documents), Heading::List(List::Acceptance));
        let text = "Spark evidence – 2026-06-01";
        assert!(matches!(heading(text, documents), Heading::Evidence { valid: true, .. }));
        assert!(matches!(
            heading("Evidence - 2026-02-30", documents),
            Heading::Evidence { valid: false, .. }
        ));
    }
}
