//! The sentences that the profile knows: gates, passes, configured endpoints, conditions.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::lines::{part_of, passed_label};
use super::model::{GateCondition, Said, StatementKind};
use super::words::Words;
use crate::profile::Documents;
use crate::text::{Shared, plain};

/// A sentence that makes work items wait, with what they wait for.
pub(super) fn gate(words: &Words<'_>, documents: &Documents) -> Option<StatementKind> {
    let text = bare(words.text);
    let (gate, found) =
        documents.gates.iter().find_map(|gate| Some((gate, gate.pattern.captures(text)?)))?;
    let items: Box<[Shared]> = found
        .name("items")
        .map(|items| {
            let ids = documents.id.find_iter(items.as_str());
            ids.map(|id| words.kept(items.start() + id.start()..items.start() + id.end())).collect()
        })
        .unwrap_or_default();
    if items.is_empty() {
        return None;
    }
    let conditions = match (gate.condition, found.name("conditions")) {
        (Some(condition), _) => {
            let said = Said { text: words.kept(0..text.len()), span: words.span(0..text.len()) };
            [GateCondition { said, condition: Some(condition) }].into()
        }
        (None, Some(conditions)) => parts(conditions.as_str())
            .map(|(start, part)| {
                let start = conditions.start() + start;
                let at = start..start + part.len();
                let said = Said { text: words.kept(at.clone()), span: words.span(at) };
                GateCondition { condition: documents.condition(part), said }
            })
            .collect(),
        (None, None) => Box::default(),
    };
    Some(StatementKind::Gate { items, conditions })
}

/// A sentence without its last full stop.
pub(super) fn bare(text: &str) -> &str {
    text.trim_end_matches(['.', '!']).trim_end()
}

/// What stands between `and`s and commas, with its offset.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = text.len() - rest.len();
        let cut = [", and ", " and ", ", ", "; "]
            .iter()
            .filter_map(|mark| rest.find(mark).map(|at| (at, mark.len())))
            .min_by_key(|(at, len)| (*at, std::cmp::Reverse(*len)));
        let (part, after) = match cut {
            Some((at, len)) => (rest.get(..at)?, rest.get(at + len..)?),
            None => (rest, ""),
        };
        rest = after;
        Some((start, part))
    })
    .filter(|(_, part)| !part.trim().is_empty())
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr3_iter(b'.', b'!', b'?', rest.as_bytes()).find(|at| {
            let (before, behind) = rest.split_at_checked(*at).unwrap_or_default();
            behind.get(1..2) == Some(" ") && !is_shortened(before)
        });
        let sentence = from..from + end.map_or(rest.len(), |at| at + 1);
        from = sentence.end;
        let spaces = rest.len() - rest.trim_start().len();
        Some(sentence.start + spaces..sentence.end)
    })
    .filter(|sentence| !sentence.is_empty())
}

/// Whether the full stop behind this text ends a word and no sentence: `e.g.`, `vs.`
fn is_shortened(text: &str) -> bool {
    let word = text.rsplit([' ', '(']).next().unwrap_or_default();
    word.contains('.') && word.len() < 5
        || matches!(word, "vs" | "etc" | "cf" | "approx" | "ca" | "no" | "No")
}

/// What stands between the semicolons of a sentence.
pub(super) fn clauses(text: &str, sentence: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let words = text.get(sentence).unwrap_or_default();
    words.split("; ").map(move |clause| part_of(text, clause))
}

/// Whether one of the profile's patterns is in a text.
pub(super) fn may_tell(text: &str, documents: &Documents) -> bool {
    sentences(text).any(|sentence| {
        let words = bare(text.get(sentence.clone()).unwrap_or_default());
        let tells = |clause: Range<usize>| documents.may_tell(bare(text.get(clause).unwrap_or_default()));
        documents.may_tell(words) || words.contains("; ") && clauses(text, sentence).any(tells)
    })
}

/// A sentence that says that a run passed, or that it validates work items, or that these are done; it begins `from`
/// bytes behind the statement's beginning.
pub(super) fn pass(text: &str, from: usize, documents: &Documents) -> Option<StatementKind> {
    let in_one = |pattern: &Regex| {
        pattern.captures_iter(text).find_map(|found| {
            let claim =
                found.name("claim").map_or(found.get(0)?.end()..found.get(0)?.end(), |it| it.range());
            let named = found.name("items");
            let other = named.is_none() && documents.is_another_word(text.get(claim.end..)?);
            if other || is_taken_back(text, &claim, pattern, documents) {
                return None;
            }
            let claim = from + claim.start..from + claim.end;
            let Some(named) = named else {
                return Some(StatementKind::Pass { items: Box::default(), claim });
            };
            let ids = documents.id.find_iter(named.as_str());
            let items: Box<[Shared]> = ids.map(|id| id.as_str().into()).collect();
            (!items.is_empty()).then_some(StatementKind::Pass { items, claim })
        })
    };
    documents.passes.iter().find_map(in_one)
}

/// No further is looked, in bytes, before a claim and behind it: a sentence is shorter.
const AROUND: usize = 2_000;

/// Whether words before a claim take it back: those of a condition anywhere in the sentence, others in the
/// claim's own clause.
fn is_taken_back(text: &str, claim: &Range<usize>, pattern: &Regex, documents: &Documents) -> bool {
    let from = text.floor_char_boundary(claim.start.saturating_sub(AROUND));
    let before = without_brackets(text.get(from..claim.start).unwrap_or_default());
    if documents.makes_a_condition(&before) {
        return true;
    }
    let colon = before.rfind(": ").map_or(0, |at| at + 1);
    let parts = before.get(colon..).unwrap_or_default().split([',', ';']);
    let parts: Vec<&str> = parts.flat_map(|part| part.split(" but ")).collect();
    let Some((last, earlier)) = parts.split_last() else { return false };
    let alone = || {
        let to = text.ceil_char_boundary(claim.end + AROUND);
        let clause = format!("{last}{}", text.get(claim.start..to).unwrap_or_default());
        let found = pattern.captures(&clause);
        found.is_some_and(|found| found.name("claim").is_none_or(|claim| claim.start() == last.len()))
    };
    if earlier.is_empty() || alone() {
        return documents.takes_back(last);
    }
    // "The run has not, as we hoped, passed": what is between commas is put in, and what is before them counts.
    match earlier {
        [.., subject, _inserted] => documents.takes_back(&format!("{subject}{last}")),
        _ => documents.takes_back(&parts.join(",")),
    }
}

/// A text without what stands in round brackets.
fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.contains('(') {
        return text.into();
    }
    let mut depth = 0_usize;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(outside).collect::<String>().into()
}

/// What passed in a sentence that says so of a check, and names no command: `Focused validator`.
pub(super) fn check_passed<'t>(text: &'t str, documents: &Documents) -> Option<&'t str> {
    let what = passed_label(text).and_then(|end| text.get(..end))?;
    let what = what.strip_suffix(" has").unwrap_or(what);
    let articles = ["The ", "the ", "Our ", "Its "];
    let what = articles.iter().find_map(|article| what.strip_prefix(article)).unwrap_or(what);
    let named = what.split(' ').count() < 6 && !what.contains([',', ';', ':']);
    let is_one = || plain(what).split(' ').any(|word| CHECKS.iter().any(|check| word.starts_with(check)));
    (named && is_one() && !documents.takes_back(what)).then_some(what)
}

/// The beginnings of words for checks; tests are the run's own.
const CHECKS: [&str; 3] = ["validat", "check", "lint"];

/// Whether what passed is a check of the harness and not a run: `Latest run` is none.
pub(super) fn is_check(what: &str) -> bool {
    plain(what).split(|c: char| !c.is_alphanumeric()).any(|word| {
        CHECKS.iter().any(|check| word.contains(check))
            || word.starts_with("test")
            || ["pytest", "unittest", "unittests"].contains(&word)
    })
}

pub(super) fn tells_of_endpoint(text: &str, documents: &Documents) -> bool {
    let text = bare(text);
    documents.endpoint_configured.iter().any(|pattern| {
        pattern
            .find(text)
            .is_some_and(|found| !documents.takes_back(text.get(..found.end()).unwrap_or_default()))
    })
}
