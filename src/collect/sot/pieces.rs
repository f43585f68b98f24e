//! A clause that makes several claims: "No files were changed, and tests passed."
//!
//! It is cut where one of the profile's sentences begins behind a comma, a dash, a bracket or a conjunction, so that none hides behind
//! another. Behind words that are no claim themselves it is cut where nothing makes a condition of what follows, or
//! takes it back, and where that is told as past.

use std::ops::Range;

use super::{marks, sentences};
use crate::profile::Documents;

/// What begins a further claim.
const JOINTS: [&str; 12] = [
    ", and ",
    ", but ",
    ", while ",
    " and ",
    " but ",
    " while ",
    " whereas ",
    ", ",
    " — ",
    " – ",
    " - ",
    " (",
];

/// What a pattern may take from the joint behind its claim.
const ENDS: [&str; 7] = [" and", " but", ",", " (", " —", " –", " -"];

/// No more joints than these are looked at: a sentence has fewer.
const MOST: usize = 40;

/// The parts of a clause that are each asked by itself; none of one that is a whole.
pub(super) fn of(text: &str, documents: &Documents) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    if joint(text, 0).is_none()
        || text.ends_with('?')
        || super::commits::sentence(sentences::bare(text)).is_some()
    {
        return pieces;
    }
    let mut from = 0;
    let (mut next, mut is_claim) = begin(text, from, documents);
    for _ in 0..MOST {
        let Some((at, behind)) = joint(text, next) else { break };
        next = behind;
        let (before, rest) =
            (text.get(from..at).unwrap_or_default(), text.get(behind..).unwrap_or_default());
        let told = match said(rest, documents) {
            Some(found) => {
                is_claim || goes_on_freely(before, rest.get(found).unwrap_or_default(), documents)
            }
            None => is_claim && !sentences::passes(sentences::bare(rest), 0, documents).is_empty(),
        };
        if told {
            pieces.push(from..at);
            from = behind;
            (next, is_claim) = begin(text, from, documents);
        }
    }
    if from > 0 {
        pieces.push(from..from + inside(text.get(from..).unwrap_or_default()).len());
    }
    pieces
}

/// Where the next joint may stand at the earliest, and whether a claim begins here.
fn begin(text: &str, from: usize, documents: &Documents) -> (usize, bool) {
    let rest = text.get(from..).unwrap_or_default();
    let Some(found) = said(rest, documents) else { return (from, false) };
    // A pattern may look at what stands behind the claim.
    let claim = rest.get(found).unwrap_or_default();
    let claim = ENDS.iter().find_map(|mark| claim.strip_suffix(mark)).unwrap_or(claim);
    (from + claim.len(), true)
}

/// The part of a text that is one of the profile's sentences; it begins the text.
fn said(text: &str, documents: &Documents) -> Option<Range<usize>> {
    let text = sentences::bare(inside(text));
    let said = documents.sentence(text).and_then(|at| documents.sentence_at(at))?;
    said.says(text).filter(|found| found.start == 0)
}

/// A text without the bracket that closes what it stands in.
fn inside(text: &str) -> &str {
    let inside = sentences::bare(text).strip_suffix(')');
    inside.filter(|inside| !inside.contains('(')).unwrap_or(text)
}

/// Where the next joint begins and ends.
fn joint(text: &str, from: usize) -> Option<(usize, usize)> {
    let (at, len) = marks::first_of(text.get(from..)?, &JOINTS)?;
    Some((from + at, from + at + len))
}

fn goes_on_freely(before: &str, said: &str, documents: &Documents) -> bool {
    let is_past = |word: &str| word.ends_with("ed") || matches!(word, "was" | "were" | "had");
    !documents.takes_back(before) && !before.contains(" that ") && said.split(' ').any(is_past)
}
