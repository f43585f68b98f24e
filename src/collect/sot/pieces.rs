//! A clause that makes several claims: "No files were changed, and tests passed."
//!
//! It is cut where one of the profile's sentences begins behind a comma, a colon, a dash, a bracket or a conjunction, so that none
//! hides behind another. Behind words that are no claim themselves it is cut where nothing makes a condition of what follows, or
//! takes it back, and where that is told as past. Where nothing else in the clause is a claim, more is asked of them: a phrase
//! ("In CI, …") may say where something was, and only a clause of its own, or one of the profile's words that say
//! nothing of what follows ("Afterwards, …"), leaves it to the cited run.

use std::ops::Range;

use super::{commits, marks, sentences};
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
const COLON: &str = ": ";

/// What a pattern may take from the joint behind its claim.
const ENDS: [&str; 8] = [" and", " but", ",", ":", " (", " —", " –", " -"];

/// No more joints than these are looked at: a sentence has fewer.
const MOST: usize = 40;

/// The parts of a clause that are each asked by itself; none of one that is a whole. `is_told`: a pattern of the
/// profile is in it as it stands.
pub(super) fn of(text: &str, is_told: bool, documents: &Documents) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let goes_on = documents.may_go_on(text);
    if !(is_told || goes_on) || text.ends_with('?') {
        return pieces;
    }
    let mut from = if goes_on { lead(text, documents) } else { 0 };
    if from == 0 && joint(text, 0).is_none() || commits::sentence(sentences::bare(text)).is_some() {
        return pieces;
    }
    let (mut next, mut is_claim) = begin(text, from, documents);
    for _ in 0..MOST {
        let Some((at, behind)) = joint(text, next) else { break };
        next = behind;
        let (before, rest) =
            (text.get(from..at).unwrap_or_default(), text.get(behind..).unwrap_or_default());
        let mark = text.get(at..behind).unwrap_or_default();
        let told = match said(rest, documents) {
            Some(found) => {
                let free = || {
                    let told = rest.get(found.clone()).unwrap_or_default();
                    goes_on_freely(before, told, documents)
                        && !documents.is_norm(text, &(behind + found.start..behind + found.end))
                };
                // What is told of before belongs to the clause as well: "In the first run the bug remained and …".
                let led = text.get(..at).unwrap_or_default();
                match (is_claim, is_told || from > 0) {
                    (true, _) => mark != COLON || is_clause(before),
                    (false, true) => (mark != COLON || leaves_it(before, mark, documents)) && free(),
                    (false, false) => leaves_it(led, mark, documents) && free(),
                }
            }
            None => {
                is_claim
                    && mark != COLON
                    && !sentences::passes(sentences::bare(rest), 0, documents).is_empty()
            }
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

/// How long the words are that say nothing of the sentence which they stand before, and which is told as past:
/// "After the patch all tests passed."
fn lead(text: &str, documents: &Documents) -> usize {
    let Some(end) = documents.lead(text) else { return 0 };
    let rest = text.get(end..).unwrap_or_default();
    let told = said(rest, documents).filter(|found| {
        let told = rest.get(found.clone()).unwrap_or_default();
        is_past(told) && !documents.is_norm(text, &(end..end + found.end))
    });
    told.map_or(0, |_| end)
}

/// Whether words before a sentence leave it to the run that is cited: they are a clause of their own, or a conjunction
/// parts them from it, and they speak of no other run, and of nobody who said so.
fn leaves_it(before: &str, mark: &str, documents: &Documents) -> bool {
    let joined = mark.trim_end().ends_with(char::is_alphabetic);
    let whole = || format!("{before}{mark}");
    (joined || is_clause(before)) && !documents.is_told_elsewhere(whole().trim_end())
}

/// Whether a text is a clause: it has a verb.
fn is_clause(text: &str) -> bool {
    text.split(' ')
        .any(|word| is_past_word(word) || VERBS.iter().any(|verb| word.eq_ignore_ascii_case(verb)))
}

const VERBS: [&str; 30] = [
    "is", "are", "has", "have", "did", "took", "found", "made", "ran", "went", "wrote", "got", "came",
    "gave", "saw", "began", "built", "kept", "left", "held", "sent", "met", "broke", "fell", "rose", "put",
    "set", "hit", "won", "stood",
];

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
    let rest = text.get(from..)?;
    let mark = marks::first_of(rest, &JOINTS);
    let near = rest.get(..mark.map_or(rest.len(), |(at, _)| at))?;
    let (at, len) = near.find(COLON).map(|at| (at, COLON.len())).or(mark)?;
    Some((from + at, from + at + len))
}

fn goes_on_freely(before: &str, said: &str, documents: &Documents) -> bool {
    !documents.takes_back(before) && !before.contains(" that ") && is_past(said)
}

fn is_past(said: &str) -> bool {
    said.split(' ').any(is_past_word)
}

fn is_past_word(word: &str) -> bool {
    word.ends_with("ed") || matches!(word, "was" | "were" | "had")
}
