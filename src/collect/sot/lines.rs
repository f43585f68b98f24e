//! The forms that single lines of a document take: headings, labels and values, citations, commits.

use std::ops::Range;

use super::blocks::Labels;
use super::front_matter::unadorned;
use super::model::Said;
use super::words::Words;
use crate::profile::Documents;
use crate::text::plain;

/// What a heading is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heading {
    Item {
        id: Range<usize>,
        title: Range<usize>,
        dated: bool,
    },
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

/// The lists that a work item has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Acceptance,
    BlockedBy,
    Evidence,
}

const DASHES: [char; 4] = ['-', '–', '—', '−'];
/// A longer text before a colon is a sentence, not a label.
const LABEL_WORDS: usize = 8;

/// The list that a label announces, by its plain form ([`plain`]).
pub(super) fn list_named(label: &str) -> Option<List> {
    match label {
        "acceptance" => Some(List::Acceptance),
        "blocked by" => Some(List::BlockedBy),
        "current evidence" => Some(List::Evidence),
        _ => None,
    }
}

pub(super) fn heading(text: &str, documents: &Documents) -> Heading {
    if let Some(list) = list_named(&plain(text.trim_end_matches(':'))) {
        return Heading::List(list);
    }
    let date = date_at_end(text);
    if let Some(id) = documents.id.find(text).filter(|id| id.start() == 0) {
        let rest = text.get(id.end()..).unwrap_or_default();
        let after = rest.trim_start();
        let title = after.trim_start_matches(DASHES).trim_start();
        let dash = after.len() > title.len() && after.starts_with(DASHES);
        if dash && !title.is_empty() {
            let start = text.len() - title.len();
            return Heading::Item { id: 0..id.end(), title: start..text.len(), dated: date.is_some() };
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
    } else if looks_like_an_item(text, documents) {
        return Heading::Malformed("the id is not in the profile's form");
    }
    match date {
        Some((date, valid)) => Heading::Evidence { date, valid },
        None => Heading::Plain,
    }
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

/// A line of the form `<label>: <value>`.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub label: Range<usize>,
    pub value: Range<usize>,
}

impl Labelled {
    /// The label of this text in its plain form ([`plain`]).
    pub fn named(&self, text: &str) -> String {
        plain(text.get(self.label.clone()).unwrap_or_default())
    }
}

pub(super) fn labelled(text: &str) -> Option<Labelled> {
    let colon = text.match_indices(':').map(|(at, _)| at).find(|at| {
        text.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    })?;
    let label = text.get(..colon)?.trim_end();
    let begins = label.trim_start_matches(['`', '"', '(', '[']);
    if !begins.starts_with(char::is_alphabetic) || label.split_whitespace().count() > LABEL_WORDS {
        return None;
    }
    let value = text.get(colon + 1..)?;
    let start = colon + 1 + (value.len() - value.trim_start().len());
    Some(Labelled { label: 0..label.len(), value: start..text.len() })
}

/// The words of a part, without the marks that carry no meaning.
pub(super) fn said(words: &Words<'_>, part: Range<usize>) -> Said {
    let text = words.text.get(part.clone()).unwrap_or_default();
    let bare = part_of(text, unadorned(text));
    let bare = part.start + bare.start..part.start + bare.end;
    Said { text: words.kept(bare.clone()), span: words.span(bare) }
}

/// Where a part of a text stands that was cut from it.
pub(super) fn part_of(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    start..(start + part.len()).min(text.len())
}

/// The whole entry, its last full stop aside.
pub(super) fn whole(words: &Words<'_>) -> Said {
    let len = words.text.trim_end_matches('.').trim_end().len();
    Said { text: words.kept(0..len), span: words.span(0..len) }
}

/// What stands before a text's end, whose letters may be of either case.
fn before_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let (before, last) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    last.eq_ignore_ascii_case(end).then_some(before)
}

/// `Run` of the label `Run artifact directory`; `None` of a label that cites nothing.
pub(super) fn artifact_label(label: &str) -> Option<usize> {
    ["artifact directory", "artifact"].iter().find_map(|end| {
        let what = before_end(label, end)?;
        (what.is_empty() || what.ends_with(' ')).then(|| what.trim_end().len())
    })
}

/// `Focused validator` of the label `Focused validator passed`.
pub(super) fn passed_label(label: &str) -> Option<usize> {
    before_end(label, " passed").map(|what| what.trim_end().len())
}

/// The id and the subject of a commit claim's value.
pub(super) fn commit(label: &str, value: &str) -> Option<(Range<usize>, Range<usize>)> {
    if !label.eq_ignore_ascii_case("commit") && before_end(label, " commit").is_none() {
        return None;
    }
    let bare = value.trim_start_matches(['`', '"']);
    let skipped = value.len() - bare.len();
    // A mistyped id is one all the same: it is in no repository.
    let len = bare.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (id, after) = (bare.get(..len)?, bare.get(len..)?);
    let ends = after.is_empty() || after.starts_with(['`', '"', ' ', '.', ',', ':', '\t']);
    let like_one = id.bytes().all(|c| c.is_ascii_hexdigit()) || id.contains(|c: char| c.is_ascii_digit());
    if !(4..=64).contains(&len) || !ends || !like_one {
        return None;
    }
    let subject = after.trim_start_matches(['`', '"', ',', ':', ' ', '\t', '.']);
    let subject = subject.strip_prefix("- ").unwrap_or(subject);
    Some((skipped..skipped + len, value.len() - subject.len()..value.len()))
}

/// The run directory's name at the end of a path.
pub(super) fn last_part(path: &str) -> &str {
    let path = path.trim_matches([' ', '`', '"', '<', '>']).trim_end_matches(['/', '\\', '.', '`', '>']);
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A status's word: what stands before an explanation.
pub(super) fn status_word(value: &str) -> &str {
    let end = [". ", " - ", " – ", " — ", " (", ", ", "; ", ": "]
        .iter()
        .filter_map(|mark| value.find(mark))
        .min()
        .unwrap_or(value.len());
    unadorned(value.get(..end).unwrap_or_default())
}

/// Whether a list's only item says that it is empty.
pub(super) fn is_nothing(text: &str) -> bool {
    if text.split_whitespace().nth(2).is_some() {
        return false;
    }
    matches!(
        plain(unadorned(text)).as_str(),
        "" | "none" | "nothing" | "n/a" | "-" | "–" | "—" | "no blockers"
    )
}

impl Labels for Documents {
    fn known(&self, line: &str) -> bool {
        let Some(Labelled { label, value }) = labelled(line) else { return false };
        let label = line.get(label).unwrap_or_default();
        let value = line.get(value).unwrap_or_default();
        let named = plain(label);
        self.label_named(&named).is_some()
            || list_named(&named).is_some()
            || named == "status"
            || artifact_label(label).is_some()
            || passed_label(label).is_some()
            || commit(label, value).is_some()
    }

    fn looks_like_one(&self, line: &str) -> bool {
        labelled(line).is_some_and(|at| {
            let label = line.get(at.label).unwrap_or_default();
            label.starts_with(char::is_uppercase) && label.split_whitespace().count() <= 5
        })
    }
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
        ] {
            assert!(matches!(heading(text, documents), Heading::Malformed(_)), "{text}");
        }
        for text in ["GPT-4 results", "Notes", "A well-known-2 thing", "Spark 2026-06-01"] {
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

    #[test]
    fn values_stand_without_their_dress() {
        assert_eq!(last_part("`/a/b/c/`."), "c");
        assert_eq!(last_part("C:\\runs\\x."), "x");
        assert_eq!(status_word("blocked, until June."), "blocked");
        assert_eq!(status_word("In progress. Soon done."), "In progress");
        assert_eq!(artifact_label("Focused validator artifact"), Some(17));
        assert_eq!(artifact_label("Artifact Directory"), Some(0));
        assert_eq!(artifact_label("Martifact"), None);
        let value = "`6c453ee` Add Case Qwen loop entrypoint";
        let (id, subject) = commit("Hermes commit", value).expect("a commit");
        assert_eq!((&value[id], &value[subject]), ("6c453ee", "Add Case Qwen loop entrypoint"));
        assert!(commit("Hermes commit", "soon").is_none());
        assert!(commit("Hermes commit", "6c453ex Add").is_some());
    }
}
