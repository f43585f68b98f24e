//! Checks of the harness that documents say have passed: validators, linters, and what else is no run.

use super::lines::part_of;
use super::sentences::{bare, passes};
use crate::profile::Documents;
use crate::text::plain;

/// What passed in a sentence that says so of a check, and names no command: `Focused validator`; and where what it
/// says of that ends. Whatever says that a run passed says so of a check.
pub(super) fn check_passed<'t>(text: &'t str, documents: &Documents) -> Option<(&'t str, usize)> {
    let mut words = text.split(' ').take(NAME_WORDS).map(|word| part_of(text, word));
    let is_check = |word: &str| {
        let begins =
            |check: &&str| word.get(..check.len()).is_some_and(|it| it.eq_ignore_ascii_case(check));
        let found = CHECKS.iter().find(|check| begins(check));
        // A checklist, a checkout and a checkpoint are other things.
        found.is_some_and(|check| {
            let rest = word.get(check.len()..).unwrap_or_default();
            *check != "check" || !["list", "out", "point"].iter().any(|other| rest.starts_with(other))
        })
    };
    let check = words.find(|word| text.get(word.clone()).is_some_and(is_check))?;
    let word = text.get(check.clone())?;
    let end = check.start + word.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let (name, rest) = text.split_at_checked(end)?;
    let said = format!("run{rest}");
    if name.contains([',', ';', ':']) || !documents.may_tell(bare(&said)) {
        return None;
    }
    let pass = passes(bare(&said), 0, documents).into_iter().next()?;
    if !pass.items.is_empty() {
        return None;
    }
    let moved = |at: usize| end + at - "run".len();
    if documents.is_norm(text, &(moved(pass.claim.start)..moved(pass.claim.end))) {
        return None;
    }
    let what = text.get(..end + pass.claim.start.checked_sub("run".len())?)?;
    let what = what.trim_end_matches([':', ' ', '"', '“', '‘']);
    let what = what.strip_suffix(" has").unwrap_or(what);
    // What is said of a check's status is said of the check.
    let what = CAME_TO.iter().find_map(|end| super::lines::before_end(what, end)).unwrap_or(what);
    let articles = ["The ", "the ", "Our ", "Its "];
    let what = articles.iter().find_map(|article| what.strip_prefix(article)).unwrap_or(what);
    let named = what.split(' ').count() < NAME_WORDS && !what.contains([',', ';', ':']);
    (named && !documents.takes_back(what)).then_some((what, end + pass.claim.end - "run".len()))
}

/// What failed in a sentence that says so of a check, and no more: whatever would say that it passed, with another word
/// at its end.
pub(super) fn check_failed(text: &str, documents: &Documents) -> Option<Box<str>> {
    let bare =
        text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).map_or(text, |(bare, _)| bare);
    let before =
        ["failed", "fails", "fail"].iter().find_map(|word| super::lines::before_end(bare, word))?;
    let passed = format!("{before}passed");
    check_passed(&passed, documents).filter(|_| before.ends_with(' ')).map(|(what, _)| what.into())
}

const CAME_TO: [&str; 4] = [" status", " result", " outcome", " verdict"];

/// A check's name is shorter.
const NAME_WORDS: usize = 6;

/// The beginnings of words for checks; tests are the run's own.
const CHECKS: [&str; 3] = ["validat", "check", "lint"];

/// Whether what passed is a check of the harness and not a run: `Latest run` is none.
pub fn is_check(what: &str) -> bool {
    plain(what).split(|c: char| !c.is_alphanumeric()).any(is_check_word)
}

/// Whether a word names a check, or tests.
pub(super) fn is_check_word(word: &str) -> bool {
    let word = &*word.to_ascii_lowercase();
    CHECKS.iter().any(|check| word.contains(check))
        || word.starts_with("test")
        || ["pytest", "unittest", "unittests", "suite", "suites", "admission"].contains(&word)
}
