//! Fields of a report that are told of in sentences.

use std::ops::Range;
use std::sync::Arc;

use super::front_matter::unadorned;
use super::lines::part_of;
use super::marks;
use super::words::Words;
use crate::profile::Documents;
use crate::text::plain;

/// A field's pointer, and where its label and its value stand.
type Told = (Arc<str>, Range<usize>, Range<usize>);

/// Fields of the report that a clause tells of as a sentence does, with their labels and values: "The report status
/// is pass, and the backend exit code was 0." A value is one word that only a value can be, or stands in a code span; a
/// longer one may be about the field, and not what stands in it.
pub(super) fn fields(words: &Words<'_>, documents: &Documents) -> Vec<Told> {
    let text = words.text;
    let may_tell = documents.may_name_a_field(text) || documents.shows_fields(text);
    if !may_tell || text.ends_with('?') {
        return Vec::new();
    }
    let (mut all, mut from, mut is_shown) = (Vec::new(), 0, false);
    while from < text.len() {
        let (end, next) = joint(words, from);
        let part = text.get(from..end).unwrap_or_default();
        let behind = documents.report_shows.as_ref().and_then(|shows| part.get(shows.find(part)?.end()..));
        is_shown |= behind.is_some();
        let shown = behind.or(Some(part).filter(|_| is_shown)).and_then(|it| shown(words, it, documents));
        let told = shown.or_else(|| field(words, part, documents));
        if told.is_some() && documents.takes_back(text.get(..from).unwrap_or_default()) {
            break;
        }
        all.extend(told);
        from = next;
    }
    all
}

/// Where a part of a clause ends, and the next one begins: not in a code span.
fn joint(words: &Words<'_>, from: usize) -> (usize, usize) {
    let mut at = from;
    while let Some((found, len)) =
        words.text.get(at..).and_then(|rest| marks::first_of(rest, &[", and ", " and ", ", "]))
    {
        match words.end_of_code_around(at + found) {
            Some(end) => at = end,
            None => return (at + found, at + found + len),
        }
    }
    (words.text.len(), words.text.len())
}

/// What may stand around a field and its value together.
const QUOTES: [char; 6] = ['`', '"', '\'', '“', '”', ' '];

const VERBS: [&str; 5] = [" is ", " was ", " = ", " → ", " -> "];

/// A field's label and its value, as the report is said to show them: "Harness report proves `case_model: fake`".
fn shown(words: &Words<'_>, label: &str, documents: &Documents) -> Option<Told> {
    let signs = [": ", "=", " is ", " was "].iter();
    let (at, sign) = signs.filter_map(|sign| Some((label.find(sign)?, *sign))).min()?;
    let (label, value) = (label.get(..at)?, label.get(at + sign.len()..)?);
    let label = label.trim_start_matches("the ").trim_matches(QUOTES);
    let value = match in_code(words, label, value) {
        Some(value) => value,
        None => {
            let value = value.trim_end_matches(['.', '!']).trim_matches(QUOTES);
            let word = unadorned(value);
            // Behind a colon any word is what the report shows.
            let is_word = matches!(sign, ": " | "=") && !word.is_empty() && !word.contains(' ');
            Some(value).filter(|_| is_word || is_value(word) || is_name(word))?
        }
    };
    let named = plain(label);
    // `status` is the report's own.
    let pointer =
        documents.label_named(&named).or_else(|| documents.label_named(&format!("report {named}")))?;
    Some((Arc::clone(pointer), part_of(words.text, label), part_of(words.text, value)))
}

/// The value that a code span holds, alone or with its label, where no more is said of it behind.
fn in_code<'t>(words: &Words<'t>, label: &str, value: &str) -> Option<&'t str> {
    let begin = part_of(words.text, value).start;
    let end = words.end_of_code(begin).or_else(|| words.end_of_code(part_of(words.text, label).start))?;
    let behind = words.text.get(end..part_of(words.text, value).end)?;
    let behind =
        behind.trim_matches(|c: char| c.is_whitespace() || QUOTES.contains(&c) || ".!".contains(c));
    let first = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    (behind.is_empty() || WHERE.contains(&first)).then_some(words.text.get(begin..end)?)
}

/// Words that begin what is said of where, or when, a field had its value.
const WHERE: [&str; 9] = ["in", "for", "at", "on", "of", "during", "as", "again", "throughout"];

/// `qwen-local`
fn is_name(word: &str) -> bool {
    !word.contains(' ') && word.contains(['-', '_', '/', '.'])
}

fn field(words: &Words<'_>, text: &str, documents: &Documents) -> Option<Told> {
    let (end, behind) =
        VERBS.iter().filter_map(|verb| Some((text.find(verb)?, text.find(verb)? + verb.len()))).min()?;
    let (label, value) = (text.get(..end)?, text.get(behind..)?);
    // Of most sentences the end tells that it is none.
    let bare = value.trim_end_matches(['.', '!']);
    let value = Some(bare).filter(|value| is_value(unadorned(value)));
    let value = value.or_else(|| in_code(words, bare, bare))?;
    let bare = ["The ", "the ", "Its ", "its "].iter().find_map(|article| label.strip_prefix(article));
    let label = bare.unwrap_or(label);
    let named = plain(label);
    let pointer = documents.label_named(&named).filter(|_| named.contains([' ', '_', '.']))?;
    Some((Arc::clone(pointer), part_of(words.text, label), part_of(words.text, value)))
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
