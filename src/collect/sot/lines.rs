//! The forms that single lines of a document take: labels and their values, the lists of a work item.

use std::ops::Range;

use super::citing::artifact_label;
use super::commits;
use super::front_matter::unadorned;
use super::model::Said;
use super::words::Words;
use crate::profile::{Documents, StatusClass};
use crate::text::{Shared, is_coloured, is_tick, plain};

/// The lists that a work item has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Acceptance,
    BlockedBy,
    Evidence,
}

pub(super) const DASHES: [char; 4] = ['-', '–', '—', '−'];
/// A longer text before a colon is a sentence, not a label.
const LABEL_WORDS: usize = 8;
/// The same in bytes: no further is a line looked through for its colon.
const LABEL_BYTES: usize = 200;
/// A field's label is shorter, in bytes.
const FIELD_BYTES: usize = 50;

/// The list that a label announces, by its plain form ([`plain`]).
pub(super) fn list_named(label: &str) -> Option<List> {
    // `Blocked by (2)`
    let counted = label.strip_suffix(')').and_then(|label| label.rsplit_once(" ("));
    let counted = counted.filter(|(_, count)| count.bytes().all(|byte| byte.is_ascii_digit()));
    match counted.map_or(label, |(label, _)| label) {
        "acceptance" => Some(List::Acceptance),
        "blocked by" | "blocked-by" | "blocked on" | "blockers" => Some(List::BlockedBy),
        "current evidence" => Some(List::Evidence),
        _ => None,
    }
}

/// A line of the form `<label>: <value>`.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    /// The label in its plain form ([`plain`]).
    pub named: String,
    pub label: Range<usize>,
    pub value: Range<usize>,
}

/// The label and the value of a line. A label that is known may have no space behind its colon.
pub(super) fn labelled(text: &str, documents: &Documents) -> Option<Labelled> {
    let head = text.as_bytes().get(..LABEL_BYTES).unwrap_or(text.as_bytes());
    for at in memchr::memchr_iter(b':', head) {
        let ends =
            text.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        let found = label_before(text, at, at + 1);
        if ends {
            // `case_model=claude: the other one`
            let signed = memchr::memchr3(b'=', b'>', 0xe2, head.get(..at).unwrap_or_default()).is_some();
            return match found {
                Some(found) if !signed || found.is_known(text, documents) => Some(found),
                found => otherwise(text, documents).or(found),
            };
        }
        if let Some(found) = found.filter(|found| found.is_known(text, documents)) {
            return Some(found);
        }
    }
    otherwise(text, documents)
}

fn otherwise(text: &str, documents: &Documents) -> Option<Labelled> {
    wide(text, documents).or_else(|| dashed(text, documents)).or_else(|| equated(text, documents))
}

/// The same with a sign of equality or an arrow between them, of a label that is known: `case_model=fake`.
fn equated(text: &str, documents: &Documents) -> Option<Labelled> {
    let head = text.as_bytes().get(..FIELD_BYTES).unwrap_or(text.as_bytes());
    let mut signs = memchr::memchr3_iter(b'=', b'>', 0xe2, head);
    let sign = |at: usize| {
        let rest = text.get(at..)?;
        let sign = rest.trim_start_matches(['=', '>', '→']);
        (sign.len() < rest.len()).then_some((at, text.len() - sign.len()))
    };
    let (at, behind) = signs.find_map(sign)?;
    // Of `->` the dash is a part.
    let before = text.get(..at)?;
    let at = before.strip_suffix('-').map_or(at, str::len);
    let found = label_before(text, at, behind)?;
    let label = text.get(found.label.clone()).unwrap_or_default();
    // "Backend → Case adapter" is no field and its value.
    let value = text.get(found.value.clone()).unwrap_or_default();
    let is_field = found.named.contains([' ', '_', '.']) || !value.contains(' ');
    let known = !value.is_empty()
        && is_field
        && passed_label(label).is_none_or(|_| documents.label_named(&found.named).is_some())
        && found.is_known(text, documents);
    known.then_some(found)
}

/// The same with a dash between them, of a field's label of two words or more: `**Report status** - fail`. A lone
/// word or a verb, and a dash, begin many a line of prose; `Status — done` does not.
fn dashed(text: &str, documents: &Documents) -> Option<Labelled> {
    let head = text.as_bytes().get(..FIELD_BYTES).unwrap_or(text.as_bytes());
    let is_dash = |at: &usize| {
        let (before, behind) = text.split_at_checked(*at).unwrap_or_default();
        before.ends_with(' ') && behind.starts_with(DASHES)
    };
    // Each of the dashes that are not ASCII begins with this byte.
    let at = memchr::memchr2_iter(b'-', 0xe2, head).find(is_dash)?;
    let behind = at + text.get(at..)?.chars().next()?.len_utf8();
    if !text.get(behind..)?.starts_with(' ') {
        return None;
    }
    // "Tests failed - the bug remained" is a sentence.
    let found = label_before(text, at, behind)?;
    let named = &found.named;
    let status = text.get(found.value.clone()).map(status_word).filter(|_| named == "status");
    let known = named.contains(' ') && !named.ends_with("ed") && documents.label_named(named).is_some()
        || status.is_some_and(|word| documents.status(word) != StatusClass::Unknown);
    known.then_some(found)
}

/// The same with the colon of wide scripts, of a label that is known.
fn wide(text: &str, documents: &Documents) -> Option<Labelled> {
    if text.is_ascii() {
        return None;
    }
    let (at, colon) = text.match_indices('：').next().filter(|(at, _)| *at < LABEL_BYTES)?;
    label_before(text, at, at + colon.len()).filter(|found| found.is_known(text, documents))
}

fn label_before(text: &str, colon: usize, behind: usize) -> Option<Labelled> {
    let label = text.get(..colon)?.trim_end();
    let begins = label.trim_start_matches(['`', '"', '(', '[']);
    if !begins.starts_with(char::is_alphabetic) || label.split_whitespace().count() > LABEL_WORDS {
        return None;
    }
    let value = text.get(behind..)?;
    let start = behind + (value.len() - value.trim_start().len());
    Some(Labelled { named: plain(label), label: 0..label.len(), value: start..text.len() })
}

impl Labelled {
    /// Whether a colon stands between label and value.
    pub fn has_colon(&self, text: &str) -> bool {
        let between = text.get(self.label.end..self.value.start).unwrap_or_default();
        between.contains([':', '：'])
    }

    pub fn is_known(&self, text: &str, documents: &Documents) -> bool {
        is_known(text.get(self.label.clone()).unwrap_or_default(), &self.named, documents)
    }
}

/// Whether a label, and its plain form, mean something.
pub(super) fn is_known(label: &str, named: &str, documents: &Documents) -> bool {
    documents.label_named(named).is_some()
        || list_named(named).is_some()
        || named == "status"
        || artifact_label(label).is_some()
        || passed_label(label).is_some()
        || commits::repository(label).is_some()
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
pub(super) fn before_end<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let (before, last) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    last.eq_ignore_ascii_case(end).then_some(before)
}

/// `Focused validator` of the label `Focused validator passed`.
pub(super) fn passed_label(label: &str) -> Option<usize> {
    before_end(label, " passed").map(|what| what.trim_end().len())
}

/// A status's word: what stands before an explanation.
pub(super) fn status_word(value: &str) -> &str {
    let end = [". ", " - ", " – ", " — ", " (", ", ", "; ", ": ", " until ", " unless ", " till "]
        .iter()
        .filter_map(|mark| value.find(mark))
        .min()
        .unwrap_or(value.len());
    // A check mark says the same as the word beside it; a cross may deny it.
    let dress = |c: char| {
        is_tick(c) || is_coloured(c) || matches!(c, ' ' | '!' | '“' | '”' | '„' | '‘' | '’' | '«' | '»')
    };
    let word = value.get(..end).unwrap_or_default();
    let noted = word.strip_suffix(']').and_then(|word| word.rsplit_once("[^"));
    let word = noted.map_or(word, |(word, _)| word);
    let bare = unadorned(word.trim_matches(dress)).trim_matches(dress);
    // A mark alone is all that is said.
    if bare.is_empty() { word.trim() } else { bare }
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

/// Whether an item of what is waited for says that nothing is: `(none)`, "No open blockers.", "None at the moment."
pub(super) fn is_no_blocker(text: &str) -> bool {
    let text = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '.' | '!' | ' '));
    let is_one_of = |word: &str, words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(word));
    is_nothing(text) || {
        let mut words = unadorned(text).split_whitespace().map(|word| word.trim_end_matches(['.', ',']));
        words.next().is_some_and(|first| is_one_of(first, &NOTHING))
            && words.all(|word| is_one_of(word, &NO_MORE))
    }
}

/// Words that begin what says that there is nothing.
const NOTHING: [&str; 5] = ["none", "nothing", "no", "not", "n/a"];

/// Words that say of nothing no more than that it is nothing.
const NO_MORE: [&str; 24] = [
    "open",
    "known",
    "current",
    "currently",
    "remaining",
    "left",
    "more",
    "other",
    "any",
    "blocker",
    "blockers",
    "blocked",
    "at",
    "the",
    "moment",
    "present",
    "now",
    "right",
    "yet",
    "so",
    "far",
    "today",
    "longer",
    "anymore",
];

/// The ids of a text that are written like another one, but for their case: `cto-work-002` beside `CTO-WORK-001`.
pub(super) fn ids_like(id: &str, text: &str) -> Vec<Shared> {
    let is_end = |two: &[u8]| matches!(two, [b'-', digit] if digit.is_ascii_digit());
    if !text.as_bytes().windows(2).any(is_end) {
        return Vec::new();
    }
    let family = id.rfind('-').and_then(|end| id.get(..=end)).unwrap_or_default().to_ascii_lowercase();
    let lower = text.to_ascii_lowercase();
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let words = lower.split(part).filter(|word| {
        let number = word.strip_prefix(family.as_str()).unwrap_or_default();
        !family.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    words.map(|word| Shared::from(word.to_ascii_uppercase().as_str())).collect()
}

impl Labelled {
    /// Whether it looks like a label, and not like the first words of a sentence.
    pub fn may_be_one(&self, text: &str) -> bool {
        let label = text.get(self.label.clone()).unwrap_or_default();
        label.starts_with(char::is_uppercase) && label.split_whitespace().count() <= 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;

    #[test]
    fn values_stand_without_their_dress() {
        assert_eq!(status_word("blocked, until June."), "blocked");
        assert_eq!(status_word("In progress. Soon done."), "In progress");
        assert_eq!(status_word("✔\u{fe0f} done 🗸"), "done");
        assert_eq!(status_word("✕ done"), "✕ done", "a cross denies");
    }

    #[test]
    fn a_field_s_label_may_have_a_dash_behind_it() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        for text in ["Report status - pass", "Report status – pass", "Report status — pass"] {
            let found = labelled(text, documents).expect("a label");
            assert_eq!((&text[found.label], &text[found.value]), ("Report status", "pass"));
        }
        for text in ["Status - blocked, until June", "Status — completed"] {
            assert_eq!(&text[labelled(text, documents).expect("a label").label], "Status");
        }
        for text in [
            "Status - unclear",
            "Stage - two",
            "Report status -pass",
            "Report status pass - or not",
            "Run artifact - none",
            "Tests failed - all",
        ] {
            assert!(labelled(text, documents).is_none(), "{text}");
        }
    }

    #[test]
    fn a_known_label_is_read_without_a_space() {
        let profile = Profile::built_in().expect("sound");
        let documents = profile.documents().expect("patterns");
        for (text, label, value) in [
            ("Report status: pass", "Report status", "pass"),
            ("Report status:pass", "Report status", "pass"),
            ("Report status：pass", "Report status", "pass"),
            ("Report status ： pass", "Report status", "pass"),
            ("At http://a: b", "At http://a", "b"),
        ] {
            let found = labelled(text, documents).expect("a label");
            assert_eq!((&text[found.label], &text[found.value]), (label, value));
        }
        for text in ["http://a", "12:30", "a：b", "the very long words of a sentence that ends: b"] {
            assert!(labelled(text, documents).is_none(), "{text}");
        }
    }
}
