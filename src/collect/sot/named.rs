//! Sentences that name a run by its directory, and say in whatever words that it passed.

use super::checks::is_check_word;
use super::model::Pass;
use super::sentences::pass;
use crate::profile::Documents;

/// The first word of a text that says of a run which its clause names that it passed, in whatever words: none where
/// something else than a run is said to have passed, and none that the text takes back.
pub(super) fn pass_of(text: &str, documents: &Documents, names_run: &dyn Fn(&str) -> bool) -> Option<Pass> {
    let pattern = documents.pass_named.as_ref()?;
    let mut next = 0;
    while let Some(found) = pattern.captures_at(text, next) {
        let claim = found.name("claim")?.range();
        next = claim.end;
        let before = text.get(..claim.start)?.rsplit([',', ';']).next()?;
        let behind = text.get(claim.end..)?.split([',', ';']).next()?;
        let mut words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let of_it =
            words.clone().next().is_some_and(|word| IT.iter().any(|it| word.eq_ignore_ascii_case(it)));
        let last = before.split_whitespace().next_back().unwrap_or_default();
        let of_stage = words.clone().rev().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("stage"));
        let counted = !last.is_empty() && !of_stage && last.bytes().all(|byte| byte.is_ascii_digit());
        let of_others = counted
            || words.any(|word| is_check_word(word) || OTHERS.contains(&&*word.to_ascii_lowercase()));
        let is_its = of_it || names_run(before) || names_run(behind);
        if let Some(said) = pass(text, claim, None, pattern, documents).filter(|_| is_its && !of_others) {
            return Some(said);
        }
    }
    None
}

/// Words for the run that a sentence named before.
const IT: [&str; 3] = ["it", "this", "that"];

/// Words that give what passed to something else than the run that a clause names, or say that it did not.
const OTHERS: [&str; 8] = ["baseline", "preflight", "hook", "gate", "schema", "build", "failed", "blocked"];
