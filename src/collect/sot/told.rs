//! Fields of a report that are told of in sentences.

use std::ops::Range;
use std::sync::Arc;

use super::front_matter::unadorned;
use super::lines::part_of;
use super::marks;
use crate::profile::Documents;
use crate::text::plain;

/// Fields of the report that a clause tells of as a sentence does, with their labels and values: "The report status
/// is pass, and the backend exit code was 0." A value is one word that only a value can be; a longer one may be
/// about the field, and not what stands in it.
pub(super) fn fields(text: &str, documents: &Documents) -> Vec<(Arc<str>, Range<usize>, Range<usize>)> {
    let may_tell = documents.may_name_a_field(text) || documents.shows_fields(text);
    if !may_tell || text.ends_with('?') {
        return Vec::new();
    }
    let (mut all, mut from) = (Vec::new(), 0);
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let (end, next) = marks::first_of(rest, &[", and ", " and ", ", "]).unwrap_or((rest.len(), 0));
        let part = rest.get(..end).unwrap_or_default();
        let told = field(part, documents);
        if told.is_some() && documents.takes_back(text.get(..from).unwrap_or_default()) {
            break;
        }
        let place = |part: Range<usize>| from + part.start..from + part.end;
        all.extend(told.map(|(pointer, label, value)| (pointer, place(label), place(value))));
        from = if next == 0 { text.len() } else { from + end + next };
    }
    all
}

/// What may stand around a field and its value together.
const QUOTES: [char; 6] = ['`', '"', '\'', '“', '”', ' '];

const VERBS: [&str; 5] = [" is ", " was ", " = ", " → ", " -> "];

/// A field's label and its value, as the report is said to show them: "Harness report proves `case_model: fake`".
fn shown(text: &str, documents: &Documents) -> Option<(Arc<str>, Range<usize>, Range<usize>)> {
    let found = documents.report_shows.as_ref()?.find(text)?;
    let label = text.get(found.end()..)?;
    let signs = [": ", "=", " is ", " was "].iter();
    let (at, behind) =
        signs.filter_map(|sign| Some((label.find(sign)?, label.find(sign)? + sign.len()))).min()?;
    let (label, value) = (label.get(..at)?, label.get(behind..)?.trim_end_matches(['.', '!']));
    let label = label.trim_start_matches("the ").trim_matches(QUOTES);
    let value = value.trim_matches(QUOTES);
    let named = plain(label);
    // `status` is the report's own.
    let pointer = documents
        .label_named(&named)
        .or_else(|| documents.label_named(&format!("report {named}")))
        .filter(|_| is_value(unadorned(value)) || is_name(unadorned(value)))?;
    Some((Arc::clone(pointer), part_of(text, label), part_of(text, value)))
}

/// `qwen-local`
fn is_name(word: &str) -> bool {
    !word.contains(' ') && word.contains(['-', '_', '/', '.'])
}

fn field(text: &str, documents: &Documents) -> Option<(Arc<str>, Range<usize>, Range<usize>)> {
    if let Some(shown) = shown(text, documents) {
        return Some(shown);
    }
    let (end, behind) =
        VERBS.iter().filter_map(|verb| Some((text.find(verb)?, text.find(verb)? + verb.len()))).min()?;
    // Of most sentences the end tells that it is none.
    let value = text.get(behind..)?.trim_end_matches(['.', '!']);
    let word = unadorned(value);
    if !is_value(word) {
        return None;
    }
    let label = text.get(..end)?;
    let bare = ["The ", "the ", "Its ", "its "].iter().find_map(|article| label.strip_prefix(article));
    let label = bare.unwrap_or(label);
    let named = plain(label);
    let pointer = documents.label_named(&named).filter(|_| named.contains([' ', '_', '.']))?;
    Some((Arc::clone(pointer), part_of(text, label), part_of(text, value)))
}

/// Whether a text is one word that only a field's value can be.
pub(super) fn is_value(word: &str) -> bool {
    let is_known = || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    !word.contains(' ') && (word.contains(|c: char| c.is_ascii_digit()) || is_known())
}

/// Words that are values of fields; others have a digit in them.
const WORDS: [&str; 15] = [
    "pass",
    "passed",
    "fail",
    "failed",
    "blocked",
    "true",
    "false",
    "null",
    "zero",
    "present",
    "missing",
    "admitted",
    "not_admitted",
    "case",
    "fake",
];
