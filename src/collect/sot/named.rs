//! Runs that a text names by their directories, and sentences that say of such a one in whatever words that it passed.

use std::ops::Range;

use regex::Regex;

use super::blocks::Blocks;
use super::checks::is_check_word;
use super::lines::part_of;
use super::model::{NamedRun, Pass};
use super::sentences::{bare, pass};
use super::words::Words;
use crate::profile::{Documents, Surfaces};

/// The runs that a part of a text names, in words or by where its links lead, in the order of their places.
pub(super) fn runs(
    words: &Words<'_>,
    part: Range<usize>,
    blocks: &Blocks,
    surfaces: &Surfaces,
) -> Box<[NamedRun]> {
    let text = words.text.get(part.clone()).unwrap_or_default();
    if text.is_empty() {
        return Box::default();
    }
    let named = surfaces.run_names(text).map(|run| {
        let at = part.start + part_of(text, run).start;
        NamedRun { at, run: run.into(), linked: false }
    });
    let mut all: Vec<NamedRun> = named.collect();
    for (begins, to) in blocks.links_at(words.span(part.clone())) {
        let places = text.char_indices().map(|(at, c)| part.start + at..part.start + at + c.len_utf8());
        let first = places.map(|at| (at.start, words.span(at))).find(|(_, span)| span.end > begins);
        let at = first.map_or(part.start, |(at, _)| at);
        all.extend(surfaces.run_names(to).map(|run| NamedRun { at, run: run.into(), linked: true }));
    }
    all.sort_by_key(|named| named.at);
    all.into()
}

/// The runs of words that claim nothing themselves, and say where what follows was: "In run A, …".
pub(super) fn leading(words: &Words<'_>, blocks: &Blocks, surfaces: &Surfaces) -> Box<[NamedRun]> {
    const IN: [&str; 6] = ["in", "for", "on", "with", "during", "at"];
    const NOT_IN: [&str; 3] = ["contrast", "comparison", "place"];
    let mut said = words.text.split(|c: char| !c.is_alphanumeric());
    let is = |words: &[&str], word: &str| words.iter().any(|it| word.eq_ignore_ascii_case(it));
    if !said.next().is_some_and(|word| is(&IN, word)) || said.next().is_some_and(|word| is(&NOT_IN, word)) {
        return Box::default();
    }
    let mut all = runs(words, 0..words.text.len(), blocks, surfaces);
    for named in &mut all {
        (named.at, named.linked) = (0, true);
    }
    all
}

/// Clauses, of which one that only says that another run did so too, or that one did not, goes with the one before it:
/// "A passed; so did B".
pub(super) fn joined(text: &str, clauses: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for clause in clauses {
        let words = text.get(clause.clone()).unwrap_or_default();
        let words = behind(words, "and ").unwrap_or(words);
        let goes_on = TOO.iter().any(|too| behind(words, too).is_some()) || is_denial(words);
        match all.last_mut() {
            Some(last) if goes_on => last.end = clause.end,
            _ => all.push(clause),
        }
    }
    all
}

/// What stands behind a word that a text begins with, in whatever case.
fn behind<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// "this one does not", "but this run didn't."
fn is_denial(words: &str) -> bool {
    let words = behind(words, "but ").unwrap_or(words);
    let of_run = ["this ", "that ", "the cited "].iter().find_map(|word| behind(words, word));
    let end = of_run.map(|rest| bare(rest).split(' ').next_back().unwrap_or_default());
    end.is_some_and(|word| word == "not" || word.ends_with("n't") || word.ends_with("n’t"))
        && words.split(' ').count() < 6
}

const TOO: [&str; 5] = ["so did ", "so does ", "so has ", "as did ", "likewise "];

/// The words of a text that say of runs which their clauses name that they passed, in whatever words: none where
/// something else than a run is said to have passed, and none that the text takes back.
pub(super) fn passes_of<'t>(
    text: &'t str,
    documents: &'t Documents,
    names_run: &'t dyn Fn(&str) -> bool,
) -> impl Iterator<Item = Pass> + 't {
    let (mut next, mut from) = (0, 0);
    std::iter::from_fn(move || {
        let pattern = documents.pass_named.as_ref()?;
        loop {
            let claim = pattern.captures_at(text, next)?.name("claim")?.range();
            next = claim.end;
            if let Some(said) = pass_of(text, claim, (documents, pattern), names_run) {
                let begins = std::mem::replace(&mut from, said.claim.end);
                return Some(Pass { from: begins, ..said });
            }
        }
    })
}

/// The same of one word.
fn pass_of(
    text: &str,
    claim: Range<usize>,
    (documents, pattern): (&Documents, &Regex),
    names_run: &dyn Fn(&str) -> bool,
) -> Option<Pass> {
    let before = text.get(..claim.start)?.rsplit([',', ';']).next()?;
    let behind = text.get(claim.end..)?.split([',', ';']).next()?;
    let mut words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let of_it = words.clone().next().is_some_and(|word| IT.iter().any(|it| word.eq_ignore_ascii_case(it)));
    // "…, which passed", and "…, passed": of what stands right before the comma.
    let bare = words.clone().all(|word| word.eq_ignore_ascii_case("which"));
    let earlier = text.get(..claim.start - before.len()).unwrap_or_default();
    let of_it = of_it || bare && earlier.split_whitespace().next_back().is_some_and(names_run);
    let last = before.split_whitespace().next_back().unwrap_or_default();
    let of_stage = words.clone().rev().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("stage"));
    let counted = !last.is_empty() && !of_stage && last.bytes().all(|byte| byte.is_ascii_digit());
    let of_others =
        counted || words.any(|word| is_check_word(word) || OTHERS.contains(&&*word.to_ascii_lowercase()));
    let is_its = of_it || names_run(before) || names_run(behind);
    pass(text, claim, None, pattern, documents).filter(|_| is_its && !of_others)
}

/// Words for the run that a sentence named before.
const IT: [&str; 3] = ["it", "this", "that"];

/// Words that give what passed to something else than the run that a clause names, or say that it did not.
const OTHERS: [&str; 8] = ["baseline", "preflight", "hook", "gate", "schema", "build", "failed", "blocked"];
